"""Who may ask. A page that is not shown is no protection: the query itself refuses."""

from commandcenter.domain.people import Person, Right
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_


def may_read_cases(actor: Person) -> None:
    """Refused for whoever may not read cases, and for whoever is out of use."""
    if not actor.reads_cases:
        raise NotAllowed(N_("{person} has no right to read cases."), person=actor.name)


def may_audit(actor: Person) -> None:
    """Refused for whoever may not look into what others did, and for whoever is out of use."""
    if actor.disabled or Right.AUDIT not in actor.rights:
        raise NotAllowed(N_("{person} has no right to look into what others did."), person=actor.name)
