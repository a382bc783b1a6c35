"""What can be the matter with a database file, each with its sentence."""

import multiprocessing
import os
import shutil
import sqlite3
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing.synchronize import Event
from pathlib import Path

import pytest
from sqlalchemy import event, select

from commandcenter.domain.contacts import Note
from commandcenter.errors import Refused, Unavailable
from commandcenter.settings import database_url
from commandcenter.storage import engines
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import note, written

NOBODY = 65534


@pytest.fixture
def path(built_file: Path, tmp_path: Path) -> Path:
    """A database file with a few hundred notes."""
    copied = Path(shutil.copy(built_file, tmp_path / "district.sqlite"))
    with Database.open(str(copied)) as database:
        database.run("fill", None, "t", lambda work: work.add_many([note(f"第{n}条" * 20) for n in range(300)]))
    return copied


# A full disk


def test_a_full_disk_is_said_in_words_and_nothing_half_stays(path: Path) -> None:
    with Database.open(str(path)) as database:
        limit = database.engine.connect()
        pages = limit.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit.close()

        def small_disk(connection: sqlite3.Connection, _record: object) -> None:
            connection.execute(f"PRAGMA max_page_count = {pages + 2}")

        database.engine.dispose()
        event.listen(database.engine, "connect", small_disk)
        many = [note("字" * 5000) for _ in range(20)]
        with pytest.raises(Unavailable, match="no room left on the disk"):
            database.run("note", None, "t", lambda work: work.session.add_all(many))
        with pytest.raises(Unavailable, match="no room left on the disk"):
            database.run("import", None, "t", lambda work: work.add_many([note("字" * 5000) for _ in range(20)]))
        event.remove(database.engine, "connect", small_disk)
        database.engine.dispose()
        with database.reading() as session:
            assert len(session.scalars(select(Note)).all()) == 300
            assert first_broken(session) is None
        written(database)


# Write protection


@contextmanager
def _ordinary_user() -> Iterator[None]:
    """Permissions bind everybody but root: be somebody else for a while."""
    if os.geteuid() != 0:
        yield
        return
    os.setegid(NOBODY)
    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)
        os.setegid(0)


@contextmanager
def _protected(path: Path, *, folder: int, file: int) -> Iterator[str]:
    """The database in a folder that an ordinary user can reach, with these permissions."""
    place = Path(tempfile.mkdtemp(prefix="commandcenter-", dir="/tmp"))
    kept = Path(shutil.copy(path, place / "district.sqlite"))
    kept.chmod(file)
    place.chmod(folder)
    try:
        with _ordinary_user():
            yield str(kept)
    finally:
        place.chmod(0o700)
        shutil.rmtree(place)


def test_a_write_protected_file_is_refused_on_opening(path: Path) -> None:
    with _protected(path, folder=0o777, file=0o444) as protected:
        with pytest.raises(Unavailable, match="can only be read here"):
            Database.open(protected)
        with pytest.raises(Unavailable, match="can only be read here"):
            Database.create(protected)


def test_a_write_protected_folder_is_refused_on_opening(path: Path) -> None:
    with (
        _protected(path, folder=0o555, file=0o666) as protected,
        pytest.raises(Unavailable, match=r"is write-protected\. Copy it"),
    ):
        Database.open(protected)


def test_a_new_database_in_a_write_protected_folder_is_refused(path: Path) -> None:
    with _protected(path, folder=0o555, file=0o666) as protected:
        for name in ("new.sqlite", "deeper/new.sqlite"):
            with pytest.raises(Unavailable, match="cannot be opened: is the folder there"):
                Database.create(str(Path(protected).parent / name))


def test_a_file_that_may_not_be_read_is_refused(path: Path) -> None:
    with (
        _protected(path, folder=0o755, file=0o000) as protected,
        pytest.raises(Unavailable, match="cannot be opened"),
    ):
        Database.open(protected)


def test_a_folder_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is a folder, not a database"):
        Database.open(str(tmp_path))
    with pytest.raises(Refused, match="is a folder, not a database"):
        Database.create(str(tmp_path))


