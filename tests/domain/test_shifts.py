"""When shifts are: over midnight, at any moment exactly one of those that fill a day, and what overlaps."""

import datetime as dt
from zoneinfo import ZoneInfo

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.shifts import Shift, Span, first_overlap, shift_at, shifts_of
from commandcenter.domain.units import District

SHANGHAI = ZoneInfo("Asia/Shanghai")
DAYS = st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1))
MINUTES = st.integers(0, 24 * 60 - 1)
BEGIN = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)


def at(minute: int) -> dt.time:
    return dt.time(*divmod(minute % (24 * 60), 60))


@given(DAYS, MINUTES, MINUTES)
def test_a_shift_lasts_from_its_start_to_its_end_the_same_or_the_next_day(day: dt.date, start: int, end: int) -> None:
    span = Shift("班", "Shift", at(start), at(end)).span(day, SHANGHAI)
    begins, ends = (moment.astimezone(SHANGHAI) for moment in (span.begins_at, span.ends_at))
    assert (begins.date(), begins.time(), ends.time()) == (day, at(start), at(end))
    assert ends.date() == (day if end > start else day + dt.timedelta(days=1))
    lasts = (end - start) % (24 * 60) or 24 * 60
    assert span.ends_at - span.begins_at == dt.timedelta(minutes=lasts), "no hour is lost or won at midnight"


@given(st.lists(MINUTES, min_size=1, max_size=5, unique=True), DAYS, MINUTES)
def test_of_shifts_that_fill_the_day_exactly_one_is_on_at_any_moment(
    starts: list[int], day: dt.date, minute: int
) -> None:
    starts.sort()
    shifts = [Shift(str(a), str(a), at(a), at(b)) for a, b in zip(starts, [*starts[1:], starts[0]], strict=True)]
    moment = dt.datetime.combine(day, at(minute), SHANGHAI)
    on = [(one, begun) for one in shifts for begun in (day, day - dt.timedelta(days=1))
          if one.span(begun, SHANGHAI).holds(moment)]  # fmt: skip
    assert len(on) == 1
    assert shift_at(shifts, SHANGHAI, moment) == on[0]


@given(st.lists(st.tuples(st.integers(0, 300), st.integers(1, 40)), max_size=12))
def test_an_overlap_is_found_exactly_where_two_spans_have_a_minute_in_common(told: list[tuple[int, int]]) -> None:
    minute = dt.timedelta(minutes=1)
    spans = [Span(BEGIN + a * minute, BEGIN + (a + n) * minute) for a, n in told]
    taken: set[int] = set()
    clash = False
    for a, n in told:
        minutes = set(range(a, a + n))
        clash = clash or bool(taken & minutes)
        taken |= minutes
    found = first_overlap(spans)
    assert (found is not None) is clash
    if found is not None:
        assert found[0].overlaps(found[1])
        assert found[1].overlaps(found[0])


def test_shifts_are_read_from_the_district_as_its_pack_wrote_them() -> None:
    assert shifts_of(None) == ()
    late, night = shifts_of(District(shifts=[
        {"name_zh": "中班", "name_en": "Late", "start": "16:00", "end": "24:00"},
        {"name_zh": "夜班", "name_en": "Night", "start": "00:00", "end": "08:00"}]))  # fmt: skip
    assert (late.words, late.code, night.hours) == ("Late 16:00–24:00", "16:00", "00:00–08:00")
    monday = dt.date(2026, 11, 23)
    assert late.span(monday, SHANGHAI).ends_at == night.span(monday + dt.timedelta(days=1), SHANGHAI).begins_at
