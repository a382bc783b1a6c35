"""A small map of our own: the areas, a point and what lies near it. For picking a point, or only for looking.

It is drawn from the district's areas by Qt alone, so it is there at once and also where the web engine is not.
"""

import math
from collections.abc import Iterable
from typing import Any

from PySide6.QtCore import QPointF, QRectF, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMouseEvent, QPainter, QPainterPath, QPen, QTransform, QWheelEvent
from PySide6.QtWidgets import QWidget

from commandcenter.domain.places import metres_per_degree, rings
from commandcenter.domain.units import Place, Squad, Workstation
from commandcenter.i18n import _
from ui.room import Room
from ui.theme import theme
from ui.widgets.areas import Point, path_of

STREET = 2400.0
"""Metres across the map when a point is shown."""
_CLOSEST, _CLICK, _MARGIN, _NAMES_FROM = 120.0, 4, 1.06, 4000.0
_STEPS = (20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000, 20_000)


class MiniMap(QWidget):
    """Click to pick. With the keyboard: the arrows move the cross, + and − zoom, Enter picks, Esc goes back.

    One that does not ``pick`` is for looking: a click, or Enter, asks for the large map, and the wheel is left
    to the column that it stands in.
    """

    asked = Signal()
    """The large map is wanted; of one that does not pick."""
    point_picked = Signal(float, float)
    """A place was picked, in WGS-84 degrees."""
    left = Signal()
    """Esc: back to where the cursor came from."""

    def __init__(self, room: Room, parent: QWidget | None = None, *, picks: bool = True) -> None:
        super().__init__(parent)
        self._room, self._picks = room, picks
        self._pin: Point | None = None
        self._near: tuple[tuple[Point, str], ...] = ()
        self._areas: list[tuple[QPainterPath, str, Point | None]] = []
        self._origin: Point = (0.0, 0.0)
        self._scale = (1.0, 1.0)
        self._bounds = QRectF()
        self._middle = QPointF()
        self._across = 0.0
        self._cross: QPointF | None = None
        self._pressed: QPointF | None = None
        self._dragged = False
        self.setMinimumHeight(theme.px(160))
        if picks:
            self.setFocusPolicy(Qt.FocusPolicy.ClickFocus)
            self.setObjectName("intake.map")
            self.setAccessibleName(_("Small map: arrows move the cross, Enter picks the point, Esc goes back"))
            self.setToolTip(_("Click to pick the point · wheel to zoom · drag to move"))
        else:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self.setCursor(Qt.CursorShape.PointingHandCursor)
            self.setAccessibleName(_("Show it on the map"))
            self.setToolTip(_("Show it on the map"))
        theme.changed.connect(self.update)

    # ------------------------------------------------------------------ what is shown

    def load_areas(self) -> None:
        """Take the areas of the squads from the picture; they changed."""
        squads = [s for s in self._room.picture.of(Squad).values() if s.area and not s.disabled]
        corners = [p for s in squads for ring in rings(s.area) for p in ring]
        if corners:
            self._origin = (sum(p[0] for p in corners) / len(corners), sum(p[1] for p in corners) / len(corners))
            self._scale = metres_per_degree(self._origin[1])
        self._areas = [
            (path_of(s.area, self._metres), s.name, (s.lon, s.lat) if s.lon is not None and s.lat is not None else None)
            for s in squads
        ]
        self._bounds = QRectF()
        for path, _name, _point in self._areas:
            self._bounds = self._bounds.united(path.boundingRect())
        self.show_all()

    def _metres(self, point: Point) -> QPointF:
        """East and south of the district's middle, as the screen counts."""
        return QPointF((point[0] - self._origin[0]) * self._scale[0], (self._origin[1] - point[1]) * self._scale[1])

    def _degrees(self, at: QPointF) -> Point:
        return self._origin[0] + at.x() / self._scale[0], self._origin[1] - at.y() / self._scale[1]

    def show_all(self) -> None:
        """The whole district."""
        self._middle = self._bounds.center()
        ratio = max(self.width(), 1) / max(self.height(), 1)
        self._across = max(self._bounds.width(), self._bounds.height() * ratio) * _MARGIN
        self.update()

    @property
    def pin(self) -> Point | None:
        """The point shown."""
        return self._pin

    def show_point(self, point: Point | None, near: Iterable[tuple[Point, str]] = ()) -> None:
        """Pin this point, and mark those of earlier complaints with their numbers. It moves there when it is new."""
        near = tuple(near)
        if (point, near) == (self._pin, self._near):
            return
        moved, self._pin, self._near = point != self._pin, point, near
        if moved and point is not None:
            self._middle, self._across = self._metres(point), STREET
        elif moved:
            self.show_all()
        self.update()

    # ------------------------------------------------------------------ drawing

    def _view(self) -> QTransform:
        zoom = self.width() / self._across if self._across > 0 else 1.0
        view = QTransform()
        view.translate(self.width() / 2, self.height() / 2)
        view.scale(zoom, zoom)
        view.translate(-self._middle.x(), -self._middle.y())
        return view

    def paintEvent(self, _event: object) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.fillRect(self.rect(), theme.colour("sea"))
        view = self._view()
        pen = QPen(theme.colour("area_line"), 1)
        pen.setCosmetic(True)
        painter.setPen(pen)
        painter.setBrush(theme.colour("land"))
        for path, _name, _point in self._areas:
            painter.drawPath(view.map(path))
        self._paint_names(painter, view)
        for number, (point, _what) in enumerate(self._near, start=1):
            paint_number(painter, view.map(self._metres(point)), str(number))
        if self._pin is not None:
            self._paint_pin(painter, view.map(self._metres(self._pin)))
        if self.hasFocus():
            self._paint_focus(painter, view)
        self._paint_scale(painter)

    def _paint_names(self, painter: QPainter, view: QTransform) -> None:
        """Squads; from near also the places people name, each where it does not cover another."""
        taken = [self._scale_box()]
        names = [(name, point) for _path, name, point in self._areas if point is not None]
        if self._across <= _NAMES_FROM:
            names = [*self._places_in_sight(), *names]
        painter.setFont(theme.font(12))
        for name, point in names:
            at = view.map(self._metres(point))
            box = QRectF(painter.fontMetrics().boundingRect(name)).adjusted(-2, -1, 2, 1)
            box.moveCenter(at + QPointF(0, theme.px(9)))
            if self.rect().toRectF().contains(box) and not any(box.intersects(other) for other in taken):
                taken.append(box)
                painter.setPen(theme.colour("ink_3"))
                painter.drawText(box, Qt.AlignmentFlag.AlignCenter, name)
                painter.setPen(Qt.PenStyle.NoPen)
                painter.setBrush(theme.colour("station"))
                painter.drawEllipse(at, 2, 2)

    def _places_in_sight(self) -> list[tuple[str, Point]]:
        half = self._across / 2
        (west, north), (east, south) = (self._degrees(self._middle + QPointF(s * half, s * half)) for s in (-1, 1))
        picture = self._room.picture
        found: list[Workstation | Place] = [*picture.of(Workstation).values(), *picture.of(Place).values()]
        return [
            (thing.estate if isinstance(thing, Workstation) and thing.estate else thing.name, (thing.lon, thing.lat))
            for thing in found
            if thing.lon is not None and thing.lat is not None and not thing.disabled
            and west <= thing.lon <= east and south <= thing.lat <= north
        ]  # fmt: skip

    def _paint_pin(self, painter: QPainter, at: QPointF) -> None:
        reach = theme.px(7)
        painter.setPen(QPen(theme.colour("surface"), 2))
        painter.setBrush(theme.colour("accent"))
        pin = QPainterPath(at)
        pin.cubicTo(at + QPointF(-reach * 1.6, -reach * 1.8), at + QPointF(-reach * 0.9, -reach * 3),
                    at + QPointF(0, -reach * 3))  # fmt: skip
        pin.cubicTo(at + QPointF(reach * 0.9, -reach * 3), at + QPointF(reach * 1.6, -reach * 1.8), at)
        painter.drawPath(pin)
        painter.setBrush(theme.colour("surface"))
        painter.drawEllipse(at + QPointF(0, -reach * 2), reach / 3, reach / 3)

    def _paint_focus(self, painter: QPainter, view: QTransform) -> None:
        if self._picks:
            self._paint_cross(painter, view.map(self._cross or self._middle))
            return
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.setBrush(Qt.BrushStyle.NoBrush)
        painter.drawRect(self.rect().adjusted(1, 1, -1, -1))

    def _paint_cross(self, painter: QPainter, at: QPointF) -> None:
        reach = theme.px(9)
        painter.setPen(QPen(theme.colour("accent"), 2))
        painter.drawLine(at - QPointF(reach, 0), at + QPointF(reach, 0))
        painter.drawLine(at - QPointF(0, reach), at + QPointF(0, reach))

    def _scale_bar(self) -> tuple[float, str]:
        """How long the bar of the scale is in px, and what it says."""
        length = max((s for s in _STEPS if s <= self._across / 4), default=_STEPS[0])
        said = _("{n} m", n=length) if length < 1000 else _("{n} km", n=length // 1000)
        return length * self.width() / self._across, str(said)

    def _scale_box(self) -> QRectF:
        """Where the scale stands: no name is written there."""
        if self._across <= 0:
            return QRectF()
        wide, said = self._scale_bar()
        words = QFontMetrics(theme.font(12)).horizontalAdvance(said)
        high = theme.px(24)
        return QRectF(0, self.height() - high, theme.px(12 + 6 + 6) + wide + words, high)

    def _paint_scale(self, painter: QPainter) -> None:
        """A bar of a round length, so that near and far can be told."""
        if self._across <= 0:
            return
        wide, said = self._scale_bar()
        left, low = theme.px(12), self.height() - theme.px(10)
        painter.setPen(QPen(theme.colour("ink_2"), 1))
        painter.drawLine(QPointF(left, low), QPointF(left + wide, low))
        for end in (left, left + wide):
            painter.drawLine(QPointF(end, low - 3), QPointF(end, low + 3))
        painter.setFont(theme.font(12))
        painter.drawText(QPointF(left + wide + theme.px(6), low + theme.px(4)), said)

    # ------------------------------------------------------------------ mouse and keys

    def zoom(self, factor: float, about: QPointF | None = None) -> None:
        """Show less (``factor`` above 1) or more, around a point of the widget or the middle."""
        widest = max(self._bounds.width(), self._bounds.height(), STREET) * 2
        across = min(max(self._across / factor, _CLOSEST), widest)
        if about is not None and self._across > 0:
            held = self._view().inverted()[0].map(about)
            share = across / self._across
            self._middle = held + (self._middle - held) * share
        self._across = across
        self.update()

    def wheelEvent(self, event: QWheelEvent) -> None:
        if not self._picks:
            event.ignore()
            return
        self.zoom(math.exp(event.angleDelta().y() / 500), event.position())
        event.accept()

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self._pressed, self._dragged = event.position(), False

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        if self._pressed is None or not self._picks:
            return
        moved = event.position() - self._pressed
        if self._dragged or moved.manhattanLength() > _CLICK:
            self._dragged = True
            self._middle -= moved * (self._across / max(self.width(), 1))
            self._pressed = event.position()
            self.update()

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if self._pressed is not None and not self._dragged:
            self._pick(self._view().inverted()[0].map(event.position()))
        self._pressed = None

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if not self._picks:
            self._key_of_looking(event)
            return
        step = self._across / 20
        steps = {
            Qt.Key.Key_Left: QPointF(-step, 0), Qt.Key.Key_Right: QPointF(step, 0),
            Qt.Key.Key_Up: QPointF(0, -step), Qt.Key.Key_Down: QPointF(0, step),
        }  # fmt: skip
        move = steps.get(Qt.Key(event.key()))
        if move is not None:
            self._move_cross(move)
        elif event.key() in {Qt.Key.Key_Plus, Qt.Key.Key_Equal}:
            self.zoom(2.0)
        elif event.key() == Qt.Key.Key_Minus:
            self.zoom(0.5)
        elif event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self._pick(self._cross or self._middle)
        elif event.key() == Qt.Key.Key_Escape:
            self.left.emit()
        else:
            super().keyPressEvent(event)

    def _key_of_looking(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space}:
            self.asked.emit()
        else:
            super().keyPressEvent(event)

    def _move_cross(self, by: QPointF) -> None:
        self._cross = (self._cross or self._middle) + by
        seen = self._view().map(self._cross)
        if not self.rect().adjusted(20, 20, -20, -20).contains(seen.toPoint()):
            self._middle += by
        self.update()

    def _pick(self, at: QPointF) -> None:
        if not self._picks:
            self.asked.emit()
            return
        lon, lat = self._degrees(at)
        self._pin = (lon, lat)
        self._cross = None
        self.update()
        self.point_picked.emit(lon, lat)

    def focusInEvent(self, event: Any) -> None:
        self._cross = self._metres(self._pin) if self._pin else None
        self.update()
        super().focusInEvent(event)

    def focusOutEvent(self, event: Any) -> None:
        self.update()
        super().focusOutEvent(event)

    def resizeEvent(self, event: Any) -> None:
        super().resizeEvent(event)
        if self._pin is None:
            self.show_all()


def paint_number(painter: QPainter, at: QPointF, number: str) -> None:
    """A numbered dot, the same in the list and on the small map."""
    side = theme.px(8)
    painter.save()
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    painter.setPen(QPen(theme.colour("surface"), 1))
    painter.setBrush(theme.colour("late"))
    painter.drawEllipse(at, side, side)
    painter.setFont(theme.font(12, strong=True))
    painter.setPen(theme.colour("surface"))
    painter.drawText(QRectF(at.x() - side, at.y() - side, 2 * side, 2 * side), Qt.AlignmentFlag.AlignCenter, number)
    painter.restore()
