"""The periods of bulletins: every day is in one of each kind, and each is due once it has ended."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.documents.periods import Every, Period, due, finished
from commandcenter.domain.calendar import DutyHours, WorkingCalendar
from commandcenter.domain.rules import Rules

days = st.dates(dt.date(1990, 1, 1), dt.date(2100, 12, 31))
kinds = st.sampled_from(Every)


def rules(zone: str = "Asia/Shanghai", **hours: str) -> Rules:
    calendar = WorkingCalendar(zone, DutyHours.parse("09:00-12:00"), {})
    return Rules({f"bulletin.{every}": hour for every, hour in hours.items()}, calendar)


@given(kinds, days)
def test_every_day_lies_in_one_period_and_the_one_before_ends_where_it_begins(every: Every, day: dt.date) -> None:
    period = Period.of(every, day)
    assert period.first <= day < period.until
    assert period.before.until == period.first
    assert {Period.of(every, period.first), Period.of(every, period.last)} == {period}
    assert finished(every, day).until <= day


@given(kinds, days, st.sampled_from(["Asia/Shanghai", "Europe/Berlin", "America/Sao_Paulo", "Pacific/Apia"]))
def test_one_ends_at_the_moment_the_next_begins_whatever_the_clocks_do(every: Every, day: dt.date, zone: str) -> None:
    period, place = Period.of(every, day), ZoneInfo(zone)
    assert period.before.moments(place)[1] == period.moments(place)[0] < period.moments(place)[1]


@pytest.mark.parametrize(
    ("at", "expected"),
    [
        ("2026-11-23 06:59", ["2026-11-21", "2026-11-09", "2026-10"]),  # Monday, before the hour
        ("2026-11-23 07:00", ["2026-11-22", "2026-11-16", "2026-10"]),
        ("2026-12-01 06:59", ["2026-11-29", "2026-11-23", "2026-10"]),
        ("2026-12-01 07:00", ["2026-11-30", "2026-11-23", "2026-11"]),
    ],
)  # fmt: skip
def test_a_bulletin_is_due_from_its_hour_in_the_district_until_the_next_one_is(at: str, expected: list[str]) -> None:
    here = dt.datetime.fromisoformat(at).replace(tzinfo=ZoneInfo("Asia/Shanghai"))
    assert [period.name for period in due(rules(), here.astimezone(dt.UTC))] == expected


def test_a_bulletin_the_district_does_not_want_is_never_due() -> None:
    noon = dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)
    assert [period.every for period in due(rules(daily="24", monthly="24"), noon)] == [Every.WEEKLY]
