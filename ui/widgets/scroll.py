"""What is longer than the window: scrolled by wheel, key, bar or finger."""

from __future__ import annotations

from PySide6.QtCore import QEvent, QPoint, QPointF, QSize, Qt
from PySide6.QtGui import QMouseEvent, QScrollPrepareEvent
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QScrollArea,
    QScroller,
    QSlider,
    QWidget,
)

from ui.widgets.layout import column, row

GUTTER = 12
"""Pixels the scroll bar takes at the right of what scrolls, shown or not."""
_AWAY = -10_000


class _Scrolled(QWidget):
    """As tall as its content is at the width there is, never as tall as at the narrowest."""

    def minimumSizeHint(self) -> QSize:
        return QSize(super().minimumSizeHint().width(), 0)


def _keeps_finger(within: QWidget, spot: QPoint) -> bool:
    """Whether what lies at `spot` wants the finger for itself."""
    found = within.childAt(within.mapFromGlobal(spot))
    while found is not None and found is not within:
        if isinstance(found, QSlider) or found.testAttribute(
            Qt.WidgetAttribute.WA_AcceptTouchEvents
        ):
            return True
        found = found.parentWidget()
    return False


class Scroll(QScrollArea):
    """Scrolls one column up and down; its content is at most `reach` pixels wide, centred, and
    stays where it is as the bar comes and goes."""

    def __init__(
        self, content: QWidget, *, reach: int = 960, pad: float = 3, tall: bool = False
    ) -> None:
        """`tall`: the content takes the whole height where it needs less."""
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QScrollArea.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOn)
        bar = self.verticalScrollBar()
        bar.rangeChanged.connect(self._ranged)
        bar.setEnabled(False)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        content.setMaximumWidth(reach)
        holder = _Scrolled()
        holder.setObjectName("scrolled")
        across = row(pad=pad, gap=0)
        margins = across.contentsMargins()
        across.setContentsMargins(
            margins.left(), margins.top(), max(0, margins.right() - GUTTER), margins.bottom()
        )
        across.addStretch(1)
        across.addLayout(column(content, *(() if tall else (1,)), gap=0), 1000)
        across.addStretch(1)
        holder.setLayout(across)
        self.setWidget(holder)
        self.viewport().setAutoFillBackground(False)
        holder.setAutoFillBackground(False)
        QScroller.grabGesture(self.viewport(), QScroller.ScrollerGestureType.TouchGesture)
        QScroller.scroller(self.viewport()).stateChanged.connect(self._let_go)

    def _ranged(self, low: int, high: int) -> None:
        self.verticalScrollBar().setEnabled(high > low)

    def viewportEvent(self, event: QEvent) -> bool:
        """A finger scrolls, but not where it draws or slides."""
        if isinstance(event, QScrollPrepareEvent):
            spot = self.viewport().mapToGlobal(event.startPos().toPoint())
            if _keeps_finger(self.viewport(), spot):
                event.ignore()
                return False
        return super().viewportEvent(event)

    def _let_go(self, state: QScroller.State) -> None:
        """A finger that scrolls no longer presses the button it began on."""
        if state != QScroller.State.Dragging:
            return
        left, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        for button in self.findChildren(QAbstractButton):
            if button.isDown():
                away = QMouseEvent(
                    QEvent.Type.MouseButtonRelease, QPointF(_AWAY, _AWAY), QPointF(_AWAY, _AWAY),
                    left, Qt.MouseButton.NoButton, none,
                )  # fmt: skip
                QApplication.sendEvent(button, away)
