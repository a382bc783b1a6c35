"""A backup is the whole database at one moment, or nothing; and what is restored equals what was copied."""

import json
import sqlite3
import zipfile
from collections.abc import Iterator
from contextlib import closing
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select, text

from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.errors import Refused, Unavailable
from commandcenter.storage import backup_file, backups, schema
from commandcenter.storage.backups import Backup, back_up
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address
from commandcenter.storage.restoring import restore
from tests.house import House
from tests.postgres import Cluster
from tests.storage.deeds import written
from tests.storage.safekeeping import backed_up, everything, places_in
from tests.storage.steps import step_to
from tests.storage.test_verification import _UNGUARDED


@pytest.fixture
def other_url(house: House, postgres: Cluster, tmp_path: Path) -> Iterator[str]:
    """A place to restore to, of the kind the house is: a file that is not there, or an empty database."""
    if house.database.dialect == "sqlite":
        yield f"sqlite:///{tmp_path / 'elsewhere' / 'restored.sqlite'}"
        return
    name = postgres.create()
    yield postgres.url(name)
    postgres.drop(name)


def seen(folder: Path) -> list[Path]:
    """What lies in a folder of backups, but for the lock by which two of them take turns."""
    return [path for path in folder.iterdir() if path.name != backups._LOCK]


def lived_in(house: House) -> House:
    """A house in which something of every sort has happened."""
    house.visiting()
    house.complaint()
    return house


def test_what_is_restored_is_row_for_row_what_was_copied_and_life_goes_on_in_it(
    house: House, other_url: str, tmp_path: Path
) -> None:
    lived_in(house)
    made = backed_up(house, tmp_path / "backups")
    assert made.proof.findings == ()
    done = restore(made.path, other_url)
    assert (done.proof.strayed, done.proof.findings, done.kept) == ((), (), None)
    restored = everything(other_url)
    assert restored == everything(house.url)
    assert len(restored["journal"]) == made.manifest.lines > 20
    moved = House(other_url, house.keys)
    moved.now = house.now
    moved.case()
    moved.close()
    assert len(everything(other_url)["journal"]) > made.manifest.lines


def test_what_is_written_during_a_backup_is_not_in_it_and_waits_for_nobody(house: House, tmp_path: Path) -> None:
    at = []

    def written_meanwhile(words: str) -> None:
        at.append(words.partition(" ")[0])
        written(house.database, words)

    before = everything(house.url)["journal"]
    made = back_up(house.database, tmp_path / "backups", keep=1, told=written_meanwhile)
    assert {"reading", "copying", "proving"} <= set(at)
    assert made.proof.findings == ()
    assert made.manifest.lines == len(before), "written after the backup's moment"
    assert len(everything(house.url)["journal"]) == len(before) + len(at)


def test_a_backup_is_an_ordinary_zip_for_its_owner_only(small_house: House, tmp_path: Path) -> None:
    made = backed_up(small_house, tmp_path / "backups")
    assert made.path.stat().st_mode & 0o777 == 0o600
    assert made.path.parent.stat().st_mode & 0o777 == 0o700
    with zipfile.ZipFile(made.path) as archive:
        assert archive.testzip() is None
        told = json.loads(archive.read("manifest.json"))
        assert archive.namelist() == [told["copy"], "manifest.json"]
        assert len(archive.read(told["copy"])) == told["size"]
    with small_house.database.reading() as session:
        lines = session.query(JournalLine).count()
    assert (told["lines"], told["schema"], told["head"]) == (lines, schema.head(), made.manifest.seal.head)
    assert told["taken_at"] == small_house.now.strftime("%Y-%m-%dT%H:%M:%S.000000Z")


def test_only_the_last_backups_of_this_database_are_kept(small_house: House, tmp_path: Path) -> None:
    folder = tmp_path / "backups"
    folder.mkdir()
    others = {folder / "notes.txt", folder / "other-20200101T000000Z.backup"}
    for path in others:
        path.write_text("not ours", encoding="utf-8")
    made = [backed_up(small_house, folder, keep=2).path for _ in range(3)]
    assert set(seen(folder)) == {*made[-2:], *others}


