"""What is owed: who owes it, until when, and that the list kept beside the picture never differs from a fresh look."""

import datetime as dt
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, given, settings

from commandcenter.domain.cases import Case
from commandcenter.live.ledger import Ledger
from commandcenter.live.owing import Debt, Owed, owed, owing
from commandcenter.live.picture import Picture
from tests.house import House
from tests.live.test_any_moves import MOVES, done
from tests.live.test_picture import Station


@pytest.fixture
def station(small_house: House) -> Iterator[Station]:
    opened = Station(small_house)
    yield opened
    opened.feed.close()


def of(station: Station) -> dict[Debt, Owed]:
    """What is owed now, one thing of each kind."""
    station.catch_up()
    return {one.debt: one for one in owed(station.picture)}


def test_a_case_goes_through_what_is_owed_on_it(station: Station) -> None:
    house = station.house
    assignment = house.dispatched()
    found = of(station)
    assert set(found) == {Debt.ACCEPT, Debt.CONTACT, Debt.RESOLVE, Debt.PROGRESS}
    assert {found[d].holder_id for d in (Debt.ACCEPT, Debt.CONTACT, Debt.RESOLVE)} == {None}
    assert found[Debt.ACCEPT].squad_id == house.keys["north"]
    assert found[Debt.PROGRESS].holder_id == house.keys["ann"], "before anybody accepts, the owner speaks"
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    found = of(station)
    assert set(found) == {Debt.CONTACT, Debt.RESOLVE, Debt.PROGRESS}
    assert {one.holder_id for one in found.values()} == {house.keys["oscar"]}
    house.do("oscar", "contact", assignment, means="visit", outcome="reached", words="到场")
    assert set(of(station)) == {Debt.RESOLVE, Debt.PROGRESS}
    house.do("oscar", "resolve", assignment, disposition="rectified", closing_text="已整改")
    assert set(of(station)) == {Debt.PROGRESS}
    house.do("sue", "approve", assignment.case_id, remark="同意")
    found = of(station)
    assert set(found) == {Debt.VISIT}
    assert found[Debt.VISIT].holder_id == house.keys["ann"], "of two who have none, the owner"
    house.do("bob", "visit", found[Debt.VISIT].key, outcome="reached", solved=True, satisfied=5)
    assert not of(station)


def test_an_open_case_owes_its_dispatch_until_the_moment_on_the_record(station: Station) -> None:
    case = station.house.case()
    one = of(station)[Debt.DISPATCH]
    assert one.due_at == case.dispatch_due_at
    assert (one.number, one.title, one.case_id) == (case.number, case.title, case.id)
    assert case.dispatch_due_at is not None
    assert not one.over(case.dispatch_due_at)
    assert one.over(case.dispatch_due_at + dt.timedelta(seconds=1))


def test_a_promise_is_owed_by_who_gave_it_and_says_what(station: Station) -> None:
    house = station.house
    assignment = house.contacted()
    due_at = house.now + dt.timedelta(hours=3)
    key = house.do("oscar", "promise", assignment.case_id, to_whom="王女士", what="今晚停工", due_at=due_at)
    one = of(station)[Debt.PROMISE]
    assert (one.holder_id, one.what, one.due_at) == (house.keys["oscar"], "今晚停工", due_at)
    house.do("oscar", "keep", key, outcome="停了")
    assert Debt.PROMISE not in of(station)


def test_a_suspended_case_stands_still_and_owes_its_resumption(station: Station) -> None:
    house = station.house
    assignment = house.contacted()
    request = house.do("oscar", "ask_suspension", assignment, reason="等检测", amount="5 d")
    assert of(station)[Debt.RULING].what == "suspension"
    house.do("sue", "agree", request, ruling="同意")
    found = of(station)
    assert Debt.RULING not in found
    assert found[Debt.RESOLVE].standing_still
    assert not found[Debt.RESOLVE].over(house.now + dt.timedelta(days=300))
    assert found[Debt.RESUME].holder_id == house.keys["oscar"]
    assert found[Debt.RESUME].due_at > house.now + dt.timedelta(days=4)  # type: ignore[operator]
    assert owed(station.picture)[-1].debt is Debt.RESOLVE, "what stands still comes last"


def test_while_a_return_waits_for_its_ruling_the_squad_owes_nothing(station: Station) -> None:
    house = station.house
    assignment = house.dispatched()
    request = house.do("carl", "ask_return", assignment, reason="不属", basis="属地")
    assert set(of(station)) == {Debt.RULING, Debt.PROGRESS}
    house.do("sue", "refuse", request, ruling="你队管辖")
    again = of(station)[Debt.ACCEPT]
    assert again.due_at == house.get(type(assignment), assignment.id).accept_due_at


