"""A figure over time: its line, and the band in which it lies with 95 % certainty."""

import itertools
from collections.abc import Iterator, Sequence

from PySide6.QtCore import QPointF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from commandcenter.i18n import _
from ui.charts.chart import words_of
from ui.charts.plot import PlotChart, dot, thin
from ui.charts.scales import Measure
from ui.charts.shapes import Mark, Point
from ui.theme import theme

_DOTS_UP_TO = 62  # points; more would be a line of dots


class TrendChart(PlotChart):
    """Steps without anything to count leave a gap: a line across them would be invented."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        super().__init__(name, text=text, reads=reads)
        self._points: tuple[Point, ...] = ()
        self._before: tuple[Point, ...] = ()
        self._lines: list[float] = []

    def show_points(
        self, points: Sequence[Point], measure: Measure, before: Sequence[Point] = (), nothing: str = ""
    ) -> None:
        """Show these steps; ``before`` are those of the period before, drawn quietly behind."""
        self._points, self._before = tuple(points), tuple(before[: len(points)])
        values = [v for p in points for v in (p.value, p.low, p.high) if v is not None]
        low, high = _reach([*values, *(p.value for p in self._before if p.value is not None)], measure)
        ticks = measure.ticks(low, high)
        self.plot.span((-0.5, max(len(points), 1) - 0.5), (low, high))
        self.plot.upward.say([(at, measure.on_axis(at)) for at in ticks] if values else [])
        self.plot.across.say([(float(n), point.name) for n, point in enumerate(points)] if values else [])
        self._lines = ticks if values else []
        self.hold([Mark(p.key, _told(p, measure)) for p in points] if values else [], nothing=nothing)
        self.drawing.redraw()

    def place_at(self, at: QPointF) -> int | None:
        place = round(self.plot.place_of(at).x())
        return place if 0 <= place < len(self.marks) else None

    # ------------------------------------------------------------------ drawing

    def draw(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        self._paint_lines(painter)
        if not self.marks:
            return
        for run in _runs(self._points):
            edge = [QPointF(n, p.high) for n, p in run if p.high is not None]
            edge += [QPointF(n, p.low if p.low is not None else p.value or 0.0) for n, p in reversed(run)]
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(theme.veil("accent", 0.16))
            if all(p.high is not None for _n, p in run):
                painter.drawPolygon(QPolygonF(edge))
        self._paint_line(painter, self._before, thin("station", 1, Qt.PenStyle.DashLine))
        self._paint_line(painter, self._points, thin("accent", theme.px(2)))
        self._paint_dots(painter, pixel)

    def _paint_lines(self, painter: QPainter) -> None:
        painter.setPen(thin("line"))
        for at in self._lines:
            painter.drawLine(QPointF(-0.5, at), QPointF(len(self._points) - 0.5, at))

    @staticmethod
    def _paint_line(painter: QPainter, points: Sequence[Point], pen: QPen) -> None:
        painter.setPen(pen)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for run in _runs(points):
            painter.drawPolyline(QPolygonF([QPointF(n, p.value or 0.0) for n, p in run]))

    def _paint_dots(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("accent"))
        for n, point in enumerate(self._points):
            pointed = self.at is not None and self.at.key == point.key
            if point.value is not None and (pointed or len(self._points) <= _DOTS_UP_TO):
                reach = theme.px(5 if pointed else 3)
                painter.drawEllipse(dot(QPointF(n, point.value), reach, pixel))


def _runs(points: Sequence[Point]) -> Iterator[list[tuple[int, Point]]]:
    """The stretches of neighbours that have a value."""
    for there, run in itertools.groupby(enumerate(points), key=lambda numbered: numbered[1].value is not None):
        if there:
            yield list(run)


def _reach(values: Sequence[float], measure: Measure) -> tuple[float, float]:
    """From where to where the axis goes. A share's is not stretched beyond what there is."""
    if not values:
        return 0.0, 1.0
    if measure is Measure.SHARE:
        low = int(min(values) * 10) / 10
        return low, 1.0 + (1.0 - low) * 0.02
    return 0.0, max(max(values) * 1.08, 1.0)


def _told(point: Point, measure: Measure) -> str:
    if point.value is None:
        return words_of(point.name, _("nothing to count"))
    return words_of(point.name, measure.said(point.value), interval(point, measure), _("n = {n}", n=point.n))


def interval(point: Point, measure: Measure) -> str:
    """The 95 % interval of a share, or up to where nine of ten lie; empty where there is none."""
    if point.high is None:
        return ""
    if point.low is None:
        return _("9 of 10 within {length}", length=measure.said(point.high))
    return _("95 %: {low} – {high}", low=measure.said(point.low).removesuffix(" %"), high=measure.said(point.high))
