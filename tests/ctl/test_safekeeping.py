"""Backups, restoring and seals as an administrator and a timer use them: real processes, killed and starved."""

import errno
import os
import resource
import select
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from sqlalchemy import create_engine, text

from commandcenter import ctl
from commandcenter.ctl import safekeeping
from commandcenter.domain.journal import JournalLine
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address
from tests.ctl.asking import TINY, document, said


@pytest.fixture
def place(database_url: str, capsys: pytest.CaptureFixture[str]) -> str:
    """The address of a tiny district on each kind of database."""
    ctl.main(["init", "--pack", str(TINY), "--database", database_url])
    capsys.readouterr()
    return database_url


def kill(there: Callable[[], object], *words: str) -> None:
    """Run a command in a process of its own and kill it as soon as something is there."""
    line = [sys.executable, "-m", "commandcenter.ctl", "--language", "en", *words]
    with subprocess.Popen(line, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as process:
        while not there() and process.poll() is None:
            select.poll().poll(2)
        process.send_signal(signal.SIGKILL)
        assert process.wait() == -signal.SIGKILL, "it had ended before it could be killed"


def lines(place: str) -> dict[int, str]:
    """The hash of every line of the journal, by its number."""
    with Database.open(place) as database, database.reading() as session:
        return {seq: hash for seq, hash in session.query(JournalLine.seq, JournalLine.hash)}  # noqa: A001, C416


def kept(folder: Path) -> list[Path]:
    """The backups in a folder."""
    return sorted(folder.glob("*.backup"))


def test_status_tells_the_last_good_backup_and_whether_the_next_is_overdue(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "There is no backup yet" in said(capsys, "status", "--database", place)[1]
    assert document(capsys, "status", "--database", place)["backup"] == {
        "taken_at": None, "file": None, "every": "26 h", "overdue": True,
    }  # fmt: skip
    made = document(capsys, "backup", "--to", str(tmp_path), "--database", place)
    told = document(capsys, "status", "--database", place)["backup"]
    assert told == {
        "taken_at": made["taken_at"], "file": Path(made["file"]).name, "every": "26 h", "overdue": False,
    }  # fmt: skip
    assert f"The last good backup: {made['taken_at']}" in said(capsys, "status", "--database", place)[1]
    with Database.open(place) as database, database.reading() as session:
        (line,) = session.query(JournalLine).where(JournalLine.operation == "record_backup")
        assert line.changes["value"][1] == f"{told['taken_at']} {told['file']}"


@pytest.mark.parametrize("begun", ["part", "restored"])
def test_a_backup_that_is_killed_leaves_nothing_under_its_name_and_the_next_one_sweeps(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], begun: str
) -> None:
    folder = tmp_path / "b"
    folder.mkdir()
    there = f".commandcenter-backup-*/{begun}"
    kill(lambda: list(folder.glob(there)), "backup", "--to", str(folder), "--database", place)
    assert kept(folder) == []
    made = document(capsys, "backup", "--to", str(folder), "--database", place)
    assert [str(path) for path in kept(folder)] == [made["file"]]
    assert made["good"]
    assert list(folder.glob(".commandcenter-backup-*/*")) == []
    if place.startswith("postgresql"):
        with Database.open(place) as database, database.engine.connect() as connection:
            named = "SELECT count(*) FROM pg_database WHERE datname LIKE 'commandcenter_proof%'"
            assert connection.scalar(text(named)) == 0


def test_a_restoring_that_is_killed_leaves_what_was_there_or_what_was_put_there_and_can_be_done_again(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = document(capsys, "backup", "--to", str(tmp_path / "b"), "--database", place)  # and is itself written down
    before = lines(place)
    assert len(before) > made["lines"]
    name = Path(address(place).database or "").name
    again = ("restore", made["file"], "--force", f"replace {name}", "--database", place)
    with _restoring(place, tmp_path) as busy:
        kill(busy, *again)
        while busy() and place.startswith("postgresql"):  # the server has yet to notice
            select.poll().poll(2)
    left = lines(place)
    document(capsys, *again)
    assert left in (before, lines(place)), "half of what was there, or half of what was restored"
    assert len(lines(place)) == made["lines"]
    assert list(tmp_path.glob(".commandcenter-restore-*")) == []


@contextmanager
def _restoring(place: str, folder: Path) -> Iterator[Callable[[], object]]:
    """Whether a restoring is in the midst of its work."""
    if place.startswith("sqlite"):
        yield lambda: list(folder.glob(".commandcenter-restore-*/new"))
        return
    asked = create_engine(address(place).set(database="postgres"), isolation_level="AUTOCOMMIT")
    busy = text("SELECT 1 FROM pg_stat_activity WHERE datname = :name AND application_name = 'commandcenter backup'")
    with asked.connect() as connection:
        yield lambda: connection.scalar(busy, {"name": address(place).database})
    asked.dispose()


@contextmanager
def disk_with_room(size: int) -> Iterator[None]:
    """No file of this process, or of one it starts, can grow beyond that many bytes."""
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (size, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


def test_a_disk_that_fills_leaves_the_older_backups_and_nothing_of_the_new_one(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = tmp_path / "b"
    first = document(capsys, "backup", "--to", str(folder), "--database", place)
    whole = Path(first["file"]).stat().st_size
    for room in (0, whole * 2 // 5, whole + 1000):
        # Somebody is at work: SQLite's own files beside the database are there already.
        with Database.open(place) as busy, busy.reading() as session:
            session.query(JournalLine).first()
            with disk_with_room(room):
                status, out, err = said(capsys, "backup", "--to", str(folder), "--keep", "1", "--database", place)
        if place.startswith("postgresql") and room > whole:
            assert status == 0, "what is proven is no larger than what is kept"
            break
        assert (status, out) == (ctl.REFUSED, "")
        assert "The backup cannot be written to" in err or "cannot be written: File too large" in err
        assert kept(folder) == [Path(first["file"])]
        assert list(folder.glob(".commandcenter-backup-*/*")) == []
        assert document(capsys, "status", "--database", place)["backup"]["taken_at"] == first["taken_at"]


def test_a_folder_that_may_not_be_written_is_refused_in_words(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "file").write_text("in the way", encoding="utf-8")
    status, _out, err = said(capsys, "backup", "--to", str(tmp_path / "file"), "--database", district)
    assert (status, "The backup cannot be written to" in err) == (ctl.REFUSED, True)


def test_restoring_over_a_district_asks_for_the_words_and_says_what_to_do(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    made = document(capsys, "backup", "--to", str(tmp_path / "b"), "--database", district)
    status, _out, err = said(capsys, "restore", made["file"], "--database", district)
    assert (status, '--force "replace district.sqlite"' in err) == (ctl.REFUSED, True)
    words = ("restore", made["file"], "--force", "replace district.sqlite", "--database", district)
    with Database.open(district) as database, database.reading() as session:
        session.query(JournalLine).first()
        status, _out, err = said(capsys, *words)
        assert (status, "in use" in err, "Close every console" in err) == (ctl.REFUSED, True, True)
    status, out, err = said(capsys, *words)
    assert (status, err) == (0, "")
    assert f"Restored: {made['lines']} lines of the journal" in out
    assert "What was there before lies in" in out
    assert len(lines(district)) == made["lines"]


def test_a_timer_s_folder_keeps_as_many_as_it_is_told(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    first = Path(document(capsys, "backup", "--to", str(tmp_path / "b"), "--database", district)["file"])
    for day in (1, 2, 3):
        shutil.copy(first, tmp_path / "b" / f"district-2026010{day}T000000Z.backup")
    first.unlink()
    made = document(capsys, "backup", "--to", str(tmp_path / "b"), "--keep", "2", "--database", district)
    assert [path.name for path in kept(tmp_path / "b")] == ["district-20260103T000000Z.backup", Path(made["file"]).name]
    assert [Path(path).name for path in made["removed"]] == [
        "district-20260101T000000Z.backup", "district-20260102T000000Z.backup",
    ]  # fmt: skip
    for wrong in ("0", "-1", "many"):
        with pytest.raises(SystemExit):
            ctl.main(["backup", "--to", str(tmp_path), "--keep", wrong])
    assert "less than one" in capsys.readouterr().err


def test_a_seal_is_written_to_a_stick_that_knows_no_second_names_and_never_replaced_there(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def link(_from: Path, to: Path) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(to))

    monkeypatch.setattr(os, "link", link)
    seal = tmp_path / "2026-11-23.seal"
    made = document(capsys, "seal", "--to", str(seal), "--database", place)
    before = seal.read_bytes()
    assert made["head"].encode() in before
    status, _out, err = said(capsys, "seal", "--to", str(seal), "--database", place)
    assert (status, "a seal is never replaced" in err, seal.read_bytes()) == (ctl.REFUSED, True, before)
    assert list(tmp_path.glob("*.part")) == []


def test_a_seal_is_made_once_and_the_journal_held_against_it(
    place: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal = str(tmp_path / "2026-11-23.seal")
    made = document(capsys, "seal", "--to", seal, "--database", place)
    assert made["signature"] is None
    told = document(capsys, "verify", "--against", seal, "--database", place)
    assert told["sealed"] == {"date": made["date"], "head": made["head"], "changed": []}
    assert "It still is what was sealed" in said(capsys, "verify", "--against", seal, "--database", place)[1]
    status, _out, err = said(capsys, "seal", "--to", seal, "--database", place)
    assert (status, "a seal is never replaced" in err) == (ctl.REFUSED, True)
    assert [path.name for path in tmp_path.glob("*seal*")] == ["2026-11-23.seal"]


def test_a_journal_that_is_not_what_was_sealed_ends_verify_with_a_refusal(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    seal, backup = str(tmp_path / "s"), tmp_path / "b"
    first = document(capsys, "backup", "--to", str(backup), "--database", district)  # and is itself written down
    document(capsys, "seal", "--to", seal, "--database", district)
    document(capsys, "restore", first["file"], "--force", "replace district.sqlite", "--database", district)
    status, out, _err = said(capsys, "verify", "--against", seal, "--database", district)
    assert (status, "The journal is whole." in out, "the journal ends at line" in out) == (ctl.REFUSED, True, True)


def test_a_backup_that_cannot_be_written_down_is_told_with_its_file(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(_work: object, _made: object) -> None:
        raise Unavailable("No room.")

    monkeypatch.setattr(safekeeping, "record_backup", full)
    status, out, err = said(capsys, "backup", "--to", str(tmp_path / "b"), "--database", district)
    (made,) = kept(tmp_path / "b")
    assert (status, str(made) in out) == (ctl.REFUSED, True)
    assert err == "The backup is whole, but that could not be written down in the database: No room.\n"


def test_nobody_reads_the_backups_but_their_owner(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    before = os.umask(0)
    try:
        made = document(capsys, "backup", "--to", str(tmp_path / "b"), "--database", district)
    finally:
        os.umask(before)
    assert Path(made["file"]).stat().st_mode & 0o077 == 0
    assert (tmp_path / "b").stat().st_mode & 0o077 == 0
