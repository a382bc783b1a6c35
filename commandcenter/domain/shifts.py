"""Shifts 班次 of the room: when they are, who is rostered 值班 on them, and what is asked about that: leave and swaps.

A shift is written in the district's local time and may go on past midnight; then it belongs to the day it begins on.
What is rostered keeps the moments it was made with: other hours in the district's pack change no duty of the past.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum
from itertools import pairwise
from zoneinfo import ZoneInfo

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Code, KeyRef, Record, type_key
from commandcenter.domain.sentences import Name
from commandcenter.domain.units import District

A_DAY = dt.timedelta(days=1)


@dataclass(frozen=True, slots=True)
class Span:
    """From a moment, included, to another, left out. Aware UTC."""

    begins_at: dt.datetime
    ends_at: dt.datetime

    def holds(self, at: dt.datetime) -> bool:
        """Whether ``at`` lies in it."""
        return self.begins_at <= at < self.ends_at

    def overlaps(self, other: "Span") -> bool:
        """Whether there is a moment in both."""
        return self.begins_at < other.ends_at and other.begins_at < self.ends_at


@dataclass(frozen=True, slots=True)
class Shift:
    """A shift as the district's pack names it, in local wall time."""

    name_zh: str
    name_en: str
    start: dt.time
    end: dt.time

    @property
    def code(self) -> str:
        """What tells it from the others of the district: when it begins, ``08:00``."""
        return f"{self.start:%H:%M}"

    @property
    def name(self) -> str:
        """Its name in the language spoken now."""
        return Name(self.name_zh, self.name_en).words()

    @property
    def hours(self) -> str:
        """``16:00–24:00``."""
        return f"{self.start:%H:%M}–{'24:00' if self.end == dt.time() else f'{self.end:%H:%M}'}"

    @property
    def words(self) -> str:
        """``早班 08:00–16:00``."""
        return f"{self.name} {self.hours}".strip()

    def span(self, day: dt.date, zone: ZoneInfo) -> Span:
        """When it is on the day it begins on; an end that is not after the start lies on the next day."""
        until = day if self.end > self.start else day + A_DAY
        return Span(_moment(day, self.start, zone), _moment(until, self.end, zone))


def _moment(day: dt.date, at: dt.time, zone: ZoneInfo) -> dt.datetime:
    return dt.datetime.combine(day, at, zone).astimezone(dt.UTC)


def shifts_of(district: District | None) -> tuple[Shift, ...]:
    """The shifts of a district, in the order of its pack."""
    return tuple(
        Shift(said.get("name_zh", ""), said.get("name_en", ""), _time(said["start"]), _time(said["end"]))
        for said in (district.shifts if district else ())
    )


def _time(said: str) -> dt.time:
    return dt.time() if said == "24:00" else dt.time.fromisoformat(said)


def shift_at(shifts: Iterable[Shift], zone: ZoneInfo, at: dt.datetime) -> tuple[Shift, dt.date] | None:
    """The shift that is on at a moment, and the day it began on; None where none is."""
    today = at.astimezone(zone).date()
    return next(
        ((shift, day) for shift in shifts for day in (today, today - A_DAY) if shift.span(day, zone).holds(at)), None
    )


def first_overlap(spans: Sequence[Span]) -> tuple[Span, Span] | None:
    """Two of the spans that overlap; None where no two do."""
    ordered = sorted(spans, key=lambda span: (span.begins_at, span.ends_at))
    return next(((a, b) for a, b in pairwise(ordered) if a.overlaps(b)), None)


class RosterState(StrEnum):
    """Whether a person is still to come."""

    PLANNED = "planned"
    WITHDRAWN = "withdrawn"


class RosterEntry(Record):
    """One person on one shift of one day 排班."""

    __tablename__ = "roster_entry"
    __table_args__ = (Index("ix_roster_entry_begins", "begins_at"),)

    person_id: Mapped[KeyRef]
    day: Mapped[dt.date]
    shift: Mapped[Code]
    """The code of the shift: when it begins."""
    shift_zh: Mapped[str] = mapped_column(default="")
    shift_en: Mapped[str] = mapped_column(default="")
    begins_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    state: Mapped[str] = mapped_column(String(16), default=RosterState.PLANNED)
    rostered_by_id: Mapped[str] = mapped_column(type_key)

    @property
    def span(self) -> Span:
        """When it is."""
        return Span(self.begins_at, self.ends_at)

    @property
    def name(self) -> str:
        """The shift's name in the language spoken now."""
        return Name(self.shift_zh, self.shift_en).words()


class AskState(StrEnum):
    """Where a leave or a swap stands. ``AGREED``: the other person of a swap has said yes, nobody ruled yet."""

    ASKED = "asked"
    AGREED = "agreed"
    APPROVED = "approved"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


OPEN_ASKS = (str(AskState.ASKED), str(AskState.AGREED))


class LeaveSort(StrEnum):
    """Why somebody is away."""

    ANNUAL = "annual"
    SICK = "sick"
    PERSONAL = "personal"
    OFFICIAL = "official"
    COMPENSATORY = "compensatory"


class Leave(Record):
    """Somebody asks to be away 请假 on whole days, and who holds the roster for them rules on it."""

    __tablename__ = "leave_request"
    personal = frozenset({"reason"})
    """Why somebody is away is between them and who rules: the journal does not tell it to everybody."""

    person_id: Mapped[KeyRef]
    sort: Mapped[str] = mapped_column(String(16))
    first_day: Mapped[dt.date]
    last_day: Mapped[dt.date]
    """Included. A shift belongs to the day it begins on."""
    reason: Mapped[str] = mapped_column(Text)
    state: Mapped[str] = mapped_column(String(16), default=AskState.ASKED)
    asked_at: Mapped[dt.datetime]
    ruled_by_id: Mapped[str | None] = mapped_column(type_key)
    ruled_at: Mapped[dt.datetime | None]
    ruling: Mapped[str] = mapped_column(Text, default="")

    def covers(self, day: dt.date) -> bool:
        """Whether it is about that day."""
        return self.first_day <= day <= self.last_day


class Swap(Record):
    """Two people ask to take each other's shift 换班: both of them, and then somebody who holds the roster."""

    __tablename__ = "shift_swap"

    entry_id: Mapped[KeyRef]
    other_entry_id: Mapped[KeyRef]
    person_id: Mapped[KeyRef]
    """Who asked, and has ``entry``."""
    other_person_id: Mapped[KeyRef]
    reason: Mapped[str] = mapped_column(Text, default="")
    state: Mapped[str] = mapped_column(String(16), default=AskState.ASKED)
    asked_at: Mapped[dt.datetime]
    agreed_at: Mapped[dt.datetime | None]
    ruled_by_id: Mapped[str | None] = mapped_column(type_key)
    ruled_at: Mapped[dt.datetime | None]
    ruling: Mapped[str] = mapped_column(Text, default="")


OFFERED = text("state = 'offered'")
"""The handover that waits for its second signature, for the database."""
