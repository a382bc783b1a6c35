"""Where there can be no map the reason is said in words, everything else goes on, and Retry brings it back."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator

import pytest
from PySide6.QtCore import QObject, Qt
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

import ui.map.view
from tests.environment import ROOT
from ui.map import engine, page
from ui.map.engine import MapEngine, register_scheme
from ui.map.page import Served
from ui.map.view import MapView
from ui.theme import tokens_of

register_scheme()

SWITCHES = ("QTWEBENGINE_DISABLE_SANDBOX", "QTWEBENGINE_CHROMIUM_FLAGS")
AS_ROOT_LOG = "no map: " + engine.AS_ROOT.reason
CONSOLE = """
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication
from ui.map.engine import MapEngine, register_scheme
from ui.map.view import MapView
from ui.theme import tokens_of

register_scheme()
app = QApplication(["console"])
engine = MapEngine()
view = MapView(engine, tokens_of("day"))
view.explained.connect(print)
view.explained.connect(app.quit, Qt.ConnectionType.QueuedConnection)
view.show()
QTimer.singleShot(0, view.start)
app.exec()
engine.close()
print("survived")
"""
linux = pytest.mark.skipif(sys.platform != "linux", reason="only Linux knows root's refusal")


@pytest.fixture
def view(qtbot: QtBot) -> Iterator[MapView]:
    shared = MapEngine()
    view = MapView(shared, tokens_of("day"))
    view.resize(500, 400)
    qtbot.addWidget(view)
    view.show()
    yield view
    shared.close()


@pytest.fixture
def as_root(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    monkeypatch.setattr(os, "geteuid", lambda: 0)
    for name in SWITCHES:
        monkeypatch.delenv(name, raising=False)
    return monkeypatch


def explained(qtbot: QtBot, view: MapView) -> str:
    with qtbot.waitSignal(view.explained, timeout=30_000) as told:
        view.start()
    return str(told.args[0])


@linux
@pytest.mark.web
def test_root_is_told_why_there_is_no_map_before_the_engine_is_touched(
    qtbot: QtBot, view: MapView, as_root: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log(AS_ROOT_LOG)
    words = explained(qtbot, view)
    assert "root" in words
    assert "ordinary user" in words
    assert view._notice.isVisible()
    assert view._notice.again.isVisible()
    assert view._notice.reason.text() in words
    assert "ui.map.web" not in sys.modules
    view.set_areas([])  # everything else about the map still takes what it is told


@linux
@pytest.mark.skipif(not hasattr(os, "geteuid") or os.geteuid() != 0, reason="only root can show what happens to root")
def test_a_console_started_by_root_survives() -> None:
    surroundings = {name: value for name, value in os.environ.items() if name not in SWITCHES}
    ended = subprocess.run(
        [sys.executable, "-c", CONSOLE], cwd=ROOT, env=surroundings, capture_output=True, text=True, timeout=60,
        check=False,
    )  # fmt: skip
    assert ended.returncode == 0, ended.stderr
    assert "root" in ended.stdout
    assert ended.stdout.rstrip().endswith("survived")


@linux
@pytest.mark.parametrize(
    "name, value, off",
    [
        ("QTWEBENGINE_DISABLE_SANDBOX", "1", True),
        ("QTWEBENGINE_DISABLE_SANDBOX", "0", True),  # the engine looks only whether it is set
        ("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu --no-sandbox", True),
        ("QTWEBENGINE_CHROMIUM_FLAGS", "--disable-gpu", False),
        ("UNRELATED", "--no-sandbox", False),
    ],
)
def test_only_what_the_engine_itself_heeds_counts_as_switched_off(
    qapp: object, as_root: pytest.MonkeyPatch, name: str, value: str, off: bool
) -> None:
    as_root.setenv(name, value)
    assert (engine.sandbox_obstacle() is None) is off


@linux
def test_an_ordinary_user_meets_no_obstacle(qapp: object, as_root: pytest.MonkeyPatch) -> None:
    as_root.setattr(os, "geteuid", lambda: 1000)
    assert engine.sandbox_obstacle() is None


@linux
@pytest.mark.web
def test_the_map_comes_after_the_obstacle_is_gone_and_retry_is_pressed(
    qtbot: QtBot, view: MapView, as_root: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log(AS_ROOT_LOG)
    explained(qtbot, view)
    as_root.undo()
    with qtbot.waitSignal(view.ready, timeout=30_000):
        QTest.mouseClick(view._notice.again, Qt.MouseButton.LeftButton)
    assert not view._notice.isVisible()


@pytest.mark.web
def test_a_missing_web_engine_is_named_and_can_be_installed_meanwhile(
    qtbot: QtBot, view: MapView, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    detail = "import of PySide6.QtWebEngineCore halted; None in sys.modules"
    expect_log("no map: " + engine.MISSING.reason.format(detail=detail))
    with monkeypatch.context() as without:
        without.setitem(sys.modules, "PySide6.QtWebEngineCore", None)
        words = explained(qtbot, view)
    assert detail in words
    assert "PySide6-Addons" in words
    with qtbot.waitSignal(view.ready, timeout=30_000):
        view.retry()


@pytest.mark.web
def test_a_damaged_installation_is_told_apart(
    qtbot: QtBot, view: MapView, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log("the map page could not be built")
    monkeypatch.setitem(sys.modules, "js_lib_leaflet", None)
    assert "install the program again" in explained(qtbot, view)


@pytest.mark.web
def test_a_page_that_keeps_crashing_is_given_up_in_words_and_retry_starts_afresh(
    qtbot: QtBot, view: MapView, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]
) -> None:
    expect_log(*(f"the map's page stopped (exit code 9), {n} times within a minute" for n in (1, 2, 3)))
    monkeypatch.setattr(ui.map.view, "BACK_OFF", (0.01, 0.02))
    with qtbot.waitSignal(view.ready, timeout=30_000):
        view.start()

    def kill() -> None:
        assert view._page
        os.kill(view._page.renderProcessPid(), signal.SIGKILL)

    for _again in range(2):
        with qtbot.waitSignal(view.ready, timeout=30_000):
            kill()
    with qtbot.waitSignal(view.explained, timeout=30_000) as told:
        kill()
    assert "3 times" in told.args[0]
    assert view._notice.isVisible()
    with qtbot.waitSignal(view.ready, timeout=30_000):
        view.retry()


@pytest.mark.web
def test_a_page_that_never_answers_is_given_up_in_words(
    qtbot: QtBot, view: MapView, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ui.map.view, "PATIENCE", 0)
    assert "did not answer" in explained(qtbot, view)


@pytest.mark.web
def test_two_maps_share_one_engine_and_both_come_and_go(qtbot: QtBot, view: MapView) -> None:
    other = MapView(view._engine, tokens_of("night"))
    qtbot.addWidget(other)
    other.show()
    with qtbot.waitSignals([view.ready, other.ready], timeout=30_000):
        view.start()
        other.start()
    assert view._page
    assert other._page
    assert view._page.profile() is other._page.profile()
    other.close_page()
    with qtbot.waitSignal(other.ready, timeout=30_000):
        other.start()


class Lane:
    """Does what it is given only when it is told to, as a busy thread would."""

    def __init__(self) -> None:
        self.waiting: list[Callable[[], None]] = []

    def aside(
        self, work: engine.Build, then: Callable[[dict[str, Served]], None], /, *, owner: QObject
    ) -> None:
        assert isinstance(owner, MapEngine)
        self.waiting.append(lambda: then(work()))


@pytest.fixture
def lane() -> Lane:
    return Lane()


@pytest.fixture
def on_lane(qtbot: QtBot, lane: Lane) -> Iterator[MapView]:
    shared = MapEngine(aside=lane.aside)
    view = MapView(shared, tokens_of("day"))
    qtbot.addWidget(view)
    view.show()
    view.start()
    yield view
    shared.close()


@pytest.mark.web
def test_the_page_is_built_aside_and_not_missed_when_the_window_closed_meanwhile(
    qtbot: QtBot, lane: Lane, on_lane: MapView
) -> None:
    assert on_lane._engine.web is None
    on_lane._engine.close()
    lane.waiting.pop()()
    assert on_lane._engine.web is None
    on_lane.start()
    with qtbot.waitSignal(on_lane.ready, timeout=30_000):
        lane.waiting.pop()()


@pytest.mark.web
def test_a_page_owed_by_a_lane_that_has_ended_is_asked_of_the_next_one_and_only_once(
    qtbot: QtBot, lane: Lane, on_lane: MapView
) -> None:
    shared, after = on_lane._engine, Lane()
    on_lane.close_page()
    for _page_of_the_next_window in range(2):
        shared.work_aside(after.aside)
        on_lane.close_page()
        on_lane.start()
    assert len(after.waiting) == 1
    lane.waiting.pop()()  # too late: nobody waits for this one any more
    assert shared.web is None
    with qtbot.waitSignal(on_lane.ready, timeout=30_000):
        after.waiting.pop()()


def test_a_page_that_cannot_be_built_is_explained_and_retry_builds_it_again(
    qtbot: QtBot, monkeypatch: pytest.MonkeyPatch, lane: Lane, on_lane: MapView, expect_log: Callable[..., None]
) -> None:
    expect_log("the map page could not be built")

    def broken(_tiles: object) -> dict[str, Served]:
        raise ValueError("a template of another version")

    monkeypatch.setattr(page, "build", broken)
    with qtbot.waitSignal(on_lane.explained):
        lane.waiting.pop()()
    QTest.mouseClick(on_lane._notice.again, Qt.MouseButton.LeftButton)
    assert len(lane.waiting) == 1
