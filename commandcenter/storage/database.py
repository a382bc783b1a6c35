"""The database: where works are done, snapshots are read, and bells are rung.

Only composition roots build one. Everybody else is handed a :class:`~commandcenter.domain.work.Work` to write
with, or a session to read with.
"""

import datetime as dt
import logging
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Self, TypeVar

from sqlalchemy import URL, Connection, Engine, event, func, insert, select
from sqlalchemy.orm import Session
from sqlalchemy.orm.exc import StaleDataError

from commandcenter import clock
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rules import Rules
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.storage import confirming, creating, engines, opening, schema
from commandcenter.storage.bulk import bulk_add, unstamped
from commandcenter.storage.drivers import driver_errors
from commandcenter.storage.engines import BEGIN, address, engine, notify, polls, seeks_primary, shown
from commandcenter.storage.file_watch import FileWatch
from commandcenter.storage.logins import Login
from commandcenter.storage.numbers import Numbers
from commandcenter.storage.orders import AlreadyDone, Order, acting, done, met, who_was_first
from commandcenter.storage.presences import Presences
from commandcenter.storage.refusals import (
    DOUBLED,
    IN_DOUBT,
    NOT_CONFIRMED,
    READ_ONLY_STATE,
    RETRIED_STATES,
    in_words,
    lost,
    refusal_of,
    state_of,
    trouble,
)
from commandcenter.storage.remembered import Remembered
from commandcenter.storage.server_time import ServerTime
from commandcenter.storage.sessions import ReadingSession, WritingSession
from commandcenter.storage.tries import Tries

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography  # slow to load: only who asks pays

T = TypeVar("T")

_log = logging.getLogger(__name__)
_sighting = unstamped(Sighting)
_FIX = ("person_id", "seen_at", "lon", "lat", "accuracy", "heading", "speed")


