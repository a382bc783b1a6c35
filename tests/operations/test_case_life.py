"""The life of a case, move by move, on both databases (DOMAIN sections 3 and 4)."""

import datetime as dt

import pytest

from commandcenter import i18n
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import snapshot
from commandcenter.domain.rulings import Request
from commandcenter.domain.sentences import Name, Sentence, Sentences
from commandcenter.errors import Conflict, IllegalMove, Incomplete, NotAllowed
from commandcenter.queries.history import life
from tests.house import HERE, House


def test_a_complaint_goes_from_the_call_to_the_archive(house: House) -> None:
    case = house.visiting()
    (complaint,) = house.complaints_of(case)
    assert case.state == "visiting"
    assert complaint.state == "visit_due"
    assert complaint.visit_due_at is not None
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    closed, confirmed = house.get(Case, case.id), house.get(Complaint, complaint.id)
    assert (closed.state, confirmed.state, confirmed.satisfied) == ("closed", "confirmed", 5)
    with house.database.reading() as session:
        whole = life(session, house.person("ines"), case.id)
    assert whole is not None
    assert [entry.operation for entry in whole.timeline] == [
        "receive", "open_case", "dispatch", "accept", "contact", "report", "resolve", "approve", "visit",
    ]


def test_the_first_operator_owns_the_case_to_its_end(house: House) -> None:
    case = house.case()
    assert case.owner_id == house.keys["ann"]


def test_a_point_in_an_area_names_its_squad_and_estate(house: House) -> None:
    complaint = house.complaint()
    assert complaint.squad_id == house.keys["north"]
    assert complaint.workstation_id == house.keys["station"]


def test_a_point_outside_every_area_leaves_the_choice_to_the_operator(house: House) -> None:
    assert house.complaint(point=(121.5, 36.5)).squad_id is None


def test_a_point_at_null_island_is_refused(house: House) -> None:
    with pytest.raises(Incomplete, match="not a place on earth"):
        house.complaint(point=(0.0, 0.0))


def test_the_same_telephone_number_is_the_same_citizen_and_masked(house: House) -> None:
    one, two = house.complaint(), house.complaint(caller_phone="+86 139-1234-8816")
    assert one.complainant_id == two.complainant_id
    assert one.caller_mask == "王** 139****8816"
    assert house.get(Complainant, one.complainant_id).phone == "13912348816"


def test_the_journal_never_repeats_who_complained(house: House) -> None:
    house.complaint()
    with house.database.reading() as session:
        said = "".join(str(line.changes) for line in session.query(JournalLine))
    assert "13912348816" not in said
    assert "王女士" not in said


def test_attaching_counts_the_complaint_and_its_complainant_is_visited_too(house: House) -> None:
    case = house.case()
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=case.id)
    assert house.get(Case, case.id).complaints == 2
    assert house.get(Complaint, second.id).case_id == case.id


def test_a_complaint_is_not_hung_on_a_case_that_has_ended(house: House) -> None:
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=4)
    late = house.complaint()
    with pytest.raises(IllegalMove, match="has ended"):
        house.do("ann", "attach", late, case=case.id)


def test_declining_what_is_not_ours_names_who_is_responsible(house: House) -> None:
    complaint = house.complaint()
    with pytest.raises(Incomplete, match="who is responsible"):
        house.do("ann", "decline", complaint, code="not_our_domain", words="不属本局")
    house.do("ann", "decline", complaint, code="not_our_domain", words="不属本局", refer_to="住建局")
    assert house.get(Complaint, complaint.id).state == "declined"


def test_the_second_of_two_stations_is_refused_with_who_and_when(house: House) -> None:
    case = house.case()
    house.do("bob", "dispatch", case, seen=case.version, squad=house.keys["north"], why="属地")
    with pytest.raises(Conflict, match="Bob changed it first, at"):
        house.do("ann", "remark", case, seen=case.version, words="晚了一步")


def test_a_squad_accepts_only_for_its_own_officers(house: House) -> None:
    assignment = house.dispatched()
    with pytest.raises(NotAllowed, match="does not belong to the squad"):
        house.do("carl", "accept", assignment, officer=house.keys["otto"])
    with pytest.raises(NotAllowed, match="member of the squad"):
        house.do("cora", "accept", assignment, officer=house.keys["otto"])


