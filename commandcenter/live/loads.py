"""What every squad has in hand and who of it is on duty: counted once, then kept up with the picture."""

import datetime as dt
from collections import Counter
from dataclasses import dataclass

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record
from commandcenter.domain.timing import running
from commandcenter.domain.units import Squad
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture
from commandcenter.live.ripening import Turns, ripeness


@dataclass(frozen=True, slots=True)
class Load:
    """What a squad has in hand and who of it is on duty. ``late``: past a clock; ``soon``: close to one.

    ``known`` is whether all its work has been read; before that the figures are those of a part, and nobody's to see.
    """

    squad: Squad
    on_duty: int
    open: int
    late: int
    soon: int = 0
    known: bool = True

    @property
    def pressing(self) -> Pressing:
        """How pressing the most pressing of its work is."""
        return Pressing.OVER if self.late else Pressing.SOON if self.soon else Pressing.CALM


def is_on_duty(person: Person) -> bool:
    """Whether somebody can be sent: an officer or a captain on duty."""
    return person.on_duty and not person.disabled and (person.has(Role.OFFICER) or person.has(Role.CAPTAIN))


class SquadLoads:
    """The counts beside one picture. A delta costs what it changes, the passing of time what ripens by it."""

    def __init__(self, picture: Picture, now: dt.datetime) -> None:
        self._picture, self._now = picture, now
        self._duty: Counter[Key] = Counter()
        self._count_all(now)
        self._count_duty()

    def _count_all(self, now: dt.datetime) -> None:
        self._held: dict[Key, tuple[Key, Pressing]] = {}
        self._counted: Counter[tuple[Key, Pressing]] = Counter()
        self._turns = Turns()
        self._now = now
        for key, assignment in self._picture.of(Assignment).items():
            self._count(key, assignment)

    def apply(self, delta: Delta) -> None:
        """Take notice of a delta that the picture holds already."""
        for change in delta.of(Assignment):
            self._count(change.key, change.after)
        if any(True for _change in delta.of(Person)):
            self._count_duty()

    def at(self, now: dt.datetime) -> dict[Key, Load]:
        """Every squad's load at ``now``, aware UTC."""
        if now < self._now:  # a clock that was set back: nothing that ripened may be trusted
            self._count_all(now)
        self._now = now
        for key in set(self._turns.due(now)):
            self._count(key, self._picture.get(Assignment, key))
        return {s.id: self._of(s) for s in self._picture.of(Squad).values() if not s.disabled}

    def _of(self, squad: Squad) -> Load:
        late, soon, calm = (self._counted[squad.id, level] for level in (Pressing.OVER, Pressing.SOON, Pressing.CALM))
        return Load(squad, self._duty[squad.id], late + soon + calm, late, soon, self._picture.complete)

    def _count(self, key: Key, record: Record | None) -> None:
        before = self._held.pop(key, None)
        if before is not None:
            self._counted[before] -= 1
        if isinstance(record, Assignment) and not record.over:
            level, turns_at = ripeness(running(record), self._now)
            self._held[key] = record.squad_id, level
            self._counted[record.squad_id, level] += 1
            self._turns.put(key, turns_at)

    def _count_duty(self) -> None:
        people = self._picture.of(Person).values()
        self._duty = Counter(p.squad_id for p in people if p.squad_id and is_on_duty(p))


def loads(picture: Picture, now: dt.datetime) -> dict[Key, Load]:
    """Every squad's load, for the strip of squads and for the recommendation."""
    kept = next((follower for follower in picture.followers if isinstance(follower, SquadLoads)), None)
    if kept is None:
        kept = SquadLoads(picture, now)
        picture.followers.append(kept)
    return kept.at(now)
