"""The journal: one line for every version of every record. Audit trail and change feed in one.

A line says who, at which station, when, by which operation, what changed (before, after) and why. Lines of
one record are chained by hash. Nothing in it is ever edited or deleted; a wrong entry is corrected by a
later one.
"""

import datetime as dt
import hashlib
from collections.abc import Mapping
from operator import itemgetter
from typing import Any

import orjson
from sqlalchemy import BigInteger, Date, Index, Integer, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Record, Table, UtcDateTime, type_json, type_key

HIDDEN = "•"
"""Stands in the journal where a personal value changed: that it changed is said, what it is is not."""

_LOOKED_AT = "kind IN ('reveal', 'export', 'refused_sign_in', 'numbers_tried')"
_SEALED = "kind = 'case_file' AND operation IN ('seal', 'unseal')"
OVERSEEN = {
    "sqlite": text(
        f"({_LOOKED_AT}"
        " OR kind = 'person' AND coalesce(json_extract(changes, '$.roles'), json_extract(changes, '$.disabled'),"
        " json_extract(changes, '$.squad_id'), json_extract(changes, '$.signed_out_at'),"
        " json_extract(changes, '$.password_given_at')) IS NOT NULL"
        " OR kind = 'credential' AND coalesce(json_extract(changes, '$.password_hash'),"
        f" json_extract(changes, '$.failures')) IS NOT NULL OR {_SEALED})"
    ),
    "postgresql": text(
        f"({_LOOKED_AT}"
        " OR kind = 'person' AND jsonb_exists_any(changes,"
        " ARRAY['roles', 'disabled', 'squad_id', 'signed_out_at', 'password_given_at'])"
        " OR kind = 'credential' AND jsonb_exists_any(changes, ARRAY['password_hash', 'failures'])"
        f" OR {_SEALED})"
    ),
}  # fmt: skip
"""The lines that security is about, for each kind of database: who saw an identity, took a list out, was not let in,
whose rights changed, and what was sealed. Few among many, so they have an index of their own. A database uses a partial
index only for a question in the index's very words."""


class JournalLine(Table):
    """One version of one record."""

    __tablename__ = "journal"
    __table_args__ = (
        UniqueConstraint("kind", "key", "version"),
        UniqueConstraint("operation_id", "key", "version"),
        Index("ix_journal_xid", "xid"),
        Index("ix_journal_case", "case_id", "seq"),
        Index("ix_journal_at", "at"),
        Index("ix_journal_overseen", "kind", "at", "seq",
              sqlite_where=OVERSEEN["sqlite"], postgresql_where=OVERSEEN["postgresql"]),
    )  # fmt: skip

    seq: Mapped[int] = mapped_column(BigInteger().with_variant(Integer, "sqlite"), primary_key=True)
    xid: Mapped[int] = mapped_column(BigInteger, default=0)
    """The server's transaction number (PostgreSQL ``xid8``); 0 on SQLite, whose writers take turns."""
    kind: Mapped[str] = mapped_column(String(32))
    key: Mapped[str] = mapped_column(type_key)
    version: Mapped[int]
    case_id: Mapped[str | None] = mapped_column(type_key)
    """The case whose life this line belongs to, so that a case page reads its timeline in one go."""
    operation: Mapped[str] = mapped_column(String(32))
    operation_id: Mapped[str] = mapped_column(type_key)
    actor_id: Mapped[str | None] = mapped_column(type_key)
    station: Mapped[str] = mapped_column(String(64), default="")
    at: Mapped[dt.datetime]
    changes: Mapped[dict[str, Any]] = mapped_column(type_json)
    """{field: [before, after]}, values encoded by :func:`encode`."""
    reason: Mapped[str] = mapped_column(Text, default="")
    previous_hash: Mapped[str] = mapped_column(String(64), default="")
    hash: Mapped[str] = mapped_column(String(64))


def encode(value: object) -> object:
    """A column's value as JSON can hold it: times as ISO 8601 in UTC with six decimals."""
    if isinstance(value, dt.datetime):
        # The form of strftime's %Y-%m-%dT%H:%M:%S.%fZ, at a third of its price: imports make millions of them.
        utc = value if value.tzinfo is dt.UTC else value.astimezone(dt.UTC)
        return utc.isoformat(timespec="microseconds")[:-6] + "Z"
    if isinstance(value, dt.date):
        return value.isoformat()
    return value


def decode(record_type: type[Record], name: str, value: Any) -> Any:
    """The column's value from its JSON form, as the database would give it back."""
    reader = None if value is None else _reader(record_type, name)
    return value if reader is None else reader(value)


_read: dict[tuple[type[Record], str], Any] = {}


def _reader(record_type: type[Record], name: str) -> Any:
    """How a column's value is read back from JSON; None where it is what it looks like."""
    if (record_type, name) not in _read:
        kind = record_type.__table__.columns[name].type
        moment = dt.datetime.fromisoformat if isinstance(kind, UtcDateTime) else None
        _read[record_type, name] = dt.date.fromisoformat if isinstance(kind, Date) else moment
    return _read[record_type, name]


def after_values(record_type: type[Record], line: JournalLine) -> dict[str, Any]:
    """What the record's changed columns hold since this line, decoded; personal values left out."""
    return {
        name: decode(record_type, name, after)
        for name, (_before, after) in line.changes.items()
        if name not in record_type.personal
    } | {"version": line.version}


def chain_hash(previous: str, line: Mapping[str, Any]) -> str:
    """The hash of a line: SHA-256 over the previous line's hash and the line's own content, canonical JSON."""
    said = orjson.dumps([previous, *map(encode, _hashed(line))], option=orjson.OPT_SORT_KEYS)
    return hashlib.sha256(said).hexdigest()


HASHED = (
    "kind", "key", "version", "operation", "operation_id", "actor_id", "station", "at", "changes", "reason",
)  # fmt: skip

_hashed = itemgetter(*HASHED)
