"""The feed: every journal line committed since a position, each exactly once, as soon as it is committed.

SQLite's writers take turns, so its lines are committed in the order of their numbers and the last number is
the position. PostgreSQL gives numbers before commit: whoever reads "greater than the last" loses the lines of
transactions that commit late. There the position is the *snapshot* of the last reading – which transactions
it saw – and a reading takes exactly the lines of those that it sees and the last one did not: those begun
since (at or above ``xmax``), and those that were still running then (``xip``). So a line is delivered the
moment it is committed, however long another transaction stays open, and nothing needs remembering but the
running ones.

A journal that was restored from a dump brings the transaction numbers of the server it was written on, which
may lie far above its new server's counter. A line that is visible although its transaction has yet to begin
can only have come so: the last of them is remembered at the start, and nothing up to it is ever new.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from sqlalchemy import ARRAY, BigInteger, Connection, Select, Text, and_, any_, bindparam, cast, func, or_, select

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.sightings import Sighting
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.doorbells import Doorbell, FileBell, ServerBell, Wire
from commandcenter.storage.refusals import AWAY, AWAY_READING, in_words

Line = TypeVar("Line", JournalLine, Sighting)

AGAIN_S = 1.0
"""Seconds between two tries to reach a server that is away."""


@dataclass(frozen=True, slots=True)
class Seen:
    """A snapshot of PostgreSQL: every transaction below ``xmax`` that is not in ``running`` was seen."""

    xmax: int
    running: tuple[int, ...] = ()

    @classmethod
    def parse(cls, text: str) -> Self:
        """From ``xmin:xmax:xip,xip,…`` as the server writes it."""
        _xmin, xmax, running = text.split(":")
        return cls(int(xmax), tuple(int(xid) for xid in running.split(",") if xid))


class Feed:
    """One reader of the journal and of the sightings, for one thread; only :meth:`wake` is for any thread.

    When the way to the database is cut, :meth:`wait` and the readings raise Unavailable. Calling them again
    is how to come back: the position stays, nothing is lost and nothing comes twice.
    """

    def __init__(self, database: Database) -> None:
        self._database = database
        self._wire = Wire()
        self._ear: _Ear | None = None
        self._behind = False
        self._lines: _Tail[JournalLine] = _tail(database, JournalLine)
        self._fixes: _Tail[Sighting] = _tail(database, Sighting)
        self._quiet = database.on_commit(self._wire.ring)

    def start(self) -> None:
        """Take the position: what is committed from now on will be read. To be called before reading a picture."""
        with self._asking() as connection:
            self._lines.start(connection)
            self._fixes.start(connection)

    def read(self) -> list[JournalLine]:
        """Every line committed since the last reading, each exactly once."""
        with self._asking() as connection:
            return self._lines.read(connection)

    def sightings(self) -> list[Sighting]:
        """Every position fix since the last asking, in the order they were written."""
        with self._asking() as connection:
            return self._fixes.read(connection)

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as there may be something to read."""
        if self._ear is None and self._behind:
            # The server is away: the next try to reach it may wait a little, and a wake ends that too.
            self._wire.wait(min(timeout, AGAIN_S))
        with self._in_words():
            ear = self._listening()
            if self._behind:
                self._behind = False
                return True
            return ear.bell.wait(timeout)

    def wake(self) -> None:
        """End a wait at once, from whatever thread."""
        self._wire.ring()

    def close(self) -> None:
        """Stop listening."""
        self._quiet()
        self._hang_up()
        self._wire.close()

    def _listening(self) -> "_Ear":
        if self._ear is None:
            make = FileBell if self._database.dialect == "sqlite" else ServerBell
            # The bell first: what is committed before the connection stands has rung already.
            bell = make(self._database.engine, self._wire)
            self._ear = _Ear(bell, self._database.watching())
        return self._ear

    def _hang_up(self) -> None:
        ear, self._ear = self._ear, None
        if ear is not None:
            ear.bell.close()
            ear.connection.close()

    @contextmanager
    def _asking(self) -> Iterator[Connection]:
        with self._in_words():
            self._database.check_file()
            connection = self._listening().connection
            yield connection
            connection.rollback()  # nothing was written; SQLite must not go on seeing this moment

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        try:
            with in_words(self._database.where):
                yield
        except Unavailable as refusal:
            # Whatever was rung meanwhile was rung in vain: after coming back the first thing is to read.
            self._behind = True
            self._hang_up()
            raise _reading(refusal) from refusal


