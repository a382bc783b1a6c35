"""What officers have borne, from the books: hours, distance, hard cases and nights, and what each is made of."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, exists, or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import RUNNING, Assignment, AssignmentState
from commandcenter.domain.attendance import Attendance, Judgement
from commandcenter.domain.burdens import (
    Borne,
    Burden,
    Days,
    Duty,
    Left,
    Measure,
    Measures,
    Served,
    Stay,
    borne,
    hours,
    night_hours,
    served,
)
from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Visit
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Hardness, Rules
from commandcenter.domain.shifts import RosterEntry, RosterState
from commandcenter.domain.travel import Travel
from commandcenter.queries.travel import Travels, travels

_MOVED = (str(AssignmentState.RETURNED), str(AssignmentState.CANCELLED))


@dataclass(frozen=True, slots=True)
class Held:
    """A hard case in somebody's hands, and what makes it hard."""

    officer_id: Key
    case_id: Key
    number: str
    title: str
    accepted_at: dt.datetime
    hardness: tuple[Hardness, ...]
    moved: bool = False


def burdens(session: Session, rules: Rules, now: dt.datetime) -> Borne:
    """What every officer and captain has borne, as far as whoever asks may see it. ``now``: aware UTC."""
    rule = Measures.of(rules)
    days = rule.period(now)
    of_duty = _served(session, rule, days, now)
    found = travels(session, rules, days, now)
    far, cases = _by_person(found), defaultdict[Key, dict[Key, Held]](dict)
    for one in held(session, rule, days):
        cases[one.officer_id][one.case_id] = one  # what is in hand comes last and counts
    return borne(days, (
        _burden(person, of_duty.get(person.id), far.get(person.id), cases[person.id].values(), found, rule)
        for person in officers(session)
    ))  # fmt: skip


def officers(session: Session) -> list[Person]:
    """Who can be sent: the officers and captains of squads that are in use."""
    people = session.scalars(select(Person).where(Person.squad_id.is_not(None), Person.disabled.is_(False)))
    return [person for person in people if person.has(Role.OFFICER) or person.has(Role.CAPTAIN)]


def _burden(
    person: Person, spans: Sequence[Served] | None, far: Travel | None, cases: Collection[Held], found: Travels,
    rule: Measures,
) -> Burden:  # fmt: skip
    left = Counter(one.why for one in spans or () if one.why is not None)
    in_hand = sum(not one.moved for one in cases)
    exact = far is not None and far.fixes > far.inexact
    values: dict[Measure, float | None] = {
        Measure.HOURS: None if spans is None else hours(spans),
        Measure.DISTANCE: far.metres if far is not None and exact else None,
        Measure.HARD: in_hand,
        Measure.NIGHTS: None if spans is None else night_hours(spans, rule),
    }
    far = far or Travel()
    left.update({Left.INEXACT: far.inexact, Left.JUMPS: far.jumps, Left.GAPS: far.gaps, Left.GONE: len(found.gone),
             Left.UNCOUNTED: len(found.uncounted), Left.MOVED: len(cases) - in_hand})  # fmt: skip
    return Burden(person.id, person.squad_id or "", values, {why: n for why, n in left.items() if n})


def _by_person(found: Travels) -> dict[Key, Travel]:
    whole: dict[Key, Travel] = defaultdict(Travel)
    for (_day, key), one in found.of.items():
        whole[key] += one
    return whole


# ---------------------------------------------------------------------- hours


def _served(
    session: Session, rule: Measures, days: Days, now: dt.datetime, person: Key | None = None
) -> dict[Key, list[Served]]:
    """Stay by stay, of those who came or should have come."""
    stays, duties = _stays(session, rule, days, person), _duties(session, days, person)
    return {key: served(stays.get(key, ()), duties.get(key, ()), rule, days.interval, now)
            for key in {*stays, *duties}}  # fmt: skip


def _stays(session: Session, rule: Measures, days: Days, person: Key | None) -> dict[Key, list[Stay]]:
    one, (since_at, until_at) = Attendance, days.interval
    asked = select(
        one.person_id, one.id, one.clocked_in_at, one.clocked_out_at, RosterEntry.ends_at, one.doubts, one.out_doubts,
        one.judgement,
    ).outerjoin(RosterEntry, RosterEntry.id == one.entry_id).where(
        one.clocked_in_at >= since_at - rule.longest, one.clocked_in_at < until_at,
        *([one.person_id == person] if person else ()),
    )  # fmt: skip
    found = defaultdict[Key, list[Stay]](list)
    for key, id_, came, went, shift_ends, doubts, out_doubts, judgement in session.execute(asked):
        doubted = bool(doubts or out_doubts) and not judgement
        found[key].append(Stay(id_, came, went, shift_ends, judgement == Judgement.REFUSED, doubted))
    return found


