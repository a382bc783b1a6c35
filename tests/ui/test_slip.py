"""A call written down at the door: with the database away nobody can sign in, and yet nothing is lost."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.errors import Unavailable
from commandcenter.operations import perform
from commandcenter.operations.signing import sign_in
from commandcenter.spool import Spool
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from tests.ui.conftest import PASSWORD
from tests.ui.test_lock import locked, unlock
from ui.backstage import LIVE, LOST, Backstage
from ui.keeping import Keeping
from ui.kept import KeptBoard
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.preferences.memory import Preferences
from ui.pulse import Pulse
from ui.slip import SlipPage
from ui.slip_draft import SlipDraft, drafts_left, free_draft
from ui.slips import DISTRICT

Announce = Callable[..., None]


def draft_words() -> str:
    """What stands in the draft of the slip, on the disk."""
    return SlipDraft("anybody").answers().get("words", "")


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spool of each test lies in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


class Station:
    """A program that is started while the database is away, where it was there the last time."""

    def __init__(self, house: House, folder: Path, qtbot: QtBot) -> None:
        self.house, self.qtbot = house, qtbot
        self.path = Path(house.url.removeprefix("sqlite:///"))
        self.preferences = Preferences(folder / "preferences.ini")
        self.preferences.keep(DISTRICT, [house.url, house.keys["district"]])
        house.database.close()
        self.path.rename(self.path.with_name("elsewhere.sqlite"))
        self.backstage = Backstage(
            lambda: Database.open(house.url), Feed, lambda: perform, "seat 3", Keeping(Spool, lambda: perform))
        only = tuple(entry for entry in PAGES if entry.name == "intake")
        self.window = MainWindow(self.backstage, self.preferences, Pulse(), sign_in, house.url, only)
        qtbot.addWidget(self.window)
        self.window.show()
        self.backstage.start()

    def slip(self) -> SlipPage:
        self.qtbot.waitUntil(self.window.door.slip.isVisible)
        self.window.door.slip.click()
        return self.window.findChildren(SlipPage)[-1]

    def find(self) -> None:
        self.path.with_name("elsewhere.sqlite").rename(self.path)
        self.backstage.retry()
        self.qtbot.waitUntil(lambda: self.backstage.picture.complete)

    def lose(self, expect_log: Announce) -> None:
        expect_log(f"the connection was lost: The database file “{self.path}” is gone: it was moved or deleted."
                   " This change was not saved. Put it back.")  # fmt: skip
        self.path.rename(self.path.with_name("elsewhere.sqlite"))
        self.backstage.retry()
        self.qtbot.waitUntil(lambda: self.backstage.state == LOST)

    @property
    def keeping(self) -> Keeping:
        assert self.backstage.keeping is not None
        return self.backstage.keeping


@pytest.fixture
def station(
    with_passwords: House, tmp_path: Path, qtbot: QtBot, expect_log: Announce
) -> Iterator[Station]:
    path = with_passwords.url.removeprefix("sqlite:///")
    expect_log(f"the database is not available: There is no database at “{path}”."
               " Create one with: commandcenterctl init")  # fmt: skip
    made = Station(with_passwords, tmp_path, qtbot)
    yield made
    assert made.backstage.close()


def test_a_slip_is_kept_told_at_the_door_and_sent_by_whoever_signs_in(station: Station) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp by the gate is out")
    page.lines["caller_phone"].setText("13912348816")
    page.enter.click()
    station.qtbot.waitUntil(lambda: len(station.keeping.entries) == 1)
    station.qtbot.waitUntil(lambda: page.words.toPlainText() == "")
    page.back.click()
    station.qtbot.waitUntil(station.window.door.kept.isVisible)
    assert station.window.door.kept.text().startswith("▲ 1 kept here, the first ")
    station.find()
    assert not station.window.door.slip.isVisible(), "who can sign in does"
    with station.qtbot.waitSignal(station.window.signed_in):
        station.window.attempt("ann", PASSWORD)
    shell = station.window.shell
    assert shell is not None
    shell.top.kept.click()
    board = shell.sheet.content
    assert isinstance(board, KeptBoard)
    [card] = board.cards.values()
    assert card.state.text() == "▲ Nobody was signed in when it was written down. Whoever sends it answers for it."
    assert not card.again.isVisibleTo(card)
    card.mine.click()
    station.qtbot.waitUntil(lambda: not station.keeping.entries)
    with station.house.database.reading() as session:
        [made] = session.scalars(select(Complaint)).all()
    assert (made.words, made.received_by_id) == ("The lamp by the gate is out", station.house.keys["ann"])


def test_a_slip_without_words_is_refused_in_words_and_stays(station: Station) -> None:
    page = station.slip()
    page.lines["caller_name"].setText("Zhang")
    page.enter.click()
    assert page.said.text
    assert page.lines["caller_name"].text() == "Zhang"
    assert station.keeping.entries == ()


def test_a_slip_that_cannot_be_kept_either_stays_as_it_was_typed(station: Station, own_data: Path) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp is out")
    station.qtbot.waitUntil(lambda: station.keeping._spool is not None and draft_words() != "")
    for file in sorted(own_data.rglob("*"), reverse=True):
        file.rmdir() if file.is_dir() else file.unlink()
    own_data.rmdir()
    own_data.write_text("in the way")
    page.enter.click()
    station.qtbot.waitUntil(lambda: "cannot be kept at this station either" in page.said.text)
    assert page.words.toPlainText() == "The lamp is out"


def test_a_slip_half_written_is_there_again_and_waits_with_the_others_when_the_database_is_back(
    station: Station,
) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp by the")
    station.qtbot.waitUntil(lambda: draft_words() == "The lamp by the")
    page.back.click()
    page = station.slip()
    assert page.words.toPlainText() == "The lamp by the"
    page.back.click()
    station.find()
    station.qtbot.waitUntil(lambda: [slip.words for slip in station.keeping.entries] == ["The lamp by the"])
    station.qtbot.waitUntil(lambda: draft_words() == "")


def test_a_slip_half_written_that_is_left_when_the_database_is_back_waits_with_the_others_at_once(
    station: Station,
) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp by the")
    station.find()
    station.qtbot.waitUntil(lambda: station.backstage.state == LIVE and not station.backstage._under_way)
    assert station.keeping.entries == (), "somebody writes on it"
    page.back.click()
    station.qtbot.waitUntil(lambda: [slip.words for slip in station.keeping.entries] == ["The lamp by the"])
    station.qtbot.waitUntil(lambda: draft_words() == "")


def test_keep_and_back_at_once_keep_a_call_once(station: Station) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp is out")
    page.enter.click()
    page.back.click()
    station.find()
    station.qtbot.waitUntil(lambda: draft_words() == "")
    station.qtbot.waitUntil(lambda: not station.backstage._under_way)
    assert [slip.words for slip in station.keeping.entries] == ["The lamp is out"]


def test_what_was_kept_when_the_program_was_killed_is_not_kept_twice(station: Station) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp is out")
    page.put_down()
    killed = SlipDraft("anybody").file.path
    left = killed.read_bytes()
    page.enter.click()
    station.qtbot.waitUntil(lambda: len(station.keeping.entries) == 1)
    station.qtbot.waitUntil(lambda: not page.busy)
    page.back.click()
    killed.write_bytes(left)  # as if it had ended before the draft was emptied
    station.find()
    station.qtbot.waitUntil(lambda: draft_words() == "")
    assert [slip.words for slip in station.keeping.entries] == ["The lamp is out"]


def test_two_consoles_write_on_two_slips(station: Station) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp is out")
    page.put_down()
    other = free_draft()
    assert (other.answers(), drafts_left()) == ({}, [])
    other.write({"words": "A second caller"})
    assert draft_words() == "The lamp is out"
    page.back.click()
    assert [draft.answers()["words"] for draft in drafts_left()] == ["The lamp is out"]


def test_a_slip_at_which_nobody_sits_is_kept_and_out_of_sight(
    station: Station, monkeypatch: pytest.MonkeyPatch
) -> None:
    page = station.slip()
    page.words.setPlainText("The lamp by the")
    at = clock.uptime()
    monkeypatch.setattr(clock, "uptime", lambda: at + 9.9 * 60)
    station.window.pulse.tick()
    assert page.isVisible()
    monkeypatch.setattr(clock, "uptime", lambda: at + 10.1 * 60)
    with station.qtbot.waitSignal(page.destroyed):
        station.window.pulse.tick()
    assert station.window.door.isVisible()
    station.qtbot.waitUntil(lambda: [slip.words for slip in station.keeping.entries] == ["The lamp by the"])
    station.qtbot.waitUntil(lambda: draft_words() == "")
    assert station.slip().words.toPlainText() == ""


def test_who_signs_out_while_the_database_is_away_finds_the_slip_at_the_door(
    station: Station, expect_log: Announce
) -> None:
    station.find()
    with station.qtbot.waitSignal(station.window.signed_in):
        station.window.attempt("ann", PASSWORD)
    station.lose(expect_log)
    station.window.sign_out()
    away = "◆ The database is away: nobody can sign in until it is back."
    station.qtbot.waitUntil(lambda: station.window.door.kept.text() == away)
    station.slip().words.setPlainText("The lamp is out")
    [page] = station.window.findChildren(SlipPage)
    page.enter.click()
    station.qtbot.waitUntil(lambda: len(station.keeping.entries) == 1)
    station.find()
    station.qtbot.waitUntil(lambda: "is back" in page.said.text)
    station.qtbot.waitUntil(lambda: "away" not in station.window.door.kept.text())


def test_who_cannot_come_in_because_the_database_does_not_answer_is_offered_the_slip_at_once(station: Station) -> None:
    station.find()
    station.qtbot.waitUntil(lambda: station.backstage.state == LIVE)
    door = station.window.door
    assert not door.slip.isVisible()
    station.window._not_entered(Unavailable("The server does not answer."))  # before the feed has noticed
    assert door.slip.isVisible()
    assert door.wrong.text() == "The server does not answer."


def test_a_window_that_locks_while_the_database_is_away_opens_again_for_whoever_is_signed_in(
    station: Station, expect_log: Announce
) -> None:
    window, qtbot = station.window, station.qtbot
    station.find()
    with qtbot.waitSignal(window.signed_in):
        window.attempt("ann", PASSWORD)
    qtbot.waitUntil(lambda: window.session._proof is not None)
    station.lose(expect_log)
    window.lock()
    unlock(window, qtbot, "a guess")
    assert "is wrong" in locked(window).wrong.text()
    unlock(window, qtbot)
    assert window.locking.page is None
    assert window.shell is not None
    assert window.shell.isVisible()
    assert window.backstage.person is not None
    station.find()
