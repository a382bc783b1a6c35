"""What a database holds, in numbers: every kind of record by state, the journal's lines, the people."""

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.record import Record
from commandcenter.domain.sightings import Sighting


def status(session: Session) -> dict[str, Any]:
    """``{"records": {kind: {"total": n, "by_state": {...}}}, "journal": n, "sightings": n}``."""
    kinds = sorted(Record.__subclasses__(), key=lambda kind: kind.kind())
    return {
        "records": {kind.kind(): _count(session, kind) for kind in kinds},
        "journal": session.scalar(select(func.count()).select_from(JournalLine)) or 0,
        "sightings": session.scalar(select(func.count()).select_from(Sighting)) or 0,
    }


def _count(session: Session, kind: type[Record]) -> dict[str, Any]:
    columns = kind.__table__.columns
    total = session.scalar(select(func.count()).select_from(kind)) or 0
    if "state" not in columns:
        return {"total": total}
    state = columns["state"]
    by_state = session.execute(select(state, func.count()).group_by(state).order_by(state)).all()
    return {"total": total, "by_state": {str(s): int(n) for s, n in by_state}}
