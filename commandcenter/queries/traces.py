"""What the books know of open cases beyond the picture, for the signs: once of all, then of those that changed."""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from typing import Any

from sqlalchemy import ColumnElement, Select, func, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import NOT_ENDED, Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Contact, ContactMeans, ContactOutcome, Note, Photo, Promise, PromiseState
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.nearness import Heard
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Request
from commandcenter.domain.signs import Bare, DismissedSign, Traces

BY_SQUADS = ("progress", "joint")
"""The notes that squads write."""
SHORTEST_S = 60
"""A call that lasted so long is evidence enough whatever the rule: it need not be brought."""


@dataclass
class _Gathered:
    heard_at: list[dt.datetime] = field(default_factory=list)
    hand_overs: int = 0
    broken: int = 0
    reached: list[Bare] = field(default_factory=list)
    shown_by: set[Key] = field(default_factory=set)
    taken_at: list[tuple[float, float]] = field(default_factory=list)
    dismissed: dict[str, str] = field(default_factory=dict)


def traces(session: Session, cases: Collection[Key] | None = None) -> list[Traces]:
    """The traces of these cases, or of every open one; a case without any is among them only where it was named."""
    wanted = select(Case.id).where(NOT_ENDED) if cases is None else list(cases)
    found: dict[Key, _Gathered] = defaultdict(_Gathered)
    for key in cases or ():
        found[key] = _Gathered()

    def of(column: Any) -> ColumnElement[bool]:
        return column.in_(wanted)  # type: ignore[no-any-return]

    for question in _heard(of):
        for key, at in session.execute(question):
            found[key].heard_at.append(at)
    handed = select(JournalLine.case_id, func.count()).where(
        of(JournalLine.case_id), JournalLine.operation == "hand_over", JournalLine.kind == Assignment.kind()
    )
    for case, n in session.execute(handed.group_by(JournalLine.case_id)):
        found[case or ""].hand_overs = n
    broken = select(Promise.case_id, func.count()).where(of(Promise.case_id), Promise.state == str(PromiseState.BROKEN))
    for key, n in session.execute(broken.group_by(Promise.case_id)):
        found[key].broken = n
    _evidence(session, of, found)
    put_aside = select(DismissedSign.case_id, DismissedSign.sign, DismissedSign.mark).where(of(DismissedSign.case_id))
    for key, sign, mark in session.execute(put_aside.order_by(DismissedSign.id)):
        found[key].dismissed[sign] = mark
    return [_trace(key, one) for key, one in found.items()]


def _heard(of: Any) -> Iterable[Select[Key, dt.datetime]]:
    """When squads last said, showed, asked or did something, each kind by itself."""
    own = (Note.sort.in_(BY_SQUADS),)
    for case_id, at, where in (
        (Note.case_id, Note.written_at, own), (Contact.case_id, Contact.contacted_at, ()),
        (Photo.case_id, Photo.attached_at, (Photo.directive_id.is_(None),)), (Request.case_id, Request.asked_at, ()),
        (Promise.case_id, Promise.promised_at, ()),
    ):  # fmt: skip
        yield select(case_id, func.max(at)).where(of(case_id), *where).group_by(case_id)


def _evidence(session: Session, of: Any, found: dict[Key, _Gathered]) -> None:
    bare = (
        ((Contact.means == str(ContactMeans.CALL)) & (Contact.duration_s < SHORTEST_S))
        | (Contact.means == str(ContactMeans.VISIT))
    )  # fmt: skip
    reached = select(Contact.case_id, Contact.assignment_id, Contact.means, Contact.duration_s).where(
        of(Contact.case_id), Contact.outcome == str(ContactOutcome.REACHED), bare
    )
    for key, work, means, lasted in session.execute(reached.order_by(Contact.id)):
        found[key].reached.append(Bare(work, lasted if means == ContactMeans.CALL else None))
    shown = select(Photo.case_id, Photo.assignment_id, Photo.lon, Photo.lat).where(
        of(Photo.case_id), Photo.directive_id.is_(None)
    )
    for photo_of, taken_by, lon, lat in session.execute(shown.order_by(Photo.id)):
        if taken_by:
            found[photo_of].shown_by.add(taken_by)
        if lon is not None and lat is not None:
            found[photo_of].taken_at.append((lon, lat))


def _trace(key: Key, one: _Gathered) -> Traces:
    return Traces(
        key, max(one.heard_at, default=None), one.hand_overs, one.broken, tuple(one.reached), frozenset(one.shown_by),
        tuple(one.taken_at), one.dismissed,
    )  # fmt: skip


def heard_since(session: Session, since: dt.datetime) -> list[Heard]:
    """The complaints that arrived since then and have a matter and a point, whatever became of their cases."""
    asked = select(
        Complaint.id, func.coalesce(Case.matter_id, Complaint.matter_id), Complaint.lon, Complaint.lat,
        Complaint.arrived_at, Complaint.case_id,
    ).outerjoin(Case, Case.id == Complaint.case_id).where(
        Complaint.arrived_at >= since, Complaint.lon.is_not(None), Complaint.lat.is_not(None),
        Complaint.state != str(ComplaintState.DECLINED),
    )  # fmt: skip
    return [Heard(key, matter, (lon, lat), at, case) for key, matter, lon, lat, at, case in session.execute(asked)
            if matter and lon is not None and lat is not None]  # fmt: skip
