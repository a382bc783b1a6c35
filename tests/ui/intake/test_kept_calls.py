"""The window while the database is away: calls are taken, it is said what becomes of them, somebody decides."""

import os
import shutil
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.operations import perform
from commandcenter.spool import Spool
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from tests.ui.intake.conftest import OpenPage, type_
from ui.backstage import LIVE, LOST, Backstage
from ui.intake.page import IntakePage
from ui.keeping import Keeping
from ui.kept import KeptBoard, KeptCard
from ui.shell import Shell
from ui.tickets import Ticket
from ui.widgets.move_form import MoveForm

Announce = Callable[..., None]


@pytest.fixture
def backstage(small_house: House) -> Iterator[Backstage]:
    """As the program builds it: with a spool."""
    made = Backstage(
        lambda: Database.open(small_house.url, clock=lambda: small_house.now), Feed, lambda: perform, "seat 3",
        Keeping(Spool, lambda: perform),
    )  # fmt: skip
    yield made
    assert made.close(), "a thread did not end"


class Desk:
    """ann's page, and the file of the database."""

    def __init__(self, page: IntakePage, house: House, qtbot: QtBot) -> None:
        self.page, self.house, self.qtbot = page, house, qtbot
        self.path = Path(house.url.removeprefix("sqlite:///"))
        self.backstage = page.room.backstage
        shell = page.window().shell  # type: ignore[attr-defined]
        assert isinstance(shell, Shell)
        self.shell = shell

    def lose(self) -> None:
        self.house.database.close()
        self.path.rename(self.path.with_name("elsewhere.sqlite"))
        self.backstage.retry()
        self.qtbot.waitUntil(lambda: self.backstage.state == LOST)

    def find(self) -> None:
        self.path.with_name("elsewhere.sqlite").rename(self.path)
        self.backstage.retry()
        self.qtbot.waitUntil(lambda: self.backstage.state == LIVE)

    def take(self, words: str) -> None:
        type_(words)
        with self.qtbot.waitSignal(self.page.counter.kept):
            self.page.receive()

    def board(self) -> KeptBoard:
        self.shell.top.kept.click()
        board = self.shell.sheet.content
        assert isinstance(board, KeptBoard)
        return board

    def card(self) -> KeptCard:
        [card] = self.board().cards.values()
        return card

    def words(self) -> list[str]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(Complaint.words).order_by(Complaint.number)))


@pytest.fixture
def desk(open_page: OpenPage, small_house: House, qtbot: QtBot, expect_log: Announce) -> Desk:
    made = Desk(open_page("ann"), small_house, qtbot)
    expect_log(f"the connection was lost: The database file “{made.path}” is gone: it was moved or deleted."
               " This change was not saved. Put it back.")  # fmt: skip
    return made


def test_a_call_is_taken_with_the_database_gone_and_its_number_comes_later(desk: Desk) -> None:
    desk.lose()
    desk.take("Water runs down the stairs")
    assert desk.page.panel.result.number.text() == "◆ Kept here"
    assert desk.page.form.call().blank, "the next caller can be served"
    assert desk.page.counter.unfinished() == []
    assert desk.shell.top.kept.isVisibleTo(desk.shell)
    assert desk.shell.top.kept.text().startswith("◆ 1 kept here, the first ")
    assert "kept at this station" in desk.shell.messages.text
    card = desk.card()
    assert card.words.text() == "Water runs down the stairs"
    assert not card.discard.isVisibleTo(card), "what waits is sent, not put away"
    desk.find()
    desk.qtbot.waitUntil(lambda: not desk.shell.top.kept.isVisibleTo(desk.shell))
    assert desk.words() == ["Water runs down the stairs"]
    desk.qtbot.waitUntil(lambda: desk.shell.messages.text.startswith("Sent, as typed "))
    assert desk.page.incoming.table.rowCount() == 1


