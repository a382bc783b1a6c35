"""The form of a move: every field of every move has an input that gives what the operation takes."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from commandcenter.domain.fields import Field, Sort, checked
from commandcenter.domain.limits import Limit
from commandcenter.domain.moves import BY_NAME, MOVES, Move
from commandcenter.errors import Conflict, Incomplete
from tests.ui.widgets.hands import write
from ui import wording
from ui.theme import theme
from ui.widgets.move_form import MoveForm
from ui.widgets.picker import ManyPicker, Picker

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

ANSWERS: dict[Sort, Any] = {
    Sort.LINE: "阅武路 88 号", Sort.TEXT: "first\nsecond", Sort.FLAG: True, Sort.YES_NO: False, Sort.NUMBER: 180,
    Sort.RATING: 4, Sort.TIME: NOON, Sort.LIMIT: "3 wd", Sort.POINT: (119.98, 35.87), Sort.MATTER: "m",
    Sort.SQUAD: "s2", Sort.OFFICER: "o", Sort.CASE: "c", Sort.COMPLAINT: "p",
    Sort.PEOPLE: ["o", "s1"], Sort.READERS: ["o", "i"], Sort.FILE: Path("/tmp/a.jpg"),
}  # fmt: skip


class Offered:
    """What the forms may offer; it remembers what it was asked."""

    def __init__(self) -> None:
        self.asked: list[tuple[str, str | None]] = []

    def squads(self) -> list[tuple[str, str]]:
        return [("s1", "隐珠中队"), ("s2", "直属二中队"), ("s3", "珠海中队")]

    def officers(self, squad_id: str | None = None) -> list[tuple[str, str]]:
        self.asked.append(("officers", squad_id))
        return [("o", "王建国 0312")]

    def matters(self) -> list[tuple[str, str]]:
        return [("m", "社会生活噪声 CG-101")]

    def cases(self) -> list[tuple[str, str]]:
        return [("c", "261123-0042 噪声")]

    def complaints(self, case_id: str | None) -> list[tuple[str, str]]:
        self.asked.append(("complaints", case_id))
        return [("p", "261123-0107")]

    def readers(self) -> list[tuple[str, str]]:
        return [("o", "王建国"), ("i", "纪检员")]

    def people_and_squads(self) -> list[tuple[str, str]]:
        return [*self.squads(), ("o", "王建国")]


@pytest.fixture(autouse=True)
def in_china(qapp: QApplication) -> Iterator[None]:
    theme.apply(qapp, "day")
    wording.use_zone(ZoneInfo("Asia/Shanghai"))
    yield
    wording.use_zone(None)


def a_form(qtbot: QtBot, move: str | Move, **given: Any) -> MoveForm:
    form = MoveForm(BY_NAME[move] if isinstance(move, str) else move, Offered(), now=NOON, **given)
    qtbot.addWidget(form)
    form.show()
    return form


def answer_to(field: Field) -> Any:
    if field.choices is not None:
        return str(list(field.choices)[-1])
    return ["s1", "s2"] if field.many and field.sort is Sort.SQUAD else ANSWERS[field.sort]


@pytest.mark.parametrize("move", [move for move in MOVES if move.needs], ids=lambda move: move.name)
def test_every_move_has_a_form_that_gives_back_what_was_filled_in(move: Move, qtbot: QtBot) -> None:
    form = a_form(qtbot, move)
    wanted = {field.name: answer_to(field) for field in move.needs if not field.found}
    for name, value in wanted.items():
        form.set_value(name, value)
    with qtbot.waitSignal(form.submitted) as sent:
        form.submit()
    assert sent.args == [wanted]
    assert checked(move.needs, sent.args[0]) == wanted


@pytest.mark.parametrize("move", [move for move in MOVES if move.needs], ids=lambda move: move.name)
def test_an_empty_form_is_refused_at_the_first_field_it_needs(move: Move, qtbot: QtBot) -> None:
    needed = [field for field in move.needs if field.required and field.sort is not Sort.TIME]
    form = a_form(qtbot, move)
    if not needed:
        pytest.skip("this move needs nothing")
    with qtbot.assertNotEmitted(form.submitted):
        form.submit()
    said = {name: row.wrong for name, row in form.rows.items() if row.wrong}
    assert list(said) == [needed[0].name]


def test_a_refusal_is_said_at_its_field_and_nothing_typed_is_lost(qtbot: QtBot) -> None:
    form = a_form(qtbot, "contact")
    form.set_value("words", "will come at three")
    form.set_value("means", "call")
    form.set_value("outcome", "reached")
    form.submit()
    form.refuse(Incomplete("How long was the call, in seconds? A click is not a contact.", field="duration_s"))
    assert form.rows["duration_s"].wrong.startswith("How long was the call")
    assert form.value("words") == "will come at three"
    form.set_value("duration_s", 60)  # an answer takes the complaint away
    assert form.rows["duration_s"].wrong == ""
    form.refuse(Conflict("ann changed it first"))
    assert form.message == "ann changed it first"
    with qtbot.waitSignal(form.submitted):
        form.submit()
    assert form.message == ""


def test_control_and_enter_submit_and_escape_cancels_from_any_field(qtbot: QtBot) -> None:
    form = a_form(qtbot, "cancel")
    form.set_value("reason", "opened twice")
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    text = form.rows["reason"].answer.inner
    text.setFocus()
    with qtbot.waitSignal(form.submitted):
        QTest.keyClick(text, Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    with qtbot.waitSignal(form.cancelled):
        QTest.keyClick(text, Qt.Key.Key_Escape)
    assert form.value("reason") == "opened twice"


def test_a_form_on_its_way_cannot_be_sent_twice(qtbot: QtBot) -> None:
    form = a_form(qtbot, "cancel")
    form.set_value("reason", "twice")
    form.set_busy(True)
    with qtbot.assertNotEmitted(form.submitted):
        form.submit()
    form.refuse(Conflict("ann was first"))
    with qtbot.waitSignal(form.submitted):
        form.submit()


def test_what_was_known_beforehand_is_filled_in_or_handed_on_unseen(qtbot: QtBot) -> None:
    reasons = [{"squad": "s1", "reasons": ["area"]}]
    form = a_form(qtbot, "dispatch", given={"squad": "s1", "recommended": reasons})
    assert "recommended" not in form.rows
    form.set_value("why", "nearest")
    with qtbot.waitSignal(form.submitted) as sent:
        form.submit()
    assert sent.args == [{"squad": "s1", "recommended": reasons, "why": "nearest"}]


def test_officers_are_those_of_the_squad_and_complaints_those_of_the_case(qtbot: QtBot) -> None:
    offered = Offered()
    form = MoveForm(BY_NAME["accept"], offered, squad_id="s2", now=NOON)
    qtbot.addWidget(form)
    other = MoveForm(BY_NAME["promise"], offered, case_id="c", now=NOON)
    qtbot.addWidget(other)
    assert offered.asked == [("officers", "s2"), ("complaints", "c")]


def test_a_time_is_shown_in_the_district_s_zone_and_left_open_where_it_may_be(qtbot: QtBot) -> None:
    form = a_form(qtbot, "contact")
    assert form.value("contacted_at") is None
    form.set_value("contacted_at", NOON - timedelta(minutes=90))
    edit = form.rows["contacted_at"].answer.inner
    assert edit.text() == "2026-11-23 10:30"  # type: ignore[attr-defined]
    assert form.value("contacted_at") == NOON - timedelta(minutes=90)
    QTest.mouseClick(form.rows["contacted_at"].findChildren(QCheckBox)[0], Qt.MouseButton.LeftButton)
    assert form.value("contacted_at") is None


def test_nothing_is_chosen_before_a_person_chooses(qtbot: QtBot) -> None:
    form = a_form(qtbot, "contact")
    assert (form.value("means"), form.value("outcome")) == ("", "")


def test_a_yes_or_no_that_was_forgotten_is_refused_and_never_taken_for_no(qtbot: QtBot) -> None:
    form = a_form(qtbot, "visit")
    assert form.value("solved") is None, "nothing is answered before a person answers"
    assert form.rows["solved"].label == "Solved? · may be left open"
    form.set_value("outcome", "reached")
    assert form.rows["solved"].label == "Solved?", "whoever was reached is asked"
    form.set_value("satisfied", 4)
    with qtbot.assertNotEmitted(form.submitted):
        form.submit()
    assert form.rows["solved"].wrong == "Please answer “Solved?” with yes or no."
    form.set_value("outcome", "unreachable")
    with qtbot.waitSignal(form.submitted) as sent:
        form.submit()
    assert sent.args == [{"outcome": "unreachable", "satisfied": 4}]


@pytest.mark.parametrize("keys, answer", [([Qt.Key.Key_Space], True), ([Qt.Key.Key_Right, Qt.Key.Key_Space], False)])
def test_yes_and_no_are_answered_with_the_keyboard(keys: list[Qt.Key], answer: bool, qtbot: QtBot) -> None:
    form = a_form(qtbot, "visit")
    form.activateWindow()
    qtbot.waitUntil(form.isActiveWindow)
    form.rows["outcome"].answer.setFocus()
    for key in [Qt.Key.Key_Tab, *keys]:
        under_the_cursor = QApplication.focusWidget()
        assert under_the_cursor is not None
        QTest.keyClick(under_the_cursor, key)
    assert form.value("solved") is answer
    form.set_value("solved", None)
    assert form.value("solved") is None


def test_a_limit_is_written_as_the_domain_reads_it(qtbot: QtBot) -> None:
    form = a_form(qtbot, "ask_extension", given={"amount": Limit.parse("3 wd")})
    assert form.value("amount") == "3 wd"
    form.set_value("amount", "")
    assert form.value("amount") == ""


def test_a_limit_longer_than_any_is_refused_at_its_field(qtbot: QtBot) -> None:
    form = a_form(qtbot, "ask_suspension", given={"reason": "court"})
    form.set_value("amount", "30 d")
    form.rows["amount"].answer.inner.setValue(99_999)  # type: ignore[attr-defined]
    form.submit()
    assert "too long" in form.rows["amount"].wrong


def test_a_point_is_asked_for_on_the_map(qtbot: QtBot) -> None:
    form = a_form(qtbot, "find")
    pick = next(b for b in form.findChildren(QPushButton) if b.text() == "Pick on the map")
    with qtbot.waitSignal(form.pick_asked) as asked:
        QTest.mouseClick(pick, Qt.MouseButton.LeftButton)
    assert asked.args == ["point"]
    form.set_value("point", (119.98, 35.87))
    assert form.value("point") == (119.98, 35.87)


def test_the_form_says_what_the_move_is_for(qtbot: QtBot) -> None:
    form = a_form(qtbot, "cancel")
    said = {label.text() for label in form.findChildren(QLabel)}
    assert {"Cancel the case", BY_NAME["cancel"].help, "Reason"} <= said


# ---------------------------------------------------------------------- pickers

SQUADS = [("s1", "隐珠中队"), ("s2", "直属二中队"), ("s3", "珠海中队"), ("s4", "隐珠工作站")]


@pytest.mark.parametrize(
    "typed, found",
    [("隐珠", ["s1", "s4"]), ("中队", ["s1", "s2", "s3"]), ("yzz", ["s1"]), ("zs", ["s2"]), ("隐珠 站", ["s4"]),
     ("海", ["s3"]), ("nothing", []), ("", ["s1", "s2", "s3", "s4"])],
)  # fmt: skip
def test_a_choice_is_found_by_any_part_of_its_words_or_its_pinyin(qtbot: QtBot, typed: str, found: list[str]) -> None:
    picker = Picker(SQUADS)
    qtbot.addWidget(picker)
    assert [key for key, _words in picker.matches(typed)] == found


def test_what_is_typed_becomes_a_choice_only_when_it_can_mean_one(qtbot: QtBot) -> None:
    picker = Picker(SQUADS)
    qtbot.addWidget(picker)
    line = picker._line()
    write(line, "珠海")
    line.editingFinished.emit()
    assert (picker.key, picker.currentText()) == ("s3", "珠海中队")
    line.selectAll()
    write(line, "隐珠")
    line.editingFinished.emit()
    assert (picker.key, picker.currentText()) == (None, "隐珠")
    assert not picker.choose("unknown")


def test_a_choice_stays_when_others_come_and_goes_with_its_record(qtbot: QtBot) -> None:
    picker = Picker(SQUADS)
    qtbot.addWidget(picker)
    picker.choose("s3")
    picker.offer([("new", "新中队"), *SQUADS])
    assert (picker.key, picker.currentText()) == ("s3", "珠海中队")
    picker.offer(SQUADS[:2])
    assert (picker.key, picker.currentText()) == (None, "")


def test_several_records_become_chips_that_can_be_taken_off(qtbot: QtBot) -> None:
    picker = ManyPicker(SQUADS)
    qtbot.addWidget(picker)
    picker.picker.choose("s2")
    picker.picker.choose("s1")
    assert (picker.keys, picker.picker.key) == (["s2", "s1"], None)
    picker._chips["s2"].click()
    assert picker.keys == ["s1"]
    picker.choose(["s3"])
    assert picker.keys == ["s3"]


def test_what_is_being_typed_survives_that_other_choices_come(qtbot: QtBot) -> None:
    picker = Picker(SQUADS)
    qtbot.addWidget(picker)
    picker.setEditText("yz")
    picker.offer(SQUADS[:2])
    assert (picker.key, picker.currentText()) == (None, "yz")


TWINS = [("p1", "李明"), ("p2", "李明"), ("p3", "王芳")]


def test_of_two_with_the_same_words_none_is_chosen_by_typing(qtbot: QtBot) -> None:
    picker = Picker(TWINS)
    qtbot.addWidget(picker)
    line = picker._line()
    write(line, "李明")
    QTest.keyClick(line, Qt.Key.Key_Return)
    line.editingFinished.emit()
    assert (picker.key, picker.currentText()) == (None, "李明")


def test_of_two_with_the_same_words_the_one_pointed_at_is_chosen_and_stays(qtbot: QtBot) -> None:
    picker = Picker(TWINS)
    qtbot.addWidget(picker)
    told: list[object] = []
    picker.picked.connect(told.append)
    line = picker._line()
    picker.show()
    picker.activateWindow()
    qtbot.waitUntil(picker.isActiveWindow)
    line.setFocus()
    write(line, "李")
    popup = picker._completer.popup()
    assert popup is not None
    qtbot.waitUntil(popup.isVisible)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Down)
    QTest.keyClick(popup, Qt.Key.Key_Return)
    line.editingFinished.emit()
    assert (picker.key, told) == ("p2", ["p2"])
