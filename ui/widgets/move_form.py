"""The form of a move, made from what the move needs. A panel among others, never a box over them."""

from collections.abc import Collection, Mapping
from contextlib import suppress
from datetime import datetime
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeyEvent, QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QSizePolicy, QVBoxLayout, QWidget

from commandcenter import clock
from commandcenter.domain.fields import Field, Sort, checked
from commandcenter.domain.moves import Move
from commandcenter.domain.record import Key
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import _
from ui.theme import mark, theme
from ui.widgets.choices import Choices, choices_for
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.inputs import Input, PointInput, input_for
from ui.widgets.key_hint import KeyHint
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import PlainLabel
from ui.widgets.scrolled import Scrolled, least_size


class FieldRow(QWidget):
    """One question: its label, its input, what helps to answer it, and what is wrong with the answer."""

    def __init__(self, field: Field, answer: Input) -> None:
        super().__init__()
        self.field, self.answer = field, answer
        self._label, self._help, self._wrong = PlainLabel(), PlainLabel(self._helping(field)), PlainLabel()
        self.say_needed(field.required)
        self._label.setBuddy(answer)
        answer.inner.setAccessibleName(_(field.label))
        mark(self._label, face="caption")
        mark(self._help, face="caption")
        mark(self._wrong, face="small", tone="urgent")
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(4))
        for widget in (self._label, answer, self._help, self._wrong):
            layout.addWidget(widget)
        self._label.setVisible(field.sort is not Sort.FLAG)
        for label in (self._help, self._wrong):
            label.setWordWrap(True)
            label.setVisible(bool(label.text()))
        answer.changed.connect(lambda: self.say_wrong(""))

    @staticmethod
    def _helping(field: Field) -> str:
        """The field's help, but how a limit is *written* helps nobody who picks its unit from a list."""
        return str(_(field.help)) if field.help and field.sort is not Sort.LIMIT else ""

    def say_needed(self, needed: bool) -> None:
        """Say whether it may be left open, beside the answers as they stand."""
        label = _(self.field.label)
        self._label.setText(label if needed else _("{label} · may be left open", label=label))

    def say_wrong(self, words: str) -> None:
        """Say what is wrong with the answer; nothing when it is empty."""
        self.answer.set_wrong(bool(words))
        self._wrong.setText(words)
        self._wrong.setVisible(bool(words))

    @property
    def label(self) -> str:
        """What is asked."""
        return self._label.text()

    @property
    def wrong(self) -> str:
        """What is said to be wrong."""
        return self._wrong.text()


def _with_key(button: QPushButton, keys: str) -> QWidget:
    pair = QWidget()
    row = QHBoxLayout(pair)
    row.setContentsMargins(0, 0, 0, 0)
    row.setSpacing(theme.px(8))
    row.addWidget(button)
    row.addWidget(KeyHint(keys))
    return pair


class _Questions(Scrolled):
    """The questions: as high as they are where there is room for it, else they scroll."""

    def __init__(self, content: QWidget) -> None:
        super().__init__(content)
        self._content = content
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)

    def sizeHint(self) -> QSize:
        return least_size(self._content, self.width())

    def minimumSizeHint(self) -> QSize:
        wanted = self.sizeHint()
        return QSize(wanted.width(), min(wanted.height(), theme.px(LEAST)))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self.updateGeometry()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().eventFilter(watched, event)


SUBMIT = ("Ctrl+Return", "Ctrl+Enter")
LONG = frozenset({Sort.TEXT, Sort.PEOPLE, Sort.READERS, Sort.FILE, Sort.POINT})
"""Answers that want the whole width."""
LEAST = 112
"""Px of the design: so much of the questions is seen at least, however low the room is."""


