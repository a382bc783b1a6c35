"""Files to rows: encodings, separators, quotation marks, workbooks, and what is refused."""

import base64
import codecs
import datetime as dt
import os
import subprocess
import sys
import zipfile
import zlib
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from commandcenter.errors import Refused, Unavailable
from commandcenter.exchange import sheets, text_sheets
from commandcenter.exchange.rows import Row
from commandcenter.exchange.sheets import open_sheet
from commandcenter.exchange.text_sheets import guarded, unguarded


def _file(folder: Path, content: str | bytes, name: str = "file.csv") -> Path:
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def _rows(path: Path) -> list[Row]:
    with open_sheet(path) as sheet:
        return list(sheet)


def _cells(path: Path) -> list[tuple[object, ...]]:
    with open_sheet(path) as sheet:
        return [sheet.columns, *(row.cells for row in sheet)]


CONTENT = "编号,主题,详情\r\n1,噪音,夜里，很吵\r\n2,路灯,坏了\r\n"
UNDERSTOOD = [("编号", "主题", "详情"), ("1", "噪音", "夜里，很吵"), ("2", "路灯", "坏了")]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "gb18030", "utf-16", "utf-16-le", "utf-16-be"])
def test_every_encoding_that_offices_write_is_read(tmp_path: Path, encoding: str) -> None:
    mark = {"utf-16-le": codecs.BOM_UTF16_LE, "utf-16-be": codecs.BOM_UTF16_BE}.get(encoding, b"")
    assert _cells(_file(tmp_path, mark + CONTENT.encode(encoding))) == UNDERSTOOD


def test_gb18030_is_detected_even_when_the_first_chinese_comes_late(tmp_path: Path) -> None:
    late = "no,words\n" + "1,nothing but ascii here\n" * 20_000 + "2,坏了\n"
    assert _cells(_file(tmp_path, late.encode("gb18030")))[-1] == ("2", "坏了")


@pytest.mark.parametrize("delimiter", [",", ";", "\t"])
def test_the_separator_is_found_in_the_header_outside_quotation_marks(tmp_path: Path, delimiter: str) -> None:
    content = delimiter.join(['"a,;\tb"', "c", "d"]) + "\n" + delimiter.join("123") + "\n"
    assert _cells(_file(tmp_path, content)) == [("a,;\tb", "c", "d"), ("1", "2", "3")]


@pytest.mark.parametrize("ending", ["\n", "\r\n", "\r"])
def test_every_line_ending_is_read(tmp_path: Path, ending: str) -> None:
    assert _cells(_file(tmp_path, CONTENT.replace("\r\n", ending))) == UNDERSTOOD


def test_rows_are_numbered_as_in_a_spreadsheet_and_lines_as_in_an_editor(tmp_path: Path) -> None:
    rows = _rows(_file(tmp_path, 'no,words\n1,"one\ntwo\nthree"\n\n2,"a ""quoted"" word"\n'))
    assert [(row.number, row.line) for row in rows] == [(2, 2), (4, 6)]
    assert rows[0].cells == ("1", "one\ntwo\nthree")
    assert rows[1].cells == ("2", 'a "quoted" word')


def test_blank_rows_are_passed_over_and_counted(tmp_path: Path) -> None:
    with open_sheet(_file(tmp_path, "\n\na,b\n\n1,2\n,\n,,,\n0,\n")) as sheet:
        assert [row.cells for row in sheet] == [("1", "2"), ("0", "")]
        assert sheet.columns == ("a", "b")
        assert sheet.blank_rows == 3


def test_a_bad_byte_spoils_its_own_row_and_says_where_it_is(tmp_path: Path) -> None:
    many = "".join(f"{n},路灯坏了\n" for n in range(50))
    path = _file(tmp_path, ("no,words\n" + many).encode() + b"x,\xe8\xb7\xaf\xff\xe7\x81\xaf\ny,good\n")
    *_good, bad, after = _rows(path)
    assert str(bad.fault) == "Line 52, character 4: the byte 0xFF is not text in the file's encoding"
    assert bad.cells == ("x", "路�灯")
    assert after.fault is None
    assert after.cells == ("y", "good")


