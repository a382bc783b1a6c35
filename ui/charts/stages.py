"""How long each stage takes: half of all within the bar, nine of ten within the whisker."""

import math
from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF
from PySide6.QtGui import QPainter

from commandcenter.i18n import _
from ui.charts.chart import words_of
from ui.charts.plot import PlotChart, thin
from ui.charts.scales import length, lengths_between
from ui.charts.shapes import Mark, Stage
from ui.theme import theme

_LEAST = 30.0  # seconds; what was quicker is drawn as this


class StagesChart(PlotChart):
    """On an axis on which each step means so many times more: minutes and weeks are both to be seen."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        super().__init__(name, text=text, reads=reads, upside_down=True)
        self._stages: tuple[Stage, ...] = ()
        self._lines: list[float] = []

    def show_stages(self, stages: Sequence[Stage], nothing: str = "") -> None:
        """Show these stages, the first at the top."""
        self._stages = tuple(stages)
        longest = max((s.p90 or s.median or 0.0 for s in stages), default=0.0)
        shown = any(s.median is not None for s in stages)
        high = max(longest * 1.4, 4 * _LEAST)
        self.plot.span((math.log(_LEAST), math.log(high)), (-0.5, max(len(stages), 1) - 0.5))
        self._lines = [math.log(one) for one in lengths_between(_LEAST, high)] if shown else []
        self.plot.across.say([(at, length(round(math.exp(at)))) for at in self._lines])
        self.plot.upward.say([(float(n), s.name) for n, s in enumerate(stages)] if shown else [])
        self.hold([Mark(s.key, _told(s)) for s in stages] if shown else [],
                  _("bar: half of all · line: 9 of 10") if shown else "", nothing)  # fmt: skip
        self.drawing.redraw()

    def place_at(self, at: QPointF) -> int | None:
        place = round(self.plot.place_of(at).y())
        return place if 0 <= place < len(self.marks) else None

    def draw(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        if not self.marks:
            return
        if self._at is not None:
            painter.fillRect(QRectF(0, self._at - 0.5, 1e3, 1), theme.colour("hover"))
        painter.setPen(thin("line", 1))
        for at in self._lines:
            painter.drawLine(QPointF(at, -0.5), QPointF(at, len(self._stages) - 0.5))
        for n, stage in enumerate(self._stages):
            if stage.median is not None:
                self._paint_stage(painter, pixel, n, stage.median, stage.p90)

    @staticmethod
    def _paint_stage(
        painter: QPainter, pixel: tuple[float, float], n: int, median: float, p90: float | None
    ) -> None:
        begin, half = math.log(_LEAST), math.log(max(median, _LEAST))
        high = min(theme.px(8) * pixel[1], 0.4)
        painter.fillRect(QRectF(begin, n - high, half - begin, 2 * high), theme.between("accent_soft", "accent", 0.55))
        painter.setPen(thin("accent", theme.px(2)))
        painter.drawLine(QPointF(half, n - high), QPointF(half, n + high))
        if p90 is not None:
            most = math.log(max(p90, _LEAST))
            painter.drawLine(QPointF(half, n), QPointF(most, n))
            painter.drawLine(QPointF(most, n - high / 2), QPointF(most, n + high / 2))


def _told(stage: Stage) -> str:
    if stage.median is None:
        return words_of(stage.name, _("nothing to count"))
    within = _("9 of 10 within {length}", length=length(stage.p90)) if stage.p90 is not None else ""
    return words_of(stage.name, _("half within {length}", length=length(stage.median)), within, _("n = {n}", n=stage.n))
