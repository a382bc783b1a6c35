"""Who called, for those who gave a reason to look: never without the look itself on record."""

from sqlalchemy.orm import Session

from commandcenter.domain.complaints import Complainant
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Reveal


def revealed(session: Session, reveal: Key) -> tuple[Reveal, Complainant] | None:
    """The look of that key and the person it shows; None where there is no such look on record."""
    look = session.get(Reveal, reveal)
    citizen = session.get(Complainant, look.complainant_id) if look is not None and look.complainant_id else None
    return None if look is None or citizen is None else (look, citizen)