@dataclass(frozen=True, slots=True)
class _Ear:
    """The two connections of a feed: one hears the bell, one asks what there is."""

    bell: Doorbell
    connection: Connection


def _reading(refusal: Unavailable) -> Unavailable:
    return Unavailable(AWAY_READING) if refusal.message == AWAY else refusal


class _Tail(Protocol[Line]):
    """The end of a growing table, and how far it has been read."""

    def start(self, connection: Connection) -> None:
        """Stand at the end."""

    def read(self, connection: Connection) -> list[Line]:
        """What has come since, and stand at the end again."""


def _tail(database: Database, kind: type[Line]) -> "_Tail[Line]":
    return _FileTail(kind) if database.dialect == "sqlite" else _ServerTail(kind)


class _FileTail(Generic[Line]):
    """SQLite: writers take turns, so the last number is the position."""

    def __init__(self, kind: type[Line]) -> None:
        table = kind.__table__
        self._kind: type[Line] = kind
        self._last = 0
        self._end = select(func.coalesce(func.max(table.c.seq), 0))
        self._since = select(table).where(table.c.seq > bindparam("last")).order_by(table.c.seq)

    def start(self, connection: Connection) -> None:
        """Stand at the end."""
        self._last = int(connection.execute(self._end).scalar_one())

    def read(self, connection: Connection) -> list[Line]:
        """What has come since."""
        lines = [self._kind(**row) for row in connection.execute(self._since, {"last": self._last}).mappings()]
        if lines:
            self._last = lines[-1].seq
        return lines


class _ServerTail(Generic[Line]):
    """PostgreSQL: the snapshot of the last reading is the position."""

    def __init__(self, kind: type[Line]) -> None:
        self._kind: type[Line] = kind
        self._seen = Seen(0)
        self._restored = 0
        self._since = _unseen(kind)

    def start(self, connection: Connection) -> None:
        """Stand at the end."""
        snapshot, self._restored = connection.execute(select(_snapshot(), _last_restored(self._kind))).one()
        self._seen = Seen.parse(snapshot)

    def read(self, connection: Connection) -> list[Line]:
        """What has become visible since. The snapshot comes with every row, and alone where there is none."""
        asked = {"xmax": self._seen.xmax, "running": list(self._seen.running), "restored": self._restored}
        rows = connection.execute(self._since, asked).mappings().all()
        self._seen = Seen.parse(rows[0]["snapshot"])
        return [
            self._kind(**{name: value for name, value in row.items() if name != "snapshot"})
            for row in rows
            if row["seq"] is not None
        ]


def _snapshot() -> Any:
    return cast(func.pg_current_snapshot(), Text).label("snapshot")


def _last_restored(kind: type[Line]) -> Any:
    """The last line of another server's transactions, as far as their numbers are still to come on this one; else 0."""
    table = kind.__table__
    xmax = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)
    return select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.xid >= xmax).scalar_subquery()


def _unseen(kind: type[Line]) -> Select[Any]:
    table = kind.__table__
    now = select(_snapshot()).subquery()
    new = or_(
        table.c.xid >= bindparam("xmax", type_=BigInteger),
        table.c.xid == any_(bindparam("running", type_=ARRAY(BigInteger))),
    )
    ours = and_(table.c.seq > bindparam("restored", type_=BigInteger), new)
    return select(now.c.snapshot, table).select_from(now.outerjoin(table, ours)).order_by(table.c.seq)
