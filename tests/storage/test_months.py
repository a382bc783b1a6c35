"""Positions lie in one table a month on a server: made ahead, dropped at once, and none is ever refused."""

import datetime as dt

import pytest
from sqlalchemy import select, text

from commandcenter import clock
from commandcenter.domain.record import new_key
from commandcenter.domain.sightings import Sighting
from commandcenter.storage import months, positions
from commandcenter.storage.database import Database
from tests.storage.steps import step_to

DAY = dt.timedelta(days=1)


def seen(days_ago: float) -> Sighting:
    """Where somebody was, so many days ago."""
    return Sighting(person_id=new_key(), seen_at=clock.now() - days_ago * DAY, lon=120.05, lat=35.95)


def parts(database: Database) -> set[str]:
    """The tables of which the positions are made up."""
    with database.engine.connect() as connection:
        return set(connection.scalars(months._PARTS))


def kept(database: Database) -> list[tuple[int, str]]:
    """The numbers of the positions that are there, and the table each lies in."""
    with database.engine.connect() as connection:
        found = connection.execute(text("SELECT seq, tableoid::regclass::text FROM sighting ORDER BY seq"))
        return [(seq, name) for seq, name in found]


def month(days_ahead: float) -> str:
    """The table of the month in so many days."""
    return f"sighting_{clock.now() + days_ahead * DAY:%Y_%m}"


def test_a_new_database_has_this_month_and_the_next_ones(server_url: str) -> None:
    with Database.open(server_url) as database:
        held = parts(database)
        assert {month(0), "sighting_other"} <= held
        assert len(held) == months.AHEAD + 2
        database.sight([seen(0)])
        assert kept(database) == [(1, month(0))]


@pytest.mark.parametrize("days_ago", [4000, 400, -400, -40_000])
def test_a_position_of_a_month_without_a_table_is_taken_all_the_same(server_url: str, days_ago: float) -> None:
    with Database.open(server_url) as database:
        database.sight([seen(days_ago), seen(0)])
        assert [name for _seq, name in kept(database)] == ["sighting_other", month(0)]


def test_what_was_there_before_there_were_months_stays_and_its_numbers_go_on(postgres_url: str) -> None:
    with Database(postgres_url) as old:
        step_to(old, "0004")
        old.sight([seen(200), seen(1), seen(-100)])  # the last by a clock that was wrong
        step_to(old, "head")
        assert kept(old) == [(1, "sighting_before"), (2, "sighting_before"), (3, "sighting_other")]
    with Database.create(postgres_url) as database:
        assert month(0) not in parts(database), "this month is in what was there before"
        assert month(32) in parts(database)
        database.sight([seen(0)])
        assert [seq for seq, _name in kept(database)] == [1, 2, 3, 4]
        positions.drop_old(database, clock.now() - 90 * DAY)
        assert [seq for seq, _name in kept(database)] == [2, 3, 4]
        with database.reading() as session:
            assert session.scalar(select(Sighting.person_id).where(Sighting.seq == 4)) is not None


def test_a_month_that_ended_long_enough_ago_is_dropped_as_a_whole(server_url: str) -> None:
    with Database.open(server_url) as database:
        with database.engine.begin() as connection:
            months.make_ahead(connection, clock.now() - 200 * DAY)
        database.sight([seen(200), seen(170), seen(150), seen(0)])
        before = clock.now() - 90 * DAY
        assert month(-200) in parts(database)
        assert positions.count_old(database, before) == 3
        assert positions.drop_old(database, before) == 3
        assert [name for _seq, name in kept(database)] == [month(0)]
        assert not {month(-200), month(-170), month(-150)} & parts(database)
        assert month(-80) not in parts(database)


def test_what_was_there_before_goes_when_nothing_is_in_it_and_the_month_has_a_table(postgres_url: str) -> None:
    with Database(postgres_url) as old:
        step_to(old, "0004")
        old.sight([seen(200)])
        step_to(old, "head")
        positions.drop_old(old, clock.now() - 90 * DAY)
        assert kept(old) == []
        assert "sighting_before" in parts(old), "this month still goes there"
        with old.engine.begin() as connection:
            months.make_ahead(connection, clock.now() + 32 * DAY)
            months.drop_emptied(connection, clock.now() + 32 * DAY)
        assert "sighting_before" not in parts(old)


def test_a_month_of_which_some_lie_elsewhere_already_is_left_there(server_url: str) -> None:
    later = months.AHEAD * 31 + 40
    with Database.open(server_url) as database:
        database.sight([seen(-later)])
        with database.engine.begin() as connection:
            months.make_ahead(connection, clock.now() + later * DAY)
        assert month(later) not in parts(database)
        assert month(later + 32) in parts(database)
        database.sight([seen(-later)])
        assert [name for _seq, name in kept(database)] == ["sighting_other"] * 2