def test_what_needs_an_answer_of_the_database_leaves_the_call_where_it_is(desk: Desk) -> None:
    desk.lose()
    type_("Where is the office?")
    desk.page.settle("answer")
    form = desk.page.panel.asking
    assert isinstance(form, MoveForm)
    form.set_value("answer", "On the ground floor.")
    with desk.qtbot.waitSignal(desk.page.counter.returned):
        form.submit()
    assert "needs the database, which is away" in form.message
    assert form.value("answer") == "On the ground floor."
    assert desk.page.form.call().words == "Where is the office?"
    desk.find()
    assert desk.words() == []


def test_a_call_that_can_be_kept_nowhere_stands_on_the_form_again_with_why_and_nothing_says_it_is_kept(
    desk: Desk, own_data: Path
) -> None:
    desk.lose()
    desk.take("The first")
    shutil.rmtree(own_data)
    own_data.write_text("in the way")
    type_("The second")
    with desk.qtbot.waitSignal(desk.page.counter.returned):
        desk.page.receive()
    assert "cannot be kept at this station either" in desk.page.panel.trouble.text
    assert desk.page.form.call().words == "The second"
    assert not desk.page.panel.result.isVisibleTo(desk.page)
    own_data.unlink()
    desk.find()


def _refused(desk: Desk) -> KeptCard:
    """A call whose matter is struck from the list while the database is away."""
    desk.lose()
    ticket = desk.backstage.do("receive", channel="hotline", urgency="ordinary", words="Loud music",
                               caller_phone="13912348816", matter="0190aaaa-0000-7000-8000-00000000000f")  # fmt: skip
    with desk.qtbot.waitSignal(ticket.kept):
        pass
    assert desk.backstage.keeping is not None
    with desk.qtbot.waitSignal(desk.backstage.keeping.returned):
        desk.find()
    assert "was not accepted: There is no such record any more" in desk.shell.messages.text
    assert desk.shell.top.kept.text().endswith("to decide: 1")
    return desk.card()


def test_a_call_that_was_not_accepted_goes_back_to_the_form_and_leaves_the_spool(desk: Desk) -> None:
    card = _refused(desk)
    assert "There is no such record any more" in card.state.text()
    card.edit.click()
    desk.qtbot.waitUntil(lambda: not desk.shell.top.kept.isVisibleTo(desk.shell))
    call = desk.page.form.call()
    assert (call.words, call.caller_phone) == ("Loud music", "13912348816")
    assert desk.page.counter.left().calls[call.id].words == "Loud music", "it is on the disk as a draft"


