"""Complaints that came in and wait to be settled, most pressing first; and calls that were laid aside."""

from collections.abc import Iterable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.complaints import Complaint, ComplaintState, pressing
from commandcenter.domain.matters import Urgency
from commandcenter.domain.record import Key
from commandcenter.domain.words import folded, title
from commandcenter.i18n import N_, _, language, ngettext
from commandcenter.live.delta import Delta
from ui.intake.call import Call
from ui.intake.claiming import Claimed, holder
from ui.intake.sought import Sought
from ui.onlookers import Watched, onlooker_tone, sentences
from ui.room import Room
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.search_line import SearchLine
from ui.widgets.section_heading import SectionHeading
from ui.wording import Running, choice

_ASIDE = 16
"""Characters shown of a call that was laid aside."""


def waits(complaint: Complaint) -> bool:
    """Whether somebody still has to take it up."""
    return complaint.state == ComplaintState.RECEIVED


def receive_clock(complaint: Complaint) -> Running | None:
    """The clock that runs until it is settled: from when it came to us, which for a file is its import."""
    if complaint.receive_due_at is None:
        return None
    return Running(complaint.received_at, complaint.receive_due_at)


def _place_and_channel(complaint: Complaint) -> str:
    asks = choice(complaint.urgency) if complaint.urgency == Urgency.CONSULTATION else ""
    return " · ".join(part for part in (choice(complaint.channel), asks, complaint.place_words) if part)


def _urgency(complaint: Complaint) -> str:
    return choice(complaint.urgency) if complaint.urgency == Urgency.URGENT else ""


def columns(room: Room) -> tuple[Column[Complaint], ...]:
    """Clock, words with who has claimed it, channel and place, and a badge for what is urgent."""

    def below(complaint: Complaint) -> str:
        return " · ".join(part for part in (holder(room, complaint), _place_and_channel(complaint)) if part)

    def told(complaint: Complaint) -> str:
        others = sentences(room, Complaint.kind(), complaint.id)
        return "\n".join((*others.splitlines(), f"{complaint.number} · {below(complaint)}", complaint.words[:400]))

    clock, urgency = (124, 64) if language() == "zh_CN" else (146, 78)
    return (
        Column[Complaint]("clock", N_("Time limit"), clock=receive_clock, paint=Paint.CLOCK, width=clock),
        Column[Complaint]("words", N_("Complaint"), value=lambda c: c.title or c.words, paint=Paint.TWO_LINE,
                          subtitle=below, width=0, tooltip=told,
                          mark=lambda c: onlooker_tone(room, Complaint.kind(), c.id)),
        Column[Complaint]("urgency", N_("Urgency"), value=_urgency, paint=Paint.BADGE, width=urgency, align="right",
                          tone=lambda _c: "urgent"),
    )  # fmt: skip


