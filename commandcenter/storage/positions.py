"""The positions of officers, dropped by age: few at a time, so that nobody who writes waits for it."""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import delete, func, select

from commandcenter.domain.sightings import Sighting
from commandcenter.storage.database import Database
from commandcenter.storage.refusals import in_words

_AT_ONCE = 5_000


def count_old(database: Database, before: dt.datetime) -> int:
    """How many positions were seen before a moment, aware UTC."""
    with database.reading() as session:
        return session.scalar(select(func.count()).select_from(Sighting).where(Sighting.seen_at < before)) or 0


def drop_old(database: Database, before: dt.datetime, told: Callable[[int], None] = lambda _dropped: None) -> int:
    """Drop them; returns how many. ``told`` is told now and then how many are gone."""
    dropped = 0
    while numbers := _oldest(database, before):
        with in_words(database.where), database.engine.begin() as connection:
            those = Sighting.seq.between(numbers[0], numbers[-1]), Sighting.seen_at < before
            dropped += connection.execute(delete(Sighting).where(*those)).rowcount
        told(dropped)
    return dropped


def _oldest(database: Database, before: dt.datetime) -> list[int]:
    """Looked for by a reader, who is in nobody's way: there is no index by time."""
    with database.reading() as session:
        old = select(Sighting.seq).where(Sighting.seen_at < before).order_by(Sighting.seq).limit(_AT_ONCE)
        return list(session.scalars(old))
