"""What we know already while a complaint is being typed: the caller's history and likely duplicates.

Shown by themselves and quickly: a few short questions to indexes, then a comparison of what little came back.
Source of the rule: DOMAIN section 3 – same phone, or same place and similar words, open or closed within 90 days.

Only what a comparison needs is read of the many that may be alike; whole records are read of the few shown.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, func, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import ENDED, Case
from commandcenter.domain.complaints import WAITING_FOR_END, Complaint
from commandcenter.domain.identity import phone_digits
from commandcenter.domain.places import distance, metres_per_degree
from commandcenter.domain.record import Key
from commandcenter.domain.search import candidates
from commandcenter.domain.words import likeness, tokens
from commandcenter.queries.callers import caller
from commandcenter.queries.rarity import telling

MOST = 20
_LIKE_ENOUGH = 0.22
_VERY_LIKE = 0.5
_NEAR_AND_ALIKE = 0.12
_AROUND = 10
"""So many times the distance of the same place, words must be very like; further away it is another thing."""
_OF_CALLER, _OF_PLACE, _OF_WORDS = 60, 150, 100
"""How many are compared at most, the newest of each kind."""
_ENOUGH = 20
"""Where fewer share so many telling words, those that share fewer are compared too."""
_SHORTEST_NUMBER = 5
"""Digits from which on a telephone number is looked for while it is being typed."""


Told = Row[Key, str, float | None, float | None, dt.datetime, str, Key | None]
"""What a comparison needs of a complaint: key, words, place, arrival, state, case."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier complaint that may be about the same thing, and why it is shown."""

    complaint: Complaint
    likeness: float
    """0 to 1: how alike the words are."""
    metres: float | None
    """How far apart the places are; None where either is unknown."""
    same_caller: bool


@dataclass(frozen=True, slots=True)
class Known:
    """What we know: earlier complaints of the caller, and likely duplicates. Totals say what is left out."""

    caller: tuple[Complaint, ...] = ()
    caller_total: int = 0
    alike: tuple[Likeness, ...] = ()
    alike_total: int = 0
    """Of those that were compared: the newest that share place, caller or telling words."""
    cases: Mapping[Key, Case] = field(default_factory=lambda: MappingProxyType({}))
    """The cases that the complaints shown hang on, by key."""


@dataclass(frozen=True, slots=True)
class _Judged:
    """One that was compared."""

    told: Told
    likeness: float
    metres: float | None
    same_caller: bool

    @property
    def weight(self) -> float:
        """What the list is sorted by: alike, near and the same caller."""
        near = 0.0 if self.metres is None else max(0.0, 1.0 - self.metres / 1000.0)
        return self.likeness + 0.5 * near + (0.4 if self.same_caller else 0.0)


def known(
    session: Session,
    *,
    words: str,
    phone: str = "",
    point: tuple[float, float] | None = None,
    now: dt.datetime,
    days: int = 90,
    metres: float = 100.0,
    but_not: Key | None = None,
    caller_of: Key | None = None,
) -> Known:
    """Everything worth knowing about what has been typed so far. Aware UTC, metres, WGS-84 degrees.

    ``caller_of`` is a complaint whose caller is meant where no ``phone`` is typed: an identity that is masked
    on the screen still has its history.
    """
    since = now - dt.timedelta(days=days)
    citizen = _citizen(session, phone, caller_of)
    read = _OF_CALLER if words else MOST + 1  # where nothing was said yet, nothing is compared
    caller = [told for told in _of_caller(session, citizen, read) if told.id != but_not]
    around, worded = _near(session, point, metres, since), _worded(session, words, since)
    found = {told.id: told for told in (*around, *worded, *caller) if told.id != but_not}
    alike = _judged(found.values(), words, point, {told.id for told in caller}, metres)
    alike = _of_today(session, alike, since)
    alike.sort(key=lambda judged: -judged.weight)
    shown, mine = alike[:MOST], caller[:MOST]
    whole = _by_key(session, Complaint, {j.told.id for j in shown} | {told.id for told in mine})
    return Known(
        caller=tuple(whole[told.id] for told in mine),
        caller_total=_caller_total(session, citizen, but_not) if len(caller) >= read - 1 else len(caller),
        alike=tuple(Likeness(whole[j.told.id], j.likeness, j.metres, j.same_caller) for j in shown),
        alike_total=len(alike),
        cases=_by_key(session, Case, {c.case_id for c in whole.values() if c.case_id}),
    )


def _by_key(session: Session, kind: Any, keys: Iterable[Key]) -> dict[Key, Any]:
    wanted = list(keys)
    return {row.id: row for row in session.scalars(select(kind).where(kind.id.in_(wanted)))} if wanted else {}


def _told() -> Select[Key, str, float | None, float | None, dt.datetime, str, Key | None]:
    return select(
        Complaint.id, Complaint.words, Complaint.lon, Complaint.lat, Complaint.arrived_at, Complaint.state,
        Complaint.case_id,
    )  # fmt: skip


