"""Slow, cut, and half-deaf ways to the server: what is acknowledged is there, once; what is there is seen, once."""

import datetime as dt
import threading
from collections.abc import Iterator

import pytest
from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.doorbells import POLL_S, PollBell, Wire
from commandcenter.storage.feed import Feed
from tests.headless import Station, seal_of
from tests.house import House
from tests.postgres import Cluster
from tests.proxy import Proxy, way_to
from tests.storage.deeds import written

LONG_S = 30.0
LISTENS = b"LISTEN commandcenter"
COMMITS = b"\x0bCOMMIT\x00"
"""With its length, as the wire has it: a transaction may begin with words of which this is a part."""


@pytest.fixture
def name(postgres: Cluster, built_name: str) -> Iterator[str]:
    """A fresh database with its schema."""
    made = postgres.create(built_name)
    yield made
    postgres.drop(made)


@pytest.fixture
def way(postgres: Cluster) -> Iterator[Proxy]:
    with way_to(postgres) as proxy:
        yield proxy


@pytest.fixture
def near(postgres: Cluster, name: str) -> Iterator[Database]:
    """The database by the short way: somebody else's."""
    with Database.open(postgres.url(name)) as database:
        yield database


@pytest.fixture
def far(way: Proxy, name: str) -> Iterator[Database]:
    """The database by the way that can be made a bad one."""
    with Database.open(way.url(name)) as database:
        yield database


@pytest.fixture
def feed(far: Database) -> Iterator[Feed]:
    started = Feed(far)
    started.start()
    yield started
    started.close()


def _keys(feed: Feed) -> list[str]:
    return [line.key for line in feed.read()]


def _soon(feed: Feed) -> list[str]:
    """What comes next, as a station would find it."""
    late = clock.ticks() + LONG_S
    while clock.ticks() < late:
        feed.wait(1.0)
        if found := _keys(feed):
            return found
    return []


def test_on_a_slow_way_everything_goes_on_and_the_time_is_the_servers(
    way: Proxy, far: Database, near: Database, feed: Feed
) -> None:
    way.delay_s = 0.1
    mine, theirs = written(far), written(near)
    seen: list[str] = []
    while len(seen) < 2:
        seen += _soon(feed)
    assert sorted(seen) == sorted([mine.id, theirs.id])
    # Both ends are this machine: whatever the way takes must not look as if the clock were wrong.
    assert abs(far.fast()) < dt.timedelta(seconds=0.15)


@pytest.mark.parametrize("arrives", [False, True], ids=["the commit is lost", "its answer is lost"])
def test_a_way_cut_in_the_middle_of_a_commit_neither_loses_nor_doubles(
    way: Proxy, far: Database, near: Database, arrives: bool
) -> None:
    written(far, "before")
    way.cut_at = COMMITS, arrives
    row = written(far, "cut")
    assert way.cut_at is None, "it must have been cut"
    with near.reading() as session:
        assert session.scalars(select(Note.id).where(Note.words == "cut")).all() == [row.id]
        assert len(session.scalars(select(JournalLine)).all()) == 2


