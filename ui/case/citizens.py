"""Who complained, in their own words: masked, with a way to ask for more that is journalled."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QVBoxLayout, QWidget

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Visit
from commandcenter.domain.moves import BY_NAME, why_not
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.queries.history import Life
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.badge import Badge
from ui.widgets.person_chip import PersonChip
from ui.widgets.plain_label import PlainLabel
from ui.wording import choice, moment


class ComplaintCard(QFrame):
    """One complaint on the case."""

    reveal_asked = Signal(str)
    """Somebody wants to see who it is; the complaint's key."""

    def __init__(self, room: Room, key: Key) -> None:
        super().__init__()
        self._room, self.key = room, key
        self._number, self._state, self._words, self._said = PlainLabel(), Badge(), PlainLabel(), PlainLabel()
        self.person = PersonChip(room.pulse)
        self.person.reveal_asked.connect(lambda: self.reveal_asked.emit(self.key))
        room.covered.connect(self.person.cover)
        mark(self._number, face="caption")
        mark(self._said, face="small")
        for label in (self._number, self._words, self._said):
            label.setWordWrap(True)
        for label in (self._words, self._said):
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        head = QHBoxLayout()
        head.addWidget(self._number, 1)
        head.addWidget(self._state, 0, Qt.AlignmentFlag.AlignTop)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, theme.px(8))
        column.setSpacing(theme.px(4))
        column.addLayout(head)
        for widget in (self._words, self.person, self._said):
            column.addWidget(widget)
        self._mask = ""

    def show_complaint(self, said: Complaint, life: Life) -> None:
        """Say what it says now. An identity that is on the screen stays there until its time is over."""
        now = self._room.now()
        self._number.setText(" · ".join((said.number, choice(said.channel), moment(said.arrived_at, now))))
        self._state.show_value(said.state)
        self._words.setText(said.words)
        scene = life.scene(said, self._room.person, now, self._room.picture.rules)
        refusal = why_not(BY_NAME["reveal"], scene)
        if not self.person.revealed or refusal is not None or said.caller_mask != self._mask:
            self._mask = said.caller_mask
            self.person.show_mask(said.caller_mask, may_ask=refusal is None)
        self._said.setText(_outcome(said, life))
        self._said.setVisible(bool(self._said.text()))


def _outcome(said: Complaint, life: Life) -> str:
    """What the citizen said when asked, in words."""
    visits = [record for entry in life.timeline for record in entry.evidence
              if isinstance(record, Visit) and record.complaint_id == said.id]  # fmt: skip
    parts = []
    if said.solved is not None:
        parts.append(_("solved") if said.solved else _("not solved"))
    if said.satisfied is not None:
        parts.append(_("satisfied: {n} of 5", n=said.satisfied))
    elif visits:
        parts.append(_("{n} tries without reaching anybody", n=len(visits)))
    return " · ".join(parts)


class Citizens(QWidget):
    """All complaints on the case, oldest first. Cards that are there stay there."""

    reveal_asked = Signal(str)

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.cards: dict[Key, ComplaintCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(theme.px(4))

    def show_life(self, life: Life) -> None:
        """The complaints of this life."""
        keys = {said.id for said in life.complaints}
        for key in set(self.cards) - keys:
            card = self.cards.pop(key)
            self._column.removeWidget(card)
            card.deleteLater()
        for said in life.complaints:
            if said.id not in self.cards:
                card = self.cards[said.id] = ComplaintCard(self._room, said.id)
                card.reveal_asked.connect(self.reveal_asked)
                self._column.addWidget(card)
            self.cards[said.id].show_complaint(said, life)
