"""When it comes in: how many in each hour of each day of the week."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter

from commandcenter.i18n import _, ngettext
from ui.charts.chart import words_of
from ui.charts.plot import PlotChart, thin
from ui.charts.shapes import Mark
from ui.theme import theme

HOURS, DAYS = 24, 7


class HeatChart(PlotChart):
    """Seven rows of 24 hours, Monday first; the darker, the more. A cell without anything is left empty.

    The key of a cell is its weekday, 0 for Monday, and its hour.
    """

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        super().__init__(name, text=text, reads=reads, upside_down=True)
        self._counts: Sequence[Sequence[int]] = ()
        self._most = 0

    def show_counts(self, counts: Sequence[Sequence[int]], nothing: str = "") -> None:
        """``counts[weekday][hour]``, Monday first."""
        self._counts = counts
        self._most = max((n for row in counts for n in row), default=0)
        days = weekdays()
        shown = self._most > 0
        self.plot.span((-0.5, HOURS - 0.5), (-0.5, DAYS - 0.5))
        self.plot.across.say([(float(h), f"{h:02d}") for h in range(HOURS)] if shown else [])
        self.plot.upward.say([(float(d), name) for d, name in enumerate(days)] if shown else [])
        marks = [Mark((day, hour), self._told(days[day], hour, n))
                 for day, row in enumerate(counts) for hour, n in enumerate(row)]  # fmt: skip
        busiest = max(((n, d, h) for d, row in enumerate(counts) for h, n in enumerate(row)), default=(0, 0, 0))
        summary = words_of(_("the most"), self._told(days[busiest[1]], busiest[2], busiest[0])) if shown else ""
        self.hold(marks if shown else [], summary, nothing)
        self.drawing.redraw()

    @staticmethod
    def _told(day: str, hour: int, n: int) -> str:
        return words_of(day, f"{hour:02d}:00 – {hour + 1:02d}:00", ngettext("{n} came in", "{n} came in", n))

    def step(self, key: Qt.Key) -> int:
        return HOURS if key in {Qt.Key.Key_Up, Qt.Key.Key_Down} else 1

    def place_at(self, at: QPointF) -> int | None:
        found = self.plot.place_of(at)
        hour, day = round(found.x()), round(found.y())
        return day * HOURS + hour if self.marks and 0 <= hour < HOURS and 0 <= day < DAYS else None

    def draw(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        if not self.marks:
            return
        gap = (pixel[0], pixel[1])
        painter.setRenderHint(QPainter.RenderHint.Antialiasing, on=False)
        for day, row in enumerate(self._counts):
            for hour, n in enumerate(row):
                cell = QRectF(hour - 0.5, day - 0.5, 1, 1).adjusted(0, 0, -gap[0], -gap[1])
                share = n / self._most
                painter.fillRect(cell, theme.between("accent_soft", "accent", share) if n else theme.colour("raised"))
        if self._at is not None:
            day, hour = divmod(self._at, HOURS)
            painter.setPen(thin("ink", 2))
            painter.drawRect(QRectF(hour - 0.5, day - 0.5, 1, 1))


def weekdays() -> list[str]:
    """The days of the week, short, Monday first."""
    return [_("Mon"), _("Tue"), _("Wed"), _("Thu"), _("Fri"), _("Sat"), _("Sun")]
