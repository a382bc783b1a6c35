"""What narrows the figures: the period, the squad, officer, workstation, matter, domain and channel."""

import datetime as dt
from functools import partial

from PySide6.QtCore import QTimer, Signal
from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.complaints import Channel
from commandcenter.domain.matters import MatterDomain
from commandcenter.domain.units import Workstation
from commandcenter.i18n import N_, _
from commandcenter.queries.figures import Sought
from ui.figures.periods import NAMES, USUAL, Days, Named, days_before, days_of
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.choices import Choice
from ui.widgets.day_line import DayLine
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.picker import Combo, Picker
from ui.widgets.plain_label import PlainLabel
from ui.widgets.search_line import PAUSE_MS
from ui.wording import choice

_NOT_DAYS = N_("Write both days as 2026-11-23, the earlier one first: until then the days before stay.")


class Filters(QFrame):
    """Says that something else is wanted whenever a choice changes, or the typing of a day pauses."""

    changed = Signal()
    """Another period, or other records."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.period = Combo()
        self.since, self.until = DayLine(_("From")), DayLine(_("To"))
        self.squad = Picker(room.choices.squads(), _("Squad"))
        self.officer = Picker(room.choices.officers(), _("Officer"))
        self.workstation = Picker(_workstations(room), _("Workstation"))
        self.matter = Picker(room.choices.matters(), _("Matter"))
        self.domain, self.channel = Combo(), Combo()
        self.clear = QPushButton(_("Clear"))
        mark(self.clear, tone="link", face="beside")
        self._days = days_of(USUAL, self._today())
        self._quiet = False
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.setInterval(PAUSE_MS)
        self._soon.timeout.connect(self._own_days)
        self._fill()
        self._lay_out()
        self._connect()
        self._show_days()

    def _fill(self) -> None:
        for named, words in NAMES.items():
            self.period.addItem(_(words), str(named))
        self.period.setCurrentIndex(self.period.findData(str(USUAL)))
        self.domain.addItem(_("Any domain"), None)
        domains = sorted(self._room.picture.of(MatterDomain).values(), key=lambda one: (one.tier, one.code))
        for one in domains:
            self.domain.addItem(one.name, one.code)
        self.channel.addItem(_("Any channel"), None)
        for channel in Channel:
            self.channel.addItem(choice(channel), str(channel))

    def _lay_out(self) -> None:
        mark(self, ground="surface", line="bottom")
        for widget, name, width in (
            (self.period, _("Period"), 124), (self.squad, _("Squad"), 130), (self.officer, _("Officer"), 130),
            (self.workstation, _("Workstation"), 130), (self.matter, _("Matter"), 130), (self.domain, _("Domain"), 124),
            (self.channel, _("Channel"), 124),
        ):  # fmt: skip
            widget.setAccessibleName(name)
            widget.setFixedWidth(theme.px(width))
        box = QWidget()
        flow = FlowLayout(box, gap=8)
        for part in (self.period, self._days_box(), self.squad, self.officer, self.workstation, self.matter,
                     self.domain, self.channel, self.clear):  # fmt: skip
            flow.addWidget(part)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        column.addWidget(box)

    def _days_box(self) -> QWidget:
        box, dash = QWidget(), PlainLabel("–")
        row = QHBoxLayout(box)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(4))
        for widget in (self.since, dash, self.until):
            row.addWidget(widget)
        return box

    def _connect(self) -> None:
        self.period.currentIndexChanged.connect(self._named)
        for day in (self.since, self.until):
            day.textEdited.connect(lambda _text: self._soon.start())
            day.editingFinished.connect(self._left)
        self.squad.picked.connect(self._squad_picked)
        for picker in (self.officer, self.workstation, self.matter):
            picker.picked.connect(lambda _key: self._say())
            edit = picker.lineEdit()
            if edit is not None:
                edit.editingFinished.connect(partial(self._emptied, picker))
        squad = self.squad.lineEdit()
        if squad is not None:
            squad.editingFinished.connect(partial(self._emptied, self.squad))
        for combo in (self.domain, self.channel):
            combo.currentIndexChanged.connect(lambda _place: self._say())
        self.clear.clicked.connect(self.empty)

    def _today(self) -> dt.date:
        return self._room.picture.rules.calendar.local(self._room.now()).date()

    # ------------------------------------------------------------------ the period

    @property
    def days(self) -> Days:
        """The days that are shown; those of a named period as of today."""
        named = self.named
        return self._days if named is Named.OWN else days_of(named, self._today())

    @property
    def named(self) -> Named:
        """The period by its name."""
        return Named(self.period.currentData())

    def _named(self, _place: int) -> None:
        if self.named is not Named.OWN:
            self._days = self.days
            self._show_days()
        self._say()

    def _show_days(self) -> None:
        self.since.setText(self._days.first.isoformat())
        self.until.setText(self._days.last.isoformat())

    def _own_days(self) -> None:
        self._soon.stop()
        first, last = self.since.day, self.until.day
        if first is None or last is None or first > last or Days(first, last) == self.days:
            return
        self._days, self._quiet = Days(first, last), True
        self.period.setCurrentIndex(self.period.findData(str(Named.OWN)))
        self._quiet = False
        self._say()

    def _left(self) -> None:
        """Days that mean nothing change nothing: that is said when they are left, and stays marked."""
        self._own_days()
        first, last = self.since.day, self.until.day
        wrong = first is None or last is None or first > last
        for day in (self.since, self.until):
            mark(day, wrong=wrong)
        if wrong:
            self._room.say(_(_NOT_DAYS), "late")

    # ------------------------------------------------------------------ whose

    def _squad_picked(self, key: object) -> None:
        """Only its own officers and workstations are offered then."""
        squad, self._quiet = key if isinstance(key, str) else None, True
        self.officer.offer(self._room.choices.officers_by_name(squad))
        self.workstation.offer(_workstations(self._room, squad))
        self._quiet = False
        self._say()

    def _emptied(self, picker: Picker) -> None:
        """What was deleted narrows no longer."""
        if picker.key is not None and not picker.currentText().strip():
            picker.choose(None)

    def sought(self) -> Sought:
        """What is asked for."""
        since_at, until_at = self.days.moments(self._room.picture.rules.calendar)
        return Sought(
            since_at, until_at, squad_id=self.squad.key, officer_id=self.officer.key,
            workstation_id=self.workstation.key, matter_id=self.matter.key, domain=self.domain.currentData(),
            channel=self.channel.currentData(), now_at=self._room.now(),
        )  # fmt: skip

    def before(self) -> Days:
        """The days it is compared with."""
        return days_before(self.days, self._today())

    def _say(self) -> None:
        if not self._quiet:
            self.changed.emit()

    def empty(self) -> None:
        """The usual period, of everybody."""
        self._quiet = True
        self.period.setCurrentIndex(self.period.findData(str(USUAL)))
        for picker in (self.squad, self.officer, self.workstation, self.matter):
            picker.choose(None)
        self.officer.offer(self._room.choices.officers())
        self.workstation.offer(_workstations(self._room))
        for combo in (self.domain, self.channel):
            combo.setCurrentIndex(0)
        for day in (self.since, self.until):
            mark(day, wrong=False)
        self._days = days_of(USUAL, self._today())
        self._show_days()
        self._quiet = False
        self._say()

    # ------------------------------------------------------------------ remembering

    def state(self) -> dict[str, str | None]:
        """What is chosen, so that it is there again in another language."""
        return {
            "period": self.period.currentData(), "since": self.since.text(), "until": self.until.text(),
            "squad": self.squad.key, "officer": self.officer.key, "workstation": self.workstation.key,
            "matter": self.matter.key, "domain": self.domain.currentData(), "channel": self.channel.currentData(),
        }  # fmt: skip

    def restore(self, state: dict[str, str | None]) -> None:
        """Choose that again; what is no longer there is left out."""
        self._quiet = True
        for name in ("squad", "officer", "workstation", "matter"):
            getattr(self, name).choose(state.get(name))
        for combo, name in ((self.period, "period"), (self.domain, "domain"), (self.channel, "channel")):
            combo.setCurrentIndex(max(0, combo.findData(state.get(name))))
        if self.named is Named.OWN:
            self.since.setText(state.get("since") or "")
            self.until.setText(state.get("until") or "")
            first, last = self.since.day, self.until.day
            if first is not None and last is not None and first <= last:
                self._days = Days(first, last)
        self._quiet = False
        self._say()


def _workstations(room: Room, squad_id: str | None = None) -> list[Choice]:
    stations = (one for one in room.picture.of(Workstation).values() if not one.disabled)
    return sorted(((one.id, one.name) for one in stations if squad_id in {None, one.squad_id}), key=lambda one: one[1])

