"""The ladder climbed by rule: one rung of one case, in an operation of its own, exactly once."""

from sqlalchemy import func, select

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.ladder import due
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Directive
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.reviewing import next_number


def climb_by_rule(work: Work, key: Key) -> Key | None:
    """Climb the rung of that case which is due by rule; the key of the directive, None where none is due (any more).

    The case is held first, so of two stations that come at once the second finds it climbed. NotAllowed for who may
    not press: a station does it for whoever sits there, a command for the program.
    """
    if work.actor.id and Right.SUPERVISE not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to press squads."), person=work.actor.name)
    case = work.session.scalar(select(Case).where(Case.id == key).with_for_update(key_share=True))
    lead = work.session.get(Assignment, case.lead_id) if case is not None and case.lead_id else None
    if case is None or lead is None or not case.is_for(work.actor.id):
        return None
    given_at = work.session.scalar(select(func.max(Directive.given_at)).where(Directive.case_id == key))
    climb = due(case, lead, given_at, work.rules, work.now)
    if climb is None:
        return None
    case.rung = str(climb.rung)
    work.reason = climb.rule
    return work.add(Directive(
        case_id=case.id, assignment_id=lead.id, rung=str(climb.rung), words=str(climb.why), given_by_id=None,
        given_at=work.now, rule=climb.rule, why=climb.why.kept(), number=next_number(work, climb.rung),
    )).id  # fmt: skip
