"""The figures on a wall: the sums of days that were counted, as the figures themselves have them."""

import datetime as dt
from zoneinfo import ZoneInfo

import pytest

from commandcenter.queries import wall
from commandcenter.queries.figures import Figure, Sought, sheet
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.storage.tallying import books
from tests.house import House

CHINA = ZoneInfo("Asia/Shanghai")


def shares(house: House) -> wall.Shares | None:
    with house.database.reading() as session:
        return wall.shares(session)


def test_a_wall_has_the_figures_of_the_days_that_were_counted_and_none_before(house: House) -> None:
    assert shares(house) is None
    first = house.now
    for satisfied in (5, 1):
        case = house.visiting()
        (complaint,) = house.complaints_of(case)
        house.do("bob", "visit", complaint, outcome="reached", solved=satisfied == 5, satisfied=satisfied, words="")
    house.later(days=2)
    steps = iter((True, False))
    assert not catch_up(books(house.database), house.now, lambda _share: next(steps), at_once=1).whole
    assert shares(house) is None, "of the days it goes over one is counted"
    assert catch_up(books(house.database), house.now).whole
    found = shares(house)
    assert found is not None
    assert found.last_day == house.now.astimezone(CHINA).date() - dt.timedelta(days=1)
    assert (found.values[Figure.RESOLUTION].part, found.values[Figure.RESOLUTION].n) == (1, 2)
    with house.database.reading() as session:
        asked = sheet(session, Sought(first - dt.timedelta(days=1), house.now))
    assert {figure: (value.part, value.n) for figure, value in found.values.items()} == {
        figure: (asked[figure].part, asked[figure].n) for figure in wall.SHARES  # type: ignore[union-attr]
    }


@pytest.mark.parametrize("days, n", [(29, 1), (31, 0)])
def test_shares_go_over_thirty_days(small_house: House, days: int, n: int) -> None:
    case = small_house.visiting()
    (complaint,) = small_house.complaints_of(case)
    small_house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5, words="")
    small_house.later(days=days)
    catch_up(books(small_house.database), small_house.now)
    found = shares(small_house)
    assert found is not None
    assert found.values[Figure.RESOLUTION].n == n
