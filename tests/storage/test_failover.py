"""The primary dies while people work and its standby takes over: nothing acknowledged is lost, everybody goes on."""

import os
import signal
import subprocess
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from sqlalchemy import Connection, event, select

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import new_key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.work import Work
from commandcenter.errors import Unavailable
from commandcenter.storage import confirming, server_copy
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from commandcenter.storage.restoring import restore
from commandcenter.storage.verification import first_broken
from installer.system_pieces import server_binaries
from tests.headless import Station, seal_of
from tests.house import House
from tests.postgres import OWNER, Cluster, private_cluster
from tests.storage.deeds import done, note, written
from tests.storage.rooms import EACH, LONG_S, PROCESSES, Room
from tests.storage.safekeeping import backed_up

pytestmark = pytest.mark.long
TO_REACH_S = 10.0


@pytest.fixture(autouse=True)
def _the_loss_is_told(allow_log: Callable[..., None]) -> None:
    allow_log("^the connection was lost: ", "^the bell was not rung; ")  # whichever connection is the first to notice


def test_the_primary_is_killed_while_eight_stations_work_and_nothing_acknowledged_is_lost(
    pair: tuple[Cluster, Cluster],
) -> None:
    primary, standby = pair
    name = primary.create()
    house = House(primary.url(name))
    house.close()
    url = primary.url_with(standby, name)
    with Room(url) as room:
        room.until_each("done", times=5)
        killed_at = clock.ticks()
        primary.kill()
        room.until_each("state", after=killed_at)  # each has seen that it is cut off
        standby.promote()
        promoted_at = clock.ticks()
        going_on = room.until_each("done", after=promoted_at)
        backs = room.until_each("back", after=killed_at)
        room.tell("rest")
        room.until_each("rests")
        with Database.open(url) as database:
            after_all = House(url, house.keys)
            room.tell(f"seal {after_all.complaint('the last one').id}")
            after_all.close()
            room.until_each("seal")
            room.go_home()
            acknowledged = [what[0] for _at, _name, what in room.heard["done"]]
            with database.reading() as session:
                taken_in = JournalLine.operation == "receive", JournalLine.kind == Complaint.kind()
                kept = list(session.scalars(select(JournalLine.operation_id).where(*taken_in)))
                numbers = list(session.scalars(select(Complaint.number)))
                broken = first_broken(session)
            truth = seal_of(database)
        assert len(acknowledged) == len(set(acknowledged)) >= PROCESSES * EACH * 6
        assert set(acknowledged) <= set(kept), "acknowledged and lost"
        assert sorted(kept) == sorted(set(kept)), "done twice"
        assert len(kept) == len(acknowledged) + 1, "everybody brought to its end what he had begun"
        assert len(numbers) == len(set(numbers)) == len(kept)
        assert broken is None
        assert {what[0] for _at, _name, what in room.heard["back"]} == {"read_anew"}
        assert [what[0] for _at, _name, what in room.heard["seal"]] == [truth] * PROCESSES * EACH
        assert not room.heard["bug"]
        slowest = max(*going_on.values(), *backs.values()) - promoted_at
        assert slowest <= TO_REACH_S, f"{slowest:.1f} s after the promotion"


# What the feed does when its position means nothing any more


def _keys(feed: Feed) -> list[str]:
    return [line.key for line in feed.read()]


def _read_until(feed: Feed, late: float) -> None:
    while clock.ticks() < late:
        assert feed.read() == []


def _until_back(feed: Feed) -> None:
    """Read until the server can be reached again, once it was noticed that it cannot."""
    late = clock.ticks() + LONG_S
    with pytest.raises(Unavailable):
        _read_until(feed, late)
    while True:
        try:
            feed.wait(0.05)
            assert feed.read() == []
        except Unavailable:
            assert clock.ticks() < late
        else:
            return


def _cut_loose(primary: Cluster, standby: Cluster) -> None:
    """From here on the server commits without its standby, which learns nothing more."""
    with primary.connect() as connection:
        connection.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
        connection.execute("SELECT pg_reload_conf()")
    with standby.connect() as connection:
        connection.execute("ALTER SYSTEM SET primary_conninfo = ''")
        connection.execute("SELECT pg_reload_conf()")
    pause = threading.Event()
    with primary.connect() as connection:
        while connection.execute("SELECT 1 FROM pg_stat_replication").fetchone():
            pause.wait(0.02)


