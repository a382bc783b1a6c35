"""Deadlines, their explanations, cards and how pressing they are, by example."""

from datetime import UTC, date, datetime, timedelta

import pytest

from commandcenter.domain import deadlines
from commandcenter.domain.calendar import DayRule, DutyHours, WorkingCalendar
from commandcenter.domain.deadlines import (
    MOST_STEPS,
    Limit,
    Pause,
    Pressing,
    card,
    deadline,
    pressing,
    time_left,
)

HOURS = DutyHours.parse("09:00-12:00, 13:30-17:30")
SHANGHAI = WorkingCalendar("Asia/Shanghai", HOURS)



def cn(*parts: int) -> datetime:
    return datetime(*parts, tzinfo=SHANGHAI.zone)  # type: ignore[misc,arg-type]


def due(start: datetime, limit: str, *pauses: Pause, extension: str = "") -> datetime:
    extra = Limit.parse(extension) if extension else None
    return deadline(start, Limit.parse(limit), SHANGHAI, pauses, extra).due_at


def explained(start: datetime, limit: str, *pauses: Pause, extension: str = "") -> list[str]:
    extra = Limit.parse(extension) if extension else None
    return deadline(start, Limit.parse(limit), SHANGHAI, pauses, extra).explain()


class TestClockTime:
    def test_urgent_hours_run_through_night_and_weekend(self) -> None:
        assert due(cn(2026, 11, 28, 23), "2 h") == cn(2026, 11, 29, 1)
        assert due(cn(2026, 11, 28, 23, 50), "15 min") == cn(2026, 11, 29, 0, 5)

    def test_a_pause_pushes_the_due_moment_out_by_its_length(self) -> None:
        pause = Pause(cn(2026, 11, 24, 9, 10), cn(2026, 11, 24, 11))
        assert due(cn(2026, 11, 24, 9), "30 min", pause) == cn(2026, 11, 24, 11, 20)

    def test_a_pause_that_began_before_counts_only_from_the_start(self) -> None:
        pause = Pause(cn(2026, 11, 24, 8), cn(2026, 11, 24, 10))
        assert due(cn(2026, 11, 24, 9), "30 min", pause) == cn(2026, 11, 24, 10, 30)

    def test_a_pause_from_the_due_moment_on_comes_too_late(self) -> None:
        pause = Pause(cn(2026, 11, 24, 9, 30), cn(2026, 11, 24, 10))
        assert due(cn(2026, 11, 24, 9), "30 min", pause) == cn(2026, 11, 24, 9, 30)

    def test_a_pause_met_only_because_of_an_earlier_one_counts_too(self) -> None:
        pauses = Pause(cn(2026, 11, 24, 9, 40), cn(2026, 11, 24, 10)), Pause(
            cn(2026, 11, 24, 9, 10), cn(2026, 11, 24, 9, 30))  # fmt: skip
        assert due(cn(2026, 11, 24, 9), "30 min", *pauses) == cn(2026, 11, 24, 10, 10)


class TestWorkingHours:
    def test_two_working_hours_from_eleven_step_over_lunch(self) -> None:
        assert due(cn(2026, 11, 24, 11), "2 wh") == cn(2026, 11, 24, 14, 30)

    def test_two_working_hours_from_friday_evening_begin_on_monday(self) -> None:
        assert due(cn(2026, 11, 27, 18), "2 wh") == cn(2026, 11, 30, 11)

    def test_a_make_up_saturday_is_worked_in_hours_as_well(self) -> None:
        assert due(cn(2026, 2, 13, 17), "2 wh") == cn(2026, 2, 14, 10, 30)

    def test_the_explanation_adds_the_days_up(self) -> None:
        pause = Pause(cn(2026, 9, 28, 10), cn(2026, 9, 29, 20))
        assert explained(cn(2026, 9, 23, 18), "9 wh", pause) == [
            "9 working hours from Wed 2026-09-23 18:00",
            "paused from Mon 2026-09-28 10:00 to Tue 2026-09-29 20:00",
            "Wed 09-23 skipped: duty had ended",
            "Thu 09-24: 7 h 0 min on duty (7 h 0 min of 9 h 0 min)",
            "Fri 09-25 to Sun 09-27 skipped: legal holiday: Mid-autumn Festival",
            "Mon 09-28: 1 h 0 min on duty (8 h 0 min of 9 h 0 min)",
            "Tue 09-29 skipped: the clock stood still",
            "Wed 09-30: 1 h 0 min on duty (9 h 0 min of 9 h 0 min)",
            "due Wed 2026-09-30 10:00",
        ]

    @pytest.mark.parametrize(("minute", "why"), [(29, "on duty"), (30, "duty had ended")])
    def test_who_begins_at_the_close_begins_the_next_morning(self, minute: int, why: str) -> None:
        assert why in explained(cn(2026, 11, 24, 17, minute), "2 wh")[1]

    def test_amounts_of_duty_time_are_not_spoken_of_in_days(self) -> None:
        assert any("of 40 h 0 min" in line for line in explained(cn(2026, 11, 23, 9), "40 wh"))


