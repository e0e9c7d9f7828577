"""Cases: all of the agent's, found by name, number, phone, address or creditor."""

from __future__ import annotations

from PySide6.QtCore import QTimer

from ui.pages.batch_sheet import batch_sheet
from ui.pages.doors import door_row
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.cases import CasesModel
from ui.widgets.button import Button
from ui.widgets.card import Card, EmptyState, Rule
from ui.widgets.field import TextField
from ui.widgets.layout import clear

_PAUSE_MS = 150
_PAGE = 40


class CasesPage(Page):
    """The list grows by pages; typing searches after a short pause."""

    def __init__(self, model: CasesModel, text: Text) -> None:
        super().__init__(text, title=text.say("cases.title"))
        self._model = model
        self._shown = _PAGE
        self._field = TextField(
            placeholder=text.say("cases.search"), glyph="search", name="cases-search"
        )
        self._field.edit.setAccessibleName(text.say("cases.search"))
        self._list = Card(gap=0, pad=1.5)
        self.body.addWidget(self._field)
        self.body.addWidget(self._list)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: model.find(self._field.text()))
        self._field.edited.connect(lambda _: self._pause.start())
        letters = Button(text.say("printing.batch"), "quiet", glyph="printer", name="cases-letters")
        letters.clicked.connect(self._letters)
        self.tools.addWidget(letters)
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()
        self._field.edit.setFocus()

    def fill(self) -> None:
        doors = self._model.doors
        self.set_head(self.text.say("cases.title"), self.text.say("cases.count", n=len(doors)))
        clear(self._list.body)
        if not doors:
            self._list.body.addWidget(
                EmptyState(
                    "search",
                    self.text.say("cases.none"),
                    self.text.say("cases.none_remark"),
                )
            )
            return
        for place, door in enumerate(doors[: self._shown]):
            if place:
                self._list.body.addWidget(Rule())
            line = door_row(door, self.text, str(place + 1), owed=True)
            line.pressed.connect(lambda case=door.case: self.go.emit("case", case))
            self._list.body.addWidget(line)
        if len(doors) > self._shown:
            left = len(doors) - self._shown
            more = Button(self.text.say("cases.more", n=left), "plain", name="cases-more")
            more.clicked.connect(self._show_more)
            self._list.body.addWidget(more)

    def _letters(self) -> None:
        """One letter for each case listed: the search is the choice of cases."""
        listed = [door.case for door in self._model.doors]
        batch_sheet(self, self._model.office, listed, self.text)

    def _show_more(self) -> None:
        self._shown += _PAGE
        self.fill()
