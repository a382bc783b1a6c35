"""What squads do with a case: accept, contact, report, suspend, extend, resolve (DOMAIN section 4)."""

import datetime as dt
import hashlib
from dataclasses import dataclass

from sqlalchemy import select

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Contact, ContactMeans, ContactOutcome, FileContent, Note, Photo
from commandcenter.domain.exif import place_of
from commandcenter.domain.fields import width
from commandcenter.domain.limits import Limit, Unit
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rules import pauses_of
from commandcenter.domain.rulings import Ask, Request, RequestState
from commandcenter.domain.words import clean
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.dispatching import follow, write
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.settling import end_pause, end_work, spoken_to

MEGABYTE = 1_048_576


@dataclass(frozen=True, slots=True)
class FileGiven:
    """A file as handed to an operation: read beforehand, because a transaction waits for no disk."""

    name: str
    media_type: str
    content: bytes


@operation
def accept(stage: Stage, *, officer: Key) -> Assignment:
    """The squad takes the case; from now on a responsible officer is named."""
    assignment = stage.assignment
    assignment.officer_id = _officer(stage, officer).id
    assignment.accepted_at = stage.work.now
    _move(stage, AssignmentState.ACCEPTED)
    return assignment


def _officer(stage: Stage, key: Key) -> Person:
    officer = stage.work.get(Person, key)
    if officer.squad_id != stage.assignment.squad_id or officer.disabled:
        raise NotAllowed(N_("{person} does not belong to the squad that has the case."), person=officer.name)
    if officer.id in stage.case.named:
        raise NotAllowed(
            N_("The case is about {person} (conflict of interest): name somebody else."), person=officer.name
        )
    return officer


def _move(stage: Stage, state: AssignmentState) -> None:
    stage.assignment.state = str(state)
    if stage.assignment.id == stage.case.lead_id:
        follow(stage.case, stage.assignment)


@operation
def hand_over(stage: Stage, *, officer: Key, reason: str) -> Assignment:  # noqa: ARG001 - goes to the journal
    """Another officer of the squad becomes responsible."""
    stage.assignment.officer_id = _officer(stage, officer).id
    return stage.assignment


@operation
def ask_return(stage: Stage, *, reason: str, basis: str) -> Request:
    """The captain holds that the case is not the squad's."""
    stage.assignment.return_asked_at = stage.work.now
    _move(stage, AssignmentState.RETURN_ASKED)
    return _ask(stage, Ask.RETURN, reason, basis=basis)


def _ask(stage: Stage, ask: Ask, reason: str, *, basis: str = "", amount: str = "") -> Request:
    return stage.work.add(Request(
        case_id=stage.case.id, assignment_id=stage.assignment.id, ask=str(ask),
        state=str(RequestState.ASKED), asked_by_id=stage.work.actor.id, asked_at=stage.work.now,
        reason=reason, basis=basis, amount=amount,
    ))  # fmt: skip


@operation
def contact(
    stage: Stage, *, means: str, outcome: str, words: str, contacted_at: dt.datetime | None = None,
    duration_s: int | None = None, complaint: Key | None = None,
) -> Contact:  # fmt: skip
    """A contact with its evidence. Only one that reached somebody stops the first-contact clock."""
    work, assignment = stage.work, stage.assignment
    at = _when(stage, contacted_at)
    reached = outcome == ContactOutcome.REACHED
    if reached and means == ContactMeans.CALL and not duration_s:
        raise Incomplete(N_("How long was the call, in seconds? A click is not a contact."), field="duration_s")
    complainant = _whom(stage, complaint)
    if reached:
        assignment.contacted_at = assignment.contacted_at or at
        if assignment.state == AssignmentState.ACCEPTED:
            _move(stage, AssignmentState.CONTACTED)
        if complainant is not None:
            spoken_to(work, complainant, at)
    return work.add(Contact(
        case_id=stage.case.id, assignment_id=assignment.id, officer_id=work.actor.id,
        complaint_id=complainant.id if complainant else None, means=means, outcome=outcome, words=words,
        contacted_at=at, duration_s=duration_s or 0,
    ))  # fmt: skip


def _when(stage: Stage, at: dt.datetime | None) -> dt.datetime:
    at = at or stage.work.said_at
    if at > stage.work.now:
        raise Incomplete(N_("A contact cannot lie in the future."), field="contacted_at")
    if at < stage.assignment.dispatched_at:
        raise Incomplete(N_("A contact cannot lie before the case was dispatched."), field="contacted_at")
    return at


def _whom(stage: Stage, complaint: Key | None) -> Complaint | None:
    waiting = _owed(stage)
    if complaint is not None:
        chosen = next((c for c in stage.scene.complaints if c.id == complaint), None)
        if chosen is None:
            raise Incomplete(N_("That complaint does not belong to this case."), field="complaint")
        return chosen
    if len(waiting) > 1:
        raise Incomplete(N_("{n} people complained: say which of them was contacted."),
                         field="complaint", n=len(waiting))  # fmt: skip
    return waiting[0] if waiting else None


def _owed(stage: Stage) -> list[Complaint]:
    """The complaints whose citizens still wait for this case to be put right."""
    waits = {ComplaintState.LINKED, ComplaintState.DISPUTED}
    return [c for c in stage.scene.complaints if c.state in waits]


@operation
def report(stage: Stage, *, words: str, joint: bool | None = None) -> Note:
    """A word on how it goes; the first one after the contact starts the handling."""
    if stage.assignment.state == AssignmentState.CONTACTED:
        _move(stage, AssignmentState.HANDLING)
    return write(stage, "joint" if joint else "progress", words)


