"""What is shown, taken out as a file: a CSV that every spreadsheet opens and none executes. Written down before."""

import csv
from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any

from PySide6.QtWidgets import QFileDialog, QWidget

from commandcenter.documents.files import replacing
from commandcenter.errors import Refused
from commandcenter.exchange.text_sheets import guarded
from commandcenter.i18n import N_, _
from commandcenter.operations.overseeing import record_export
from ui.page import Page
from ui.room import Room
from ui.tickets import Ticket
from ui.wording import local

CSV = ("CSV (*.csv)",)


def where(page: Page, name: str, kinds: Sequence[str] = CSV) -> Path | None:
    """Ask where what a page shows goes; None where nobody wants to say.

    ``name`` begins the file's, ``kinds`` are the sorts of file there are, the usual one first. A name without an
    ending gets that of the sort that was chosen.
    """
    proposed = f"{name}-{local(page.room.now()):%Y%m%d-%H%M}.{_ending(kinds[0])}"
    path, kind = QFileDialog.getSaveFileName(page, _("Export what is shown…"), proposed, ";;".join(kinds))
    if not path:
        return None
    known = {f".{_ending(one)}" for one in kinds}
    found = Path(path)
    return found if found.suffix.lower() in known else found.with_name(f"{found.name}.{_ending(kind or kinds[0])}")


def _ending(kind: str) -> str:
    return kind.rpartition("*.")[2].rstrip(")")


def export(
    page: Page, path: Path, headings: Sequence[str], rows: Sequence[Sequence[str]], sought: Mapping[str, Any]
) -> None:
    """Write rows of a page into a file and say so in the message bar: only once the journal holds that they leave.

    ``sought`` is what they were chosen by, as the journal may keep it.
    """
    take_out(page, path, len(rows), sought, lambda: write(path, headings, rows), N_("{n} rows are in {path}."))


def take_out(
    page: Page, path: Path, row_count: int, sought: Mapping[str, Any], writing: Callable[[], object], done: str
) -> None:
    """Have ``writing()`` put what a page shows into ``path``: :func:`let_out` in the name of the page."""
    let_out(page.room, page, page.name, path, row_count, sought, writing, done)


def let_out(
    room: Room, owner: QWidget, what: str, path: Path, row_count: int, sought: Mapping[str, Any],
    writing: Callable[[], object], done: str,
) -> None:  # fmt: skip
    """Have ``writing()`` put what leaves into ``path``, once the journal holds that it does, and say so.

    It is done beside the window. ``done`` is a message that may name ``{n}`` rows and the ``{path}``.
    """
    record = partial(record_export, what=what, row_count=row_count, sought=sought, file=path.name)

    def said(refusal: Refused | None) -> None:
        if refusal is not None:
            room.refuse(refusal)
        else:
            room.say(_(done, n=row_count, path=path))

    ticket = Ticket("export")
    ticket.then(lambda _key: room.backstage.aside(lambda: _refusal_of(writing), said, owner=owner))
    room.backstage.run(ticket, record)


def _refusal_of(writing: Callable[[], object]) -> Refused | None:
    try:
        writing()
    except Refused as refusal:
        return refusal
    return None


def write(path: Path, headings: Sequence[str], rows: Iterable[Sequence[str]]) -> int:
    """Write the rows; returns how many. A file that was there before is replaced whole, or not at all.

    Refused, in words, where it cannot be written. Not on the GUI thread.
    """
    n = 0
    # The mark tells spreadsheets that it is UTF-8.
    with replacing(path) as part, part.open("w", encoding="utf-8-sig", newline="") as file:
        sheet = csv.writer(file)
        sheet.writerow([guarded(cell) for cell in headings])
        for row in rows:
            sheet.writerow([guarded(cell) for cell in row])
            n += 1
    return n
