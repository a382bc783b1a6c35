"""Answer, decline, show the caller: the form of the move stands below the call it is about."""

from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.rulings import Reveal
from tests.house import House
from tests.ui.intake.conftest import ALT, CTRL, held, press, type_
from ui.intake.page import IntakePage

WORDS = "The bus was late again"


def _the_only_complaint(house: House) -> Complaint:
    with house.database.reading() as session:
        (complaint,) = session.query(Complaint).all()
        return complaint


def test_a_decline_without_a_referral_is_refused_and_keeps_every_word(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    type_(WORDS)
    press(Qt.Key.Key_D, ALT)
    asking = page.panel.asking
    assert asking is not None
    asking.set_value("code", "not_our_domain")
    asking.set_value("words", "Buses are not ours.")
    with qtbot.waitSignal(page.counter.returned):
        asking.submit()
    assert asking.rows["refer_to"].wrong == "Please name who is responsible instead."
    assert asking.value("words") == "Buses are not ours."
    assert page.form.words.toPlainText() == WORDS
    complaint = _the_only_complaint(small_house)
    assert (complaint.state, page.form.call().complaint) == ("received", complaint.id)
    asking.set_value("refer_to", "The bus company, 96166")
    with qtbot.waitSignal(page.counter.settled):
        asking.submit()
    complaint = _the_only_complaint(small_house)
    assert (complaint.state, complaint.refer_to, complaint.answer) == (
        "declined", "The bus company, 96166", "Buses are not ours.")  # fmt: skip
    assert page.form.call().blank
    assert page.panel.asking is None


def test_a_complaint_is_answered_at_once(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    complaint = small_house.complaint(words=WORDS)
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.words.setFocus()
    press(Qt.Key.Key_W, ALT)
    type_("Explained")
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_Return, CTRL)
    answered = small_house.get(Complaint, complaint.id)
    assert (answered.state, answered.answer) == ("answered", "Explained")


def test_an_empty_call_can_be_neither_answered_nor_declined(page: IntakePage, small_house: House) -> None:
    press(Qt.Key.Key_D, ALT)
    assert page.panel.asking is None
    assert page.form.wrong == ["words"]


def test_esc_leaves_the_move_and_keeps_the_call(page: IntakePage) -> None:
    type_(WORDS)
    press(Qt.Key.Key_D, ALT)
    assert page.panel.asking is not None
    press(Qt.Key.Key_Escape)
    assert page.panel.asking is None
    assert page.form.words.toPlainText() == WORDS
    assert page.form.words.hasFocus()


def test_the_caller_is_shown_for_a_reason_and_only_for_a_while(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words=WORDS)
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.words.setFocus()
    press(Qt.Key.Key_V, ALT)
    type_("The address is not clear")
    press(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(page.panel.caller.isVisible)
    assert page.panel.caller.text().startswith("王女士 13912348816 · shown until 09:35")
    with small_house.database.reading() as session:
        (look,) = session.query(Reveal).all()
    assert (look.revealed_by_id, look.reason) == (small_house.keys["ann"], "The address is not clear")
    small_house.later(minutes=6)
    page.room.pulse.tick()
    assert not page.panel.caller.isVisible()
    assert page.panel.caller.text() == ""


def test_another_call_on_the_form_hides_the_caller_of_the_last_one(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words=WORDS)
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.words.setFocus()
    press(Qt.Key.Key_V, ALT)
    type_("The address is not clear")
    press(Qt.Key.Key_Return, CTRL)
    qtbot.waitUntil(page.panel.caller.isVisible)
    page.begin()
    assert not page.panel.caller.isVisible()


def test_the_next_caller_s_words_stay_when_the_answered_call_is_received_behind_them(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    type_(WORDS)
    press(Qt.Key.Key_W, ALT)
    asking = page.panel.asking
    assert asking is not None
    asking.set_value("answer", "Explained")
    with qtbot.waitSignal(page.counter.settled), held(small_house):
        asking.submit()
        page.begin()
        type_("Gas smells in building 4")
        page.form.phone.setText("13900002222")
    call = page.form.call()
    assert (call.words, call.caller_phone, call.complaint) == ("Gas smells in building 4", "13900002222", None)
    assert page.counter.desk.unfinished() == []


def test_the_caller_is_covered_so_long_after_the_look_and_not_after_the_answer_came(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words=WORDS)
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    look = Reveal(complaint_id=complaint.id, revealed_at=small_house.now)
    small_house.later(minutes=2)
    page.revealing.show((look, small_house.get(Complainant, complaint.complainant_id)))
    assert page.panel.caller.text().startswith("王女士 13912348816 · shown until 09:35")