def test_the_most_pressing_comes_first(station: Station) -> None:
    house = station.house
    house.dispatched()
    house.later(hours=1)
    house.dispatched(urgency="urgent", caller_phone="13700000003")
    station.catch_up()
    due = [one.due_at for one in owed(station.picture) if one.due_at]
    assert due == sorted(due)
    assert owed(station.picture)[0].urgency == "urgent"


def test_everybody_is_concerned_by_their_own(station: Station) -> None:
    house = station.house
    assignment = house.accepted()
    house.do("bob", "take_visit", house.complaints_of(house.visiting(caller_phone="13700000003"))[0])
    station.catch_up()
    kept = owing(station.picture)

    def debts(login: str, own: bool = False) -> set[str]:
        ids = (kept.to_do if own else kept.of_person)(house.person(login))
        return {f"{kept.all[id_].debt}" for id_ in ids}

    assert debts("oscar") == debts("oscar", own=True) == {"contact", "resolve", "progress"}
    assert debts("carl") == {"contact", "resolve", "progress"}, "a captain answers for the squad"
    assert not debts("carl", own=True)
    assert not debts("olga")
    assert not debts("cora")
    assert debts("ann") == {"contact", "resolve", "progress", "visit"}, "the owner to the end"
    assert debts("bob") == debts("bob", own=True) == {"visit"}
    assert kept.on_case(assignment.case_id).keys() == {id_ for id_ in kept.all if assignment.id in id_} | {
        one.id for one in kept.all.values() if one.debt is Debt.PROGRESS}


def test_a_delta_tells_which_rows_it_touched_and_only_those(station: Station) -> None:
    house = station.house
    still = house.dispatched(caller_phone="13700000003")
    assignment = house.accepted()
    station.catch_up()
    kept = owing(station.picture)
    house.do("oscar", "contact", assignment, means="visit", outcome="reached", words="到场")
    delta = station.catch_up()
    touched = kept.apply(delta)
    assert f"contact:{assignment.id}" in touched
    assert not any(still.id in id_ for id_ in touched)
    assert kept.apply(delta) == touched, "asked twice, the answer is the same"


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(moves=MOVES)
def test_whatever_happens_the_kept_list_is_what_a_fresh_look_finds(
    small_house: House, moves: list[tuple[str, int, bool]]
) -> None:
    station = Station(small_house)
    kept = owing(station.picture)
    try:
        for name, which, read_now in moves:
            done(small_house, name, which)
            small_house.later(minutes=3)
            if read_now:
                station.catch_up()
        station.catch_up()
        assert sorted(kept.all.values(), key=lambda one: one.rank) == owed(station.picture)
        fresh = Picture()
        with small_house.database.reading() as session:
            fresh.load(Ledger().load(session))
        assert kept.all == owing(fresh).all
        for key in {key for one in kept.all.values() for key in (one.holder_id, one.owner_id, one.squad_id) if key}:
            assert kept.concerning(key) == owing(fresh).concerning(key)
        assert all(one.case_id in station.picture.of(Case) for one in kept.all.values())
    finally:
        station.feed.close()


def test_a_captain_takes_up_what_waits_for_his_own_squad_and_nobody_what_they_merely_own(station: Station) -> None:
    house = station.house
    here, there = house.dispatched(), house.dispatched(squad="south", caller_phone="13700000003")
    station.catch_up()
    kept = owing(station.picture)
    assert kept.to_do(house.person("carl")) == {f"accept:{here.id}"}
    assert kept.to_do(house.person("cora")) == {f"accept:{there.id}"}
    house.do("carl", "accept", here, officer=house.keys["oscar"])
    station.catch_up()
    own = kept.concerning(house.keys["ann"])
    assert f"resolve:{here.id}" in own
    assert f"resolve:{here.id}" not in kept.to_do(house.person("ann")), "the officer has it in hand"


def test_when_the_work_is_over_the_owner_owes_the_next_word_and_not_the_squad(station: Station) -> None:
    house = station.house
    assignment = house.accepted()
    assert of(station)[Debt.PROGRESS].squad_id == house.keys["north"]
    house.do("oscar", "contact", assignment.id, means="visit", outcome="reached", words="到场")
    house.do("oscar", "resolve", assignment.id, disposition="rectified", closing_text="已整改")
    one = of(station)[Debt.PROGRESS]
    assert (one.holder_id, one.squad_id) == (house.keys["ann"], None)
