"""Reads one CSV file of a pack: declared columns, every cell parsed, every fault noted with its place."""

import csv
import io
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from commandcenter.domain import places
from commandcenter.exchange import pack_cells as cells
from commandcenter.exchange.pack_faults import FaultList, Wrong
from commandcenter.i18n import N_

LARGEST_FILE = 64 * 1024 * 1024
"""Bytes; a district is far smaller, and a wrong file should not fill the memory."""
NOTE = "note"
"""A column that every table may have: where the row comes from, for the reader of the file only."""

_CUT_SHORT = frozenset({"unexpected end of data"})


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a table. ``refers`` names the file whose key the cell must be (or the keys, if several)."""

    name: str
    parse: cells.Parse = cells.name
    needed: bool = True
    refers: str = ""
    empty: Any = ""
    """What an empty cell of a column that is not needed means."""


@dataclass(frozen=True, slots=True)
class Table:
    """A CSV file of the pack: its columns and the one by which its rows are known."""

    file: str
    key: str
    columns: tuple[Column, ...]
    make: Callable[..., Any]
    optional: bool = False


@dataclass(slots=True)
class Line:
    """A row of a table: its line in the file and what was understood of it."""

    row: int
    values: dict[str, Any]
    whole: bool = True
    """Whether every cell was understood, so that the row can be made into a part of the pack."""


@dataclass(slots=True)
class Sheet:
    """The lines of a table. ``keys`` includes those of faulty lines, so that one fault is told once."""

    table: Table
    lines: list[Line] = field(default_factory=list)
    keys: dict[Any, int] = field(default_factory=dict)
    readable: bool = True


def read_bytes(folder: Path, name: str, faults: FaultList) -> bytes | None:
    """A file's bytes, or None after its fault was noted."""
    path = folder / name
    try:
        if path.stat().st_size > LARGEST_FILE:
            faults.file(name, N_("The file is larger than {most} MB."), most=LARGEST_FILE // 1024 // 1024)
            return None
        return path.read_bytes()
    except FileNotFoundError:
        faults.file(name, N_("The file is missing."))
    except OSError as error:
        faults.file(name, N_("The file cannot be read: {error}."), error=error.strerror or str(error))
    return None


def read_text(folder: Path, name: str, faults: FaultList) -> str | None:
    """A file's text (UTF-8, a byte order mark is fine), or None after its fault was noted."""
    raw = read_bytes(folder, name, faults)
    if raw is None:
        return None
    if not raw.strip():
        faults.file(name, N_("The file is empty."))
    elif b"\0" in raw:
        faults.file(name, N_("The file is binary, not text."))
    else:
        try:
            return raw.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            row = raw.count(b"\n", 0, error.start) + 1
            faults.add(name, row, "", "", N_("The file is not UTF-8; save it as UTF-8 (“CSV UTF-8”)."))
    return None


def read_sheet(folder: Path, table: Table, faults: FaultList) -> Sheet:
    """All lines of a table. A file that cannot be read at all gives an unreadable, empty sheet."""
    sheet = Sheet(table)
    if table.optional and not (folder / table.file).exists():
        return sheet
    text = read_text(folder, table.file, faults)
    if text is None:
        sheet.readable = False
        return sheet
    return read_rows(table, _rows(text, table.file, faults), faults)


def read_rows(table: Table, rows: Iterator[tuple[int, list[str]]], faults: FaultList) -> Sheet:
    """The lines of a table from the line numbers and cells of its rows, the header first."""
    sheet = Sheet(table)
    _row, header = next(rows, (0, []))
    if not _header_fits(header, table, faults):
        sheet.readable = False
        return sheet
    for row, texts in rows:
        _read_line(sheet, row, header, texts, faults)
    return sheet


def _rows(text: str, file: str, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    """Line number and cells of each row that is not blank."""
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    row = 1
    try:
        for texts in reader:
            if any(cell.strip() for cell in texts):
                yield row, [cell.strip() for cell in texts]
            row = reader.line_num + 1
    except csv.Error as error:
        if str(error) in _CUT_SHORT:
            faults.add(file, row, "", "", N_("The file ends inside a quoted cell: it was cut short."))
        else:
            faults.add(file, row, "", "", N_("This line is no CSV: {error}."), error=error)


def _header_fits(header: list[str], table: Table, faults: FaultList) -> bool:
    known = {column.name for column in table.columns}
    missing = [column.name for column in table.columns if column.needed and column.name not in header]
    for name in missing:
        faults.add(table.file, 1, name, "", N_("The column is missing."))
    for name in header:
        if name not in known and name != NOTE:
            faults.add(table.file, 1, name, name, N_("This column is not known here."))
    for name in sorted({name for name in header if header.count(name) > 1}):
        faults.add(table.file, 1, name, name, N_("This column stands here twice."))
    return not missing and len(set(header)) == len(header)


def _read_line(sheet: Sheet, row: int, header: list[str], texts: list[str], faults: FaultList) -> None:
    file = sheet.table.file
    line = Line(row, {})
    sheet.lines.append(line)
    ragged = len(texts) != len(header)
    if ragged:
        faults.add(file, row, "", "", N_("This line has {n} cells; the header has {most}."),
                   n=len(texts), most=len(header))  # fmt: skip
    line.whole = not ragged
    given = dict(zip(header, texts, strict=False))
    for column in sheet.table.columns:
        _read_cell(line, column, given.get(column.name, ""), file, faults, ragged)
    _check_key(sheet, line, faults)
    _check_position(line, file, faults)


def _read_cell(
    line: Line, column: Column, text: str, file: str, faults: FaultList, ragged: bool
) -> None:
    if not text:
        line.values[column.name] = column.empty
        if column.needed:
            line.whole = False
            if not ragged:  # then the cells are displaced, which was told already
                faults.add(file, line.row, column.name, "", N_("The cell is empty."))
        return
    try:
        line.values[column.name] = column.parse(text)
    except Wrong as wrong:
        line.values[column.name] = column.empty
        line.whole = False
        faults.add(file, line.row, column.name, text, wrong.reason, **wrong.params)


def _check_key(sheet: Sheet, line: Line, faults: FaultList) -> None:
    key = line.values.get(sheet.table.key, "")
    if key == "":
        return
    first = sheet.keys.setdefault(key, line.row)
    if first != line.row:
        line.whole = False
        faults.add(sheet.table.file, line.row, sheet.table.key, key,
                   N_("This stands in line {first} already."), first=first)  # fmt: skip


def _check_position(line: Line, file: str, faults: FaultList) -> None:
    lon, lat = line.values.get("lon"), line.values.get("lat")
    if not isinstance(lon, float) or not isinstance(lat, float) or places.is_place(lon, lat):
        return
    line.whole = False
    reason = N_("This position is outside the world (longitude −180…180, latitude −90…90).")
    if places.is_nowhere(lon, lat):
        reason = N_("(0, 0) is no place; leave the row out until the position is known.")
    elif places.looks_swapped(lon, lat):
        reason = N_("Longitude and latitude seem to be swapped.")
    faults.add(file, line.row, "lon, lat", f"{lon}, {lat}", reason)
