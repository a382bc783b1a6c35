"""The database: where works are done, snapshots are read, and bells are rung.

Only composition roots build one. Everybody else is handed a :class:`~commandcenter.domain.work.Work` to write
with, or a session to read with.
"""

import datetime as dt
import logging
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import Connection, Engine, func, insert, select
from sqlalchemy.exc import DBAPIError, SQLAlchemyError
from sqlalchemy.exc import TimeoutError as PoolTimeout
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from commandcenter import clock
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rules import Rules
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.work import Work, conflict
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage import creating, opening, schema
from commandcenter.storage.bulk import bulk_add, unstamped
from commandcenter.storage.drivers import driver_errors
from commandcenter.storage.engines import BEGIN, CHANNEL, address, engine, shown
from commandcenter.storage.file_watch import FileWatch
from commandcenter.storage.numbers import Numbers
from commandcenter.storage.orders import AlreadyDone, Order, acting, done, met
from commandcenter.storage.presences import Presences
from commandcenter.storage.refusals import DOUBLED, RETRIED_STATES, in_words, lost, refusal_of, state_of
from commandcenter.storage.remembered import Remembered
from commandcenter.storage.sessions import ReadingSession, WritingSession

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography  # slow to load: only who asks pays

T = TypeVar("T")

TRIES = 4
"""How often a work is tried when others were in its way, before it is given up."""

_log = logging.getLogger(__name__)
_sighting = unstamped(Sighting)
_FIX = ("person_id", "seen_at", "lon", "lat", "accuracy", "heading", "speed")


