"""F6: the queues of the shift supervisor, each decision beside its case and always with a remark."""

import datetime as dt

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QFrame, QStackedLayout, QVBoxLayout, QWidget

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Request
from commandcenter.domain.units import Setting
from commandcenter.i18n import N_, _, ngettext
from commandcenter.live.delta import Delta
from commandcenter.live.owing import owing
from commandcenter.live.picture import Picture
from commandcenter.live.signs import noticed
from commandcenter.queries.history import Life
from ui.case.page import CasePage
from ui.page import Page
from ui.review.queues import Queue, Waiting, Wording, counted, to_decide, waiting
from ui.review.several import Several
from ui.review.signs import Learning, SignLine
from ui.room import Room
from ui.tables.grouped import Grouped, GroupedTable, GroupedView
from ui.theme import mark
from ui.widgets.columns import Columns
from ui.widgets.section_heading import SectionHeading

WIDTHS = (450, 880)  # px of the design
LOOK_EVERY_S = 20
"""Seconds after which what has become late by time alone is looked for again."""


class ReviewPage(Page):
    """Choose what waits; the case stands beside it, with Y to agree or approve and N to refuse or send back."""

    name = "review"

    def __init__(self, room: Room) -> None:
        super().__init__(room)
        self._owing, self._signs = owing(room.picture), noticed(room.picture)
        self._wording = Wording(room)
        self._source: dict[str, Waiting] = self._waiting()
        self._looked_at = room.now()
        grouped = Grouped(self._source, group_of=lambda one: str(one.queue), rank=lambda one: one.rank)
        self.table = GroupedTable(grouped, self._wording.columns(), self._wording.heading, room.now)
        self.view = GroupedView(
            self.table, room.pulse, many=True,
            empty=(N_("Nothing waits for you"), N_("Requests, resolved cases and what is late will appear here.")),
        )  # fmt: skip
        self.case = CasePage(room, scope=self, empty=(
            _("Choose what waits"), _("The case stands here then: Y agrees or approves, N refuses or sends back.")))
        self.several, self.sign = Several(room), SignLine(room)
        self._learning = Learning(room, self._signs, self)
        self.heading = SectionHeading(_("To decide"))
        self._beside = QStackedLayout()
        self._chosen_soon = QTimer(self, singleShot=True, interval=0)
        self._lay_out()
        self._say_how_many()
        self._connect()

    def _lay_out(self) -> None:
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addWidget(self.view, 1)
        self.columns = Columns("queues")
        self.columns.add(left, _("To decide"), WIDTHS[0], 320, 0)
        beside, one = QWidget(), QWidget()
        beside.setLayout(self._beside)
        above = QVBoxLayout(one)
        above.setContentsMargins(0, 0, 0, 0)
        above.setSpacing(0)
        above.addWidget(self.sign)
        above.addWidget(self.case, 1)
        self._beside.addWidget(one)
        self._beside.addWidget(self.several)
        self.columns.add(beside, _("The case"), WIDTHS[1], 400, 1)
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(self.columns)

    def _connect(self) -> None:
        self.room.backstage.changed.connect(self._changed)
        self.room.pulse.ticked.connect(self._look_when_due)
        self.view.selectionModel().selectionChanged.connect(self._chosen_soon.start)
        self._chosen_soon.timeout.connect(self._look_at_chosen)
        self.several.ended.connect(self._several_ended)
        self._learning.learned.connect(self._look)
        self.view.activated_key.connect(self._go_beside)
        self.case.shown.connect(self._shown)

    # ------------------------------------------------------------------ the queues

    def _changed(self, delta: Delta) -> None:
        self._owing.apply(delta)
        self._learning.follow(delta)
        if any(change.record_type in _WATCHED for change in delta.changes):
            self._look()

    def _look_when_due(self, _now: object) -> None:
        if self.isVisible() and (self.room.now() - self._looked_at).total_seconds() >= LOOK_EVERY_S:
            self._look()

    def _look(self) -> None:
        """Bring the queues up to date: only rows that say something else are touched."""
        self._looked_at = self.room.now()
        found = self._waiting()
        touched = {id_ for id_ in {*found, *self._source} if found.get(id_) != self._source.get(id_)}
        self._source.clear()
        self._source.update(found)
        self.table.take(touched)
        self._say_how_many()

    def _waiting(self) -> dict[str, Waiting]:
        return waiting(self.room.picture, self._owing, self._signs, self.room.now())

    def _say_how_many(self) -> None:
        """The count is of what is to be decided, as on the rail; where there are only late ones the title says so."""
        n = counted(self.room.picture)
        late = sum(row.queue is Queue.LATE for row in self._source.values())
        self.heading.say(_("To decide") if n or not late else _("Late or with a card"),
                          ngettext("{n} late or with a card", "{n} late or with a card", late) if n and late else "")
        self.heading.show_count(n if n or not late else late)

    # ------------------------------------------------------------------ what is looked at

    def _look_at_chosen(self) -> None:
        """One chosen stands beside the list as a case; several stand there together, to be decided with one remark."""
        if self.several.busy:
            return
        rows = [row for key in self.view.keys() if isinstance(row := self.table.grouped.rows.get(key), Waiting)]  # noqa: SIM118
        if len(rows) > 1:
            self.case.show_case(None)  # its letters must not reach a case that nobody sees
            self.several.show_chosen(rows)
            self._beside.setCurrentWidget(self.several)
        elif rows:
            self.sign.show_sign(rows[0].found)
            self._show(rows[0].case_id)

    def _go_beside(self, _id: str) -> None:
        if self._beside.currentWidget() is self.several:
            self.several.take_focus()
        else:
            self.case.setFocus()

    def _several_ended(self) -> None:
        """What became of each stays in sight until something else is chosen."""
        self.view.select(None)
        self.view.setFocus()

    def _show(self, case_id: Key) -> None:
        self._beside.setCurrentIndex(0)
        self.case.show_case(case_id)
        self.room.choose(self.room.picture.get(Case, case_id))

    def _shown(self, life: Life) -> None:
        """Where the one move that is asked for here cannot be made, say at once why."""
        self.room.choose(life.case)
        row = self._source.get(self.view.key or "")
        if row is not None and row.case_id == life.case.id and row.queue in _ASKED_FOR:
            self.case.bar.ask_why.setChecked(self.case.bar.offer(_ASKED_FOR[row.queue]) is None)

    # ------------------------------------------------------------------ what the shell asks

    @classmethod
    def count(cls, picture: Picture, person: Person) -> int:  # noqa: ARG003 – the queues are the whole shift's
        return counted(picture)

    @classmethod
    def oldest(cls, picture: Picture, person: Person) -> dt.datetime | None:  # noqa: ARG003 – as above
        return min((one.since_at for one in to_decide(picture)), default=None)

    def entered(self) -> None:
        if not self.case.asking.take_focus():
            self.view.setFocus()
            if self.view.key is None and self.case.key is None:
                self.view.select_first()

    def select(self, kind: str, key: Key) -> bool:
        row = next((one for one in self._source.values() if one.case_id == key), None)
        if kind != Case.kind() or row is None:
            return False
        self.view.show_member(row.id)
        self._show(key)
        return True


_WATCHED = frozenset({Case, Assignment, Request, Complaint, Person, Setting})
_ASKED_FOR = {Queue.RETURN: "agree", Queue.EXTENSION: "agree", Queue.SUSPENSION: "agree", Queue.SIGN_OFF: "approve"}
