"""Whose a return visit 回访 is: given out evenly among the operators on duty who did not handle the case.

A visit that is somebody's stands in their list. Whoever takes over from them may take it; what nobody on duty may make
is nobody's, and stands in everybody's list.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence

from sqlalchemy import Text, cast, func, select

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.people import Person, Right, Role
from commandcenter.domain.record import Key
from commandcenter.domain.scene import who_handled
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.performing import Stage, operation

SHARED_BY = frozenset({Right.VISIT, Right.RULE})
"""Whose coming and going shares the visits out anew."""


def fairest(load: Mapping[Key, int], owner: Key | None) -> Key | None:
    """Of those who may make a visit, each with how many they have: who has fewest, at a tie the owner of the complaint.

    None where there is nobody.
    """
    return min(load, key=lambda key: (load[key], key != owner, key), default=None)


def give_out(work: Work, case: Case, complaints: Sequence[Complaint]) -> None:
    """Say whose the visits to the complainants of a case are, which are due from now on."""
    _give(work, complaints, {case.id: case}, _on_duty(work), _held(work))


@operation
def take_visit(stage: Stage) -> Complaint:
    """The visit is one's own from now on."""
    stage.complaint.visitor_id = stage.work.actor.id
    return stage.complaint


def share_visits(work: Work) -> int:
    """Give out anew what is nobody's, or somebody's who is off duty. Returns how many changed hands.

    NotAllowed for who neither makes visits nor rules. What somebody on duty has stays theirs.
    """
    if not SHARED_BY & work.actor.rights:
        raise NotAllowed(N_("{person} has no right to share out return visits."), person=work.actor.name)
    there, held = _on_duty(work), _held(work)
    lone = [c for c in work.all(Complaint, Complaint.state == str(ComplaintState.VISIT_DUE),
                                Complaint.historic.is_(False)) if c.visitor_id not in there]  # fmt: skip
    cases = {case.id: case for case in work.all(Case, Case.id.in_({c.case_id for c in lone}))} if lone else {}
    before = {c.id: c.visitor_id for c in lone}
    _give(work, sorted(lone, key=_due), cases, there, held)
    return sum(c.visitor_id != before[c.id] for c in lone)


def _give(
    work: Work, complaints: Iterable[Complaint], cases: Mapping[Key, Case], there: Mapping[Key, Person],
    held: dict[Key, int],
) -> None:  # fmt: skip
    for complaint in complaints:
        case = cases.get(complaint.case_id or "")
        if case is None or case.sealed_for is not None:  # what is sealed is for the people named alone
            continue
        able = _able(work, case, there.values())
        if complaint.confidential:  # nobody else may see whom to call
            able = [key for key in able if key == complaint.owner_id]
        complaint.visitor_id = fairest({key: held.get(key, 0) for key in able}, complaint.owner_id)
        if complaint.visitor_id:
            held[complaint.visitor_id] = held.get(complaint.visitor_id, 0) + 1


def _able(work: Work, case: Case, people: Collection[Person]) -> list[Key]:
    """Nobody asks about their own work, and nobody about a case that is about them."""
    handled = set(work.session.scalars(who_handled(case.id))) if people else set()
    return [p.id for p in people if p.id not in handled and not {p.id, p.squad_id} & set(case.named)]


def _on_duty(work: Work) -> dict[Key, Person]:
    """The operators on duty."""
    operators = cast(Person.roles, Text).contains(f'"{Role.OPERATOR}"')
    people = work.all(Person, Person.disabled.is_(False), operators)
    return {p.id: p for p in people if p.on_duty and Right.VISIT in p.rights}  # as this work leaves them


def _held(work: Work) -> dict[Key, int]:
    """How many visits each person has."""
    due = Complaint.state == str(ComplaintState.VISIT_DUE)
    counted = select(Complaint.visitor_id, func.count()).where(due).group_by(Complaint.visitor_id)
    return {key: n for key, n in work.session.execute(counted) if key is not None}


def _due(complaint: Complaint) -> tuple[bool, object, str]:
    return complaint.visit_due_at is None, complaint.visit_due_at or "", complaint.id
