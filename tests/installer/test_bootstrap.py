"""The set-up begins on a machine on which nothing is installed yet."""

import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def test_the_set_up_needs_nothing_but_python_itself() -> None:
    bare = [sys.executable, "-E", "-S", "-c", "import installer.bootstrap, installer.system_pieces"]
    ended = subprocess.run(bare, cwd=ROOT, capture_output=True, text=True, check=False)
    assert (ended.returncode, ended.stderr) == (0, "")
