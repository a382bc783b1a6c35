"""A small district and a file of letters for the command line."""

from pathlib import Path

import pytest

from commandcenter import ctl
from tests.ctl.asking import FAULTY, TINY


@pytest.fixture
def district(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> str:
    """A database of the tiny district."""
    database = str(tmp_path / "district.sqlite")
    ctl.main(["init", "--pack", str(TINY), "--database", database])
    capsys.readouterr()
    return database


@pytest.fixture
def letters(tmp_path: Path) -> Path:
    """Two letters, the second without a date."""
    path = tmp_path / "letters.csv"
    path.write_text(FAULTY, encoding="utf-8")
    return path
