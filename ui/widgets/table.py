"""A plain table of texts; numbers stand right."""

from __future__ import annotations

from collections.abc import Sequence

from PySide6.QtCore import (
    QAbstractTableModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QRect,
    Qt,
    Signal,
)
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import (
    QAbstractItemView,
    QHeaderView,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
)

from ui.theme import worn

_PADDING = 14
"""Pixels within a cell to the left and right of its words (base.qss)."""
Index = QModelIndex | QPersistentModelIndex


class Rows(QAbstractTableModel):
    """Rows of texts under a head. Column numbers in `right` are right-aligned."""

    def __init__(
        self,
        head: Sequence[str],
        rows: Sequence[Sequence[str]] = (),
        right: frozenset[int] = frozenset(),
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._head, self._rows, self._right = tuple(head), [tuple(r) for r in rows], right

    def set_rows(self, rows: Sequence[Sequence[str]]) -> None:
        self.beginResetModel()
        self._rows = [tuple(row) for row in rows]
        self.endResetModel()

    def rowCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._rows)

    def columnCount(self, parent: Index = QModelIndex()) -> int:  # noqa: B008
        return 0 if parent.isValid() else len(self._head)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        if role == Qt.ItemDataRole.DisplayRole:
            return self._rows[index.row()][index.column()]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if index.column() in self._right
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> object:
        if orientation != Qt.Orientation.Horizontal:
            return None
        if role == Qt.ItemDataRole.DisplayRole:
            return self._head[section]
        if role == Qt.ItemDataRole.TextAlignmentRole:
            side = (
                Qt.AlignmentFlag.AlignRight
                if section in self._right
                else Qt.AlignmentFlag.AlignLeft
            )
            return side | Qt.AlignmentFlag.AlignVCenter
        return None


def _flush(rect: QRect, column: int, columns: int) -> QRect:
    """The outer columns reach out by their padding: their words stand in line with what is above
    and below the table."""
    out = _PADDING
    return rect.adjusted(-out if column == 0 else 0, 0, out if column == columns - 1 else 0, 0)


class _Cells(QStyledItemDelegate):
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        widened = QStyleOptionViewItem(option)
        widened.rect = _flush(option.rect, index.column(), index.model().columnCount())
        super().paint(painter, widened, index)


class _Head(QHeaderView):
    def paintSection(self, painter: QPainter, rect: QRect, logicalIndex: int) -> None:
        super().paintSection(painter, _flush(rect, logicalIndex, self.count()), logicalIndex)


class Table(QTableView):
    """Shows Rows; `opened` carries the number of the row pressed."""

    opened = Signal(int)

    def __init__(self, model: Rows, *, says: str, name: str = "", stretch: int = 0) -> None:
        super().__init__()
        self.setAccessibleName(says)
        model.setParent(self)
        self.setItemDelegate(_Cells(self))
        self.setHorizontalHeader(_Head(Qt.Orientation.Horizontal, self))
        self.setModel(model)
        if name:
            self.setObjectName(name)
        self.setShowGrid(False)
        self.setWordWrap(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setDefaultSectionSize(worn().target())
        head = self.horizontalHeader()
        head.setSectionResizeMode(QHeaderView.ResizeMode.ResizeToContents)
        head.setSectionResizeMode(stretch, QHeaderView.ResizeMode.Stretch)
        head.setHighlightSections(False)
        head.setMinimumHeight(worn().target())
        self.clicked.connect(lambda index: self.opened.emit(index.row()))

    def fit(self) -> None:
        """As tall as its rows, for a short table on a page that scrolls itself."""
        rows = self.model().rowCount()
        tall = self.horizontalHeader().minimumHeight() + rows * worn().target() + 4
        self.setFixedHeight(tall)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
