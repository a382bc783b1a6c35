"""Claiming what waits 认领: the next complaint goes to one person only, and nobody waits for another's transaction."""

from sqlalchemy import false, select

from commandcenter.domain.claims import free
from commandcenter.domain.complaints import Complaint, ComplaintState, most_pressing_first
from commandcenter.domain.people import Right
from commandcenter.domain.work import Work
from commandcenter.errors import Refused
from commandcenter.i18n import N_
from commandcenter.operations.performing import Stage, operation


@operation
def claim_next(stage: Stage) -> Complaint:
    """Claim the most pressing complaint that nobody holds.

    One question finds it and takes its row. What another has under way is passed over, not waited for: whoever
    takes a row holds it until the claim is committed, and who looks then finds it claimed. SQLite's writers take turns.
    """
    work = stage.work
    waits = Complaint.state == str(ComplaintState.RECEIVED), Complaint.historic == false()
    found = work.session.scalars(
        select(Complaint).where(*waits, free(work.rules, work.now)).order_by(*most_pressing_first()).limit(1)
        .with_for_update(of=Complaint, skip_locked=True, key_share=True)
    ).first()  # fmt: skip
    if found is None:
        raise Refused(N_("No complaint waits that nobody has claimed."))
    return claimed(work, found)


@operation
def claim(stage: Stage) -> Complaint:
    """Claim this one."""
    return claimed(stage.work, stage.complaint)


@operation
def give_back(stage: Stage) -> Complaint:
    """Give a claimed complaint back: it waits for anybody again, in its old place."""
    return released(stage.complaint)


@operation
def take_over(stage: Stage, *, reason: str) -> Complaint:  # noqa: ARG001 - the reason: journal
    """A supervisor takes it from whoever holds it. Who may not receive complaints himself sets it free."""
    if Right.RECEIVE in stage.work.actor.rights:
        return claimed(stage.work, stage.complaint)
    return released(stage.complaint)


def claimed(work: Work, complaint: Complaint) -> Complaint:
    """The complaint is the actor's to settle, from now on."""
    complaint.claimed_by_id, complaint.claimed_at = work.actor.id, work.now
    return complaint


def released(complaint: Complaint) -> Complaint:
    """Nobody holds the complaint any more."""
    complaint.claimed_by_id = complaint.claimed_at = None
    return complaint
