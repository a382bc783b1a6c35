"""On a server positions lie in one table a month (schema step 0011): made ahead, and dropped when a month is too old.

What belongs to no month that was made goes to a table of its own, so that no position is ever refused.
"""

import datetime as dt
import re
from collections.abc import Iterator

from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError

from commandcenter.storage.refusals import state_of

AHEAD = 3
"""How many months are made before they begin."""
_BEFORE = "sighting_before"
_HAS_ROWS, _OVERLAPS = "23514", "42P17"
_NAME = re.compile(r"sighting_(\d{4})_(\d{2})")
_PARTS = text("SELECT inhrelid::regclass::text FROM pg_inherits WHERE inhparent = 'sighting'::regclass ORDER BY 1")


def begin_of_month(at: dt.datetime) -> dt.datetime:
    """The first moment of the month, UTC."""
    return at.astimezone(dt.UTC).replace(day=1, hour=0, minute=0, second=0, microsecond=0)


def make_ahead(connection: Connection, now: dt.datetime) -> None:
    """Make the tables of this month and the next ones that are missing. One that cannot be made yet is left out."""
    held = set(connection.scalars(_PARTS))
    for first, end in _months(begin_of_month(now)):
        name = f"sighting_{first:%Y_%m}"
        if name in held:
            continue
        made = f"CREATE TABLE {name} PARTITION OF sighting FOR VALUES FROM ('{first:%Y-%m-%d}Z') TO ('{end:%Y-%m-%d}Z')"
        try:
            with connection.begin_nested():
                connection.exec_driver_sql(made)
        except DBAPIError as error:
            # Another table holds positions of that month already: they stay where they are.
            if state_of(error) not in (_HAS_ROWS, _OVERLAPS):
                raise


def drop_before(connection: Connection, before: dt.datetime) -> int:
    """Drop the months that ended before a moment; returns how many positions were in them."""
    dropped = 0
    for name in connection.scalars(_PARTS).all():
        named = _NAME.fullmatch(name)
        if named and _after(dt.datetime(int(named[1]), int(named[2]), 1, tzinfo=dt.UTC)) <= before:
            dropped += _dropped(connection, name)
    return dropped


def drop_emptied(connection: Connection, now: dt.datetime) -> None:
    """Drop the table of the time before there were months, once nothing is in it and this month has its own."""
    held = set(connection.scalars(_PARTS))
    if {_BEFORE, f"sighting_{begin_of_month(now):%Y_%m}"} <= held and not _count(connection, _BEFORE):
        _dropped(connection, _BEFORE)


def _dropped(connection: Connection, name: str) -> int:
    # Whoever writes a position meanwhile waits: not for long, or it is tried again the next night.
    connection.exec_driver_sql("SET LOCAL lock_timeout = '5s'")
    count = _count(connection, name)
    connection.exec_driver_sql(f"DROP TABLE {name}")
    return count


def _count(connection: Connection, name: str) -> int:
    return int(connection.scalar(text(f"SELECT count(*) FROM {name}")) or 0)  # noqa: S608 – a name of ours


def _months(first: dt.datetime) -> Iterator[tuple[dt.datetime, dt.datetime]]:
    for _month in range(AHEAD + 1):
        yield first, (end := _after(first))
        first = end


def _after(first: dt.datetime) -> dt.datetime:
    return begin_of_month(first + dt.timedelta(days=32))
