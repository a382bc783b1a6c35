"""Taking complaints in: received, then a case opened, attached, answered or declined (DOMAIN section 3)."""

from typing import Any

from sqlalchemy import select

from commandcenter.domain.cases import Case, CaseLink, CaseState, Origin
from commandcenter.domain.citizens import heard_before, masked_citizen
from commandcenter.domain.complaints import Complainant, Complaint, ComplaintState
from commandcenter.domain.identity import joined_mask, mask_parts, masked_name, masked_phone, phone_digits
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Role
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.rulings import Reveal
from commandcenter.domain.words import clean, title
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete
from commandcenter.i18n import N_
from commandcenter.operations.claiming import claimed, released
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.placing import placed
from commandcenter.operations.settling import hand_on, spoken_to, wait_for_dispatch
from commandcenter.operations.visiting import give_out

Point = tuple[float, float]


@operation
def receive(stage: Stage, *, channel: str, words: str, urgency: str, **details: Any) -> Complaint:
    """Take down what one person said. The operator who takes it owns it to its end.

    A call that was kept at a station arrived when it was typed; its receive clock starts when it comes into the
    house, as that of an imported one does.

    Who goes on with it at once claims it in the same breath: nobody else is given it in between.
    """
    work = stage.work
    words = _said(words)
    limit, due_at = work.limits("receive", urgency, work.now)
    complaint = Complaint(
        id=new_key(), number=work.numbers("complaint"), channel=channel, arrived_at=work.said_at,
        received_at=work.now, received_by_id=work.actor.id, owner_id=work.actor.id,
        state=str(ComplaintState.RECEIVED), receive_limit=limit, receive_due_at=due_at,
    )  # fmt: skip
    _write(work, complaint, words, urgency, details)
    at_once = details.get("claim") and work.typed_at is None  # who typed a kept call may be gone by now
    return work.add(claimed(work, complaint) if at_once else complaint)


@operation
def amend(stage: Stage, *, words: str, urgency: str, **details: Any) -> Complaint:
    """Correct or complete a complaint that is not settled. Whoever takes it up first owns it.

    What nothing is said about stays as it is, whatever field it is; "not confidential" is something said.
    """
    complaint = stage.complaint
    said = {name: value for name, value in details.items() if value not in (None, "")}
    _write(stage.work, complaint, _said(words), urgency, _held(complaint) | said)
    _own(stage.work, complaint)
    return complaint


def _held(complaint: Complaint) -> dict[str, Any]:
    return {
        "matter": complaint.matter_id, "place_words": complaint.place_words, "point": complaint.point,
        "place_source": complaint.place_source, "confidential": complaint.confidential,
    }  # fmt: skip


def _said(words: str) -> str:
    cleaned = clean(words)
    if not cleaned:
        raise Incomplete(N_("Please write down what was said."), field="words")
    return cleaned


def _write(work: Work, complaint: Complaint, words: str, urgency: str, details: dict[str, Any]) -> None:
    complaint.words, complaint.urgency = words, urgency
    complaint.title = title(words)
    complaint.confidential = bool(details.get("confidential"))
    complaint.matter_id = _matter(work, details["matter"]).id if details.get("matter") else None
    place = placed(work, details.get("place_words"), details.get("point"), details.get("place_source"))
    for name, value in place.items():
        setattr(complaint, name, value)
    identify(work, complaint, details.get("caller_name") or "", details.get("caller_phone") or "")


def identify(work: Work, complaint: Complaint, name: str, phone: str) -> None:
    """Tie the complaint to the citizen of that telephone number, known from before or new. What is not said stays."""
    digits = phone_digits(phone)
    if not digits and not name:
        return
    held = masked_citizen(work.session, complaint.complainant_id) if complaint.complainant_id else None
    citizen = _caller(work, complaint, held, name, digits)
    if name and citizen.name != name and (not citizen.name or _known_by_this_only(work, citizen, complaint)):
        citizen.name = name
    shown_name, shown_phone = mask_parts(complaint.caller_mask or "")
    complaint.complainant_id = citizen.id
    complaint.caller_mask = joined_mask(
        masked_name(name) or shown_name or masked_name(citizen.name), masked_phone(digits) or shown_phone
    )


def _caller(work: Work, complaint: Complaint, held: Complainant | None, name: str, digits: str) -> Complainant:
    """Whoever has that number. One of whom only the name was known, or a wrong number, is given it.

    Incomplete where the name would be lost: nobody copies what nobody reads.
    """
    citizen = heard_before(work.session, digits) if digits else held
    if citizen is None and held is not None and not name and _known_by_this_only(work, held, complaint):
        held.phone = digits
        return held
    if held is not None and held.name and not name and not (citizen is not None and citizen.name):
        raise Incomplete(N_("Somebody else has that number: please say the name too."), field="caller_name")
    return citizen or work.add(Complainant(name=name, phone=digits or None))


