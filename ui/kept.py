"""What is kept at this station until the database is back: in the top line, the message bar and a sheet.

Somebody decides there about what was sent and not accepted: send it again, change it, or put it away with a reason.
"""

import datetime as dt
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFrame, QLineEdit, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.spool import Kept
from ui.keeping import NOBODY_S, Keeping
from ui.messages import Offer, confirmation
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel
from ui.wording import ago, moment, name_of

if TYPE_CHECKING:
    from ui.shell import Shell

SHEET = "shell.kept"
TAKEN_OVER = frozenset({"receive", "remark"})
"""What somebody else may send in their own name: it was said, and stays said whoever writes it down."""


def kept_words(entries: tuple[Kept, ...], now: dt.datetime) -> str:
    """``◆ 3 kept here, since 12 min``; with ``▲`` and how many where somebody has to decide. Empty for none."""
    if not entries:
        return ""
    returned = sum(bool(entry.refused) for entry in entries)
    age = ago(min(entry.typed_at for entry in entries), now)
    if returned:
        return _("▲ {n} kept here, the first {age}; to decide: {returned}",
                 n=len(entries), age=age, returned=returned)  # fmt: skip
    return _("◆ {n} kept here, the first {age}", n=len(entries), age=age)


def _state_words(entry: Kept, goes: bool) -> str:
    if entry.refused:
        return _("▲ Not accepted: {why}", why=entry.refused) if entry.person else f"▲ {_(NOBODY_S)}"
    if not goes:
        return _("◆ It is sent by itself when whoever typed it signs in here.")
    return _("◆ It is sent by itself when the database is back.")


def title_of(entry: Kept) -> str:
    """What the entry does, and to which case."""
    label = _(BY_NAME[entry.move].label)
    return f"{label} · {entry.number}" if entry.number else label


class KeptNews(QObject):
    """Tells the shell what becomes of what is kept."""

    def __init__(self, shell: "Shell", keeping: Keeping) -> None:
        super().__init__(shell)
        self._shell, self._keeping = shell, keeping
        shell.top.kept.clicked.connect(self.show_sheet)
        shell.room.backstage.kept.connect(self._kept)
        shell.room.pulse.ticked.connect(self._tick)
        keeping.changed.connect(self._tell)
        keeping.sent.connect(self._sent)
        keeping.returned.connect(self._returned)
        keeping.told.connect(shell.messages.refuse)
        self._tell()

    def show_sheet(self) -> None:
        """Show what is kept."""
        board = KeptBoard(self._shell.room, self._keeping)
        board.edit_asked.connect(self._edit)
        self._shell.sheet.show_content(SHEET, _("Kept at this station"), board)

    def _edit(self, entry: Kept) -> None:
        self._shell.page_of("intake")  # it listens from when it is built
        self._shell.sheet.shut()
        self._shell.room.kept_asked.emit(entry)
        self._shell.go("intake")

    def _tick(self, _now: object) -> None:
        self._keeping.look_again()
        self._tell()

    def _tell(self) -> None:
        entries = self._keeping.entries
        tone = "urgent" if any(entry.refused for entry in entries) else "late"
        self._shell.top.show_kept(kept_words(entries, self._shell.room.now()), tone)

    def _kept(self, entry: Kept) -> None:
        words = _("{move}: kept at this station, sent by itself when the database is back.",
                  move=title_of(entry))  # fmt: skip
        self._shell.messages.say(words, "late")

    def _sent(self, entry: Kept, key: object) -> None:
        done = confirmation(entry.move, key, self._shell.room.picture) if isinstance(key, str) else ""
        said = done or title_of(entry)
        self._shell.messages.say(_("Sent, as typed {at}: {said}", at=moment(entry.typed_at, self._shell.room.now()),
                                   said=said))  # fmt: skip

    def _returned(self, entry: Kept) -> None:
        words = _("{move}, kept since {at}, was not accepted: {why}", move=title_of(entry),
                  at=moment(entry.typed_at, self._shell.room.now()), why=entry.refused)  # fmt: skip
        self._shell.messages.say(words, "urgent", Offer(_("Decide…"), self.show_sheet))


class KeptBoard(QWidget):
    """The entries, each with what can be done about it."""

    edit_asked = Signal(object)
    """Somebody wants to change an entry; the Kept."""

    def __init__(self, room: Room, keeping: Keeping) -> None:
        super().__init__()
        self._room, self._keeping = room, keeping
        self.cards: dict[Key, KeptCard] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, theme.px(8), 0)
        self._column.setSpacing(theme.px(10))
        self._empty = EmptyState(_("Nothing is kept here"), _("Everything that was typed is in the books."))
        self._column.addWidget(self._empty)
        self._column.addStretch(1)
        keeping.changed.connect(self._follow)
        room.pulse.ticked.connect(self._tick)
        self._follow()

    def _follow(self) -> None:
        held = {entry.id: entry for entry in self._keeping.entries}
        for key in self.cards.keys() - held.keys():
            card = self.cards.pop(key)
            self._column.removeWidget(card)
            card.deleteLater()
        for entry in held.values():
            if entry.id not in self.cards:
                self.cards[entry.id] = card = KeptCard(self._room, self._keeping)
                card.edit_asked.connect(self.edit_asked)
                self._column.insertWidget(self._column.count() - 1, card)
            self.cards[entry.id].show_entry(entry)
        self._empty.setVisible(not held)

    def _tick(self, _now: object) -> None:
        for card in self.cards.values():
            card.say_age()


