"""The server goes away and comes back: said in words, nothing lost, nothing twice."""

import signal
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event, select

from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from commandcenter.storage.verification import first_broken
from tests.postgres import Cluster, private_cluster
from tests.storage.deeds import done, note, reworded, written


@pytest.fixture(scope="module")
def server() -> Iterator[Cluster]:
    """A server that these tests may stop, with the disk habits of a real one."""
    with private_cluster(durable=True) as cluster:
        yield cluster


@pytest.fixture
def database(server: Cluster) -> Iterator[Database]:
    """A fresh database on it."""
    name = server.create()
    with Database.create(server.url(name)) as made:
        yield made
    server.drop(name)


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGQUIT], ids=["restart", "crash"])
def test_a_server_that_was_started_anew_is_another_one_to_the_feed(
    server: Cluster, database: Database, how: signal.Signals
) -> None:
    feed = Feed(database)
    feed.start()
    first = written(database)
    assert [line.key for line in feed.read()] == [first.id]
    written(database)
    assert feed.wait(30)
    server.stop(how)
    with pytest.raises(Unavailable, match=r"may be out of date|cannot be reached"):
        feed.read()
    with pytest.raises(Unavailable, match="cannot be reached"):
        feed.wait(0.01)
    server.start()
    with Database.open(database.url) as other:
        written(other)
    assert not feed.begun_anew(), "nobody has looked yet"
    assert feed.wait(30), "the first thing after coming back is to read"
    # The crash may have undone transactions the feed had seen numbers of: who knows something must read it anew.
    assert feed.read() == []
    assert feed.begun_anew()
    later = written(database)
    assert feed.wait(30)
    assert [line.key for line in feed.read()] == [later.id]
    feed.close()


def test_what_was_acknowledged_before_a_crash_of_the_server_is_there_after_it(
    server: Cluster, database: Database
) -> None:
    kept = [written(database).id for _ in range(20)]
    server.stop(signal.SIGQUIT)
    server.start()
    with database.reading() as session:
        assert session.scalars(select(Note.id).order_by(Note.id)).all() == kept
        assert first_broken(session) is None


def test_a_work_while_the_server_is_away_is_refused_in_words_and_done_after_it_came_back(
    server: Cluster, database: Database
) -> None:
    seen = written(database)
    server.stop()
    with pytest.raises(Unavailable, match="cannot be reached"):
        database.run("note", None, "t", reworded(seen, "二"))
    with pytest.raises(Unavailable, match="cannot be reached"), database.reading() as session:
        session.get(Note, seen.id)
    server.start()
    assert done(database.run("note", None, "t", reworded(seen, "二"))).version == 2


@pytest.mark.parametrize("cut", ["there", "here"])
def test_a_connection_that_died_at_rest_costs_neither_a_reader_nor_a_writer_a_try(
    server: Cluster, database: Database, cut: str
) -> None:
    seen = written(database)
    for _read_then_write in range(2):
        with database.engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
        if cut == "here":
            driver.close()
        else:
            with server.connect() as over:
                over.execute("SELECT pg_terminate_backend(%s, 10000)", [driver.info.backend_pid])
        with database.reading() as session:
            assert session.get_one(Note, seen.id).version == seen.version
        bodies: list[Work] = []

        def body(work: Work, bodies: list[Work] = bodies) -> Note:
            bodies.append(work)
            return work.add(note())

        done(database.run("note", None, "t", body))
        assert len(bodies) == 1


def test_a_connection_cut_in_the_middle_of_a_work_costs_one_more_try(server: Cluster, database: Database) -> None:
    cut: list[int] = []

    def body(work: Work) -> Note:
        if not cut:
            backend = work.session.connection().exec_driver_sql("SELECT pg_backend_pid()").scalar_one()
            cut.append(backend)
            with server.connect() as over:
                over.execute("SELECT pg_terminate_backend(%s, 10000)", [backend])
        return work.add(note())

    row = done(database.run("note", None, "t", body))
    with database.reading() as session:
        assert session.scalars(select(Note.id)).all() == [row.id]


def test_a_connection_lost_in_the_moment_of_saving_neither_loses_nor_doubles(
    server: Cluster, database: Database
) -> None:
    """The commit arrives, its acknowledgement does not: the operation's id tells that it was done."""
    lost: list[bool] = []

    def after_commit(connection: Connection) -> None:
        if not lost:
            lost.append(True)
            driver: Any = connection.connection.driver_connection
            driver.execute("COMMIT")
            with server.connect() as over:
                over.execute("SELECT pg_terminate_backend(%s, 10000)", [driver.info.backend_pid])
            driver.execute("SELECT 1")

    event.listen(database.engine, "commit", after_commit)
    row = done(database.run("note", None, "t", lambda work: work.add(note())))
    event.remove(database.engine, "commit", after_commit)
    with database.reading() as session:
        assert session.scalars(select(Note.id)).all() == [row.id]
        assert len(session.scalars(select(JournalLine)).all()) == 1


def test_when_the_server_is_gone_in_the_moment_of_saving_nothing_false_is_said(
    server: Cluster, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("commandcenter.storage.tries.IN_DOUBT_S", 0.0)

    def gone(_connection: object) -> None:
        server.stop(signal.SIGQUIT)

    event.listen(database.engine, "commit", gone)
    with pytest.raises(Unavailable, match="in the very moment of saving"):
        database.run("note", None, "t", lambda work: work.add(note()))
    event.remove(database.engine, "commit", gone)
    server.start()


def test_a_wrong_password_is_refused_in_words(server: Cluster, database: Database) -> None:
    rules = server.socket / "cluster" / "pg_hba.conf"
    before = rules.read_text(encoding="utf-8")
    with server.connect() as over:
        over.execute("CREATE ROLE guest LOGIN PASSWORD 'right'")
        rules.write_text("local all guest scram-sha-256\n" + before, encoding="utf-8")
        over.execute("SELECT pg_reload_conf()")
        address = database.url.replace("commandcenter@", "guest:wrong@")
        for wrong in (address, address.replace(":wrong", "")):
            with pytest.raises(Refused, match="does not accept this login and password") as refusal:
                Database.open(wrong)
            assert "wrong" not in str(refusal.value)


def test_no_server_and_no_database_are_told_apart(server: Cluster, tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match="The database server cannot be reached"):
        Database.open(f"postgresql://commandcenter@/x?host={tmp_path}")
    with pytest.raises(Refused, match=r"There is no such database on the server: .*nowhere"):
        Database.create(server.url("nowhere"))


def test_a_full_disk_of_the_server_is_said_in_words(database: Database) -> None:
    # The server's own state for a full disk, raised where it would be; to fill a real one needs a mount.
    with database.engine.begin() as connection:
        connection.exec_driver_sql(
            "CREATE FUNCTION full_disk() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RAISE EXCEPTION 'could not extend file: No space left' USING ERRCODE = '53100'; END $$"
        )
        connection.exec_driver_sql("CREATE TRIGGER full_now BEFORE INSERT ON note EXECUTE FUNCTION full_disk()")
    with pytest.raises(Unavailable, match="no room left on the disk"):
        written(database)
    with pytest.raises(Unavailable, match="no room left on the disk"):
        database.run("import", None, "t", lambda work: work.add_many([note()]))


def test_a_standby_that_takes_no_writes_is_said_in_words(database: Database) -> None:
    with database.engine.begin() as connection:
        name = database.engine.url.database
        connection.exec_driver_sql(f'ALTER DATABASE "{name}" SET default_transaction_read_only = on')
    with Database.open(database.url) as locked, pytest.raises(Unavailable, match="accepts no changes just now"):
        written(locked)
