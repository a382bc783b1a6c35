"""The one place that knows pyqtgraph: a quiet plot without its menus, dressed by the theme.

pyqtgraph has no types, so what is made from it is not checked as a subclass.
"""

import itertools
from collections.abc import Callable, Sequence
from typing import Any

import pyqtgraph
from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPen, QWheelEvent

from ui.charts.chart import Chart
from ui.charts.shapes import Mark
from ui.theme import theme

pyqtgraph.setConfigOptions(
    antialias=True,
    exitCleanup=False,  # it walks through everything there is as the program ends; we let go of windows ourselves
)
_GAP = 10  # px of the design between two labels


class Scale(pyqtgraph.AxisItem):  # type: ignore[misc]
    """An axis with words of ours at places of ours; those that would run into each other are left out."""

    def __init__(self, side: str, text: int) -> None:
        super().__init__(side)
        self._text = text
        self._ticks: list[tuple[float, str]] = []
        self.setStyle(tickLength=0, hideOverlappingLabels=False, autoExpandTextSpace=False)
        self.dress()

    def say(self, ticks: Sequence[tuple[float, str]]) -> None:
        """Where which words stand."""
        self._ticks = list(ticks)
        self._measure()
        self.picture = None
        self.update()

    def dress(self) -> None:
        """The theme's colours and fonts."""
        self.setTickFont(theme.font(self._text))
        self.setPen(theme.colour("line"))
        self.setTextPen(theme.colour("ink_2"))
        self._measure()

    def _measure(self) -> None:
        metrics = QFontMetrics(theme.font(self._text))
        if self.orientation in {"left", "right"}:
            widest = max((metrics.horizontalAdvance(words) for _at, words in self._ticks), default=0)
            self.setWidth(widest + theme.px(_GAP))
        else:
            self.setHeight(metrics.height() + theme.px(6))

    def tickValues(self, low: float, high: float, size: float) -> list[tuple[float, list[float]]]:
        """What pyqtgraph asks: which values have a tick at this size."""
        low, high = sorted((low, high))  # the other way round where the axis points down
        inside = [(at, words) for at, words in self._ticks if low <= at <= high]
        if not inside or high <= low:
            return []
        across = self.orientation in {"top", "bottom"}
        metrics = QFontMetrics(theme.font(self._text))
        needed = (max(metrics.horizontalAdvance(words) for _at, words in inside) + theme.px(_GAP) if across
                  else metrics.height())  # fmt: skip
        apart = min((b[0] - a[0] for a, b in itertools.pairwise(inside)), default=high - low)
        every = max(1, -(-needed // max(1, int(apart * size / (high - low)))))
        return [(1.0, [at for at, _words in inside[:: int(every)]])]

    def tickStrings(self, values: Sequence[float], _scale: float, _spacing: float) -> list[str]:
        """What pyqtgraph asks: the words at these values."""
        words = dict(self._ticks)
        return [words.get(value, "") for value in values]


class Plot(pyqtgraph.PlotWidget):  # type: ignore[misc]
    """Axes and nothing else: it neither zooms nor drags, has no menu, and leaves the wheel to the page."""

    def __init__(self, text: int, *, upside_down: bool = False) -> None:
        self.across, self.upward = Scale("bottom", text), Scale("left", text)
        super().__init__(background=None, axisItems={"bottom": self.across, "left": self.upward})
        self.setMenuEnabled(False)
        self.hideButtons()
        self.setMouseEnabled(x=False, y=False)
        self.plotItem.setContentsMargins(0, theme.px(6), theme.px(10), 0)
        self.plotItem.vb.setDefaultPadding(0)
        if upside_down:
            self.plotItem.vb.invertY(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setCacheMode(self.CacheModeFlag.CacheNone)  # a cached background is filled with a colour of the palette
        self.viewport().setAutoFillBackground(False)

    def wheelEvent(self, event: QWheelEvent) -> None:
        event.ignore()

    def dress(self) -> None:
        """The theme's colours and fonts."""
        self.across.dress()
        self.upward.dress()

    def span(self, x: tuple[float, float], y: tuple[float, float]) -> None:
        """Show exactly this part."""
        self.plotItem.vb.setRange(xRange=x, yRange=y, padding=0)

    def place_of(self, at: QPointF) -> QPointF:
        """A point of the viewport in the values of the axes."""
        found: QPointF = self.plotItem.vb.mapSceneToView(self.mapToScene(at.toPoint()))
        return found

    def pixel(self) -> tuple[float, float]:
        """How much of each axis one px is."""
        width, height = self.plotItem.vb.viewPixelSize()
        return float(width), float(height)


class Drawing(pyqtgraph.GraphicsObject):  # type: ignore[misc]
    """Something that is drawn in the values of the axes, by ``paint(painter, pixel)``.

    ``pixel`` is how much of each axis one px is, for what has the same size on every screen.
    """

    def __init__(self, plot: Plot, paint: Callable[[QPainter, tuple[float, float]], None]) -> None:
        super().__init__()
        self._plot, self._paint = plot, paint
        plot.plotItem.addItem(self, ignoreBounds=True)

    def redraw(self) -> None:
        """It looks different now."""
        self.prepareGeometryChange()
        self.update()

    def boundingRect(self) -> QRectF:
        return QRectF(self._plot.plotItem.vb.viewRect())

    def viewRangeChanged(self, *_: Any) -> None:
        self.prepareGeometryChange()

    def paint(self, painter: QPainter, *_: Any) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint(painter, self._plot.pixel())


class PlotChart(Chart):
    """A chart on axes; :meth:`draw` draws it in their values."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True, upside_down: bool = False) -> None:
        self.plot = Plot(text, upside_down=upside_down)
        super().__init__(name, self.plot, text=text, reads=reads)
        self.drawing = Drawing(self.plot, self.draw)
        self.setMinimumHeight(theme.px(140))

    def draw(self, painter: QPainter, pixel: tuple[float, float]) -> None:
        """Draw it; ``pixel`` as for :class:`Drawing`."""
        raise NotImplementedError

    def hold(self, marks: Sequence[Mark], summary: str = "", nothing: str = "") -> None:
        super().hold(marks, summary, nothing)
        for axis in (self.plot.across, self.plot.upward):
            axis.setVisible(bool(marks))

    def show_mark(self, place: int | None) -> None:
        super().show_mark(place)
        self.drawing.redraw()

    def dress(self) -> None:
        self.plot.dress()
        self.drawing.redraw()


def thin(token: str, width: float = 1, style: Qt.PenStyle = Qt.PenStyle.SolidLine) -> QPen:
    """A pen that is so many px wide, whatever the axes mean."""
    pen = QPen(theme.colour(token), width, style, Qt.PenCapStyle.FlatCap)
    pen.setCosmetic(True)
    return pen


def dot(at: QPointF, reach: float, pixel: tuple[float, float]) -> QRectF:
    """A circle of ``reach`` px around a point in the values of the axes."""
    wide, high = reach * pixel[0], reach * pixel[1]
    return QRectF(at.x() - wide, at.y() - high, 2 * wide, 2 * high)
