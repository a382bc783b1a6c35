"""The feed: every journal line committed since a position, each exactly once, as soon as it is committed.

SQLite's writers take turns, so its lines are committed in the order of their numbers and the last number is
the position. PostgreSQL gives numbers before commit: whoever reads "greater than the last" loses the lines of
transactions that commit late. There the position is the *snapshot* of the last reading – which transactions
it saw – and a reading takes exactly the lines of those that it sees and the last one did not: those begun
since (at or above ``xmax``), and those that were still running then (``xip``). So a line is delivered the
moment it is committed, however long another transaction stays open, and nothing needs remembering but the
running ones.

Those numbers mean something only in the life of a server they were taken in. Where another server took over, the
one we knew crashed, or a dump was restored under our feet, the position is taken anew and :meth:`Feed.begun_anew`
says so once: what is known must then be read once more (:mod:`commandcenter.storage.lineage` tells how it shows).

A standby does not tell which transactions are running. There the position is the oldest of them, so that lines are
read again as long as it runs, and what was given already is left out.

A journal that was restored from a dump brings the transaction numbers of the server it was written on, which
may lie far above its new server's counter. A line that is visible although its transaction has yet to begin
can only have come so: the last of them is remembered at the start, and nothing up to it is ever new.
"""

import datetime as dt
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Generic, Protocol, Self, TypeVar

from sqlalchemy import ARRAY, BigInteger, Connection, Select, Text, and_, any_, bindparam, case, cast, func, or_, select
from sqlalchemy.dialects import postgresql
from sqlalchemy.engine import Compiled

from commandcenter import clock
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.sightings import Sighting
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.doorbells import Doorbell, FileBell, PollBell, ServerBell, Wire
from commandcenter.storage.drivers import driver_errors
from commandcenter.storage.lineage import lineage, newest, still_there, table_number
from commandcenter.storage.refusals import AWAY, AWAY_READING, in_words, lost

_log = logging.getLogger(__name__)

Line = TypeVar("Line", JournalLine, Sighting)

_SERVER = postgresql.dialect()  # type: ignore[no-untyped-call]

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
        self._lineage = ""
        self._strange = False
        """Whether it is yet to be seen which server this is."""
        self._astray = False
        """Whether the position is worth nothing."""
        self._anew = False
        self._lines: _Tail[JournalLine] = _tail(database, JournalLine)
        self._fixes: _Tail[Sighting] = _tail(database, Sighting)
        self._quiet = database.on_commit(self._wire.ring)

    def start(self) -> None:
        """Take the position: what is committed from now on will be read. To be called before reading a picture."""
        with self._asking() as connection:
            self._stand(connection)

    def read(self) -> list[JournalLine]:
        """Every line committed since the last reading, each exactly once."""
        lines = self._read(self._lines)
        if self._ear is not None:
            if lines and not self._ear.behind:  # what was missed while the way was cut, nobody will ring for
                self._ear.bell.found()
            self._ear.behind = False
        return lines

    def sightings(self) -> list[Sighting]:
        """Every position fix since the last asking, in the order they were written."""
        return self._read(self._fixes)

    def begun_anew(self) -> bool:
        """Whether the position had to be taken anew since this was last asked: then everything must be read anew.

        What was read before it may never have been; what is committed after it comes as ever.
        """
        anew, self._anew = self._anew, False
        return anew

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
            # The bell first: what is committed before the connection stands has rung already.
            bell = self._bell()
            try:
                connection = self._database.watching()
            except BaseException:
                bell.close()
                raise
            self._ear = _Ear(bell, connection, behind=bool(self._lineage))
            self._strange = self._database.dialect == "postgresql"
        return self._ear

    def _bell(self) -> Doorbell:
        if self._database.dialect == "sqlite":
            return FileBell(self._database.engine, self._wire)
        if self._database.polls:
            return PollBell(self._wire)
        try:
            return ServerBell(self._database.address, self._wire, self._database.login)
        except driver_errors() as error:
            if lost(error):
                raise
            _log.info("the server does not let us listen (%s): looking every quarter of a second instead", error)
            return PollBell(self._wire)

    def _read(self, tail: "_Tail[Line]") -> list[Line]:
        with self._asking() as connection:
            if self._strange:
                self._astray |= lineage(connection) != self._lineage
                # Where others stand between, the server behind them may change without our noticing.
                self._strange = self._database.polls
            asked = clock.ticks()
            found = None if self._astray else tail.read(connection)
            if found is None:
                self._begin_anew(connection)
                return []
            if tail.at is not None:
                self._database.time.heard(tail.at, asked, clock.ticks())
            return found

    def _begin_anew(self, connection: Connection) -> None:
        self._astray = True  # until it worked
        self._database.forget()
        self._stand(connection)
        self._astray, self._anew = False, True
        _log.info("the database is not the one it was: the position is taken anew")

    def _stand(self, connection: Connection) -> None:
        now = lineage(connection) if self._database.dialect == "postgresql" else ""
        self._lines.start(connection)
        self._fixes.start(connection)
        self._lineage, self._strange = now, self._database.polls

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
        except BaseException as error:
            # Whatever was rung meanwhile was rung in vain: after coming back the first thing is to read. And whatever
            # it was, nobody knows what became of the connection: a denial may have come with the server's farewell.
            self._behind = True
            if self._ear is not None:
                self._ear.connection.invalidate()  # so that nobody else gets it, nor tries to put it in order
            self._hang_up()
            if isinstance(error, Unavailable):
                raise _reading(error) from error
            raise


