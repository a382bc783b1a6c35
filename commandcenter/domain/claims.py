"""Claims 认领: who has taken a complaint that waits upon himself, and how long that holds.

A claim is for a while: it ends when the complaint is settled or given back, and by itself when its holder has not been
heard of for the time the district's rules name. Who owns the complaint to its end 首问负责 is another matter: that is
the first who does something about it.
"""

import datetime as dt
from dataclasses import dataclass

from sqlalchemy import ColumnElement, ScalarSelect, and_, func, or_, select

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.presence import Presence
from commandcenter.domain.record import Key
from commandcenter.domain.rules import Rules


@dataclass(frozen=True, slots=True)
class Claim:
    """A claim on a complaint: whose, since when, and when the holder was last heard of (None: no sign is kept)."""

    holder: Person
    since: dt.datetime
    heard_at: dt.datetime | None = None

    def stands(self, rules: Rules, now: dt.datetime) -> bool:
        """Whether it still holds: the holder is there, or has not been gone for too long."""
        return max(self.since, self.heard_at or self.since) > now - lasting(rules)


def lasting(rules: Rules) -> dt.timedelta:
    """How long a claim outlives its holder's last sign of life."""
    return dt.timedelta(minutes=rules.number("claim.minutes"))


def free(rules: Rules, now: dt.datetime) -> ColumnElement[bool]:
    """The same for the database: complaints on which no claim stands."""
    since = now - lasting(rules)
    heard = select(Presence.session_id).where(
        Presence.person_id == Complaint.claimed_by_id, Presence.seen_at > since
    ).exists()  # fmt: skip
    return or_(Complaint.claimed_by_id.is_(None), and_(Complaint.claimed_at <= since, ~heard))


def last_heard(person: Key) -> ScalarSelect[dt.datetime]:
    """For the database: when a person was last heard of."""
    return select(func.max(Presence.seen_at)).where(Presence.person_id == person).scalar_subquery()
