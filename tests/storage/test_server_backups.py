"""Backups of a database on a server: with PostgreSQL's own programs, and its own rights."""

import secrets
import threading
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import URL, Engine, create_engine, make_url, text
from sqlalchemy.pool import NullPool

from commandcenter.errors import Refused, Unavailable
from commandcenter.storage import backup_file, groups, server_copy
from commandcenter.storage.backups import back_up
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address
from commandcenter.storage.positions import drop_old
from commandcenter.storage.programs import folder_of
from commandcenter.storage.restoring import restore
from commandcenter.storage.turns import turn
from tests.house import House
from tests.postgres import Cluster, private_cluster
from tests.storage.safekeeping import backed_up, everything, places_in


def _asked(url: str) -> Any:
    return create_engine(url, poolclass=NullPool).connect()


def test_a_database_on_a_server_is_backed_up_once_at_a_time(server_house: House, tmp_path: Path) -> None:
    with server_copy.alone(server_house.database.engine), pytest.raises(Unavailable, match="being made just now"):
        backed_up(server_house, tmp_path)
    assert list(tmp_path.glob("*.backup")) == []


def test_a_damaged_backup_of_a_server_changes_nothing_there(server_house: House, tmp_path: Path) -> None:
    made = backed_up(server_house, tmp_path / "backups").path
    whole = made.read_bytes()
    before = everything(server_house.url)
    server_house.close()
    for at in places_in(made):
        made.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :])
        with pytest.raises(Refused):
            restore(made, server_house.url, words=f"replace {address(server_house.url).database}")
    assert everything(server_house.url) == before


def test_the_database_of_another_program_is_never_cleared(
    server_house: House, postgres_url: str, tmp_path: Path
) -> None:
    made = backed_up(server_house, tmp_path / "backups")
    with _asked(postgres_url) as connection:
        connection.execute(text("CREATE TABLE stamps (year int)"))
        connection.commit()
    name = address(postgres_url).database
    with pytest.raises(Refused, match="the database of another program"):
        restore(made.path, postgres_url, words=f"replace {name}")


