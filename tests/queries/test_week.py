"""The week's figures of an officer and a squad: contacts, cases resolved, on time, promises kept – each with its n."""

import datetime as dt

from commandcenter.domain.calendar import DutyHours, WorkingCalendar
from commandcenter.domain.sightings import Sighting
from commandcenter.queries.week import Share, Week, begin_of_week, last_fixes, week
from tests.house import MONDAY, House


def figures(house: House, officer: str | None = None, squad: str | None = None) -> Week:
    since = begin_of_week(WorkingCalendar("Asia/Shanghai", DutyHours.parse("09:00-17:00"), {}), house.now)
    with house.database.reading() as session:
        return week(session, since, house.now + dt.timedelta(seconds=1),
                    officer=house.keys.get(officer or ""), squad=house.keys.get(squad or ""))  # fmt: skip


def test_the_week_begins_on_monday_at_midnight_in_the_district() -> None:
    calendar = WorkingCalendar("Asia/Shanghai", DutyHours.parse("09:00-17:00"), {})
    sunday = dt.datetime(2026, 11, 29, 15, 59, tzinfo=dt.UTC)
    assert begin_of_week(calendar, MONDAY) == begin_of_week(calendar, sunday) == dt.datetime(
        2026, 11, 22, 16, tzinfo=dt.UTC)  # fmt: skip
    assert begin_of_week(calendar, sunday + dt.timedelta(minutes=1)) == dt.datetime(2026, 11, 29, 16, tzinfo=dt.UTC)


def test_every_figure_has_its_n_and_counts_only_whose_it_is(house: House) -> None:
    first = house.resolved()
    late = house.contacted(urgency="urgent", caller_phone="13700000003")
    kept = house.do("oscar", "promise", late.case_id, to_whom="李", what="到场",
                    due_at=house.now + dt.timedelta(minutes=30))  # fmt: skip
    missed = house.do("oscar", "promise", late.case_id, to_whom="李", what="回电",
                      due_at=house.now + dt.timedelta(minutes=40))  # fmt: skip
    other = house.contacted(caller_phone="13700000004")
    house.do("oscar", "promise", other.case_id, to_whom="王", what="下周", due_at=house.now + dt.timedelta(days=7))
    house.do("oscar", "keep", kept, outcome="到了")
    house.do("oscar", "contact", late, means="call", outcome="no_answer", words="没人接")
    house.later(hours=5)
    house.do("oscar", "report", late, words="在办")
    house.do("oscar", "keep", missed, outcome="晚了")
    house.do("oscar", "resolve", late, disposition="rectified", closing_text="好")
    done = figures(house, officer="oscar")
    assert (done.reached, done.resolved) == (Share(3, 4), 2)
    assert done.on_time == Share(1, 2), "the urgent one was two hours' work and took five"
    assert done.kept == Share(1, 2), "what is not due yet is not counted"
    assert figures(house, squad="north") == done
    assert figures(house, officer="olga").on_time.of_one is None
    assert figures(house, squad="south").resolved == 0
    assert figures(house).resolved == 2
    assert first.state == "resolved"


def test_what_was_sent_back_is_not_resolved_any_more(house: House) -> None:
    case = house.resolved()
    assert figures(house, officer="oscar").resolved == 1
    house.do("sue", "send_back", case, remark="照片不清")
    assert figures(house, officer="oscar").resolved == 0


def test_last_weeks_work_is_not_this_weeks(house: House) -> None:
    house.resolved()
    house.later(days=7)
    assert figures(house, officer="oscar") .reached == Share(0, 0)


def test_the_last_fixes_come_newest_first(house: House) -> None:
    oscar, olga = house.keys["oscar"], house.keys["olga"]
    for minute in range(7):
        for person in (oscar, olga):
            house.database.sight([Sighting(person_id=person, seen_at=house.now + dt.timedelta(minutes=minute),
                                           lon=120.0 + minute / 100, lat=35.9)])  # fmt: skip
    with house.database.reading() as session:
        found = last_fixes(session, oscar, 3)
    assert [round(fix.lon, 2) for fix in found] == [120.06, 120.05, 120.04]
    assert {fix.person_id for fix in found} == {oscar}
