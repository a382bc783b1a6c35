"""Bulletins: the figures as they are, with all they stand on; written down before they leave; whole files or none."""

import datetime as dt
import errno
import io
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest
from python_calamine import CalamineWorkbook

from commandcenter.documents import publishing
from commandcenter.documents.bulletins import gather
from commandcenter.documents.files import replacing
from commandcenter.documents.periods import Every, Period
from commandcenter.documents.printing import paper
from commandcenter.documents.publishing import publish
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.rulings import Export
from commandcenter.errors import Incomplete, NotAllowed, Refused, Unavailable
from commandcenter.installation import administrator
from commandcenter.queries.figures import Figure, Sought, Value, sheet
from tests.documents.paper import words_of
from tests.house import MONDAY, House

TODAY = Period.of(Every.DAILY, dt.date(2026, 11, 23))


def a_day(house: House) -> None:
    """A day with a case of each kind of end."""
    house.case()
    house.contacted(caller_phone="13912348817")
    case = house.visiting(caller_phone="13912348818")
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    house.later(hours=1)


def rows_of(content: bytes, name: str) -> list[list[Any]]:
    return CalamineWorkbook.from_filelike(io.BytesIO(content)).get_sheet_by_name(name).to_python()


def test_a_bulletin_says_what_the_figures_say_with_n_interval_and_what_is_left_out(
    small_house: House, tmp_path: Path
) -> None:
    house = small_house
    a_day(house)
    files = [tmp_path / "day.pdf", tmp_path / "day.xlsx"]
    publish(house.database, house.person("sue"), "desk", TODAY, files)
    with house.database.reading() as session:
        figures = sheet(session, Sought(*TODAY.moments(house.database.rules().calendar.zone), now_at=house.now))
    resolved = figures[Figure.RESOLUTION]
    assert isinstance(resolved, Value)
    assert (resolved.part, resolved.n) == (1, 1)
    words = words_of(files[0].read_bytes())
    assert "Resolutionrate100.0%20.7%–100.0%10nodata0" in words
    assert "Theperiodhasnotended" in words
    for hidden in ("王女士", "1391234", "881", "号楼", "阳光小区"):
        assert hidden not in words, hidden
    lines = {row[0]: row for row in rows_of(files[1].read_bytes(), "Key figures")}
    assert lines["Resolution rate"][1:6] == [1.0, pytest.approx(resolved.low), 1.0, 1.0, 0.0]
    assert lines["Promises kept"][1:5] == ["no data", "", "", 0.0], "nothing is no 0 %"
    assert lines["Complaints"][1] == 3.0


def test_what_lies_ahead_and_a_day_without_anything_are_no_data(small_house: House) -> None:
    with small_house.database.reading() as session:
        made = gather(session, TODAY, MONDAY)
    assert made.along[Figure.RECEIVED] == (0,) * 10 + (None,) * 14
    assert made.until_now
    said = paper(made)
    values = {row[0]: row[1] for row in said["sections"][0]["table"]["rows"]}
    assert values["Response rate"] == "no data"
    assert values["Complaints"] == "0"
    assert [row[1] for row in said["sections"][2]["table"]["rows"]] == ["no data"] * 9


def test_a_bulletin_is_written_down_before_it_leaves_by_whom_and_also_where_the_program_makes_it(
    house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []

    @contextmanager
    def watched(path: Path) -> Iterator[Path]:
        order.append(f"{exports()} {path.name}")
        with replacing(path) as part:
            yield part

    monkeypatch.setattr(publishing, "replacing", watched)

    def exports() -> int:
        with house.database.reading() as session:
            return session.query(Export).count()

    publish(house.database, house.person("sue"), "desk", TODAY, [tmp_path / "a.xlsx"])
    publish(house.database, administrator(), "ctl", TODAY, [tmp_path / "b.xlsx"])
    assert order == ["1 a.xlsx", "2 b.xlsx"]
    with house.database.reading() as session:
        told = [(one.made_by_id, one.what, one.sought, one.file) for one in session.query(Export).order_by(Export.id)]
        assert session.query(JournalLine).where(JournalLine.kind == "export").count() == 2
    about = {"bulletin": "daily", "period": "2026-11-23"}
    assert told == [(house.keys["sue"], "bulletin", about, "a.xlsx"), (None, "bulletin", about, "b.xlsx")]


def half_written(file: Path) -> None:
    """The disk is full in the middle."""
    with replacing(file) as part:
        part.write_bytes(b"half of today's")
        raise OSError(errno.ENOSPC, "No space left")


def test_a_bulletin_that_fails_leaves_the_file_that_was_there_and_no_other(
    small_house: House, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file = tmp_path / "day.pdf"
    file.write_bytes(b"yesterday's")
    own = tmp_path / "own"
    own.mkdir()
    (own / "bulletin.typ").write_text("#nobody", encoding="utf-8")
    monkeypatch.setenv("COMMANDCENTER_DOCUMENTS", str(own))
    with pytest.raises(Refused, match=r"bulletin.typ fails in line 1"):
        publish(small_house.database, small_house.person("sue"), "desk", TODAY, [file])
    with pytest.raises(Unavailable, match="No space left"):
        half_written(file)
    with pytest.raises(Unavailable, match="cannot be written"):
        publish(small_house.database, small_house.person("sue"), "desk", TODAY, [tmp_path / "none" / "day.xlsx"])
    assert (file.read_bytes(), sorted(path.name for path in tmp_path.glob("*day*"))) == (b"yesterday's", ["day.pdf"])


def test_a_bulletin_is_refused_to_who_reads_no_cases_in_another_form_and_when_it_is_called_off(
    small_house: House, tmp_path: Path
) -> None:
    books, sue = small_house.database, small_house.person("sue")
    with pytest.raises(NotAllowed):
        publish(books, small_house.person("walter"), "wall", TODAY, [tmp_path / "day.pdf"])
    with pytest.raises(Incomplete, match="neither a PDF nor a workbook"):
        publish(books, sue, "desk", TODAY, [tmp_path / "day.docx"])
    shares: list[float] = []

    def told(share: float) -> bool:
        shares.append(share)
        return len(shares) < 4

    with pytest.raises(Refused, match="called off"):
        publish(books, sue, "desk", TODAY, [tmp_path / "day.pdf"], told)
    assert (sorted(shares), len(shares), list(tmp_path.glob("day*"))) == (shares, 4, [])