def test_another_district_s_backups_of_a_database_of_that_name_are_left_alone(
    small_house: House, tmp_path: Path
) -> None:
    folder, place = tmp_path / "backups", tmp_path / "elsewhere" / Path(small_house.url).name
    with closing(House(f"sqlite:///{place}")) as other:
        other.later(minutes=-1)
        theirs = backed_up(other, folder).path
    assert theirs.name.startswith("house-")
    damaged = folder / "house-20200101T000000Z.backup"
    damaged.write_text("no backup", encoding="utf-8")
    made = [backed_up(small_house, folder, keep=1).path for _ in range(2)]
    assert set(seen(folder)) == {theirs, damaged, made[-1]}


def test_a_folder_takes_one_backup_at_a_time(small_house: House, tmp_path: Path) -> None:
    with backups._alone(tmp_path), pytest.raises(Unavailable, match="Another backup is being written"):
        backed_up(small_house, tmp_path)


def test_a_database_that_is_not_in_order_is_copied_but_nothing_older_is_given_up_for_it(
    small_house: House, tmp_path: Path
) -> None:
    row = written(small_house.database, "一")
    good = backed_up(small_house, tmp_path / "backups", keep=1)
    with small_house.database.engine.begin() as connection:
        for drop in _UNGUARDED[small_house.database.dialect]:
            connection.exec_driver_sql(drop)
        connection.execute(text("UPDATE note SET words = 'other' WHERE id = :id"), {"id": row.id})
    made = backed_up(small_house, tmp_path / "backups", keep=1)
    assert "is not what its lines say: words" in str(made.proof.findings[0])
    assert good.path.exists()
    assert made.path.exists()


