"""The form of a call, in the order in which it is spoken: words, phone, name, place, matter, urgency."""

from collections.abc import Iterable
from dataclasses import replace
from itertools import pairwise

from PySide6.QtCore import QEvent, QObject, QSignalBlocker, Qt, QTimer, Signal
from PySide6.QtGui import QKeyEvent, QTextCursor
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QComboBox,
    QGridLayout,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from commandcenter.domain.complaints import Channel, Complaint
from commandcenter.domain.matters import Matter, Urgency
from commandcenter.domain.moves import BY_NAME
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_, _
from ui.intake.call import Call
from ui.intake.finding import Finder
from ui.intake.matter_field import MatterField
from ui.intake.place_field import PlaceField
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.wording import choice

_WORDS_HEIGHT = 120  # px of the design, as small as it gets


class CallForm(QWidget):
    """What is typed of one call. It says what changed and knows nothing of saving."""

    changed = Signal()
    """Something else stands on the form than a moment ago."""
    pick_asked = Signal()

    def __init__(self, room: Room, finder: Finder, *, caller: bool = True) -> None:
        """``caller`` False: a find of our own, which nobody reported."""
        super().__init__()
        self._room, self._caller = room, caller
        self._call = Call()
        self._chosen_urgency = False
        self._arriving = QTimer(self, singleShot=True)
        self.words = QPlainTextEdit()
        self.words.setObjectName("intake.words")
        self.words.setTabChangesFocus(True)
        self.words.setMinimumHeight(theme.px(_WORDS_HEIGHT))
        self.words.setPlaceholderText(
            _("What is said, as it is said – just begin to type") if caller else _("What was found")
        )
        self.phone, self.name = QLineEdit(), QLineEdit()
        self.phone.setObjectName("intake.phone")
        self.name.setObjectName("intake.name")
        self.place = PlaceField(room, finder)
        self.matter = MatterField(room, finder)
        self.channel = QComboBox()
        self.channel.setObjectName("intake.channel")
        for known in Channel:
            self.channel.addItem(choice(known), str(known))
        self.confidential = QCheckBox(_("Confidential"))
        self.confidential.setObjectName("intake.confidential")
        self.confidential.setToolTip(_("The caller is shown to the owner and a supervisor only."))
        self._radios = QButtonGroup(self)
        self.urgency = self._urgencies()
        self._labels: dict[str, PlainLabel] = {}
        self._said = PlainLabel()
        self._lay_out()
        self._connect()
        self.show_call(Call(), None)

    def _urgencies(self) -> dict[str, QRadioButton]:
        made = {}
        for known in Urgency:
            radio = QRadioButton(choice(known))
            radio.setObjectName(f"intake.urgency.{known}")
            self._radios.addButton(radio)
            made[str(known)] = radio
        return made

    # ------------------------------------------------------------------ layout

    def _lay_out(self) -> None:
        grid = QGridLayout(self)
        grid.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        grid.setHorizontalSpacing(theme.px(16))
        grid.setVerticalSpacing(theme.px(12))
        grid.setColumnStretch(0, 1)
        grid.setColumnStretch(1, 1)
        grid.addWidget(self._field("words", _("What is said"), self.words), 0, 0, 1, 2)
        if self._caller:
            grid.addWidget(self._field("caller_phone", _("Phone"), self.phone), 1, 0)
            grid.addWidget(self._field("caller_name", _("Name"), self.name), 1, 1)
        grid.addWidget(self._field("place_words", _("Place"), self.place), 2, 0, 1, 2)
        grid.addWidget(self._field("matter", _("Matter"), self.matter), 3, 0, 1, 2)
        grid.addWidget(self._field("urgency", _("Urgency"), self._urgency_row()), 4, 0, 1, 2)
        if self._caller:
            grid.addWidget(self._field("channel", _("Channel"), self.channel), 5, 0)
            grid.addWidget(self.confidential, 5, 1, Qt.AlignmentFlag.AlignBottom)
        grid.setRowStretch(0, 3)
        grid.setRowStretch(6, 1)
        order = [self.words, self.phone, self.name, self.place.line, self.matter.line, *self.urgency.values(),
                 self.channel, self.confidential]  # fmt: skip
        kept = [w for w in order if self._caller or w not in (self.phone, self.name, self.channel, self.confidential)]
        for one, other in pairwise(kept):
            QWidget.setTabOrder(one, other)
        if not self._caller:
            for unused in (self.phone, self.name, self.channel, self.confidential):
                unused.setParent(self)
                unused.hide()

    def _field(self, name: str, label: str, widget: QWidget) -> QWidget:
        """A small label above what it names, and room for what is wrong with it."""
        field = QWidget()
        column = QVBoxLayout(field)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        said = self._said if name == "words" else PlainLabel()
        said.setText(label)
        mark(said, face="caption")
        said.setBuddy(widget)
        if not widget.accessibleName():
            widget.setAccessibleName(label)
        wrong = PlainLabel()
        wrong.setObjectName(f"wrong.{name}")
        wrong.setWordWrap(True)
        mark(wrong, face="small", tone="urgent")
        wrong.hide()
        self._labels[name] = wrong
        for part in (said, widget, wrong):
            column.addWidget(part)
        return field

    def _urgency_row(self) -> QWidget:
        row = QWidget()
        line = QHBoxLayout(row)
        line.setContentsMargins(0, 0, 0, 0)
        line.setSpacing(theme.px(16))
        for radio in self.urgency.values():
            line.addWidget(radio)
        line.addStretch(1)
        return row

    def _connect(self) -> None:
        self._arriving.timeout.connect(self.place.arrive)
        for line in (self.phone, self.name):
            line.textChanged.connect(self._notice)
        self.words.textChanged.connect(self._notice)
        self.place.changed.connect(self._notice)
        self.place.pick_asked.connect(self.pick_asked)
        self.matter.changed.connect(self._matter_changed)
        self.channel.currentIndexChanged.connect(self._notice)
        self.confidential.toggled.connect(self._notice)
        self._radios.buttonClicked.connect(self._urgency_chosen)
        for finding in (self.place, self.matter):
            finding.line.passed.connect(self.focusNextChild)
            finding.line.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.FocusOut:
            (self.place if watched is self.place.line else self.matter).leave()
        elif event.type() == QEvent.Type.FocusIn and watched is self.place.line:
            self.place.listen(self.words.toPlainText())
            # After the line itself has taken note of it.
            self._arriving.start(0)
        return super().eventFilter(watched, event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Return, Qt.Key.Key_Enter} and not event.modifiers():
            self.focusNextChild()
            return
        super().keyPressEvent(event)

    # ------------------------------------------------------------------ what stands on it

    def call(self) -> Call:
        """The call as it stands here now."""
        urgency = next((name for name, radio in self.urgency.items() if radio.isChecked()), str(Urgency.ORDINARY))
        return replace(
            self._call, words=self.words.toPlainText(), caller_phone=self.phone.text(), caller_name=self.name.text(),
            place_words=self.place.words, point=self.place.point, place_source=self.place.source,
            matter=self.matter.key, urgency=urgency, urgency_chosen=self._chosen_urgency,
            channel=str(self.channel.currentData()), confidential=self.confidential.isChecked(),
        )  # fmt: skip

    def show_call(self, call: Call, complaint: Complaint | None) -> None:
        """Show this call instead of the one that stands here; ``complaint`` is what it is about, once received."""
        self._call, self._chosen_urgency = call, call.urgency_chosen
        with QSignalBlocker(self):
            self.words.setPlainText(call.words)
            if complaint is None:  # somebody's own words: he goes on behind them
                self.words.moveCursor(QTextCursor.MoveOperation.End)
            self.phone.setText(call.caller_phone)
            self.name.setText(call.caller_name)
            self.place.show_place(call.place_words, call.point, call.place_source)
            self.matter.choose(call.matter, told=False)
            self.urgency[call.urgency].setChecked(True)
            self.channel.setCurrentIndex(max(0, self.channel.findData(call.channel)))
            self.confidential.setChecked(call.confidential)
        self.channel.setEnabled(complaint is None)  # how it came in is a fact, and so is what was said
        self.words.setReadOnly(complaint is not None)
        self._said.setText(_("What is said") if complaint is None else _("What is said · as it came"))
        mask = complaint.caller_mask if complaint is not None else ""
        self.phone.setPlaceholderText(mask or (_("anonymous") if complaint is not None else ""))
        self.name.setPlaceholderText("")
        self.clear_wrong()
        self.changed.emit()

    def go_on_with(self, complaint: Complaint) -> None:
        """What stands here is about this version of the complaint, which says the same as the one before."""
        self._call = replace(self._call, seen_version=complaint.version)

    def names_complete(self) -> None:
        """Every name of the district can be found now."""
        for finding in (self.place, self.matter):
            finding.line.names_complete()

    def _notice(self) -> None:
        self.clear_wrong()
        self.changed.emit()

    def _matter_changed(self) -> None:
        matter = self._room.picture.get(Matter, self.matter.key)
        if matter is not None and not self._chosen_urgency:
            self.urgency[matter.urgency].setChecked(True)
        self._notice()

    def _urgency_chosen(self) -> None:
        self._chosen_urgency = True
        self._notice()

    # ------------------------------------------------------------------ what is wrong with it

    def _widget(self, name: str) -> QWidget | None:
        return {
            "words": self.words, "caller_phone": self.phone, "caller_name": self.name, "channel": self.channel,
            "place_words": self.place.line, "point": self.place.line, "matter": self.matter.line,
            "urgency": self.urgency[str(Urgency.ORDINARY)],
        }.get(name)  # fmt: skip

    def show_wrong(self, refusal: Incomplete) -> bool:
        """Mark the field a refusal names and put the cursor there. False where it names none of these."""
        self.clear_wrong()
        name = "place_words" if refusal.field == "point" else refusal.field
        widget, label = self._widget(name), self._labels.get(name)
        if widget is None or label is None:
            return False
        mark(widget, wrong=True)
        label.setText(str(refusal))
        label.show()
        widget.setFocus(Qt.FocusReason.OtherFocusReason)
        return True

    @property
    def wrong(self) -> list[str]:
        """The names of the fields that are marked."""
        return [name for name, label in self._labels.items() if not label.isHidden()]

    def clear_wrong(self) -> None:
        """Take all marks off."""
        for name in self.wrong:
            self._labels[name].hide()
            widget = self._widget(name)
            if widget is not None:
                mark(widget, wrong=False)

    def check_matter(self, move: str) -> None:
        """Incomplete where a matter is typed but none was chosen: it would be lost in silence."""
        needed = any(asked.name == "matter" and asked.required for asked in BY_NAME[move].needs)
        words = self.matter.line.text().strip()
        if self.matter.key is None and words:
            what_to_do = (N_("“{words}” is not a matter of the list: choose one of it.") if needed else
                          N_("“{words}” is not a matter of the list: choose one, or leave it empty."))  # fmt: skip
            raise Incomplete(what_to_do, field="matter", words=words)

    def suggest(self, matters: Iterable[Matter]) -> None:
        """Offer matters the words sound like."""
        self.matter.suggest(tuple(matters))
