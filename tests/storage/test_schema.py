"""The schema: what the steps build is what the mappings declare, once, whoever asks for it."""

import datetime as dt
import logging
import sqlite3
import subprocess
import sys
import uuid
import warnings
from collections.abc import Iterable
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa
from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

from commandcenter import clock
from commandcenter.errors import Refused
from commandcenter.storage import schema
from commandcenter.storage.database import Database
from commandcenter.storage.schema.guarding import ROW_POLICIES
from commandcenter.storage.schema.tables import metadata
from tests.storage.deeds import written
from tests.storage.steps import step_to

ROOT = Path(__file__).resolve().parents[2]


def _differences(connection: Connection) -> list[Any]:
    embedded = connection.dialect.name == "sqlite"

    def compared(_object: object, name: str | None, kind: str, _reflected: bool, _other: object) -> bool:
        # SQLite's full-text index is no table of the mapping's, and it needs no index of the other kind.
        known = embedded and name is not None and (name.startswith("search_index") or name == "ix_search_row_words")
        # The tables of the months in which a server keeps positions are parts of one that is compared.
        return not known and not (name is not None and kind == "table" and name.startswith("sighting_"))

    context = MigrationContext.configure(connection, opts={"include_object": compared, "compare_type": True})
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "autogenerate skipping .* 'ix_search_row_words'; dialect 'sqlite'")
        return list(compare_metadata(context, metadata()))


def test_the_steps_build_what_the_mappings_declare(database: Database) -> None:
    with database.engine.connect() as connection:
        assert _differences(connection) == []


def test_the_comparison_would_notice(database: Database) -> None:
    with database.engine.begin() as connection:
        connection.exec_driver_sql("DROP INDEX ix_journal_xid")
        connection.exec_driver_sql("ALTER TABLE note ADD COLUMN more TEXT")
        assert len(_differences(connection)) == 2


def test_the_steps_are_in_one_line_and_named_by_their_numbers() -> None:
    script = ScriptDirectory(str(schema.FOLDER))
    assert [step.revision for step in reversed(list(script.walk_revisions()))] == schema.steps()
    assert script.get_current_head() == schema.head()


def test_a_start_does_not_load_what_only_a_new_schema_needs(built_url: str) -> None:
    script = "import sys; from commandcenter.storage.database import Database; Database.open(sys.argv[1]).close();"
    slow = "assert not {'alembic', 'shapely', 'numpy', 'pypinyin'} & set(sys.modules), sys.modules.keys()"
    subprocess.run([sys.executable, "-c", script + slow, built_url], cwd=ROOT, check=True, timeout=60)


def test_creating_again_changes_nothing(database_url: str) -> None:
    with Database.create(database_url) as database:
        written(database)
    with Database.create(database_url) as database:
        assert database.schema_version == schema.head()
        written(database)


def _anything(of: sa.Column[Any]) -> Any:
    """A value that a column takes."""
    if of.type.python_type is str:
        return of.name[: getattr(of.type, "length", None) or 40]
    if isinstance(of.type, sa.JSON):
        return ["operator"] if of.name == "roles" else {}
    return {int: 1, float: 1.0, bool: False, bytes: b"x", dt.date: dt.date(2026, 1, 5), uuid.UUID: uuid.uuid4(),
            dt.datetime: clock.now(), object: ""}[of.type.python_type]  # fmt: skip


def _standing(connection: Connection, tables: Iterable[str]) -> dict[str, int]:
    return {name: connection.scalar(sa.text(f'SELECT count(*) FROM "{name}"')) or 0 for name in sorted(tables)}


def test_a_row_of_every_table_of_the_oldest_version_stands_after_every_step(database_url: str) -> None:
    with Database(database_url) as old:
        step_to(old, "0004")
        with old.engine.begin() as connection:
            held = sa.MetaData()
            held.reflect(connection, only=lambda name, _all: not name.startswith(("alembic", "search_index")))
            for table in held.sorted_tables:
                row = {c.name: _anything(c) for c in table.columns if c.computed is None and c.identity is None}
                connection.execute(table.insert().values(row))
            before = _standing(connection, held.tables)
        assert set(before.values()) == {1}
        step_to(old, "head")
        with old.engine.connect() as connection:
            assert _standing(connection, held.tables) == before
            assert _differences(connection) == []