def test_a_commit_whose_answer_never_came_is_in_doubt_until_the_server_is_back(
    way: Proxy, far: Database, near: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commandcenter.storage.tries.IN_DOUBT_S", 0.2)
    written(far)
    way.cut_at, way.refusing = (COMMITS, True), True
    with pytest.raises(Unavailable, match="in the very moment of saving"):
        written(far, "in doubt")
    with near.reading() as session:
        assert session.scalar(select(Note.words).where(Note.words == "in doubt")), "it was saved, nobody could know"
    monkeypatch.setattr("commandcenter.storage.tries.IN_DOUBT_S", LONG_S)
    way.refusing = False
    written(far, "back")
    way.cut_at, way.refusing = (COMMITS, True), True
    way.turned_away.clear()

    def come_back() -> None:
        assert way.turned_away.wait(LONG_S)
        way.refusing = False

    back = threading.Thread(target=come_back)
    back.start()
    row = written(far, "cleared up")
    back.join()
    with near.reading() as session:
        assert session.scalars(select(Note.id).where(Note.words == "cleared up")).all() == [row.id]


def test_what_a_held_up_way_brings_late_comes_once(way: Proxy, near: Database, feed: Feed) -> None:
    way.hold()
    row = written(near)
    got: list[list[str]] = []
    reader = threading.Thread(target=lambda: got.append(_soon(feed)))
    reader.start()
    other = written(near)
    way.let_go()
    reader.join(LONG_S)
    seen = got[0] + _keys(feed)
    assert sorted(seen) == sorted([row.id, other.id])
    assert not feed.begun_anew()


def test_after_the_way_was_cut_the_feed_catches_up_and_does_not_begin_anew(
    way: Proxy, near: Database, feed: Feed
) -> None:
    way.refusing = True
    way.cut()
    missed = written(near)
    for _n in range(2):
        with pytest.raises(Unavailable):
            feed.read()
    way.refusing = False
    assert _soon(feed) == [missed.id]
    assert not feed.begun_anew()


# Where no bell is heard


def test_where_the_way_refuses_to_listen_the_feed_looks_by_itself(way: Proxy, far: Database, near: Database) -> None:
    way.instead = {LISTENS: b"LISTEN to somebody x"}
    feed = Feed(far)
    feed.start()
    for _n in range(3):
        row = written(near)
        began = clock.ticks()
        assert _soon(feed) == [row.id]
        assert clock.ticks() - began < 5.0
    feed.close()


def test_a_bell_that_is_never_heard_is_noticed_and_the_feed_looks_by_itself_until_it_is_heard(
    way: Proxy, far: Database, near: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commandcenter.storage.doorbells.SILENT_S", 0.05)
    way.instead = {LISTENS: b"LISTEN commandcentez"}
    feed = Feed(far)
    feed.start()
    row = written(near)
    assert not feed.wait(0.3), "nothing rings, and nothing was found yet that should have rung"
    assert _keys(feed) == [row.id]
    for _n in range(3):
        assert feed.wait(LONG_S), "so it looks by itself"
    row = written(near)
    assert _soon(feed) == [row.id]
    with near.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("NOTIFY commandcentez")
    while feed.wait(0.6):
        assert feed.read() == []
    assert not feed.wait(0.6), "the bell was heard: it waits for the next"
    feed.close()


def test_an_address_that_says_so_polls_and_listens_to_nothing(postgres: Cluster, name: str, near: Database) -> None:
    with Database.open(f"{postgres.url(name)}&bell=poll") as database:
        feed = Feed(database)
        feed.start()
        with postgres.connect() as over:
            listening = "SELECT count(*) FROM pg_stat_activity WHERE datname = %s AND application_name ~ 'feed'"
            assert over.execute(listening, [name]).fetchone() == (0,)
        row = written(near)
        assert _soon(feed) == [row.id]
        feed.close()


def test_two_that_poll_do_not_keep_in_step_and_neither_waits_longer_than_it_should() -> None:
    wires = Wire(), Wire()
    bells = [PollBell(wire) for wire in wires]
    gaps = []
    for bell in bells:
        before = bell.due
        assert bell.wait(LONG_S)
        gaps.append(bell.due - before)
    assert gaps[0] != gaps[1]
    assert all(POLL_S[0] <= gap <= POLL_S[1] + 0.1 for gap in gaps)
    for wire in wires:
        wire.close()


def test_a_station_that_only_polls_keeps_up(postgres: Cluster) -> None:
    name = postgres.create()
    house = House(postgres.url(name))
    station = Station(f"{house.url}&bell=poll")
    station.start()
    station.until(lambda: station.picture.complete)
    keys = [house.complaint(f"第{n}件").id for n in range(5)]
    station.until(lambda: all(key in station.picture.of(Complaint) for key in keys))
    assert station.standing() == seal_of(house.database)
    station.close()
    house.close()
    postgres.drop(name)
