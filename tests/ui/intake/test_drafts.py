"""What is typed survives: a kill without warning, another language, a full disk."""

import json
import os
import re
import signal
import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from tests.environment import ROOT
from tests.house import HERE, House
from tests.ui.intake.conftest import OpenPage, held, type_
from ui.draft_file import DraftFile as Sealed
from ui.intake.call import Call, of
from ui.intake.drafts import Desk, DraftFile
from ui.intake.page import IntakePage

_TYPIST = """
import sys
from PySide6.QtCore import QTimer
from PySide6.QtTest import QTest
from commandcenter.operations import perform
from commandcenter.operations.signing import sign_in
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from ui.app import application
from ui.backstage import Backstage
from ui.main_window import MainWindow
from ui.pages import PAGES
from ui.preferences.memory import Preferences
from ui.pulse import Pulse
from pathlib import Path

url, preferences, password = sys.argv[1:]
app = application(["typist"])
backstage = Backstage(lambda: Database.open(url), Feed, lambda: perform, "test")
only = tuple(entry for entry in PAGES if entry.name == "intake")
window = MainWindow(backstage, Preferences(Path(preferences)), Pulse(), sign_in, url, only)
window.show()

def type_it(room):
    page = window.shell.go("intake")
    QTest.keyClicks(page.form.words, "Water runs down the")
    QTest.keyClicks(page.form.phone, "13912348816")
    QTest.keyClicks(page.form.words, " stairs")
    page.form.place.set_point((120.05, 35.95))

window.signed_in.connect(type_it)
window.attempt_when_open("ann", password)
backstage.start()
app.exec()
"""


def test_a_call_being_typed_survives_a_kill_without_warning(
    with_passwords: House, open_page: OpenPage, own_data: Path, tmp_path: Path, qtbot: QtBot
) -> None:
    from tests.ui.conftest import PASSWORD

    draft = DraftFile(with_passwords.keys["ann"])
    typist = subprocess.Popen(
        [sys.executable, "-c", _TYPIST, with_passwords.url, str(tmp_path / "p.ini"), PASSWORD],
        cwd=ROOT, env=os.environ | {"COMMANDCENTER_DATA": str(own_data)}, stderr=subprocess.DEVNULL,
    )  # fmt: skip

    def written() -> bool:
        assert typist.poll() is None, "the typist ended by itself"
        return any("stairs" in call.words and call.point for call in draft.read().calls.values())

    qtbot.waitUntil(written, timeout=30_000)
    typist.send_signal(signal.SIGKILL)
    assert typist.wait() == -signal.SIGKILL
    page = open_page("ann")
    call = page.form.call()
    assert (call.words, call.caller_phone, call.point) == (
        "Water runs down the stairs", "13912348816", (120.05, 35.95))  # fmt: skip
    for file in own_data.rglob("*"):
        assert not file.is_file() or (b"13912348816" not in file.read_bytes() and file.stat().st_mode & 0o077 == 0)
    type_(" at night")
    assert page.form.words.toPlainText() == "Water runs down the stairs at night", "the cursor stood elsewhere"
    shell = page.window().shell  # type: ignore[attr-defined]
    assert re.fullmatch(r"A call that was not saved is here again, as typed [\d: -]+\.", shell.messages.text)


