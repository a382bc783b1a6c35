"""The ladder of supervision by rule: chase 催办 → supervise 督办 → circulate 通报, with nobody thinking of it.

Each rung has a rule of its own that says how long after the deadline to resolve it is due; ``red`` means with the red
card. A rung is climbed once for an assignment, one rung on one day, and outside duty hours for urgent work only.
"""

import datetime as dt
from dataclasses import dataclass

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import RUNGS, Case, Rung
from commandcenter.domain.deadlines import turns_red_at
from commandcenter.domain.matters import Urgency
from commandcenter.domain.rules import RED, Rules
from commandcenter.domain.sentences import Sentence
from commandcenter.i18n import N_

SWITCH = "ladder.by_rule"
"""The rule that switches the ladder on."""
RULES: dict[Rung, str] = {
    Rung.CHASED: "ladder.chase_after", Rung.SUPERVISED: "ladder.supervise_after",
    Rung.CIRCULATED: "ladder.circulate_after",
}  # fmt: skip
"""The rule by which each rung is climbed."""
AT_WORK = frozenset({
    AssignmentState.DISPATCHED, AssignmentState.ACCEPTED, AssignmentState.CONTACTED, AssignmentState.HANDLING,
})  # fmt: skip
"""The work whose clock runs: what is suspended, or waits for a ruling, is not pressed."""
_LATE = N_("By rule {rule}: it was to be resolved by {due_at}.")
_RED = N_("By rule {rule}: it was to be resolved by {due_at}, and has the red card.")


@dataclass(frozen=True, slots=True)
class Climb:
    """A rung that is due, by which rule, and why in a sentence."""

    rung: Rung
    rule: str
    why: Sentence


def due(case: Case, lead: Assignment, given_at: dt.datetime | None, rules: Rules, now: dt.datetime) -> Climb | None:
    """The next rung of a case that is due by rule now; None where none is.

    ``lead`` is its lead assignment, ``given_at`` when it was last pressed, by rule or by hand. All aware UTC.
    """
    due_at, place = lead.resolve_due_at, RUNGS.index(Rung(case.rung)) + 1
    if place >= len(RUNGS) or due_at is None or lead.state not in AT_WORK or not rules.on(SWITCH):
        return None
    calendar = rules.calendar
    if lead.urgency != Urgency.URGENT and not calendar.is_duty(now):
        return None
    if given_at is not None and calendar.local(given_at).date() == calendar.local(now).date():
        return None
    rung = RUNGS[place]
    rule = RULES[rung]
    return Climb(rung, rule, _why(rule, due_at, rules)) if now >= moment(rule, due_at, rules) else None


def moment(rule: str, due_at: dt.datetime, rules: Rules) -> dt.datetime:
    """When that rule presses for what was due at ``due_at``, aware UTC."""
    text = rules.text(rule)
    return turns_red_at(due_at, rules.calendar) if text == RED else rules.after(due_at, text)


def _why(rule: str, due_at: dt.datetime, rules: Rules) -> Sentence:
    """The moment is written as the district reads it: a sentence that is kept holds no zone."""
    said = f"{rules.calendar.local(due_at):%Y-%m-%d %H:%M}"
    return Sentence(_RED if rules.text(rule) == RED else _LATE, rule=rule, due_at=said)