def test_what_asks_by_an_index_alone_is_not_compiled(server_url: str) -> None:
    asked = "SELECT proname FROM pg_proc WHERE 'enable_seqscan=off' = ANY (proconfig)"
    with Database.open(server_url) as database, database.engine.connect() as connection:
        assert connection.scalars(sa.text(asked)).all()
        assert connection.scalars(sa.text(f"{asked} AND NOT 'jit=off' = ANY (proconfig)")).all() == []


def test_every_policy_that_takes_rows_away_is_looked_at(server_url: str) -> None:
    asked = "SELECT polrelid::regclass::text, polname FROM pg_policy WHERE polname = ANY (:names)"
    with Database.open(server_url) as database, database.engine.connect() as connection:
        standing = connection.execute(sa.text(asked), {"names": [name for _table, name in ROW_POLICIES]}).all()
    assert {(table, name) for table, name in standing} == set(ROW_POLICIES)


_CREATE = "import sys; from commandcenter.storage.database import Database; Database.create(sys.argv[1]).close()"


def test_two_who_create_at_once_take_turns(database_url: str) -> None:
    both = [
        subprocess.Popen([sys.executable, "-c", _CREATE, database_url], cwd=ROOT, stderr=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [process.communicate(timeout=60)[1] for process in both]
    assert [process.returncode for process in both] == [0, 0, 0], said
    with Database.open(database_url) as database:
        written(database)


def test_building_leaves_the_log_as_it_was(database_url: str) -> None:
    root = logging.getLogger()
    before = root.level, list(root.handlers), logging.getLogger("sqlalchemy").disabled
    Database.create(database_url).close()
    assert (root.level, list(root.handlers), logging.getLogger("sqlalchemy").disabled) == before


def _set_version(url: str, version: str) -> None:
    with Database.open(url) as database, database.engine.begin() as connection:
        connection.exec_driver_sql(f"UPDATE alembic_version SET version_num = '{version}'")


def test_a_database_of_a_newer_version_is_refused(built_url: str) -> None:
    _set_version(built_url, "9999")
    for road in (Database.open, Database.create):
        with pytest.raises(Refused, match=r"This program is older than its database \(which is at 9999\)"):
            road(built_url)


def test_a_database_of_an_older_version_is_refused_with_what_to_do(built_url: str) -> None:
    _set_version(built_url, "0001")
    with pytest.raises(Refused, match="older than this program"):
        Database.open(built_url)


def test_an_empty_database_is_refused_with_what_to_do(tmp_path: Path, postgres_url: str) -> None:
    stranger = tmp_path / "other.sqlite"
    with sqlite3.connect(stranger) as connection:
        connection.execute("CREATE TABLE other (x)")
    connection.close()
    for url in (str(stranger), postgres_url):
        with pytest.raises(Refused, match="holds no command centre yet"):
            Database.open(url)


def test_nothing_at_the_address_is_refused_and_nothing_is_made(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="There is no database at"):
        Database.open(str(tmp_path / "none.sqlite"))
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("url", ["mysql://x/y", "sqlite://", "post gres://", "postgresql://u@h:port/d"])
def test_what_is_no_address_is_refused(url: str) -> None:
    with pytest.raises(Refused, match="is no database address"):
        Database.open(url)


def test_a_password_is_never_shown(server_url: str) -> None:
    with pytest.raises(Refused) as refusal:
        Database.open("mysql://ann:secret@host/db")
    assert "ann:***@host" in str(refusal.value)
    with Database.open(server_url.replace("commandcenter@", "commandcenter:secret@")) as database:
        assert "secret" not in database.where


def test_a_new_file_gets_the_folder_it_needs(tmp_path: Path) -> None:
    with Database.create(str(tmp_path / "a" / "b" / "district.sqlite")) as database:
        written(database)
