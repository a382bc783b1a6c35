"""The roster, leave and swaps: nobody twice at once, nobody ruling for themselves, and two at once get one answer."""

import datetime as dt
from collections.abc import Callable
from typing import Any

import pytest

from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import Leave, RosterEntry, Swap
from commandcenter.domain.units import District
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, IllegalMove, Incomplete, NotAllowed, Refused
from commandcenter.operations.leaving import (
    answer_swap,
    ask_leave,
    ask_swap,
    rule_leave,
    rule_swap,
    withdraw_leave,
    withdraw_swap,
)
from commandcenter.operations.rostering import roster, unroster
from tests.house import House

MONDAY = dt.date(2026, 11, 23)
TUESDAY = MONDAY + dt.timedelta(days=1)
SHIFTS = [("早班", "08:00", "16:00"), ("中班", "16:00", "24:00"), ("夜班", "22:00", "06:00")]


def run(house: House, login: str, operation: Callable[..., Any], *given: Any) -> Any:
    """``login`` does it."""
    return house.database.run(operation.__name__, house.person(login), "test", lambda work: operation(work, *given))


def with_shifts(house: House) -> House:
    """The district has three shifts, the last of which goes on past midnight and begins before the second ends."""

    def body(work: Work) -> None:
        [district] = work.all(District)
        district.shifts = [{"name_zh": n, "name_en": n, "start": a, "end": b} for n, a, b in SHIFTS]

    house.database.run("set_up", house.person("adam"), "test", body)
    return house


def put(house: House, who: str, *people: str, shift: str = "16:00", days: tuple[dt.date, ...] = (MONDAY,)) -> list[Key]:
    """``who`` puts people on the roster."""
    made: list[Key] = run(house, who, roster, [house.keys[p] for p in people], shift, list(days))
    return made


def test_a_supervisor_rosters_the_room_and_a_captain_the_squad_alone(house: House) -> None:
    with_shifts(house)
    [first, second] = put(house, "sue", "ann", "bob")
    entry = house.get(RosterEntry, first)
    assert (entry.begins_at, entry.ends_at) == (dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC),
                                                dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC))  # fmt: skip
    assert (entry.name, entry.rostered_by_id) == ("中班", house.keys["sue"])
    put(house, "carl", "oscar")
    for person in ("otto", "ann"):
        with pytest.raises(NotAllowed, match="no right to change the roster"):
            put(house, "carl", person, days=(TUESDAY,))
    with pytest.raises(NotAllowed, match="no right to change the roster"):
        put(house, "ann", "ann", days=(TUESDAY,))
    assert run(house, "sue", unroster, second, "换人") == second


@pytest.mark.parametrize(
    ("first", "day", "second", "next_day"),
    [("16:00", MONDAY, "16:00", MONDAY), ("16:00", MONDAY, "22:00", MONDAY), ("22:00", MONDAY, "08:00", TUESDAY)],
    ids=["the same shift", "one that begins before it ends", "none"],
)
def test_nobody_has_two_duties_at_one_time(
    small_house: House, first: str, day: dt.date, second: str, next_day: dt.date
) -> None:
    house = with_shifts(small_house)
    put(house, "sue", "ann", shift=first, days=(day,))
    if second == "08:00":
        put(house, "sue", "ann", shift=second, days=(next_day,))
        return
    with pytest.raises(IllegalMove, match="Ann has another duty then: 11-23 16:00 to 11-24 00:00"):
        put(house, "sue", "bob", "ann", shift=second, days=(next_day,))
    with house.database.reading() as session:
        assert session.query(RosterEntry).count() == 1, "all or nothing"


def test_days_that_are_named_twice_are_rostered_once_and_withdrawn_duties_are_no_duties(small_house: House) -> None:
    house = with_shifts(small_house)
    [key] = put(house, "sue", "ann", days=(MONDAY, MONDAY))
    run(house, "tom", unroster, key, "改排")
    assert put(house, "sue", "ann")
    with pytest.raises(IllegalMove, match="withdrawn already"):
        run(house, "sue", unroster, key, "再撤")


