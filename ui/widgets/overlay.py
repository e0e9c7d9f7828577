"""What lies over a page for a moment: a toast, and a sheet that asks something. Never modal loops."""

from __future__ import annotations

from collections.abc import Callable
from typing import Protocol, runtime_checkable

from PySide6.QtCore import QEvent, QObject, QPoint, QRect, Qt, QTimer, Signal, SignalInstance
from PySide6.QtGui import QHideEvent, QKeyEvent, QPainter, QPaintEvent, QRegion
from PySide6.QtWidgets import QMainWindow, QSizePolicy, QWidget
from shiboken6 import isValid

from agent_app.domain.errors import Unavailable
from ui.theme import GRID, worn
from ui.widgets.button import Button
from ui.widgets.card import Surface
from ui.widgets.label import Label
from ui.widgets.layout import column, row
from ui.widgets.order import come_last
from ui.widgets.scroll import GUTTER, Scroll

_TOAST_MS = 6000


@runtime_checkable
class Coverable(Protocol):
    """A page at a door: one key hides all that it shows, and it is on every sheet over it too."""

    def cover_key(self) -> Button: ...


class Toast(Surface):
    """A sentence at the head of the window, where it covers no button; leaves by itself, can be
    read by a screen reader."""

    def __init__(self, parent: QWidget) -> None:
        self._label = Label("")
        super().__init__("toast", self._label, pad=2)
        self._host = parent
        self.setParent(parent)
        self.setObjectName("toast")
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_TOAST_MS)
        self._timer.timeout.connect(self.hide)
        self.hide()

    def say(self, words: str) -> None:
        self._label.setText(words)
        self.setAccessibleName(words)
        area = self._host.rect()
        wanted = self._label.fontMetrics().horizontalAdvance(words) + 5 * GRID
        width = min(wanted, round(560 * worn().scale / 100), area.width() - 4 * GRID)
        self.setFixedWidth(width)
        height = max(self.heightForWidth(width), worn().target())
        self.resize(width, height)
        self.move((area.width() - width) // 2, GRID // 2)
        self.raise_()
        self.show()
        self._timer.start()


class Listener(QObject):
    """`seen` says that `watched` got an event of `kind`. It lives and dies with what it watches
    and holds nothing of the listener, who may be torn down first."""

    seen = Signal()

    def __init__(self, watched: QObject, kind: QEvent.Type) -> None:
        super().__init__(watched)
        self._kind = kind
        watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == getattr(self, "_kind", None):
            self.seen.emit()
        return False


class Veil(QWidget):
    """Dims what lies in the window round `over`, such as the navigation, and takes its presses."""

    def __init__(self, over: QWidget) -> None:
        window = over.window()
        frame = (window.centralWidget() if isinstance(window, QMainWindow) else None) or window
        super().__init__(frame)
        self._over, self._frame = over, frame
        self.refit()

    def refit(self) -> None:
        """Follow the window and the page in it."""
        frame = self._frame
        self.setGeometry(frame.rect())
        page = QRect(self._over.mapTo(frame, QPoint()), self._over.size())
        around = QRegion(self.rect()) - page
        self.setVisible(not around.isEmpty())
        self.setMask(around)
        self.raise_()

    def paintEvent(self, event: QPaintEvent) -> None:
        _dim(self)


class Acting(Protocol):
    """What carries an act out, and says when it is over or why it was not done."""

    busy: SignalInstance
    failed: SignalInstance


class Sheet(QWidget):
    """A question over the page. All behind it is dimmed and cannot be reached, by hand or by
    Tab; Escape closes, and the focus goes back to where it was.

    Without words for `close` only its actions lead out of it.
    """

    closed = Signal()

    def __init__(
        self,
        parent: QWidget,
        title: str,
        content: QWidget,
        *,
        close: str,
        name: str,
        width: int = 640,
        actions: tuple[Button, ...] = (),
    ) -> None:
        super().__init__(parent)
        self.setObjectName(name)
        self._before = parent.window().focusWidget()
        self.content = content
        self._host = parent
        self._wide = width
        leave = Button(close, "quiet", name=f"{name}-close")
        leave.clicked.connect(self.leave)
        leave.setVisible(bool(close))
        self._closes = bool(close)
        covers = (parent.cover_key(),) if isinstance(parent, Coverable) else ()
        self._foot = (leave, *covers, *actions)
        foot = row(leave, *covers, 1, *actions, gap=1.5)
        scroll = Scroll(content, reach=width, pad=0)
        foot.setContentsMargins(0, 0, GUTTER, 0)
        self._panel = Surface("sheet", Label(title, "title"), scroll, foot, gap=3, pad=4)
        self._panel.body.setContentsMargins(4 * GRID, 4 * GRID, 4 * GRID - GUTTER, 4 * GRID)
        self._panel.body.setStretch(1, 1)
        self._panel.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Maximum)
        box = column(gap=0, pad=3)
        box.addWidget(self._panel, 0, Qt.AlignmentFlag.AlignCenter)
        self.setLayout(box)
        self.setAccessibleName(title)
        self._veil = Veil(parent)
        self.destroyed.connect(self._veil.deleteLater)
        self._watches = (
            Listener(parent, QEvent.Type.Resize),
            Listener(content, QEvent.Type.LayoutRequest),
        )
        for one in self._watches:
            one.seen.connect(self.refit)
        self.refit()
        self.show()
        self.raise_()
        content.setFocus()

    def leave(self) -> None:
        """Close the sheet."""
        for one in self._watches:
            one.deleteLater()
        self.hide()
        before = self._before
        if before is not None and isValid(before) and before.isVisible():
            before.setFocus(Qt.FocusReason.OtherFocusReason)
        self.closed.emit()
        self.deleteLater()

    def leave_to(self, acting: Acting | None, act: Callable[[], object]) -> None:
        """Give way to `act`. What could not be done just now brings the sheet back as it was, so
        that nothing entered in it is entered twice; without `acting` nobody says so."""
        if acting is None:
            self.leave()
            act()
            return
        begun: list[bool] = []

        def over(error: object = None) -> None:
            acting.failed.disconnect(over)
            acting.busy.disconnect(moved)
            if isValid(self) and not isinstance(error, Unavailable):
                self.leave()
            elif isValid(self):
                self.show()
                self.refit()

        def moved(busy: bool) -> None:
            begun.append(busy)
            if not busy:
                over()

        acting.failed.connect(over)
        acting.busy.connect(moved)
        self.hide()
        act()
        if not begun:
            over()

    def focusNextPrevChild(self, forward: bool) -> bool:
        """Tab goes round inside the sheet."""
        come_last(self.content, self._foot)
        here: QWidget = self.window().focusWidget() or self
        one = here.nextInFocusChain() if forward else here.previousInFocusChain()
        while one is not None and one is not here:
            takes = one.focusPolicy() & Qt.FocusPolicy.TabFocus
            if takes and self.isAncestorOf(one) and one.isVisible() and one.isEnabled():
                one.setFocus(Qt.FocusReason.TabFocusReason)
                return True
            one = one.nextInFocusChain() if forward else one.previousInFocusChain()
        return False

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape and self._closes:
            self.leave()
        else:
            super().keyPressEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        """Also when its page is left with the sheet open."""
        if isValid(self._veil):
            self._veil.hide()
        super().hideEvent(event)

    def paintEvent(self, event: QPaintEvent) -> None:
        _dim(self)

    def refit(self) -> None:
        """Take the room the content needs, at most the window's."""
        self._veil.refit()
        self.raise_()
        area = self._host.rect()
        self.setGeometry(area)
        width = min(self._wide + 8 * GRID, area.width() - 6 * GRID)
        self._panel.setFixedWidth(width)
        inner = self.content.heightForWidth(width - 8 * GRID)
        tall = inner if inner > 0 else self.content.sizeHint().height()
        wanted = tall + 3 * worn().target() + 10 * GRID
        self._panel.setFixedHeight(min(wanted, area.height() - 6 * GRID))


def _dim(over: QWidget) -> None:
    painter = QPainter(over)
    dim = worn().colour("scrim")
    dim.setAlphaF(0.55)
    painter.fillRect(over.rect(), dim)
    painter.end()
