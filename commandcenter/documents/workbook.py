"""A bulletin as a workbook: the same figures as numbers that can be reckoned with, and charts of Excel's own."""

import io
from collections.abc import Sequence
from typing import Any

from commandcenter.documents.answers import length, no_answer
from commandcenter.documents.bulletins import OF_SQUADS, Bulletin, Compared, Counted, OfSquad
from commandcenter.documents.periods import TITLES
from commandcenter.documents.printing import definitions, made_words, notes, squad_name, title
from commandcenter.i18n import _
from commandcenter.queries.figures import DEFINITIONS, Answer, Figure, Times, Unit, Value

SHARE, LENGTH, WHOLE, MEAN = "0.0%", "[h]:mm:ss", "#,##0", "0.00"
DAY_S = 86_400


def workbook(bulletin: Bulletin) -> bytes:
    """The file, whole. What is said is a string and never a formula."""
    from xlsxwriter import Workbook  # slow to load

    file = io.BytesIO()
    with Workbook(file, {"in_memory": True, "strings_to_formulas": False, "strings_to_urls": False}) as book:
        book.set_properties({"title": f"{_(TITLES[bulletin.period.every])} {bulletin.period.words()}"})
        written = _Written(book)
        written.figures(bulletin)
        written.clocks(bulletin.clocks)
        written.squads(bulletin.squads)
        written.along(bulletin)
        written.counted(_("Channels"), _("Channel"), bulletin.channels)
        written.counted(_("Matters"), _("Matter"), bulletin.matters)
        written.definitions()
    return file.getvalue()


