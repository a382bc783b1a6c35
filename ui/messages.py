"""The message bar: confirmations and refusals in words, in one line, with what was said before one click away."""

import datetime as dt
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtWidgets import (
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Request
from commandcenter.domain.units import Squad
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from commandcenter.logs import Report
from ui.following import READ_ANEW
from ui.theme import icon, mark, theme
from ui.top_line import back_words
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.plain_label import tip
from ui.wording import hour, name_of

MISTAKE = N_("The program made a mistake: {what} Nothing else is affected.")
KEPT = 200
MARKS = {"ok": "●", "late": "◆", "urgent": "▲", "quiet": ""}


@dataclass(frozen=True, slots=True)
class Offer:
    """Something that can be done about a message: undo it, save the report, try again."""

    text: str
    run: Callable[[], None]


@dataclass(frozen=True, slots=True)
class Message:
    """What was said, when (aware UTC), how, and what can be done about it."""

    at: dt.datetime
    text: str
    tone: str = "ok"
    offer: Offer | None = None


class MessageBar(QFrame):
    """The last message; the others in a list above it."""

    said = Signal(str)
    """A message was shown; its words."""

    def __init__(self, now: Callable[[], dt.datetime], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._now = now
        self.messages: deque[Message] = deque(maxlen=KEPT)
        self._shown: Message | None = None
        self._text = ElidedLabel()
        self._text.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Preferred)
        self._offer = QPushButton()
        mark(self._offer, tone="link")
        self._offer.clicked.connect(self._take_offer)
        self._offer.hide()
        self._more = QToolButton()
        self._more.clicked.connect(self.show_history)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(6))
        row.addWidget(self._text, 1)
        row.addWidget(self._offer)
        row.addWidget(self._more)
        theme.changed.connect(self._dress)
        self._dress()
        self.retranslate()

    def _dress(self) -> None:
        self._more.setIcon(icon("mdi6.history"))

    def retranslate(self) -> None:
        """Speak the language spoken now."""
        self._more.setToolTip(_("What was said before"))
        self._more.setAccessibleName(_("What was said before"))

    # ------------------------------------------------------------------ saying

    def say(self, text: str, tone: str = "ok", offer: Offer | None = None) -> None:
        """Show a message; ``tone`` is ok, late, urgent or quiet."""
        message = Message(self._now(), text, tone, offer)
        self.messages.append(message)
        self._shown = message
        self._text.setText(f"{MARKS.get(tone, '')} {text}".strip())
        mark(self._text, tone=tone)
        self._offer.setVisible(offer is not None)
        self._offer.setText(offer.text if offer else "")
        self.said.emit(text)

    def refuse(self, refusal: Refused) -> None:
        """Say why something was not done."""
        self.say(str(refusal), "urgent")

    def welcome_back(self, how: str, seconds: float) -> None:
        """Say what became of a gap of so many seconds: caught up with, or everything read anew."""
        self.say(back_words(how, seconds), "late" if how == READ_ANEW else "ok")

    def own_up(self, found: Report) -> None:
        """Say that the program made a mistake, and offer the report."""
        self.say(
            _(MISTAKE, what=f"{found.what}."),
            "urgent",
            Offer(_("Save the report…"), lambda: self._save(found)),
        )

    def leave_page(self) -> None:
        """Refusals and warnings belong to the page they were said on: leaving it, they stay in the history only.

        What was done stays, and so does a message about which something can still be done.
        """
        shown = self._shown
        if shown is not None and shown.tone in {"urgent", "late"} and shown.offer is None:
            self._shown = None
            self._text.setText("")

    @property
    def text(self) -> str:
        """The words shown now."""
        return self._shown.text if self._shown is not None else ""

    def _take_offer(self) -> None:
        offer = self._shown.offer if self._shown is not None else None
        if offer is not None:
            self._offer.hide()
            offer.run()

    def _save(self, found: Report) -> None:
        name = f"commandcenter-{found.at:%Y%m%d-%H%M%S}.txt"
        path, _filter = QFileDialog.getSaveFileName(self, _("Save the report…"), name)
        if path:
            self.save_to(found, Path(path))

    def save_to(self, found: Report, path: Path) -> bool:
        """Write a report to a file and say so; or say why it could not be written."""
        try:
            path.write_text(found.text, encoding="utf-8")
        except OSError as trouble:
            self.say(_("{path} cannot be written: {why}", path=path, why=trouble.strerror), "urgent")
            return False
        self.say(_("The report is in {path}.", path=path))
        return True

    # ------------------------------------------------------------------ history

    def show_history(self) -> None:
        """The messages of this session, newest first, above the bar."""
        popup = QFrame(self, Qt.WindowType.Popup)
        popup.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        popup.setObjectName("messages.history")
        mark(popup, ground="surface")
        listed = QListWidget()
        for message in reversed(self.messages):
            item = QListWidgetItem(f"{hour(message.at)}  {MARKS.get(message.tone, '')} {message.text}")
            ink = theme.tone(message.tone)[0] if message.tone in {"urgent", "late"} else theme.colour("ink")
            item.setForeground(ink)
            item.setToolTip(tip(message.text))
            listed.addItem(item)
        if not self.messages:
            listed.addItem(_("Nothing was said yet."))
        QVBoxLayout(popup).addWidget(listed)
        size = theme.px(520), theme.px(320)
        corner = self.mapToGlobal(QPoint(self.width(), 0))
        popup.setGeometry(corner.x() - size[0], corner.y() - size[1], *size)
        popup.show()
        listed.setFocus()


# ---------------------------------------------------------------------- confirmations

_CONFIRMED = {
    "dispatch": N_("{number} dispatched to {squad}"),
    "assist": N_("{number}: {squad} assists"),
    "accept": N_("{number} accepted by {squad}"),
    "receive": N_("{number} received"),
    "claim_next": N_("{number} is yours"),
    "claim": N_("{number} is yours"),
    "give_back": N_("{number} given back"),
    "take_over": N_("{number} taken over"),
    "open_case": N_("Case {number} opened"),
    "find": N_("Case {number} opened"),
    "attach": N_("Attached to case {number}"),
    "answer": N_("{number} answered"),
    "decline": N_("{number} declined"),
}


def confirmation(name: str, key: Key, picture: Picture) -> str:
    """What a move has done, in words: the record it made or moved is looked up in the picture."""
    move = BY_NAME.get(name)
    if move is None:
        return ""
    number, squad = _number_and_squad(key, picture)
    if name in _CONFIRMED and number and (squad or "{squad}" not in _CONFIRMED[name]):
        return str(_(_CONFIRMED[name], number=number, squad=squad))
    if number:
        return str(_("{number}: {move} – done", number=number, move=_(move.label)))
    return str(_("{move} – done", move=_(move.label)))


def _number_and_squad(key: Key, picture: Picture) -> tuple[str, str]:
    complaint = picture.get(Complaint, key)
    case = picture.get(Case, key)
    if complaint is not None:
        return complaint.number, ""
    assignment = picture.get(Assignment, key)
    held = assignment or picture.get(Request, key) or picture.get(Promise, key)
    case = case or (picture.get(Case, held.case_id) if held else None)
    if case is None:
        return "", ""
    assignment = assignment or picture.lead_of(case)
    return case.number, name_of(picture, Squad, assignment.squad_id, "") if assignment else ""
