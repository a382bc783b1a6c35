"""What we know already while a complaint is being typed: the caller's history and likely duplicates.

Shown by themselves and quickly: a few short questions to indexes, then a comparison of what little came back.
Source of the rule: DOMAIN section 3 – same phone, or same place and similar words, open or closed within 90 days.
"""

import datetime as dt
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from types import MappingProxyType

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import WAITING_FOR_END, Complainant, Complaint
from commandcenter.domain.identity import phone_digits
from commandcenter.domain.places import distance, metres_per_degree
from commandcenter.domain.record import Key
from commandcenter.domain.search import candidates
from commandcenter.domain.words import keywords, likeness, tokens

MOST = 20
_LIKE_ENOUGH = 0.22
_VERY_LIKE = 0.5
_NEAR_AND_ALIKE = 0.12
_AROUND = 10
"""So many times the distance of the same place, words must be very like; further away it is another thing."""
_LOOKED_THROUGH = 200
_SHORTEST_NUMBER = 5
"""Digits from which on a telephone number is looked for while it is being typed."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """An earlier complaint that may be about the same thing, and why it is shown."""

    complaint: Complaint
    likeness: float
    """0 to 1: how alike the words are."""
    metres: float | None
    """How far apart the places are; None where either is unknown."""
    same_caller: bool

    @property
    def weight(self) -> float:
        """What the list is sorted by: alike, near and the same caller."""
        near = 0.0 if self.metres is None else max(0.0, 1.0 - self.metres / 1000.0)
        return self.likeness + 0.5 * near + (0.4 if self.same_caller else 0.0)


@dataclass(frozen=True, slots=True)
class Known:
    """What we know: earlier complaints of the caller, and likely duplicates. Totals say what is left out."""

    caller: tuple[Complaint, ...] = ()
    caller_total: int = 0
    alike: tuple[Likeness, ...] = ()
    alike_total: int = 0
    cases: Mapping[Key, Case] = field(default_factory=lambda: MappingProxyType({}))
    """The cases that the complaints shown hang on, by key."""


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
    caller = [c for c in _of_caller(session, citizen) if c.id != but_not]
    found = {c.id: c for c in caller}
    for complaint in (*_near(session, point, metres), *_worded(session, words)):
        if complaint.id != but_not:
            found[complaint.id] = complaint
    own = frozenset(tokens(words))
    callers = {c.id for c in caller}
    judged = [j for c in found.values() if _worth_showing(j := _judge(c, own, point, c.id in callers), metres)]
    cases = _cases(session, [j.complaint for j in judged] + caller[:MOST])
    alike = [j for j in judged if _of_today(j.complaint, cases.get(j.complaint.case_id or ""), since)]
    alike.sort(key=lambda j: -j.weight)
    total = _caller_total(session, citizen, but_not) if len(caller) >= _LOOKED_THROUGH else len(caller)
    shown = [j.complaint for j in alike[:MOST]] + caller[:MOST]
    return Known(
        tuple(caller[:MOST]), total, tuple(alike[:MOST]), len(alike),
        {key: case for c in shown if (key := c.case_id) and (case := cases.get(key)) is not None},
    )  # fmt: skip


def _of_today(complaint: Complaint, case: Case | None, since: dt.datetime) -> bool:
    """Whether it is still open or ended lately."""
    if case is not None:
        return not case.ended or (case.closed_at or complaint.arrived_at) >= since
    return complaint.state in WAITING_FOR_END or complaint.arrived_at >= since


def _cases(session: Session, complaints: Iterable[Complaint]) -> dict[Key, Case]:
    keys = {c.case_id for c in complaints if c.case_id}
    return {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(keys)))} if keys else {}


# ------------------------------------------------------------------------------------------------ the caller


def _citizen(session: Session, phone: str, caller_of: Key | None) -> Key | None:
    digits = phone_digits(phone)
    if len(digits) >= _SHORTEST_NUMBER:
        return session.scalar(select(Complainant.id).where(Complainant.phone == digits))
    if caller_of is not None and not digits:
        return session.scalar(select(Complaint.complainant_id).where(Complaint.id == caller_of))
    return None


def _of_caller(session: Session, citizen: Key | None) -> Sequence[Complaint]:
    if citizen is None:
        return ()
    return session.scalars(
        select(Complaint)
        .where(Complaint.complainant_id == citizen)
        .order_by(Complaint.arrived_at.desc())
        .limit(_LOOKED_THROUGH)
    ).all()


def _caller_total(session: Session, citizen: Key | None, but_not: Key | None) -> int:
    """How many in all, where more are there than were looked through."""
    counted = select(func.count()).where(Complaint.complainant_id == citizen, Complaint.id != (but_not or ""))
    return session.scalar(counted) or 0


# ------------------------------------------------------------------------------------------------ duplicates


def _near(session: Session, point: tuple[float, float] | None, metres: float) -> Sequence[Complaint]:
    if point is None:
        return ()
    lon, lat = point
    east, north = metres_per_degree(lat)
    return session.scalars(
        select(Complaint)
        .where(
            Complaint.lat.between(lat - metres / north, lat + metres / north),
            Complaint.lon.between(lon - metres / east, lon + metres / east),
        )
        .order_by(Complaint.arrived_at.desc())
        .limit(_LOOKED_THROUGH)
    ).all()


def _worded(session: Session, words: str) -> Sequence[Complaint]:
    telling = keywords(words, 6)
    if not telling:
        return ()
    keys = candidates(session, Complaint.kind(), telling, limit=_LOOKED_THROUGH)
    return session.scalars(select(Complaint).where(Complaint.id.in_(keys))).all() if keys else ()


def _judge(
    complaint: Complaint, own: frozenset[str], point: tuple[float, float] | None, same_caller: bool
) -> Likeness:
    there = complaint.point
    apart = distance(point, there) if point is not None and there is not None else None
    return Likeness(complaint, likeness(own, frozenset(tokens(complaint.words))), apart, same_caller)


def _worth_showing(judged: Likeness, metres: float) -> bool:
    near = judged.metres is not None and judged.metres <= metres
    if judged.same_caller or near:
        return judged.likeness >= _NEAR_AND_ALIKE
    if judged.metres is None:
        return judged.likeness >= _LIKE_ENOUGH
    return judged.likeness >= _VERY_LIKE and judged.metres <= _AROUND * metres
