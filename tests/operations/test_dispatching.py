"""Sending, helping, voiding, merging: what stays behind on both sides, and what may not be."""

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.contacts import Note
from commandcenter.domain.record import Key
from commandcenter.errors import IllegalMove, NotAllowed
from tests.house import HERE, House


def found(house: House) -> Case:
    """A case nobody complained about."""
    key = house.do("kim", "find", words="楼道堆物", matter=house.keys["noise"], place_words="阳光小区", point=HERE,
                   urgency="ordinary")  # fmt: skip
    return house.get(Case, key)  # type: ignore[no-any-return]


def work_on(house: House, case: Key) -> list[Assignment]:
    """The assignments of a case, oldest first."""
    with house.database.reading() as session:
        return list(session.query(Assignment).where(Assignment.case_id == case).order_by(Assignment.id))


def test_the_moment_of_dispatch_stands_on_the_case(small_house: House) -> None:
    case = small_house.case()
    small_house.later(minutes=7)
    small_house.do("ann", "dispatch", case, squad=small_house.keys["north"], why="属地")
    assert small_house.get(Case, case.id).dispatched_at == small_house.now


def test_assisting_squads_are_sent_with_the_lead_and_counted(small_house: House) -> None:
    house = small_house
    case = house.case()
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地", assisting=[house.keys["south"]])
    assert [(a.part, a.squad_id) for a in work_on(house, case.id)] == [
        ("lead", house.keys["north"]), ("assist", house.keys["south"])]  # fmt: skip
    assert house.get(Case, case.id).assisting == 1


def test_a_squad_at_work_on_the_case_is_not_asked_to_help_again_until_it_is_done(small_house: House) -> None:
    house = small_house
    assignment = house.contacted()
    helper = house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="联合")
    for squad in ("north", "south"):
        with pytest.raises(IllegalMove, match="already at work"):
            house.do("ann", "assist", assignment.case_id, squad=house.keys[squad], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场")
    house.do("otto", "resolve", helper, disposition="rectified", closing_text="协办完成")
    house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="再次联合")
    assert house.get(Case, assignment.case_id).assisting == 1


def test_the_limit_of_a_matter_is_for_the_resolution_only(small_house: House) -> None:
    plain, own = small_house.dispatched(), small_house.dispatched(squad="harbour", matter="fishing")
    for clock in ("accept", "contact", "return"):
        assert getattr(own, f"{clock}_limit") == getattr(plain, f"{clock}_limit")
    assert own.resolve_limit != plain.resolve_limit


def test_a_cancelled_find_releases_its_squads_and_says_when(small_house: House) -> None:
    house = small_house
    case = found(house)
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地", assisting=[house.keys["south"]])
    house.later(minutes=5)
    house.do("ann", "cancel", case, reason="误立")
    gone = house.get(Case, case.id)
    assert (gone.state, gone.cancel_reason, gone.closed_at, gone.assisting) == ("cancelled", "误立", house.now, 0)
    assert [(a.state, a.ended_at) for a in work_on(house, case.id)] == [("cancelled", house.now)] * 2


def test_one_complaint_that_waits_among_others_that_do_not_keeps_a_case_from_being_cancelled(
    small_house: House,
) -> None:
    house = small_house
    case = house.visiting()
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=case.id)
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=False, satisfied=1, words="没好")
    assert {c.state for c in house.complaints_of(case)} == {"disputed", "linked"}
    with pytest.raises(IllegalMove, match="Complaints still hang"):
        house.do("ann", "cancel", case.id, reason="误立")


def test_work_that_was_done_stays_done_when_the_others_are_released(small_house: House) -> None:
    house = small_house
    stays, lead = house.case(), house.contacted(caller_phone="13700000002")
    helper = house.do("ann", "assist", lead.case_id, squad=house.keys["south"], why="联合")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场")
    house.do("otto", "resolve", helper, disposition="rectified", closing_text="协办完成")
    done = house.get(Assignment, helper)
    house.later(minutes=5)
    house.do("ann", "merge", lead.case_id, case=stays.id, reason="同一件事")
    kept = house.get(Assignment, helper)
    assert (kept.state, kept.ended_at) == ("resolved", done.ended_at)
    assert house.get(Assignment, lead.id).state == "cancelled"


def test_a_merged_case_is_empty_tied_to_the_other_and_over(small_house: House) -> None:
    house = small_house
    stays, goes = house.case(), house.case(caller_phone="13700000002", confidential=True)
    house.do("ann", "merge", goes, case=stays.id, reason="同一件事")
    kept, gone = house.get(Case, stays.id), house.get(Case, goes.id)
    assert (gone.complaints, gone.closed_at, house.complaints_of(gone)) == (0, house.now, [])
    assert kept.confidential, "what is confidential stays so in whatever case it comes to lie"
    with house.database.reading() as session:
        (tie,) = session.query(CaseLink)
    assert (tie.case_id, tie.other_id, tie.sort) == (stays.id, goes.id, "merged")


def test_nothing_is_merged_into_itself_nor_into_a_case_past_its_handling(small_house: House) -> None:
    house = small_house
    case, past = house.case(caller_phone="13700000002"), house.resolved()
    with pytest.raises(IllegalMove, match="into itself"):
        house.do("ann", "merge", case, case=case.id, reason="同一件事")
    with pytest.raises(IllegalMove, match=f"{past.number} is already past"):
        house.do("ann", "merge", case, case=past.id, reason="同一件事")


def test_whom_the_case_is_about_is_added_to_those_named_before(small_house: House) -> None:
    house = small_house
    case = house.case()
    for name in ("north", "oscar"):
        house.do("sue", "name_conflict", case.id, named=[house.keys[name]], reason="举报")
    assert set(house.get(Case, case.id).named) == {house.keys["north"], house.keys["oscar"]}


def test_a_helper_the_case_is_about_is_refused_like_a_lead(small_house: House) -> None:
    house = small_house
    assignment = house.dispatched()
    house.do("sue", "name_conflict", assignment.case_id, named=[house.keys["south"]], reason="举报该中队")
    with pytest.raises(NotAllowed, match="conflict of interest"):
        house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="联合")
    assert house.get(Case, assignment.case_id).assisting == 0


def test_somebody_the_case_is_about_does_not_choose_who_handles_it(small_house: House) -> None:
    house = small_house
    case = house.case()
    house.do("sue", "name_conflict", case, named=[house.keys["ann"]], reason="举报话务员")
    with pytest.raises(NotAllowed, match="about you"):
        house.do("ann", "dispatch", case.id, squad=house.keys["north"], why="属地")
    house.do("bob", "dispatch", case.id, squad=house.keys["north"], why="属地")


def test_a_word_of_the_squad_in_the_file_says_whose_work_it_is_about(small_house: House) -> None:
    assignment = small_house.contacted()
    key = small_house.do("oscar", "report", assignment, words="已到现场")
    assert small_house.get(Note, key).assignment_id == assignment.id
    remark = small_house.do("ann", "remark", assignment.case_id, words="催一下")
    assert small_house.get(Note, remark).assignment_id is None
