"""The one way to write the counted days, which are no records and have no journal: in short transactions."""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from dataclasses import dataclass
from functools import partial

from sqlalchemy import text
from sqlalchemy.orm import Session

from commandcenter.storage.database import Database
from commandcenter.storage.engines import BEGIN
from commandcenter.storage.refusals import in_words

_OURS = text("SELECT has_table_privilege('tally_mark', 'INSERT')")


@dataclass(frozen=True, slots=True)
class Books:
    """Where days are counted from, and where they are written: two kinds of session, each for a short while.

    Nobody waits for whoever reads; for whoever writes, in an embedded database, every other writer does.
    """

    reading: Callable[[], AbstractContextManager[Session]]
    """One consistent state, with everything in it."""
    writing: Callable[[], AbstractContextManager[Session]]
    """Committed at its end. On a server for the owner alone; whoever may not is refused in words."""


def books(database: Database) -> Books:
    """Those of a database."""
    return Books(partial(database.reading, whole=True), partial(_writing, database))


def may_count(database: Database) -> bool:
    """Whether this account may write counted days: in a file anybody may, on a server its owner."""
    if database.dialect == "sqlite":
        return True
    with in_words(database.where), database.engine.connect() as connection:
        return bool(connection.scalar(_OURS))


@contextmanager
def _writing(database: Database) -> Iterator[Session]:
    engine = database.engine.execution_options(**{BEGIN: "IMMEDIATE"})
    with in_words(database.where), Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