class TestWorkingDays:
    def test_the_day_it_begins_is_not_counted_and_it_ends_at_the_close_of_business(self) -> None:
        assert explained(cn(2026, 11, 23, 9, 10), "5 wd") == [
            "5 working days from Mon 2026-11-23 09:10",
            "Mon 11-23 skipped: the day it begins is not counted",
            "Tue 11-24 counts (1 of 5)",
            "Wed 11-25 counts (2 of 5)",
            "Thu 11-26 counts (3 of 5)",
            "Fri 11-27 counts (4 of 5)",
            "Sat 11-28 to Sun 11-29 skipped: weekend",
            "Mon 11-30 counts (5 of 5)",
            "due Mon 2026-11-30 17:30",
        ]

    @pytest.mark.parametrize("hour", [0, 9, 12, 17, 18, 23])
    def test_the_hour_it_begins_makes_no_difference(self, hour: int) -> None:
        assert due(cn(2026, 11, 23, hour), "1 wd") == cn(2026, 11, 24, 17, 30)

    def test_a_start_on_a_day_of_rest_counts_from_the_next_working_day(self) -> None:
        assert due(cn(2026, 11, 28, 10), "1 wd") == cn(2026, 11, 30, 17, 30)

    def test_the_day_of_the_start_is_the_local_one(self) -> None:
        late = datetime(2026, 11, 23, 16, 30, tzinfo=UTC)  # 00:30 of the 24th in the district
        assert due(late, "1 wd") == cn(2026, 11, 25, 17, 30)

    def test_spring_festival_is_skipped_and_its_make_up_saturdays_count(self) -> None:
        assert explained(cn(2026, 2, 13, 10), "3 wd")[2:] == [
            "Sat 02-14 counts (1 of 3)",
            "Sun 02-15 to Mon 02-23 skipped: legal holiday: Spring Festival",
            "Tue 02-24 counts (2 of 3)",
            "Wed 02-25 counts (3 of 3)",
            "due Wed 2026-02-25 17:30",
        ]
        assert due(cn(2026, 2, 26, 10), "2 wd") == cn(2026, 2, 28, 17, 30)

    @pytest.mark.parametrize(
        ("pause", "day"),
        [
            (Pause(cn(2026, 11, 24, 9), cn(2026, 11, 24, 17)), 24),
            (Pause(cn(2026, 11, 24, 9), cn(2026, 11, 24, 17, 30)), 25),
            (Pause(cn(2026, 11, 24, 17), cn(2026, 11, 24, 18)), 25),
            (Pause(cn(2026, 11, 24, 17, 30), cn(2026, 11, 25, 9)), 24),
            (Pause(cn(2026, 11, 24, 17), cn(2026, 11, 25, 18)), 26),
            (Pause(cn(2026, 11, 24, 17, 30), cn(2026, 11, 24, 17, 30)), 24),
        ],
    )
    def test_a_day_counts_only_if_the_clock_ran_at_its_close(self, pause: Pause, day: int) -> None:
        assert due(cn(2026, 11, 23, 9), "1 wd", pause) == cn(2026, 11, day, 17, 30)

    def test_an_extension_goes_on_from_the_first_due_day(self) -> None:
        assert explained(cn(2026, 11, 27, 9, 10), "1 wd", extension="2 wd") == [
            "1 working day from Fri 2026-11-27 09:10",
            "Fri 11-27 skipped: the day it begins is not counted",
            "Sat 11-28 to Sun 11-29 skipped: weekend",
            "Mon 11-30 counts (1 of 1)",
            "first due Mon 2026-11-30 17:30, extended by 2 working days",
            "Mon 11-30 skipped: the day it begins is not counted",
            "Tue 12-01 counts (1 of 2)",
            "Wed 12-02 counts (2 of 2)",
            "due Wed 2026-12-02 17:30",
        ]
        assert due(cn(2026, 11, 23), "5 wd", extension="10 wd") == due(cn(2026, 11, 23), "15 wd")

    def test_a_pause_over_a_weekend_blames_the_weekend_for_the_weekend(self) -> None:
        pause = Pause(cn(2026, 11, 27, 10), cn(2026, 11, 30, 18))
        assert explained(cn(2026, 11, 26, 9), "1 wd", pause)[1:] == [
            "paused from Fri 2026-11-27 10:00 to Mon 2026-11-30 18:00",
            "Thu 11-26 skipped: the day it begins is not counted",
            "Fri 11-27 skipped: the clock stood still at the end of the day",
            "Sat 11-28 to Sun 11-29 skipped: weekend",
            "Mon 11-30 skipped: the clock stood still at the end of the day",
            "Tue 12-01 counts (1 of 1)",
            "due Tue 2026-12-01 17:30",
        ]

    def test_pauses_that_are_over_before_come_after_or_last_no_time_are_not_told(self) -> None:
        pauses = [Pause(cn(2026, 11, d, 9), cn(2026, 11, d, h)) for d, h in ((20, 10), (24, 9), (26, 10))]
        assert not any("paused" in line for line in explained(cn(2026, 11, 23, 9), "1 wd", *pauses))

    @pytest.mark.parametrize("amount", [1, 10])
    def test_up_to_ten_days_have_a_line_each(self, amount: int) -> None:
        lines = explained(cn(2026, 11, 23), f"{amount} wd")
        assert sum(" counts (" in line for line in lines) == amount

    def test_longer_limits_share_a_line_for_days_that_fare_alike(self) -> None:
        assert explained(cn(2026, 11, 23), "11 wd")[2:] == [
            "Tue 11-24 to Fri 11-27 count (1 to 4 of 11)", "Sat 11-28 to Sun 11-29 skipped: weekend",
            "Mon 11-30 to Fri 12-04 count (5 to 9 of 11)", "Sat 12-05 to Sun 12-06 skipped: weekend",
            "Mon 12-07 to Tue 12-08 count (10 to 11 of 11)", "due Tue 2026-12-08 17:30",
        ]  # fmt: skip

    def test_a_very_long_explanation_says_how_much_it_leaves_out(
        self, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        short = explained(cn(2025, 1, 6), "300 wd")
        monkeypatch.setattr(deadlines, "MOST_STEPS", 1_000)
        whole = explained(cn(2025, 1, 6), "300 wd")
        assert len(whole) > len(short) == MOST_STEPS
        (gap,) = [n for n, line in enumerate(short) if "left out" in line]
        left_out = len(whole) - MOST_STEPS + 1
        assert short[gap] == f"… {left_out} lines left out …"
        assert short[:gap] + short[gap + 1 :] == whole[:gap] + whole[gap + left_out :]


class TestCalendarDays:
    def test_calendar_days_count_weekends_and_end_at_midnight(self) -> None:
        result = deadline(cn(2026, 11, 23, 9), Limit.parse("10 d"), SHANGHAI)
        assert result.due_at == cn(2026, 12, 4)
        assert result.explain()[-1] == "due Thu 2026-12-03 24:00"

    def test_a_last_day_of_rest_gives_way_to_the_next_working_day(self) -> None:
        lines = explained(cn(2026, 9, 29, 9), "3 d")
        assert lines[-3:] == [
            "Sat 10-03 to Wed 10-07 skipped: legal holiday: National Day",
            "Thu 10-08 ends it: the last day was a day of rest, and this is the next working day",
            "due Thu 2026-10-08 24:00",
        ]
        assert due(cn(2026, 9, 29, 9), "3 d") == cn(2026, 10, 9)

    def test_a_make_up_saturday_is_a_good_last_day(self) -> None:
        assert due(cn(2026, 10, 8, 9), "2 d") == cn(2026, 10, 11)

    def test_an_extension_begins_after_the_day_that_ended_at_midnight(self) -> None:
        assert due(cn(2026, 11, 23, 9), "1 d", extension="1 wd") == cn(2026, 11, 25, 17, 30)


class TestStandingStill:
    def test_an_open_pause_needs_the_present_moment(self) -> None:
        with pytest.raises(ValueError, match="as_of"):
            deadline(cn(2026, 11, 23), Limit.parse("5 wd"), SHANGHAI, [Pause(cn(2026, 11, 24))])

    def test_while_the_clock_stands_still_the_due_moment_moves_on_with_the_present(self) -> None:
        limit, pauses = Limit.parse("1 h"), [Pause(cn(2026, 11, 24, 9, 30))]
        start, moments = cn(2026, 11, 24, 9), (cn(2026, 11, 24, 10), cn(2026, 11, 24, 15))
        results = [deadline(start, limit, SHANGHAI, pauses, as_of=now) for now in moments]
        assert [r.due_at for r in results] == [cn(2026, 11, 24, 10, 30), cn(2026, 11, 24, 15, 30)]
        assert all(r.standing_still for r in results)
        assert "the clock stands still; what follows holds if it went on now" in results[0].explain()

    def test_pauses_may_come_as_an_iterator(self) -> None:
        pauses, now = iter([Pause(cn(2026, 11, 24, 9, 30))]), cn(2026, 11, 24, 15)
        result = deadline(cn(2026, 11, 24, 9), Limit.parse("1 h"), SHANGHAI, pauses, as_of=now)
        assert (result.due_at, result.standing_still) == (cn(2026, 11, 24, 15, 30), True)

    def test_a_pause_asked_for_after_the_due_moment_saves_nothing(self) -> None:
        pauses = [Pause(cn(2026, 11, 24, 10, 30))]
        result = deadline(cn(2026, 11, 24, 9), Limit.parse("1 h"), SHANGHAI, pauses, as_of=cn(2026, 11, 25))
        assert (result.due_at, result.standing_still) == (cn(2026, 11, 24, 10), False)

    def test_a_pause_cannot_end_before_it_begins(self) -> None:
        with pytest.raises(ValueError, match="ends before"):
            Pause(cn(2026, 11, 24), cn(2026, 11, 23))


class TestUnknownYears:
    def test_a_deadline_over_the_new_year_warns_and_does_not_crash(self) -> None:
        result = deadline(cn(2026, 12, 30, 10), Limit.parse("5 wd"), SHANGHAI)
        assert result.due_at == cn(2027, 1, 6, 17, 30)
        assert [w.params["year"] for w in result.warnings] == [2027]
        assert result.explain()[0].startswith("The holidays of 2027 are not known yet")

    @pytest.mark.parametrize("limit", ["20 wh", "2 wd", "2 d"])
    def test_every_unit_that_follows_the_calendar_warns(self, limit: str) -> None:
        assert deadline(cn(2026, 12, 31, 10), Limit.parse(limit), SHANGHAI).warnings

    def test_an_extension_into_the_unknown_year_warns(self) -> None:
        short, extra = Limit.parse("2 wd"), Limit.parse("9 wd")
        assert not deadline(cn(2026, 12, 23), short, SHANGHAI).warnings
        assert len(deadline(cn(2026, 12, 23), short, SHANGHAI, extension=extra).warnings) == 1

    def test_clock_time_asks_no_calendar_and_needs_no_warning(self) -> None:
        assert not deadline(cn(2026, 12, 31, 23), Limit.parse("2 h"), SHANGHAI).warnings

    def test_the_administrators_table_ends_the_warning_and_is_obeyed(self) -> None:
        festival = dict.fromkeys((date(2027, 2, day) for day in range(5, 16)), DayRule(False, "春节"))
        calendar = WorkingCalendar("Asia/Shanghai", HOURS, {date(2027, 1, 1): DayRule(False, "元旦"), **festival})
        result = deadline(cn(2026, 12, 30, 10), Limit.parse("2 wd"), calendar)
        assert (result.due_at, result.warnings) == (cn(2027, 1, 4, 17, 30), ())
        assert "Fri 01-01 skipped: ordered by the administrator: 元旦" in result.explain()


class TestCards:
    DUE = cn(2026, 11, 30, 17, 30)  # a Monday

    @pytest.mark.parametrize(
        ("now", "colour"),
        [
            (cn(2026, 11, 27, 17, 29), None),
            (cn(2026, 11, 27, 17, 30), "yellow"),
            (cn(2026, 11, 29, 12), "yellow"),
            (cn(2026, 11, 30, 20), "yellow"),
            (cn(2026, 12, 1, 8, 59), "yellow"),
            (cn(2026, 12, 1, 9), "red"),
            (cn(2026, 12, 20), "red"),
        ],
    )
    def test_yellow_a_working_day_before_red_from_the_first_working_day_after(
        self, now: datetime, colour: str | None
    ) -> None:
        assert card(self.DUE, now, SHANGHAI) == colour

    def test_a_card_waits_for_the_end_of_a_festival(self) -> None:
        due_at = cn(2026, 2, 14, 17, 30)
        assert card(due_at, cn(2026, 2, 23, 23), SHANGHAI) == "yellow"
        assert card(due_at, cn(2026, 2, 24, 9), SHANGHAI) == "red"

    def test_a_limit_that_ends_at_midnight_belongs_to_the_day_it_ends(self) -> None:
        due_at = cn(2026, 12, 1)  # 24:00 of Monday
        assert card(due_at, cn(2026, 11, 27, 23, 59), SHANGHAI) is None
        assert card(due_at, cn(2026, 11, 28), SHANGHAI) == "yellow"
        assert card(due_at, cn(2026, 12, 1, 9), SHANGHAI) == "red"


class TestTimeLeft:
    @pytest.mark.parametrize(
        ("left", "words"),
        [
            (timedelta(minutes=17, seconds=59), "17 min left"),
            (timedelta(minutes=-4, seconds=-30), "4 min over"),
            (timedelta(days=2, hours=3, minutes=59), "2 d 3 h left"),
            (timedelta(days=1), "1 d left"),
            (timedelta(hours=3, minutes=5), "3 h 5 min left"),
            (timedelta(hours=-3), "3 h over"),
            (timedelta(seconds=60), "1 min left"),
            (timedelta(seconds=59), "under 1 min left"),
            (timedelta(seconds=-60), "1 min over"),
            (timedelta(0), "under 1 min left"),
            (timedelta(seconds=-1), "just over"),
            (timedelta(milliseconds=-1), "just over"),
        ],
    )
    def test_the_short_form_cuts_downwards_and_knows_its_side(self, left: timedelta, words: str) -> None:
        found = time_left(cn(2026, 11, 24, 9) + left, cn(2026, 11, 24, 9))
        assert str(found.phrase) == words
        assert found.over is (left < timedelta(0))

    @pytest.mark.parametrize(
        ("minute", "level"),
        [(0, Pressing.CALM), (44, Pressing.CALM), (45, Pressing.SOON), (60, Pressing.SOON)],
    )
    def test_the_last_quarter_is_pressing(self, minute: int, level: Pressing) -> None:
        start, end = cn(2026, 11, 24, 9), cn(2026, 11, 24, 10)
        assert pressing(start, end, start + timedelta(minutes=minute)) is level
        assert pressing(start, end, end + timedelta(seconds=1)) is Pressing.OVER
        assert pressing(start, end, start + timedelta(minutes=30), soon=0.5) is Pressing.SOON
