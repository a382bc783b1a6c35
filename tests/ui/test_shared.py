"""Signing in with the database: nothing is open before, everything is done as that person, nothing stays after."""

import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter import clock, settings
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, RefusedSignIn
from commandcenter.domain.record import new_key
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.spool import Kept, Spool
from tests.house import HERE
from tests.passwords import KEEPER, OPEN_SESAME, Shared
from ui.app import DONE, Program
from ui.backstage import LIVE
from ui.kept import KeptBoard
from ui.own_password import OwnPasswordForm
from ui.people.page import PeoplePage
from ui.preferences.memory import Preferences
from ui.security.page import SecurityPage

OTHER = "open barley"


class Station:
    """The program at somebody's place, on the district's server."""

    def __init__(self, program: Program, shared: Shared, qtbot: QtBot) -> None:
        self.program, self.shared, self.qtbot = program, shared, qtbot

    def refused(self, login: str, password: str) -> str:
        """Try to sign in; what the door says."""
        door = self.program.window.door
        door.login.setText(login)
        door.password.setText(password)
        door.attempt()
        self.qtbot.waitUntil(lambda: door.enter.isEnabled() and door.wrong.isVisible())
        return door.wrong.text()

    def enter(self, login: str, password: str = OPEN_SESAME) -> None:
        """Sign in, and wait until the room is there whole."""
        door = self.program.window.door
        door.login.setText(login)
        door.password.setText(password)
        with self.qtbot.waitSignal(self.program.window.signed_in):
            door.attempt()
        backstage = self.program.backstage
        self.qtbot.waitUntil(lambda: backstage.state == LIVE and backstage.picture.complete)

    def sessions(self, login: str) -> int:
        """How many connections somebody has to the server."""
        with self.shared.server.connect() as connection:
            found = connection.execute("SELECT count(*) FROM pg_stat_activity WHERE usename = %s", [login]).fetchone()
        return int(found[0]) if found else 0

    def leave(self) -> None:
        """Sign out, and wait for the door that the next one finds."""
        before = self.program.window
        before.sign_out()
        self.qtbot.waitUntil(lambda: self.program.window is not before)

    def office(self) -> Office:
        """Where the database's owner administers people."""
        program = Person(id="", login="ctl", name_zh="", name_en="", roles=["administrator"], disabled=False)
        return Office(self.shared.open(KEEPER, ""), program, "ctl")


@pytest.fixture
def station(
    shared: Shared, preferences: Preferences, qapp: QApplication, english: None, qtbot: QtBot
) -> Iterator[Station]:
    program = Program(qapp, preferences, shared.url)
    made = Station(program, shared, qtbot)
    office = made.office()
    for login in ("ann", "adam"):
        office.reset_password(shared.house.keys[login], OPEN_SESAME)
    office.database.close()  # type: ignore[attr-defined]
    program.show()
    yield made
    assert program.end() == DONE
    program.window.deleteLater()


def test_nothing_is_open_before_somebody_signs_in(station: Station) -> None:
    door = station.program.window.door
    assert door.enter.isEnabled()
    assert not door.state.isVisible()
    assert station.sessions("ann") == 0


def test_what_is_done_is_done_as_the_person_signed_in(station: Station, qtbot: QtBot) -> None:
    station.enter("ann")
    assert station.program.window.windowTitle() == "Trial"
    ticket = station.program.backstage.do("receive", words="夜间施工", channel="hotline", urgency="ordinary",
                                          place_words="阳光小区", point=HERE)  # fmt: skip
    with qtbot.waitSignal(ticket.done) as done:
        pass
    key = done.args[0]
    assert station.program.backstage.picture.get(Complaint, key) is not None
    with station.shared.house.database.reading() as session:
        assert session.query(JournalLine.actor_id).filter_by(key=key).one() == (station.shared.house.keys["ann"],)


def test_a_wrong_password_leaves_the_door_open_for_the_next_try(station: Station) -> None:
    assert "does not accept this login and password" in station.refused("ann", "guess guess")
    assert station.program.window.door.password.text() == ""
    assert "Please type" in station.refused("", OPEN_SESAME)
    assert "does not accept" in station.refused("o'hara\"; --", OPEN_SESAME)
    assert "does not accept" in station.refused("张伟" * 30, OPEN_SESAME)
    station.enter("ann")