def test_a_bad_byte_in_gb18030_spoils_its_own_row_only(tmp_path: Path) -> None:
    content = ("编号,详情\n" + "1,路灯坏了\n" * 30).encode("gb18030") + b"2,\xff\n" + "3,好".encode("gb18030")
    rows = _rows(_file(tmp_path, content))
    assert [row.cells[0] for row in rows if row.fault] == ["2"]
    assert rows[-1].cells == ("3", "好")


def test_a_character_lost_before_is_a_fault_too(tmp_path: Path) -> None:
    (row,) = _rows(_file(tmp_path, "no,words\n1,路\ufffd灯\n"))
    assert "already lost" in str(row.fault)


def test_an_unclosed_quotation_mark_spoils_one_line_and_the_rest_is_read(tmp_path: Path) -> None:
    rows = _rows(_file(tmp_path, 'no,words\n1,fine\n2,"never closed\n3,fine\n4,fine\n'))
    assert [(row.number, row.line, row.cells[0], row.fault is None) for row in rows] == [
        (2, 2, "1", True), (3, 3, "2", False), (4, 4, "3", True), (5, 5, "4", True)]  # fmt: skip
    assert "quotation mark" in str(rows[1].fault)


def test_two_unclosed_quotation_marks_do_not_close_each_other(tmp_path: Path) -> None:
    rows = _rows(_file(tmp_path, 'no,words\n1,"open\n2,"open\n3,fine\n'))
    assert [(row.cells, row.fault is None) for row in rows] == [
        (("1", "open\n"), False), (("2", "open\n"), False), (("3", "fine"), True)]  # fmt: skip


def test_quotation_marks_inside_an_unquoted_cell_are_words(tmp_path: Path) -> None:
    assert _cells(_file(tmp_path, 'no,words\n1,he said "no" twice\n'))[1] == ("1", 'he said "no" twice')


def test_an_unclosed_quotation_mark_in_a_long_file_does_not_swallow_it(tmp_path: Path) -> None:
    rest = "".join(f"{n},words\n" for n in range(30_000))
    rows = _rows(_file(tmp_path, f'no,words\nx,"open\n{rest}'))
    assert len(rows) == 30_001
    assert sum(row.fault is not None for row in rows) == 1


def test_a_truncated_last_row_is_reported(tmp_path: Path) -> None:
    rows = _rows(_file(tmp_path, "a,b,c\n1,2,3\n4,5"))
    assert rows[0].fault is None
    assert "2 cells, the header has 3" in str(rows[1].fault)


def test_too_many_cells_are_a_fault_unless_they_are_empty(tmp_path: Path) -> None:
    fine, wrong = _rows(_file(tmp_path, "a,b\n1,2,,\n1,2,3\n"))
    assert fine == Row(2, 2, ("1", "2"))
    assert wrong.fault is not None


def test_an_endless_line_spoils_its_own_row(tmp_path: Path) -> None:
    content = f"a,b\n1,{'x' * (text_sheets.LONGEST_LINE + 5)}\n2,y\n"
    long, after = _rows(_file(tmp_path, content))
    assert "longer than" in str(long.fault)
    assert after.cells == ("2", "y")


def test_a_giant_cell_spoils_its_own_row(tmp_path: Path) -> None:
    giant, after = _rows(_file(tmp_path, f"a,b\n1,{'x' * 200_000}\n2,y\n"))
    assert "more than" in str(giant.fault)
    assert after.cells == ("2", "y")


@pytest.mark.parametrize("cell", [
    "=1+1", "@SUM(A1)", "+cmd|' /C calc'!A0", "-2+3", "\tx", "'=1", "''@",
    "＝1+1", "＋1＋1", "－2+3", "＠SUM(A1)", "'＝1",
])  # fmt: skip
def test_a_guarded_formula_comes_back_as_it_was(cell: str) -> None:
    assert guarded(cell) == "'" + cell
    assert unguarded(guarded(cell)) == cell


@pytest.mark.parametrize("cell", ["-75.58", "+12", "words", "", "'quoted'"])
def test_numbers_and_words_need_no_guard(cell: str) -> None:
    assert guarded(cell) == cell
    assert unguarded(cell) == cell