class Database:
    """One database, SQLite or PostgreSQL, opened by this process. May be used from several threads."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime] | None = None) -> None:
        """Use :meth:`open` or :meth:`create`, which look before they leap."""
        self._clock = clock
        self._address = address(url)
        self._engine = engine(self._address)
        self.dialect: str = self._engine.dialect.name
        self.url: str = self._address.render_as_string(hide_password=False)
        self._writers = self._engine.execution_options(**{BEGIN: "IMMEDIATE"})
        self._readers = self._engine
        if self.dialect == "postgresql":
            self._readers = self._engine.execution_options(
                isolation_level="REPEATABLE READ", postgresql_readonly=True
            )
        self._apart = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        asking = self._readers if self.dialect == "sqlite" else self._apart
        self.presences = Presences(self._writers, asking, self.where, clock)
        """Who is there, and what is looked at: a stream beside the records."""
        self._numbers = Numbers(self._engine)
        self._remembered = Remembered()
        self._ahead = dt.timedelta(0)
        self._watch: FileWatch | None = None
        self._bells: set[Callable[[], None]] = set()

    @classmethod
    def create(cls, url: str) -> Self:
        """Build the schema at ``url`` or bring it up to date, and open it. As often as one likes."""
        made = cls(url)
        with made._or_closed():
            creating.create(made._engine, made._address)
            made._look()
        return made

    @classmethod
    def open(cls, url: str, clock: Callable[[], dt.datetime] | None = None) -> Self:
        """Open what is there. Refused in words when it is missing, damaged, protected or of another age.

        ``clock`` stands in for the server's time: simulations and tests live in a time of their own.
        """
        made = cls(url, clock)
        with made._or_closed():
            if made.dialect == "sqlite":
                opening.look_at_file(made._address)
                made._watch = FileWatch(Path(made._address.database or ""))
                made._watch.guard(made._engine)
            made._look()
        return made

    @property
    def where(self) -> str:
        """The address as it may be shown: without a password."""
        return shown(self._address)

    @property
    def schema_version(self) -> str:
        """The schema step this database stands at."""
        with in_words(self.where), self._engine.connect() as connection:
            return schema.version(connection)

    @property
    def engine(self) -> Engine:
        """For storage's own parts and its tests; nobody else needs one."""
        return self._engine

    def check_file(self) -> None:
        """Unavailable where this is a file that was moved away under us. A server tells by itself."""
        if self._watch is not None:
            self._watch.check()

    def close(self) -> None:
        """Let go of every connection."""
        self._engine.dispose()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    # Writing

    def run(
        self,
        operation: str,
        actor: Person | Key | None,
        station: str,
        body: Callable[[Work], T],
        operation_id: Key | None = None,
        reason: str = "",
        fresh: bool = False,
    ) -> T | None:
        """Do ``body`` in one transaction and return what it returned; None if that id was done before.

        ``actor`` is read anew, so that a right taken away counts at once; one without a key is the program
        itself and taken as it is. ``fresh`` says that ``operation_id`` was made for this call, so that nobody else
        can be doing the same just now: the wait for them is saved.

        ``body`` may be called again where another writer was in the way, so it must do nothing but read and
        write through its work. Rows it returns are read-only snapshots afterwards. Refused in words, with
        nothing changed: Conflict when somebody changed a record first, Unavailable when disk, file or server
        fail.
        """
        order = Order(operation, actor, station, operation_id, reason, known=operation_id is not None and not fresh)
        result: T | None = None
        for left in reversed(range(TRIES)):
            try:
                with self._transaction(order) as work:
                    result = body(work)
                return result  # noqa: RET504 – a try after a lost connection may need it
            except AlreadyDone:
                return result if order.uncertain else None
            except _trouble() as error:
                order.uncertain |= order.committing and lost(error)
                if left and self._worth_another_try(order, error):
                    continue
                raise self._refusal(order, error) or error from error
        raise AssertionError("the last try returns or raises")

    @contextmanager
    def work(
        self,
        operation: str,
        actor: Person | Key | None,
        station: str,
        *,
        operation_id: Key | None = None,
        reason: str = "",
    ) -> Iterator[Work]:
        """One transaction, tried once: commits at the end, rolls back on any exception.

        Raises AlreadyDone before anything when the id was done before; refuses as :meth:`run` does.
        """
        order = Order(operation, actor, station, operation_id, reason, known=operation_id is not None)
        try:
            with self._transaction(order) as work:
                yield work
        except _trouble() as error:
            order.uncertain |= order.committing and lost(error)
            if (isinstance(error, StaleDataError) or state_of(error) in DOUBLED) and self.already_done(order.id):
                raise AlreadyDone(order.id) from error
            raise self._refusal(order, error) or error from error

    def already_done(self, operation_id: Key) -> bool:
        """Whether an operation of this id has been committed."""
        with self.reading() as session:
            return session.scalar(select(done(operation_id))) or False

    @contextmanager
    def _transaction(self, order: Order) -> Iterator[Work]:
        order.committing = False
        with self._writers.connect() as connection, WritingSession(connection) as session:
            order.session = session
            work = self._begun(session, order)
            session.belongs_to(work)
            try:
                yield work
                session.flush()
                order.committing = True
                session.commit()
            except BaseException:
                # It may have remembered what it wrote itself and what now never was.
                self._remembered.forget()
                raise
            self._ring(connection)

    def _begun(self, session: WritingSession, order: Order) -> Work:
        found = met(session, order)
        if found.done:
            raise AlreadyDone(order.id)
        now = self._clock() if self._clock else self._server_said(found.at)
        rules = self._remembered.rules(session, found.mark)

        def numbers(kind: str, n: int) -> list[str]:
            return self._numbers.block(session, kind, _local_date(now, rules), n)

        return Work(
            session=session, actor=acting(order.actor, found.person), station=order.station, now=now, rules=rules,
            operation=order.operation, operation_id=order.id, reason=order.reason,
            numbers=lambda kind: numbers(kind, 1)[0], number_block=numbers,
            areas=self._remembered.areas, bulk=bulk_add,
        )  # fmt: skip

    def _worth_another_try(self, order: Order, error: Exception) -> bool:
        if isinstance(error, StaleDataError):
            # Another station replayed this very operation: the next try finds it done.
            return order.operation_id is not None and self.already_done(order.id)
        return lost(error) or state_of(error) in RETRIED_STATES

    def _refusal(self, order: Order, error: Exception) -> Refused | None:
        stale = isinstance(error, StaleDataError)
        if stale or state_of(error) in DOUBLED:  # two lines of one version: somebody else made it first
            first = self._who_was_first(order.session.seen if order.session else ())
            if first or stale:
                return first
        if order.uncertain:
            return Unavailable(
                N_("The connection was lost in the very moment of saving. Look whether it was saved when the "
                   "server is back; doing the same again does no harm.")
            )  # fmt: skip
        return refusal_of(error, self.where)

    def _who_was_first(self, seen: Sequence[tuple[type[Record], Key, int]]) -> Refused | None:
        with self.reading() as session:
            for record_type, key, version in seen:
                if session.scalar(select(record_type.version).where(record_type.id == key)) != version:
                    return conflict(session, record_type, key)
        return None

    # The stream beside the operations

    def sight(self, fixes: Sequence[Sighting]) -> None:
        """Append position fixes. They are a stream, not records: no journal, no versions."""
        if not fixes:
            return
        rows = [{name: getattr(fix, name) for name in _FIX} for fix in fixes]
        with in_words(self.where), self._writers.connect() as connection:
            with connection.begin():
                connection.execute(insert(_sighting), rows)
            self._ring(connection)

    # Reading

    @contextmanager
    def reading(self) -> Iterator[Session]:
        """A session that reads one consistent state. Its rows are read-only snapshots afterwards."""
        with in_words(self.where), ReadingSession(self._readers) as session:
            yield session

    def watching(self) -> Connection:
        """A connection for single questions that must see the newest state: the feed's, who closes it."""
        return (self._readers if self.dialect == "sqlite" else self._apart).connect()

    def rules(self, session: Session | None = None) -> Rules:
        """The district's rules as they stand; remembered until a setting, a day or the district changes."""
        if session is not None:
            return self._remembered.rules(session)
        with self.reading() as own:
            return self._remembered.rules(own)

    def areas(self, session: Session) -> "Geography":
        """The squads' areas, prepared; remembered until a squad changes."""
        return self._remembered.areas(session)

    def now(self) -> dt.datetime:
        """The server's time as aware UTC, without asking it: as far ahead of ours as when last heard."""
        return self._clock() if self._clock else clock.now() + self._ahead

    # Bells

    def on_commit(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call ``ring`` after every commit of this process, in the committing thread. Returns the undoing."""
        self._bells.add(ring)
        return lambda: self._bells.discard(ring)

    def _ring(self, connection: Connection) -> None:
        for ring in tuple(self._bells):
            ring()
        if self.dialect != "postgresql":
            return
        try:
            # A statement of its own, after the commit: inside the transaction it would make writers queue.
            connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql(f"NOTIFY {CHANNEL}")
        except SQLAlchemyError as error:
            # It is saved, whatever becomes of the bell.
            _log.warning("the bell was not rung; other stations see the change at their next poll", exc_info=error)

    # Inside

    def _look(self) -> None:
        with in_words(self.where):
            with self._engine.connect() as connection:
                if self.dialect == "postgresql":
                    opening.look_at_server(connection)
                opening.look_at_schema(connection, self.where)
                opening.look_at_tables(connection)
                if self.dialect == "postgresql":
                    self._server_said(connection.scalar(select(func.clock_timestamp())))
            if self.dialect == "sqlite":
                opening.look_for_writing(self._engine, self._address)

    @contextmanager
    def _or_closed(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _server_said(self, at: dt.datetime | None) -> dt.datetime:
        here = clock.now()
        if at is None:
            return here
        at = at.astimezone(dt.UTC)
        self._ahead = at - here
        return at


def _trouble() -> tuple[type[Exception], ...]:
    """What others, or the world outside, may put in a work's way."""
    return driver_errors(DBAPIError, StaleDataError, PoolTimeout)


def _local_date(now: dt.datetime, rules: Rules) -> dt.date:
    return now.astimezone(rules.calendar.zone).date()
