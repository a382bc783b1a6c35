"""The window says when a backup is overdue, to those whose business it is."""

import datetime as dt

import pytest
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from commandcenter.domain.backups import LastBackup
from commandcenter.domain.work import Work
from commandcenter.installation import administrator
from commandcenter.operations.safekeeping import record_backup
from tests.house import MONDAY, House
from tests.ui.conftest import MakeWindow, enter
from tests.ui.sample_pages import SAMPLES
from ui.banner import Banner
from ui.shell import Shell


def backed_up(house: House, at: dt.datetime = MONDAY) -> None:
    """A good backup was made at that moment, by another process."""

    def body(work: Work) -> None:
        record_backup(work, LastBackup(at, "house.backup"))

    house.database.run("record_backup", administrator(), "ctl", body)


def line(shell: Shell) -> str:
    """What is said of the backup; empty where nothing is."""
    return shell.banners.texts().get("backup", "")


@pytest.mark.parametrize(("login", "told"), [("sue", True), ("adam", True), ("ann", False), ("carl", False)])
def test_that_there_is_no_backup_yet_is_told_to_administrators_and_supervisors_only(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot, login: str, told: bool
) -> None:
    shell = enter(make_window(()), login, qtbot)
    assert ("There is no backup of this district yet" in line(shell)) is told


def test_nobody_is_told_to_make_a_backup_of_a_demonstration(
    demonstration: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    shell = enter(make_window(()), "sue", qtbot)
    assert "demonstration" in shell.banners.texts()
    assert line(shell) == ""


def test_the_line_goes_by_itself_when_another_process_has_made_a_backup(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    shell = enter(make_window(()), "sue", qtbot)
    assert line(shell)
    backed_up(with_passwords)
    qtbot.waitUntil(lambda: line(shell) == "")


def test_the_line_comes_in_the_moment_the_term_has_passed_and_says_since_when(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    backed_up(with_passwords)
    shell = enter(make_window(()), "sue", qtbot)
    with_passwords.later(hours=25, minutes=59)
    shell.room.pulse.tick()
    assert line(shell) == ""
    with_passwords.later(minutes=1)
    shell.room.pulse.tick()
    assert "The last good backup is from 11-23 09:30; the next was due 26 hours later" in line(shell)


def test_the_line_put_away_is_said_again_on_the_next_day(
    with_passwords: House, make_window: MakeWindow, qtbot: QtBot
) -> None:
    shell = enter(make_window(SAMPLES[:1]), "sue", qtbot)
    banner = shell.banners.findChild(Banner, "banner.backup")
    assert banner is not None
    banner.findChildren(QToolButton)[0].click()
    shell.room.pulse.tick()
    assert line(shell) == ""
    with_passwords.later(days=1)
    shell.room.pulse.tick()
    assert line(shell)
