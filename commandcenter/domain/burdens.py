"""What officers have borne 负荷: hours, distance, hard cases, nights – what each is, and how fairly it is shared.

Counted over whole local days that have gone by, 28 by the rule. Nothing is made up: what nobody knows is None, which is
not nought, and what is left out of a number is counted beside it.
"""

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType
from typing import Self

from commandcenter.domain.calendar import Interval, WorkingCalendar, merged
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Hardness, Rules, listed
from commandcenter.i18n import N_

A_DAY = dt.timedelta(days=1)


class Measure(StrEnum):
    """One of the things that are borne."""

    HOURS = "hours"
    DISTANCE = "distance"
    HARD = "hard"
    NIGHTS = "nights"


@dataclass(frozen=True, slots=True)
class Definition:
    """A measure in words: messages, to be translated where shown."""

    title: str
    formula: str
    left_out: str


DEFINITIONS: Mapping[Measure, Definition] = MappingProxyType({
    Measure.HOURS: Definition(
        N_("Hours on duty"),
        N_("From clocking in to clocking out, on the days counted. Who forgot to clock out is taken to have gone at the"
           " end of their shift."),
        N_("Clock-ins whose place was not believed; who forgot to clock out and had no shift; shifts to which nobody"
           " came. A place that is doubted and not looked into yet counts.")),
    Measure.DISTANCE: Definition(
        N_("Distance travelled"),
        N_("Straight from one position to the next on the days counted, each day by itself. Within their accuracy they"
           " stand still."),
        N_("Positions that are not exact enough, steps nobody is fast enough for, times in which nothing was heard, and"
           " days whose positions are gone or not counted yet.")),
    Measure.HARD: Definition(
        N_("Hard cases"),
        N_("Cases whose responsible officer they are or were, in hand on the days counted, that are urgent, enforced,"
           " done again, disputed, sensitive (confidential or sealed) or of many complainants. Each counts once."),
        N_("Cases that were merged into another one or taken from the squad; sealed cases that are not open to whoever"
           " looks.")),
    Measure.NIGHTS: Definition(
        N_("Night hours"),
        N_("The hours on duty that lie in the night, from 22:00 to 06:00 by the rule."),
        N_("What is left out of the hours on duty.")),
})  # fmt: skip


class Left(StrEnum):
    """Why something is left out of a number, or counts although it is doubted."""

    DISBELIEVED = "disbelieved"
    NEVER_OUT = "never_out"
    NOT_THERE = "not_there"
    DOUBTED = "doubted"
    INEXACT = "inexact"
    JUMPS = "jumps"
    GAPS = "gaps"
    GONE = "gone"
    UNCOUNTED = "uncounted"
    MOVED = "moved"


OF: Mapping[Measure, tuple[Left, ...]] = MappingProxyType({
    Measure.HOURS: (Left.DISBELIEVED, Left.NEVER_OUT, Left.NOT_THERE, Left.DOUBTED),
    Measure.DISTANCE: (Left.INEXACT, Left.JUMPS, Left.GAPS, Left.GONE, Left.UNCOUNTED),
    Measure.HARD: (Left.MOVED,),
    Measure.NIGHTS: (Left.DISBELIEVED, Left.NEVER_OUT, Left.NOT_THERE, Left.DOUBTED),
})  # fmt: skip
"""What is left out of which number."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What the district's rules say of all this, read once."""

    calendar: WorkingCalendar
    days: int
    longest: dt.timedelta
    night: tuple[dt.time, dt.time]
    hard: frozenset[Hardness]
    crowd: int
    weights: Mapping[Measure, int]
    noticed: float
    points: int

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """As the rules stand."""
        number = rules.number
        return cls(
            rules.calendar, number("load.days"), dt.timedelta(hours=number("load.longest_hours")),
            (dt.time(number("load.night_from")), dt.time(number("load.night_until"))),
            frozenset(Hardness(one) for one in listed(rules.text("load.hard")) if one in set(Hardness)),
            number("load.crowd"), {one: number(f"load.weight_{one}") for one in Measure},
            number("load.noticed") / 100, number("load.points"),
        )  # fmt: skip

    def period(self, now: dt.datetime) -> "Days":
        """The whole days before today."""
        today = self.calendar.local(now).date()
        return Days(today - self.days * A_DAY, today - A_DAY, self.calendar)


@dataclass(frozen=True, slots=True)
class Days:
    """Whole local days, the last one included."""

    first: dt.date
    last: dt.date
    calendar: WorkingCalendar

    @property
    def interval(self) -> Interval:
        """From when to when, aware UTC."""
        return self.calendar.instant(self.first, dt.time()), self.calendar.ends_at(self.last)

    def every(self) -> Iterator[dt.date]:
        """Each of them."""
        yield from (self.first + n * A_DAY for n in range((self.last - self.first).days + 1))


# ---------------------------------------------------------------------- hours and nights


@dataclass(frozen=True, slots=True)
class Stay:
    """Somebody came, and perhaps went. ``shift_ends_at``: when the shift they came for ends; aware UTC."""

    id: Key
    begins_at: dt.datetime
    ends_at: dt.datetime | None = None
    shift_ends_at: dt.datetime | None = None
    disbelieved: bool = False
    doubted: bool = False


@dataclass(frozen=True, slots=True)
class Duty:
    """A shift somebody was to come to."""

    id: Key
    begins_at: dt.datetime
    ends_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Served:
    """What became of one stay or shift: the time that counts, and why something is left out or doubted."""

    id: Key
    begins_at: dt.datetime
    ends_at: dt.datetime
    why: Left | None = None

    @property
    def counts(self) -> bool:
        """Whether it is among the hours."""
        return self.why in (None, Left.DOUBTED)


