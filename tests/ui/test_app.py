"""The program as a whole: what it answers to its arguments, how it starts without a database, how it ends."""

import logging
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMessageLogContext, QSize, QtMsgType
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter import __version__, i18n, logs, settings
from commandcenter.errors import Refused
from commandcenter.simulation import STATION
from tests.house import House, Plan
from ui.app import DONE, FAILED, REFUSED, Interrupts, Program, _qt_said, too_large
from ui.backstage import LIVE
from ui.map import engine
from ui.preferences.memory import Preferences
from ui.wording import station_name

MakeProgram = Callable[[str], Program]

A_WHOLE_LIFE = """
import gc, sys
from ui.app import Program, application
from ui.preferences.memory import Preferences

program = Program(application(["commandcenter"]), Preferences(), sys.argv[1])
program.show()
program.backstage.loaded.connect(lambda _stage: program.app.quit())
print(program.run(), gc.get_freeze_count() > 0)
"""


@pytest.fixture
def make_program(preferences: Preferences, qapp: QApplication, english: None) -> Iterator[MakeProgram]:
    made: list[Program] = []

    def make(url: str) -> Program:
        made.append(Program(qapp, preferences, url))
        return made[-1]

    yield make
    for program in made:
        program.end()
        program.window.deleteLater()


def run(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-m", "ui.app", *arguments], capture_output=True, text=True, timeout=60,
                          check=False)  # fmt: skip


def test_the_version_is_told() -> None:
    ended = run("--version")
    assert (ended.returncode, ended.stdout.strip()) == (0, f"commandcenter {__version__}")


def test_an_address_of_an_unknown_kind_is_refused_in_words_with_its_own_exit_code() -> None:
    ended = run("--database", "mysql://host/name", "--language", "en")
    assert ended.returncode == REFUSED
    assert ended.stderr.strip() == "“mysql” databases are not known here: use sqlite or postgresql."


def test_the_program_opens_its_database_and_ends_clean(
    make_program: MakeProgram, small_house: House, qtbot: QtBot
) -> None:
    program = make_program(small_house.url)
    program.show()
    qtbot.waitUntil(lambda: program.backstage.state == LIVE)
    assert program.window.windowTitle() == "Trial"
    assert program.end() == DONE


def test_at_the_end_of_the_process_memory_is_not_looked_through_again(small_house: House) -> None:
    # In a process of its own: whoever ends Qt's loop here ends those of all tests that follow.
    ended = subprocess.run([sys.executable, "-c", A_WHOLE_LIFE, small_house.url], capture_output=True, text=True,
                           timeout=60, check=True)  # fmt: skip
    assert ended.stdout.split() == [str(DONE), "True"]


def test_without_a_database_the_door_says_why_and_opens_when_it_is_there(
    make_program: MakeProgram, file_plan: Plan, tmp_path: Path, qtbot: QtBot, expect_log: Any
) -> None:
    path = tmp_path / "later.sqlite"
    program = make_program(settings.sqlite_url(path))
    refusals: list[Refused] = []
    program.backstage.unavailable.connect(refusals.append)
    program.show()
    qtbot.waitUntil(lambda: bool(refusals))
    expect_log(f"the database is not available: {refusals[0]}")
    assert program.window.door.state.text() == str(refusals[0])
    assert program.window.door.state.isVisible()
    shutil.copy(file_plan.where, path)
    program.window.door.retried.emit()
    qtbot.waitUntil(lambda: program.backstage.state == LIVE)
    assert not program.window.door.state.isVisible()


def test_another_database_opens_in_the_same_place(
    make_program: MakeProgram, small_house: House, tmp_path: Path, file_plan: Plan, qtbot: QtBot
) -> None:
    other = tmp_path / "other.sqlite"
    shutil.copy(file_plan.where, other)
    program = make_program(small_house.url)
    program.show()
    qtbot.waitUntil(lambda: program.backstage.state == LIVE)
    before = program.backstage
    program.open(settings.sqlite_url(other))
    qtbot.waitUntil(lambda: program.backstage.state == LIVE)
    assert program.backstage is not before
    assert not any(lane.is_alive() for lane in before._lanes)
    assert program.window.door._where.text() == f"other.sqlite in {tmp_path}"


def test_a_demonstration_is_entered_at_once_by_login(
    make_program: MakeProgram, demonstration: House, qtbot: QtBot
) -> None:
    program = make_program(demonstration.url)
    with qtbot.waitSignal(program.window.signed_in):
        program.show("walter")
    assert program.window.room is not None
    assert program.window.room.person.login == "walter"


def test_in_a_real_district_the_login_given_only_fills_the_field(
    make_program: MakeProgram, with_passwords: House, qtbot: QtBot
) -> None:
    program = make_program(with_passwords.url)
    program.show("sue")
    qtbot.waitUntil(lambda: program.backstage.picture.complete)
    assert program.window.door.login.text() == "sue"
    assert program.window.shell is None


def test_a_bug_of_the_window_is_shown_with_its_report_and_makes_the_exit_code_honest(
    make_program: MakeProgram, small_house: House, expect_log: Any
) -> None:
    expect_log("bug while the window (ValueError): ValueError: a slot stumbled")
    program = make_program(small_house.url)
    program.show()
    reports: list[logs.Report] = []
    program.backstage.bug.connect(reports.append)
    try:
        raise ValueError("a slot stumbled")
    except ValueError as bug:
        sys.excepthook(type(bug), bug, bug.__traceback__)
    assert "test_a_bug_of_the_window" in reports[0].text
    assert "a slot stumbled" in program.window.door.state.text()
    assert program.end() == FAILED


