"""What came in: the list, taking one up, and what other stations do meanwhile."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from tests.house import House
from tests.ui.intake.conftest import ALT, CTRL, press, type_
from ui.intake.page import IntakePage


def test_a_complaint_of_another_station_is_in_the_list_by_itself(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Rubbish on the beach.", urgency="urgent", channel="app")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    words = [page.incoming.table.index(0, column).data() for column in range(3)]
    assert words == ["● 15 min left", "Rubbish on the beach", "Urgent"]
    picture, ann = page.room.picture, page.room.person
    assert IntakePage.count(picture, ann) == 1
    assert IntakePage.count(picture, picture.of(Person)[small_house.keys["oscar"]]) == 0


def test_the_most_pressing_stands_first_and_the_settled_leave(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    first = small_house.complaint(words="First")
    small_house.later(minutes=5)
    second = small_house.complaint(words="Second")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [first.id, second.id])
    small_house.do("bob", "answer", first, answer="Explained.")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [second.id])


def test_a_complaint_that_is_taken_up_becomes_a_case_with_what_was_changed(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise", channel="web")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    press(Qt.Key.Key_L, ALT)
    assert page.form.call().complaint == complaint.id
    assert page.panel.title.text() == complaint.number
    page.form.place.line.setFocus()
    type_(", next to the school")
    page.form.matter.choose(small_house.keys["noise"])
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
    after = small_house.get(Complaint, complaint.id)
    assert after.place_words == f"{complaint.place_words}, next to the school"
    assert after.words == "Noise"
    assert after.state == "linked"
    assert page.panel.result.number.text() == small_house.get(Case, after.case_id or "").number


def test_what_came_in_is_left_as_it_came_and_f2_begins_the_next_call_beside_it(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise", channel="web")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    press(Qt.Key.Key_L, ALT)
    press(Qt.Key.Key_Return)
    assert page.form.words.isReadOnly()
    assert page.form._said.text() == "What is said · as it came"
    type_("NEW CALLER TEXT")
    assert page.form.words.toPlainText() == "Noise"
    press(Qt.Key.Key_F2)
    assert page.form.call().complaint is None
    type_("NEW CALLER TEXT")
    assert page.form.words.toPlainText() == "NEW CALLER TEXT"
    press(Qt.Key.Key_F2)
    assert page.form.words.toPlainText() == "NEW CALLER TEXT", "a call that is being typed goes on"
    assert small_house.get(Complaint, complaint.id).words == "Noise"


def test_a_complaint_that_is_taken_up_unchanged_is_not_amended(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.matter.choose(small_house.keys["noise"])
    with qtbot.waitSignal(page.counter.settled):
        page.accept()
    assert small_house.get(Complaint, complaint.id).version == 2


def test_the_second_of_two_stations_is_refused_and_keeps_its_words(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.words.setPlainText("Noise, and dust too")
    page.form.matter.choose(small_house.keys["noise"])
    small_house.do("bob", "answer", complaint, answer="Explained.")
    with qtbot.waitSignal(page.counter.returned):
        page.accept()
    assert "Bob" in page.panel.trouble.text
    assert page.form.words.toPlainText() == "Noise, and dust too"


def test_a_complaint_settled_elsewhere_leaves_the_form_where_nothing_was_typed(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    assert page.form.words.toPlainText() == "Noise"
    small_house.do("bob", "answer", complaint, answer="Explained.")
    qtbot.waitUntil(lambda: page.form.call().blank)


def test_a_complaint_amended_elsewhere_is_followed_or_told(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    small_house.do("bob", "amend", complaint, words="Noise and dust", urgency="ordinary")
    qtbot.waitUntil(lambda: page.form.words.toPlainText() == "Noise and dust")
    page.form.words.setPlainText("My own words")
    small_house.do("bob", "amend", complaint, words="Noise, dust and smoke", urgency="ordinary")
    qtbot.waitUntil(lambda: "Bob has changed this complaint" in page.panel.trouble.text)
    assert page.form.words.toPlainText() == "My own words"


def test_what_a_filter_hides_is_said(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    small_house.complaint(words="Noise")
    other = small_house.complaint(words="Rubbish on the beach")
    qtbot.waitUntil(lambda: len(page.incoming.table.keys()) == 2)
    press(Qt.Key.Key_F, CTRL)
    type_("beach")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [other.id])
    assert page.incoming.hidden.text() == "1 is hidden by the filter"
    assert page.incoming.hidden.isVisible()
    press(Qt.Key.Key_Escape)
    qtbot.waitUntil(lambda: len(page.incoming.table.keys()) == 2)
    assert not page.incoming.hidden.isVisible()


def test_a_filter_that_is_on_follows_what_comes_and_what_is_amended(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    press(Qt.Key.Key_F, CTRL)
    type_("BEACH")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [])
    assert page.incoming.hidden.text() == "1 is hidden by the filter"
    other = small_house.complaint(words="Rubbish on the beach")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [other.id])
    small_house.do("bob", "amend", complaint, words="Noise on the beach", urgency="ordinary")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id, other.id])
    small_house.do("bob", "answer", other, answer="Explained.")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])


def test_the_words_a_filter_looks_in_are_made_ready_before_anybody_types(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="Ｎoise")
    qtbot.waitUntil(lambda: "noise" in page.incoming._sought._words.get(complaint.id, ""))


def test_the_command_bar_s_caller_goes_onto_a_fresh_form(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    small_house.complaint()
    assert page.ask_phone("13912348816")
    qtbot.waitUntil(lambda: page.known.known.caller_total == 1)


def test_a_complaint_can_be_shown_from_elsewhere(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    complaint = small_house.complaint(words="Noise")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    assert page.select("complaint", complaint.id)
    assert page.form.call().complaint == complaint.id
    assert not page.select("case_file", complaint.id)
