"""A console over a file counts the days by itself, beside its work; who may not write them on a server lets it be."""

import datetime as dt

from pytestqt.qtbot import QtBot

from commandcenter.domain.tallies import TallyMark
from commandcenter.queries.figures.checking import Checked, check
from tests.house import House
from tests.ui.conftest import MakeWindow, enter


def mark(house: House) -> TallyMark | None:
    """How far the days are counted."""
    with house.database.reading() as session:
        return session.get(TallyMark, 1)


def test_a_console_over_a_file_catches_up_with_the_days_by_itself(
    make_window: MakeWindow, with_passwords: House, qtbot: QtBot
) -> None:
    house = with_passwords
    for n in range(2):
        house.visiting(caller_phone=f"1370000000{n}")
        house.later(days=2)
    window = make_window()
    pulse = enter(window, "sue", qtbot).room.pulse
    pulse.tick()
    assert mark(house) is None, "whoever has just come has other things to wait for"
    house.later(minutes=1)
    pulse.tick()
    yesterday = (house.now + dt.timedelta(hours=8)).date() - dt.timedelta(days=1)

    def through() -> bool:
        found = mark(house)
        return found is not None and (found.first_day, found.last_day) == (found.earliest_day, yesterday)

    qtbot.waitUntil(through)
    checked = checked_of(house)
    assert (checked.days, checked.behind, checked.different) == (4, 0, None)

    house.complaint(caller_phone="13700000001")
    assert checked_of(house).behind > 0

    def caught_up() -> bool:
        house.later(minutes=10)  # it may still be at the ways of the officers
        pulse.tick()
        return checked_of(house).behind == 0

    qtbot.waitUntil(caught_up)


def checked_of(house: House) -> Checked:
    """The counted days held against the records."""
    with house.database.reading() as session:
        return check(session)
