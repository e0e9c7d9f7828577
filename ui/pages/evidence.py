"""A file of the evidence over the page: a paper, a photo, a recording."""

from __future__ import annotations

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QLabel, QWidget

from ui.text import Text
from ui.widgets.card import EmptyState
from ui.widgets.overlay import Sheet
from ui.widgets.paper import Paper

_WIDE = 760


def evidence_sheet(page: QWidget, text: Text, kind: str, slot: str, data: bytes) -> Sheet:
    """Show `data` of media type `kind`; what cannot be shown says its size."""
    shown: QWidget
    if kind == "application/pdf":
        paper = Paper(name="evidence-paper")
        paper.show_pdf(data)
        shown = paper
    elif kind.startswith("image/"):
        label = QLabel()
        label.setObjectName("evidence-photo")
        image = QImage.fromData(data)
        smooth = Qt.TransformationMode.SmoothTransformation
        if image.width() > _WIDE:
            image = image.scaledToWidth(_WIDE, smooth)
        label.setPixmap(QPixmap.fromImage(image))
        shown = label
    else:
        shown = EmptyState(
            "mic" if kind.startswith("audio/") else "file", kind, text.size(len(data))
        )
    title = text.choose(f"evidence_files.{slot.partition('-')[0]}", slot)
    return Sheet(page, title, shown, close=text.say("page.close"), name="evidence-sheet", width=820)
