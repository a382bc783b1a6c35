"""Building the search index anew from the records: for one that lost its rows, or was written past the program."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

from sqlalchemy import Connection, delete, exists, func, select, text
from sqlalchemy.orm import Session

from commandcenter.domain.record import Key, Record
from commandcenter.domain.search import FULL_TEXT_TABLE, SearchRow
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.storage import search_index
from commandcenter.storage.bulk import insert_many
from commandcenter.storage.database import Database
from commandcenter.storage.engines import BEGIN
from commandcenter.storage.refusals import in_words
from commandcenter.storage.schema.tables import record_types

_AT_ONCE = 1_000
_EMPTY = text(f"INSERT INTO {FULL_TEXT_TABLE} ({FULL_TEXT_TABLE}) VALUES ('delete-all')")  # noqa: S608 – a constant
_IS_THE_PROGRAM = text("SELECT session_is_the_program()")

NOT_THE_OWNER = N_("Only who owns the database may build its search anew.")

Progress = Callable[[float], None]


def rebuild(database: Database, progress: Progress = lambda _share: None) -> int:
    """Write the words of every record anew, and no others; how many records are found by them.

    On a server everybody goes on working: some records at a time, which nobody changes meanwhile, in a transaction of
    their own. A file is taken whole, and is as it was where that does not end. NotAllowed for who is not the program.
    """
    kinds = [kind for kind in record_types().values() if kind.search_text is not Record.search_text]
    with _connection(database) as connection, Session(connection, autoflush=False) as session:
        total = sum(session.scalar(select(func.count()).select_from(kind)) or 0 for kind in kinds) or 1
        read = 0
        for some in _rewritten(session, kinds):
            read += some
            progress(min(read / total, 1.0))
        return session.scalar(select(func.count()).select_from(SearchRow)) or 0


@contextmanager
def _connection(database: Database) -> Iterator[Connection]:
    """A connection in a transaction, which is committed at the end."""
    with in_words(database.where), database.engine.execution_options(**{BEGIN: "IMMEDIATE"}).connect() as connection:
        if database.dialect == "sqlite":
            connection.execute(_EMPTY)
            connection.execute(delete(SearchRow))
        elif not connection.scalar(_IS_THE_PROGRAM):
            raise NotAllowed(NOT_THE_OWNER)
        else:
            connection.rollback()  # the session begins and commits by itself
        yield connection
        connection.commit()


def _rewritten(session: Session, kinds: list[type[Record]]) -> Iterator[int]:
    """Go through all records in the order of their birth, which becomes that of the index; how many at a time."""
    for kind in kinds:
        last: Key | None = None
        while some := _next(session, kind, last):
            last = some[-1].id
            search_index.forget(session, some)
            search_index.write_new(session.connection(), insert_many, some)
            _next_transaction(session)
            yield len(some)
    _forget_strangers(session, kinds)
    _next_transaction(session)


def _next(session: Session, kind: type[Record], after: Key | None) -> list[Record]:
    """The next records, which nobody else changes until they are done with."""
    wanted = select(kind).order_by(kind.id).limit(_AT_ONCE).with_for_update(read=True)
    return list(session.scalars(wanted if after is None else wanted.where(kind.id > after)))


def _next_transaction(session: Session) -> None:
    session.expunge_all()
    session.commit()  # in a file nothing yet: there the transaction is the connection's


def _forget_strangers(session: Session, kinds: list[type[Record]]) -> None:
    """Rows of what is no record, or is not found by words."""
    session.execute(delete(SearchRow).where(SearchRow.kind.not_in([kind.kind() for kind in kinds])))
    for kind in kinds:
        standing = exists().where(kind.id == SearchRow.key)
        session.execute(delete(SearchRow).where(SearchRow.kind == kind.kind(), ~standing))