def test_a_first_return_may_be_agreed_by_an_operator_the_second_by_a_supervisor_only(house: House) -> None:
    assignment = house.dispatched()
    first = house.do("carl", "ask_return", assignment, reason="不属本队", basis="属地")
    house.do("bob", "agree", first, ruling="同意")
    case = house.get(Case, assignment.case_id)
    assert (case.state, case.hops, case.lead_id) == ("open", 1, None)
    again = house.do("ann", "dispatch", case, squad=house.keys["south"], why="另派")
    second = house.do("cora", "ask_return", again, reason="不属本队", basis="属地")
    with pytest.raises(NotAllowed, match="from the second return"):
        house.do("bob", "agree", second, ruling="同意")
    house.do("sue", "refuse", second, ruling="属地明确")
    kept = house.get(Assignment, again)
    assert (kept.state, kept.enforced) == ("dispatched", True)
    with pytest.raises(IllegalMove, match="cannot be returned again"):
        house.do("cora", "ask_return", again, reason="还是不属", basis="属地")


def test_a_return_is_asked_within_its_limit(house: House) -> None:
    assignment = house.dispatched()
    house.just_after(assignment.return_due_at)
    with pytest.raises(IllegalMove, match="time to ask for a return ended"):
        house.do("carl", "ask_return", assignment, reason="不属本队", basis="属地")


def test_a_click_is_not_a_contact(house: House) -> None:
    assignment = house.accepted()
    with pytest.raises(Incomplete, match="not a contact"):
        house.do("oscar", "contact", assignment, means="call", outcome="reached", words="联系了")


def test_a_call_nobody_answered_does_not_stop_the_first_contact_clock(house: House) -> None:
    assignment = house.accepted()
    house.do("oscar", "contact", assignment, means="call", outcome="no_answer", words="无人接听")
    assert house.get(Assignment, assignment.id).contacted_at is None
    assert house.get(Assignment, assignment.id).state == "accepted"


def test_nothing_is_resolved_before_everybody_who_complained_was_contacted(house: House) -> None:
    assignment = house.contacted()
    second = house.complaint(caller_phone="13700000001", caller_name="李先生")
    house.do("bob", "attach", second, case=assignment.case_id)
    house.do("oscar", "report", assignment, words="处理中")
    with pytest.raises(IllegalMove, match="李"):
        house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="好了")
    house.do("oscar", "contact", assignment, means="call", outcome="reached", words="已告知", duration_s=30,
             complaint=second.id)
    house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="好了")


def test_the_lead_resolves_last(house: House) -> None:
    assignment = house.contacted()
    helper = house.do("ann", "assist", assignment.case_id, squad=house.keys["south"], why="联合")
    with pytest.raises(IllegalMove, match="assisting squad is not done"):
        house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="好了")
    house.do("cora", "accept", helper, officer=house.keys["otto"])
    house.do("otto", "contact", helper, means="visit", outcome="reached", words="到场")
    house.do("otto", "resolve", helper, disposition="rectified", closing_text="协办完成")
    assert house.get(Case, assignment.case_id).assisting == 0
    house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="好了")
    assert house.get(Case, assignment.case_id).state == "resolved"


def test_whoever_handled_a_case_cannot_approve_it(house: House) -> None:
    case = house.resolved()
    assignment = house.get(Assignment, case.lead_id)
    assert assignment.officer_id == house.keys["oscar"]
    with pytest.raises(NotAllowed):
        house.do("oscar", "approve", case, remark="自己审核")
    house.do("sue", "send_back", case, remark="缺照片")
    assert house.get(Case, case.id).state == "handling"


def test_a_dispute_sends_the_case_to_redo_under_supervision(house: House) -> None:
    case = house.visiting()
    (complaint,) = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1, words="没解决")
    again = house.get(Case, case.id)
    assert (again.state, again.round, again.rung) == ("dispatched", 2, "supervised")
    assert again.lead_id != case.lead_id
    assert house.get(Complaint, complaint.id).state == "disputed"


def test_three_tries_without_reaching_anybody_end_the_visit(house: House) -> None:
    case = house.visiting()
    (complaint,) = house.complaints_of(case)
    for _try in range(3):
        assert house.get(Case, case.id).state == "visiting"
        house.do("bob", "visit", complaint, outcome="unreachable")
    assert house.get(Complaint, complaint.id).state == "unreachable"
    assert house.get(Case, case.id).state == "closed"


