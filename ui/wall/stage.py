"""The stage of a wall: the scene that is shown; above it name, state and time, below it the scenes there are."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QWidget

from commandcenter.domain.sentences import spoken_day
from commandcenter.domain.walls import SCENES, SceneSort
from commandcenter.i18n import _
from ui.theme import theme
from ui.wall.board import Board, States, Ticker
from ui.wall.hours import Hours
from ui.wall.lettering import LEFT, RIGHT, Scale, Size, width, write
from ui.wall.map import WallMap
from ui.wall.panel import Panel, age_words
from ui.wall.sight import Sight
from ui.wall.squads import Squads
from ui.wall.tiles import FIGURES, STRIP, Meaning, Tile
from ui.wall.watch import LIVE, OPENING
from ui.wording import local

_HEAD, _FOOT, _TILE = 1 / 13.5, 1 / 22, 1 / 6.4
"""What head, foot and a row of tiles take of the height."""

Place = tuple[Panel, QRectF]
Layout = Callable[[QRectF, int, float], QRectF]


class Stage(QWidget):
    """Panels that are laid out anew for every size of the screen."""

    def __init__(self, sort: SceneSort, sight: Sight, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sort = sort
        self._sight, self._scale = sight, scale
        self.panels: tuple[Panel, ...] = _PANELS[sort](sight, scale, self)

    def resizeEvent(self, event: QResizeEvent) -> None:
        box = QRectF(self.rect())
        for panel, place in zip(self.panels, _PLACES[self.sort](box, self._scale, len(self.panels)), strict=True):
            panel.setGeometry(place.toRect())
        super().resizeEvent(event)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        painter.end()

    def look_again(self) -> None:
        """A second has gone by, or something is new."""
        for panel in self.panels:
            panel.update()


def _tiles(meanings: tuple[Meaning, ...], sight: Sight, scale: Scale, parent: QWidget) -> tuple[Tile, ...]:
    return tuple(Tile(meaning, sight, scale, parent) for meaning in meanings)


_PANELS: dict[SceneSort, Callable[[Sight, Scale, QWidget], tuple[Panel, ...]]] = {
    SceneSort.MAP: lambda *to: (*_tiles(STRIP, *to), WallMap(*to), Ticker(*to)),
    SceneSort.QUEUE: lambda *to: (Board(*to), States(*to)),
    SceneSort.SQUADS: lambda *to: (Squads(*to),),
    SceneSort.FIGURES: lambda *to: (
        *_tiles(FIGURES, *to), Hours(*to),
    ),
}  # fmt: skip


def _row(box: QRectF, n: int, gap: float) -> Iterator[QRectF]:
    """``n`` boxes of one width beside each other."""
    wide = (box.width() - gap * (n - 1)) / n
    return (QRectF(box.left() + number * (wide + gap), box.top(), wide, box.height()) for number in range(n))


def _beside(box: QRectF, share: float, gap: float) -> Iterator[QRectF]:
    """Two boxes beside each other; the first one takes ``share`` of the width."""
    first = (box.width() - gap) * share
    yield QRectF(box.left(), box.top(), first, box.height())
    yield QRectF(box.left() + first + gap, box.top(), box.width() - gap - first, box.height())


def _map_places(box: QRectF, scale: Scale, n: int) -> list[QRectF]:
    strip = QRectF(box.left(), box.top(), box.width(), scale.part(_TILE))
    rest = box.adjusted(0, strip.height() + scale.gap, 0, 0)
    return [*_row(strip, n - 2, scale.gap), *_beside(rest, 0.57, scale.gap)]


def _figure_places(box: QRectF, scale: Scale, n: int) -> list[QRectF]:
    high, gap, of_row = scale.part(_TILE * 1.25), scale.gap, (n - 1) // 2
    places: list[QRectF] = []
    for row in range(2):
        line = QRectF(box.left(), box.top() + row * (high + gap), box.width(), high)
        places += _row(line, of_row, gap)
    return [*places, box.adjusted(0, 2 * (high + gap), 0, 0)]


_PLACES: dict[SceneSort, Callable[[QRectF, Scale, int], list[QRectF]]] = {
    SceneSort.MAP: _map_places,
    SceneSort.QUEUE: lambda box, scale, _n: [*_beside(box, 0.74, scale.gap)],
    SceneSort.SQUADS: lambda box, _scale, _n: [box],
    SceneSort.FIGURES: _figure_places,
}


class Head(QWidget):
    """What the centre is called, whether the wall is live and how old its data is; date and time."""

    def __init__(self, sight: Sight, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._sight, self._scale = sight, scale
        self.state = OPENING

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        box, gap = QRectF(self.rect()), self._scale.gap
        left = self._draw_time(painter, box)
        units = self._sight.units
        name = units.centre.words() if units is not None else ""
        room = QRectF(box.left(), box.top(), box.width() - left - gap, box.height())
        wide = write(painter, room, name, self._scale.px(Size.HEAD), "ink", LEFT, strong=True)
        said, token = self.said()
        beside = room.adjusted(wide + (gap if wide else 0), 0, 0, 0)
        write(painter, beside, f"● {said}", self._scale.px(Size.SMALL), token)
        painter.end()

    def said(self) -> tuple[str, str]:
        """How fresh what is shown is, in words, and in which ink."""
        age = self._sight.age("work")
        if self.state == LIVE:
            return str(_("live, {age}", age=age_words(age))), "ok"
        if self.state == OPENING:
            return str(_("opening the database")), "late"
        return str(_("no connection; data {age}", age=age_words(age))), "urgent"

    def _draw_time(self, painter: QPainter, box: QRectF) -> float:
        """How much of the width the time takes."""
        now = local(self._sight.now())
        size, small = self._scale.px(Size.CLOCK), self._scale.px(Size.BODY)
        hour = f"{now:%H:%M}"
        date = spoken_day(now.date())
        wide = width(hour, size, strong=True)
        write(painter, box, hour, size, "ink", RIGHT, strong=True)
        write(painter, box.adjusted(0, 0, -wide - self._scale.gap, 0), date, small, "ink_2", RIGHT)
        return wide + self._scale.gap + width(date, small)


class Foot(QWidget):
    """Which scene this is among which, whether it stays, and what is not shown here."""

    def __init__(self, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._scale = scale
        self.sorts: tuple[SceneSort, ...] = ()
        self.at = 0
        self.note = ""
        """What else is to be said: that it stays, or that the screen may go to sleep."""

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        box, size, left = QRectF(self.rect()), self._scale.px(Size.SMALL), 0.0
        for number, sort in enumerate(self.sorts):
            here = number == self.at
            left += write(painter, box.adjusted(left, 0, 0, 0), _(SCENES[sort]), size, "accent" if here else "ink_3",
                          strong=here) + size  # fmt: skip
        said = self.note or _("No names, telephone numbers or house numbers are shown here.")
        write(painter, box.adjusted(left, 0, 0, 0), said, size, "late" if self.note else "ink_3", RIGHT)
        painter.end()


def heights(scale: Scale) -> tuple[int, int]:
    """How high head and foot are, px."""
    return scale.part(_HEAD), scale.part(_FOOT)
