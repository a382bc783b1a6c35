"""Signs 苗头 that a case goes wrong although no clock says so yet: each a pure rule with its reason and a switch.

What a sign looks at is :class:`Seen`: snapshots of what the room knows, and :class:`Traces` of what lies behind them in
the books. A supervisor puts a sign aside with a remark; it comes back when it has become more.
"""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from enum import StrEnum
from typing import Any, Self

from sqlalchemy import String, Text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.calendar import WorkingCalendar
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.limits import Limit
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Person
from commandcenter.domain.places import distance
from commandcenter.domain.record import Key, KeyRef, Record, type_key
from commandcenter.domain.rules import Rules
from commandcenter.domain.sentences import Sentence
from commandcenter.i18n import N_


class Sign(StrEnum):
    """What can be noticed about a case."""

    STUCK = "stuck"
    BOUNCING = "bouncing"
    REPEATED = "repeated"
    BARE_CONTACT = "bare_contact"
    BURST = "burst"
    FAR_PHOTO = "far_photo"
    BROKEN_PROMISES = "broken_promises"
    OFF_DUTY = "off_duty"
    SURGE = "surge"


def switch(sign: Sign) -> str:
    """The rule that switches a sign on or off."""
    return f"sign.{sign}"


BURST_WITHIN = dt.timedelta(minutes=30)
"""So close together lies what was resolved in a burst."""
AT_SQUAD = frozenset({CaseState.DISPATCHED, CaseState.ACCEPTED, CaseState.CONTACTED, CaseState.HANDLING})
"""A squad has it and its clocks run: silence means something."""


class DismissedSign(Record):
    """A supervisor has looked at a sign and put it aside, as it was then (:attr:`mark`), and said why."""

    __tablename__ = "dismissed_sign"

    case_id: Mapped[KeyRef]
    sign: Mapped[str] = mapped_column(String(24))
    mark: Mapped[str] = mapped_column(String(64))
    remark: Mapped[str] = mapped_column(Text)
    dismissed_by_id: Mapped[str] = mapped_column(type_key)
    dismissed_at: Mapped[dt.datetime]


@dataclass(frozen=True, slots=True)
class Bare:
    """A contact that reached somebody: by which work, how long a call lasted in seconds (None: a visit)."""

    assignment_id: Key
    duration_s: int | None


@dataclass(frozen=True, slots=True)
class Traces:
    """What the books know of a case beyond the picture. Moments are aware UTC, points WGS-84 degrees."""

    case_id: Key
    heard_at: dt.datetime | None = None
    """When its squads last said, showed or asked anything."""
    hand_overs: int = 0
    broken: int = 0
    reached: tuple[Bare, ...] = ()
    shown_by: frozenset[Key] = frozenset()
    """The assignments that have shown a photo."""
    taken_at: tuple[tuple[float, float], ...] = ()
    """Where its photos say that they were taken."""
    dismissed: Mapping[str, str] = field(default_factory=dict)
    """The mark of each sign as it was put aside last."""


@dataclass(frozen=True, slots=True)
class Measures:
    """What the district's rules say of signs, read once for all cases. Lengths of time, metres, seconds, counts."""

    on: frozenset[Sign]
    calendar: WorkingCalendar
    silence: dt.timedelta
    burst_before: dt.timedelta
    returns: int
    hand_overs: int
    repeats: int
    repeat_metres: int
    repeat_days: int
    call_seconds: int
    burst_cases: int
    photo_metres: int
    broken: int
    surge_complaints: int
    surge_metres: int
    surge_hours: int

    @classmethod
    def of(cls, rules: Rules) -> Self:
        """As the rules stand."""
        said: dict[str, Any] = {one.name: rules.number(f"sign.{one.name}") for one in fields(cls) if one.type is int}
        said |= {name: _length(rules, f"sign.{name}") for name in ("silence", "burst_before")}
        return cls(on=frozenset(sign for sign in Sign if rules.on(switch(sign))), calendar=rules.calendar, **said)


