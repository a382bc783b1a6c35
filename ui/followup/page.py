"""F4: the board of what is owed, and beside it the case or the person that is looked at."""

import datetime as dt
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QPushButton,
    QStackedWidget,
    QVBoxLayout,
)  # fmt: skip

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _, ngettext
from commandcenter.live.delta import Delta
from commandcenter.live.owing import Debt, Owed, owing
from commandcenter.live.picture import Picture
from ui.case.page import CasePage
from ui.company import At
from ui.followup.calling import NUMBER_KEY, CallStrip
from ui.followup.groups import PERSON, SQUAD, TIPS, TITLES, By, Wording, group_of, offered, rank, usual, whose
from ui.followup.holder import HolderPanel
from ui.page import Page
from ui.room import Room
from ui.tables.grouped import Group, Grouped, GroupedTable, GroupedView
from ui.theme import mark, theme
from ui.widgets.columns import Columns
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.section_heading import HEIGHT

MANY = 120
"""From so many rows on the groups begin folded: the headings tell where to look."""
WIDTHS = (450, 880)  # px of the design


class FollowUpPage(Page):
    """What is owed, by whom, until when. Ctrl+1 2 3 4 group it; letters make the moves of the case shown.

    A return visit is made by telephone: Ctrl+U shows the number, V asks the two questions, and the next one follows.
    """

    name = "followup"
    draft_ends = True

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._owing = owing(room.picture)
        self._wording = Wording(room)
        self._source: dict[str, Owed] = {}
        self.by = self._remembered()
        self.table = GroupedTable(self._grouped(), self._wording.columns(), self._wording.heading, room.now)
        self.view = GroupedView(
            self.table, room.pulse,
            empty=(N_("Nothing is owed"), N_("Clocks, promises, words and visits that are due will appear here.")),
        )  # fmt: skip
        self.case = CasePage(room, scope=self, empty=(
            _("Choose what is owed, or who owes it"),
            _("↑ and ↓ go through the board, ← and → fold a group. The letters on the buttons make the moves.")))
        self.holder = HolderPanel(room)
        self.call = CallStrip(room)
        self._aside = QStackedWidget()
        self._title, self._counts = PlainLabel(_("Owed")), PlainLabel()
        self.switches: dict[By, QPushButton] = {}
        self._lay_out()
        self._connect()
        self._tell_counts()

    def _remembered(self) -> By:
        said = self.room.preferences.recall("followup/by", "", self.room.person.id)
        return By(said) if said in offered(self.room.person) else usual(self.room.person)

    # ------------------------------------------------------------------ building

    def _lay_out(self) -> None:
        self._aside.addWidget(self.case)
        self._aside.addWidget(self.holder)
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self._heading())
        column.addWidget(self.view, 1)
        column.addWidget(self.call)
        self.columns = Columns("board")
        self.columns.add(left, _("Owed"), WIDTHS[0], 320, 0)
        self.columns.add(self._aside, _("The case"), WIDTHS[1], 400, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _heading(self) -> QFrame:
        head = QFrame()
        mark(head, ground="surface", line="bottom")
        head.setFixedHeight(theme.px(HEIGHT))
        mark(self._title, face="title")
        mark(self._counts, face="small")
        row = QHBoxLayout(head)
        row.setContentsMargins(theme.px(16), 0, theme.px(12), 0)
        row.setSpacing(theme.px(4))
        row.addWidget(self._title)
        row.addSpacing(theme.px(6))
        row.addWidget(self._counts)
        row.addStretch()
        group = QButtonGroup(self)
        for place, by in enumerate(offered(self.room.person), 1):
            button = self.switches[by] = QPushButton(_(TITLES[by]))
            button.setCheckable(True)
            button.setToolTip(tip(f"{_(TIPS[by])} (Ctrl+{place})"))
            button.setChecked(by is self.by)
            button.clicked.connect(lambda _checked=False, by=by: self.group_by(by))
            group.addButton(button)
            row.addWidget(button)
            shortcut = QShortcut(QKeySequence(f"Ctrl+{place}"), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(button.click)
        return head

    def _connect(self) -> None:
        self.room.backstage.changed.connect(self._changed)
        self.room.backstage.company.changed.connect(self._others_came)
        self.room.pulse.ticked.connect(self._tick)
        self.view.selected.connect(self._selected)
        self.view.activated_key.connect(lambda _id: self.case.setFocus())
        self.holder.case_asked.connect(self.show_case)
        self.case.shown.connect(lambda life: self.room.choose(life.case) if self._on_case else None)
        self.case.made.connect(self._made)
        self.call.asked.connect(self._ask_citizen)
        number = QShortcut(QKeySequence(NUMBER_KEY), self)
        number.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
        number.activated.connect(self.call.show_number)

    # ------------------------------------------------------------------ the board

    def _grouped(self) -> Grouped[Owed]:
        """The rows of this person, grouped as chosen."""
        self._wording.by = self.by
        self._source.clear()
        self._source.update({id_: self._owing.all[id_] for id_ in whose(self.by, self.room.person, self._owing)})
        return Grouped(self._source, group_of=group_of(self.by), rank=rank(self.room.picture),
                       all_open=len(self._source) <= MANY)  # fmt: skip

    def group_by(self, by: By) -> None:
        """Group the board another way. What is selected stays so where it is still there."""
        if by is self.by:
            return
        chosen = self.view.key
        self.by = by
        self.switches[by].setChecked(True)
        self.room.preferences.keep("followup/by", str(by), self.room.person.id)
        self.table.regroup(self._grouped())
        if chosen is not None:
            self.view.show_member(chosen)
        self._tell_counts()

    def _changed(self, delta: Delta) -> None:
        touched = set(self._owing.apply(delta))
        if any(c.key == self.room.person.id for c in delta.of(Person)):
            touched |= {*self._source, *self._owing.all}
        if touched:
            mine = whose(self.by, self.room.person, self._owing)
            for id_ in touched:
                if id_ in mine:
                    self._source[id_] = self._owing.all[id_]
                else:
                    self._source.pop(id_, None)
            self.table.take(touched)
            self._tell_counts()
            self.holder.follow()
            self._show_call()
        headed = {f"{PERSON}{c.key}" for c in delta.of(Person)} | {f"{PERSON}{fix.person_id}" for fix in delta.fixes}
        self.table.recheck(headed & self.table.grouped.groups.keys())

    def _others_came(self, touched: set[At]) -> None:
        """Others look at a case now, or do not any more: the dots before its rows say so."""
        cases = [key for kind, key in touched if kind == Case.kind()]
        self.table.recheck({id_ for key in cases for id_ in self._owing.on_case(key)} & self._source.keys())

    def _tick(self, _now: object) -> None:
        if self.isVisible():
            self._tell_counts()

    def _tell_counts(self) -> None:
        now = self.room.now()
        late = sum(one.over(now) for one in self._source.values())
        self._counts.setText(" · ".join(part for part in (
            str(len(self._source)), ngettext("{n} late", "{n} late", late) if late else "") if part))
        mark(self._counts, tone="urgent" if late else "quiet")

    # ------------------------------------------------------------------ what is looked at

    @property
    def _on_case(self) -> bool:
        return self._aside.currentWidget() is self.case

    def _selected(self, id_: str | None) -> None:
        row = self.table.grouped.rows.get(id_ or "")
        if isinstance(row, Group):
            self._show_group(row.id)
        elif row is not None:
            self.show_case(row.case_id)

    @property
    def _visit(self) -> Owed | None:
        """The return visit that is selected; None where none is."""
        one = self._source.get(self.view.key or "")
        return one if one is not None and one.debt is Debt.VISIT else None

    def _show_call(self) -> None:
        one = self._visit
        self.call.show_visit(self.room.picture.get(Complaint, one.key) if one is not None else None)

    def _ask_citizen(self) -> None:
        if (one := self._visit) is not None and not self.case.begin_move("visit", one.key):
            self.case.bar.ask_why.setChecked(True)

    def _made(self, move: str) -> None:
        """A visit of the list of visits is made: the next one that is due now is selected, on the same case first."""
        if move != "visit" or self.by is not By.VISITS:
            return
        now, again = self.room.now(), rank(self.room.picture)
        due = [one for one in self._source.values() if one.debt is Debt.VISIT and not self._later(one, now)]
        mine = [one for one in due if one.holder_id == self.room.person.id] or due
        if mine:
            self.view.show_member(min(mine, key=lambda one: (one.case_id != self.case.key, again(one))).id)

    def _later(self, one: Owed, now: dt.datetime) -> bool:
        said = self.room.picture.get(Complaint, one.key)
        return said is None or (said.visit_again_at is not None and said.visit_again_at > now)

    def _show_group(self, group: str) -> None:
        key = group.partition(":")[2]
        if group.startswith(PERSON):
            self.holder.show_person(key)
        elif group.startswith(SQUAD):
            self.holder.show_squad(key)
        else:
            return
        self._aside.setCurrentWidget(self.holder)

    def show_case(self, key: Key) -> None:
        """Show a case, open or archived, at the right."""
        self._aside.setCurrentWidget(self.case)
        self._show_call()
        self.case.show_case(key)
        self.room.choose(self.room.picture.get(Case, key))

    # ------------------------------------------------------------------ what the shell asks

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:
        return len(owing(picture).to_do(person))

    def select(self, kind: str, key: Key) -> bool:
        if kind == Case.kind():
            self._select_row_of(key)
            self.show_case(key)
            return True
        if kind in {Person.kind(), Squad.kind()}:
            return self._select_holder(kind, key)
        return False

    def _select_row_of(self, case_id: Key) -> None:
        row = self._source.get(self.view.key or "")
        if row is None or row.case_id != case_id:
            rows = sorted((one for id_, one in self._owing.on_case(case_id).items() if id_ in self._source),
                          key=lambda one: one.rank)  # fmt: skip
            if not (rows and self.view.show_member(rows[0].id)):
                self.view.select(None)

    def _select_holder(self, kind: str, key: Key) -> bool:
        by, group = (By.OFFICER, f"{PERSON}{key}") if kind == Person.kind() else (By.SQUAD, f"{SQUAD}{key}")
        if self.room.picture.get(Person if kind == Person.kind() else Squad, key) is None:
            return False
        if self.by is not by:
            self.group_by(by)
        self.view.select(group)
        self._show_group(group)
        return True

    def entered(self) -> None:
        if not self.case.asking.take_focus():
            self.view.setFocus()
            if self.view.key is None and self.case.key is None:
                self.view.select_first()

    def bring_selected(self) -> None:
        if self.columns.folded and not self._aside.isAncestorOf(self.focusWidget()):
            (self.case if self._on_case else self.holder).setFocus()

    def draft(self) -> Any:
        """Which case is shown, so that it is there again in another language."""
        return {"case": self.case.key} if self._on_case and self.case.key else None

    def resume(self, draft: Any) -> None:
        if isinstance(draft, dict) and draft.get("case"):
            self.show_case(str(draft["case"]))
