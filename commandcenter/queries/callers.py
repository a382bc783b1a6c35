"""Who called, for those who gave a reason to look: never without the look itself on record."""

from sqlalchemy.orm import Session

from commandcenter.domain.complaints import Complainant
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Reveal
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_


def revealed(session: Session, actor: Person, reveal: Key) -> tuple[Reveal, Complainant] | None:
    """The look of that key and the person it shows; None where there is no such look on record.

    NotAllowed for anybody but who looked: everybody else has to give a reason of their own.
    """
    look = session.get(Reveal, reveal)
    if look is not None and look.revealed_by_id != actor.id:
        raise NotAllowed(N_("Somebody else looked there. Give a reason of your own to see who called."))
    citizen = session.get(Complainant, look.complainant_id) if look is not None and look.complainant_id else None
    return None if look is None or citizen is None else (look, citizen)