@pytest.mark.parametrize(
    ("people", "shift", "days", "said"),
    [(["ann"], "09:00", [MONDAY], "no shift that begins at 09:00"), ([], "08:00", [MONDAY], "Say who"),
     (["ann"], "08:00", [], "on which days"), (["ann"], "08:00", [MONDAY - dt.timedelta(days=1)], "is over"),
     (["ann"], "08:00", [MONDAY + dt.timedelta(days=n) for n in range(63)], "At most 62")],
)  # fmt: skip
def test_a_roster_that_cannot_be_is_refused_in_words(
    small_house: House, people: list[str], shift: str, days: list[dt.date], said: str
) -> None:
    house = with_shifts(small_house)
    with pytest.raises(Refused, match=said):
        put(house, "sue", *people, shift=shift, days=tuple(days))


def test_who_is_out_of_use_or_not_there_at_all_is_not_rostered(small_house: House) -> None:
    house = with_shifts(small_house)

    def out(work: Work) -> None:
        work.get(Person, house.keys["bob"]).disabled = True

    house.database.run("disable_person", house.person("adam"), "test", out)
    with pytest.raises(IllegalMove, match="out of use"):
        put(house, "sue", "bob")
    with pytest.raises(Incomplete, match="people that are here"):
        run(house, "sue", roster, ["01900000-0000-7000-8000-000000000000"], "08:00", [MONDAY])


# ---------------------------------------------------------------------- leave


def leave(house: House, who: str, first: dt.date = TUESDAY, last: dt.date = TUESDAY) -> Key:
    key: Key = run(house, who, ask_leave, "annual", first, last, "家事")
    return key


def test_leave_is_ruled_on_by_who_holds_the_roster_and_never_by_oneself(house: House) -> None:
    with_shifts(house)
    key = leave(house, "sue")
    with pytest.raises(NotAllowed, match="ask for themselves"):
        run(house, "sue", rule_leave, key, True, "同意")
    with pytest.raises(NotAllowed, match="no right to change the roster"):
        run(house, "carl", rule_leave, key, True, "同意")
    run(house, "tom", rule_leave, key, True, "同意")
    held = house.get(Leave, key)
    assert (held.state, held.ruled_by_id) == ("approved", house.keys["tom"])
    with pytest.raises(IllegalMove, match="ruled on this already: approved"):
        run(house, "tom", rule_leave, key, False, "不同意")
    with pytest.raises(IllegalMove, match="Sue is on leave on 11-24"):
        put(house, "tom", "sue", days=(TUESDAY,))
    assert put(house, "tom", "sue", shift="22:00", days=(MONDAY,)), "a night belongs to the day it begins on"


def test_the_reason_of_a_leave_is_not_in_the_journal(small_house: House) -> None:
    house = small_house
    key = run(house, "oscar", ask_leave, "sick", TUESDAY, TUESDAY, "做手术")
    from commandcenter.domain.journal import JournalLine

    with house.database.reading() as session:
        [line] = session.query(JournalLine).where(JournalLine.key == key)
        assert "做手术" not in repr(line.changes) + line.reason


@pytest.mark.parametrize(
    ("sort", "first", "last", "why", "said"),
    [("annual", TUESDAY, MONDAY, "x", "before the first"), ("holiday", TUESDAY, TUESDAY, "x", "what kind"),
     ("annual", TUESDAY, TUESDAY, "  ", "say why"),
     ("annual", MONDAY, MONDAY + dt.timedelta(days=400), "x", "366 days"),
     ("annual", MONDAY - dt.timedelta(days=3), MONDAY - dt.timedelta(days=1), "x", "are over")],
)  # fmt: skip
def test_a_leave_that_cannot_be_is_refused_in_words(
    small_house: House, sort: str, first: dt.date, last: dt.date, why: str, said: str
) -> None:
    with pytest.raises(Refused, match=said):
        run(small_house, "oscar", ask_leave, sort, first, last, why)


def test_the_same_days_are_asked_for_once_and_can_be_taken_back_until_they_begin(small_house: House) -> None:
    house = small_house
    key = leave(house, "oscar")
    with pytest.raises(IllegalMove, match="already"):
        leave(house, "oscar", MONDAY, TUESDAY)
    with pytest.raises(NotAllowed, match="Only who asked"):
        run(house, "olga", withdraw_leave, key)
    run(house, "carl", rule_leave, key, True, "同意")
    house.later(days=1)
    with pytest.raises(IllegalMove, match="cannot be taken back"):
        run(house, "oscar", withdraw_leave, key)
    later = leave(house, "oscar", TUESDAY + dt.timedelta(days=5), TUESDAY + dt.timedelta(days=6))
    run(house, "oscar", withdraw_leave, later)
    assert leave(house, "oscar", TUESDAY + dt.timedelta(days=5), TUESDAY + dt.timedelta(days=5))


