"""What is shown, taken out as a CSV file that every spreadsheet opens and none executes; and written down before."""

import csv
import os
from collections.abc import Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog

from commandcenter.errors import Refused
from commandcenter.exchange.text_sheets import guarded
from commandcenter.i18n import N_, _
from commandcenter.operations.overseeing import record_export
from ui.page import Page
from ui.tickets import Ticket
from ui.wording import local


def where(page: Page, name: str) -> Path | None:
    """Ask where the rows of a page go; None where nobody wants to say. ``name`` begins the file's."""
    proposed = f"{name}-{local(page.room.now()):%Y%m%d-%H%M}.csv"
    path, _filter = QFileDialog.getSaveFileName(page, _("Export what is shown…"), proposed, "CSV (*.csv)")
    return Path(path) if path else None


def export(
    page: Page, path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]], sought: Mapping[str, Any]
) -> None:
    """Write rows of a page into a file and say so in the message bar: only once the journal holds that they leave.

    ``sought`` is what they were chosen by, as the journal may keep it.
    """
    room = page.room
    record = partial(record_export, what=page.name, row_count=len(rows), sought=sought, file=path.name)

    def said(done: int | Refused) -> None:
        if isinstance(done, Refused):
            room.refuse(done)
        else:
            room.say(_("{n} rows are in {path}.", n=done, path=path))

    ticket = Ticket("export")
    ticket.then(lambda _key: room.backstage.aside(lambda: _written(path, headings, rows), said, owner=page))
    room.backstage.run(ticket, record)


def _written(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int | Refused:
    try:
        return write(path, headings, rows)
    except Refused as refusal:
        return refusal


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write the rows; returns how many. A file that was there before is replaced whole, or not at all.

    Refused, in words, where it cannot be written. Not on the GUI thread.
    """
    part = path.with_name(f".{path.name}.part")
    n = 0
    try:
        with part.open("w", encoding="utf-8-sig", newline="") as file:  # the mark tells spreadsheets it is UTF-8
            sheet = csv.writer(file)
            sheet.writerow([guarded(cell) for cell in headings])
            for row in rows:
                sheet.writerow([guarded(cell) for cell in row])
                n += 1
        os.replace(part, path)  # noqa: PTH105 – replaces what is there, which Path.rename does not everywhere
    except OSError as trouble:
        part.unlink(missing_ok=True)
        raise Refused(N_("{path} cannot be written: {why}"), path=path, why=trouble.strerror) from trouble
    return n
