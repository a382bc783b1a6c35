"""Rulings, reviews and what is done again: what they leave behind, and who may not make them."""

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Directive
from commandcenter.errors import IllegalMove, NotAllowed
from tests.house import House


def asked(house: House, what: str = "ask_extension", amount: str = "3 wd") -> tuple[Assignment, Key]:
    """Work on which something is asked for."""
    assignment = house.contacted()
    return assignment, house.do("oscar", what, assignment, reason="复杂", amount=amount)


def closed(house: House, **more: object) -> Case:
    """A case whose citizen was content."""
    case = house.visiting(**more)
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    return house.get(Case, case.id)  # type: ignore[no-any-return]


def test_only_a_refused_return_binds_the_squad_for_good(small_house: House) -> None:
    assignment, request = asked(small_house)
    small_house.do("sue", "refuse", request, ruling="不同意")
    kept = small_house.get(Assignment, assignment.id)
    assert (kept.enforced, kept.state, kept.accept_due_at) == (False, "contacted", assignment.accept_due_at)
    assert kept.resolve_due_at == assignment.resolve_due_at


def test_a_refused_return_gives_the_case_back_to_the_squad_with_a_fresh_time_to_accept(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    request = house.do("carl", "ask_return", assignment, reason="不属", basis="属地")
    house.later(hours=1)
    house.do("sue", "refuse", request, ruling="你队")
    assert house.get(Case, assignment.case_id).state == "dispatched"
    assert house.get(Assignment, assignment.id).accept_due_at > assignment.accept_due_at


def test_the_ruling_stands_in_the_journal_as_the_reason(small_house: House) -> None:
    _assignment, request = asked(small_house)
    small_house.do("sue", "agree", request, ruling="情况属实")
    with small_house.database.reading() as session:
        assert {line.reason for line in session.query(JournalLine).where(JournalLine.operation == "agree")} == {
            "情况属实"}  # fmt: skip


def test_a_remark_on_a_review_stands_in_the_journal_as_the_reason(small_house: House) -> None:
    small_house.do("sue", "send_back", small_house.resolved(), remark="缺照片")
    with small_house.database.reading() as session:
        lines = list(session.query(JournalLine).where(JournalLine.operation == "send_back"))
    assert {line.reason for line in lines} == {"缺照片"}


def test_what_a_helping_squad_asks_and_gets_leaves_the_case_with_its_lead(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    request = house.do("cora", "ask_return", helper, reason="不属", basis="属地")
    house.do("sue", "refuse", request, ruling="须协办")
    assert house.get(Case, lead.case_id).state == "contacted"
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    pause = house.do("otto", "ask_suspension", helper, reason="等图纸", amount="2 d")
    house.do("sue", "agree", pause, ruling="同意")
    assert house.get(Assignment, helper).state == "suspended"
    assert house.get(Case, lead.case_id).state == "contacted"


def test_a_helping_squad_that_may_go_is_not_counted_any_more_and_the_case_stays(small_house: House) -> None:
    house = small_house
    lead = house.contacted()
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("sue", "agree", house.do("cora", "ask_return", helper, reason="不属", basis="属地"), ruling="同意")
    case = house.get(Case, lead.case_id)
    assert (case.assisting, case.state, case.lead_id, case.hops) == (0, "contacted", lead.id, 0)


def test_a_case_taken_back_has_its_whole_time_for_dispatch_again(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    case = house.get(Case, assignment.case_id)
    house.later(hours=1)
    request = house.do("carl", "ask_return", assignment, reason="不属", basis="属地")
    house.do("bob", "agree", request, ruling="同意")
    again = house.get(Case, case.id)
    assert (again.dispatched_at, again.dispatch_from_at) == (None, house.now)
    assert again.dispatch_due_at > case.dispatch_due_at


def test_only_a_request_that_still_waits_is_in_the_way_of_the_next(small_house: House) -> None:
    assignment, request = asked(small_house)
    small_house.do("sue", "refuse", request, ruling="不同意")
    small_house.do("oscar", "ask_extension", assignment.id, reason="确实复杂", amount="2 wd")


def test_who_did_not_rest_content_is_asked_again_after_the_second_review_and_who_did_is_not(
    small_house: House,
) -> None:
    house = small_house
    first = house.contacted()
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=first.case_id)
    house.do("oscar", "contact", first.id, means="visit", outcome="reached", words="到场", complaint=second.id)
    house.do("oscar", "resolve", first.id, disposition="rectified", closing_text="好了")
    house.do("sue", "approve", first.case_id, remark="同意")
    one, two = house.complaints_of(house.get(Case, first.case_id))
    house.do("bob", "visit", one, outcome="reached", solved=True, satisfied=4)
    house.do("bob", "visit", two, outcome="unreachable")
    house.do("bob", "visit", two.id, outcome="reached", solved=False, satisfied=1, words="没解决")
    again = house.get(Assignment, house.get(Case, first.case_id).lead_id)
    house.do("carl", "accept", again, officer=house.keys["oscar"])
    house.do("oscar", "contact", again.id, means="visit", outcome="reached", words="到场", complaint=two.id)
    house.do("oscar", "resolve", again.id, disposition="rectified", closing_text="好了")
    house.do("sue", "approve", first.case_id, remark="同意")
    assert [c.state for c in house.complaints_of(house.get(Case, first.case_id))] == ["confirmed", "visit_due"]
    asked_again = house.get(Complaint, two.id)
    assert (asked_again.visit_tries, asked_again.visited_at, asked_again.progress_due_at) == (0, None, None)


def test_work_that_is_sent_back_is_not_done(small_house: House) -> None:
    case = small_house.resolved()
    small_house.do("sue", "send_back", case, remark="缺照片")
    lead = small_house.get(Assignment, case.lead_id)
    assert (lead.state, lead.resolved_at, lead.ended_at) == ("handling", None, None)
    assert small_house.get(Case, case.id).resolved_at is None


def test_the_grace_ends_with_its_very_last_moment(small_house: House) -> None:
    house = small_house
    first, second = closed(house), closed(house, caller_phone="13700000009")
    rules = house.database.rules()
    assert first.closed_at
    assert second.closed_at
    house.now = rules.after(first.closed_at, rules.text("grace"))
    assert house.do("sue", "reopen", first.id, reason="又来了") == first.id
    house.just_after(rules.after(second.closed_at, rules.text("grace")))
    assert house.do("sue", "reopen", second.id, reason="又来了") != second.id


def test_a_case_done_again_is_open_anew_and_its_squad_keeps_it(small_house: House) -> None:
    house = small_house
    case = closed(house)
    house.do("sue", "reopen", case.id, reason="又来了")
    again = house.get(Case, case.id)
    lead = house.get(Assignment, again.lead_id)
    assert (again.closed_at, again.resolved_at, again.dispatched_at) == (None, None, house.now)
    assert (lead.part, lead.enforced, lead.round, lead.squad_id) == ("lead", True, 2, house.keys["north"])


def test_a_case_done_again_is_not_given_to_a_squad_it_is_about_by_now(small_house: House) -> None:
    house = small_house
    case = house.visiting()
    house.do("sue", "name_conflict", case, named=[house.keys["north"]], reason="举报该中队")
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=False, satisfied=1, words="没好")
    again = house.get(Case, case.id)
    assert (again.state, again.lead_id, again.round) == ("open", None, 2)
    assert (again.dispatched_at, again.dispatch_from_at) == (None, house.now)


def test_what_was_circulated_is_not_lowered_by_what_comes_after(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    for rung in ("chase", "supervise", "circulate", "chase"):
        house.do("sue", rung, assignment.case_id, words="速办")
    assert house.get(Case, assignment.case_id).rung == "circulated"
    with house.database.reading() as session:
        assert [d.rung for d in session.query(Directive).order_by(Directive.id)] == [
            "chased", "supervised", "circulated", "chased"]  # fmt: skip
    house.do("oscar", "resolve", assignment.id, disposition="rectified", closing_text="好了")
    house.do("sue", "approve", assignment.case_id, remark="同意")
    (complaint,) = house.complaints_of(house.get(Case, assignment.case_id))
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1, words="没好")
    assert house.get(Case, assignment.case_id).rung == "circulated"


def test_a_case_is_supervised_before_it_is_circulated(small_house: House) -> None:
    assignment = small_house.dispatched()
    small_house.do("sue", "chase", assignment.case_id, words="催办")
    with pytest.raises(IllegalMove, match="supervise first"):
        small_house.do("sue", "circulate", assignment.case_id, words="通报")


def test_a_case_opened_anew_after_the_grace_is_tied_to_the_old_one_and_as_confidential(small_house: House) -> None:
    house = small_house
    case = closed(house, confidential=True)
    house.later(days=30)
    key = house.do("sue", "reopen", case.id, reason="又来了")
    new = house.get(Case, key)
    assert (new.confidential, new.title, new.owner_id) == (True, case.title, case.owner_id)
    with house.database.reading() as session:
        (tie,) = session.query(CaseLink)
    assert (tie.case_id, tie.other_id, tie.sort) == (case.id, key, "reopened")


def test_a_supervisor_who_handled_a_case_or_is_named_in_it_does_not_judge_it(small_house: House) -> None:
    house = small_house

    def also(work: object) -> None:
        oscar = work.get(Person, house.keys["oscar"])  # type: ignore[attr-defined]
        oscar.roles = ["officer", "supervisor"]
        work.get(Person, house.keys["olga"]).roles = ["officer", "supervisor"]  # type: ignore[attr-defined]

    from commandcenter.domain.people import Person

    house.database.run("promote", house.person("adam"), "test", also)
    case = house.resolved()
    for name in ("approve", "send_back"):
        with pytest.raises(NotAllowed, match="handled this case yourself"):
            house.do("oscar", name, case.id, remark="自己审核")
    house.do("sue", "name_conflict", case.id, named=[house.keys["north"], house.keys["tom"]], reason="举报")
    for who in ("olga", "tom"):
        with pytest.raises(NotAllowed, match="about you or your squad"):
            house.do(who, "approve", case.id, remark="同意")
    house.do("sue", "approve", case.id, remark="同意")
