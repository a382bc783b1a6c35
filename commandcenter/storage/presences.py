"""The stream of signs of life: one row a session, written over and over, read by every station once a second.

No bell is rung for it. With fifty stations every look at another case would wake all fifty; a question a second over
a few dozen rows costs next to nothing, and is as quick as anybody can look.

On PostgreSQL the table is an ordinary one, so that who holds what outlives a crash and a change of servers, and a
hot standby can be asked too (an unlogged table would be empty after the one and closed to the other). But nobody waits
for a sign of life to reach a disk or a standby: its transaction commits asynchronously.
"""

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from sqlalchemy import ColumnElement, Connection, Engine, delete, func, literal, or_, select, true, type_coerce
from sqlalchemy.dialects.postgresql import insert as server_insert
from sqlalchemy.dialects.sqlite import insert as file_insert

from commandcenter import clock
from commandcenter.domain.presence import KEPT_S, Presence, Roll
from commandcenter.domain.record import Key, UtcDateTime
from commandcenter.storage.refusals import in_words
from commandcenter.storage.schema.tables import table_of

_table = table_of(Presence)
_FOR_GOOD = frozenset({"session_id", "person_id", "station", "signed_in_at"})
_names = tuple(_table.columns.keys())
_once = select(literal(1)).subquery()


class Presences:
    """Writes and reads the signs of life of one database; Unavailable where it is away. May be used on any thread."""

    def __init__(
        self, writers: Engine, readers: Engine, where: str, own_clock: Callable[[], dt.datetime] | None
    ) -> None:
        """``own_clock`` stands in for the server's time."""
        self._writers, self._readers, self._where, self._own_clock = writers, readers, where, own_clock
        self._on_server = writers.dialect.name == "postgresql"

    def tell(self, sign: Presence) -> None:
        """This session is there, and this is what it looks at. When, the server says."""
        said = {column.name: getattr(sign, column.name) for column in _table.columns} | {"seen_at": self._at()}
        news = {name: value for name, value in said.items() if name not in _FOR_GOOD}
        insert: Any = server_insert if self._on_server else file_insert
        with self._writing() as connection:
            connection.execute(
                insert(_table).values(said).on_conflict_do_update(index_elements=["session_id"], set_=news)
            )

    def leave(self, session_id: Key) -> None:
        """This session has ended; and so have, long since, those that never said so."""
        gone = or_(_table.c.session_id == session_id, _table.c.seen_at < self._at(KEPT_S))
        # Two who leave at once take each what the other has not: nobody waits.
        found = select(_table.c.session_id).where(gone).with_for_update(skip_locked=True)
        with self._writing() as connection:
            connection.execute(delete(_table).where(_table.c.session_id.in_(found)))

    def roll(self) -> Roll:
        """Every sign of life there is, with the server's time."""
        asked = select(self._at().label("asked_at"), _table).select_from(_once.outerjoin(_table, true()))
        with in_words(self._where), self._readers.connect() as connection:
            rows = connection.execute(asked).all()
            connection.rollback()  # SQLite must not go on seeing this moment
        return Roll(rows[0][0], tuple(_sign(row[1:]) for row in rows if row[1] is not None))

    def _at(self, ago_s: int = 0) -> ColumnElement[dt.datetime]:
        """The server's time for a statement, or so many seconds before it."""
        ago = dt.timedelta(seconds=ago_s)
        if self._on_server and self._own_clock is None:
            return type_coerce(func.clock_timestamp() - ago, UtcDateTime())
        return literal((self._own_clock or clock.now)() - ago, UtcDateTime())

    @contextmanager
    def _writing(self) -> Iterator[Connection]:
        with in_words(self._where), self._writers.begin() as connection:
            if self._on_server:
                connection.exec_driver_sql("SET LOCAL synchronous_commit = off")
            yield connection


def _sign(row: Sequence[Any]) -> Presence:
    """A sign of life made of a row, its session first: past the mapping, since it is done all day long."""
    made: Presence = Presence.__mapper__.class_manager.new_instance()
    made.__dict__.update(zip(_names, row, strict=True))
    return made
