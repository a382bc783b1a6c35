"""The working calendar against the published notices, the administrator's table and the clocks of Europe."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import islice, pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from commandcenter.domain.calendar import LEGAL_HOLIDAYS, DayRule, DutyHours, WorkingCalendar, merged
from commandcenter.errors import Refused

HOURS = DutyHours.parse("09:00-12:00, 13:30-17:30")
ALWAYS = DutyHours.parse("00:00-24:00")
SHANGHAI = WorkingCalendar("Asia/Shanghai", HOURS)
SATURDAY_SHIFT = DayRule(True, "Clock change drill")
BERLIN = WorkingCalendar("Europe/Berlin", HOURS)


def local(calendar: WorkingCalendar, *parts: int, fold: int = 0) -> datetime:
    return datetime(*parts, tzinfo=calendar.zone, fold=fold)  # type: ignore[misc,arg-type]


def cn(*parts: int) -> datetime:
    return local(SHANGHAI, *parts)


moments = st.integers(0, 3 * 366 * 86_400).map(
    lambda seconds: datetime(2025, 1, 1, tzinfo=UTC) + timedelta(seconds=seconds)
)
lengths = st.timedeltas(timedelta(microseconds=1), timedelta(hours=80))


@st.composite
def stretches(draw: st.DrawFn) -> tuple[datetime, datetime]:
    start = draw(moments)
    return start, start + draw(st.timedeltas(timedelta(0), timedelta(days=40)))


class TestDays:
    def test_an_ordinary_tuesday_is_worked(self) -> None:
        day = SHANGHAI.day(date(2026, 11, 24))
        assert (day.working, str(day.reason)) == (True, "ordinary working day")
        assert (day.opens_at, day.close_at) == (cn(2026, 11, 24, 9), cn(2026, 11, 24, 17, 30))

    def test_a_plain_saturday_is_not(self) -> None:
        day = SHANGHAI.day(date(2026, 11, 28))
        assert (day.working, str(day.reason), day.spans) == (False, "weekend", ())

    @pytest.mark.parametrize("day", range(15, 24))
    def test_spring_festival_2026_is_free_from_the_15th_to_the_23rd(self, day: int) -> None:
        found = SHANGHAI.day(date(2026, 2, day))
        assert (found.working, str(found.reason)) == (False, "legal holiday: Spring Festival")

    @pytest.mark.parametrize(
        ("day", "festival"),
        [(date(2026, 2, 14), "Spring Festival"), (date(2026, 2, 28), "Spring Festival"),
         (date(2026, 1, 4), "New Year's Day"), (date(2026, 5, 9), "Labour Day"),
         (date(2026, 9, 20), "National Day"), (date(2026, 10, 10), "National Day")],
    )  # fmt: skip
    def test_a_make_up_day_on_a_weekend_is_worked(self, day: date, festival: str) -> None:
        found = SHANGHAI.day(day)
        assert day.weekday() >= 5
        assert (found.working, str(found.reason)) == (True, f"make-up working day for {festival}")

    def test_the_administrator_overrides_the_package_either_way(self) -> None:
        calendar = WorkingCalendar("Asia/Shanghai", HOURS, {
            date(2026, 2, 16): DayRule(True, "Flood watch"),
            date(2026, 11, 24): DayRule(False, "Typhoon {1}"),
        })  # fmt: skip
        assert calendar.day(date(2026, 2, 16)).working
        assert not calendar.day(date(2026, 11, 24)).working
        assert str(calendar.day(date(2026, 11, 24)).reason) == "ordered by the administrator: Typhoon {1}"

    def test_the_neighbouring_working_days_step_over_a_festival(self) -> None:
        assert SHANGHAI.next_working_day(date(2026, 2, 14)).date == date(2026, 2, 24)
        assert SHANGHAI.previous_working_day(date(2026, 2, 24)).date == date(2026, 2, 14)

    def test_a_later_change_of_the_table_does_not_reach_into_the_calendar(self) -> None:
        table = {date(2026, 11, 24): DayRule(False, "Typhoon")}
        calendar = WorkingCalendar("Asia/Shanghai", HOURS, table)
        table.clear()
        assert not calendar.day(date(2026, 11, 24)).working


class TestUnknownYears:
    def test_a_year_the_package_does_not_know_is_monday_to_friday_with_a_warning(self) -> None:
        assert SHANGHAI.day(date(2027, 2, 8)).working
        assert not SHANGHAI.day(date(2027, 2, 7)).working
        assert SHANGHAI.unknown_years(date(2026, 12, 1), date(2028, 1, 1)) == [2027, 2028]
        (warning,) = SHANGHAI.warnings(date(2026, 12, 31), date(2027, 1, 4))
        assert str(warning).startswith("The holidays of 2027 are not known yet:")

    def test_a_known_year_needs_no_warning(self) -> None:
        assert SHANGHAI.warnings(date(2025, 1, 1), date(2026, 12, 31)) == ()

    def test_the_administrators_table_makes_a_year_known_and_is_obeyed(self) -> None:
        festival = [date(2027, 2, day) for day in range(5, 5 + LEGAL_HOLIDAYS)]
        calendar = WorkingCalendar("Asia/Shanghai", HOURS, dict.fromkeys(festival, DayRule(False, "春节")))
        assert calendar.unknown_years(date(2026, 1, 1), date(2028, 1, 1)) == [2028]
        assert not any(calendar.day(day).working for day in festival)

    def test_a_ruling_on_a_day_is_obeyed_and_makes_no_year_known(self) -> None:
        typhoon, worked = date(2027, 8, 4), [date(2027, 8, 7) + timedelta(weeks=n) for n in range(LEGAL_HOLIDAYS)]
        ruled = {typhoon: DayRule(False, "台风"), **dict.fromkeys(worked, DayRule(True, "调休"))}
        calendar = WorkingCalendar("Asia/Shanghai", HOURS, ruled)
        assert not calendar.day(typhoon).working
        assert calendar.unknown_years(date(2027, 1, 1), date(2027, 12, 31)) == [2027]
        assert calendar.warnings(typhoon, typhoon)

    @pytest.mark.parametrize("year", [1990, 2003, 2090])
    def test_years_far_away_do_not_crash_either(self, year: int) -> None:
        assert SHANGHAI.unknown_years(date(year, 1, 1), date(year, 1, 1)) == [year]
        assert SHANGHAI.next_working_day(date(year, 1, 1)).date.year == year


class TestDutyHours:
    @pytest.mark.parametrize(
        "text", ["", "9-12", "09:00", "09:00-25:00", "09:60-12:00", "24:00-24:00", "09:00-12:00;13:00-14:00",
                 "09:00-12:00,", "12:00-09:00", "09:00-09:00", "09:00-12:00, 11:00-13:00",
                 "00:00-24:00, 09:00-10:00", "13:00-14:00, 09:00-10:00"]
    )  # fmt: skip
    def test_nonsense_is_refused_in_words(self, text: str) -> None:
        with pytest.raises(Refused) as refusal:
            DutyHours.parse(text)
        assert str(refusal.value).count(" ") > 4

    def test_no_span_at_all_is_refused(self) -> None:
        with pytest.raises(Refused, match="empty"):
            DutyHours(())

    def test_what_is_written_reads_back_the_same(self) -> None:
        night = DutyHours(((time(0), time(6)), (time(22), time(0))))
        assert str(night) == "00:00-06:00, 22:00-24:00"
        assert DutyHours.parse(str(night)) == night
        assert DutyHours.parse(" 9:00 \N{EN DASH} 12:00,13:30-17:30") == HOURS

    @pytest.mark.parametrize("name", ["Asia/Nowhere", "", "../../etc/passwd", "Asia", "\0"])
    def test_a_zone_that_does_not_exist_is_refused_by_name(self, name: str) -> None:
        with pytest.raises(Refused, match="no time zone"):
            WorkingCalendar(name, HOURS)


class TestDuty:
    @pytest.mark.parametrize(
        ("hour", "minute", "duty"),
        [(8, 59, False), (9, 0, True), (11, 59, True), (12, 0, False), (13, 29, False), (13, 30, True),
         (17, 29, True), (17, 30, False), (23, 0, False)],
    )  # fmt: skip
    def test_duty_has_a_lunch_break_and_an_end(self, hour: int, minute: int, duty: bool) -> None:
        assert SHANGHAI.is_duty(cn(2026, 11, 24, hour, minute)) is duty
        assert not SHANGHAI.is_duty(cn(2026, 11, 28, hour, minute))

    def test_after_hours_before_a_festival_duty_begins_again_after_it(self) -> None:
        assert SHANGHAI.next_duty(cn(2026, 2, 14, 17, 30)) == cn(2026, 2, 24, 9)
        assert SHANGHAI.next_duty(cn(2026, 2, 24, 12, 10)) == cn(2026, 2, 24, 13, 30)
        assert SHANGHAI.next_duty(cn(2026, 2, 24, 10)) == cn(2026, 2, 24, 10)

    def test_a_moment_without_a_zone_is_a_bug(self) -> None:
        with pytest.raises(ValueError, match="no time zone"):
            SHANGHAI.is_duty(cn(2026, 11, 24, 10).replace(tzinfo=None))

    @given(at=moments)
    def test_the_next_duty_is_duty_and_nothing_before_it_is(self, at: datetime) -> None:
        then = SHANGHAI.next_duty(at)
        assert then >= at
        assert SHANGHAI.is_duty(then)
        assert SHANGHAI.working_seconds(at, then) == 0


class TestWorkingTime:
    def test_two_hours_from_eleven_end_at_half_past_two_because_of_lunch(self) -> None:
        assert SHANGHAI.add_working_seconds(cn(2026, 11, 24, 11), 7200) == cn(2026, 11, 24, 14, 30)

    def test_an_amount_that_fills_the_day_ends_at_its_close_not_the_next_morning(self) -> None:
        assert SHANGHAI.add_working_seconds(cn(2026, 11, 24, 9), 7 * 3600) == cn(2026, 11, 24, 17, 30)

    def test_nothing_to_add_changes_nothing_and_less_than_nothing_is_a_bug(self) -> None:
        assert SHANGHAI.add_working_seconds(cn(2026, 11, 28, 3), 0) == cn(2026, 11, 28, 3)
        with pytest.raises(ValueError, match="nothing to spend"):
            SHANGHAI.add_working_seconds(cn(2026, 11, 28, 3), -1)

    def test_a_pause_inside_a_span_splits_it(self) -> None:
        pause = (cn(2026, 11, 24, 10), cn(2026, 11, 24, 10, 30))
        assert SHANGHAI.working_seconds(cn(2026, 11, 24, 9), cn(2026, 11, 24, 12), [pause]) == 2.5 * 3600

    def test_a_week_holds_thirty_five_hours(self) -> None:
        assert SHANGHAI.working_seconds(cn(2026, 11, 23), cn(2026, 11, 30)) == 35 * 3600
        assert SHANGHAI.working_seconds(cn(2026, 11, 30), cn(2026, 11, 23)) == 0

    @given(at=moments, length=lengths, pauses=st.lists(stretches(), max_size=4))
    def test_what_was_added_is_what_lies_between(
        self, at: datetime, length: timedelta, pauses: list[tuple[datetime, datetime]]
    ) -> None:
        for calendar in (SHANGHAI, BERLIN):
            end = calendar.add_working_seconds(at, length.total_seconds(), pauses)
            assert calendar.working_seconds(at, end, pauses) == length.total_seconds()

    @given(pauses=st.lists(stretches(), max_size=6), at=moments)
    def test_merged_pauses_lie_apart_and_cover_the_same_moments(
        self, pauses: list[tuple[datetime, datetime]], at: datetime
    ) -> None:
        apart = merged(pauses)
        assert all(a[1] < b[0] for a, b in pairwise(apart))
        assert any(a <= at < b for a, b in apart) == any(a <= at < b for a, b in pauses)


class TestClockChanges:
    """Berlin jumps over 02:00 to 03:00 on 2026-03-29 and repeats it on 2026-10-25, both Sundays."""

    def test_office_hours_follow_the_wall_clock_across_the_change(self) -> None:
        assert BERLIN.day(date(2026, 3, 27)).opens_at == datetime(2026, 3, 27, 8, tzinfo=UTC)
        assert BERLIN.day(date(2026, 3, 30)).opens_at == datetime(2026, 3, 30, 7, tzinfo=UTC)

    @pytest.mark.parametrize(("day", "hours"), [(date(2026, 3, 29), 23), (date(2026, 10, 25), 25)])
    def test_a_room_that_never_closes_has_a_short_and_a_long_day(self, day: date, hours: int) -> None:
        room = WorkingCalendar("Europe/Berlin", ALWAYS, {day: SATURDAY_SHIFT})
        ends_at = room.ends_at(day)
        assert room.day(day).close_at == ends_at
        assert room.working_seconds(ends_at - timedelta(hours=hours), ends_at) == hours * 3600
        assert room.local(ends_at - timedelta(hours=hours)).time() == time(0)

    def test_a_wall_time_that_is_jumped_over_is_the_jump(self) -> None:
        jump = datetime(2026, 3, 29, 1, tzinfo=UTC)
        for wall in (time(2), time(2, 0, 0, 1), time(2, 1), time(2, 30), time(2, 59, 59), time(3)):
            assert BERLIN.instant(date(2026, 3, 29), wall) == jump

    def test_a_shift_that_lies_wholly_in_the_jump_has_no_duty_at_all(self) -> None:
        day = date(2026, 3, 29)
        calendar = WorkingCalendar("Europe/Berlin", DutyHours.parse("02:10-02:50"), {day: SATURDAY_SHIFT})
        assert (calendar.day(day).working, calendar.day(day).spans) == (True, ())
        assert calendar.next_duty(local(calendar, 2026, 3, 28, 12)) == local(calendar, 2026, 3, 30, 2, 10)

    @given(day=st.sampled_from([date(2026, 3, 29), date(2026, 10, 25), date(2026, 7, 1)]),
           walls=st.tuples(st.times(), st.times()))  # fmt: skip
    def test_later_wall_times_are_never_earlier_moments(self, day: date, walls: tuple[time, time]) -> None:
        earlier, later = sorted(walls)
        assert BERLIN.instant(day, earlier) <= BERLIN.instant(day, later)

    def test_the_pieces_of_duty_time_never_overlap_or_go_back(self) -> None:
        room = WorkingCalendar("Europe/Berlin", DutyHours.parse("00:00-02:30, 02:30-24:00"), {
            date(2026, 3, 29): SATURDAY_SHIFT, date(2026, 10, 25): SATURDAY_SHIFT})  # fmt: skip
        for start in (datetime(2026, 3, 27, tzinfo=UTC), datetime(2026, 10, 23, tzinfo=UTC)):
            pieces = list(islice(room.running(start), 12))
            assert all(a[2] <= b[1] for a, b in pairwise(pieces))
            assert all(begin < end for _day, begin, end in pieces)
