"""Time limits, and the table of clocks: what is timed, on which record, and how long it may take.

Every limit is configuration; the defaults here are those of published rules where one is named, else ours.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal
from enum import StrEnum
from types import MappingProxyType

from commandcenter.domain.sentences import Spoken
from commandcenter.errors import Refused
from commandcenter.i18n import N_, ngettext


class Unit(StrEnum):
    """In what a limit is counted. Minutes and hours run day and night; the others follow the calendar."""

    MINUTE = "min"
    HOUR = "h"
    WORKING_HOUR = "wh"
    WORKING_DAY = "wd"
    CALENDAR_DAY = "d"


DAYS = (Unit.WORKING_DAY, Unit.CALENDAR_DAY)
LARGEST: Mapping[Unit, int] = MappingProxyType({  # about three years: longer is a slip of the pen
    Unit.MINUTE: 1_500_000, Unit.HOUR: 25_000, Unit.WORKING_HOUR: 8_000,
    Unit.WORKING_DAY: 1_000, Unit.CALENDAR_DAY: 1_000,
})
_WRITTEN = re.compile(r"\s*([0-9]{1,9}(?:\.[0-9]{1,2})?)\s*(min|h|wh|wd|d)\s*", re.ASCII)


@dataclass(frozen=True, slots=True)
class Limit(Spoken):
    """An amount of time in a unit, written ``5 wd``.

    ``amount`` is more than zero; days are whole numbers, since the law counts days and not parts of them
    (Civil Code of the PRC, Art. 201): half a working day is written in working hours. Refused otherwise.
    """

    amount: int | Decimal
    unit: Unit

    def __post_init__(self) -> None:
        amount = self.amount
        if amount == int(amount):
            object.__setattr__(self, "amount", int(amount))
        if amount <= 0:
            raise Refused(N_("A time limit must be more than nothing."))
        if amount > LARGEST[self.unit]:
            raise Refused(N_("A time limit of {limit} is too long: at most {most} {unit}."),
                          limit=str(self), most=LARGEST[self.unit], unit=self.unit.value)
        if self.unit in DAYS and amount != int(amount):
            raise Refused(N_("“{limit}”: days are counted whole. Write part of a day in hours (h) or working "
                             "hours (wh)."), limit=str(self))

    @classmethod
    def parse(cls, text: str) -> "Limit":
        """From ``5 wd``, ``15min``, ``1.5 h``. Refused, with the ways to write it, when it is no limit."""
        written = _WRITTEN.fullmatch(text)
        if written is None:
            raise Refused(N_("“{text}” is not a time limit: write a number and one of min, h, wh (working "
                             "hours), wd (working days), d (calendar days), for example “5 wd”."), text=text)
        return cls(Decimal(written[1]), Unit(written[2]))

    @property
    def length(self) -> timedelta:
        """The amount of clock or duty time. Days have none (ValueError): they are counted, not measured."""
        if self.unit in DAYS:
            raise ValueError(f"{self} has no length")
        hours = timedelta(minutes=1) if self.unit is Unit.MINUTE else timedelta(hours=1)
        return timedelta(microseconds=int(self.amount * (hours // timedelta(microseconds=1))))

    def __str__(self) -> str:
        return f"{self.amount:f} {self.unit.value}" if isinstance(self.amount, Decimal) else (
            f"{self.amount} {self.unit.value}")

    def words(self) -> str:
        """``5 working days`` / ``5个工作日``."""
        amount = self.amount.normalize() if isinstance(self.amount, Decimal) else self.amount
        number = 1 if amount == 1 else 2  # parts are plural, and gettext counts in whole numbers only
        match self.unit:
            case Unit.MINUTE:
                return ngettext("{amount} minute", "{amount} minutes", number, amount=amount)
            case Unit.HOUR:
                return ngettext("{amount} hour", "{amount} hours", number, amount=amount)
            case Unit.WORKING_HOUR:
                return ngettext("{amount} working hour", "{amount} working hours", number, amount=amount)
            case Unit.WORKING_DAY:
                return ngettext("{amount} working day", "{amount} working days", number, amount=amount)
            case Unit.CALENDAR_DAY:
                return ngettext("{amount} calendar day", "{amount} calendar days", number, amount=amount)


def _by_urgency(**limits: str) -> Mapping[str, Limit]:
    return MappingProxyType({urgency: Limit.parse(text) for urgency, text in limits.items()})


@dataclass(frozen=True, slots=True)
class Clock:
    """One clock: the record it hangs on, the attributes it is read from, its default limits and their source.

    ``started``, ``due`` and ``stopped`` name attributes of ``record`` that hold aware UTC. ``limits`` is by
    urgency; ``ordinary`` stands for every urgency not named. No limits: the due time is given by a person.
    """

    name: str
    label: str
    record: str
    started: str
    due: str
    stopped: str
    source: str
    limits: Mapping[str, Limit] = field(default_factory=_by_urgency)
    again: str = ""
    """The attribute that says when it began anew, for a clock that can; empty on the record: it never did."""

    @property
    def key(self) -> str:
        """``record.name``, for example ``assignment.accept``."""
        return f"{self.record}.{self.name}"


OURS = N_("our own default")
CLOCKS: tuple[Clock, ...] = (
    Clock("receive", N_("reception"), "complaint", "received_at", "receive_due_at", "settled_at",
          OURS, _by_urgency(ordinary="15 min")),
    # Started and stopped by the same event: each word to the complainant ends one wait and begins the next.
    # It goes on while the squad's work is suspended: who waits for a drawing still deserves a word.
    Clock("progress", N_("progress"), "complaint", "last_word_at", "progress_due_at", "last_word_at",
          OURS, _by_urgency(ordinary="2 wd"), again="progress_from_at"),
    Clock("visit", N_("return visit"), "complaint", "visit_from_at", "visit_due_at", "visited_at",
          N_("published bureau rule"), _by_urgency(ordinary="1 wd")),
    Clock("dispatch", N_("dispatch"), "case", "opened_at", "dispatch_due_at", "dispatched_at",
          N_("half a working day is published (Lüliang 2024); ours is tighter"),
          _by_urgency(ordinary="30 min", urgent="5 min"), again="dispatch_from_at"),
    Clock("accept", N_("acceptance"), "assignment", "dispatched_at", "accept_due_at", "accepted_at",
          OURS, _by_urgency(ordinary="2 wh", urgent="15 min"), again="accept_from_at"),
    Clock("contact", N_("first contact"), "assignment", "dispatched_at", "contact_due_at", "contacted_at",
          N_("urgent: 30 minutes (Lüliang 2024); otherwise ours (“at the first moment”)"),
          _by_urgency(ordinary="2 wh", urgent="30 min")),
    Clock("resolve", N_("resolution"), "assignment", "dispatched_at", "resolve_due_at", "resolved_at",
          N_("Shandong 2020: 5 working days; or the matter's own limit"),
          _by_urgency(ordinary="5 wd", consultation="3 wd", urgent="2 h")),
    Clock("return", N_("asking to return"), "assignment", "dispatched_at", "return_due_at", "return_asked_at",
          N_("Shandong 2020: at most 2 working days"), _by_urgency(ordinary="2 wd")),
    Clock("promise", N_("promise"), "promise", "promised_at", "due_at", "kept_at",
          N_("the promise itself says by when")),
)
CLOCK: Mapping[str, Clock] = MappingProxyType({clock.name: clock for clock in CLOCKS})


def limit_for(
    clock: Clock | str, urgency: str, limits: Mapping[str, str], matter_limit: str | None = None
) -> Limit:
    """How long ``clock``, or the clock of that name, may run. ``urgency``: ordinary, urgent or consultation.

    ``limits`` is the configuration: ``accept.urgent`` rules urgent cases, plain ``accept`` the ordinary ones
    and every urgency that has no limit of its own. Loosening ``accept`` thus never loosens the urgent case.
    The matter's own limit stands for the ordinary limit of ``resolve``; urgency and consultation say more
    about this one case than its matter does, and go before it. Refused when a configured limit is nonsense;
    ValueError for a clock whose due time a person gives (``promise``).
    """
    clock = CLOCK[clock] if isinstance(clock, str) else clock
    if urgency != "ordinary":
        if written := limits.get(f"{clock.name}.{urgency}"):
            return Limit.parse(written)
        if urgency in clock.limits:
            return clock.limits[urgency]
    if matter_limit and clock.name == "resolve":
        return Limit.parse(matter_limit)
    if written := limits.get(f"{clock.name}.ordinary") or limits.get(clock.name):
        return Limit.parse(written)
    if not clock.limits:
        raise ValueError(f"{clock.name} has no limit: a person gives its due time")
    return clock.limits["ordinary"]
