"""The quarterly sheet: what inspection says of each squad's work, quarter by quarter."""

import datetime as dt
from typing import Any, cast

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout

from commandcenter.domain.calendar import WorkingCalendar
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.queries.inspection import Quarter
from ui.room import Room
from ui.tables.column import Column
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark
from ui.widgets.section_heading import SectionHeading
from ui.wording import name_of

COUNTS: tuple[tuple[str, str], ...] = (
    ("closed", N_("Closed")), ("checked", N_("Checked")), ("flawless", N_("In order")), ("serious", N_("Serious")),
    ("minor", N_("Minor")), ("rectified", N_("Settled")), ("again", N_("Put right again")), ("late", N_("Late")),
)  # fmt: skip


def quarter_of(day: dt.date, back: int = 0) -> tuple[int, int]:
    """Year and quarter (1 to 4) of a day, or ``back`` quarters earlier."""
    n = day.year * 4 + (day.month - 1) // 3 - back
    return n // 4, n % 4 + 1


def span(calendar: WorkingCalendar, year: int, number: int) -> tuple[dt.datetime, dt.datetime]:
    """From the first moment of a quarter to that of the next, in the district's zone, as aware UTC."""
    first = dt.date(year, 3 * number - 2, 1)
    following = dt.date(year + number // 4, 3 * number % 12 + 1, 1)
    return calendar.instant(first, dt.time()), calendar.instant(following, dt.time())


class Quarters(QFrame):
    """One row a squad, the worst first."""

    turned = Signal()
    """Another quarter is wanted."""
    export_asked = Signal()
    left = Signal()
    """The cases are wanted again."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._back = 0
        self.sheets: dict[str, Quarter] = {}
        mark(self, ground="surface")
        self.heading = SectionHeading("")
        self.back = QPushButton(_("Back to the cases"))
        self.earlier, self.later = QPushButton(_("Earlier")), QPushButton(_("Later"))
        self.export = QPushButton(_("Export what is shown…"))
        tools = {"back": self.back, "earlier": self.earlier, "later": self.later, "export": self.export}
        for name, button in tools.items():
            button.setObjectName(f"inspection.{name}")
            mark(button, tone="link")
            self.heading.add(button)
        self.table: RecordTable[Any] = RecordTable(
            cast(Any, Quarter), self._columns(), self.sheets,
            order=lambda one: (-one.serious, -one.minor, -one.late, one.squad_id), now=room.now, parent=self,
        )  # fmt: skip
        self.view = RecordView(
            self.table, room.pulse, name="inspection.quarter", memory=room.preferences, person=room.person.id,
            empty=(N_("No data"), N_("No case was closed, checked or found wanting in this quarter.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Quarterly sheet"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.view, 1)
        self.earlier.clicked.connect(lambda: self._turn(1))
        self.later.clicked.connect(lambda: self._turn(-1))
        self.export.clicked.connect(self.export_asked)
        self.back.clicked.connect(self.left)

    def _columns(self) -> tuple[Column[Any], ...]:
        def count(name: str) -> Any:
            return lambda one: str(getattr(one, name))

        def number(name: str) -> Any:
            return lambda one: getattr(one, name)

        return (
            Column[Any]("squad", N_("Squad"), self._squad, width=0),
            *(Column[Any](name, title, count(name), sort=number(name), align="right", width=96)
              for name, title in COUNTS),
        )  # fmt: skip

    def _squad(self, one: Quarter) -> str:
        return name_of(self._room.picture, Squad, one.squad_id)

    def _turn(self, by: int) -> None:
        self._back = max(0, self._back + by)
        self.turned.emit()

    @property
    def shown(self) -> tuple[int, int]:
        """The year and the quarter that is shown."""
        calendar = self._room.picture.rules.calendar
        return quarter_of(calendar.local(self._room.now()).date(), self._back)

    def span(self) -> tuple[dt.datetime, dt.datetime]:
        """From when to when, aware UTC."""
        return span(self._room.picture.rules.calendar, *self.shown)

    def show_sheets(self, sheets: tuple[Quarter, ...]) -> None:
        """What was found of the quarter that is shown."""
        year, number = self.shown
        self.heading.say(_("Quarterly sheet"), _("{year}, quarter {n}", year=year, n=number))
        touched = {*self.sheets}
        self.sheets.clear()
        self.sheets.update({one.squad_id: one for one in sheets})
        self.table.recheck(touched | {*self.sheets})
        self.later.setEnabled(self._back > 0)
        self.export.setEnabled(bool(sheets))

    def rows(self) -> tuple[list[str], list[tuple[str, ...]]]:
        """Headings and rows, as they stand there."""
        shown = [self.sheets[key] for key in self.table.keys()]  # noqa: SIM118 – a model
        return [_("Squad"), *(_(title) for _name, title in COUNTS)], [
            (self._squad(one), *(str(getattr(one, name)) for name, _title in COUNTS)) for one in shown
        ]
