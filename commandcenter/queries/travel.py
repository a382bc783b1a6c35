"""How far officers travelled, day by day: kept once a day has gone by, else counted where the positions are few.

A thousand officers leave seventeen million positions a day, so whoever asks does not read them. Each day is counted
once, with the rules of that day, and stays when the positions go.
"""

import datetime as dt
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from sqlalchemy import ColumnElement, Executable, delete, func, literal, select
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from commandcenter.domain.burdens import A_DAY, Days, Measures
from commandcenter.domain.record import Key
from commandcenter.domain.retention import positions_before
from commandcenter.domain.rules import Rules, largest
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.travel import OF_ALL, Fixed, Plausible, Travel, Travelled, travelled
from commandcenter.queries.books import Books, Told

AT_ONCE = 100_000
"""More positions than these nobody counts who only asks."""
LATE = dt.timedelta(hours=1)
"""So long a day waits for positions that come late, before it is counted for good."""
_CHUNK = 10_000


@dataclass(frozen=True, slots=True)
class Travels:
    """What is known of some days: by day and person; ``gone`` are without positions, ``uncounted`` not counted yet."""

    of: Mapping[tuple[dt.date, Key], Travel]
    gone: tuple[dt.date, ...] = ()
    uncounted: tuple[dt.date, ...] = ()


def travels(session: Session, rules: Rules, days: Days, now: dt.datetime, person: Key | None = None) -> Travels:
    """How far everybody travelled, or one officer. Days without a position of somebody have no entry."""
    where = [Travelled.day >= days.first, Travelled.day <= days.last]
    whose = [Travelled.person.in_((OF_ALL, person))] if person is not None else []
    found: dict[tuple[dt.date, Key], Travel] = {}
    kept: set[dt.date] = set()
    for row in session.execute(select(*_COLUMNS).where(*where, *whose)):
        if row.person == OF_ALL:
            kept.add(row.day)
        else:
            found[row.day, row.person] = Travel(*row[2:])
    left = [day for day in days.every() if day not in kept]
    gone = tuple(day for day in left if _begin(days, day) < positions_before(rules, now))
    uncounted, budget = list[dt.date](), AT_ONCE
    for day in sorted(set(left) - set(gone), reverse=True):
        budget -= _many(session, days, day, budget) if not uncounted else 0
        if uncounted or budget < 0:
            uncounted.append(day)
        else:
            found |= {(day, key): one for key, one in _count(session, rules, days, day, person)}
    return Travels(found, gone, tuple(sorted(uncounted)))


_COLUMNS = (
    Travelled.day, Travelled.person, Travelled.metres, Travelled.fixes, Travelled.inexact, Travelled.jumps,
    Travelled.gaps,
)  # fmt: skip


def _begin(days: Days, day: dt.date) -> dt.datetime:
    return days.calendar.instant(day, dt.time())


def _of_day(days: Days, day: dt.date) -> list[ColumnElement[bool]]:
    return [Sighting.seen_at >= _begin(days, day), Sighting.seen_at < days.calendar.ends_at(day)]


def _many(session: Session, days: Days, day: dt.date, most: int) -> int:
    """How many positions there are of a day; of more than ``most`` one more."""
    some = select(literal(1).label("one")).select_from(Sighting).where(*_of_day(days, day)).limit(most + 1).subquery()
    return session.scalar(select(func.count()).select_from(some)) or 0


def _count(
    session: Session, rules: Rules, days: Days, day: dt.date, person: Key | None = None
) -> Iterator[tuple[Key, Travel]]:
    rule = Plausible.of(rules)
    whose = [Sighting.person_id == person] if person is not None else []
    asked = select(Sighting.person_id, Sighting.seen_at, Sighting.lon, Sighting.lat, Sighting.accuracy).where(
        *_of_day(days, day), *whose
    ).order_by(Sighting.person_id, Sighting.seen_at, Sighting.seq)  # fmt: skip
    rows = session.execute(asked.execution_options(yield_per=_CHUNK))
    for key, fixes in groupby(rows, key=itemgetter(0)):
        yield key, travelled((Fixed(*row[1:]) for row in fixes), rule)


# ---------------------------------------------------------------------- keeping


def keep_travels(books: Books, rules: Rules, now: dt.datetime, tell: Told = lambda _share: True) -> int:
    """Count the days of the period that have gone by and are not kept; returns how many. For the owner.

    Each day is written by itself, and counted before: nobody waits for that. ``tell`` says whether to go on. What is
    older than any period needs is dropped: it tells of people, and of nothing that is still asked for.
    """
    days = Measures.of(rules).period(now - LATE)
    oldest = days.last - largest("load.days") * A_DAY
    with books.reading() as session:
        kept = set(session.scalars(select(Travelled.day).where(Travelled.person == OF_ALL)))
    if any(day < oldest for day in kept):
        with books.writing() as session:
            session.execute(delete(Travelled).where(Travelled.day < oldest))
    there = [day for day in days.every() if day not in kept and _begin(days, day) >= positions_before(rules, now)]
    for n, day in enumerate(there):
        if not tell(n / len(there)):
            return n
        with books.reading() as session:
            found = list(_count(session, rules, days, day))
        whole = sum((one for _key, one in found), Travel())
        with books.writing() as session:
            session.execute(_unless_there(session), [_row(day, key, one) for key, one in (*found, (OF_ALL, whole))])
    return len(there)


def _unless_there(session: Session) -> Executable:
    """Two who count a day at a time come to the same: the second finds it there."""
    made = sqlite.insert if session.get_bind().dialect.name == "sqlite" else postgresql.insert
    return made(Travelled).on_conflict_do_nothing()


def _row(day: dt.date, key: Key, one: Travel) -> dict[str, Any]:
    return {"day": day, "person": key, "metres": one.metres, "fixes": one.fixes, "inexact": one.inexact,
            "jumps": one.jumps, "gaps": one.gaps}  # fmt: skip
