"""A commit nobody confirms is not waited for without end, and ending the wait does no harm to what comes next."""

from collections.abc import Callable, Iterator
from typing import Any

import psycopg
import pytest
from sqlalchemy import event, select

from commandcenter.domain.contacts import Note
from commandcenter.domain.record import new_key
from commandcenter.domain.work import Work
from commandcenter.errors import Unavailable
from commandcenter.storage import confirming
from commandcenter.storage.database import Database
from tests.postgres import Cluster
from tests.proxy import way_to
from tests.storage.deeds import done, note

LATER = "SELECT pg_sleep(1)"
cancel = psycopg.Connection.cancel_safe


@pytest.fixture
def name(postgres: Cluster, built_name: str) -> Iterator[str]:
    """A fresh database with its schema, on a server that is set as it was in the end."""
    made = postgres.create(built_name)
    yield made
    postgres.confirmed_by("")
    postgres.drop(made)


@pytest.fixture(autouse=True)
def _soon(monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]) -> None:
    expect_log("a commit had no answer for 0.1 s and is gone on with unconfirmed")
    monkeypatch.setattr(confirming, "CONFIRMED_S", 0.1)
    monkeypatch.setattr(confirming, "CANCELLED_S", 0.3)


def test_a_cancelling_that_comes_after_the_answer_meets_nothing(
    postgres: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    late: list[int] = []

    def too_late(connection: psycopg.Connection[Any], *, timeout: float) -> None:
        late.append(connection.info.backend_pid)
        postgres.until("wait_event = 'SyncRep'", late[-1])
        postgres.confirmed_by("")
        postgres.until("state = 'idle'", late[-1])
        cancel(connection, timeout=timeout)

    monkeypatch.setattr(psycopg.Connection, "cancel_safe", too_late)
    with Database.open(postgres.url(name)) as database, database.engine.connect() as connection:
        postgres.confirmed_by("nobody")
        connection.exec_driver_sql("CREATE TABLE kept AS SELECT 1")
        connection.commit()
        connection.exec_driver_sql(LATER)
        assert late == [connection.exec_driver_sql("SELECT pg_backend_pid()").scalar_one()]


def test_what_an_operation_finds_done_is_not_called_saved_before_a_standby_has_it(
    postgres: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crashes(connection: psycopg.Connection[Any], *, timeout: float) -> None:
        monkeypatch.setattr(psycopg.Connection, "cancel_safe", cancel)
        with postgres.connect() as over:
            over.execute("SELECT pg_terminate_backend(%s, 10000)", [connection.info.backend_pid])

    monkeypatch.setattr(psycopg.Connection, "cancel_safe", crashes)
    key = new_key()

    def written(database: Database) -> None:
        database.run("note", None, "t", lambda work: work.add(note()), key)

    with Database.open(postgres.url(name)) as database:
        postgres.confirmed_by("nobody")
        for _now_and_again in range(2):
            with pytest.raises(Unavailable, match="the standby server did not confirm it"):
                written(database)
        postgres.confirmed_by("")
        written(database)
        with database.reading() as session:
            assert len(session.scalars(select(Note.id)).all()) == 1


def test_the_first_number_of_a_day_is_not_waited_for_without_end_either(postgres: Cluster, name: str) -> None:
    with Database.open(postgres.url(name)) as database:

        def numbered(work: Work) -> str:
            postgres.confirmed_by("nobody")
            number = work.numbers("case")
            postgres.confirmed_by("")
            work.add(note())
            return number

        assert done(database.run("note", None, "t", numbered)).endswith("-0001")


def test_where_the_server_takes_no_note_of_it_the_work_is_tried_again_and_done_once(
    postgres: Cluster, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with way_to(postgres) as way, Database.open(way.url(name)) as database:

        commits: list[psycopg.Connection[Any]] = []

        def unheard(connection: psycopg.Connection[Any], *, timeout: float) -> None:
            commits.append(connection)
            try:
                cancel(connection, timeout=timeout)
            finally:
                way.let_go()

        monkeypatch.setattr(psycopg.Connection, "cancel_safe", unheard)
        event.listen(database.engine, "commit", lambda _connection: way.hold(), once=True)
        row = done(database.run("note", None, "t", lambda work: work.add(note())))
        with database.reading() as session:
            assert session.scalars(select(Note.id)).all() == [row.id]
        assert [connection.closed for connection in commits] == [True], "the cancelling may still be on its way"
