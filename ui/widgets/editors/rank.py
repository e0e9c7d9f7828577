"""An order made by moving lines up and down."""

from __future__ import annotations

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.button import Button, GlyphButton
from ui.widgets.card import Rule
from ui.widgets.editors.editor import Editor
from ui.widgets.label import Label
from ui.widgets.layout import clear, column, row
from ui.widgets.lists import Number


class RankEditor(Editor):
    """Every place shows its number; the order counts once it was moved or confirmed."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        self._text = text
        self._labels = {choice.value: choice.label for choice in view.choices}
        self._name = f"q-{view.ref}"
        self._order = view.value.split() or list(self._labels)
        self._box = column(gap=0.5)
        confirm = Button(
            text.say("question.order_so"), "quiet", glyph="check", name=f"{self._name}-so"
        )
        confirm.clicked.connect(lambda: self.given.emit(" ".join(self._order)))
        self.setLayout(column(self._box, row(confirm, 1)))
        self._fill()

    def set_value(self, value: str) -> None:
        if value:
            self._order = value.split()
            self._fill()

    def _fill(self) -> None:
        clear(self._box)
        for place, value in enumerate(self._order):
            up = GlyphButton(
                "chevron-up", self._text.say("question.up"), name=f"{self._name}-up-{value}"
            )
            down = GlyphButton(
                "chevron-down", self._text.say("question.down"), name=f"{self._name}-down-{value}"
            )
            up.setEnabled(place > 0)
            down.setEnabled(place < len(self._order) - 1)
            up.clicked.connect(lambda _=False, n=place: self._swap(n - 1))
            down.clicked.connect(lambda _=False, n=place: self._swap(n))
            words = Label(self._labels.get(value, value))
            line = row(Number(str(place + 1)), words, up, down, gap=1.5)
            line.setStretch(1, 1)
            self._box.addLayout(line)
            if place < len(self._order) - 1:
                self._box.addWidget(Rule())

    def _swap(self, place: int) -> None:
        order = self._order
        order[place], order[place + 1] = order[place + 1], order[place]
        self._fill()
        self.given.emit(" ".join(order))
