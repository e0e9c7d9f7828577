"""How a letter reached its reader, with what proves it. Posting it up is not among the ways."""

from __future__ import annotations

from collections.abc import Callable

from PySide6.QtCore import QBuffer, QIODevice
from PySide6.QtWidgets import QWidget

from ui.pages.camera_sheet import camera_sheet
from ui.text import Text
from ui.viewmodels.letters import WAYS
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.field import TextArea
from ui.widgets.ink_pad import InkPad
from ui.widgets.label import Label
from ui.widgets.layout import column
from ui.widgets.overlay import Acting, Sheet
from ui.widgets.photos import Photos

Image = tuple[bytes, str]
_NEEDS = {"signed": "ink", "unsigned": "photo", "refused": "note", "left_sealed": "photo"}
"""What must be there; a posted letter's receipt may come later."""


def delivery_sheet(
    page: QWidget, text: Text, told: Callable[[str, str, Image | None], object],
    *, way: str = "", acting: Acting | None = None,
) -> Sheet:  # fmt: skip
    """`acting` is who keeps it, where that can be told. `told` gets the way (of WAYS), the note and the picture; `way` is chosen already if given."""
    form = _Form(text, page, way)
    keep = Button(text.say("delivery.keep"), "primary", glyph="check", name="delivery-keep")
    sheet = Sheet(
        page, text.say("delivery.title"), form, close=text.say("page.close"),
        name="delivery-sheet", width=720, actions=(keep,),
    )  # fmt: skip

    def weigh() -> None:
        keep.setEnabled(form.complete())
        sheet.refit()

    def done() -> None:
        proof = form.way, form.note, form.image()
        sheet.leave_to(acting, lambda: told(*proof))

    form.watch(weigh)
    weigh()
    keep.clicked.connect(done)
    return sheet


class _Form(QWidget):
    def __init__(self, text: Text, page: QWidget, way: str) -> None:
        super().__init__()
        self._ways = Choices(
            [Option(one, text.say(f"delivery.way_{one}")) for one in WAYS],
            columns=2, chosen=(way,) if way else (), name="delivery-way",
        )  # fmt: skip
        self._pad = InkPad(text.say("delivery.sign_receipt"), name="delivery-ink")
        self._note = TextArea(text.say("delivery.note"), name="delivery-note", lines=3)
        self._photos = Photos(text, name="delivery-photos")
        self._photos.camera_wanted.connect(lambda: camera_sheet(page, self._photos, text))
        self._parts = {"ink": self._pad, "photo": self._photos, "note": self._note}
        self._ways.picked.connect(lambda _: self._ask())
        self.setLayout(
            column(
                Banner(text.say("delivery.never"), text.say("delivery.never_remark"), "warn"),
                Label(text.say("delivery.how"), "strong"), self._ways, *self._parts.values(), gap=2,
            )
        )  # fmt: skip
        self._ask()

    @property
    def way(self) -> str:
        return next(iter(self._ways.chosen()), "")

    @property
    def note(self) -> str:
        return self._note.text().strip()

    def watch(self, changed: Callable[[], object]) -> None:
        self._ways.picked.connect(lambda _: changed())
        self._pad.signed.connect(lambda _: changed())
        self._photos.changed.connect(changed)
        self._note.edited.connect(lambda _: changed())

    def complete(self) -> bool:
        need = _NEEDS.get(self.way)
        if need == "ink":
            return bool(self._pad.strokes())
        if need == "photo":
            return bool(self._photos.taken)
        return bool(self.note) if need == "note" else bool(self.way)

    def image(self) -> Image | None:
        """The photo, or the receipt's signature as a picture."""
        if _NEEDS.get(self.way) != "ink":
            return self._photos.taken[-1] if self._photos.taken else None
        buffer = QBuffer()
        buffer.open(QIODevice.OpenModeFlag.WriteOnly)
        self._pad.picture().save(buffer, "PNG")
        return bytes(buffer.data().data()), "image/png"

    def _ask(self) -> None:
        need = _NEEDS.get(self.way, "photo" if self.way else "")
        for name, part in self._parts.items():
            part.setVisible(name == need or (name == "photo" and need == "note"))
