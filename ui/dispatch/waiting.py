"""The list at the left: the cases that wait for a squad, most pressing first."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QToolButton, QVBoxLayout, QWidget

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.matters import Urgency
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from ui.dispatch.clocks import waiting
from ui.map.standing import short_name
from ui.onlookers import Watched, onlooker_tone
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.tables.widths import badge_width, clock_width
from ui.theme import mark
from ui.widgets.plain_label import tip
from ui.widgets.section_heading import SectionHeading
from ui.wording import Running, choice, tone_of

TO_SEND = frozenset({CaseState.OPEN})
NOT_ACCEPTED = frozenset({CaseState.OPEN, CaseState.DISPATCHED})
TITLE_WIDTH = 196  # px of the design: the title of most cases
REMEMBERED = "dispatch/not_accepted"


class WaitingList(QWidget):
    """The waiting cases with their heading. Pressed, its switch shows those too that no squad has accepted yet."""

    selected = Signal(object)
    """Another case is selected: its key, or None."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.setObjectName("dispatch.waiting")
        mark(self, ground="surface")
        self.table: RecordTable[Case] = RecordTable(
            Case, self._columns(), room.picture.of(Case), order=self._rank, keep=self._keep,
            also={Assignment: lambda assignment: assignment.case_id}, now=room.now, parent=self,
        )  # fmt: skip
        Watched(room, self.table, Case.kind())
        self.view: RecordView[Case] = RecordView(
            self.table, room.pulse, two_line=True, headings=False, name="dispatch.waiting",
            empty=(N_("No case waits for a squad"), N_("What is taken in appears here by itself.")),
        )  # fmt: skip
        self.view.setObjectName("dispatch.list")
        self.view.setAccessibleName(_("Cases to dispatch"))
        self.heading = SectionHeading(_("To dispatch"))
        self.all_button = QToolButton()
        self.all_button.setObjectName("dispatch.not_accepted")
        self.all_button.setCheckable(True)
        self.heading.add(self.all_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.view, 1)
        self.all_button.toggled.connect(self._filter)
        self.all_button.setChecked(bool(room.preferences.recall(REMEMBERED, False, room.person.id)))
        self.table.count_changed.connect(self.heading.show_count)
        self.view.selected.connect(self.selected)
        self._say_button()
        self.heading.show_count(self.table.count)
        self.usual_width = TITLE_WIDTH + sum(column.width for column in self.table.columns)
        """How wide it wants to be at first, in px of the design."""

    def _say_button(self) -> None:
        self.all_button.setText(_("incl. not accepted"))
        words = _("Show also what no squad has accepted yet")
        self.all_button.setToolTip(tip(words))
        self.all_button.setAccessibleName(words)

    # ------------------------------------------------------------------ what stands in it

    def apply(self, delta: Delta) -> None:
        """Take notice of what a delta changed."""
        self.table.apply(delta)

    def _running(self, case: Case) -> Running | None:
        return waiting(case, self.room.picture.lead_of(case))

    def _rank(self, case: Case) -> Any:
        running = self._running(case)
        return (running is None, running.due_at if running else case.opened_at)

    def _keep(self, case: Case) -> bool:
        return case.state in (NOT_ACCEPTED if self.all_button_checked else TO_SEND)

    @property
    def all_button_checked(self) -> bool:
        """Whether dispatched cases that nobody accepted yet are shown too."""
        button = getattr(self, "all_button", None)
        return bool(button is not None and button.isChecked())

    def _filter(self, on: bool) -> None:
        self.room.preferences.keep(REMEMBERED, on, self.room.person.id)
        self.table.set_keep(self._keep)
        self.heading.say(_("Not yet accepted") if on else _("To dispatch"))

    def _columns(self) -> tuple[Column[Case], ...]:
        return (
            Column[Case]("clock", N_("Time left"), clock=self._running, paint=Paint.CLOCK, width=clock_width()),
            Column[Case]("case", N_("Case"), lambda c: c.title, subtitle=self._where, paint=Paint.TWO_LINE, width=0,
                         mark=lambda c: onlooker_tone(self.room, Case.kind(), c.id)),
            Column[Case]("badge", N_("Urgency"), self._badge, tone=self._badge_tone, paint=Paint.BADGE,
                         align="right", width=badge_width(choice(urgency) for urgency in Urgency)),
        )  # fmt: skip

    def _where(self, case: Case) -> str:
        squad = self.room.picture.get(Squad, case.squad_id)
        area = short_name(squad) if squad is not None else _("outside every area")
        return " · ".join(part for part in (area, case.place_words) if part)

    @staticmethod
    def _badge(case: Case) -> str:
        if case.state != CaseState.OPEN:
            return choice(case.state)
        return choice(case.urgency)

    @staticmethod
    def _badge_tone(case: Case) -> str:
        if case.urgency == Urgency.URGENT:
            return tone_of(case.urgency)
        return tone_of(case.state) if case.state != CaseState.OPEN else "quiet"

    # ------------------------------------------------------------------ the selection

    @property
    def key(self) -> Key | None:
        """The case that is selected."""
        return self.view.key

    def select(self, key: Key) -> bool:
        """Select a case; shows what is not accepted yet where the case is among those. False where it is not here."""
        case = self.room.picture.get(Case, key)
        if case is not None and case.state == CaseState.DISPATCHED:
            self.all_button.setChecked(True)
        self.table.catch_up()
        return self.view.select(key)

    def row(self) -> int:
        """The row that is selected; -1 where none is."""
        return self.table.row_of(self.view.key)

    def select_row(self, row: int) -> bool:
        """Select the row, or the last one where there are fewer."""
        self.table.catch_up()
        last = self.table.rowCount() - 1
        return last >= 0 and self.view.select(self.table.key_at(min(max(row, 0), last)))
