"""Rejected rows: saved, corrected, imported again."""

import csv
import datetime as dt
import resource
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Unavailable
from commandcenter.exchange.incoming import Incoming, Rejected, read_incoming
from commandcenter.exchange.rejects import REMARKS, RejectsFile
from commandcenter.exchange.sheets import open_sheet

NOW = dt.datetime(2026, 11, 23, 8, tzinfo=dt.UTC)
HEADER = "留言编号,留言用户,留言主题,留言时间,留言详情,反对数,点赞数\n"


def _import(path: Path, rejects: Path, profile: str = "letters") -> tuple[list[Incoming], list[Rejected]]:
    taken: list[Incoming] = []
    rejected: list[Rejected] = []
    with read_incoming(path, profile, now=NOW) as items, RejectsFile(rejects, items.columns) as file:
        for item in items:
            if isinstance(item, Incoming):
                taken.append(item)
            else:
                rejected.append(item)
                file.write(item)
    return taken, rejected


def _written(folder: Path, rows: str) -> Path:
    path = folder / "letters.csv"
    path.write_text(HEADER + rows, encoding="utf-8", newline="")
    return path


def test_rejects_carry_the_row_the_column_and_the_reason_and_can_be_opened_by_a_spreadsheet(tmp_path: Path) -> None:
    _import(_written(tmp_path, '1,A,噪音,2020-02-30,"夜里\n很吵",0,0\n'), tmp_path / "rejects.csv")
    content = (tmp_path / "rejects.csv").read_bytes()
    assert content.startswith(b"\xef\xbb\xbf")
    header, row = csv.reader(content.decode("utf-8-sig").splitlines(keepends=True))
    assert header == [*HEADER.strip().split(","), *REMARKS]
    assert row == ["1", "A", "噪音", "2020-02-30", "夜里\n很吵", "0", "0",
                   "2", "留言时间", "The date 2020-02-30 does not exist"]  # fmt: skip


