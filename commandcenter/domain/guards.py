"""The rules behind the moves, each a question to a scene: None when it holds, else the refusal in words."""

from commandcenter.domain.assignments import AssignmentState
from commandcenter.domain.cases import RUNGS, Rung
from commandcenter.domain.people import Right, Role
from commandcenter.domain.rulings import Ask, RequestState
from commandcenter.domain.scene import Scene
from commandcenter.domain.wording import word
from commandcenter.errors import IllegalMove, NotAllowed, Refused
from commandcenter.i18n import N_

WORKING = frozenset({AssignmentState.ACCEPTED, AssignmentState.CONTACTED, AssignmentState.HANDLING})
"""A squad has taken the work and goes on with it."""

SEALED = N_("The case is sealed: it is there for the people named alone.")
"""What is said to everybody else."""


def state_of(subject: str, scene: Scene) -> str | None:
    """The state of the record the move starts from; None where it starts from nothing."""
    held = {
        "complaint": scene.complaint,
        "case_file": scene.case,
        "assignment": scene.assignment,
        "request": scene.request,
        "promise": scene.promise,
    }.get(subject)
    return None if held is None else held.state


def state_word(subject: str, state: str) -> str:
    """A state of that kind of record in the user's language."""
    return word(state, subject)


def in_squad(scene: Scene) -> Refused | None:
    """Only the squad that has the assignment."""
    return None if scene.in_squad else NotAllowed(N_("Only a member of the squad that has the case may do this."))


def captain(scene: Scene) -> Refused | None:
    """Only that squad's captain."""
    return None if scene.is_captain else NotAllowed(N_("Only the captain of the squad that has the case may do this."))


def responsible(scene: Scene) -> Refused | None:
    """Only the responsible officer."""
    return None if scene.is_responsible else NotAllowed(N_("Only the responsible officer may do this."))


def captain_or_responsible(scene: Scene) -> Refused | None:
    """The squad's captain or the responsible officer."""
    if scene.is_captain or scene.is_responsible:
        return None
    return NotAllowed(N_("Only the responsible officer or the squad's captain may do this."))


def responsible_or_supervisor(scene: Scene) -> Refused | None:
    """The responsible officer or a supervisor."""
    if scene.may_rule or scene.is_responsible:
        return None
    return NotAllowed(N_("Only the responsible officer or a supervisor may do this."))


def operator_or_responsible(scene: Scene) -> Refused | None:
    """Whoever gives a word must be the centre's operator or the responsible officer. Who gave it may settle it."""
    given = scene.promise is not None and scene.promise.made_by_id == scene.actor.id
    if scene.actor.has(Role.OPERATOR) or scene.is_responsible or given:
        return None
    return NotAllowed(N_("Only an operator or the responsible officer may do this."))


def not_handler(scene: Scene) -> Refused | None:
    """Nobody judges their own work."""
    if scene.has_handled:
        return NotAllowed(N_("You handled this case yourself: somebody else must do this."))
    return None


def not_dispatcher(scene: Scene) -> Refused | None:
    """Whoever chose the squad does not sign off what came of it."""
    if scene.has_dispatched:
        return NotAllowed(N_("You dispatched this case yourself: somebody else must do this."))
    return None


def not_named(scene: Scene) -> Refused | None:
    """A case that names an officer or a squad cannot be handled or reviewed by them."""
    if scene.is_named:
        return NotAllowed(N_("The case is about you or your squad (conflict of interest): somebody else must do this."))
    return None


def sealed(scene: Scene) -> Refused | None:
    """Only what is sealed can be opened."""
    if scene.case is not None and scene.case.sealed_for is not None:
        return None
    return IllegalMove(N_("The case is not sealed."))


def for_the_actor(scene: Scene) -> Refused | None:
    """A sealed case is moved by the people named alone."""
    if scene.case is None or scene.case.is_for(scene.actor.id):
        return None
    return NotAllowed(SEALED)


def may_see_caller(scene: Scene) -> Refused | None:
    """A confidential complaint shows its caller to its owner and a supervisor only; else those at work on it."""
    complaint = scene.complaint
    if complaint is None or complaint.complainant_id is None:
        return IllegalMove(N_("There is no caller to show: the complaint is anonymous."))
    if scene.may_rule or complaint.owner_id == scene.actor.id:
        return None
    if complaint.confidential:
        return NotAllowed(N_("This complaint is confidential: only its owner and a supervisor may see the caller."))
    if Right.REVEAL in scene.actor.rights or scene.is_responsible:
        return None
    return NotAllowed(N_("Only the centre and the responsible officer may see the caller."))


def not_anothers(scene: Scene) -> Refused | None:
    """What somebody has claimed is theirs to settle, as long as the claim holds."""
    claim = scene.claimed
    if claim is None:
        return None
    since = scene.rules.calendar.local(claim.since)
    return IllegalMove(N_("{person} has claimed this complaint, since {since:%H:%M}. A supervisor can take it over."),
                       person=claim.holder.name, since=since)  # fmt: skip