def test_a_visit_asks_both_questions(house: House) -> None:
    (complaint,) = house.complaints_of(house.visiting())
    with pytest.raises(Incomplete, match=r"Solved\?.*yes or no") as refused:
        house.do("bob", "visit", complaint, outcome="reached", satisfied=1)
    assert refused.value.field == "solved"
    with pytest.raises(Incomplete, match="Satisfied") as refused:
        house.do("bob", "visit", complaint, outcome="reached", solved=True)
    assert refused.value.field == "satisfied"
    assert house.get(Complaint, complaint.id).state == "visit_due"
    house.do("bob", "visit", complaint, outcome="unreachable")  # nobody was there to be asked


def test_why_a_squad_was_sent_is_read_in_the_language_of_the_reader_and_old_words_as_they_are(house: House) -> None:
    its_domain = Sentence("its domain: {domain}", domain=Name("城管", "Urban"))
    why = Sentences(Sentence("its own area"), its_domain, Sentence("{n} open", n=3))
    house.do("ann", "dispatch", (said := house.case()).id, squad=house.keys["north"], why=why)
    house.do("ann", "dispatch", (typed := house.case()).id, squad=house.keys["north"], why="属地管理")
    kept = {case.id: house.get(Assignment, house.get(Case, case.id).lead_id) for case in (said, typed)}
    assert kept[said.id].reason == "its own area; its domain: Urban; 3 open"
    with i18n.speaking("zh_CN"):
        assert kept[said.id].reason == "属地；领域：城管；在办 3 件"
        assert kept[typed.id].reason == "属地管理"
    assert kept[typed.id].reason == "属地管理"
    older = snapshot(Assignment, {"why": {"why": "done again by the squad that had it"}})
    with i18n.speaking("zh_CN"):
        assert older.reason == i18n.translate("done again by the squad that had it") != older.why["why"]
    assert snapshot(Assignment, {"why": {}}).reason == ""


def test_within_the_grace_a_closed_case_is_done_again_later_a_new_one_is_linked(house: House) -> None:
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    assert house.do("sue", "reopen", case.id, reason="又来了") == case.id
    assert house.get(Case, case.id).round == 2
    other = house.visiting(caller_phone="13700000009")
    house.do("bob", "visit", house.complaints_of(other)[0], outcome="reached", solved=True, satisfied=5)
    house.later(days=30)
    new = house.get(Case, house.do("sue", "reopen", other.id, reason="又来了"))
    assert new.id != other.id
    assert new.previous_id == other.id


def test_clocks_stand_still_while_suspended(house: House) -> None:
    assignment = house.contacted()
    due_at = assignment.resolve_due_at
    asked = house.do("oscar", "ask_suspension", assignment, reason="等图纸", amount="5 d")
    house.do("sue", "agree", asked, ruling="同意")
    assert house.get(Case, assignment.case_id).state == "suspended"
    house.later(days=2)
    house.do("oscar", "resume", assignment, reason="图纸到了")
    again = house.get(Assignment, assignment.id)
    assert again.state == "handling"
    assert due_at is not None
    assert again.resolve_due_at > due_at


def test_all_extensions_together_are_at_most_ten_working_days(house: House) -> None:
    assignment = house.contacted()
    first = house.do("oscar", "ask_extension", assignment, reason="复杂", amount="6 wd")
    with pytest.raises(IllegalMove, match="already waiting"):
        house.do("oscar", "ask_extension", assignment, reason="复杂", amount="1 wd")
    house.do("sue", "agree", first, ruling="同意")
    assert house.get(Assignment, assignment.id).resolve_due_at > assignment.resolve_due_at
    with pytest.raises(Incomplete, match="at most"):
        house.do("oscar", "ask_extension", assignment, reason="复杂", amount="5 wd")


def test_an_extension_is_asked_before_the_deadline_has_passed(house: House) -> None:
    assignment = house.contacted()
    house.just_after(assignment.resolve_due_at)
    with pytest.raises(IllegalMove, match="deadline has passed"):
        house.do("oscar", "ask_extension", assignment, reason="复杂", amount="3 wd")


def test_an_extension_is_ruled_on_by_a_supervisor_only(house: House) -> None:
    assignment = house.contacted()
    asked = house.do("oscar", "ask_extension", assignment, reason="复杂", amount="3 wd")
    with pytest.raises(NotAllowed, match="ruled on by a supervisor"):
        house.do("bob", "agree", asked, ruling="同意")
    assert house.get(Request, asked).state == "asked"


