"""Sessions of one person at several stations: one of them, or an administrator, ends the others."""

from collections.abc import Iterator
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot

from commandcenter.domain.people import Person
from commandcenter.domain.record import evolved
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.live.belonging import BY_KIND
from commandcenter.operations import perform
from commandcenter.operations.overseeing import sign_out_everywhere
from commandcenter.operations.signing import sign_in
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from tests.ui.conftest import PASSWORD, MakeWindow, enter
from ui.archive.page import ArchivePage
from ui.backstage import LIVE, Backstage
from ui.intake.page import IntakePage
from ui.main_window import MainWindow
from ui.preferences.memory import Preferences
from ui.pulse import Pulse


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of each test lie in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))


@pytest.fixture
def here(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> MainWindow:
    """A station where ann is signed in."""
    window = make_window()
    enter(window, "ann", qtbot)
    return window


@pytest.fixture
def elsewhere(here: MainWindow, small_house: House, preferences: Preferences, qtbot: QtBot) -> Iterator[MainWindow]:
    """Another station where ann is signed in too, on a connection of its own."""
    backstage = Backstage(
        lambda: Database.open(small_house.url, clock=lambda: small_house.now), Feed, lambda: perform, "other"
    )
    window = MainWindow(backstage, preferences, Pulse(backstage.now), sign_in, small_house.url)
    window.show()
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE and backstage.picture.complete)
    enter(window, "ann", qtbot)
    yield window
    window.close()
    window.deleteLater()
    assert backstage.close()


def ended_by_adam(house: House, login: str = "ann") -> None:
    """An administrator signs somebody out everywhere."""
    body = partial(sign_out_everywhere, person=house.keys[login])
    house.database.run("sign_out_everywhere", house.person("adam"), "desk 9", body)


def test_ending_ones_other_sessions_signs_the_others_out_and_not_this_one(
    here: MainWindow, elsewhere: MainWindow, qtbot: QtBot
) -> None:
    assert here.room is not None
    with qtbot.waitSignals([elsewhere.signed_out, here.session.alone]):
        here.room.actions.trigger("shell.sign_out_everywhere", here.room)
    assert elsewhere.shell is None
    assert elsewhere.backstage.person is None
    assert elsewhere.door.wrong.text() == (
        "You were signed out everywhere by Ann. What was typed here is kept for you."
    )
    assert here.shell is not None
    assert here.shell.messages.messages[-1].text == "You are signed out at all other stations."


def test_an_administrator_ends_every_session_of_somebody_and_each_station_says_by_whom(
    here: MainWindow, elsewhere: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    with qtbot.waitSignals([elsewhere.signed_out, here.signed_out]):
        ended_by_adam(small_house)
    for window in (here, elsewhere):
        assert "signed out everywhere by Adam" in window.door.wrong.text()


def test_a_locked_window_is_signed_out_too_and_what_was_typed_there_is_kept(
    here: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    assert here.shell is not None
    page = here.shell.go("intake")
    assert isinstance(page, IntakePage)
    page.form.words.setPlainText("half a sentence")
    here.lock()
    with qtbot.waitSignal(here.signed_out):
        ended_by_adam(small_house)
    assert here.locking.page is None
    assert here.door.isVisible()
    small_house.later(seconds=1)
    page = enter(here, "ann", qtbot).go("intake")
    assert isinstance(page, IntakePage)
    assert page.form.words.toPlainText() == "half a sentence"


def test_what_was_looked_for_in_the_archive_is_not_looked_for_in_the_next_session(
    here: MainWindow, qtbot: QtBot
) -> None:
    shell = enter(here, "ann", qtbot)
    page = shell.page_of("archive")
    assert isinstance(page, ArchivePage)
    page.filters.line.setText("261123-0042")
    here.sign_out()
    page = enter(here, "ann", qtbot).page_of("archive")
    assert isinstance(page, ArchivePage)
    assert page.filters.line.text() == ""


def test_a_session_that_begins_afterwards_goes_on_whatever_else_changes_about_the_person(
    here: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(here.signed_out):
        ended_by_adam(small_house)
    shell = enter(here, "ann", qtbot)

    def promote(work: Work) -> str:
        work.get(Person, small_house.keys["ann"]).phone = "0532-1"
        return ""

    small_house.database.run("set", small_house.person("adam"), "test", promote)
    qtbot.waitUntil(lambda: here.room is not None and here.room.person.phone == "0532-1")
    assert here.shell is shell


def test_a_station_that_was_away_when_it_happened_learns_of_it_when_everything_is_read_anew(
    here: MainWindow, small_house: House, qtbot: QtBot
) -> None:
    picture, ann = here.backstage.picture, small_house.keys["ann"]
    kinds = {belonging.record_type for belonging in BY_KIND.values()}
    read = {record.id: record for kind in kinds for record in picture.of(kind).values()}
    was = small_house.person("ann")
    read[ann] = evolved(was, {"signed_out_at": small_house.now, "version": was.version + 1})
    with qtbot.waitSignal(here.signed_out):
        here.backstage.on_loaded_anew([*read.values()])
    assert here.door.wrong.text() == "You were signed out everywhere. What was typed here is kept for you."


def test_a_sign_out_between_the_password_and_the_first_page_counts(
    with_passwords: House, backstage: Backstage, preferences: Preferences, english: None, qtbot: QtBot
) -> None:
    def slow(*given: Any) -> Person:
        person = sign_in(*given)
        ended_by_adam(with_passwords)
        return person

    window = MainWindow(backstage, preferences, Pulse(backstage.now), slow)
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE and backstage.picture.complete)
    with qtbot.waitSignals([window.signed_in, window.signed_out]):
        window.attempt("ann", PASSWORD)
    assert window.shell is None
    window.deleteLater()


def test_somebody_else_s_sessions_are_not_mine_to_end(small_house: House) -> None:
    body = partial(sign_out_everywhere, person=small_house.keys["bob"])
    with pytest.raises(NotAllowed, match="Only an administrator"):
        small_house.database.run("sign_out_everywhere", small_house.person("ann"), "test", body)
    assert small_house.person("bob").signed_out_at is None
