"""The camera over a page: one press takes the photo and closes the sheet."""

from __future__ import annotations

from typing import Protocol

from PySide6.QtWidgets import QWidget

from ui.capture.camera import Camera
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.overlay import Sheet


class Taker(Protocol):
    """What wants a photo."""

    def take(self, data: bytes, kind: str) -> None: ...


def camera_sheet(page: QWidget, editor: Taker, text: Text) -> Sheet | None:
    """None where there is no camera; the caller says so."""
    if not Camera.available():
        return None
    camera = Camera()
    shoot = Button(text.say("question.take_photo"), "primary", glyph="camera", name="camera-shoot")
    sheet = Sheet(
        page, text.say("question.take_photo"), camera, close=text.say("page.cancel"),
        name="camera-sheet", width=820, actions=(shoot,),
    )  # fmt: skip
    shoot.clicked.connect(camera.shoot)
    sheet.closed.connect(camera.stop)

    def take(photo: bytes) -> None:
        sheet.leave()
        editor.take(photo, "image/jpeg")

    camera.taken.connect(take)
    camera.failed.connect(sheet.leave)
    camera.start()
    return sheet
