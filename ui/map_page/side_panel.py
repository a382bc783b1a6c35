"""Beside the map: filters, what is selected, what lies at one place, and the cases that are shown."""

from collections.abc import Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QGridLayout, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import ENDED, Case, CaseState
from commandcenter.domain.record import Key, Record
from commandcenter.i18n import N_, _, ngettext
from commandcenter.live.delta import Delta
from ui.map.feeding import MapFeed
from ui.map.objects import Pick
from ui.map.standing import short_name
from ui.map_page.details import Details, clock_of, details, squad_of
from ui.map_page.filters import Filters
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.tables.widths import badge_width, clock_width
from ui.theme import icon, mark, theme
from ui.widgets.badge import Badge
from ui.widgets.chip import Chip
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading
from ui.wording import choice, tone_of

TITLE_WIDTH = 184  # px of the design: the title of most cases


class DetailsCard(QFrame):
    """One thing of the map: its title, its facts, and what can be done about it."""

    opened = Signal()
    """The page of the case is wanted."""
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("map.details")
        mark(self, ground="surface", line="bottom")
        self.title, self.badge, self.subtitle = ElidedLabel(), Badge(), PlainLabel()
        mark(self.title, face="strong")
        mark(self.subtitle, face="small")
        self._close = QToolButton()
        self._close.clicked.connect(self.closed)
        self.open_case = QPushButton(_("Open the case"))
        self.open_case.clicked.connect(self.opened)
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self.title)
        head.addWidget(self.badge)
        head.addStretch(1)
        head.addWidget(self._close)
        self._grid = QGridLayout()
        self._grid.setHorizontalSpacing(theme.px(16))
        self._grid.setVerticalSpacing(theme.px(4))
        self._grid.setColumnStretch(1, 1)
        self._rows: list[tuple[PlainLabel, PlainLabel]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(8), theme.px(16))
        column.setSpacing(theme.px(8))
        column.addLayout(head)
        column.addWidget(self.subtitle)
        column.addLayout(self._grid)
        column.addWidget(self.open_case, 0, Qt.AlignmentFlag.AlignLeft)
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._close.setIcon(icon("mdi6.close"))
        self._close.setToolTip(_("Select nothing"))
        self._close.setAccessibleName(_("Select nothing"))

    def show_details(self, said: Details, is_case: bool) -> None:
        """Another thing."""
        self.title.setText(said.title)
        self.subtitle.setText(said.subtitle)
        self.badge.show_value(said.badge)
        self.open_case.setVisible(is_case)
        while len(self._rows) < len(said.lines):
            caption, value = PlainLabel(), PlainLabel()
            mark(caption, face="caption")
            value.setWordWrap(True)
            value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            self._grid.addWidget(caption, len(self._rows), 0, Qt.AlignmentFlag.AlignTop)
            self._grid.addWidget(value, len(self._rows), 1)
            self._rows.append((caption, value))
        for place, (caption, value) in enumerate(self._rows):
            shown = place < len(said.lines)
            caption.setVisible(shown)
            value.setVisible(shown)
            if shown:
                caption.setText(said.lines[place][0])
                value.setText(said.lines[place][1])
                mark(value, tone=said.lines[place][2], face="strong" if said.lines[place][2] else "")