def _duties(session: Session, days: Days, person: Key | None) -> dict[Key, list[Duty]]:
    one, (since_at, until_at) = RosterEntry, days.interval
    asked = select(one.person_id, one.id, one.begins_at, one.ends_at).where(
        one.state == str(RosterState.PLANNED), one.begins_at < until_at, one.ends_at > since_at,
        *([one.person_id == person] if person else ()),
    )  # fmt: skip
    found = defaultdict[Key, list[Duty]](list)
    for key, id_, begins, ends in session.execute(asked):
        found[key].append(Duty(id_, begins, ends))
    return found


# ---------------------------------------------------------------------- hard cases


def held(session: Session, rule: Measures, days: Days, person: Key | None = None) -> list[Held]:
    """The hard cases in hand on these days, by officer; those that went elsewhere first."""
    since_at, until_at = days.interval
    one = Assignment
    hard = _hard(rule)
    if not hard:
        return []
    columns = [condition.label(f"is_{name}") for name, condition in hard.items()]
    asked = select(
        one.officer_id, one.case_id, Case.number, Case.title, one.accepted_at, one.state, *columns
    ).join(Case, Case.id == one.case_id).where(
        one.officer_id.is_not(None), one.accepted_at < until_at, Case.historic.is_(False), or_(*hard.values()),
        *([one.officer_id == person] if person else ()),
    ).order_by(one.accepted_at)  # fmt: skip
    rows = [
        row for chosen in (
            (one.state.in_(_MOVED), one.accepted_at >= since_at), (one.state == str(AssignmentState.RESOLVED),
             one.resolved_at >= since_at), (one.id.in_(select(one.id).where(RUNNING)),),
        )
        for row in session.execute(asked.where(*chosen))
    ]  # fmt: skip
    return [_held(row, tuple(name for name, is_so in zip(hard, row[6:], strict=True) if is_so)) for row in rows]


def _held(row: Any, hardness: tuple[Hardness, ...]) -> Held:
    return Held(row.officer_id, row.case_id, row.number, row.title, row.accepted_at, hardness, row.state in _MOVED)


def _hard(rule: Measures) -> dict[Hardness, ColumnElement[bool]]:
    """What makes a case hard, each as the database says it."""
    said: dict[Hardness, Any] = {
        Hardness.URGENT: Assignment.urgency == str(Urgency.URGENT),
        Hardness.ENFORCED: Assignment.enforced.is_(True),
        Hardness.REDO: Assignment.round > 1,
        Hardness.DISPUTED: exists().where(Visit.case_id == Assignment.case_id, Visit.solved.is_(False)),
        Hardness.SENSITIVE: or_(Case.confidential.is_(True), Case.sealed_for.is_not(None)),
        Hardness.CROWDED: Case.complaints >= rule.crowd,
    }
    return {name: condition for name, condition in said.items() if name in rule.hard}


# ---------------------------------------------------------------------- what a number is made of


@dataclass(frozen=True, slots=True)
class Piece:
    """One thing a number is made of: a stay, a missed shift, a day, a case. ``amount`` in hours, metres or cases."""

    id: str
    at: dt.datetime
    amount: float
    until_at: dt.datetime | None = None
    why: Left | None = None
    day: dt.date | None = None
    travel: Travel | None = None
    case: Held | None = None


def made_of(session: Session, rules: Rules, now: dt.datetime, person: Key, measure: Measure) -> list[Piece]:
    """What one officer's number is made of, and what was left out of it; the newest first."""
    rule = Measures.of(rules)
    days = rule.period(now)
    if measure is Measure.HARD:
        pieces = _of_cases(held(session, rule, days, person))
    elif measure is Measure.DISTANCE:
        pieces = _of_days(travels(session, rules, days, now, person), days)
    else:
        spans = _served(session, rule, days, now, person).get(person, [])
        pieces = [_of_stay(one, measure, rule) for one in spans]
        pieces = [one for one in pieces if one.amount or measure is Measure.HOURS]
    return sorted(pieces, key=lambda one: (one.at, one.id), reverse=True)


def _of_stay(one: Served, measure: Measure, rule: Measures) -> Piece:
    whole = Served(one.id, one.begins_at, one.ends_at)
    amount = hours([whole]) if measure is Measure.HOURS else night_hours([whole], rule)
    return Piece(one.id, one.begins_at, amount, one.ends_at, one.why)


def _of_days(found: Travels, days: Days) -> list[Piece]:
    def piece(day: dt.date, travel: Travel | None, why: Left | None = None) -> Piece:
        return Piece(day.isoformat(), days.calendar.instant(day, dt.time()), travel.metres if travel else 0.0,
                     why=why, day=day, travel=travel)  # fmt: skip

    return [
        *(piece(day, travel) for (day, _key), travel in found.of.items()),
        *(piece(day, None, Left.GONE) for day in found.gone),
        *(piece(day, None, Left.UNCOUNTED) for day in found.uncounted),
    ]


def _of_cases(found: Iterable[Held]) -> list[Piece]:
    each = {one.case_id: one for one in found}
    return [Piece(one.case_id, one.accepted_at, float(not one.moved), why=Left.MOVED if one.moved
                  else None, case=one) for one in each.values()]  # fmt: skip
