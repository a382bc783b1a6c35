"""The picture as it was at a past moment: today's rows, with what the journal says was done to them since undone.

What is asked for is bounded by what was open then, not by how long the journal is: the cases that were neither
unborn nor over, what ever hung on them, and their later lines alone. From one moment to another near by only the
records are looked at that a line between the two speaks of.

Lines are placed by their own time. What a thing is called is needed to read what is older than its record: a district,
its units, people, matters and rules that were written down later are shown as they were first.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Mapping
from typing import Any

from sqlalchemy import Select, func, or_, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Request
from commandcenter.domain.sealing import hidden
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.undoing import At, portions, undone
from commandcenter.live.belonging import BY_KIND, OF_CASES
from commandcenter.live.delta import Change, Delta, Fix

NEAR = dt.timedelta(hours=2)
"""Moments no further apart than this are reached by the lines between them."""

_HANGING: tuple[type[Record], ...] = (Assignment, Complaint, Promise, Request)
_OF_CASES = frozenset(b.record_type for b in OF_CASES)
_ALWAYS = tuple(b.record_type for b in BY_KIND.values() if b.record_type not in _OF_CASES)


class Past:
    """What the room knew at one moment after another. Aware UTC."""

    def __init__(self) -> None:
        self.at: dt.datetime | None = None
        self._held: dict[At, Record] = {}

    def look(self, session: Session, at: dt.datetime) -> Delta:
        """Go to a moment. What changes on the way there, be it forwards or back, with where everybody was then."""
        near = self.at is not None and abs(at - self.at) <= NEAR
        held = self._near(session, at) if near else _standing(session, at)
        changes = tuple(
            Change(of[0], of[1], self._held.get(of), held.get(of))
            for of in {**self._held, **held} if self._held.get(of) is not held.get(of)
        )  # fmt: skip
        self.at, self._held = at, held
        return Delta(changes, fixes=whereabouts(session, at, held), read_at=at)

    def _near(self, session: Session, at: dt.datetime) -> dict[At, Record]:
        began, ended = sorted((self.at or at, at))
        touched: dict[type[Record], set[Key]] = defaultdict(set)
        cases: set[Key] = set()
        for kind, key, case_id in session.execute(_between(began, ended)):
            if kind in BY_KIND:
                touched[BY_KIND[kind].record_type].add(key)
            if case_id:
                cases.add(case_id)
        # A case that comes or goes brings or takes along what hangs on it.
        for of, keys in _hung(session, cases).items():
            touched[of] |= keys
        touched[Case] |= cases
        then = {of: record for of, record in self._held.items() if of[1] not in touched[of[0]]}
        return _kept(session, {**then, **undone(session, touched, at, _ALWAYS)})


def _standing(session: Session, at: dt.datetime) -> dict[At, Record]:
    """Everything that belonged to the picture at that moment."""
    wanted: dict[type[Record], set[Key] | None] = dict.fromkeys(_ALWAYS)
    case, said = Case.__table__.c, Complaint.__table__.c
    stood = case.historic.is_(False), case.opened_at <= at, or_(case.closed_at.is_(None), case.closed_at > at)
    waited = said.historic.is_(False), said.received_at <= at, or_(said.settled_at.is_(None), said.settled_at > at)
    cases = set(session.scalars(select(case.id).where(*stood)))
    hung = _hung(session, cases)
    hung[Complaint] |= set(session.scalars(select(said.id).where(*waited)))
    return _kept(session, undone(session, {**wanted, **hung, Case: cases}, at, _ALWAYS))


def _hung(session: Session, cases: Collection[Key]) -> dict[type[Record], set[Key]]:
    """The keys of everything that ever hung on these cases: their lines name the case they hung on then."""
    found: dict[type[Record], set[Key]] = {kind: set() for kind in _HANGING}
    kinds = [kind.kind() for kind in _HANGING]
    line = JournalLine.__table__.c
    for some in portions(cases):
        asked = select(line.kind, line.key).where(line.case_id.in_(some), line.kind.in_(kinds)).distinct()
        for kind, key in session.execute(asked):
            found[BY_KIND[kind].record_type].add(key)
    return found


def _kept(session: Session, records: Mapping[At, Record]) -> dict[At, Record]:
    """Those that belonged to the picture, and may be seen by whoever looks now."""
    unseen = hidden(session)
    cases = {of[1] for of, record in records.items() if of[0] is Case and BY_KIND[Case.kind()].holds(record)}
    return {
        of: record for of, record in records.items()
        if not unseen.holds(record)
        and (BY_KIND[record.kind()].holds(record) or (of[0] is Assignment and record.__dict__["case_id"] in cases))
    }  # fmt: skip


def _between(began: dt.datetime, ended: dt.datetime) -> Select[Any]:
    """Which records lines speak of that were written after ``began``, up to ``ended``."""
    line = JournalLine.__table__.c
    return select(line.kind, line.key, line.case_id).where(line.at > began, line.at <= ended)


def whereabouts(session: Session, at: dt.datetime, held: Mapping[At, Record]) -> tuple[Fix, ...]:
    """The last fix, up to that moment, of everybody who was on duty then."""
    people = [key for (kind, key), record in held.items() if kind is Person and record.__dict__["on_duty"]]
    if not people:
        return ()
    last, fix = _number_by(session, at), Sighting.__table__.c
    newest = (
        select(func.max(fix.seq)).where(fix.person_id.in_(people), fix.seq <= last, fix.seq > last - _FIXES_BACK)
        .group_by(fix.person_id)
    )  # fmt: skip
    seen = session.scalars(select(Sighting).where(Sighting.seq.in_(newest), Sighting.seen_at <= at))
    return tuple(Fix(s.person_id, s.seen_at, s.lon, s.lat, s.accuracy, s.heading) for s in seen)


_FIXES_BACK = 50_000
"""So many fixes back a place is looked for: half an hour of a thousand officers."""


def _number_by(session: Session, at: dt.datetime) -> int:
    """The number of the last fix that is no later than that moment: their numbers go up with time, so by halving."""
    columns = Sighting.__table__.columns
    seq, moment = columns["seq"], columns["seen_at"]
    low, high = session.execute(select(func.min(seq), func.max(seq))).one()
    if low is None:
        return 0
    low -= 1
    while low < high:
        middle = (low + high + 1) // 2
        found = session.execute(select(seq, moment).where(seq <= middle).order_by(seq.desc()).limit(1)).one_or_none()
        if found is None or found[1] <= at:
            low = middle
        else:
            high = found[0] - 1
    return int(low)
