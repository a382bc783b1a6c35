"""Who stands where: a dot for the value, a whisker for its 95 % interval, a line for the whole district."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QResizeEvent

from commandcenter.i18n import _
from ui.charts.chart import words_of
from ui.charts.plot import PlotChart, dot, thin
from ui.charts.scales import Measure
from ui.charts.shapes import Mark, Point
from ui.charts.trend import interval
from ui.theme import theme

_ROW = 22  # px of the design, the least height of a row
_NAME = 0.38  # of the width, at most, for the names


class RankingChart(PlotChart):
    """As many rows, in the order given, as there is room for; what is left out is said."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        super().__init__(name, text=text, reads=reads, upside_down=True)
        self._rows: tuple[Point, ...] = ()
        self._all: tuple[Point, ...] = ()
        self._whole: float | None = None
        self._measure, self._nothing = Measure.SHARE, ""
        self._lines: list[float] = []

    def show_rows(self, rows: Sequence[Point], measure: Measure, whole: float | None = None, nothing: str = "") -> None:
        """Show these rows; ``whole`` is the value of all together. Rows without anything to count are left out."""
        self._all = tuple(row for row in rows if row.value is not None)
        self._measure, self._whole, self._nothing = measure, whole, nothing
        self._place()

    def _room(self) -> int:
        row = max(theme.px(_ROW), QFontMetrics(theme.font(self.text)).height() + theme.px(6))
        return max(1, (self.surface.height() - theme.px(self.text + 14)) // row)

    def _place(self) -> None:
        rows = self._rows = self._all[: self._room()]
        high = max((v for p in rows for v in (p.value, p.high) if v is not None), default=1.0)
        span = (0.0, 1.02) if self._measure is Measure.SHARE else (0.0, max(high * 1.05, 1.0))
        self._lines = self._measure.ticks(*span) if rows else []
        self.plot.span(span, (-0.5, max(len(rows), 1) - 0.5))
        self.plot.across.say([(at, self._measure.on_axis(at)) for at in self._lines])
        metrics, wide = QFontMetrics(theme.font(self.text)), int(self.plot.width() * _NAME)
        names = [metrics.elidedText(row.name, Qt.TextElideMode.ElideRight, wide) for row in rows]
        self.plot.upward.say([(float(n), name) for n, name in enumerate(names)])
        left_out = len(self._all) - len(rows)
        summary = _("the first {n} of {all}", n=len(rows), all=len(self._all)) if left_out else ""
        self.hold([Mark(p.key, self._told(p)) for p in rows], summary, self._nothing)
        self.drawing.redraw()

    def _told(self, row: Point) -> str:
        return words_of(row.name, self._measure.said(row.value), interval(row, self._measure), _("n = {n}", n=row.n))

    def place_at(self, at: QPointF) -> int | None:
        place = round(self.plot.place_of(at).y())
        return place if 0 <= place < len(self.marks) else None

    def dress(self) -> None:
        super().dress()
        self._place()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place()

    # ------------------------------------------------------------------ drawing

    def draw(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        if not self.marks:
            return
        last = len(self._rows) - 0.5
        if self._at is not None:
            painter.fillRect(QRectF(self.plot.plotItem.vb.viewRect().left(), self._at - 0.5, 1e9, 1),
                             theme.colour("hover"))  # fmt: skip
        for at in self._lines:
            painter.setPen(thin("line"))
            painter.drawLine(QPointF(at, -0.5), QPointF(at, last))
        if self._whole is not None:
            painter.setPen(thin("station", theme.px(1), Qt.PenStyle.DashLine))
            painter.drawLine(QPointF(self._whole, -0.5), QPointF(self._whole, last))
        for n, row in enumerate(self._rows):
            self._paint_row(painter, pixel, n, row)

    def _paint_row(self, painter: QPainter, pixel: tuple[float, float], n: int, row: Point) -> None:
        value, end = row.value or 0.0, theme.px(4) * pixel[1]
        low = value if row.low is None else row.low
        painter.setPen(thin("accent", theme.px(2)))
        if row.high is not None:
            painter.drawLine(QPointF(low, n), QPointF(row.high, n))
            for at in (low, row.high):
                painter.drawLine(QPointF(at, n - end), QPointF(at, n + end))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        painter.drawEllipse(dot(QPointF(value, n), theme.px(4), pixel))
