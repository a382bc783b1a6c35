"""The middle of the page: the form, what can be done with it, and the number to read out."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QScrollArea, QVBoxLayout

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.people import Right
from commandcenter.i18n import _
from ui.intake.claiming import ClaimLine
from ui.intake.finding import Finder
from ui.intake.form import CallForm
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.message_line import MessageLine
from ui.widgets.move_form import MoveForm
from ui.widgets.plain_label import PlainLabel
from ui.widgets.section_heading import HEIGHT
from ui.widgets.showing import set_shown
from ui.wording import choice, moment


class CallPanel(QFrame):
    """Head, result, form, the form of a move, buttons. It says what was asked for; the page does it."""

    accepted = Signal()
    only_received = Signal()
    new_asked = Signal()
    settle_asked = Signal(str)
    """A move that asks for more is wanted: answer, decline or reveal."""
    answered = Signal(str, dict)
    """The form of a move was filled in: its name and the answers."""
    asking_changed = Signal(bool)
    """The form of a move was opened, or put away: Ctrl+Enter is its own meanwhile."""

    def __init__(self, room: Room, finder: Finder) -> None:
        super().__init__()
        self._room = room
        self.receives = Right.RECEIVE in room.person.rights
        self.form = CallForm(room, finder, caller=self.receives)
        self.asking: MoveForm | None = None
        """The form of a move, while one is open."""
        self.title, self.state, self.caller = PlainLabel(), ElidedLabel(), PlainLabel()
        for label, name in ((self.title, "intake.title"), (self.caller, "intake.caller")):
            label.setObjectName(name)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self.title, face="title")
        mark(self.state, face="small")
        mark(self.caller, face="strong", tone="late")
        self.new = self._button(_("New call"), "Ctrl+N", "intake.new", "quiet", self.new_asked.emit)
        self.reveal = self._button(_("Show the caller…"), "", "intake.reveal", "link", self._ask("reveal"))
        self.accept = self._button(_("Open case"), "Ctrl+Enter", "intake.accept", "primary", self.accepted.emit)
        self.only_receive = self._button(_("Receive only"), "", "intake.receive", "", self.only_received.emit)
        self.answer = self._button(_("Answer…"), "", "intake.answer", "", self._ask("answer"))
        self.decline = self._button(_("Decline…"), "", "intake.decline", "danger", self._ask("decline"))
        self.result = _Result()
        self.claim = ClaimLine(room)
        self.trouble = MessageLine()
        self.trouble.setObjectName("intake.trouble")
        self._lay_out()
        self.show_head(None)
        self.show_caller("")

    def _ask(self, move: str) -> Callable[[], None]:
        return lambda: self.settle_asked.emit(move)

    @staticmethod
    def _button(text: str, keys: str, name: str, tone: str, then: Callable[[], None]) -> QPushButton:
        button = QPushButton(f"{text}   {keys}" if keys else text)
        button.setObjectName(name)
        button.setAccessibleName(text)
        if tone:
            mark(button, tone=tone)
        button.clicked.connect(lambda _checked: then())
        return button

    def _lay_out(self) -> None:
        self._area = QScrollArea()
        self._area.setWidget(self.form)
        self._area.setWidgetResizable(True)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._below = QFrame()
        self._below.hide()
        mark(self._below, line="top")
        self._move_place = QVBoxLayout(self._below)
        self._move_place.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._foot = QFrame()
        mark(self._foot, line="top")
        below = QVBoxLayout(self._foot)
        below.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(12))
        below.setSpacing(theme.px(8))
        below.addLayout(self._buttons())
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(0)
        for part in (self._head(), self.result, self.claim, self.trouble):
            column.addWidget(part)
        column.addWidget(self._area, 1)
        column.addWidget(self._below)
        column.addWidget(self._foot)
        mark(self, ground="surface")

    def _head(self) -> QFrame:
        above = QFrame()
        head = QHBoxLayout(above)
        head.setContentsMargins(theme.px(16), 0, theme.px(16), 0)
        head.setSpacing(theme.px(10))
        for part in (self.title, self.state, None, self.caller, self.reveal, self.new):
            head.addStretch(1) if part is None else head.addWidget(part)
        above.setFixedHeight(theme.px(HEIGHT))
        mark(above, line="bottom")
        return above

    def _buttons(self) -> QHBoxLayout:
        row = QHBoxLayout()
        row.setSpacing(theme.px(8))
        row.addWidget(self.accept)
        row.addWidget(self.only_receive)
        row.addStretch(1)
        row.addWidget(self.answer)
        row.addWidget(self.decline)
        return row

    # ------------------------------------------------------------------ saying

    def show_head(self, complaint: Complaint | None) -> None:
        """Say what is on the form: a new call, or this complaint."""
        if complaint is None:
            self.title.setText(_("New call") if self.receives else _("A find of our own"))
            self.state.setText("")
        else:
            self.title.setText(complaint.number)
            self.state.setText(_("{channel} · arrived {at}", channel=choice(complaint.channel),
                                 at=moment(complaint.arrived_at, self._room.now())))  # fmt: skip
        self.claim.show_of(complaint)
        set_shown(self.new, complaint is not None)
        set_shown(self.only_receive, self.receives and complaint is None)
        for button in (self.answer, self.decline):
            set_shown(button, self.receives)
        set_shown(self.reveal, complaint is not None and complaint.complainant_id is not None)

    def show_caller(self, words: str) -> None:
        """Show who called, for as long as the page says; empty hides it again."""
        self.caller.setText(words)
        set_shown(self.caller, bool(words))

    def say_trouble(self, words: str) -> None:
        """Say why it was not saved, above the form; empty takes it away."""
        self.trouble.say(words, "urgent")

    # ------------------------------------------------------------------ the form of a move

    def open_move(self, name: str) -> None:
        """Show the form of a move in the place of the buttons, below what it is about."""
        self.close_move()
        move = MoveForm(BY_NAME[name], self._room.choices, now=self._room.now())
        move.setObjectName("intake.move")
        move.submitted.connect(lambda answers: self.answered.emit(name, answers))
        move.cancelled.connect(self._cancel_move)
        self.asking = move
        self._move_place.addWidget(move)
        self._below.show()
        self._foot.hide()
        self.asking_changed.emit(True)
        move.setFocus(Qt.FocusReason.OtherFocusReason)

    def close_move(self) -> None:
        """Put the form of a move away."""
        if self.asking is not None:
            self._move_place.removeWidget(self.asking)
            self.asking.deleteLater()
            self.asking = None
            self._below.hide()
            self._foot.show()
            self.asking_changed.emit(False)

    def _cancel_move(self) -> None:
        self.close_move()
        self.form.words.setFocus(Qt.FocusReason.OtherFocusReason)


class _Result(QFrame):
    """The number, big, to be read out while the caller is still there."""

    def __init__(self) -> None:
        super().__init__()
        mark(self, ground="raised", line="bottom")
        self.number, self.words = PlainLabel(), PlainLabel()
        self.number.setObjectName("intake.number")
        self.number.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        mark(self.number, face="display", tone="accent")
        mark(self.words, face="small")
        self.words.setWordWrap(True)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        row.setSpacing(theme.px(16))
        row.addWidget(self.number)
        row.addWidget(self.words, 1)
        self.hide()

    def show_number(self, number: str, words: str) -> None:
        """Show a number and what became of the call."""
        mark(self.number, face="display", tone="accent")
        self.number.setText(number)
        self.words.setText(words)
        self.show()

    def show_kept(self) -> None:
        """There is no number to read out yet: the call is kept here."""
        mark(self.number, face="strong", tone="late")
        self.number.setText(_("◆ Kept here"))
        self.words.setText(_("The call is kept at this station and sent by itself when the database is back. Its number"
                             " comes then; it will wait in the list."))  # fmt: skip
        self.show()