def test_it_is_said_once_when_several_calls_were_restored(
    with_passwords: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    one, two = Call(words="One"), Call(words="Two")
    desk = Desk({one.id: one, two.id: two}, front=two.id, kept_at=with_passwords.now - timedelta(days=1))
    DraftFile(with_passwords.keys["ann"]).write(desk)
    page = open_page("ann")
    shell = page.window().shell  # type: ignore[attr-defined]
    assert shell.messages.text.startswith("2 calls that were not saved are here again, as typed 11-22 ")
    told = len(shell.messages.messages)
    page.room.preferences.language = "zh_CN"
    assert page.window().shell.messages.text == "", "another language is no restart"  # type: ignore[attr-defined]
    assert len(shell.messages.messages) == told


def test_a_call_that_was_saved_before_the_kill_is_no_draft_any_more(
    with_passwords: House, open_page: OpenPage, own_data: Path, qtbot: QtBot
) -> None:
    """The operation's id stands in the draft: the database knows whether it was done."""
    house = with_passwords
    saved, lost = Call(words="Saved"), Call(words="Never arrived")
    done = "0193a7c0-0000-7000-8000-000000000001"
    house.database.run(
        "receive", house.person("ann"), "test", lambda work: work.add(_complaint(work)), operation_id=done)
    desk = Desk({saved.id: saved, lost.id: lost}, {saved.id: done, lost.id: "0193a7c0-0000-7000-8000-000000000002"})
    DraftFile(house.keys["ann"]).write(desk)
    page = open_page("ann")
    qtbot.waitUntil(lambda: [c.words for c in page.counter.desk.unfinished()] == ["Never arrived"])
    assert page.counter.desk.trouble[lost.id].startswith("It is not known whether this was saved")


def _complaint(work: Any) -> Complaint:
    return Complaint(number="S1", channel="hotline", arrived_at=work.now, received_at=work.now, words="Saved",
                     urgency="ordinary", state="answered")  # fmt: skip


def test_a_saved_call_leaves_no_draft(page: IntakePage, own_data: Path, qtbot: QtBot) -> None:
    type_("Something")
    page.counter.keep()
    file = next((own_data / "drafts").iterdir())
    assert [call.words for call in DraftFile(page.room.person.id).read().calls.values()] == ["Something"]
    with qtbot.waitSignal(page.counter.settled):
        page.receive()
    assert not file.exists()


def test_another_language_keeps_what_is_typed(page: IntakePage, qtbot: QtBot) -> None:
    type_("Something")
    window = page.window()
    page.room.preferences.language = "zh_CN"
    shell = window.shell  # type: ignore[attr-defined]
    again = shell.page
    assert isinstance(again, IntakePage)
    assert again is not page
    assert again.form.words.toPlainText() == "Something"
    assert again.panel.title.text() == "新来电"


@pytest.mark.parametrize("spoilt", [b"{", b"no draft at all" * 9])
def test_a_spoilt_draft_file_is_set_aside(own_data: Path, spoilt: bytes, expect_log: Callable[..., None]) -> None:
    file = DraftFile("somebody")
    file.path.parent.mkdir(parents=True)
    file.path.write_bytes(spoilt)
    expect_log(f"{file.path} cannot be read: it is set aside")
    assert file.read().calls == {}
    [aside] = file.path.parent.iterdir()
    assert aside.read_bytes() == spoilt


@pytest.mark.parametrize("senseless", [{"calls": [{"id": 7, "point": "x"}, 3]}, {"calls": None}])
def test_a_draft_that_says_nothing_sensible_is_passed_over(own_data: Path, senseless: dict[str, Any]) -> None:
    Sealed("intake", "somebody").write(senseless)
    assert DraftFile("somebody").read().calls == {}


def test_a_draft_that_was_kept_in_clear_is_taken_over_and_its_file_is_gone(own_data: Path) -> None:
    file = DraftFile("somebody")
    clear = file.path.with_suffix(".json")
    clear.parent.mkdir(parents=True)
    one = Call(words="Water runs", caller_phone="13912348816")
    clear.write_text(json.dumps(Desk({one.id: one}).as_json()), "utf-8")
    desk = file.read()
    assert list(desk.calls.values()) == [one]
    file.write(desk)
    assert not clear.exists()
    assert file.read().calls == desk.calls
    file.write(Desk())
    assert list(clear.parent.iterdir()) == []


def test_where_drafts_cannot_be_kept_it_is_said_once_and_work_goes_on(
    page: IntakePage, own_data: Path, qtbot: QtBot
) -> None:
    own_data.mkdir(parents=True, exist_ok=True)
    (own_data / "drafts").write_text("in the way")
    type_("Something")
    with qtbot.waitSignal(page.room.said) as said:
        page.counter.keep()
    assert said.args[0].startswith("What you type cannot be kept against a crash")
    with qtbot.assertNotEmitted(page.room.said):
        page.counter.keep()
    with qtbot.waitSignal(page.counter.settled):
        page.receive()


def test_a_call_that_is_being_saved_while_the_page_is_built_anew_shows_its_number_there(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    type_("Water runs down the stairs")
    page.form.matter.choose(small_house.keys["noise"])
    page.form.place.set_point(HERE)
    page.form.place.line.setText("阳光小区")
    window: Any = page.window()
    with held(small_house):
        page.accept()
        page.room.preferences.language = "zh_CN"
        again = window.shell.page
        assert isinstance(again, IntakePage)
        assert again is not page
    qtbot.waitUntil(lambda: bool(again.panel.result.number.text()))
    with small_house.database.reading() as session:
        (case,) = session.query(Case).all()
    assert again.panel.result.number.text() == case.number
    assert again.counter.desk.calls == {}
    assert again.form.call().blank


def test_what_was_typed_on_a_complaint_that_a_colleague_settled_is_offered_as_a_new_call(
    page: IntakePage, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint(words="The lamp is dark")
    qtbot.waitUntil(lambda: page.incoming.table.keys() == [complaint.id])
    page.incoming.view.select(complaint.id)
    page.form.words.setPlainText("The lamp is dark, and another one too")
    page.begin()
    assert page.counter.unfinished() == [], "it still stands in the list"
    small_house.do("bob", "answer", complaint, answer="Told")
    qtbot.waitUntil(lambda: len(page.counter.unfinished()) == 1)
    (left,) = page.counter.unfinished()
    button = page.incoming.findChild(QPushButton, f"aside.{left.id}")
    assert button is not None
    button.click()
    call = page.form.call()
    assert (call.words, call.complaint) == ("The lamp is dark, and another one too", None)
    assert page.panel.trouble.text.startswith("The complaint this was typed on is settled")
    page.form.show_call(replace(call, words="", place_words="", point=None), None)
    page.begin()
    assert page.counter.desk.calls == {}, "it cannot be got rid of"


def test_only_the_calls_that_are_shown_are_counted_when_they_are_restored(
    with_passwords: House, open_page: OpenPage, qtbot: QtBot
) -> None:
    house = with_passwords
    one, two = Call(words="One"), Call(words="Two")
    typed_on = replace(of(house.complaint()), words="More of it")
    desk = Desk({c.id: c for c in (one, two, typed_on)}, front=two.id, kept_at=house.now)
    DraftFile(house.keys["ann"]).write(desk)
    page = open_page("ann")
    shell = page.window().shell  # type: ignore[attr-defined]
    assert shell.messages.text.startswith("2 calls that were not saved are here again")


def test_a_call_that_lies_aside_can_be_discarded_after_one_question(open_page: OpenPage) -> None:
    page = open_page("ann")
    type_("Something")
    page.begin()
    [call] = page.counter.desk.unfinished()
    button = page.incoming.findChild(QPushButton, f"discard.{call.id}")
    assert button is not None
    button.click()
    assert (button.text(), page.counter.desk.unfinished()) == ("Discard?", [call])
    button.click()
    assert page.counter.desk.unfinished() == []
    assert DraftFile(page.room.person.id).read().calls == {}
