"""What a wall knows: parts, each read at a moment of its own, and what follows from them at this second."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from heapq import nsmallest
from itertools import chain
from operator import attrgetter
from typing import Any, NamedTuple

from commandcenter import clock
from commandcenter.domain.deadlines import Pressing
from commandcenter.live.ripening import ripeness
from commandcenter.queries.wall import (
    Day,
    OpenWork,
    PublicCase,
    PublicClock,
    PublicSquad,
    PublicWork,
    Seen,
    Shares,
    Turn,
    Units,
)

OLD_S = 15.0
"""Seconds from which on data is called old: it is looked at every five at the latest."""
GONE_S = 120.0
"""Seconds from which on it is no data any more, and not shown."""
MOST = 40
"""So many cases stand in the order in which they press: more than any board has rows."""


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
    """The open cases at one moment, and how many there are of what."""

    first: tuple[Pressed, ...]
    """The most pressing ones in their order, at most :data:`MOST` of them."""
    by_level: Mapping[Pressing, tuple[Pressed, ...]]
    states: Mapping[str, int]
    urgent: int
    of_squads: Mapping[str, Counter[Pressing]]
    """Running work by squad, the assisting squads' too."""

    @property
    def open(self) -> int:
        """How many cases are open."""
        return sum(map(len, self.by_level.values()))

    def count(self, level: Pressing) -> int:
        """How many cases press so much."""
        return len(self.by_level[level])


class Sight:
    """Everything a wall knows. Of a part that was never read, or too long ago, there is None: no data, and no zero."""

    def __init__(self, now: Callable[[], dt.datetime], ticks: Callable[[], float] = clock.ticks) -> None:
        """``now()`` is the server's time, aware UTC; ``ticks()`` seconds of a clock that nobody sets."""
        self.now, self._ticks = now, ticks
        self._parts: dict[str, Part] = {}
        self._pressing = _PressingQueue()

    def take(self, name: str, part: Part) -> None:
        """Know this part from now on."""
        self._parts[name] = part

    def parts(self) -> list[Part]:
        """All that it was sent last."""
        return [*self._parts.values()]

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
    def shares(self) -> Shares | None:
        """The figures of the days that have gone by."""
        return self._of("shares")  # type: ignore[no-any-return]

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
        work = self.work
        return None if work is None else self._pressing.at(work, self.now())


_LAST = dt.datetime.max.replace(tzinfo=dt.UTC)


class _Judged(NamedTuple):
    """What was judged of something last, and until when that holds."""

    about: tuple[object, object]
    rank: tuple[bool, float, str]
    """Most pressing first; what stands still or owes nothing comes last."""
    pressed: Pressed
    until_at: dt.datetime


class _PressingQueue:
    """Judges anew only what is new, or what time alone has made more pressing."""

    def __init__(self) -> None:
        self._cases: dict[str, _Judged] = {}
        self._works: dict[int, tuple[PublicWork, Pressing, dt.datetime]] = {}
        self._queue: tuple[OpenWork, Queue] | None = None
        self._from_at = self._until_at = _LAST

    def at(self, work: OpenWork, now: dt.datetime) -> Queue:
        """The queue at ``now``, aware UTC: the same object as long as nothing in it is another."""
        known = self._queue
        if known is not None and known[0] is work and self._from_at <= now < self._until_at:
            return known[1]
        if now < self._from_at:  # a clock that was set back: nothing that was judged may be trusted
            self._cases, self._works = {}, {}
        self._cases = {case.number: self._judged(work, case, now) for case in work.cases}
        self._works = {id(one): self._level(one, now) for one in work.works}
        judged = self._cases.values()
        self._from_at = now
        ends = chain((one.until_at for one in judged), (until_at for _work, _level, until_at in self._works.values()))
        self._until_at = min(ends, default=_LAST)
        self._queue = (work, self._made(work))
        return self._queue[1]

    def _judged(self, work: OpenWork, case: PublicCase, now: dt.datetime) -> _Judged:
        lead, known = work.leads.get(case.number), self._cases.get(case.number)
        if known is not None and known.about[0] is case and known.about[1] is lead and now < known.until_at:
            return known
        clock = lead.clock if lead is not None else case.clock
        level, until_at = _judge(clock, now)
        still = clock is None or clock.standing_still
        rank = still, clock.due_at.timestamp() if clock is not None else 0.0, case.number
        squad_id = lead.squad_id if lead is not None else case.area_id
        return _Judged((case, lead), rank, Pressed(case, clock, level, squad_id), until_at)

    def _level(self, work: PublicWork, now: dt.datetime) -> tuple[PublicWork, Pressing, dt.datetime]:
        known = self._works.get(id(work))
        return known if known is not None and known[0] is work and now < known[2] else (work, *_judge(work.clock, now))

    def _made(self, work: OpenWork) -> Queue:
        by_level: dict[Pressing, list[Pressed]] = {level: [] for level in Pressing}
        for one in self._cases.values():
            by_level[one.pressed.level].append(one.pressed)
        of_squads: dict[str, Counter[Pressing]] = defaultdict(Counter)
        for held, level, _until in self._works.values():
            of_squads[held.squad_id][level] += 1
        first = nsmallest(MOST, self._cases.values(), key=attrgetter("rank"))
        return Queue(
            tuple(one.pressed for one in first), {level: tuple(found) for level, found in by_level.items()},
            Counter(case.state for case in work.cases), sum(case.urgency == "urgent" for case in work.cases), of_squads,
        )  # fmt: skip


def _judge(clock: PublicClock | None, now: dt.datetime) -> tuple[Pressing, dt.datetime]:
    """How much a clock presses at ``now``, aware UTC, and until when it does so much."""
    level, turns_at = ripeness([] if clock is None else [clock], now)
    return level, turns_at or _LAST
