"""A window on its dispatch page, on a machine where there can be no map: everything but the map goes on."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

import ui.map.engine
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.dispatch.page import DispatchPage
from ui.map.engine import AS_ROOT
from ui.shell import Shell

NO_MAP = f"no map: {AS_ROOT.reason}"
OpenPage = Callable[[], tuple[Shell, DispatchPage]]


@pytest.fixture
def no_web_engine(monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]) -> None:
    """The web engine cannot be had, and the log says so once."""
    monkeypatch.setattr(ui.map.engine, "sandbox_obstacle", lambda: AS_ROOT)
    expect_log(NO_MAP)


@pytest.fixture
def open_page(make_window: MakeWindow, with_passwords: House, no_web_engine: None, qtbot: QtBot) -> OpenPage:
    """Signs ann in and goes to the dispatch page."""

    def open_() -> tuple[Shell, DispatchPage]:
        window = make_window()
        window.resize(1400, 840)
        window.activateWindow()
        shell = enter(window, "ann", qtbot)
        page = shell.go("dispatch")
        assert isinstance(page, DispatchPage)
        with qtbot.waitSignal(page.map.explained):
            pass
        return shell, page

    return open_
