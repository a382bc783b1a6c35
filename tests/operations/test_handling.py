"""At work on a case: who may be sent, what counts as a contact, what may be asked for, what stays as evidence."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, Photo
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.operations.handling import MEGABYTE, FileGiven
from tests.house import House


def call(house: House, assignment: Assignment, outcome: str = "reached", **more: Any) -> Key:
    """Oscar calls."""
    given: dict[str, Any] = {"means": "call", "outcome": outcome, "words": "电话", "duration_s": 30} | more
    return house.do("oscar", "contact", assignment.id, **given)


def joined(house: House, assignment: Assignment) -> Complaint:
    """A second complaint on the same case."""
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=assignment.case_id)
    return second


def test_nobody_out_of_use_and_nobody_the_case_is_about_becomes_responsible(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    house.do("sue", "name_conflict", assignment.case_id, named=[house.keys["olga"]], reason="举报")

    def disable(work: object) -> None:
        work.get(Person, house.keys["oscar"]).disabled = True  # type: ignore[attr-defined]

    house.database.run("disable", house.person("adam"), "test", disable)
    with pytest.raises(NotAllowed, match="does not belong"):
        house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    with pytest.raises(NotAllowed, match="about Olga"):
        house.do("carl", "accept", assignment, officer=house.keys["olga"])


def test_what_a_helping_squad_does_leaves_the_state_of_the_case_alone(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    house.do("oscar", "report", assignment, words="处理中")
    helper = house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    assert house.get(Case, assignment.case_id).state == "handling"


def test_the_first_contact_counts_and_a_later_one_does_not_move_it(small_house: House) -> None:
    house = small_house
    first = house.contacted()
    house.do("oscar", "report", first, words="处理中")
    house.later(minutes=30)
    call(house, first)
    again = house.get(Assignment, first.id)
    assert (again.contacted_at, again.state) == (first.contacted_at, "handling")


def test_a_visit_needs_no_length_of_a_call(small_house: House) -> None:
    assignment = small_house.accepted()
    call(small_house, assignment, means="visit", duration_s=None)
    assert small_house.get(Assignment, assignment.id).state == "contacted"


def test_a_contact_that_reached_the_citizen_lets_the_wait_for_the_next_word_begin(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    house.later(hours=1)
    call(house, assignment, "no_answer")
    (complaint,) = house.complaints_of(house.get(Case, assignment.case_id))
    assert complaint.last_word_at is not None
    assert complaint.last_word_at < house.now
    at = house.now - dt.timedelta(minutes=10)
    key = call(house, assignment, contacted_at=at)
    assert house.get(Complaint, complaint.id).last_word_at == at
    assert house.get(Contact, key).complaint_id == complaint.id


def test_a_contact_lies_between_the_dispatch_and_now(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    house.later(minutes=10)
    second = dt.timedelta(seconds=1)
    for at, why in ((house.now + second, "future"), (assignment.dispatched_at - second, "before the case")):
        with pytest.raises(Incomplete, match=why) as refused:
            call(house, assignment, contacted_at=at)
        assert refused.value.field == "contacted_at"
    call(house, assignment, contacted_at=assignment.dispatched_at)
    call(house, assignment, contacted_at=house.now)


def test_with_several_complaints_it_is_said_who_was_contacted_and_only_one_of_them_can_be(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    second = joined(house, assignment)
    with pytest.raises(Incomplete, match="2 people complained"):
        call(house, assignment)
    stranger = house.complaint(caller_phone="13700000009")
    with pytest.raises(Incomplete, match="does not belong to this case"):
        call(house, assignment, complaint=stranger.id)
    assert house.get(Contact, call(house, assignment, complaint=second.id)).complaint_id == second.id


def test_a_report_in_the_midst_of_the_handling_leaves_the_state_alone(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    for _time in range(2):
        house.do("oscar", "report", assignment.id, words="处理中")
        assert house.get(Assignment, assignment.id).state == "handling"


def test_who_was_tried_as_often_as_the_district_asks_keeps_no_case_open(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    second = joined(house, assignment)
    tries = int(house.database.run("look", None, "test", lambda work: work.rules.number("contact.tries")) or 0)
    assert tries > 1
    for _try in range(tries):
        with pytest.raises(IllegalMove, match=second.number):
            house.do("oscar", "resolve", assignment.id, disposition="rectified", closing_text="好了")
        call(house, assignment, "no_answer", complaint=second.id)
    house.do("oscar", "resolve", assignment.id, disposition="rectified", closing_text="好了")


def test_in_the_next_round_everybody_is_contacted_again(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    (complaint,) = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1, words="没解决")
    again = house.get(Assignment, house.get(Case, case.id).lead_id)
    other = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", other, case=case.id)
    house.do("carl", "accept", again, officer=house.keys["oscar"])
    call(house, again, complaint=other.id)
    with pytest.raises(IllegalMove, match=complaint.number):
        house.do("oscar", "resolve", again.id, disposition="rectified", closing_text="好了")
    call(house, again, complaint=complaint.id)
    house.do("oscar", "resolve", again.id, disposition="rectified", closing_text="好了")


def test_a_file_may_be_as_large_as_the_district_allows_and_no_larger(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    most = int(house.database.run("look", None, "test", lambda work: work.rules.number("photo.megabytes")) or 0)
    whole = FileGiven("现场.jpg", "image/jpeg", bytes(most * MEGABYTE))
    keys = [house.do("oscar", "attach_photo", assignment.id, file=whole) for _time in range(2)]
    kept = [house.get(Photo, key) for key in keys]
    assert [photo.size for photo in kept] == [most * MEGABYTE] * 2
    assert kept[0].sha256 == kept[1].sha256
    larger = FileGiven("现场.jpg", "image/jpeg", bytes(most * MEGABYTE + 1))
    with pytest.raises(Incomplete, match=f"larger than {most} MB"):
        house.do("oscar", "attach_photo", assignment.id, file=larger)


def test_a_suspension_lasts_no_longer_than_the_district_allows(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    most = str(house.database.run("look", None, "test", lambda work: work.rules.text("suspension.max")))
    amount, unit = most.split()
    with pytest.raises(Incomplete, match="at most"):
        house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount=f"{int(amount) * 2} {unit}")
    house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount=most)


def test_extensions_are_asked_in_working_days_and_the_whole_of_what_is_allowed_may_be_asked(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    with pytest.raises(Incomplete, match="given in working days"):
        house.do("oscar", "ask_extension", assignment, reason="复杂", amount="3 d")
    with pytest.raises(Incomplete, match="at most"):
        house.do("oscar", "ask_extension", assignment, reason="复杂", amount="11 wd")
    house.do("oscar", "ask_extension", assignment, reason="复杂", amount="10 wd")


def test_a_case_resumed_before_its_first_contact_waits_for_it_again_and_longer(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    asked = house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount="5 d")
    house.do("sue", "agree", asked, ruling="同意")
    house.later(days=1)
    house.do("oscar", "resume", assignment.id, reason="图纸到了")
    again = house.get(Assignment, assignment.id)
    assert (again.state, again.suspended_until) == ("accepted", None)
    assert assignment.contact_due_at is not None
    assert again.contact_due_at == assignment.contact_due_at + dt.timedelta(days=1)


def test_a_suspension_keeps_the_extension_and_the_pauses_there_were(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    longer = house.do("oscar", "ask_extension", assignment, reason="复杂", amount="3 wd")
    house.do("sue", "agree", longer, ruling="同意")
    extended = house.get(Assignment, assignment.id)
    for _time in range(2):
        asked = house.do("oscar", "ask_suspension", assignment.id, reason="等图纸", amount="2 d")
        house.do("sue", "agree", asked, ruling="同意")
        house.later(days=1)
        house.do("oscar", "resume", assignment.id, reason="图纸到了")
    again = house.get(Assignment, assignment.id)
    assert len(again.pauses) == 2
    assert all(ended for _begun, ended in again.pauses)
    later = again.resolve_due_at - extended.resolve_due_at
    assert later == dt.timedelta(days=1), "the Monday it began on never counted"


def test_a_helping_squad_need_not_have_spoken_to_everybody(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    helper = house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="联合")
    second = joined(house, assignment)
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场", complaint=second.id)
    house.do("otto", "resolve", helper, disposition="rectified", closing_text="协办完成")
    case = house.get(Case, assignment.case_id)
    assert (case.state, case.resolved_at, case.assisting) == ("accepted", None, 0)


def test_a_helping_officer_does_not_act_for_the_lead_and_a_captain_of_elsewhere_for_nobody(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    with pytest.raises(NotAllowed, match="responsible officer"):
        house.do("otto", "contact", lead.id, means="visit", outcome="reached", words="到场")
    with pytest.raises(NotAllowed, match="member of the squad"):
        house.do("otto", "report", lead.id, words="处理中")
    with pytest.raises(NotAllowed, match="responsible officer"):
        house.do("otto", "resolve", lead.id, disposition="rectified", closing_text="好了")
    with pytest.raises(NotAllowed, match="responsible officer"):
        house.do("olga", "contact", lead.id, means="visit", outcome="reached", words="到场")
    other = house.dispatched(caller_phone="13700000002")
    with pytest.raises(NotAllowed, match="captain of the squad that has the case"):
        house.do("cora", "ask_return", other, reason="不属", basis="属地")


def test_a_return_is_asked_by_a_captain_and_work_handed_over_by_the_captain_or_who_has_it(small_house: House) -> None:
    house = small_house

    def promote(work: Work) -> None:
        work.get(Person, house.keys["olga"]).roles = ["officer", "captain"]

    fresh = house.dispatched(caller_phone="13700000002")
    with pytest.raises(NotAllowed):
        house.do("oscar", "ask_return", fresh, reason="不属", basis="属地")
    assignment = house.accepted()
    with pytest.raises(NotAllowed):
        house.do("olga", "hand_over", assignment, officer=house.keys["olga"], reason="我来")
    house.do("carl", "hand_over", assignment.id, officer=house.keys["olga"], reason="换人")
    with pytest.raises(NotAllowed):
        house.do("oscar", "hand_over", assignment.id, officer=house.keys["oscar"], reason="还我")
    house.do("olga", "hand_over", assignment.id, officer=house.keys["oscar"], reason="换回")
    assert house.get(Assignment, assignment.id).officer_id == house.keys["oscar"]
    house.database.run("promote", house.person("adam"), "test", promote)
    house.do("olga", "hand_over", assignment.id, officer=house.keys["olga"], reason="我来")


def test_the_very_last_moment_is_still_in_time(small_house: House) -> None:
    house = small_house
    fresh, running = house.dispatched(), house.contacted(caller_phone="13700000002")
    assert fresh.return_due_at is not None
    assert running.resolve_due_at is not None
    last: list[tuple[dt.datetime, Callable[[], Key]]] = [
        (fresh.return_due_at, lambda: house.do("carl", "ask_return", fresh, reason="不属", basis="属地")),
        (running.resolve_due_at, lambda: house.do("oscar", "ask_extension", running, reason="复杂", amount="1 wd")),
    ]
    for moment, act in sorted(last, key=lambda pair: pair[0]):
        house.now = moment
        act()


def test_the_caller_is_shown_to_who_is_responsible_and_nobody_else_of_the_squad(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    (complaint,) = house.complaints_of(house.get(Case, assignment.case_id))
    house.do("oscar", "reveal", complaint, reason="回电")
    with pytest.raises(NotAllowed, match="responsible officer may see"):
        house.do("olga", "reveal", complaint.id, reason="好奇")
    nameless = house.complaint(caller_phone="", caller_name="")
    with pytest.raises(IllegalMove, match="anonymous"):
        house.do("ann", "reveal", nameless, reason="回电")
