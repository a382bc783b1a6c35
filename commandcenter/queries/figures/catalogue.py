"""Every figure with its rows, and what came in with what became of it."""

from dataclasses import dataclass, replace
from enum import StrEnum

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


OUTCOMES = tuple(Outcome)
"""In the order of the numbers by which a database says them."""
CAME = "came"
"""What came in, where the days keep it beside the figures: what a thing adds is the number of its outcome."""


def _number(outcome: Outcome) -> int:
    return OUTCOMES.index(outcome)


_FOUND = Case.origin != str(Origin.COMPLAINT)
_SETTLED = (ComplaintState.ANSWERED, ComplaintState.DECLINED, ComplaintState.CONFIRMED, ComplaintState.DISPUTED,
            ComplaintState.UNREACHABLE)  # fmt: skip
_CLOSED = (Case.state == str(CaseState.CLOSED), _number(Outcome.CLOSED))
_IN_HAND = _number(Outcome.IN_HAND)
COMINGS = (
    Rows(Complaint.id, Complaint.case_id, of_complaints, Complaint.arrived_at, COMPLAINT,
         amount=case(*((Complaint.state == str(state), _number(Outcome(state))) for state in _SETTLED), _CLOSED,
                     else_=_IN_HAND)),
    Rows(Case.id, Case.id, of_cases, Case.opened_at, CASE, base=_FOUND,
         amount=case(_CLOSED, (NO_CASE_AFTER_ALL, _number(Outcome.CANCELLED)), else_=_IN_HAND)),
)  # fmt: skip
"""Complaints, and cases that we found ourselves, and what became of them; also of finds that were none."""
ARRIVALS = (COMINGS[0], replace(COMINGS[1], base=and_(_FOUND, ~NO_CASE_AFTER_ALL)))
"""Of these what was something."""

KEPT: dict[str, Source] = {**{str(figure): source for figure, source in SOURCES.items()}, CAME: lambda _how: COMINGS}
"""Everything a day keeps things of."""
