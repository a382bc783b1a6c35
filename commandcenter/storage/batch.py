"""One batch: what a flush writes goes to the server in one breath, and the answers come back in one.

Every statement of its own waits for the server and the way to it. So on PostgreSQL the writes of a flush are gathered
while the session makes them and sent together, in the driver's pipeline, when the last one is known. A session wants
to hear at once how many rows an update met; it is told what it hopes for, and the answers are held against that when
they are there. In a file nobody is waited for, and nothing is gathered.
"""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from sqlalchemy import Connection, Engine, event
from sqlalchemy.orm.exc import StaleDataError

from commandcenter.storage.drivers import driver_errors

if TYPE_CHECKING:
    import psycopg

_BATCH = "batch"
"""Execution option: the writes gathered so far."""


class _Write(NamedTuple):
    statement: Any
    """The dialect's own text."""
    parameters: Any
    meets: bool
    """Whether it must meet its row."""


@contextmanager
def gathering(connection: Connection) -> Iterator[None]:
    """Gather the writes made through this connection until :func:`send`; forget them where that never comes."""
    if connection.dialect.name != "postgresql":
        yield
        return
    connection.execution_options(**{_BATCH: []})
    try:
        yield
    finally:
        connection.execution_options(**{_BATCH: None})


def send(connection: Connection) -> None:
    """Send what was gathered. Raises StaleDataError where an update did not meet the row it was meant for."""
    writes: list[_Write] | None = connection.get_execution_options().get(_BATCH)
    if not writes:
        return
    some, writes[:] = tuple(writes), ()
    server: psycopg.Connection[Any] = connection.connection.driver_connection  # type: ignore[assignment]
    for write, cursor in zip(some, _answered(server, some), strict=True):
        if write.meets and cursor.rowcount != 1:
            raise StaleDataError(f"{cursor.rowcount} rows were changed instead of one: {write.statement}")


def _answered(server: "psycopg.Connection[Any]", writes: Sequence[_Write]) -> "list[psycopg.Cursor[Any]]":
    """The writes' cursors with their answers. Raises the first error, whatever the driver says on leaving."""
    cursors: list[psycopg.Cursor[Any]] = []
    trouble: Exception | None = None
    try:
        with server.pipeline():
            try:
                # One by one: the driver's own way with many would wait for them in between.
                cursors += [server.cursor().execute(write.statement, write.parameters) for write in writes]
            except driver_errors() as error:
                trouble = error
    except driver_errors() as error:
        raise trouble or error from None
    if trouble is not None:
        raise trouble
    return cursors


def listen(engine: Engine) -> None:
    """Let the connections of a PostgreSQL engine gather. Their cursors must be :func:`hopeful`."""
    event.listen(engine, "do_execute", _one)
    event.listen(engine, "do_executemany", _many)


def hopeful() -> "type[psycopg.Cursor[Any]]":
    """The kind of cursor that may say how many rows an update will have met, before it has."""
    import psycopg  # loaded only where a server is used

    class Hopeful(psycopg.Cursor[Any]):
        hoped: int | None = None

        @property
        def rowcount(self) -> int:
            return super().rowcount if self.hoped is None else self.hoped

    return Hopeful


def _one(cursor: Any, statement: str, parameters: Any, context: Any) -> bool:
    return _gathered(cursor, context, statement, (parameters,))


def _many(cursor: Any, statement: str, parameters: Sequence[Any], context: Any) -> bool:
    return _gathered(cursor, context, statement, parameters)


def _gathered(cursor: Any, context: Any, statement: str, parameters: Sequence[Any]) -> bool:
    """Whether the statement waits in the batch now, so that the dialect has nothing more to do."""
    writes: list[_Write] | None = context.execution_options.get(_BATCH)
    if writes is None:
        return False
    if not (context.isinsert or context.isupdate or context.isdelete) or context.compiled.effective_returning:
        send(context.root_connection)  # it has to see what was written before it
        return False
    writes += [_Write(statement, some, context.isupdate) for some in parameters]
    cursor.hoped = len(parameters)
    return True