@pytest.mark.parametrize(
    "content, sentence",
    [
        (b"", "is empty"),
        (b"\xef\xbb\xbf", "is empty"),
        (b"\n\n \n", "is empty"),
        (b"\x7fELF" + bytes(range(256)) * 8, "is not a table"),
        (b"%PDF-1.7 text", "is not a table"),
        (b"a,b\x00c\x00d\x00e\x00f", "is not a table"),
        (b"PK\x03\x04" + b"\x01" * 100, "is not a workbook, or a damaged one"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\x00" * 600, "is not a workbook, or a damaged one"),
        ("prénom,détail\né,à\né,ô\nç,é\nà,ù\n".encode("latin-1"), "neither UTF-8 nor GB18030"),
    ],
)
def test_what_is_no_table_is_refused_in_words(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Refused, match=sentence) as refusal:
        _rows(_file(tmp_path, content))
    assert "file.csv" in str(refusal.value)


def test_a_missing_file_and_a_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Unavailable, match=r"There is no file “none\.csv”"):
        open_sheet(tmp_path / "none.csv")
    with pytest.raises(Unavailable, match="is a folder"):
        open_sheet(tmp_path)


def test_a_file_without_the_right_to_read_is_refused(tmp_path: Path) -> None:
    path = _file(tmp_path, CONTENT)
    path.chmod(0)
    program = (
        "import os, sys, pathlib\n"
        "from commandcenter.errors import Refused\n"
        "from commandcenter.exchange.sheets import open_sheet\n"
        "if os.geteuid() == 0: os.seteuid(65534)\n"
        "try: open_sheet(pathlib.Path(sys.argv[1]))\n"
        "except Refused as refusal: print(refusal)\n"
    )
    run = subprocess.run([sys.executable, "-c", program, str(path)], capture_output=True, text=True, check=True,
                         env={**os.environ, "PYTHONUTF8": "1"})  # fmt: skip
    assert "cannot be read: another program has locked it, or you lack the right" in run.stdout


