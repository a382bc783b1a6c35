"""Whom to send: the squads for a case, best first, each with the reasons a dispatcher would give.

What was recommended is kept with the assignment, so that later everybody can see what was known then.
Jurisdiction comes first, then who is there, near and free; nothing is ruled out silently.
"""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.deadlines import Pressing, pressing
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person, Role
from commandcenter.domain.places import distance
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.sightings import STALE_S
from commandcenter.domain.units import Squad, Tier
from commandcenter.i18n import N_
from commandcenter.live.delta import Fix
from commandcenter.live.picture import Picture

KILOMETRE = 1000.0
# Points of the order. Only their order of size matters: jurisdiction outweighs everything else together.
_AREA, _DOMAIN, _DUTY, _KM, _LOAD, _LATE = 1000.0, 800.0, 4.0, 6.0, 5.0, 15.0
_FARTHEST_KM, _MOST_ON_DUTY = 40.0, 10


@dataclass(frozen=True, slots=True)
class Load:
    """What a squad has in hand and who of it is on duty."""

    squad: Squad
    on_duty: int
    open: int
    late: int


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One squad for one case, with its points and its reasons in words."""

    squad: Squad
    points: float
    reasons: tuple[Sentence, ...]
    cautions: tuple[Sentence, ...] = ()

    def kept(self) -> dict[str, Any]:
        """What stays with the assignment: the squad, its points and the words as they were read."""
        said = [str(s) for s in (*self.reasons, *self.cautions)]
        return {"squad": self.squad.id, "name": self.squad.name_zh, "points": round(self.points), "reasons": said}


def loads(picture: Picture, now: dt.datetime) -> dict[Key, Load]:
    """Every squad's load, for the strip of squads and for the recommendation."""
    open_: dict[Key, int] = {}
    late: dict[Key, int] = {}
    duty: dict[Key, int] = {}
    for a in picture.of(Assignment).values():
        if not a.over:
            open_[a.squad_id] = open_.get(a.squad_id, 0) + 1
            if a.resolve_due_at and pressing(a.dispatched_at, a.resolve_due_at, now) is Pressing.OVER:
                late[a.squad_id] = late.get(a.squad_id, 0) + 1
    for person in picture.of(Person).values():
        if _on_duty(person) and person.squad_id:
            duty[person.squad_id] = duty.get(person.squad_id, 0) + 1
    return {
        s.id: Load(s, duty.get(s.id, 0), open_.get(s.id, 0), late.get(s.id, 0))
        for s in picture.of(Squad).values()
        if not s.disabled
    }


def _on_duty(person: Person) -> bool:
    return person.on_duty and not person.disabled and (person.has(Role.OFFICER) or person.has(Role.CAPTAIN))


def recommend(picture: Picture, case: Case, now: dt.datetime, most: int = 3) -> list[Recommendation]:
    """The best squads for a case, best first. A squad the case is about is never among them."""
    matter = picture.get(Matter, case.matter_id)
    nearest = _nearest(picture, case)
    judged = [
        _judge(load, case, matter, nearest.get(key), now)
        for key, load in loads(picture, now).items()
        if key not in case.named
    ]
    return sorted(judged, key=lambda r: (-r.points, r.squad.code))[:most]


def _nearest(picture: Picture, case: Case) -> dict[Key, tuple[float, Fix]]:
    """The nearest officer on duty of each squad: metres and the fix."""
    if case.point is None:
        return {}
    nearest: dict[Key, tuple[float, Fix]] = {}
    for fix in picture.fixes.values():
        person = picture.get(Person, fix.person_id)
        if person is None or person.squad_id is None or not _on_duty(person):
            continue
        metres = distance(case.point, (fix.lon, fix.lat))
        if person.squad_id not in nearest or metres < nearest[person.squad_id][0]:
            nearest[person.squad_id] = (metres, fix)
    return nearest


def _judge(
    load: Load, case: Case, matter: Matter | None, near: tuple[float, Fix] | None, now: dt.datetime
) -> Recommendation:
    squad = load.squad
    reasons: list[Sentence] = []
    cautions: list[Sentence] = []
    points = _jurisdiction(squad, case, matter, reasons, cautions)
    points += _DUTY * min(load.on_duty, _MOST_ON_DUTY)
    (reasons if load.on_duty else cautions).append(
        Sentence(N_("{n} on duty"), n=load.on_duty) if load.on_duty else Sentence(N_("nobody on duty"))
    )
    km = _distance_km(squad, case, near)
    if km is not None:
        points += _KM * max(0.0, _FARTHEST_KM - km) / _FARTHEST_KM * 10
        reasons.append(_how_near(km, near, now))
        if near is not None and (now - near[1].seen_at).total_seconds() > STALE_S:
            cautions.append(Sentence(N_("position out of date")))
    points -= _LOAD * load.open + _LATE * load.late
    reasons.append(Sentence(N_("{n} open"), n=load.open))
    if load.late:
        cautions.append(Sentence(N_("{n} late"), n=load.late))
    return Recommendation(squad, points, tuple(reasons), tuple(cautions))


def _jurisdiction(
    squad: Squad, case: Case, matter: Matter | None, reasons: list[Sentence], cautions: list[Sentence]
) -> float:
    if matter is not None and matter.tier == Tier.DIRECT:
        if matter.domain in squad.domains:
            reasons.append(Sentence(N_("the matter's domain is this direct squad's"), domain=matter.domain))
            return _DOMAIN
        cautions.append(Sentence(N_("the matter is a direct squad's")))
        return 0.0
    if squad.id == case.squad_id:
        reasons.append(Sentence(N_("the place lies in its area")))
        return _AREA
    if squad.tier == Tier.TOWNSHIP:
        cautions.append(Sentence(N_("can take it, not its area")))
        return 0.0
    cautions.append(Sentence(N_("the matter is a township squad's")))
    return -_DOMAIN / 2


def _distance_km(squad: Squad, case: Case, near: tuple[float, Fix] | None) -> float | None:
    if near is not None:
        return near[0] / KILOMETRE
    if case.point is None or squad.lon is None or squad.lat is None:
        return None
    return distance(case.point, (squad.lon, squad.lat)) / KILOMETRE


def _how_near(km: float, near: tuple[float, Fix] | None, now: dt.datetime) -> Sentence:
    if near is None:
        return Sentence(N_("its office {km} km away"), km=f"{km:.1f}")
    age = max(0, int((now - near[1].seen_at).total_seconds()))
    return Sentence(N_("nearest {km} km, position {age} old"), km=f"{km:.1f}", age=dt.timedelta(seconds=age))
