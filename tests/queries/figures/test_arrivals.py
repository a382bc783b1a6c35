"""What stands behind one hour of the week, and behind one way from a channel to an outcome: as many as are counted."""

from typing import Any

from commandcenter.queries.figures import Outcome, Sought, came_at, flow, heat, went
from tests.house import MONDAY, House
from tests.queries.figures.test_definitions import DAY


def test_behind_every_cell_and_every_way_stand_as_many_records_as_it_counts(house: House) -> None:
    solved = house.visiting()
    house.do("bob", "visit", house.complaints_of(solved)[0], outcome="reached", solved=True, satisfied=5)
    house.later(hours=3)
    answered = house.complaint("办证需要什么材料", channel="web")
    house.do("ann", "answer", answered, answer="请带身份证")
    house.later(hours=20)
    found = house.do("oscar", "find", words="占道经营", matter=house.keys["noise"], place_words="阳光小区",
                     urgency="ordinary", point=(120.05, 35.95))  # fmt: skip
    asked: Any = Sought(MONDAY - DAY, house.now + DAY, now_at=house.now + DAY)
    with house.database.reading() as session:
        counted = heat(session, asked)
        cells = {(day, hour): came_at(session, asked, day, hour) for day in range(7) for hour in range(24)}
        ways = {(one.channel, one.outcome): (one.n, went(session, asked, one.channel, one.outcome))
                for one in flow(session, asked)}  # fmt: skip
        newest = came_at(session, asked, 0, 9, limit=1)
    assert [[len(cells[day, hour]) for hour in range(24)] for day in range(7)] == counted
    assert sum(map(sum, counted)) == 3
    assert {way: n for way, (n, _some) in ways.items()} == {way: len(some) for way, (_n, some) in ways.items()}
    assert [one.case_id for one in ways["hotline", Outcome.CONFIRMED][1]] == [solved.id]
    assert [(one.key, one.case_id) for one in ways["web", Outcome.ANSWERED][1]] == [(answered.id, None)]
    assert [one.key for one in ways["patrol", Outcome.IN_HAND][1]] == [found]
    assert len(newest) == 1