def not_mine_yet(scene: Scene) -> Refused | None:
    """Once is enough."""
    if scene.complaint is not None and scene.complaint.claimed_by_id == scene.actor.id:
        return IllegalMove(N_("You have claimed this complaint already."))
    return None


def mine(scene: Scene) -> Refused | None:
    """Only what one has claimed can be given back."""
    if scene.complaint is not None and scene.complaint.claimed_by_id == scene.actor.id:
        return None
    return not_anothers(scene) or IllegalMove(N_("You have not claimed this complaint."))


def claimed_by_another(scene: Scene) -> Refused | None:
    """Only what somebody else holds can be taken over."""
    return None if scene.claimed is not None else IllegalMove(N_("Nobody else has claimed this complaint."))


def visit_not_mine(scene: Scene) -> Refused | None:
    """Once is enough."""
    if scene.complaint is not None and scene.complaint.visitor_id == scene.actor.id:
        return IllegalMove(N_("This return visit is yours already."))
    return None


def case_has_others(scene: Scene) -> Refused | None:
    """A split leaves something behind."""
    if scene.case is not None and scene.case.complaints > 1:
        return None
    return IllegalMove(N_("It is the only complaint of its case: there is nothing to split."))


def chased_before(scene: Scene) -> Refused | None:
    """The ladder is climbed rung by rung."""
    return _at_least(scene, Rung.CHASED, N_("The case was not chased yet: chase first, then supervise."))


def supervised_before(scene: Scene) -> Refused | None:
    """The ladder is climbed rung by rung."""
    return _at_least(scene, Rung.SUPERVISED, N_("The case is not supervised yet: supervise first, then circulate."))


def _at_least(scene: Scene, rung: Rung, sentence: str) -> Refused | None:
    held = Rung(scene.case.rung) if scene.case is not None else Rung.NONE
    return None if RUNGS.index(held) >= RUNGS.index(rung) else IllegalMove(sentence)


def not_enforced(scene: Scene) -> Refused | None:
    """An enforced case cannot be returned again."""
    if scene.assignment is not None and scene.assignment.enforced:
        return IllegalMove(N_("A supervisor has ruled that your squad keeps this case: it cannot be returned again."))
    return None


def return_in_time(scene: Scene) -> Refused | None:
    """A return is asked within its limit (two working days; Shandong 2020)."""
    due_at = scene.assignment.return_due_at if scene.assignment is not None else None
    if due_at is not None and scene.now > due_at:
        ended = scene.rules.calendar.local(due_at)
        return IllegalMove(N_("The time to ask for a return ended at {ended:%Y-%m-%d %H:%M}."), ended=ended)
    return None


def before_expiry(scene: Scene) -> Refused | None:
    """An extension is asked before the deadline has passed."""
    due_at = scene.assignment.resolve_due_at if scene.assignment is not None else None
    if due_at is not None and scene.now > due_at:
        return IllegalMove(N_("The deadline has passed: an extension must be asked for before it does."))
    return None


def nothing_asked(scene: Scene) -> Refused | None:
    """One request at a time."""
    if scene.request is not None and scene.request.state == RequestState.ASKED:
        return IllegalMove(N_("A request is already waiting for its ruling."))
    return None


def request_stands(scene: Scene) -> Refused | None:
    """What is agreed to must still be possible: the squad's work is where the request found it."""
    if scene.request is None or scene.assignment is None:
        return None
    returning = scene.request.ask == Ask.RETURN
    if scene.assignment.state in ({AssignmentState.RETURN_ASKED} if returning else WORKING):
        return None
    return IllegalMove(N_("The squad's work has moved on since it asked: there is nothing left to agree to."))


def promises_settled(scene: Scene) -> Refused | None:
    """A word given is kept or broken before the case is put right; it does not vanish with it."""
    if scene.promises and (scene.assignment is None or scene.is_lead):
        first = scene.promises[0]
        return IllegalMove(
            N_("A promise is still open – to {whom}: {what}. Say first whether it was kept."),
            whom=first.to_whom, what=first.what,
        )  # fmt: skip
    return None


def assists_done(scene: Scene) -> Refused | None:
    """The lead resolves last."""
    if scene.is_lead and any(a.id != scene.assignment.id and not a.over for a in scene.assignments if scene.assignment):
        return IllegalMove(N_("An assisting squad is not done yet: the lead resolves last."))
    return None


def may_rule_on(scene: Scene) -> Refused | None:
    """A first return may be agreed by the dispatching operator; everything else is a supervisor's."""
    request, case = scene.request, scene.case
    if scene.may_rule:
        return None
    if request is None or request.ask != Ask.RETURN:
        return NotAllowed(N_("Extensions and suspensions are ruled on by a supervisor."))
    if case is not None and case.hops + 1 >= scene.rules.number("return.supervisor_from"):
        return NotAllowed(N_("The case was returned before: from the second return on a supervisor rules."))
    return None
