"""Files to rows: a CSV file or a workbook, as its content says, whatever its name says.

Nothing here knows what a column means. A row that cannot be read as a row is handed on with its fault; only a
file that is no table at all is refused. CSV is streamed. A workbook is unpacked whole by its reader; how much
memory that takes is told in :class:`Workbook`.
"""

import datetime as dt
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import BinaryIO

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
    WorkbookClosed,
)

from commandcenter.errors import Refused
from commandcenter.exchange.rows import Cell, Row, Sheet, reading
from commandcenter.exchange.text_sheets import TextSheet, encoding_of
from commandcenter.i18n import N_

LARGEST_WORKBOOK = 1_000_000_000
"""Bytes that a workbook may unpack to; more would exhaust the memory of an ordinary machine."""
_WORKBOOK_MARKS = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1")  # zip (xlsx, xlsb, ods), OLE (xls)


def open_sheet(path: Path) -> Sheet:
    """The table in ``path``, its header read. Close it, or use it in a ``with`` statement.

    Raises :class:`~commandcenter.errors.Refused` when there is no such file, it may not be read, is a folder,
    is empty, or is no table.
    """
    with reading(path):
        if path.exists() and not path.is_file():
            raise IsADirectoryError
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
    if head.startswith(_WORKBOOK_MARKS):
        _refuse_bomb(path, file)
        file.seek(0)
        with file:
            return Workbook(path, file)
    return TextSheet(path, file, encoding_of(file, path.name))


def _refuse_bomb(path: Path, file: BinaryIO) -> None:
    try:
        with zipfile.ZipFile(file) as parts:
            unpacked = sum(part.file_size for part in parts.infolist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return  # damaged, or an OLE file: the reader of workbooks will say so
    if unpacked > LARGEST_WORKBOOK:
        raise Refused(N_("“{file}” is too large to be opened as a workbook: save it as CSV"), file=path.name)


@contextmanager
def _workbook_reading(path: Path) -> Iterator[None]:
    """What the reader of workbooks says against a file becomes a refusal in words."""
    try:
        with reading(path):
            yield
    except PasswordError:
        raise Refused(N_("“{file}” is protected by a password: save it without one"),
                      file=path.name) from None
    except CalamineError as trouble:
        raise Refused(N_("“{file}” is not a workbook, or a damaged one: {reason}"),
                      file=path.name, reason=str(trouble)) from trouble
    except BaseException as trouble:
        # The reader is written in Rust, and damaged files make it panic; that class cannot be imported.
        if type(trouble).__name__ != "PanicException":
            raise
        raise Refused(N_("“{file}” is not a workbook, or a damaged one: {reason}"),
                      file=path.name, reason=str(trouble)) from trouble


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
