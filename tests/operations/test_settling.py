"""What hangs on the end of a case, of a round, of a squad's work is settled with it. No move revives what is over."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.rulings import Request
from commandcenter.domain.timing import running
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed, Refused
from tests.house import HERE, House

DONE: dict[str, Any] = {"disposition": "rectified", "closing_text": "好了"}


def found(house: House) -> Case:
    """A case nobody complained about."""
    key = house.do("kim", "find", words="楼道堆物", matter=house.keys["noise"], place_words="阳光小区", point=HERE,
                   urgency="ordinary")  # fmt: skip
    return house.get(Case, key)  # type: ignore[no-any-return]


def promised(house: House, case: Key, **more: Any) -> Key:
    """A word given on a case."""
    given: dict[str, Any] = {"to_whom": "王女士", "what": "下午到场", "due_at": house.now + dt.timedelta(hours=3)}
    return house.do("ann", "promise", case, **given, **more)


def put(house: House, record_type: type[Record], key: Key, **values: Any) -> None:
    """Let a record be as an older program may have left it."""

    def change(work: Work) -> None:
        row = work.get(record_type, key)
        for name, value in values.items():
            setattr(row, name, value)

    house.database.run("set_up", None, "test", change)


# ---------------------------------------------------------------- requests


def test_what_a_squad_asked_for_is_withdrawn_when_it_resolves(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    request = house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount="5 d")
    house.do("oscar", "resolve", assignment, **DONE)
    assert house.get(Request, request).state == "withdrawn"
    for name in ("agree", "refuse"):
        with pytest.raises(IllegalMove, match="withdrawn"):
            house.do("sue", name, request, ruling="同意")


def test_what_any_squad_asked_for_is_withdrawn_when_the_case_is_merged(small_house: House) -> None:
    house = small_house
    lead, stays = house.dispatched(), house.case(caller_phone="13700000002")
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    requests = [house.do(who, "ask_return", work, reason="不属", basis="属地")
                for who, work in (("carl", lead.id), ("cora", helper))]  # fmt: skip
    house.do("ann", "merge", lead.case_id, case=stays.id, reason="同一件事")
    assert {house.get(Request, key).state for key in requests} == {"withdrawn"}
    assert house.get(Case, lead.case_id).state == "merged"


@pytest.mark.parametrize("ask", ["return", "suspension", "extension"])
def test_a_request_left_behind_by_older_work_is_refused_without_a_trace_and_never_agreed(
    small_house: House, ask: str
) -> None:
    house = small_house
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    work = house.get(Assignment, case.lead_id)

    def leave(at: Work) -> Key:
        return at.add(Request(case_id=case.id, assignment_id=work.id, ask=ask, state="asked", reason="x", amount="2 wd",
                              asked_by_id=house.keys["oscar"], asked_at=at.now)).id  # fmt: skip

    request = house.database.run("set_up", None, "test", leave)
    with pytest.raises(IllegalMove, match="moved on"):
        house.do("sue", "agree", request, ruling="同意")
    house.do("sue", "refuse", request, ruling="已办结")
    assert house.get(Assignment, work.id).values() == work.values()
    assert house.get(Case, case.id).state == "closed"


def test_an_extension_is_measured_again_when_it_is_agreed(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    request = house.do("oscar", "ask_extension", assignment, reason="复杂", amount="6 wd")
    put(house, Assignment, assignment.id, extension="6 wd")
    with pytest.raises(Incomplete, match="at most"):
        house.do("sue", "agree", request, ruling="同意")
    assert house.get(Request, request).state == "asked"


# ---------------------------------------------------------------- citizens


def test_a_case_a_citizen_disputes_is_not_cancelled(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=False, satisfied=1)
    with pytest.raises(IllegalMove, match="Complaints still hang"):
        house.do("sue", "cancel", case.id, reason="误立")


def test_after_a_dispute_everybody_waits_for_a_word_again_and_nobody_was_spoken_to_who_was_not(
    small_house: House,
) -> None:
    house = small_house
    case = house.visiting()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    one, two = house.complaints_of(case)
    assert not [t for t in running(one) if t.clock.name == "progress"], "while a visit is owed no other word is"
    house.later(hours=1)
    house.do("bob", "visit", one, outcome="reached", solved=False, satisfied=1)
    disputed, other = house.complaints_of(case)
    for complaint in (disputed, other):
        (clock,) = running(complaint)
        assert (clock.clock.name, clock.started_at) == ("progress", house.now)
        assert clock.due_at > house.now
    assert (disputed.last_word_at, other.last_word_at) == (house.now, two.last_word_at)


def test_a_case_reopened_within_the_grace_asks_its_citizens_again(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    (complaint,) = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    house.later(days=2)
    house.do("ann", "reopen", case.id, reason="又来了")
    linked = house.get(Complaint, complaint.id)
    assert linked.state == "linked"
    assert [(t.clock.name, t.started_at) for t in running(linked)] == [("progress", house.now)]
    work = house.get(Case, case.id).lead_id
    house.do("carl", "accept", work, officer=house.keys["oscar"])
    house.do("oscar", "contact", work, means="visit", outcome="reached", words="到场")
    house.do("oscar", "resolve", work, **DONE)
    house.do("sue", "approve", case.id, remark="同意")
    assert house.get(Case, case.id).state == "visiting"
    assert house.get(Complaint, complaint.id).state == "visit_due"


def test_a_contact_told_late_does_not_turn_the_last_word_back(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    (before,) = house.complaints_of(house.get(Case, assignment.case_id))
    house.later(hours=1)
    house.do("oscar", "contact", assignment, means="visit", outcome="reached", words="之前到场",
             contacted_at=assignment.dispatched_at)  # fmt: skip
    (after,) = house.complaints_of(house.get(Case, assignment.case_id))
    assert (after.last_word_at, after.progress_due_at) == (before.last_word_at, before.progress_due_at)


def test_a_case_whose_only_citizen_never_answers_can_be_resolved_after_the_tries(small_house: House) -> None:
    house = small_house
    assignment = house.accepted()
    with pytest.raises(IllegalMove, match="No contact was recorded"):
        house.do("oscar", "resolve", assignment, **DONE)
    for left in (2, 1, 0):
        house.do("oscar", "contact", assignment, means="call", outcome="no_answer", words="无人接听")
        house.do("oscar", "report", assignment, words="再试")
        assert house.get(Assignment, assignment.id).state == "accepted", "handling begins after a contact"
        if left:
            with pytest.raises(IllegalMove, match="Not everybody"):
                house.do("oscar", "resolve", assignment, **DONE)
    house.do("oscar", "resolve", assignment, **DONE)
    assert house.get(Case, assignment.case_id).state == "resolved"


def test_a_find_is_not_put_right_by_a_click(small_house: House) -> None:
    house = small_house
    work = house.do("ann", "dispatch", found(house), squad=house.keys["north"], why="属地")
    house.do("carl", "accept", work, officer=house.keys["oscar"])
    with pytest.raises(IllegalMove, match="No contact was recorded"):
        house.do("oscar", "resolve", work, **DONE)


# ---------------------------------------------------------------- promises


def test_a_promise_goes_with_the_case_it_was_given_on(small_house: House) -> None:
    house = small_house
    goes, stays = house.contacted(), house.dispatched(caller_phone="13700000002")
    due_at = house.now + dt.timedelta(hours=3)
    key = house.do("oscar", "promise", goes.case_id, to_whom="王女士", what="到场", due_at=due_at)
    house.do("ann", "merge", goes.case_id, case=stays.case_id, reason="同一件事")
    kept = house.get(Promise, key)
    assert (kept.state, kept.case_id, kept.assignment_id) == ("promised", stays.case_id, stays.id)
    house.do("oscar", "keep", key, outcome="已到场")  # who gave it


def test_a_promise_to_one_citizen_goes_with_what_is_split_off(small_house: House) -> None:
    house = small_house
    case = house.case()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    one, two = house.complaints_of(case)
    keys = [promised(house, case.id, complaint=c.id) for c in (one, two)]
    split = house.do("ann", "split", two, reason="不是一回事")
    assert [house.get(Promise, key).case_id for key in keys] == [case.id, split]


def test_nothing_is_resolved_nor_signed_off_over_an_open_promise(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    key = promised(house, assignment.case_id)
    with pytest.raises(IllegalMove, match="下午到场"):
        house.do("oscar", "resolve", assignment, **DONE)
    house.do("ann", "keep", key, outcome="已到场")
    house.do("oscar", "resolve", assignment, **DONE)
    put(house, Promise, key, state="promised")
    with pytest.raises(IllegalMove, match="A promise is still open"):
        house.do("sue", "approve", assignment.case_id, remark="同意")


def test_a_helping_squad_is_done_whatever_the_lead_has_promised(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    promised(house, lead.case_id)
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场")
    house.do("otto", "resolve", helper, **DONE)


def test_what_was_promised_on_a_case_opened_by_mistake_is_withdrawn_with_it(small_house: House) -> None:
    house = small_house
    case = found(house)
    key = promised(house, case.id)
    house.do("ann", "cancel", case.id, reason="误立")
    withdrawn = house.get(Promise, key)
    assert withdrawn.state == "withdrawn"
    assert not running(withdrawn)


# ---------------------------------------------------------------- suspensions


def test_a_suspension_stops_the_clocks_no_longer_than_was_agreed(small_house: House) -> None:
    house = small_house
    in_time, late = house.contacted(), house.contacted(caller_phone="13700000002")
    due: list[dt.datetime] = []
    for assignment in (in_time, late):
        asked = house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount="2 d")
        house.do("sue", "agree", asked, ruling="同意")
    until = house.get(Assignment, late.id).suspended_until
    for assignment, at in ((in_time, until), (late, until + dt.timedelta(days=60))):
        house.now = at
        house.do("oscar", "resume", assignment, reason="图纸到了")
        due.append(house.get(Assignment, assignment.id).resolve_due_at)
    assert due[0] == due[1]
    assert house.get(Assignment, late.id).pauses[-1][1] == until.isoformat()


def test_work_that_ends_while_suspended_is_not_suspended_any_more(small_house: House) -> None:
    house = small_house
    assignment, stays = house.contacted(), house.case(caller_phone="13700000002")
    house.do("sue", "agree", house.do("oscar", "ask_suspension", assignment, reason="等", amount="2 d"), ruling="同意")
    house.do("ann", "merge", assignment.case_id, case=stays.id, reason="同一件事")
    ended = house.get(Assignment, assignment.id)
    assert ended.suspended_until is None
    assert all(end for _begun, end in ended.pauses)


# ---------------------------------------------------------------- squads


def test_no_squad_is_sent_twice_to_the_same_case(small_house: House) -> None:
    house = small_house
    north, south = house.keys["north"], house.keys["south"]
    case = house.case()
    for assisting in ([north], [south, south]):
        with pytest.raises(IllegalMove, match="already at work"):
            house.do("ann", "dispatch", case.id, squad=north, why="属地", assisting=assisting)
    house.do("ann", "dispatch", case.id, squad=north, why="属地", assisting=[south])
    request = house.do("carl", "ask_return", house.get(Case, case.id).lead_id, reason="不属", basis="属地")
    house.do("bob", "agree", request, ruling="同意")
    with pytest.raises(IllegalMove, match="already at work"):
        house.do("ann", "dispatch", case.id, squad=south, why="另派")
    house.do("ann", "dispatch", case.id, squad=house.keys["harbour"], why="另派")


def test_a_squad_out_of_use_is_sent_nowhere(small_house: House) -> None:
    house = small_house
    lead, case = house.visiting(), house.dispatched(squad="south", caller_phone="13700000002")
    put(house, Squad, house.keys["north"], disabled=True)
    with pytest.raises(NotAllowed, match="out of use"):
        house.do("ann", "assist", case.case_id, squad=house.keys["north"], why="联合")
    house.do("bob", "visit", house.complaints_of(lead)[0], outcome="reached", solved=False, satisfied=1)
    assert house.get(Case, lead.id).state == "open", "what is done again waits for another squad"


def test_a_captain_rosters_the_own_squad_only(small_house: House) -> None:
    from commandcenter.operations.rostering import set_duty

    house = small_house
    for login, whom, allowed in (("carl", "olga", True), ("carl", "otto", False), ("carl", "sue", False),
                                 ("sue", "otto", True), ("oscar", "oscar", True)):  # fmt: skip
        def body(work: Work, key: Key = house.keys[whom]) -> int:
            return set_duty(work, [key], on_duty=False)

        if allowed:
            house.database.run("set_duty", house.person(login), "test", body)
        else:
            with pytest.raises(NotAllowed, match="no right to change the roster"):
                house.database.run("set_duty", house.person(login), "test", body)
        assert house.get(Person, house.keys[whom]).on_duty is not allowed


# ---------------------------------------------------------------- the archive


def test_what_is_not_there_is_named_as_people_call_it(small_house: House) -> None:
    case = small_house.case()
    with pytest.raises(Refused, match=r"no such record any more: case\.$"):
        small_house.do("ann", "merge", case, case=new_key(), reason="同一件事")


def test_a_case_of_the_archive_is_opened_anew_with_the_matter_that_is_given(house: House) -> None:
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    put(house, Case, case.id, historic=True, matter_id=None, lead_id=None)
    with pytest.raises(Incomplete, match="no matter yet") as refused:
        house.do("ann", "reopen", case.id, reason="又来了")
    assert refused.value.field == "matter"
    again = house.get(Case, house.do("ann", "reopen", case.id, reason="又来了", matter=house.keys["noise"]))
    assert (again.id != case.id, again.matter_id, again.historic) == (True, house.keys["noise"], False)
    assert house.get(Case, case.id).state == "closed"


def test_a_complaint_without_a_matter_is_split_off_a_case_without_one_by_naming_it(house: House) -> None:
    case = house.case()
    house.do("bob", "attach", house.complaint(caller_phone="13700000001"), case=case.id)
    put(house, Case, case.id, matter_id=None)
    (_one, two) = house.complaints_of(case)
    with pytest.raises(Incomplete, match="no matter yet"):
        house.do("ann", "split", two.id, reason="不是一回事")
    own = house.do("ann", "split", two.id, reason="不是一回事", matter=house.keys["fishing"])
    assert house.get(Case, own).matter_id == house.keys["fishing"]
