"""Which operations were done: for a station that asked for them and fell over before it heard the answer."""

from collections.abc import Collection

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Key


def done_among(session: Session, operations: Collection[Key]) -> set[Key]:
    """Those of these operation ids of which the journal has lines."""
    if not operations:
        return set()
    return set(session.scalars(select(JournalLine.operation_id).where(JournalLine.operation_id.in_(operations))))
