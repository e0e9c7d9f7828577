"""A QR code, black on white in every theme, large enough for a phone held at arm's length."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QImage, QPainter, QPaintEvent
from PySide6.QtWidgets import QSizePolicy, QWidget

from agent_app.documents.qr import Code

_QUIET = 4
"""Modules of white around the code (ISO/IEC 18004 §9.1)."""


class QrView(QWidget):
    """Draws `code` at the largest whole module size that fits `side` pixels."""

    def __init__(self, code: Code, says: str, *, side: int = 400, name: str = "qr") -> None:
        super().__init__()
        self._side = side
        self._image = picture(code)
        self.setObjectName(name)
        self.setAccessibleName(says)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        module = max(2, self._side // self._image.width())
        return QSize(module * self._image.width(), module * self._image.width())

    def paintEvent(self, event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.drawImage(QRectF(self.rect()), self._image)
        painter.end()


def picture(code: Code) -> QImage:
    """One pixel a module, with its quiet zone."""
    size = code.size + 2 * _QUIET
    image = QImage(size, size, QImage.Format.Format_Grayscale8)
    image.fill(Qt.GlobalColor.white)
    for y, line in enumerate(code.rows):
        for x in range(code.size):
            if not line >> (code.size - 1 - x) & 1:
                image.setPixel(x + _QUIET, y + _QUIET, 0xFF000000)
    return image
