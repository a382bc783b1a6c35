"""The time machine: lists and cases as they were, a minute at a time, and nothing can be changed there."""

import datetime as dt

from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.case.page import CasePage
from ui.main_window import MainWindow
from ui.past.window import PastWindow
from ui.shell import Shell


def opened(window: MainWindow, shell: Shell, qtbot: QtBot) -> PastWindow:
    assert window.room is not None
    window.room.actions.trigger("shell.past", window.room)
    past = shell.findChild(PastWindow)
    assert past is not None
    qtbot.waitUntil(lambda: past.backstage.picture.complete)
    return past


def went(past: PastWindow, at: dt.datetime, qtbot: QtBot) -> None:
    """Go to a moment and wait until it has come."""
    past.bar._ask(at)
    qtbot.waitUntil(lambda: past.backstage.now() == at)


def test_a_past_minute_shows_its_own_lists_and_the_case_as_it_was_then(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    house.now = house.now.replace(second=0, microsecond=0)
    case = house.case()
    house.later(minutes=10)
    waiting = house.now
    house.later(minutes=10)
    house.do("ann", "dispatch", case, squad=house.keys["north"], why="属地")
    house.later(minutes=10)
    sent = house.now
    house.later(minutes=40)
    window = make_window()
    shell = enter(window, "sue", qtbot)
    past = opened(window, shell, qtbot)
    for at, state, version in ((waiting, "open", 1), (sent, "dispatched", 2), (waiting, "open", 1)):
        went(past, at, qtbot)
        held = past.backstage.picture.get(Case, case.id)
        assert held is not None
        assert (held.state, held.version) == (state, version)
    assert past.room.now() == waiting
    page = past.page_of("followup")
    assert page is not None
    past.room.open_case(case.id)
    shown = page.findChild(CasePage)
    assert shown is not None
    qtbot.waitUntil(lambda: shown.life is not None)
    assert shown.life is not None
    assert shown.life.case.state == "open"
    assert [entry.operation for entry in shown.life.timeline] == ["receive", "open_case"]
    went(past, waiting - dt.timedelta(minutes=30), qtbot)
    assert not past.backstage.picture.of(Case)
    past.close()
    present = shell.room.picture.get(Case, case.id)
    assert present is not None
    assert present.state == "dispatched", "the present is untouched"


def test_whoever_presses_something_there_is_told_that_it_is_the_past(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    case = house.resolved()
    house.later(hours=2)
    window = make_window()
    shell = enter(window, "sue", qtbot)
    past = opened(window, shell, qtbot)
    with qtbot.waitSignal(past.backstage.refused):
        past.room.backstage.do("approve", subject=case.id, remark="同意")
    assert past.message._text.text().startswith("This is the past")
    past.room.make("approve", case)
    assert house.get(Case, case.id).version == case.version


def test_it_plays_until_now_and_closes_with_a_locked_window(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    house.case()
    window = make_window()
    shell = enter(window, "sue", qtbot)
    past = opened(window, shell, qtbot)
    past.bar.speed.setCurrentIndex(past.bar.speed.findData(60))
    seen: list[dt.datetime] = []
    past.backstage.arrived.connect(seen.append)
    past.bar.play.click()
    qtbot.waitUntil(lambda: not past.bar.play.isChecked())
    assert seen == [past.bar._newest], "an hour back, an hour a step"
    with qtbot.waitSignal(past.destroyed):
        window.lock()
