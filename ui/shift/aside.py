"""What stands beside the list: what is chosen there in words, what can be done about it, and the form of that."""

from collections.abc import Callable, Iterable, Sequence
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QVBoxLayout, QWidget
from shiboken6 import isValid

from commandcenter.errors import Refused
from commandcenter.i18n import _
from ui.room import Room
from ui.shift.deeds import Deed
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.message_line import MessageLine
from ui.widgets.move_form import MoveForm
from ui.widgets.plain_label import PlainLabel
from ui.widgets.scrolled import Scrolled


class Aside(QFrame):
    """Title, lines, buttons; a button opens its form below, or does it at once where it asks for nothing."""

    done = Signal(str, object)
    """A deed was done: its name, and what it returned."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.form: MoveForm | None = None
        self._under_way: set[str] = set()
        self.buttons: dict[str, QPushButton] = {}
        self._acts: dict[str, Callable[[], None]] = {}
        mark(self, ground="surface")
        self._title, self._lines = PlainLabel(), PlainLabel()
        mark(self._title, face="title")
        for label in (self._title, self._lines):
            label.setWordWrap(True)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.message = MessageLine()
        self._content = QWidget()
        self._column = QVBoxLayout(self._content)
        self._column.setContentsMargins(theme.px(20), theme.px(16), theme.px(20), theme.px(16))
        self._column.setSpacing(theme.px(12))
        self._buttons = QWidget()
        self._flow = FlowLayout(self._buttons, gap=8)
        for widget in (self._title, self._lines, self.message, self._buttons):
            self._column.addWidget(widget)
        self._column.addStretch()
        whole = QVBoxLayout(self)
        whole.setContentsMargins(0, 0, 0, 0)
        whole.addWidget(Scrolled(self._content))

    def show_words(self, title: str, lines: Iterable[str], deeds: Sequence[Deed], more: Sequence[tuple[str, Any]] = ()
                   ) -> None:  # fmt: skip
        """Something else is chosen, or it says something else. A form that is open for it stays open.

        ``more`` are further buttons: their words and what they do.
        """
        text = "\n".join(lines)
        if title != self._title.text():
            self.close_form()
            self.message.say("")
        self._title.setText(title)
        self._lines.setText(text)
        self._lines.setVisible(bool(text))
        self._arrange(deeds, more)

    def _arrange(self, deeds: Sequence[Deed], more: Sequence[tuple[str, Any]]) -> None:
        """Buttons that are there stay there, so that none loses the cursor, and do what is true now."""
        self._acts = {_id(deed): self._begins(deed) for deed in deeds} | dict(more)
        if list(self._acts) != list(self.buttons):
            for button in self.buttons.values():
                self._flow.removeWidget(button)
                button.hide()
                button.deleteLater()
            self.buttons = {}
            for place, deed in enumerate(deeds):
                button = self._button(_id(deed), _(deed.form.label))
                mark(button, tone="danger" if deed.form.danger else "primary" if not place else "")
            for words, _act in more:
                self._button(words, words)
        self._buttons.setVisible(bool(self.buttons) and self.form is None)

    def _button(self, id_: str, words: str) -> QPushButton:
        button = self.buttons[id_] = QPushButton(words)
        button.setAutoDefault(True)
        button.clicked.connect(lambda: self._press(id_))
        self._flow.addWidget(button)
        return button

    def _press(self, id_: str) -> None:
        self._acts[id_]()

    def _begins(self, deed: Deed) -> Callable[[], None]:
        return lambda: self.begin(deed)

    # ------------------------------------------------------------------ doing it

    def begin(self, deed: Deed) -> None:
        """Ask for what the deed needs; do it at once where that is nothing."""
        self.close_form()
        self.message.say("")
        if not deed.form.needs:
            self._do(deed, {})
            return
        self.form = form = MoveForm(deed.form, self._room.choices, given=deed.given, now=self._room.now())
        form.submitted.connect(lambda answers: self._do(deed, answers))
        form.cancelled.connect(self.close_form)
        form.pick_asked.connect(lambda name: self._pick(form, name))
        self._buttons.hide()
        self._column.insertWidget(self._column.count() - 1, form)
        form.setFocus()

    def _pick(self, form: MoveForm, name: str) -> None:
        self._room.pick_point(lambda lon, lat: form.set_value(name, (lon, lat)), form)

    def _do(self, deed: Deed, answers: dict[str, Any]) -> None:
        """Have it done once, however often it is pressed meanwhile."""
        form, id_ = self.form, f"{_id(deed)}:{self._title.text()}"
        if id_ in self._under_way:
            return
        self._under_way.add(id_)
        if form is not None:
            form.set_busy(True)
        ticket = Ticket(deed.name)
        ticket.done.connect(lambda result: self._done(deed, id_, form, result))
        ticket.refused.connect(lambda refusal: self._refused(id_, form, refusal))
        ticket.failed.connect(lambda _report: self._ended(id_, form))
        self._room.backstage.run(ticket, lambda work: deed.run(work, answers))

    def _ended(self, id_: str, form: MoveForm | None) -> bool:
        """It is over; False where the page is gone by now."""
        if not isValid(self):
            return False
        self._under_way.discard(id_)
        if form is not None and form is self.form:
            form.set_busy(False)
        return True

    def _done(self, deed: Deed, id_: str, form: MoveForm | None, result: Any) -> None:
        if self._ended(id_, form):
            if form is self.form:  # else another one has been opened meanwhile
                self.close_form()
            if deed.done:
                self._room.say(_(deed.done))
            self.done.emit(deed.name, result)

    def _refused(self, id_: str, form: MoveForm | None, refusal: Refused) -> None:
        if not self._ended(id_, form):
            return
        if form is not None and form is self.form:
            form.refuse(refusal)
        else:
            self.message.say(str(refusal), "urgent")

    def close_form(self) -> None:
        """Put the form away."""
        if self.form is None:
            return
        form, self.form = self.form, None
        inside = form.isAncestorOf(self.window().focusWidget()) if self.window().focusWidget() is not None else False
        self._column.removeWidget(form)
        form.hide()
        form.deleteLater()
        self._buttons.setVisible(bool(self.buttons))
        if inside:
            self.setFocus()

    def take_focus(self) -> None:
        """Where the keyboard goes on from a row: the form that is open, else the first thing that can be done."""
        first = self.form or next(iter(self.buttons.values()), None)
        if first is not None:
            first.setFocus(Qt.FocusReason.TabFocusReason)


def _id(deed: Deed) -> str:
    return f"{deed.name}:{deed.form.label}"
