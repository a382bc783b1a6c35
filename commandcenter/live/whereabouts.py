"""Where everybody on duty was seen last: what a picture that begins now has to know of the stream of fixes."""

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.people import Person
from commandcenter.domain.sightings import Sighting
from commandcenter.live.delta import Delta, Fix


def whereabouts(session: Session) -> Delta:
    """The latest fix of everybody on duty. One step into an index a person, however long the stream is."""
    last = (
        select(func.max(Sighting.seq)).where(Sighting.person_id == Person.id).correlate(Person).scalar_subquery()
    )
    on_duty = select(last.label("seq")).select_from(Person).where(Person.on_duty).subquery()
    seen = session.scalars(select(Sighting).join(on_duty, Sighting.seq == on_duty.c.seq))
    return Delta(fixes=tuple(Fix(s.person_id, s.seen_at, s.lon, s.lat, s.accuracy, s.heading) for s in seen))
