"""The sealed head: what the whole journal was at one moment, in one hash that fits on a slip of paper.

The chain of hashes shows who edits a line. Somebody who may do everything on the server could make the chain anew
behind him; not so that it gives the hash that was kept elsewhere.
"""

import datetime as dt
import hashlib
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from pathlib import Path
from typing import Any

import orjson
from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from commandcenter import clock
from commandcenter.domain.journal import JournalLine, encode
from commandcenter.domain.units import District
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.storage.database import Database
from commandcenter.storage.verification import Broken

FORMAT = "commandcenter seal 1"
_AT_ONCE = 5_000
_ASK_AGAIN_S, _PATIENCE_S = 0.1, 180.0

_WRITERS = text(
    "SELECT virtualtransaction FROM pg_locks WHERE locktype = 'relation' AND mode = 'RowExclusiveLock'"
    " AND database = (SELECT oid FROM pg_database WHERE datname = current_database())"
    " AND relation = 'journal'::regclass"
)

CHANGED = N_("the journal of {kind} is not what was sealed on {date}: {records} records with {lines} lines then,"
             " {records_now} with {lines_now} now, of another hash")  # fmt: skip
SHORTENED = N_("the journal ends at line {last}: when it was sealed on {date} it went to line {sealed}")


@dataclass(frozen=True, slots=True)
class Fold:
    """The lines of all records of one kind: how many records and lines, and the hash over the records' last lines."""

    records: int
    lines: int
    hash: str

    def told(self) -> dict[str, Any]:
        """As the seal's file holds it."""
        return {"records": self.records, "lines": self.lines, "hash": self.hash}


@dataclass(frozen=True, slots=True)
class Seal:
    """What the journal was up to line ``last_seq`` at ``sealed_at`` (aware UTC)."""

    district: str
    sealed_at: dt.datetime
    last_seq: int
    folds: Mapping[str, Fold]

    @property
    def date(self) -> str:
        """The day of the seal, UTC."""
        return self.sealed_at.astimezone(dt.UTC).date().isoformat()

    @property
    def lines(self) -> int:
        """How many lines were sealed."""
        return sum(fold.lines for fold in self.folds.values())

    @property
    def head(self) -> str:
        """The one hash: over everything else that the seal says."""
        return hashlib.sha256(orjson.dumps(self._told(), option=orjson.OPT_SORT_KEYS)).hexdigest()

    def _told(self) -> dict[str, Any]:
        return {
            "format": FORMAT, "district": self.district, "date": self.date, "sealed_at": encode(self.sealed_at),
            "last_seq": self.last_seq, "kinds": {kind: fold.told() for kind, fold in self.folds.items()},
        }  # fmt: skip

    def told(self) -> dict[str, Any]:
        """As a document. ``signature`` is for whoever wants to sign the head by means of his own."""
        return {**self._told(), "lines": self.lines, "head": self.head, "signature": None}


def seal_from(document: Any) -> Seal:
    """The seal that a document tells. Refused where it is none, or not what it was."""
    try:
        folds = {str(kind): Fold(int(f["records"]), int(f["lines"]), str(f["hash"]))
                 for kind, f in document["kinds"].items()}  # fmt: skip
        seal = Seal(str(document["district"]), dt.datetime.fromisoformat(document["sealed_at"]),
                    int(document["last_seq"]), folds)  # fmt: skip
        if {**document, "signature": None} == seal.told():
            return seal
    except (AttributeError, KeyError, TypeError, ValueError):
        pass
    raise Refused(N_("This is not a seal of the journal, or it was damaged or changed after it was made."))


def read_seal(path: Path) -> Seal:
    """The seal in a file. Refused where it cannot be read, or is not what it was."""
    try:
        said = path.read_bytes()
    except OSError as trouble:
        raise Unavailable(N_("The seal “{file}” cannot be read: {reason}"),
                          file=str(path), reason=trouble.strerror or str(trouble)) from trouble  # fmt: skip
    try:
        document = orjson.loads(said)
    except orjson.JSONDecodeError:
        document = None
    return seal_from(document)


# Making one


def sealed(database: Database) -> Seal:
    """The seal of the journal as it stands now, up to a line behind which nothing can come any more."""
    last = _settled(database)
    with database.reading() as session:
        return sealed_up_to(session, last, database.now())


def sealed_up_to(session: Session, last_seq: int, at: dt.datetime) -> Seal:
    """The seal of what a session sees of the journal up to a line. ``at`` is the moment it is given, aware UTC."""
    district = session.scalars(select(District.pack).order_by(District.id).limit(1)).first() or ""
    return Seal(district, at, last_seq, _folds(session, last_seq))


def last_line(session: Session) -> int:
    """The number of the last line a session sees; 0 where there is none."""
    return session.scalar(select(func.max(JournalLine.seq))) or 0


def _settled(database: Database) -> int:
    """The last line now, once everybody is done who might still add one of a lower number.

    On PostgreSQL numbers are given before the commit: whoever has one of a lower number has not committed yet, and so
    still holds the lock under which it was given. SQLite's writers take turns.
    """
    with database.reading() as session:
        last = last_line(session)
    if database.dialect == "sqlite":
        return last
    awaited, until = _writers(database), clock.ticks() + _PATIENCE_S
    while awaited:
        if clock.ticks() > until:
            raise Unavailable(N_("A transaction has been open on the database server for too long. Try again when it"
                                 " has ended."))  # fmt: skip
        threading.Event().wait(_ASK_AGAIN_S)
        awaited &= _writers(database)
    return last


def _writers(database: Database) -> set[str]:
    """The transactions that write to the journal at this moment, by the names the server gives them."""
    with database.reading() as session:
        return set(session.scalars(_WRITERS))


def _folds(session: Session, last_seq: int) -> dict[str, Fold]:
    """Every kind's fold, in an order that no server's language has a say in."""
    kinds = sorted(session.scalars(select(JournalLine.kind).where(JournalLine.seq <= last_seq).distinct()))
    return {kind: _fold(session, kind, last_seq) for kind in kinds}


def _fold(session: Session, kind: str, last_seq: int) -> Fold:
    lines = session.execute(
        select(JournalLine.key, JournalLine.version, JournalLine.hash)
        .where(JournalLine.kind == kind, JournalLine.seq <= last_seq)
        .order_by(JournalLine.key, JournalLine.version)
        .execution_options(yield_per=_AT_ONCE)
    )
    folded, records, count = hashlib.sha256(), 0, 0
    with lines:
        for key, heads in groupby(lines, key=itemgetter(0)):
            *_before, (_key, version, head) = held = list(heads)
            folded.update(f"{kind} {key} {version} {head}\n".encode())
            records, count = records + 1, count + len(held)
    return Fold(records, count, folded.hexdigest())


# Holding a journal against one


def against(session: Session, seal: Seal) -> Iterator[Broken]:
    """Every way in which the journal that a session sees is not what was sealed."""
    last = last_line(session)
    if last < seal.last_seq:
        yield Broken(SHORTENED, {"last": last, "sealed": seal.last_seq, "date": seal.date})
    now, nothing = _folds(session, seal.last_seq), Fold(0, 0, "")
    for kind in sorted(now.keys() | seal.folds.keys()):
        then, found = seal.folds.get(kind, nothing), now.get(kind, nothing)
        if found != then:
            yield Broken(CHANGED, {
                "kind": kind, "date": seal.date, "records": then.records, "lines": then.lines,
                "records_now": found.records, "lines_now": found.lines,
            })  # fmt: skip
