"""``start``: from the process's start until the intake list can be used, over a million cases of which 20 000 are open.

The real program is started as a person would start it, without a screen and signing in by itself, which a
demonstration district allows. It writes down when it got how far (:mod:`ui.milestones`). Warm starts find the
file in the system's memory; before the cold one the system is asked to forget it.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

from tests.benchmarks import Figure, at_most
from tests.benchmarks.million import CASES, OPEN, million

TIMES = 5
LONGEST_S = 60
PROGRAM = Path(sys.executable).with_name("commandcenter")
OPERATOR = "op01"
NO_CACHE = "PYTHONDONTWRITEBYTECODE"
"""A machine that builds programs may say so; where people work Python keeps what it compiled."""


def run() -> list[Figure]:
    """The median of five warm starts after one that warms up; the cold start is told beside it."""
    file = million()
    _forget(file)
    cold = started(file)
    warm = [started(file) for _n in range(TIMES)]
    usual = {what: statistics.median(one[what] for one in warm) for what in warm[0]}
    detail = (
        f"{CASES:,} cases, {OPEN:,} open; median of {TIMES} starts with the file in the system's memory "
        f"({min(w['list'] for w in warm):.2f}–{max(w['list'] for w in warm):.2f} s): window after "
        f"{usual['window']:.2f} s, picture complete after {usual['then']:.2f} s; first start, the file on the disk: "
        f"list after {cold['list']:.2f} s, complete after {cold['then']:.2f} s"
    )
    return [at_most("start", usual["list"], 2.0, "s", detail)]


def started(file: Path) -> dict[str, float]:
    """Start the program once; seconds after which it got how far."""
    with tempfile.TemporaryDirectory() as folder:
        trace = Path(folder) / "trace"
        surroundings = {
            **{name: value for name, value in os.environ.items() if name != NO_CACHE},
            "QT_QPA_PLATFORM": "offscreen", "COMMANDCENTER_TRACE": str(trace), "HOME": folder,
            **{f"XDG_{kind}_HOME": folder for kind in ("CONFIG", "DATA", "STATE", "CACHE")},
        }  # fmt: skip
        began = time.monotonic()
        program = subprocess.Popen(
            [PROGRAM, "--database", str(file), "--as", OPERATOR], env=surroundings, start_new_session=True,
            stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True,
        )  # fmt: skip
        try:
            reached = _followed(program, trace, began)
        finally:
            program.send_signal(signal.SIGTERM)
            said = program.communicate(timeout=LONGEST_S)[1]
        if program.returncode != 0:
            raise RuntimeError(f"the program ended with {program.returncode}:\n{said}")
    return reached


def _followed(program: subprocess.Popen[str], trace: Path, began: float) -> dict[str, float]:
    """Read the trace until everything is reached."""
    pause = threading.Event()
    while time.monotonic() - began < LONGEST_S and program.poll() is None:
        lines = trace.read_text(encoding="ascii").splitlines() if trace.exists() else []
        reached = {what.split()[0]: float(at) - began for at, what in (line.split(" ", 1) for line in lines)}
        if {"window", "list", "then"} <= reached.keys():
            return reached
        pause.wait(0.05)
    raise RuntimeError(f"the program did not get far enough: {trace.read_text() if trace.exists() else 'nothing'}")


def _forget(file: Path) -> None:
    """Have the system drop what it keeps of the file in memory."""
    with file.open("rb") as held:
        os.posix_fadvise(held.fileno(), 0, 0, os.POSIX_FADV_DONTNEED)


if __name__ == "__main__":
    print(started(million()))
