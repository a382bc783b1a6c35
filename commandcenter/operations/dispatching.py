"""Handing cases to squads, and taking them back: dispatch, assist, cancel, merge, the rulings on returns."""

from collections.abc import Iterable
from typing import Any

from commandcenter.domain.assignments import Assignment, AssignmentState, Part
from commandcenter.domain.cases import AT_SQUAD, Case, CaseState
from commandcenter.domain.complaints import WAITING_FOR_END
from commandcenter.domain.contacts import Note
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Spoken
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.intake import link
from commandcenter.operations.performing import Stage, operation
from commandcenter.operations.settling import at_work, end_case, hand_on, release_named

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
    chosen = _fit(work, case, squad)
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


def _fit(work: Work, case: Case, squad: Key) -> Squad:
    """The squad, which must be in use, not at work on the case already, and not what the case is about."""
    chosen = work.get(Squad, squad)
    if chosen.disabled:
        raise NotAllowed(N_("{squad} is out of use: choose another squad."), squad=chosen.name)
    if chosen.id in case.named:
        raise NotAllowed(
            N_("The case is about {squad} (conflict of interest): choose another squad."), squad=chosen.name
        )
    if any(a.squad_id == chosen.id for a in at_work(work, case)):
        raise IllegalMove(N_("That squad is already at work on this case."))
    return chosen


def follow(case: Case, lead: Assignment) -> None:
    """The case's state follows its lead assignment's, as long as it has one."""
    case.state = str(CaseState(lead.state))


@operation
def assist(stage: Stage, *, squad: Key, why: str | Spoken, note: str | None = None) -> Assignment:
    """Ask a further squad to help."""
    return _assist(stage.work, stage.case, squad, as_reason(why), note or "")


def _assist(work: Work, case: Case, squad: Key, why: dict[str, Any], note: str) -> Assignment:
    case.assisting += 1
    return assign(work, case, squad, Part.ASSIST, why, note)


@operation
def cancel(stage: Stage, *, reason: str) -> Case:
    """Void a case opened by mistake. Nobody who complained may be left hanging on it."""
    case = stage.case
    if any(c.state in WAITING_FOR_END for c in stage.scene.complaints):
        raise IllegalMove(
            N_("Complaints still hang on this case: merge it into another one instead of cancelling it.")
        )
    end_case(stage.work, case, CaseState.CANCELLED)
    case.cancel_reason = reason
    return case


@operation
def merge(stage: Stage, *, case: Key, reason: str) -> Case:  # noqa: ARG001 - the reason goes to the journal
    """Two cases about one thing become one: complaints and promises follow, the squads stand down.

    Whom either of them is about can handle neither.
    """
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
    stays.named = sorted({*stays.named, *own.named})
    release_named(work, stays)
    hand_on(stage.scene.promises, stays)
    end_case(work, own, CaseState.MERGED)
    own.merged_into_id, own.complaints = stays.id, 0
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
        author_id=stage.work.actor.id, sort=sort, words=words, written_at=stage.work.said_at,
    ))  # fmt: skip


@operation
def name_conflict(stage: Stage, *, named: list[Key], reason: str) -> Case:  # noqa: ARG001 - goes to the journal
    """Name the people or squads the case is about. Whoever of them works on it stops at once."""
    work, case = stage.work, stage.case
    if not named or len(work.all(Person, Person.id.in_(named))) + len(work.all(Squad, Squad.id.in_(named))) < len(
        set(named)
    ):
        raise Incomplete(N_("Only people and squads of the district can be named."), field="named")
    case.named = sorted({*case.named, *named})
    release_named(work, case)
    return case
