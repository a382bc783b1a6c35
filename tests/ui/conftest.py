"""What the tests of the window stand on: a real backstage on a real database, and a whole window over it."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from argon2 import PasswordHasher
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

import ui.map.engine
from commandcenter import i18n
from commandcenter.domain.units import District, Setting
from commandcenter.operations import perform
from commandcenter.operations.administering import give_password
from commandcenter.operations.signing import sign_in
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from ui.backstage import LIVE, Backstage
from ui.main_window import MainWindow
from ui.map.engine import AS_ROOT
from ui.page import Entry
from ui.pages import PAGES
from ui.preferences.memory import Preferences
from ui.pulse import Pulse
from ui.shell import Shell

LONGEST_MS = 30_000
"""So long a test waits for what must come: a machine that is busy with other things is no fault of the window's."""
PASSWORD = "open sesame"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same hash, at a hundredth of the work: tests of the window sign in a thousand times, and guess nothing."""


class PatientBot(QtBot):
    """Waits as long as anything may take, unless told otherwise."""

    def waitSignal(self, signal: Any, *, timeout: int = LONGEST_MS, **more: Any) -> Any:
        return super().waitSignal(signal, timeout=timeout, **more)

    def waitSignals(self, signals: Any, *, timeout: int = LONGEST_MS, **more: Any) -> Any:
        return super().waitSignals(signals, timeout=timeout, **more)

    def waitUntil(self, callback: Any, *, timeout: int = LONGEST_MS) -> None:
        super().waitUntil(callback, timeout=timeout)


@pytest.fixture
def qtbot(qapp: QApplication, request: pytest.FixtureRequest) -> QtBot:
    return PatientBot(request)


@pytest.fixture
def no_web_engine(qapp: QApplication, monkeypatch: pytest.MonkeyPatch, expect_log: Callable[..., None]) -> None:
    """The web engine cannot be had, not even one that an earlier test has left, and the log says so once."""
    engine = qapp.findChild(ui.map.engine.MapEngine)
    if engine is not None:
        engine.close()
    monkeypatch.setattr(ui.map.engine, "sandbox_obstacle", lambda: AS_ROOT)
    expect_log(f"no map: {AS_ROOT.reason}")


@pytest.fixture
def backstage(small_house: House) -> Iterator[Backstage]:
    """A backstage over the small house's database, through a connection of its own; not started."""
    made = Backstage(
        lambda: Database.open(small_house.url, clock=lambda: small_house.now), Feed, lambda: perform, "test"
    )
    yield made
    assert made.close(), "a thread did not end"


@pytest.fixture
def live(backstage: Backstage, small_house: House, qtbot: QtBot) -> Backstage:
    """The same, started, with the whole picture and ann signed in."""
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE and backstage.picture.complete)
    backstage.person = small_house.person("ann")
    return backstage


@pytest.fixture(scope="session")
def password_hash() -> str:
    """The hash of PASSWORD."""
    return QUICK.hash(PASSWORD)


@pytest.fixture(autouse=True)
def quick_hashes(monkeypatch: pytest.MonkeyPatch) -> None:
    """Who signs in here does not wait for the work that is meant to keep guessers out."""
    monkeypatch.setattr("commandcenter.operations.signing._hasher", lambda: QUICK)


@pytest.fixture
def with_passwords(small_house: House, password_hash: str) -> House:
    """The small house, where everybody has the same password."""
    house = small_house
    named = {"ann", "sue", "carl", "oscar", "walter", "adam", "ines"}
    logins = [key for name, key in house.keys.items() if name in named]

    def give(work: object) -> None:
        for key in logins:
            give_password(work, key, password_hash)  # type: ignore[arg-type]

    house.database.run("set_up", house.person("adam"), "test", give)
    return house


@pytest.fixture
def demonstration(with_passwords: House) -> House:
    """The same, as a demonstration district that shows its password."""
    house = with_passwords

    def show(work: object) -> None:
        work.get(District, house.keys["district"]).demonstration = True  # type: ignore[attr-defined]
        work.add(Setting(name="demonstration.password", value=PASSWORD))  # type: ignore[attr-defined]

    house.database.run("set_up", house.person("adam"), "test", show)
    return house


@pytest.fixture
def preferences(tmp_path: Path) -> Preferences:
    """A memory of its own for each test."""
    made = Preferences(tmp_path / "preferences.ini")
    made.language = "en"
    return made


@pytest.fixture
def english(preferences: Preferences) -> Iterator[None]:
    """English, and afterwards too."""
    i18n.use("en")
    yield
    i18n.use("en")


MakeWindow = Callable[..., MainWindow]


@pytest.fixture
def make_window(
    backstage: Backstage, preferences: Preferences, small_house: House, qapp: QApplication, qtbot: QtBot,
    english: None,
) -> Iterator[MakeWindow]:
    """Builds the window over the small house, shown and started."""
    made: list[MainWindow] = []

    def make(entries: tuple[Entry, ...] = PAGES) -> MainWindow:
        window = MainWindow(backstage, preferences, Pulse(backstage.now), sign_in, small_house.url, entries)
        made.append(window)
        window.show()
        backstage.start()
        qtbot.waitUntil(lambda: backstage.state == LIVE and backstage.picture.complete)
        return window

    yield make
    for window in made:
        window.close()
        window.deleteLater()


def enter(window: MainWindow, login: str, qtbot: QtBot) -> Shell:
    """Sign in at the door, as a person does, and return the shell that opens."""
    with qtbot.waitSignal(window.signed_in):
        window.door.login.setText(login)
        window.door.password.setText(PASSWORD)
        window.door.attempt()
    assert window.shell is not None
    return window.shell
