"""The two kinds of session: one writes what the journal can tell, the other only reads, for whoever looks.

A flush does things in this order: it reads what the journal's lines have to know, writes the lines, then the records,
then their words in the search index. A server goes by it: it takes no change of a record whose line it does not have.
"""

from collections.abc import Sequence
from typing import Any, NoReturn

from sqlalchemy import Connection, Engine, TextClause, event
from sqlalchemy.orm import ORMExecuteState, Session, UOWTransaction

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Key, Record
from commandcenter.domain.sealing import VIEWER, hidden
from commandcenter.domain.work import Work
from commandcenter.storage import batch, journaling, search_index
from commandcenter.storage.schema.tables import record_types

_WORK = "work"
_TOUCHED = "touched"
_SEEN = "seen"


class PastTheJournal(TypeError):
    """Somebody tried to change records by a statement the journal cannot see: a bug in the caller."""


class WritingSession(Session):
    """A session whose every flush writes the journal. One flush, one commit, no expiry afterwards."""

    def __init__(self, connection: Connection) -> None:
        super().__init__(connection, autoflush=False, expire_on_commit=False)

    def flush(self, objects: Sequence[Any] | None = None) -> None:
        """Write what has changed, on a server in one batch."""
        with batch.gathering(self.connection()):
            super().flush(objects)

    def belongs_to(self, work: Work) -> None:
        """The work whose lines the flushes of this session write."""
        self.info[_WORK] = work

    @property
    def seen(self) -> Sequence[tuple[type[Record], Key, int]]:
        """The records this session set out to change, with the versions it had read."""
        seen: Sequence[tuple[type[Record], Key, int]] = self.info.get(_SEEN, ())
        return seen

    def bulk_save_objects(self, *_args: object, **_options: object) -> NoReturn:
        """Not here: it goes past the journal."""
        raise PastTheJournal("bulk_save_objects")

    def bulk_insert_mappings(self, *_args: object, **_options: object) -> NoReturn:
        """Not here: it goes past the journal."""
        raise PastTheJournal("bulk_insert_mappings")

    def bulk_update_mappings(self, *_args: object, **_options: object) -> NoReturn:
        """Not here: it goes past the journal."""
        raise PastTheJournal("bulk_update_mappings")


class ReadingSession(Session):
    """A session that only reads, and leaves out what is not for the ``viewer``; without one it sees everything."""

    def __init__(self, engine: Engine, viewer: Key | None = None) -> None:
        super().__init__(engine, autoflush=False, expire_on_commit=False)
        if viewer is not None:
            self.info[VIEWER] = viewer


@event.listens_for(WritingSession, "before_flush")
def _before(session: WritingSession, _context: UOWTransaction, _instances: object) -> None:
    if _WORK not in session.info:
        raise PastTheJournal("a flush outside a work")
    journaling.refuse_deletion(session)
    born, changed = journaling.touched_by(session)
    session.info[_TOUCHED] = (*born, *changed)
    session.info[_SEEN] = [(type(row), row.id, row.version) for row in changed]
    journaling.write_lines(session, session.info[_WORK], born, changed)


@event.listens_for(WritingSession, "after_flush")
def _after(session: WritingSession, _context: UOWTransaction) -> None:
    search_index.write(session, [row for row in session.info[_TOUCHED] if journaling.words_changed(row)])
    batch.send(session.connection())


@event.listens_for(ReadingSession, "before_flush")
def _never(session: ReadingSession, _context: UOWTransaction, _instances: object) -> None:
    if session.new or session.dirty or session.deleted:
        raise PastTheJournal("a reading session was asked to write")


@event.listens_for(WritingSession, "do_orm_execute")
@event.listens_for(ReadingSession, "do_orm_execute")
def _statement(execution: ORMExecuteState) -> None:
    statement: Any = execution.statement
    if isinstance(statement, TextClause):
        verb = statement.text.lstrip().split(" ", 1)[0].casefold()
        if verb in ("insert", "update", "delete", "merge", "replace", "truncate"):
            raise PastTheJournal(statement.text)
    elif (execution.is_insert or execution.is_update or execution.is_delete) and _journalled(statement.table.name):
        raise PastTheJournal(str(statement))


@event.listens_for(ReadingSession, "do_orm_execute")
def _for_whom(execution: ORMExecuteState) -> None:
    if execution.is_select and (found := hidden(execution.session)).cases:
        execution.statement = execution.statement.options(*found.options())


def _journalled(name: str) -> bool:
    if name == JournalLine.__tablename__:
        return True
    return name in record_types()
