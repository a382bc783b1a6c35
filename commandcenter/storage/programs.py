"""Where PostgreSQL's own programs lie. The set-up asks too, before anything is installed: standard library only."""

import shutil
import subprocess
from pathlib import Path

OLDEST_SERVER = 15
"""The oldest PostgreSQL this program works with, and so the oldest of its programs that serve."""


def folder_of(program: str) -> Path | None:
    """The folder of the newest ``program`` (``initdb``, ``pg_dump``) that is new enough, or None."""
    beside = shutil.which(program)
    places = [*Path("/usr/lib/postgresql").glob(f"*/bin/{program}"), *([Path(beside)] if beside else [])]
    # Debian's wrapper, which chooses a version by rules of its own, is a link to a program of another name.
    real = {place.resolve() for place in places if place.resolve().name == program}
    found = [(version, place.parent) for place in real if (version := _version(place)) >= OLDEST_SERVER]
    return max(found)[1] if found else None


def _version(program: Path) -> int:
    answer = subprocess.run([program, "--version"], capture_output=True, text=True, check=False).stdout
    said = answer.partition("(PostgreSQL)")[2].split()
    version = said[0].split(".")[0] if said else ""
    return int(version) if version.isdigit() else 0