def test_two_who_rule_on_one_leave_at_once_the_second_is_told_who_was_first(small_house: House) -> None:
    house = small_house
    key = leave(house, "oscar")
    seen = house.get(Leave, key).version
    run(house, "sue", rule_leave, key, True, "同意", seen)
    with pytest.raises(Conflict, match="Sue changed it first"):
        run(house, "tom", rule_leave, key, False, "人手不足", seen)


# ---------------------------------------------------------------------- swaps


def two_shifts(house: House) -> tuple[Key, Key]:
    [mine] = put(house, "sue", "oscar", shift="08:00", days=(TUESDAY,))
    [theirs] = put(house, "sue", "olga", shift="16:00", days=(TUESDAY,))
    return mine, theirs


def test_a_swap_needs_both_people_and_somebody_who_rules(house: House) -> None:
    with_shifts(house)
    mine, theirs = two_shifts(house)
    with pytest.raises(NotAllowed, match="one's own shift"):
        run(house, "olga", ask_swap, mine, theirs, "有事")
    key = run(house, "oscar", ask_swap, mine, theirs, "有事")
    with pytest.raises(IllegalMove, match="asked for already"):
        run(house, "olga", ask_swap, theirs, mine, "有事")
    with pytest.raises(IllegalMove, match="not agreed yet"):
        run(house, "carl", rule_swap, key, True, "同意")
    with pytest.raises(NotAllowed, match="Only who is asked"):
        run(house, "oscar", answer_swap, key, True)
    run(house, "olga", answer_swap, key, True)
    with pytest.raises(NotAllowed):
        run(house, "oscar", rule_swap, key, True, "同意")
    run(house, "carl", rule_swap, key, True, "同意")
    people = [house.get(RosterEntry, entry).person_id for entry in (mine, theirs)]
    assert people == [house.keys["olga"], house.keys["oscar"]]
    assert house.get(Swap, key).state == "approved"


def test_nobody_rules_on_a_swap_of_their_own(small_house: House) -> None:
    house = with_shifts(small_house)
    [mine] = put(house, "tom", "sue", shift="08:00", days=(TUESDAY,))
    [theirs] = put(house, "sue", "tom", shift="16:00", days=(TUESDAY,))
    key = run(house, "sue", ask_swap, mine, theirs, "有事")
    run(house, "tom", answer_swap, key, True)
    for login in ("sue", "tom"):
        with pytest.raises(NotAllowed, match="ask for themselves"):
            run(house, login, rule_swap, key, True, "同意")
    run(house, "adam", rule_swap, key, True, "同意")


def test_a_swap_that_would_give_somebody_two_duties_or_break_a_leave_is_refused_as_it_is_ruled_on(
    small_house: House,
) -> None:
    house = with_shifts(small_house)
    mine, theirs = two_shifts(house)
    key = run(house, "oscar", ask_swap, mine, theirs, "有事")
    run(house, "olga", answer_swap, key, True)
    [more] = put(house, "sue", "oscar", shift="22:00", days=(TUESDAY,))
    with pytest.raises(IllegalMove, match="Oscar has another duty then"):
        run(house, "carl", rule_swap, key, True, "同意")
    run(house, "sue", unroster, more, "撤")
    run(house, "carl", rule_leave, leave(house, "olga"), True, "同意")
    with pytest.raises(IllegalMove, match="Olga is on leave"):
        run(house, "carl", rule_swap, key, True, "同意")
    run(house, "carl", rule_swap, key, False, "不便")
    assert house.get(Swap, key).state == "refused"


def test_a_swap_of_a_shift_that_has_begun_or_was_withdrawn_is_none_any_more(small_house: House) -> None:
    house = with_shifts(small_house)
    mine, theirs = two_shifts(house)
    key = run(house, "oscar", ask_swap, mine, theirs, "有事")
    run(house, "olga", answer_swap, key, True)
    house.now = dt.datetime(2026, 11, 24, 0, 30, tzinfo=dt.UTC)
    with pytest.raises(IllegalMove, match="has begun"):
        run(house, "carl", rule_swap, key, True, "同意")
    run(house, "olga", withdraw_swap, key)
    with pytest.raises(IllegalMove, match="ruled on this already: withdrawn"):
        run(house, "oscar", withdraw_swap, key)
