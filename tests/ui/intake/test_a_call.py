"""A call from the first word to the number that is read out, on the keyboard alone."""

import sqlite3

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from tests.house import HERE, House
from tests.ui.intake.conftest import ALT, CTRL, OpenPage, focused, press, type_
from ui.intake.page import IntakePage

WORDS = "Loud building work every night, the children cannot sleep"


def _type_a_call(words: str = WORDS) -> None:
    type_(words)
    press(Qt.Key.Key_Tab)
    type_("139 1234 8816")
    press(Qt.Key.Key_Tab)
    type_("Wang")
    press(Qt.Key.Key_Tab)
    type_("ygxq")
    press(Qt.Key.Key_Return)
    type_(" 3-1")
    press(Qt.Key.Key_Tab)
    type_("shshzs")
    press(Qt.Key.Key_Return)


def _cases(house: House) -> list[Case]:
    with house.database.reading() as session:
        return list(session.scalars(select(Case).order_by(Case.id)))


def _complaints(house: House) -> list[Complaint]:
    with house.database.reading() as session:
        return list(session.scalars(select(Complaint).order_by(Complaint.id)))


def test_a_call_typed_on_the_keyboard_alone_becomes_a_case_whose_number_is_shown(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    assert focused() is page.form.words
    _type_a_call()
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
    (case,) = _cases(small_house)
    (complaint,) = _complaints(small_house)
    assert page.panel.result.number.text() == case.number
    assert page.panel.result.isVisible()
    assert "North" in page.panel.result.words.text()
    assert (case.place_words, case.point, case.place_source) == ("阳光小区 3-1", HERE, "gazetteer")
    assert (case.squad_id, case.matter_id) == (small_house.keys["north"], small_house.keys["noise"])
    assert (complaint.words, complaint.channel, complaint.case_id) == (WORDS, "hotline", case.id)
    assert complaint.caller_mask == "W** 139****8816"
    assert small_house.get(Complainant, complaint.complainant_id or "").phone == "13912348816"


def test_the_next_call_can_be_typed_while_the_last_one_is_being_saved(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    """Another program holds the database: the form is free at once, and the call is saved when it can be."""
    _type_a_call()
    other = sqlite3.connect(small_house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    press(Qt.Key.Key_Return, CTRL)
    assert focused() is page.form.words
    type_("The next one")
    assert page.form.call().words == "The next one"
    assert _cases(small_house) == []
    with qtbot.waitSignal(page.counter.settled):
        other.execute("ROLLBACK")
    other.close()
    assert page.panel.result.number.text() == _cases(small_house)[0].number
    assert page.form.call().words == "The next one"


def test_what_is_missing_is_said_at_its_field_and_nothing_typed_is_lost(page: IntakePage, small_house: House) -> None:
    type_(WORDS)
    press(Qt.Key.Key_Return, CTRL)
    assert page.form.wrong == ["matter"]
    assert focused() is page.form.matter.line
    type_("shshzs")
    press(Qt.Key.Key_Return)
    assert page.form.wrong == []
    press(Qt.Key.Key_Return, CTRL)
    assert page.form.wrong == ["place_words"]
    assert page.form.words.toPlainText() == WORDS
    assert _complaints(small_house) == []


def test_a_matter_that_is_typed_but_none_of_the_list_is_not_passed_over(page: IntakePage, small_house: House) -> None:
    type_(WORDS)
    page.form.matter.line.setFocus()
    type_("barking")
    press(Qt.Key.Key_Tab)
    page.receive()
    assert page.form.wrong == ["matter"]
    assert _complaints(small_house) == []


def test_a_call_that_is_only_received_waits_in_the_list(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    type_(WORDS)
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_S, CTRL)
    (complaint,) = _complaints(small_house)
    assert complaint.state == "received"
    assert page.panel.result.number.text() == complaint.number
    assert page.incoming.table.keys() == [complaint.id]
    assert page.form.call().blank


def test_enter_goes_from_field_to_field(page: IntakePage) -> None:
    page.form.phone.setFocus()
    press(Qt.Key.Key_Return)
    assert focused() is page.form.name
    press(Qt.Key.Key_Return)
    assert focused() is page.form.place.line


def test_a_new_call_lays_the_unfinished_one_aside_and_it_can_be_taken_up_again(page: IntakePage, qtbot: QtBot) -> None:
    type_("First")
    first = page.form.call()
    press(Qt.Key.Key_N, CTRL)
    assert page.form.call().blank
    type_("Second")
    assert [call.id for call in page.counter.desk.unfinished()] == [first.id]
    page.take_up(first.id)
    assert page.form.words.toPlainText() == "First"
    assert [call.words for call in page.counter.desk.unfinished()] == ["Second"]


def test_the_urgency_follows_the_matter_until_somebody_chooses(page: IntakePage, small_house: House) -> None:
    page.form.matter.choose(small_house.keys["fishing"])
    assert page.form.call().urgency == "ordinary"
    page.form.urgency["urgent"].click()
    page.form.matter.choose(small_house.keys["noise"])
    assert page.form.call().urgency == "urgent"


def test_the_caller_may_stay_confidential(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    _type_a_call()
    page.form.confidential.click()
    with qtbot.waitSignal(page.counter.settled):
        page.accept()
    assert _cases(small_house)[0].confidential


def test_a_squad_s_officer_opens_a_case_found_by_ourselves(
    open_page: OpenPage, small_house: House, qtbot: QtBot
) -> None:
    page = open_page("oscar")
    assert not page.incoming.isVisible()
    assert not page.form.phone.isVisible()
    type_("A heap of rubble on the pavement")
    press(Qt.Key.Key_Tab)
    assert focused() is page.form.place.line
    type_("ygxq")
    press(Qt.Key.Key_Return)
    press(Qt.Key.Key_Tab)
    type_("shshzs")
    press(Qt.Key.Key_Return)
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
    (case,) = _cases(small_house)
    assert (case.origin, case.finder_id) == ("patrol", small_house.keys["oscar"])
    assert page.panel.result.number.text() == case.number
    assert _complaints(small_house) == []


def test_keys_that_type_nothing_reach_everything(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    complaint = small_house.complaint()
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    type_("Something")
    press(Qt.Key.Key_L, ALT)
    assert focused() is page.incoming.view
    press(Qt.Key.Key_F, CTRL)
    assert focused() is page.incoming.filter
    press(Qt.Key.Key_M, ALT)
    assert focused() is page.known.map


def test_ctrl_enter_twice_opens_the_case_and_blames_nobody_for_the_empty_form(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    type_("Water runs down the stairs")
    page.form.place.set_point((120.05, 35.95))
    page.form.place.line.setText("Sunny Estate")
    page.form.matter.choose(small_house.keys["noise"])
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
        press(Qt.Key.Key_Return, CTRL)
    assert page.panel.result.isVisible()
    assert page.form.wrong == []
    type_("x")
    page.form.words.clear()
    press(Qt.Key.Key_Return, CTRL)
    assert page.form.wrong == ["words"], "an empty form that somebody sends on purpose is told what it lacks"


def test_a_matter_that_is_needed_is_not_said_to_be_left_empty(page: IntakePage) -> None:
    type_("Water runs down the stairs")
    page.form.place.line.setText("Sunny Estate")
    page.form.matter.line.setText("qqqq")
    page.accept()
    assert page.form._labels["matter"].text() == "“qqqq” is not a matter of the list: choose one of it."
    page.receive()
    assert page.form._labels["matter"].text().endswith("choose one, or leave it empty.")
