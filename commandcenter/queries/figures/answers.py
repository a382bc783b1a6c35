"""Asking for figures: all of a period, one told apart, along time, by hour and weekday, and the records behind it.

Days that have been counted are added up; what lies beside them, and what has changed since, is counted from the
records as they stand. Whoever asks gets what they may see: what is sealed is counted for the people named alone.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from commandcenter.domain.record import Key
from commandcenter.queries.figures.asking import OF_DAYS, By, Sought, folded
from commandcenter.queries.figures.catalogue import Stream
from commandcenter.queries.figures.definitions import Figure
from commandcenter.queries.figures.fresh import Form, Piles, rows_of
from commandcenter.queries.figures.held import Held
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.piles import Answer, Pile
from commandcenter.queries.figures.sources import Rows

MOST_RECORDS = 500
_A_MOMENT = dt.timedelta(microseconds=1)

Told = list[tuple[str | None, Answer]]
"""Figures told apart: each key with its own; None where the record says nothing."""


def sheet(session: Session, sought: Sought) -> dict[Figure, Answer]:
    """Every figure of a period."""
    found = Held(session, sought).piles(tuple(Figure))
    return {figure: piles.get(None, Pile()).answer(figure) for figure, piles in found.items()}


def one(session: Session, sought: Sought, figure: Figure) -> Answer:
    """One figure of a period."""
    return Held(session, sought).piles([figure])[figure].get(None, Pile()).answer(figure)


def by(session: Session, sought: Sought, figure: Figure, by: By) -> Told:
    """One figure told apart: by time in its order, otherwise the largest n first. Only what there is."""
    told = _answers(Held(session, sought).piles([figure], by)[figure], figure, by)
    if by in OF_DAYS or by is By.HOUR:
        return sorted(told.items(), key=lambda pair: (len(pair[0] or ""), pair[0] or ""))
    return sorted(told.items(), key=lambda pair: (-pair[1].n, pair[0] or ""))


def _answers(piles: Piles, figure: Figure, by: By) -> dict[str | None, Answer]:
    together: dict[str | None, Pile] = {}
    for raw, pile in piles.items():
        mine = together.setdefault(_key(raw, by), Pile())
        mine.add(pile.part, pile.n, pile.left_out)
        mine.add_times(pile.seconds, 0)
    return {key: pile.answer(figure) for key, pile in together.items() if not pile.empty}


def _key(raw: Any, by: By) -> str | None:
    if by in OF_DAYS:
        return folded(dt.date.fromisoformat(raw), by)
    return None if raw is None else str(raw)


def series(session: Session, sought: Sought, figure: Figure, step: By = By.DAY) -> list[tuple[str, Answer]]:
    """One figure along time, by day, week or month: every step of the period, with n = 0 where there is nothing."""
    if step not in {By.DAY, By.WEEK, By.MONTH}:
        raise ValueError(f"time goes by days, weeks or months, not by {step}")
    held = Held(session, sought)
    found = _answers(held.piles([figure], step)[figure], figure, step)
    first, last = (at.astimezone(held.zone).date() for at in (sought.since_at, sought.until_at - _A_MOMENT))
    days = (first + dt.timedelta(days=n) for n in range((last - first).days + 1))
    nothing = Pile().answer(figure)
    return [(key, found.get(key, nothing)) for key in dict.fromkeys(folded(day, step) for day in days)]


def heat(session: Session, sought: Sought) -> list[list[int]]:
    """How many complaints arrived and cases were found by us, by weekday (Monday first) and local hour."""
    return Held(session, sought).heat()


def flow(session: Session, sought: Sought) -> list[Stream]:
    """From where to where: complaints that arrived and cases found by us, by channel and what became of them."""
    found = Held(session, sought).flow()
    return [Stream(channel, outcome, n) for (channel, outcome), n in sorted(found.items())]


# ------------------------------------------------------------------------------------------------------ the records


@dataclass(frozen=True, slots=True)
class Behind:
    """One record that a figure counts: its key, the case it hangs on if any, and when it is counted (aware UTC)."""

    key: Key
    case_id: Key | None
    at: dt.datetime


def records(
    session: Session, sought: Sought, figure: Figure, *, good: bool | None = None, left_out: bool = False,
    by: By | None = None, key: str | None = None, limit: int = MOST_RECORDS,
) -> list[Behind]:  # fmt: skip
    """The records that a figure counts, newest first: all of n, or those in the part (``good``), or the others.

    ``left_out``: those instead that its definition leaves out. ``by`` and ``key`` narrow to one line of the figure told
    apart by that; key None: of which the record says nothing. Of a mean or a count all are in the part; of a clock all
    that were measured.
    """
    how, stretches = Reckoning.of(session), Held(session, sought).stretches()
    found: list[Behind] = []
    for rows in rows_of(figure, how) if stretches.spans else ():
        which = ~rows.inside if left_out else rows.inside
        asked = stretches.form.of(rows, select(rows.key, rows.case_id, rows.at)).where(which)
        if good is not None:
            asked = asked.where(rows.good if good else ~rows.good)
        if by is not None and by not in OF_DAYS:
            asked = asked.where(_is_key(stretches.form, rows, by, key))
        of_day = by if by in OF_DAYS else None
        newest = stretches.ask(asked.order_by(rows.at.desc(), rows.key.desc()).limit(None if of_day else limit))
        found += [Behind(*row) for row in newest if of_day is None or _folds(how, row[2], of_day) == key]
    return sorted(found, key=lambda one: (one.at, one.key), reverse=True)[:limit]


def _is_key(form: Form, rows: Rows, by: By, key: str | None) -> ColumnElement[bool]:
    told = form.key(rows, by)
    if key is None:
        return told.is_(None)  # type: ignore[no-any-return]
    return told == (int(key) if by is By.HOUR else key)  # type: ignore[no-any-return]


def _folds(how: Reckoning, at: dt.datetime, by: By) -> str:
    return folded(at.astimezone(how.zone).date(), by)