def served(stays: Sequence[Stay], duties: Iterable[Duty], rule: Measures, within: Interval, now: dt.datetime
           ) -> list[Served]:  # fmt: skip
    """What one officer served, stay by stay, cut to ``within``; behind them the shifts to which they did not come."""
    found = [one for stay in stays if (one := _cut(_stay(stay, rule, now), within)) is not None]
    there = [(one.begins_at, one.ends_at) for one in found if one.counts]
    for duty in duties:
        missed = _cut(Served(duty.id, duty.begins_at, duty.ends_at, Left.NOT_THERE), within)
        over = duty.ends_at <= now
        if missed and over and not any(a < duty.ends_at and duty.begins_at < b for a, b in there):
            found.append(missed)
    return sorted(found, key=lambda one: (one.begins_at, one.id))


def _stay(stay: Stay, rule: Measures, now: dt.datetime) -> Served:
    begun, shift = stay.begins_at, stay.shift_ends_at
    ends = stay.ends_at or now
    why = Left.DISBELIEVED if stay.disbelieved else Left.DOUBTED if stay.doubted else None
    if ends - begun > rule.longest:  # nobody stays that long: they forgot to clock out
        if shift is None or shift <= begun:
            return Served(stay.id, begun, begun + rule.longest, Left.NEVER_OUT)
        ends = min(shift, ends)
    return Served(stay.id, begun, ends, why)


def _cut(one: Served, within: Interval) -> Served | None:
    begins, ends = max(one.begins_at, within[0]), min(one.ends_at, within[1])
    return Served(one.id, begins, ends, one.why) if begins < ends else None


def hours(spans: Iterable[Served]) -> float:
    """The hours that count; time that two stays share counts once."""
    return _hours(merged((one.begins_at, one.ends_at) for one in spans if one.counts))


def night_hours(spans: Iterable[Served], rule: Measures) -> float:
    """Those of them that lie in the night."""
    apart = merged((one.begins_at, one.ends_at) for one in spans if one.counts)
    return _hours(part for span in apart for part in _nightly(span, rule))


def _nightly(span: Interval, rule: Measures) -> Iterator[Interval]:
    begins, ends = rule.night
    if begins == ends:
        return
    instant, local = rule.calendar.instant, rule.calendar.local
    day, last = local(span[0]).date() - A_DAY, local(span[1]).date()
    while day <= last:
        until = instant(day if begins < ends else day + A_DAY, ends)
        found = max(span[0], instant(day, begins)), min(span[1], until)
        if found[0] < found[1]:
            yield found
        day += A_DAY


def _hours(spans: Iterable[Interval]) -> float:
    return sum((ends - begins).total_seconds() for begins, ends in spans) / 3600


# ---------------------------------------------------------------------- fairness


@dataclass(frozen=True, slots=True)
class Burden:
    """What one officer has borne: hours, metres, cases, hours; None for what nobody knows."""

    person_id: Key
    squad_id: Key
    values: Mapping[Measure, float | None]
    left: Mapping[Left, int] = field(default_factory=dict)

    @property
    def there(self) -> bool:
        """Whether they were on duty at all: only who was is part of a mean."""
        return bool(self.values.get(Measure.HOURS))


@dataclass(frozen=True, slots=True)
class Share:
    """What somebody bears beside the others: ``over`` is 0.12 for 12 % more than the mean; ``most`` is where from."""

    over: float
    most: Measure


Means = Mapping[Measure, float | None]


@dataclass(frozen=True, slots=True)
class Borne:
    """What everybody has borne, squad by squad, on which days."""

    first: dt.date
    last: dt.date
    officers: Mapping[Key, Burden]
    squads: Mapping[Key, Means]
    """Of each squad the mean of its officers that were on duty."""
    district: Means
    """The mean of all officers that were on duty."""

    def shares(self, rule: Measures) -> tuple[dict[Key, Share], dict[Key, Share]]:
        """How officers stand to the mean of their squad, and squads to the district's; who is not known is left out."""
        officers = {key: share(one.values, self.squads[one.squad_id], rule) for key, one in self.officers.items()
                    if one.there}  # fmt: skip
        squads = {key: share(means, self.district, rule) for key, means in self.squads.items()}
        return _known(officers), _known(squads)


def _known(shares: Mapping[Key, Share | None]) -> dict[Key, Share]:
    return {key: one for key, one in shares.items() if one is not None}


def borne(days: Days, burdens: Iterable[Burden]) -> Borne:
    """All of it with its means."""
    officers = {one.person_id: one for one in burdens}
    squads = {one.squad_id for one in officers.values()}
    there = [one for one in officers.values() if one.there]
    means = {squad: mean([one for one in there if one.squad_id == squad]) for squad in squads}
    return Borne(days.first, days.last, officers, means, mean(there))


def mean(burdens: Sequence[Burden]) -> Means:
    """The mean of each measure over those of whom it is known; None where that is nobody."""
    found: dict[Measure, float | None] = {}
    for measure in Measure:
        known = [value for one in burdens if (value := one.values.get(measure)) is not None]
        found[measure] = sum(known) / len(known) if known else None
    return found


def share(values: Means, means: Means, rule: Measures) -> Share | None:
    """How much more than the mean somebody bears, all measures weighed together; None where there is nothing to weigh.

    A measure counts where both sides are known, the mean is more than nothing and the rules give it a weight.
    """
    parts: dict[Measure, float] = {}
    for measure, weight in rule.weights.items():
        value, usual = values.get(measure), means.get(measure)
        if weight and value is not None and usual:
            parts[measure] = weight * (value / usual - 1)
    if not parts:
        return None
    over = sum(parts.values()) / sum(rule.weights[measure] for measure in parts)
    return Share(over, max(parts, key=lambda one: parts[one] if over > 0 else -parts[one]))
