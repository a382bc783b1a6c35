"""Asking for figures: all of a period, one told apart, along time, by hour and weekday, and the records behind it.

Everything is counted from the records as they stand, of what whoever asks may see.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, case, func, literal, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case, CaseState, Origin
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.record import Key
from commandcenter.queries.figures.asking import OF_DAYS, By, Sought, folded
from commandcenter.queries.figures.clocks import CLOCK_SOURCES
from commandcenter.queries.figures.definitions import CLOCKS, DEFINITIONS, Figure
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.shares import SHARE_SOURCES
from commandcenter.queries.figures.sources import CASE, COMPLAINT, Rows, Source, of_cases, of_complaints
from commandcenter.queries.figures.values import Times, Value

SOURCES: dict[Figure, Source] = SHARE_SOURCES | CLOCK_SOURCES
MOST_RECORDS = 500

Answer = Value | Times
Told = list[tuple[str | None, Answer]]
"""Figures told apart: each key with its own; None where the record says nothing."""


def sheet(session: Session, sought: Sought) -> dict[Figure, Answer]:
    """Every figure of a period."""
    how = Reckoning.of(session)
    return {figure: _one(session, how, sought, figure) for figure in Figure}


def one(session: Session, sought: Sought, figure: Figure) -> Answer:
    """One figure of a period."""
    return _one(session, Reckoning.of(session), sought, figure)


def by(session: Session, sought: Sought, figure: Figure, by: By) -> Told:
    """One figure told apart: by time in its order, otherwise the largest n first. Only what there is."""
    return _told_apart(session, Reckoning.of(session), sought, figure, by)


def series(session: Session, sought: Sought, figure: Figure, step: By = By.DAY) -> list[tuple[str, Answer]]:
    """One figure along time, by day, week or month: every step of the period, with n = 0 where there is nothing."""
    how = Reckoning.of(session)
    found = dict(_told_apart(session, how, sought, figure, step))
    nothing = _nothing(figure)
    return [(key, found.get(key, nothing)) for key in _steps(how, sought, step)]


def _steps(how: Reckoning, sought: Sought, step: By) -> list[str]:
    if step not in {By.DAY, By.WEEK, By.MONTH}:
        raise ValueError(f"time goes by days, weeks or months, not by {step}")
    first, last = (at.astimezone(how.zone).date() for at in (sought.since_at, sought.until_at - _A_MOMENT))
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    return list(dict.fromkeys(folded(day, step) for day in days))


_A_MOMENT = dt.timedelta(microseconds=1)


def _nothing(figure: Figure) -> Answer:
    return Times(0) if figure in CLOCKS else Value(0, 0, unit=DEFINITIONS[figure].unit)


# ------------------------------------------------------------------------------------------ from rows to an answer


def _one(session: Session, how: Reckoning, sought: Sought, figure: Figure) -> Answer:
    told = _grouped(session, how, sought, figure, literal(0), lambda _key: None)
    return told.get(None, _nothing(figure))


def _told_apart(session: Session, how: Reckoning, sought: Sought, figure: Figure, by: By) -> Told:
    if by in OF_DAYS:
        told = _grouped(session, how, sought, figure, by, lambda key: folded(dt.date.fromisoformat(key), by))
    else:
        told = _grouped(session, how, sought, figure, by, lambda key: None if key is None else str(key))
    if by in OF_DAYS or by is By.HOUR:
        return sorted(told.items(), key=lambda pair: (len(pair[0] or ""), pair[0] or ""))
    return sorted(told.items(), key=lambda pair: (-pair[1].n, pair[0] or ""))


def _grouped(
    session: Session, how: Reckoning, sought: Sought, figure: Figure, apart: Any, key_of: Any
) -> dict[str | None, Answer]:
    """The figure for every key; what ``key_of`` makes one of is one."""
    gathered = _times if figure in CLOCKS else _sums
    parts = [
        (key_of(row[0]), row) for rows in SOURCES[figure](how)
        for row in session.execute(gathered(how, rows, sought, _key(how, rows, sought, apart)))
    ]  # fmt: skip
    together: dict[str | None, list[Any]] = defaultdict(list)
    for key, row in parts:
        together[key].append(row)
    return {key: _answer(figure, some) for key, some in together.items()}


def _answer(figure: Figure, rows: Sequence[Any]) -> Answer:
    if figure in CLOCKS:
        return Times.of([row[1] for row in rows if row[1] is not None], sum(row[1] is None for row in rows))
    n, part, every = (sum(int(row[place] or 0) for row in rows) for place in (1, 2, 3))
    return Value(part, n, every - n, DEFINITIONS[figure].unit)


def _key(how: Reckoning, rows: Rows, sought: Sought, apart: Any) -> Any:
    if not isinstance(apart, By):
        return apart
    if apart in OF_DAYS:
        return how.day(rows.at, sought.since_at, sought.until_at)
    return how.hour(rows.at, sought.since_at, sought.until_at) if apart is By.HOUR else rows.dimensions[apart]


def _sums(_how: Reckoning, rows: Rows, sought: Sought, key: Any) -> Select[Any]:
    n = func.sum(case((rows.counts, 1), else_=0))
    part = func.sum(case((and_(rows.counts, rows.good), rows.amount), else_=0))
    asked = rows.joined(select(key.label(_APART), n, part, func.count())).where(*_of_period(rows, sought))
    return asked.group_by(_APART)


_APART = "told_apart"
"""The key's own name in the question: said twice with what is bound in it, a server would take it for two."""


