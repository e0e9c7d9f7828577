"""Cases: all of the agent's, found by name, number, phone, address or creditor."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QWidget

from agent_app.domain.rules import State
from agent_app.queries.today import Door
from ui.pages.batch_sheet import batch_sheet
from ui.pages.doors import door_row
from ui.pages.page import Page
from ui.text import Text
from ui.viewmodels.cases import CasesModel
from ui.widgets.button import Button
from ui.widgets.card import EmptyState
from ui.widgets.field import TextField
from ui.widgets.list_card import ListCard

_PAUSE_MS = 150
_PAGE = 40


class CasesPage(Page):
    """The list grows by pages; typing searches after a short pause."""

    def __init__(self, model: CasesModel, text: Text) -> None:
        super().__init__(text, title=text.say("cases.title"))
        self._model = model
        letters = Button(text.say("printing.batch"), "quiet", glyph="printer", name="cases-letters")
        letters.clicked.connect(self._letters)
        self.tools.addWidget(letters)
        self._field = TextField(
            placeholder=text.say("cases.search"), glyph="search", name="cases-search"
        )
        self._field.edit.setAccessibleName(text.say("cases.search"))
        self._field.set_text(model.place.text)
        self.insert(self._field)
        self._pause = QTimer(self)
        self._pause.setSingleShot(True)
        self._pause.setInterval(_PAUSE_MS)
        self._pause.timeout.connect(lambda: model.find(self._field.text()))
        self._field.edited.connect(lambda _: self._pause.start())
        self.bind(model)

    def arrive(self) -> None:
        self._model.load()
        self._field.edit.setFocus()

    def fill(self) -> None:
        doors, shown = self._model.doors, self._model.place.pages * _PAGE
        text = self.text
        self.set_head(text.say("cases.title"), text.say("cases.count", n=len(doors)))
        body = self.refill()
        if not doors:
            body.addWidget(
                EmptyState("search", text.say("cases.none"), text.say("cases.none_remark"))
            )
            return
        card = ListCard()
        card.add_all(self._lines(doors, shown))
        body.addWidget(card)

    def _lines(self, doors: Sequence[Door], shown: int) -> Iterator[QWidget]:
        text = self.text
        for place, door in enumerate(doors[:shown]):
            line = door_row(door, text, str(place + 1), told=door.knock is State.allow)
            line.opened.connect(lambda case=door.case: self.go.emit("case", case))
            yield line
        if len(doors) > shown:
            words = text.say("cases.more", n=len(doors) - shown)
            more = Button(words, "plain", name="cases-more")
            more.clicked.connect(self._model.show_more)
            yield more

    def _letters(self) -> None:
        """One letter for each case listed: the search is the choice of cases."""
        listed = [door.case for door in self._model.doors]
        batch_sheet(self, self._model.office, listed, self.text)
