"""Inspection 纠察: samples of closed cases, what was looked at in each, and what has to be put right.

An inspector sees all and changes nothing but this. Whatever is found goes to the squad that did the work, which puts
it right within a limit; then it is looked at again, within another. Both limits are rules of the district.
"""

import datetime as dt
import hashlib
from collections.abc import Iterable, Mapping
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Key, KeyRef, Record, type_json, type_key
from commandcenter.i18n import N_


class Target(StrEnum):
    """Which closed cases a sample is drawn from."""

    ALL = "all"
    """Whatever was closed: a random sample."""
    REDONE = "redone"
    LATE = "late"
    """Resolved after its deadline."""
    UNHAPPY = "unhappy"
    """Somebody who complained was asked and gave 1 or 2, or said it is not solved."""
    RETURNED = "returned"
    """Sent back by a squad at least once."""
    UNREACHED = "unreached"
    """Closed without anybody who complained having been reached."""


class Check(StrEnum):
    """What is looked at in a case."""

    CONTACT = "contact"
    WORDS = "words"
    ON_SITE = "on_site"
    LAWFUL = "lawful"
    PUT_RIGHT = "put_right"
    CONDUCT = "conduct"


ASKED: Mapping[Check, str] = {
    Check.CONTACT: N_("Was the citizen really contacted, as the file says?"),
    Check.WORDS: N_("Were the citizen and the file told the same?"),
    Check.ON_SITE: N_("Do photos and positions show that somebody was there?"),
    Check.LAWFUL: N_("Was it handled by the rules, and within the powers of the squad?"),
    Check.PUT_RIGHT: N_("Is it put right on the spot?"),
    Check.CONDUCT: N_("Did everybody behave as an officer should?"),
}
"""The check sheet: each is answered with yes or no, or left open where it does not apply."""


class Severity(StrEnum):
    """How much it matters, and so how soon it has to be put right."""

    MINOR = "minor"
    SERIOUS = "serious"


class FindingState(StrEnum):
    """The life of a finding: to be put right, to be looked at again, and then settled; or it was none."""

    TO_RECTIFY = "to_rectify"
    TO_RECHECK = "to_recheck"
    SETTLED = "settled"
    WITHDRAWN = "withdrawn"


OWED = (FindingState.TO_RECTIFY, FindingState.TO_RECHECK)
"""The states in which somebody owes something."""
_OPEN = text("state IN ('to_rectify', 'to_recheck')")


class Sample(Record):
    """A draw of closed cases to look at. Who draws again with the same seed from the same cases draws the same ones."""

    __tablename__ = "sample"

    drawn_by_id: Mapped[KeyRef]
    drawn_at: Mapped[dt.datetime]
    seed: Mapped[str] = mapped_column(String(64))
    target: Mapped[str] = mapped_column(String(16))
    since_at: Mapped[dt.datetime]
    until_at: Mapped[dt.datetime]
    """Cases closed from ``since_at`` up to, but not at, ``until_at``."""
    squad_id: Mapped[str | None] = mapped_column(type_key)
    """The squad whose work it was, where only one's is looked at."""
    size: Mapped[int]
    """How many were asked for."""
    population: Mapped[int]
    """How many there were to draw from."""
    cases: Mapped[list[str]] = mapped_column(type_json, default=list)
    """Keys of the cases drawn, in the order of the draw."""


class CaseCheck(Record):
    """The check sheet of one case, filled in by an inspector."""

    __tablename__ = "case_check"
    __table_args__ = (UniqueConstraint("sample_id", "case_id", name="uq_case_check_sample_id"),)

    case_id: Mapped[KeyRef]
    sample_id: Mapped[str | None] = mapped_column(type_key)
    """The sample it was drawn in; None where an inspector chose the case."""
    squad_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """The squad that led the work when it was looked at."""
    checked_by_id: Mapped[KeyRef]
    checked_at: Mapped[dt.datetime] = mapped_column(index=True)
    answers: Mapped[dict[str, Any]] = mapped_column(type_json, default=dict)
    """{check: yes or no}; what does not apply is not in it."""
    remark: Mapped[str] = mapped_column(Text, default="")


class Finding(Record):
    """Something that has to be put right by a squad, and is looked at again then."""

    __tablename__ = "finding"
    __table_args__ = (Index("ix_finding_open", "squad_id", sqlite_where=_OPEN, postgresql_where=_OPEN),)

    case_id: Mapped[KeyRef]
    case_check_id: Mapped[str | None] = mapped_column(type_key)
    """The check sheet it came from; None where it was found otherwise."""
    about: Mapped[str] = mapped_column(String(16))
    """Which :class:`Check` did not hold."""
    severity: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=FindingState.TO_RECTIFY)
    words: Mapped[str] = mapped_column(Text)
    squad_id: Mapped[KeyRef]
    officer_id: Mapped[str | None] = mapped_column(type_key)
    """Whose work it was, where it was somebody's."""
    found_by_id: Mapped[KeyRef]
    found_at: Mapped[dt.datetime] = mapped_column(index=True)
    round: Mapped[int] = mapped_column(default=1)
    """How often it has been to be put right."""
    rectify_from_at: Mapped[dt.datetime]
    rectify_limit: Mapped[str] = mapped_column(String(32))
    rectify_due_at: Mapped[dt.datetime]
    rectified_at: Mapped[dt.datetime | None]
    rectified_by_id: Mapped[str | None] = mapped_column(type_key)
    rectification: Mapped[str] = mapped_column(Text, default="")
    recheck_limit: Mapped[str] = mapped_column(String(32), default="")
    recheck_due_at: Mapped[dt.datetime | None]
    rechecked_at: Mapped[dt.datetime | None]
    rechecked_by_id: Mapped[str | None] = mapped_column(type_key)
    verdict: Mapped[str] = mapped_column(Text, default="")
    """What was seen when it was looked at again, or why it was no finding."""

    @property
    def open(self) -> bool:
        """Whether somebody owes something on it."""
        return self.state in OWED

    @property
    def due_at(self) -> dt.datetime | None:
        """By when whoever has it now has to be done, aware UTC; None where nobody has."""
        return {FindingState.TO_RECTIFY: self.rectify_due_at, FindingState.TO_RECHECK: self.recheck_due_at}.get(
            FindingState(self.state)
        )


def draw(seed: str, cases: Iterable[Key], size: int) -> list[Key]:
    """``size`` of these cases, or all where there are fewer, as the seed has it, in the order of the draw.

    Each case has a rank of its own, a hash of seed and key, so the draw is the same on every machine and in every
    order of the cases; and a case that is added to them or taken away moves no other one.
    """
    return sorted(cases, key=lambda key: (hashlib.sha256(f"{seed} {key}".encode()).digest(), key))[:size]