@dataclass(slots=True)
class _Ear:
    """The two connections of a feed: one hears the bell, one asks what there is."""

    bell: Doorbell
    connection: Connection
    behind: bool
    """Whether the way was cut before, and nothing was read since."""


def _reading(refusal: Unavailable) -> Unavailable:
    return Unavailable(AWAY_READING) if refusal.message == AWAY else refusal


class _Tail(Protocol[Line]):
    """The end of a growing table, and how far it has been read."""

    at: dt.datetime | None
    """The server's time at the last reading."""

    def start(self, connection: Connection) -> None:
        """Stand at the end."""

    def read(self, connection: Connection) -> list[Line] | None:
        """What has come since, and stand at the end again; None where this is not the table it was."""


def _tail(database: Database, kind: type[Line]) -> "_Tail[Line]":
    return _FileTail(kind) if database.dialect == "sqlite" else _ServerTail(kind)


class _FileTail(Generic[Line]):
    """SQLite: writers take turns, so the last number is the position."""

    def __init__(self, kind: type[Line]) -> None:
        table = kind.__table__
        self.at: dt.datetime | None = None
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
        self.at: dt.datetime | None = None
        self._kind: type[Line] = kind
        self._names = tuple(column.name for column in kind.__table__.columns)
        self._seq, self._xid = self._names.index("seq"), self._names.index("xid")
        self._seen = Seen(0)
        self._restored = 0
        self._table = 0
        self._newest = 0, ""
        self._given: set[int] = set()
        """Lines at or above the position that were seen all the same: on a standby."""
        self._since = _Question(_unseen(kind))

    def start(self, connection: Connection) -> None:
        """Stand at the end."""
        question = select(_snapshot(), _last_restored(self._kind), table_number(self._kind))
        snapshot, self._restored, self._table = connection.execute(question).one()
        self._seen = Seen.parse(snapshot)
        table = self._kind.__table__
        ahead = select(table.c.seq).where(table.c.seq > self._restored, table.c.xid >= self._seen.xmax)
        self._given = set(connection.scalars(ahead))
        # Asked later than the position was taken: it may be newer than that, but is there for certain.
        found = connection.execute(newest()).first()
        self._newest = (found[0], found[1]) if found else (0, "")

    def read(self, connection: Connection) -> list[Line] | None:
        """What has become visible since. The snapshot comes with every row, and alone where there is none."""
        last, mark = self._newest
        asked = {
            "xmax": self._seen.xmax, "running": list(self._seen.running), "restored": self._restored,
            "last": last, "mark": mark,
        }  # fmt: skip
        rows = self._since.ask(connection, asked)
        snapshot, now, table, still_there, *first = rows[0]
        if table != self._table or not still_there:
            return None
        self._seen, self.at = Seen.parse(snapshot), now
        lines = [row[-len(self._names) :] for row in rows] if first[self._seq] is not None else []
        new = [line for line in lines if line[self._seq] not in self._given]
        self._given = {line[self._seq] for line in lines if line[self._xid] >= self._seen.xmax}
        found = [self._kind(**dict(zip(self._names, line, strict=True))) for line in new]
        self._remember(found)
        return found

    def _remember(self, found: list[Line]) -> None:
        newest = found[-1] if found else None
        if isinstance(newest, JournalLine) and newest.seq > self._newest[0]:
            self._newest = newest.seq, newest.operation_id


class _Question:
    """A question every station asks many times a second: written once, and answered by the driver itself.

    SQLAlchemy would look up its text and describe its columns each time, which takes longer than the answer. Keys are
    asked for as text, everything else is what the driver makes of it.
    """

    def __init__(self, asked: Select[Any]) -> None:
        self._asked = asked
        self._written: Compiled | None = None

    def ask(self, connection: Connection, given: dict[str, Any]) -> list[tuple[Any, ...]]:
        """The rows, in the binary form, which is read faster. Raises the driver's errors."""
        if self._written is None:
            self._written = self._asked.compile(dialect=connection.dialect)
        cursor: Any = connection.connection.cursor(binary=True)
        try:
            cursor.execute(str(self._written), self._written.construct_params(given))
            return list(cursor.fetchall())
        finally:
            cursor.close()


def _snapshot() -> Any:
    now = func.pg_current_snapshot()
    oldest = func.pg_snapshot_xmin(now)
    on_standby = func.concat(oldest, ":", oldest, ":")
    return case((func.pg_is_in_recovery(), on_standby), else_=cast(now, Text)).label("snapshot")


def _last_restored(kind: type[Line]) -> Any:
    """The last line of another server's transactions, as far as their numbers are still to come on this one; else 0."""
    table = kind.__table__
    xmax = cast(cast(func.pg_snapshot_xmax(func.pg_current_snapshot()), Text), BigInteger)
    return select(func.coalesce(func.max(table.c.seq), 0)).where(table.c.xid >= xmax).scalar_subquery()


def _unseen(kind: type[Line]) -> Select[Any]:
    table = kind.__table__
    now = select(
        _snapshot(), func.clock_timestamp().label("now"), table_number(kind).label("table_number"),
        still_there().label("still_there"),
    ).subquery()  # fmt: skip
    new = or_(
        table.c.xid >= bindparam("xmax", type_=BigInteger),
        table.c.xid == any_(bindparam("running", type_=ARRAY(BigInteger))),
    )
    ours = and_(table.c.seq > bindparam("restored", type_=BigInteger), new)
    plain = (cast(c, Text).label(c.name) if c.type.compile(_SERVER) == "UUID" else c for c in table.c)
    return select(now, *plain).select_from(now.outerjoin(table, ours)).order_by(table.c.seq)
