"""The journal is written here and nowhere else: one line for every new version of every record of a flush.

They go out as plain inserts before the rows themselves, in the one transaction of the work: who guards the rows can
then look for the line at once.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import cache
from typing import Any

from sqlalchemy import Connection, Text, column, inspect, select, table, tuple_
from sqlalchemy.orm import Session
from sqlalchemy.types import Boolean, Integer, String

from commandcenter.domain.cases import Case
from commandcenter.domain.journal import HIDDEN, JournalLine, chain_hash, encode
from commandcenter.domain.record import Record, UtcDateTime, fields, snapshot, type_json, type_key
from commandcenter.domain.work import Work
from commandcenter.storage import search_index
from commandcenter.storage.schema.tables import table_of

_PLAIN = (String, Integer, Boolean)
UNTOLD = frozenset({"id", "version"})
"""Fields that a line holds as its own key and version, not among the changes."""

_MOST_AT_ONCE = 200

# The table without the mapping's defaults: on PostgreSQL the server itself stamps the transaction's number.
_journal = table(
    "journal",
    column("kind", String), column("key", type_key), column("version", Integer), column("case_id", type_key),
    column("operation", String), column("operation_id", type_key), column("actor_id", type_key),
    column("station", String), column("at", UtcDateTime()), column("changes", type_json),
    column("reason", Text), column("previous_hash", String), column("hash", String),
)  # fmt: skip


class NeverDeleted(TypeError):
    """Records and journal lines are never deleted, and lines never edited: a bug in the caller."""


def _birth_of(record: Record) -> dict[str, list[Any]]:
    """What a new record holds: {field: [None, value]}, encoded; personal values hidden."""
    held = record.__dict__.get
    plain, others = _told_fields(type(record))
    told = {name: [None, after] for name in plain if (after := held(name)) is not None}
    for name in others:
        if (after := held(name)) is not None:
            told[name] = [None, _hidden(after) if name in record.personal else canonical(after)]
    return told


@cache
def _told_fields(record_type: type[Record]) -> tuple[Sequence[str], Sequence[str]]:
    """The fields a line tells: those JSON holds as they are, and those it does not or must not."""
    columns = record_type.__table__.columns
    told = [name for name in fields(record_type) if name not in UNTOLD]
    others = {n for n in told if n in record_type.personal or not isinstance(columns[n].type, _PLAIN)}
    return [name for name in told if name not in others], sorted(others)


def _changes_of(record: Record) -> dict[str, list[Any]]:
    """What is about to change in a record: {field: [before, after]}, encoded; personal values hidden."""
    return {name: pair for name, (old, new) in _history(record).items() if (pair := _told(record, name, old, new))}


def _history(record: Record) -> dict[str, tuple[Any, Any]]:
    changed = {}
    attributes = inspect(record).attrs
    for name in fields(type(record)):
        history = attributes[name].history
        if history.added or history.deleted:
            changed[name] = (
                history.deleted[0] if history.deleted else None,
                history.added[0] if history.added else None,
            )
    return changed


def _told(record: Record, name: str, before: Any, after: Any) -> list[Any] | None:
    if name in UNTOLD:
        return None
    pair = [canonical(before), canonical(after)]
    if pair[0] == pair[1]:
        return None
    return [_hidden(value) for value in pair] if name in record.personal else pair


def canonical(value: Any) -> Any:
    """A value in the one form in which it is told, hashed and compared."""
    # Minus zero does not survive PostgreSQL's JSON, and the hash must.
    return value + 0.0 if isinstance(value, float) else encode(value)


def _hidden(value: Any) -> Any:
    return HIDDEN if value else value


def _line_of(
    work: Work, record: Record, version: int, changes: Mapping[str, Any], previous_hash: str
) -> dict[str, Any]:
    """The journal line of one version of a record."""
    line: dict[str, Any] = {
        "kind": record.kind(),
        "key": record.id,
        "version": version,
        "case_id": record.id if isinstance(record, Case) else getattr(record, "case_id", None),
        "operation": work.operation,
        "operation_id": work.operation_id,
        "actor_id": work.actor.id or None,
        "station": work.station,
        "at": work.now,
        "changes": changes,
        "reason": work.reason,
        "previous_hash": previous_hash,
    }
    line["hash"] = chain_hash(previous_hash, line)
    return line


# The fast road of an import


def birth_line(work: Work, record: Record) -> dict[str, Any]:
    """The first line of a new record, whose defaults are filled in."""
    return _line_of(work, record, 1, _birth_of(record), "")


def bulk_lines(connection: Connection, insert: search_index.Inserting, lines: Iterable[Mapping[str, Any]]) -> None:
    """Write many lines the fast way."""
    names = [c.name for c in _journal.columns]
    insert(connection, _journal, ([line[name] for name in names] for line in lines))


# What a flush goes through


def refuse_deletion(session: Session) -> None:
    """Before a flush: nothing is deleted, no line is edited, and nothing is written without a work."""
    for row in session.deleted:
        raise NeverDeleted(f"{row!r} was to be deleted")
    for row in (*session.dirty, *session.new):
        if isinstance(row, JournalLine):
            raise NeverDeleted(f"the journal writes itself: {row!r}")


def touched_by(session: Session) -> tuple[list[Record], list[Record]]:
    """The records a flush is about: those that are new, and those in which a value really changes."""
    return (
        [row for row in session.new if isinstance(row, Record)],
        [row for row in session.dirty if isinstance(row, Record) and session.is_modified(row)],
    )


def write_lines(session: Session, work: Work, born: Sequence[Record], changed: Sequence[Record]) -> None:
    """Before a flush: the line of every record that is about to have a new version."""
    previous = _previous_hashes(session, changed)
    for row in born:
        complete(row)
    lines = [birth_line(work, row) for row in born] + [
        _line_of(work, row, row.version + 1, _changes_of(row), previous.get((row.kind(), row.id), ""))
        # In one order everywhere: two works that make the same next versions wait for each other, and not both.
        for row in sorted(changed, key=lambda row: (row.kind(), row.id))
    ]
    if lines:
        session.connection().execute(_journal.insert(), lines)


def complete(record: Record) -> None:
    """Give a new record what its columns hold where nothing is said, and its first version."""
    held = record.__dict__
    for name, give in _defaults(type(record)):
        if held.get(name) is None:
            held[name] = give()
    held["version"] = 1


@cache
def _defaults(record_type: type[Record]) -> Sequence[tuple[str, Callable[[], Any]]]:
    columns = table_of(record_type).columns
    return tuple((name, _giver(default)) for name in fields(record_type) if (default := columns[name].default))


def _giver(default: Any) -> Callable[[], Any]:
    if default.is_callable:
        return lambda: default.arg(None)
    return lambda: default.arg


def _previous_hashes(session: Session, changed: Sequence[Record]) -> dict[tuple[str, str], str]:
    found: dict[tuple[str, str], str] = {}
    for start in range(0, len(changed), _MOST_AT_ONCE):
        wanted = [(row.kind(), row.id, row.version) for row in changed[start : start + _MOST_AT_ONCE]]
        lines = session.connection().execute(
            select(JournalLine.kind, JournalLine.key, JournalLine.hash).where(
                tuple_(JournalLine.kind, JournalLine.key, JournalLine.version).in_(wanted)
            )
        )
        found |= {(kind, key): said for kind, key, said in lines}
    return found


def words_changed(record: Record) -> bool:
    """Whether a record that is being flushed is found by other words than before."""
    now = record.search_text()
    if inspect(record).key is None:
        return bool(now)
    before = {name: old for name, (old, _new) in _history(record).items()}
    return snapshot(type(record), {**record.values(), **before}).search_text() != now
