"""The right: whom to send. Three cards with reasons, any other squad by name, assisting squads, instruction, why."""

from typing import Any

from PySide6.QtCore import QEvent, QObject, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.moves import BY_NAME
from commandcenter.domain.record import Key
from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import _
from commandcenter.live.recommendation import Aspect, Recommendation
from ui.actions import why_not_now
from ui.dispatch.choosing import SHOWN, Choosing
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.empty_state import EmptyState
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.key_hint import KeyHint
from ui.widgets.message_line import MessageLine
from ui.widgets.picker import Picker
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.section_heading import SectionHeading

NOTE_LINES = 2
SHORT = 640  # px of the design: a panel lower than this spares a line
REST_MS = 700
"""So long nothing is sent after the next case came up by itself: who pressed Enter twice has not looked at it yet."""


class SendPanel(QWidget):
    """Shows a :class:`Choosing` and lets a person change it."""

    send_asked = Signal()
    """The case is to be sent as it stands here."""
    chosen = Signal()
    """Another squad was chosen, or another one assists."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.room = room
        self.setObjectName("dispatch.send")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        mark(self, ground="surface")
        self.choosing: Choosing | None = None
        self._busy = False
        self._helping: list[tuple[Key, str]] = []
        self._refusal: Refused | None = None
        self._rest = QTimer(self)
        self._rest.setSingleShot(True)
        self._rest.setInterval(REST_MS)
        self.heading = SectionHeading(_("Send to whom"))
        self.cards = [Card(str(number + 1)) for number in range(SHOWN)]
        self.other = Card()
        self.search = Picker(room.choices.squads(), _("Any other squad: name or pinyin initials   /"))
        self.search.setObjectName("dispatch.search")
        self.helpers = QWidget()
        self._helper_row = FlowLayout(self.helpers, gap=6)
        self.note, self.why = QPlainTextEdit(), QLineEdit()
        self.note.setObjectName("dispatch.note")
        self.why.setObjectName("dispatch.why")
        self.said = MessageLine()
        self._nothing = EmptyState(
            _("No case is chosen"),
            _("Choose one in the list: the squads for it stand here then, each with its reasons and one key."),
            "mdi6.send-outline",
        )
        self.send = QPushButton()
        self.send.setObjectName("dispatch.send_button")
        self.assist = QPushButton(_("Add assisting"))
        self.assist.setCheckable(True)
        self._lay_out()
        self._connect()
        self.show_choosing(None, None)

    # ------------------------------------------------------------------ how it is laid out

    def _lay_out(self) -> None:
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(8))
        for card in (*self.cards, self.other):
            column.addWidget(card)
        column.addWidget(self.search)
        column.addWidget(self.helpers)
        column.addSpacing(theme.px(4))
        self._labelled(column, _("Instruction"), self.note)
        self._labelled(column, _("Why this squad"), self.why)
        column.addWidget(self.said)
        column.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setWidget(inside)
        self._inside = inside
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(0)
        outer.addWidget(self.heading)
        outer.addWidget(area, 1)
        outer.addWidget(self._nothing, 1)
        self._area = area
        outer.addWidget(self._buttons())
        self.note.setPlaceholderText(_("What the squad should know or do first"))
        self.note.setTabChangesFocus(True)
        theme.changed.connect(self._measure)
        self._measure()

    def _labelled(self, column: QVBoxLayout, words: str, widget: QWidget) -> None:
        label = PlainLabel(words)
        label.setBuddy(widget)
        mark(label, face="caption")
        widget.setAccessibleName(words)
        group = QVBoxLayout()
        group.setSpacing(theme.px(4))
        group.addWidget(label)
        group.addWidget(widget)
        column.addLayout(group)

    def _buttons(self) -> QWidget:
        frame = QFrame()
        mark(frame, ground="surface", line="top")
        mark(self.send, tone="primary")
        row = QHBoxLayout(frame)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        row.setSpacing(theme.px(8))
        row.addWidget(self.send)
        row.addWidget(KeyHint("Enter"))
        row.addStretch(1)
        row.addWidget(self.assist)
        row.addWidget(KeyHint("+"))
        self._bottom = frame
        return frame

    def _measure(self) -> None:
        line = self.note.fontMetrics().lineSpacing()
        lines = NOTE_LINES if self.height() >= theme.px(SHORT) else 1
        self.note.setFixedHeight(lines * line + theme.px(24))

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._measure()

    def _connect(self) -> None:
        for place, card in enumerate(self.cards):
            card.chosen.connect(lambda place=place: self.take_card(place))
        self.search.picked.connect(self._picked)
        line = self.search.lineEdit()
        if line is not None:
            line.returnPressed.connect(self._take_first)
        self.assist.setToolTip(_("The next squad chosen assists the lead; choose it again to take it off"))
        self._rest.timeout.connect(self._arm)
        self.why.installEventFilter(self)
        self.why.textEdited.connect(self._why_typed)
        self.note.textChanged.connect(self._note_typed)
        self.why.returnPressed.connect(self.send_asked)
        self.send.clicked.connect(self.send_asked)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        # A key that is held down types; it never sends.
        held = isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress and event.isAutoRepeat()
        if held and isinstance(event, QKeyEvent) and event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            return True
        return super().eventFilter(watched, event)

    # ------------------------------------------------------------------ what is shown

    def show_choosing(self, choosing: Choosing | None, case: Case | None) -> None:
        """Another decision, or the same one anew; None: there is nothing to decide."""
        other = choosing is not self.choosing
        if other and self.choosing is not None:
            self.choosing.undecided = False
        self.choosing = choosing
        self._inside.setEnabled(choosing is not None)
        self._area.setVisible(choosing is not None)
        self._nothing.setVisible(choosing is None)
        self._bottom.setVisible(choosing is not None)
        if other:
            self._rest.stop()
            self.assist.setChecked(False)
            self.note.setPlainText(choosing.note if choosing is not None else "")
            self.search.choose(None)
            self.said.say("")
            mark(self.why, wrong=False)
        if choosing is not None and case is not None:
            self._dress_for(case)
            self.refresh()

    def _dress_for(self, case: Case) -> None:
        waits = case.state == CaseState.OPEN
        self.send.setText(_("Dispatch") if waits else _("Send as assisting"))
        self.heading.say(_("Send to whom") if waits else _("Ask whom to assist"))
        for widget in (self.assist,):
            widget.setVisible(waits)
        self._refusal = why_not_now(BY_NAME["dispatch" if waits else "assist"], self.room, case)
        self.send.setToolTip(tip(str(self._refusal)) if self._refusal is not None else "")
        self._arm()

    def refresh(self) -> None:
        """Say the cards anew: a position came in, a squad took something on, somebody chose."""
        choosing = self.choosing
        if choosing is None:
            return
        for place, card in enumerate(self.cards):
            card.setVisible(place < len(choosing.cards))
            if place < len(choosing.cards):
                self._say(card, choosing.cards[place], choosing)
        chosen = choosing.chosen
        outside = chosen is not None and not choosing.follows
        self.other.setVisible(outside)
        if outside and chosen is not None:
            self._say(self.other, chosen, choosing)
        self._show_helpers(choosing)
        self._show_why(choosing)

    @staticmethod
    def _say(card: Card, squad: Recommendation, choosing: Choosing) -> None:
        lines = [(f"◆ {words}", "late") if aspect is Aspect.CAUTION else (words, "") for aspect, words in squad.lines()]
        key = squad.squad.id
        badge = _("best") if key == choosing.best else ""
        badge = _("assisting") if key in choosing.assisting else badge
        card.say(squad.squad.name, lines, badge)
        if card.is_chosen != (key == choosing.lead):
            card.set_chosen(key == choosing.lead)

    def _show_helpers(self, choosing: Choosing) -> None:
        helpers = [(key, choosing.everybody[key].squad.name) for key in choosing.assisting]
        if helpers == self._helping:
            return  # the cursor may stand on one of them
        self._helping = helpers
        while (item := self._helper_row.takeAt(0)) is not None:
            chip = item.widget()
            if chip is not None:
                chip.hide()
                chip.deleteLater()
        for key, name in helpers:
            chip = Chip(_("assisting: {squad}", squad=name), "×", "accent")
            chip.setToolTip(_("Take off"))
            chip.clicked.connect(lambda _on=False, key=key: self.toggle(key))
            self._helper_row.addWidget(chip)
        self.helpers.setVisible(bool(helpers))

    def _show_why(self, choosing: Choosing) -> None:
        said = choosing.why_offered.words() if choosing.why_typed is None else choosing.why_typed
        if self.why.text() != said:
            self.why.setText(said)
            self.why.setCursorPosition(0)
        needed = choosing.chosen is not None and not choosing.follows
        self.why.setPlaceholderText(_("Not recommended: say why it is sent") if needed else "")

    # ------------------------------------------------------------------ choosing

    def take_card(self, place: int) -> None:
        """The squad on that card leads; or assists, where that was asked for. Without such a card nobody leads."""
        choosing = self.choosing
        if choosing is not None and 0 <= place < len(choosing.cards):
            self.take(choosing.cards[place].squad.id)
        elif choosing is not None:
            choosing.decide_nothing()
            self.assist.setChecked(False)
            self.refresh()
            self.said.say(_("There is no squad {number}: choose one that is shown, or search for it.",
                            number=place + 1), "urgent")  # fmt: skip

    def take(self, squad: Key) -> None:
        """This squad leads; or assists, where that was asked for."""
        choosing = self.choosing
        if choosing is None:
            return
        if self.assist.isChecked():
            self.assist.setChecked(False)
            self.toggle(squad)
            return
        choosing.choose(squad)
        self.said.say("")
        mark(self.why, wrong=False)
        self.refresh()
        self.chosen.emit()

    def toggle(self, squad: Key) -> None:
        """This squad assists, or no longer."""
        if self.choosing is not None:
            if squad == self.choosing.lead:
                self.said.say(_("The lead squad cannot assist itself: choose another one."), "late")
                return
            self.choosing.toggle_assisting(squad)
            self.refresh()
            self.chosen.emit()

    def _picked(self, squad: Key | None) -> None:
        if squad is not None and self.choosing is not None:
            self.take(squad)
            self.search.choose(None)
            if not self.choosing.follows and self.choosing.lead == squad:
                self.why.setFocus()

    def _take_first(self) -> None:
        text = self.search.currentText().strip()
        found = self.search.matches(text) if text else []
        if found:
            self.search.choose(found[0][0])

    def _note_typed(self) -> None:
        if self.choosing is not None:
            self.choosing.note = self.note.toPlainText()

    def _why_typed(self, text: str) -> None:
        if self.choosing is not None:
            self.choosing.why_typed = text
        mark(self.why, wrong=False)

    # ------------------------------------------------------------------ sending

    def fields(self) -> dict[str, Any]:
        """What the move is given. Refused – and said here, at the field – where something is missing."""
        if self.choosing is None:
            raise Incomplete("Choose a squad first.", field="squad")
        try:
            return self.choosing.fields()
        except Incomplete as missing:
            self.refuse(missing)
            if missing.field == "why":
                mark(self.why, wrong=True)
                self.why.setFocus()
            raise

    def refuse(self, refusal: Refused) -> None:
        """Say beside the button why it was not sent."""
        self.said.say(str(refusal), "urgent")

    def set_busy(self, busy: bool) -> None:
        """While the case is on its way nothing is sent twice."""
        self._busy = busy
        self._arm()

    def rest(self) -> None:
        """This case came up by itself: for a moment nothing is sent, so that a second Enter does not send it unseen."""
        self._rest.start()
        self._arm()

    @property
    def resting(self) -> bool:
        """Whether the case came up by itself just now."""
        return self._rest.isActive()

    def _arm(self) -> None:
        self.send.setEnabled(self._refusal is None and not self._busy and not self.resting)
