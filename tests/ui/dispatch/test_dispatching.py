"""Dispatching in the window: with the keyboard alone, with reasons that stay, and with somebody quicker."""

from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.assignments import Assignment, Part
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import restored
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.dispatch.conftest import OpenPage
from ui.dispatch.page import DispatchPage

K = Qt.Key


def press(page: DispatchPage, *keys: Qt.Key) -> None:
    """Keys as they come from the keyboard: to whatever has the cursor."""
    for key in keys:
        QTest.keyClick(page.window().focusWidget(), key)


def sent(house: House, case: Case) -> list[Assignment]:
    """The assignments of a case, lead first, as the database has them."""
    with house.database.reading() as session:
        found = session.query(Assignment).where(Assignment.case_id == case.id).all()
    return sorted(found, key=lambda a: a.part != Part.LEAD)


def shown(page: DispatchPage) -> list[Key]:
    """The cases of the list, from the top."""
    return page.waiting.table.keys()


def test_one_key_and_enter_dispatch_and_what_was_recommended_stays(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case, later = small_house.case(), small_house.case(words="占道经营堵住消防通道")
    shell, page = open_page()
    assert page.case_panel.case is not None
    assert page.case_panel.case.id == case.id
    press(page, K.Key_2, K.Key_1, K.Key_Return)
    qtbot.waitUntil(lambda: page.waiting.key == later.id)
    [lead] = sent(small_house, case)
    assert lead.squad_id == small_house.keys["north"]
    assert lead.why["recommended"][0]["squad"] == small_house.keys["north"]
    assert str(restored(lead.why["recommended"][0]["reasons"])).startswith("its own area")
    assert lead.reason.startswith("its own area")
    i18n.use("zh_CN")
    assert lead.reason.startswith("属地"), "whoever reads it reads it in his own language"
    i18n.use("en")
    assert f"{case.number} dispatched to North" in shell.messages.text


def test_somebody_quicker_is_told_by_name_and_the_row_leaves(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case = small_house.case()
    shell, page = open_page()
    small_house.do("bob", "dispatch", case, squad=small_house.keys["south"], why="熟悉情况")
    press(page, K.Key_Return)  # before the news of it has reached this window
    qtbot.waitUntil(lambda: any("Bob changed it first, at " in m.text for m in shell.messages.messages))
    qtbot.waitUntil(lambda: not shown(page))
    assert page.case_panel.case is None
    assert [a.squad_id for a in sent(small_house, case)] == [small_house.keys["south"]]


def test_a_case_that_another_station_sends_leaves_with_who_and_where(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case = small_house.case()
    shell, page = open_page()
    small_house.do("bob", "dispatch", case, squad=small_house.keys["south"], why="熟悉情况")
    qtbot.waitUntil(lambda: page.case_panel.case is None)
    assert shell.messages.text == f"{case.number} has been sent to South meanwhile, by Bob at 09:30."


def test_what_was_typed_for_a_case_that_is_sealed_is_said_to_be_kept_and_comes_back_with_it(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case = small_house.case()
    shell, page = open_page()
    page.send_panel.note.setPlainText("先联系物业")
    small_house.do("ines", "seal", case, reason="涉及队员")
    qtbot.waitUntil(lambda: not shown(page))
    assert shell.messages.text.startswith(f"Case {case.number} was sealed: it is there for the people named alone.")
    assert "What you typed is kept" in shell.messages.text
    small_house.do("ines", "unseal", case, reason="查清")
    qtbot.waitUntil(lambda: shown(page) == [case.id])
    page.waiting.select(case.id)
    assert page.send_panel.note.toPlainText() == "先联系物业"


def test_the_most_pressing_case_is_on_top(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    calm = small_house.case()
    small_house.later(minutes=10)
    urgent = small_house.case(urgency="urgent", words="燃气管旁违规动土")
    small_house.later(minutes=1)
    last = small_house.case(words="楼顶违建加盖阳光房")
    _shell, page = open_page()
    assert shown(page) == [urgent.id, calm.id, last.id]
    column = page.waiting.table.columns[0]
    assert column.text(urgent, small_house.now) == "● 4 min left"
    assert column.text(urgent, urgent.dispatch_due_at or small_house.now) == "◆ under 1 min left"


def test_a_squad_that_was_not_recommended_needs_a_reason(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    for number in range(4):  # more squads than cards
        _add_squad(small_house, f"Z{number}")
    case = small_house.case()
    _shell, page = open_page()
    panel = page.send_panel
    stranger = next(key for key in panel.choosing.everybody  # type: ignore[union-attr]
                    if key not in [c.squad.id for c in panel.choosing.cards])  # type: ignore[union-attr]
    panel.search.choose(stranger)
    assert panel.other.isVisible()
    assert panel.why.text() == ""
    QTest.keyClick(panel.why, K.Key_Return)
    assert "is not among those recommended: say why it is sent." in panel.said.text
    assert not sent(small_house, case)
    QTest.keyClicks(panel.why, "they handled the first round")
    QTest.keyClick(panel.why, K.Key_Return)
    qtbot.waitUntil(lambda: not shown(page))
    [lead] = sent(small_house, case)
    assert lead.squad_id == stranger
    assert lead.reason == lead.why["why"] == "they handled the first round"
    assert stranger not in [r["squad"] for r in lead.why["recommended"]]


def test_the_second_enter_of_two_in_a_row_does_not_send_a_case_nobody_has_looked_at(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case, later = small_house.case(), small_house.case(words="占道经营堵住消防通道")
    _shell, page = open_page()
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: page.waiting.key == later.id)
    assert not page.send_panel.send.isEnabled()
    press(page, K.Key_1, K.Key_Return)
    assert page.send_panel.said.text == "Enter again sends the next case."
    qtbot.waitUntil(page.send_panel.send.isEnabled)
    assert sent(small_house, case)
    assert not sent(small_house, later)
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: not shown(page))
    assert sent(small_house, later)


def test_a_case_that_was_chosen_by_hand_can_be_sent_at_once(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    cases = [small_house.case() for _n in range(3)]
    _shell, page = open_page()
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: page.waiting.key == cases[1].id)
    press(page, K.Key_Down, K.Key_Return)
    qtbot.waitUntil(lambda: shown(page) == [cases[1].id])
    assert sent(small_house, cases[2])


def test_a_key_that_is_held_down_sends_nothing(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    case = small_house.case()
    _shell, page = open_page()
    for widget, key, held in (
        (page.waiting.view, K.Key_Return, Qt.KeyboardModifier.NoModifier),
        (page.waiting.view, K.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (page.send_panel.why, K.Key_Enter, Qt.KeyboardModifier.NoModifier),
    ):
        widget.setFocus()
        QTest.simulateEvent(widget, True, key, held, "\r", True)
        assert page.send_panel.send.isEnabled(), "it is on its way"
    page.waiting.view.setFocus()
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: not shown(page))
    assert len(sent(small_house, case)) == 1


def test_the_key_of_a_squad_that_is_not_there_takes_the_choice_away_from_enter(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    case = small_house.case()
    _shell, page = open_page()
    panel = page.send_panel
    for key, number in ((K.Key_9, 9), (K.Key_0, 0), (K.Key_4, 4)):
        press(page, key)
        assert panel.said.text == f"There is no squad {number}: choose one that is shown, or search for it."
        assert not any(card.is_chosen for card in panel.cards)
        press(page, K.Key_Return)
        assert panel.said.text == "Choose a squad first."
    page._weigh()
    assert panel.choosing is not None
    assert panel.choosing.lead is None, "weighed anew, nobody leads by habit"
    press(page, K.Key_2, K.Key_Return)
    qtbot.waitUntil(lambda: not shown(page))
    assert len(sent(small_house, case)) == 1


def test_another_case_is_offered_the_best_squad_again(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    small_house.case()
    small_house.case(words="占道经营堵住消防通道")
    _shell, page = open_page()
    press(page, K.Key_9, K.Key_Down)
    assert page.send_panel.cards[0].is_chosen
    press(page, K.Key_Up)
    assert page.send_panel.cards[0].is_chosen, "the first one is looked at afresh too"
    assert page.send_panel.said.text == ""


def _add_squad(house: House, code: str) -> None:
    from commandcenter.domain.units import Squad

    def add(work: Any) -> None:
        work.add(Squad(code=code, name_zh=f"新{code}", name_en=f"New {code}", tier="direct", domains=["ocean"]))

    house.database.run("set_up", house.person("adam"), "test", add)


def test_plus_and_a_number_add_an_assisting_squad(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    case = small_house.case()
    _shell, page = open_page()
    helper = page.send_panel.choosing.cards[1].squad.id  # type: ignore[union-attr]
    press(page, K.Key_Plus, K.Key_2)
    page.send_panel.note.setPlainText("先测噪声值")
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: not shown(page))
    lead, assisting = sent(small_house, case)
    assert (assisting.squad_id, assisting.part) == (helper, Part.ASSIST)
    assert lead.note == assisting.note == "先测噪声值"


def test_the_slash_finds_any_squad_by_its_initials(small_house: House, open_page: OpenPage, qtbot: QtBot) -> None:
    i18n.use("zh_CN")
    small_house.case()
    _shell, page = open_page()
    press(page, K.Key_Slash)
    line = page.send_panel.search.lineEdit()
    assert line is not None
    assert line.hasFocus()
    assert line.text() == ""
    QTest.keyClicks(line, "nzd")  # 南中队
    QTest.keyClick(line, K.Key_Return)
    assert page.send_panel.choosing is not None
    assert page.send_panel.choosing.lead == small_house.keys["south"]


def test_what_no_squad_has_accepted_can_be_shown_and_helped(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    assignment = small_house.dispatched()
    case = small_house.get(Case, assignment.case_id)
    _shell, page = open_page()
    assert shown(page) == []
    page.waiting.all_button.click()
    assert shown(page) == [case.id]
    page.waiting.select(case.id)
    assert page.send_panel.send.text() == "Send as assisting"
    page.send_panel.take(small_house.keys["south"])
    press(page, K.Key_Return)
    qtbot.waitUntil(lambda: len(sent(small_house, case)) == 2)
    assert small_house.get(Case, case.id).state == CaseState.DISPATCHED
    assert sent(small_house, case)[1].squad_id == small_house.keys["south"]


def test_a_return_that_was_agreed_sends_nobody_back_to_the_same_squad_by_habit(
    small_house: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    assignment = small_house.dispatched()
    request = small_house.do("carl", "ask_return", assignment, reason="不在辖区", basis="属地管理")
    small_house.do("sue", "agree", request, ruling="同意")
    _shell, page = open_page()
    choosing = page.send_panel.choosing
    assert choosing is not None
    assert choosing.cards[0].squad.id != small_house.keys["north"]
    north = choosing.everybody[small_house.keys["north"]]
    assert "gave this case back before" in [str(c) for c in north.cautions]


def test_what_was_decided_survives_another_language(
    small_house: House, make_window: MakeWindow, with_passwords: House, no_web_engine: None, qtbot: QtBot
) -> None:
    case = small_house.case()
    window = make_window()
    shell = enter(window, "ann", qtbot)
    page = shell.go("dispatch")
    assert isinstance(page, DispatchPage)
    page.send_panel.take(small_house.keys["south"])
    page.send_panel.note.setPlainText("先测噪声值")
    with qtbot.waitSignal(page.map.explained):
        pass
    window.preferences.language = "zh_CN"
    assert window.shell is not None
    anew = window.shell.page
    assert isinstance(anew, DispatchPage)
    assert anew is not page
    assert anew.case_panel.case is not None
    assert anew.case_panel.case.id == case.id
    assert anew.send_panel.choosing is not None
    assert anew.send_panel.choosing.lead == small_house.keys["south"]
    assert anew.send_panel.note.toPlainText() == "先测噪声值"


def test_nothing_waits_is_said_and_nothing_can_be_sent(open_page: OpenPage) -> None:
    _shell, page = open_page()
    assert page.case_panel.case is None
    press(page, K.Key_1, K.Key_Return)
    assert page.case_panel.head.title.text() == "No case is chosen"
