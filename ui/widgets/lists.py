"""Rows of a list: something to the left, words in the middle, a state to the right."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QEnterEvent, QKeyEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QFrame,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from ui.theme import GRID, pixmap, worn
from ui.widgets.label import Label
from ui.widgets.layout import column, row

NEXT_KEYS = (Qt.Key.Key_Down, Qt.Key.Key_J)
LAST_KEYS = (Qt.Key.Key_Up, Qt.Key.Key_K)


class Row(QAbstractButton):
    """A row one can press; `opened` says it was. Chosen, it stands out among the rows beside it."""

    opened = Signal()

    def __init__(
        self,
        title: str,
        remark: str = "",
        *,
        lead: QWidget | None = None,
        end: QWidget | None = None,
        note: QWidget | None = None,
        value: str = "",
        style: str = "strong",
        opens: bool = True,
        name: str = "",
    ) -> None:
        """`value` is a sum, in line with those of the rows above and below. One that does not
        `opens` is only read."""
        super().__init__()
        self._chosen, self._opens = False, opens
        self.setAccessibleName(". ".join(part for part in (title, value, remark) if part))
        policy = QSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Minimum)
        policy.setHeightForWidth(True)
        self.setSizePolicy(policy)
        if name:
            self.setObjectName(name)
        words = column(Label(title, style), gap=0.5)
        if remark:
            words.addWidget(Label(remark, "label", ink="soft"))
        if note is not None:
            words.addSpacing(GRID // 2)
            words.addWidget(note)
        across = row(gap=2)
        across.setContentsMargins(16, 12, 44 if opens else 16, 12)
        if lead is not None:
            across.addWidget(lead, 0, Qt.AlignmentFlag.AlignVCenter)
        across.addLayout(words, 1)
        if value:
            across.addLayout(_at_the_right(Label(value, "strong", wrap=False), end))
        elif end is not None:
            across.addWidget(end, 0, Qt.AlignmentFlag.AlignVCenter)
        # the layout is not the row's own: Qt would ask it again at every change of the list
        self._inner, self._across, self._tall = QWidget(self), across, dict[int, int]()
        self._inner.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self._inner.setLayout(across)
        self._hint, self._least = across.totalSizeHint(), across.totalMinimumSize()
        self.setMinimumHeight(worn().target() + (16 if remark else 0))
        self.clicked.connect(lambda: self.opened.emit())
        self._be_pressed(opens)

    def _be_pressed(self, opens: bool) -> None:
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus if opens else Qt.FocusPolicy.NoFocus)
        self.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents, not opens)
        if opens:
            self.setCursor(Qt.CursorShape.PointingHandCursor)

    def sizeHint(self) -> QSize:
        return self._hint

    def minimumSizeHint(self) -> QSize:
        return self._least

    def hasHeightForWidth(self) -> bool:
        return True

    def heightForWidth(self, width: int) -> int:
        """Measured once for each width: what a row says never changes."""
        if width not in self._tall:
            self._tall[width] = max(self._across.totalHeightForWidth(width), self.minimumHeight())
        return self._tall[width]

    def resizeEvent(self, event: QResizeEvent) -> None:
        """At its full height, also while a growing list squeezes its rows for a moment."""
        wide = self.width()
        self._inner.setGeometry(0, 0, wide, max(self.height(), self.heightForWidth(wide)))

    def set_chosen(self, chosen: bool) -> None:
        self._chosen = chosen
        self.update()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = event.key()
        by = (key in NEXT_KEYS) - (key in LAST_KEYS)
        if self._opens and key in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            self.opened.emit()
        elif event.modifiers() or not by or not self._step(by):
            super().keyPressEvent(event)

    def _step(self, by: int) -> bool:
        """Up and down, K and J, go through the rows beside this one; False past the first or last."""
        beside = self.parentWidget()
        while beside is not None and not isinstance(beside, QFrame):
            beside = beside.parentWidget()
        found = beside.findChildren(Row) if beside is not None else []
        rows = [one for one in found if one.isVisible() and one.takes_focus]
        to = rows.index(self) + by
        if not 0 <= to < len(rows):
            return False
        rows[to].come_to()
        return True

    @property
    def takes_focus(self) -> bool:
        return self.focusPolicy() != Qt.FocusPolicy.NoFocus

    def come_to(self) -> None:
        """Take the keyboard's focus and be in sight."""
        self.setFocus(Qt.FocusReason.TabFocusReason)
        scroll = self.parentWidget()
        while scroll is not None and not isinstance(scroll, QScrollArea):
            scroll = scroll.parentWidget()
        if scroll is not None:
            scroll.ensureWidgetVisible(self)

    def enterEvent(self, event: QEnterEvent) -> None:
        self.update()

    def leaveEvent(self, event: QEvent) -> None:
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = QRectF(self.rect()).adjusted(1.5, 1.5, -1.5, -1.5)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        if self._chosen:
            painter.setBrush(theme.colour("accent_soft"))
        elif self.isDown() or (self._opens and self.underMouse()):
            painter.setBrush(theme.colour("sunken"))
        if self.hasFocus():
            painter.setPen(QPen(theme.colour("focus"), 3))
        painter.drawRoundedRect(frame, 12, 12)
        if self._opens:
            side = theme.icon_px() - 4
            drawing = pixmap(
                "chevron-right", theme.colour("ink_faint"), side, self.devicePixelRatioF()
            )
            spot = QPointF(self.width() - side - 14, (self.height() - side) / 2)
            painter.drawPixmap(spot, drawing)
        painter.end()


def _at_the_right(value: QWidget, end: QWidget | None) -> QVBoxLayout:
    """A sum in the line of the title, a state under it."""
    box = column(1, gap=0.5)
    for one in (value, end):
        if one is not None:
            box.addWidget(one, 0, Qt.AlignmentFlag.AlignRight)
    box.addStretch(1)
    return box


class Number(QWidget):
    """A stop's number in a ring; done stops carry a tick, a shut stop a bar."""

    def __init__(self, text: str, state: str = "open") -> None:
        super().__init__()
        self._text, self._state = text, state
        side = worn().target() - 8
        self.setFixedSize(side, side)

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        tone = {"open": "accent", "done": "success"}.get(self._state, "neutral")
        ink, ground = theme.tone(tone)
        ring = QRectF(self.rect()).adjusted(1, 1, -1, -1)
        painter.setPen(QPen(ink, 1.5))
        painter.setBrush(ground)
        painter.drawEllipse(ring)
        if self._state == "done":
            side = round(ring.width() * 0.55)
            tick = pixmap("check", ink, side, self.devicePixelRatioF())
            painter.drawPixmap(ring.center() - QPointF(side / 2, side / 2), tick)
        else:
            painter.setFont(theme.font("body", bold=True))
            painter.drawText(ring, Qt.AlignmentFlag.AlignCenter, self._text)
        painter.end()
