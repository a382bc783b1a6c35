"""The call of a return visit: whom to call and for the how-manieth time, below the list it is chosen from."""

import datetime as dt

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout
from shiboken6 import isValid

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.queries.callers import revealed
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.person_chip import PersonChip
from ui.wording import moment

NUMBER_KEY, ASK_KEY = "Ctrl+U", "V"
REASON = N_("Return visit")


def tries_words(complaint: Complaint, tries: int, now: dt.datetime) -> str:
    """``try 2 of 3 · again from 14:30``: which try the next one is, and from when on it is due."""
    words = _("try {n} of {tries}", n=complaint.visit_tries + 1, tries=tries)
    again = complaint.visit_again_at
    if again is None:
        return words
    said = _("again from {moment}", moment=moment(again, now)) if again > now else _("due again")
    return f"{words} · {said}"


class CallStrip(QFrame):
    """Shown while a return visit is selected: Ctrl+U shows the number, V asks the two questions."""

    asked = Signal()
    """Somebody begins to ask the two questions."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self._key: Key | None = None
        mark(self, ground="raised", line="top")
        self._tries = ElidedLabel()
        mark(self._tries, face="small")
        self.person = PersonChip(room.pulse)
        self.person.reveal_asked.connect(self.show_number)
        room.covered.connect(self.person.cover)
        self.number = QPushButton(f"{_('Phone')}  {NUMBER_KEY}")
        self.ask = QPushButton(f"{_('Ask')}  {ASK_KEY}")
        self.number.setToolTip(_("Show the number, for this visit; every look is journalled"))
        self.ask.setToolTip(_("Ask the two questions: is it solved, and how satisfied are they?"))
        self.number.clicked.connect(self.show_number)
        self.ask.clicked.connect(self.asked)
        mark(self.ask, tone="primary")
        row = QHBoxLayout()
        row.setSpacing(theme.px(10))
        row.addWidget(self.person, 1)
        row.addWidget(self.number)
        row.addWidget(self.ask)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(12), theme.px(8))
        column.setSpacing(theme.px(4))
        column.addWidget(self._tries)
        column.addLayout(row)
        self.hide()

    def show_visit(self, complaint: Complaint | None) -> None:
        """Another complainant to call, or nobody. A number on the screen stays there while it is about the same one."""
        if complaint is None or Right.VISIT not in self._room.person.rights:
            self._key = None
            self.person.cover()
            self.hide()
            return
        if complaint.id != self._key:
            self.person.show_mask(complaint.caller_mask)
        self._key = complaint.id
        tries = self._room.picture.rules.number("visit.tries")
        self._tries.setText(tries_words(complaint, tries, self._room.now()))
        self.number.setVisible(complaint.complainant_id is not None)
        self.show()

    def show_number(self) -> None:
        """Look at who it is, for this visit; the look is journalled like any other."""
        key = self._key
        if key is None or self.person.revealed:
            return
        ticket = self._room.backstage.do("reveal", subject=key, reason=_(REASON))
        ticket.done.connect(lambda look: self._looked(key, look))

    def _looked(self, key: Key, look: object) -> None:
        if isValid(self) and key == self._key and isinstance(look, str):
            person = self._room.person
            self._room.backstage.ask(
                lambda session: revealed(session, person, look), self._reveal, owner=self, latest="number",
                otherwise=self._not_shown,
            )

    def _not_shown(self, refusal: Refused) -> None:
        self._room.refuse(refusal)

    def _reveal(self, found: object) -> None:
        if isinstance(found, tuple) and found[0].complaint_id == self._key:
            look, citizen = found
            self.person.reveal(citizen.name, citizen.phone or citizen.account or "", self._room.shown_until(look))
