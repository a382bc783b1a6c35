"""What came in, record by record: behind one hour of the week, and behind one way from a channel to an outcome."""

import datetime as dt
from collections.abc import Iterator
from typing import Any

from sqlalchemy import Select, select
from sqlalchemy.orm import Session

from commandcenter.queries.figures.answers import MOST_RECORDS, Behind
from commandcenter.queries.figures.asking import By, Sought
from commandcenter.queries.figures.catalogue import ARRIVALS, COMINGS, OUTCOMES, Outcome
from commandcenter.queries.figures.fresh import Stretches
from commandcenter.queries.figures.held import Held
from commandcenter.queries.figures.sources import Rows


def came_at(
    session: Session, sought: Sought, weekday: int, hour: int, limit: int = MOST_RECORDS
) -> list[Behind]:  # fmt: skip
    """What the heat counts in one cell: of that weekday (0 is Monday) and local hour, the newest first."""
    stretches = Held(session, sought).stretches()
    found: list[Behind] = []
    for rows in ARRIVALS if stretches.spans else ():
        asked = _of(stretches, rows).where(stretches.form.key(rows, By.HOUR) == hour)
        found += [one for one in _told(stretches, asked) if _local(stretches, one.at).weekday() == weekday]
    return _newest(found, limit)


def went(
    session: Session, sought: Sought, channel: str, outcome: Outcome, limit: int = MOST_RECORDS
) -> list[Behind]:  # fmt: skip
    """What the flow counts from a channel to an outcome, the newest first."""
    stretches = Held(session, sought).stretches()
    found: list[Behind] = []
    for rows in COMINGS if stretches.spans else ():
        way = rows.dimensions[By.CHANNEL] == channel, rows.amount == OUTCOMES.index(outcome)
        asked = _of(stretches, rows).where(*way)
        found += _told(stretches, asked.order_by(rows.at.desc(), rows.key.desc()).limit(limit))
    return _newest(found, limit)


def _of(stretches: Stretches, rows: Rows) -> Select[Any]:
    return stretches.form.of(rows, select(rows.key, rows.case_id, rows.at))


def _told(stretches: Stretches, asked: Select[Any]) -> Iterator[Behind]:
    return (Behind(*row) for row in stretches.ask(asked))


def _local(stretches: Stretches, at: dt.datetime) -> dt.datetime:
    return at.astimezone(stretches.how.zone)


def _newest(found: list[Behind], limit: int) -> list[Behind]:
    return sorted(found, key=lambda one: (one.at, one.key), reverse=True)[:limit]
