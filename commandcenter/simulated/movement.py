"""Officers on the move: towards what they have in hand, or around their squad's office on patrol."""

import math
from typing import TYPE_CHECKING

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.people import Person, Role
from commandcenter.domain.places import bearing, distance, metres_per_degree
from commandcenter.domain.record import Key
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Squad

if TYPE_CHECKING:
    from commandcenter.simulation import Day

WALKING, DRIVING = 1.3, 9.0
"""Metres a second."""
_NEAR = 60.0
_PATROL_M = 1_500.0

Point = tuple[float, float]


class Patrols:
    """Where every officer on duty is, and where to."""

    def __init__(self, day: "Day") -> None:
        self._day = day
        self._at: dict[Key, Point] = {key: (fix.lon, fix.lat) for key, fix in day.picture.fixes.items()}
        self._goal: dict[Key, Point] = {}

    def step(self, seconds: float) -> list[Sighting]:
        """Everybody on duty moves for so many seconds and is seen once."""
        on_duty = [p for p in self._day.people(Role.OFFICER) if p.on_duty and p.squad_id]
        targets = self._targets()
        return [self._seen(person, targets.get(person.id), seconds) for person in on_duty]

    def _targets(self) -> dict[Key, Point]:
        picture, targets = self._day.picture, {}
        for a in sorted(picture.of(Assignment).values(), key=lambda a: (a.urgency == "urgent", a.dispatched_at)):
            case = picture.get(Case, a.case_id)
            if a.officer_id and not a.over and case is not None and case.point is not None:
                targets[a.officer_id] = case.point
        return targets

    def _seen(self, person: Person, target: Point | None, seconds: float) -> Sighting:
        office = self._office(person)
        here = self._at.get(person.id) or self._around(office, 400.0)
        goal = target or self._goal.get(person.id) or self._around(office, _PATROL_M)
        if target is None and distance(here, goal) < _NEAR:
            goal = self._around(office, _PATROL_M)
        self._goal[person.id] = goal
        speed = WALKING if distance(here, goal) < 800 else DRIVING
        there = _towards(here, goal, speed * seconds)
        self._at[person.id] = there
        moved = distance(here, there) > 1.0
        return Sighting(
            person_id=person.id, seen_at=self._day.now, lon=there[0], lat=there[1],
            accuracy=round(self._day.random.uniform(4, 25), 1),
            heading=round(bearing(here, there), 1) if moved else None, speed=speed if moved else 0.0,
        )  # fmt: skip

    def _office(self, person: Person) -> Point:
        squad = self._day.picture.get(Squad, person.squad_id)
        if squad is None or squad.lon is None or squad.lat is None:
            return (0.0, 0.0)
        return (squad.lon, squad.lat)

    def _around(self, centre: Point, metres: float) -> Point:
        east, north = metres_per_degree(centre[1])
        angle = self._day.random.uniform(0, 2 * math.pi)
        far = metres * math.sqrt(self._day.random.random())
        return (centre[0] + far * math.cos(angle) / east, centre[1] + far * math.sin(angle) / north)


def _towards(here: Point, goal: Point, metres: float) -> Point:
    apart = distance(here, goal)
    if apart <= metres or apart == 0:
        return goal
    share = metres / apart
    return (here[0] + (goal[0] - here[0]) * share, here[1] + (goal[1] - here[1]) * share)
