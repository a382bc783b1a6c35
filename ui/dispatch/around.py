"""What else is known around the case: the caller's history, and what is near and alike. Asked beside the GUI."""

import datetime as dt
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules
from commandcenter.domain.sentences import spoken_length
from commandcenter.i18n import _
from commandcenter.queries.likeness import Known, Likeness, known


@dataclass(frozen=True, slots=True)
class Around:
    """The answer for one case."""

    case_id: Key
    history: int
    """Earlier complaints of the caller."""
    alike: tuple[Likeness, ...]
    """Likely the same thing, near or worded alike, on other cases; nearest first."""

    @property
    def nearest(self) -> Likeness | None:
        """The one to speak of."""
        return self.alike[0] if self.alike else None


def asking(case: Case, complaint: Complaint | None, rules: Rules, now: dt.datetime) -> Callable[[Any], Around]:
    """The question for a case, to be answered with a session."""
    words = complaint.words if complaint is not None else case.title
    own = complaint.id if complaint is not None else None
    days, metres = rules.number("duplicate.days"), float(rules.number("duplicate.metres"))

    def around(session: Any) -> Around:
        found = known(
            session, words=words, point=case.point, now=now, days=days, metres=metres, but_not=own, caller_of=own
        )
        return Around(case.id, found.caller_total, tuple(_others(found, case)))

    return around


NEAR_M = 1000.0
"""Beyond this many metres a like complaint is another matter, not one around the corner."""


def _others(found: Known, case: Case) -> list[Likeness]:
    near = [like for like in found.alike if like.metres is None or like.metres <= NEAR_M]
    others = [like for like in near if like.complaint.case_id != case.id]
    return sorted(others, key=lambda like: (like.metres is None, like.metres or 0.0))


def near_words(like: Likeness, case: Case, now: dt.datetime) -> str:
    """``80 m away, 2 d ago, the same matter``."""
    age = spoken_length(max(now - like.complaint.arrived_at, dt.timedelta(0)))
    same = like.complaint.matter_id == case.matter_id and case.matter_id is not None
    if like.metres is None:
        return str(_("{age} ago, the same matter", age=age) if same else _("{age} ago, alike", age=age))
    metres = round(like.metres)
    if same:
        return str(_("{metres} m away, {age} ago, the same matter", metres=metres, age=age))
    return str(_("{metres} m away, {age} ago, alike", metres=metres, age=age))