def test_a_copy_that_is_not_the_database_is_not_kept(
    small_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = backups._copied

    def one_line_too_many(database: Database, *more: Any) -> backup_file.Manifest:
        manifest = whole(database, *more)
        return replace(manifest, lines=manifest.lines + 1)

    monkeypatch.setattr(backups, "_copied", one_line_too_many)
    with pytest.raises(Unavailable, match="was not kept: restored, it is not the database that was copied"):
        backed_up(small_house, tmp_path / "backups")
    assert seen(tmp_path / "backups") == []


# Damage


def test_a_damaged_backup_is_refused_wherever_the_damage_is(small_house: House, tmp_path: Path) -> None:
    lived_in(small_house)
    made, place = backed_up(small_house, tmp_path / "backups").path, tmp_path / "elsewhere" / "restored.sqlite"
    whole = made.read_bytes()
    for at in places_in(made):
        made.write_bytes(whole[:at] + bytes(byte ^ 0xFF for byte in whole[at : at + 8]) + whole[at + 8 :])
        with pytest.raises(Refused):
            restore(made, f"sqlite:///{place}")
    made.write_bytes(whole)
    for size in places_in(made):
        made.write_bytes(whole[:size])
        with pytest.raises(Refused, match="is no backup of this program, or it is damaged"):
            restore(made, f"sqlite:///{place}")
    assert list(place.parent.glob("*")) == []
    made.write_bytes(whole)
    restore(made, f"sqlite:///{place}")
    assert everything(str(place)) == everything(small_house.url)


@pytest.mark.parametrize("content", [b"", b"PK", b"no backup at all" * 99])
def test_what_is_no_backup_is_refused(tmp_path: Path, content: bytes) -> None:
    (tmp_path / "x.backup").write_bytes(content)
    with pytest.raises(Refused, match="is no backup of this program"):
        restore(tmp_path / "x.backup", f"sqlite:///{tmp_path / 'x.sqlite'}")
    with pytest.raises(Refused, match="There is no backup"):
        restore(tmp_path / "y.backup", f"sqlite:///{tmp_path / 'x.sqlite'}")
    assert not (tmp_path / "x.sqlite").exists()


def _with_schema(path: Path, step: str) -> Path:
    """The same backup, said to be of another step of the schema."""
    changed = path.with_name("changed.backup")
    with zipfile.ZipFile(path) as old, zipfile.ZipFile(changed, "w") as new:
        for name in old.namelist():
            content = old.read(name)
            if name == "manifest.json":
                content = json.dumps(json.loads(content) | {"schema": step}).encode()
            new.writestr(name, content)
    return changed


def test_a_backup_of_a_newer_program_is_refused(small_house: House, tmp_path: Path) -> None:
    newer = _with_schema(backed_up(small_house, tmp_path / "backups").path, "9999")
    with pytest.raises(Refused, match=r"older than the backup \(which is at schema 9999\)"):
        restore(newer, f"sqlite:///{tmp_path / 'other.sqlite'}")
    assert not (tmp_path / "other.sqlite").exists()


def test_a_backup_goes_to_the_kind_of_database_it_is_of(
    small_house: House, server_house: House, tmp_path: Path
) -> None:
    of_file, of_server = (backed_up(house, tmp_path / "b").path for house in (small_house, server_house))
    with pytest.raises(Refused, match="backup of a SQLite database"):
        restore(of_file, server_house.url)
    with pytest.raises(Refused, match="backup of a PostgreSQL database"):
        restore(of_server, f"sqlite:///{tmp_path / 'x.sqlite'}")


# In the place of what is there


def _replaced(house: House, made: Backup, words: str = "") -> Any:
    house.close()
    return restore(made.path, house.url, words=words)


def test_what_is_there_is_replaced_only_in_words(house: House, tmp_path: Path) -> None:
    made = backed_up(house, tmp_path / "backups")
    before = everything(house.url)
    later = written(house.database, "after the backup")
    name = Path(address(house.url).database or "").name
    for words in ("", "yes", "replace", f"replace {name}x"):
        with pytest.raises(Refused, match=f'--force "replace {name}"'):
            _replaced(house, made, words)
    done = _replaced(house, made, f"replace {name}")
    assert everything(house.url) == before
    if done.kept is not None:
        assert any(later.id in row for row in everything(str(done.kept))["note"])
    assert (done.kept is None) == (house.database.dialect == "postgresql")


def test_what_is_in_use_is_not_replaced_and_it_is_said_by_whom(house: House, tmp_path: Path) -> None:
    made = backed_up(house, tmp_path / "backups")
    written(house.database, "after the backup")
    words = f"replace {Path(address(house.url).database or '').name}"
    before = everything(house.url)
    with Database.open(house.url) as station, station.reading() as session:
        session.scalars(select(Note)).all()
        house.close()
        with pytest.raises(Unavailable, match=r"in use.*Close every console") as refused:
            restore(made.path, house.url, words=words)
        if station.dialect == "postgresql":
            assert "commandcenter (commandcenter)" in str(refused.value)
    assert everything(house.url) == before
    assert restore(made.path, house.url, words=words).proof.strayed == ()


def test_a_damaged_file_is_replaced_and_kept(small_house: House, tmp_path: Path) -> None:
    made = backed_up(small_house, tmp_path / "backups")
    before = everything(small_house.url)
    small_house.close()
    place = tmp_path / "house.sqlite"
    place.write_bytes(b"\0" * 5000)
    done = restore(made.path, small_house.url, words="replace house.sqlite")
    assert done.kept is not None
    assert done.kept.read_bytes() == b"\0" * 5000
    assert everything(small_house.url) == before


def test_the_copy_in_a_backup_of_a_file_opens_with_sqlite_alone(small_house: House, tmp_path: Path) -> None:
    made = backed_up(small_house, tmp_path / "backups")
    with zipfile.ZipFile(made.path) as archive:
        archive.extract("database.sqlite", tmp_path)
    with closing(sqlite3.connect(tmp_path / "database.sqlite")) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def _built_to(url: str, step: str) -> Database:
    """A database as a program of that step would have made it."""
    old = Database(url)
    step_to(old, step)
    return old


def test_a_backup_of_an_older_program_is_brought_up_to_date(database_url: str, tmp_path: Path) -> None:
    with _built_to(database_url, "0006") as old:
        made = back_up(old, tmp_path / "backups", keep=1)
        assert (old.schema_version, made.manifest.schema) == ("0006", "0006")
    words = f"replace {Path(address(database_url).database or '').name}"
    restore(made.path, database_url, words=words)
    with Database.open(database_url) as restored:
        assert restored.schema_version == schema.head()
