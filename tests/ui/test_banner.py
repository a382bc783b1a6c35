"""What the whole room is told: for how long a line stays away, and what is too long for its line."""

import datetime as dt

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.sample_pages import SAMPLES
from ui.banner import Banners
from ui.shell import Shell
from ui.widgets.plain_label import PlainLabel


@pytest.fixture
def shell(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> Shell:
    return enter(make_window(SAMPLES), "ann", qtbot)


def test_a_line_put_away_comes_back_on_another_day_or_with_other_words(qtbot: QtBot) -> None:
    clock = [dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC)]
    banners = Banners(lambda: clock[0])
    qtbot.addWidget(banners)
    banners.show_line("calendar", "2027 is not known yet")
    banners.findChildren(QToolButton)[-1].click()
    banners.show_line("calendar", "2027 is not known yet")
    assert banners.texts() == {}
    banners.show_line("calendar", "2028 is not known yet")
    assert list(banners.texts()) == ["calendar"]
    banners.hide_line("calendar")
    clock[0] += dt.timedelta(days=1)
    banners.show_line("calendar", "2027 is not known yet")
    assert list(banners.texts()) == ["calendar"]


def test_what_the_calendar_does_not_know_is_said_at_the_change_of_the_day(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    with_passwords.now = dt.datetime(2199, 11, 1, 1, tzinfo=dt.UTC)
    shell = enter(make_window(SAMPLES), "ann", qtbot)
    assert "2200" not in shell.banners.texts()["calendar"]
    with_passwords.later(days=30)
    shell.room.pulse.tick()
    assert "2200" in shell.banners.texts()["calendar"]


def test_a_line_too_long_for_a_narrow_window_goes_on_below(qtbot: QtBot) -> None:
    banners = Banners(lambda: dt.datetime(2026, 11, 23, 4, tzinfo=dt.UTC))
    qtbot.addWidget(banners)
    banners.setFixedWidth(500)
    banners.show()
    banners.show_line("lost", "What you see is old. " * 10, "urgent", offer="Try again", take=lambda: None)
    [label] = [label for label in banners.findChildren(PlainLabel) if label.text().startswith("▲")]
    two_lines = 2 * label.fontMetrics().lineSpacing()
    qtbot.waitUntil(lambda: label.height() >= label.heightForWidth(label.width()) >= two_lines)


def test_a_long_message_ends_in_dots_and_has_its_whole_words_in_the_tip(shell: Shell) -> None:
    words = "This was not done, because " + "of one thing and another " * 40
    shell.messages.say(words.strip(), "urgent")
    label = shell.messages._text
    assert label._shown().endswith("…")
    assert words.strip() in label.toolTip()
