"""The line to search with and what narrows it: place, matter, squad, state, dates."""

import datetime as dt
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.cases import CaseState
from commandcenter.domain.complaints import ComplaintState
from commandcenter.domain.people import Right
from commandcenter.i18n import N_, _
from commandcenter.queries.archive import Sought
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.day_line import DayLine
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.picker import Combo, Picker
from ui.widgets.plain_label import PlainLabel
from ui.widgets.search_line import PAUSE_MS, SearchLine
from ui.wording import choice

_NO_DAY = N_("“{words}” is not a day: write it as 2026-11-23.")
_NO_MATTER = N_("“{words}” is not a matter of the list: choose one, or leave it empty.")
_NO_SQUAD = N_("“{words}” is not a squad of the list: choose one, or leave it empty.")
STATES = (*CaseState, ComplaintState.ANSWERED, ComplaintState.DECLINED)


class Filters(QFrame):
    """Says what is sought whenever the typing pauses or a choice changes."""

    sought = Signal(object)
    """What is looked for now; a :class:`~commandcenter.queries.archive.Sought`."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        phone = Right.REVEAL in room.person.rights
        self.line = SearchLine(
            _("Words, a number, or a telephone number") if phone else _("Words or a number")
        )
        self.line.setObjectName("archive.line")
        self.line.setAccessibleName(_("Search everything"))
        self.place = SearchLine(_("Place"))
        self.matter = Picker(room.choices.matters(), _("Matter"))
        self.squad = Picker(room.choices.squads(), _("Squad"))
        self.state = Combo()
        self.since, self.until = DayLine(_("From")), DayLine(_("To"))
        self.clear = QPushButton(_("Clear"))
        mark(self.clear, tone="link", face="beside")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._say)
        self._fill()
        self._lay_out()
        self._connect()

    def _fill(self) -> None:
        self.state.addItem(_("Any state"), "")
        for state in STATES:
            self.state.addItem(choice(state), str(state))
        for widget, name in ((self.place, _("Place")), (self.matter, _("Matter")), (self.squad, _("Squad")),
                             (self.state, _("State"))):
            widget.setAccessibleName(name)
            widget.setFixedWidth(theme.px(168))

    def _lay_out(self) -> None:
        mark(self, ground="surface", line="bottom")
        box = QWidget()
        row = FlowLayout(box, gap=8)
        for widget in (self.place, self.matter, self.squad, self.state, self._days(), self.clear):
            row.addWidget(widget)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        column.setSpacing(theme.px(8))
        column.addWidget(self.line)
        column.addWidget(box)

    def _days(self) -> QWidget:
        box, dash = QWidget(), PlainLabel("–")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        for widget in (self.since, dash, self.until):
            row.addWidget(widget)
        return box

    def _connect(self) -> None:
        for line in (self.line, self.place):
            line.sought.connect(lambda _text: self._say())
        for picker in (self.matter, self.squad):
            picker.picked.connect(partial(self._picked, picker))
        self.state.currentIndexChanged.connect(lambda _place: self._say())
        for day in (self.since, self.until):
            day.textChanged.connect(lambda _text: self._soon.start())
            day.editingFinished.connect(partial(self._left, day, _NO_DAY))
        for picker, none in ((self.matter, _NO_MATTER), (self.squad, _NO_SQUAD)):
            edit = picker.lineEdit()
            if edit is not None:
                edit.editingFinished.connect(partial(self._left, picker, none))
        self.clear.clicked.connect(self.empty)

    def _left(self, field: "DayLine | Picker", none: str) -> None:
        """What was typed and means nothing narrows nothing: that is said when it is left, and stays marked."""
        if isinstance(field, DayLine):
            words, means = field.text().strip(), field.day is not None
        else:
            words, means = field.currentText().strip(), field.key is not None
        wrong = bool(words) and not means
        mark(field, wrong=wrong)
        if wrong:
            self._room.say(_(none, words=words), "late")

    def what(self) -> Sought:
        """What is looked for."""
        return Sought(
            place=self.place.text().strip(), matter_id=self.matter.key, squad_id=self.squad.key,
            state=str(self.state.currentData() or ""),
            since_at=self._begin(self.since.day), until_at=self._begin(self.until.day, days=1),
        ).saying(self.line.text())  # fmt: skip

    def _begin(self, day: dt.date | None, days: int = 0) -> dt.datetime | None:
        calendar = self._room.picture.rules.calendar
        return calendar.instant(day + dt.timedelta(days=days), dt.time()) if day is not None else None

    def ask_now(self) -> None:
        """Say what is sought without waiting for the pause in the typing, where it was not said yet."""
        for line in (self.line, self.place):
            line.ask_now()
        if self._soon.isActive():
            self._soon.stop()
            self._say()

    def _picked(self, picker: Picker, key: object) -> None:
        if key is not None:
            mark(picker, wrong=False)
        self._say()

    def _say(self) -> None:
        self.sought.emit(self.what())

    def empty(self) -> None:
        """Look for nothing in particular."""
        for line in (self.line, self.place, self.since, self.until):
            line.clear()
        for picker in (self.matter, self.squad):
            picker.choose(None)
            mark(picker, wrong=False)
        self.state.setCurrentIndex(0)
        self.line.setFocus()
        self._say()