def test_numbers_of_transactions_that_are_given_out_again_hide_nothing_and_what_never_was_is_taken_back(
    pair: tuple[Cluster, Cluster],
) -> None:
    primary, standby = pair
    name = primary.create()
    house = House(primary.url(name))
    keys = house.keys
    url = primary.url_with(standby, name)
    station = Station(url)
    station.start()
    station.until(lambda: station.picture.complete)
    kept = house.complaint("kept")
    _cut_loose(primary, standby)
    with primary.connect(name) as connection:
        for _n in range(300):
            connection.execute("SELECT pg_current_xact_id()")  # numbers the standby never hears of
    lost = house.complaint("lost")
    station.until(lambda: lost.id in station.picture.of(Complaint))
    house.close()
    feed = Feed(station.database)
    feed.start()
    primary.kill()
    standby.promote()
    with Database.open(url) as database, database.reading() as session:
        assert session.get(Complaint, lost.id) is None, "it must be one the standby never had"
    _until_back(feed)
    assert feed.begun_anew()
    assert not feed.begun_anew(), "it is said once"
    house = House(url, keys)
    fresh = [house.complaint("fresh") for _n in range(3)]
    assert set(_keys(feed)) == {row.id for row in fresh}
    feed.close()
    station.until(lambda: all(row.id in station.picture.of(Complaint) for row in fresh))
    assert lost.id not in station.picture.of(Complaint)
    assert kept.id in station.picture.of(Complaint)
    assert station.standing() == seal_of(house.database)
    house.close()
    station.close()


@pytest.fixture
def followed(postgres: Cluster, server_url: str) -> Iterator[tuple[Database, Feed]]:
    """A database and a feed that stands at its end."""
    with Database.open(server_url) as database:
        written(database)
        feed = Feed(database)
        feed.start()
        yield database, feed
        feed.close()


def test_a_connection_that_was_cut_leaves_the_position_good(
    followed: tuple[Database, Feed], postgres: Cluster
) -> None:
    database, feed = followed
    with postgres.connect() as over:
        cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
        over.execute(cut, [database.engine.url.database])
    missed = written(database)
    with pytest.raises(Unavailable):
        feed.read()
    assert _keys(feed) == [missed.id]
    assert not feed.begun_anew()


def test_after_a_process_of_the_server_crashed_everything_is_read_anew() -> None:
    with private_cluster() as cluster, Database.create(cluster.url(cluster.create())) as database:
        feed = Feed(database)
        feed.start()
        with cluster.connect() as victim:
            os.kill(victim.info.backend_pid, signal.SIGKILL)  # the server sends everybody away and recovers
        _until_back(feed)
        assert feed.begun_anew()
        feed.close()


def _tool(name: str, cluster: Cluster, *more: str) -> None:
    tools = server_binaries()
    assert tools is not None
    command = [str(tools / name), "--host", str(cluster.socket), "--username", OWNER, *more]
    subprocess.run(command, check=True, timeout=LONG_S)


