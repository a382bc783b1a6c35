"""The rows of one table in a file: what CSV and workbooks have in common."""

import datetime as dt
from abc import ABC, abstractmethod
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple, Self

from commandcenter.domain.sentences import Sentence
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_

Cell = str | float | bool | dt.datetime | dt.date | None


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """What the operating system says against reading ``path`` becomes a refusal in words."""
    try:
        yield
    except FileNotFoundError:
        raise Unavailable(N_("There is no file “{file}”"), file=path.name) from None
    except IsADirectoryError:
        raise Unavailable(N_("“{file}” is a folder; choose a file in it"), file=path.name) from None
    except PermissionError:
        raise Unavailable(N_("“{file}” cannot be read: another program has locked it, or you lack the right"),
                          file=path.name) from None
    except OSError as trouble:
        raise Unavailable(N_("“{file}” cannot be read: {reason}"), file=path.name,
                          reason=trouble.strerror or str(trouble)) from trouble


def ordinary(path: Path) -> bool:
    """Whether there is a file at ``path``. Refused where something else is there: a device, a pipe, a socket."""
    if path.is_dir():
        raise IsADirectoryError
    if not path.exists() or path.is_file():
        return path.exists()
    raise Refused(N_("“{file}” is no ordinary file but a device or a pipe: name a file on a disk"), file=path.name)


class Row(NamedTuple):
    """One row: ``number`` as a spreadsheet counts it (1 is the first row), ``line`` as an editor counts it.

    In a workbook both are the same; in CSV a quoted cell may hold line breaks. ``fault`` says why the row
    cannot be taken as it stands; its cells are then what could be read.
    """

    number: int
    line: int
    cells: tuple[Cell, ...]
    fault: Sentence | None = None


class Sheet(ABC):
    """The open table of one file: its column names, then its rows once, in order. Blank rows are skipped."""

    columns: tuple[str, ...] = ()
    blank_rows = 0

    def __init__(self, path: Path) -> None:
        self.path = path

    @abstractmethod
    def _records(self) -> Iterator[Row]:
        """Every row of the file from the first, header and blank ones included, ragged as they are."""

    @property
    @abstractmethod
    def share_read(self) -> float:
        """How much of the file has been read, 0 to 1, for showing progress."""

    @abstractmethod
    def close(self) -> None:
        """Let go of the file."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_exc: object) -> None:
        self.close()

    def __iter__(self) -> Iterator[Row]:
        width = len(self.columns)
        for row in self._body:
            if row.fault is not None:
                yield row
            elif is_blank(row.cells):
                self.blank_rows += 1
            elif len(row.cells) == width:
                yield row
            else:
                yield _fitted(row, width)

    def _begin(self) -> None:
        self._body = self._records()
        if not self.take_header():
            raise Refused(N_("“{file}” is empty: it has no header and no rows"), file=self.path.name)

    def take_header(self) -> bool:
        """Let the next row that is not blank be the header. No: there is none."""
        for row in self._body:
            if row.fault is not None:
                raise Refused(N_("“{file}” has no readable header: {reason}"),
                              file=self.path.name, reason=row.fault)
            if not is_blank(row.cells):
                names = ["" if cell is None else str(cell).strip() for cell in row.cells]
                while not names[-1]:
                    names.pop()
                self.columns = tuple(names)
                return True
        return False


def is_blank(cells: tuple[Cell, ...]) -> bool:
    """Whether a row has nothing in it but blanks. A zero and a no are something."""
    return all(cell is None or (isinstance(cell, str) and not cell.strip()) for cell in cells)


def _fitted(row: Row, width: int) -> Row:
    """A ragged row: empty cells too many are dropped, any other difference is a fault."""
    if len(row.cells) > width and is_blank(row.cells[width:]):
        return row._replace(cells=row.cells[:width])
    return row._replace(fault=Sentence(
        N_("The row has {found} cells, the header has {expected}: a separator or quotation mark is missing,"
           " or the file is cut off here"), found=len(row.cells), expected=width))
