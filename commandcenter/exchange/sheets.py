"""Files to rows: a CSV file or a workbook, as its content says, whatever its name says.

Nothing here knows what a column means. A row that cannot be read as a row is handed on with its fault; only a
file that is no table at all is refused. CSV is streamed. A workbook is unpacked whole by its reader; how much
memory that takes is told in :class:`Workbook`.
"""

import datetime as dt
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO
from zipfile import BadZipFile, ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorkbookClosed,
    WorksheetNotFound,
)

from commandcenter.errors import Refused
from commandcenter.exchange.rows import Cell, Row, Sheet, ordinary, reading
from commandcenter.exchange.text_sheets import TextSheet, encoding_of
from commandcenter.i18n import N_

LARGEST_WORKBOOK = 1_500_000_000
"""Bytes of memory that reading a workbook may take, measured in a process of its own before ours tries."""
LONGEST_TRIAL = 180.0
"""Seconds until that trial is given up."""
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # .xlsx, .ods (zip); .xls (OLE)


def open_sheet(path: Path) -> Sheet:
    """The table in ``path``, its header read. Close it, or use it in a ``with`` statement.

    Raises :class:`~commandcenter.errors.Refused` when there is no such file, it may not be read, is a folder or
    a device, is empty, or is no table.
    """
    with reading(path):
        ordinary(path)
        file = path.open("rb")
    try:
        with reading(path):
            return _open(path, file)
    except BaseException:
        file.close()
        raise


def _open(path: Path, file: BinaryIO) -> Sheet:
    head = file.read(8)
    file.seek(0)
    if not head:
        raise Refused(N_("“{file}” is empty: it has no header and no rows"), file=path.name)
    if not head.startswith(_WORKBOOK_MARKS):
        return TextSheet(path, file, encoding_of(file, path.name))
    with file:
        _look_at_size(path, file)
        _try_in_a_process_of_its_own(path)
        return Workbook(path, file)


def _look_at_size(path: Path, file: BinaryIO) -> None:
    """Refuse at once what says itself that it unpacks to more than reading may take. If it lies, the trial shows."""
    try:
        unpacked = sum(part.file_size for part in ZipFile(file).infolist())
    except (BadZipFile, OSError, ValueError, NotImplementedError):
        unpacked = 0  # an old workbook, or a damaged one: the reader will say
    file.seek(0)
    if unpacked > LARGEST_WORKBOOK:
        raise _too_large(path)


def _too_large(path: Path) -> Refused:
    return Refused(N_("“{file}” cannot be opened as a workbook: it is damaged, or too large (a stray cell far"
                      " off is enough). Save it as CSV and try again"), file=path.name)


# Prints nothing: what the reader says in an orderly way it will say again in our process.
_TRIAL = """
import sys
import python_calamine
try:
    import resource
    resource.setrlimit(resource.RLIMIT_AS, (int(sys.argv[2]), int(sys.argv[2])))
except ImportError:
    pass  # no limit on this system: the machine's memory is the limit
with open(sys.argv[1], "rb") as file:
    try:
        book = python_calamine.CalamineWorkbook.from_filelike(file)
        for place in range(len(book.sheet_names)):
            book.get_sheet_by_index(place)
    except (python_calamine.CalamineError, python_calamine.WorksheetNotFound):
        pass
"""


def _try_in_a_process_of_its_own(path: Path) -> None:
    """Refuse a workbook whose reading would take our process with it.

    The reader aborts where memory runs out, and it keeps every cell of the rectangle a sheet spans: one stray
    cell in the last row and column, or a damaged number in an old workbook, asks for hundreds of gigabytes.
    """
    command = [sys.executable, "-I", "-c", _TRIAL, str(path.resolve()), str(LARGEST_WORKBOOK)]
    try:
        trial = subprocess.run(command, check=False, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                               stderr=subprocess.DEVNULL, timeout=LONGEST_TRIAL)  # fmt: skip
    except subprocess.TimeoutExpired:
        trial = None
    if trial is None or trial.returncode != 0:
        raise _too_large(path)


@contextmanager
def _workbook_reading(path: Path) -> Iterator[None]:
    """What the reader of workbooks says against a file becomes a refusal in words."""
    try:
        with reading(path):
            yield
    except PasswordError:
        raise Refused(N_("“{file}” is protected by a password: save it without one"),
                      file=path.name) from None
    except (CalamineError, WorksheetNotFound) as trouble:
        raise Refused(N_("“{file}” is not a workbook, or a damaged one: save it anew in the program it comes from,"
                         " or as CSV"), file=path.name) from trouble


class Workbook(Sheet):
    """The first visible worksheet with anything in it. Formulas appear as the values they last had.

    The reader unpacks the sheet whole: 100 000 rows of 9 cells took 100 MB (CSV of the same rows: 1 MB).
    """

    def __init__(self, path: Path, file: BinaryIO) -> None:
        super().__init__(path)
        with _workbook_reading(path):
            self._book = CalamineWorkbook.from_filelike(file)  # goes by content, a path would go by its name
            self._sheet = self._first_filled()
        self._height = self._sheet.end[0] + 1 if self._sheet.end else 1
        self._rows_read = 0
        self._begin()

    def _first_filled(self) -> CalamineSheet:
        for place, entry in enumerate(self._book.sheets_metadata):
            if entry.typ == SheetTypeEnum.WorkSheet and entry.visible == SheetVisibleEnum.Visible:
                sheet = self._book.get_sheet_by_index(place)
                if sheet.height:
                    return sheet
        raise Refused(N_("“{file}” is empty: it has no header and no rows"), file=self.path.name)

    def _records(self) -> Iterator[Row]:
        with _workbook_reading(self.path):
            for number, cells in enumerate(self._sheet.iter_rows(), start=1):
                self._rows_read = number
                yield Row(number, number, tuple(map(_workbook_cell, cells)))

    @property
    def share_read(self) -> float:
        return self._rows_read / self._height

    def close(self) -> None:
        with suppress(WorkbookClosed):
            self._book.close()


def _workbook_cell(cell: object) -> Cell:
    if cell == "" or cell is None:
        return None
    return cell if isinstance(cell, str | float | bool | dt.date) else str(cell)
