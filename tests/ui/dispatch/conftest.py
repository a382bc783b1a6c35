"""A window on its dispatch page, on a machine where there can be no map: everything but the map goes on."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.dispatch.page import DispatchPage
from ui.shell import Shell

OpenPage = Callable[[], tuple[Shell, DispatchPage]]


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
