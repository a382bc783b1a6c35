"""Tiles 指标: one number each, large, with what it is above and what to hold it against below."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter
from PySide6.QtWidgets import QWidget

from commandcenter.domain.deadlines import Pressing
from commandcenter.i18n import N_, _, translate
from commandcenter.queries.figures.definitions import DEFINITIONS, Figure
from commandcenter.queries.wall import SHARES
from ui.wall.lettering import LEFT, RIGHT, Scale, Size, fitting, width, write
from ui.wall.panel import Panel
from ui.wall.sight import Sight


@dataclass(frozen=True, slots=True)
class Number:
    """What a tile says: a number already in words, what stands below it, and its tone."""

    shown: str
    below: str = ""
    token: str = "ink"


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a tile is about: its label (a msgid), the part of the sight it is from, and how it is had from that."""

    label: str
    part: str
    read: Callable[[Sight], Number | None]


def count(n: int) -> str:
    """A number with a thin space between thousands, as one reads it from afar."""
    return f"{n:,}".replace(",", "\u2009")


def _arrived(sight: Sight) -> Number | None:
    day = sight.day
    if day is None:
        return None
    more = sum(day.arrived) - day.by_now
    return Number(count(sum(day.arrived)), _("{more} on yesterday", more=f"{more:+d}"))


def _open(sight: Sight) -> Number | None:
    queue = sight.queue()
    return None if queue is None else Number(count(queue.open), _("urgent {n}", n=count(queue.urgent)))


def _late(sight: Sight) -> Number | None:
    queue = sight.queue()
    if queue is None:
        return None
    late, soon = queue.count(Pressing.OVER), queue.count(Pressing.SOON)
    return Number(count(late), _("soon {n}", n=count(soon)), "urgent" if late else "ok")


def _waiting(sight: Sight) -> Number | None:
    queue = sight.queue()
    if queue is None:
        return None
    return Number(count(queue.states.get("open", 0)), _("to accept {n}", n=count(queue.states.get("dispatched", 0))))


def _closed(sight: Sight) -> Number | None:
    day = sight.day
    return None if day is None else Number(count(day.closed), _("opened {n}", n=count(day.opened)))


def _own(sight: Sight) -> Number | None:
    """Found before anybody complained, of the cases opened today; of none, no share."""
    day = sight.day
    if day is None or not day.opened:
        return None
    return Number(f"{day.own / day.opened:.0%}", _("n = {n}", n=count(day.opened)))


def _on_duty(sight: Sight) -> Number | None:
    units = sight.units
    if units is None:
        return None
    on_duty = sum(squad.on_duty for squad in units.squads)
    return Number(count(on_duty), _("workstations {n}", n=count(len(units.stations))))


def _share(figure: Figure, sight: Sight) -> Number | None:
    """A share with its n and half the width of its 95 % interval; of nothing, none."""
    value = sight.shares.values[figure] if sight.shares is not None else None
    if value is None or value.of_one is None or value.low is None or value.high is None:
        return None
    half = (value.high - value.low) / 2
    return Number(f"{value.of_one:.1%}", _("n = {n} ±{half}", n=count(value.n), half=f"{half:.1%}"))


def _of_days(figure: Figure) -> Meaning:
    return Meaning(DEFINITIONS[figure].title, "shares", partial(_share, figure))


ARRIVED = Meaning(N_("Complaints today"), "day", _arrived)
OPEN = Meaning(N_("Open cases"), "work", _open)
LATE = Meaning(N_("Over time"), "work", _late)
WAITING = Meaning(N_("To dispatch"), "work", _waiting)
CLOSED = Meaning(N_("Closed today"), "day", _closed)
OWN = Meaning(N_("Found by us"), "day", _own)
ON_DUTY = Meaning(N_("Officers on duty"), "units", _on_duty)
RESPONSE, RESOLUTION, SATISFACTION, ON_TIME = map(_of_days, SHARES)
STRIP = (ARRIVED, OPEN, LATE, WAITING, RESOLUTION, SATISFACTION)
"""What stands above the map."""
FIGURES = (ARRIVED, OPEN, LATE, CLOSED, OWN, RESPONSE, RESOLUTION, SATISFACTION, ON_TIME, ON_DUTY)
"""What stands above the day's hours, in two rows."""


class Tile(Panel):
    """One number."""

    def __init__(self, meaning: Meaning, sight: Sight, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(sight, scale, parent)
        self.meaning, self.part = meaning, meaning.part

    def known(self) -> bool:
        """Always: where there is no number it says so in the number's place."""
        return True

    def draw(self, painter: QPainter, box: QRectF) -> None:
        small = self.scale.px(Size.SMALL)
        number = self.meaning.read(self.sight)
        age = _short_age(self.sight.age(self.part))
        top, foot = QRectF(box.left(), box.top(), box.width(), small * 1.4), QRectF(box)
        foot.setTop(box.bottom() - small * 1.4)
        write(painter, top, age, small, "late" if self.old else "ink_3", RIGHT)
        label = top.adjusted(0, 0, -width(age, small) - self.scale.gap / 2, 0)
        write(painter, label, translate(self.meaning.label), small, "ink_2")
        middle = QRectF(box.left(), top.bottom(), box.width(), foot.top() - top.bottom())
        told = number or Number(str(_("no data")), token="ink_3")
        most = self.scale.px(Size.NUMBER if number is not None else Size.TITLE)
        size = fitting(told.shown, min(most, int(middle.height())), middle.width(), small, strong=True)
        write(painter, middle, told.shown, size, told.token, LEFT, strong=True)
        write(painter, foot, told.below, small, "ink_3")


def _short_age(seconds: float | None) -> str:
    """How old a number is, as short as it goes; nothing where there is none."""
    if seconds is None:
        return ""
    minutes = int(seconds // 60)
    return str(_("{seconds} s", seconds=int(seconds)) if minutes < 2 else _("{minutes} min", minutes=minutes))