class Database:
    """One database, SQLite or PostgreSQL, opened by this process. May be used from several threads."""

    def __init__(self, url: str, clock: Callable[[], dt.datetime] | None = None, login: Login | None = None) -> None:
        """Use :meth:`open` or :meth:`create`, which look before they leap."""
        self._clock = clock
        self._address = address(url)
        self._engine = engine(self._address, login)
        self.login, self.logins = login, engines.logins(self._engine, self._address, login)
        self.dialect: str = self._engine.dialect.name
        self.url: str = self._address.render_as_string(hide_password=False)
        self._writers = self._engine.execution_options(**{BEGIN: "IMMEDIATE"})
        self._readers = self._engine
        if self.dialect == "postgresql":
            self._readers = self._engine.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
        self._apart = self._engine.execution_options(isolation_level="AUTOCOMMIT")
        asking = self._readers if self.dialect == "sqlite" else self._apart
        self.presences = Presences(self._writers, asking, self.where, clock)
        """Who is there, and what is looked at: a stream beside the records."""
        self._numbers = Numbers(self._engine)
        self._remembered = Remembered()
        self.time = ServerTime()
        """The server's time, as everybody here who asks the server hears it."""
        self._seeks_primary = seeks_primary(self._address)
        self._closed = threading.Event()
        if self.dialect == "postgresql":
            # A new connection may lead to another server than the last: what we remember need not be true there.
            event.listen(self._engine, "connect", lambda *_new: self.forget())
        self._watch: FileWatch | None = None
        self._viewer: Callable[[], Key | None] = lambda: None  # the program itself
        self._bells: set[Callable[[], None]] = set()

    @classmethod
    def create(cls, url: str, *, shut: bool = False) -> Self:
        """Build or upgrade the schema at ``url`` and open it, ``shut``: to nobody else. As often as one likes."""
        made = cls(url)
        with made._or_closed():
            creating.create(made._engine, made._address, shut=shut)
            made._look()
        return made

    @classmethod
    def open(cls, url: str, clock: Callable[[], dt.datetime] | None = None, login: Login | None = None) -> Self:
        """Open what is there. Refused in words when it is missing, damaged, protected or of another age.

        ``clock`` stands in for the server's time; ``login`` comes in where the address of a server names nobody.
        """
        made = cls(url, clock, login)
        with made._or_closed():
            if made.dialect == "sqlite":
                opening.look_at_file(made._address)
                made._watch = FileWatch(Path(made._address.database or ""))
                made._watch.guard(made._engine)
            made._look()
        return made

    @cached_property
    def where(self) -> str:
        """The address as it may be shown: without a password."""
        return shown(self._address)

    @property
    def address(self) -> URL:
        """The address with everything in it: for storage's own parts."""
        return self._address

    @property
    def polls(self) -> bool:
        """Whether its feed looks for changes by itself, because the way there carries no bell."""
        return polls(self._address)

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
        self._closed.set()
        self._engine.dispose()

    def forget(self) -> None:
        """Read anew what was remembered: this may be another server, or another state of the database."""
        self._remembered.forget()
        self._numbers.forget()

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

        ``body`` may be called again where another writer was in the way, or the server, so it must do nothing but
        read and write through its work. Rows it returns are read-only snapshots afterwards. Refused in words, with
        nothing changed: Conflict when somebody changed a record first, Unavailable when disk, file or server fail.

        While the server is away it is tried again for a time (:mod:`commandcenter.storage.tries`): the operation's
        id tells whether a commit whose answer never came was done.
        """
        order = Order(operation, actor, station, operation_id, reason, known=operation_id is not None and not fresh)
        tries = Tries(self._seeks_primary, self._closed)
        result: T | None = None
        while True:
            try:
                with self._transaction(order) as work:
                    result = body(work)
                return result  # noqa: RET504 – a try after a lost connection may need it
            except AlreadyDone:
                confirming.look(self._engine)
                return result if order.uncertain else None
            except trouble() as error:
                order.uncertain |= order.committing and lost(error)
                if self._away(error):
                    again = tries.left_while_away(order.uncertain)
                else:
                    again = self._worth_another_try(order, error) and tries.left()
                if not again:
                    raise self._refusal(order, error) or error from error

    def _away(self, error: Exception) -> bool:
        """Whether the server went away, or is not the one any more that takes changes."""
        if self._seeks_primary and state_of(error) == READ_ONLY_STATE:
            self._engine.dispose()  # the others in the pool lead to the same server
            return True
        return lost(error)

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
        except trouble() as error:
            order.uncertain |= order.committing and lost(error)
            if (isinstance(error, StaleDataError) or state_of(error) in DOUBLED) and self.already_done(order.id):
                raise AlreadyDone(order.id) from error
            raise self._refusal(order, error) or error from error

    def already_done(self, operation_id: Key) -> bool:
        """Whether an operation of this id has been committed."""
        with self.reading(whole=True) as session:
            return session.scalar(select(done(session, operation_id))) or False

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
            unconfirmed = connection.info.pop(confirming.UNCONFIRMED, False)
            self._ring(connection)
            if unconfirmed:
                raise Unavailable(NOT_CONFIRMED)

    def _begun(self, session: WritingSession, order: Order) -> Work:
        asked = clock.ticks()
        found = met(session, order)
        if found.done:
            raise AlreadyDone(order.id)
        now = self._clock() if self._clock else self._server_said(found.at, asked)
        rules = self._remembered.rules(session, found.mark)

        def numbers(kind: str, n: int) -> list[str]:
            return self._numbers.block(session, kind, now.astimezone(rules.calendar.zone).date(), n)

        return Work(
            session=session, actor=acting(order.actor, found.person), station=order.station, now=now, rules=rules,
            operation=order.operation, operation_id=order.id, reason=order.reason,
            numbers=lambda kind: numbers(kind, 1)[0], number_block=numbers,
            areas=lambda session: self._remembered.areas(session, found.mark), bulk=bulk_add, logins=self.logins,
        )  # fmt: skip

    def _worth_another_try(self, order: Order, error: Exception) -> bool:
        if isinstance(error, StaleDataError):
            # Another station replayed this very operation: the next try finds it done.
            return order.operation_id is not None and self.already_done(order.id)
        return state_of(error) in RETRIED_STATES

    def _refusal(self, order: Order, error: Exception) -> Refused | None:
        stale = isinstance(error, StaleDataError)
        if stale or state_of(error) in DOUBLED:  # two lines of one version: somebody else made it first
            first = self._who_was_first(order.session.seen if order.session else ())
            if first or stale:
                return first
        if order.uncertain:
            return Unavailable(IN_DOUBT)
        return refusal_of(error, self.where)

    def _who_was_first(self, seen: Sequence[tuple[type[Record], Key, int]]) -> Refused | None:
        with self.reading(whole=True) as session:
            return who_was_first(session, seen)

    # The stream beside the operations

    def sight(self, fixes: Sequence[Sighting]) -> None:
        """Append position fixes. They are a stream, not records: no journal, no versions, no bell."""
        if not fixes:
            return
        rows = [{name: getattr(fix, name) for name in _FIX} for fix in fixes]
        with in_words(self.where), self._writers.connect() as connection, connection.begin():
            connection.execute(insert(_sighting), rows)

    # Reading

    def show_to(self, viewer: Callable[[], Key]) -> None:
        """Read only what is for that person. Where people sign in with the database, the server sees to it."""
        self._viewer = viewer if self.login is None else self._viewer

    @contextmanager
    def reading(self, *, whole: bool = False) -> Iterator[Session]:
        """A session that reads one consistent state, or the ``whole`` of it. Its rows are snapshots afterwards."""
        with in_words(self.where), ReadingSession(self._readers, None if whole else self._viewer()) as session:
            yield session

    def watching(self) -> Connection:
        """A connection for single questions that must see the newest state: the feed's, who closes it."""
        return (self._readers if self.dialect == "sqlite" else self._apart).connect()

    def rules(self, session: Session | None = None) -> Rules:
        """The district's rules as they stand; remembered until a setting, a day or the district changes."""
        if session is not None:
            return self._remembered.rules(session)
        with self.reading(whole=True) as own:
            return self._remembered.rules(own)

    def areas(self, session: Session) -> "Geography":
        """The squads' areas, prepared; remembered until a squad changes."""
        return self._remembered.areas(session)

    def now(self) -> dt.datetime:
        """The server's time as aware UTC, without asking it."""
        return self._clock() if self._clock else self.time.now()

    def fast(self) -> dt.timedelta:
        """How far this machine's clock is ahead of the server's; less than nothing where it is behind."""
        return dt.timedelta(0) if self._clock else self.time.fast()

    # Bells

    def on_commit(self, ring: Callable[[], None]) -> Callable[[], None]:
        """Call ``ring`` after every commit of this process, in the committing thread. Returns the undoing."""
        self._bells.add(ring)
        return lambda: self._bells.discard(ring)

    def _ring(self, connection: Connection) -> None:
        for ring in tuple(self._bells):
            ring()
        try:
            notify(connection)
        except driver_errors() as error:
            # It is saved, whatever becomes of the bell, and of this connection.
            connection.invalidate(error)
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
                    asked = clock.ticks()
                    self._server_said(connection.scalar(select(func.clock_timestamp())), asked)
            if self.dialect == "sqlite":
                opening.look_for_writing(self._engine, self._address)

    @contextmanager
    def _or_closed(self) -> Iterator[None]:
        try:
            yield
        except BaseException:
            self.close()
            raise

    def _server_said(self, at: dt.datetime | None, asked: float) -> dt.datetime:
        if at is None:
            return clock.now()
        self.time.heard(at, asked, clock.ticks())
        return at.astimezone(dt.UTC)
