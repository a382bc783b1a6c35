"""Writing the search index of :mod:`commandcenter.domain.search`: what a record's words are now."""

from collections.abc import Iterable, Sequence
from typing import Any

from sqlalchemy import delete, insert, text, tuple_
from sqlalchemy.orm import Session

from commandcenter.domain import words
from commandcenter.domain.record import Record
from commandcenter.domain.search import FULL_TEXT_TABLE, LONGEST, SearchRow, vector

_NEXT = text("SELECT coalesce((SELECT seq FROM sqlite_sequence WHERE name = 'search_row'), 0)")
_POST = text(f"INSERT INTO {FULL_TEXT_TABLE} (rowid, words) VALUES (:id, :words)")  # noqa: S608 – a constant
_MOST_AT_ONCE = 200


def write(session: Session, records: Sequence[Record], *, all_new: bool = False) -> None:
    """Index the words of these records as they are now, instead of what was indexed before."""
    if not all_new:
        _forget(session, [record for record in records if record.version > 1])
    said = [(record, words.tokens(text_)) for record in records if (text_ := record.search_text())]
    if not said:
        return
    if session.get_bind().dialect.name == "sqlite":
        _write_sqlite(session, said)
    else:
        rows = [{"kind": r.kind(), "key": r.id, "tokens": vector(tokens)} for r, tokens in said]
        session.connection().execute(insert(SearchRow), rows)


def _write_sqlite(session: Session, said: Iterable[tuple[Record, list[str]]]) -> None:
    connection = session.connection()
    first = int(connection.execute(_NEXT).scalar_one()) + 1
    rows: list[dict[str, Any]] = []
    postings: list[dict[str, Any]] = []
    for number, (record, tokens) in enumerate(said, start=first):
        rows.append({"id": number, "kind": record.kind(), "key": record.id})
        postings.append({"id": number, "words": " ".join(tokens[:LONGEST])})
    connection.execute(insert(SearchRow), rows)
    connection.execute(_POST, postings)


def _forget(session: Session, records: Sequence[Record]) -> None:
    for start in range(0, len(records), _MOST_AT_ONCE):
        some = [(record.kind(), record.id) for record in records[start : start + _MOST_AT_ONCE]]
        session.connection().execute(delete(SearchRow).where(tuple_(SearchRow.kind, SearchRow.key).in_(some)))