def test_what_the_server_refused_here_is_written_down_once_somebody_comes_in(station: Station, qtbot: QtBot) -> None:
    for login in ("ann", "nobody", "ann"):
        station.refused(login, "guess guess")
    station.enter("adam")
    window = station.program.window
    window.lock()
    page = window.locking.page
    assert page is not None
    page.password.setText("guess again")
    page.attempt()
    qtbot.waitUntil(page.wrong.isVisible)
    page.password.setText(OPEN_SESAME)
    page.attempt()
    qtbot.waitUntil(lambda: window.locking.page is None)
    keys = station.shared.house.keys
    with station.shared.house.database.reading() as session:
        written = {(row.person_id, row.tries) for row in session.query(RefusedSignIn)}
        lines = session.query(JournalLine).where(JournalLine.kind == "refused_sign_in").all()
    assert written == {(keys["ann"], 2), (None, 1), (keys["adam"], 1)}
    assert {(line.actor_id, line.operation) for line in lines} == {(keys["adam"], "refused_sign_ins")}
    assert "guess" not in str([line.changes for line in lines])


def test_who_opens_the_security_page_has_it_written_down_who_tried_numbers(station: Station, qtbot: QtBot) -> None:
    with station.shared.server.connect(station.shared.name, "ann", password=OPEN_SESAME) as past:
        past.execute("SELECT known_citizens(%s, %s)", [["13912340001", "13912340002"], []])
    station.enter("adam")
    shell = station.program.window.shell
    assert shell is not None
    page = shell.go("security")
    assert isinstance(page, SecurityPage)
    qtbot.waitUntil(lambda: "Tried 2 telephone numbers" in {page._cells(fact)[2] for fact in page._facts.values()})


def test_who_signs_out_leaves_no_connection_and_the_next_one_begins_with_an_empty_room(
    station: Station, qtbot: QtBot
) -> None:
    station.enter("ann")
    assert station.sessions("ann") > 0
    station.leave()
    qtbot.waitUntil(lambda: station.sessions("ann") == 0)
    assert not station.program.backstage.picture.of(Person)
    door = station.program.window.door
    assert (door.login.text(), door.password.text()) == ("ann", "")
    station.enter("adam")
    assert station.program.window.room is not None
    assert station.program.window.room.person.login == "adam"


def test_nothing_of_whoever_signed_out_stays_in_memory(station: Station, qtbot: QtBot) -> None:
    left: list[weakref.ref[object]] = []
    for login in ("ann", "adam"):
        station.enter(login)
        backstage = station.program.backstage
        left += [weakref.ref(backstage), weakref.ref(backstage.picture)]
        del backstage
        station.leave()
    qtbot.waitUntil(lambda: [one() for one in left] == [None] * 4)


class Ear:
    """Hears what the feed warns of: which way it notices first that it is no longer let in is the server's affair."""

    def __init__(self) -> None:
        self.heard: list[str] = []

    def warning(self, words: str, *_more: object) -> None:
        self.heard.append(words)

    def info(self, words: str, *_more: object) -> None:
        self.heard.append(words)


