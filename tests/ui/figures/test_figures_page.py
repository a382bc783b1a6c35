"""The page of the figures on real rows: every number with its n, its records behind it, counted beside the window."""

import csv
import threading
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QAbstractItemModelTester, QTest
from pytestqt.qtbot import QtBot
from python_calamine import CalamineWorkbook

from commandcenter.domain.people import Right
from commandcenter.domain.rulings import Export
from commandcenter.operations import overseeing
from commandcenter.queries.figures import By, Figure, Value, sheet
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.backstage import QUERY_LANES
from ui.figures import asking
from ui.figures.page import FiguresPage
from ui.figures.saying import said, why_empty
from ui.figures.standing import Standing, rank
from ui.main_window import MainWindow

STRICT = QAbstractItemModelTester.FailureReportingMode.Fatal


class Reader:
    """Somebody before the figures of two cases: one solved and rated, one with the harbour squad."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot
        self.solved = house.visiting(words="夜间施工噪音扰民")
        house.do("bob", "visit", house.complaints_of(self.solved)[0], outcome="reached", solved=True, satisfied=5)
        house.later(minutes=1)
        self.open = house.case(words="楼顶违建", caller_phone="13700000003")
        house.do("ann", "dispatch", self.open, squad=house.keys["harbour"], why="海边")
        house.later(minutes=1)

    def come_in(self, login: str = "sue") -> FiguresPage:
        shell = enter(self.window, login, self.qtbot)
        page = shell.go("figures")
        assert isinstance(page, FiguresPage)
        self.page = page
        tables = (page.board.standings.table, page.listed.table)
        self.testers = [QAbstractItemModelTester(table, STRICT) for table in tables]
        self.counted()
        return page

    def counted(self) -> None:
        """Wait until nothing is being counted."""
        self.qtbot.waitUntil(lambda: not self.page.counting)

    def tile(self, figure: Figure) -> Any:
        return self.page.board.tiles.tiles[figure]

    def records(self) -> list[str]:
        table = self.page.listed.table
        found = (table.record_at(row) for row in range(table.rowCount()))
        return [hit.title for hit in found if hit is not None]

    def asked(self, figure: Figure) -> Any:
        """The same figure, asked of the database as the page asked."""
        assert self.page.sought is not None
        with self.house.database.reading() as session:
            return sheet(session, self.page.sought)[figure]


@pytest.fixture
def reader(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Reader:
    return Reader(make_window(), with_passwords, qtbot)


def test_every_tile_says_its_value_with_n_and_interval_or_why_there_is_none(reader: Reader) -> None:
    page = reader.come_in()
    for figure, tile in page.board.tiles.tiles.items():
        answer = reader.asked(figure)
        assert tile.words.value == said(figure, answer)
        assert (tile.words.value == "–") == bool(why_empty(figure, answer))
        if why_empty(figure, answer):
            assert tile.words.below == why_empty(figure, answer)
    resolution = reader.tile(Figure.RESOLUTION)
    assert (resolution.words.value, resolution.words.below) == ("100.0 %", "n = 1 · 20.7 – 100.0 %")
    assert resolution.words.change.words == "before: nothing to count"
    assert reader.tile(Figure.PROMISES_KEPT).words.below == "No promise fell due."
    assert reader.tile(Figure.RECEIVED).words.change.words == "▲ 2 · before: 0"
    assert page.heading._remark.text().startswith("2026-10-25 – 2026-11-23 · as of ")


def test_every_number_opens_exactly_its_records_and_a_record_its_case(reader: Reader, qtbot: QtBot) -> None:
    page = reader.come_in()
    qtbot.waitActive(reader.window)
    tile = reader.tile(Figure.RECEIVED)
    tile.setFocus()
    QTest.keyClick(tile, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reader.records() == [reader.open.title, reader.solved.title])
    assert page.listed.heading._remark.text() == "2 records"
    assert page.listed.view.hasFocus()
    QTest.keyClick(page.listed.view, Qt.Key.Key_Down)
    QTest.keyClick(page.listed.view, Qt.Key.Key_Down)
    qtbot.waitUntil(lambda: page.case.key == reader.solved.id and page.case.life is not None)
    QTest.keyClick(page.listed.view, Qt.Key.Key_Escape)
    assert page.listed.isHidden()
    assert page.case.isHidden()
    assert tile.hasFocus()

    page.choose_figure(Figure.UNPROMPTED)
    reader.counted()
    assert (page.board.about.all.text(), page.board.about.other.text()) == ("Show all 2 counted", "2 against it")
    assert page.board.about.good.isHidden(), "none was found by us"
    page.board.about.other.click()
    qtbot.waitUntil(lambda: reader.records() == [reader.open.title, reader.solved.title])
    assert page.listed.what.text() == "Found unprompted · against it"

    standings = page.board.standings
    page.choose_figure(Figure.OPENED)
    reader.counted()
    assert sorted(row.name for row in standings.rows) == ["Harbour", "North"]
    assert [mark.words for mark in standings.chart.marks] == [f"{row.name} · 1 · n = 1" for row in standings.rows]
    standings.view.setFocus()
    standings.view.select(reader.house.keys["harbour"])
    QTest.keyClick(standings.view, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reader.records() == [reader.open.title])
    page.board.by.setCurrentIndex(page.board.by.findData(str(By.CHANNEL)))
    qtbot.waitUntil(lambda: [row.name for row in standings.rows] == ["Hotline"])


def test_what_a_figure_leaves_out_opens_its_records_too(reader: Reader, qtbot: QtBot) -> None:
    waiting = reader.house.case(words="路灯不亮", caller_phone="13700000009")
    reader.house.later(minutes=1)
    page = reader.come_in()
    page.choose_figure(Figure.RETURN_HOPS)
    assert page.board.about.aside.text() == "1 left out in this period"
    page.board.about.aside.click()
    qtbot.waitUntil(lambda: reader.records() == [waiting.title])
    assert page.listed.what.text() == "Return hops · left out"
    assert page.listed.heading._remark.text() == "1 record"
    page.choose_figure(Figure.OPENED)
    assert page.board.about.aside.isHidden(), "none was cancelled or merged"


def test_shares_are_ranked_by_the_lower_end_of_their_interval() -> None:
    lucky, proven = (Standing(name, name, name, Figure.RESOLUTION, answer)
                     for name, answer in (("lucky", Value(1, 1)), ("proven", Value(99, 100))))  # fmt: skip
    nobody = Standing("nobody", "nobody", "nobody", Figure.RESOLUTION, Value(0, 0))
    assert sorted([nobody, lucky, proven], key=rank) == [proven, lucky, nobody]


def test_only_the_last_filter_counts_days_that_mean_nothing_are_said_and_all_can_be_taken_up_again(
    reader: Reader, qtbot: QtBot
) -> None:
    page = reader.come_in()
    qtbot.waitActive(reader.window)
    for squad in ("north", "south", "harbour"):
        page.filters.squad.choose(reader.house.keys[squad])
    reader.counted()
    assert reader.tile(Figure.OPENED).words.value == "1"
    assert reader.tile(Figure.RESOLUTION).words.below == "Nobody was reached."
    page.filters.clear.click()
    reader.counted()
    assert reader.tile(Figure.OPENED).words.value == "2"
    page.filters.period.setCurrentIndex(page.filters.period.findData("yesterday"))
    reader.counted()
    assert reader.tile(Figure.OPENED).words.value == "0"
    assert page.board.heat.nothing.isVisibleTo(page.board.heat)

    page.filters.empty()
    before = page.filters.days
    page.filters.since.setFocus()
    page.filters.since.selectAll()
    QTest.keyClicks(page.filters.since, "2026-11-99")
    page.filters.until.setFocus()
    assert page.filters.days == before
    assert page.filters.since.property("wrong") is True
    page.filters.since.setFocus()
    page.filters.since.selectAll()
    QTest.keyClicks(page.filters.since, "2026-11-20")
    page.filters.until.setFocus()
    assert (page.filters.days.first.day, page.filters.days.count) == (20, 4)
    assert str(page.filters.named) == "own"

    page.filters.squad.choose(reader.house.keys["harbour"])
    page.filters.period.setCurrentIndex(page.filters.period.findData("week"))
    page.choose_figure(Figure.OPENED)
    draft = page.draft()
    page.filters.empty()
    page.choose_figure(Figure.RESPONSE)
    page.resume(draft)
    reader.counted()
    again = (page.figure, page.filters.squad.key, str(page.filters.named))
    assert again == (Figure.OPENED, reader.house.keys["harbour"], "week"), "as in another language"
    assert (reader.tile(Figure.OPENED).words.value, reader.tile(Figure.OPENED).isChecked()) == ("1", True)


def test_while_it_is_counted_the_old_numbers_stay_and_an_answer_to_an_older_filter_is_dropped(
    reader: Reader, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.come_in()
    gate, real, today = threading.Event(), asking.whole, page.filters.sought().until_at

    def slow(session: Any, person: Any, sought: Any) -> Any:
        found = real(session, person, sought)
        if (sought.squad_id, sought.until_at) == (reader.house.keys["south"], today):
            gate.wait()
        return found

    monkeypatch.setattr(asking, "whole", slow)
    page.filters.squad.choose(reader.house.keys["south"])
    try:
        qtbot.waitUntil(lambda: page.heading._remark.text().endswith("counting…"))
        assert reader.tile(Figure.OPENED).words.value == "2", "what stood there stays until the answer is there"
        page.filters.squad.choose(reader.house.keys["harbour"])
        reader.counted()
        assert reader.tile(Figure.OPENED).words.value == "1"
        assert "as of" in page.heading._remark.text()
    finally:
        gate.set()
    met, through = threading.Barrier(QUERY_LANES), list[int]()
    for _lane in range(QUERY_LANES):
        page.room.backstage.aside(met.wait, through.append, owner=page)
    qtbot.waitUntil(lambda: len(through) == QUERY_LANES)  # whatever was asked before has been answered
    assert reader.tile(Figure.OPENED).words.value == "1", "the answer for the squad before is not shown"


def test_arrows_go_from_figure_to_figure_and_from_mark_to_mark(reader: Reader, qtbot: QtBot) -> None:
    page = reader.come_in()
    qtbot.waitActive(reader.window)
    assert reader.tile(Figure.RESPONSE).hasFocus()
    QTest.keyClick(reader.tile(Figure.RESPONSE), Qt.Key.Key_Right)
    assert page.figure is Figure.RESOLUTION
    reader.counted()
    trend = page.board.trend
    trend.setFocus()
    QTest.keyClick(trend, Qt.Key.Key_End)
    assert trend.reading.text() == "11-23 · 100.0 % · 95 %: 20.7 – 100.0 % · n = 1"
    QTest.keyClick(trend, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: reader.records() == [reader.solved.title])
    page.put_away()
    page.board.heat.setFocus()
    QTest.keyClick(page.board.heat, Qt.Key.Key_Home)
    QTest.keyClick(page.board.heat, Qt.Key.Key_Right)
    assert page.board.heat.reading.text() == "Mon · 01:00 – 02:00 · 0 came in"
    heat, flow = page.board.heat, page.board.flow
    cells = [n for n, mark in enumerate(heat.marks) if not mark.words.endswith("· 0 came in")]
    assert sum(int(heat.marks[n].words.split()[-3]) for n in cells) == 2
    for chart, places in ((heat, cells), (flow, [0, 1])):
        for place in places:
            chart.setFocus()
            chart.point_at(place)
            QTest.keyClick(chart, Qt.Key.Key_Return)
            reader.counted()
            assert len(reader.records()) == (2 if chart is heat and len(cells) == 1 else 1)
            page.put_away()
    assert [mark.words for mark in flow.marks] == [
        "Hotline → confirmed solved · 1 of 2 (50.0 %)", "Hotline → in hand · 1 of 2 (50.0 %)",
    ]  # fmt: skip


def test_what_is_shown_is_taken_out_as_tables_and_as_a_picture_and_is_written_down_before(
    reader: Reader, qtbot: QtBot, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = reader.come_in()
    page.filters.squad.choose(reader.house.keys["north"])
    reader.counted()
    for name in ("out.csv", "out.xlsx", "out.png"):
        with qtbot.waitSignal(page.room.said) as told:
            page.export_to(tmp_path / name)
        assert str(tmp_path / name) in told.args[0]
    with (tmp_path / "out.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    resolution = next(row for row in rows if row and row[0] == "Resolution rate")
    assert resolution[:3] == ["Resolution rate", "1", "1"]
    assert resolution[3].startswith("0.206")
    assert [row[0] for row in rows if len(row) == 1] == [
        "Figures", "Ranking", "Trend", "When it comes in", "From channel to outcome",
    ]  # fmt: skip
    book = CalamineWorkbook.from_path(tmp_path / "out.xlsx")
    assert book.sheet_names == ["Figures", "Ranking", "Trend", "When it comes in", "From channel to outcome"]
    named = {row[0]: row for row in book.get_sheet_by_name("Figures").to_python()}
    assert named["Resolution rate"][1:3] == [1.0, 1.0], "numbers are numbers"
    assert (tmp_path / "out.png").read_bytes().startswith(b"\x89PNG")
    with reader.house.database.reading() as session:
        made = session.query(Export).order_by(Export.id).all()
    assert [(one.what, one.file) for one in made] == [
        ("figures", "out.csv"), ("figures", "out.xlsx"), ("figures", "out.png"),
    ]  # fmt: skip
    assert made[0].sought["squad_id"] == reader.house.keys["north"]

    monkeypatch.setitem(overseeing.EXPORTED_BY, "figures", Right.AUDIT)
    with qtbot.waitSignal(page.room.backstage.refused):
        page.export_to(tmp_path / "refused.csv")
    assert list(tmp_path.glob("*refused*")) == []