# ------------------------------------------------------------------------------------------------ who may be alike


def _citizen(session: Session, phone: str, caller_of: Key | None) -> Key | None:
    digits = phone_digits(phone)
    if len(digits) >= _SHORTEST_NUMBER:
        return caller(session, digits)
    if caller_of is not None and not digits:
        return session.scalar(select(Complaint.complainant_id).where(Complaint.id == caller_of))
    return None


def _of_caller(session: Session, citizen: Key | None, most: int) -> Sequence[Told]:
    if citizen is None:
        return ()
    mine = _told().where(Complaint.complainant_id == citizen)
    return session.execute(mine.order_by(Complaint.arrived_at.desc()).limit(most)).all()


def _caller_total(session: Session, citizen: Key | None, but_not: Key | None) -> int:
    """How many in all, where more are there than were looked through; counted in the index alone."""
    theirs = select(func.count()).select_from(Complaint).where(Complaint.complainant_id == citizen)
    counted = session.scalar(theirs) or 0
    itself = session.scalar(select(Complaint.complainant_id).where(Complaint.id == but_not)) if but_not else None
    return counted - (itself is not None and itself == citizen)


def _near(
    session: Session, point: tuple[float, float] | None, metres: float, since: dt.datetime
) -> Sequence[Told]:
    if point is None:
        return ()
    lon, lat = point
    east, north = metres_per_degree(lat)
    there = _told().where(
        Complaint.lat.between(lat - metres / north, lat + metres / north),
        Complaint.lon.between(lon - metres / east, lon + metres / east),
        _may_be_of_today(since),
    )
    return session.execute(there.order_by(Complaint.arrived_at.desc()).limit(_OF_PLACE)).all()


def _worded(session: Session, words: str, since: dt.datetime) -> Sequence[Told]:
    """Those that share the rarest words: first who shares three of them, then two, then one."""
    sought = telling(session, words)
    keys: dict[Key, None] = {}
    for together in (3, 2, 1):
        if len(keys) < _ENOUGH:
            keys |= dict.fromkeys(candidates(
                session, Complaint.kind(), sought, _OF_WORDS, together=together, born_since=_born(since)
            ))  # fmt: skip
    if not keys:
        return ()
    return session.execute(_told().where(Complaint.id.in_(list(keys)[:_OF_WORDS]))).all()


def _may_be_of_today(since: dt.datetime) -> ColumnElement[bool]:
    """Whether its case may still be open or have ended since: few cases last longer than the time looked back."""
    return (Complaint.arrived_at >= _long_before(since)) | Complaint.state.in_([str(s) for s in WAITING_FOR_END])


def _long_before(since: dt.datetime) -> dt.datetime:
    return since - dt.timedelta(days=90)


def _born(since: dt.datetime) -> Key:
    """The least key that a record born then can have: a UUIDv7 begins with the milliseconds."""
    digits = f"{int(_long_before(since).timestamp() * 1000):012x}"
    return f"{digits[:8]}-{digits[8:]}-7000-8000-000000000000"


# ------------------------------------------------------------------------------------------------ who is alike


def _judged(
    found: Iterable[Told], words: str, point: tuple[float, float] | None, callers: set[Key], metres: float
) -> list[_Judged]:
    own = frozenset(tokens(words))
    judged = (_judge(told, own, point, told.id in callers) for told in found)
    return [j for j in judged if _worth_showing(j, metres)]


def _judge(told: Told, own: frozenset[str], point: tuple[float, float] | None, same_caller: bool) -> _Judged:
    known_place = point is not None and told.lon is not None and told.lat is not None
    apart = distance(point, (told.lon, told.lat)) if known_place and point is not None else None
    return _Judged(told, likeness(own, frozenset(tokens(told.words))), apart, same_caller)


def _worth_showing(judged: _Judged, metres: float) -> bool:
    near = judged.metres is not None and judged.metres <= metres
    if judged.same_caller or near:
        return judged.likeness >= _NEAR_AND_ALIKE
    if judged.metres is None:
        return judged.likeness >= _LIKE_ENOUGH
    return judged.likeness >= _VERY_LIKE and judged.metres <= _AROUND * metres


def _of_today(session: Session, judged: list[_Judged], since: dt.datetime) -> list[_Judged]:
    """Those that are still open or ended since."""
    keys = {j.told.case_id for j in judged if j.told.case_id}
    asked = select(Case.id, Case.state, Case.closed_at).where(Case.id.in_(keys))
    cases = {case.id: case for case in session.execute(asked)} if keys else {}

    def lately(told: Told) -> bool:
        case = cases.get(told.case_id)
        if case is not None:
            return case.state not in ENDED or (case.closed_at or told.arrived_at) >= since
        return told.state in WAITING_FOR_END or told.arrived_at >= since

    return [j for j in judged if lately(j.told)]
