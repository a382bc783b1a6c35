"""What stands there while the window is locked: the queue without a word of a citizen's, and the way back in.

It is a page of its own in the place of the shell, not something that lies over it: what is personal is not on the
screen at all, no shortcut reaches what is behind, and a screen reader finds nothing to read there.
"""

from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.matters import Matter, Urgency
from commandcenter.domain.people import Right
from commandcenter.domain.timing import most_pressing, running
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from ui.page import Entry
from ui.rail import Rail
from ui.room import Room
from ui.sign_in import ReturnButton
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.tables.widths import badge_width, clock_width
from ui.theme import mark, theme
from ui.top_line import TopLine
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import SectionHeading
from ui.wording import Running, choice, name_of, tone_of

WIDTH = 340  # px of the design


class MaskedQueue(QObject):
    """The two lists a room works from, of each record only what tells nothing of anybody. It goes with its page."""

    def __init__(self, room: Room, page: QWidget) -> None:
        super().__init__(page)
        self._room = room
        self._squad = None if room.person.rights & {Right.DISPATCH, Right.RULE} else room.person.squad_id
        picture, rights = room.picture, room.person.rights
        self.lists: list[tuple[SectionHeading, RecordView[Any]]] = []
        if Right.RECEIVE in rights:
            self._add(_("Incoming"), RecordTable(
                Complaint, self._columns(), picture.of(Complaint), order=self._rank,
                keep=lambda said: said.state == ComplaintState.RECEIVED, now=room.now))  # fmt: skip
        if Right.READ_CASES in rights:
            self._add(_("Open cases"), RecordTable(
                Case, self._columns(), picture.of(Case), order=self._rank, keep=self._ours,
                also={Assignment: lambda work: work.case_id}, now=room.now))  # fmt: skip

    def _add(self, title: str, table: RecordTable[Any]) -> None:
        view = RecordView(table, self._room.pulse, name="locked", empty=(N_("Nothing here"), ""))
        view.setAccessibleName(title)
        view.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        heading = SectionHeading(title, table.count)
        table.setParent(view)
        table.count_changed.connect(heading.show_count)
        self.lists.append((heading, view))

    def apply(self, delta: Delta) -> None:
        """Take notice of what a delta changed."""
        for _heading, view in self.lists:
            view.table.apply(delta)

    def _columns(self) -> tuple[Column[Any], ...]:
        return (
            Column[Any]("clock", N_("Time left"), clock=self._clock, paint=Paint.CLOCK, width=clock_width()),
            Column[Any]("number", N_("Number"), lambda one: one.number, width=128),
            Column[Any]("matter", N_("Matter"), self._matter, width=0),
            Column[Any]("state", N_("State"), lambda one: choice(one.state), paint=Paint.BADGE, width=104,
                        tone=lambda one: tone_of(one.state)),
            Column[Any]("urgency", N_("Urgency"), _urgency, paint=Paint.BADGE, align="right",
                        width=badge_width([choice(Urgency.URGENT), _("Urgency")]), tone=lambda _one: "urgent"),
        )  # fmt: skip

    def _matter(self, one: Case | Complaint) -> str:
        return name_of(self._room.picture, Matter, one.matter_id, "")

    def _clock(self, one: Case | Complaint) -> Running | None:
        held = running(one)
        if isinstance(one, Case) and (lead := self._room.picture.lead_of(one)) is not None:
            held = held + running(lead)
        timed = most_pressing(held)
        return Running(timed.started_at, timed.due_at, timed.standing_still) if timed is not None else None

    def _rank(self, one: Case | Complaint) -> Any:
        clock = self._clock(one)
        return (clock is None, clock.standing_still if clock else False, clock.due_at if clock else one.id)

    def _ours(self, case: Case) -> bool:
        """People of a squad see what their squad is on, as they do when the window is open."""
        if self._squad is None:
            return True
        return any(work.squad_id == self._squad for work in self._room.picture.assignments_of(case.id))


def _urgency(one: Case | Complaint) -> str:
    return choice(one.urgency) if one.urgency == Urgency.URGENT else ""


