"""Whom to send: the squads for a case, best first, each with the reasons a dispatcher would give.

What was recommended is kept with the assignment, so that later everybody can see what was known then.
Jurisdiction comes first, then who is there, near and free; nothing is ruled out silently.
"""

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.assignments import AssignmentState
from commandcenter.domain.cases import Case
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.places import distance
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Name, Sentence, Sentences
from commandcenter.domain.sightings import STALE_S
from commandcenter.domain.units import Named, Squad, Tier
from commandcenter.i18n import N_
from commandcenter.live.delta import Fix
from commandcenter.live.fairness import fairness
from commandcenter.live.loads import Load, is_on_duty, loads
from commandcenter.live.picture import Picture

KILOMETRE = 1000.0
# Points of the order. Only their order of size matters: jurisdiction outweighs everything else together, and
# a squad that gave this very case back is not asked again before others, whosever area it is.
_AREA, _DOMAIN, _DUTY, _KM, _LOAD, _LATE, _GAVE_BACK = 1000.0, 800.0, 4.0, 6.0, 5.0, 15.0, 1200.0
_FARTHEST_KM, _MOST_ON_DUTY = 40.0, 10


class Aspect(StrEnum):
    """What a reason is about: one line each, in this order."""

    PLACE = "place"
    PRESENCE = "presence"
    LOAD = "load"
    CAUTION = "caution"


@dataclass(frozen=True, slots=True)
class Reason:
    """One thing that speaks for or against a squad, in words."""

    aspect: Aspect
    words: Sentence


@dataclass(frozen=True, slots=True)
class Recommendation:
    """One squad for one case, with its points and what speaks for and against it."""

    squad: Squad
    points: float
    weighed: tuple[Reason, ...]

    @property
    def reasons(self) -> tuple[Sentence, ...]:
        """What speaks for it, and the plain facts."""
        return tuple(r.words for r in self.weighed if r.aspect is not Aspect.CAUTION)

    @property
    def cautions(self) -> tuple[Sentence, ...]:
        """What speaks against it."""
        return tuple(r.words for r in self.weighed if r.aspect is Aspect.CAUTION)

    def lines(self) -> list[tuple[Aspect, str]]:
        """The reasons as they are read: one line for each aspect, in the language spoken now."""
        said = {aspect: [str(r.words) for r in self.weighed if r.aspect is aspect] for aspect in Aspect}
        return [(aspect, " · ".join(words)) for aspect, words in said.items() if words]

    def kept(self) -> dict[str, Any]:
        """What stays with the assignment: the squad, its points and what was said, for every reader's language."""
        said = Sentences(*self.reasons, *self.cautions).kept()
        return {"squad": self.squad.id, "name": self.squad.name_zh, "points": round(self.points), "reasons": said}


def _name(named: Named) -> Name:
    return Name(named.name_zh, named.name_en)


# ---------------------------------------------------------------------- whom to send


def recommend(
    picture: Picture, case: Case, now: dt.datetime, most: int | None = 3, held: Mapping[Key, Load] | None = None
) -> list[Recommendation]:
    """The best squads for a case, best first; all of them where ``most`` is None.

    A squad the case is about is never among them. ``held`` spares counting the loads where they are known.
    """
    judging = _Judging(picture, case, now)
    known = loads(picture, now) if held is None else held
    judged = [judging.of(load) for key, load in known.items() if key not in case.named]
    return sorted(judged, key=lambda r: (-r.points, r.squad.code))[:most]


