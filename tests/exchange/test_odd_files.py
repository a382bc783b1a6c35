"""Files nobody would write on purpose: mixed encodings, no mark, bombs, damage."""

import zipfile
from pathlib import Path

import pytest

from commandcenter.errors import Refused
from commandcenter.exchange import sheets
from commandcenter.exchange.sheets import open_sheet


def test_a_header_in_utf8_is_not_given_up_for_a_row_in_gb18030(tmp_path: Path) -> None:
    path = tmp_path / "mixed.csv"
    path.write_bytes("编号,内容\n".encode() + "1,夜间施工噪音太大影响休息\n".encode("gb18030"))
    with open_sheet(path) as sheet:
        (row,) = sheet
    assert sheet.columns == ("编号", "内容")
    assert row.fault is not None


@pytest.mark.parametrize("encoding", ["utf-16-le", "utf-16-be"])
def test_utf16_needs_no_mark(tmp_path: Path, encoding: str) -> None:
    path = tmp_path / "plain.csv"
    path.write_bytes("编号,内容\r\n1,夜间施工\r\n".encode(encoding))
    with open_sheet(path) as sheet:
        assert [row.cells for row in sheet] == [("1", "夜间施工")]


def test_a_workbook_that_unpacks_to_more_than_may_be_is_refused_before_it_is_tried(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = tmp_path / "bomb.xlsx"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as book:
        book.writestr("xl/worksheets/sheet1.xml", "0" * 100_000)
    monkeypatch.setattr(sheets, "LARGEST_WORKBOOK", 99_999)
    monkeypatch.setattr(sheets, "_try_in_a_process_of_its_own", lambda _path: pytest.fail("it was tried"))
    with pytest.raises(Refused, match="too large"):
        open_sheet(path)


def test_a_damaged_workbook_is_refused_without_the_reader_s_own_words(tmp_path: Path) -> None:
    path = tmp_path / "damaged.xlsx"
    path.write_bytes(b"PK\x03\x04" + bytes(500))
    with pytest.raises(Refused, match=r"or a damaged one: save it anew in the program it comes from, or as CSV$"):
        open_sheet(path)
