"""An administrator before the people: who is added, changed, put out of use, and passwords that are shown once."""

from collections.abc import Callable

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget
from pytestqt.qtbot import QtBot

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, Role
from commandcenter.errors import NotAllowed
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.operations.signing import sign_in
from tests.house import House
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from ui.backstage import Ticket
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.people.page import PeoplePage

FEW = tuple(entry for entry in PAGES if entry.name in {"archive", "people"})


class Desk:
    """An administrator's place."""

    def __init__(self, window: MainWindow, house: House, qtbot: QtBot) -> None:
        self.window, self.house, self.qtbot = window, house, qtbot
        page = enter(window, "adam", qtbot).page
        assert isinstance(page, PeoplePage)
        self.page, self.form = page, page.form

    def logins(self) -> list[str]:
        """Who is listed, from the top."""
        people = [self.page.table.record_at(row) for row in range(self.page.table.rowCount())]
        return [person.login for person in people if person is not None]

    def choose(self, login: str) -> None:
        """Choose somebody in the list."""
        assert self.page.view.select(self.house.keys[login])

    def press(self, button: QWidget, until: Callable[[], bool]) -> None:
        """Press a button, as soon as it can be, and wait for what comes of it."""
        self.qtbot.waitUntil(button.isEnabled)
        QTest.mouseClick(button, Qt.MouseButton.LeftButton)
        self.qtbot.waitUntil(until)

    def mean_it(self, until: Callable[[], bool]) -> None:
        """Say yes to the question that stands there."""
        self.press(self.form.message._offer, until)

    def confirmed(self, login: str) -> Person:
        """Somebody as the database has them."""
        return self.house.person(login)


