"""The table of moves: everybody who lacks the right, and every state that does not admit a move, is refused."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.moves import BY_NAME, MOVES, Move, Subject, why_not
from commandcenter.domain.people import RIGHTS, Person, Role
from commandcenter.domain.rules import rules_from
from commandcenter.domain.rulings import Request, RequestState
from commandcenter.domain.scene import Scene
from commandcenter.domain.wording import KINDS, WORDS
from commandcenter.errors import IllegalMove, NotAllowed
from commandcenter.operations import OPERATIONS
from commandcenter.storage.schema.tables import record_types

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)
STATES: dict[Subject, Any] = {
    Subject.COMPLAINT: ComplaintState, Subject.CASE: CaseState, Subject.ASSIGNMENT: AssignmentState,
    Subject.REQUEST: RequestState, Subject.PROMISE: PromiseState,
}  # fmt: skip


def scene(move: Move, person: Person, state: str | None = None) -> Scene:
    """A scene in which ``person`` has everything to do with the case and ``state`` is as asked."""
    of = {s: state if move.subject is s and state else next(iter(sorted(move.from_)), "open") for s in STATES}
    case = Case(id="c", number="1", named=[], rung="supervised", complaints=2, hops=0, state=of[Subject.CASE])
    assignment = Assignment(id="a", case_id="c", squad_id="s", officer_id=person.id, part="lead", enforced=False,
                            state=of[Subject.ASSIGNMENT] if move.subject is Subject.ASSIGNMENT else "handling")
    complaint = Complaint(id="p", complainant_id="z", owner_id="o", confidential=False, case_id="c",
                          state=of[Subject.COMPLAINT])
    request = Request(id="r", ask="return", state=of[Subject.REQUEST]) if move.subject is Subject.REQUEST else None
    return Scene(actor=person, now=NOW, rules=rules_from(None, (), ()), complaint=complaint, case=case,
                 assignment=assignment, request=request, assignments=(assignment,),
                 promise=Promise(id="q", case_id="c", state=of[Subject.PROMISE]))


def somebody(*roles: Role) -> Person:
    """A person of the squad with these roles."""
    return Person(id="o", login="o", name_zh="某", name_en="Some", roles=[str(r) for r in roles], squad_id="s",
                  disabled=False)


def test_every_move_is_an_operation_and_every_operation_a_move() -> None:
    assert set(OPERATIONS) == set(BY_NAME)


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("move", MOVES, ids=lambda m: m.name)
def test_a_role_without_the_right_is_refused_and_one_with_it_only_by_guards(move: Move, role: Role) -> None:
    seen = scene(move, somebody(role))
    refusal = why_not(move, seen)
    if RIGHTS[role] & move.by:
        guarded = next((said for guard in move.guards if (said := guard(seen)) is not None), None)
        assert (type(refusal), str(refusal)) == (type(guarded), str(guarded))
        assert "has no right to" not in str(refusal)
    else:
        assert isinstance(refusal, NotAllowed)
        assert "Some has no right to" in str(refusal)


@pytest.mark.parametrize("move", [m for m in MOVES if m.subject], ids=lambda m: m.name)
def test_a_state_that_does_not_admit_the_move_is_refused_in_words(move: Move) -> None:
    everybody = somebody(*Role)
    for state in STATES[move.subject]:
        refusal = why_not(move, scene(move, everybody, str(state)))
        if state in move.from_:
            continue
        assert isinstance(refusal, IllegalMove), state
        assert "{" not in str(refusal)


@pytest.mark.parametrize("move", MOVES, ids=lambda m: m.name)
def test_a_disabled_person_moves_nothing(move: Move) -> None:
    gone = somebody(*Role)
    gone.disabled = True
    assert isinstance(why_not(move, scene(move, gone)), NotAllowed)


def test_every_state_a_move_names_exists_and_has_a_word() -> None:
    for move in (m for m in MOVES if m.subject):
        known = {str(s) for s in STATES[move.subject]}
        assert move.from_ <= known, move.name
        assert move.from_ <= set(WORDS)
    for states in STATES.values():
        assert {str(s) for s in states} <= set(WORDS)


def test_every_kind_of_record_has_a_word() -> None:
    assert set(KINDS) == set(record_types())
