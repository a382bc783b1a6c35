"""The map of a wall, drawn by Qt alone: areas, stations, officers and cases on a plain ground.

The ground and the marks are kept as pictures, each drawn anew only when what is on it is new; a frame copies them and
draws the rings that grow around what is urgent. So a map of ten thousand marks costs a frame no more than an empty one.
"""

import math
from collections.abc import Iterable, Mapping
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, QTimer
from PySide6.QtGui import QColor, QPainter, QPainterPath, QPaintEvent, QPen, QPixmap, QPolygonF, QResizeEvent
from PySide6.QtWidgets import QWidget

from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.places import metres_per_degree, rings
from commandcenter.domain.sightings import STALE_S
from commandcenter.i18n import N_, _
from commandcenter.queries.wall import Point, PublicCase, PublicSquad
from ui.theme import theme
from ui.wall.lettering import MIDDLE, RIGHT, Scale, Size, width, write
from ui.wall.panel import Panel, age_words
from ui.wall.sight import Pressed, Sight

FRAME_MS = 33
"""Between two frames while anything moves: 30 in a second."""
A_ROUND_S = 2.0
"""How long a ring takes to grow."""
_MOST_RINGS = 24
_LEVELS = (Pressing.CALM, Pressing.SOON, Pressing.OVER)
"""In the order in which they are drawn: what presses most lies on top."""
_TOKENS = {Pressing.CALM: "accent", Pressing.SOON: "late", Pressing.OVER: "urgent"}


class Projection:
    """From degrees to px: the whole district into a box, north up, one metre as long in each direction."""

    def __init__(self, points: Iterable[Point], box: QRectF) -> None:
        lons, lats = zip(*points, strict=True)
        middle = (min(lons) + max(lons)) / 2, (min(lats) + max(lats)) / 2
        per_lon, per_lat = metres_per_degree(middle[1])
        wide, high = max((max(lons) - min(lons)) * per_lon, 1.0), max((max(lats) - min(lats)) * per_lat, 1.0)
        self.px_per_metre = min(box.width() / wide, box.height() / high)
        self._x, self._y = per_lon * self.px_per_metre, per_lat * self.px_per_metre
        self._left, self._top = box.center().x() - middle[0] * self._x, box.center().y() + middle[1] * self._y

    def __call__(self, point: Point) -> QPointF:
        return QPointF(self._left + point[0] * self._x, self._top - point[1] * self._y)