@pytest.fixture
def desk(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Desk:
    return Desk(make_window(FEW), with_passwords, qtbot)


def test_the_page_is_an_administrator_s_only(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> None:
    window = make_window(FEW)
    shell = enter(window, "sue", qtbot)
    assert [entry.name for entry in shell.entries] == ["archive"]
    window.sign_out()
    shell = enter(window, "adam", qtbot)
    assert [entry.name for entry in shell.entries] == ["people"]


def test_somebody_is_added_and_signs_in_with_the_password_that_was_shown(desk: Desk) -> None:
    desk.page.add.click()
    form = desk.form
    for field, words in ((form.login, "nina"), (form.name_zh, "妮娜"), (form.name_en, "Nina")):
        field.insert(words)  # as an input method commits them
    form.roles[Role.OFFICER].click()
    desk.press(form.save, lambda: "belongs to a squad" in form.message.text)
    assert form.login.text() == "nina"  # nothing typed is lost
    form.squad.choose(desk.house.keys["north"])
    desk.press(form.save, form.once.isVisible)
    password = form.once.password.text()
    person = sign_in(desk.house.database, "nina", password, "test")
    assert (person.roles, person.squad_id, person.name_zh) == (["officer"], desk.house.keys["north"], "妮娜")
    assert desk.page.view.key == person.id
    form.once.copy.click()
    assert QGuiApplication.clipboard().text() == password
    desk.choose("ann")
    assert not form.once.isVisible()
    assert password not in (form.once.password.text(), QGuiApplication.clipboard().text())


def test_a_login_that_cannot_be_is_refused_at_its_field(desk: Desk) -> None:
    desk.page.add.click()
    QTest.keyClicks(desk.form.login, "o'hara")
    desk.press(desk.form.save, lambda: "cannot be a login" in desk.form.message.text)
    assert desk.form.login.property("wrong") is True
    assert desk.form.login.hasFocus()
    assert desk.form.save.isEnabled()


def test_roles_are_saved_as_they_are_ticked(desk: Desk) -> None:
    desk.choose("bob")
    desk.form.roles[Role.OPERATOR].click()
    desk.form.roles[Role.INSPECTOR].click()
    desk.press(desk.form.save, lambda: desk.confirmed("bob").roles == ["inspector"])
    with desk.house.database.reading() as session:
        [line] = session.query(JournalLine).where(JournalLine.operation == "change_roles")
    assert line.actor_id == desk.house.keys["adam"]


def test_a_new_password_is_made_only_when_it_is_meant(desk: Desk) -> None:
    desk.choose("ann")
    desk.press(desk.form.new_password, lambda: "open nothing any more" in desk.form.message.text)
    assert sign_in(desk.house.database, "ann", PASSWORD, "test").login == "ann"
    desk.mean_it(desk.form.once.isVisible)
    assert sign_in(desk.house.database, "ann", desk.form.once.password.text(), "test").login == "ann"


def test_somebody_put_out_of_use_is_listed_only_when_asked_for_and_let_in_again(desk: Desk) -> None:
    desk.choose("bob")
    desk.press(desk.form.use, lambda: "signed out everywhere" in desk.form.message.text)
    assert not desk.confirmed("bob").disabled
    desk.mean_it(lambda: "bob" not in desk.logins())
    assert desk.confirmed("bob").disabled
    assert desk.form._badge.text() == "out of use"
    desk.page.gone.click()
    assert desk.logins()[-1] == "bob"
    desk.choose("bob")
    desk.press(desk.form.use, lambda: not desk.confirmed("bob").disabled)


def test_nobody_puts_themselves_out_of_use(desk: Desk) -> None:
    desk.choose("adam")
    desk.press(desk.form.use, lambda: bool(desk.form.message.text))
    desk.mean_it(lambda: "Nobody puts themselves out of use" in desk.form.message.text)
    assert not desk.confirmed("adam").disabled


def test_people_are_found_by_name_login_role_and_squad(desk: Desk) -> None:
    for words, found in (("OSC", ["oscar"]), ("人员ann", ["ann"]), ("officer south", ["otto"]), ("sunny", ["kim"]),
                         ("nobody at all", [])):  # fmt: skip
        desk.page.line.setText(words)
        desk.qtbot.waitUntil(lambda expected=found: desk.logins() == expected)  # type: ignore[misc]
    assert desk.page.view._empty.isVisible()


def test_what_another_administrator_changed_first_is_not_overwritten(desk: Desk) -> None:
    desk.choose("bob")
    desk.form.roles[Role.INSPECTOR].click()
    elsewhere = Office(desk.house.database, desk.confirmed("adam"), "elsewhere")
    elsewhere.change_roles(desk.house.keys["bob"], Belonging(["supervisor"]))
    desk.qtbot.waitUntil(lambda: "Shift supervisor" in _listed(desk, "bob"))
    assert desk.form.roles[Role.INSPECTOR].isChecked()  # what was ticked and not saved is not lost unseen
    desk.press(desk.form.save, lambda: "changed it first" in desk.form.message.text)
    assert desk.confirmed("bob").roles == ["supervisor"]


def test_after_a_conflict_it_is_said_what_changed_and_what_was_ticked_can_be_saved_on_top_of_it(desk: Desk) -> None:
    desk.choose("bob")
    desk.form.roles[Role.INSPECTOR].click()
    elsewhere = Office(desk.house.database, desk.confirmed("adam"), "elsewhere")
    elsewhere.change_roles(desk.house.keys["bob"], Belonging(["supervisor"]))
    desk.press(desk.form.save, lambda: "Roles: Operator → Shift supervisor" in desk.form.message.text)
    assert [role for role, box in desk.form.roles.items() if box.isChecked()] == [Role.SUPERVISOR, Role.INSPECTOR]
    desk.press(desk.form.save, lambda: desk.confirmed("bob").roles == ["supervisor", "inspector"])
    desk.qtbot.waitUntil(lambda: desk.form.message.text == "")


def test_a_conflict_over_nothing_that_stands_there_is_over_with_the_next_press(desk: Desk) -> None:
    desk.choose("bob")
    desk.form.roles[Role.INSPECTOR].click()
    Office(desk.house.database, desk.confirmed("adam"), "elsewhere").sign_out(desk.house.keys["bob"])
    desk.press(desk.form.save, lambda: "nothing that stands here" in desk.form.message.text)
    desk.press(desk.form.save, lambda: desk.confirmed("bob").roles == ["operator", "inspector"])


def _in_chinese(desk: Desk) -> None:
    before = desk.page
    desk.window.preferences.language = "zh_CN"
    shell = desk.window.shell
    assert shell is not None
    page = shell.page
    assert isinstance(page, PeoplePage)
    assert page is not before
    desk.page, desk.form = page, page.form


def test_another_language_keeps_what_is_typed_and_chosen(desk: Desk) -> None:
    desk.page.line.setText("o")
    desk.page.add.click()
    QTest.keyClicks(desk.form.login, "nina")
    QTest.keyClicks(desk.form.name_en, "Nina")
    desk.form.roles[Role.OFFICER].click()
    desk.form.squad.choose(desk.house.keys["north"])
    _in_chinese(desk)
    assert desk.page.line.text() == "o"
    assert (desk.form.login.text(), desk.form.name_en.text(), desk.form.squad.key) == (
        "nina", "Nina", desk.house.keys["north"])  # fmt: skip
    assert desk.form.roles[Role.OFFICER].isChecked()
    assert desk.form.isVisible()


def test_another_language_neither_overwrites_nor_forgets_what_was_seen(desk: Desk) -> None:
    desk.choose("bob")
    desk.form.roles[Role.INSPECTOR].click()
    Office(desk.house.database, desk.confirmed("adam"), "elsewhere").change_roles(
        desk.house.keys["bob"], Belonging(["supervisor"]))  # fmt: skip
    desk.qtbot.waitUntil(lambda: "Shift supervisor" in _listed(desk, "bob"))
    _in_chinese(desk)
    assert desk.form.roles[Role.INSPECTOR].isChecked()
    desk.press(desk.form.save, lambda: desk.form.message.text != "")
    assert desk.confirmed("bob").roles == ["supervisor"]


def test_another_language_keeps_the_password_that_is_shown_and_no_other_session_does(desk: Desk) -> None:
    desk.choose("ann")
    desk.press(desk.form.new_password, lambda: "open nothing any more" in desk.form.message.text)
    desk.mean_it(desk.form.once.isVisible)
    password = desk.form.once.password.text()
    _in_chinese(desk)
    assert desk.form.once.isVisible()
    assert desk.form.once.password.text() == password
    desk.window.sign_out()
    page = enter(desk.window, "adam", desk.qtbot).page
    assert isinstance(page, PeoplePage)
    assert page.form.once.password.text() == ""


@pytest.mark.parametrize("meanwhile", [
    "somebody else", "another language", "another newcomer", "somebody else, then another language",
])  # fmt: skip
def test_a_password_that_is_made_while_something_else_is_shown_waits_to_be_seen(desk: Desk, meanwhile: str) -> None:
    desk.choose("ann")
    desk.form.new_password.click()
    desk.form.message._offer.click()
    if meanwhile == "another language":
        _in_chinese(desk)
    elif meanwhile == "another newcomer":
        desk.page.add.click()
    else:
        desk.choose("bob")
        desk.form.roles[Role.INSPECTOR].click()
        assert desk.window.shell is not None
        messages = desk.window.shell.messages
        desk.qtbot.waitUntil(lambda: "The password of ann is made" in messages.text)
        assert desk.form.roles[Role.INSPECTOR].isChecked()
        assert not desk.form.once.isVisible()
    desk.qtbot.waitUntil(lambda: not desk.page._giving)
    if meanwhile == "somebody else, then another language":
        _in_chinese(desk)
    if not desk.form.once.isVisible():
        desk.choose("ann")
    assert sign_in(desk.house.database, "ann", desk.form.once.password.text(), "test").login == "ann"


def _listed(desk: Desk, login: str) -> str:
    table = desk.page.table
    row = table.row_of(desk.house.keys[login])
    return str(table.index(row, 1).data())


def test_the_right_taken_away_meanwhile_is_said_in_words(desk: Desk) -> None:
    office = Office(desk.house.database, desk.confirmed("adam"), "elsewhere")
    office.change_roles(desk.house.keys["sue"], Belonging(["administrator"]))
    Office(desk.house.database, desk.confirmed("sue"), "elsewhere").disable(desk.house.keys["adam"])
    with pytest.raises(NotAllowed):
        office.disable(desk.house.keys["bob"])
    desk.qtbot.waitUntil(lambda: desk.window.shell is None)
    assert "may not sign in any more" in desk.window.door.wrong.text()


def test_somebody_is_signed_out_everywhere_by_one_button(desk: Desk) -> None:
    desk.choose("oscar")
    assert desk.confirmed("oscar").signed_out_at is None
    desk.press(desk.form.sign_out, lambda: desk.confirmed("oscar").signed_out_at == desk.house.now)
    with desk.house.database.reading() as session:
        [line] = session.query(JournalLine).where(JournalLine.operation == "sign_out_everywhere").all()
    assert (line.actor_id, line.key) == (desk.house.keys["adam"], desk.house.keys["oscar"])


@pytest.mark.parametrize("answer", ["done", "refused"])
def test_the_answer_about_one_person_does_not_touch_the_form_of_another(
    desk: Desk, monkeypatch: pytest.MonkeyPatch, answer: str
) -> None:
    tickets: list[Ticket] = []
    monkeypatch.setattr(desk.window.backstage, "carry_out", lambda ticket, _errand: tickets.append(ticket))
    desk.choose("oscar")
    QTest.mouseClick(desk.form.sign_out, Qt.MouseButton.LeftButton)
    assert not desk.form.save.isEnabled()
    desk.choose("bob")
    assert desk.form.save.isEnabled()
    desk.form.roles[Role.INSPECTOR].click()
    QTest.mouseClick(desk.form.save, Qt.MouseButton.LeftButton)
    ticket, _bob_s = tickets
    if answer == "done":
        ticket.settle(desk.house.keys["oscar"])
    else:
        ticket.refuse(NotAllowed("You may not."))
    assert not desk.form.save.isEnabled(), "what was asked about bob is still under way"
    assert desk.form.person is not None
    assert desk.form.person.login == "bob"
    assert desk.form.roles[Role.INSPECTOR].isChecked()
    assert desk.form.message.text == ""
