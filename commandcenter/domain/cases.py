"""Cases 案件: the one thing in the world to be put right, and the links between cases."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import Code, KeyRef, Located, Record, counted_by, type_json, type_key


class CaseState(StrEnum):
    """The life of a case (DOMAIN section 4). While squads work, it follows the lead assignment's state."""

    OPEN = "open"
    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    RETURN_ASKED = "return_asked"
    RESOLVED = "resolved"
    VISITING = "visiting"
    CLOSED = "closed"
    CANCELLED = "cancelled"
    MERGED = "merged"


ENDED = frozenset({CaseState.CLOSED, CaseState.CANCELLED, CaseState.MERGED})
NOT_ENDED = text("state NOT IN ('closed', 'cancelled', 'merged')")
"""The opposite for the database. SQLite uses a partial index only for a question in the index's very words."""

SEALED = text("sealed_for IS NOT NULL")
"""Cases that are visible to the people named alone, for the database."""

AT_SQUAD = frozenset({
    CaseState.DISPATCHED, CaseState.ACCEPTED, CaseState.CONTACTED, CaseState.HANDLING, CaseState.SUSPENDED,
    CaseState.RETURN_ASKED,
})  # fmt: skip


class Origin(StrEnum):
    """Who found it: a citizen, or we ourselves before anyone complained 未诉先办."""

    COMPLAINT = "complaint"
    PATROL = "patrol"
    WORKSTATION = "workstation"


class Rung(StrEnum):
    """The ladder of supervision: chase 催办 → supervise 督办 → circulate 通报."""

    NONE = ""
    CHASED = "chased"
    SUPERVISED = "supervised"
    CIRCULATED = "circulated"


RUNGS = tuple(Rung)


class Disposition(StrEnum):
    """How a case ended."""

    RECTIFIED = "rectified"
    PENALISED = "penalised"
    EXPLAINED = "explained"
    NOT_FOUND = "not_found"
    TRANSFERRED = "transferred"
    HISTORIC = "historic"


class Case(Located, Record):
    """The one thing in the world to be put right. Many complaints may hang on it."""

    __tablename__ = "case_file"  # CASE is a word of SQL
    __table_args__ = (
        Index("ix_case_state", "state", "opened_at"),
        Index("ix_case_open", "opened_at", sqlite_where=NOT_ENDED, postgresql_where=NOT_ENDED),
        Index("ix_case_point", "lat", "lon"),
        *counted_by("case_file", "dispatched_at"),
        Index("ix_case_sealed", "id", sqlite_where=SEALED, postgresql_where=SEALED),
    )  # fmt: skip

    number: Mapped[Code] = mapped_column(unique=True)
    title: Mapped[str] = mapped_column(Text)
    words: Mapped[str] = mapped_column(Text, default="")
    """What its finder wrote, whole; empty where complaints speak for themselves."""
    matter_id: Mapped[str | None] = mapped_column(type_key, index=True)
    urgency: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16))
    origin: Mapped[str] = mapped_column(String(16))
    opened_at: Mapped[dt.datetime] = mapped_column(index=True)
    opened_by_id: Mapped[str | None] = mapped_column(type_key)
    owner_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """The operator who owns it to its end 首问负责."""
    finder_id: Mapped[str | None] = mapped_column(type_key)
    squad_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """The township squad whose area the place lies in – not necessarily the one that handles it."""
    workstation_id: Mapped[str | None] = mapped_column(type_key)
    lead_id: Mapped[str | None] = mapped_column(type_key)
    """The lead assignment of the present round."""
    complaints: Mapped[int] = mapped_column(default=0)
    """How many complaints hang on it."""
    assisting: Mapped[int] = mapped_column(default=0)
    """How many assisting squads are still at work; the lead resolves last."""
    round: Mapped[int] = mapped_column(default=1)
    hops: Mapped[int] = mapped_column(default=0)
    """How often it was returned; from the second a supervisor rules."""
    dispatch_limit: Mapped[str] = mapped_column(String(32), default="")
    dispatch_from_at: Mapped[dt.datetime | None]
    """When it last came to wait for dispatch: at opening, or when a return was agreed."""
    dispatch_due_at: Mapped[dt.datetime | None]
    dispatched_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    reviewed_at: Mapped[dt.datetime | None]
    reviewed_by_id: Mapped[str | None] = mapped_column(type_key)
    closed_at: Mapped[dt.datetime | None] = mapped_column(index=True)
    disposition: Mapped[str] = mapped_column(String(32), default="")
    closing_text: Mapped[str] = mapped_column(Text, default="")
    cancel_reason: Mapped[str] = mapped_column(Text, default="")
    rung: Mapped[str] = mapped_column(String(16), default=Rung.NONE)
    merged_into_id: Mapped[str | None] = mapped_column(type_key)
    previous_id: Mapped[str | None] = mapped_column(type_key)
    confidential: Mapped[bool] = mapped_column(default=False)
    named: Mapped[list[str]] = mapped_column(type_json, default=list)
    """Keys of people and squads the case is about: they can neither handle nor review it."""
    historic: Mapped[bool] = mapped_column(default=False)
    sealed_for: Mapped[list[str] | None] = mapped_column(type_json)
    """Keys of the people who alone may see it, where an inspector has sealed it."""

    def is_for(self, person: str) -> bool:
        """Whether the person of that key may see the case at all."""
        return self.sealed_for is None or person in self.sealed_for

    def readers_besides(self, person: str) -> list[str]:
        """Who else may see it, where it is sealed, than the person of that key."""
        return [key for key in self.sealed_for or () if key != person]

    @property
    def ended(self) -> bool:
        """Whether nothing is owed any more."""
        return self.state in ENDED

    def search_text(self) -> str:
        return f"{self.number} {self.title} {self.words} {self.place_words} {self.closing_text}"


class CaseLink(Record):
    """A lasting tie between two cases: merged, split off, or reopened as a new one."""

    __tablename__ = "case_link"

    case_id: Mapped[KeyRef]
    other_id: Mapped[KeyRef]
    sort: Mapped[str] = mapped_column(String(16))
    """merged, split or reopened: ``other`` was made from, or went into, ``case``."""
    linked_at: Mapped[dt.datetime]
