"""Every figure with its rows, and what came in with what became of it."""

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import and_, case

from commandcenter.domain.cases import Case, CaseState, Origin
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.queries.figures.clocks import CLOCK_SOURCES
from commandcenter.queries.figures.definitions import Figure
from commandcenter.queries.figures.shares import SHARE_SOURCES
from commandcenter.queries.figures.sources import (
    CASE,
    COMPLAINT,
    NO_CASE_AFTER_ALL,
    Rows,
    Source,
    of_cases,
    of_complaints,
)

SOURCES: dict[Figure, Source] = SHARE_SOURCES | CLOCK_SOURCES


class Outcome(StrEnum):
    """What became of something that came in."""

    IN_HAND = "in_hand"
    ANSWERED = "answered"
    DECLINED = "declined"
    CONFIRMED = "confirmed"
    DISPUTED = "disputed"
    UNREACHABLE = "unreachable"
    CLOSED = "closed"
    """A case of our own finding, or of the archive, that has ended: nobody was visited."""
    CANCELLED = "cancelled"
    """A case of our own finding that turned out to be none, or went into another."""


@dataclass(frozen=True, slots=True)
class Stream:
    """So many that came in by a channel and came to an outcome."""

    channel: str
    outcome: Outcome
    n: int


_COMPLAINTS = Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.arrived_at, COMPLAINT)
_FOUND = Case.origin != str(Origin.COMPLAINT)
ARRIVALS = (
    _COMPLAINTS, Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, base=and_(_FOUND, ~NO_CASE_AFTER_ALL)),
)  # fmt: skip
"""What came in: complaints, and cases that we found ourselves."""
_SETTLED = (ComplaintState.ANSWERED, ComplaintState.DECLINED, ComplaintState.CONFIRMED, ComplaintState.DISPUTED,
            ComplaintState.UNREACHABLE)  # fmt: skip
_CLOSED = (Case.state == str(CaseState.CLOSED), str(Outcome.CLOSED))
FLOWS: tuple[tuple[Rows, Any], ...] = (
    (_COMPLAINTS, case(*((Complaint.state == str(state), str(Outcome(state))) for state in _SETTLED), _CLOSED,
                       else_=str(Outcome.IN_HAND))),
    (Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, base=_FOUND),
     case(_CLOSED, (NO_CASE_AFTER_ALL, str(Outcome.CANCELLED)), else_=str(Outcome.IN_HAND))),
)  # fmt: skip
"""What came in, and what became of it; also of finds that were none."""
