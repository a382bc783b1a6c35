"""What is asked of a supervisor and what a supervisor says: requests and directives; and reveals and exports."""

import datetime as dt
from enum import StrEnum
from typing import Any

from sqlalchemy import Index, String, Text, text
from sqlalchemy.orm import Mapped, mapped_column

from commandcenter.domain.cases import Rung
from commandcenter.domain.record import KeyRef, Record, type_json, type_key
from commandcenter.domain.sentences import restored


class Ask(StrEnum):
    """What a squad may ask for."""

    RETURN = "return"
    EXTENSION = "extension"
    SUSPENSION = "suspension"


class RequestState(StrEnum):
    """A request waits until it is ruled on, or the work it is about has ended."""

    ASKED = "asked"
    AGREED = "agreed"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


ASKED = text("state = 'asked'")
"""Requests that wait, for the database. SQLite uses a partial index only for a question in the index's very words."""


class Request(Record):
    """A squad's request about its assignment, and the ruling on it."""

    __tablename__ = "request"
    __table_args__ = (
        Index("ix_request_asked", "asked_at", sqlite_where=ASKED, postgresql_where=ASKED),
    )  # fmt: skip

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[KeyRef]
    ask: Mapped[str] = mapped_column(String(16))
    state: Mapped[str] = mapped_column(String(16), default=RequestState.ASKED)
    asked_by_id: Mapped[str] = mapped_column(type_key)
    asked_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)
    basis: Mapped[str] = mapped_column(Text, default="")
    amount: Mapped[str] = mapped_column(String(32), default="")
    """How long, for an extension or a suspension: "3 wd", "5 d"."""
    ruled_by_id: Mapped[str | None] = mapped_column(type_key)
    ruled_at: Mapped[dt.datetime | None]
    ruling: Mapped[str] = mapped_column(Text, default="")


SERIES: dict[Rung, str] = {
    Rung.CHASED: "chase_document", Rung.SUPERVISED: "supervise_document", Rung.CIRCULATED: "circulate_document",
}  # fmt: skip
"""In which series the documents of a rung are counted."""
_SIGNS = {Rung.CHASED: "催", Rung.SUPERVISED: "督", Rung.CIRCULATED: "通"}


def document_number(mark: str, rung: Rung, year: int, count: str) -> str:
    """``西综催〔2026〕12号``: the number of a document 发文字号, whatever the language of the window.

    Issuer's mark, sign of the series, year in hexagonal brackets, count without leading zeros (GB/T 9704-2012, 7.2.5).
    """
    return f"{mark}{_SIGNS[rung]}〔{year}〕{count}号"


BY_RULE = text("rule IS NOT NULL")
"""Directives that a rule gave, for the database: of a rung, one for an assignment."""


class Directive(Record):
    """A rung of the ladder: chase 催办, supervise 督办, circulate 通报. Each makes a document in the case file."""

    __tablename__ = "directive"
    __table_args__ = (
        Index("ux_directive_number", "number", unique=True),
        Index("ix_directive_by_rule", "assignment_id", "rung", unique=True, sqlite_where=BY_RULE,
              postgresql_where=BY_RULE),
    )  # fmt: skip

    case_id: Mapped[KeyRef]
    assignment_id: Mapped[str | None] = mapped_column(type_key)
    rung: Mapped[str] = mapped_column(String(16))
    words: Mapped[str] = mapped_column(Text)
    given_by_id: Mapped[str | None] = mapped_column(type_key)
    """Who gave it; nobody did where a rule did."""
    given_at: Mapped[dt.datetime]
    number: Mapped[str | None] = mapped_column(String(64))
    """The number of its document; None where it was given before documents were made."""
    rule: Mapped[str | None] = mapped_column(String(32))
    """The rule of the district that gave it, where no person did."""
    why: Mapped[dict[str, Any] | None] = mapped_column(type_json)
    """What that rule found, as a sentence that is read in the reader's language (:attr:`said`)."""

    @property
    def said(self) -> str:
        """The words to the squad, or what the rule found, in the language spoken now."""
        return str(restored(self.why)) if self.why else self.words


class Reveal(Record):
    """Somebody looked at a complainant's identity, and said why. The look is journalled by being a record."""

    __tablename__ = "reveal"

    complainant_id: Mapped[KeyRef]
    complaint_id: Mapped[KeyRef]
    revealed_by_id: Mapped[KeyRef]
    revealed_at: Mapped[dt.datetime]
    reason: Mapped[str] = mapped_column(Text)


class Export(Record):
    """Somebody took a list out of the program, as a file. Written down before the first row is."""

    __tablename__ = "export"

    made_by_id: Mapped[str | None] = mapped_column(type_key, index=True)
    """None where a command of the system's administrator made it."""
    made_at: Mapped[dt.datetime]
    what: Mapped[str] = mapped_column(String(16))
    """The list it was taken from: the name of its page."""
    row_count: Mapped[int]
    sought: Mapped[dict[str, Any]] = mapped_column(type_json, default=dict)
    """What the list was narrowed by, as JSON; empty where by nothing."""
    file: Mapped[str]
    """The name of the file, without its folder."""
