"""The board of what is owed: whose rows, in which groups, most pressing first; and who holds what."""

import datetime as dt

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter.domain.people import Person
from commandcenter.domain.sightings import Sighting
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.followup.groups import By
from ui.followup.page import FollowUpPage
from ui.main_window import MainWindow


class Board:
    """The page in front of somebody."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot

    def of(self, login: str) -> FollowUpPage:
        """Sign in and go to the page."""
        shell = enter(self.window, login, self.qtbot)
        shell.go("followup")
        page = shell.page_of("followup")
        assert isinstance(page, FollowUpPage)
        self.page = page
        return page

    def rows(self) -> list[str]:
        """What the rows say, headings in brackets."""
        now = self.house.now
        said = []
        for key in self.page.table.keys():  # noqa: SIM118 – a model, not a mapping
            row = self.page.table.grouped.rows[key]
            if key in self.page.table.grouped.groups:
                heading = self.page.table.heading(row, now)
                said.append(f"[{heading.title} {heading.count}/{heading.late}]")
            else:
                said.append(f"{row.debt} {row.number}")
        return said


@pytest.fixture
def board(make_window: MakeWindow, with_passwords: House, qtbot: QtBot) -> Board:
    return Board(make_window(), with_passwords, qtbot)


def test_an_officer_sees_their_own_and_only_that(board: Board) -> None:
    board.house.contacted()
    board.house.dispatched(squad="south", caller_phone="13700000003")
    page = board.of("oscar")
    assert page.by is By.MINE
    assert board.rows() == ["[A word on progress 1/0]", "progress 261123-0001", "[Resolve 1/0]", "resolve 261123-0001"]


def test_a_captain_sees_the_squad_by_officer_and_what_nobody_has_accepted(board: Board) -> None:
    house = board.house
    house.accepted()
    house.later(minutes=1)
    house.dispatched(caller_phone="13700000003")
    house.dispatched(squad="south", caller_phone="13700000004")
    page = board.of("carl")
    assert page.by is By.OFFICER
    assert [row for row in board.rows() if row[0] == "["] == ["[Oscar 3/0]", "[North · nobody yet 3/0]"]


def test_an_operator_sees_what_they_own_and_the_return_visits_that_are_theirs(board: Board) -> None:
    house = board.house
    house.visiting()
    house.later(minutes=1)
    house.case(caller_phone="13700000003")
    page = board.of("ann")
    assert page.by is By.MINE
    assert board.rows() == ["[Dispatch 1/0]", "dispatch 261123-0002", "[Return visit 1/0]", "visit 261123-0001",
                            "[A word on progress 1/0]", "progress 261123-0002"]  # fmt: skip
    assert FollowUpPage.count(board.window.backstage.picture, house.person("ann")) == 2
    assert FollowUpPage.count(board.window.backstage.picture, house.person("bob")) == 0, "the visit is ann's"
    assert FollowUpPage.count(board.window.backstage.picture, house.person("carl")) == 0


def test_ctrl_1_2_3_group_the_board_and_the_choice_is_remembered(board: Board, qtbot: QtBot) -> None:
    house = board.house
    house.accepted()
    house.later(minutes=1)
    house.dispatched(squad="south", caller_phone="13700000003")
    page = board.of("sue")
    assert str(page.by) == By.SQUAD
    headings = [row for row in board.rows() if row[0] == "["]
    assert headings == ["[North 3/0]", "[South 3/0]", "[Ann 1/0]"], "before anybody accepts, its owner owes the word"
    board.window.activateWindow()
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_1, Qt.KeyboardModifier.ControlModifier)
    assert str(page.by) == By.OFFICER
    assert "[Oscar 3/0]" in board.rows()
    board.window.sign_out()
    assert board.of("sue").by is By.OFFICER


def test_what_becomes_late_is_counted_and_the_most_pressing_group_comes_first(board: Board) -> None:
    house = board.house
    house.dispatched(squad="south")
    house.later(minutes=5)
    house.dispatched(urgency="urgent", caller_phone="13700000003")
    page = board.of("sue")
    assert board.rows()[0] == "[North 3/0]"
    house.later(minutes=20)
    board.window.pulse.tick()
    assert board.rows()[0] == "[North 3/1]"
    assert page._counts.text() == "8 · 1 late"


def test_a_row_appears_changes_and_leaves_while_one_looks(board: Board, qtbot: QtBot) -> None:
    house = board.house
    page = board.of("carl")
    assert board.rows() == []
    assert page.view._empty.isVisible()
    assignment = house.dispatched()
    qtbot.waitUntil(lambda: len(board.rows()) == 4)
    assert page.view.select(f"contact:{assignment.id}")
    house.do("carl", "accept", assignment, officer=house.keys["oscar"])
    qtbot.waitUntil(lambda: board.rows()[0] == "[Oscar 3/0]")
    assert page.view.key == f"contact:{assignment.id}", "the selection follows what is owed, not the row"
    house.do("oscar", "contact", assignment, means="visit", outcome="reached", words="到场")
    qtbot.waitUntil(lambda: f"contact:{assignment.id}" not in page.table.grouped.rows)
    assert page.view.key is None, "nobody acts on a neighbour they did not choose"


def test_groups_fold_and_unfold_with_the_keyboard(board: Board, qtbot: QtBot) -> None:
    house = board.house
    house.accepted()
    page = board.of("carl")
    heading = page.table.key_at(0)
    assert heading is not None
    page.view.select(heading)
    assert len(board.rows()) == 4
    QTest.keyClick(page.view, Qt.Key.Key_Left)
    assert board.rows() == ["[Oscar 3/0]"]
    house.accepted(caller_phone="13700000003")
    qtbot.waitUntil(lambda: board.rows() == ["[Oscar 6/0]"])
    QTest.keyClick(page.view, Qt.Key.Key_Right)
    assert any(row.startswith("contact") for row in board.rows())


def test_an_officer_chosen_shows_duty_fixes_figures_and_all_they_hold(board: Board, qtbot: QtBot) -> None:
    house = board.house
    oscar = house.keys["oscar"]
    due_at = house.now + dt.timedelta(hours=2)
    assignment = house.contacted()
    promise = house.do("oscar", "promise", assignment.case_id, to_whom="王女士", what="今晚停工", due_at=due_at)
    house.do("oscar", "keep", promise, outcome="停了")
    house.later(hours=3)
    house.database.sight([Sighting(person_id=oscar, seen_at=house.now - dt.timedelta(seconds=40), lon=120.05, lat=35.95,
                                   accuracy=12.0)])  # fmt: skip
    page = board.of("carl")
    assert page.select(Person.kind(), oscar)
    panel = page.holder
    assert page._aside.currentWidget() is panel
    qtbot.waitUntil(lambda: "40 s ago" in panel.fixes.text())
    assert "in the area of North" in panel.fixes.text()
    assert "± 12 m" in panel.fixes.text()
    said = {cell._caption.text(): cell._value.text() for cell in (*panel.facts._cells, *panel.figures._cells)}
    qtbot.waitUntil(lambda: len(panel.figures._cells) == 4)
    said = {cell._caption.text(): cell._value.text() for cell in (*panel.facts._cells, *panel.figures._cells)}
    assert said["Duty"] == "on duty"
    assert (said["Cases"], said["Owed"], said["Late"]) == ("1", "2", "0")
    assert said["Contacts that reached"] == "1 of 1 · 100 %"
    assert said["Cases resolved"] == "0"
    assert said["Resolved on time"] == "–", "a share of nothing is no share"
    assert said["Promises kept"] == "1 of 1 · 100 %"
    assert {row.debt for row in panel._held.values()} == {"resolve", "progress"}
    panel.view.activated_key.emit(next(iter(panel._held)))
    assert page._aside.currentWidget() is page.case
    assert page.case.key == assignment.case_id


def test_a_case_asked_for_anywhere_opens_here_and_its_row_is_selected(board: Board, qtbot: QtBot) -> None:
    house = board.house
    assignment = house.contacted()
    page = board.of("oscar")
    assert board.window.room is not None
    board.window.room.open_case(assignment.case_id)
    qtbot.waitUntil(lambda: page.case.life is not None)
    row = page.view.record
    assert row is not None
    assert row.case_id == assignment.case_id
    assert board.window.room.selection is not None
    assert board.window.room.selection.id == assignment.case_id


def test_an_open_form_has_the_cursor_again_whenever_one_comes_back_to_it(board: Board, qtbot: QtBot) -> None:
    house = board.house
    assignment = house.contacted()
    page = board.of("oscar")
    shell, asking = board.window.shell, page.case.asking
    assert shell is not None
    assert page.view.show_member(f"resolve:{assignment.id}")
    qtbot.waitUntil(lambda: page.case.life is not None)
    board.window.activateWindow()
    qtbot.waitUntil(page.view.hasFocus)
    assert "R" in page.case.bar.letters()
    QTest.keyClick(page.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: asking.form is not None)
    assert asking.form is not None
    words = asking.form.rows["words"].answer.inner
    assert words.hasFocus()
    shell.go("archive")
    shell.go("followup")
    assert words.hasFocus(), "coming back to the page"
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_R)
    assert words.hasFocus(), "its letter leads into it"
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert "fill in" in asking.form.rows["words"].wrong, "Ctrl+Enter beside it sends it"
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_Escape)
    assert asking.form is None, "and Esc closes it"
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_R)
    qtbot.waitUntil(lambda: asking.form is not None)
    assert asking.form is not None
    asking.form.set_value("words", "已到现场")
    QTest.keyClick(asking.form.rows["words"].answer.inner, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: asking.form is None)


def test_the_board_opens_with_the_cursor_on_the_first_row_that_owes_something(board: Board, qtbot: QtBot) -> None:
    house = board.house
    assignment = house.contacted()
    page = board.of("oscar")
    board.window.activateWindow()
    qtbot.waitUntil(page.view.hasFocus)
    row = page.view.record
    assert row is not None
    assert (row.debt, row.case_id) == ("progress", assignment.case_id)
    qtbot.waitUntil(lambda: page.case.life is not None)
    QTest.keyClick(page.view, Qt.Key.Key_Return)
    assert board.window.focusWidget() is page.case, "Enter opens a case"
    assert len(board.rows()) == 4, "and folds nothing"


def test_letters_are_moves_in_the_list_only_and_a_form_that_is_open_keeps_them_away(board: Board, qtbot: QtBot) -> None:
    board.house.contacted()
    page = board.of("oscar")
    asking = page.case.asking
    qtbot.waitUntil(lambda: page.case.life is not None)
    board.window.activateWindow()
    switch = page.switches[By.MINE]
    switch.setFocus()
    qtbot.waitUntil(switch.hasFocus)
    QTest.keyClick(switch, Qt.Key.Key_R)
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_C)
    qtbot.waitUntil(lambda: asking.form is not None)
    assert asking.offer is not None
    assert asking.offer.move.name == "contact", "the letter pressed on a button began nothing"
    page.view.setFocus()
    QTest.keyClick(page.view, Qt.Key.Key_R)
    assert asking.offer.move.name == "contact"
    assert page.view.hasFocus()
