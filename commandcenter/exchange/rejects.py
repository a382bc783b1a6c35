"""Rejected rows as a CSV file that can be corrected and imported again by the same profile."""

import csv
import io
import os
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from commandcenter.errors import Refused, Unavailable
from commandcenter.exchange import values
from commandcenter.exchange.incoming import Rejected
from commandcenter.exchange.rows import ordinary, reading
from commandcenter.exchange.sheets import open_sheet
from commandcenter.exchange.text_sheets import guarded
from commandcenter.i18n import N_

REMARKS = ("row", "column", "reason")
"""The columns that follow the original ones. No profile uses them, so they need not be removed."""


def look_at_place(path: Path, *, source: Path, replace: bool = False) -> None:
    """Refused where rejected rows of ``source`` must not be written: they replace nothing that somebody may need.

    A file that is there already is only replaced if it holds rejected rows and ``replace`` says so, and never
    if it is ``source`` itself: what is left of it after a stop would be lost.
    """
    with reading(path):
        there = ordinary(path)
        if _same(path, source):
            raise Refused(N_("“{file}” is the file to be imported: name another one for the rejected rows"),
                          file=path.name)
        if not there or not path.stat().st_size:
            return
    if not _holds_rejects(path):
        raise Refused(N_("“{file}” is there already and holds something else: name another file for the rejected"
                         " rows"), file=path.name)
    if not replace:
        raise Refused(N_("“{file}” holds rejected rows of an earlier import, perhaps corrected ones: name another"
                         " file, or say that it may be replaced (--force)"), file=path.name)


def _same(one: Path, other: Path) -> bool:
    return one.resolve() == other.resolve() or (one.exists() and other.exists() and one.samefile(other))


def _holds_rejects(path: Path) -> bool:
    try:
        with open_sheet(path) as sheet:
            return sheet.columns[-len(REMARKS) :] == REMARKS
    except Refused:
        return False


class RejectsFile:
    """Writes rejected rows as they come: the cells as they were read, then row number, column and reason.

    UTF-8 with a mark, as spreadsheets expect it. Control characters are left out, a character that was damaged
    is written as � (and rejected again until it is corrected), cells that a spreadsheet would run are guarded.
    Nothing is created before the first row. The file appears under its name when it is complete and closed;
    :func:`look_at_place` says what it may replace.

    Raises :class:`Unavailable` where the file cannot be written: a full disk, a folder without the right.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.written = 0
        again = tuple(columns[-len(REMARKS) :]) == REMARKS  # rejects of rejects: remarks are written anew
        self._width = len(columns)
        self._kept = self._width - (len(REMARKS) if again else 0)
        self._header = columns[: self._kept]
        self._part = path.with_name(f"{path.name}.{os.getpid()}.part")
        self._file: io.TextIOWrapper | None = None

    def write(self, rejected: Rejected) -> None:
        """Add one row."""
        cells = [values.text(cell) for cell in rejected.cells]
        surplus = cells[self._width :]  # stands behind the remarks: the row stays rejected until it fits the header
        cells += [""] * (self._width - len(cells))
        remarks = [str(rejected.row_number), rejected.column, str(rejected.reason)]
        if self._file is None:
            self._put([*self._header, *REMARKS])
        self._put([*cells[: self._kept], *remarks, *surplus])
        self.written += 1

    def _put(self, cells: Sequence[str]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(guarded, cells))
        try:
            if self._file is None:
                self._file = self._part.open("x", encoding="utf-8-sig", newline="")
            self._file.write(line.getvalue())
        except OSError as trouble:
            raise self._unavailable(trouble) from trouble

    def close(self) -> None:
        """Complete the file, if there was anything to write."""
        if self._file is not None:
            try:
                self._file.close()
                self._part.replace(self.path)
            except OSError as trouble:
                raise self._unavailable(trouble) from trouble
            finally:
                self._file = None

    def _unavailable(self, trouble: OSError) -> Unavailable:
        if self._file is not None:
            with suppress(OSError):  # what is left in its buffer finds no room either
                self._file.close()
            self._file = None
        if not isinstance(trouble, FileExistsError):
            with suppress(OSError):
                self._part.unlink(missing_ok=True)
        return Unavailable(N_("The rejected rows cannot be written to “{file}”: {reason}"),
                           file=self.path.name, reason=trouble.strerror or str(trouble))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
