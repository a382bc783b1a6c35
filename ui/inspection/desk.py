"""The third column of inspection: what is asked about the row that is chosen, or why nothing is."""

from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from commandcenter.domain.inspection import Finding, FindingState
from commandcenter.domain.moves import Move
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.logs import Report
from commandcenter.operations import inspecting
from ui.inspection.forms import CHECK, DRAW, FINDING, RECHECK, RECTIFY, WITHDRAW, form_of, sheet
from ui.inspection.queues import Row, said_of
from ui.room import Room
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.empty_state import EmptyState
from ui.widgets.move_form import MoveForm
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading

Sent = Callable[[dict[str, Any]], Callable[[Any], Key]]


class Desk(QFrame):
    """Shows one form at a time. What is typed in it stays until it is sent, cancelled or another row is chosen."""

    done = Signal(str)
    """Something was done; the name of what."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.form: MoveForm | None = None
        mark(self, ground="surface")
        self.heading = SectionHeading(_("The check"))
        self._inside = QWidget()
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(*[theme.px(16)] * 4)
        self._column.setSpacing(theme.px(12))
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.setSpacing(0)
        whole.addWidget(self.heading)
        whole.addWidget(self._inside, 1)
        self.show_nothing()

    # ------------------------------------------------------------------ what is shown

    def show_nothing(self) -> None:
        """Nothing is chosen."""
        self._clear(_("The check"))
        self._column.addWidget(EmptyState(
            _("Choose a case or a finding"), _("Its check sheet, or what is to be done about it, stands here then."),
            "mdi6.clipboard-check-outline"), 1)  # fmt: skip

    def show_row(self, row: Row, people: Mapping[Key, Person]) -> None:
        """What is to be done about that row."""
        if row.finding is not None:
            self._show_finding(row.finding, people)
        elif row.sample is not None:
            self.ask_check(row.case_id, row.sample.id)

    def ask_check(self, case: Key, sample: Key | None) -> None:
        """The check sheet of a case."""
        self._clear(_("The check sheet"))
        self._ask(CHECK, lambda answers: partial(inspecting.check_case, case=case, sample=sample, **sheet(answers)),
                  severity="minor")  # fmt: skip

    def ask_finding(self, case: Key) -> None:
        """Something found without a sheet."""
        self._clear(_("A finding"))
        self._ask(FINDING, lambda answers: partial(inspecting.add_finding, case=case, **answers))

    def ask_sample(self, **given: Any) -> None:
        """From which cases to draw how many."""
        self._clear(_("A sample"))
        self._ask(DRAW, lambda answers: partial(inspecting.draw_sample, **answers), **given)

    def _show_finding(self, one: Finding, people: Mapping[Key, Person]) -> None:
        self._clear(_("The finding"))
        for caption, words in said_of(one, dict(people)):
            above, below = PlainLabel(caption), PlainLabel(words)
            mark(above, face="caption")
            below.setWordWrap(True)
            self._column.addWidget(above)
            self._column.addWidget(below)
        person = self.room.person
        if one.state == FindingState.TO_RECHECK and Right.INSPECT in person.rights:
            self._ask(RECHECK, lambda answers: partial(inspecting.recheck, finding=one.id, seen=one.version, **answers))
        elif one.state == FindingState.TO_RECTIFY and _puts_right(person, one):
            self._ask(RECTIFY, lambda answers: partial(inspecting.rectify, finding=one.id, seen=one.version, **answers))
        elif one.state == FindingState.TO_RECTIFY and Right.INSPECT in person.rights:
            self._ask(WITHDRAW, lambda answers: partial(
                inspecting.withdraw_finding, finding=one.id, seen=one.version, **answers))  # fmt: skip
        else:
            self._column.addStretch(1)

    # ------------------------------------------------------------------ asking

    def _clear(self, title: str) -> None:
        self.heading.say(title)
        self.form = None
        while (item := self._column.takeAt(0)) is not None:
            if (widget := item.widget()) is not None:
                widget.hide()
                widget.deleteLater()

    def _ask(self, asked: Move, doing: Sent, **given: Any) -> None:
        form = self.form = form_of(self.room, asked, **given)
        form.submitted.connect(lambda answers: self._send(form, asked.name, doing(dict(answers))))
        form.cancelled.connect(self.show_nothing)
        self._column.addWidget(form, 1)

    def _send(self, form: MoveForm, name: str, body: Callable[[Any], Key]) -> None:
        form.set_busy(True)
        ticket = self.room.backstage.run(Ticket(name), body)
        ticket.done.connect(lambda _key: self._sent(form, name))
        ticket.refused.connect(lambda refusal: self._refused(form, refusal))
        ticket.failed.connect(lambda _report: self._failed(form, _report))

    def _sent(self, form: MoveForm, name: str) -> None:
        if self.form is form:
            self.show_nothing()
        self.done.emit(name)

    def _refused(self, form: MoveForm, refusal: Refused) -> None:
        if self.form is form:
            form.refuse(refusal)
        else:
            self.room.refuse(refusal)

    def _failed(self, form: MoveForm, _report: Report) -> None:
        if self.form is form:
            form.set_busy(False)


def _puts_right(person: Person, one: Finding) -> bool:
    return Right.RECTIFY in person.rights and person.squad_id == one.squad_id
