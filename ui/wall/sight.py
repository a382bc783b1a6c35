"""What a wall knows: parts, each read at a moment of its own, and what follows from them at this second."""

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from commandcenter import clock
from commandcenter.domain.deadlines import Pressing
from commandcenter.queries.wall import Day, OpenWork, PublicCase, PublicClock, PublicSquad, Seen, Turn, Units

OLD_S = 15.0
"""Seconds from which on data is called old: it is looked at every five at the latest."""
GONE_S = 120.0
"""Seconds from which on it is no data any more, and not shown."""


class Part(NamedTuple):
    """One part of what is known, and when it was read, in seconds of :func:`commandcenter.clock.ticks`."""

    value: Any
    read_at: float


class Pressed(NamedTuple):
    """An open case and the clock that presses it most."""

    case: PublicCase
    clock: PublicClock | None
    level: Pressing
    squad_id: str | None
    """Who handles it; else the squad of the area."""


@dataclass(frozen=True)
class Queue:
    """The open cases at one moment: ``pressed`` most pressing first, and how many there are of what."""

    pressed: tuple[Pressed, ...]
    levels: Mapping[Pressing, int]
    states: Mapping[str, int]
    urgent: int
    of_squads: Mapping[str, Counter[Pressing]]
    """Running work by squad, the assisting squads' too."""


class Sight:
    """Everything a wall knows. Of a part that was never read, or too long ago, there is None: no data, and no zero."""

    def __init__(self, now: Callable[[], dt.datetime], ticks: Callable[[], float] = clock.ticks) -> None:
        """``now()`` is the server's time, aware UTC; ``ticks()`` seconds of a clock that nobody sets."""
        self.now, self._ticks = now, ticks
        self._parts: dict[str, Part] = {}
        self._queue: tuple[Any, dt.datetime, Queue] | None = None

    def take(self, name: str, part: Part) -> None:
        """Know this part from now on."""
        self._parts[name] = part

    def age(self, name: str) -> float | None:
        """How many seconds ago a part was read; None where it never was."""
        part = self._parts.get(name)
        return None if part is None else max(0.0, self._ticks() - part.read_at)

    def _of(self, name: str) -> Any:
        age = self.age(name)
        return None if age is None or age > GONE_S else self._parts[name].value

    @property
    def work(self) -> OpenWork | None:
        """What is open."""
        return self._of("work")  # type: ignore[no-any-return]

    @property
    def day(self) -> Day | None:
        """The figures of the day."""
        return self._of("day")  # type: ignore[no-any-return]

    @property
    def officers(self) -> tuple[Seen, ...] | None:
        """Where officers on duty were seen."""
        return self._of("officers")  # type: ignore[no-any-return]

    @property
    def units(self) -> Units | None:
        """The district, also where it was read long ago: what a squad is called does not grow old."""
        part = self._parts.get("units")
        return None if part is None else part.value

    @property
    def turn(self) -> Turn | None:
        """What a console told this wall last."""
        part = self._parts.get("turn")
        return None if part is None else part.value

    def squads(self) -> Mapping[str, PublicSquad]:
        """The squads by key."""
        return {} if self.units is None else {squad.id: squad for squad in self.units.squads}

    def queue(self) -> Queue | None:
        """The open cases as they press at this second; None where there is no data."""
        work, second = self.work, self.now().replace(microsecond=0)
        if work is None:
            return None
        if self._queue is None or self._queue[0] is not work or self._queue[1] != second:
            self._queue = (work, second, queue_of(work, second))
        return self._queue[2]


def queue_of(work: OpenWork, now: dt.datetime) -> Queue:
    """The open cases as they press at ``now``, aware UTC."""
    pressed = tuple(sorted((_pressed(work, case, now) for case in work.cases), key=_rank))
    of_squads: dict[str, Counter[Pressing]] = {}
    for one in work.works:
        level = one.clock.pressing(now) if one.clock is not None else Pressing.CALM
        of_squads.setdefault(one.squad_id, Counter())[level] += 1
    return Queue(
        pressed, Counter(one.level for one in pressed), Counter(case.state for case in work.cases),
        sum(case.urgency == "urgent" for case in work.cases), of_squads,
    )  # fmt: skip


def _pressed(work: OpenWork, case: PublicCase, now: dt.datetime) -> Pressed:
    found, lead = work.clock_of(case), work.leads.get(case.number)
    level = found.pressing(now) if found is not None else Pressing.CALM
    return Pressed(case, found, level, lead.squad_id if lead is not None else case.area_id)


_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


def _rank(one: Pressed) -> tuple[bool, dt.datetime, str]:
    """Most pressing first; what stands still or owes nothing comes last."""
    still = one.clock is None or one.clock.standing_still
    return still, one.clock.due_at if one.clock is not None else _LAST, one.case.number
