"""The journal's lines that the counted days have not taken into account, and the days they are about.

A line may change a figure of any day on which something of its case is counted: the days its moments were on before,
those they are on now, and those of others that look at it – a case that was solved once until the same was complained
of nearby, a complaint that is somebody's second once the first is known.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain
from typing import Any
from zoneinfo import ZoneInfo

from sqlalchemy import ColumnElement, Row, and_, func, null, or_, select, text
from sqlalchemy.orm import InstrumentedAttribute, Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, Promise
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.matters import Matter
from commandcenter.domain.record import Key
from commandcenter.domain.sealing import SEALING
from commandcenter.domain.tallies import TallyMark
from commandcenter.domain.units import District
from commandcenter.queries.figures.definitions import QUIET_DAYS, Figure

MOMENTS: dict[type[Any], tuple[InstrumentedAttribute[Any], ...]] = {
    Case: (Case.opened_at, Case.closed_at, Case.dispatched_at),
    Complaint: (Complaint.arrived_at, Complaint.settled_at, Complaint.visited_at),
    Assignment: (Assignment.contact_due_at, Assignment.resolve_due_at, Assignment.accepted_at, Assignment.contacted_at,
                 Assignment.resolved_at, Assignment.return_asked_at),
    Contact: (Contact.contacted_at,),
    Promise: (Promise.due_at, Promise.kept_at),
}  # fmt: skip
"""By which moments anything is counted, on which records."""
_BY_KIND = {kind.kind(): {moment.key for moment in moments} for kind, moments in MOMENTS.items()}
_KINDS = (*_BY_KIND, CaseLink.kind(), Matter.kind(), District.kind())
_AT_ONCE = 500
_FEW = 20
"""Complaints that are looked around one by one."""
_NEAR = 0.001
"""Degrees of latitude, of longitude twice: a little more than what counts as the same place."""
_SAME = frozenset({"matter_id", "lat", "lon", "arrived_at", "state", "complainant_id"})
"""What of a complaint others look at."""
_LOOKING = frozenset({Figure.SOLVED_ONCE, Figure.REPEAT_COMPLAINANTS})
"""The figures that look at other complaints than their own."""


@dataclass(slots=True)
class Unseen:
    """What those lines touch. ``everything``: more than days can say; ``seals``: a case was sealed, or opened again.

    Of ``days`` every figure; of others one figure alone, which looks at what has changed beside.
    """

    lines: int = 0
    days: set[dt.date] = field(default_factory=set)
    beside: dict[Figure, set[dt.date]] = field(default_factory=lambda: defaultdict(set))
    everything: bool = False
    seals: bool = False

    def of(self, figure: str) -> set[dt.date]:
        """The days on which that figure may have changed."""
        return self.days | self.beside[Figure(figure)] if figure in _LOOKING else self.days

    @property
    def every(self) -> set[dt.date]:
        """All days on which anything may have changed."""
        return self.days.union(*self.beside.values())


def unseen(session: Session, mark: TallyMark, most: int | None = None) -> Unseen:
    """What has come since the mark, as whoever asks may see it; of more than ``most`` lines: that it is everything."""
    found, zone = Unseen(), ZoneInfo(mark.zone)
    cases: set[Key] = set()
    complaints: set[Key] = set()
    looked_at: set[Key] = set()
    told: list[Row[Any]] = []
    for line in _lines(session, mark):
        found.lines += 1
        if most is not None and found.lines > most:
            return Unseen(found.lines, everything=True)
        found.everything |= _moves_everything(line)
        found.seals |= line.operation in SEALING
        found.days |= {at.astimezone(zone).date() for at in _moments_told(line)}
        if line.case_id:
            cases.add(line.case_id)
        if line.kind == Complaint.kind():
            complaints.add(line.key)
            if line.version == 1 or _SAME & line.changes.keys():
                looked_at.add(line.key)
                told.append(line)
        elif line.operation in SEALING:
            looked_at |= set(session.scalars(select(Complaint.id).where(Complaint.case_id == line.case_id)))
    if not found.everything:
        found.days |= _days(zone, _moments_of(session, cases, complaints))
        both = _looked_at(session, looked_at, [line for line in told if line.version > 1])
        found.beside[Figure.SOLVED_ONCE] |= _closed_nearby(session, zone, both)
        found.beside[Figure.REPEAT_COMPLAINANTS] |= _days(zone, _called_later(session, both))
    return found


def _lines(session: Session, mark: TallyMark) -> Iterable[Row[Any]]:
    return session.execute(
        select(JournalLine.kind, JournalLine.key, JournalLine.version, JournalLine.case_id, JournalLine.operation,
               JournalLine.changes)
        .where(_after(session, mark), JournalLine.kind.in_(_KINDS))
    )  # fmt: skip


def _after(session: Session, mark: TallyMark) -> ColumnElement[bool]:
    """Committed since: of a higher number, or of a lower one by a transaction that the mark had not seen.

    Taken twice a line does no harm, so where in doubt it is taken.
    """
    later = JournalLine.seq > mark.seq
    if session.get_bind().dialect.name == "sqlite":
        return later
    running = [int(xid) for xid in mark.running.split(",") if xid]
    late = or_(JournalLine.xid >= mark.next_xid, JournalLine.xid.in_(running))
    return or_(later, and_(JournalLine.seq > mark.restored, late))


def _moves_everything(line: Row[Any]) -> bool:
    """A matter went to another domain, or the district's clocks to another zone."""
    if line.kind == Matter.kind():
        return line.version > 1 and "domain" in line.changes
    return bool(line.kind == District.kind() and line.version > 1 and "timezone" in line.changes)


