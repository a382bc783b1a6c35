"""A hot standby is good enough to look: what comes is seen, once; what is to be saved is refused at once."""

import threading
from collections.abc import Callable, Iterator
from contextlib import closing

import pytest
from psycopg import Connection

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Refused, Unavailable
from commandcenter.operations.administering import give_password
from commandcenter.operations.signing import hashed, sign_in
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.headless import Station, seal_of
from tests.house import House
from tests.postgres import Cluster
from tests.storage.deeds import written

PASSWORD = "an open secret"
AT_ONCE_S = 4.0
"""Less than the program would wait for a standby that takes over."""
_LINE = (
    "INSERT INTO journal (at, kind, key, version, operation, operation_id, station, changes, reason, previous_hash,"
    " hash, xid) SELECT at, kind, gen_random_uuid(), version, operation, gen_random_uuid(), station, changes, reason,"
    " '', repeat('0', 64), pg_current_xact_id()::text::bigint FROM journal WHERE version = 1 LIMIT 1 RETURNING seq"
)


@pytest.fixture
def house(pair: tuple[Cluster, Cluster]) -> Iterator[House]:
    """A house on the primary."""
    with closing(House(pair[0].url(pair[0].create()))) as made:
        yield made


@pytest.fixture
def looking(pair: tuple[Cluster, Cluster], house: House) -> str:
    """The address of the same database for who only looks; the standby has all of it."""
    primary, standby = pair
    with primary.connect() as connection:  # what it confirms it has, it may not show yet
        connection.execute("SET synchronous_commit = remote_apply")
        connection.execute("SELECT pg_logical_emit_message(true, 'tests', 'all that was before')")
    name = house.database.address.database
    assert name is not None
    return standby.url_with(primary, name).replace("read-write", "prefer-standby")


def _late(primary: Cluster, house: House) -> tuple[Connection, int]:
    """A transaction that has written a line of the journal and is still open; the line's number."""
    other = primary.connect(str(house.database.address.database))
    other.autocommit = False
    row = other.execute(_LINE).fetchone()
    assert row is not None
    return other, row[0]


def _until(feed: Feed, seq: int) -> list[int]:
    """Read until that line has come; all that came."""
    pause, found, late = threading.Event(), [], clock.ticks() + 30
    while seq not in found and clock.ticks() < late:
        found += [line.seq for line in feed.read()]
        pause.wait(0.02)
    return found


def test_what_commits_late_is_seen_on_a_standby_too_and_nothing_twice(
    pair: tuple[Cluster, Cluster], house: House, looking: str
) -> None:
    before, first = _late(pair[0], house)
    with Database.open(looking) as database, closing(Feed(database)) as feed:
        feed.start()
        between, second = _late(pair[0], house)
        quick = [line for _n in range(3) for line in _until(feed, _newest(house))]
        before.commit()
        seen = _until(feed, first)
        between.commit()
        seen += _until(feed, second)
        last = _until(feed, _newest(house))
    every = [*quick, *seen, *last]
    assert {first, second} <= set(every)
    assert len(every) == len(set(every))
    for other in (before, between):
        other.close()


def _newest(house: House) -> int:
    """The number of the line of something done just now."""
    written(house.database)
    with house.database.engine.connect() as connection:
        return int(connection.exec_driver_sql("SELECT max(seq) FROM journal").scalar_one())


def test_a_station_that_looks_at_a_standby_keeps_up_and_goes_on_when_it_takes_over(
    pair: tuple[Cluster, Cluster], house: House, looking: str, allow_log: Callable[..., None]
) -> None:
    allow_log("^the connection was lost: ")
    station = Station(looking)
    station.start()
    station.until(lambda: station.picture.complete)
    keys = [house.complaint(f"第{n}件").id for n in range(3)]
    station.until(lambda: all(key in station.picture.of(Complaint) for key in keys))
    assert station.standing() == seal_of(house.database)
    house.close()
    pair[0].kill()
    pair[1].promote()
    with closing(House(pair[1].url(str(house.database.address.database)), house.keys)) as after:
        later = after.complaint("以后的")
        station.until(lambda: later.id in station.picture.of(Complaint))
        assert station.standing() == seal_of(after.database)
    station.close()


def test_who_looks_at_a_standby_may_come_in_and_is_told_at_once_that_nothing_can_be_saved(
    house: House, looking: str, expect_log: Callable[..., None]
) -> None:
    refused = "The database server accepts no changes just now. This change was not saved."
    expect_log(f"a sign-in could not be written down: {refused}")
    ann = house.person("ann")
    house.database.run("set_up", house.person("adam"), "t", lambda work: give_password(work, ann.id, hashed(PASSWORD)))
    with Database.open(looking) as database:
        _until_there(database, house)
        began = clock.ticks()
        with pytest.raises(Unavailable, match="accepts no changes"):
            written(database)
        assert clock.ticks() - began < AT_ONCE_S
        told: list[Refused] = []
        assert sign_in(database, "ann", PASSWORD, "t", told.append).id == ann.id
    assert "nothing can be saved" in str(told[0])


def _until_there(database: Database, house: House) -> None:
    """Wait until the standby has all there is."""
    with closing(Feed(database)) as feed:
        feed.start()
        _until(feed, _newest(house))
