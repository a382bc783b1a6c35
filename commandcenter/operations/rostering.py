"""Who is on duty. Attendance, leave and swaps follow with the shift's own screens."""

from collections.abc import Iterable

from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_


def set_duty(work: Work, people: Iterable[Key], on_duty: bool) -> int:
    """Put people on duty or off. Everybody may do so for themselves; a roster needs the right to it.

    A captain's roster is the squad's own; the room's is for who belongs to no squad.
    """
    changed = 0
    for key in people:
        person = work.get(Person, key)
        if key != work.actor.id and not _rosters(work.actor, person):
            raise NotAllowed(N_("{person} has no right to change the roster."), person=work.actor.name)
        if person.on_duty != on_duty:
            person.on_duty = on_duty
            changed += 1
    return changed


def _rosters(actor: Person, person: Person) -> bool:
    return Right.ROSTER in actor.rights and actor.squad_id in (None, person.squad_id)
