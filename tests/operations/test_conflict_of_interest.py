"""Whom a case is about neither handles it nor judges it, wherever the case goes."""

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.rulings import Request
from commandcenter.errors import Incomplete, NotAllowed
from tests.house import House


def test_whom_a_case_is_about_cannot_handle_the_case_made_of_it(small_house: House) -> None:
    house = small_house
    about = [house.keys["north"]]
    case = house.case()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    house.do("sue", "name_conflict", case.id, named=about, reason="举报")
    split = house.do("ann", "split", house.complaints_of(case)[1].id, reason="不是一回事")
    stays = house.case(caller_phone="13700000002")
    house.do("ann", "merge", case.id, case=stays.id, reason="同一件事")
    closed = house.visiting(caller_phone="13700000003")
    house.do("sue", "name_conflict", closed.id, named=about, reason="举报")
    house.do("bob", "visit", house.complaints_of(closed)[0], outcome="reached", solved=True, satisfied=5)
    house.later(days=30)
    again = house.do("ann", "reopen", closed.id, reason="又来了")
    for key in (split, stays.id, again):
        assert house.get(Case, key).named == about
        with pytest.raises(NotAllowed, match="conflict of interest"):
            house.do("ann", "dispatch", key, squad=house.keys["north"], why="属地")


@pytest.mark.parametrize("named", ["oscar", "north"])
def test_who_is_named_stops_at_once_and_the_case_is_dispatched_anew(small_house: House, named: str) -> None:
    house = small_house
    assignment = house.contacted()
    request = house.do("oscar", "ask_extension", assignment, reason="复杂", amount="2 wd")
    house.later(minutes=5)
    house.do("sue", "name_conflict", assignment.case_id, named=[house.keys[named]], reason="举报")
    case = house.get(Case, assignment.case_id)
    assert (case.state, case.lead_id, case.dispatch_from_at, case.hops) == ("open", None, house.now, 0)
    assert house.get(Assignment, assignment.id).state == "cancelled"
    assert house.get(Request, request).state == "withdrawn"


def test_a_helping_squad_that_is_named_stops_and_the_lead_goes_on(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("sue", "name_conflict", lead.case_id, named=[house.keys["south"]], reason="举报")
    case = house.get(Case, lead.case_id)
    assert (house.get(Assignment, helper).state, case.state, case.assisting) == ("cancelled", "contacted", 0)


def test_merging_takes_the_work_from_whom_the_other_case_names(small_house: House) -> None:
    house = small_house
    stays, goes = house.contacted(), house.case(caller_phone="13700000002")
    house.do("sue", "name_conflict", goes.id, named=[house.keys["oscar"]], reason="举报")
    house.do("ann", "merge", goes.id, case=stays.case_id, reason="同一件事")
    assert house.get(Case, stays.case_id).state == "open"
    assert house.get(Assignment, stays.id).state == "cancelled"


def test_a_squad_mate_who_is_named_adds_nothing_to_the_case(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    house.do("sue", "name_conflict", assignment.case_id, named=[house.keys["olga"]], reason="举报")
    with pytest.raises(NotAllowed, match="about you or your squad"):
        house.do("olga", "report", assignment, words="处理中")
    house.do("oscar", "report", assignment, words="处理中")


def test_an_operator_the_case_is_about_does_not_ask_whether_it_is_solved(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    house.do("sue", "name_conflict", case.id, named=[house.keys["bob"]], reason="举报")
    with pytest.raises(NotAllowed, match="about you or your squad"):
        house.do("bob", "visit", house.complaints_of(case)[0], outcome="unreachable")


def test_only_people_and_squads_of_the_district_are_named(small_house: House) -> None:
    house = small_house
    case = house.case()
    for stranger in (case.id, house.keys["noise"]):
        with pytest.raises(Incomplete, match="people and squads"):
            house.do("sue", "name_conflict", case.id, named=[house.keys["oscar"], stranger], reason="举报")
    assert house.get(Case, case.id).named == []
