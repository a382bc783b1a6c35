"""What is shown, as a CSV file that every spreadsheet opens and none executes."""

import csv
import os
from collections.abc import Iterable, Sequence
from pathlib import Path

from commandcenter.errors import Refused
from commandcenter.exchange.text_sheets import guarded
from commandcenter.i18n import N_


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