class WallMap(Panel):
    """The district as it stands at this second."""

    part = "work"

    def __init__(self, sight: Sight, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(sight, scale, parent)
        self._ground: tuple[Any, QPixmap] | None = None
        self._marks: tuple[Any, QPixmap] | None = None
        self._projection: Projection | None = None
        self._rings: list[tuple[QPointF, str]] = []
        self._spots: dict[str, tuple[PublicCase, QPointF | None]] = {}
        self._frame = QTimer(self, singleShot=True, interval=FRAME_MS, timerType=Qt.TimerType.PreciseTimer)
        self._frame.timeout.connect(self._turn)
        self._phase = 0.0
        self.frames = 0
        """How many frames were drawn."""

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._ground = self._marks = None
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        units = self.sight.units
        if units is None or not any(squad.area for squad in units.squads):
            painter.fillRect(self.rect(), theme.colour("sea"))
            write(painter, QRectF(self.rect()), _("no data"), self.scale.px(Size.TITLE), "ink_3", MIDDLE)
            painter.end()
            return
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_Source)
        painter.drawPixmap(0, 0, self._with_marks())
        painter.setCompositionMode(QPainter.CompositionMode.CompositionMode_SourceOver)
        self._draw_rings(painter)
        self._draw_age(painter)
        painter.end()
        self.frames += 1
        if self._rings and self.isVisible():
            self._frame.start()

    def _draw_age(self, painter: QPainter) -> None:
        size, gap = self.scale.px(Size.SMALL), self.scale.gap
        said = age_words(self.sight.age(self.part))
        line = QRectF(gap, gap / 2, self.width() - 2 * gap, size * 1.4)
        write(painter, line, said, size, "late" if self.old else "ink_3", RIGHT)

    def _turn(self) -> None:
        self._phase = (self._phase + FRAME_MS / 1000 / A_ROUND_S) % 1.0
        for at, _token in self._rings:
            reach = self._reach * 1.2
            self.update(QRectF(at.x() - reach, at.y() - reach, 2 * reach, 2 * reach).toAlignedRect())

    @property
    def _reach(self) -> float:
        """How far a ring grows, px."""
        return self.scale.height / 36

    def _draw_rings(self, painter: QPainter) -> None:
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setBrush(Qt.BrushStyle.NoBrush)
        for at, token in self._rings:
            colour = QColor(theme.colour(token))  # a copy: this one fades
            colour.setAlphaF(1.0 - self._phase)
            painter.setPen(QPen(colour, self.scale.line() * 2.5))
            reach = self._reach * (0.25 + 0.75 * self._phase)
            painter.drawEllipse(at, reach, reach)

    # ------------------------------------------------------------------ what is kept as pictures

    def _with_marks(self) -> QPixmap:
        queue, officers = self.sight.queue(), self.sight.officers
        kept = (queue, officers, self.sight.units, theme.name)
        if self._marks is None or any(one is not other for one, other in zip(self._marks[0], kept, strict=True)):
            picture = QPixmap(self._with_ground())
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            if officers is not None:
                self._draw_officers(painter)
            self._rings = []
            if queue is not None:
                self._draw_cases(painter, queue.by_level)
            self._draw_key(painter, queue is None)
            painter.end()
            self._marks = (kept, picture)
        return self._marks[1]

    def _with_ground(self) -> QPixmap:
        units, ratio = self.sight.units, self.devicePixelRatioF()
        kept = (units, theme.name, self.size(), ratio)
        if units is not None and (self._ground is None or self._ground[0] != kept):
            picture = QPixmap(self.size() * ratio)
            picture.setDevicePixelRatio(ratio)
            picture.fill(theme.colour("sea"))
            painter = QPainter(picture)
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            self._project(units.squads)
            self._spots = {}
            self._draw_areas(painter, units.squads)
            self._dots(painter, units.stations, "station", 0.0022)
            self._draw_names(painter, units.squads)
            painter.end()
            self._ground = (kept, picture)
        if self._ground is None:
            raise RuntimeError("a ground without a district")
        return self._ground[1]

    def _project(self, squads: Iterable[PublicSquad]) -> None:
        corners = [corner for squad in squads for ring in rings(squad.area) for corner in ring]
        gap = self.scale.gap * 2.0
        self._projection = Projection(corners, QRectF(self.rect()).adjusted(gap, gap, -gap, -gap))

    def _at(self, point: Point) -> QPointF:
        if self._projection is None:
            raise RuntimeError("a point before the district")
        return self._projection(point)

    def _draw_areas(self, painter: QPainter, squads: Iterable[PublicSquad]) -> None:
        painter.setPen(QPen(theme.colour("area_line"), self.scale.line() * 1.5))
        painter.setBrush(theme.colour("land"))
        for squad in squads:
            path = QPainterPath()
            path.setFillRule(Qt.FillRule.OddEvenFill)
            for ring in rings(squad.area):
                path.addPolygon(QPolygonF([self._at(corner) for corner in ring]))
                path.closeSubpath()
            painter.drawPath(path)

    def _draw_names(self, painter: QPainter, squads: Iterable[PublicSquad]) -> None:
        """What each area is called, where it covers no other name."""
        size, taken = self.scale.px(Size.SMALL), []  # type: ignore[var-annotated]
        for squad in squads:
            words = squad.town.words() or squad.name.words()
            if squad.area is None or squad.point is None or not words:
                continue
            at, wide = self._at(squad.point), width(words, size)
            box = QRectF(at.x() - wide / 2, at.y() + size * 0.3, wide, size * 1.2)
            if not any(box.intersects(other) for other in taken):
                taken.append(box)
                write(painter, box.adjusted(-1, 0, 1, 0), words, size, "ink_3", MIDDLE)

    def _draw_officers(self, painter: QPainter) -> None:
        now = self.sight.now()
        fresh = [one.point for one in self.sight.officers or () if (now - one.seen_at).total_seconds() <= STALE_S]
        self._dots(painter, fresh, "ok", 0.0042)

    def _dots(self, painter: QPainter, points: Iterable[Point], token: str, share: float) -> None:
        """Round dots, all in one call: as many as one likes."""
        pen = QPen(theme.colour(token), self.scale.height * share)
        pen.setCapStyle(Qt.PenCapStyle.RoundCap)
        painter.setPen(pen)
        painter.drawPoints(QPolygonF([self._at(point) for point in points]))

    def _draw_cases(self, painter: QPainter, by_level: Mapping[Pressing, Iterable[Pressed]]) -> None:
        shapes = {Pressing.CALM: _disc, Pressing.SOON: _diamond, Pressing.OVER: _triangle}
        before, self._spots, urgent = self._spots, {}, []
        for level in _LEVELS:
            mark = self._mark(shapes[level], _TOKENS[level])
            half = mark.deviceIndependentSize().width() / 2
            for one in by_level[level]:
                spot = self._spot(one.case, before)
                if spot is not None:
                    painter.drawPixmap(QPointF(spot.x() - half, spot.y() - half), mark)
                    if one.case.urgency == "urgent":
                        urgent.append((spot, "late" if level == Pressing.SOON else "urgent"))
        self._rings = urgent[-_MOST_RINGS:]

    def _spot(self, case: PublicCase, before: Mapping[str, tuple[PublicCase, QPointF | None]]) -> QPointF | None:
        """Where a case is drawn; one that is the same was there before."""
        known = before.get(case.number)
        if known is None or known[0] is not case:
            known = (case, None if case.point is None else self._at(case.point))
        self._spots[case.number] = known
        return known[1]

    def _mark(self, shape: Any, token: str) -> QPixmap:
        """A mark as a picture: drawn once, copied for each case."""
        side, ratio = self.scale.height / 62, self.devicePixelRatioF()
        picture = QPixmap(math.ceil(side * ratio), math.ceil(side * ratio))
        picture.setDevicePixelRatio(ratio)
        picture.fill(theme.clear)
        painter = QPainter(picture)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(QPen(theme.colour("sea"), self.scale.line()))
        painter.setBrush(theme.colour(token))
        shape(painter, QRectF(0, 0, side, side).adjusted(1, 1, -1, -1))
        painter.end()
        return picture

    def _draw_key(self, painter: QPainter, without_cases: bool) -> None:
        """What the marks mean, in the corner; and that there are no cases where nothing is known of them."""
        size = self.scale.px(Size.SMALL)
        left, top = self.scale.gap * 1.0, self.height() - self.scale.gap - size * 1.4
        if without_cases:
            write(painter, QRectF(left, top, self.width(), size * 1.4), _("no data"), size, "late")
            return
        shapes = (("▲", "urgent", N_("over")), ("◆", "late", N_("soon")), ("●", "accent", N_("within time")),
                  ("●", "ok", N_("officer")), ("·", "station", N_("workstation")))  # fmt: skip
        for shape, token, words in shapes:
            line = QRectF(left, top, self.width() - left, size * 1.4)
            wide = write(painter, line, shape, size, token) + size * 0.25
            left += wide + write(painter, line.adjusted(wide, 0, 0, 0), _(words), size, "ink_3") + size * 0.9


def _disc(painter: QPainter, box: QRectF) -> None:
    painter.drawEllipse(box.adjusted(1, 1, -1, -1))


def _diamond(painter: QPainter, box: QRectF) -> None:
    middle = box.center()
    painter.drawPolygon(QPolygonF([QPointF(middle.x(), box.top()), QPointF(box.right(), middle.y()),
                                   QPointF(middle.x(), box.bottom()), QPointF(box.left(), middle.y())]))  # fmt: skip


def _triangle(painter: QPainter, box: QRectF) -> None:
    painter.drawPolygon(QPolygonF([QPointF(box.center().x(), box.top()), box.bottomRight(), box.bottomLeft()]))
