"""Attendance 考勤: who came and went, where that was, and whether the place can be true; and roll-calls 点名.

A place that cannot be true is kept as it was told, marked with why, and shown to whoever holds the roster, until
somebody has looked into it. It is neither believed in silence nor thrown away: the person did clock in.
"""

import datetime as dt
import math
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.places import distance, is_place
from commandcenter.domain.record import KeyRef, Record, type_json, type_key
from commandcenter.domain.rules import Rules
from commandcenter.domain.sentences import Sentence
from commandcenter.i18n import N_


class Found(StrEnum):
    """How a place was found."""

    DEVICE = "device"
    MAP = "map"
    UNIT = "unit"
    """That of one's own workstation or squad."""
    STATION = "station"
    """That of the station where somebody of the room sits; the journal says which one."""
    NONE = ""


@dataclass(frozen=True, slots=True)
class Position:
    """Where somebody says they are: WGS-84 degrees, accuracy in metres, how it was found.

    ``mocked``: the device itself says that the position was put into it.
    """

    lon: float | None = None
    lat: float | None = None
    accuracy: float | None = None
    found: Found = Found.NONE
    mocked: bool = False

    @property
    def point(self) -> tuple[float, float] | None:
        """The point, where it is one of this world."""
        return (self.lon, self.lat) if self.lon is not None and self.lat is not None and is_place(
            self.lon, self.lat) else None


@dataclass(frozen=True, slots=True)
class Seen:
    """Where somebody was before, and when."""

    point: tuple[float, float]
    at: dt.datetime
    accuracy: float = 0.0


ACCURACY_M = 1_000.0
"""A fix worse than this, in metres, says nothing about being at one's post."""
LONGEST_AGE = dt.timedelta(hours=24)
"""How far back somebody was seen still says how fast they came."""


def doubts(
    said: Position, now: dt.datetime, rules: Rules, before: Seen | None, outside_m: float | None
) -> list[Sentence]:
    """Why a place cannot be true, each in a sentence; none where nothing speaks against it.

    ``before`` is where the person was last seen; ``outside_m`` how many metres the point lies outside the district,
    None where that is unknown.
    """
    return list(_doubts(said, now, rules, before, outside_m))


def _doubts(
    said: Position, now: dt.datetime, rules: Rules, before: Seen | None, outside_m: float | None
) -> Iterator[Sentence]:
    if said.found is Found.STATION:
        return
    if said.lon is None or said.lat is None:
        yield Sentence(N_("no place was given"))
        return
    if said.mocked:
        yield Sentence(N_("the device says that the position is made up"))
    if said.point is None:
        yield Sentence(N_("there is no such place on earth: {lon}, {lat}"), lon=f"{said.lon:g}", lat=f"{said.lat:g}")
        return
    yield from _of_accuracy(said)
    if outside_m is not None and outside_m > rules.number("attendance.far_metres"):
        yield Sentence(N_("{km} km outside the district"), km=round(outside_m / 1000, 1))
    yield from _of_speed(said.point, said.accuracy or 0.0, now, rules, before)


def _of_accuracy(said: Position) -> Iterator[Sentence]:
    exact = said.accuracy
    if exact is None:
        yield Sentence(N_("nothing is said of how exact it is"))
    elif not math.isfinite(exact) or exact <= 0:
        yield Sentence(N_("an accuracy of {metres} m, which no device measures"), metres=f"{exact:g}")
    elif exact > ACCURACY_M:
        yield Sentence(N_("exact to {metres} m only"), metres=round(exact))


def _of_speed(
    point: tuple[float, float], accuracy: float, now: dt.datetime, rules: Rules, before: Seen | None
) -> Iterator[Sentence]:
    if before is None or now - before.at > LONGEST_AGE:
        return
    hours = max((now - before.at).total_seconds(), 1.0) / 3600
    unsure = sum(value for value in (accuracy, before.accuracy) if math.isfinite(value) and value > 0)
    km = max(0.0, distance(before.point, point) - unsure) / 1000
    if km / hours > rules.number("attendance.fastest_kmh"):
        yield Sentence(N_("{km} km from where they were {age} before: nobody is that fast"), km=round(km, 1),
                       age=now - before.at)  # fmt: skip


class Judgement(StrEnum):
    """What somebody made of a doubtful place."""

    ACCEPTED = "believed"
    REFUSED = "disbelieved"


PRESENT = text("clocked_out_at IS NULL")
"""Those who are still there, for the database. SQLite uses a partial index only for a question in its very words."""


class Attendance(Record):
    """Somebody came, and perhaps went again. WGS-84 degrees, metres; a point that is none is told in the doubts."""

    __tablename__ = "attendance"
    __table_args__ = (
        Index("ix_attendance_present", "person_id", unique=True, sqlite_where=PRESENT, postgresql_where=PRESENT),
        Index("ix_attendance_in", "clocked_in_at"),
    )  # fmt: skip

    person_id: Mapped[KeyRef]
    entry_id: Mapped[str | None] = mapped_column(type_key)
    """The shift it is for; None: they came without being rostered."""
    clocked_in_at: Mapped[dt.datetime]
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    accuracy: Mapped[float | None]
    found: Mapped[str] = mapped_column(String(16), default="")
    doubts: Mapped[list[Any]] = mapped_column(type_json, default=list)
    """Why the place cannot be true, as sentences that are read in the reader's language."""
    clocked_out_at: Mapped[dt.datetime | None]
    out_lon: Mapped[float | None]
    out_lat: Mapped[float | None]
    out_accuracy: Mapped[float | None]
    out_found: Mapped[str] = mapped_column(String(16), default="")
    out_doubts: Mapped[list[Any]] = mapped_column(type_json, default=list)
    judgement: Mapped[str] = mapped_column(String(16), default="")
    judged_by_id: Mapped[str | None] = mapped_column(type_key)
    judged_at: Mapped[dt.datetime | None]
    remark: Mapped[str] = mapped_column(Text, default="")

    @property
    def doubtful(self) -> bool:
        """Whether somebody has to look into it."""
        return bool(self.doubts or self.out_doubts) and not self.judgement


CALLING = text("closed_at IS NULL")
"""Roll-calls that are not over, for the database."""


class RollCall(Record):
    """The roll is called: everybody expected answers before the timer ends. Who did not is written down then."""

    __tablename__ = "roll_call"
    __table_args__ = (Index("ix_roll_call_open", "ends_at", sqlite_where=CALLING, postgresql_where=CALLING),)

    called_by_id: Mapped[KeyRef]
    called_at: Mapped[dt.datetime]
    ends_at: Mapped[dt.datetime]
    squad_id: Mapped[str | None] = mapped_column(type_key)
    """The squad it is for; None: the room."""
    expected: Mapped[list[str]] = mapped_column(type_json, default=list)
    """Keys of the people who were to answer."""
    closed_at: Mapped[dt.datetime | None]
    missing: Mapped[list[str]] = mapped_column(type_json, default=list)
    """Keys of those who had not answered when it was closed."""


class RollAnswer(Record):
    """Somebody answered, at their own station, or was ticked by whoever may call the roll."""

    __tablename__ = "roll_answer"
    __table_args__ = (UniqueConstraint("roll_call_id", "person_id"),)

    roll_call_id: Mapped[KeyRef]
    person_id: Mapped[str] = mapped_column(type_key)
    answered_at: Mapped[dt.datetime]
    ticked_by_id: Mapped[str | None] = mapped_column(type_key)
    late: Mapped[bool] = mapped_column(default=False)
    """After the timer had ended: it is written down, and they stay among the missing."""
