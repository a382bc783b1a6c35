"""A figure by town: the areas of the district, the darker the more. Drawn by Qt alone, without a web engine."""

from collections.abc import Sequence

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QBrush, QFontMetrics, QPainter, QPainterPath, QPen, QTransform

from commandcenter.domain.places import metres_per_degree, rings
from commandcenter.i18n import _
from ui.charts.canvas import Canvas, draw_legend
from ui.charts.chart import Chart, words_of
from ui.charts.scales import Measure
from ui.charts.shapes import Ground, Mark
from ui.theme import theme
from ui.widgets.areas import Point as Position
from ui.widgets.areas import path_of

_LEGEND = 28  # px of the design below the map


class GroundChart(Chart):
    """An area without anything to count is hatched: it is not the least, it is unknown."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        self._canvas = Canvas(self._draw)
        super().__init__(name, self._canvas, text=text, reads=reads)
        self._grounds: tuple[Ground, ...] = ()
        self._paths: list[QPainterPath] = []
        self._outlines: tuple[object, ...] = ()
        self._measure, self._low, self._high = Measure.SHARE, 0.0, 1.0
        self.setMinimumHeight(theme.px(180))

    def show_grounds(self, grounds: Sequence[Ground], measure: Measure, nothing: str = "") -> None:
        """Show these areas."""
        outlines = tuple((one.key, id(one.area)) for one in grounds)
        if outlines != self._outlines:
            self._outlines, self._paths = outlines, _paths(grounds)
        self._grounds, self._measure = tuple(grounds), measure
        values = [one.value for one in grounds if one.value is not None]
        self._low, self._high = min(values, default=0.0), max(values, default=1.0)
        marks = [Mark(one.key, self._told(one)) for one in grounds] if values else []
        self.hold(marks, _("hatched: nothing to count") if len(values) < len(grounds) else "", nothing)

    def _told(self, one: Ground) -> str:
        said = _("nothing to count") if one.value is None else self._measure.said(one.value)
        return words_of(one.name, said, _("n = {n}", n=one.n))

    def _view(self) -> QTransform:
        bounds = QRectF()
        for path in self._paths:
            bounds = bounds.united(path.boundingRect())
        legend = theme.px(_LEGEND)
        wide, high = self._canvas.width() - theme.px(8), self._canvas.height() - legend - theme.px(8)
        zoom = min(wide / max(bounds.width(), 1), high / max(bounds.height(), 1))
        view = QTransform()
        view.translate(self._canvas.width() / 2, (self._canvas.height() - legend) / 2)
        view.scale(zoom, zoom)
        view.translate(-bounds.center().x(), -bounds.center().y())
        return view

    def place_at(self, at: QPointF) -> int | None:
        back, possible = self._view().inverted()
        spot = back.map(at)
        return next((n for n, path in enumerate(self._paths) if possible and self.marks and path.contains(spot)), None)

    # ------------------------------------------------------------------ drawing

    def _draw(self, painter: QPainter) -> None:
        if not self.marks:
            return
        view, edge = self._view(), QPen(theme.colour("surface"), 1)
        for one, path in zip(self._grounds, self._paths, strict=True):
            painter.setPen(edge)
            painter.setBrush(self._brush(one.value))
            painter.drawPath(view.map(path))
        if self._at is not None:
            painter.setPen(QPen(theme.colour("ink"), theme.px(2)))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawPath(view.map(self._paths[self._at]))
        self._draw_names(painter, view)
        draw_legend(painter, QRectF(self._canvas.rect()), self._measure.on_axis(self._low),
                    self._measure.on_axis(self._high), self.text)  # fmt: skip

    def _brush(self, value: float | None) -> QBrush:
        if value is None:
            return QBrush(theme.colour("edge"), Qt.BrushStyle.BDiagPattern)
        span = self._high - self._low
        return QBrush(theme.between("accent_soft", "accent", (value - self._low) / span if span else 0.5))

    def _draw_names(self, painter: QPainter, view: QTransform) -> None:
        """Each name where its area is wide enough for it and no other stands."""
        painter.setFont(theme.font(self.text))
        metrics, taken = QFontMetrics(theme.font(self.text)), list[QRectF]()
        for one, path in zip(self._grounds, self._paths, strict=True):
            room = view.mapRect(path.boundingRect())
            box = QRectF(metrics.boundingRect(one.name)).adjusted(-4, -1, 4, 1)
            box.moveCenter(room.center())
            if box.width() <= room.width() and not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("surface"))
                painter.drawRoundedRect(box, 3, 3)
                painter.setPen(theme.colour("ink"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, one.name)


def _paths(grounds: Sequence[Ground]) -> list[QPainterPath]:
    """The outlines in metres east and south of the district's middle."""
    corners = [corner for one in grounds for ring in rings(one.area) for corner in ring]
    if not corners:
        return []
    middle = (sum(c[0] for c in corners) / len(corners), sum(c[1] for c in corners) / len(corners))
    east, north = metres_per_degree(middle[1])

    def placed(corner: Position) -> QPointF:
        return QPointF((corner[0] - middle[0]) * east, (middle[1] - corner[1]) * north)

    return [path_of(one.area, placed) for one in grounds]
