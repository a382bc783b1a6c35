"""The positions of officers, dropped by age, so that nobody who writes waits for it.

On a server whole months are dropped; elsewhere, and where a wrong clock put them, few rows at a time.
"""

import datetime as dt
from collections.abc import Callable

from sqlalchemy import delete, func, select

from commandcenter.domain.sightings import Sighting
from commandcenter.storage import months
from commandcenter.storage.database import Database
from commandcenter.storage.refusals import in_words
from commandcenter.storage.turns import turn

_AT_ONCE = 5_000


def kept_from(database: Database, before: dt.datetime) -> dt.datetime:
    """What is dropped where everything before a moment may go: on a server only the whole months."""
    return months.begin_of_month(before) if database.dialect == "postgresql" else before


def count_old(database: Database, before: dt.datetime) -> int:
    """How many positions :func:`drop_old` would drop."""
    with database.reading() as session:
        old = Sighting.seen_at < kept_from(database, before)
        return session.scalar(select(func.count()).select_from(Sighting).where(old)) or 0


def drop_old(database: Database, before: dt.datetime, told: Callable[[int], None] = lambda _dropped: None) -> int:
    """Drop the positions seen before :func:`kept_from` a moment, aware UTC.

    Returns how many; ``told`` is told now and then how many are gone. Makes the coming months' tables too.
    A backup that is being made of a server is waited for.
    """
    with in_words(database.where), turn(database.engine):
        return _drop_old(database, kept_from(database, before), told)


def _drop_old(database: Database, before: dt.datetime, told: Callable[[int], None]) -> int:
    dropped = 0
    if database.dialect == "postgresql":
        with in_words(database.where), database.engine.begin() as connection:
            months.make_ahead(connection, database.now())
            dropped = months.drop_before(connection, before)
    while numbers := _oldest(database, before):
        with in_words(database.where), database.engine.begin() as connection:
            those = Sighting.seq.between(numbers[0], numbers[-1]), Sighting.seen_at < before
            dropped += connection.execute(delete(Sighting).where(*those)).rowcount
        told(dropped)
    if database.dialect == "postgresql":
        with in_words(database.where), database.engine.begin() as connection:
            months.drop_emptied(connection, database.now())
    return dropped


def _oldest(database: Database, before: dt.datetime) -> list[int]:
    """Looked for by a reader, who is in nobody's way: there is no index by time."""
    with database.reading() as session:
        old = select(Sighting.seq).where(Sighting.seen_at < before).order_by(Sighting.seq).limit(_AT_ONCE)
        return list(session.scalars(old))
