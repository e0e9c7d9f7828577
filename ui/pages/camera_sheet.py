"""The camera over a page: a photo, a film or a code, then the sheet closes."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol

from PySide6.QtWidgets import QWidget
from shiboken6 import isValid

from agent_app.documents.scan import Picture
from ui.capture.camera import Camera
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.overlay import Sheet


class Taker(Protocol):
    """What wants a photo or film."""

    def take(self, data: bytes, kind: str) -> None: ...


def camera_sheet(page: QWidget, editor: Taker, text: Text, *, front: bool = False) -> Sheet | None:
    """A photo. None where there is no camera; the caller says so."""
    if not Camera.available():
        return None
    camera = Camera(front=front)
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


def film_sheet(page: QWidget, editor: Taker, text: Text) -> Sheet | None:
    """A film, begun and stopped by the same button. None where there is no camera."""
    if not Camera.available():
        return None
    from ui.capture.film import FilmCamera

    camera = FilmCamera()
    turn = Button(text.say("question.take_film"), "primary", glyph="record", name="film-turn")
    sheet = Sheet(
        page, text.say("question.take_film"), camera, close=text.say("page.cancel"),
        name="film-sheet", width=820, actions=(turn,),
    )  # fmt: skip

    def press() -> None:
        if camera.running:
            camera.stop_film()
        else:
            camera.begin_film()
            turn.setText(text.say("question.stop_film"))

    def take(film: bytes) -> None:
        sheet.leave()
        editor.take(film, "video/mp4")

    turn.clicked.connect(press)
    sheet.closed.connect(camera.stop)
    camera.taken.connect(take)
    camera.failed.connect(sheet.leave)
    camera.start()
    return sheet


def scan_sheet(
    page: QWidget, text: Text, see: Callable[[Picture, Callable[[str], object]], object],
    found: Callable[[str], object],
) -> Sheet | None:  # fmt: skip
    """A live picture. `see(frame, tell)` tells the code a frame holds, or nothing; the first one
    told closes the sheet and is `found`. None where there is no camera."""
    if not Camera.available():
        return None
    camera = Camera()
    sheet = Sheet(
        page, text.say("question.scan"), camera, close=text.say("page.cancel"),
        name="scan-sheet", width=820,
    )  # fmt: skip

    def tell(code: str) -> None:
        if code and isValid(sheet):
            sheet.leave()
            found(code)

    camera.frames.seen.connect(lambda frame: see(frame, tell))
    camera.failed.connect(sheet.leave)
    sheet.closed.connect(camera.stop)
    camera.start()
    return sheet
