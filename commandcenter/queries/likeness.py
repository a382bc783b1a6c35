"""What we know already while a complaint is being typed: the caller's history and likely duplicates.

Shown by themselves and quickly: two short questions to indexes, then a comparison of what little came back.
Source of the rule: DOMAIN section 3 – same phone, or same place and similar words, within 90 days.
"""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.identity import phone_digits
from commandcenter.domain.places import distance, metres_per_degree
from commandcenter.domain.record import Key
from commandcenter.domain.search import candidates
from commandcenter.domain.words import keywords, likeness, tokens

MOST = 20
_LIKE_ENOUGH = 0.22
_VERY_LIKE = 0.5
_NEAR_AND_ALIKE = 0.12
_LOOKED_THROUGH = 200


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
) -> Known:
    """Everything worth knowing about what has been typed so far. Aware UTC, metres, WGS-84 degrees."""
    caller = [c for c in _of_caller(session, phone) if c.id != but_not]
    since = now - dt.timedelta(days=days)
    found = {c.id: c for c in caller if c.arrived_at >= since}
    for complaint in (*_near(session, point, since, metres), *_worded(session, words, since)):
        if complaint.id != but_not:
            found[complaint.id] = complaint
    own = frozenset(tokens(words))
    callers = {c.id for c in caller}
    judged = [_judge(c, own, point, c.id in callers) for c in found.values()]
    alike = sorted((j for j in judged if _worth_showing(j, metres)), key=lambda j: -j.weight)
    return Known(tuple(caller[:MOST]), len(caller), tuple(alike[:MOST]), len(alike))


def _of_caller(session: Session, phone: str) -> Sequence[Complaint]:
    digits = phone_digits(phone)
    if len(digits) < 5:
        return ()
    return session.scalars(
        select(Complaint)
        .join(Complainant, Complainant.id == Complaint.complainant_id)
        .where(Complainant.phone == digits)
        .order_by(Complaint.arrived_at.desc())
        .limit(_LOOKED_THROUGH)
    ).all()


def _near(
    session: Session, point: tuple[float, float] | None, since: dt.datetime, metres: float
) -> Sequence[Complaint]:
    if point is None:
        return ()
    lon, lat = point
    east, north = metres_per_degree(lat)
    return session.scalars(
        select(Complaint)
        .where(
            Complaint.lat.between(lat - metres / north, lat + metres / north),
            Complaint.lon.between(lon - metres / east, lon + metres / east),
            Complaint.arrived_at >= since,
        )
        .order_by(Complaint.arrived_at.desc())
        .limit(_LOOKED_THROUGH)
    ).all()


def _worded(session: Session, words: str, since: dt.datetime) -> Sequence[Complaint]:
    telling = keywords(words, 6)
    if not telling:
        return ()
    keys = candidates(session, Complaint.kind(), telling, limit=_LOOKED_THROUGH)
    if not keys:
        return ()
    return session.scalars(
        select(Complaint).where(Complaint.id.in_(keys), Complaint.arrived_at >= since)
    ).all()


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
    return judged.likeness >= (_LIKE_ENOUGH if judged.metres is None else _VERY_LIKE)
