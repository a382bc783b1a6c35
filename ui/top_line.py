"""The top line: which district, which shift, who sits here, whether the data is live, and the time."""

import datetime as dt
from zoneinfo import ZoneInfo

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QHBoxLayout, QMenu, QPushButton, QToolButton, QWidget

from commandcenter.domain.people import Person
from commandcenter.domain.shifts import shift_at, shifts_of
from commandcenter.domain.units import District
from commandcenter.domain.wording import word
from commandcenter.i18n import N_, _
from ui.backstage import LIVE, LOADING, LOST, OPENING
from ui.following import CAUGHT_UP
from ui.theme import icon, mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.plain_label import PlainLabel
from ui.wording import local

NAME = N_("Command centre")
CLOCK_OFF_S = 2.0
"""Seconds this machine's clock may differ from the server's before it is said."""
SERVER_RULES = N_("The server's time is used everywhere here. Please have the clock set right.")
_WALL = ZoneInfo("UTC")
"""A zone without rules: wall time is compared with wall time."""
_STATES = {OPENING: N_("opening"), LOADING: N_("loading"), LOST: N_("not live for {age}")}
_TONES = {OPENING: "late", LOADING: "late", LIVE: "ok", LOST: "urgent"}
_MARKS = {OPENING: "◆", LOADING: "◆", LIVE: "●", LOST: "▲"}


def age_words(seconds: float) -> str:
    """``0.1 s``, ``42 s``, ``6 min``: how old the data is."""
    if seconds < 10:
        return str(_("{seconds} s", seconds=f"{seconds:.1f}"))
    if seconds < 120:
        return str(_("{seconds} s", seconds=int(seconds)))
    return str(_("{minutes} min", minutes=int(seconds // 60)))


def live_words(state: str, age: float) -> str:
    """What the light says: ``● live 0.1 s``."""
    if state == LIVE:
        return f"{_MARKS[state]} {_('live {age}', age=age_words(age))}"
    return f"{_MARKS[state]} {_(_STATES[state], age=age_words(age))}"


def back_words(how: str, seconds: float) -> str:
    """What became of a gap: what was missed was brought in, or everything was read anew."""
    if how == CAUGHT_UP:
        return str(_("Live again after {age}: what happened meanwhile has been brought in.", age=age_words(seconds)))
    return str(
        _("The database is not the one it was: another server took over, or it was restarted or restored."
          " Everything was read anew.")
    )  # fmt: skip


def clock_words(fast: float) -> str:
    """That this machine's clock is so many seconds ahead of the server's, or behind where it is less than nothing.

    Nothing where it is right enough.
    """
    if abs(fast) <= CLOCK_OFF_S:
        return ""
    if fast > 0:
        off = _("This machine's clock is {age} ahead of the server's.", age=_whole(fast))
    else:
        off = _("This machine's clock is {age} behind the server's.", age=_whole(-fast))
    return f"{off} {_(SERVER_RULES)}"


def _whole(seconds: float) -> str:
    return str(_("{seconds} s", seconds=round(seconds))) if seconds < 120 else age_words(seconds)


def shift_words(district: District | None, at: dt.datetime) -> str:
    """The shift that is on at a local time, with its hours: ``早班 08:00–16:00``. Empty where none is."""
    on = shift_at(shifts_of(district), _WALL, at.replace(tzinfo=_WALL))
    return "" if on is None else on[0].words


def person_words(person: Person) -> str:
    """Role and name: ``operator · Wang Fang``. The name alone where it says the role already."""
    role = word(person.roles[0]) if person.roles else ""
    return person.name if not role or role.casefold() in person.name.casefold() else f"{role} · {person.name}"


class TopLine(QFrame):
    """One line over everything."""

    def __init__(self, person: Person, menu: QMenu | None, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        mark(self, ground="surface", line="bottom")
        self._title = _label("title", ElidedLabel())
        self._shift = _label("small", ElidedLabel())
        self._demonstration = _label("small")
        self._live = _label("small")
        self._live.setObjectName("live")
        self.kept = QPushButton()
        """How much is kept at this station, and since when; pressed, it shows what."""
        self.kept.setObjectName("kept")
        self.kept.hide()
        self._person = _label("small", ElidedLabel())
        self._clock = _label("title")
        self._clock.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self._menu = QToolButton()
        self._menu.setObjectName("menu")
        self._menu.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        if menu is None:
            self._menu.hide()
        else:
            self._menu.setMenu(menu)
        self._menu.setAccessibleName(_("Menu"))
        self._menu.setToolTip(_("Menu"))
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), 0, theme.px(12), 0)
        row.setSpacing(theme.px(16))
        for label in (self._title, self._shift, self._demonstration):
            row.addWidget(label)
        row.addStretch(1)
        for widget in (self.kept, self._live, self._person, self._clock, self._menu):
            row.addWidget(widget)
        self.setFixedHeight(theme.px(40))
        self._person.setText(person_words(person))
        theme.changed.connect(self._dress)
        self._dress()

    def _dress(self) -> None:
        self._menu.setIcon(icon("mdi6.menu"))
        self._clock.setMinimumWidth(self._clock.fontMetrics().horizontalAdvance("00:00:00") + theme.px(4))

    def show_district(self, district: District | None) -> None:
        """Name the district served."""
        self._title.setText(district.centre if district else _(NAME))
        self._demonstration.setVisible(bool(district and district.demonstration))
        self._demonstration.setText(_("demonstration"))
        mark(self._demonstration, tone="late")

    def show_time(self, now: dt.datetime, district: District | None) -> None:
        """The time and the shift. ``now`` is aware."""
        shown = local(now)
        self._clock.setText(shown.strftime("%H:%M:%S"))
        self._shift.setText(shift_words(district, shown))

    def show_live(self, state: str, age: float) -> None:
        """Whether what is on the screen is the present, and how old it is."""
        self._live.setText(live_words(state, age))
        if self._live.property("tone") != _TONES[state]:
            mark(self._live, tone=_TONES[state])

    def show_kept(self, words: str, tone: str) -> None:
        """How much is kept here until the database is back; nothing is said where there is none."""
        self.kept.setText(words)
        mark(self.kept, tone="link", ink=tone)
        self.kept.setVisible(bool(words))

    def show_person(self, person: Person) -> None:
        """Who sits here."""
        self._person.setText(person_words(person))


def _label(face: str, label: PlainLabel | None = None) -> PlainLabel:
    label = label or PlainLabel()
    mark(label, face=face)
    return label
