"""What one officer or one squad did since a moment: contacts, cases resolved, on time, promises kept.

Figures come with their n (DOMAIN section 6); a share of nothing is no share.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.calendar import WorkingCalendar
from commandcenter.domain.contacts import Contact, ContactOutcome, Promise
from commandcenter.domain.record import Key
from commandcenter.domain.sightings import Sighting


@dataclass(frozen=True, slots=True)
class Share:
    """``part`` of ``n``."""

    part: int
    n: int

    @property
    def of_one(self) -> float | None:
        """The share, 0 to 1; None where there is nothing to share."""
        return self.part / self.n if self.n else None


@dataclass(frozen=True, slots=True)
class Week:
    """What was done from ``since_at`` up to ``until_at`` (aware UTC).

    ``reached``: contacts that reached somebody ÷ contacts made. ``on_time``: lead assignments resolved by
    their moment ÷ lead assignments resolved. ``kept``: promises kept by their moment ÷ promises that fell due.
    """

    since_at: dt.datetime
    until_at: dt.datetime
    reached: Share
    resolved: int
    on_time: Share
    kept: Share


def begin_of_week(calendar: WorkingCalendar, now: dt.datetime) -> dt.datetime:
    """Monday 00:00 of the week of ``now`` in the district's zone, as aware UTC."""
    today = calendar.local(now).date()
    return calendar.instant(today - dt.timedelta(days=today.weekday()), dt.time())


def week(
    session: Session, since_at: dt.datetime, until_at: dt.datetime, *, officer: Key | None = None,
    squad: Key | None = None,
) -> Week:  # fmt: skip
    """The figures of an officer, of a squad, or of everybody. Aware UTC."""
    contacts = _counts(session, Contact.contacted_at, (Contact.outcome == ContactOutcome.REACHED,),
                       _mine(Contact.officer_id, Contact.assignment_id, officer, squad), since_at, until_at)
    resolved = _counts(
        session, Assignment.resolved_at, (Assignment.resolved_at <= Assignment.resolve_due_at,),
        [Assignment.part == str(Part.LEAD), Assignment.state == str(AssignmentState.RESOLVED),
         *([Assignment.officer_id == officer] if officer else []),
         *([Assignment.squad_id == squad] if squad else [])],
        since_at, until_at,
    )  # fmt: skip
    kept = _counts(session, Promise.due_at, (Promise.kept_at <= Promise.due_at,),
                   _mine(Promise.made_by_id, Promise.assignment_id, officer, squad), since_at, until_at)
    return Week(since_at, until_at, contacts, resolved.n, resolved, kept)


def _mine(
    person: InstrumentedAttribute[str], assignment: InstrumentedAttribute[Any], officer: Key | None, squad: Key | None
) -> list[ColumnElement[bool]]:
    found = [person == officer] if officer else []
    if squad:
        found.append(assignment.in_(select(Assignment.id).where(Assignment.squad_id == squad)))
    return found


def _counts(
    session: Session, at: InstrumentedAttribute[Any], good: tuple[ColumnElement[bool], ...],
    where: list[ColumnElement[bool]], since_at: dt.datetime, until_at: dt.datetime,
) -> Share:  # fmt: skip
    every = (*where, at >= since_at, at < until_at)
    counted = select(func.count()).select_from(at.class_)
    n = session.scalar(counted.where(*every)) or 0
    part = session.scalar(counted.where(*every, *good)) or 0
    return Share(part, n)


def last_fixes(session: Session, person: Key, n: int = 5) -> tuple[Sighting, ...]:
    """Where somebody was seen last, newest first."""
    newest = select(Sighting).where(Sighting.person_id == person).order_by(Sighting.seq.desc()).limit(n)
    return tuple(session.scalars(newest))
