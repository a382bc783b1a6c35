"""The time bar: which moment is looked at, a minute at a time or playing."""

import datetime as dt

from PySide6.QtCore import QDate, QDateTime, QSignalBlocker, Qt, QTime, QTimer, Signal
from PySide6.QtWidgets import QComboBox, QDateTimeEdit, QFrame, QHBoxLayout, QPushButton, QSlider

from commandcenter.i18n import _
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.wording import local

DAY_MIN = 24 * 60
STEP_MS = 200
"""So long a moment stands while it plays: five in a second."""
SPEEDS = (1, 5, 15, 60)
"""Minutes a step."""


class TimeBar(QFrame):
    """Asks for moments; :meth:`show_moment` says which one has come."""

    asked = Signal(object)
    """A moment is wanted, aware UTC, on the whole minute."""

    def __init__(self, at: dt.datetime, newest: dt.datetime) -> None:
        super().__init__()
        self._newest = newest
        self._shown = at
        mark(self, ground="surface", line="bottom")
        self.moment = QDateTimeEdit()
        self.moment.setObjectName("past.moment")
        self.moment.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.moment.setCalendarPopup(True)
        self.moment.setAccessibleName(_("The moment looked at"))
        self.moment.setMaximumDateTime(_as_qt(newest))
        self.slider = QSlider(Qt.Orientation.Horizontal)
        self.slider.setObjectName("past.slider")
        self.slider.setRange(0, DAY_MIN - 1)
        self.slider.setPageStep(60)
        self.slider.setAccessibleName(_("Minute of the day"))
        self.play = QPushButton(_("Play"))
        self.play.setObjectName("past.play")
        self.play.setCheckable(True)
        self.speed = QComboBox()
        self.speed.setObjectName("past.speed")
        for minutes in SPEEDS:
            self.speed.addItem(_("{n} min a step", n=minutes), minutes)
        self.said = PlainLabel(_("The past: nothing can be changed here."))
        mark(self.said, face="small", tone="late")
        self._next = QTimer(self, singleShot=True, interval=STEP_MS)
        self._lay_out()
        self.moment.dateTimeChanged.connect(self._typed)
        self.slider.valueChanged.connect(self._slid)
        self.play.toggled.connect(self._toggled)
        self._next.timeout.connect(self._step)
        self.show_moment(at)

    def _lay_out(self) -> None:
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        row.setSpacing(theme.px(12))
        for widget in (self.moment, self.play, self.speed):
            row.addWidget(widget)
        row.addWidget(self.slider, 1)
        row.addWidget(self.said)

    def show_moment(self, at: dt.datetime) -> None:
        """The picture is that of this moment. While it plays, the next one comes a moment later."""
        self._shown = at
        there = local(at)
        with QSignalBlocker(self.moment), QSignalBlocker(self.slider):
            self.moment.setDateTime(_as_qt(at))
            if not self.slider.isSliderDown():
                self.slider.setValue(there.hour * 60 + there.minute)
        if self.play.isChecked():
            self._next.start()

    def _typed(self, wanted: QDateTime) -> None:
        self._ask(_as_utc(wanted, local(self._shown)))

    def _slid(self, minute: int) -> None:
        there = local(self._shown)
        self._ask(there.replace(hour=minute // 60, minute=minute % 60, second=0, microsecond=0))

    def _toggled(self, playing: bool) -> None:
        self.play.setText(_("Pause") if playing else _("Play"))
        if playing:
            self._step()
        else:
            self._next.stop()

    def _step(self) -> None:
        wanted = self._shown + dt.timedelta(minutes=self.speed.currentData())
        if wanted > self._newest:
            self.play.setChecked(False)
            return
        self._ask(wanted)

    def _ask(self, at: dt.datetime) -> None:
        self.asked.emit(min(at.astimezone(dt.UTC), self._newest))


def _as_qt(at: dt.datetime) -> QDateTime:
    """What the clocks of the district show at that moment; Qt is told nothing of zones."""
    there = local(at)
    return QDateTime(QDate(there.year, there.month, there.day), QTime(there.hour, there.minute))


def _as_utc(shown: QDateTime, like: dt.datetime) -> dt.datetime:
    day, time = shown.date(), shown.time()
    return dt.datetime(day.year(), day.month(), day.day(), time.hour(), time.minute(), tzinfo=like.tzinfo)