def test_a_pipe_or_device_in_place_of_the_file_is_refused(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for place in (str(tmp_path / "pipe"), os.devnull):
        for way in (Database.open, Database.create):
            with pytest.raises(Refused, match="is a device or a pipe, not a database"):
                way(place)


def test_a_name_longer_than_a_disk_can_keep_is_refused(tmp_path: Path) -> None:
    for way in (Database.open, Database.create):
        with pytest.raises(Unavailable, match="cannot be opened"):
            way(str(tmp_path / ("n" * 300)))


@pytest.mark.parametrize("name", ["odd ?#%41 名.sqlite", "file:a?mode=memory", "100%.db"])
@pytest.mark.parametrize("said", [str, database_url])
def test_the_name_of_a_file_is_taken_as_it_stands(tmp_path: Path, name: str, said: Callable[[str], str]) -> None:
    with Database.create(said(str(tmp_path / name))) as made:
        written(made)
        with Database.open(made.url) as again:
            assert again.where == str(tmp_path / name)
    assert [path.name for path in tmp_path.iterdir()] == [name]


# Somebody who does not let go


def _hold(path: str, sql: list[str], held: Event, release: Event) -> None:
    connection = sqlite3.connect(path, isolation_level=None)
    for statement in sql:
        connection.execute(statement)
    held.set()
    release.wait(60)
    connection.close()


@contextmanager
def _held(path: Path, *sql: str) -> Iterator[None]:
    context = multiprocessing.get_context("spawn")
    held, release = context.Event(), context.Event()
    process = context.Process(target=_hold, args=(str(path), list(sql), held, release))
    process.start()
    assert held.wait(60)
    yield
    release.set()
    process.join()


def test_a_database_held_by_another_program_is_refused_after_a_while(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 50)
    alone = ("PRAGMA locking_mode = EXCLUSIVE", "BEGIN EXCLUSIVE", "UPDATE number_day SET base = 1")
    with _held(path, *alone), pytest.raises(Unavailable, match="Another program holds the database"):
        Database.open(str(path))
    Database.open(str(path)).close()


def test_a_long_writer_lets_others_read_and_open_but_makes_the_next_writer_give_up(
    path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "BUSY_MS", 50)
    with _held(path, "BEGIN IMMEDIATE"), Database.open(str(path)) as database:
        with database.reading() as session:
            assert len(session.scalars(select(Note)).all()) == 300
        with pytest.raises(Unavailable, match="Another program holds the database"):
            written(database)


# Damage


def test_what_is_no_database_is_refused(tmp_path: Path) -> None:
    for content in (b"", b"hello", b"PK\x03\x04" + bytes(5000), b"SQLite format 3", b"SQLite format 3\x00"):
        file = tmp_path / "district.sqlite"
        file.write_bytes(content)
        with pytest.raises(Refused, match=r"is not a database of this program|is damaged"):
            Database.open(str(file))


def test_a_damaged_beginning_is_refused(path: Path) -> None:
    with path.open("r+b") as file:
        file.write(os.urandom(512))
    with pytest.raises(Refused, match="is not a database of this program, or its beginning is damaged"):
        Database.open(str(path))


def test_a_file_cut_off_is_refused(path: Path) -> None:
    os.truncate(path, path.stat().st_size // 2)
    with pytest.raises(Refused, match="The database file is damaged"):
        Database.open(str(path))


def test_damage_in_the_middle_is_said_in_words_where_it_is_met(path: Path) -> None:
    size = path.stat().st_size
    with path.open("r+b") as file:
        file.seek(4096)
        file.write(b"\xff" * (size - 4096))
    with pytest.raises(Refused, match="The database file is damaged"):
        Database.open(str(path))


def test_damage_that_shows_only_in_use_is_said_in_words_too(path: Path) -> None:
    with Database.open(str(path)) as database, database.engine.connect() as connection:
        root = connection.exec_driver_sql("SELECT rootpage FROM sqlite_master WHERE name = 'note'").scalar_one()
        pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
    data = bytearray(path.read_bytes())
    for page in range(root, pages):
        if data[page * 4096] == 0x0D:  # a leaf with rows
            data[page * 4096 : (page + 1) * 4096] = b"\xee" * 4096
    path.write_bytes(data)
    with (
        pytest.raises(Refused, match="The database file is damaged"),
        Database.open(str(path)) as database,
        database.reading() as session,
    ):
        session.scalars(select(Note)).all()
