"""Behind a pooler in transaction mode: with ``bell=poll`` in the address everything works, a look later."""

import datetime as dt
from collections.abc import Callable, Iterator
from contextlib import closing

import psycopg
import pytest
from sqlalchemy import select

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.errors import Refused
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.headless import Station, seal_of
from tests.house import House
from tests.pooler import Pooler, pooled
from tests.postgres import Cluster
from tests.storage.deeds import written

OPTIONS = ("timezone = 'UTC'", "statement_timeout = '60s'", "lock_timeout = '10s'",
           "idle_in_transaction_session_timeout = '120s'", "jit = 'off'")  # fmt: skip
"""What the runbook gives the database, because the pooler swallows what a station asks for."""


@pytest.fixture
def name(postgres: Cluster, built_name: str) -> Iterator[str]:
    """A database of its own."""
    made = postgres.create(built_name)
    yield made
    postgres.drop(made)


@pytest.fixture
def pooler(postgres: Cluster, name: str) -> Iterator[Pooler]:
    """The way there."""
    with pooled(postgres, name) as made:
        yield made


def test_the_pooler_of_these_tests_is_as_unkind_as_one_may_be(pooler: Pooler) -> None:
    way = pooler.url().replace("postgresql+psycopg", "postgresql")
    with psycopg.connect(way, autocommit=True, options="-c lock_timeout=7s") as one:
        assert one.execute("SHOW lock_timeout").fetchone() != ("7s",), "what was asked for is swallowed"
        numbers = {one.execute("SELECT pg_backend_pid()").fetchone() for _n in range(3)}
        assert len(numbers) == 3, "each transaction is another session's"
        with one.transaction():
            assert len({one.execute("SELECT pg_backend_pid()").fetchone() for _n in range(3)}) == 1
        one.execute("LISTEN ears")
        one.execute("NOTIFY ears")
        assert list(one.notifies(timeout=0.2)) == []
        with pytest.raises(psycopg.errors.InvalidSqlStatementName):
            one.execute("SELECT 1", prepare=True)


def test_people_work_and_look_through_a_pooler(
    pooler: Pooler, postgres: Cluster, name: str
) -> None:
    station = Station(pooler.url("&bell=poll"))
    with closing(House(postgres.url(name))) as house:
        station.start()
        station.until(lambda: station.picture.complete)
        with closing(House(pooler.url("&bell=poll"), house.keys)) as far:
            # Often enough for the driver to prepare what it says, if it were let to.
            keys = [far.case(caller_phone=f"139123488{n:02}").id for n in range(8)]
        keys += [house.complaint(f"第{n}件").id for n in range(2)]
        station.until(lambda: house.get(Complaint, keys[-1]).id in station.picture.of(Complaint))
        assert station.standing() == seal_of(house.database)
    station.close()
    assert pooler.transactions > 50


def test_the_feed_hears_nothing_and_yet_misses_nothing(pooler: Pooler, postgres: Cluster, name: str) -> None:
    with (
        Database.open(pooler.url("&bell=poll")) as far, Database.open(postgres.url(name)) as near,
        closing(Feed(far)) as feed,
    ):  # fmt: skip
        feed.start()
        for n in range(12):
            row = written(near, str(n))
            seen: list[str] = []
            while not seen:
                assert feed.wait(30)
                seen = [line.key for line in feed.read()]
            assert seen == [row.id]
        assert not feed.begun_anew()


def test_what_the_runbook_gives_the_database_counts_behind_the_pooler(
    postgres: Cluster, name: str
) -> None:
    with postgres.connect() as over:
        for option in OPTIONS:
            over.execute(f"ALTER DATABASE {name} SET {option}")
    with pooled(postgres, name) as pooler, Database.open(pooler.url("&bell=poll")) as database:
        assert _shown(database) == ["UTC", "1min", "10s", "2min", "off"]


def test_a_station_that_reaches_the_server_itself_asks_for_the_same(postgres: Cluster, name: str) -> None:
    with Database.open(postgres.url(name)) as database:
        assert _shown(database) == ["UTC", "1min", "10s", "2min", "off"]


def _shown(database: Database) -> list[str]:
    with database.engine.connect() as connection:
        return [str(connection.exec_driver_sql(f"SHOW {option.split(' ')[0]}").scalar()) for option in OPTIONS]


def test_a_server_in_another_zone_moves_no_moment_though_nobody_can_be_told_ours(postgres: Cluster, name: str) -> None:
    with postgres.connect() as over:
        over.execute(f"ALTER DATABASE {name} SET timezone = 'Asia/Shanghai'")
    with pooled(postgres, name) as pooler, Database.open(pooler.url("&bell=poll")) as far:
        row = written(far)
        with Database.open(postgres.url(name)) as near, near.reading() as session:
            assert session.scalars(select(Note.written_at)).one() == row.written_at
            assert abs(far.now() - near.now()) < dt.timedelta(minutes=1)
        with far.reading() as session:
            found = session.get_one(Note, row.id).written_at
            assert found == row.written_at
            assert found.utcoffset() == dt.timedelta(0)


def test_a_pooler_that_was_not_told_to_swallow_our_options_is_named_with_what_it_needs(
    postgres: Cluster, name: str
) -> None:
    with (
        pooled(postgres, name, takes_options=False) as strict,
        pytest.raises(Refused, match=r"A pooler stands before .* ignore_startup_parameters = options"),
    ):
        Database.open(strict.url("&bell=poll"))


def test_without_the_word_for_it_a_station_says_what_is_missing(pooler: Pooler, allow_log: Callable[..., None]) -> None:
    allow_log("^the bell was not rung; ")
    with Database.open(pooler.url()) as database, pytest.raises(Refused, match="Write bell=poll into the address"):
        _write_often(database)


def _write_often(database: Database) -> None:
    for n in range(40):
        written(database, str(n))