class LockPage(QWidget):
    """Number, matter, clock and counts; a password; and the way out for somebody else."""

    unlock_asked = Signal(str)
    """A password was given."""
    sign_out_asked = Signal()
    """Somebody else wants the place."""

    def __init__(self, room: Room, entries: tuple[Entry, ...], count: Callable[[str], int]) -> None:
        """``count(name)`` says how much there is to do on a page of these entries."""
        super().__init__()
        self.setObjectName("lock")
        self.room, self._count = room, count
        self.top = TopLine(room.person, None)
        self.rail = Rail(entries)
        self.rail.setEnabled(False)
        self.queue = MaskedQueue(room, self)
        self.password = QLineEdit()
        self.password.setObjectName("lock.password")
        self.password.setEchoMode(QLineEdit.EchoMode.Password)
        self.password.setAccessibleName(_("Password of {person}", person=room.person.name))
        self.enter = ReturnButton(_("Unlock"))
        self.enter.setObjectName("lock.enter")
        mark(self.enter, tone="primary")
        self.wrong = PlainLabel()
        self.wrong.setObjectName("lock.wrong")
        self.wrong.setWordWrap(True)
        mark(self.wrong, tone="urgent")
        self.wrong.hide()
        self.leave = QPushButton(_("Sign out, for somebody else"))
        self.leave.setObjectName("lock.leave")
        mark(self.leave, tone="link")
        self._lay_out()
        self._connect()
        self._tick(room.now())

    def _lay_out(self) -> None:
        middle = QHBoxLayout()
        middle.setSpacing(0)
        middle.addWidget(self.rail)
        middle.addWidget(self._lists(), 1)
        middle.addWidget(self._card())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.top)
        column.addLayout(middle, 1)

    def _lists(self) -> QWidget:
        left = QFrame()
        mark(left, ground="surface")
        column = QVBoxLayout(left)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for heading, view in self.queue.lists:
            column.addWidget(heading)
            column.addWidget(view, 1)
        if not self.queue.lists:
            column.addStretch(1)
        return left

    def _card(self) -> QWidget:
        card = QFrame()
        mark(card, ground="surface", line="left")
        card.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(card)
        column.setContentsMargins(*[theme.px(24)] * 4)
        column.setSpacing(theme.px(8))
        title, who, why = PlainLabel(_("Locked")), PlainLabel(self.room.person.name), PlainLabel(
            _("What was typed is still there, and what comes in goes on. What citizens said is not shown."))
        mark(title, face="display")
        mark(who, face="title")
        mark(why, face="small")
        why.setWordWrap(True)
        caption = PlainLabel(_("Password"))
        caption.setBuddy(self.password)
        mark(caption, face="small")
        column.addStretch(2)
        for widget in (title, who, why, caption, self.password, self.wrong, self.enter, self.leave):
            column.addWidget(widget)
        column.addStretch(3)
        return card

    def _connect(self) -> None:
        self.password.returnPressed.connect(self.attempt)
        self.password.textEdited.connect(self._clear_wrong)
        self.enter.clicked.connect(self.attempt)
        self.leave.clicked.connect(self.sign_out_asked)
        self.room.pulse.ticked.connect(self._tick)
        self.room.backstage.live.connect(self._live)
        self.room.backstage.changed.connect(self.queue.apply)

    # ------------------------------------------------------------------ what is shown

    def _tick(self, now: Any) -> None:
        self.top.show_time(now, self.room.picture.district)
        for name in self.rail.names():
            self.rail.show_count(name, self._count(name))
        self._live(self.room.backstage.state, self.room.backstage.age)

    def _live(self, state: str, age: float) -> None:
        self.top.show_district(self.room.picture.district)
        self.top.show_live(state, age)

    def refuse(self, refusal: Refused) -> None:
        """Say why it stays locked; the password is to be typed anew."""
        self.wrong.setText(str(refusal))
        self.wrong.show()
        self.password.clear()
        mark(self.password, wrong=True)
        self.set_busy(False)
        self.password.setFocus()

    def set_busy(self, busy: bool) -> None:
        """While a try is under way nothing else can be tried."""
        self.enter.setEnabled(not busy)
        self.enter.setText(_("Unlocking…") if busy else _("Unlock"))

    def _clear_wrong(self) -> None:
        self.wrong.clear()
        self.wrong.hide()
        mark(self.password, wrong=False)

    # ------------------------------------------------------------------ what is done

    def attempt(self) -> None:
        """Unlock with what stands in the field."""
        if self.enter.isEnabled():
            self._clear_wrong()
            self.set_busy(True)
            self.unlock_asked.emit(self.password.text())
