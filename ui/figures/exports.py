"""What the page shows, as tables to be taken out: every number with its n, its interval and what was left out."""

import errno
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from PySide6.QtGui import QImage, QImageWriter

from commandcenter.documents.files import replacing
from commandcenter.domain.journal import encode
from commandcenter.i18n import _
from commandcenter.queries.figures import DEFINITIONS, Answer, By, Figure, Sought, Times
from ui.charts.heat import weekdays
from ui.exporting import write
from ui.figures.asking import Comings, Sheet
from ui.figures.saying import OUTCOMES, Keys, value_of
from ui.wording import choice

Cell = str | int | float | None
KINDS = ("Excel (*.xlsx)", "CSV (*.csv)", "PNG (*.png)")


@dataclass(frozen=True, slots=True)
class Table:
    """One table with its title."""

    title: str
    headings: list[str]
    rows: list[list[Cell]]


@dataclass(slots=True)
class Shown:
    """What stands on the page, as it was answered last; what was not answered yet is empty."""

    sheet: Sheet | None = None
    before: Sheet | None = None
    told: tuple[Figure, By, list[tuple[str, Answer]]] | None = None
    """A figure told apart, with the words for its keys."""
    along: tuple[Figure, By, list[tuple[str, Answer]]] | None = None
    comings: Comings | None = None


def tables(shown: Shown, keys: Keys) -> list[Table]:
    """Everything that is shown, table by table."""
    found: list[Table] = []
    if shown.sheet is not None:
        found.append(_of_sheet(shown.sheet, shown.before))
    if shown.told is not None:
        figure, _by, told = shown.told
        found.append(_of_told(_("Ranking"), figure, told))
    if shown.along is not None:
        figure, step, steps = shown.along
        named = [(keys.name(step, key) if step is not By.DAY else key, answer) for key, answer in steps]
        found.append(_of_told(_("Trend"), figure, named))
    if shown.comings is not None:
        found += _of_comings(shown.comings)
    return found


def _headings() -> list[str]:
    return [_("Value"), _("n"), _("95 % from"), _("95 % to"), _("Median (s)"), _("P90 (s)"), _("Left out")]


def _cells(figure: Figure, answer: Answer) -> list[Cell]:
    if isinstance(answer, Times):
        return [None, answer.n, None, None, answer.median_s, answer.p90_s, answer.left_out]
    return [value_of(figure, answer), answer.n, answer.low, answer.high, None, None, answer.left_out]


def _of_sheet(sheet: Sheet, before: Sheet | None) -> Table:
    rows: list[list[Cell]] = []
    for figure, answer in sheet.items():
        then = value_of(figure, before[figure]) if before is not None else None
        rows.append([_(DEFINITIONS[figure].title), *_cells(figure, answer), then,
                     before[figure].n if before is not None else None])  # fmt: skip
    return Table(_("Figures"), [_("Figure"), *_headings(), _("Period before"), _("n, period before")], rows)


def _of_told(title: str, figure: Figure, told: list[tuple[str, Answer]]) -> Table:
    name = _(DEFINITIONS[figure].title)
    return Table(title, [_("Figure"), _("Who or what"), *_headings()],
                 [[name, words, *_cells(figure, answer)] for words, answer in told])  # fmt: skip


def _of_comings(found: Comings) -> Iterator[Table]:
    days = weekdays()
    yield Table(_("When it comes in"), ["", *(f"{hour:02d}:00" for hour in range(24))],
                [[days[day], *row] for day, row in enumerate(found.heat)])  # fmt: skip
    yield Table(_("From channel to outcome"), [_("Channel"), _("Outcome"), _("n")],
                [[choice(one.channel), _(OUTCOMES[one.outcome]), one.n] for one in found.flow])  # fmt: skip


def told(sought: Sought) -> dict[str, Any]:
    """What was asked for, as the journal may keep it."""
    return {name: encode(value) for name, value in asdict(sought).items() if value and name != "now_at"}


def write_csv(path: Path, found: Sequence[Table]) -> None:
    """All tables below each other, with an empty row between. Refused where it cannot be written."""
    rows: list[list[str]] = []
    for table in found:
        rows += [[table.title], table.headings, *([_text(cell) for cell in row] for row in table.rows), []]
    write(path, rows[0], rows[1:])


def _text(cell: Cell) -> str:
    return "" if cell is None else f"{cell:.6g}" if isinstance(cell, float) else str(cell)


def write_xlsx(path: Path, found: Sequence[Table]) -> None:
    """A sheet for each table, numbers as numbers. Refused where it cannot be written."""
    from xlsxwriter import Workbook  # slow to load

    with replacing(path) as part:
        # What a cell says is never a formula nor a link, whatever it begins with.
        book = Workbook(str(part), {"strings_to_formulas": False, "strings_to_urls": False})
        strong = book.add_format({"bold": True})
        for table in found:
            sheet = book.add_worksheet(table.title[:31])
            sheet.write_row(0, 0, table.headings, strong)
            for n, row in enumerate(table.rows, start=1):
                sheet.write_row(n, 0, row)
            sheet.freeze_panes(1, 1)
            sheet.autofit()
        book.close()


def write_png(path: Path, picture: QImage) -> None:
    """The charts as they were drawn. Refused where it cannot be written."""
    with replacing(path) as part:
        writer = QImageWriter(str(part), b"png")
        if not writer.write(picture):
            raise OSError(errno.EIO, writer.errorString())