@dataclass(frozen=True, slots=True)
class Seen:
    """Everything the signs of one case look at."""

    case: Case
    lead: Assignment | None
    works: Sequence[Assignment]
    traces: Traces
    rules: Measures
    alike: int = 0
    """How many complaints of its matter lie within reach, its own among them (:mod:`commandcenter.domain.nearness`)."""
    resolved: Sequence[tuple[dt.datetime, dt.datetime]] = ()
    """When its officer resolved what waits for review or visit, and until when each had time; this case among them."""
    officers: Mapping[Key, Person] = field(default_factory=dict)
    surge: tuple[int, tuple[Key, ...]] = (0, ())
    """How many like complaints came at one place and time, and on which other open cases, where it leads them."""


@dataclass(frozen=True, slots=True)
class Found:
    """A sign that was found. ``mark`` says how much of it there is: put aside is what is as it was."""

    sign: Sign
    case_id: Key
    mark: str
    why: Sentence
    from_at: dt.datetime | None = None
    """Since when it holds, or from when on it will; None where it holds whatever the time is."""
    others: tuple[Key, ...] = ()
    """The cases that could become one with it 类案."""

    @property
    def id(self) -> str:
        """What tells it from the others."""
        return f"{self.sign}:{self.case_id}"


def signs(seen: Seen) -> list[Found]:
    """Every sign of a case that is switched on and was not put aside as it is now."""
    found = (rule(seen) for sign, rule in RULES.items() if sign in seen.rules.on)
    return [one for one in found if one is not None and seen.traces.dismissed.get(one.sign) != one.mark]


def stuck(seen: Seen) -> Found | None:
    """The squad has said nothing for longer than the rule allows: from when on that will be so."""
    if seen.case.state not in AT_SQUAD or seen.lead is None:
        return None
    moments = (seen.lead.dispatched_at, seen.lead.accepted_at, seen.lead.contacted_at, seen.traces.heard_at)
    heard_at = max(at for at in moments if at is not None)
    local = seen.rules.calendar.local(heard_at)
    why = Sentence(N_("Nothing was heard from the squad since {since}."), since=f"{local:%m-%d %H:%M}")
    return Found(Sign.STUCK, seen.case.id, heard_at.isoformat(), why, heard_at + seen.rules.silence)


def _length(rules: Rules, name: str) -> dt.timedelta:
    """Days of the calendar go by at night too."""
    limit = Limit.parse(rules.text(name))
    return dt.timedelta(days=float(limit.amount)) if limit.unit.value.endswith("d") else limit.length


def bouncing(seen: Seen) -> Found | None:
    """It goes from hand to hand: returned or handed over too often."""
    hops, handed = seen.case.hops, seen.traces.hand_overs
    if hops < seen.rules.returns and handed < seen.rules.hand_overs:
        return None
    why = Sentence(N_("Returned {returns} times, handed over {hand_overs} times."), returns=hops, hand_overs=handed)
    return Found(Sign.BOUNCING, seen.case.id, f"{hops}/{handed}", why)


def repeated(seen: Seen) -> Found | None:
    """The same is complained about at the same place again and again."""
    if seen.alike < seen.rules.repeats:
        return None
    why = Sentence(N_("{n} complaints of this matter within {metres} m in {days} days."), n=seen.alike,
                   metres=seen.rules.repeat_metres, days=seen.rules.repeat_days)  # fmt: skip
    return Found(Sign.REPEATED, seen.case.id, str(seen.alike), why)


def bare_contact(seen: Seen) -> Found | None:
    """Somebody was reached, it says, but nothing shows it: a call of seconds, a visit without a picture."""
    shortest = seen.rules.call_seconds
    bare = [
        one for one in seen.traces.reached
        if (one.assignment_id not in seen.traces.shown_by if one.duration_s is None else one.duration_s < shortest)
    ]  # fmt: skip
    if not bare:
        return None
    why = Sentence(N_("{n} contacts that nothing shows: calls under {seconds} s, or visits without a photo."),
                   n=len(bare), seconds=shortest)  # fmt: skip
    return Found(Sign.BARE_CONTACT, seen.case.id, str(len(bare)), why)


