"""Taking complaints in: received, then a case opened, attached, answered or declined (DOMAIN section 3)."""

import datetime as dt
from typing import Any

from sqlalchemy import select

from commandcenter.domain.cases import Case, CaseLink, CaseState, Origin
from commandcenter.domain.complaints import Complainant, Complaint, ComplaintState
from commandcenter.domain.identity import caller_mask, phone_digits
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Role
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.rulings import Reveal
from commandcenter.domain.words import clean, title
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete
from commandcenter.i18n import N_
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.placing import placed

Point = tuple[float, float]


@operation
def receive(stage: Stage, *, channel: str, words: str, urgency: str, **details: Any) -> Complaint:
    """Take down what one person said. The operator who takes it owns it to its end."""
    work = stage.work
    words = _said(words)
    limit, due_at = work.limits("receive", urgency, work.now)
    complaint = Complaint(
        id=new_key(), number=work.numbers("complaint"), channel=channel, arrived_at=work.now,
        received_at=work.now, received_by_id=work.actor.id, owner_id=work.actor.id,
        state=str(ComplaintState.RECEIVED), receive_limit=limit, receive_due_at=due_at,
    )  # fmt: skip
    _write(work, complaint, words, urgency, details)
    return work.add(complaint)


@operation
def amend(stage: Stage, *, words: str, urgency: str, **details: Any) -> Complaint:
    """Correct or complete a complaint that is not settled. Whoever takes it up first owns it."""
    complaint = stage.complaint
    _write(stage.work, complaint, _said(words), urgency, details, keep=True)
    _own(stage.work, complaint)
    return complaint


def _said(words: str) -> str:
    cleaned = clean(words)
    if not cleaned:
        raise Incomplete(N_("Please write down what was said."), field="words")
    return cleaned


def _write(
    work: Work, complaint: Complaint, words: str, urgency: str, details: dict[str, Any], *, keep: bool = False
) -> None:
    complaint.words, complaint.urgency = words, urgency
    complaint.title = title(words)
    complaint.confidential = bool(details.get("confidential"))
    if details.get("matter") or not keep:
        complaint.matter_id = _matter(work, details["matter"]).id if details.get("matter") else None
    place = placed(work, details.get("place_words"), details.get("point"), details.get("place_source"))
    for name, value in place.items():
        setattr(complaint, name, value)
    if not keep or details.get("caller_phone") or details.get("caller_name"):
        identify(work, complaint, details.get("caller_name") or "", details.get("caller_phone") or "")


def identify(work: Work, complaint: Complaint, name: str, phone: str) -> None:
    """Tie the complaint to the citizen of that telephone number, known from before or new."""
    digits = phone_digits(phone)
    if not digits and not name:
        return
    known = work.session.scalars(select(Complainant).where(Complainant.phone == digits)).first() if digits else None
    citizen = known or work.add(Complainant(name=name, phone=digits or None))
    if known is not None and name:
        known.name = name
    complaint.complainant_id = citizen.id
    complaint.caller_mask = caller_mask(name or citizen.name, digits)


def _own(work: Work, complaint: Complaint) -> None:
    if complaint.owner_id is None and work.actor.has(Role.OPERATOR):
        complaint.owner_id = work.actor.id


def _matter(work: Work, key: Key) -> Matter:
    return work.get(Matter, key)


@operation
def open_case(
    stage: Stage, *, matter: Key, place_words: str, urgency: str, point: Point | None = None,
    place_source: str | None = None, title: str | None = None,
) -> Case:  # fmt: skip
    """Open a new case for the complaint; its words, place and owner go with it."""
    work, complaint = stage.work, stage.complaint
    _own(work, complaint)
    place = placed(work, place_words, point or complaint.point, place_source or complaint.place_source)
    origin = Origin.COMPLAINT
    case = new_case(
        work, title=title or complaint.title, matter=_matter(work, matter), urgency=urgency, origin=origin,
        owner_id=complaint.owner_id, confidential=complaint.confidential, complaints=1, **place,
    )  # fmt: skip
    complaint.matter_id, complaint.urgency = matter, urgency
    for name, value in place.items():
        setattr(complaint, name, value)
    _link(work, complaint, case)
    return case


def new_case(work: Work, *, matter: Matter, urgency: str, **columns: Any) -> Case:
    """A fresh case that waits for dispatch; its dispatch clock runs."""
    limit, due_at = work.limits("dispatch", urgency, work.now)
    return work.add(Case(
        id=new_key(), number=work.numbers("case"), state=str(CaseState.OPEN), matter_id=matter.id,
        urgency=urgency, opened_at=work.now, opened_by_id=work.actor.id, dispatch_from_at=work.now,
        dispatch_limit=limit, dispatch_due_at=due_at, **columns,
    ))  # fmt: skip