def _times(how: Reckoning, rows: Rows, sought: Sought, key: Any) -> Select[Any]:
    seconds = case((rows.counts, how.seconds(rows.began, rows.at)), else_=None)
    return rows.joined(select(key.label(_APART), seconds)).where(*_of_period(rows, sought))


def _of_period(rows: Rows, sought: Sought) -> Iterator[ColumnElement[bool]]:
    yield from (rows.at >= sought.since_at, rows.at < sought.ended_at, rows.base)
    for by, key in sought.narrowed.items():
        yield rows.dimensions[by] == key


# ------------------------------------------------------------------------------------------------------ the records


@dataclass(frozen=True, slots=True)
class Behind:
    """One record that a figure counts: its key, the case it hangs on if any, and when it is counted (aware UTC)."""

    key: Key
    case_id: Key | None
    at: dt.datetime


def records(
    session: Session, sought: Sought, figure: Figure, *, good: bool | None = None, by: By | None = None,
    key: str | None = None, limit: int = MOST_RECORDS,
) -> list[Behind]:  # fmt: skip
    """The records that a figure counts, newest first: all of n, or those in the part (``good``), or the others.

    ``by`` and ``key`` narrow to one line of the figure told apart by that; key None: of which the record says nothing.
    Of a mean or a count all are in the part; of a clock all that were measured.
    """
    how = Reckoning.of(session)
    found: list[Behind] = []
    for rows in SOURCES[figure](how):
        asked = rows.joined(select(rows.key, rows.case_id, rows.at)).where(*_of_period(rows, sought), rows.counts)
        if good is not None:
            asked = asked.where(rows.good if good else ~rows.good)
        if by is not None and by not in OF_DAYS:
            asked = asked.where(_is_key(how, rows, sought, by, key))
        of_day = by if by in OF_DAYS else None
        newest = session.execute(asked.order_by(rows.at.desc(), rows.key.desc()).limit(None if of_day else limit))
        found += [Behind(*row) for row in newest if of_day is None or _folds(how, row[2], of_day) == key]
    return sorted(found, key=lambda one: (one.at, one.key), reverse=True)[:limit]


def _is_key(how: Reckoning, rows: Rows, sought: Sought, by: By, key: str | None) -> ColumnElement[bool]:
    told = _key(how, rows, sought, by)
    if key is None:
        return told.is_(None)  # type: ignore[no-any-return]
    return told == (int(key) if by is By.HOUR else key)  # type: ignore[no-any-return]


def _folds(how: Reckoning, at: dt.datetime, by: By) -> str:
    return folded(at.astimezone(how.zone).date(), by)


# ----------------------------------------------------------------------------------- by hour, and from where to where


def heat(session: Session, sought: Sought) -> list[list[int]]:
    """How many complaints arrived and cases were found by us, by weekday (Monday first) and local hour."""
    how = Reckoning.of(session)
    counted = [[0] * 24 for _day in range(7)]
    for rows in _ARRIVALS:
        day, hour = (told(rows.at, sought.since_at, sought.until_at) for told in (how.day, how.hour))
        columns: list[Any] = [day.label("local_day"), hour.label("local_hour"), func.count()]
        asked = rows.joined(select(*columns)).where(*_of_period(rows, sought))
        for written, at_hour, n in session.execute(asked.group_by("local_day", "local_hour")):
            counted[dt.date.fromisoformat(written).weekday()][at_hour] += n
    return counted


class Outcome(StrEnum):
    """What became of something that came in."""

    IN_HAND = "in_hand"
    ANSWERED = "answered"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    """A case of our own finding, or of the archive, that has ended: nobody was visited."""
    CANCELLED = "cancelled"
    """A case of our own finding that turned out to be none, or went into another."""


@dataclass(frozen=True, slots=True)
class Stream:
    """So many that came in by a channel and came to an outcome."""

    channel: str
    outcome: Outcome
    n: int


def flow(session: Session, sought: Sought) -> list[Stream]:
    """From where to where: complaints that arrived and cases found by us, by channel and what became of them."""
    found: dict[tuple[str, Outcome], int] = defaultdict(int)
    for rows, outcome in zip(_ARRIVALS, (_OF_COMPLAINT, _OF_FIND), strict=True):
        channel = rows.dimensions[By.CHANNEL]
        asked = rows.joined(select(channel.label("came"), outcome.label("ended"), func.count()))
        for came, ended, n in session.execute(asked.where(*_of_period(rows, sought)).group_by("came", "ended")):
            found[came, Outcome(ended)] += n
    return [Stream(channel, outcome, n) for (channel, outcome), n in sorted(found.items())]


_ARRIVALS = (
    Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.arrived_at, COMPLAINT),
    Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, base=Case.origin != str(Origin.COMPLAINT)),
)
_SETTLED = (ComplaintState.ANSWERED, ComplaintState.DECLINED, ComplaintState.CONFIRMED, ComplaintState.DISPUTED,
            ComplaintState.UNREACHABLE)  # fmt: skip
_OF_COMPLAINT: Any = case(
    *((Complaint.state == str(state), str(Outcome(state))) for state in _SETTLED),
    (Case.state == str(CaseState.CLOSED), str(Outcome.CLOSED)), else_=str(Outcome.IN_HAND),
)  # fmt: skip
_OF_FIND: Any = case(
    (Case.state == str(CaseState.CLOSED), str(Outcome.CLOSED)),
    (Case.state.in_([str(CaseState.CANCELLED), str(CaseState.MERGED)]), str(Outcome.CANCELLED)),
    else_=str(Outcome.IN_HAND),
)  # fmt: skip