def _moments_told(line: Row[Any]) -> Iterator[dt.datetime]:
    """Before and after, of what a line itself says."""
    for name in _BY_KIND.get(line.kind, set()) & line.changes.keys():
        yield from (dt.datetime.fromisoformat(at) for at in line.changes[name] if at)


def _days(zone: ZoneInfo, moments: Iterable[dt.datetime]) -> set[dt.date]:
    return {at.astimezone(zone).date() for at in moments}


def _moments_of(session: Session, cases: Collection[Key], complaints: Collection[Key]) -> Iterator[dt.datetime]:
    """By which anything of these cases, and of these complaints without one, is counted now."""
    for kind, moments in MOMENTS.items():
        hangs_on = Case.id if kind is Case else kind.case_id
        for some in _pieces(cases):
            yield from _each(session.execute(select(*moments).where(hangs_on.in_(some))))
    for some in _pieces(complaints):
        yield from _each(session.execute(select(*MOMENTS[Complaint]).where(Complaint.id.in_(some))))


def _looked_at(session: Session, complaints: Collection[Key], told: Sequence[Row[Any]]) -> list[dict[str, Any]]:
    """What others look at of these complaints, as it is and as it was."""
    now: dict[Key, dict[str, Any]] = {}
    for some in _pieces(complaints):
        for row in session.execute(select(*_LOOKED_AT).where(Complaint.id.in_(some))):
            now[row.id] = dict(row._mapping)
    were = [now.get(line.key, {}) | _before(line) for line in told]
    return [one for one in (*now.values(), *were) if one.get("arrived_at") is not None]


_LOOKED_AT = (
    Complaint.id, Complaint.matter_id, Complaint.lat, Complaint.lon, Complaint.arrived_at, Complaint.complainant_id,
)  # fmt: skip


def _before(line: Row[Any]) -> dict[str, Any]:
    return {
        name: dt.datetime.fromisoformat(was) if was and name == "arrived_at" else was
        for name, (was, _is) in line.changes.items() if name in _SAME
    }  # fmt: skip


def _closed_nearby(session: Session, zone: ZoneInfo, complaints: Sequence[dict[str, Any]]) -> set[dt.date]:
    """On which days cases were closed of which these complaints may be the same again."""
    placed = [one for one in complaints if one.get("matter_id") and None not in {one.get("lat"), one.get("lon")}]
    if len(placed) > _FEW:
        return _nearby_all(session, zone, placed)
    return _days(zone, chain.from_iterable(_nearby_one(session, one) for one in placed))


