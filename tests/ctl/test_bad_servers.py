"""``init`` and ``upgrade`` on servers that are not as they should be, or where somebody else does the same just now."""

import json
import re
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path

import psycopg
import pytest
from alembic import command
from alembic.config import Config
from psycopg import sql
from sqlalchemy import make_url

from commandcenter import ctl
from commandcenter.storage import schema
from commandcenter.storage.database import Database
from commandcenter.storage.groups import GROUPS
from commandcenter.storage.verification import first_broken
from tests.ctl.asking import TINY, document, said
from tests.postgres import Cluster, private_cluster

ROOT = Path(__file__).resolve().parents[2]


def _started(*words: str) -> subprocess.Popen[str]:
    return subprocess.Popen(
        [sys.executable, "-m", "commandcenter.ctl", "--language", "en", *words], cwd=ROOT, text=True,
        stdout=subprocess.PIPE, stderr=subprocess.PIPE,
    )  # fmt: skip


def _init(url: str) -> tuple[str, ...]:
    return ("init", "--pack", str(TINY), "--database", url)


@pytest.fixture(scope="module")
def new_server() -> Iterator[Cluster]:
    """A server that has never seen this program: it has none of the groups."""
    with private_cluster() as cluster:
        yield cluster


def test_two_districts_and_one_of_them_twice_are_set_up_at_the_same_time(new_server: Cluster) -> None:
    urls = [new_server.url(new_server.create()) for _ in range(2)]
    both = [_started(*_init(url), "--json") for url in (urls[0], *urls)]
    told = [process.communicate(timeout=120) for process in both]
    assert [process.returncode for process in both] == [ctl.DONE] * 3, told
    changed = [json.loads(out)["changed"] for out, _err in told]
    assert sorted(changed) == [0, max(changed), max(changed)]
    for url in urls:
        with Database.open(url) as database, database.reading() as session:
            assert first_broken(session) is None
    with new_server.connect() as connection:
        groups = connection.execute("SELECT rolname FROM pg_roles WHERE rolname = ANY(%s)", [list(GROUPS)]).fetchall()
    assert {name for (name,) in groups} == set(GROUPS)


@pytest.fixture
def older_url(postgres_url: str) -> str:
    """A database with a row, as it stood before the server had guards."""
    config = Config()
    config.set_main_option("script_location", str(schema.FOLDER))
    with closing(Database(postgres_url)) as before, before.engine.begin() as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "0009")
        connection.exec_driver_sql(
            "INSERT INTO matter_domain (id, version, code, tier, name_zh, name_en)"
            " VALUES (gen_random_uuid(), 1, 'x', '', '', '')"
        )
    return postgres_url


@contextmanager
def _plainly(url: str) -> Iterator[psycopg.Connection]:
    read = make_url(url)
    with psycopg.connect(host=str(read.query["host"]), user=read.username, dbname=read.database) as connection:
        yield connection


def _awaited(seen: Callable[[], bool], process: subprocess.Popen[str]) -> None:
    while not seen():
        assert process.poll() is None, process.communicate()


def test_an_upgrade_that_was_killed_half_way_has_changed_nothing_and_is_done_anew(
    older_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with _plainly(older_url) as other, _plainly(older_url) as looking:
        looking.autocommit = True  # who is there is asked anew each time
        other.execute("LOCK TABLE workstation IN ROW EXCLUSIVE MODE")  # somebody writes: the last guard has to wait
        upgrade = _started("upgrade", "--database", older_url)
        waits = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
        _awaited(lambda: looking.execute(waits).fetchone() is not None, upgrade)
        upgrade.kill()
        upgrade.communicate()
        other.rollback()
        gone = "SELECT pid FROM pg_stat_activity WHERE datname = current_database() AND application_name <> ''"
        while looking.execute(gone).fetchone():
            pass
        assert looking.execute("SELECT version_num FROM alembic_version").fetchone() == ("0009",)
        assert looking.execute("SELECT FROM pg_trigger WHERE tgname LIKE '%has_its_line'").fetchone() is None
    status, _out, err = said(capsys, "status", "--database", older_url)
    assert (status, "commandcenterctl upgrade" in err) == (ctl.REFUSED, True)
    document(capsys, "upgrade", "--database", older_url)
    document(capsys, "status", "--database", older_url)


def test_a_schema_that_says_it_is_whole_and_is_not_is_told_with_what_is_gone(
    older_url: str, capsys: pytest.CaptureFixture[str]
) -> None:
    with _plainly(older_url) as connection:
        connection.execute(sql.SQL("UPDATE alembic_version SET version_num = {}").format(schema.head()))
        connection.commit()
    status, out, _err = said(capsys, "serve-check", older_url)
    told = re.search(r"guards are gone from: ([^.]*)\.", out)
    assert (status, told is not None) == (ctl.REFUSED, True), out
    assert told is not None
    assert {"assignment", "calendar_day", "case_file"} <= set(told[1].split(", "))


@pytest.mark.parametrize(
    "setting", ["timezone = 'America/St_Johns'", "datestyle = 'SQL, DMY'", "client_encoding = 'LATIN1'"]
)
def test_a_server_with_habits_of_its_own_keeps_and_tells_the_same(
    postgres_url: str, capsys: pytest.CaptureFixture[str], setting: str
) -> None:
    with _plainly(postgres_url) as connection:
        connection.execute(f'ALTER DATABASE "{make_url(postgres_url).database}" SET {setting}')
        connection.commit()
    document(capsys, *_init(postgres_url))
    with Database.open(postgres_url) as database, database.reading() as session:
        assert first_broken(session) is None
    _status, out, _err = said(capsys, "serve-check", postgres_url)
    assert "✓ time zone" in out


def test_a_machine_of_another_alphabet_does_not_hand_it_to_the_server(
    postgres_url: str, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PGCLIENTENCODING", "LATIN1")
    document(capsys, *_init(postgres_url))
    with Database.open(postgres_url) as database, database.reading() as session:
        assert first_broken(session) is None


@pytest.mark.parametrize("encoding", ["LATIN1", "SQL_ASCII"])
def test_a_database_that_does_not_hold_every_script_is_refused(
    postgres: Cluster, capsys: pytest.CaptureFixture[str], encoding: str
) -> None:
    name = f"narrow_{encoding.lower()}"
    with postgres.connect() as connection:
        connection.execute(
            f"CREATE DATABASE {name} TEMPLATE template0 ENCODING '{encoding}' LC_COLLATE 'C' LC_CTYPE 'C'"
        )
    status, _out, err = said(capsys, *_init(postgres.url(name)))
    postgres.drop(name)
    assert (status, f"encoded in {encoding}: one in UTF8 is needed" in err) == (ctl.REFUSED, True)
