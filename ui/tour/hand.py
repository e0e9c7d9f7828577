"""A hand at the app: finds what a page shows by name, presses, types, waits, takes pictures."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QEventLoop, QPoint, QPointF, Qt, QTimer
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from ui.desktop import Desktop
from ui.widgets.list_card import ListCard

PATIENCE = 120.0
"""Seconds something on screen may take to appear."""
_TURN_MS = 15


class NotThere(AssertionError):
    """The page does not show what the tour came for."""


class Hand:
    """Drives one desktop. Nothing is reached but through widgets a person could use."""

    def __init__(self, desktop: Desktop, pictures: Path, unexpected: list[BaseException]) -> None:
        """`unexpected` gathers the errors no page put in words; the next wait raises them."""
        self.desktop, self._pictures, self._errors = desktop, pictures, unexpected
        self.taken: list[str] = []
        desktop.jobs.failed.connect(unexpected.append)

    @property
    def window(self) -> QWidget:
        assert self.desktop.window is not None
        return self.desktop.window

    def model(self) -> Any:
        """The view-model of the page shown, to read what the page shows from."""
        assert self.desktop.window is not None
        return getattr(self.desktop.window.page, "_model", None)

    def turn_to(self, page: str, argument: object = None) -> None:
        """Open a page by name."""
        assert self.desktop.window is not None
        self.desktop.window.open(page, argument)
        self.settle()

    def wait(self, until: Callable[[], object], what: str, seconds: float = PATIENCE) -> None:
        """Let the app run until `until()` is true. Raises NotThere naming `what`."""
        end = monotonic() + seconds
        while not until():
            if monotonic() > end:
                self.window.grab().save(str(self._pictures.parent / "stopped-here.png"))
                words = self._last_words()
                raise NotThere(f"{what} did not come within {seconds:.0f} s; it said {words!r}")
            loop = QEventLoop()
            QTimer.singleShot(_TURN_MS, loop.quit)
            loop.exec()
            if self._errors:
                raise self._errors.pop(0)

    def look(self, seconds: float) -> None:
        """Wait as long as a person looks, for what paints itself in its own time."""
        until = monotonic() + seconds
        self.wait(lambda: monotonic() > until, "the time to pass", seconds + 1)

    def settle(self) -> None:
        """Let every job and every repaint finish."""
        jobs = self.desktop.jobs
        self.wait(lambda: jobs.running == 0, "the end of the work")
        QApplication.processEvents()
        QApplication.sendPostedEvents()
        self.wait(lambda: jobs.running == 0 and not self._growing(), "the end of the work")

    def _growing(self) -> bool:
        """Whether a list still makes its rows."""
        return any(one.growing for one in self.window.findChildren(ListCard))

    def see(self, name: str) -> QWidget:
        """The visible widget of that object name, waited for."""
        self.wait(lambda: self._visible(name), name)
        found = self._visible(name)
        assert found is not None
        return found

    def sees(self, name: str) -> bool:
        return self._visible(name) is not None

    def press(self, name: str) -> None:
        """Click a button, card or row."""
        target = self.see(name)
        self.wait(target.isEnabled, f"{name} to be usable")
        if isinstance(target, QAbstractButton):
            target.click()
        else:
            QTest.mouseClick(target, Qt.MouseButton.LeftButton)
        self.settle()

    def press_first(self, name: str) -> None:
        """Choose the first card of a group."""
        group = self.see(name)
        cards = [w for w in group.findChildren(QWidget) if w.objectName().startswith("choice-")]
        if not cards:
            raise NotThere(f"a choice in {name}")
        card = cards[0]
        if isinstance(card, QAbstractButton):
            card.click()
        else:
            QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        self.settle()

    def choose(self, group: str, value: str) -> None:
        """Press the card of `value` in a group of choices."""
        card = self.see(group).findChild(QWidget, f"choice-{value}")
        if card is None:
            raise NotThere(f"{value!r} in {group}")
        if isinstance(card, QAbstractButton):
            card.click()
        else:
            QTest.mouseClick(card, Qt.MouseButton.LeftButton)
        self.settle()

    def type(self, name: str, text: str) -> None:
        """Write into a field, replacing what is there."""
        holder = self.see(name)
        field = holder.findChild(QLineEdit) or holder.findChild(QPlainTextEdit) or holder
        if isinstance(field, QLineEdit):
            field.selectAll()
            field.insert(text)
            field.editingFinished.emit()
        elif isinstance(field, QPlainTextEdit):
            field.selectAll()
            field.insertPlainText(text)
        else:
            raise NotThere(f"{name} takes no text")
        self.settle()

    def draw(self, name: str, points: list[tuple[float, float]]) -> None:
        """One stroke on a pad; `points` are parts of its width and height."""
        pad = self.see(name)
        places = [QPointF(x * pad.width(), y * pad.height()).toPoint() for x, y in points]
        left = Qt.MouseButton.LeftButton
        QTest.mousePress(pad, left, pos=places[0])
        for place in places[1:]:
            _move(pad, place)
        QTest.mouseRelease(pad, left, pos=places[-1])
        self.settle()

    def picture(self, name: str) -> None:
        """Keep what the window shows as NN-name.png."""
        self.settle()
        file = f"{len(list(self._pictures.glob('*.png'))) + 1:02d}-{name}.png"
        self.window.grab().save(str(self._pictures / file))
        self.taken.append(file)

    def _last_words(self) -> str:
        """What the app last said to the person, also where it has faded."""
        toast = self.window.findChild(QWidget, "toast")
        labels = toast.findChildren(QLabel) if toast else []
        return " ".join(label.text() for label in labels if label.text())

    def _visible(self, name: str) -> QWidget | None:
        for found in self.window.findChildren(QWidget, name):
            if found.isVisible():
                return found
        return None


def _move(pad: QWidget, place: QPoint) -> None:
    """A drag with the button held, as a mouse sends it."""
    from PySide6.QtCore import QEvent
    from PySide6.QtGui import QMouseEvent

    event = QMouseEvent(
        QEvent.Type.MouseMove,
        QPointF(place),
        QPointF(pad.mapToGlobal(place)),
        Qt.MouseButton.LeftButton,
        Qt.MouseButton.LeftButton,
        Qt.KeyboardModifier.NoModifier,
    )
    QApplication.sendEvent(pad, event)