def test_it_leaves_the_spool_only_once_its_draft_is_on_the_disk_and_so_are_all_later_ones(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card = _refused(desk)
    draft = desk.page.counter._file.path
    settled: list[str] = []
    on_the_disk = b""

    def settle(descriptor: int, fsync: Callable[[int], None] = os.fsync) -> None:
        nonlocal on_the_disk
        file = Path(f"/proc/self/fd/{descriptor}").readlink()
        fsync(descriptor)
        settled.append(file.suffix or file.name)
        if file.name.startswith(draft.name):
            on_the_disk = file.read_bytes()

    monkeypatch.setattr(os, "fsync", settle)
    card.edit.click()
    desk.qtbot.waitUntil(lambda: not desk.shell.top.kept.isVisibleTo(desk.shell))
    assert settled[:3] == [".part", "drafts", ".spool"]
    before = on_the_disk
    QTest.keyClicks(desk.page.form.words, " again")
    desk.qtbot.waitUntil(lambda: draft.read_bytes() != before)
    assert draft.read_bytes() == on_the_disk
    desk.page.begin()
    desk.page.counter.discard(desk.page.counter.unfinished()[0].id)
    settled.clear()
    type_("another call")
    desk.qtbot.waitUntil(lambda: draft.exists() and draft.read_bytes() != on_the_disk)
    assert settled == [], "what is only typed waits for no disk"


def test_it_is_put_away_only_with_a_reason(desk: Desk) -> None:
    card = _refused(desk)
    card.copy.click()
    assert QGuiApplication.clipboard().text() == "Loud music"
    card.discard.click()
    card.sure.click()
    assert desk.shell.top.kept.isVisibleTo(desk.shell), "no reason, no end"
    card.reason.setText("typed twice")
    card.sure.click()
    desk.qtbot.waitUntil(lambda: not desk.shell.top.kept.isVisibleTo(desk.shell))
    assert desk.words() == []


def test_who_puts_it_away_and_signs_out_at_once_leaves_no_mistake_behind(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    card, ticket = _refused(desk), Ticket("discard_kept")
    monkeypatch.setattr(desk.backstage.keeping, "discard", lambda *_given: ticket)
    card.discard.click()
    card.reason.setText("typed twice")
    card.sure.click()
    with desk.qtbot.waitSignal(desk.page.room.destroyed):
        desk.page.window().sign_out()  # type: ignore[attr-defined]
    with desk.qtbot.captureExceptions() as caught:
        ticket.settle(None)
    assert caught == []


def test_the_lost_line_says_that_calls_are_taken(desk: Desk) -> None:
    desk.lose()
    desk.qtbot.waitUntil(lambda: any(
        "Calls, remarks, progress and contacts are taken" in banner.text
        for banner in desk.shell.banners._shown.values()))
    desk.find()


def test_a_remark_typed_into_a_form_is_kept_and_the_form_is_put_away(desk: Desk) -> None:
    case = desk.house.case()
    desk.qtbot.waitUntil(lambda: desk.page.room.picture.get(Case, case.id) is not None)
    desk.lose()
    desk.page.room.make("remark", desk.page.room.picture.get(Case, case.id))
    form = desk.shell.sheet.content
    assert isinstance(form, MoveForm)
    form.set_value("words", "The caller asks again")
    with desk.qtbot.waitSignal(desk.backstage.kept):
        form.submit()
    assert desk.shell.sheet.content is None
    assert case.number in desk.shell.messages.text
    assert desk.card().title.text() == f"Remark · {case.number}"
    desk.find()
    desk.qtbot.waitUntil(lambda: not desk.shell.top.kept.isVisibleTo(desk.shell))
    with desk.house.database.reading() as session:
        assert session.scalars(select(Note.words)).all() == ["The caller asks again"]


def test_what_decides_is_refused_in_words_and_its_form_keeps_what_was_typed(desk: Desk) -> None:
    case = desk.house.case()
    desk.qtbot.waitUntil(lambda: desk.page.room.picture.get(Case, case.id) is not None)
    desk.lose()
    desk.page.room.make("cancel", desk.page.room.picture.get(Case, case.id))
    form = desk.shell.sheet.content
    assert isinstance(form, MoveForm)
    form.set_value("reason", "Opened twice")
    with desk.qtbot.waitSignal(desk.backstage.refused):
        form.submit()
    assert "“Cancel the case” needs the database, which is away" in form.message
    assert form.value("reason") == "Opened twice"
    desk.find()


def test_a_remark_on_a_case_that_ended_meanwhile_names_the_case_which_can_still_be_looked_at(desk: Desk) -> None:
    case, other = desk.house.case(), desk.house.case(words="The same thing")
    desk.qtbot.waitUntil(lambda: desk.page.room.picture.get(Case, case.id) is not None)
    desk.lose()
    with desk.qtbot.waitSignal(desk.backstage.do("remark", subject=case.id, words="The caller asks again").kept):
        pass
    desk.path.with_name("elsewhere.sqlite").rename(desk.path)
    desk.house.do("sue", "merge", case, case=other.id, reason="One and the same")
    keeping = desk.backstage.keeping
    assert keeping is not None
    with desk.qtbot.waitSignal(keeping.returned):
        desk.backstage.retry()
    card = desk.card()
    assert card.title.text() == f"Remark · {case.number}"
    assert "merged" in card.state.text().lower()
    assert card.words.text() == "The caller asks again"
    with desk.qtbot.waitSignal(desk.page.room.case_asked) as asked:
        card.look.click()
    assert asked.args == [case.id]
