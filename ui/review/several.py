"""Several of one queue decided with one remark: each by itself, as an operation of its own.

Only what carries work forward is decided so. What sends back, refuses or gives a squad its case for good, and every
return, wants a look of its own.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Record
from commandcenter.domain.rulings import Request
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _, ngettext
from commandcenter.logs import Report
from ui.review.queues import TITLES, Queue, Waiting
from ui.room import Room
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.message_line import MessageLine
from ui.widgets.move_form import MoveForm
from ui.widgets.plain_label import PlainLabel
from ui.widgets.scrolled import Scrolled

TOGETHER: dict[Queue, str] = {
    Queue.EXTENSION: "agree", Queue.SUSPENSION: "agree", Queue.SIGN_OFF: "approve", Queue.LATE: "chase",
}  # fmt: skip
"""The move that may be made on several of a queue at once."""
_ONE_QUEUE = N_("They stand in different queues: choose several of one queue.")
_LOOKED_AT = N_("Signs are looked at one by one.")
_ONE_BY_ONE = N_("Returns are ruled on one by one: each gives a squad its case, or takes it away.")


class Decision(QObject):
    """One of them: the record as it was when it was chosen, and what became of it."""

    told = Signal()

    def __init__(self, row: Waiting, record: Record, parent: QObject) -> None:
        super().__init__(parent)
        self.row, self.record = row, record
        self.line = MessageLine(parent=parent if isinstance(parent, QWidget) else None)
        self.over = self.done = False
        self._say(row.title, "quiet")

    def follow(self, ticket: Ticket) -> None:
        """Wait for the answer to this one."""
        ticket.done.connect(self._done)
        ticket.refused.connect(self._refused)
        ticket.failed.connect(self._failed)

    def _say(self, words: str, tone: str) -> None:
        self.line.say(f"{self.row.number} · {words}", tone)

    def _done(self, _key: object) -> None:
        self.done = True
        self._end(_("done"), "ok")

    def _refused(self, refusal: Refused) -> None:
        self._end(str(refusal), "urgent")

    def _failed(self, _report: Report) -> None:
        self._end(_("a mistake in the program: it was not done"), "urgent")

    def _end(self, words: str, tone: str) -> None:
        self.over = True
        self._say(words, tone)
        self.told.emit()


class Several(QFrame):
    """The chosen ones, the one form for all of them, and under it what became of each."""

    ended = Signal()
    """Each was answered."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.decisions: list[Decision] = []
        self.form: MoveForm | None = None
        self.busy = False
        mark(self, ground="surface")
        self._title, self.why = PlainLabel(), MessageLine()
        mark(self._title, face="title")
        self._content: Scrolled | None = None
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._column.setSpacing(theme.px(8))
        self._column.addWidget(self._title)
        self._column.addWidget(self.why)

    @property
    def title(self) -> str:
        """How many of what are chosen, or what became of them."""
        return self._title.text()

    def show_chosen(self, rows: Sequence[Waiting]) -> None:
        """These are chosen now; the versions that stand in the picture at this moment are what is decided on."""
        typed = (self.form.move_made.name, self.form.typed()) if self.form is not None else ("", {})
        self._clear()
        queues = {row.queue for row in rows}
        self._title.setText(ngettext("{n} chosen", "{n} chosen", len(rows)))
        if len(queues) > 1:
            self.why.say(_(_ONE_QUEUE), "late")
            return
        queue = queues.pop()
        self._title.setText(_("{queue}: {n} chosen", queue=_(TITLES[queue]), n=len(rows)))
        one_by_one = _(_LOOKED_AT) if queue is Queue.SIGN else _(_ONE_BY_ONE)
        self.why.say("" if queue in TOGETHER else one_by_one, "late")
        if queue in TOGETHER:
            self._offer(TOGETHER[queue], rows, typed[1] if typed[0] == TOGETHER[queue] else {})

    def _clear(self) -> None:
        if self._content is not None:
            self._column.removeWidget(self._content)
            self._content.deleteLater()
        self._content, self.form, self.decisions = None, None, []

    def _offer(self, move: str, rows: Sequence[Waiting], typed: Mapping[str, Any]) -> None:
        """The form for them all; what was ``typed`` before one more was chosen, or one left, stays."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, theme.px(8), 0)
        column.setSpacing(theme.px(6))
        self.form = MoveForm(BY_NAME[move], self._room.choices, now=self._room.now())
        for name, value in typed.items():
            self.form.set_value(name, value)
        self.form.submitted.connect(self._decide)
        self.form.cancelled.connect(self.ended)
        column.addWidget(self.form)
        for row in rows:
            record = self._record(row)
            if record is not None:
                decision = Decision(row, record, inside)
                decision.told.connect(self._look)
                self.decisions.append(decision)
                column.addWidget(decision.line)
        column.addStretch(1)
        self._content = Scrolled(inside)
        self._column.addWidget(self._content, 1)

    def _record(self, row: Waiting) -> Record | None:
        kind = Request if row.request_id else Case
        return self._room.picture.get(kind, row.request_id or row.case_id)

    def take_focus(self) -> None:
        """To the remark, where there is one to write."""
        (self.form or self).setFocus()

    def _decide(self, answers: dict[str, Any]) -> None:
        if self.form is None or self.busy:
            return
        self.busy = True
        self.form.set_busy(True)
        name = self.form.move_made.name
        for one in self.decisions:
            one.follow(self._room.backstage.do(
                name, subject=one.record.id, seen_version=one.record.version, **answers
            ))  # fmt: skip

    def _look(self) -> None:
        if not all(one.over for one in self.decisions):
            return
        done = sum(one.done for one in self.decisions)
        left = len(self.decisions) - done
        words = ngettext("{n} decided", "{n} decided", done)
        if left:
            why = ngettext("{n} not: the reason stands below", "{n} not: the reasons stand below", left)
            words = f"{words} · {why}"
        self._title.setText(words)
        if self.form is not None:
            self.form.hide()
        self.busy = False
        self.ended.emit()
