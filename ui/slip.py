"""The slip: a call written down at the door while the database is away, when nobody can sign in.

It is what a slip of paper would be, but sealed: it enters the books only when somebody who signed in later takes it
over, in their name. What is being written survives a kill as a draft does.
"""

from collections.abc import Callable, Mapping
from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QLineEdit, QPlainTextEdit, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.complaints import Channel
from commandcenter.domain.fields import checked
from commandcenter.domain.matters import Urgency
from commandcenter.domain.moves import BY_NAME
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import _
from ui.draft_file import KEEP_MS
from ui.slip_draft import SlipDraft
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import wrapped

WIDTH = 460  # px of the design


def as_call(answers: Mapping[str, Any]) -> dict[str, Any]:
    """What a slip says, as receiving a call wants it. Incomplete, naming the field, where something is missing."""
    usual = {"channel": str(Channel.HOTLINE), "urgency": str(Urgency.ORDINARY)}
    return checked(BY_NAME["receive"].needs, usual | dict(answers))


class SlipPage(QWidget):
    """Words, caller and place; nothing else can be known without the database."""

    left = Signal()
    """Back to the door."""

    def __init__(self, draft: SlipDraft, keep: Callable[[Mapping[str, Any]], Ticket]) -> None:
        """``keep(given)`` keeps a call at this station, and empties ``draft`` once it is."""
        super().__init__()
        self.setObjectName("slip")
        self._keep, self._draft = keep, draft
        self.busy = False
        """Whether the call is being kept right now."""
        self.words = QPlainTextEdit()
        self.words.setTabChangesFocus(True)
        self.lines = {name: QLineEdit() for name in ("caller_phone", "caller_name", "place_words")}
        self.said = MessageLine()
        self.enter = QPushButton(_("Keep it here"))
        self.back = QPushButton(_("Back"))
        self._soon = QTimer(self, singleShot=True, interval=KEEP_MS)
        self._lay_out()
        self._connect()
        self._take_up(draft.answers())

    def _lay_out(self) -> None:
        card = QFrame()
        card.setObjectName("slip.card")
        mark(card, ground="surface")
        card.setFixedWidth(theme.px(WIDTH))
        column = QVBoxLayout(card)
        column.setContentsMargins(*[theme.px(32)] * 4)
        column.setSpacing(theme.px(8))
        why = _("The database is away, so nobody can sign in. What you write here is kept at this station, sealed."
                " Whoever signs in here next can send it in their name.")  # fmt: skip
        for text, face in ((_("Write down a call"), "title"), (why, "small")):
            column.addWidget(wrapped(face, text))
        needs = {f.name: f.label for f in BY_NAME["receive"].needs}
        for name, field in {"words": self.words, **self.lines}.items():
            column.addWidget(wrapped("small", _(needs[name])))
            field.setAccessibleName(_(needs[name]))
            column.addWidget(field)
        self.words.setFixedHeight(theme.px(120))
        column.addWidget(self.said)
        mark(self.enter, tone="primary")
        row = QHBoxLayout()
        row.addWidget(self.enter, 1)
        row.addWidget(self.back)
        column.addLayout(row)
        outer = QHBoxLayout(self)
        outer.addStretch(1)
        outer.addWidget(card, 0, Qt.AlignmentFlag.AlignVCenter)
        outer.addStretch(1)

    def _connect(self) -> None:
        self.words.textChanged.connect(self._typed)
        for line in self.lines.values():
            line.textEdited.connect(self._typed)
        self._soon.timeout.connect(self.put_down)
        self.enter.clicked.connect(self.keep)
        self.back.clicked.connect(self._go_back)

    def _typed(self) -> None:
        if not self._soon.isActive():
            self._soon.start()

    def _answers(self) -> dict[str, str]:
        told = {"words": self.words.toPlainText()} | {name: line.text() for name, line in self.lines.items()}
        return {name: text.strip() for name, text in told.items() if text.strip()}

    def _take_up(self, said: Mapping[str, Any]) -> None:
        self.words.setPlainText(str(said.get("words", "")))
        for name, line in self.lines.items():
            line.setText(str(said.get(name, "")))
        self._soon.stop()

    def put_down(self) -> bool:
        """Bring what stands there into the draft file; False, and said in words, where that cannot be."""
        self._soon.stop()
        if self.busy:
            return True  # it was put down as it is being kept, and cannot be changed
        try:
            self._draft.write(self._answers())
        except Unavailable as refusal:
            self.said.say(str(refusal), "urgent")
            return False
        return True

    def _go_back(self) -> None:
        self.put_down()
        self.left.emit()

    def keep(self) -> None:
        """Keep the call; the next one can be written then. What is refused stays as it was typed."""
        try:
            given = as_call(self._answers())
        except Refused as refusal:
            self.said.say(str(refusal), "urgent")
            return
        self.put_down()
        self._set_busy(True)
        ticket = self._keep(given)
        ticket.done.connect(self._kept)
        ticket.refused.connect(self._refused)
        ticket.failed.connect(self._failed)

    def _set_busy(self, busy: bool) -> None:
        self.busy = busy
        self.enter.setEnabled(not busy)
        self.words.setReadOnly(busy)
        for line in self.lines.values():
            line.setReadOnly(busy)

    def _kept(self, _done: object) -> None:
        self._set_busy(False)
        self._take_up({})
        self.said.say(_("Kept at this station."), "ok")
        self.words.setFocus()

    def _refused(self, refusal: Refused) -> None:
        self._set_busy(False)
        self.said.say(str(refusal), "urgent")

    def _failed(self, _report: object) -> None:
        self._set_busy(False)
