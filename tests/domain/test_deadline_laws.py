"""What holds for every deadline, whatever the start, the limit, the pauses and the zone."""

from datetime import UTC, date, datetime, time, timedelta

from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.calendar import DayRule, DutyHours, WorkingCalendar
from commandcenter.domain.deadlines import MOST_STEPS, Limit, Pause, Unit, deadline

HOURS = DutyHours.parse("09:00-12:00, 13:30-17:30")
SHANGHAI = WorkingCalendar("Asia/Shanghai", HOURS)
CALENDARS = (
    SHANGHAI,
    WorkingCalendar("Europe/Berlin", HOURS),
    WorkingCalendar("Europe/Berlin", DutyHours.parse("00:00-02:30, 02:40-24:00"),
                    {date(2026, 3, 29): DayRule(True, "drill"), date(2026, 10, 25): DayRule(True, "drill")}),
)  # fmt: skip

starts = st.integers(0, 2 * 365 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
calendars = st.sampled_from(CALENDARS)
AMOUNTS = {
    Unit.MINUTE: 3000, Unit.HOUR: 200, Unit.WORKING_HOUR: 60,
    Unit.WORKING_DAY: 25, Unit.CALENDAR_DAY: 40,
}  # fmt: skip
limits = st.sampled_from(Unit).flatmap(
    lambda unit: st.integers(1, AMOUNTS[unit]).map(lambda amount: Limit(amount, unit))
)


def _edges(calendar: WorkingCalendar, day: date) -> tuple[datetime, ...]:
    """The moments of a day at which counting takes the one or the other turn."""
    found = calendar.day(day)
    return found.opens_at, found.close_at, found.ends_at


@st.composite
def near(draw: st.DrawFn, start: datetime) -> datetime:
    """A moment near enough to ``start`` to matter, often the very edge of a day."""
    if draw(st.booleans()):
        return start + draw(st.timedeltas(timedelta(days=-5), timedelta(days=52)))
    calendar = draw(calendars)
    day = calendar.local(start).date() + timedelta(days=draw(st.integers(-2, 30)))
    return draw(st.sampled_from(_edges(calendar, day)))


@st.composite
def cases(draw: st.DrawFn) -> tuple[datetime, list[Pause]]:
    """A start, and pauses that matter: they begin and end in the middle of something and at its very edges."""
    start = draw(starts)
    if draw(st.booleans()):
        start = draw(near(start))
    pairs = draw(st.lists(st.tuples(near(start), near(start)), max_size=4))
    return start, [Pause(*sorted(pair)) for pair in pairs]


@given(case=cases(), limit=limits, extension=st.none() | limits, calendar=calendars)
def test_nothing_is_due_before_it_begins(
    case: tuple[datetime, list[Pause]], limit: Limit, extension: Limit | None, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    plain = deadline(start, limit, calendar, pauses)
    assert plain.due_at > start
    assert plain.due_at.utcoffset() == timedelta(0)
    if extension is not None:
        assert deadline(start, limit, calendar, pauses, extension).due_at > plain.due_at


@given(case=cases(), limit=limits, extension=st.none() | limits, calendar=calendars)
def test_another_pause_never_makes_it_earlier(
    case: tuple[datetime, list[Pause]], limit: Limit, extension: Limit | None, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    dues = [deadline(start, limit, calendar, pauses[:n], extension).due_at for n in range(len(pauses) + 1)]
    assert dues == sorted(dues)


@given(case=cases(), limit=limits, more=st.integers(1, 20), calendar=calendars)
def test_a_larger_amount_is_never_due_earlier(
    case: tuple[datetime, list[Pause]], limit: Limit, more: int, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    larger = Limit(limit.amount + more, limit.unit)
    assert deadline(start, limit, calendar, pauses).due_at <= deadline(start, larger, calendar, pauses).due_at


@given(case=cases(), limit=limits, later=st.timedeltas(timedelta(0), timedelta(days=9)), calendar=calendars)
def test_a_later_start_is_never_due_earlier(
    case: tuple[datetime, list[Pause]], limit: Limit, later: timedelta, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    first, second = (deadline(at, limit, calendar, pauses).due_at for at in (start, start + later))
    assert first <= second


@given(case=cases(), limit=limits, extension=st.none() | limits, part=st.floats(0, 1))
def test_one_pause_or_the_same_in_two_pieces_is_all_one(
    case: tuple[datetime, list[Pause]], limit: Limit, extension: Limit | None, part: float
) -> None:
    start, pauses = case
    pieces = []
    for pause in pauses:
        assert pause.to_at is not None
        cut = pause.from_at + (pause.to_at - pause.from_at) * part
        pieces += [Pause(cut, pause.to_at), Pause(pause.from_at, cut)]
    whole = deadline(start, limit, SHANGHAI, pauses, extension)
    assert whole == deadline(start, limit, SHANGHAI, pieces, extension)


@given(case=cases(), amount=st.integers(1, 60), calendar=calendars)
def test_the_duty_time_up_to_the_due_moment_is_the_amount_of_working_hours(
    case: tuple[datetime, list[Pause]], amount: int, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    due_at = deadline(start, Limit(amount, Unit.WORKING_HOUR), calendar, pauses).due_at
    held = [(pause.from_at, pause.to_at) for pause in pauses if pause.to_at is not None]
    assert calendar.working_seconds(start, due_at, held) == amount * 3600


@given(case=cases(), amount=st.integers(1, 25), calendar=calendars)
def test_working_days_end_at_the_close_of_the_last_of_exactly_so_many_days(
    case: tuple[datetime, list[Pause]], amount: int, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    due_at = deadline(start, Limit(amount, Unit.WORKING_DAY), calendar, pauses).due_at
    begin, end = calendar.local(start).date(), calendar.day_ended(due_at)
    days = [calendar.day(begin + timedelta(days=n)) for n in range(1, (end - begin).days + 1)]
    counted = [day for day in days if day.working and not any(
        p.to_at is not None and p.from_at < day.close_at <= p.to_at for p in pauses)]  # fmt: skip
    assert len(counted) == amount
    assert counted[-1].close_at == due_at


@given(case=cases(), amount=st.integers(1, 40))
def test_calendar_days_end_at_midnight_of_a_working_day_no_sooner_than_counted(
    case: tuple[datetime, list[Pause]], amount: int
) -> None:
    start, _pauses = case
    due_at = deadline(start, Limit(amount, Unit.CALENDAR_DAY), SHANGHAI).due_at
    last = SHANGHAI.day_ended(due_at)
    counted = SHANGHAI.local(start).date() + timedelta(days=amount)
    assert SHANGHAI.local(due_at).time() == time(0)
    assert SHANGHAI.day(last).working
    assert last == counted or SHANGHAI.previous_working_day(last).date < counted < last


@given(case=cases(), limit=limits, extension=st.none() | limits, calendar=calendars)
def test_the_last_line_of_the_explanation_is_the_due_moment(
    case: tuple[datetime, list[Pause]], limit: Limit, extension: Limit | None, calendar: WorkingCalendar
) -> None:
    start, pauses = case
    result = deadline(start, limit, calendar, pauses, extension)
    local = calendar.local(result.due_at)
    told = local.strftime("%Y-%m-%d %H:%M")
    if local.time() == time(0):
        told = (local - timedelta(days=1)).strftime("%Y-%m-%d") + " 24:00"
    *_lines, last = result.explain()
    assert last.startswith("due ")
    assert last.endswith(told)
    assert 2 <= len(result.steps) <= MOST_STEPS
