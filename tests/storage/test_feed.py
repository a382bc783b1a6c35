"""The feed: everything that was committed, each exactly once, at once."""

import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import event, select

from commandcenter import clock
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import new_key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.work import Work
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.doorbells import FileBell
from commandcenter.storage.feed import Feed, _FileTail
from installer.system_pieces import server_binaries
from tests.postgres import OWNER, Cluster, private_cluster
from tests.storage.deeds import at_once, done, lines_of, note, reworded, written

ROOT = Path(__file__).resolve().parents[2]
LONG = 30.0


def _keys(feed: Feed) -> list[str]:
    return [line.key for line in feed.read()]


def _fix(lon: float) -> Sighting:
    return Sighting(person_id=new_key(), seen_at=clock.now(), lon=lon, lat=35.0)


@pytest.fixture
def feed(database: Database) -> Iterator[Feed]:
    started = Feed(database)
    started.start()
    yield started
    started.close()


def test_what_was_there_before_the_start_does_not_come(database: Database) -> None:
    written(database)
    feed = Feed(database)
    feed.start()
    assert feed.read() == []
    feed.close()


def test_a_line_comes_once_and_as_it_was_written(database: Database, feed: Feed) -> None:
    row = written(database, "一")
    changed = done(database.run("reword", None, "desk", reworded(row, "二"), reason="so"))
    first, second = feed.read()
    assert (first.key, first.version, second.version) == (row.id, 1, changed.version)
    assert (second.operation, second.station, second.reason) == ("reword", "desk", "so")
    assert second.changes == {"words": ["一", "二"]}
    assert second.at.tzinfo is not None
    assert feed.read() == []


def test_the_commits_of_this_process_ring_at_once(database: Database, feed: Feed) -> None:
    written(database)
    assert feed.wait(LONG)
    assert feed.read()
    # The server's own bell for the same commit may still be on its way: one bell too many brings nothing twice.
    assert feed.read() == []


_WRITE = """
import sys
from commandcenter.storage.database import Database
from tests.storage.deeds import written
with Database.open(sys.argv[1]) as database:
    written(database)
"""


def test_the_commits_of_another_process_ring(database: Database, feed: Feed) -> None:
    subprocess.run([sys.executable, "-c", _WRITE, database.url], cwd=ROOT, check=True, timeout=60)
    assert feed.wait(LONG)
    assert len(feed.read()) == 1
    assert not feed.wait(0)


def test_what_is_committed_after_a_wait_rings_again(database: Database, feed: Feed) -> None:
    written(database)
    assert feed.wait(LONG)
    second = written(database)
    assert len(feed.read()) == 2
    assert feed.wait(LONG), "a ring between the wait and the reading may be heard twice, but never not at all"
    written(database)
    assert feed.wait(LONG)
    assert _keys(feed)[0] != second.id


def test_a_wait_ends_when_woken_from_another_thread(feed: Feed) -> None:
    woken: list[bool] = []
    waiter = threading.Thread(target=lambda: woken.append(feed.wait(LONG)))
    waiter.start()
    feed.wake()
    waiter.join(LONG / 2)
    assert woken == [True]


def test_a_wait_ends_by_itself(feed: Feed) -> None:
    assert not feed.wait(0.01)


def test_the_lines_come_in_the_order_of_their_numbers_wherever_they_lie(database: Database, postgres: Cluster) -> None:
    if database.dialect == "sqlite":
        backwards = "PRAGMA reverse_unordered_selects = ON"
        event.listen(database.engine, "checkout", lambda connection, *_: connection.execute(backwards))
    feed = Feed(database)
    feed.start()
    with database.work("slow", None, "t") as slow:
        rows = [slow.add(note())]
        slow.session.flush()
        if database.dialect == "postgresql":  # a transaction that began later, whose number lies between
            rows.append(written(database))
        rows.append(slow.add(note()))
    if database.dialect == "postgresql":
        with postgres.connect(str(database.engine.url.database)) as connection:
            connection.execute("CLUSTER journal USING ix_journal_xid")
    lines = feed.read()
    assert [line.key for line in lines] == [row.id for row in rows]
    assert [line.seq for line in lines] == sorted(line.seq for line in lines)
    feed.close()