def test_a_case_that_names_a_squad_cannot_go_to_it(house: House) -> None:
    case = house.case()
    house.do("sue", "name_conflict", case, named=[house.keys["north"]], reason="举报该中队")
    with pytest.raises(NotAllowed, match="conflict of interest"):
        house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    house.do("ann", "dispatch", case, squad=house.keys["south"], why="回避")


def test_the_ladder_is_climbed_rung_by_rung(house: House) -> None:
    case = house.get(Case, house.dispatched().case_id)
    with pytest.raises(IllegalMove, match="chase first"):
        house.do("sue", "supervise", case, words="督办")
    house.do("sue", "chase", case, words="催办")
    house.do("sue", "supervise", case, words="督办")
    house.do("sue", "circulate", case, words="通报")
    assert house.get(Case, case.id).rung == "circulated"


def test_merging_takes_the_complaints_along_and_releases_the_squad(house: House) -> None:
    stays, goes = house.dispatched(), house.dispatched(caller_phone="13700000002")
    house.do("ann", "merge", goes.case_id, case=stays.case_id, reason="同一件事")
    kept, merged = house.get(Case, stays.case_id), house.get(Case, goes.case_id)
    assert (kept.complaints, merged.state, merged.merged_into_id) == (2, "merged", kept.id)
    assert house.get(Assignment, goes.id).state == "cancelled"
    (split, _other) = house.complaints_of(kept)
    own = house.get(Case, house.do("ann", "split", split, reason="不是一回事"))
    assert own.previous_id == kept.id
    assert house.get(Case, kept.id).complaints == 1


def test_a_case_somebody_waits_for_is_not_cancelled(house: House) -> None:
    case = house.case()
    with pytest.raises(IllegalMove, match="Complaints still hang"):
        house.do("ann", "cancel", case, reason="误立")


def test_a_find_has_no_complaint_and_is_closed_when_approved(house: House) -> None:
    key = house.do("kim", "find", words="楼道堆物", matter=house.keys["noise"], place_words="阳光小区", point=HERE,
                   urgency="ordinary")
    found = house.get(Case, key)
    assert (found.origin, found.workstation_id, found.complaints) == ("workstation", house.keys["station"], 0)
    assert found.words == "楼道堆物"
    lead = house.do("ann", "dispatch", found, squad=house.keys["north"], why="属地")
    house.do("carl", "accept", lead, officer=house.keys["olga"])
    house.do("olga", "contact", lead, means="visit", outcome="reached", words="到场")
    house.do("olga", "resolve", lead, disposition="rectified", closing_text="已清")
    house.do("sue", "approve", key, remark="同意")
    assert house.get(Case, key).state == "closed"


def test_a_promise_has_its_own_clock_and_is_kept_or_broken(house: House) -> None:
    assignment = house.contacted()
    key = house.do("oscar", "promise", assignment.case_id, to_whom="王女士", what="下午到场",
                   due_at=house.now + dt.timedelta(hours=3))
    with pytest.raises(NotAllowed):
        house.do("olga", "keep", key, outcome="别人兑现")
    house.do("oscar", "keep", key, outcome="已到场")
    assert house.get(Promise, key).state == "kept"
    with pytest.raises(Incomplete, match="in the future"):
        house.do("oscar", "promise", assignment.case_id, to_whom="王女士", what="昨天", due_at=house.now)


def test_a_confidential_caller_is_shown_to_the_owner_and_a_supervisor_only(house: House) -> None:
    complaint = house.complaint(confidential=True)
    with pytest.raises(NotAllowed, match="confidential"):
        house.do("bob", "reveal", complaint, reason="回电")
    house.do("ann", "reveal", complaint, reason="回电")
    house.do("sue", "reveal", complaint, reason="督办")


def test_a_matter_of_its_own_limit_sets_the_resolve_clock(house: House) -> None:
    assignment = house.dispatched(squad="harbour", matter="fishing")
    assert assignment.resolve_limit == "10 wd"


def test_an_urgent_case_runs_in_clock_time(house: House) -> None:
    assignment = house.dispatched(urgency="urgent")
    assert assignment.accept_due_at == house.now + dt.timedelta(minutes=15)
    assert assignment.resolve_due_at == house.now + dt.timedelta(hours=2)


def test_a_text_that_is_too_long_is_refused_and_not_cut(house: House) -> None:
    with pytest.raises(Incomplete, match="too long"):
        house.complaint(words="噪" * 10_001)


def test_nothing_but_spaces_is_no_complaint(house: House) -> None:
    with pytest.raises(Incomplete):
        house.complaint(words=" \u200b \n ")