def test_who_is_put_out_of_use_is_shown_the_door_and_told_why(
    station: Station, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    station.enter("ann")
    ear = Ear()
    monkeypatch.setattr("ui.following.log", ear)
    office, before = station.office(), station.program.window
    office.disable(station.shared.house.keys["ann"])
    office.database.close()  # type: ignore[attr-defined]
    qtbot.waitUntil(lambda: station.program.window is not before)
    assert set(ear.heard) <= {"the connection was lost: %s"}
    said = station.program.window.door.wrong.text()
    assert "may not sign in any more" in said or "You have been signed out" in said
    assert "may not sign in any more" in station.refused("ann", OPEN_SESAME)
    assert station.sessions("ann") == 0


def test_a_locked_window_opens_with_the_server_s_word_for_the_password(station: Station, qtbot: QtBot) -> None:
    station.enter("ann")
    window, before = station.program.window, station.sessions("ann")
    window.lock()
    page = window.locking.page
    assert page is not None
    page.password.setText("guess guess")
    page.attempt()
    qtbot.waitUntil(lambda: "does not accept" in page.wrong.text())
    assert window.locking.page is page
    page.password.setText(OPEN_SESAME)
    page.attempt()
    qtbot.waitUntil(lambda: window.locking.page is None)
    assert window.shell is not None
    qtbot.waitUntil(lambda: station.sessions("ann") <= before)


def test_an_administrator_adds_somebody_who_then_signs_in_with_what_was_shown(station: Station, qtbot: QtBot) -> None:
    station.enter("adam")
    shell = station.program.window.shell
    assert shell is not None
    page = shell.page
    assert isinstance(page, PeoplePage)
    page.add.click()
    page.form.login.setText("nina")
    page.form.name_en.setText("Nina")
    page.form.roles[next(iter(page.form.roles))].click()
    QTest.mouseClick(page.form.save, Qt.MouseButton.LeftButton)
    qtbot.waitUntil(page.form.once.isVisible)
    password = page.form.once.password.text()
    station.leave()
    station.enter("nina", password)


def test_a_password_that_was_given_is_exchanged_for_one_s_own_and_the_station_goes_on(
    station: Station, monkeypatch: pytest.MonkeyPatch, qtbot: QtBot
) -> None:
    station.enter("ann")
    ear = Ear()
    monkeypatch.setattr("ui.following.log", ear)
    window = station.program.window
    assert window.shell is not None
    form = window.shell.sheet.content  # it asks by itself
    assert isinstance(form, OwnPasswordForm)
    for field, words in ((form.old, "guess guess"), (form.new, "open barley"), (form.again, "open barley")):
        field.setText(words)
    form.attempt()
    qtbot.waitUntil(lambda: form.message.text == "The old password is wrong.")
    form.old.setText(OPEN_SESAME)
    with qtbot.waitSignal(window.session.alone):
        form.attempt()
    with station.shared.server.connect() as past:  # what is opened from now on is opened with the new one
        past.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'ann'")
    qtbot.waitUntil(lambda: any(words.startswith("back after") for words in ear.heard))
    station.leave()
    assert "does not accept" in station.refused("ann", OPEN_SESAME)
    station.enter("ann", "open barley")
    assert station.program.window.shell is not None
    assert station.program.window.shell.sheet.content is None


def test_roles_taken_away_while_signed_in_count_at_once(station: Station, qtbot: QtBot) -> None:
    station.enter("ann")
    office = station.office()
    office.change_roles(station.shared.house.keys["ann"], Belonging(["inspector"]))
    office.database.close()  # type: ignore[attr-defined]
    person = station.program.window
    qtbot.waitUntil(lambda: person.room is not None and person.room.person.roles == ["inspector"])


def test_no_password_is_written_anywhere_of_the_station(
    station: Station, preferences: Preferences, tmp_path: Path
) -> None:
    station.enter("ann")
    preferences.write()
    assert preferences.database == station.shared.url
    for path in tmp_path.rglob("*"):
        assert not path.is_file() or OPEN_SESAME.encode() not in path.read_bytes()


def test_what_somebody_else_said_waits_for_them_to_sign_in(station: Station, qtbot: QtBot) -> None:
    keys = station.shared.house.keys
    given = {"words": "夜间施工", "channel": "hotline", "urgency": "ordinary", "place_words": "阳光小区", "point": HERE}
    said = Kept(new_key(), "receive", None, given, keys["ann"], "here", clock.now())
    Spool(keys["district"]).keep(said)
    station.enter("adam")
    shell, keeping = station.program.window.shell, station.program.backstage.keeping
    assert shell is not None
    assert keeping is not None
    qtbot.waitUntil(lambda: keeping.entries == (said,) and not keeping.goes(said))
    shell.top.kept.click()
    board = shell.sheet.content
    assert isinstance(board, KeptBoard)
    card = board.cards[said.id]
    assert card.state.text() == "◆ It is sent by itself when whoever typed it signs in here."
    assert card.mine.isHidden()  # an administrator takes no calls, and reads none
    assert card.words.text() == "What was said is shown to those who may read cases."
    assert card.copy.isHidden()
    station.leave()
    station.enter("ann")
    qtbot.waitUntil(lambda: not Spool(keys["district"]).look().entries)
    with station.shared.house.database.reading() as session:
        assert session.query(JournalLine.actor_id).filter_by(operation_id=said.id).distinct().one() == (keys["ann"],)


@pytest.mark.parametrize(("url", "holds"), [
    ("postgresql://ann:secret@host/district", True), ("postgresql:///district?password=secret", True),
    ("postgresql://host:port:more/district", True), ("postgresql://host/district", False),
    ("postgresql://ann@host/district", False), ("sqlite:////a/b%3Fc.sqlite", False),
])  # fmt: skip
def test_an_address_with_a_password_is_not_remembered(url: str, holds: bool) -> None:
    assert settings.holds_secret(url) is holds
