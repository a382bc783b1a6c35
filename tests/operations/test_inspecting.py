"""Inspection: what is drawn, what a sheet becomes, and how a finding is followed to its end. On both databases."""

import datetime as dt
import random
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.inspection import CaseCheck, Check, Finding, FindingState, Sample, draw
from commandcenter.domain.record import Key
from commandcenter.errors import Conflict, IllegalMove, Incomplete, NotAllowed
from commandcenter.operations import inspecting
from commandcenter.queries.inspection import Quarter, desk, quarter
from tests.house import House

ALL_YES = dict.fromkeys(map(str, Check), True)


def does(house: House, login: str, what: str, *args: Any, **given: Any) -> Key:
    """``login`` does one thing of inspection."""
    act = getattr(inspecting, what)
    key = house.database.run(what, house.person(login), "test", lambda work: act(work, *args, **given))
    return str(key)


def closed(house: House, satisfied: int = 5, **more: Any) -> Case:
    """A case that was put right, and its citizen asked."""
    case = house.visiting(**more)
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=satisfied)
    found: Case = house.get(Case, case.id)
    return found


def drawn(house: House, login: str = "ines", **given: Any) -> Sample:
    """A sample of what was closed in the last days."""
    span = {"since_at": house.now - dt.timedelta(days=30), "until_at": house.now + dt.timedelta(days=1)}
    found: Sample = house.get(Sample, does(house, login, "draw_sample", **{"size": 5, **span, **given}))
    return found


def found(house: House, **given: Any) -> Finding:
    """Something wrong on a closed case."""
    key = does(house, "ines", "add_finding", closed(house).id, about=Check.CONTACT, words="未见通话记录", **given)
    one: Finding = house.get(Finding, key)
    return one


@given(st.lists(st.uuids().map(str), unique=True, max_size=40), st.integers(1, 50), st.text(max_size=12), st.randoms())
def test_the_same_seed_draws_the_same_cases_in_whatever_order_they_come(
    keys: list[str], size: int, seed: str, chance: random.Random
) -> None:
    shuffled = chance.sample(keys, len(keys))
    once = draw(seed, keys, size)
    assert draw(seed, shuffled, size) == once
    assert len(once) == len(set(once)) == min(size, len(keys))
    assert set(once) <= set(keys)
    if once:  # one more case to draw from moves no other
        more = [key for key in draw(seed, [*keys, "another"], size) if key != "another"]
        assert more == once[: len(more)]


def test_every_case_is_drawn_about_as_often_as_any_other() -> None:
    keys = [f"case {n}" for n in range(20)]
    times = dict.fromkeys(keys, 0)
    for seed in range(2000):
        for key in draw(str(seed), keys, 5):
            times[key] += 1
    assert all(400 < n < 600 for n in times.values()), times  # 500 each; five standard deviations are 97


def test_a_sample_says_what_it_was_drawn_from_and_can_be_drawn_again(house: House) -> None:
    cases = {closed(house).id for _n in range(3)}
    house.case()  # still open: not to be drawn
    sample = drawn(house, size=2, seed="2026-4")
    assert (sample.population, sample.size, sample.seed, sample.target) == (3, 2, "2026-4", "all")
    assert sample.cases == draw("2026-4", cases, 2)
    assert drawn(house, size=2, seed="2026-4").cases == sample.cases
    assert drawn(house).seed != drawn(house).seed


def test_a_targeted_sample_holds_what_meets_its_target_and_nothing_else(small_house: House) -> None:
    house = small_house
    content, unhappy = closed(house), closed(house, satisfied=1)
    late = house.contacted()
    house.just_after(late.resolve_due_at)
    house.do("oscar", "resolve", late, disposition="rectified", closing_text="办结")
    house.do("sue", "approve", house.get(Case, late.case_id), remark="同意")
    (complaint,) = house.complaints_of(house.get(Case, late.case_id))
    for _try in range(3):
        house.do("bob", "visit", complaint, outcome="unreachable")
    assert drawn(house, target="unhappy").cases == [unhappy.id]
    assert drawn(house, target="late").cases == [late.case_id]
    assert drawn(house, target="unreached").cases == [late.case_id]
    assert set(drawn(house, target="all").cases) == {content.id, unhappy.id, late.case_id}
    assert set(drawn(house, squad=house.keys["north"]).cases) == {content.id, unhappy.id, late.case_id}
    for target in ("redone", "returned"):
        with pytest.raises(Incomplete, match="nothing to draw from"):
            drawn(house, target=target)
    with pytest.raises(Incomplete, match="nothing to draw from"):
        drawn(house, squad=house.keys["south"])


def test_every_no_on_a_sheet_is_a_finding_for_the_squad_that_did_the_work(house: House) -> None:
    case = closed(house)
    sample = drawn(house)
    said = {**ALL_YES, "contact": False, "on_site": False}
    with pytest.raises(Incomplete, match="say what was found wrong"):
        does(house, "ines", "check_case", case.id, answers=said, words={"contact": "未联系"}, sample=sample.id)
    sheet = does(house, "ines", "check_case", case.id, answers=said, sample=sample.id, severity="serious",
                 words={"contact": "未联系", "on_site": "照片不在现场"})  # fmt: skip
    with house.database.reading() as session:
        stands = desk(session, house.person("ines"), house.now)
        whose = desk(session, house.person("carl"), house.now)
    assert [one.sheet.id for one in stands.drawn if one.sheet] == [sheet]
    assert {(str(f.about), f.words) for f in stands.findings} == {("contact", "未联系"), ("on_site", "照片不在现场")}
    lead = house.get(Assignment, case.lead_id)
    assert {(f.squad_id, f.officer_id, f.rectify_limit) for f in stands.findings} == {
        (lead.squad_id, lead.officer_id, "2 wd")}  # fmt: skip
    assert {f.id for f in whose.findings} == {f.id for f in stands.findings}
    assert not whose.samples
    assert not whose.drawn
    with pytest.raises(IllegalMove, match="Ines has checked this case already"):
        does(house, "ines", "check_case", case.id, answers=ALL_YES, sample=sample.id)


