"""Searching in the window: two characters are enough, what is shown opens and can be exported, nothing is hidden."""

import csv
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Right
from commandcenter.domain.rulings import Export
from commandcenter.errors import Refused
from commandcenter.operations import overseeing
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.archive.page import ArchivePage
from ui.exporting import write
from ui.main_window import MainWindow


class Reader:
    """Somebody before the archive."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot

    def of(self, login: str) -> ArchivePage:
        shell = enter(self.window, login, self.qtbot)
        shell.go("archive")
        page = shell.page_of("archive")
        assert isinstance(page, ArchivePage)
        self.page = page
        return page

    def numbers(self) -> list[str]:
        """The numbers that are listed."""
        return [self.page._hits[key].number for key in self.page.table.keys()]  # noqa: SIM118 – a model

    def type(self, words: str) -> None:
        """Type into the line, character by character, as an input method commits them."""
        self.page.filters.line.clear()
        for character in words:
            self.page.filters.line.insert(character)

    def finds(self, *numbers: str) -> None:
        """Wait until exactly these are listed."""
        self.qtbot.waitUntil(lambda: self.numbers() == list(numbers))


@pytest.fixture
def reader(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Reader:
    return Reader(make_window(), with_passwords, qtbot)


def test_a_two_character_word_finds_a_closed_case_and_its_page_opens(reader: Reader, qtbot: QtBot) -> None:
    house = reader.house
    closed = house.visiting(words="夜间施工噪音扰民")
    house.do("bob", "visit", house.complaints_of(closed)[0], outcome="reached", solved=True, satisfied=5)
    house.later(minutes=1)
    other = house.case(words="楼顶违建", caller_phone="13700000003")
    page = reader.of("ann")
    reader.finds(other.number, closed.number)
    reader.type("噪音")
    reader.finds(closed.number)
    assert page.heading._remark.text() == "1 found"
    QTest.keyClick(page.filters.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.case.life is not None and page.case.key == closed.id)
    assert page.case.case is not None
    assert page.case.case.state == "closed"
    reader.type("没有这回事")
    reader.finds()
    assert page.view._empty.isVisible()


def test_enter_before_the_answer_is_there_opens_what_was_typed_and_not_what_stood_there(
    reader: Reader, qtbot: QtBot
) -> None:
    house = reader.house
    sought = house.case(words="夜间施工噪音扰民")
    house.later(minutes=1)
    newest = house.case(words="楼顶违建", caller_phone="13700000003")
    page = reader.of("ann")
    reader.finds(newest.number, sought.number)
    reader.type("噪音")
    QTest.keyClick(page.filters.line, Qt.Key.Key_Return)
    assert page.view.key is None, "the rows that stand there answer other words"
    assert page.heading._remark.text() == "Looking… the first one opens when it is found"
    qtbot.waitUntil(lambda: page.case.key == sought.id)
    assert page.view.hasFocus()


def test_enter_opens_the_first_answer_also_where_the_row_chosen_before_is_among_them(
    reader: Reader, qtbot: QtBot
) -> None:
    house = reader.house
    older = house.case(words="夜间施工噪音扰民")
    house.later(minutes=1)
    newer = house.case(words="清晨噪音", caller_phone="13700000003")
    page = reader.of("ann")
    reader.finds(newer.number, older.number)
    page.view.select(older.id)
    page.filters.line.setFocus()
    reader.type("噪音")
    QTest.keyClick(page.filters.line, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: page.case.key == newer.id)


def test_typing_on_after_enter_takes_the_enter_back(reader: Reader, qtbot: QtBot) -> None:
    house = reader.house
    house.case(words="夜间施工噪音扰民")
    other = house.case(words="楼顶违建", caller_phone="13700000003")
    page = reader.of("ann")
    reader.type("噪音")
    QTest.keyClick(page.filters.line, Qt.Key.Key_Return)
    page.filters.line.selectAll()
    QTest.keyClicks(page.filters.line, "13700000003")
    reader.finds(other.number)
    assert page.view.key is None
    assert page.filters.line.hasFocus()


def test_where_the_answer_is_a_refusal_nothing_older_is_left_to_open(reader: Reader, qtbot: QtBot) -> None:
    case = reader.house.case(caller_phone="13700000003")
    reader.house.do("ann", "dispatch", case, squad=reader.house.keys["north"], why="属地")
    page = reader.of("oscar")
    reader.finds(case.number)
    with qtbot.waitSignal(reader.window.backstage.refused):
        reader.type("13700000003")
        QTest.keyClick(page.filters.line, Qt.Key.Key_Return)
    reader.finds()
    assert page.view.key is None


def test_only_the_last_of_what_was_typed_is_shown(reader: Reader) -> None:
    house = reader.house
    first = house.case(words="噪音一件")
    house.case(words="噪音扰民两件", caller_phone="13700000003")
    reader.of("ann")
    for words in ("噪", "噪音", "噪音一"):
        reader.page.filters.line.setText(words)
        reader.page.filters.line.returnPressed.emit()
    reader.finds(first.number)


def test_the_filters_narrow_together_and_clear_gives_all_back(reader: Reader) -> None:
    house = reader.house
    one = house.case(words="噪音一件")
    house.later(minutes=1)
    two = house.case(words="噪音两件", caller_phone="13700000003", matter="fishing")
    page = reader.of("ann")
    reader.type("噪音")
    reader.finds(two.number, one.number)
    page.filters.matter.choose(house.keys["fishing"])
    reader.finds(two.number)
    page.filters.state.setCurrentIndex(page.filters.state.findData("closed"))
    reader.finds()
    page.filters.clear.click()
    reader.finds(two.number, one.number)
    page.filters.since.setText("2026-11-24")
    reader.finds()
    page.filters.since.setText("2026-11-2")
    reader.finds(two.number, one.number)


def test_the_centre_may_search_by_phone_and_a_squad_may_not(reader: Reader, qtbot: QtBot) -> None:
    house = reader.house
    case = house.case(caller_phone="13700000003")
    house.case(caller_phone="13700000004")
    reader.of("ann")
    reader.type("13700000003")
    reader.finds(case.number)
    reader.window.sign_out()
    page = reader.of("oscar")
    assert "telephone" not in page.filters.line.placeholderText()
    with qtbot.waitSignal(reader.window.backstage.refused) as refused:
        reader.type("13700000003")
    assert str(refused.args[0]) == "Only the centre may search by telephone number."


def test_more_than_is_shown_is_said(reader: Reader, monkeypatch: pytest.MonkeyPatch) -> None:
    house = reader.house
    for n in range(3):
        house.case(words=f"噪音 {n}", caller_phone=f"1370000010{n}")
    from commandcenter.queries import archive

    monkeypatch.setattr(archive.search, "__defaults__", (2,))
    page = reader.of("ann")
    reader.qtbot.waitUntil(lambda: page.heading._remark.text() == "2 shown, more exist")


def test_a_listed_case_that_changes_elsewhere_says_so(reader: Reader, qtbot: QtBot) -> None:
    house = reader.house
    case = house.case()
    page = reader.of("sue")
    reader.finds(case.number)
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    qtbot.waitUntil(lambda: page._hits[case.id].state == "dispatched")


def test_a_complaint_answered_at_once_is_shown_by_itself(reader: Reader) -> None:
    house = reader.house
    said = house.complaint("办证需要什么材料")
    house.do("ann", "answer", said, answer="请带身份证")
    page = reader.of("ann")
    reader.finds(said.number)
    page.view.select(said.id)
    assert page._aside.currentWidget() is page.alone
    assert "Answer: 请带身份证" in page.alone.text()


def test_what_is_shown_is_exported_and_no_cell_is_a_formula(reader: Reader, qtbot: QtBot, tmp_path: Path) -> None:
    house = reader.house
    case = house.case(words="=HYPERLINK(1)噪音", place_words="+阳光小区")
    page = reader.of("ann")
    reader.finds(case.number)
    path = tmp_path / "out.csv"
    with qtbot.waitSignal(page.room.said) as said:
        page.export_to(path)
    assert said.args[0] == f"1 rows are in {path}."
    assert path.read_bytes().startswith(b"\xef\xbb\xbf"), "spreadsheets are told that it is UTF-8"
    with path.open(encoding="utf-8-sig", newline="") as file:
        headings, row = csv.reader(file)
    assert headings[:3] == ["Number", "Title", "Place"]
    assert row[:4] == [case.number, "'=HYPERLINK(1)噪音", "'+阳光小区", "To dispatch"]


def test_the_journal_says_that_rows_leave_before_the_first_one_does(
    reader: Reader, qtbot: QtBot, tmp_path: Path
) -> None:
    house = reader.house
    case = house.case(words="噪音", caller_phone="13912348816")
    page = reader.of("ann")
    reader.type("13912348816")
    qtbot.waitUntil(lambda: bool(page._sought.phone))
    reader.finds(case.number)
    path = tmp_path / "名单.csv"
    with qtbot.waitSignal(page.room.said):
        page.export_to(path)
    with house.database.reading() as session:
        [made] = session.query(Export).all()
        [line] = session.query(JournalLine).where(JournalLine.kind == "export").all()
    assert (made.what, made.row_count, made.file, made.sought) == ("archive", 1, "名单.csv", {"phone": "139****8816"})
    assert (line.actor_id, line.station) == (house.keys["ann"], page.room.backstage.station)


def test_what_is_not_written_down_does_not_leave(
    reader: Reader, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = reader.house.case(words="噪音")
    page = reader.of("ann")
    reader.finds(case.number)
    path = tmp_path / "out.csv"
    monkeypatch.setitem(overseeing.EXPORTED_BY, "archive", Right.AUDIT)
    with qtbot.waitSignal(page.room.backstage.refused) as refused:
        page.export_to(path)
    assert "no right to take this list out" in str(refused.args[0])
    assert list(tmp_path.glob("*.csv*")) == []


def test_a_file_that_cannot_be_written_leaves_what_was_there(tmp_path: Path) -> None:
    path = tmp_path / "nowhere" / "out.csv"
    with pytest.raises(Refused, match="cannot be written"):
        write(path, ["a"], [["b"]])
    path = tmp_path / "out.csv"
    path.write_text("old", encoding="utf-8")

    def broken() -> list[list[str]]:
        raise OSError(28, "No space left on device")

    with pytest.raises(Refused, match="No space left"):
        write(path, ["a"], (row for _n in range(1) for row in broken()))
    assert path.read_text(encoding="utf-8") == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("field, words, said", [
    ("since", "11-23", "“11-23” is not a day: write it as 2026-11-23."),
    ("until", "2026-11-9", "“2026-11-9” is not a day: write it as 2026-11-23."),
    ("squad", "Southampton", "“Southampton” is not a squad of the list: choose one, or leave it empty."),
    ("matter", "barking", "“barking” is not a matter of the list: choose one, or leave it empty."),
])  # fmt: skip
def test_what_narrows_nothing_is_said_and_marked_when_it_is_left(
    reader: Reader, qtbot: QtBot, field: str, words: str, said: str
) -> None:
    page = reader.of("ann")
    qtbot.waitActive(reader.window)
    widget = getattr(page.filters, field)
    widget.setFocus()
    QTest.keyClicks(widget, words)
    page.filters.line.setFocus()
    assert reader.window.shell is not None
    assert reader.window.shell.messages.text == said
    assert widget.property("wrong") is True
    page.filters.empty()
    assert not widget.property("wrong")
