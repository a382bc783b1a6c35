"""The one way to write the counted days, which are no records and have no journal: in a transaction of its own."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import text
from sqlalchemy.orm import Session

from commandcenter.storage.database import Database
from commandcenter.storage.engines import BEGIN
from commandcenter.storage.refusals import in_words

_TURN = text("SELECT pg_try_advisory_lock(7, to_regclass('tally')::oid::int)")


@contextmanager
def tallying(database: Database) -> Iterator[Session | None]:
    """A session that sees everything and writes the counted days; None where somebody else is counting them just now.

    On a server that is for its owner alone; whoever may not write them is refused in words.
    """
    engine = database.engine.execution_options(**{BEGIN: "IMMEDIATE"})
    if database.dialect == "postgresql":
        engine = database.engine.execution_options(isolation_level="REPEATABLE READ")
    with in_words(database.where), engine.connect() as connection:
        if database.dialect == "postgresql" and not connection.scalar(_TURN):
            yield None
            return
        connection.rollback()  # the turn is the connection's, and the session begins with a state of its own
        try:
            with Session(connection, expire_on_commit=False) as session:
                yield session
                session.commit()
        finally:
            if database.dialect == "postgresql":
                connection.invalidate()  # with it the turn ends, whatever became of the transaction
