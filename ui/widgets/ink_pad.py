"""A pad to sign on: strokes with time, pressure and tilt, by pen, finger or mouse."""

from __future__ import annotations

from itertools import pairwise

from PySide6.QtCore import QElapsedTimer, QEvent, QPointF, QRect, QSize, Qt, Signal
from PySide6.QtGui import (
    QColor,
    QImage,
    QInputDevice,
    QMouseEvent,
    QPainter,
    QPainterPath,
    QPaintEvent,
    QPen,
    QPixmap,
    QPointerEvent,
    QTabletEvent,
    QTouchEvent,
)
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_app.documents.ink import Point, Stroke
from ui.theme import worn

_MM_PER_INCH = 25.4


class InkPad(QWidget):
    """Collects strokes. `signed` fires after each stroke with whether there is any ink."""

    signed = Signal(bool)

    def __init__(self, says: str, *, line: bool = True, name: str = "ink-pad") -> None:
        super().__init__()
        self._line = line
        self._under = QImage()
        self.setObjectName(name)
        self.setAccessibleName(says)
        self._says = says
        self._strokes: list[list[Point]] = []
        self._tools: list[str] = []
        self._clock = QElapsedTimer()
        self._first = 0
        self._down = False
        self.setAttribute(Qt.WidgetAttribute.WA_AcceptTouchEvents)
        self.setMinimumHeight(200)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.MinimumExpanding)
        self.setCursor(Qt.CursorShape.CrossCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def sizeHint(self) -> QSize:
        return QSize(640, 240)

    def strokes(self) -> tuple[Stroke, ...]:
        """The ink so far, as the device gave it."""
        pairs = zip(self._strokes, self._tools, strict=True)
        return tuple(Stroke(tuple(points), tool) for points, tool in pairs if len(points) > 1)

    def clear(self) -> None:
        self._strokes.clear()
        self._tools.clear()
        self._clock.invalidate()
        self.update()
        self.signed.emit(False)

    def lay_under(self, picture: QImage) -> None:
        """Draw on `picture` from now on."""
        self.clear()
        self._under = picture
        self.setMinimumHeight(min(picture.height(), 480))

    def picture(self) -> QPixmap:
        """What is drawn, with the picture under it, without the frame of the pad."""
        made = QPixmap(self.size() * self.devicePixelRatioF())
        made.setDevicePixelRatio(self.devicePixelRatioF())
        made.fill(Qt.GlobalColor.white)
        painter = QPainter(made)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_under(painter)
        ink = QColor("black") if self._under.isNull() else QColor("red")
        for stroke in self._strokes:
            self._paint_stroke(painter, stroke, ink)
        painter.end()
        return made

    def mousePressEvent(self, event: QMouseEvent) -> None:
        self._begin("mouse")
        self._draw(event, event.position())

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._draw(event, event.position())

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self._lift()

    def tabletEvent(self, event: QTabletEvent) -> None:
        kind = event.type()
        if kind == QTabletEvent.Type.TabletPress:
            self._begin("pen")
        if kind == QTabletEvent.Type.TabletRelease:
            self._lift()
        else:
            tilt = (event.xTilt(), event.yTilt())
            self._draw(event, event.position(), event.pressure(), tilt)
        event.accept()

    def event(self, event: QEvent) -> bool:
        """One finger writes; a palm beside it does not."""
        if not isinstance(event, QTouchEvent) or not event.points():
            return super().event(event)
        finger = event.points()[0]
        if event.type() == QEvent.Type.TouchBegin:
            self._begin("finger")
        if event.type() in (QEvent.Type.TouchEnd, QEvent.Type.TouchCancel):
            self._lift()
        else:
            feels = QInputDevice.Capability.Pressure in event.device().capabilities()
            self._draw(event, finger.position(), finger.pressure() if feels else None)
        event.accept()
        return True

    def _begin(self, tool: str) -> None:
        self._down = True
        self._strokes.append([])
        self._tools.append(tool)

    def _draw(
        self,
        event: QPointerEvent,
        spot: QPointF,
        pressure: float | None = None,
        tilt: tuple[float | None, float | None] = (None, None),
    ) -> None:
        if self._down:
            x, y = spot.x() * self._mm(), spot.y() * self._mm()
            at = self._since_first(event)
            self._strokes[-1].append(Point(round(x, 3), round(y, 3), at, pressure, *tilt))
            self.update()

    def _since_first(self, event: QPointerEvent) -> int:
        """The device's own time in ms since the first point; ours where it gives none."""
        if not self._clock.isValid():
            self._clock.start()
            self._first = event.timestamp()
        if event.timestamp() and self._first:
            return max(0, event.timestamp() - self._first)
        return self._clock.elapsed()

    def _lift(self) -> None:
        if self._down:
            self._down = False
            self.signed.emit(bool(self.strokes()))

    def _mm(self) -> float:
        return _MM_PER_INCH / max(1, self.logicalDpiX())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        frame = self.rect().adjusted(1, 1, -2, -2)
        painter.setBrush(theme.colour("surface"))
        edge = "focus" if self.hasFocus() else "line_strong"
        painter.setPen(QPen(theme.colour(edge), 2, Qt.PenStyle.DashLine))
        painter.drawRoundedRect(frame, 14, 14)
        self._paint_under(painter)
        if self._line:
            base = round(self.height() * 0.72)
            painter.setPen(QPen(theme.colour("line_strong"), 1))
            painter.drawLine(32, base, self.width() - 32, base)
        painter.setPen(theme.colour("ink_faint"))
        painter.setFont(theme.font("label"))
        if not self._strokes:
            painter.drawText(
                frame.adjusted(32, 0, -32, -12), Qt.AlignmentFlag.AlignBottom, self._says
            )
        painter.setBrush(Qt.BrushStyle.NoBrush)
        ink = theme.colour("ink") if self._under.isNull() else theme.colour("danger")
        for stroke in self._strokes:
            self._paint_stroke(painter, stroke, ink)
        painter.end()

    def _paint_under(self, painter: QPainter) -> None:
        if self._under.isNull():
            return
        fit = self._under.size().scaled(self.size(), Qt.AspectRatioMode.KeepAspectRatio)
        spot = QRect(0, 0, fit.width(), fit.height())
        spot.moveCenter(self.rect().center())
        painter.drawImage(spot, self._under)

    def _paint_stroke(self, painter: QPainter, stroke: list[Point], ink: QColor) -> None:
        if not stroke:
            return
        scale = 1 / self._mm()
        spots = [QPointF(point.x * scale, point.y * scale) for point in stroke]
        path = QPainterPath(spots[0])
        for one, following in pairwise(spots[1:]):
            path.quadTo(one, (one + following) / 2)
        path.lineTo(spots[-1])
        mean = sum(point.pressure or 0.5 for point in stroke) / len(stroke)
        pen = QPen(ink, 1.8 + 2.2 * mean)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        pen.setJoinStyle(Qt.PenJoinStyle.RoundJoin)
        painter.setPen(pen)
        painter.drawPath(path)