class KeptCard(QFrame):
    """One entry."""

    edit_asked = Signal(object)

    def __init__(self, room: Room, keeping: Keeping) -> None:
        super().__init__()
        self._room, self._keeping = room, keeping
        self._entry: Kept | None = None
        mark(self, face="card", chosen=False)
        self.title, self.age, self.words, self.state = (PlainLabel() for _part in range(4))
        for label, face in ((self.title, "title"), (self.age, "caption"), (self.words, "small"), (self.state, "small")):
            mark(label, face=face)
            label.setWordWrap(True)
        self.again = self._button(_("Send again"), self._retry)
        self.mine = self._button(_("Send in my name"), self._take_over)
        self.edit = self._button(_("Change…"), self._edit)
        self.look = self._button(_("Show the case"), self._show_case)
        self.copy = self._button(_("Copy the words"), self._copy)
        self.discard = self._button(_("Put away…"), self._ask_why)
        self.reason = QLineEdit()
        self.reason.setPlaceholderText(_("Why it is not sent"))
        self.reason.setAccessibleName(_("Why it is not sent"))
        self.reason.returnPressed.connect(self._discard)
        self.sure = self._button(_("Put away unsent"), self._discard)
        mark(self.sure, tone="danger")
        self._lay_out()

    @staticmethod
    def _button(text: str, then: object) -> QPushButton:
        button = QPushButton(text)
        mark(button, tone="link")
        button.clicked.connect(then)
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(14), theme.px(10), theme.px(14), theme.px(12))
        column.setSpacing(theme.px(4))
        for label in (self.title, self.age, self.words, self.state):
            column.addWidget(label)
        feet = QWidget()
        flow = FlowLayout(feet, gap=14)
        for button in (self.again, self.mine, self.edit, self.look, self.copy, self.discard):
            flow.addWidget(button)
        column.addWidget(feet)
        column.addWidget(self.reason)
        column.addWidget(self.sure)
        for part in (self.reason, self.sure):
            part.hide()

    def show_entry(self, entry: Kept) -> None:
        """Show it as it is now."""
        self._entry = entry
        person = self._room.person
        mine = entry.person == person.id
        self.title.setText(title_of(entry))
        rules, readable = Right.RULE in person.rights, mine or self._may_say() or Right.READ_CASES in person.rights
        self.words.setText(entry.words if readable else _("What was said is shown to those who may read cases."))
        self.copy.setVisible(readable)
        returned, goes = bool(entry.refused), self._keeping.goes(entry)
        self.state.setText(_state_words(entry, goes))
        mark(self.state, tone="urgent" if returned else "late")
        self.again.setVisible(returned and bool(entry.person) and (mine or rules))
        self.mine.setVisible((returned or not goes) and not mine and self._may_say())
        self.edit.setVisible(returned and mine and entry.move == "receive")
        self.look.setVisible(entry.case is not None)
        self.discard.setVisible(returned and (mine or rules or (not entry.person and self._may_say())))
        self.say_age()

    def _may_say(self) -> bool:
        """Whether the person here could have said it. What was done can be told only by whoever did it."""
        if self._entry is None or self._entry.move not in TAKEN_OVER:
            return False
        return bool(BY_NAME[self._entry.move].by & self._room.person.rights)

    def say_age(self) -> None:
        """Who typed it, and how long ago."""
        if self._entry is not None:
            key = self._entry.person
            name = name_of(self._room.picture, Person, key, key or _("nobody signed in"))
            age = ago(self._entry.typed_at, self._room.now())
            self.age.setText(_("{person}, {age}", person=name, age=age))

    # ------------------------------------------------------------------ what is decided

    def _retry(self) -> None:
        if self._entry is not None:
            self._keeping.retry(self._entry.id)

    def _take_over(self) -> None:
        if self._entry is not None:
            self._keeping.take_over(self._entry.id, self._room.person.id)

    def _show_case(self) -> None:
        if self._entry is not None and self._entry.case is not None:
            self._room.case_asked.emit(self._entry.case)

    def _edit(self) -> None:
        if self._entry is not None:
            self.edit_asked.emit(self._entry)

    def _copy(self) -> None:
        if self._entry is not None:
            QGuiApplication.clipboard().setText(self._entry.words)

    def _ask_why(self) -> None:
        self.reason.show()
        self.sure.show()
        self.reason.setFocus()

    def _discard(self) -> None:
        reason = self.reason.text().strip()
        if self._entry is None or not reason:
            self.reason.setFocus()
            return
        room = self._room

        def told(_done: object) -> None:  # by the room: the card goes with its entry
            if isValid(room):
                room.say(_("Put away unsent; the reason is kept with it at this station."))

        self._keeping.discard(self._entry.id, reason, room.person.id).done.connect(told)

