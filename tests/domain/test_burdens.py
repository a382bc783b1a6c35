"""What officers have borne: each rule against the same said another way, and what is said where nothing is known."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as some

from commandcenter.domain.burdens import (
    Burden,
    Days,
    Duty,
    Left,
    Measure,
    Measures,
    Share,
    Stay,
    borne,
    hours,
    night_hours,
    served,
    share,
)
from commandcenter.domain.rules import check_rule, rules_from
from commandcenter.domain.units import Setting
from commandcenter.errors import Refused
from tests.house import MONDAY

RULE = Measures.of(rules_from(None, [], []))
HOUR = dt.timedelta(hours=1)
ZONE = RULE.calendar.zone
NOW = MONDAY + 200 * HOUR
WITHIN = (MONDAY, MONDAY + 100 * HOUR)
SPANS = some.tuples(some.integers(-30, 110), some.integers(1, 30))


def rule(**settings: str) -> Measures:
    """With other rules."""
    named = {f"load.{name}": value for name, value in settings.items()}
    return Measures.of(rules_from(None, [Setting(name=name, value=value) for name, value in named.items()], []))


@given(some.lists(some.tuples(SPANS, some.sampled_from(["", "doubted", "disbelieved"])), max_size=6))
def test_hours_and_nights_are_what_a_count_of_every_hour_comes_to(
    said: list[tuple[tuple[int, int], str]],
) -> None:
    stays = [Stay(str(n), MONDAY + begun * HOUR, MONDAY + (begun + long) * HOUR, None, why == "disbelieved",
                  why == "doubted") for n, ((begun, long), why) in enumerate(said)]  # fmt: skip
    there = {
        begun + n for (begun, long), why in said if why != "disbelieved" and long <= 16 for n in range(long)
        if 0 <= begun + n < 100
    }  # fmt: skip
    night = {n for n in there if not 6 <= _local(n) < 22}
    found = served(stays, [], RULE, WITHIN, NOW)
    # Monday begins at half past nine: an hour that begins at 21:30 or 5:30 lies half in the night.
    halves = sum(0.5 * (_local(n) == 21.5) - 0.5 * (_local(n) == 5.5) for n in there)
    assert hours(found) == len(there)
    assert night_hours(found, RULE) == pytest.approx(len(night) + halves)


def _local(n: int) -> float:
    at = (MONDAY + n * HOUR).astimezone(ZONE)
    return at.hour + at.minute / 60


def test_who_forgot_to_clock_out_went_with_their_shift_or_is_left_out() -> None:
    forgot = Stay("a", MONDAY, None, MONDAY + 8 * HOUR)
    nowhere = Stay("b", MONDAY + 30 * HOUR, None)
    late = Stay("c", MONDAY + 60 * HOUR, MONDAY + 80 * HOUR, MONDAY + 68 * HOUR)
    found = served([forgot, nowhere, late], [], RULE, WITHIN, NOW)
    assert [(one.id, hours([one]), one.why) for one in found] == [
        ("a", 8, None), ("b", 0, Left.NEVER_OUT), ("c", 8, None)]  # fmt: skip
    still_here = served([Stay("d", NOW - 3 * HOUR, None)], [], RULE, (WITHIN[0], NOW), NOW)
    assert hours(still_here) == 3, "somebody who is there still is there"


def test_a_shift_nobody_came_to_is_told_and_one_that_is_not_over_is_not() -> None:
    duties = [Duty("came", MONDAY, MONDAY + 8 * HOUR), Duty("missed", MONDAY + 24 * HOUR, MONDAY + 32 * HOUR),
              Duty("disbelieved", MONDAY + 48 * HOUR, MONDAY + 56 * HOUR),
              Duty("on", NOW - HOUR, NOW + HOUR)]  # fmt: skip
    stays = [Stay("a", MONDAY + HOUR, MONDAY + 9 * HOUR, MONDAY + 8 * HOUR, doubted=True),
             Stay("b", MONDAY + 48 * HOUR, MONDAY + 56 * HOUR, None, disbelieved=True)]  # fmt: skip
    found = served(stays, duties, RULE, (MONDAY, NOW + HOUR), NOW)
    assert [(one.id, one.why) for one in found] == [
        ("a", Left.DOUBTED), ("missed", Left.NOT_THERE), ("b", Left.DISBELIEVED),
        ("disbelieved", Left.NOT_THERE)]  # fmt: skip
    assert hours(found) == 8


def test_the_night_is_as_long_as_the_rules_say() -> None:
    found = served([Stay("a", MONDAY, MONDAY + 16 * HOUR)], [], RULE, WITHIN, NOW)  # 09:30 to 01:30
    assert night_hours(found, RULE) == 3.5
    assert night_hours(found, rule(night_from="12", night_until="14")) == 2
    assert night_hours(found, rule(night_from="0", night_until="0")) == 0


# ---------------------------------------------------------------------- fairness


def burden(name: str, squad: str, hours: float | None, hard: float | None = 0, metres: float | None = None) -> Burden:
    """What somebody has borne."""
    nights = None if hours is None else 0.0
    return Burden(name, squad, {Measure.HOURS: hours, Measure.HARD: hard, Measure.DISTANCE: metres,
                                Measure.NIGHTS: nights})  # fmt: skip


DAYS = Days(dt.date(2026, 10, 26), dt.date(2026, 11, 22), RULE.calendar)


def test_only_who_was_on_duty_is_part_of_a_mean_and_who_was_not_is_compared_with_nobody() -> None:
    found = borne(DAYS, [burden("a", "n", 180), burden("b", "n", 140), burden("c", "n", None, 9), burden("d", "n", 0)])
    assert found.squads["n"][Measure.HOURS] == 160
    assert found.squads["n"][Measure.HARD] == 0
    officers, squads = found.shares(rule(weight_hard="0"))
    assert officers == {"a": Share(0.125, Measure.HOURS), "b": Share(-0.125, Measure.HOURS)}
    assert squads == {"n": Share(0.0, Measure.HOURS)}


def test_without_a_roster_and_clock_ins_nobody_is_compared() -> None:
    found = borne(DAYS, [burden("a", "n", None, 3), burden("b", "s", None, 1)])
    assert found.shares(RULE) == ({}, {})
    assert borne(DAYS, []).shares(RULE) == ({}, {})


@given(some.lists(some.tuples(some.sampled_from("nsw"), some.integers(1, 300), some.integers(0, 20),
                              some.none() | some.integers(0, 500_000)), min_size=1, max_size=12))  # fmt: skip
def test_shares_balance_within_a_squad_and_more_of_one_thing_is_never_less(
    said: list[tuple[str, int, int, int | None]],
) -> None:
    people = [burden(str(n), *one) for n, one in enumerate(said)]
    only_hours = rule(weight_distance="0", weight_hard="0", weight_nights="0")
    officers, _squads = borne(DAYS, people).shares(only_hours)
    for squad in {one.squad_id for one in people}:
        parts = [officers[one.person_id].over for one in people if one.squad_id == squad]
        assert sum(parts) == pytest.approx(0, abs=1e-9)
    for one in people:
        mean = sum(p.values[Measure.HOURS] or 0 for p in people if p.squad_id == one.squad_id)
        mean /= sum(p.squad_id == one.squad_id for p in people)
        assert officers[one.person_id].over == pytest.approx((one.values[Measure.HOURS] or 0) / mean - 1)
    means = {Measure.HOURS: 100.0, Measure.HARD: 4.0, Measure.DISTANCE: None, Measure.NIGHTS: 0.0}
    less, more = ({Measure.HOURS: 90.0, Measure.HARD: hard} for hard in (3.0, 5.0))
    assert share(less, means, RULE).over < share(more, means, RULE).over  # type: ignore[union-attr]
    assert share(more, means, RULE) == Share(pytest.approx((3 * -0.1 + 4 * 0.25) / 7), Measure.HARD)  # type: ignore[arg-type]


@pytest.mark.parametrize(("name", "value"), [
    ("load.hard", "urgent,strange"), ("load.hard", ","), ("load.night_from", "24"), ("load.points", "101"),
    ("load.days", "0"),
])  # fmt: skip
def test_a_rule_of_fair_load_that_cannot_be_is_refused(name: str, value: str) -> None:
    with pytest.raises(Refused):
        check_rule(name, value)


def test_the_rules_of_fair_load_may_be_nought_and_list_some_reasons() -> None:
    for name, value in (("load.points", "0"), ("load.hard", "urgent, redo"), ("load.night_until", "0")):
        check_rule(name, value)
    assert rule(hard="urgent, redo").hard == {"urgent", "redo"}