@pytest.fixture
def cut_off(server_url: str, postgres: Cluster) -> Iterator[Feed]:
    """A feed that has just found its way to the server cut, which is free again."""
    with Database.open(server_url) as database:
        feed = Feed(database)
        feed.start()
        with postgres.connect() as over:
            cut = "SELECT pg_terminate_backend(pid, 10000) FROM pg_stat_activity WHERE datname = %s"
            over.execute(cut, [database.engine.url.database])
        with pytest.raises(Unavailable):
            feed.read()
        yield feed
        feed.close()


def test_after_the_way_was_cut_the_first_wait_says_that_there_may_be_something_and_the_next_does_not(
    cut_off: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commandcenter.storage.feed.AGAIN_S", 0.01)
    assert cut_off.wait(LONG / 6), "what was rung meanwhile was rung in vain"
    assert not cut_off.wait(0)


def test_a_wake_ends_the_rest_before_the_next_try_to_reach_the_server(
    cut_off: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commandcenter.storage.feed.AGAIN_S", LONG)
    cut_off.wake()
    begun = clock.ticks()
    assert cut_off.wait(LONG)
    assert clock.ticks() - begun < LONG / 2


def test_a_closed_feed_leaves_no_bell_behind(database: Database) -> None:
    feed = Feed(database)
    feed.start()
    assert len(database._bells) == 1
    feed.close()
    assert database._bells == set()


def test_the_own_process_wakes_the_wait_where_file_and_server_say_nothing(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(FileBell, "_file_version", lambda _self: 0)
    monkeypatch.setattr("commandcenter.storage.engines.CHANNEL", "somewhere_else")
    feed = Feed(database)
    feed.start()
    assert not feed.wait(0)
    written(database)
    assert feed.wait(LONG / 6)
    assert len(feed.read()) == 1
    feed.close()


def test_position_fixes_come_once_too(database: Database, feed: Feed) -> None:
    who = new_key()
    database.sight([Sighting(person_id=who, seen_at=database.now(), lon=120.0 + n, lat=35.0) for n in range(3)])
    assert feed.read() == []
    assert [fix.lon for fix in feed.sightings()] == [120.0, 121.0, 122.0]
    assert feed.sightings() == []
    database.sight([])


def test_many_writers_some_slow_and_every_line_comes_exactly_once(database: Database, feed: Feed) -> None:
    wanted: list[str] = []
    finished = threading.Event()

    def write() -> None:
        wanted.extend(written(database).id for _ in range(12))

    def all_writers() -> None:
        at_once([write] * 6)
        finished.set()
        feed.wake()

    writers = threading.Thread(target=all_writers)
    writers.start()
    seen: list[str] = []
    while not finished.is_set() or len(seen) < len(wanted):
        assert feed.wait(LONG) or finished.is_set()
        seen += _keys(feed)
    writers.join()
    seen += _keys(feed)
    assert len(wanted) == 72
    assert sorted(seen) == sorted(wanted)


def test_a_transaction_held_open_neither_loses_lines_nor_holds_up_others(server_url: str) -> None:
    with Database.open(server_url) as database, ExitStack() as feeds:
        feed = Feed(database)
        feeds.callback(feed.close)
        feed.start()
        with database.work("slow", None, "t") as slow:
            late = slow.add(note())
            slow.session.flush()
            quick = [written(database).id for _ in range(20)]
            assert _keys(feed) == quick, "the lines of the others are there though an older transaction is open"
            assert feed.read() == []
        assert _keys(feed) == [late.id]
        assert feed.read() == []


# Any order of beginning, writing, committing, rolling back and reading, by several connections


class _HaltError(Exception):
    """Rolls a work back."""


_steps = st.lists(st.tuples(st.integers(0, 4), st.sampled_from("wwcrf")), max_size=40)


@pytest.fixture(scope="module")
def shared(postgres: Cluster, built_name: str) -> Iterator[Database]:
    name = postgres.create(built_name)
    with Database.open(postgres.url(name)) as database:
        yield database
    postgres.drop(name)


@settings(max_examples=40, deadline=None, suppress_health_check=list(HealthCheck))
@given(steps=_steps)
def test_in_any_order_of_commits_everything_comes_exactly_once(shared: Database, steps: list[tuple[int, str]]) -> None:
    feed = Feed(shared)
    feed.start()
    open_works: dict[int, tuple[ExitStack, Work, list[str]]] = {}
    committed: list[str] = []
    seen: list[str] = []

    def end(who: int, *, keep: bool) -> None:
        stack, _work, keys = open_works.pop(who)
        if keep:
            stack.close()
            committed.extend(keys)
        else:
            with pytest.raises(_HaltError), stack:
                raise _HaltError

    for who, step in steps:
        if step == "f":
            seen += _keys(feed)
            assert sorted(seen) == sorted(committed)
        elif step == "w":
            if who not in open_works:
                stack = ExitStack()
                open_works[who] = stack, stack.enter_context(shared.work("x", None, "t")), []
            row = note()
            open_works[who][1].add(row)
            open_works[who][1].session.flush()
            open_works[who][2].append(row.id)
        elif who in open_works:
            end(who, keep=step == "c")
    for who in list(open_works):
        end(who, keep=True)
    seen += _keys(feed)
    assert sorted(seen) == sorted(committed)
    feed.close()


def test_it_would_be_noticed_if_the_feed_went_by_numbers(server_url: str) -> None:
    # Numbers are given before commit: the tail that is right for SQLite loses lines here.
    with Database.open(server_url) as database:
        naive = _FileTail(JournalLine)
        with database.work("slow", None, "t") as slow:
            late = slow.add(note())
            slow.session.flush()
            written(database)
            with database.watching() as connection:
                assert len(naive.read(connection)) == 1
        with database.watching() as connection:
            assert late.id not in [line.key for line in naive.read(connection)]


def test_a_lost_bell_costs_a_poll_and_never_a_change(
    database: Database, feed: Feed, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Database, "_ring", lambda _self, _connection: None)
    row = written(database)
    assert _keys(feed) == [row.id]


def test_a_bell_that_cannot_be_rung_does_not_undo_what_is_saved(
    server_url: str, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log("the bell was not rung; other stations see the change at their next poll")
    monkeypatch.setattr("commandcenter.storage.engines.CHANNEL", "no channel")
    with Database.open(server_url) as database:
        row = written(database)
        assert len(lines_of(database, row)) == 1


def _moved(old: Cluster, name: str, new: Cluster, dump: Path) -> str:
    """A database dumped and restored on another server, with the server's own tools; returns its name there."""
    tools = server_binaries()
    assert tools is not None
    there = new.create()
    for tool, cluster, more in (
        ("pg_dump", old, ["--format=custom", "--file", str(dump), "--dbname", name]),
        ("pg_restore", new, ["--exit-on-error", "--no-acl", "--dbname", there, str(dump)]),  # it has none of the groups
    ):
        command = [str(tools / tool), "--host", str(cluster.socket), "--username", OWNER, *more]
        subprocess.run(command, check=True, timeout=60)
    return there


def test_a_restored_journal_is_not_news_though_its_server_counts_transactions_anew(
    postgres: Cluster, server_url: str, tmp_path: Path
) -> None:
    old = Database.open(server_url)
    with postgres.connect() as connection:
        for _ in range(2000):
            connection.execute("SELECT pg_current_xact_id()")
    for _ in range(3):
        written(old)
    old.sight([_fix(1.0)])
    old.close()
    name = server_url.partition("@/")[2].partition("?")[0]
    with private_cluster() as fresh, Database.open(fresh.url(_moved(postgres, name, fresh, tmp_path / "dump"))) as new:
        with fresh.connect() as connection:
            [(counted,)] = connection.execute("SELECT pg_current_xact_id()::text::bigint").fetchall()
        with new.reading() as session:
            restored = list(session.scalars(select(JournalLine)))
        assert min(line.xid for line in restored) > counted, "the dump must carry numbers that are still to come here"
        feed = Feed(new)
        feed.start()
        assert [(feed.read(), feed.sightings()) for _ in range(3)] == [([], [])] * 3
        row = written(new)
        new.sight([_fix(2.0)])
        assert _keys(feed) == [row.id]
        assert [fix.lon for fix in feed.sightings()] == [2.0]
        assert (feed.read(), feed.sightings()) == ([], [])
        feed.close()
