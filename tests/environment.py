"""The surroundings every test runs in: no screen, no folder of the user's, no habits of the machine.

Imported before anything of Qt, because Qt reads these once, at the start.
"""

import datetime as dt
import os
import shutil
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path

import hypothesis
import pytest

from commandcenter import clock, i18n

ROOT = Path(__file__).resolve().parent.parent
_HOME = Path(tempfile.mkdtemp(prefix="commandcenter-tests-"))
# What would let the machine's screen, language or taste into a test.
_STRANGERS = (
    "DISPLAY", "WAYLAND_DISPLAY", "DBUS_SESSION_BUS_ADDRESS", "XDG_CURRENT_DESKTOP", "LC_ALL", "LC_MESSAGES", "LC_TIME",
    "LANGUAGE", "QT_SCALE_FACTOR", "QT_FONT_DPI", "QT_STYLE_OVERRIDE", "QT_LOGGING_RULES", "QTWEBENGINE_CHROMIUM_FLAGS",
)  # fmt: skip


def _settle() -> None:
    for name in _STRANGERS:
        os.environ.pop(name, None)
    os.environ.update(
        HOME=str(_HOME),
        XDG_CACHE_HOME=str(_HOME / "cache"),
        XDG_RUNTIME_DIR=str(_HOME),  # made 0700 by mkdtemp, as Qt demands
        LANG="C.UTF-8",
        # The district has a time zone of its own. Whatever leans on the machine's shows up here.
        TZ="Pacific/Chatham",
        QT_QPA_PLATFORM="offscreen",
        # The web engine has no sandbox as root or in most containers, where tests live. The product never does this.
        QTWEBENGINE_DISABLE_SANDBOX="1",
    )
    time.tzset()


_settle()
# A slow machine is no fault; and where changes are judged, the same change gets the same examples.
hypothesis.settings.register_profile("house", deadline=None, derandomize="CI" in os.environ)
hypothesis.settings.load_profile("house")


def pytest_unconfigure() -> None:
    """Leave nothing behind."""
    shutil.rmtree(_HOME, ignore_errors=True)


@pytest.fixture(autouse=True)
def own_folders(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Settings, data and state of each test lie in its own folder."""
    for kind in ("CONFIG", "DATA", "STATE"):
        monkeypatch.setenv(f"XDG_{kind}_HOME", str(tmp_path / f"xdg-{kind.lower()}"))


@pytest.fixture(autouse=True)
def own_language() -> Iterator[None]:
    """Each test begins in English, and what it speaks besides stays with it."""
    with i18n.speaking("en"):
        yield


@pytest.fixture(scope="session")
def real_data() -> Path:
    """The folder of real files. They are nobody's to publish, so a machine without them skips these tests.

    ``COMMANDCENTER_REAL_DATA`` names it; else it is looked for beside the checkout. Where changes are
    judged (``CI`` is set) and the shared folder stands beside the checkout, its absence is a failure.
    """
    named = os.environ.get("COMMANDCENTER_REAL_DATA")
    shared = ROOT.parent / "shared"
    folder = Path(named) if named else shared / "data"
    if folder.is_dir():
        return folder
    sentence = f"no real data: {folder} is not there; set COMMANDCENTER_REAL_DATA to the folder that has it"
    if "CI" in os.environ and (named or shared.is_dir()):
        pytest.fail(sentence)
    pytest.skip(sentence)


@pytest.fixture
def midday(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is a working day's noon in the district, whenever the tests run: at night hardly anybody complains."""
    real = clock.now
    ahead = dt.datetime(2026, 11, 24, 4, tzinfo=dt.UTC) - real()
    monkeypatch.setattr(clock, "now", lambda: real() + ahead)
