"""Who called, for those who gave a reason to look: never without the look itself on record.

On a server nobody reads the citizens' table; it answers two questions instead (step 0013).
"""

from sqlalchemy import String, Text, column, func, literal, select
from sqlalchemy.orm import Session

from commandcenter.domain.citizens import on_server
from commandcenter.domain.complaints import Complainant
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, snapshot, type_key
from commandcenter.domain.rulings import Reveal
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_


def revealed(session: Session, actor: Person, reveal: Key) -> tuple[Reveal, Complainant] | None:
    """The look of that key and the person it shows; None where there is no such look on record, or it is over.

    NotAllowed for anybody but who looked: everybody else has to give a reason of their own.
    """
    look = session.get(Reveal, reveal)
    if look is not None and look.revealed_by_id != actor.id:
        raise NotAllowed(N_("Somebody else looked there. Give a reason of your own to see who called."))
    citizen = _shown_by(session, look) if look is not None and look.complainant_id else None
    return None if look is None or citizen is None else (look, citizen)


def caller(session: Session, digits: str) -> Key | None:
    """The key of the citizen with that telephone number, all of its digits given. To be asked first in its session.

    A server counts who asks, which it cannot while a transaction only reads. Refused where it is asked too often.
    """
    if not on_server(session):
        return session.scalar(select(Complainant.id).where(Complainant.phone == digits))
    session.connection(execution_options={"postgresql_readonly": False})
    return session.scalar(select(func.known_caller(literal(digits, Text), type_=type_key)))


def _shown_by(session: Session, look: Reveal) -> Complainant | None:
    if not on_server(session):
        return session.get(Complainant, look.complainant_id)
    told = func.caller_of(literal(look.id, type_key)).table_valued(
        column("name", Text), column("phone", String), column("account", String)
    )
    row = session.execute(select(told)).one_or_none()
    return None if row is None else snapshot(Complainant, {"id": look.complainant_id, "version": 1, **row._mapping})