def test_a_finding_goes_to_the_squad_back_to_inspection_and_round_again_until_it_is_settled(house: House) -> None:
    one = found(house)
    assert (one.state, one.rectify_limit) == ("to_rectify", "5 wd")
    first_due = one.rectify_due_at
    with pytest.raises(IllegalMove):
        does(house, "ines", "recheck", one.id, settled=True, words="好")
    house.later(hours=2)
    does(house, "carl", "rectify", one.id, words="已补打电话", seen=1)
    one = house.get(Finding, one.id)
    assert (one.state, one.recheck_limit, one.rectified_by_id) == ("to_recheck", "3 wd", house.keys["carl"])
    assert one.recheck_due_at is not None
    assert one.recheck_due_at > house.now
    with pytest.raises(IllegalMove, match="Somebody has done that already"):
        does(house, "carl", "rectify", one.id, words="再来")
    house.later(days=1)
    does(house, "ines", "recheck", one.id, settled=False, words="电话没有打通")
    one = house.get(Finding, one.id)
    assert (one.state, one.round, one.rectified_at, one.recheck_due_at) == ("to_rectify", 2, None, None)
    assert one.rectify_due_at > first_due
    does(house, "carl", "rectify", one.id, words="当面致歉")
    does(house, "ines", "recheck", one.id, settled=True, words="已核实")
    one = house.get(Finding, one.id)
    assert (one.state, one.due_at, one.verdict) == (FindingState.SETTLED, None, "已核实")
    with pytest.raises(IllegalMove, match="settled already"):
        does(house, "ines", "withdraw_finding", one.id, reason="误")


def test_who_is_no_inspector_changes_nothing_and_no_other_squad_puts_it_right(house: House) -> None:
    one = found(house)
    case = house.get(Case, one.case_id)
    for login in ("ann", "sue", "carl", "oscar", "adam"):
        with pytest.raises(NotAllowed, match="no right to inspect"):
            drawn(house, login)
        with pytest.raises(NotAllowed, match="no right to inspect"):
            does(house, login, "check_case", case.id, answers=ALL_YES)
        with pytest.raises(NotAllowed, match="no right to inspect"):
            does(house, login, "withdraw_finding", one.id, reason="x")
    for login in ("ines", "sue", "oscar"):
        with pytest.raises(NotAllowed, match="captain or the political instructor"):
            does(house, login, "rectify", one.id, words="好了")
    with pytest.raises(Conflict):
        does(house, "carl", "rectify", one.id, words="好了", seen=7)
    for login in ("ann", "oscar", "adam"):
        with house.database.reading() as session, pytest.raises(NotAllowed):
            desk(session, house.person(login), house.now)


def test_a_quarter_counts_what_was_closed_checked_and_found_of_each_squad(house: House) -> None:
    good, bad = closed(house), closed(house)
    does(house, "ines", "check_case", good.id, answers=ALL_YES)
    does(house, "ines", "check_case", bad.id, answers={"words": False, "put_right": False},
         words={"words": "两样", "put_right": "仍在施工"})  # fmt: skip
    serious = does(house, "ines", "add_finding", bad.id, about="conduct", words="态度生硬", severity="serious")
    mistaken = does(house, "ines", "add_finding", bad.id, about="lawful", words="越权")
    does(house, "ines", "withdraw_finding", mistaken, reason="有授权")
    does(house, "carl", "rectify", serious, words="已批评教育")
    does(house, "ines", "recheck", serious, settled=True, words="属实")
    house.later(days=10)  # both minor ones are past their five working days
    begin, end = house.now - dt.timedelta(days=60), house.now + dt.timedelta(days=30)
    with house.database.reading() as session:
        sheets = quarter(session, house.person("ines"), begin, end, house.now)
        assert quarter(session, house.person("carl"), begin, end, house.now) == sheets
        assert quarter(session, house.person("ines"), begin - dt.timedelta(days=90), begin, house.now) == ()
    assert sheets == (Quarter(house.keys["north"], closed=2, checked=2, flawless=1, minor=2, serious=1, rectified=1,
                              again=0, late=2),)  # fmt: skip


def test_what_nobody_can_mean_is_refused(house: House) -> None:
    case = closed(house)
    for wrong, why in (
        ({"size": 0}, "from 1 to 500"), ({"size": 501}, "from 1 to 500"),
        ({"until_at": house.now - dt.timedelta(days=31)}, "ends before it begins"),
    ):  # fmt: skip
        with pytest.raises(Incomplete, match=why):
            drawn(house, **wrong)
    with pytest.raises(Incomplete, match="at least one question"):
        does(house, "ines", "check_case", case.id, answers={})
    with pytest.raises(Incomplete, match="what was found wrong"):
        does(house, "ines", "add_finding", case.id, about="contact", words=" \n ")
    with pytest.raises(ValueError, match="not a valid Check"):
        does(house, "ines", "check_case", case.id, answers={"beauty": False})
    sample = drawn(house)
    other = closed(house)
    with pytest.raises(IllegalMove, match="not drawn in this sample"):
        does(house, "ines", "check_case", other.id, answers=ALL_YES, sample=sample.id)
    with house.database.reading() as session:
        assert not session.query(CaseCheck).all()