def test_a_restoring_that_fails_on_the_server_changes_nothing(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    made = backed_up(server_house, tmp_path / "backups")
    before = everything(server_house.url)
    whole = server_copy.clearing

    monkeypatch.setattr(server_copy, "clearing", lambda schemas: [*whole(schemas), "SELECT 1 / 0"])
    server_house.close()
    with pytest.raises(Unavailable, match=r"psql gave up: .*division by zero"):
        restore(made.path, server_house.url, words=f"replace {address(server_house.url).database}")
    assert everything(server_house.url) == before


def test_a_backup_and_its_restoring_find_the_server_that_takes_changes_behind_a_standby(
    pair: tuple[Cluster, Cluster], tmp_path: Path
) -> None:
    primary, standby = pair
    name, new = primary.create(), primary.create()
    with closing(House(standby.url_with(primary, name))) as house, standby.connect() as over:
        over.execute("SELECT pg_wal_replay_pause()")  # it knows nothing of what is made from here on
        made = backed_up(house, tmp_path / "backups")
        restore(made.path, standby.url_with(primary, new))
        assert everything(primary.url(new)) == everything(house.url)
        over.execute("SELECT pg_wal_replay_resume()")
        with (
            Database.open(standby.url_with(primary, name).replace("read-write", "standby")) as looking,
            pytest.raises(Refused, match="This server is a standby"),
        ):
            back_up(looking, tmp_path / "backups", keep=1)


def test_what_a_backup_is_proven_in_waits_for_no_standby(
    server_house: House, tmp_path: Path, postgres: Cluster
) -> None:
    postgres.confirmed_by("nobody")
    try:
        assert backed_up(server_house, tmp_path).path.exists()
    finally:
        postgres.confirmed_by("")


@pytest.mark.parametrize("work", ["backup", "retention"])
def test_retention_and_a_backup_take_turns(server_house: House, tmp_path: Path, postgres: Cluster, work: str) -> None:
    ended: list[str] = []

    def does() -> None:
        if work == "backup":
            backed_up(server_house, tmp_path / "backups")
        else:
            drop_old(server_house.database, server_house.now)
        ended.append(work)

    worker, pause = threading.Thread(target=does), threading.Event()
    waiting = (
        "SELECT FROM pg_locks JOIN pg_database ON pg_database.oid = database"
        " WHERE locktype = 'advisory' AND NOT granted AND datname = %s"
    )
    with postgres.connect() as over:
        with turn(server_house.database.engine):
            worker.start()
            while not over.execute(waiting, [make_url(server_house.url).database]).fetchall():
                assert worker.is_alive(), "it did not wait"
                pause.wait(0.02)
            ended.append("the one before")
        worker.join()
    assert ended == ["the one before", work]


def test_half_a_dump_changes_nothing(server_house: House, tmp_path: Path) -> None:
    made = backed_up(server_house, tmp_path / "backups")
    dump = tmp_path / "dump"
    backup_file.extract(made.path, made.manifest, dump)
    dump.write_bytes(dump.read_bytes()[: dump.stat().st_size * 2 // 3])
    before = everything(server_house.url)
    server_house.close()
    programs = server_copy.Programs.for_database(address(server_house.url))
    with pytest.raises(Unavailable, match="pg_restore gave up"):
        programs.restore(dump, server_copy.clearing(["public"]))
    assert everything(server_house.url) == before


def test_no_password_stands_on_a_command_line(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    real, spies = folder_of("pg_dump"), tmp_path / "spies"
    assert real is not None
    spies.mkdir()
    for name in ("pg_dump", "pg_restore", "psql"):
        log = f'echo "$@" >> {tmp_path}/lines; echo "$PGPASSWORD" >> {tmp_path}/secrets'
        (spies / name).write_text(f'#!/bin/sh\n{log}\nexec {real / name} "$@"\n', encoding="utf-8")
        (spies / name).chmod(0o755)
    monkeypatch.setattr(server_copy, "folder_of", lambda _program: spies)
    with Database.open(f"{server_house.url}&password=op%20en'sesame") as database:
        back_up(database, tmp_path / "backups", keep=1)
    assert "sesame" not in (tmp_path / "lines").read_text(encoding="utf-8")
    assert (tmp_path / "lines").read_text(encoding="utf-8").count("--dbname=") == 2
    assert set((tmp_path / "secrets").read_text(encoding="utf-8").splitlines()) == {"op en'sesame"}


def test_who_may_make_no_database_is_told_what_to_say_to_the_server(
    postgres: Cluster, postgres_url: str, tmp_path: Path
) -> None:
    name = address(postgres_url).database
    with postgres.connect() as connection:
        connection.execute("DROP ROLE IF EXISTS plain")
        connection.execute("CREATE ROLE plain LOGIN")
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO plain')
    with (
        Database.create(postgres_url.replace("commandcenter@", "plain@")) as database,
        pytest.raises(Refused, match='ALTER ROLE "plain" CREATEDB'),
    ):
        back_up(database, tmp_path, keep=1)
    assert list(tmp_path.glob("*.backup")) == []
    with postgres.connect() as connection:
        connection.execute("ALTER ROLE plain CREATEDB")
    with Database.open(postgres_url.replace("commandcenter@", "plain@")) as database:
        assert back_up(database, tmp_path, keep=1).proof.findings == ()
    with postgres.connect() as connection:
        connection.execute(f'ALTER DATABASE "{name}" OWNER TO commandcenter')


def test_without_postgresql_s_programs_it_is_said_what_to_install(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(server_copy, "folder_of", lambda _program: None)
    with pytest.raises(Refused, match="apt-get install postgresql-client"):
        backed_up(server_house, tmp_path)


def test_debian_s_wrapper_is_not_taken_for_the_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "pg_wrapper").write_text("#!/bin/sh\necho 'pg_dump (PostgreSQL) 99.1'\n", encoding="utf-8")
    (tmp_path / "pg_wrapper").chmod(0o755)
    (tmp_path / "pg_dump").symlink_to(tmp_path / "pg_wrapper")
    monkeypatch.setenv("PATH", str(tmp_path))
    assert folder_of("pg_dump") != tmp_path


def test_a_console_that_sleeps_does_not_hold_up_a_backup(
    server_house: House, postgres: Cluster, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    expect_log: Callable[..., None],
) -> None:  # fmt: skip
    monkeypatch.setattr(server_copy, "_DROPPING", "1s")
    monkeypatch.setattr(secrets, "token_hex", lambda _n: "left")
    name = str(address(server_house.url).database)
    with postgres.connect(name) as sleeping, postgres.connect(name) as other:
        sleeping.execute("LISTEN noise")
        waiting = "SELECT 1 FROM pg_stat_activity WHERE pid = %s AND wait_event = 'ClientWrite'"
        while not other.execute(waiting, [sleeping.info.backend_pid]).fetchone():
            other.execute("SELECT pg_notify('noise', %s)", ["x" * 7900])
        made = backed_up(server_house, tmp_path)
        (left,) = other.execute("SELECT datname FROM pg_database WHERE datname LIKE '%left'").fetchall()
        expect_log(f"the throwaway database {left[0]} could not be dropped; the next backup does it: "
                   "canceling statement due to statement timeout")  # fmt: skip
    assert made.proof.findings == ()
    monkeypatch.undo()
    backed_up(server_house, tmp_path)
    with postgres.connect(name) as other:
        assert other.execute("SELECT 1 FROM pg_database WHERE datname LIKE 'commandcenter_proof%'").fetchall() == []


_ENDING = """
    SELECT pg_terminate_backend(pid) FROM pg_stat_activity
    WHERE query LIKE '%REVOKE CONNECT ON DATABASE "{name}"%' AND pid <> pg_backend_pid()
"""


@pytest.mark.parametrize(("trouble", "said"), [
    ("ALTER DATABASE {name} IS_TEMPLATE true", "cannot drop a template database"),
    (_ENDING, "terminating connection due to administrator command"),
])  # fmt: skip
def test_what_cannot_be_dropped_does_not_cost_a_good_backup(
    server_house: House, postgres: Cluster, trouble: str, said: str, expect_log: Callable[..., None]
) -> None:
    with postgres.connect() as other:
        with server_copy.throwaway(server_house.database.engine, address(server_house.url)) as beside:
            name = str(beside.database)
            assert other.execute(trouble.format(name=name).encode()).rowcount in {1, -1}
            expect_log(f"the throwaway database {name} could not be dropped; the next backup does it: {said}")
        other.execute(f"ALTER DATABASE {name} IS_TEMPLATE false".encode())
        other.execute(f"DROP DATABASE {name}".encode())


def test_nobody_of_the_district_comes_into_the_throwaway_database(
    server_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, opened = server_copy.throwaway, []

    @contextmanager
    def looked_at(engine: Engine, where: URL) -> Iterator[URL]:
        with whole(engine, where) as beside:
            yield beside
            with _asked(beside.render_as_string(hide_password=False)) as connection:
                asked = text("SELECT rolname FROM pg_roles WHERE rolname LIKE 'commandcenter\\_%'"
                             " AND has_database_privilege(rolname, current_database(), 'CONNECT')")  # fmt: skip
                opened.append(connection.scalars(asked).all())

    monkeypatch.setattr(server_copy, "throwaway", looked_at)
    assert backed_up(server_house, tmp_path).proof.findings == ()
    assert opened == [[]]


def test_what_is_closed_to_everybody_is_closed_in_a_restored_database_too(
    server_house: House, tmp_path: Path
) -> None:
    made = backed_up(server_house, tmp_path)
    server_house.close()
    restore(made.path, server_house.url, words=f"replace {address(server_house.url).database}")
    with _asked(server_house.url) as connection:
        assert _open_functions(connection) == set()
        assert groups.astray(connection) == []
        connection.execute(text("GRANT EXECUTE ON FUNCTION caller_of, arrange_login TO PUBLIC"))
        assert [said for said in groups.astray(connection) if "arrange_login" in said]
        connection.execute(text("REVOKE EXECUTE ON FUNCTION caller_of, arrange_login FROM PUBLIC"))
        connection.execute(text("REVOKE EXECUTE ON FUNCTION caller_of FROM commandcenter_member"))
        assert [said for said in groups.astray(connection) if "caller_of" in said]


def _open_functions(connection: Any) -> set[str]:
    closed = ("arrange_login(text,jsonb,boolean)", "known_caller(text)", "caller_of(uuid)")
    asked = text("SELECT has_function_privilege('public', :name, 'EXECUTE')")
    return {name for name in closed if connection.scalar(asked, {"name": name})}


def test_on_a_server_without_the_group_roles_it_is_said_what_to_run(server_house: House, tmp_path: Path) -> None:
    made = backed_up(server_house, tmp_path)
    with private_cluster() as bare:
        with bare.connect() as connection:
            connection.execute("CREATE ROLE plain LOGIN")
            connection.execute("CREATE DATABASE moved OWNER plain TEMPLATE template0")
        done = restore(made.path, bare.url("moved").replace("commandcenter@", "plain@"))
        assert done.proof.findings == ()
        assert f"CREATE ROLE {groups.MEMBER} NOLOGIN" in done.to_run
        with _asked(bare.url("moved")) as closed:
            assert _open_functions(closed) == set()
        with bare.connect() as connection:
            for statement in done.to_run:
                connection.execute(statement.encode())
        with (
            Database.create(bare.url("moved").replace("commandcenter@", "plain@")) as database,
            database.engine.connect() as connection,
        ):
            assert (groups.missing(connection), groups.astray(connection)) == ([], [])
    server_house.close()
    assert restore(made.path, server_house.url, words=f"replace {address(server_house.url).database}").to_run == ()
