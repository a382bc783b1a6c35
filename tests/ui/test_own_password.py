"""A person changes their own password at the window: refused in words, done at once, told at the other stations."""

from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLineEdit
from pytestqt.qtbot import QtBot

from commandcenter.domain.work import Work
from commandcenter.operations.enrolling import reset_password
from commandcenter.operations.signing import hashed
from tests.house import House
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from tests.ui.test_sessions import elsewhere, here
from ui.main_window import MainWindow
from ui.own_password import OwnPasswordForm

__all__ = ["elsewhere", "here"]
NEW = "open barley"


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of each test lie in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))


def form_of(window: MainWindow) -> OwnPasswordForm:
    """The form, as the menu opens it."""
    assert window.shell is not None
    assert window.room is not None
    [chosen] = [action for action in window.shell.top._menu.menu().actions() if "password" in action.text()]
    chosen.trigger()
    form = window.shell.sheet.content
    assert isinstance(form, OwnPasswordForm)
    return form


def typed(form: OwnPasswordForm, old: str, new: str, again: str | None = None) -> OwnPasswordForm:
    """Typed and sent, as by keys."""
    for field, words in ((form.old, old), (form.new, new), (form.again, new if again is None else again)):
        field.clear()
        QTest.keyClicks(field, words)
    QTest.keyClick(form.again, Qt.Key.Key_Return)
    return form


def test_the_new_password_is_the_one_that_counts_from_then_on(here: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignal(here.session.alone):
        typed(form_of(here), PASSWORD, NEW)
    assert here.shell is not None
    assert here.shell.sheet.content is None
    assert here.shell.messages.messages[-1].text == (
        "Your password is changed. You are signed out at all other stations."
    )
    here.lock()
    page = here.locking.page
    assert page is not None
    page.password.setText(PASSWORD)
    page.attempt()
    qtbot.waitUntil(page.wrong.isVisible)
    page.password.setText(NEW)
    page.attempt()
    qtbot.waitUntil(lambda: here.locking.page is None)


def test_the_window_that_locks_while_the_database_is_away_knows_the_new_one(here: MainWindow, qtbot: QtBot) -> None:
    def proof() -> object:
        return here.session._proof

    qtbot.waitUntil(lambda: proof() is not None)
    before = proof()
    with qtbot.waitSignal(here.session.alone):
        typed(form_of(here), PASSWORD, NEW)
    qtbot.waitUntil(lambda: proof() is not before)
    assert here.session._proof is not None
    here.session._proof.check(NEW, here.backstage.now())


def test_other_stations_are_signed_out_and_say_why(here: MainWindow, elsewhere: MainWindow, qtbot: QtBot) -> None:
    with qtbot.waitSignals([elsewhere.signed_out, here.session.alone]):
        typed(form_of(here), PASSWORD, NEW)
    assert elsewhere.shell is None
    assert elsewhere.door.wrong.text().startswith("Your password was changed at another station. Sign in with the new")
    assert here.shell is not None


@pytest.mark.parametrize(("old", "new", "again", "words", "field"), [
    ("guess guess", NEW, NEW, "The old password is wrong.", "old"),
    (PASSWORD, "short", "short", "A password has at least 8 characters.", "new"),
    (PASSWORD, PASSWORD, PASSWORD, "This is the password of now: choose another one.", "new"),
    (PASSWORD, NEW, "open barly", "The two are not the same: type the new password twice.", "again"),
    ("", NEW, NEW, "Please type your old password.", "old"),
])  # fmt: skip
def test_what_is_wrong_is_said_at_its_field_and_nothing_is_changed(
    here: MainWindow, qtbot: QtBot, old: str, new: str, again: str, words: str, field: str
) -> None:
    form = typed(form_of(here), old, new, again)
    qtbot.waitUntil(lambda: form.message.text == words)
    wrong = [one.objectName() for one in (form.old, form.new, form.again) if one.property("wrong")]
    assert wrong == [f"own_password.{field}"]
    assert form.save.isEnabled()
    here.sign_out()
    enter(here, "ann", qtbot)  # with the password of before


def test_what_is_typed_is_not_shown_and_is_gone_once_the_window_locks(here: MainWindow) -> None:
    form = form_of(here)
    fields = (form.old, form.new, form.again)
    for one in fields:
        assert one.echoMode() == QLineEdit.EchoMode.Password
        one.setText(PASSWORD)
    here.lock()
    assert [one.text() for one in fields] == ["", "", ""]


def test_somebody_whose_password_an_administrator_made_is_asked_for_one_of_their_own_until_they_choose_it(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    house = with_passwords

    def give(work: Work) -> str:
        return reset_password(work, house.keys["ann"], hashed(PASSWORD))

    house.database.run("reset_password", house.person("adam"), "desk 9", give)
    window = make_window()
    asked = enter(window, "ann", qtbot).sheet.content
    assert isinstance(asked, OwnPasswordForm)
    window.sign_out()
    form = enter(window, "ann", qtbot).sheet.content
    assert isinstance(form, OwnPasswordForm)
    assert form.given.text.startswith("Somebody else made the password you have now")
    with qtbot.waitSignal(window.session.alone):
        typed(form, PASSWORD, NEW)
    window.sign_out()
    with qtbot.waitSignal(window.signed_in):
        window.door.login.setText("ann")
        window.door.password.setText(NEW)
        window.door.attempt()
    assert window.shell is not None
    assert window.shell.sheet.content is None


def test_who_chose_their_own_is_not_asked(here: MainWindow) -> None:
    assert here.shell is not None
    assert here.shell.sheet.content is None
    assert form_of(here).given.text == ""
