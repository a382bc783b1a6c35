"""Writing the search index of :mod:`commandcenter.domain.search`: what a record's words are now."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from sqlalchemy import BigInteger, Connection, Integer, String, TableClause, Text, column, delete, table, text, tuple_
from sqlalchemy.dialects.postgresql import TSVECTOR
from sqlalchemy.orm import Session

from commandcenter.domain import words
from commandcenter.domain.record import Record, type_key
from commandcenter.domain.search import FULL_TEXT_TABLE, LONGEST, SearchRow, vector

_NEXT = text("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_row'), 0)")
_postings = table(FULL_TEXT_TABLE, column("rowid", Integer), column("words", Text))
_rows = table("search_row", column("id", BigInteger), column("kind", String), column("key", type_key))
_vectors = table("search_row", column("kind", String), column("key", type_key), column("tokens", TSVECTOR))
_MOST_AT_ONCE = 200

Inserting = Callable[[Connection, TableClause, Iterable[Sequence[Any]]], None]
"""How rows are written: as a flush's companions, or the fast road of an import."""


def write(session: Session, records: Sequence[Record]) -> None:
    """Index the words of these records as they are now, instead of what was indexed before."""
    forget(session, [record for record in records if record.version > 1])
    write_new(session.connection(), _insert, records)


def write_new(connection: Connection, insert: Inserting, records: Iterable[Record]) -> None:
    """Index the words of records that were not in the index."""
    said = [(record, words.tokens(text_)) for record in records if (text_ := record.search_text())]
    if not said:
        return
    if connection.dialect.name != "sqlite":
        insert(connection, _vectors, ((r.kind(), r.id, vector(tokens)) for r, tokens in said))
        return
    first = int(connection.execute(_NEXT).scalar_one()) + 1
    insert(connection, _rows, ((n, r.kind(), r.id) for n, (r, _tokens) in enumerate(said, start=first)))
    insert(connection, _postings, ((n, " ".join(some[:LONGEST])) for n, (_r, some) in enumerate(said, start=first)))


def _insert(connection: Connection, into: TableClause, rows: Iterable[Sequence[Any]]) -> None:
    names = [c.name for c in into.columns]
    connection.execute(into.insert(), [dict(zip(names, row, strict=True)) for row in rows])


def forget(session: Session, records: Sequence[Record]) -> None:
    """Take the words of these records out of the index."""
    for start in range(0, len(records), _MOST_AT_ONCE):
        some = [(record.kind(), record.id) for record in records[start : start + _MOST_AT_ONCE]]
        session.connection().execute(delete(SearchRow).where(tuple_(SearchRow.kind, SearchRow.key).in_(some)))
