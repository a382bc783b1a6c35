"""The program's own diary, for whoever mends it – not the journal, which is the district's.

A rotating file takes everything from INFO up, standard error what is worth a warning. No citizen's name or
number is ever logged: messages name records by key and number.
"""

import logging
import platform
import sys
import traceback
from dataclasses import dataclass
from datetime import datetime
from logging.handlers import RotatingFileHandler
from pathlib import Path

from commandcenter import __version__, clock

FILE = "commandcenter.log"
_LAYOUT = "%(asctime)s %(levelname)-7s %(threadName)s %(name)s: %(message)s"
_BYTES, _FILES = 2_000_000, 5

log = logging.getLogger("commandcenter")


@dataclass(frozen=True, slots=True)
class Report:
    """A bug, written down so that somebody can mend it. ``at`` is aware UTC."""

    at: datetime
    doing: str
    """What the program was doing, in its own terms: ``operation dispatch``, ``query caller_history``."""
    what: str
    """The exception in one line."""
    text: str
    """All of it: versions, machine, traceback. Holds code and no content of any record."""


def set_up(folder: Path | None, level: int = logging.INFO) -> Path | None:
    """Log to ``folder`` (None: to standard error only). Returns the file, or None where it cannot be had.

    A folder that cannot be written is no reason not to start: it is said on standard error instead.
    """
    root = logging.getLogger()
    root.setLevel(level)
    on_screen = logging.StreamHandler(sys.stderr)
    on_screen.setLevel(logging.WARNING)
    on_screen.setFormatter(logging.Formatter("commandcenter: %(levelname)s %(message)s"))
    root.addHandler(on_screen)
    if folder is None:
        return None
    try:
        folder.mkdir(parents=True, exist_ok=True)
        in_file = RotatingFileHandler(
            folder / FILE, maxBytes=_BYTES, backupCount=_FILES, encoding="utf-8", delay=False
        )
    except OSError as trouble:
        log.warning("no log file in %s: %s", folder, trouble.strerror or trouble)
        return None
    in_file.setFormatter(logging.Formatter(_LAYOUT))
    root.addHandler(in_file)
    return folder / FILE


def report(bug: BaseException, doing: str) -> Report:
    """Write a bug down, in the log and as a report that a person can save and send."""
    trace = "".join(traceback.format_exception(bug))
    what = "".join(traceback.format_exception_only(bug)).strip().splitlines()[-1]
    at = clock.now()
    text = "\n".join((
        f"commandcenter {__version__}, {at:%Y-%m-%d %H:%M:%S} UTC",
        f"Python {platform.python_version()}, {platform.platform()}",
        f"while: {doing}",
        "",
        trace,
    ))  # fmt: skip
    log.error("bug while %s: %s", doing, what, exc_info=bug)
    return Report(at, doing, what, text)
