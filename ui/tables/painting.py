"""How the cells of a list are drawn: text, two lines, the time left, badges. Colours and fonts are the theme's."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, ClassVar, NamedTuple

from PySide6.QtCore import QPoint, QPointF, QRect, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QPainter, QPixmap, QStaticText, QTextLayout, QTransform

from commandcenter.domain.record import Key
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.theme import TONES, theme
from ui.widgets.marks import BADGE_ABOVE, BADGE_SIDES, SHARE, paint_mark, paint_pill

ROWS_KEPT = 96
"""Pictures of rows kept: more than are ever in sight at once."""
_BEHIND_MARK = 5  # px of the design between the shape of a clock and its words
_DOT = 6  # px of the design: the mark of a column
_BAR = 3  # px of the design: how thick the bar of a cell is
KEPT = 4000
"""Texts remembered as they are laid out, so that a repaint does not lay them out again."""


@dataclass(frozen=True, slots=True)
class Written:
    """A text laid out once, to be drawn many times: laying out costs three times what drawing does."""

    text: QStaticText
    width: float
    above: float
    """From its top to its baseline, in px. A fallback font's line may stand higher than the font's own."""

    @classmethod
    def of(cls, text: str, font: QFont) -> "Written":
        """Lay out one line."""
        static = QStaticText(text)
        static.setTextFormat(Qt.TextFormat.PlainText)
        static.prepare(QTransform(), font)
        layout = QTextLayout(text, font)
        layout.beginLayout()
        line = layout.createLine()
        layout.endLayout()
        return cls(static, line.naturalTextWidth(), line.ascent())


class Looks(NamedTuple):
    """How a row stands in its list. ``focused``: the keyboard is here."""

    selected: bool = False
    hovered: bool = False
    focused: bool = False


@dataclass(frozen=True, slots=True)
class Drawn:
    """The picture of a row, and what it depends on beside its record (for that, see :meth:`RowPainter.forget`)."""

    stamp: tuple[Any, ...]
    picture: QPixmap


class RowPainter:
    """Draws the rows of a :class:`~ui.tables.record_table.RecordTable`, each once until it changes.

    Measured: drawing the cells of a screenful anew costs 7 ms, putting the kept pictures there 0.3 ms, and a
    list whose rows come and go far away is drawn again at every change.
    """

    def __init__(self, table: RecordTable[Any]) -> None:
        self._table = table
        self._changing = tuple(c for c in table.columns if c.clock is not None or c.timed)
        self._rows: dict[Key, Drawn] = {}
        self._kept: dict[tuple[str, int, int, bool], Written] = {}
        self.measure()

    def measure(self) -> None:
        """Take fonts and lengths from the theme again: it changed."""
        self._fonts = {(size, strong): theme.font(size, strong) for size in (12, 13) for strong in (False, True)}
        self._metrics = {face: QFontMetrics(font) for face, font in self._fonts.items()}
        self._pad = theme.px(8)
        self._first_pad = theme.px(16)
        self._kept.clear()
        self._rows.clear()

    def forget(self, key: Key | None = None) -> None:
        """Draw this row anew next time; all rows for None."""
        if key is None:
            self._rows.clear()
        else:
            self._rows.pop(key, None)

    def words(self, record: Any) -> tuple[str, ...]:
        """What this row says now in the columns that change with time alone."""
        now = self._table.now()
        return tuple(column.text(record, now) for column in self._changing)

    def width_of(self, record: Any, column: Column[Any]) -> int:
        """How wide the cell would have to be to show its whole text, in px."""
        metrics = self._metrics[13, True]
        texts = [column.text(record, self._table.now())]
        texts += [column.subtitle(record)] if column.subtitle is not None else []
        return max(metrics.horizontalAdvance(text) for text in texts) + 3 * self._first_pad

    def row(
        self, record: Any, looks: Looks, cells: Sequence[tuple[int, int, int]], size: QSize, ratio: float
    ) -> QPixmap:
        """The picture of a row. ``cells``: column, left edge and width of each; ``size`` in px, ``ratio`` per px."""
        stamp = (looks, size.width(), size.height(), ratio, *self.words(record))
        drawn = self._rows.get(record.id)
        if drawn is None or drawn.stamp != stamp:
            if len(self._rows) > ROWS_KEPT:
                self._rows.clear()
            picture = QPixmap(size * ratio)
            picture.setDevicePixelRatio(ratio)
            self._draw(picture, record, looks, cells, QRect(QPoint(0, 0), size))
            drawn = self._rows[record.id] = Drawn(stamp, picture)
        return drawn.picture

    def _draw(
        self, picture: QPixmap, record: Any, looks: Looks, cells: Sequence[tuple[int, int, int]], rect: QRect
    ) -> None:
        picture.fill(theme.colour("accent_soft" if looks.selected else "hover" if looks.hovered else "surface"))
        painter = QPainter(picture)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if looks.selected:
            painter.fillRect(0, 0, theme.px(3), rect.height(), theme.colour("accent"))
        if looks.focused:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        for n, (place, x, width) in enumerate(cells):
            left = self._first_pad if n == 0 else self._pad
            right = self._first_pad if n == len(cells) - 1 else self._pad
            column = self._table.columns[place]
            if column.width == 0 and n == len(cells) - 2:
                width += self._spared(record, *cells[n + 1])  # noqa: PLW2901 – the room its neighbour does not need
            box = QRect(x + left, 0, width - left - right, rect.height() - 1)
            self._paint_by[column.paint](self, painter, box, column, record)
            self._paint_dot(painter, box, column, record)
        painter.end()

    def _spared(self, record: Any, place: int, _x: int, width: int) -> int:
        """How much of the last cell this row leaves empty on its left: all but a badge that stands at the right."""
        column = self._table.columns[place]
        if column.paint is not Paint.BADGE or column.align != "right":
            return 0
        text = column.text(record, self._table.now())
        if not text:
            return width - (self._first_pad - self._pad)
        return max(0, width - self._pad - self._first_pad - self._pill_width(text, width))

    # ------------------------------------------------------------------ the kinds of cell

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

    def _paint_bar(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        share = column.share(record) if column.share is not None else None
        thick = theme.px(_BAR)
        self._paint_text(painter, box.adjusted(0, 0, 0, -2 * thick), column, record)
        if share is None:
            return
        top = box.center().y() + self._metrics[13, True].height() // 2 - thick // 2
        whole = QRect(box.left(), top, box.width(), thick)
        painter.fillRect(whole, theme.colour("line"))
        tone = column.tone(record) if column.tone is not None else ""
        part = QRect(whole.left(), top, round(whole.width() * min(1.0, max(0.0, share))), thick)
        painter.fillRect(part, theme.colour(TONES[tone or "accent"][0]))

    def _paint_clock(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        running = column.clock(record) if column.clock is not None else None
        if running is None:
            return
        now = self._table.now()
        colour = theme.tone(running.tone(now))[0]
        side = self._mark_side()
        middle = box.center().y() + 1
        shape = QRectF(box.left(), middle - side / 2, side, side)
        paint_mark(painter, shape, running.pressing(now), colour)
        words = box.adjusted(side + theme.px(_BEHIND_MARK), 0, 0, 0)
        self._write(painter, words, running.words(now), 13, True, colour)

    def _mark_side(self) -> int:
        return round(self._fonts[13, True].pixelSize() * SHARE)

    def clock_room(self, record: Any, place: int) -> int:
        """How wide the column of clocks at ``place`` has to be for what this row says now, in px."""
        column = self._table.columns[place]
        running = column.clock(record) if column.clock is not None else None
        if running is None:
            return 0
        words = self._words_room(running.words(self._table.now()), strong=True)
        return self._around(place) + self._mark_side() + theme.px(_BEHIND_MARK) + words

    def _words_room(self, words: str, *, strong: bool) -> int:
        # Advances are fractions of pixels, rounded: with one pixel less the last letters would be left out.
        return self._metrics[13, strong].horizontalAdvance(words) + 1

    def _around(self, place: int) -> int:
        return self._pad + (self._first_pad if place == 0 else self._pad)

    def _paint_dot(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        """The mark of a column stands in the gap before its text, so that nothing moves where one comes or goes."""
        tone = column.mark(record) if column.mark is not None else ""
        if not tone:
            return
        side = theme.px(_DOT)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.tone(tone)[0])
        painter.drawEllipse(QRectF(box.left() - self._pad - theme.px(2), box.center().y() - side / 2, side, side))

    def _paint_badge(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        text = column.text(record, self._table.now())
        if not text:
            return
        tone = column.tone(record) if column.tone is not None else "quiet"
        most = box.width() - theme.px(BADGE_SIDES)
        height = self._metrics[12, False].height() + theme.px(BADGE_ABOVE)
        pill = QRect(0, 0, self._pill_width(text, box.width()), height)
        pill.moveCenter(box.center())
        if column.align == "right":
            pill.moveRight(box.right())
        elif column.align == "left":
            pill.moveLeft(box.left())
        ink = paint_pill(painter, pill, tone)
        inner = QRect(pill.center().x() - most // 2, pill.top(), most, pill.height())
        self._write(painter, inner, text, 12, False, ink, "centre")

    def _pill_width(self, text: str, most: int) -> int:
        sides = theme.px(BADGE_SIDES)
        return round(self._written(text, most - sides, 12, False).width + sides)

    _paint_by: ClassVar[Mapping[Paint, Callable[..., None]]] = {
        Paint.TEXT: _paint_text, Paint.TWO_LINE: _paint_two_lines, Paint.CLOCK: _paint_clock, Paint.BADGE: _paint_badge,
        Paint.BAR: _paint_bar,
    }  # fmt: skip

    # ------------------------------------------------------------------ writing

    def _write(
        self, painter: QPainter, box: QRect, text: str, size: int, strong: bool, ink: QColor, align: str = "left"
    ) -> None:
        if not text or box.width() <= 0:
            return
        written = self._written(text, box.width(), size, strong)
        left: float = box.left()
        if align != "left":
            left += (box.width() - written.width) * (1 if align == "right" else 0.5)
        metrics = self._metrics[size, strong]
        baseline = box.top() + (box.height() + metrics.ascent() - metrics.descent()) / 2
        painter.setFont(self._fonts[size, strong])
        painter.setPen(ink)
        painter.drawStaticText(QPointF(round(left), round(baseline - written.above)), written.text)

    def _written(self, text: str, width: int, size: int, strong: bool) -> Written:
        """The text laid out as far as it fits, with an ellipsis where it does not; line breaks become spaces."""
        key = (text, width, size, strong)
        written = self._kept.get(key)
        if written is None:
            if len(self._kept) > KEPT:
                self._kept.clear()
            flat = " ".join(text.split())
            short = self._metrics[size, strong].elidedText(flat, Qt.TextElideMode.ElideRight, width)
            written = self._kept[key] = Written.of(short, self._fonts[size, strong])
        return written
