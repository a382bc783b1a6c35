"""Bringing a file in from the command line: what it must not replace, and what it says."""

import os
from pathlib import Path

import pytest

from commandcenter import ctl
from tests.ctl.asking import FAULTY, document, said


@pytest.mark.parametrize("more", [(), ("--dry-run",), ("--force",)])
def test_rejected_rows_replace_neither_the_database_nor_the_file_nor_anything_foreign(
    district: str, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], more: tuple[str, ...]
) -> None:
    (link := tmp_path / "link.csv").symlink_to(letters)
    os.mkfifo(pipe := tmp_path / "pipe")
    (notes := tmp_path / "notes.txt").write_text("not rejected rows", encoding="utf-8")
    before = Path(district).read_bytes()
    for place, sentence in (
        (district, "something else"), (letters, "file to be imported"), (link, "file to be imported"),
        (notes, "something else"), (tmp_path, "is a folder"), (pipe, "device or a pipe"),
    ):  # fmt: skip
        status, _out, err = said(
            capsys, "import", str(letters), "--rejects", str(place), "--database", district, *more
        )
        assert (status, sentence in err) == (ctl.REFUSED, True), (place, err)
    assert Path(district).read_bytes() == before
    assert letters.read_text(encoding="utf-8") == FAULTY
    assert notes.read_text(encoding="utf-8") == "not rejected rows"
    assert document(capsys, "status", "--database", district)["records"]["complaint"]["total"] == 0


def test_rejected_rows_of_an_earlier_import_are_replaced_only_when_told(
    district: str, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", str(letters), "--rejects", str(tmp_path / "rejects.csv"), "--database", district)
    assert said(capsys, *words)[0] == 0
    corrected = (tmp_path / "rejects.csv").read_text(encoding="utf-8-sig").replace("昨天", "2019-02-27")
    (tmp_path / "rejects.csv").write_text(corrected, encoding="utf-8")
    status, _out, err = said(capsys, *words)
    assert (status, "--force" in err) == (ctl.REFUSED, True)
    assert "2019-02-27" in (tmp_path / "rejects.csv").read_text(encoding="utf-8")
    assert said(capsys, *words, "--force")[0] == 0
    assert "2019-02-27" not in (tmp_path / "rejects.csv").read_text(encoding="utf-8")


def test_rejected_rows_that_cannot_be_written_are_no_success(
    district: str, letters: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    nowhere = tmp_path / "no folder" / "rejects.csv"
    status, _out, err = said(capsys, "import", str(letters), "--rejects", str(nowhere), "--database", district)
    assert (status, "cannot be written" in err) == (ctl.REFUSED, True)


def test_a_dry_run_says_what_would_be_and_both_that_old_letters_count_as_new(
    district: str, letters: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    words = ("import", str(letters), "--database", district)
    _status, out, _err = said(capsys, *words, "--dry-run")
    assert "Nothing was written. 2 rows: 1 would be received, 0 are known, 1 rejected." in out
    assert "1 rows are older than 30 days" in out
    _status, out, _err = said(capsys, *words)
    assert "2 rows: 1 received, 0 already known, 1 rejected." in out
    assert "1 rows are older than 30 days" in out
