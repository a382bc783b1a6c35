"""The fast way for many new records at once: an import's batch with its journal lines and search rows.

PostgreSQL takes them by COPY, SQLite by the driver's own ``executemany``: both past the mapping, in the same
transaction, with the same values as a flush would write.
"""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import Connection, Dialect, TableClause, column, func, select, table
from sqlalchemy.types import TypeEngine

from commandcenter.domain.record import Record, Table, fields
from commandcenter.domain.work import Work
from commandcenter.storage import journaling, search_index
from commandcenter.storage.schema.tables import table_of


def unstamped(mapped: type[Table]) -> TableClause:
    """A table without ``seq`` and ``xid`` and without the mapping's defaults: the database gives those two."""
    whole = table_of(mapped)
    return table(whole.name, *(column(c.name, c.type) for c in whole.columns if c.name not in ("seq", "xid")))


def bulk_add(work: Work, rows: Sequence[Record]) -> None:
    """Write new records, their lines and their words at once. They must be in no session."""
    connection = work.session.connection()
    for row in rows:
        journaling.complete(row)
    journaling.bulk_lines(connection, insert_many, (journaling.birth_line(work, row) for row in rows))
    for record_type, some in _by_type(rows):
        names = fields(record_type)
        held = (row.__dict__.get for row in some)
        insert_many(connection, unstamped(record_type), ([value(name) for name in names] for value in held))
    search_index.write_new(connection, insert_many, rows)


def insert_many(connection: Connection, into: TableClause, rows: Iterable[Sequence[Any]]) -> None:
    """Insert rows of values in the order of the table's columns, as fast as the driver can."""
    prepared = _prepared(connection.dialect, into, rows)
    names = ", ".join(f'"{c.name}"' for c in into.columns)
    cursor = connection.connection.cursor()
    try:
        if not _copies(connection, into):
            mark = "?" if connection.dialect.name == "sqlite" else "%s"
            marks = ", ".join(mark for _ in into.columns)
            cursor.executemany(f'INSERT INTO "{into.name}" ({names}) VALUES ({marks})', list(prepared))  # noqa: S608
        else:
            with cursor.copy(f'COPY "{into.name}" ({names}) FROM STDIN') as copy:
                for row in prepared:
                    copy.write_row(row)
    finally:
        cursor.close()


def _copies(connection: Connection, into: TableClause) -> bool:
    """Whether rows may come by COPY: PostgreSQL does not take them so where it judges rows one by one."""
    if connection.dialect.name == "sqlite":
        return False
    return not connection.scalar(select(func.row_security_active(into.name)))


def _prepared(dialect: Dialect, into: TableClause, rows: Iterable[Sequence[Any]]) -> Iterable[Sequence[Any]]:
    """The values as the driver wants them, by the types' own rules."""
    steps = [(place, step) for place, c in enumerate(into.columns) if (step := _step(dialect, c.type)) is not None]
    for row in rows:
        values = list(row)
        for place, step in steps:
            if values[place] is not None:  # nothing is NULL in every type
                values[place] = step(values[place])
        yield values


def _step(dialect: Dialect, type_: TypeEngine[Any]) -> Callable[[Any], Any] | None:
    return type_.dialect_impl(dialect).bind_processor(dialect)


def _by_type(rows: Iterable[Record]) -> Iterable[tuple[type[Record], list[Record]]]:
    for record_type, some in groupby(sorted(rows, key=lambda row: row.kind()), key=type):
        yield record_type, list(some)
