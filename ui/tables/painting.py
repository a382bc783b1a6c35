"""How the cells of a list are drawn: text, two lines, the time left, badges. Colours and fonts are the theme's."""

from typing import Any

from PySide6.QtCore import QModelIndex, QObject, QPersistentModelIndex, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPen
from PySide6.QtWidgets import QStyle, QStyledItemDelegate, QStyleOptionViewItem

from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.theme import TONES, theme
from ui.widgets.marks import SHARE, paint_mark

KEPT = 4000
"""Shortened texts remembered, so that a repaint does not measure them again."""
_ALIGNED = {
    "left": Qt.AlignmentFlag.AlignLeft,
    "right": Qt.AlignmentFlag.AlignRight,
    "centre": Qt.AlignmentFlag.AlignHCenter,
}
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
_SELECTED = QStyle.StateFlag.State_Selected


class RowPainter(QStyledItemDelegate):
    """Draws every cell of a :class:`~ui.tables.record_table.RecordTable`."""

    def __init__(self, table: RecordTable[Any], parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._table = table
        self.hovered_row = -1
        self._shortened: dict[tuple[str, int, int, bool], str] = {}
        self.measure()

    def measure(self) -> None:
        """Take fonts and lengths from the theme again: it changed."""
        self._fonts = {(size, strong): theme.font(size, strong) for size in (12, 13) for strong in (False, True)}
        self._metrics = {face: QFontMetrics(font) for face, font in self._fonts.items()}
        self._pad = theme.px(8)
        self._first_pad = theme.px(16)
        self._shortened.clear()

    def sizeHint(self, _option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex) -> QSize:
        """Wide enough for the whole text: used when a person double-clicks the edge of a heading."""
        record = self._table.record_at(index.row())
        if record is None:
            return QSize()
        column = self._table.columns[index.column()]
        metrics = self._metrics[13, True]
        texts = [column.text(record, self._table.now())]
        texts += [column.subtitle(record)] if column.subtitle is not None else []
        wide = max(metrics.horizontalAdvance(text) for text in texts)
        return QSize(wide + 3 * self._first_pad, theme.row_height(column.paint is Paint.TWO_LINE))

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        row, place = index.row(), index.column()
        record = self._table.record_at(row)
        if record is None:
            return
        rect: QRect = option.rect
        selected = bool(option.state & _SELECTED)
        self._paint_ground(painter, rect, selected, row == self.hovered_row, place == 0)
        left = self._first_pad if place == 0 else self._pad
        right = self._first_pad if place == len(self._table.columns) - 1 else self._pad
        box = rect.adjusted(left, 0, -right, -1)
        column = self._table.columns[place]
        if column.paint is Paint.CLOCK:
            self._paint_clock(painter, box, column, record)
        elif column.paint is Paint.BADGE:
            self._paint_badge(painter, box, column, record)
        elif column.paint is Paint.TWO_LINE:
            self._paint_two_lines(painter, box, column, record)
        else:
            self._paint_text(painter, box, column, record)

    # ------------------------------------------------------------------ the kinds of cell

    def _paint_ground(self, painter: QPainter, rect: QRect, selected: bool, hovered: bool, first: bool) -> None:
        if selected or hovered:
            painter.fillRect(rect, theme.colour("accent_soft" if selected else "hover"))
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if selected and first:
            painter.fillRect(rect.left(), rect.top(), theme.px(3), rect.height(), theme.colour("accent"))

    def _paint_text(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        text = column.text(record, self._table.now())
        tone = column.tone(record) if column.tone is not None else ""
        ink = theme.colour(TONES[tone][0] if tone else "ink")
        self._write(painter, box, text, 13, column.strong, ink, column.align)

    def _paint_two_lines(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        above, below = self._metrics[13, True].height(), self._metrics[12, False].height()
        top = box.top() + (box.height() - above - below) // 2
        upper, lower = QRect(box.left(), top, box.width(), above), QRect(box.left(), top + above, box.width(), below)
        self._write(painter, upper, column.text(record, self._table.now()), 13, True, theme.colour("ink"))
        second = column.subtitle(record) if column.subtitle is not None else ""
        self._write(painter, lower, second, 12, False, theme.colour("ink_2"))

    def _paint_clock(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        running = column.clock(record) if column.clock is not None else None
        if running is None:
            return
        now = self._table.now()
        colour = theme.tone(running.tone(now))[0]
        font = self._fonts[13, True]
        side = round(font.pixelSize() * SHARE)
        middle = box.center().y() + 1
        shape = QRectF(box.left(), middle - side / 2, side, side)
        paint_mark(painter, shape, running.pressing(now), colour)
        words = box.adjusted(side + theme.px(5), 0, 0, 0)
        self._write(painter, words, running.words(now), 13, True, colour)

    def _paint_badge(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        text = column.text(record, self._table.now())
        if not text:
            return
        tone = column.tone(record) if column.tone is not None else "quiet"
        text = self._short(text, box.width() - self._pad, 12, False)
        metrics = self._metrics[12, False]
        width, height = metrics.horizontalAdvance(text) + theme.px(12), metrics.height() + theme.px(3)
        pill = QRect(0, 0, width, height)
        pill.moveCenter(box.center())
        if column.align == "right":
            pill.moveRight(box.right())
        elif column.align == "left":
            pill.moveLeft(box.left())
        ink, ground = theme.tone(tone or "quiet")
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(ground)
        painter.setPen(QPen(theme.colour("line"), 1) if tone in {"", "quiet"} else Qt.PenStyle.NoPen)
        painter.drawRoundedRect(QRectF(pill).adjusted(0.5, 0.5, -0.5, -0.5), theme.px(4), theme.px(4))
        painter.restore()
        self._write(painter, pill, text, 12, False, ink, "centre")

    # ------------------------------------------------------------------ writing

    def _write(
        self, painter: QPainter, box: QRect, text: str, size: int, strong: bool, ink: QColor, align: str = "left"
    ) -> None:
        if text:
            painter.setFont(self._font(size, strong))
            painter.setPen(ink)
            painter.drawText(box, _MIDDLE | _ALIGNED[align], self._short(text, box.width(), size, strong))

    def _font(self, size: int, strong: bool) -> QFont:
        return self._fonts[size, strong]

    def _short(self, text: str, width: int, size: int, strong: bool) -> str:
        """The text as far as it fits, with an ellipsis where it does not; line breaks become spaces."""
        key = (text, width, size, strong)
        short = self._shortened.get(key)
        if short is None:
            if len(self._shortened) > KEPT:
                self._shortened.clear()
            flat = text.replace("\n", " ")
            short = self._metrics[size, strong].elidedText(flat, Qt.TextElideMode.ElideRight, max(width, 0))
            self._shortened[key] = short
        return short
