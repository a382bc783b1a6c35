"""A disk that fills: what is told, and what stays."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commandcenter import ctl
from commandcenter.storage import engines
from tests.ctl.asking import FAULTY, document, said


@pytest.fixture
def small_disk(monkeypatch: pytest.MonkeyPatch) -> Callable[[int], None]:
    """Let every SQLite database of this test grow to that many pages and no further."""

    def limit(pages: int) -> None:
        whole = engines._prepare_sqlite

        def small(connection: Any, record: object) -> None:
            whole(connection, record)
            connection.execute(f"PRAGMA max_page_count = {pages}")

        monkeypatch.setattr(engines, "_prepare_sqlite", small)

    return limit


def _pages(database: str) -> int:
    return Path(database).stat().st_size // 4096


def test_a_disk_that_fills_during_an_import_is_told_with_the_count_and_how_to_go_on(
    district: str, tmp_path: Path, capsys: pytest.CaptureFixture[str], small_disk: Callable[[int], None]
) -> None:
    many = tmp_path / "many.csv"
    rows = "".join(f"{n},A{n},噪音,2019-02-28,{'夜间施工' * 50}{n}\n" for n in range(1500))
    many.write_text(FAULTY.splitlines()[0] + "\n" + rows, encoding="utf-8")
    small_disk(_pages(district) + 900)
    status, out, err = said(capsys, "import", str(many), "--database", district)
    assert status == ctl.REFUSED
    assert "no room left" in err
    assert "import the file again to go on" in err
    saved = document(capsys, "status", "--database", district)["records"]["complaint"]["total"]
    assert saved in {500, 1000}
    assert f"{saved} rows: {saved} received" in out


def test_a_disk_that_fills_under_a_new_district_leaves_no_half_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], small_disk: Callable[[int], None]
) -> None:
    small_disk(250)
    status, _out, err = said(capsys, "init", "--pack", "west-coast", "--database", str(tmp_path / "new.sqlite"))
    assert (status, "no room left" in err) == (ctl.REFUSED, True)
    assert list(tmp_path.glob("new*")) == []


def test_a_disk_that_fills_under_a_district_that_was_there_leaves_it_as_it_was(
    district: str, capsys: pytest.CaptureFixture[str], small_disk: Callable[[int], None]
) -> None:
    before = document(capsys, "status", "--database", district)
    small_disk(_pages(district) + 2)
    assert said(capsys, "init", "--pack", "west-coast", "--database", district)[0] == ctl.REFUSED
    assert document(capsys, "status", "--database", district) == before


def test_a_disk_that_fills_during_a_simulation_ends_it_with_what_was_done(
    district: str, capsys: pytest.CaptureFixture[str], small_disk: Callable[[int], None]
) -> None:
    small_disk(_pages(district) + 20)
    status, out, err = said(capsys, "simulate", "--minutes", "600", "--database", district)
    assert (status, "no room left" in err) == (ctl.REFUSED, True)
    assert "Set on duty" in out
    assert "refused" not in out
