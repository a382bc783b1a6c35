"""Who else is there: told to the others, seen of the others, in nobody's way."""

import threading
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtWidgets import QPushButton
from pytestqt.qtbot import QtBot

from commandcenter.domain.presence import BEAT_S, EXPIRES_S, Presence, Sight
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Unavailable
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.backstage import Backstage
from ui.company import Company
from ui.looking import about
from ui.shell import Shell
from ui.who_is_here import WhoIsHere


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Drafts of each test lie in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))


def other(house: House, login: str = "bob", session: Key = "", **more: Any) -> Presence:
    """Somebody at another station."""
    said: dict[str, Any] = {"page": "dispatch", "kind": "", "key": None, "editing": False} | more
    sign = Presence(session_id=session or new_key(), person_id=house.keys[login], station="03",
                    signed_in_at=house.now, **said)  # fmt: skip
    house.database.presences.tell(sign)
    return sign


def told(house: House) -> dict[str, tuple[str, str, Key | None, bool]]:
    """What each person's session has said last, by login."""
    logins = {key: login for login, key in house.keys.items()}
    return {logins[s.person_id]: (s.page, s.kind, s.key, s.editing) for s in house.database.presences.roll().signs}


def asked(company: Company, qtbot: QtBot) -> None:
    """A beat of the pulse, with its answer."""
    qtbot.waitUntil(lambda: not company._asking)
    company.tick()
    qtbot.waitUntil(lambda: not company._asking)


# ---------------------------------------------------------------------- what is told


