"""One of several or several of many."""

from __future__ import annotations

from PySide6.QtWidgets import QWidget

from agent_app.script import NodeView
from ui.text import Text
from ui.widgets.button import Button
from ui.widgets.choice import Choices, Option
from ui.widgets.editors.editor import Editor
from ui.widgets.field import TextField
from ui.widgets.label import Label
from ui.widgets.layout import clear, column
from ui.widgets.media import Media, no_media

_FOLD_FROM = 12
_ACROSS = ("likert", "horizontal", "horizontal-compact")


class ChoiceEditor(Editor):
    """One of several or several of many, as cards; long lists get a search field.

    `minimal` keeps the cards folded behind what is chosen, `quick` goes on at once, `map` has no
    map here and says so.
    """

    def __init__(self, view: NodeView, text: Text, media: Media = no_media) -> None:
        super().__init__()
        self._media = media
        looks = view.appearance.split()
        self._multi = view.kind == "select"
        self._quick = "quick" in looks and not self._multi
        self._view = view
        self._columns = _columns(looks, view)
        self._search = TextField(
            placeholder=text.say("question.search"), glyph="search", name=f"q-{view.ref}-search"
        )
        long = len(view.choices) > _FOLD_FROM
        self._search.setVisible(long or "search" in looks or "autocomplete" in looks)
        self._search.edited.connect(lambda _: self._fill())
        self._box = column(gap=0)
        self._value = view.value
        holder = QWidget()
        holder.setLayout(column(self._search, self._box, gap=1.5))
        whole = column(gap=1.5)
        if "map" in looks or "placement-map" in looks:
            whole.addWidget(Label(text.say("question.no_map"), "label", ink="soft"))
        self._fold: Button | None = None
        if "minimal" in looks:
            self._fold = Button("", "quiet", glyph="chevron-down", name=f"q-{view.ref}-open")
            self._fold.setCheckable(True)
            self._fold.toggled.connect(holder.setVisible)
            self._unset = text.say("question.unset")
            whole.addWidget(self._fold)
            holder.hide()
        whole.addWidget(holder)
        self.setLayout(whole)
        self._fill()
        self._name_fold()

    def set_value(self, value: str) -> None:
        self._value = value
        self._cards.set_chosen(self._chosen())
        self._name_fold()

    def _name_fold(self) -> None:
        """What is chosen, on the button that opens the cards."""
        if self._fold is not None:
            labels = {choice.value: choice.label for choice in self._view.choices}
            chosen = [labels.get(value, value) for value in self._chosen()]
            self._fold.setText(" · ".join(chosen) or self._unset)

    def _chosen(self) -> list[str]:
        return self._value.split() if self._multi else [self._value] if self._value else []

    def _fill(self) -> None:
        clear(self._box)
        wanted = self._search.text().strip().lower()
        options = [
            Option(
                choice.value,
                choice.label,
                open=not self._view.readonly,
                picture=self._media(choice.media.get("image", "")),
            )
            for choice in self._view.choices
            if wanted in choice.label.lower()
        ]
        self._cards = Choices(
            options, multi=self._multi, columns=self._columns, chosen=self._chosen(),
            name=f"q-{self._view.ref}",
        )  # fmt: skip
        self._cards.picked.connect(self._give)
        self._box.addWidget(self._cards)

    def _give(self, chosen: tuple[str, ...]) -> None:
        hidden = [one for one in self._chosen() if one not in self._cards.values()]
        kept = [*hidden, *chosen] if self._multi else list(chosen)
        self._value = " ".join(kept)
        self._name_fold()
        if self._fold is not None and not self._multi:
            self._fold.setChecked(False)
        self.given.emit(self._value)
        if self._quick:
            self.hurried.emit()


def _columns(looks: list[str], view: NodeView) -> int:
    for look in looks:
        if look.startswith("columns-") and look[8:].isdigit():
            return max(1, int(look[8:]))
    if any(look in _ACROSS for look in looks):
        return max(1, min(5, len(view.choices)))
    if "columns" in looks or "columns-pack" in looks or "compact" in looks:
        return 3
    short = all(len(choice.label) <= 12 for choice in view.choices)
    return 2 if short and len(view.choices) > 5 else 1
