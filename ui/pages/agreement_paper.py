"""The paper way: print two copies, sign with a pen, photograph every signed page."""

from __future__ import annotations

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QWidget

from ui.pages.camera_sheet import camera_sheet
from ui.pages.page import page_of
from ui.text import Text
from ui.viewmodels.agreement import AgreementModel
from ui.widgets.badge import Banner
from ui.widgets.button import Button
from ui.widgets.card import Card, SectionHeader
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.paper import print_pdf
from ui.widgets.photos import Photos


class OnPaper(QWidget):
    """`pages` are the photos taken; `screen_wanted` says they would rather sign on the screen."""

    changed = Signal()
    screen_wanted = Signal()

    def __init__(self, model: AgreementModel, text: Text) -> None:
        super().__init__()
        self._model, self._text = model, text
        self._photos = Photos(text)
        self._photos.changed.connect(self.changed)
        self._photos.camera_wanted.connect(self._open_camera)
        send = Button(
            text.say("agreement.paper_print"), "primary", glyph="printer", name="paper-two"
        )
        send.clicked.connect(self._print)
        who = [
            f"{number}. {text.say(f'agreement.role_{role}')} {model.name_of(role)}"
            for number, role in enumerate(model.signing(), 1)
        ]
        back = Button(
            text.say("agreement.on_screen"), "plain", glyph="undo", name="agreement-on-screen"
        )
        back.clicked.connect(self.screen_wanted)
        self._fault = column()
        self.setLayout(
            column(
                Banner(text.say("agreement.paper_remark"), "", "info"),
                Card(SectionHeader(text.say("agreement.paper_1")), row(send, 1)),
                Card(
                    SectionHeader(text.say("agreement.paper_2")),
                    *(Label(one, "body") for one in who),
                ),
                Card(SectionHeader(text.say("agreement.paper_3")), self._photos, self._fault),
                row(back, 1),
                gap=2,
            )
        )

    @property
    def pages(self) -> list[tuple[bytes, str]]:
        return self._photos.taken

    def _print(self) -> None:
        if self._model.shown is not None:
            print_pdf(self._model.shown.pdf, self, copies=2)

    def _open_camera(self) -> None:
        if (
            camera_sheet(page_of(self), self._photos, self._text) is None
            and not self._fault.count()
        ):
            self._fault.addWidget(Banner(self._text.say("question.no_camera"), "", "warn"))
