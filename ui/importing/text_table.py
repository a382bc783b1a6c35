"""A small table of plain words, for what is no record: the rows of a file."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import (
    QAbstractItemView,
    QFrame,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QTableView,
    QWidget,
)

from ui.theme import theme
from ui.widgets.plain_label import tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ALIGNMENT = Qt.ItemDataRole.TextAlignmentRole
_PAD, _FIRST_PAD = 5, 13  # px of the design, beside what the style gives
LONGEST = 200
"""Characters of a cell that are shown; the tool tip has more."""


class TextTable(QAbstractTableModel):
    """Headings and rows of words; a row may have a tone (of :data:`ui.theme.TONES`)."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.headings: tuple[str, ...] = ()
        self.rows: list[tuple[str, ...]] = []
        self.tones: list[str] = []

    def show_rows(self, headings: Sequence[str], rows: Sequence[Sequence[str]], tones: Sequence[str] = ()) -> None:
        """Other headings, other rows."""
        self.beginResetModel()
        self.headings, self.rows = tuple(headings), [tuple(row) for row in rows]
        self.tones = list(tones) or [""] * len(rows)
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.headings)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        text = row[index.column()] if index.column() < len(row) else ""
        if role == Qt.ItemDataRole.DisplayRole:
            return text.replace("\n", " ")[:LONGEST]
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(text)
        if role == Qt.ItemDataRole.ForegroundRole and self.tones[index.row()]:
            return theme.tone(self.tones[index.row()])[0]
        return None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.headings):
            return None
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(self.headings[section])
        if role == Qt.ItemDataRole.DisplayRole:
            return self.headings[section]
        return Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter if role == _ALIGNMENT else None


class _Padded(QStyledItemDelegate):
    """Cells begin where their headings begin."""

    def initStyleOption(self, option: QStyleOptionViewItem, index: Index) -> None:
        super().initStyleOption(option, index)
        option.rect = option.rect.adjusted(theme.px(_PAD if index.column() else _FIRST_PAD), 0, 0, 0)


class TextView(QTableView):
    """Shows such a table quietly."""

    def __init__(self, table: TextTable, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setModel(table)
        self.setItemDelegate(_Padded(self))
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.horizontalHeader().setHighlightSections(False)
        self.horizontalHeader().setStretchLastSection(True)
        self._widths: list[int] = []
        theme.changed.connect(self._measure)
        self._measure()

    def _measure(self) -> None:
        self.verticalHeader().setMinimumSectionSize(theme.px(16))
        self.verticalHeader().setDefaultSectionSize(theme.row_height())

    def fit(self, widths: Sequence[int]) -> None:
        """Give the columns these widths, px of the design; where there is more room, all but the first have more."""
        self._widths = list(widths)
        self._spread()

    def _spread(self) -> None:
        first, others = theme.px(sum(self._widths[:1])), theme.px(sum(self._widths[1:]))
        more = max(1.0, (self.viewport().width() - first) / others) if others else 1.0
        for place, width in enumerate(self._widths):
            self.setColumnWidth(place, round(theme.px(width) * (more if place else 1)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._spread()
