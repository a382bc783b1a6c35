"""The day by its hours: complaints today as bars, the day before as a line to hold them against."""

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPen, QPolygonF

from commandcenter.i18n import N_, _
from commandcenter.queries.wall import Day
from ui.theme import theme
from ui.wall.lettering import MIDDLE, RIGHT, Size, width, write
from ui.wall.panel import Panel
from ui.wall.tiles import count
from ui.wording import local


class Hours(Panel):
    """Complaints by the hour."""

    heading = N_("Complaints by the hour")
    part = "day"

    def known(self) -> bool:
        """Whether the day's figures are known."""
        return self.sight.day is not None

    def draw(self, painter: QPainter, box: QRectF) -> None:
        day = self.sight.day
        if day is None:
            return
        small = self.scale.px(Size.SMALL)
        self._draw_legend(painter, QRectF(box.left(), box.top(), box.width(), small * 1.4))
        plot = box.adjusted(small * 2, small * 1.8, 0, -small * 1.6)
        top = _round_up(max((*day.arrived, *day.arrived_before, 4)))
        self._draw_scale(painter, plot, top)
        self._draw_bars(painter, plot, day, top)
        self._draw_line(painter, plot, day, top)

    def _draw_legend(self, painter: QPainter, line: QRectF) -> None:
        small, left = self.scale.px(Size.SMALL), line.left()
        for token, said in (("accent", _("today")), ("late", _("yesterday"))):
            painter.fillRect(QRectF(left, line.center().y() - small / 4, small / 2, small / 2), theme.colour(token))
            left += small * 0.8
            left += write(painter, QRectF(left, line.top(), line.right() - left, line.height()), said, small, "ink_2")
            left += small

    def _draw_scale(self, painter: QPainter, plot: QRectF, top: int) -> None:
        small = self.scale.px(Size.SMALL)
        for share in (0.0, 0.5, 1.0):
            y = plot.bottom() - plot.height() * share
            painter.setPen(QPen(theme.colour("line"), self.scale.line()))
            painter.drawLine(QPointF(plot.left(), y), QPointF(plot.right(), y))
            beside = QRectF(plot.left() - small * 2.2, y - small * 0.7, small * 1.9, small * 1.4)
            write(painter, beside, count(round(top * share)), small, "ink_3", RIGHT)
        for hour in range(0, 24, 3):
            said = f"{hour:02d}"
            middle = plot.left() + plot.width() * (hour + 0.5) / 24
            wide = width(said, small) + small
            below = QRectF(middle - wide / 2, plot.bottom() + small * 0.2, wide, small * 1.4)
            write(painter, below, said, small, "ink_3", MIDDLE)

    def _draw_bars(self, painter: QPainter, plot: QRectF, day: Day, top: int) -> None:
        step, now = plot.width() / 24, local(self.sight.now()).hour
        for hour, n in enumerate(day.arrived[: now + 1]):
            high = plot.height() * n / top
            bar = QRectF(plot.left() + step * (hour + 0.18), plot.bottom() - high, step * 0.64, high)
            painter.fillRect(bar, theme.colour("accent"))

    def _draw_line(self, painter: QPainter, plot: QRectF, day: Day, top: int) -> None:
        step = plot.width() / 24
        points = [QPointF(plot.left() + step * (hour + 0.5), plot.bottom() - plot.height() * n / top)
                  for hour, n in enumerate(day.arrived_before)]  # fmt: skip
        painter.setPen(QPen(theme.colour("late"), self.scale.line() * 3))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawPolyline(QPolygonF(points))


def _round_up(n: int) -> int:
    """The next number of the kind people count by."""
    size = 1
    while True:
        for step in (2, 4, 10):
            if n <= step * size:
                return step * size
        size *= 10
