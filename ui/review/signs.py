"""The signs on the review page: what the books know is learned for them, and one can be put aside with a remark."""

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from commandcenter.domain.nearness import Heard
from commandcenter.domain.record import Key
from commandcenter.domain.signs import Found, Traces
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.live.signs import Signs
from commandcenter.operations.detecting import dismiss_sign
from commandcenter.queries.traces import heard_since, traces
from ui.room import Room
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.message_line import MessageLine

Learned = tuple[list[Traces], list[Heard]]


class Learning(QObject):
    """Asks the books for the signs: once for all open cases, then for those of which the feed brought a line."""

    learned = Signal()

    def __init__(self, room: Room, signs: Signs, parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._signs = room, signs
        self._wanted: set[Key] = set()
        self._whole, self._under_way = True, False
        self._judging = QTimer(self, singleShot=True, interval=0)
        self._judging.timeout.connect(self._go_on)
        room.backstage.loaded.connect(self._loaded)
        self._ask()

    def follow(self, delta: Delta) -> None:
        """These cases have got new lines."""
        self._judging.start()
        if delta.cases:
            self._wanted |= delta.cases
            self._ask()

    def _loaded(self, _stage: str) -> None:
        self._whole = True
        self._ask()

    def _ask(self) -> None:
        room = self._room
        if self._under_way or not room.picture.complete:
            return
        if self._whole:
            since = room.now() - dt.timedelta(days=room.picture.rules.number("sign.repeat_days"))
            question = partial(_everything, since=since)
        elif self._wanted:
            question = partial(_of_cases, cases=frozenset(self._wanted))
        else:
            return
        self._whole, self._under_way = False, True
        self._wanted.clear()
        room.backstage.ask(question, self._learn, owner=self, otherwise=self._not_answered)

    def _learn(self, found: Learned) -> None:
        self._under_way = False
        self._signs.learn(*found)
        self._judging.start()
        self._ask()

    def _go_on(self) -> None:
        """Judge some more, between two things a person does; tell when none is left."""
        if self._signs.go_on():
            self._judging.start()
        else:
            self.learned.emit()

    def _not_answered(self, _refusal: Refused) -> None:
        """The database is away: all is asked for anew when it is back."""
        self._under_way, self._whole = False, True


def _everything(session: Any, since: dt.datetime) -> Learned:
    return traces(session), heard_since(session, since)


def _of_cases(session: Any, cases: frozenset[Key]) -> Learned:
    return traces(session, cases), []


class SignLine(QFrame):
    """Above the case: why it stands there, and a line to say why that can be put aside. Hidden where nothing does."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._found: Found | None = None
        mark(self, ground="surface", line="bottom")
        self.why, self.refused = MessageLine(), MessageLine()
        self.remark, self.put_aside = QLineEdit(), QPushButton(_("Put aside"))
        self.remark.setPlaceholderText(_("Why it can be put aside"))
        self.remark.setAccessibleName(_("Why it can be put aside"))
        self.put_aside.clicked.connect(self.send)
        self.remark.returnPressed.connect(self.send)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.remark, 1)
        row.addWidget(self.put_aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addWidget(self.why)
        column.addLayout(row)
        column.addWidget(self.refused)
        self.hide()

    def show_sign(self, found: Found | None) -> None:
        """The sign of the row that is chosen; none where it is there for something else."""
        if found is None or self._found is None or found.id != self._found.id:
            self.remark.clear()
            self.refused.say("")
        self._found = found
        self.setVisible(found is not None)
        self.why.say(str(found.why) if found is not None else "", "late")

    def send(self) -> None:
        """Put it aside with the remark that stands there."""
        if self._found is None or not self.put_aside.isEnabled():
            return
        found, ticket = self._found, Ticket("dismiss_sign")
        self.put_aside.setEnabled(False)
        ticket.done.connect(self._done)
        ticket.refused.connect(self._refused)
        ticket.failed.connect(self._failed)
        self._room.backstage.run(ticket, partial(
            dismiss_sign, case=found.case_id, sign=str(found.sign), mark=found.mark, remark=self.remark.text()
        ))  # fmt: skip

    def _done(self, _key: object) -> None:
        self.put_aside.setEnabled(True)
        self.show_sign(None)
        self._room.say(_("The sign is put aside; it comes back when there is more of it."))

    def _refused(self, refusal: Refused) -> None:
        self.put_aside.setEnabled(True)
        self.refused.say(str(refusal), "urgent")
        self.remark.setFocus()

    def _failed(self, _report: object) -> None:
        self.put_aside.setEnabled(True)
