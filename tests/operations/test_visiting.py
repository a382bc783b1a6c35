"""Whose a return visit is: given out evenly to who is on duty and did not handle the case; taken; tried again."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.errors import IllegalMove, NotAllowed
from commandcenter.operations.rostering import set_duty
from commandcenter.operations.visiting import fairest, share_visits
from tests.house import House


def due(house: House, phone: str = "13700000001", **more: object) -> Complaint:
    """A complaint whose complainant is to be asked."""
    return house.complaints_of(house.visiting(caller_phone=phone, **more))[0]


def duty(house: House, login: str, on_duty: bool) -> None:
    house.database.run("set_duty", house.person(login), "test",
                       lambda work: set_duty(work, [house.keys[login]], on_duty))  # fmt: skip


def shared(house: House, login: str = "sue") -> int | None:
    return house.database.run("share_visits", house.person(login), "test", share_visits)


def visitor(house: House, complaint: Complaint) -> str:
    """Who is to make a visit, by login; empty where nobody is."""
    key = house.get(Complaint, complaint.id).visitor_id
    return house.get(Person, key).login if key else ""


def test_visits_are_given_out_in_turn_and_at_a_tie_to_the_owner(house: House) -> None:
    given_to = [visitor(house, due(house, f"1370000000{n}")) for n in range(4)]
    assert given_to == ["ann", "bob", "ann", "bob"]


def test_who_is_off_duty_is_given_none_and_loses_theirs_when_they_are_shared_out_anew(small_house: House) -> None:
    house = small_house
    first = due(house)
    assert visitor(house, first) == "ann"
    duty(house, "ann", False)
    assert visitor(house, due(house, "13700000002")) == "bob"
    assert shared(house) == 1
    assert visitor(house, first) == "bob"
    assert shared(house) == 0, "what somebody on duty has stays theirs"


def test_with_nobody_on_duty_a_visit_is_nobody_s_until_somebody_comes(small_house: House) -> None:
    house = small_house
    for login in ("ann", "bob"):
        duty(house, login, False)
    complaint = due(house)
    assert visitor(house, complaint) == ""
    duty(house, "bob", True)
    assert shared(house, "bob") == 1
    assert visitor(house, complaint) == "bob"


def test_the_complainants_of_one_case_are_shared_too(small_house: House) -> None:
    house = small_house
    case = house.resolved()
    for phone in ("13700000011", "13700000012", "13700000013"):
        house.do("ann", "attach", house.complaint(caller_phone=phone), case=case.id)
    house.do("sue", "approve", case, remark="同意")
    assert sorted(visitor(house, c) for c in house.complaints_of(case)) == ["ann", "ann", "bob", "bob"]


def test_a_confidential_complainant_is_called_by_the_owner_or_by_nobody_in_particular(small_house: House) -> None:
    house = small_house
    due(house)
    assert visitor(house, due(house, "13700000002", confidential=True)) == "ann", "though bob has fewer"
    duty(house, "ann", False)
    assert visitor(house, due(house, "13700000003", confidential=True)) == ""


def test_who_handled_a_case_is_neither_given_its_visit_nor_may_take_it(small_house: House) -> None:
    house = small_house

    def lead_a_double_life(work: object) -> None:
        work.get(Person, house.keys["oscar"]).roles = ["officer", "operator"]  # type: ignore[attr-defined]

    house.database.run("change_roles", house.person("adam"), "test", lead_a_double_life)
    duty(house, "ann", False)
    duty(house, "bob", False)
    complaint = due(house)
    assert visitor(house, complaint) == ""
    with pytest.raises(NotAllowed, match="You handled this case yourself"):
        house.do("oscar", "take_visit", complaint)
    with pytest.raises(NotAllowed, match="You handled this case yourself"):
        house.do("oscar", "visit", complaint, outcome="unreachable")


def test_a_case_is_visited_by_nobody_it_is_about(small_house: House) -> None:
    house = small_house
    case = house.resolved()
    house.do("sue", "name_conflict", case, named=[house.keys["ann"]], reason="亲属")
    house.do("tom", "approve", case, remark="同意")
    assert visitor(house, house.complaints_of(case)[0]) == "bob"


def test_a_visit_is_taken_once_and_only_while_it_is_due(small_house: House) -> None:
    house = small_house
    complaint = due(house)
    house.do("bob", "take_visit", complaint)
    assert visitor(house, complaint) == "bob"
    with pytest.raises(IllegalMove, match="yours already"):
        house.do("bob", "take_visit", complaint)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    with pytest.raises(IllegalMove, match="not possible now"):
        house.do("ann", "take_visit", complaint)


def test_after_a_try_that_reached_nobody_the_next_is_due_later_and_the_third_ends_it(small_house: House) -> None:
    house = small_house
    complaint = due(house)
    house.do("ann", "visit", complaint, outcome="unreachable")
    again = house.get(Complaint, complaint.id).visit_again_at
    assert again == house.now.replace(hour=7, minute=20), "two working hours, of which lunch is none"
    house.now = again
    house.do("ann", "visit", complaint, outcome="unreachable")
    assert house.get(Complaint, complaint.id).visit_again_at > house.now
    house.later(hours=3)
    house.do("ann", "visit", complaint, outcome="unreachable")
    asked = house.get(Complaint, complaint.id)
    assert (asked.state, asked.visit_tries) == ("unreachable", 3)


def test_after_a_dispute_the_tries_begin_anew(small_house: House) -> None:
    house = small_house
    complaint = due(house)
    house.do("ann", "visit", complaint, outcome="unreachable")
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1, words="没好")
    case = house.get(Complaint, complaint.id).case_id
    lead = house.get(type(house.case(caller_phone="13700000009")), case).lead_id
    house.do("carl", "accept", lead, officer=house.keys["oscar"])
    house.do("oscar", "contact", lead, means="call", outcome="reached", words="再联系", duration_s=60)
    house.do("oscar", "resolve", lead, disposition="rectified", closing_text="已整改")
    house.do("sue", "approve", case, remark="同意")
    again = house.get(Complaint, complaint.id)
    assert (again.state, again.visit_tries, again.visit_again_at) == ("visit_due", 0, None)


def test_who_neither_visits_nor_rules_shares_nothing_out(small_house: House) -> None:
    with pytest.raises(NotAllowed, match="no right to share out"):
        shared(small_house, "carl")


@given(st.lists(st.tuples(st.sampled_from("abcde"), st.booleans()), max_size=60), st.sampled_from("abcdez"))
def test_given_out_one_by_one_nobody_ever_has_two_more_than_another_who_was_always_there(
    arrivals: list[tuple[str, bool]], owner: str
) -> None:
    load = dict.fromkeys("abcde", 0)
    for _who, owned in arrivals:
        chosen = fairest(load, owner if owned else None)
        assert chosen is not None
        load[chosen] += 1
        assert max(load.values()) - min(load.values()) <= 1
    assert sum(load.values()) == len(arrivals)
    assert fairest({}, owner) is None
