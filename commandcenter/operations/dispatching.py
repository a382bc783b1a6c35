"""Handing cases to squads, and taking them back: dispatch, assist, cancel, merge, the rulings on returns."""

from collections.abc import Iterable
from typing import Any

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.cases import AT_SQUAD, Case, CaseState
from commandcenter.domain.complaints import ComplaintState
from commandcenter.domain.contacts import Note
from commandcenter.domain.matters import Matter
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Spoken
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.intake import link
from commandcenter.operations.performing import Stage, operation

ASSIGNMENT_CLOCKS = ("accept", "contact", "return", "resolve")


@operation
def dispatch(
    stage: Stage, *, squad: Key, why: str | Spoken, note: str | None = None, recommended: Any = None,
    assisting: Iterable[Key] | None = None,
) -> Assignment:  # fmt: skip
    """Hand the case to its lead squad. What was recommended and what was chosen stays with the assignment.

    ``why`` is in the dispatcher's own words, or a sentence that every reader reads in his own language.
    """
    work, case = stage.work, stage.case
    reasons = {**as_reason(why), "recommended": recommended or []}
    lead = assign(work, case, squad, Part.LEAD, reasons, note or "")
    case.lead_id, case.dispatched_at = lead.id, work.now
    follow(case, lead)
    for helper in assisting or ():
        _assist(work, case, helper, reasons, note or "")
    return lead


def as_reason(why: str | Spoken) -> dict[str, Any]:
    """Why this squad, as the assignment keeps it."""
    return {"why": why.kept() if isinstance(why, Spoken) else why}


def assign(work: Work, case: Case, squad: Key, part: Part, why: dict[str, Any], note: str) -> Assignment:
    """One squad's work on the case begins, and with it its clocks."""
    chosen = work.get(Squad, squad)
    if chosen.id in case.named:
        raise NotAllowed(
            N_("The case is about {squad} (conflict of interest): choose another squad."), squad=chosen.name
        )
    matter = work.session.get(Matter, case.matter_id) if case.matter_id else None
    clocks: dict[str, Any] = {}
    for clock in ASSIGNMENT_CLOCKS:
        own = matter.resolve_limit if matter is not None and clock == "resolve" else ""
        limit, due_at = work.limits(clock, case.urgency, work.now, own)
        clocks |= {f"{clock}_limit": limit, f"{clock}_due_at": due_at}
    return work.add(Assignment(
        case_id=case.id, squad_id=chosen.id, part=str(part), round=case.round, urgency=case.urgency,
        state=str(AssignmentState.DISPATCHED), dispatched_at=work.now, dispatched_by_id=work.actor.id,
        why=why, note=note, **clocks,
    ))  # fmt: skip


def follow(case: Case, lead: Assignment) -> None:
    """The case's state follows its lead assignment's. This is the only place where it does."""
    case.state = str(CaseState(lead.state))


@operation
def assist(stage: Stage, *, squad: Key, why: str | Spoken, note: str | None = None) -> Assignment:
    """Ask a further squad to help."""
    at_work = {a.squad_id for a in stage.scene.assignments if not a.over}
    if squad in at_work:
        raise IllegalMove(N_("That squad is already at work on this case."))
    return _assist(stage.work, stage.case, squad, as_reason(why), note or "")


def _assist(work: Work, case: Case, squad: Key, why: dict[str, Any], note: str) -> Assignment:
    case.assisting += 1
    return assign(work, case, squad, Part.ASSIST, why, note)


@operation
def cancel(stage: Stage, *, reason: str) -> Case:
    """Void a case opened by mistake. Nobody who complained may be left hanging on it."""
    work, case = stage.work, stage.case
    if any(c.state == ComplaintState.LINKED for c in stage.scene.complaints):
        raise IllegalMove(
            N_("Complaints still hang on this case: merge it into another one instead of cancelling it.")
        )
    stand_down(work, stage.scene.assignments, case)
    case.state, case.cancel_reason, case.closed_at = str(CaseState.CANCELLED), reason, work.now
    return case


def stand_down(work: Work, assignments: Iterable[Assignment], case: Case) -> None:
    """Every squad still at work is released."""
    for assignment in assignments:
        if not assignment.over:
            assignment.state, assignment.ended_at = str(AssignmentState.CANCELLED), work.now
    case.assisting = 0


@operation
def merge(stage: Stage, *, case: Key, reason: str) -> Case:  # noqa: ARG001 - the reason goes to the journal
    """Two cases about one thing become one: the complaints follow, the squads stand down."""
    work, own = stage.work, stage.case
    stays = work.get(Case, case)
    if stays.id == own.id:
        raise IllegalMove(N_("A case cannot be merged into itself."))
    if stays.state not in AT_SQUAD | {CaseState.OPEN}:
        raise IllegalMove(N_("Case {number} is already past its handling: nothing can be merged into it."),
                          number=stays.number)  # fmt: skip
    for complaint in stage.scene.complaints:
        complaint.case_id = stays.id
    stays.complaints += own.complaints
    stays.confidential = stays.confidential or own.confidential
    stand_down(work, stage.scene.assignments, own)
    own.state, own.merged_into_id, own.closed_at = str(CaseState.MERGED), stays.id, work.now
    own.complaints = 0
    link(work, stays, own, "merged")
    return stays


@operation
def remark(stage: Stage, *, words: str) -> Note:
    """A remark of the centre in the case file."""
    return write(stage, "remark", words)


def write(stage: Stage, sort: str, words: str) -> Note:
    """A word in the case file."""
    assignment = stage.scene.assignment
    return stage.work.add(Note(
        case_id=stage.case.id, assignment_id=assignment.id if assignment else None,
        author_id=stage.work.actor.id, sort=sort, words=words, written_at=stage.work.now,
    ))  # fmt: skip


@operation
def name_conflict(stage: Stage, *, named: list[Key], reason: str) -> Case:  # noqa: ARG001 - goes to the journal
    """Name the people or squads the case is about."""
    case = stage.case
    case.named = sorted({*case.named, *named})
    return case
