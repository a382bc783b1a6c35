"""The district's rules as they stand: its limits by name and its working calendar. Configuration, not code."""

import datetime as dt
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from enum import StrEnum

from commandcenter.domain.calendar import DayRule, DutyHours, WorkingCalendar
from commandcenter.domain.deadlines import Deadline, Limit, Pause, deadline, limit_for
from commandcenter.domain.limits import CLOCK
from commandcenter.domain.matters import Urgency
from commandcenter.domain.units import CalendarDay, District, Setting
from commandcenter.errors import Incomplete
from commandcenter.i18n import N_


class Hardness(StrEnum):
    """What can make a case a hard one (:mod:`commandcenter.domain.burdens`): the rule ``load.hard`` lists some."""

    URGENT = "urgent"
    ENFORCED = "enforced"
    REDO = "redo"
    DISPUTED = "disputed"
    SENSITIVE = "sensitive"
    CROWDED = "crowded"


DEFAULTS: Mapping[str, str] = {
    "return.supervisor_from": "2",
    "extension.max": "10 wd",
    "suspension.max": "30 d",
    "visit.tries": "3",
    "visit.again": "2 wh",
    "contact.tries": "3",
    "photo.megabytes": "20",
    "duplicate.days": "90",
    "duplicate.metres": "100",
    "grace": "7 d",
    "reveal.minutes": "5",
    "claim.minutes": "5",
    "backup.every": "26 h",
    "lock.minutes": "10",
    "inspection.rectify": "5 wd",
    "inspection.rectify_serious": "2 wd",
    "inspection.recheck": "3 wd",
    "attendance.far_metres": "5000",
    "attendance.fastest_kmh": "200",
    "roll_call.minutes": "5",
    "handover.near": "4 h",
    "retention.position_days": "90",
    "retention.identity_days": "1095",
    "document.mark": "综",
    "bulletin.daily": "7",
    "bulletin.weekly": "7",
    "bulletin.monthly": "7",
    "wall.dimmed": "",
    "wall.hidden": "",
    "ladder.by_rule": "off",
    "ladder.chase_after": "1 wh",
    "ladder.supervise_after": "red",
    "ladder.circulate_after": "3 wd",
    "sign.stuck": "on",
    "sign.silence": "3 d",
    "sign.bouncing": "on",
    "sign.returns": "2",
    "sign.hand_overs": "4",
    "sign.repeated": "on",
    "sign.repeats": "3",
    "sign.repeat_metres": "100",
    "sign.repeat_days": "30",
    "sign.bare_contact": "on",
    "sign.call_seconds": "10",
    "sign.burst": "on",
    "sign.burst_cases": "5",
    "sign.burst_before": "1 d",
    "sign.far_photo": "on",
    "sign.photo_metres": "500",
    "sign.broken_promises": "on",
    "sign.broken": "2",
    "sign.off_duty": "on",
    "sign.surge": "on",
    "sign.surge_complaints": "5",
    "sign.surge_metres": "300",
    "sign.surge_hours": "24",
    "load.days": "28",
    "load.longest_hours": "16",
    "load.night_from": "22",
    "load.night_until": "6",
    "load.accuracy_metres": "100",
    "load.gap_minutes": "10",
    "load.hard": ",".join(Hardness),
    "load.crowd": "3",
    "load.weight_hours": "3",
    "load.weight_distance": "1",
    "load.weight_hard": "4",
    "load.weight_nights": "2",
    "load.noticed": "10",
    "load.points": "20",
}
"""What holds where a district's pack says nothing. Limits of clocks: :mod:`commandcenter.domain.deadlines`."""
_CLASSES = frozenset({"wall.dimmed", "wall.hidden"})
"""Rules that list classes of cases: ``confidential``, codes of matters and domains, by commas. Empty is a list too."""
ON, OFF = "on", "off"
"""What a rule that is a switch says."""
RED = "red"
"""What a rule of the ladder says instead of a limit: with the red card."""
WITH_CARD = frozenset({"ladder.chase_after", "ladder.supervise_after", "ladder.circulate_after"})
"""The rules that may say so."""
_LARGEST = 999_999
_MOST = {
    "lock.minutes": 60, "bulletin.daily": 24, "bulletin.weekly": 24, "bulletin.monthly": 24, "load.days": 92,
    "load.longest_hours": 48, "load.night_from": 23, "load.night_until": 23, "load.weight_hours": 100,
    "load.weight_distance": 100, "load.weight_hard": 100, "load.weight_nights": 100, "load.points": 100,
}  # fmt: skip
"""No district lets a window that nobody sits at stand open for longer than this; a day has 24 hours; and what officers
have borne never outweighs whose area or matter it is."""
WORDED: Mapping[str, int] = {"document.mark": 16}
"""Rules that are words, and how many characters they may have."""
_LEAST = {
    "retention.position_days": 7, "retention.identity_days": 30, "load.night_from": 0, "load.night_until": 0,
    "load.weight_hours": 0, "load.weight_distance": 0, "load.weight_hard": 0, "load.weight_nights": 0,
    "load.noticed": 0, "load.points": 0,
}  # fmt: skip
"""No district takes away sooner than this what is then gone for good; a day begins at 0 and no weight is one too."""


