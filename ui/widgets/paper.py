"""A paper on the screen, page by page, as it will be printed; and to the printer."""

from __future__ import annotations

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QMargins, QObject, QSize
from PySide6.QtGui import QPageSize, QPainter, QPalette
from PySide6.QtPdf import QPdfDocument
from PySide6.QtPdfWidgets import QPdfView
from PySide6.QtWidgets import QSizePolicy, QWidget

from ui.theme import worn
from ui.widgets.layout import column


class Paper(QWidget):
    """Shows PDF bytes; scrolls through all pages at the width there is."""

    def __init__(self, *, name: str = "paper") -> None:
        super().__init__()
        self._document = QPdfDocument(self)
        self._source: QBuffer | None = None
        self._view = QPdfView(self)
        self._view.setDocument(self._document)
        self._view.setPageMode(QPdfView.PageMode.MultiPage)
        self._view.setZoomMode(QPdfView.ZoomMode.FitToWidth)
        self._view.setObjectName(name)
        self._view.setDocumentMargins(QMargins())
        ground = self._view.palette()
        ground.setColor(QPalette.ColorRole.Dark, worn().colour("sunken"))
        self._view.setPalette(ground)
        self._view.setMinimumHeight(560)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setLayout(column(self._view, gap=0))

    def show_pdf(self, pdf: bytes) -> None:
        old = self._source
        self._document.close()
        self._source = open_bytes(pdf, self)
        self._document.load(self._source)
        if old is not None:
            old.deleteLater()

    def pages(self) -> int:
        return self._document.pageCount()


def open_bytes(data: bytes, parent: QObject) -> QBuffer:
    """`data` as a readable device owned by `parent`."""
    buffer = QBuffer(parent)
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    return buffer


def print_pdf(pdf: bytes, parent: QWidget, *, copies: int = 1) -> None:
    """Ask for a printer and send every page of `pdf` to it, `copies` times unless chosen otherwise."""
    from PySide6.QtPrintSupport import QPrintDialog, QPrinter

    printer = QPrinter(QPrinter.PrinterMode.HighResolution)
    printer.setCopyCount(copies)
    first = QPdfDocument(parent)
    first.load(open_bytes(pdf, first))
    size = QPageSize(first.pagePointSize(0), QPageSize.Unit.Point)
    printer.setPageSize(size)
    first.deleteLater()
    dialog = QPrintDialog(printer, parent)
    dialog.accepted.connect(lambda: _send(pdf, printer, parent))
    dialog.show()


def _send(pdf: bytes, printer: object, parent: QObject) -> None:
    from PySide6.QtPrintSupport import QPrinter

    assert isinstance(printer, QPrinter)
    document = QPdfDocument(parent)
    document.load(open_bytes(pdf, document))
    painter = QPainter(printer)
    for page in range(document.pageCount()):
        if page:
            printer.newPage()
        area = printer.pageLayout().paintRectPixels(printer.resolution())
        size = document.pagePointSize(page)
        scale = min(area.width() / size.width(), area.height() / size.height())
        image = document.render(
            page, QSize(round(size.width() * scale), round(size.height() * scale))
        )
        painter.drawImage(0, 0, image)
    painter.end()
    document.deleteLater()