def test_a_reading_device_is_no_file(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe.csv"
    os.mkfifo(pipe)
    with pytest.raises(Refused, match="a device or a pipe"):
        open_sheet(pipe)


_MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
_RELATIONS = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"


def _workbook(path: Path, cells: str) -> Path:
    """The smallest workbook with a style 1 that shows dates; ``cells`` is the XML of its rows."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as parts:
        parts.writestr("[Content_Types].xml", f'<Types xmlns="{_PACKAGE}/content-types"/>')
        parts.writestr(
            "_rels/.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATIONS}/officeDocument" '
            'Target="xl/workbook.xml"/></Relationships>',
        )
        parts.writestr(
            "xl/workbook.xml",
            f'<workbook {_MAIN} xmlns:r="{_RELATIONS}"><sheets><sheet name="s" sheetId="1" r:id="r1"/></sheets>'
            "</workbook>",
        )
        parts.writestr(
            "xl/_rels/workbook.xml.rels",
            f'<Relationships xmlns="{_PACKAGE}/relationships"><Relationship Id="r1" Type="{_RELATIONS}/worksheet" '
            f'Target="worksheets/sheet1.xml"/><Relationship Id="r2" Type="{_RELATIONS}/styles" Target="styles.xml"/>'
            "</Relationships>",
        )
        parts.writestr(
            "xl/styles.xml",
            f'<styleSheet {_MAIN}><cellXfs count="2"><xf numFmtId="0"/><xf numFmtId="22"/></cellXfs></styleSheet>',
        )
        parts.writestr("xl/worksheets/sheet1.xml", f"<worksheet {_MAIN}><sheetData>{cells}</sheetData></worksheet>")
    return path


def _text_cell(place: str, text: str) -> str:
    return f'<c r="{place}" t="inlineStr"><is><t>{text}</t></is></c>'


HEADER = f'<row r="3">{_text_cell("B3", "编号")}{_text_cell("C3", "时间")}</row>'


@pytest.mark.parametrize("name", ["book.xlsx", "book.csv", "book.xls", "book"])
def test_a_workbook_is_read_by_its_content_with_dates_and_values_of_formulas(tmp_path: Path, name: str) -> None:
    body = (
        '<row r="4"><c r="B4"><v>2549</v></c><c r="C4" s="1"><v>43580.5</v></c></row>'
        '<row r="6"><c r="B6"><f>1+1</f><v>2</v></c>' + _text_cell("C6", "=HYPERLINK(1)") + "</row>"
    )
    with open_sheet(_workbook(tmp_path / name, HEADER + body)) as sheet:
        assert sheet.columns == ("编号", "时间")
        noon = dt.datetime(2019, 4, 25, 12)  # noqa: DTZ001 - a date cell carries no zone
        assert list(sheet) == [Row(4, 4, (2549.0, noon)), Row(6, 6, (2.0, "=HYPERLINK(1)"))]
        assert sheet.blank_rows == 1
        assert sheet.share_read == 1.0


def test_a_csv_file_named_as_a_workbook_is_read_by_its_content(tmp_path: Path) -> None:
    assert _cells(_file(tmp_path, CONTENT, "book.xlsx")) == UNDERSTOOD


def test_an_empty_workbook_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Refused, match="is empty"):
        open_sheet(_workbook(tmp_path / "book.xlsx", ""))


@pytest.mark.parametrize("place", ["XFD1048576", "XFD10000"])
def test_a_stray_cell_far_off_is_refused_before_it_fills_the_memory(tmp_path: Path, place: str) -> None:
    stray = f'<row r="{place[3:]}"><c r="{place}"><v>1</v></c></row>'
    with pytest.raises(Refused, match="a stray cell far off is enough"):
        open_sheet(_workbook(tmp_path / "book.xlsx", HEADER + stray))


# An .xls of 5 632 bytes: the header 留言编号 留言用户 留言主题 留言时间 留言详情 and five rows.
OLD_WORKBOOK = zlib.decompress(base64.b64decode(
    "eNrtmEtIVFEYx79z7rnOOPiYMZW0kEFIzXQREYWho0K5SuydEfhoBiwbjTEXtkjLhOgBRUQWbQRbtLHaWFGLgoIWglFBIBRq6KJWkT0W"
    "6u073z3XvM4EDphg3P9wv/ud75zzu2fO6z5eD/tG+x5kj8EClYEGs0YiJMyLMTwSrYQXMN8wpGud3XgYjlaUEt04kAk6PEkecskxlOM9"
    "Bhzui+doAcbxOAwnoLq1JeRfRlVSGxqYbEMpWga3MZICWdSqNLJHyK4ie49KPiVbTpHLZEux7Cg7BMOB6sKtahYf5LmUlwKS+5DqjFBk"
    "I2TAKzmLO68ws6wOFZGjDcdXWEaOSIJ+wAGtCrWEIjK9Gu5gT0EHqjgcLg4G/U1NJeFwSVvbKKTjqPfDd8MPMGUt72d+J768cQYY/2WP"
    "u/4Sd+NoLoxf4wKgC4x6Wi09uFNXCnNSNEzDPqxkbtACWG07XMjs/LlHuQXtWxqVu626t1e5P0JT15U7efFlPc6vCuQe2//tBkbX1g5d"
    "PV+3ea9H3hFoB/HadpBkWllJaIOQSr6P1pcXmzB99+ubnY01gTqKdFGjzHvLOvkPwIAzsgZWTgGLBzixAQqpxgayZ4m6hvxssulYBs95"
    "NRnK2dFNZc5Rbh5eZxPpbSB/nl+Afs+XXY9yej4F1qM/UDV2Kn3gfaAPcrEHg1hf/rqhiBWxWzelHgesM1P70AeyWVF7kpt7VdsNdQNN"
    "hRnwkOsja6Zk77C5FFd9ZaY0TGlzKYEpochsAfk091DMByP5ZnlGZB2slCTL3tSwZxlS0+DFu4nBS1UT5Wa+pLsUncegc6J/VHRuo3Mb"
    "nUfRuY2uxaBrRB9XdM1G12x0LYqu2egiBl0QfVLRhY0ubHQRRRc2uh6DrhP9s6LrNrpuo+tRdH2OXsbTYFB2Mt7B/sgDjhw5cuTIkSNH"
    "SylGT5xAT19CPWfLZxWX+q4zg8es85nkv9VuaMXfSXyX3A4teI5AR1zzJxN0ZrHYIutY3wulDuDVI9AMjdSO5rjnL76Bsfn/Z9EVvUu3"
    "hOK9/mw87fzH1/8N+cEblQ=="
))  # fmt: skip


def test_an_old_workbook_is_read(tmp_path: Path) -> None:
    with open_sheet(_file(tmp_path, OLD_WORKBOOK, "old.xls")) as sheet:
        rows = list(sheet)
        assert sheet.columns == ("留言编号", "留言用户", "留言主题", "留言时间", "留言详情")
    assert len(rows) == 5
    asked = dt.datetime(2019, 4, 25, 9, 32, 9)  # noqa: DTZ001 - a date cell carries no zone
    assert rows[0] == Row(2, 2, ("2550", "A", "噪音", asked, "夜里很吵"))


@pytest.mark.parametrize(
    "place, damage", [(1999, b"\xff\xff\xff\x7f"), (1589, b"\x00")], ids=["reader aborts", "reader panics"]
)
def test_a_damaged_old_workbook_is_refused_and_does_not_kill_the_program(
    tmp_path: Path, place: int, damage: bytes
) -> None:
    damaged = OLD_WORKBOOK[:place] + damage + OLD_WORKBOOK[place + len(damage) :]
    with pytest.raises(Refused, match="it is damaged, or too large"):
        open_sheet(_file(tmp_path, damaged, "old.xls"))


def test_a_workbook_that_takes_for_ever_is_given_up(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sheets, "LONGEST_TRIAL", 0.0)
    with pytest.raises(Refused, match="cannot be opened as a workbook"):
        open_sheet(_workbook(tmp_path / "book.xlsx", HEADER))


def test_a_truncated_workbook_is_refused(tmp_path: Path) -> None:
    whole = _workbook(tmp_path / "book.xlsx", HEADER).read_bytes()
    with pytest.raises(Refused, match="damaged"):
        open_sheet(_file(tmp_path, whole[: len(whole) // 2]))


def test_the_share_read_grows_to_one(tmp_path: Path) -> None:
    with open_sheet(_file(tmp_path, "a,b\n" + "1,words\n" * 50_000)) as sheet:
        shares = [sheet.share_read for _row in sheet]
        assert shares == sorted(shares)
        assert shares[0] < 0.1
        assert shares[-1] == 1.0


@settings(deadline=None)
@given(st.binary(max_size=400))
@example(b'"')
@example(b'a\n"')
@example(b"\xff\xfe\x00")
@example(b"PK\x03\x04")
def test_arbitrary_bytes_give_rows_or_a_refusal(tmp_path_factory: pytest.TempPathFactory, content: bytes) -> None:
    _only_rows_or_refusal(tmp_path_factory.mktemp("any"), content)


@settings(deadline=None)
@given(st.text(alphabet='ab12,;"\n\r\t\'=é噪\ufffd', max_size=80), st.sampled_from(["utf-8", "gb18030", "utf-16"]))
def test_arbitrary_text_gives_rows_or_a_refusal_and_loses_no_letter(
    tmp_path_factory: pytest.TempPathFactory, content: str, encoding: str
) -> None:
    content = content.replace("\ufffd", "") if encoding != "utf-8" else content
    rows = _only_rows_or_refusal(tmp_path_factory.mktemp("any"), ("head\n" + content).encode(encoding))
    shown = "".join(str(cell) for row in rows for cell in row.cells)
    for letter in "ab12é噪":
        assert shown.count(letter) == content.count(letter)


@settings(max_examples=25, deadline=None)  # each starts a process
@given(st.integers(0, 2000), st.binary(min_size=1, max_size=8))
def test_a_damaged_workbook_gives_rows_or_a_refusal(
    tmp_path_factory: pytest.TempPathFactory, place: int, damage: bytes
) -> None:
    folder = tmp_path_factory.mktemp("book")
    whole = _workbook(folder / "book.xlsx", HEADER).read_bytes()
    place %= len(whole)
    _only_rows_or_refusal(folder, whole[:place] + damage + whole[place + len(damage) :])


def _only_rows_or_refusal(folder: Path, content: bytes) -> list[Row]:
    path = _file(folder, content)
    sentence, rows = "", []
    try:
        rows = _rows(path)
    except Refused as refusal:
        sentence = str(refusal)
    assert "{" not in sentence
    assert [row.number for row in rows] == sorted({row.number for row in rows})
    assert all(row.fault is None or "{" not in str(row.fault) for row in rows)
    return rows
