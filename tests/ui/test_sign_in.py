"""The door: what a person meets before the shell."""

from collections.abc import Callable
from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from commandcenter import i18n
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_
from commandcenter.operations.signing import LOOK_ONLY, sign_in
from tests.house import House
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from ui.main_window import MainWindow
from ui.preferences.memory import Preferences
from ui.sign_in import database_words


def refused(window: MainWindow, qtbot: QtBot, login: str, password: str) -> str:
    """Try to sign in with something wrong; what the door says."""
    window.door.login.setText(login)
    window.door.password.setText(password)
    window.door.attempt()
    qtbot.waitUntil(lambda: window.door.enter.isEnabled() and window.door.wrong.isVisible())
    return window.door.wrong.text()


def test_the_right_password_opens_the_shell_and_is_forgotten_at_the_door(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    shell = enter(window, "ann", qtbot)
    assert shell.isVisible()
    assert not window.door.isVisible()
    assert shell.room.person.login == "ann"
    assert window.door.password.text() == ""
    assert window.preferences.logins == ["ann"]


def test_a_wrong_password_is_refused_in_words_and_the_cursor_waits_for_the_next(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    assert refused(window, qtbot, "ann", "guess guess") == "The login or the password is wrong."
    assert window.door.password.text() == ""
    assert window.door.password.hasFocus()
    said = refused(window, qtbot, "ann", "guess guess")
    assert said == "The login or the password is wrong. Please wait 1 s before the next try."
    assert window.shell is None


def test_the_cursor_waits_at_the_door_from_the_first_moment(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(())
    qtbot.waitActive(window)
    assert window.door.login.hasFocus()


def test_an_empty_login_is_marked_where_it_is_missing(make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(())
    assert refused(window, qtbot, "", PASSWORD) == "Please type your login and your password."
    assert window.door.login.property("wrong") is True
    assert window.door.login.hasFocus()


def test_a_demonstration_shows_one_account_a_role_and_one_click_signs_in(
    demonstration: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    chips = {chip.toolTip(): chip for chip in window.door.chips()}
    assert list(chips) == ["ann", "sue", "carl", "olga", "ines", "adam"]  # captain and officer of one squad
    with qtbot.waitSignal(window.signed_in):
        chips["sue"].click()
    assert window.room is not None
    assert window.room.person.login == "sue"


def test_a_real_district_shows_no_accounts(with_passwords: House, make_window: MakeWindow) -> None:
    assert make_window(()).door.chips() == []


def test_the_language_changes_at_the_door_and_what_was_typed_stays(
    make_window: MakeWindow, preferences: Preferences
) -> None:
    window = make_window(())
    window.door.login.setText("ann")
    box = window.door.language
    box.setCurrentIndex(box.findData("zh_CN"))
    box.activated.emit(box.currentIndex())
    assert i18n.language() == "zh_CN"
    assert window.door.enter.text() == "登录"
    assert window.door.login.text() == "ann"


def test_signing_out_gives_the_place_to_the_next_person(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    shell = enter(window, "ann", qtbot)
    with qtbot.waitSignals([window.signed_out, shell.destroyed]):
        window.sign_out()
    assert window.backstage.person is None
    assert enter(window, "sue", qtbot).room.person.login == "sue"
    assert window.preferences.logins == ["sue", "ann"]


def test_somebody_disabled_while_signed_in_is_shown_to_the_door(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    enter(window, "ann", qtbot)

    def disable(work: Work) -> Key:
        work.get(Person, with_passwords.keys["ann"]).disabled = True
        return ""

    with qtbot.waitSignal(window.signed_out):
        with_passwords.database.run("disable", with_passwords.person("adam"), "test", disable)
    assert "may not sign in any more" in window.door.wrong.text()


def test_a_database_that_cannot_be_had_is_said_with_what_can_be_done(
    make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    window.backstage.unavailable.emit(Unavailable("The file is not a database."))
    assert window.door.state.text() == "The file is not a database."
    with qtbot.waitSignal(window.database_asked):
        next(b for b in window.door.findChildren(QPushButton) if "database" in b.text()).click()


def test_another_language_at_the_door_says_again_why_nobody_can_come_in(make_window: MakeWindow) -> None:
    window = make_window(())
    window.backstage.unavailable.emit(Unavailable(N_("Login")))
    window.door.refuse(Unavailable(N_("Password")))
    window.preferences.language = "zh_CN"
    assert window.door.state.isVisible()
    assert (window.door.state.text(), window.door.wrong.text()) == ("登录名", "密码")


def test_return_on_the_button_that_has_the_focus_signs_in(
    demonstration: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    window.door.fill("sue", PASSWORD)
    assert window.door.enter.hasFocus()
    with qtbot.waitSignal(window.signed_in):
        QTest.keyClick(window.door.enter, Qt.Key.Key_Return)


def test_return_on_a_role_signs_in_as_it(demonstration: House, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(())
    chip = next(chip for chip in window.door.chips() if chip.toolTip() == "carl")
    qtbot.waitActive(window)
    chip.setFocus()
    with qtbot.waitSignal(window.signed_in):
        QTest.keyClick(chip, Qt.Key.Key_Return)
    assert window.room is not None
    assert window.room.person.login == "carl"


@pytest.mark.parametrize("url,words", [
    ("sqlite:////srv/centre/west coast.db", "west coast.db in /srv/centre"),
    ("sqlite:////srv/centre/odd %3F%23%2541 名.db", "odd ?#%41 名.db in /srv/centre"),
    ("sqlite:///C:/centre/west.sqlite3", "west.sqlite3 in C:/centre"),
    ("postgresql://anna:s3cret@db.example:5432/centre?sslmode=require", "Database centre on db.example"),
    ("postgresql+psycopg://anna:p%40ss@db.example/centre", "Database centre on db.example"),
    ("", ""),
])  # fmt: skip
def test_the_database_is_named_as_a_person_does_and_never_with_a_password(url: str, words: str, english: None) -> None:
    assert database_words(url) == words


def test_a_look_chosen_inside_is_the_one_shown_at_the_door_afterwards(
    with_passwords: House, make_window: MakeWindow, preferences: Preferences, qtbot: QtBot
) -> None:
    window = make_window(())
    enter(window, "ann", qtbot)
    preferences.theme = "night"
    window.sign_out()
    assert window.door.theme.currentData() == "night"
    preferences.theme = "day"
    assert window.door.theme.currentData() == "day"


def test_a_refusal_that_comes_after_the_language_was_switched_stands_at_the_new_door(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    window = make_window(())
    window.door.login.setText("ann")
    window.door.password.setText("guess guess")
    window.door.attempt()
    former = window.door
    window.rebuild()
    assert window.door is not former
    qtbot.waitUntil(lambda: window.door.wrong.text() == "The login or the password is wrong.")


def test_who_may_only_look_is_told_so_inside(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(database: Any, login: str, password: str, station: str, look_only: Callable[[Refused], object]) -> Person:
        look_only(Refused(LOOK_ONLY, why="The disk is full."))
        return sign_in(database, login, password, station)

    window = make_window(())
    monkeypatch.setattr(window, "_sign_in", full)
    shell = enter(window, "ann", qtbot)
    said = shell.banners.texts
    assert said()["look_only"] == "▲ You can look, but nothing can be saved just now. The disk is full."
    window.preferences.language = "zh_CN"  # everything is built anew
    assert window.shell is not None
    assert window.shell.banners.texts()["look_only"].startswith("▲ 目前只能查看")
    case = with_passwords.case()
    window.shell.room.backstage.do("remark", subject=case.id, words="又能存了")
    qtbot.waitUntil(lambda: window.shell is not None and "look_only" not in window.shell.banners.texts())