@operation
def attach_photo(stage: Stage, *, file: FileGiven, side: str | None = None) -> Photo:
    """Evidence for the file, kept in the database with everything else."""
    work, most = stage.work, stage.work.rules.number("photo.megabytes")
    if len(file.content) > most * MEGABYTE:
        raise Incomplete(N_("The file is larger than {most} MB."), field="file", most=most)
    lon, lat = place_of(file.content) or (None, None)
    return work.add(Photo(
        case_id=stage.case.id, assignment_id=stage.assignment.id, taken_by_id=work.actor.id, lon=lon, lat=lat,
        side=side or "", name=clean(file.name), media_type=_media_type(file), size=len(file.content),
        sha256=kept_content(work, file.content), attached_at=work.now,
    ))  # fmt: skip


def kept_content(work: Work, content: bytes) -> str:
    """Keep these bytes, once, and return the hash under which they are found."""
    digest = hashlib.sha256(content).hexdigest()
    if work.session.get(FileContent, digest) is None:
        work.session.add(FileContent(sha256=digest, content=content))
    return digest


def _media_type(file: FileGiven) -> str:
    """Its own name for its kind; that of any bytes where the name is longer than there is room for."""
    return file.media_type if len(file.media_type) <= width(Photo.media_type) else "application/octet-stream"


@operation
def ask_suspension(stage: Stage, *, reason: str, amount: str) -> Request:
    """Ask for the clocks to stand still, at most as long as the district allows."""
    work, limit = stage.work, Limit.parse(amount)
    most = work.rules.text("suspension.max")
    if work.rules.after(work.now, str(limit)) > work.rules.after(work.now, most):
        raise Incomplete(N_("A suspension lasts at most {most}."), field="amount", most=Limit.parse(most).words())
    return _ask(stage, Ask.SUSPENSION, reason, amount=str(limit))


@operation
def ask_extension(stage: Stage, *, reason: str, amount: str) -> Request:
    """Ask for more time before the deadline has passed (Shandong 2020: ten working days in all)."""
    extended(stage, amount)
    return _ask(stage, Ask.EXTENSION, reason, amount=str(Limit.parse(amount)))


def extended(stage: Stage, amount: str) -> Limit:
    """All extensions together, with this one. They are counted in working days, as the rule does."""
    more, so_far = Limit.parse(amount), stage.assignment.extension
    most = Limit.parse(stage.work.rules.text("extension.max"))
    if more.unit is not Unit.WORKING_DAY:
        raise Incomplete(N_("An extension is given in working days, for instance “3 wd”."), field="amount")
    total = Limit(more.amount + Limit.parse(so_far).amount, more.unit) if so_far else more
    if total.unit != most.unit or total.amount > most.amount:
        raise Incomplete(N_("All extensions together may be at most {most}."), field="amount", most=most.words())
    return total


@operation
def resume(stage: Stage, *, reason: str) -> Assignment:  # noqa: ARG001 - the reason goes to the journal
    """The clocks run on, later by as long as they stood: no longer than was agreed."""
    work, assignment = stage.work, stage.assignment
    end_pause(work, assignment)
    run_on(work, assignment)
    _move(stage, AssignmentState.HANDLING if assignment.contacted_at else AssignmentState.ACCEPTED)
    return assignment


def run_on(work: Work, assignment: Assignment) -> None:
    """Compute the due moments again from the pauses and extensions the assignment has now."""
    pauses = pauses_of(assignment.pauses)
    rules, start = work.rules, assignment.dispatched_at
    assignment.resolve_due_at = rules.due(
        start, Limit.parse(assignment.resolve_limit), pauses, assignment.extension, as_of=work.now
    ).due_at
    if assignment.contacted_at is None:
        limit = Limit.parse(assignment.contact_limit)
        assignment.contact_due_at = rules.due(start, limit, pauses, as_of=work.now).due_at


@operation
def resolve(stage: Stage, *, disposition: str, closing_text: str) -> Assignment:
    """Put right. The lead's word resolves the case; an assisting squad's only ends its own part."""
    work, assignment, case = stage.work, stage.assignment, stage.case
    lead = assignment.id == case.lead_id
    _somebody_tried(stage)
    if lead:
        _everybody_contacted(stage)
    assignment.disposition, assignment.closing_text = disposition, closing_text
    assignment.resolved_at = work.now
    end_work(work, case, assignment, AssignmentState.RESOLVED)
    if lead:
        follow(case, assignment)
        case.disposition, case.closing_text, case.resolved_at = disposition, closing_text, work.now
    return assignment


def _somebody_tried(stage: Stage) -> None:
    """Nothing is put right by a click: somebody was contacted, or at least tried, or the place was looked at."""
    own = select(Contact.id).where(Contact.assignment_id == stage.assignment.id).limit(1)
    if stage.assignment.state == AssignmentState.ACCEPTED and stage.work.session.scalar(own) is None:
        raise IllegalMove(N_("No contact was recorded yet: a call, a message or a visit comes first."))


def _everybody_contacted(stage: Stage) -> None:
    """At least one contact with every complainant in this round, or as many tries as the district asks."""
    owed = _owed(stage)
    round_keys = [a.id for a in stage.scene.assignments]
    made = stage.work.session.execute(
        select(Contact.complaint_id, Contact.outcome).where(Contact.assignment_id.in_(round_keys))
    ).all()
    tries = stage.work.rules.number("contact.tries")
    missing = [
        c for c in owed
        if not any(key == c.id and outcome == ContactOutcome.REACHED for key, outcome in made)
        and sum(key == c.id for key, _outcome in made) < tries
    ]  # fmt: skip
    if missing:
        raise IllegalMove(
            N_("Not everybody who complained was contacted yet: {numbers}."),
            numbers=", ".join(f"{c.number} {c.caller_mask}".strip() for c in missing),
        )
