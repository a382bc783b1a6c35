"""A common case 类案: everybody who complained is told once that theirs is handled together with others'."""

from sqlalchemy import select

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_

TOLD_TOGETHER = N_("to be told that it is handled together with others, as case {number}")
"""What is promised; with the case's number it is the same words every time, so it is found again."""


def inform_all(work: Work, case: Key) -> list[Key]:
    """Owe everybody who complained and waits a word about the common case: a promise each, with a clock, kept by the
    operator who owns the complaint.

    Once: whoever is owed or was given that word already is not owed it again, however often this is done. Returns
    the keys of the new promises. NotAllowed for who may not combine cases or see this one.
    """
    if Right.COMBINE not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to make a common case."), person=work.actor.name)
    held = work.session.scalar(select(Case).where(Case.id == case).with_for_update(key_share=True))
    if held is None or not held.is_for(work.actor.id):
        raise NotAllowed(N_("The case is sealed: it is there for the people named alone."))
    what = str(Sentence(TOLD_TOGETHER, number=held.number))
    known = {promise.complaint_id for promise in work.all(Promise, Promise.case_id == case)
             if held.number in promise.what and promise.state != PromiseState.WITHDRAWN}  # fmt: skip
    waiting = work.all(Complaint, Complaint.case_id == case, Complaint.state == str(ComplaintState.LINKED))
    due_at = work.rules.after(work.now, str(work.rules.limit("progress", held.urgency)))
    return [
        work.add(Promise(
            case_id=case, assignment_id=held.lead_id, complaint_id=said.id, what=what, promised_at=work.now,
            due_at=due_at, made_by_id=said.owner_id or held.owner_id or work.actor.id,
            to_whom=said.caller_mask or said.number, state=str(PromiseState.OPEN),
        )).id
        for said in waiting if said.id not in known
    ]  # fmt: skip
