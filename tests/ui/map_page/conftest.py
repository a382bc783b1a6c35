"""The map's page on a machine where there can be no map; and a person who looks at what it was told to show."""

from collections.abc import Callable

import pytest
from pytestqt.qtbot import QtBot

from commandcenter.domain.record import Key
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.map.objects import MapObject
from ui.map_page.page import MapPage
from ui.shell import Shell

OpenMap = Callable[[], tuple[Shell, MapPage]]


@pytest.fixture
def open_map(
    make_window: MakeWindow, with_passwords: House, no_web_engine: None, qtbot: QtBot
) -> OpenMap:
    """Signs ann in and goes to the map."""

    def open_() -> tuple[Shell, MapPage]:
        window = make_window()
        window.resize(1400, 840)
        window.activateWindow()
        shell = enter(window, "ann", qtbot)
        page = shell.page_of("map")
        assert isinstance(page, MapPage)
        with qtbot.waitSignal(page.map.explained):
            shell.go("map")
        return shell, page

    return open_


def standing(page: MapPage) -> dict[Key, MapObject]:
    """What the map was told to show, by key."""
    return dict(page.map._objects)
