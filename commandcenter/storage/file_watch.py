"""Whether an SQLite database is still at its place.

A file that is moved or deleted under an open connection goes on taking changes, at a place nobody knows; and a new
connection makes an empty file where it was. So the file is looked at before either: a database that was moved away is
as gone as a server that was stopped, and is back as soon as the same file lies there again.
"""

from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event

from commandcenter.errors import Unavailable
from commandcenter.i18n import N_

GONE = N_("The database file “{where}” is gone: it was moved or deleted. This change was not saved. Put it back.")
ANOTHER = N_("Another file lies where the database “{where}” was. This change was not saved. Put the right one back,"
             " or start the program again to open the one that is there.")  # fmt: skip


class FileWatch:
    """Remembers which file lies at a path now, and tells when it does not any more."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._mark = self._found()

    def check(self) -> None:
        """Unavailable, in words, when the file is not where it was, or is another one."""
        found = self._found()
        if found is None:
            raise Unavailable(GONE, where=str(self._path))
        if found != self._mark:
            raise Unavailable(ANOTHER, where=str(self._path))

    def guard(self, engine: Engine) -> None:
        """Check before every connection that is made or taken up again."""

        def before(*_args: Any) -> None:
            self.check()

        event.listen(engine, "do_connect", before)
        event.listen(engine, "checkout", before)

    def _found(self) -> tuple[int, int] | None:
        try:
            seen = self._path.stat()
        except OSError:
            return None
        return seen.st_dev, seen.st_ino