def test_a_session_tells_what_it_looks_at_and_is_gone_when_it_leaves(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    company, key = live.company, new_key()
    asked(company, qtbot)
    assert told(small_house) == {}, "nobody is signed in"
    company.enter(small_house.person("ann"))
    company.look(Sight("intake"))
    asked(company, qtbot)
    company.look(Sight("dispatch", "case_file", key, True))
    asked(company, qtbot)
    assert told(small_house) == {"ann": ("dispatch", "case_file", key, True)}
    company.leave()
    qtbot.waitUntil(lambda: told(small_house) == {})


def test_a_station_that_has_nothing_new_to_say_writes_only_at_every_beat(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    from commandcenter import clock

    ticks = [clock.ticks()]
    monkeypatch.setattr(clock, "ticks", lambda: ticks[0])
    company = live.company
    company.enter(small_house.person("ann"))
    asked(company, qtbot)
    first = small_house.now
    for _second in range(BEAT_S - 1):
        ticks[0] += 1
        small_house.later(seconds=1)
        asked(company, qtbot)
    assert [s.seen_at for s in small_house.database.presences.roll().signs] == [first]
    ticks[0] += 1
    small_house.later(seconds=1)
    asked(company, qtbot)
    assert [s.seen_at for s in small_house.database.presences.roll().signs] == [small_house.now]


def test_what_was_told_while_the_database_was_away_is_told_again(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    company = live.company
    company.enter(small_house.person("ann"))
    store: Any = live.store()

    def away(_sign: object) -> None:
        raise Unavailable("The database is away.")

    monkeypatch.setattr(store.presences, "tell", away)
    asked(company, qtbot)
    monkeypatch.undo()
    assert told(small_house) == {}
    asked(company, qtbot)
    assert "ann" in told(small_house)


def test_a_mistake_of_ours_does_not_end_the_signs_of_life(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log("bug while signs of life: ZeroDivisionError")
    company = live.company
    company.enter(small_house.person("ann"))
    store: Any = live.store()

    def slip(_sign: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store.presences, "tell", slip)
    with qtbot.waitSignal(live.bug):
        company.tick()
    monkeypatch.undo()
    assert told(small_house) == {}
    asked(company, qtbot)
    assert "ann" in told(small_house)


def test_a_mistake_of_ours_that_comes_at_every_beat_is_one_report(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log("bug while signs of life: ZeroDivisionError")
    company, reports = live.company, list[object]()
    live.bug.connect(reports.append)
    company.enter(small_house.person("ann"))
    store: Any = live.store()

    def slip(_sign: object) -> None:
        raise ZeroDivisionError

    monkeypatch.setattr(store.presences, "tell", slip)
    for _beat in range(3):
        asked(company, qtbot)
    assert len(reports) == 1


def test_an_operation_does_not_wait_for_a_sign_of_life(
    live: Backstage, small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    company, go_on = live.company, threading.Event()
    company.enter(small_house.person("ann"))
    store: Any = live.store()
    monkeypatch.setattr(store.presences, "tell", lambda _sign: go_on.wait(20))
    company.tick()
    with qtbot.waitSignal(live.finished):
        live.do("receive", channel="web", words="Noise", urgency="ordinary")
    assert company._asking, "it still waits"
    go_on.set()
    qtbot.waitUntil(lambda: not company._asking)


# ---------------------------------------------------------------------- what is seen


def test_others_are_seen_those_who_type_first_and_who_is_silent_is_gone_by_itself(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    company, key = live.company, new_key()
    company.enter(small_house.person("ann"))
    company.look(Sight("dispatch", "case_file", key))
    looks = other(small_house, kind="case_file", key=key)
    types = other(small_house, "sue", kind="case_file", key=key, editing=True)
    with qtbot.waitSignal(company.changed) as change:
        asked(company, qtbot)
    assert change.args == [{("case_file", key)}]
    assert [s.session_id for s in company.at("case_file", key)] == [types.session_id, looks.session_id]
    assert len(company.here) == 3
    small_house.later(seconds=EXPIRES_S / 2)
    small_house.database.presences.tell(looks)
    small_house.later(seconds=EXPIRES_S / 2)
    with qtbot.waitSignal(company.changed):
        asked(company, qtbot)
    assert [s.session_id for s in company.at("case_file", key)] == [looks.session_id]


def test_nothing_is_told_to_the_screens_where_nothing_is_new(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    company, key = live.company, new_key()
    company.enter(small_house.person("ann"))
    there = other(small_house, kind="case_file", key=key)
    asked(company, qtbot)
    small_house.later(seconds=5)
    small_house.database.presences.tell(there)
    with qtbot.assertNotEmitted(company.changed):
        asked(company, qtbot)


def test_a_record_is_looked_at_as_its_case_or_as_the_complaint_that_waits(small_house: House) -> None:
    waiting, assignment = small_house.complaint(), small_house.dispatched()
    assert about(assignment) == ("case_file", assignment.case_id)
    assert about(waiting) == ("complaint", waiting.id)
    assert about(small_house.person("ann")) == about(None) == ("", None)


# ---------------------------------------------------------------------- in the window


@pytest.fixture
def shell(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Shell:
    """The window, with ann in it."""
    return enter(make_window(), "ann", qtbot)


def beat(shell: Shell, qtbot: QtBot) -> None:
    """A beat of the pulse, with its answer."""
    company = shell.room.backstage.company
    qtbot.waitUntil(lambda: not company._asking)
    shell.room.pulse.tick()
    qtbot.waitUntil(lambda: not company._asking)


def test_the_case_at_the_front_and_what_is_typed_about_it_are_told(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(type(case)))
    shell.go("dispatch")
    shell.open_case(case.id)
    beat(shell, qtbot)
    assert told(small_house)["ann"] == ("followup", "case_file", case.id, False)
    shell.make("remark", case)
    form: Any = shell.sheet.content
    form.set_value("words", "Called back")
    beat(shell, qtbot)
    assert told(small_house)["ann"] == ("followup", "case_file", case.id, True)
    shell.sheet.shut()
    beat(shell, qtbot)
    assert told(small_house)["ann"] == ("followup", "case_file", case.id, False)


def test_the_head_of_a_case_and_its_row_say_who_else_is_at_it(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    case = small_house.case()
    qtbot.waitUntil(lambda: case.id in shell.room.picture.of(type(case)))
    page: Any = shell.go("dispatch")
    qtbot.waitUntil(lambda: page.case_panel.case is not None)
    badge, column = page.case_panel.onlookers, page.waiting.table.columns[1]
    assert (badge.text(), column.mark(case)) == ("", "")
    there = other(small_house, kind="case_file", key=case.id)
    beat(shell, qtbot)
    assert (badge.text(), column.mark(case)) == ("Bob is looking", "accent")
    other(small_house, session=there.session_id, kind="case_file", key=case.id, editing=True)
    beat(shell, qtbot)
    assert (badge.text(), column.mark(case)) == ("Bob is typing", "late")
    assert "Bob is typing here, station 03" in badge.toolTip()
    small_house.database.presences.leave(there.session_id)
    beat(shell, qtbot)
    assert (badge.text(), column.mark(case)) == ("", "")


def test_who_is_here_says_where_and_since_when_and_what_they_hold(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint()
    small_house.do("bob", "claim", complaint)
    other(small_house, kind="complaint", key=complaint.id, editing=True)
    qtbot.waitUntil(lambda: bool(shell.room.picture.of(type(complaint)).get(complaint.id)))
    shell.room.actions.trigger("shell.who_is_here", shell.room)
    beat(shell, qtbot)
    board = shell.sheet.content
    assert isinstance(board, WhoIsHere)
    beat(shell, qtbot)
    assert board.shown is not None
    ann, bob = sorted(board.shown, key=lambda one: one.name)
    assert (ann.name, ann.doing[0], ann.claims) == ("Ann", "this station", ())
    assert (bob.name, bob.role, bob.where) == ("Bob", "operator", "Station 03 · since 09:30")
    assert (bob.what, bob.doing[0]) == (f"Dispatch · {complaint.number}", "typing")
    assert [number for _key, number in bob.claims] == [complaint.number]


def test_who_is_here_changes_in_place_and_the_cursor_stays_where_it_is(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    house = with_passwords
    shell = enter(make_window(), "sue", qtbot)
    complaint = house.complaint()
    house.do("bob", "claim", complaint)
    there = other(house, kind="complaint", key=complaint.id)
    claimed = partial(shell.room.picture.get, type(complaint), complaint.id)
    qtbot.waitUntil(lambda: getattr(claimed(), "claimed_by_id", None) is not None)
    shell.room.actions.trigger("shell.who_is_here", shell.room)
    board = shell.sheet.content
    assert isinstance(board, WhoIsHere)
    beat(shell, qtbot)
    beat(shell, qtbot)
    assert there.session_id in board.blocks
    shell.window().activateWindow()
    button = board.findChild(QPushButton, f"take_over.{complaint.id}")
    assert button is not None
    button.setFocus()
    other(house, session=there.session_id, kind="complaint", key=complaint.id, editing=True)
    later = other(house, "carl")
    beat(shell, qtbot)
    beat(shell, qtbot)
    assert board.shown is not None
    assert [one.doing[0] for one in board.shown if one.name == "Bob"] == ["typing"]
    assert board.blocks[there.session_id]._doing.text() == "typing"
    assert board.findChild(QPushButton, f"take_over.{complaint.id}") is button
    assert shell.window().focusWidget() is button
    assert [board._column.indexOf(board.blocks[one.session]) for one in board.shown] == [0, 1, 2]
    house.database.presences.leave(later.session_id)
    beat(shell, qtbot)
    beat(shell, qtbot)
    assert later.session_id not in board.blocks


def test_signing_out_leaves_at_once_and_gives_back_what_was_claimed(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint()
    small_house.do("ann", "claim", complaint)
    beat(shell, qtbot)
    qtbot.waitUntil(lambda: shell.room.picture.of(type(complaint))[complaint.id].claimed_by_id is not None)
    shell.room.actions.trigger("shell.sign_out", shell.room)
    qtbot.waitUntil(lambda: told(small_house) == {})
    qtbot.waitUntil(lambda: small_house.get(type(complaint), complaint.id).claimed_by_id is None)


def test_who_is_signed_in_elsewhere_too_keeps_what_was_claimed(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    complaint = small_house.complaint()
    small_house.do("ann", "claim", complaint)
    other(small_house, "ann")
    beat(shell, qtbot)
    qtbot.waitUntil(lambda: shell.room.picture.of(type(complaint))[complaint.id].claimed_by_id is not None)
    with qtbot.assertNotEmitted(shell.room.backstage.refused):
        shell.room.actions.trigger("shell.sign_out", shell.room)
    qtbot.waitUntil(lambda: len(small_house.database.presences.roll().signs) == 1)
    assert small_house.get(type(complaint), complaint.id).claimed_by_id == small_house.keys["ann"]


def test_a_locked_window_gives_no_sign_of_life_and_goes_on_when_it_is_open_again(
    shell: Shell, small_house: House, qtbot: QtBot
) -> None:
    window: Any = shell.window()
    complaint = small_house.complaint()
    qtbot.waitUntil(lambda: complaint.id in shell.room.picture.of(type(complaint)))
    beat(shell, qtbot)
    (session,) = small_house.database.presences.roll().signs
    small_house.database.presences.leave(session.session_id)
    window.lock()
    shell.room.choose(complaint)
    beat(shell, qtbot)
    assert told(small_house) == {}
    window.locking.release()
    beat(shell, qtbot)
    beat(shell, qtbot)
    assert told(small_house)["ann"][2] == complaint.id
