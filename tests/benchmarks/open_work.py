"""The work of a busy room: open cases in every state, with their complaints, squads' work and promises."""

import datetime as dt
import random
from typing import TYPE_CHECKING, Any

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.matters import Matter
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.rulings import Request
from commandcenter.domain.units import Place
from commandcenter.domain.work import Work
from commandcenter.installation import administrator
from commandcenter.simulated import phrases
from commandcenter.storage.database import Database

if TYPE_CHECKING:
    from tests.benchmarks.past import District

STATES = {
    "open": 8, "dispatched": 9, "accepted": 7, "contacted": 11, "handling": 36, "suspended": 8, "return_asked": 1,
    "resolved": 8, "visiting": 12,
}  # fmt: skip
"""Per cent of the open cases."""
WAITING = 0.075
"""Complaints nobody has taken up yet, for each open case."""
AT_ONCE = 1_000
_AT_SQUAD = ("dispatched", "accepted", "contacted", "handling", "suspended", "return_asked")


def add(url: str, district: "District", now: dt.datetime, cases: int) -> None:
    """Put ``cases`` open cases and what hangs on them into the database, with journal and search index."""
    database = Database.open(url)
    desk = Desk(district, now)
    for begin in range(0, cases, AT_ONCE):
        n = min(AT_ONCE, cases - begin)
        database.run("seed", administrator(), "benchmark", lambda work, n=n: work.add_many(desk.rows(work, n)))  # type: ignore[misc]
    database.close()


class Desk:
    """Makes the rows."""

    def __init__(self, district: "District", now: dt.datetime) -> None:
        self.chance = random.Random(11)
        self.district, self.now = district, now
        self.officers: dict[Key, list[Key]] = {}
        for person in district.people:
            if person.squad_id and "officer" in person.roles:
                self.officers.setdefault(person.squad_id, []).append(person.id)
        self.operators = [p.id for p in district.people if "operator" in p.roles]

    def rows(self, work: Work, n: int) -> list[Record]:
        """The rows of ``n`` open cases and the share of complaints that only wait."""
        made: list[Record] = []
        for number in work.many_numbers("case", n):
            made += self._case(work, number)
        for number in work.many_numbers("complaint", int(n * WAITING)):
            made.append(self._complaint(work, number, *self._subject(), self._some_time_ago(0.2), None))
        return made

    def _subject(self) -> tuple[Matter, Place, str, tuple[float, float]]:
        chance = self.chance
        place = chance.choice(self.district.places)
        point = (place.lon or 0) + chance.uniform(-0.0012, 0.0012), (place.lat or 0) + chance.uniform(-0.0012, 0.0012)
        return chance.choice(self.district.matters), place, f"{place.name_zh}{chance.randint(1, 199)}号", point

    def _some_time_ago(self, days: float) -> dt.datetime:
        return self.now - dt.timedelta(seconds=self.chance.random() * days * 86_400)

    def _case(self, work: Work, number: str) -> list[Record]:
        chance = self.chance
        state = chance.choices(list(STATES), list(STATES.values()))[0]
        subject = matter, place, words, (lon, lat) = self._subject()
        opened = self._some_time_ago(0.1 if state == "open" else 12)
        limit, due = work.limits("dispatch", matter.urgency, opened)
        operator = chance.choice(self.operators)
        case = Case(
            id=new_key(), number=number, title=f"{words}{matter.name_zh}", matter_id=matter.id, urgency=matter.urgency,
            state=state, origin="complaint", opened_at=opened, opened_by_id=operator, owner_id=operator,
            squad_id=place.squad_id, place_words=words, lon=lon, lat=lat, place_source="gazetteer",
            complaints=1, dispatch_limit=limit, dispatch_from_at=opened, dispatch_due_at=due,
        )  # fmt: skip
        rows: list[Record] = [case]
        if state != "open":
            rows += self._at_squad(work, case, matter)
        [complaint_number] = work.many_numbers("complaint", 1)
        rows.append(self._complaint(work, complaint_number, *subject, opened, case))
        return rows

    def _at_squad(self, work: Work, case: Case, matter: Matter) -> list[Record]:
        sent = case.opened_at + dt.timedelta(minutes=self.chance.randint(2, 40))
        squad = case.squad_id or self.district.squads[0].id
        state = case.state if case.state in _AT_SQUAD else "resolved"
        clocks: dict[str, Any] = {}
        for clock in ("accept", "contact", "return", "resolve"):
            limit, due = work.limits(clock, case.urgency, sent, matter.resolve_limit if clock == "resolve" else "")
            clocks |= {f"{clock}_limit": limit, f"{clock}_due_at": due}
        taken = state != "dispatched"
        officer = self.chance.choice(self.officers[squad]) if taken and self.officers.get(squad) else None
        lead = Assignment(
            id=new_key(), case_id=case.id, squad_id=squad, part="lead", state=state, urgency=case.urgency,
            officer_id=officer, dispatched_at=sent, dispatched_by_id=case.owner_id, why={"why": "属地管理"},
            accepted_at=sent + dt.timedelta(minutes=11) if taken else None,
            contacted_at=sent + dt.timedelta(minutes=30) if taken and state != "accepted" else None,
            resolved_at=sent + dt.timedelta(days=2) if state == "resolved" else None,
            pauses=[[sent.isoformat(), None]] if state == "suspended" else [], **clocks,
        )  # fmt: skip
        case.lead_id, case.dispatched_at = lead.id, sent
        case.resolved_at = lead.resolved_at
        return [lead, *self._beside(case, lead, officer, sent)]

    def _beside(self, case: Case, lead: Assignment, officer: Key | None, sent: dt.datetime) -> list[Record]:
        rows: list[Record] = []
        if officer and self.chance.random() < 0.2:
            rows.append(Promise(
                id=new_key(), case_id=case.id, assignment_id=lead.id, made_by_id=officer, to_whom="诉求人",
                what="三日内到场复查", promised_at=sent, due_at=sent + dt.timedelta(days=3), state="promised",
            ))  # fmt: skip
        if officer and case.state == "return_asked":
            rows.append(Request(
                id=new_key(), case_id=case.id, assignment_id=lead.id, ask="return", state="asked",
                asked_by_id=officer, asked_at=sent, reason="不在辖区",
            ))  # fmt: skip
        return rows

    def _complaint(
        self, work: Work, number: str, matter: Matter, place: Place, words: str, point: tuple[float, float],
        arrived: dt.datetime, case: Case | None,
    ) -> Complaint:  # fmt: skip
        limit, due = work.limits("receive", matter.urgency, arrived)
        complaint = Complaint(
            id=new_key(), number=number, channel="hotline", arrived_at=arrived, received_at=arrived,
            owner_id=self.chance.choice(self.operators), title=f"{words}{matter.name_zh}",
            words=phrases.complaint(self.chance, matter.name_zh, words), caller_mask="王** 139****8816",
            squad_id=place.squad_id, matter_id=matter.id, urgency=matter.urgency, state="received",
            place_words=words, lon=point[0], lat=point[1], place_source="gazetteer",
            receive_limit=limit, receive_due_at=due,
        )  # fmt: skip
        if case is not None:
            complaint.case_id, complaint.settled_at, complaint.last_word_at = case.id, arrived, arrived
            visiting = case.state == "visiting"
            complaint.state = "visit_due" if visiting else "linked"
            name = "visit" if visiting else "progress"
            limit, due = work.limits(name, matter.urgency, arrived)
            setattr(complaint, f"{name}_limit", limit)
            setattr(complaint, f"{name}_due_at", due)
            complaint.visit_from_at = arrived if visiting else None
        return complaint