@pytest.mark.parametrize("how", ["in place", "dropped and made anew"])
def test_a_database_restored_from_a_dump_under_a_running_station_is_read_anew(
    postgres: Cluster, tmp_path: Path, how: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    name, dump = postgres.create(), str(tmp_path / "dump")
    house = House(postgres.url(name))
    kept = house.complaint("before the dump")
    backup = backed_up(house, tmp_path / "backups")
    _tool("pg_dump", postgres, "--format=custom", "--file", dump, "--dbname", name)
    told: list[tuple[object, ...]] = []
    station = Station(house.url, lambda *what: told.append(what))
    station.start()
    station.until(lambda: station.picture.complete)
    gone = house.complaint("after the dump")
    station.until(lambda: gone.id in station.picture.of(Complaint))
    house.close()
    if how == "in place":
        # A console that comes after it was looked whether there is any.
        monkeypatch.setattr(server_copy, "sessions_beside", lambda _connection: [])
        restore(backup.path, house.url, words=f"replace {name}")
    else:
        postgres.drop(name)
        with postgres.connect() as over:
            over.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        _tool("pg_restore", postgres, "--single-transaction", "--dbname", name, dump)
    station.until(lambda: gone.id not in station.picture.of(Complaint))
    assert kept.id in station.picture.of(Complaint)
    house = House(house.url, house.keys)
    later = house.complaint("after the restoring")
    station.until(lambda: later.id in station.picture.of(Complaint))
    assert station.standing() == seal_of(house.database)
    assert [what[1] for what in told if what[0] == "back"] == ["read_anew"]
    house.close()
    station.close()
    postgres.drop(name)


# What becomes of an operation in the moment of the take-over


@pytest.mark.parametrize("arrives", [False, True], ids=["the commit never arrives", "only its answer does not"])
def test_a_commit_in_doubt_is_cleared_up_by_the_standby_that_took_over(
    pair: tuple[Cluster, Cluster], arrives: bool
) -> None:
    primary, standby = pair
    name = primary.create()
    Database.create(primary.url(name)).close()
    cut: list[bool] = []

    def take_over(connection: Connection) -> None:
        if cut:
            return
        cut.append(True)
        if arrives:
            driver: Any = connection.connection.driver_connection
            driver.execute("COMMIT")
        primary.kill()
        standby.promote()

    with Database.open(primary.url_with(standby, name)) as database:
        event.listen(database.engine, "commit", take_over)
        row = done(database.run("note", None, "t", lambda work: work.add(note())))
        with database.reading() as session:
            assert session.scalars(select(Note.id)).all() == [row.id]
            assert len(session.scalars(select(JournalLine)).all()) == 1


def test_an_operation_begun_between_death_and_take_over_is_done_after_it(pair: tuple[Cluster, Cluster]) -> None:
    primary, standby = pair
    name = primary.create()
    Database.create(primary.url(name)).close()
    with Database.open(primary.url_with(standby, name)) as database:
        primary.kill()
        taking_over = threading.Thread(target=standby.promote)
        taking_over.start()
        row = written(database)
        taking_over.join()
        with database.reading() as session:
            assert session.get(Note, row.id) is not None


def test_the_server_that_takes_changes_is_found_wherever_it_stands_in_the_address(
    pair: tuple[Cluster, Cluster],
) -> None:
    primary, standby = pair
    name = primary.create()
    Database.create(standby.url_with(primary, name)).close()
    without = standby.url_with(primary, name).partition("&")[0]
    with Database.open(without) as database:
        assert database.where.endswith(f"?host={standby.socket},{primary.socket}")
        written(database)
    each = [quote(str(server.socket), safe="") for server in (standby, primary)]
    with Database.open(f"postgresql://{OWNER}@{','.join(each)}/{name}") as database:
        written(database)
    with pytest.raises(Unavailable, match="No server that takes changes can be reached"):
        Database.open(f"{standby.url(name)}&target_session_attrs=read-write")


def test_what_the_standby_never_confirmed_is_not_called_saved_nor_waited_for_without_end(
    pair: tuple[Cluster, Cluster], monkeypatch: pytest.MonkeyPatch, allow_log: Callable[..., None]
) -> None:
    allow_log("^a commit had no answer for 0.3 s")
    monkeypatch.setattr(confirming, "CONFIRMED_S", 0.3)
    primary, standby = pair
    name = primary.create()
    Database.create(primary.url(name)).close()
    with Database.open(primary.url_with(standby, name)) as database:
        written(database, "confirmed")
        standby.stop()
        with pytest.raises(Unavailable, match="the standby server did not confirm it"):
            written(database, "not confirmed")
        database.sight([Sighting(person_id=new_key(), seen_at=database.now(), lon=120.05, lat=35.95)])
        with primary.connect() as over:
            over.execute("ALTER SYSTEM SET synchronous_standby_names = ''")
            over.execute("SELECT pg_reload_conf()")
        written(database, "what became of the position is nothing to this one")
        with database.reading() as session:
            assert len(session.scalars(select(Note.id)).all()) == 3, "it stands on the server that took it"


def test_numbers_do_not_begin_again_after_a_take_over(pair: tuple[Cluster, Cluster]) -> None:
    primary, standby = pair
    name = primary.create()
    house = House(primary.url(name))
    keys, url = house.keys, primary.url_with(standby, name)
    house.close()
    house = House(url, keys)

    def block(work: Work) -> list[str]:
        work.add(note())
        return work.many_numbers("complaint", 40)

    before = [house.complaint("x").number, *done(house.database.run("block", None, "t", block))]
    primary.kill()
    standby.promote()
    after = [house.complaint("x").number, *done(house.database.run("block", None, "t", block))]
    assert len({*before, *after}) == 82
    assert min(after) > max(before)
    house.close()