def test_an_interrupt_from_the_keyboard_closes_as_a_click_does(qtbot: QtBot) -> None:
    closed: list[bool] = []
    before = signal.getsignal(signal.SIGINT)
    interrupts = Interrupts(lambda: closed.append(True))
    os.kill(os.getpid(), signal.SIGINT)
    qtbot.waitUntil(lambda: closed == [True])
    interrupts.close()
    assert signal.getsignal(signal.SIGINT) is before


# ---------------------------------------------------------------------- settings and logs


@pytest.mark.parametrize("said,url", [
    ("sqlite:////tmp/a.sqlite", "sqlite:////tmp/a.sqlite"), ("/tmp/a.sqlite", "sqlite:////tmp/a.sqlite"),
    ("  postgresql://host/name ", "postgresql://host/name"),
    ("postgresql+psycopg://host/name", "postgresql+psycopg://host/name"),
])  # fmt: skip
def test_a_database_may_be_named_by_its_file_or_its_address(said: str, url: str) -> None:
    assert settings.database_url(said) == url


def test_an_address_is_shown_without_its_password() -> None:
    assert settings.spoken_url("postgresql://me:secret@host/name") == "postgresql://me:***@host/name"
    assert settings.spoken_url("sqlite:////tmp/a.sqlite") == "sqlite:////tmp/a.sqlite"


def test_a_log_folder_that_cannot_be_had_is_said_and_does_not_stop_the_start(
    tmp_path: Path, expect_log: Any
) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    said = f"no log file in {blocked}: File exists"
    expect_log(said, f"commandcenter: WARNING {said}")
    handlers = list(logging.getLogger().handlers)
    try:
        assert logs.set_up(blocked) is None
    finally:
        for handler in set(logging.getLogger().handlers) - set(handlers):
            logging.getLogger().removeHandler(handler)


def test_preferences_survive_a_restart_and_a_spoilt_file(tmp_path: Path) -> None:
    path = tmp_path / "preferences.ini"
    first = Preferences(path)
    first.language, first.theme, first.scale = "zh_CN", "night", 1.25
    first.signed_in("ann")
    assert first.write()
    second = Preferences(path)
    assert (second.language, second.theme, second.scale, second.logins) == ("zh_CN", "night", 1.25, ["ann"])
    path.write_text("[station]\ntheme=purple\nscale=\"wide\"\nlogins=7\nlanguage={]\n")
    spoilt = Preferences(path)
    assert (spoilt.theme, spoilt.scale, spoilt.logins) == ("system", 1.0, [])


def test_the_command_line_holds_this_time_only(tmp_path: Path) -> None:
    preferences = Preferences(tmp_path / "preferences.ini")
    preferences.language, preferences.theme = "en", "day"
    preferences.this_time("zh_CN", "night")
    assert (preferences.language, preferences.theme) == ("zh_CN", "night")
    heard: list[str] = []
    preferences.changed.connect(heard.append)
    preferences.theme = "day"
    assert (preferences.theme, heard) == ("day", ["theme"]), "what is chosen counts from then on, and is told"
    assert Preferences(tmp_path / "preferences.ini").language == "en"


def test_that_there_is_no_graphics_card_is_written_down_but_not_printed(monkeypatch: pytest.MonkeyPatch) -> None:
    records: list[logging.LogRecord] = []
    logger = logging.getLogger("qt.default")
    monkeypatch.setattr(logger, "level", logging.INFO)
    monkeypatch.setattr(logger, "handle", records.append)
    logger.manager._clear_cache()  # type: ignore[attr-defined]
    _qt_said(QtMsgType.QtWarningMsg, QMessageLogContext(), "QVulkanInstance: Failed to initialize Vulkan")
    _qt_said(QtMsgType.QtCriticalMsg, QMessageLogContext(), "QVulkanInstance: Failed to initialize Vulkan")
    _qt_said(QtMsgType.QtWarningMsg, QMessageLogContext(), "QObject: Cannot create children")
    assert [record.levelno for record in records] == [logging.INFO, logging.ERROR, logging.WARNING]


def test_the_engine_is_only_quieted_where_there_is_no_system_bus(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("DBUS_SYSTEM_BUS_ADDRESS", raising=False)
    monkeypatch.setenv("QTWEBENGINE_CHROMIUM_FLAGS", "")
    monkeypatch.setattr(engine, "SYSTEM_BUS", tmp_path)
    engine.say_nothing_of_a_missing_bus()
    assert os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] == ""
    monkeypatch.setattr(engine, "SYSTEM_BUS", tmp_path / "none")
    engine.say_nothing_of_a_missing_bus()
    assert os.environ["QTWEBENGINE_CHROMIUM_FLAGS"] == "--log-level=3"


def test_a_station_that_is_no_workplace_is_named_in_the_reader_s_language(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COMMANDCENTER_STATION", "vm")
    i18n.use("zh_CN")
    try:
        said = [station_name(name) for name in ("simulation", "vm", "3号席")]
    finally:
        i18n.use("en")
    assert said == ["仿真", "本席位", "3号席"]
    assert station_name(STATION) == "Simulation"


@pytest.mark.parametrize(("screen", "so"), [((1366, 768), True), ((1440, 900), False), ((1920, 1080), False),
                                            ((800, 800), False)])  # fmt: skip
def test_a_window_larger_than_its_screen_is_maximised(screen: tuple[int, int], so: bool) -> None:
    assert too_large(QSize(1440, 900), QSize(*screen)) is so
