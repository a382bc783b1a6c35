"""The window on a real X server: the first map comes into it, and it stays the window that it was."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.house import House
from tests.ui.conftest import PASSWORD

pytestmark = pytest.mark.web

LOOK = """
import sys
from pathlib import Path

from PySide6.QtCore import QEventLoop, QTimer
from shiboken6 import getCppPointer

from ui.app import Program, application
from ui.preferences.memory import Preferences

url, password, memory = sys.argv[1:]
program = Program(application(["commandcenter"]), Preferences(Path(memory)), url)
window, until = program.window, QEventLoop()


def handle():
    return window.winId(), getCppPointer(window.windowHandle())


program.show()
QTimer.singleShot(90_000, until.quit)
window.signed_in.connect(lambda _room: QTimer.singleShot(0, until.quit))
window.attempt_when_open("ann", password)
until.exec()
before = handle()
page = window.shell.page_of("map")
page.map.ready.connect(until.quit)
window.shell.go("map")
until.exec()
print("ready" if page.map.place or page.map._page else "no map", "same" if handle() == before else "another")
sys.exit(program.end())
"""


@pytest.fixture
def display() -> Iterator[str]:
    """An X server of its own."""
    server = shutil.which("Xvfb")
    if server is None:
        pytest.skip("no Xvfb here: a window of an X server cannot be tried")
    reads, writes = os.pipe()
    command = [server, "-displayfd", str(writes), "-screen", "0", "1600x1000x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, pass_fds=[writes], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        os.close(writes)
        with os.fdopen(reads) as told:
            number = told.readline().strip()
        yield f":{number}"
        running.terminate()


def test_the_first_map_leaves_the_window_the_one_it_was(
    with_passwords: House, display: str, tmp_path: Path
) -> None:
    ended = subprocess.run(
        [sys.executable, "-c", LOOK, with_passwords.url, PASSWORD, str(tmp_path / "memory.ini")],
        env={**os.environ, "DISPLAY": display, "QT_QPA_PLATFORM": "xcb"}, capture_output=True, text=True, timeout=120,
        check=False,
    )  # fmt: skip
    assert ended.stdout.split() == ["ready", "same"], ended.stderr
