"""The signs on the review page: what the books know is learned for them, and one can be put aside with a remark."""

import datetime as dt
from functools import partial
from typing import Any

from PySide6.QtCore import QObject, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout

from commandcenter.domain.cases import Case
from commandcenter.domain.nearness import Heard
from commandcenter.domain.record import Key
from commandcenter.domain.signs import Found, Traces
from commandcenter.errors import Refused
from commandcenter.i18n import _
from commandcenter.live.delta import Delta
from commandcenter.live.signs import Signs
from commandcenter.operations.detecting import dismiss_sign
from commandcenter.operations.informing import inform_all
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


class Gathering(QObject):
    """One common case: each of the others is merged by an operation of its own, then all are owed a word."""

    told = Signal(str, str)
    """What came of it, and in which tone."""

    def __init__(self, room: Room, found: Found, reason: str, parent: QObject) -> None:
        super().__init__(parent)
        self._room, self._found, self._reason = room, found, reason
        self._left, self._merged = len(found.others), 0
        self._refusals: list[str] = []
        self.over = False

    def start(self) -> None:
        """Begin: one that is refused stops no other."""
        for key in self._found.others:
            case = self._room.picture.get(Case, key)
            ticket = self._room.backstage.do(
                "merge", subject=key, seen_version=case.version if case is not None else None,
                case=self._found.case_id, reason=self._reason,
            )  # fmt: skip
            ticket.done.connect(self._done)
            ticket.refused.connect(self._refused)
            ticket.failed.connect(self._failed)

    def _done(self, _key: object) -> None:
        self._merged += 1
        self._look()

    def _refused(self, refusal: Refused) -> None:
        self._refusals.append(str(refusal))
        self._look()

    def _failed(self, _report: object) -> None:
        self._look()

    def _look(self) -> None:
        self._left -= 1
        if self._left:
            return
        ticket = Ticket("inform_all")
        ticket.done.connect(self._informed)
        ticket.refused.connect(self._not_informed)
        ticket.failed.connect(self._not_informed)
        self._room.backstage.run(ticket, partial(inform_all, case=self._found.case_id))

    def _informed(self, owed: list[Key]) -> None:
        words = [_("{n} merged; {people} people are owed a word.", n=self._merged, people=len(owed)), *self._refusals]
        self._end(" ".join(words), "late" if self._refusals else "ok")

    def _not_informed(self, _why: object) -> None:
        self._end(_("{n} merged, but nobody is owed a word yet.", n=self._merged), "urgent")

    def _end(self, words: str, tone: str) -> None:
        self.over = True
        self.told.emit(words, tone)


class SignLine(QFrame):
    """Above the case: why it stands there, and a line to say why that can be put aside. Hidden where nothing does."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._found: Found | None = None
        mark(self, ground="surface", line="bottom")
        self.why, self.refused = MessageLine(), MessageLine()
        self.remark, self.put_aside = QLineEdit(), QPushButton(_("Put aside"))
        self.remark.setPlaceholderText(_("Remark"))
        self.remark.setAccessibleName(_("Remark"))
        self.gather = QPushButton(_("Make one common case"))
        self.gather.setToolTip(_("The others are merged into this case, each by itself; everybody who complained is"
                                 " owed one word about it."))
        mark(self.gather, tone="primary")
        self.gather.clicked.connect(self.make_one)
        self._gathering: Gathering | None = None
        self.put_aside.clicked.connect(self.send)
        self._sending = self.send
        self.remark.returnPressed.connect(self._send_again)
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.why, 1)
        row.addWidget(self.gather)
        row.addWidget(self.put_aside)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        column.setSpacing(theme.px(6))
        column.addLayout(row)
        column.addWidget(self.remark)
        column.addWidget(self.refused)
        self.remark.hide()
        self.hide()

    def show_sign(self, found: Found | None) -> None:
        """The sign of the row that is chosen; none where it is there for something else."""
        if found is None or self._found is None or found.id != self._found.id:
            self.remark.clear()
            self.remark.hide()
            self.refused.say("")
        self._found = found
        self.setVisible(found is not None)
        self.gather.setVisible(bool(found is not None and found.others))
        self.why.say(str(found.why) if found is not None else "", "late")

    def send(self) -> None:
        """Put it aside with the remark that stands there; where none can yet, ask for it."""
        self._sending = self.send
        if self._found is None or not self.put_aside.isEnabled() or self._asks_first():
            return
        found, ticket = self._found, Ticket("dismiss_sign")
        self.put_aside.setEnabled(False)
        ticket.done.connect(self._done)
        ticket.refused.connect(self._refused)
        ticket.failed.connect(self._failed)
        self._room.backstage.run(ticket, partial(
            dismiss_sign, case=found.case_id, sign=str(found.sign), mark=found.mark, remark=self.remark.text()
        ))  # fmt: skip

    def _send_again(self) -> None:
        self._sending()

    def _asks_first(self) -> bool:
        """There is a line for the remark only once it is wanted: the case needs the room."""
        if not self.remark.isHidden():
            return False
        self.remark.show()
        self.remark.setFocus()
        return True

    def make_one(self) -> None:
        """Merge the others into this one, with the remark as the reason."""
        self._sending = self.make_one
        found, reason = self._found, self.remark.text().strip()
        if found is None or self._asks_first() or (self._gathering is not None and not self._gathering.over):
            return
        if not reason:
            self.refused.say(_("Please say why they are one."), "urgent")
            self.remark.setFocus()
            return
        self._gathering = Gathering(self._room, found, reason, self)
        self._gathering.told.connect(self._gathered)
        self._gathering.start()

    def _gathered(self, words: str, tone: str) -> None:
        self.show_sign(None)
        self._room.say(words, tone)

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
