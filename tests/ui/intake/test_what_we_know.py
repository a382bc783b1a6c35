"""Duplicates and the caller's history appear by themselves, never take the cursor, and one key attaches."""

import pytest
from PySide6.QtCore import Qt
from pytestqt.qtbot import QtBot

from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Unavailable
from commandcenter.queries.likeness import MOST
from tests.house import HERE, House
from tests.ui.intake.conftest import ALT, focused, press, type_
from ui.intake.page import IntakePage

WORDS = "Loud building work every night at the north gate, children cannot sleep"


def test_a_likely_duplicate_appears_while_typing_and_the_cursor_stays(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.known.alike_total == 1)
    assert focused() is page.form.words
    item = page.known.current
    assert item is not None
    assert case.number in item.facts
    assert item.badge == "To dispatch"
    assert "% alike" in item.why
    page.form.place.set_point((HERE[0] + 0.0005, HERE[1]))
    qtbot.waitUntil(lambda: "45 m away" in (page.known.current.why if page.known.current else ""))
    assert page.known.attach.text().startswith(f"Attach to {case.number}")


def test_one_key_attaches_a_new_call_to_the_case_shown(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    case = small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.attachable is not None)
    with qtbot.waitSignal(page.counter.settled):
        press(Qt.Key.Key_A, ALT)
    attached = small_house.complaints_of(case)
    assert len(attached) == 2
    assert attached[1].words == "Building work every night, children cannot sleep"
    assert page.panel.result.number.text() == case.number
    assert "2 complaints" in page.panel.result.words.text()
    assert page.form.call().blank


def test_where_the_case_has_ended_meanwhile_the_call_stays_received_and_that_is_said(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.attachable is not None)
    shown = page.known.attachable
    assert shown is not None
    small_house.do("ann", "merge", case, case=small_house.case(words="Dust").id, reason="the same site")
    with qtbot.waitSignal(page.counter.returned):
        page.attach(shown)
    (waiting,) = [c for c in page.room.picture.of(Complaint).values() if c.state == "received"]
    trouble = page.panel.trouble.text
    assert trouble.startswith(f"{waiting.number} is received and waits in the list, but: Case {case.number} has ended")
    assert page.form.words.toPlainText() == "Building work every night, children cannot sleep"
    assert page.form.call().complaint == waiting.id


def test_the_caller_s_history_appears_with_its_total(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    for n in range(MOST + 2):
        small_house.complaint(words=f"Quite another thing {n}")
    page.form.phone.setText("+86 139-1234-8816")
    qtbot.waitUntil(lambda: page.known.known.caller_total == MOST + 2)
    headings = [item.title for item in page.known.list.items if item.complaint is None]
    assert f"This caller: {MOST + 2} earlier, {MOST} shown" in headings


def test_a_masked_caller_still_has_a_history(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    """The number need not be shown to know that it called before."""
    small_house.complaint(words="The lamp in our street is dark")
    second = small_house.complaint(words="Fishing boats block the harbour")
    qtbot.waitUntil(lambda: len(page.incoming.table.keys()) == 2)
    page.incoming.view.select(second.id)
    qtbot.waitUntil(lambda: page.known.known.caller_total == 1)
    assert page.form.phone.text() == ""
    assert page.form.phone.placeholderText() == "王** 139****8816"


def test_alt_and_the_arrows_choose_which_case_is_meant_without_moving_the_cursor(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    for _n in range(2):
        small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.known.alike_total == 2)
    first = page.known.attachable
    press(Qt.Key.Key_Down, ALT)
    second = page.known.attachable
    press(Qt.Key.Key_Down, ALT)
    assert first is not None
    assert second is not None
    assert first.id != second.id
    assert page.known.attachable is not None
    assert focused() is page.form.words


def test_an_ended_case_is_shown_but_nothing_can_be_attached_to_it(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.visiting(words=WORDS)
    (complaint,) = small_house.complaints_of(case)
    small_house.do("bob", "visit", complaint, outcome="reached", solved=True, satisfied=5)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.known.alike_total == 1)
    assert page.known.attachable is None
    assert not page.known.attach.isEnabled()
    assert page.known.attach.text() == f"{case.number} has ended"


def test_what_we_know_follows_what_happens_elsewhere(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    case = small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.attachable is not None)
    small_house.do("bob", "dispatch", case, squad=small_house.keys["north"], why="its area")
    qtbot.waitUntil(lambda: page.known.current is not None and page.known.current.badge == "To accept")


def test_an_empty_form_knows_nothing(page: IntakePage, small_house: House, qtbot: QtBot) -> None:
    small_house.case(words=WORDS)
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.known.alike_total == 1)
    press(Qt.Key.Key_N, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: page.known.known.alike_total == 0)


def test_a_case_that_answers_words_typed_before_is_not_attached_to(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    noise = small_house.case(words=WORDS)
    dust = small_house.case(words="Thick dust from the cement lorries on the market street", caller_phone="13700000009")
    type_("Building work every night, children cannot sleep")
    qtbot.waitUntil(lambda: page.known.attachable is not None and page.known.attachable.id == noise.id)
    page.form.words.selectAll()
    with qtbot.waitSignal(page.room.said, check_params_cb=lambda words, _tone: words.startswith(dust.number)):
        type_("Thick dust from the cement lorries on the market street")
        press(Qt.Key.Key_A, ALT)
        assert not page.form.call().blank, "it was attached to the case shown for other words"
    assert page.known.attachable is not None
    assert page.known.attachable.id == dust.id
    assert len(small_house.complaints_of(noise)) == len(small_house.complaints_of(dust)) == 1


def test_the_same_case_asked_for_a_moment_too_early_is_attached_to_when_the_answer_is_there(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    type_("Building work every night, children cannot")
    qtbot.waitUntil(lambda: page.known.attachable is not None)
    with qtbot.waitSignal(page.counter.settled):
        type_(" sleep")
        press(Qt.Key.Key_A, ALT)
    assert small_house.complaints_of(case)[1].words == "Building work every night, children cannot sleep"


def test_after_a_question_that_was_refused_the_key_asks_again(
    page: IntakePage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = small_house.case(words=WORDS)
    with monkeypatch.context() as away:
        away.setattr(page.room.backstage, "store", _away)
        with qtbot.waitSignal(page.room.said) as said:
            type_("Building work every night, children cannot sleep")
    assert said.args[0] == "The server is away."
    press(Qt.Key.Key_A, ALT)
    assert page.window().shell.messages.text.startswith("Still looking")  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: page.known.attachable is not None)
    assert page.known.attachable is not None
    assert page.known.attachable.id == case.id
    assert not page.knowing.pending


def _away() -> None:
    raise Unavailable("The server is away.")
