"""Two people at the same moment: what each of them saw still holds when they are both done. On both databases."""

from typing import Any

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.rulings import Request
from tests.house import House
from tests.operations.at_once import Act, at_once

CONTENT: dict[str, Any] = {"outcome": "reached", "solved": True, "satisfied": 5}
SAME: dict[str, Any] = {"reason": "同一件事"}
DONE: dict[str, Any] = {"disposition": "rectified", "closing_text": "好了"}


def found(house: House) -> Case:
    """A case nobody complained about."""
    key = house.do("oscar", "find", words="占道", matter=house.keys["noise"], place_words="某处", urgency="ordinary")
    return house.get(Case, key)  # type: ignore[no-any-return]


def asked(house: House) -> list[Request]:
    """Every request there is."""
    with house.database.reading() as session:
        return list(session.query(Request))


def test_two_last_visits_at_once_close_the_case(house: House) -> None:
    case = house.visiting()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    one, two = house.complaints_of(case)
    assert not at_once(house, Act("ann", "visit", one.id, CONTENT), Act("bob", "visit", two.id, CONTENT))
    assert [c.state for c in house.complaints_of(case)] == ["confirmed", "confirmed"]
    assert house.get(Case, case.id).state == "closed"


def test_one_citizen_content_and_one_not_at_once_send_the_case_back(house: House) -> None:
    case = house.visiting()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    one, two = house.complaints_of(case)
    not_solved = {"outcome": "reached", "solved": False, "satisfied": 1}
    at_once(house, Act("ann", "visit", one.id, CONTENT), Act("bob", "visit", two.id, not_solved))
    assert house.get(Case, case.id).state == "dispatched"
    assert house.get(Case, case.id).round == 2


def test_of_two_requests_at_once_only_one_waits(house: House) -> None:
    assignment = house.contacted()
    more = {"reason": "复杂", "amount": "10 wd"}
    (refused,) = at_once(house, Act("oscar", "ask_extension", assignment.id, more),
                         Act("oscar", "ask_extension", assignment.id, more))  # fmt: skip
    assert "already waiting" in str(refused)
    assert len(asked(house)) == 1


def test_of_two_cases_merged_crosswise_at_once_one_stays(house: House) -> None:
    one, two = found(house), found(house)
    (refused,) = at_once(house, Act("ann", "merge", one.id, SAME | {"case": two.id}),
                         Act("bob", "merge", two.id, SAME | {"case": one.id}))  # fmt: skip
    assert refused is not None
    assert {house.get(Case, key.id).state for key in (one, two)} == {"open", "merged"}


def test_nothing_is_merged_into_a_case_that_is_cancelled_at_the_same_moment(house: House) -> None:
    goes, stays = house.case(), found(house)
    (_refused,) = at_once(house, Act("ann", "merge", goes.id, SAME | {"case": stays.id}),
                          Act("bob", "cancel", stays.id, {"reason": "误立"}))  # fmt: skip
    states = (house.get(Case, goes.id).state, house.get(Case, stays.id).state)
    assert states in {("open", "cancelled"), ("merged", "open")}


def test_nothing_is_attached_to_a_case_that_is_cancelled_at_the_same_moment(house: House) -> None:
    case, complaint = found(house), house.complaint()
    (_refused,) = at_once(house, Act("ann", "attach", complaint.id, {"case": case.id}),
                          Act("bob", "cancel", case.id, {"reason": "误立"}))  # fmt: skip
    held = house.get(Case, case.id)
    assert (held.state, len(house.complaints_of(case))) in {("open", 1), ("cancelled", 0)}


def test_a_suspension_agreed_while_the_case_is_resolved_is_agreed_or_withdrawn_never_both(house: House) -> None:
    assignment = house.contacted()
    request = house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount="5 d")
    (_refused,) = at_once(house, Act("oscar", "resolve", assignment.id, DONE),
                          Act("sue", "agree", request, {"ruling": "同意"}))  # fmt: skip
    held = (house.get(Assignment, assignment.id).state, house.get(Request, request).state)
    assert held in {("suspended", "agreed"), ("resolved", "withdrawn")}
    assert house.get(Case, assignment.case_id).state == held[0]


def test_a_helper_sent_while_the_lead_resolves_is_not_forgotten(house: House) -> None:
    assignment = house.contacted()
    helper = {"squad": house.keys["south"], "why": "联合"}
    (_refused,) = at_once(house, Act("ann", "assist", assignment.case_id, helper),
                          Act("oscar", "resolve", assignment.id, DONE))  # fmt: skip
    case = house.get(Case, assignment.case_id)
    assert (case.state, case.assisting) in {("contacted", 1), ("resolved", 0)}


def test_who_is_named_while_being_made_responsible_is_not_at_work(house: House) -> None:
    assignment = house.dispatched()
    oscar = house.keys["oscar"]
    at_once(house, Act("sue", "name_conflict", assignment.case_id, {"named": [oscar], "reason": "举报"}),
            Act("carl", "accept", assignment.id, {"officer": oscar}))  # fmt: skip
    kept, case = house.get(Assignment, assignment.id), house.get(Case, assignment.case_id)
    assert case.named == [oscar]
    assert kept.over or kept.officer_id != oscar