def test_corrected_rejects_are_imported_with_the_same_number(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    _import(_written(tmp_path, "1,A,噪音,2020-02-30,夜里很吵,0,0\n2,B,路灯,2020-02-20,坏了,0,0\n"), rejects)
    saved = rejects.read_text(encoding="utf-8-sig")
    rejects.write_text(saved.replace(",2020-02-30,", ",2020-02-28,"), encoding="utf-8")
    taken, rejected = _import(rejects, tmp_path / "again.csv")
    assert [(item.source_number, item.words) for item in taken] == [("1", "夜里很吵")]
    assert rejected == []
    assert not (tmp_path / "again.csv").exists()


def test_uncorrected_rejects_are_rejected_again_for_the_same_reason_into_the_same_file(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    rows = "1,A,噪音,2020-02-30,夜里很吵,0,0\n,B,路灯,2020-02-20,坏了,0,0\n"
    _, first = _import(_written(tmp_path, rows), rejects)
    once = rejects.read_text(encoding="utf-8-sig")
    _, second = _import(rejects, rejects)
    assert [(r.column, r.value, r.reason) for r in first] == [(r.column, r.value, r.reason) for r in second]
    assert rejects.read_text(encoding="utf-8-sig") == once


def test_a_damaged_character_stays_rejected_until_it_is_corrected(tmp_path: Path) -> None:
    path = tmp_path / "letters.csv"
    path.write_bytes((HEADER + "1,A,噪音,2020-02-20,夜里很吵,0,0\n").encode().replace("里".encode(), b"\xff"))
    rejects = tmp_path / "rejects.csv"
    _, first = _import(path, rejects)
    _, second = _import(rejects, rejects)
    assert "0xFF" in str(first[0].reason)
    assert "already lost" in str(second[0].reason)
    rejects.write_text(rejects.read_text(encoding="utf-8-sig").replace("\ufffd", "里"), encoding="utf-8")
    taken, _ = _import(rejects, rejects)
    assert taken[0].words == "夜里很吵"


def test_a_formula_in_a_reject_is_guarded_in_the_file_and_comes_back_as_text(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    formula = "=HYPERLINK(A1)"
    _import(_written(tmp_path, f"1,A,噪音,never,{formula},0,0\n"), rejects)
    assert f",'{formula}," in rejects.read_text(encoding="utf-8")
    rejects.write_text(rejects.read_text(encoding="utf-8").replace("never,'", "2020-01-01,'"), encoding="utf-8")
    taken, _ = _import(rejects, tmp_path / "again.csv")
    assert taken[0].words == formula


def test_a_row_with_cells_beyond_the_header_stays_rejected_until_it_fits(tmp_path: Path) -> None:
    rejects = tmp_path / "rejects.csv"
    _import(_written(tmp_path, "1,A,噪音,2020-01-01,夜里,很吵,0,0\n"), rejects)
    once = rejects.read_text(encoding="utf-8-sig")
    assert once.splitlines()[1].startswith("1,A,噪音,2020-01-01,夜里,很吵,0,2,,")
    taken, rejected = _import(rejects, rejects)
    assert (taken, len(rejected)) == ([], 1)
    assert rejects.read_text(encoding="utf-8-sig").splitlines()[1].split(",")[-1] == "0"
    saved = rejects.read_text(encoding="utf-8-sig").replace("夜里,很吵,0,2,", '"夜里,很吵",0,0,2,')
    rejects.write_text(saved.rstrip().removesuffix(",0"), encoding="utf-8")
    taken, _rejected = _import(rejects, tmp_path / "again.csv")
    assert [item.words for item in taken] == ["夜里,很吵"]


def test_a_cell_too_long_is_kept_whole_for_correcting(tmp_path: Path) -> None:
    rejects, long = tmp_path / "rejects.csv", "长" * 350_000
    _import(_written(tmp_path, f"1,A,噪音,2020-01-01,{long},0,0\n"), rejects)
    assert long in rejects.read_text(encoding="utf-8-sig")


def test_a_line_that_was_cut_says_so(tmp_path: Path) -> None:
    _, (rejected,) = _import(_written(tmp_path, f"1,A,噪音,2020-01-01,{'长' * 1_100_000},0,0\n"), tmp_path / "r.csv")
    assert str(rejected.reason) == "Line 2 is longer than 1000000 characters; only its first 100000 were read"


def test_nothing_is_written_where_nothing_is_rejected(tmp_path: Path) -> None:
    _import(_written(tmp_path, "1,A,噪音,2020-01-01,夜里很吵,0,0\n"), tmp_path / "rejects.csv")
    assert [path.name for path in tmp_path.iterdir()] == ["letters.csv"]


REJECTED = Rejected(2, 2, "no", "x", Sentence("A reason"), ("x", "words" * 1000))


def test_a_folder_that_cannot_be_written_is_refused_in_words(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder", encoding="utf-8")
    rejects = RejectsFile(tmp_path / "file" / "rejects.csv", ("no", "words"))
    with pytest.raises(Unavailable, match=r"cannot be written to “rejects\.csv”"):
        rejects.write(REJECTED)
    rejects.close()


def test_a_full_disk_is_refused_in_words_and_leaves_no_half_file(tmp_path: Path) -> None:
    rejects = RejectsFile(tmp_path / "rejects.csv", ("no", "words"))
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, before[1]))
    try:
        rejects.write(REJECTED)
        with pytest.raises(Unavailable, match="cannot be written"):
            rejects.close()
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    rejects.close()
    assert list(tmp_path.iterdir()) == []


CELLS = st.text(alphabet=st.sampled_from("ab1=+-@'\",;\t \n噪音。\x00\x07"), max_size=12)


@settings(deadline=None)
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), min_size=1, max_size=5))
def test_what_is_rejected_comes_back_cell_by_cell(
    tmp_path_factory: pytest.TempPathFactory, rows: list[tuple[str, str, str]]
) -> None:
    path = tmp_path_factory.mktemp("any") / "rejects.csv"
    with RejectsFile(path, ("a", "b", "c")) as file:
        for number, cells in enumerate(rows, start=2):
            file.write(Rejected(number, number, "a", "", Sentence("A reason"), cells))
    with open_sheet(path) as sheet:
        again = [row.cells[:3] for row in sheet]
    twice = path.with_name("twice.csv")
    with RejectsFile(twice, ("a", "b", "c")) as file:
        for number, read in enumerate(again, start=2):
            file.write(Rejected(number, number, "a", "", Sentence("A reason"), read))
    assert len(again) == len(rows)
    assert twice.read_bytes() == path.read_bytes()
    for before, after in zip(rows, again, strict=True):
        for was, came in zip(before, after, strict=True):
            assert str(came).split() == "".join(was.replace("\x00", "").replace("\x07", "")).split()
