"""A hand on the screen: finds what a person would press by its name, and waits as they would."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit, QPlainTextEdit, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from ui.jobs import Jobs
from ui.pages.page import Page
from ui.widgets.list_card import ListCard
from ui.widgets.lists import Row


class Hand:
    """Works on `window`; after each touch all jobs have been answered."""

    def __init__(self, qtbot: QtBot, window: QWidget, jobs: Jobs) -> None:
        self._bot, self._jobs = qtbot, jobs
        self.window = window

    @classmethod
    def on(cls, qtbot: QtBot, page: Page, jobs: Jobs, *, height: int = 800) -> Hand:
        """A hand on a page just opened, all that it reads being there."""
        qtbot.addWidget(page)
        page.resize(1280, height)
        page.show()
        page.arrive()
        hand = cls(qtbot, page, jobs)
        hand.settle()
        return hand

    def settle(self) -> None:
        """Wait until nothing runs and all events are handled."""
        self._bot.waitUntil(lambda: self._jobs.running == 0, timeout=30_000)
        self._bot.waitUntil(lambda: not self._growing(), timeout=30_000)
        for _ in range(3):
            QApplication.processEvents()

    def _growing(self) -> bool:
        """Whether a list still makes its rows."""
        shown = self.window.findChildren(ListCard) if isValid(self.window) else []
        return any(one.growing for one in shown)

    def find(self, name: str) -> QWidget:
        """The one widget of that name that can be seen."""
        found = [one for one in self.window.findChildren(QWidget, name) if one.isVisible()]
        assert found, f"{name} is not on the screen; there is {sorted(self.names())}"
        return found[-1]

    def names(self) -> set[str]:
        """Names of everything that can be pressed or typed in now."""
        kinds = (QAbstractButton, QLineEdit, QPlainTextEdit, Row)
        return {
            one.objectName()
            for one in self.window.findChildren(QWidget)
            if isinstance(one, kinds) and one.isVisible() and one.objectName()
        }

    def sees(self, name: str) -> bool:
        return any(one.isVisible() for one in self.window.findChildren(QWidget, name))

    def press(self, name: str) -> None:
        target = self.find(name)
        assert target.isEnabled(), f"{name} cannot be pressed"
        self._bot.mouseClick(target, Qt.MouseButton.LeftButton)
        self.settle()

    def choose(self, question: str, value: str) -> None:
        """Press the card of `value` under the question or group of choices called `question`."""
        holder = self.find(question)
        card = holder.findChild(QAbstractButton, f"choice-{value}")
        assert card is not None, f"{question} has no choice {value}"
        self._bot.mouseClick(card, Qt.MouseButton.LeftButton)
        self.settle()

    def type(self, name: str, words: str) -> None:
        target = self.find(name)
        target.setFocus()
        if words.isascii():
            self._bot.keyClicks(target, words)
        else:
            written = QInputMethodEvent()
            written.setCommitString(words)
            QApplication.sendEvent(target, written)

    def typed(self, name: str) -> str:
        """What stands in the line edit called `name`."""
        target = self.find(name)
        assert isinstance(target, QLineEdit), f"{name} is no line to type in"
        return target.text()

    def sign(self, name: str) -> None:
        """Draw a short stroke on an ink pad."""
        pad = self.find(name)
        left = Qt.MouseButton.LeftButton
        middle = pad.rect().center()
        self._bot.mousePress(pad, left, pos=middle)
        for step in range(1, 8):
            self._bot.mouseMove(pad, middle + (pad.rect().topRight() - middle) * step / 20)
        self._bot.mouseRelease(pad, left, pos=middle)
        self.settle()


class Keyboard(Hand):
    """A hand that has no mouse: Tab until it is there, then Space."""

    def press(self, name: str) -> None:
        self._press(self.find(name))

    def choose(self, question: str, value: str) -> None:
        card = self.find(question).findChild(QAbstractButton, f"choice-{value}")
        assert card is not None, f"{question} has no choice {value}"
        self._press(card)

    def type(self, name: str, words: str) -> None:
        self._come_to(self.find(name))
        super().type(name, words)

    def _press(self, target: QWidget) -> None:
        self._come_to(target)
        self._bot.keyClick(target, Qt.Key.Key_Space)
        self.settle()

    def _come_to(self, target: QWidget) -> None:
        seen: list[QWidget] = []
        while (here := self.window.focusWidget()) is not target:
            assert here is not None, "the keyboard is nowhere"
            assert here not in seen, f"Tab does not come to {target.objectName()}"
            seen.append(here)
            self._bot.keyClick(here, Qt.Key.Key_Tab)