class _Written:
    """The sheets of one workbook."""

    def __init__(self, book: Any) -> None:
        self._book = book
        self._formats = {form: book.add_format({"num_format": form}) for form in (SHARE, LENGTH, WHOLE, MEAN)}
        self._head = book.add_format({"bold": True, "bg_color": "#e8edf2", "bottom": 1, "text_wrap": True})
        self._title = book.add_format({"bold": True, "font_size": 16})
        self._wrapped = book.add_format({"text_wrap": True, "valign": "top"})
        self._quiet = book.add_format({"font_color": "#6b7785"})

    def _sheet(self, name: str, head: Sequence[str], widths: Sequence[float], row: int = 0) -> Any:
        sheet = self._book.add_worksheet(name[:31])
        for column, width in enumerate(widths):
            sheet.set_column(column, column, width)
        sheet.write_row(row, 0, head, self._head)
        sheet.freeze_panes(row + 1, 1)
        sheet.set_landscape()
        sheet.fit_to_pages(1, 0)
        return sheet

    def _number(self, sheet: Any, row: int, column: int, value: float | None, form: str) -> None:
        if value is None:
            sheet.write_string(row, column, _("no data"), self._quiet)
        else:
            sheet.write_number(row, column, value, self._formats[form])

    def figures(self, bulletin: Bulletin) -> None:
        """Shares, means and counts beside those of the period before."""
        head = [_("Figure"), _("Value"), _("95 % from"), _("95 % to"), "n", _("Left out"), _("Period before"),
                _("n before")]  # fmt: skip
        sheet = self._sheet(_("Key figures"), head, (34, 12, 12, 12, 10, 10, 12, 10), row=4)
        sheet.write_string(0, 0, f"{bulletin.issuer} {_(TITLES[bulletin.period.every])}", self._title)
        sheet.write_string(1, 0, f"{bulletin.period.words()} · {made_words(bulletin)}")
        sheet.write_string(2, 0, " ".join(notes(bulletin)), self._quiet)
        for row, one in enumerate(bulletin.shares, 5):
            sheet.write_string(row, 0, title(one.figure))
            self._number(sheet, row, 1, _value(one.now), _form(one.figure))
            if isinstance(one.now, Value) and one.now.low is not None:
                self._number(sheet, row, 2, one.now.low, SHARE)
                self._number(sheet, row, 3, one.now.high, SHARE)
            self._counts(sheet, row, 4, one)
            self._number(sheet, row, 6, _value(one.before), _form(one.figure))
            self._number(sheet, row, 7, one.before.n, WHOLE)

    def _counts(self, sheet: Any, row: int, column: int, one: Compared) -> None:
        self._number(sheet, row, column, one.now.n, WHOLE)
        self._number(sheet, row, column + 1, one.now.left_out, WHOLE)

    def clocks(self, compared: Sequence[Compared]) -> None:
        """Times, in the workbook's own form of them, and a chart of medians and P90."""
        head = [_("Clock"), _("Median"), "P90", "n", _("Left out"), _("Median before"), _("n before"), _("In words")]
        name = _("How long it takes")
        sheet = self._sheet(name, head, (34, 14, 14, 10, 10, 14, 10, 18))
        for row, one in enumerate(compared, 1):
            sheet.write_string(row, 0, title(one.figure))
            for column, seconds in ((1, _median(one.now)), (2, _ninth(one.now)), (5, _median(one.before))):
                self._number(sheet, row, column, None if seconds is None else seconds / DAY_S, LENGTH)
            self._counts(sheet, row, 3, one)
            self._number(sheet, row, 6, one.before.n, WHOLE)
            sheet.write_string(row, 7, length(_median(one.now)))
        chart = self._chart("bar", name, len(compared), (1, 2), (_("Median"), "P90"))
        chart.set_y_axis({"reverse": True})
        chart.set_x_axis({"num_format": "[h]", "name": _("hours")})
        sheet.insert_chart(len(compared) + 2, 0, chart, {"x_scale": 1.6, "y_scale": 1.3})

    def squads(self, squads: Sequence[OfSquad]) -> None:
        """Squads side by side: each share with its interval, n and what was left out."""
        head, name = [_("Squad")], _("Squads")
        for figure in OF_SQUADS:
            ends = [_("P90")] if _is_time(figure) else [_("95 % from"), _("95 % to")]
            head += [title(figure), *ends, "n", _("Left out")]
        sheet = self._sheet(name, head, (28, *[11] * (len(head) - 1)))
        for row, squad in enumerate(squads, 1):
            sheet.write_string(row, 0, squad_name(squad))
            column = 1
            for figure in OF_SQUADS:
                column = self._squad_figure(sheet, row, column, figure, squad.answers.get(figure))
        if squads:
            places = [1 + 5 * n for n, figure in enumerate(OF_SQUADS) if not _is_time(figure)]
            named = [title(figure) for figure in OF_SQUADS if not _is_time(figure)]
            chart = self._chart("column", name, len(squads), places, named)
            chart.set_y_axis({"num_format": "0%", "min": 0, "max": 1})
            sheet.insert_chart(len(squads) + 2, 0, chart, {"x_scale": 2.2, "y_scale": 1.3})

    def _squad_figure(self, sheet: Any, row: int, column: int, figure: Figure, answer: Answer | None) -> int:
        if isinstance(answer, Times) or _is_time(figure):
            for seconds in (_median(answer), _ninth(answer)):
                self._number(sheet, row, column, None if seconds is None else seconds / DAY_S, LENGTH)
                column += 1
        else:
            for value in (_value(answer), answer.low if answer else None, answer.high if answer else None):
                self._number(sheet, row, column, value, SHARE)
                column += 1
        for n in (answer.n if answer else 0, answer.left_out if answer else 0):
            self._number(sheet, row, column, n, WHOLE)
            column += 1
        return column

    def along(self, bulletin: Bulletin) -> None:
        """How much came, was opened and closed at each step of time."""
        name, figures = _("Along time"), list(bulletin.along)
        sheet = self._sheet(name, [_("When"), *map(title, figures)], (12, 16, 16, 16))
        for row, step in enumerate(bulletin.steps, 1):
            sheet.write_string(row, 0, step)
            for column, figure in enumerate(figures, 1):
                self._number(sheet, row, column, bulletin.along[figure][row - 1], WHOLE)
        chart = self._chart("line", name, len(bulletin.steps), range(1, len(figures) + 1), [*map(title, figures)])
        sheet.insert_chart(1, len(figures) + 2, chart, {"x_scale": 1.6, "y_scale": 1.3})

    def counted(self, name: str, of: str, counted: Sequence[Counted]) -> None:
        """So many of each."""
        sheet = self._sheet(name, [of, _("Complaints")], (36, 14))
        for row, line in enumerate(counted, 1):
            sheet.write_string(row, 0, line.name)
            self._number(sheet, row, 1, line.n, WHOLE)
        if counted:
            chart = self._chart("bar", name, len(counted), (1,), (_("Complaints"),))
            chart.set_y_axis({"reverse": True})
            chart.set_legend({"none": True})
            sheet.insert_chart(1, 3, chart, {"x_scale": 1.3, "y_scale": 1.3})

    def definitions(self) -> None:
        """What the figures mean."""
        sheet = self._sheet(_("What the figures mean"), [_("Figure"), _("Formula"), _("Left out")], (30, 80, 60))
        for row, line in enumerate(definitions(), 1):
            for column, words in enumerate(line):
                sheet.write_string(row, column, words, self._wrapped)

    def _chart(self, kind: str, name: str, rows: int, columns: Sequence[int], titles: Sequence[str]) -> Any:
        chart = self._book.add_chart({"type": kind})
        for column, said in zip(columns, titles, strict=True):
            chart.add_series({
                "name": said, "categories": [name[:31], 1, 0, rows, 0], "values": [name[:31], 1, column, rows, column],
            })  # fmt: skip
        chart.set_title({"name": name})
        chart.set_legend({"position": "bottom"})
        return chart


def _is_time(figure: Figure) -> bool:
    return DEFINITIONS[figure].unit is Unit.SECONDS


def _form(figure: Figure) -> str:
    return {Unit.SHARE: SHARE, Unit.MEAN: MEAN, Unit.COUNT: WHOLE, Unit.SECONDS: LENGTH}[DEFINITIONS[figure].unit]


def _value(answer: Answer | None) -> float | None:
    if answer is None or isinstance(answer, Times) or no_answer(answer):
        return None
    return answer.part if answer.unit is Unit.COUNT else answer.of_one


def _median(answer: Answer | None) -> int | None:
    return answer.median_s if isinstance(answer, Times) else None


def _ninth(answer: Answer | None) -> int | None:
    return answer.p90_s if isinstance(answer, Times) else None
