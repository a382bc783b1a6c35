"""Assignments 派单: a case handed to a squad, with its own state, clocks and responsible officer."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import KeyRef, Record, counted_by, type_json, type_key
from commandcenter.domain.sentences import Spoken, restored
from commandcenter.i18n import translate


class Part(StrEnum):
    """The one lead 主办, or any number of assisting squads 协办."""

    LEAD = "lead"
    ASSIST = "assist"


class AssignmentState(StrEnum):
    """The states of a squad's work on a case; the same words as the case's own where they are the same."""

    DISPATCHED = "dispatched"
    ACCEPTED = "accepted"
    CONTACTED = "contacted"
    HANDLING = "handling"
    SUSPENDED = "suspended"
    RETURN_ASKED = "return_asked"
    RESOLVED = "resolved"
    RETURNED = "returned"
    CANCELLED = "cancelled"


OVER = frozenset({AssignmentState.RESOLVED, AssignmentState.RETURNED, AssignmentState.CANCELLED})
RUNNING = text("state NOT IN ('resolved', 'returned', 'cancelled')")
"""The opposite for the database. SQLite uses a partial index only for a question in the index's very words."""


class Assignment(Record):
    """One squad's work on one case in one round."""

    __tablename__ = "assignment"
    __table_args__ = (
        *counted_by(
            "assignment", "contact_due_at", "resolve_due_at", "accepted_at", "contacted_at", "resolved_at",
            "return_asked_at",
        ),
        Index("ix_assignment_running", "case_id", sqlite_where=RUNNING, postgresql_where=RUNNING),
    )  # fmt: skip

    case_id: Mapped[KeyRef]
    squad_id: Mapped[KeyRef]
    part: Mapped[str] = mapped_column(String(16))
    round: Mapped[int] = mapped_column(default=1)
    state: Mapped[str] = mapped_column(String(16))
    urgency: Mapped[str] = mapped_column(String(16))
    officer_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """The responsible officer: named on acceptance and never blank from then on."""
    dispatched_at: Mapped[dt.datetime]
    dispatched_by_id: Mapped[str | None] = mapped_column(type_key)
    why: Mapped[dict[str, Any]] = mapped_column(type_json, default=dict)
    """Why this squad: what was recommended with which reasons, and why this one was chosen (:attr:`reason`)."""
    note: Mapped[str] = mapped_column(Text, default="")
    accept_limit: Mapped[str] = mapped_column(String(32), default="")
    accept_from_at: Mapped[dt.datetime | None]
    """When the squad was bound to keep it and its time to accept began anew; empty where that never was."""
    accept_due_at: Mapped[dt.datetime | None]
    accepted_at: Mapped[dt.datetime | None]
    contact_limit: Mapped[str] = mapped_column(String(32), default="")
    contact_due_at: Mapped[dt.datetime | None]
    contacted_at: Mapped[dt.datetime | None]
    return_limit: Mapped[str] = mapped_column(String(32), default="")
    return_due_at: Mapped[dt.datetime | None]
    return_asked_at: Mapped[dt.datetime | None]
    resolve_limit: Mapped[str] = mapped_column(String(32), default="")
    resolve_due_at: Mapped[dt.datetime | None]
    resolved_at: Mapped[dt.datetime | None]
    enforced: Mapped[bool] = mapped_column(default=False)
    """A supervisor ruled that this squad keeps it: it cannot be returned again."""
    pauses: Mapped[list[Any]] = mapped_column(type_json, default=list)
    """Suspensions: [[from, to or null], ...] as ISO 8601 UTC. Clocks stand still meanwhile."""
    suspended_until: Mapped[dt.datetime | None]
    extension: Mapped[str] = mapped_column(String(32), default="")
    """All extensions together, for instance "7 wd"."""
    disposition: Mapped[str] = mapped_column(String(32), default="")
    closing_text: Mapped[str] = mapped_column(Text, default="")
    ended_at: Mapped[dt.datetime | None]

    @property
    def reason(self) -> str:
        """Why this squad: the dispatcher's own words, or what the program said, in the language spoken now."""
        said = restored((self.why or {}).get("why", ""))
        # Before sentences were kept the program wrote down their bare message, or the words of one language.
        return said.words() if isinstance(said, Spoken) else translate(str(said))

    @property
    def over(self) -> bool:
        """Whether the squad owes nothing more on it."""
        return self.state in OVER
