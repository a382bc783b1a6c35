"""Complaints 诉求: what one person said once. And, apart from the words, who said it."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Index, String, Text, UniqueConstraint, func, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.matters import Urgency
from commandcenter.domain.record import Code, Located, Record, counted_by, type_key


class Channel(StrEnum):
    """Where a complaint came from 来源."""

    HOTLINE = "hotline"
    APP = "app"
    WECHAT = "wechat"
    WEB = "web"
    WALK_IN = "walk_in"
    MEDIA = "media"
    SUPERIOR = "superior"
    WORKSTATION = "workstation"
    PATROL = "patrol"


class ComplaintState(StrEnum):
    """The life of a complaint (DOMAIN section 3)."""

    RECEIVED = "received"
    LINKED = "linked"
    ANSWERED = "answered"
    DECLINED = "declined"
    VISIT_DUE = "visit_due"
    CONFIRMED = "confirmed"
    UNREACHABLE = "unreachable"
    DISPUTED = "disputed"


WAITING_FOR_END = frozenset({
    ComplaintState.RECEIVED, ComplaintState.LINKED, ComplaintState.VISIT_DUE, ComplaintState.DISPUTED,
})  # fmt: skip
"""Complaints the centre still owes something on. A disputed one waits for its case to be done again."""


WAITING_ROWS = "state IN ('received', 'linked', 'visit_due', 'disputed')"
"""The same for the database. SQLite uses a partial index only for a question in the index's very words."""


class DeclineCode(StrEnum):
    """Why a complaint is not taken up; each says where the citizen can go instead."""

    EMERGENCY = "emergency"
    COURT_OR_PETITION = "court_or_petition"
    NOT_OUR_DOMAIN = "not_our_domain"
    MALICIOUS = "malicious"
    NO_FACTS = "no_facts"


class Complainant(Record):
    """A citizen's identity, apart from what was said, so that it can be guarded by itself.

    One row a telephone number: the caller's history is the complaints that point here.
    """

    __tablename__ = "complainant"
    personal = frozenset({"name", "phone", "account"})

    name: Mapped[str] = mapped_column(Text, default="")
    phone: Mapped[str | None] = mapped_column(String(32), unique=True)
    """Digits only, as normalised by :func:`commandcenter.domain.identity.phone_digits`."""
    account: Mapped[str | None] = mapped_column(String(128), unique=True)
    """The name an online source knows them by, ``source:name``, where no telephone number is known."""


class Complaint(Located, Record):
    """What one person said once: channel, words, place, time – and how it was answered."""

    __tablename__ = "complaint"
    __table_args__ = (
        UniqueConstraint("source_number", "source"),  # the telling column first: a file has one source
        *counted_by("complaint", "settled_at", "visited_at"),
        Index("ix_complaint_state", "state", "arrived_at"),
        Index("ix_complaint_point", "lat", "lon"),
        Index("ix_complaint_caller", "complainant_id", "arrived_at", "case_id"),
        Index("ix_complaint_again", "matter_id", "lat", "lon", "arrived_at"),
        Index("ix_complaint_open", "state", "arrived_at", sqlite_where=text(f"{WAITING_ROWS} AND historic = 0"),
              postgresql_where=text(f"{WAITING_ROWS} AND NOT historic")),
    )  # fmt: skip

    number: Mapped[Code] = mapped_column(unique=True)
    channel: Mapped[str] = mapped_column(String(16))
    source: Mapped[str] = mapped_column(String(64), default="")
    source_number: Mapped[str | None] = mapped_column(String(128))
    arrived_at: Mapped[dt.datetime] = mapped_column(index=True)
    received_at: Mapped[dt.datetime]
    received_by_id: Mapped[str | None] = mapped_column(type_key)
    owner_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """The first operator, responsible to the end 首问负责."""
    claimed_by_id: Mapped[str | None] = mapped_column(type_key)
    """Who has claimed it while it waits 认领; it holds as :mod:`commandcenter.domain.claims` says."""
    claimed_at: Mapped[dt.datetime | None]
    title: Mapped[str] = mapped_column(Text, default="")
    words: Mapped[str] = mapped_column(Text)
    complainant_id: Mapped[str | None] = mapped_column(type_key)
    caller_mask: Mapped[str] = mapped_column(String(64), default="")
    """What everybody may see of the caller: ``王** 139****8816``."""
    confidential: Mapped[bool] = mapped_column(default=False)
    squad_id: Mapped[str | None] = mapped_column(type_key)
    """The township squad whose area the place lies in."""
    workstation_id: Mapped[str | None] = mapped_column(type_key)
    matter_id: Mapped[str | None] = mapped_column(type_key)
    urgency: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    case_id: Mapped[str | None] = mapped_column(type_key, index=True)
    receive_limit: Mapped[str] = mapped_column(String(32), default="")
    receive_due_at: Mapped[dt.datetime | None]
    settled_at: Mapped[dt.datetime | None]
    """When it was linked, answered or declined."""
    answer: Mapped[str] = mapped_column(Text, default="")
    decline_code: Mapped[str] = mapped_column(String(32), default="")
    refer_to: Mapped[str] = mapped_column(Text, default="")
    last_word_at: Mapped[dt.datetime | None]
    progress_from_at: Mapped[dt.datetime | None]
    """Since when the citizen waits for a word: the last one, or when the case began to be done again."""
    progress_limit: Mapped[str] = mapped_column(String(32), default="")
    progress_due_at: Mapped[dt.datetime | None]
    visit_from_at: Mapped[dt.datetime | None]
    visit_limit: Mapped[str] = mapped_column(String(32), default="")
    visit_due_at: Mapped[dt.datetime | None]
    visited_at: Mapped[dt.datetime | None]
    visit_tries: Mapped[int] = mapped_column(default=0)
    visitor_id: Mapped[str | None] = mapped_column(type_key)
    """Which operator is to make the return visit; None: whoever comes to it."""
    visit_again_at: Mapped[dt.datetime | None]
    """From when on the next try is due, where somebody could not be reached."""
    solved: Mapped[bool | None]
    satisfied: Mapped[int | None]
    historic: Mapped[bool] = mapped_column(default=False)
    """Brought in from an archive with its real times; no clock of ours ever ran."""

    def search_text(self) -> str:
        return f"{self.number} {self.title} {self.words} {self.place_words}"


def pressing(complaint: Complaint) -> tuple[bool, bool, dt.datetime, str]:
    """The one order in which complaints that wait are shown and given out: urgent ones first, then by time limit.

    What has no limit comes last.
    """
    due_at = complaint.receive_due_at
    return (
        complaint.urgency != Urgency.URGENT, due_at is None, due_at or complaint.received_at, complaint.number
    )  # fmt: skip


def most_pressing_first() -> tuple[ColumnElement[Any], ...]:
    """The same for the database."""
    return (
        Complaint.urgency != str(Urgency.URGENT), Complaint.receive_due_at.is_(None),
        func.coalesce(Complaint.receive_due_at, Complaint.received_at), Complaint.number.expression,
    )  # fmt: skip