class _Judging:
    """One case, and everything around it that is the same for every squad."""

    def __init__(self, picture: Picture, case: Case, now: dt.datetime) -> None:
        self._case, self._now = case, now
        self._matter = picture.get(Matter, case.matter_id)
        self._domain = next(
            (d for d in picture.of(MatterDomain).values() if self._matter and d.code == self._matter.domain), None
        )
        self._nearest = _nearest(picture, case)
        self._fair = fairness(picture)
        self._gave_back = {a.squad_id for a in picture.assignments_of(case.id) if a.state == AssignmentState.RETURNED}

    def of(self, load: Load) -> Recommendation:
        """The squad's points and reasons."""
        squad, weighed = load.squad, list[Reason]()
        points = self._jurisdiction(squad, weighed)
        points += self._presence(load, weighed)
        points -= self._burden(load, weighed)
        points += self._fairness(squad, weighed)
        if squad.id in self._gave_back:
            points -= _GAVE_BACK
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("gave this case back before"))))
        return Recommendation(squad, points, tuple(weighed))

    @staticmethod
    def _burden(load: Load, weighed: list[Reason]) -> float:
        if not load.known:
            return 0.0
        weighed.append(Reason(Aspect.LOAD, Sentence(N_("{n} open"), n=load.open)))
        if load.late:
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("{n} late"), n=load.late)))
        return _LOAD * load.open + _LATE * load.late

    def _fairness(self, squad: Squad, weighed: list[Reason]) -> float:
        """What its officers have borne in the last weeks, beside those of the others; said wherever it counts."""
        points, words = self._fair.points(squad.id), self._fair.of_squad(squad.id)
        if words is not None:
            weighed.append(Reason(Aspect.CAUTION if points < 0 else Aspect.LOAD, words))
        return points

    def _jurisdiction(self, squad: Squad, weighed: list[Reason]) -> float:
        direct = self._matter is not None and self._matter.tier == Tier.DIRECT
        own_area = squad.id == self._case.squad_id
        if own_area:
            weighed.append(Reason(Aspect.PLACE, Sentence(N_("its own area"))))
        if direct:
            return self._of_direct(squad, weighed)
        if squad.tier != Tier.TOWNSHIP:
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("the matter is a township squad's"))))
            return -_DOMAIN / 2
        if self._domain is not None:
            sentence = Sentence(N_("township matter: {domain}"), domain=_name(self._domain))
            weighed.append(Reason(Aspect.PLACE, sentence))
        if own_area:
            return _AREA
        weighed.append(Reason(Aspect.PLACE, Sentence(N_("can take it, not its area"))))
        return 0.0

    def _of_direct(self, squad: Squad, weighed: list[Reason]) -> float:
        matter, domain = self._matter, self._domain
        if matter is None or matter.domain not in squad.domains or squad.tier != Tier.DIRECT:
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("the matter is a direct squad's"))))
            return 0.0
        said = N_("its domain: {domain}") if domain else N_("the matter's domain is this direct squad's")
        weighed.append(Reason(Aspect.PLACE, Sentence(said, **({"domain": _name(domain)} if domain else {}))))
        return _DOMAIN

    def _presence(self, load: Load, weighed: list[Reason]) -> float:
        points = _DUTY * min(load.on_duty, _MOST_ON_DUTY)
        if load.on_duty:
            weighed.append(Reason(Aspect.PRESENCE, Sentence(N_("{n} on duty"), n=load.on_duty)))
        else:
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("nobody on duty"))))
        near = self._nearest.get(load.squad.id)
        km = _distance_km(load.squad, self._case, near)
        if km is None:
            return points
        weighed.append(Reason(Aspect.PRESENCE, _how_near(km, near, self._now)))
        if near is not None and (self._now - near[1].seen_at).total_seconds() > STALE_S:
            weighed.append(Reason(Aspect.CAUTION, Sentence(N_("position out of date"))))
        return points + _KM * max(0.0, _FARTHEST_KM - km) / _FARTHEST_KM * 10


def _nearest(picture: Picture, case: Case) -> dict[Key, tuple[float, Fix]]:
    """The nearest officer on duty of each squad: metres and the fix."""
    if case.point is None:
        return {}
    nearest: dict[Key, tuple[float, Fix]] = {}
    for fix in picture.fixes.values():
        person = picture.get(Person, fix.person_id)
        if person is None or person.squad_id is None or not is_on_duty(person):
            continue
        metres = distance(case.point, (fix.lon, fix.lat))
        if person.squad_id not in nearest or metres < nearest[person.squad_id][0]:
            nearest[person.squad_id] = (metres, fix)
    return nearest


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
    if age < 60:
        return Sentence(N_("nearest {km} km, position {seconds} s old"), km=f"{km:.1f}", seconds=age)
    return Sentence(N_("nearest {km} km, position {age} old"), km=f"{km:.1f}", age=dt.timedelta(seconds=age))
