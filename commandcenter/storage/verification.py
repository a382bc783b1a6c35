"""Proving the journal: every line's hash, every chain of versions, every record against what its lines say.

And looking for orphans, since there are no foreign keys that would not let them come to be.
"""

from collections.abc import Callable, Generator, Iterable, Iterator, Mapping
from contextlib import closing
from dataclasses import dataclass, field
from itertools import groupby
from operator import attrgetter
from typing import Any

from sqlalchemy import Result, Row, func, select
from sqlalchemy.orm import Session, aliased

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.attendance import RollCall
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.contacts import FileContent, Photo
from commandcenter.domain.inspection import CaseCheck, Sample
from commandcenter.domain.journal import JournalLine, chain_hash
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, fields
from commandcenter.domain.rulings import Directive
from commandcenter.domain.shifts import RosterEntry
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import N_, translate
from commandcenter.storage.journaling import UNTOLD, canonical
from commandcenter.storage.schema.tables import record_types

_AT_ONCE = 2_000

FORGED = N_("line {version} of {kind} {key} does not carry its own hash: it was changed after it was written")
UNCHAINED = N_("line {version} of {kind} {key} does not follow the line before it")
MISSING = N_("the lines of {kind} {key} do not count up to {version}: one is missing")
UNJOURNALLED = N_("{kind} {key} stands in the database without a line in the journal")
LOST = N_("{kind} {key} has lines in the journal but does not stand in the database")
STRAYED = N_("{kind} {key} is not what its lines say: {fields}")
ORPHANED = N_("{kind} {key}: its {field} names a {target} that is not there: {missing}")
STRANGE = N_("the journal speaks of {kind}, which this program does not know")


@dataclass(frozen=True, slots=True)
class Broken:
    """A place where journal and records, or two records, do not agree."""

    message: str
    params: dict[str, object] = field(default_factory=dict)

    def __str__(self) -> str:
        return translate(self.message, **self.params)


def first_broken(session: Session, progress: Callable[[float], None] = lambda _share: None) -> Broken | None:
    """The first break of all; None when everything holds."""
    with closing(every_broken(session, progress)) as found:
        return next(found, None)


def every_broken(
    session: Session, progress: Callable[[float], None] = lambda _share: None
) -> Generator[Broken, None, None]:
    """Read the whole journal and every record, in bounded memory: the first break of each record that has one.

    ``progress`` is told now and then how much of the journal has been read, 0 to 1.
    """
    total = session.scalar(select(func.count()).select_from(JournalLine)) or 1
    with closing(_all_broken(session, lambda lines: progress(lines / total))) as found:
        for _record, breaks in groupby(found, key=lambda one: (one.params["kind"], one.params.get("key"))):
            yield next(breaks)


_NAMED: Mapping[str, type[Record]] = {
    **dict.fromkeys(("case_id", "other_id", "merged_into_id", "previous_id"), Case),
    **dict.fromkeys(("assignment_id", "lead_id"), Assignment),
    "complaint_id": Complaint, "complainant_id": Complainant, "squad_id": Squad, "workstation_id": Workstation,
    "matter_id": Matter, "directive_id": Directive, "sample_id": Sample, "case_check_id": CaseCheck,
    **dict.fromkeys(("entry_id", "other_entry_id"), RosterEntry), "roll_call_id": RollCall,
    **dict.fromkeys(("person_id", "owner_id", "officer_id", "author_id", "finder_id", "visitor_id"), Person),
    "other_person_id": Person,
}  # fmt: skip


def named_by(column: str) -> type[Record]:
    """The kind of record that a column of that name holds the key of. LookupError where nobody has said."""
    return Person if column.endswith("_by_id") else _NAMED[column]


def orphans(session: Session) -> Iterator[Broken]:
    """Every key that a record holds of one that is not there, and every photo whose file is not."""
    for kind in record_types().values():
        for column in (name for name in fields(kind) if name.endswith("_id")):
            target = aliased(named_by(column))
            yield from _without(session, kind, column, named_by(column).kind(), target, target.id)
    yield from _without(session, Photo, "sha256", "file", FileContent, FileContent.sha256)


