"""Rejected rows as a CSV file that can be corrected and imported again by the same profile."""

import csv
import io
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path
from typing import Self

from commandcenter.errors import Unavailable
from commandcenter.exchange import values
from commandcenter.exchange.incoming import Rejected
from commandcenter.exchange.text_sheets import guarded
from commandcenter.i18n import N_

REMARKS = ("row", "column", "reason")
"""The columns that follow the original ones. No profile uses them, so they need not be removed."""


class RejectsFile:
    """Writes rejected rows as they come: the cells as they were read, then row number, column and reason.

    UTF-8 with a mark, as spreadsheets expect it. Control characters are left out, a character that was damaged
    is written as � (and rejected again until it is corrected), cells that a spreadsheet would run are guarded.
    Nothing is created before the first row. The file appears under its name when it is complete and closed, so
    the rejects of an import may replace the very file that was imported.

    Raises :class:`Unavailable` where the file cannot be written: a full disk, a folder without the right.
    """

    def __init__(self, path: Path, columns: Sequence[str]) -> None:
        self.path = path
        self.written = 0
        again = tuple(columns[-len(REMARKS) :]) == REMARKS  # rejects of rejects: remarks are written anew
        self._width = len(columns)
        self._kept = self._width - (len(REMARKS) if again else 0)
        self._header = columns[: self._kept]
        self._part = path.with_name(path.name + ".part")
        self._file: io.TextIOWrapper | None = None

    def write(self, rejected: Rejected) -> None:
        """Add one row."""
        cells = [values.text(cell) for cell in rejected.cells]
        if len(cells) > self._width:  # what is too much stays with the last cell, where the eye looks for it
            cells[self._width - 1 :] = [",".join(cells[self._width - 1 :])]
        cells += [""] * (self._width - len(cells))
        remarks = [str(rejected.row_number), rejected.column, str(rejected.reason)]
        if self._file is None:
            self._put([*self._header, *REMARKS])
        self._put([*cells[: self._kept], *remarks])
        self.written += 1

    def _put(self, cells: Sequence[str]) -> None:
        line = io.StringIO()
        csv.writer(line, lineterminator="\r\n").writerow(map(guarded, cells))
        try:
            if self._file is None:
                self._file = self._part.open("w", encoding="utf-8-sig", newline="")
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
        with suppress(OSError):
            self._part.unlink(missing_ok=True)
        return Unavailable(N_("The rejected rows cannot be written to “{file}”: {reason}"),
                           file=self.path.name, reason=trouble.strerror or str(trouble))

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()
