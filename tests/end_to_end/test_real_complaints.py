"""The whole way: real files come in, and one of their complaints goes through the window to the archive."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import func

from commandcenter import ctl
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.storage.database import Database
from tests.environment import ROOT

pytestmark = pytest.mark.long
CALLS = 3_000
"""How many of the 70 000 calls come along; all of them are imported by the benchmark and read by their own test."""


@pytest.fixture
def received(tmp_path: Path, real_data: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A demonstration district that has received the real letters, the answered workbook and real calls."""
    url = f"sqlite:///{tmp_path / 'district.sqlite'}"
    calls = tmp_path / "calls.csv"
    with (real_data / "calls-en" / "calls.csv").open(encoding="utf-8") as lines:
        calls.write_text("".join(next(lines) for _n in range(CALLS + 1)), encoding="utf-8")
    letters = real_data / "complaints-zh"
    for words in (
        ["init", "--pack", "west-coast"], ["simulate", "--minutes", "30"],
        ["import", str(letters / "letters.csv"), "--profile", "letters"],
        ["import", str(letters / "letters-answered.xlsx"), "--profile", "letters-answered"],
        ["import", str(calls), "--profile", "calls"],
    ):  # fmt: skip
        assert ctl.main([*words, "--database", url]) == 0, capsys.readouterr().err
        capsys.readouterr()  # on a slow machine an import says how far it is
    return url


def test_a_real_letter_is_carried_to_the_archive_in_the_window(received: str, tmp_path: Path) -> None:
    with Database.open(received) as database, database.reading() as session:
        assert session.query(Complaint).where(Complaint.source == "web-letters").count() == 4326 + 2816
        assert session.query(Complaint).where(Complaint.source == "county-calls").count() == CALLS
        short = func.length(Complaint.words).between(30, 120)
        letter = session.query(Complaint).where(Complaint.title.contains("噪音"), ~Complaint.historic, short).first()
        assert letter is not None
    said = driven(received, tmp_path, letter.number, letter.words)
    with Database.open(received) as database, database.reading() as session:
        carried = session.get(Complaint, letter.id)
        assert carried is not None, said
        case = session.get(Case, carried.case_id)
    assert case is not None, said
    assert (case.state, carried.state, carried.satisfied) == ("closed", "confirmed", 5)
    assert carried.source_number == letter.source_number


def driven(url: str, folder: Path, number: str, words: str) -> str:
    """Drive the window in a process of its own; what it said. It has to end well."""
    ended = subprocess.run(
        [sys.executable, "-m", "tests.end_to_end.real_life", url, str(folder), number, words], cwd=ROOT, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, timeout=300,
        env=os.environ | {"COMMANDCENTER_DATA": str(folder / "data")},
    )  # fmt: skip
    assert ended.returncode == 0, ended.stdout
    return ended.stdout