class IncomingList(QFrame):
    """The left column of the page."""

    taken_up = Signal(str)
    """A call that was laid aside is wanted again; its id."""
    discarded = Signal(str)
    """A call that was laid aside is not wanted any more; its id."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._waiting = {c.id for c in room.picture.of(Complaint).values() if waits(c)}
        self._sought = Sought(room.picture.of(Complaint), self)
        self._sought.take(self._waiting)
        self.table: RecordTable[Complaint] = RecordTable(
            Complaint, columns(room), room.picture.of(Complaint), order=pressing, keep=waits, now=room.now, parent=self
        )
        Watched(room, self.table, Complaint.kind())
        Claimed(room, self.table)
        self.view: RecordView[Complaint] = RecordView(
            self.table, room.pulse, two_line=True, headings=False, name="intake.incoming", memory=room.preferences,
            person=room.person.id,
            empty=(N_("Nothing is waiting"),
                   N_("Calls, letters and messages appear here as they come in. Ctrl+N begins a call.")),
        )  # fmt: skip
        self.view.setAccessibleName(_("Incoming complaints"))
        self.heading = SectionHeading(_("Incoming"), 0, _("urgent first"), line=False)
        self.filter = SearchLine(_("Filter: words, place, number"))
        self.filter.setObjectName("intake.filter")
        self.filter.setAccessibleName(_("Filter: words, place, number"))
        self.hidden = PlainLabel()
        mark(self.hidden, face="left_out")
        self.hidden.setMinimumHeight(theme.row_height())
        self._aside = QVBoxLayout()
        self._lay_out()
        self.table.count_changed.connect(lambda _n: self._say())
        self.filter.sought.connect(self._filter)
        room.backstage.changed.connect(self._changed)
        room.backstage.loaded.connect(self._say)
        self._say()

    def _lay_out(self) -> None:
        search = QVBoxLayout()
        search.setContentsMargins(theme.px(16), 0, theme.px(16), theme.px(8))
        search.addWidget(self.filter)
        self._aside.setContentsMargins(theme.px(12), 0, theme.px(12), 0)
        self._aside.setSpacing(0)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        column.addWidget(self.heading)
        column.addLayout(search)
        column.addLayout(self._aside)
        column.addWidget(self.view, 1)
        column.addWidget(self.hidden)
        mark(self, ground="surface")

    # ------------------------------------------------------------------ calls laid aside

    def show_aside(self, calls: Iterable[tuple[Call, str]]) -> None:
        """Show the calls that are begun and not on the form, each with why it could not be saved (or nothing)."""
        while (item := self._aside.takeAt(0)) is not None:
            widget = item.widget()
            if widget is not None:
                widget.deleteLater()
        for call, trouble in calls:
            words = title(call.words, _ASIDE) or title(call.place_words, _ASIDE) or call.caller_phone
            button = QPushButton(_("Not saved: {words}", words=words) if trouble
                                 else _("Unfinished: {words}", words=words))  # fmt: skip
            button.setObjectName(f"aside.{call.id}")
            button.setToolTip(tip(trouble or _("Take this call up again")))
            mark(button, tone="danger" if trouble else "link")
            button.clicked.connect(lambda _checked=False, key=call.id: self.taken_up.emit(key))
            line = QWidget()
            row = QHBoxLayout(line)
            row.setContentsMargins(0, 0, 0, 0)
            row.addWidget(button, 1)
            row.addWidget(self._discarding(call.id))
            self._aside.addWidget(line)

    def _discarding(self, key: Key) -> QPushButton:
        """Pressed once it asks, pressed again it discards."""
        button = QPushButton("×")
        button.setObjectName(f"discard.{key}")
        button.setToolTip(_("Discard this call"))
        button.setAccessibleName(_("Discard this call"))
        mark(button, tone="link")

        def pressed() -> None:
            if button.text() == "×":
                button.setText(_("Discard?"))
                mark(button, tone="danger")
            else:
                self.discarded.emit(key)

        button.clicked.connect(pressed)
        return button

    # ------------------------------------------------------------------ the list

    def _changed(self, delta: Delta) -> None:
        for change in delta.of(Complaint):
            if isinstance(change.after, Complaint) and waits(change.after):
                self._waiting.add(change.key)
                self._sought.take([change.key])
            else:
                self._waiting.discard(change.key)
                self._sought.drop(change.key)
        self.table.apply(delta)
        self._say()

    def _filter(self, text: str) -> None:
        parts = folded(text).split()
        self.table.narrow(partial(self._sought.fitting, parts) if parts else None)
        if parts:
            self.view.set_empty(_("Nothing fits"), _("Esc or an empty filter shows everything again."))
        else:
            self.view.set_empty(
                _("Nothing is waiting"),
                _("Calls, letters and messages appear here as they come in. Ctrl+N begins a call."),
            )
        self._say()

    def _say(self, _stage: str = "") -> None:
        self.heading.show_count(len(self._waiting))
        hidden = len(self._waiting) - self.table.count
        self.hidden.setText(ngettext("{n} is hidden by the filter", "{n} are hidden by the filter", hidden))
        self.hidden.setVisible(hidden > 0)
