"""What is said and shown along the way: contacts, promises, notes, files, return visits."""

import datetime as dt
from enum import StrEnum

from sqlalchemy import Index, LargeBinary, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.record import KeyRef, Record, Table, counted_by, type_key


class ContactMeans(StrEnum):
    """How a contact was made. A click is not a contact."""

    CALL = "call"
    MESSAGE = "message"
    VISIT = "visit"


class ContactOutcome(StrEnum):
    """What came of it."""

    REACHED = "reached"
    NO_ANSWER = "no_answer"
    WRONG_NUMBER = "wrong_number"
    WOULD_NOT_TALK = "would_not_talk"


class Contact(Record):
    """An evidenced contact with a complainant, or with the site where there is no complainant."""

    __tablename__ = "contact"
    __table_args__ = counted_by("contact", "contacted_at")

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[KeyRef]
    complaint_id: Mapped[str | None] = mapped_column(type_key, index=True)
    officer_id: Mapped[KeyRef]
    means: Mapped[str] = mapped_column(String(16))
    contacted_at: Mapped[dt.datetime]
    duration_s: Mapped[int] = mapped_column(default=0)
    outcome: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)


class PromiseState(StrEnum):
    """A promise is open until it is kept or broken, or the case it was given for turns out to be none."""

    OPEN = "promised"
    KEPT = "kept"
    BROKEN = "broken"
    WITHDRAWN = "withdrawn"


PROMISED = text("state = 'promised'")
"""Open promises, for the database. SQLite uses a partial index only for a question in the index's very words."""


class Promise(Record):
    """A word given to somebody: what, and by when. It has a clock of its own."""

    __tablename__ = "promise"
    __table_args__ = (
        *counted_by("promise", "due_at", "kept_at"),
        Index("ix_promise_open", "due_at", sqlite_where=PROMISED, postgresql_where=PROMISED),
    )  # fmt: skip

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[str | None] = mapped_column(type_key)
    complaint_id: Mapped[str | None] = mapped_column(type_key)
    made_by_id: Mapped[KeyRef]
    to_whom: Mapped[str] = mapped_column(Text)
    what: Mapped[str] = mapped_column(Text)
    promised_at: Mapped[dt.datetime]
    due_at: Mapped[dt.datetime]
    kept_at: Mapped[dt.datetime | None]
    state: Mapped[str] = mapped_column(String(16), default=PromiseState.OPEN)
    outcome: Mapped[str] = mapped_column(Text, default="")


class Note(Record):
    """A word on a case: progress by a squad, a remark by the centre, a supervisor's remark in review."""

    __tablename__ = "note"

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[str | None] = mapped_column(type_key)
    author_id: Mapped[str] = mapped_column(type_key)
    sort: Mapped[str] = mapped_column(String(16))
    """progress, joint, remark, review or seal."""
    words: Mapped[str] = mapped_column(Text)
    written_at: Mapped[dt.datetime]

    def search_text(self) -> str:
        return self.words


class Photo(Record):
    """A file shown as evidence; ``side`` is before, after, or empty."""

    __tablename__ = "photo"
    __table_args__ = (Index("ux_photo_directive", "directive_id", unique=True),)

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[str | None] = mapped_column(type_key)
    taken_by_id: Mapped[str] = mapped_column(type_key)
    side: Mapped[str] = mapped_column(String(16), default="")
    name: Mapped[str] = mapped_column(Text)
    media_type: Mapped[str] = mapped_column(String(64))
    size: Mapped[int]
    """Bytes."""
    sha256: Mapped[str] = mapped_column(String(64), index=True)
    attached_at: Mapped[dt.datetime]
    directive_id: Mapped[str | None] = mapped_column(type_key)
    """The directive whose document this is; None for what somebody attached."""
    lon: Mapped[float | None]
    lat: Mapped[float | None]
    """Where the file itself says it was taken, in WGS-84 degrees: a hint and no proof."""


class FileContent(Table):
    """The bytes of a file, once, under their own hash. In the database: one transaction holds all."""

    __tablename__ = "file_content"

    sha256: Mapped[str] = mapped_column(String(64), primary_key=True)
    content: Mapped[bytes] = mapped_column(LargeBinary)


class VisitOutcome(StrEnum):
    """Whether the complainant was reached on a return visit."""

    REACHED = "reached"
    UNREACHABLE = "unreachable"


class Visit(Record):
    """One try of a return visit 回访: two questions apart – solved? satisfied?"""

    __tablename__ = "visit"

    case_id: Mapped[KeyRef]
    complaint_id: Mapped[KeyRef]
    visitor_id: Mapped[str] = mapped_column(type_key)
    visited_at: Mapped[dt.datetime]
    outcome: Mapped[str] = mapped_column(String(16))
    solved: Mapped[bool | None]
    satisfied: Mapped[int | None]
    words: Mapped[str] = mapped_column(Text, default="")