def _known_by_this_only(work: Work, citizen: Complainant, complaint: Complaint) -> bool:
    """Whether a name or number may be corrected: the next caller from one telephone does not rename the first."""
    others = select(Complaint.id).where(Complaint.complainant_id == citizen.id, Complaint.id != complaint.id)
    return complaint.complainant_id == citizen.id and work.session.scalar(others.limit(1)) is None


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
    case = Case(
        id=new_key(), number=work.numbers("case"), matter_id=matter.id, urgency=urgency, opened_at=work.now,
        opened_by_id=work.actor.id, **columns,
    )  # fmt: skip
    wait_for_dispatch(work, case)
    return work.add(case)


def matter_of(work: Work, given: Key | None, held: Key | None) -> Matter:
    """The matter of a case made from another: the one given, else the one it had. Refused where it had none."""
    if key := given or held:
        return work.get(Matter, key)
    raise Incomplete(N_("The case has no matter yet: please choose one."), field="matter")


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
        visit_due(work, complaint)
        give_out(work, shown, [complaint])
    return shown


def _not_sealed(case: Case) -> None:
    """What hangs on a sealed case stays with it, and nothing new: others would keep seeing one side of it."""
    if case.sealed_for is not None:
        raise IllegalMove(N_("The case is sealed: nothing is hung on it, tied to it or split off it."))


def _link(work: Work, complaint: Complaint, case: Case) -> None:
    _not_sealed(case)
    complaint.case_id = case.id
    released(complaint).state = str(ComplaintState.LINKED)
    complaint.settled_at = work.now
    spoken_to(work, complaint, work.now)


def visit_due(work: Work, complaint: Complaint) -> None:
    """The case is signed off: the complainant is to be asked whether it is solved."""
    complaint.state = str(ComplaintState.VISIT_DUE)
    complaint.progress_due_at, complaint.visited_at, complaint.visit_tries = None, None, 0
    complaint.visit_again_at = None
    complaint.visit_from_at = work.now
    complaint.visit_limit, complaint.visit_due_at = work.limits("visit", complaint.urgency, work.now)


@operation
def answer(stage: Stage, *, answer: str) -> Complaint:
    """Answer directly; nothing is to be put right."""
    complaint = stage.complaint
    _own(stage.work, complaint)
    released(complaint).state, complaint.answer = str(ComplaintState.ANSWERED), answer
    complaint.settled_at = complaint.last_word_at = stage.work.now
    return complaint


@operation
def decline(stage: Stage, *, code: str, words: str, refer_to: str | None = None) -> Complaint:
    """Not taken up. Where the matter is not ours, who is responsible must be named."""
    if code == "not_our_domain" and not refer_to:
        raise Incomplete(N_("Please name who is responsible instead."), field="refer_to")
    complaint = stage.complaint
    _own(stage.work, complaint)
    released(complaint).state, complaint.decline_code = str(ComplaintState.DECLINED), code
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
def split(stage: Stage, *, reason: str, matter: Key | None = None) -> Case:  # noqa: ARG001 - the reason: journal
    """Take the complaint off its case into one of its own; the two stay linked.

    What was promised to its complainant goes along, and whom the case is about stays so.
    """
    work, complaint, old = stage.work, stage.complaint, stage.case
    own = new_case(
        work, title=complaint.title, matter=matter_of(work, matter, complaint.matter_id or old.matter_id),
        urgency=complaint.urgency, origin=Origin.COMPLAINT, owner_id=complaint.owner_id, complaints=1,
        confidential=complaint.confidential, named=list(old.named), place_words=complaint.place_words,
        place_source=complaint.place_source, lon=complaint.lon, lat=complaint.lat,
        squad_id=complaint.squad_id, workstation_id=complaint.workstation_id, previous_id=old.id,
    )  # fmt: skip
    old.complaints -= 1
    complaint.case_id = own.id
    hand_on((p for p in stage.scene.promises if p.complaint_id == complaint.id), own)
    link(work, old, own, "split")
    return own


def link(work: Work, case: Case, other: Case, sort: str) -> CaseLink:
    """Tie two cases for good."""
    _not_sealed(case)
    _not_sealed(other)
    return work.add(CaseLink(case_id=case.id, other_id=other.id, sort=sort, linked_at=work.now))


