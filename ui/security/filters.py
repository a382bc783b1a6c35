"""What narrows the list of facts: their sort, a person, days."""

import datetime as dt

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.people import Person
from commandcenter.i18n import _
from commandcenter.queries.oversight import Overseen, Sort
from ui.room import Room
from ui.security.saying import SORTS
from ui.theme import mark, theme
from ui.widgets.day_line import DayLine
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.picker import Combo, Picker
from ui.widgets.plain_label import PlainLabel
from ui.widgets.search_line import PAUSE_MS


class Filters(QFrame):
    """Says what is sought whenever a choice changes or the typing of a day pauses."""

    sought = Signal(object)
    """What is looked for now; an :class:`~commandcenter.queries.oversight.Overseen`."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.sort = Combo()
        self.sort.setObjectName("security.sort")
        self.sort.addItem(_("Everything"), "")
        for sort in Sort:
            self.sort.addItem(_(SORTS[sort]), str(sort))
        people = room.picture.of(Person).values()
        named = sorted((f"{p.name} ({p.login})", p.id) for p in people)
        self.person = Picker([(key, name) for name, key in named], _("Person"))
        self.since, self.until = DayLine(_("From")), DayLine(_("To"))
        self.clear = QPushButton(_("Clear"))
        mark(self.clear, tone="link", face="beside")
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._say)
        self._lay_out()
        self._connect()

    def _lay_out(self) -> None:
        mark(self, ground="surface", line="bottom")
        for widget, name in ((self.sort, _("What")), (self.person, _("Person"))):
            widget.setAccessibleName(name)
            widget.setFixedWidth(theme.px(184))
        days, dash = QWidget(), PlainLabel("–")
        row = QHBoxLayout(days)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        for part in (self.since, dash, self.until):
            row.addWidget(part)
        box = QWidget()
        flow = FlowLayout(box, gap=8)
        for choice in (self.sort, self.person, days, self.clear):
            flow.addWidget(choice)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(10), theme.px(16), theme.px(10))
        column.addWidget(box)

    def _connect(self) -> None:
        self.sort.currentIndexChanged.connect(lambda _place: self._say())
        self.person.picked.connect(lambda _key: self._say())
        for day in (self.since, self.until):
            day.textChanged.connect(lambda _text: self._soon.start())
        self.clear.clicked.connect(self.empty)

    def what(self) -> Overseen:
        """What is looked for."""
        sort = self.sort.currentData()
        return Overseen(
            sort=Sort(sort) if sort else None, person_id=self.person.key,
            since_at=self._begin(self.since.day), until_at=self._begin(self.until.day, days=1),
        )  # fmt: skip

    def _begin(self, day: dt.date | None, days: int = 0) -> dt.datetime | None:
        calendar = self._room.picture.rules.calendar
        return calendar.instant(day + dt.timedelta(days=days), dt.time()) if day is not None else None

    def _say(self) -> None:
        self._soon.stop()
        self.sought.emit(self.what())

    def empty(self) -> None:
        """Look for nothing in particular."""
        self.since.clear()
        self.until.clear()
        self.person.choose(None)
        self.sort.setCurrentIndex(0)
        self._say()
