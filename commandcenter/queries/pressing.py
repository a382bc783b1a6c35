"""Which cases a rule of the district has to look at: those whose deadline to resolve has passed, and may be pressed."""

import datetime as dt

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import RUNNING, Assignment
from commandcenter.domain.cases import Case, Rung
from commandcenter.domain.ladder import due
from commandcenter.domain.matters import Urgency
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules
from commandcenter.domain.rulings import Directive

MOST = 200
"""So many at once: the next look finds the rest."""


def to_press(session: Session, rules: Rules, now: dt.datetime) -> list[Key]:
    """The keys of the cases of which a rung is due by rule now, the longest overdue first; at most :data:`MOST`."""
    last = select(func.max(Directive.given_at)).where(Directive.case_id == Case.id).scalar_subquery()
    running = select(Assignment.id).where(RUNNING)  # in the index's very words, which name no table
    late = (
        select(Case, Assignment, last)
        .join(Assignment, Assignment.id == Case.lead_id)
        .where(Assignment.id.in_(running), Assignment.resolve_due_at < now, Case.rung != str(Rung.CIRCULATED))
        .order_by(Assignment.resolve_due_at, Case.id)
    )
    if not rules.calendar.is_duty(now):
        late = late.where(Assignment.urgency == str(Urgency.URGENT))
    found: list[Key] = []
    for case, lead, given_at in session.execute(late).yield_per(MOST):
        if due(case, lead, given_at, rules, now) is not None:
            found.append(case.id)
            if len(found) == MOST:
                break
    return found
