"""The intake page in a real window on a real database."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QWidget
from pytestqt.qtbot import QtBot

from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.intake.page import IntakePage
from ui.pages import PAGES

ONLY_INTAKE = tuple(entry for entry in PAGES if entry.name in {"intake", "import"})
OpenPage = Callable[[str], IntakePage]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Drafts of each test lie in its own folder."""
    folder = tmp_path / "data"
    monkeypatch.setenv("COMMANDCENTER_DATA", str(folder))
    return folder


@pytest.fixture
def open_page(with_passwords: House, make_window: MakeWindow, qtbot: QtBot) -> OpenPage:
    """Opens the window for somebody and waits until the page knows the district's names."""

    def open_for(login: str) -> IntakePage:
        window = make_window(ONLY_INTAKE)
        window.resize(1400, 840)
        shell = enter(window, login, qtbot)
        page = shell.go("intake")
        assert isinstance(page, IntakePage)
        qtbot.waitActive(window)
        qtbot.waitUntil(lambda: bool(page.names.finder.places("yg")[0].total) and not page.names.finder.waiting)
        page.entered()
        return page

    return open_for


@pytest.fixture
def page(open_page: OpenPage) -> IntakePage:
    """The page as ann, an operator, has it."""
    return open_page("ann")


def focused() -> QWidget:
    """Where the cursor is."""
    widget = QApplication.focusWidget()
    assert widget is not None
    return widget


def type_(text: str) -> None:
    """Type on the keyboard, wherever the cursor is."""
    QTest.keyClicks(focused(), text)


def press(key: Qt.Key, modifier: Qt.KeyboardModifier = Qt.KeyboardModifier.NoModifier) -> None:
    """Press a key, wherever the cursor is."""
    QTest.keyClick(focused(), key, modifier)


CTRL, ALT = Qt.KeyboardModifier.ControlModifier, Qt.KeyboardModifier.AltModifier


@contextmanager
def held(house: House) -> Iterator[None]:
    """Another program holds the database meanwhile: what is to be saved waits."""
    other = sqlite3.connect(house.url.removeprefix("sqlite:///"), isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    yield
    other.execute("ROLLBACK")
    other.close()