@operation
def attach(stage: Stage, *, case: Key) -> Case:
    """Hang the complaint on a case that is already there."""
    work, complaint = stage.work, stage.complaint
    shown = work.get(Case, case)
    if shown.ended:
        raise IllegalMove(
            N_("Case {number} has ended: open a new case, or reopen that one."), number=shown.number
        )
    shown.complaints += 1
    shown.confidential = shown.confidential or complaint.confidential
    _own(work, complaint)
    _link(work, complaint, shown)
    if shown.state == CaseState.VISITING:
        complaint.state = str(ComplaintState.VISIT_DUE)
        _visit_clock(work, complaint)
    return shown


def _link(work: Work, complaint: Complaint, case: Case) -> None:
    complaint.case_id = case.id
    complaint.state = str(ComplaintState.LINKED)
    complaint.settled_at = work.now
    spoken_to(work, complaint, work.now)


def spoken_to(work: Work, complaint: Complaint, at: dt.datetime) -> None:
    """A word reached the complainant: the wait for the next one begins."""
    complaint.last_word_at = at
    complaint.progress_limit, complaint.progress_due_at = work.limits("progress", complaint.urgency, at)


def _visit_clock(work: Work, complaint: Complaint) -> None:
    complaint.visit_from_at = work.now
    complaint.visit_limit, complaint.visit_due_at = work.limits("visit", complaint.urgency, work.now)


def visit_due(work: Work, complaint: Complaint) -> None:
    """The case is signed off: the complainant is to be asked whether it is solved."""
    complaint.state = str(ComplaintState.VISIT_DUE)
    complaint.progress_due_at, complaint.visited_at, complaint.visit_tries = None, None, 0
    _visit_clock(work, complaint)


@operation
def answer(stage: Stage, *, answer: str) -> Complaint:
    """Answer directly; nothing is to be put right."""
    complaint = stage.complaint
    _own(stage.work, complaint)
    complaint.state, complaint.answer = str(ComplaintState.ANSWERED), answer
    complaint.settled_at = complaint.last_word_at = stage.work.now
    return complaint


@operation
def decline(stage: Stage, *, code: str, words: str, refer_to: str | None = None) -> Complaint:
    """Not taken up. Where the matter is not ours, who is responsible must be named."""
    if code == "not_our_domain" and not refer_to:
        raise Incomplete(N_("Please name who is responsible instead."), field="refer_to")
    complaint = stage.complaint
    _own(stage.work, complaint)
    complaint.state, complaint.decline_code = str(ComplaintState.DECLINED), code
    complaint.answer, complaint.refer_to = words, refer_to or ""
    complaint.settled_at = complaint.last_word_at = stage.work.now
    return complaint


@operation
def reveal(stage: Stage, *, reason: str) -> Reveal:
    """Look at who the complainant is. The look itself is the record."""
    complaint = stage.complaint
    return stage.work.add(
        Reveal(
            complaint_id=complaint.id, complainant_id=complaint.complainant_id, reason=reason,
            revealed_by_id=stage.work.actor.id, revealed_at=stage.work.now,
        )
    )  # fmt: skip


@operation
def find(
    stage: Stage, *, words: str, matter: Key, place_words: str, urgency: str, point: Point | None = None,
    place_source: str | None = None,
) -> Case:  # fmt: skip
    """A case found by ourselves before anyone complained 未诉先办; it has no complaint."""
    work = stage.work
    words = _said(words)
    keeper = work.actor.has(Role.KEEPER)
    place = dict(placed(work, place_words, point, place_source))
    if keeper and work.actor.workstation_id:
        place["workstation_id"] = work.actor.workstation_id
    return new_case(
        work, title=title(words), words=words, matter=_matter(work, matter), urgency=urgency,
        origin=Origin.WORKSTATION if keeper else Origin.PATROL, finder_id=work.actor.id,
        owner_id=work.actor.id if work.actor.has(Role.OPERATOR) else None, **place,
    )  # fmt: skip


@operation
def split(stage: Stage, *, reason: str) -> Case:  # noqa: ARG001 - the reason goes to the journal
    """Take the complaint off its case into one of its own; the two stay linked."""
    work, complaint, old = stage.work, stage.complaint, stage.case
    own = new_case(
        work, title=complaint.title, matter=_matter(work, complaint.matter_id or old.matter_id or ""),
        urgency=complaint.urgency, origin=Origin.COMPLAINT, owner_id=complaint.owner_id, complaints=1,
        confidential=complaint.confidential, place_words=complaint.place_words,
        place_source=complaint.place_source, lon=complaint.lon, lat=complaint.lat,
        squad_id=complaint.squad_id, workstation_id=complaint.workstation_id, previous_id=old.id,
    )  # fmt: skip
    old.complaints -= 1
    complaint.case_id = own.id
    link(work, old, own, "split")
    return own


def link(work: Work, case: Case, other: Case, sort: str) -> CaseLink:
    """Tie two cases for good."""
    return work.add(CaseLink(case_id=case.id, other_id=other.id, sort=sort, linked_at=work.now))