class SidePanel(QWidget):
    """Filters, the thing selected, the stack, the list."""

    picked = Signal(str, str)
    """Something of a stack was taken; the map's word for its kind, and its key."""

    def __init__(self, room: Room, feed: MapFeed) -> None:
        super().__init__()
        self.room, self._feed = room, feed
        self.setObjectName("map.side")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark(self, ground="surface")
        self._stack: tuple[Pick, ...] = ()
        self.filters = Filters(room.picture, room.choices.squads)
        self.card = DetailsCard()
        self.stack_row = QFrame()
        mark(self.stack_row, ground="surface", line="bottom")
        self._stack_flow = FlowLayout(self.stack_row, gap=6)
        self._stack_flow.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(12))
        self.heading = SectionHeading(_("Cases"))
        self.all_button = QToolButton()
        self.all_button.setText(_("Show all"))
        self.all_button.clicked.connect(self.show_all)
        self.heading.add(self.all_button)
        self.table: RecordTable[Case] = RecordTable(
            Case, self._columns(), room.picture.of(Case), order=self._rank, keep=self._keep,
            also={Assignment: lambda a: a.case_id}, now=room.now, parent=self,
        )  # fmt: skip
        self.view: RecordView[Case] = RecordView(
            self.table, room.pulse, two_line=True, headings=False, name="map.cases",
            empty=(N_("No open case here"), N_("Another filter or another place shows others.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Cases on the map"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.filters, self.card, self.stack_row, self.heading):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.card.opened.connect(lambda: self.room.open_case(self._shown_key()))
        self.card.closed.connect(lambda: self.room.choose(None))
        self.view.selected.connect(self._select)
        self.view.activated_key.connect(room.open_case)
        self.table.count_changed.connect(self.heading.show_count)
        feed.filled.connect(self.table.recheck)
        self.heading.show_count(self.table.count)
        self.usual_width = TITLE_WIDTH + sum(column.width for column in self.table.columns)
        """How wide it wants to be at first, in px of the design."""
        self.show_record(room.selection)
        self.show_stack(())

    # ------------------------------------------------------------------ the list

    def _columns(self) -> tuple[Column[Case], ...]:
        return (
            Column[Case]("clock", N_("Time left"), clock=lambda c: clock_of(c, self.room.picture),
                         paint=Paint.CLOCK, width=clock_width()),
            Column[Case]("case", N_("Case"), lambda c: c.title, subtitle=self._who, paint=Paint.TWO_LINE, width=0),
            Column[Case]("state", N_("State"), lambda c: choice(c.state), tone=lambda c: tone_of(c.state),
                         paint=Paint.BADGE, align="right",
                         width=badge_width(choice(state) for state in CaseState if state not in ENDED)),
        )  # fmt: skip

    def _rank(self, case: Case) -> Any:
        due_at = self._feed.due_at(case.id)
        return (due_at is None, due_at or case.opened_at)

    def _who(self, case: Case) -> str:
        squad = squad_of(case, self.room.picture)
        said = (case.number, short_name(squad) if squad is not None else "", case.place_words)
        return " · ".join(part for part in said if part)

    def _keep(self, case: Case) -> bool:
        status = self._feed.status(case.id)
        if not status or not self.filters.keep(case, status):
            return False
        among = self._among()
        return among is None or case.id in among

    def _among(self) -> frozenset[Key] | None:
        """The cases that the stack, or else the thing selected, has to do with; None: all."""
        if self._stack:
            return frozenset(pick.key for pick in self._stack if pick.kind == "case")
        return self._details.cases if self._details is not None else None

    def apply(self, delta: Delta) -> None:
        """Take notice of what a delta changed. A case is said anew at once, what is counted with the next second."""
        self.table.apply(delta)
        if isinstance(self._record, Case) and any(change.key == self._shown_key() for change in delta.changes):
            self.tick()

    def filter_anew(self) -> None:
        """Another filter, another selection."""
        self.table.set_keep(self._keep)
        narrow = self._among() is not None or self.filters.on
        self.all_button.setVisible(narrow)
        shown = (self.room.picture.get(Case, key) for key in self.table.keys())  # noqa: SIM118 – no mapping
        placeless = sum(1 for case in shown if case is not None and case.point is None)
        self.heading.say(_("Its cases") if self._among() is not None else _("Cases"),
                         ngettext("{n} without a point", "{n} without a point", placeless) if placeless else "")

    def show_all(self) -> None:
        """No stack, no selection, no filter."""
        self.show_stack(())
        self.filters.clear()
        self.room.choose(None)

    # ------------------------------------------------------------------ what is selected

    _details: Details | None = None
    _record: Record | None = None

    def _shown_key(self) -> Key:
        return self._record.id if self._record is not None else ""

    def show_record(self, record: Record | None) -> None:
        """Another thing is selected, or what is selected changed."""
        said = details(record, self.room.picture, self.room.now()) if record is not None else None
        among = self._among()
        self._record, self._details = (record, said) if said is not None else (None, None)
        self.card.setVisible(said is not None)
        if said is not None:
            self.card.show_details(said, isinstance(record, Case))
        if self._among() != among:
            self.filter_anew()
        key = record.id if isinstance(record, Case) else None
        if self.view.key != key:
            self.view.select(key)

    def tick(self) -> None:
        """Time went by, or something changed."""
        if self._record is not None:
            self.show_record(self.room.picture.get(type(self._record), self._record.id))

    def show_stack(self, picks: Sequence[Pick]) -> None:
        """Everything that lies at one place; nothing for an empty one."""
        self._stack = tuple(picks)
        while (item := self._stack_flow.takeAt(0)) is not None:
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        for pick in self._stack:
            chip = Chip(pick.label)
            chip.clicked.connect(lambda _on=False, pick=pick: self.picked.emit(pick.kind, pick.key))
            self._stack_flow.addWidget(chip)
        self.stack_row.setVisible(bool(self._stack))
        self.filter_anew()

    def _select(self, key: Key | None) -> None:
        case = self.room.picture.get(Case, key)
        if case is not None:
            self.room.choose(case)
