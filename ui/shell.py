"""The main window: navigation, the page shown, the status line, toasts. No other logic."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QMainWindow, QSizePolicy, QWidget

from ui.text import Text
from ui.theme import GRID, worn
from ui.widgets.badge import Badge, Banner
from ui.widgets.button import Button, GlyphButton
from ui.widgets.card import Surface
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.nav import NavButton
from ui.widgets.overlay import Toast

_RAIL_FROM = 900


@dataclass(frozen=True)
class Place:
    """A destination of the navigation: the page's name, its icon and its word."""

    name: str
    glyph: str
    word: str


@dataclass(frozen=True)
class Custody:
    """The status line: what is not yet with the office, and since when we know."""

    tone: str
    words: str
    glyph: str


class Shell(QMainWindow):
    """Shows one page at a time; `back` returns to the one before.

    `build` makes a page by name from an argument; pages are made anew each time they are shown
    and hold nothing that is not already saved.
    """

    moved = Signal(str)
    lock_wanted = Signal()

    def __init__(
        self,
        text: Text,
        places: Sequence[Place],
        build: Mapping[str, Callable[[Any], QWidget]],
        *,
        who: str = "",
    ) -> None:
        super().__init__()
        self.setWindowTitle(text.say("shell.title"))
        self.resize(1280, 800)
        self._text, self._build, self._places = text, build, tuple(places)
        self._trail: list[tuple[str, Any]] = []
        self._marks: dict[int, Any] = {}
        self.page: Any = None
        self._top = self._make_top(who)
        self._bar = Surface("rail", gap=0.5, pad=1)
        self._bar.body.setDirection(QBoxLayout.Direction.TopToBottom)
        self._buttons = {place.name: self._nav(place) for place in places}
        for button in self._buttons.values():
            self._bar.body.addWidget(button)
        self._bar.body.addStretch(1)
        self._slot = column(gap=0)
        self._across = row(gap=0)
        self._across.addWidget(self._bar)
        self._across.addLayout(self._slot, 1)
        self._notice = Banner("", name="shell-notice")
        self._over = QWidget()
        self._over.setLayout(row(self._notice, pad=1))
        self._over.hide()
        frame = QWidget()
        frame.setObjectName("shell")
        whole = column(gap=0)
        whole.addWidget(self._top)
        whole.addWidget(self._over)
        whole.addLayout(self._across, 1)
        frame.setLayout(whole)
        self.setCentralWidget(frame)
        self._toast = Toast(frame)

    def open(self, name: str, argument: Any = None) -> None:
        """Show page `name`. A place of the navigation starts a new trail."""
        if name in self._buttons:
            self._trail.clear()
            self._marks.clear()
        elif hasattr(self.page, "mark"):
            self._marks[len(self._trail)] = self.page.mark()
        self._trail.append((name, argument))
        self._show()

    def back(self) -> None:
        """The page before, or the first place where there is none."""
        if len(self._trail) > 1:
            self._trail.pop()
            self._show()
            if (mark := self._marks.pop(len(self._trail), None)) is not None:
                self.page.return_to(mark)
        elif self._places:
            self.open(self._places[0].name)

    @property
    def shown(self) -> tuple[str, Any]:
        """Name and argument of the page shown."""
        return self._trail[-1]

    @property
    def trail(self) -> tuple[tuple[str, Any], ...]:
        """The pages that led here, the one shown last."""
        return tuple(self._trail)

    def retrace(self, trail: Sequence[tuple[str, Any]]) -> None:
        """Show the last page of another window's trail, with the way back kept."""
        self._trail = list(trail)
        self._show()

    def reopen(self) -> None:
        """Build the page shown anew."""
        self._show()

    def say(self, words: str) -> None:
        """A sentence for a moment."""
        self._toast.say(words)

    def show_notice(self, title: str = "", remark: str = "") -> None:
        """Over every page what stays true until it is mended; nothing: it is."""
        self._notice.show_message(title, remark, "warn")
        self._over.setVisible(bool(title))

    def show_custody(self, custody: Custody) -> None:
        self._custody.show_state(custody.words, custody.tone, glyph=custody.glyph)
        self._custody.show()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def _show(self) -> None:
        name, argument = self._trail[-1]
        old, self.page = self.page, self._build[name](argument)
        page: Any = self.page
        if old is not None:
            self._slot.removeWidget(old)
            old.hide()
            old.deleteLater()
        for signal, slot in (("go", self.open), ("back", self.back), ("says", self.say)):
            if hasattr(page, signal):
                getattr(page, signal).connect(slot)
        self._slot.addWidget(page)
        alone = bool(getattr(page, "alone", False))
        self._bar.setVisible(not alone and bool(self._places))
        self._top.setVisible(not alone and bool(self._places))
        first = self._trail[0][0]
        for place, button in self._buttons.items():
            button.setChecked(place == first)
        page.show()
        page.setFocus()
        page.arrive()
        self.moved.emit(name)

    def _make_top(self, who: str) -> Surface:
        top = Surface("top", gap=0, pad=0)
        line = row(gap=2)
        line.setContentsMargins(2 * GRID, GRID, 2 * GRID, GRID)
        line.addWidget(Label(self._text.say("shell.title"), "strong", ink="accent", wrap=False))
        line.addWidget(Label(who, "label", ink="soft", wrap=False))
        line.addStretch(1)
        self._custody = Badge("", "neutral", name="custody")
        self._custody.hide()
        line.addWidget(self._custody)
        lock = GlyphButton("lock", self._text.say("shell.lock"), "plain", name="lock")
        lock.clicked.connect(self.lock_wanted)
        line.addWidget(lock)
        top.body.addLayout(line)
        return top

    def _nav(self, place: Place) -> Button:
        button = NavButton(place.glyph, place.word, name=f"nav-{place.name}")
        button.clicked.connect(lambda: self.open(place.name))
        return button

    def _arrange(self) -> None:
        """A rail at the side, or a bar below in a narrow window."""
        rail = self.width() >= _RAIL_FROM
        side = QBoxLayout.Direction.LeftToRight if rail else QBoxLayout.Direction.BottomToTop
        self._across.setDirection(side)
        inner = QBoxLayout.Direction.TopToBottom if rail else QBoxLayout.Direction.LeftToRight
        self._bar.body.setDirection(inner)
        self._bar.setMaximumWidth(round(112 * worn().scale / 100) if rail else 16_777_215)
        fixed, wide = QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding
        self._bar.setSizePolicy(fixed if rail else wide, wide if rail else fixed)