def burst(seen: Seen) -> Found | None:
    """One of many that its officer resolved at one go, each shortly before its deadline."""
    lead, least = seen.lead, seen.rules.burst_cases
    if seen.case.state not in (CaseState.RESOLVED, CaseState.VISITING) or lead is None or lead.resolved_at is None:
        return None
    before = seen.rules.burst_before
    pressed = sorted(at for at, due_at in seen.resolved if dt.timedelta() <= due_at - at <= before)
    if lead.resolved_at not in pressed:
        return None
    most = max(
        sum(first <= at <= first + BURST_WITHIN for at in pressed)
        for first in pressed if first <= lead.resolved_at <= first + BURST_WITHIN
    )  # fmt: skip
    if most < least:
        return None
    why = Sentence(N_("One of {n} resolved by one officer within half an hour, just before they were due."), n=most)
    return Found(Sign.BURST, seen.case.id, str(most), why)


def far_photo(seen: Seen) -> Found | None:
    """A photo says that it was taken elsewhere."""
    place, far = seen.case.point, seen.rules.photo_metres
    away = [metres for taken in seen.traces.taken_at if place and (metres := distance(place, taken)) > far]
    if not away:
        return None
    why = Sentence(N_("A photo was taken {metres} m from the place."), metres=round(max(away)))
    return Found(Sign.FAR_PHOTO, seen.case.id, str(len(away)), why)


def broken_promises(seen: Seen) -> Found | None:
    """Words given were not kept, more than once."""
    if seen.traces.broken < seen.rules.broken:
        return None
    why = Sentence(N_("{n} promises were broken."), n=seen.traces.broken)
    return Found(Sign.BROKEN_PROMISES, seen.case.id, str(seen.traces.broken), why)


def off_duty(seen: Seen) -> Found | None:
    """Urgent work lies with somebody who is not there."""
    running = (work for work in seen.works if work.urgency == Urgency.URGENT and work.state in _RUNNING)
    away = [person for work in running if (person := seen.officers.get(work.officer_id or "")) and not person.on_duty]
    if not away:
        return None
    why = Sentence(N_("Urgent, and held by {person}, who is off duty."), person=away[0].name)
    return Found(Sign.OFF_DUTY, seen.case.id, away[0].id, why)


def surge(seen: Seen) -> Found | None:
    """Many complain of the same at once: cases that would better be one, led by the one with most of it around."""
    n, others = seen.surge
    if n < seen.rules.surge_complaints or not others or seen.case.state not in MERGEABLE:
        return None
    why = Sentence(
        N_("{n} complaints of this matter on {cases} cases within {metres} m and {hours} h: one common case?"),
        n=n, cases=len(others) + 1, metres=seen.rules.surge_metres, hours=seen.rules.surge_hours,
    )  # fmt: skip
    return Found(Sign.SURGE, seen.case.id, f"{n}/{len(others)}", why, others=others)


MERGEABLE = AT_SQUAD | {CaseState.OPEN, CaseState.SUSPENDED, CaseState.RETURN_ASKED}
"""The cases that another can still be merged into, or that can be merged."""
_RUNNING = frozenset({AssignmentState.ACCEPTED, AssignmentState.CONTACTED, AssignmentState.HANDLING})

RULES: dict[Sign, Callable[[Seen], Found | None]] = {
    Sign.STUCK: stuck, Sign.BOUNCING: bouncing, Sign.REPEATED: repeated, Sign.BARE_CONTACT: bare_contact,
    Sign.BURST: burst, Sign.FAR_PHOTO: far_photo, Sign.BROKEN_PROMISES: broken_promises, Sign.OFF_DUTY: off_duty,
    Sign.SURGE: surge,
}  # fmt: skip