def _nearby_one(session: Session, complaint: dict[str, Any]) -> Iterator[dt.datetime]:
    at, lat, lon = complaint["arrived_at"], complaint["lat"], complaint["lon"]
    # By the place: a month has more cases of all places than a place of all years.
    closed_at, matter_id = func.coalesce(Case.closed_at, null()), func.coalesce(Case.matter_id, null())
    yield from _each(session.execute(select(Case.closed_at).where(
        Case.lat.between(lat - _NEAR, lat + _NEAR), Case.lon.between(lon - 2 * _NEAR, lon + 2 * _NEAR),
        matter_id == complaint["matter_id"], closed_at < at, closed_at >= at - dt.timedelta(days=QUIET_DAYS),
    )))  # fmt: skip


def _nearby_all(session: Session, zone: ZoneInfo, complaints: Sequence[dict[str, Any]]) -> set[dt.date]:
    """The same for many at once: month by month of their arrival, what was closed in that time is read one time."""
    months: dict[tuple[int, int], list[dict[str, Any]]] = defaultdict(list)
    for one in complaints:
        months[one["arrived_at"].year, one["arrived_at"].month].append(one)
    found: set[dt.date] = set()
    for some in months.values():
        first, last = min(one["arrived_at"] for one in some), max(one["arrived_at"] for one in some)
        days: dict[_Spot, set[dt.date]] = defaultdict(set)
        closed = select(Case.closed_at, Case.matter_id, Case.lat, Case.lon).where(
            Case.closed_at >= first - dt.timedelta(days=QUIET_DAYS), Case.closed_at < last
        )
        for at, matter_id, lat, lon in session.execute(closed):
            if at is not None and lat is not None and lon is not None:
                days[_spot(matter_id, lat, lon)].add(at.astimezone(zone).date())
        for spot in {_spot(one["matter_id"], one["lat"], one["lon"]) for one in some}:
            found.update(*(days.get(beside, ()) for beside in _around(spot)))
    return found


_Spot = tuple[Key | None, int, int]
"""A matter, and a field of a grid."""


def _spot(matter_id: Key | None, lat: float, lon: float) -> _Spot:
    return matter_id, int(lat // _NEAR), int(lon // (2 * _NEAR))


def _around(spot: _Spot) -> Iterator[_Spot]:
    matter_id, lat, lon = spot
    return ((matter_id, lat + north, lon + east) for north in (-1, 0, 1) for east in (-1, 0, 1))


def _called_later(session: Session, complaints: Sequence[dict[str, Any]]) -> Iterator[dt.datetime]:
    first: dict[Key, dt.datetime] = {}
    for one in complaints:
        if caller := one.get("complainant_id"):
            first[caller] = min(one["arrived_at"], first.get(caller, one["arrived_at"]))
    for some in _pieces(first):
        since = min(first[caller] for caller in some)
        later = select(Complaint.complainant_id, Complaint.arrived_at).where(
            Complaint.complainant_id.in_(some), Complaint.arrived_at >= since)  # fmt: skip
        # More than are needed, where others of them called in between: a day counted again is no harm.
        yield from (row.arrived_at for row in session.execute(later) if row.arrived_at >= first[row.complainant_id])


def _each(rows: Iterable[Row[Any]]) -> Iterator[dt.datetime]:
    return (at for row in rows for at in row if at is not None)


def _pieces(keys: Collection[Key]) -> Iterator[list[Key]]:
    every = sorted(keys)
    return (every[begin : begin + _AT_ONCE] for begin in range(0, len(every), _AT_ONCE))


# ---------------------------------------------------------------------------------------------------- the position


@dataclass(frozen=True, slots=True)
class Position:
    """Where the journal stands in what this transaction sees."""

    seq: int
    next_xid: int = 0
    running: str = ""
    restored: int = 0


def position(session: Session) -> Position:
    """Taken in the one snapshot in which the days are counted too."""
    seq = session.scalar(select(func.coalesce(func.max(JournalLine.seq), 0))) or 0
    if session.get_bind().dialect.name == "sqlite":
        return Position(seq)
    _xmin, xmax, running = str(session.scalar(text("SELECT pg_current_snapshot()::text"))).split(":")
    ahead = select(func.coalesce(func.max(JournalLine.seq), 0)).where(JournalLine.xid >= int(xmax))
    return Position(seq, int(xmax), running, session.scalar(ahead) or 0)


