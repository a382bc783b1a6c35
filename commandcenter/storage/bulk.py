"""The fast way for many new records at once: an import's batch with its journal lines and search rows."""

from collections.abc import Callable, Iterable, Sequence
from itertools import groupby
from typing import Any

from sqlalchemy import TableClause, column, insert, table

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
    for record_type, some in _by_type(rows):
        defaults = _defaults(record_type)
        for row in some:
            _complete(row, defaults)
        connection.execute(insert(table_of(record_type)), [row.values() for row in some])
    lines = [journaling.line_of(work, row, journaling.changes_of(row), "") for row in rows]
    journaling.insert_lines(work.session, lines)
    search_index.write(work.session, rows, all_new=True)


def _by_type(rows: Iterable[Record]) -> Iterable[tuple[type[Record], list[Record]]]:
    for record_type, some in groupby(sorted(rows, key=lambda row: row.kind()), key=type):
        yield record_type, list(some)


def _defaults(record_type: type[Record]) -> list[tuple[str, Callable[[], Any]]]:
    made = []
    columns = record_type.__table__.columns
    for name in fields(record_type):
        default = columns[name].default
        if default is not None:
            made.append((name, _giver(default)))
    return made


def _giver(default: Any) -> Callable[[], Any]:
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


def _complete(row: Record, defaults: Iterable[tuple[str, Callable[[], Any]]]) -> None:
    held = row.__dict__
    for name, give in defaults:
        if held.get(name) is None:
            setattr(row, name, give())
    row.version = 1