@dataclass(frozen=True)
class Rules:
    """Limits and calendar of one district, as one immutable value."""

    settings: Mapping[str, str]
    calendar: WorkingCalendar

    def text(self, name: str) -> str:
        """A setting's text; the default where the district has none. KeyError for a name nobody declared."""
        return self.settings.get(name) or DEFAULTS[name]

    def number(self, name: str) -> int:
        """A setting that is a whole number, never beyond what it may be, whoever wrote it down."""
        return max(least(name), min(int(self.text(name)), largest(name)))

    def on(self, name: str) -> bool:
        """Whether a rule that is a switch is on."""
        return self.text(name) == ON

    def limit(self, clock: str, urgency: str, matter_limit: str = "") -> Limit:
        """How long ``clock`` runs for this urgency; the matter's own limit goes before it."""
        return limit_for(clock, urgency, self.settings, matter_limit or None)

    def due(
        self,
        started_at: dt.datetime,
        limit: Limit,
        pauses: Iterable[Pause] = (),
        extension: str = "",
        as_of: dt.datetime | None = None,
    ) -> Deadline:
        """The deadline of a clock, with the lines that explain it."""
        extra = Limit.parse(extension) if extension else None
        return deadline(started_at, limit, self.calendar, tuple(pauses), extra, as_of=as_of)

    def after(self, started_at: dt.datetime, limit: str) -> dt.datetime:
        """The moment ``limit`` after ``started_at``."""
        return self.due(started_at, Limit.parse(limit)).due_at


def pauses_of(stored: Iterable[Iterable[str | None]]) -> tuple[Pause, ...]:
    """Suspensions as an assignment stores them, as values of time."""
    return tuple(
        Pause(dt.datetime.fromisoformat(str(begin)), dt.datetime.fromisoformat(end) if end else None)
        for begin, end in stored
    )


def rules_from(
    district: District | None, settings: Iterable[Setting], days: Iterable[CalendarDay]
) -> Rules:
    """The rules as the district's records hold them; sensible ones where there is no district yet."""
    hours = district.hours if district else [["09:00", "12:00"], ["13:30", "17:30"]]
    calendar = WorkingCalendar(
        district.timezone if district else "Asia/Shanghai",
        DutyHours.parse(", ".join(f"{start}-{end}" for start, end in hours)),
        {d.day: DayRule(d.working, d.name) for d in days},
    )
    return Rules({s.name: s.value for s in settings}, calendar)


def listed(value: str) -> frozenset[str]:
    """What a rule lists by commas."""
    return frozenset(one.strip() for one in value.split(",")) - {""}


def classes(name: str, value: str) -> frozenset[str]:
    """The classes of cases that a rule of that name lists; of a rule that lists none, none."""
    return listed(value) if name in _CLASSES else frozenset()


def least(name: str) -> int:
    """The least whole number that a rule of that name may be."""
    return _LEAST.get(name, 1)


def largest(name: str) -> int:
    """The largest whole number that a rule of that name may be."""
    return _MOST.get(name, _LARGEST)


def _check_words(name: str, value: str) -> None:
    if not value.isprintable() or not 1 <= len(value.strip()) <= WORDED[name]:
        raise Incomplete(N_("{name} is one line of at most {most} characters."), field="value", name=name,
                         most=WORDED[name])  # fmt: skip


def _check_listed(name: str, value: str, known: frozenset[str]) -> None:
    if not listed(value) or listed(value) - known:
        raise Incomplete(N_("{name} lists some of these, by commas: {known}."), field="value", name=name,
                         known=", ".join(sorted(known)))  # fmt: skip


def is_switch(name: str) -> bool:
    """Whether a rule of that name is on or off."""
    return DEFAULTS.get(name) in (ON, OFF)


def check_rule(name: str, value: str) -> None:
    """Refused for a rule nobody knows, and for a value it cannot have: a limit for a limit, a number for a number."""
    clock, _dot, urgency = name.partition(".")
    timed = clock in CLOCK and bool(CLOCK[clock].limits) and urgency in {"", *map(str, Urgency)}
    if not timed and name not in DEFAULTS:
        raise Incomplete(N_("There is no rule of the name “{name}”."), field="name", name=name)
    if name in _CLASSES:
        return
    if name == "load.hard":
        _check_listed(name, value, frozenset(map(str, Hardness)))
        return
    if name in WORDED:
        _check_words(name, value)
    elif is_switch(name):
        if value not in (ON, OFF):
            raise Incomplete(N_("{name} is “on” or “off”."), field="value", name=name)
    elif timed or not DEFAULTS[name].isdigit():
        if not (name in WITH_CARD and value == RED):
            Limit.parse(value)
    elif not (value.isascii() and value.isdigit() and least(name) <= int(value[:9]) <= largest(name)):
        raise Incomplete(N_("{name} is a whole number from {least} to {most}."), field="value", name=name,
                         least=least(name), most=largest(name))  # fmt: skip
