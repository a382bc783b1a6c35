"""A window that nobody sits at: it locks, shows the queue without a word of a citizen's, and loses nothing."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import QCoreApplication, QPoint, Qt
from PySide6.QtGui import QAccessible, QAccessibleInterface, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QWidget
from pytestqt.qtbot import QtBot

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Credential, Person
from commandcenter.domain.units import Setting
from commandcenter.domain.work import Work
from tests.house import House
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from ui.case.page import CasePage
from ui.followup.page import FollowUpPage
from ui.intake.page import IntakePage
from ui.lock_page import LockPage
from ui.main_window import MainWindow
from ui.widgets.move_form import MoveForm

WORDS = "工地夜间施工,噪音太大,孩子没法睡觉。"
CALLER = "13912348816"
CTRL, SHIFT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.ShiftModifier
_SAID = (QAccessible.Text.Name, QAccessible.Text.Value, QAccessible.Text.Description)
Wait = Callable[[float], None]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of each test lie in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))


@pytest.fixture
def alone(monkeypatch: pytest.MonkeyPatch) -> Wait:
    """Time goes by, in minutes, without anybody there."""
    at = [1000.0]
    monkeypatch.setattr(clock, "uptime", lambda: at[0])

    def wait(minutes: float) -> None:
        at[0] += 60 * minutes

    return wait


@pytest.fixture
def window(with_passwords: House, alone: Wait, make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """The window with ann at it, an operator."""
    made = make_window()
    made.resize(1366, 768)
    enter(made, "ann", qtbot)
    made.activateWindow()
    qtbot.waitUntil(made.isActiveWindow)
    return made


def locked(window: MainWindow) -> LockPage:
    """The page of a window that is locked."""
    page = window.locking.page
    assert page is not None
    assert page.isVisible()
    assert window.shell is None or not window.shell.isVisible()
    return page


def unlock(window: MainWindow, qtbot: QtBot, password: str = PASSWORD) -> None:
    """Type the password, and wait for what comes of it."""
    page = locked(window)
    QTest.keyClicks(page.password, password)
    QTest.keyClick(page.password, Qt.Key.Key_Return)
    qtbot.waitUntil(lambda: window.locking.page is None or page.enter.isEnabled())


def intake(window: MainWindow) -> IntakePage:
    """The intake page, at the front."""
    assert window.shell is not None
    page = window.shell.go("intake")
    assert isinstance(page, IntakePage)
    return page


def read_aloud(window: QWidget) -> str:
    """Everything that a screen reader finds in a window and may read."""
    return "\n".join(_read(QAccessible.queryAccessibleInterface(window)))


def _read(one: QAccessibleInterface | None) -> Iterator[str]:
    if one is None or not one.isValid() or one.state().invisible:
        return
    yield from (one.text(said) for said in _SAID)
    for number in range(one.childCount()):
        yield from _read(one.child(number))


# ---------------------------------------------------------------------- when it locks


def test_a_window_locks_after_ten_minutes_without_a_touch(window: MainWindow, alone: Wait) -> None:
    alone(9.9)
    window.pulse.tick()
    assert window.locking.page is None
    alone(0.2)
    window.pulse.tick()
    assert locked(window).password.hasFocus()


@pytest.mark.parametrize("touch", ["key", "pointer", "composed", "composed in many lines"])
def test_every_touch_begins_the_time_anew(window: MainWindow, alone: Wait, touch: str) -> None:
    form = intake(window).form
    field = form.words if touch == "composed in many lines" else form.phone
    field.setFocus()
    alone(9.9)
    handle = window.windowHandle()
    if touch == "key":
        QTest.keyClick(handle, Qt.Key.Key_A)
    elif touch.startswith("composed"):  # an input method eats the keys and tells the field alone what comes of them
        QCoreApplication.sendEvent(field, QInputMethodEvent("zao", []))
    else:
        QTest.mouseMove(handle, QPoint(400, 300))
    alone(9.9)
    window.pulse.tick()
    assert window.locking.page is None
    alone(0.2)
    window.pulse.tick()
    locked(window)


def test_the_district_says_how_long_but_no_window_stands_open_for_more_than_an_hour(
    window: MainWindow, small_house: House, alone: Wait, qtbot: QtBot
) -> None:
    rule = Setting(name="lock.minutes", value="100000")  # past the rules of setting one, as in an old database
    small_house.database.run("set_up", small_house.person("adam"), "test", lambda work: work.add(rule).id)
    qtbot.waitUntil(lambda: window.backstage.picture.rules.text("lock.minutes") == "100000")
    alone(59)
    window.pulse.tick()
    assert window.locking.page is None
    alone(2)
    window.pulse.tick()
    locked(window)


def test_nobody_signed_in_means_nothing_to_lock(window: MainWindow, alone: Wait) -> None:
    window.sign_out()
    alone(100)
    window.pulse.tick()
    assert window.locking.page is None
    assert window.door.isVisible()


def test_one_key_locks_at_once(window: MainWindow) -> None:
    QTest.keyClick(window, Qt.Key.Key_L, CTRL)
    locked(window)


# ---------------------------------------------------------------------- what is seen


def test_the_queue_stays_with_number_matter_clock_and_count_and_without_a_word_of_a_citizen(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    case, waiting = small_house.case(words=WORDS), small_house.complaint(words=WORDS)
    page = intake(window)
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [waiting.id])
    page.incoming.view.select(waiting.id)
    assert WORDS[:10] in read_aloud(window)
    assert "阳光小区" in read_aloud(window)
    window.lock()
    queue = locked(window).queue
    qtbot.waitUntil(lambda: [view.table.count for _heading, view in queue.lists] == [1, 1])
    said = read_aloud(window)
    for shown in (waiting.number, case.number, "Noise", "min left", "Incoming", "Open cases"):
        assert shown in said, shown
    for hidden in (WORDS[:4], "噪音", CALLER, "139", "王", "阳光小区"):
        assert hidden not in said, hidden


def test_what_comes_in_goes_on_and_is_counted(window: MainWindow, small_house: House, qtbot: QtBot) -> None:
    window.lock()
    page = locked(window)
    [(_heading, complaints), _cases] = page.queue.lists
    assert complaints.table.count == 0
    small_house.complaint(words=WORDS)
    qtbot.waitUntil(lambda: complaints.table.count == 1)
    qtbot.waitUntil(lambda: window.shell is not None and window.shell.rail.count("intake") == 1)
    window.pulse.tick()
    assert page.rail.count("intake") == 1


def test_people_of_a_squad_see_what_their_squad_is_on(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    ours, theirs = with_passwords.dispatched("north"), with_passwords.dispatched("south")
    window = make_window()
    enter(window, "carl", qtbot)
    window.lock()
    [(heading, cases)] = locked(window).queue.lists  # what comes in is no list of theirs, locked or open
    assert heading._title.text() == "Open cases"
    assert cases.table.keys() == [ours.case_id] != [theirs.case_id]


def test_who_may_not_read_cases_sees_none_while_it_is_locked(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window()
    enter(window, "adam", qtbot)
    window.lock()
    assert locked(window).queue.lists == []


# ---------------------------------------------------------------------- the way back, and no other


def test_the_password_opens_it_and_text_cursor_and_page_are_as_they_were(window: MainWindow, qtbot: QtBot) -> None:
    page = intake(window)
    page.form.words.setFocus()
    QTest.keyClicks(page.form.words, "half a sen")
    window.lock()
    unlock(window, qtbot)
    assert window.shell is not None
    assert window.shell.isVisible()
    assert window.shell.page is page
    assert page.form.words.hasFocus()
    QTest.keyClicks(page.form.words, "tence")
    assert page.form.words.toPlainText() == "half a sentence"


def test_what_comes_in_after_the_lock_finds_nothing_of_it_left(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    window.lock()
    queue = locked(window).queue  # held here, as by itself until memory is looked through
    with qtbot.waitSignal(locked(window).destroyed):
        unlock(window, qtbot)
    with qtbot.captureExceptions() as caught:
        said = small_house.complaint(words=WORDS)
        qtbot.waitUntil(lambda: window.backstage.picture.get(Complaint, said.id) is not None)
    assert (caught, len(queue.lists)) == ([], 2)


def test_a_wrong_password_is_a_refused_sign_in_with_its_growing_delay(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    window.lock()
    said = []
    for _try in range(2):
        unlock(window, qtbot, "guess guess")
        said.append(locked(window).wrong.text())
    assert said == [
        "The login or the password is wrong.",
        "The login or the password is wrong. Please wait 1 s before the next try.",
    ]
    unlock(window, qtbot)
    assert "Too many wrong passwords" in locked(window).wrong.text()
    with small_house.database.reading() as session:
        assert session.query(Credential).where(Credential.person_id == small_house.keys["ann"]).one().failures == 2
    small_house.later(seconds=2)
    unlock(window, qtbot)
    assert window.locking.page is None


def test_no_key_of_the_window_works_under_the_lock(window: MainWindow) -> None:
    page = intake(window)
    window.lock()
    lock = locked(window)
    for key, held in (
        (Qt.Key.Key_F3, Qt.KeyboardModifier.NoModifier), (Qt.Key.Key_K, CTRL), (Qt.Key.Key_F1, None),
        (Qt.Key.Key_Q, CTRL | SHIFT), (Qt.Key.Key_I, CTRL), (Qt.Key.Key_L, CTRL | SHIFT), (Qt.Key.Key_Return, CTRL),
        (Qt.Key.Key_Escape, None), (Qt.Key.Key_F8, None), (Qt.Key.Key_N, CTRL),
    ):  # fmt: skip
        QTest.keyClick(window.windowHandle(), key, held or Qt.KeyboardModifier.NoModifier)
    assert locked(window) is lock
    assert window.shell is not None
    assert window.shell.page is page
    assert window.shell.sheet.content is None
    assert not lock.rail.isEnabled()


def test_a_menu_and_a_dialogue_that_stand_open_are_put_away(window: MainWindow, alone: Wait, qtbot: QtBot) -> None:
    assert window.shell is not None
    dialogue = QFileDialog(window, "any")
    dialogue.setOption(QFileDialog.Option.DontUseNativeDialog)
    dialogue.open()
    window.shell._menu.popup(window.mapToGlobal(QPoint(10, 10)))
    qtbot.waitUntil(lambda: dialogue.isVisible() and QApplication.activePopupWidget() is not None)
    alone(11)
    with qtbot.waitSignal(dialogue.rejected):
        window.pulse.tick()
    locked(window)
    assert QApplication.activePopupWidget() is None
    assert QApplication.activeModalWidget() is None


def test_a_form_in_the_sheet_is_out_of_sight_and_there_again(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    qtbot.waitUntil(lambda: window.backstage.picture.get(type(case), case.id) is not None)
    assert window.room is not None
    assert window.shell is not None
    window.room.make("remark", window.backstage.picture.get(type(case), case.id))
    content = window.shell.sheet.content
    assert isinstance(content, MoveForm)
    content.set_value("words", "两次回拨无人接听")
    window.lock()
    assert not content.isVisible()
    assert "两次回拨" not in read_aloud(window)
    unlock(window, qtbot)
    assert window.shell.sheet.content is content
    assert content.isVisible()
    assert content.value("words") == "两次回拨无人接听"


def test_an_identity_that_was_shown_is_covered_and_stays_so_after_the_lock(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    assert window.shell is not None
    board = window.shell.page_of("followup")
    assert isinstance(board, FollowUpPage)
    shown: CasePage = board.case
    window.shell.open_case(case.id)
    qtbot.waitUntil(lambda: shown.life is not None)
    chip = next(iter(shown.particulars.citizens.cards.values())).person
    chip.reveal("王女士", CALLER, small_house.now.replace(hour=23))
    assert CALLER in read_aloud(window)
    window.lock()
    assert not chip.revealed
    chip.reveal("王女士", CALLER, small_house.now.replace(hour=23))  # the answer to a question that was on its way
    unlock(window, qtbot)
    assert not chip.revealed
    assert CALLER not in read_aloud(window)


def test_other_roles_given_meanwhile_do_not_open_it(window: MainWindow, small_house: House, qtbot: QtBot) -> None:
    page = intake(window)
    page.form.words.setPlainText("half a sentence")
    window.lock()
    locked(window)

    def promote(work: Work) -> str:
        work.get(Person, small_house.keys["ann"]).roles = ["operator", "supervisor"]
        return ""

    before = window.shell
    small_house.database.run("set_roles", small_house.person("adam"), "test", promote)
    qtbot.waitUntil(lambda: window.shell is not before)
    locked(window)
    unlock(window, qtbot)
    assert window.shell is not None
    assert "review" in window.shell.rail.names()
    assert intake(window).form.words.toPlainText() == "half a sentence"


def test_somebody_disabled_while_it_is_locked_is_shown_to_the_door(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    window.lock()

    def disable(work: Work) -> str:
        work.get(Person, small_house.keys["ann"]).disabled = True
        return ""

    with qtbot.waitSignal(window.signed_out):
        small_house.database.run("disable", small_house.person("adam"), "test", disable)
    assert window.locking.page is None
    assert window.door.isVisible()


def test_somebody_else_takes_the_place_and_what_was_typed_waits_for_its_writer(
    window: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case(words=WORDS)
    qtbot.waitUntil(lambda: window.backstage.picture.get(type(case), case.id) is not None)
    intake(window).form.words.setPlainText("half a sentence")
    assert window.room is not None
    assert window.shell is not None
    window.room.make("remark", window.backstage.picture.get(type(case), case.id))
    form = window.shell.sheet.content
    assert isinstance(form, MoveForm)
    form.set_value("words", "未发送")
    window.lock()
    with qtbot.waitSignal(window.signed_out):
        QTest.mouseClick(locked(window).leave, Qt.MouseButton.LeftButton)
    assert enter(window, "sue", qtbot).room.person.login == "sue"
    assert window.locking.page is None
    window.sign_out()
    shell = enter(window, "ann", qtbot)
    form = shell.sheet.content
    assert isinstance(form, MoveForm)
    assert form.value("words") == "未发送"
    assert intake(window).form.words.toPlainText() == "half a sentence"