def _without(session: Session, kind: type[Record], column: str, target: str, other: Any, key: Any) -> Iterator[Broken]:
    """The records of a kind whose ``column`` is no ``key`` of the other table."""
    held = getattr(kind, column)
    lone = select(kind.id, held).outerjoin(other, held == key).where(held.is_not(None), key.is_(None))
    for found, missing in session.execute(lone.order_by(kind.id)):
        said = {"kind": kind.kind(), "key": found, "field": column, "target": target, "missing": missing}
        yield Broken(ORPHANED, said)


def _all_broken(session: Session, read: Callable[[int], None]) -> Generator[Broken, None, None]:
    known = record_types()
    for kind in session.scalars(select(JournalLine.kind).distinct().order_by(JournalLine.kind)):
        if kind not in known:
            yield Broken(STRANGE, {"kind": kind})
    counted = _Counted(read)
    for record_type in known.values():
        yield from _of_kind(session, record_type, counted)


def _of_kind(session: Session, record_type: type[Record], counted: "_Counted") -> Iterator[Broken]:
    columns = [getattr(record_type, name) for name in fields(record_type)]
    standing = select(*columns).order_by(record_type.id).execution_options(yield_per=_AT_ONCE)
    # Two streams in the order of the keys, closed also when nobody wants to hear more.
    with session.execute(standing) as rows, _lines(session, record_type.kind()) as lines:
        yield from _compared(record_type, iter(rows), counted.through(lines))


class _Counted:
    """Counts lines that are read by somebody else."""

    def __init__(self, read: Callable[[int], None]) -> None:
        self._read = read
        self._lines = 0

    def through(self, lines: Iterable[Row[Any]]) -> Iterator[Row[Any]]:
        """The same lines, counted."""
        for line in lines:
            self._lines += 1
            if not self._lines % _AT_ONCE:
                self._read(self._lines)
            yield line


def _compared(record_type: type[Record], rows: Iterator[Row[Any]], all_lines: Iterable[Row[Any]]) -> Iterator[Broken]:
    row = next(rows, None)
    for key, lines in groupby(all_lines, key=attrgetter("key")):
        while row is not None and row.id < key:
            yield Broken(UNJOURNALLED, {"kind": record_type.kind(), "key": row.id})
            row = next(rows, None)
        said = _Said(record_type.kind(), key)
        yield from said.follow(lines)
        if row is None or row.id != key:
            yield Broken(LOST, {"kind": record_type.kind(), "key": key})
        else:
            yield from said.against(record_type, row)
            row = next(rows, None)
    for left in (row, *rows) if row is not None else ():
        yield Broken(UNJOURNALLED, {"kind": record_type.kind(), "key": left.id})


def _lines(session: Session, kind: str) -> Result[Any]:
    return session.execute(
        select(JournalLine.__table__)
        .where(JournalLine.kind == kind)
        .order_by(JournalLine.key, JournalLine.version)
        .execution_options(yield_per=_AT_ONCE)
    )


@dataclass
class _Said:
    """What the lines of one record add up to."""

    kind: str
    key: Key
    version: int = 0
    hash: str = ""
    values: dict[str, Any] = field(default_factory=dict)

    def follow(self, lines: Iterable[Row[Any]]) -> Iterator[Broken]:
        """Go through the lines in their order."""
        for line in lines:
            self.version += 1
            if line.version != self.version:
                yield self._broken(MISSING, version=line.version)
            elif line.previous_hash != self.hash:
                yield self._broken(UNCHAINED, version=line.version)
            elif chain_hash(line.previous_hash, line._asdict()) != line.hash:
                yield self._broken(FORGED, version=line.version)
            self.version, self.hash = line.version, line.hash
            self.values |= {name: after for name, (_before, after) in line.changes.items()}

    def against(self, record_type: type[Record], row: Row[Any]) -> Iterator[Broken]:
        """Compare with the record as it stands. What the journal hides is not compared."""
        if row.version != self.version:
            yield self._broken(MISSING, version=row.version)
            return
        told = (name for name in fields(record_type) if name not in UNTOLD and name not in record_type.personal)
        strayed = [name for name in told if canonical(getattr(row, name)) != self.values.get(name)]
        if strayed:
            yield self._broken(STRAYED, fields=", ".join(strayed))

    def _broken(self, message: str, **more: object) -> Broken:
        return Broken(message, {"kind": self.kind, "key": self.key, **more})
