"""F12: inspection. Samples to check, findings to follow, and each squad's quarter.

For inspectors; the captain and the political instructor of a squad see what their own squad has to put right.
"""

import datetime as dt
from pathlib import Path
from typing import Any

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QVBoxLayout

from commandcenter.domain.cases import Case
from commandcenter.domain.inspection import CaseCheck, Finding, Sample
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.queries.inspection import Desk as Found
from commandcenter.queries.inspection import desk, quarter
from ui.case.page import CasePage
from ui.exporting import export, where
from ui.inspection.desk import Desk
from ui.inspection.quarters import Quarters
from ui.inspection.queues import Row, columns, heading, rows_of
from ui.page import Page
from ui.room import Room
from ui.tables.grouped import Group, Grouped, GroupedTable, GroupedView
from ui.theme import mark
from ui.widgets.columns import Columns
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.section_heading import SectionHeading

WIDTHS = (430, 560, 380)  # px of the design
CALM_MS = 1000
"""What others do is looked for this long after the last change, not at each."""
SETTLED_FOR = dt.timedelta(days=30)
"""What is settled stays in the list for so long."""
_KINDS = frozenset({Sample.kind(), CaseCheck.kind(), Finding.kind()})


class InspectionPage(Page):
    """Choose a row; its case stands beside it, and what is to be done about it beside that."""

    name = "inspection"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._inspects = Right.INSPECT in room.person.rights
        self._found = Found()
        self._source: dict[str, Row] = {}
        grouped = Grouped(self._source, group_of=lambda one: str(one.queue), rank=lambda one: one.rank)
        self.table = GroupedTable(grouped, columns(), heading, room.now)
        self.view = GroupedView(self.table, room.pulse, empty=self._empty())
        self.view.setAccessibleName(_("Inspection"))
        self.heading = SectionHeading(_("Inspection"), 0)
        self.draw, self.sheet, self.add, self.quarters_shown = (
            self._button(name, words) for name, words in (
                ("draw", _("Draw a sample…")), ("sheet", _("Check this case…")), ("add", _("Add a finding…")),
                ("quarter", _("Quarterly sheet")),
            ))  # fmt: skip
        self.case = CasePage(room, scope=self, empty=(
            _("Choose a case or a finding"), _("The case stands here then.")))  # fmt: skip
        self.quarters = Quarters(room)
        self.desk = Desk(room)
        self._faces = QStackedWidget()
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(CALM_MS)
        self._soon.timeout.connect(self._look)
        self._lay_out()
        self._connect()

    def _empty(self) -> tuple[str, str]:
        if self._inspects:
            return (N_("Nothing to inspect"), N_("Draw a sample of closed cases: they stand here to be checked."))
        return (N_("Nothing to put right"), N_("What inspection finds in the work of your squad will stand here."))

    @staticmethod
    def _button(name: str, words: str) -> QPushButton:
        button = QPushButton(words)
        button.setObjectName(f"inspection.{name}")
        mark(button, tone="quiet")
        return button

    def _lay_out(self) -> None:
        left, tools = QFrame(), QFrame()
        mark(left, ground="surface")
        flow = FlowLayout(tools, gap=8)
        for button in (self.draw, self.sheet, self.add, self.quarters_shown):
            flow.addWidget(button)
            button.setVisible(self._inspects or button is self.quarters_shown)
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for widget in (self.heading, tools):
            column.addWidget(widget)
        column.addWidget(self.view, 1)
        self.columns = Columns("inspection")
        self.columns.add(left, _("Inspection"), WIDTHS[0], 330, 0)
        self.columns.add(self.case, _("The case"), WIDTHS[1], 400, 1)
        self.columns.add(self.desk, _("The check"), WIDTHS[2], 300, 0)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        for face in (self.columns, self.quarters):
            self._faces.addWidget(face)
        whole.addWidget(self._faces)

    def _connect(self) -> None:
        self.view.selected.connect(self._selected)
        self.view.activated_key.connect(lambda _id: self.columns.bring(self.desk))
        self.draw.clicked.connect(self._ask_sample)
        self.sheet.clicked.connect(self._ask_check)
        self.add.clicked.connect(self._ask_finding)
        self.quarters_shown.clicked.connect(lambda: self._show_quarters(True))
        self.quarters.left.connect(lambda: self._show_quarters(False))
        self.quarters.turned.connect(self._ask_quarter)
        self.quarters.export_asked.connect(self._ask_where)
        self.desk.done.connect(lambda _name: self._look())
        self.room.backstage.changed.connect(self._changed)
        self.room.backstage.loaded.connect(self._look_soon)

    # ------------------------------------------------------------------ what there is to do

    def _changed(self, delta: Delta) -> None:
        if delta.kinds & _KINDS or delta.sealed:
            self._look_soon()

    def _look_soon(self) -> None:
        if self.isVisible() and not self._soon.isActive():
            self._soon.start()

    def _look(self) -> None:
        person, since = self.room.person, self.room.now() - SETTLED_FOR
        self.room.backstage.ask(
            lambda session: desk(session, person, since), self._show, owner=self, latest="inspection"
        )
        if self._faces.currentWidget() is self.quarters:
            self._ask_quarter()

    def _show(self, found: Found) -> None:
        self._found = found
        fresh = rows_of(found)
        touched = {id_ for id_ in {*fresh, *self._source} if fresh.get(id_) != self._source.get(id_)}
        self._source.clear()
        self._source.update(fresh)
        self.table.take(touched)
        self.heading.show_count(sum(row.due_at is not None or row.sample is not None for row in fresh.values()))

    # ------------------------------------------------------------------ what is looked at

    def _selected(self, id_: str | None) -> None:
        row = self.table.grouped.rows.get(id_ or "")
        if row is None or isinstance(row, Group):
            return
        self.case.show_case(row.case_id)
        self.room.choose(self._found.cases.get(row.case_id))
        self.desk.show_row(row, self._found.people)

    def _chosen(self) -> Key | None:
        if self.case.key is None:
            self.room.say(_("Choose a case first."), "late")
        return self.case.key

    def _ask_check(self) -> None:
        if (case := self._chosen()) is not None:
            self.desk.ask_check(case, None)
            self._to_desk()

    def _ask_finding(self) -> None:
        if (case := self._chosen()) is not None:
            self.desk.ask_finding(case)
            self._to_desk()

    def _ask_sample(self) -> None:
        now = self.room.now()
        self.desk.ask_sample(target="all", size=10, since_at=now - dt.timedelta(days=30), until_at=now)
        self._to_desk()

    def _to_desk(self) -> None:
        self.columns.bring(self.desk)
        if self.desk.form is not None:
            self.desk.form.setFocus()

    # ------------------------------------------------------------------ the quarter

    def _show_quarters(self, shown: bool) -> None:
        self._faces.setCurrentWidget(self.quarters if shown else self.columns)
        if shown:
            self._ask_quarter()
            self.quarters.view.setFocus()
        else:
            self.view.setFocus()

    def _ask_quarter(self) -> None:
        person, now, (since, until) = self.room.person, self.room.now(), self.quarters.span()
        self.room.backstage.ask(
            lambda session: quarter(session, person, since, until, now), self.quarters.show_sheets,
            owner=self, latest="quarter",
        )  # fmt: skip

    def _ask_where(self) -> None:
        path = where(self, _("inspection"))
        if path is not None:
            self.export_to(path)

    def export_to(self, path: Path) -> None:
        """Write the quarter that is shown, as it is shown."""
        headings, rows = self.quarters.rows()
        year, number = self.quarters.shown
        export(self, path, headings, rows, {"quarter": f"{year}-{number}"})

    # ------------------------------------------------------------------ what the shell asks

    def entered(self) -> None:
        self._look()
        self.view.setFocus()

    def select(self, kind: str, key: Key) -> bool:
        row = next((one for one in self._source.values() if one.case_id == key), None)
        if kind != Case.kind() or row is None:
            return False
        self.view.show_member(row.id)
        return True

    def draft(self) -> Any:
        return self._faces.currentWidget() is self.quarters

    def resume(self, draft: Any) -> None:
        self._show_quarters(bool(draft))