class MoveForm(QWidget):
    """Asks for what ``move`` needs. Where there is too little room the questions scroll; the buttons never do.

    ``given`` fills answers in beforehand; those named in ``hidden`` are handed on unseen. Ctrl+Enter submits,
    Esc cancels. A refusal is said at the field it is about, and nothing typed is lost.
    """

    submitted = Signal(dict)
    """The answers, checked: what the move's operation is given."""
    cancelled = Signal()
    changed = Signal()
    """Another answer, or a half of one, stands there."""
    pick_asked = Signal(str)
    """Somebody wants to pick a point on the map; the field's name. Answer with :meth:`set_value`."""

    def __init__(
        self,
        move: Move,
        choices: Choices,
        *,
        given: Mapping[str, Any] | None = None,
        hidden: Collection[str] = (),
        squad_id: Key | None = None,
        case_id: Key | None = None,
        now: datetime | None = None,
        title: bool = True,
        wide: bool = False,
        keys: bool = True,
        parent: QWidget | None = None,
    ) -> None:
        """``squad_id`` and ``case_id`` narrow officers and complaints; ``now`` is the moment times begin with.

        ``wide``: there is room for two short answers side by side. ``keys``: Ctrl+Enter is listened to here; else
        by whoever shows the form.
        """
        super().__init__(parent)
        self.move_made = move
        hidden = {*hidden, *(field.name for field in move.needs if field.found)}
        self._unseen = {name: value for name, value in (given or {}).items() if name in hidden}
        self.rows: dict[str, FieldRow] = {}
        self._message = MessageLine()
        self._submit = QPushButton(_(move.label))
        self._cancel = QPushButton(_("Cancel"))
        for field in move.needs:
            if field.name not in hidden:
                offered = choices_for(field, choices, squad_id, case_id)
                self._add(field, input_for(field, offered, now or clock.now()))
        self._lay_out(title, wide)
        for name, value in (given or {}).items():
            if name in self.rows and value is not None:
                self.set_value(name, value)
        self._began = self._said()
        for combination in SUBMIT if keys else ():
            shortcut = QShortcut(QKeySequence(combination), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self.submit)

    def _add(self, field: Field, answer: Input) -> None:
        self.rows[field.name] = FieldRow(field, answer)
        answer.changed.connect(self._say_needed)
        answer.changed.connect(self.changed)
        if isinstance(answer, PointInput):
            answer.pick_asked.connect(lambda: self.pick_asked.emit(field.name))

    def _lay_out(self, title: bool, wide: bool) -> None:
        questions = QWidget()
        asked = QVBoxLayout(questions)
        asked.setContentsMargins(0, 0, 0, 0)
        asked.setSpacing(theme.px(12))
        heading, help_ = PlainLabel(_(self.move_made.label)), PlainLabel(_(self.move_made.help))
        mark(heading, face="title")
        mark(help_, face="small")
        help_.setWordWrap(True)
        for widget in (heading, help_):
            asked.addWidget(widget)
        asked.addLayout(self._placed(2 if wide else 1))
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(12))
        layout.addWidget(_Questions(questions))
        layout.addWidget(self._message)
        heading.setVisible(title)
        mark(self._submit, tone="danger" if self.move_made.danger else "primary")
        mark(self._cancel, tone="quiet")
        self._submit.clicked.connect(self.submit)
        self._cancel.clicked.connect(self.cancelled)
        feet = QWidget()
        flow = FlowLayout(feet, gap=14)
        for button, keys in ((self._submit, "Ctrl+Enter"), (self._cancel, "Esc")):
            flow.addWidget(_with_key(button, keys))
        layout.addWidget(feet)
        layout.addStretch()
        first = next(iter(self.rows.values()), None)
        self.setFocusProxy(first.answer if first is not None else self._submit)

    def _placed(self, columns: int) -> QGridLayout:
        """The questions in their order; a long answer takes a line of its own."""
        grid = QGridLayout()
        grid.setHorizontalSpacing(theme.px(24))
        grid.setVerticalSpacing(theme.px(12))
        line = place = 0
        for row in self.rows.values():
            whole = columns == 1 or row.field.sort in LONG
            if whole and place:
                line, place = line + 1, 0
            grid.addWidget(row, line, place, 1, columns if whole else 1, Qt.AlignmentFlag.AlignTop)
            place = 0 if whole else (place + 1) % columns
            line += place == 0
        for column in range(columns):
            grid.setColumnStretch(column, 1)
        return grid

    # ------------------------------------------------------------------ answers

    def value(self, name: str) -> Any:
        """What is answered now, unchecked. KeyError for a field that is not shown."""
        return self.rows[name].answer.value()

    def set_value(self, name: str, value: Any) -> None:
        """Fill in an answer, such as the point that was picked. KeyError for a field that is not shown."""
        self.rows[name].answer.set_value(value)

    def answers(self) -> dict[str, Any]:
        """Every answer that is not left open, with those handed on unseen; unchecked."""
        return {**self._unseen, **{name: v for name, v in self._said().items() if v not in (None, "", [])}}

    def _said(self) -> dict[str, Any]:
        return {name: row.answer.value() for name, row in self.rows.items()}

    def typed(self) -> dict[str, Any]:
        """The answers that are others than at first; unchecked."""
        return {name: value for name, value in self._said().items() if value != self._began[name]}

    def take_up(self, typed: Mapping[str, Any], words: str) -> None:
        """Fill in what was :meth:`typed` before, and say so. What is no longer asked or offered is left out."""
        for name, value in typed.items():
            if name in self.rows:
                with suppress(ValueError, TypeError, LookupError):
                    self.set_value(name, value)
        self._message.say(words, "late")

    def _say_needed(self) -> None:
        """One answer may make another one needed."""
        for row in self.rows.values():
            if row.field.needed_with is not None:
                row.say_needed(row.field.needed(self.answers()))

    def submit(self) -> None:
        """Check the answers; hand them on, or say at its field what is wrong."""
        if not self._submit.isEnabled():
            return
        self.clear_refusal()
        try:
            answers = checked(self.move_made.needs, self.answers())
        except Refused as refusal:
            self.refuse(refusal)
        else:
            self.submitted.emit(answers)

    def refuse(self, refusal: Refused) -> None:
        """Say why it was not done: at the field it is about, else under the form. Everything typed stays."""
        self.set_busy(False)
        row = self.rows.get(refusal.field) if isinstance(refusal, Incomplete) else None
        if row is None:
            self._message.say(str(refusal), "urgent")
        else:
            row.say_wrong(str(refusal))
            row.answer.setFocus()

    def clear_refusal(self) -> None:
        """Nothing is wrong so far."""
        self._message.say("")
        for row in self.rows.values():
            row.say_wrong("")

    def set_busy(self, busy: bool) -> None:
        """While the operation is on its way it cannot be sent twice; the answers stay readable."""
        self._submit.setEnabled(not busy)

    @property
    def message(self) -> str:
        """What is said under the form."""
        return self._message.text

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() == Qt.Key.Key_Escape:
            self.cancelled.emit()
        else:
            super().keyPressEvent(event)
