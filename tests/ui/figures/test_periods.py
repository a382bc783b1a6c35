"""The periods that can be asked for, and what each is compared with."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ui.figures.periods import Days, Named, days_before, days_of

D = dt.date
DAYS = st.dates(D(2020, 1, 1), D(2030, 12, 31))


@pytest.mark.parametrize("named, first, last, first_before, last_before", [
    (Named.TODAY, D(2026, 11, 24), D(2026, 11, 24), D(2026, 11, 23), D(2026, 11, 23)),
    (Named.WEEK, D(2026, 11, 23), D(2026, 11, 29), D(2026, 11, 16), D(2026, 11, 17)),
    (Named.LAST_WEEK, D(2026, 11, 16), D(2026, 11, 22), D(2026, 11, 9), D(2026, 11, 15)),
    (Named.MONTH, D(2026, 11, 1), D(2026, 11, 30), D(2026, 10, 1), D(2026, 10, 24)),
    (Named.LAST_MONTH, D(2026, 10, 1), D(2026, 10, 31), D(2026, 9, 1), D(2026, 9, 30)),
    (Named.DAYS_30, D(2026, 10, 26), D(2026, 11, 24), D(2026, 9, 26), D(2026, 10, 25)),
    (Named.YEAR, D(2026, 1, 1), D(2026, 12, 31), D(2025, 1, 1), D(2025, 11, 24)),
])  # fmt: skip
def test_a_named_period_and_the_one_before(
    named: Named, first: D, last: D, first_before: D, last_before: D
) -> None:  # fmt: skip
    today = D(2026, 11, 24)
    assert days_of(named, today) == Days(first, last)
    assert days_before(days_of(named, today), today) == Days(first_before, last_before)


@given(named=st.sampled_from(Named), today=DAYS)
def test_what_is_compared_with_ends_before_and_is_no_longer(named: Named, today: D) -> None:
    days = days_of(named, today)
    before = days_before(days, today)
    assert before.first <= before.last < days.first
    gone = (min(days.last, today) - days.first).days + 1
    whole_month = days.first.day == 1 and (days.last + dt.timedelta(days=1)).day == 1
    assert before.count <= max(gone, 31 if whole_month else 0, 366 if named is Named.YEAR else 0)


def test_a_long_period_is_read_by_weeks_and_a_longer_one_by_months() -> None:
    begin = D(2025, 1, 1)
    steps = [str(Days(begin, begin + dt.timedelta(days=n)).step) for n in (29, 89, 500)]
    assert steps == ["day", "week", "month"]
