"""How long what is known of people is kept: where officers were, and who complained. The journal is kept for ever.

Law on the Protection of Personal Information (PIPL), Art. 19: no longer than its purpose needs.
"""

import datetime as dt

from sqlalchemy import ColumnElement, Select, and_, exists, or_, select

from commandcenter.domain.cases import ENDED, Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules

POSITION_DAYS = "retention.position_days"
"""The setting that says for how many days positions of officers are kept."""
IDENTITY_DAYS = "retention.identity_days"
"""The setting that says how many days after the end of their last case citizens' identities are kept."""


def positions_before(rules: Rules, now: dt.datetime) -> dt.datetime:
    """Positions seen before this moment, aware UTC, are dropped."""
    return now - dt.timedelta(days=rules.number(POSITION_DAYS))


def identities_before(rules: Rules, now: dt.datetime) -> dt.datetime:
    """Who is only in cases that ended before this moment, aware UTC, is masked."""
    return now - dt.timedelta(days=rules.number(IDENTITY_DAYS))


def to_be_masked(before: dt.datetime, after: Key = "") -> Select[Key]:
    """The keys of the citizens whose identity is not needed any more, in order, those behind ``after``.

    Every complaint of theirs was settled before that moment, and so was the case it led to.
    """
    theirs = Complaint.complainant_id == Complainant.id
    ended = and_(Case.state.in_(map(str, ENDED)), Case.closed_at < before)
    over = and_(
        Complaint.settled_at < before,
        or_(Complaint.case_id.is_(None), exists().where(Case.id == Complaint.case_id, ended)),
    )
    # What is not known is not over.
    needed = exists().where(theirs, or_(Complaint.settled_at.is_(None), ~over))
    chosen = select(Complainant.id).where(_known(), exists().where(theirs), ~needed).order_by(Complainant.id)
    return chosen.where(Complainant.id > after) if after else chosen


def _known() -> ColumnElement[bool]:
    return or_(Complainant.name != "", Complainant.phone.is_not(None), Complainant.account.is_not(None))
