"""What the figures were measured on."""

import datetime as dt
import os
import platform
import sqlite3
import statistics
import subprocess
import tempfile
import time
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

from installer.system_pieces import server_binaries

ROOT = Path(__file__).resolve().parents[2]
SYNCS = 40


def described() -> dict[str, str]:
    """The machine, what else it is busy with, and the versions of everything that counts."""
    return {
        "date": dt.datetime.now().astimezone().isoformat(timespec="minutes"),
        "commit": _said(["git", "rev-parse", "--short", "HEAD"]),
        "processor": f"{_processor()}, {len(os.sched_getaffinity(0))} cores",
        "memory": _memory(),
        "load at start": " ".join(f"{load:.2f}" for load in os.getloadavg()),
        "disk": f"{_sync_ms():.1f} ms for a small write to be safe",
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "Python": platform.python_version(),
        "Qt": _of("PySide6-Essentials"),
        "SQLAlchemy": _of("SQLAlchemy"),
        "SQLite": sqlite3.sqlite_version,
        "PostgreSQL": _postgresql(),
    }


def _processor() -> str:
    lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    return next((line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.machine())


def _memory() -> str:
    kinds = dict(line.split(":") for line in Path("/proc/meminfo").read_text(encoding="utf-8").splitlines())
    total, free = (int(kinds[name].split()[0]) / 2**20 for name in ("MemTotal", "MemAvailable"))
    return f"{total:.1f} GiB, {free:.1f} GiB of them available"


def _sync_ms() -> float:
    """Milliseconds until a page is on the disk: the floor of every commit."""
    with tempfile.TemporaryFile(dir=ROOT) as file:
        took = []
        for _n in range(SYNCS):
            began = time.perf_counter()
            file.write(b"\0" * 4096)
            file.flush()
            os.fsync(file.fileno())
            took.append(time.perf_counter() - began)
    return statistics.median(took) * 1000


def _of(package: str) -> str:
    try:
        return version(package)
    except PackageNotFoundError:
        return "not installed"


def _postgresql() -> str:
    binaries = server_binaries()
    return _said([str(binaries / "postgres"), "--version"]).rpartition(") ")[2] if binaries else "not installed"


def _said(command: list[str]) -> str:
    ended = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    return ended.stdout.strip() or "unknown"
