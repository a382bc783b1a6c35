"""Promises and return visits: what is asked, what counts, and when the case is over."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise, Visit
from commandcenter.errors import Incomplete, NotAllowed
from tests.house import House


def two_to_visit(house: House) -> tuple[Case, Complaint, Complaint]:
    """A case signed off on which two citizens wait to be asked."""
    case = house.visiting()
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=case.id)
    one, two = house.complaints_of(case)
    return house.get(Case, case.id), one, two


def test_who_calls_about_a_case_that_is_being_visited_is_visited_too(small_house: House) -> None:
    _case, _one, two = two_to_visit(small_house)
    assert (two.state, two.visit_from_at) == ("visit_due", small_house.now)
    assert two.visit_due_at is not None
    assert two.visit_due_at > small_house.now


def test_a_case_is_closed_when_the_last_of_its_citizens_was_asked(small_house: House) -> None:
    case, one, two = two_to_visit(small_house)
    small_house.do("bob", "visit", one, outcome="reached", solved=True, satisfied=5)
    assert small_house.get(Case, case.id).state == "visiting"
    small_house.do("bob", "visit", two, outcome="reached", solved=True, satisfied=3)
    assert small_house.get(Case, case.id).state == "closed"


def test_when_one_disputes_the_others_are_asked_again_later_and_the_answered_are_left_alone(small_house: House) -> None:
    house = small_house
    case, one, two = two_to_visit(house)
    third = house.complaint(caller_phone="13700000003", caller_name="赵女士")
    house.do("bob", "attach", third, case=case.id)
    house.do("bob", "visit", one, outcome="reached", solved=True, satisfied=5)
    house.do("bob", "visit", two, outcome="reached", solved=False, satisfied=1, words="没好")
    assert [c.state for c in house.complaints_of(case)] == ["confirmed", "disputed", "linked"]
    assert house.get(Complaint, third.id).visit_due_at is None


def test_satisfaction_is_a_number_from_one_to_five(small_house: House) -> None:
    (complaint,) = small_house.complaints_of(small_house.visiting())
    for satisfied in (0, 6):
        with pytest.raises(Incomplete, match="from 1 to 5"):
            small_house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=satisfied)
    small_house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=1)


def test_a_visit_that_reached_somebody_is_a_word_to_them(small_house: House) -> None:
    (complaint,) = small_house.complaints_of(small_house.visiting())
    small_house.later(hours=1)
    small_house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=4)
    asked = small_house.get(Complaint, complaint.id)
    assert asked.last_word_at == asked.visited_at == small_house.now


def test_nothing_is_written_down_as_said_by_somebody_who_was_not_reached(small_house: House) -> None:
    (complaint,) = small_house.complaints_of(small_house.visiting())
    key = small_house.do("bob", "visit", complaint, outcome="unreachable", solved=True, satisfied=5)
    tried = small_house.get(Visit, key)
    assert (tried.solved, tried.satisfied) == (None, None)


def test_a_promise_hangs_on_the_work_of_who_gave_it(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    due_at = house.now + dt.timedelta(hours=3)
    given: dict[str, Any] = {"to_whom": "王女士", "what": "下午到场", "due_at": due_at}
    assert house.get(Promise, house.do("otto", "promise", lead.case_id, **given)).assignment_id == helper
    assert house.get(Promise, house.do("ann", "promise", lead.case_id, **given)).assignment_id == lead.id


def test_a_promise_is_given_by_an_operator_or_the_responsible_officer_only(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    given: dict[str, Any] = {"to_whom": "王女士", "what": "下午到场", "due_at": house.now + dt.timedelta(hours=3)}
    with pytest.raises(NotAllowed, match="operator or the responsible officer"):
        house.do("olga", "promise", lead.case_id, **given)


def test_a_broken_promise_was_never_kept(small_house: House) -> None:
    house = small_house
    keys = [house.do("ann", "promise", house.case(), to_whom="王女士", what="回电",
                     due_at=house.now + dt.timedelta(hours=3)) for _time in range(2)]  # fmt: skip
    house.later(hours=1)
    house.do("ann", "break_promise", keys[0], outcome="没空")
    house.do("ann", "keep", keys[1], outcome="已回电")
    broken, kept = (house.get(Promise, key) for key in keys)
    assert (broken.state, broken.outcome, broken.kept_at) == ("broken", "没空", None)
    assert (kept.state, kept.outcome, kept.kept_at) == ("kept", "已回电", house.now)
