"""Each figure by a small life whose outcome is known by hand."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.cases import Case
from commandcenter.queries.figures import (
    DEFINITIONS,
    By,
    Figure,
    Sought,
    Times,
    Unit,
    Value,
    flow,
    heat,
    records,
    series,
    sheet,
)
from commandcenter.queries.figures import by as told_apart
from tests.house import MONDAY, House

DAY = dt.timedelta(days=1)


@pytest.fixture
def house(small_house: House) -> House:
    """In a file: on both kinds of database every figure is held against the month beside this."""
    return small_house


def around(house: House, **narrower: Any) -> Sought:
    """From the day before the house began to a day after its present."""
    return Sought(MONDAY - DAY, house.now + DAY, now_at=house.now + dt.timedelta(seconds=1), **narrower)


def of(house: House, figure: Figure, **narrower: Any) -> Any:
    """One figure of all that happened in the house."""
    with house.database.reading() as session:
        return sheet(session, around(house, **narrower))[figure]


def test_every_figure_says_what_it_means_and_what_it_leaves_out() -> None:
    assert set(DEFINITIONS) == set(Figure)
    assert all(said.title and said.formula and said.left_out for said in DEFINITIONS.values())


def test_of_nothing_there_is_no_share_and_no_time(house: House) -> None:
    with house.database.reading() as session:
        found = sheet(session, around(house))
        days = series(session, around(house), Figure.ON_TIME)
    for figure, answer in found.items():
        if DEFINITIONS[figure].unit is Unit.SECONDS:
            assert answer == Times(0)
        else:
            assert isinstance(answer, Value)
            assert (answer.n, answer.of_one, answer.low, answer.high) == (0, None, None, None)
    assert [key for key, _none in days] == ["2026-11-22", "2026-11-23", "2026-11-24"]
    assert {answer.n for _day, answer in days} == {0}


def test_a_life_without_a_hitch_is_good_by_every_figure(house: House) -> None:
    case = house.visiting()
    complaint, = house.complaints_of(case)
    house.later(hours=1)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    with house.database.reading() as session:
        found = sheet(session, around(house))
        assert [one.key for one in records(session, around(house), Figure.RESOLUTION, good=True)] == [complaint.id]
        assert records(session, around(house), Figure.RESOLUTION, good=False) == []
    for figure in (Figure.RESPONSE, Figure.RESOLUTION, Figure.SATISFACTION, Figure.SOLVED_ONCE, Figure.FIRST_OWNER):
        assert found[figure] == Value(1, 1), figure
    assert found[Figure.UNPROMPTED] == Value(0, 1)
    assert found[Figure.RETURN_HOPS] == Value(0, 1, unit=Unit.MEAN)
    assert found[Figure.CONTACTING] == Times(1, 20 * 60, 20 * 60)
    assert found[Figure.RESOLVING] == Times(1, 140 * 60, 140 * 60)
    assert found[Figure.VISITING] == Times(1, 3600, 3600)
    assert found[Figure.WHOLE] == Times(1, 200 * 60, 200 * 60)


def test_a_case_is_counted_on_time_only_when_it_fell_due(house: House) -> None:
    case = house.resolved()
    assert of(house, Figure.ON_TIME).n == 0
    house.later(days=9)
    assert of(house, Figure.ON_TIME) == Value(1, 1)
    assert of(house, Figure.ON_TIME, squad_id=house.keys["south"]).n == 0
    assert house.get(Case, case.id).state == "resolved"


def test_nobody_reached_within_the_limit_counts_against_it_from_then_on(house: House) -> None:
    assignment = house.accepted()
    assert of(house, Figure.RESPONSE).n == 0
    house.just_after(assignment.contact_due_at)
    assert of(house, Figure.RESPONSE) == Value(0, 1)
    house.do("oscar", "contact", assignment, means="call", outcome="reached", words="好", duration_s=9)
    assert of(house, Figure.RESPONSE) == Value(0, 1)


def test_a_dispute_counts_until_the_case_was_done_again(house: House) -> None:
    case = house.visiting()
    complaint, = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=False, satisfied=1)
    assert of(house, Figure.RESOLUTION) == Value(0, 1)
    assert of(house, Figure.SATISFACTION) == Value(0, 1)
    assert of(house, Figure.SOLVED_ONCE).n == 0
    again = house.get(Case, case.id).lead_id
    house.do("carl", "accept", again, officer=house.keys["oscar"])
    house.do("oscar", "contact", again, means="call", outcome="reached", words="好", duration_s=9)
    house.do("oscar", "resolve", again, disposition="rectified", closing_text="好")
    house.do("sue", "approve", case, remark="同意")
    assert of(house, Figure.RESOLUTION).n == 0, "it is asked again"
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=4)
    assert of(house, Figure.RESOLUTION) == Value(1, 1)
    assert of(house, Figure.SOLVED_ONCE) == Value(0, 1), "it took two rounds"


@pytest.mark.parametrize(("more", "solved"), [
    ({}, 0), ({"matter": "fishing"}, 1), ({"point": (120.05, 35.951)}, 1), ({"point": (120.0508, 35.95)}, 0),
])  # fmt: skip
def test_the_same_again_nearby_within_thirty_days_speaks_against_a_closed_case(
    house: House, more: dict[str, Any], solved: int
) -> None:
    case = house.visiting()
    complaint, = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=4)
    house.later(days=29)
    assert of(house, Figure.SOLVED_ONCE) == Value(1, 1)
    matter = house.keys[more.get("matter", "noise")]
    house.complaint(matter=matter, caller_phone="13700000009", **{k: v for k, v in more.items() if k != "matter"})
    assert of(house, Figure.SOLVED_ONCE) == Value(solved, 1)


def test_the_same_again_after_thirty_days_does_not(house: House) -> None:
    case = house.visiting()
    complaint, = house.complaints_of(case)
    house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=4)
    house.later(days=30, seconds=1)
    house.complaint(matter=house.keys["noise"], caller_phone="13700000009")
    assert of(house, Figure.SOLVED_ONCE) == Value(1, 1)


def test_promises_hops_finds_and_callers_who_call_again(house: House) -> None:
    assignment = house.dispatched()
    house.do("carl", "ask_return", assignment, reason="不归我管", basis="属地")
    with house.database.reading() as session:
        from commandcenter.domain.rulings import Request

        request, = session.query(Request).all()
    house.do("sue", "agree", request, ruling="同意")
    house.do("kim", "find", words="占道", matter=house.keys["noise"], place_words="阳光小区", urgency="ordinary")
    house.later(minutes=5)
    house.complaint(words="又来了")
    house.complaint(words="匿名", caller_phone="", caller_name="")
    promise = house.do("ann", "promise", assignment.case_id, to_whom="王", what="回电",
                       due_at=house.now + dt.timedelta(minutes=9))  # fmt: skip
    house.later(minutes=10)
    house.do("ann", "keep", promise, outcome="好")
    assert of(house, Figure.RETURN_HOPS) == Value(1, 1, 1, Unit.MEAN)
    assert of(house, Figure.UNPROMPTED) == Value(1, 2)
    assert of(house, Figure.REPEAT_COMPLAINANTS) == Value(1, 2, 1)
    assert of(house, Figure.PROMISES_KEPT) == Value(0, 1)
    assert of(house, Figure.KEEPING) == Times(1, 600, 600)
    with house.database.reading() as session:
        assert told_apart(session, around(house), Figure.OPENED, By.CHANNEL) == [
            ("hotline", Value(1, 1, unit=Unit.COUNT)), ("workstation", Value(1, 1, unit=Unit.COUNT))]  # fmt: skip
        hours = heat(session, around(house))
        assert (hours[0][9], sum(map(sum, hours))) == (4, 4)
        assert [(s.channel, str(s.outcome), s.n) for s in flow(session, around(house))] == [
            ("hotline", "in_hand", 3), ("workstation", "in_hand", 1)]  # fmt: skip
