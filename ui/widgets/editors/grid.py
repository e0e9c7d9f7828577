"""Questions as lines of a table (`table-list`): one heads the columns, the others have marks."""

from __future__ import annotations

from PySide6.QtCore import QRectF, QSize, Qt
from PySide6.QtGui import QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QSizePolicy

from agent_app.script import NodeView
from ui.text import Text
from ui.theme import GRID, worn
from ui.widgets.editors.editor import Editor
from ui.widgets.label import Label
from ui.widgets.layout import row
from ui.widgets.mark import paint_mark

LINE, HEAD, PLAIN = "list-nolabel", "label", "list"


def is_line(view: NodeView) -> bool:
    """Whether the question is drawn on one line with its own label."""
    return any(look in (LINE, HEAD, PLAIN) for look in view.appearance.split())


class GridEditor(Editor):
    """One mark a choice, side by side; `label` shows only the words of the choices, `list` marks
    with words."""

    def __init__(self, view: NodeView, text: Text) -> None:
        super().__init__()
        looks = view.appearance.split()
        self._multi = view.kind == "select"
        line = row(gap=0)
        line.setAlignment(Qt.AlignmentFlag.AlignVCenter)
        self._marks: dict[str, Mark] = {}
        self._group = QButtonGroup(self)
        self._group.setExclusive(not self._multi)
        self.setLayout(line)
        for choice in view.choices:
            if HEAD in looks:
                words = Label(choice.label, "label", ink="soft")
                words.setAlignment(Qt.AlignmentFlag.AlignCenter)
                line.addWidget(words, 1)
                continue
            mark = Mark(choice.label if PLAIN in looks else "", multi=self._multi)
            mark.setObjectName(f"choice-{choice.value}")
            mark.setAccessibleName(choice.label)
            mark.setEnabled(not view.readonly)
            mark.clicked.connect(self._give)
            self._group.addButton(mark)
            self._marks[choice.value] = mark
            line.addWidget(mark, 1)
        self.set_value(view.value)

    def set_value(self, value: str) -> None:
        chosen = value.split() if self._multi else [value]
        self._group.setExclusive(False)
        for choice, mark in self._marks.items():
            mark.setChecked(choice in chosen)
        self._group.setExclusive(not self._multi)

    def _give(self) -> None:
        self.given.emit(" ".join(name for name, mark in self._marks.items() if mark.isChecked()))


class Mark(QAbstractButton):
    """A ring for one-of, a box for many-of, as large as a finger; words beside it, if any."""

    def __init__(self, words: str, *, multi: bool) -> None:
        super().__init__()
        self._multi = multi
        self.setText(words)
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def sizeHint(self) -> QSize:
        theme = worn()
        words = self.fontMetrics().horizontalAdvance(self.text()) + GRID if self.text() else 0
        return QSize(theme.target() + words, theme.target())

    def paintEvent(self, event: QPaintEvent) -> None:
        theme = worn()
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        side = theme.icon_px()
        left = GRID if self.text() else (self.width() - side) / 2
        box = QRectF(left, (self.height() - side) / 2, side, side)
        paint_mark(
            painter, box, chosen=self.isChecked(), multi=self._multi, focused=self.hasFocus()
        )
        if self.text():
            painter.setFont(theme.font("body"))
            painter.setPen(theme.colour("ink" if self.isEnabled() else "ink_faint"))
            words = QRectF(box.right() + GRID, 0, self.width() - box.right() - GRID, self.height())
            painter.drawText(words, Qt.AlignmentFlag.AlignVCenter, self.text())
        painter.end()
