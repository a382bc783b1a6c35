"""How records stand on the map: the one mapping, over time and by hand."""

import datetime as dt
from typing import Any

import pytest

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person
from commandcenter.domain.record import snapshot
from commandcenter.domain.units import Squad, Workstation
from commandcenter.live.delta import Fix
from ui.map import standing
from ui.map.framing import Frame, frame_for, needs_moving

NOW = dt.datetime(2026, 11, 23, 2, tzinfo=dt.UTC)


def case(**more: Any) -> Case:
    given = {"id": "c", "version": 1, "number": "261123-0001", "title": "噪音", "state": "open", "urgency": "ordinary",
             "opened_at": NOW, "dispatch_from_at": NOW, "dispatch_due_at": NOW + dt.timedelta(minutes=30),
             "lon": 120.0, "lat": 35.9}  # fmt: skip
    return snapshot(Case, given | more)


def lead(**more: Any) -> Assignment:
    given = {"id": "a", "version": 1, "case_id": "c", "squad_id": "s", "state": "handling", "dispatched_at": NOW,
             "accepted_at": NOW, "contacted_at": NOW, "resolve_due_at": NOW + dt.timedelta(hours=8),
             "resolve_limit": "8 h", "pauses": []}  # fmt: skip
    return snapshot(Assignment, given | more)


def at(**span: float) -> dt.datetime:
    return NOW + dt.timedelta(**span)


def drawn(held: Case, led: Assignment | None, now: dt.datetime) -> tuple[str, dt.datetime | None]:
    return standing.status_of(held, standing.clocks_of(held, led), now)


@pytest.mark.parametrize("minutes, expected", [(0, "ordinary"), (23, "late"), (31, "overdue")])
def test_a_waiting_case_ripens_with_its_dispatch_clock(minutes: int, expected: str) -> None:
    assert drawn(case(), None, at(minutes=minutes))[0] == expected


def test_the_moment_it_turns_is_known_beforehand() -> None:
    status, turns_at = drawn(case(), None, NOW)
    assert status == "ordinary"
    assert turns_at is not None
    assert drawn(case(), None, turns_at - dt.timedelta(seconds=2))[0] == "ordinary"
    assert drawn(case(), None, turns_at)[0] == "late"


def test_under_way_it_ripens_with_the_clocks_of_its_lead() -> None:
    under_way = case(state="handling", dispatched_at=NOW)
    assert drawn(under_way, lead(), at(minutes=31))[0] == "ordinary"
    assert drawn(under_way, lead(), at(hours=9))[0] == "overdue"


def test_suspended_it_does_not_ripen() -> None:
    suspended = case(state="suspended", dispatched_at=NOW)
    assert drawn(suspended, lead(state="suspended"), at(days=9)) == ("suspended", None)


def test_urgent_shows_until_it_is_late() -> None:
    urgent = case(urgency="urgent", dispatch_due_at=at(minutes=5))
    assert drawn(urgent, None, at(minutes=4))[0] == "urgent"
    assert drawn(urgent, None, at(minutes=6))[0] == "overdue"


@pytest.mark.parametrize("gone", [{"lon": None}, {"lat": None}, {"lon": 0.0, "lat": 0.0}, {"state": "closed"}])
def test_a_case_without_a_place_or_at_its_end_does_not_stand_there(gone: dict[str, Any]) -> None:
    assert standing.case_object(case(**gone), "ordinary") is None


def test_only_who_is_on_duty_and_was_seen_stands_there() -> None:
    person = snapshot(Person, {"id": "p", "version": 1, "login": "p", "name_zh": "王", "name_en": "Wang",
                               "roles": ["officer"], "on_duty": True, "disabled": False})  # fmt: skip
    fix = Fix("p", NOW, 120.0, 35.9, 8.0, 45.0)
    stands = standing.officer_object(person, fix, busy=True)
    assert stands is not None
    assert (stands.status, stands.heading, stands.at) == ("busy", 45.0, NOW)
    assert standing.officer_object(person, None, busy=False) is None
    off = snapshot(Person, {**person.values(), "on_duty": False})
    assert standing.officer_object(off, fix, busy=False) is None


def test_a_squad_with_a_late_case_and_a_workstation() -> None:
    squad = snapshot(Squad, {"id": "s", "version": 1, "code": "T1", "name_zh": "隐珠中队", "name_en": "Yinzhu Squad",
                             "lon": 120.0, "lat": 35.9, "disabled": False})  # fmt: skip
    found = standing.squad_object(squad, late=True)
    assert found is not None
    assert found.status == "late"
    assert standing.short_name(squad) == "Yinzhu"
    station = snapshot(Workstation, {"id": "w", "version": 1, "code": "W", "squad_id": "s", "name_zh": "站",
                                     "name_en": "Post", "lon": None, "lat": None, "disabled": False})  # fmt: skip
    assert standing.workstation_object(station) is None


def test_an_old_fix_says_that_it_is_out_of_date() -> None:
    fix = Fix("p", NOW, 120.0, 35.9)
    assert standing.age_words(fix, at(seconds=40)) == "40 s ago"
    assert standing.age_words(fix, at(minutes=6)) == "6 min ago, out of date"


# ---------------------------------------------------------------------- what a view has to show


def test_a_view_that_shows_all_points_is_left_alone() -> None:
    points = [(120.0, 35.9), (120.1, 36.0)]
    wanted = frame_for(points, 600, 400)
    assert wanted is not None
    assert not needs_moving(wanted, wanted, points, 600, 400)
    assert not needs_moving(Frame(wanted.lon, wanted.lat, wanted.zoom - 1), wanted, points, 600, 400)


def test_a_view_that_misses_a_point_or_is_far_too_wide_moves() -> None:
    points = [(120.0, 35.9), (120.1, 36.0)]
    wanted = frame_for(points, 600, 400)
    assert wanted is not None
    assert needs_moving(Frame(121.0, 35.9, wanted.zoom), wanted, points, 600, 400)
    assert needs_moving(Frame(wanted.lon, wanted.lat, wanted.zoom - 4), wanted, points, 600, 400)


def test_one_point_is_not_looked_at_through_a_magnifying_glass() -> None:
    found = frame_for([(120.0, 35.9)], 600, 400)
    assert found is not None
    assert found.zoom == 12.5
    assert (found.lon, found.lat) == pytest.approx((120.0, 35.9))


def test_without_points_or_room_there_is_nothing_to_show() -> None:
    assert frame_for([], 600, 400) is None
    assert frame_for([(120.0, 35.9)], 0, 400) is None
