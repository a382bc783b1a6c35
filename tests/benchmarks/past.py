"""Closed cases as they lie in a database, with their squads' work and the complaints on them: a district's past.

Made from the shipped pack and with the simulation's phrases, as uneven as life: a few things make up most of what is
complained about, and a few callers call often.
"""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.units import Place, Squad
from commandcenter.simulated import phrases
from commandcenter.storage.database import Database

SEED = 7
LATELY = dt.timedelta(days=16)
"""What was opened in the last days is open work still: the longest case of the past takes 14."""


@dataclass(frozen=True, slots=True)
class District:
    """What the rows are made from."""

    places: list[Place]
    matters: list[Matter]
    squads: list[Squad]
    people: list[Person]


def district_of(url: str) -> District:
    """The district that stands in a database."""
    with Database.open(url) as database, database.reading() as session:
        found = District(
            session.query(Place).all(), session.query(Matter).all(), session.query(Squad).all(),
            session.query(Person).all(),
        )  # fmt: skip
    places = [p for p in found.places if p.lon and p.lat and p.squad_id]
    return District(places, found.matters, found.squads, found.people)


def texts(case: dict[str, Any], complaints: list[dict[str, Any]]) -> Iterator[tuple[str, dict[str, Any], str]]:
    """What is searched of a case and its complaints: kind, row, words."""
    for c in complaints:
        yield "complaint", c, f"{c['number']} {c['title']} {c['words']} {c['place_words']}"
    yield "case_file", case, f"{case['number']} {case['title']} {case['place_words']} {case['closing_text']}"


class Archive:
    """Rows of so many closed cases of the last years: times as text in UTC, keys by birth."""

    def __init__(self, district: District, now: dt.datetime, cases: int, citizens: int, years: float) -> None:
        self.chance = random.Random(SEED)
        self.district = district
        self.township = [s.id for s in district.squads if s.tier == "township"]
        self.officers: dict[str, list[str]] = {s.id: [] for s in district.squads}
        for person in district.people:
            if person.squad_id:
                self.officers[person.squad_id].append(person.id)
        self.operators = [p.id for p in district.people if "operator" in p.roles]
        # What is complained about and where is as uneven as in life: a few things make up most of it.
        self.weights = [1 / (n + 3) for n in range(len(district.matters))]
        self.many, self.callers = cases, citizens
        self.start = now - LATELY - dt.timedelta(days=365 * years)
        self.span = dt.timedelta(days=365 * years).total_seconds()
        self.citizen_keys: list[str] = []

    def citizens(self) -> Iterator[dict[str, Any]]:
        """Who called in these years."""
        for n in range(self.callers):
            key = key_at(self.start, n, self.chance)
            self.citizen_keys.append(key)
            phone = str(13_000_000_000 + n * 7)
            yield {"id": key, "version": 1, "name": phrases.name(self.chance), "phone": phone}

    def cases(self) -> Iterator[tuple[dict[str, Any], dict[str, Any], list[dict[str, Any]]]]:
        """Each case with its squad's work and the complaints on it."""
        many = self.many
        matters = iter(self.chance.choices(self.district.matters, self.weights, k=many))
        for n, matter in enumerate(matters):
            opened = self.start + dt.timedelta(seconds=self.span * n / many)
            yield self._case(n, opened, matter, self.chance.choice(self.district.places))

    def _case(self, n: int, opened: dt.datetime, matter: Matter, place: Place) -> Any:
        chance, day = self.chance, f"{opened:%y%m%d}-{n % 100_000:05d}"
        spot = {
            "place_words": f"{place.name_zh}{chance.randint(1, 199)}号", "lon": _near(chance, place.lon),
            "lat": _near(chance, place.lat), "place_source": "gazetteer", "datum": "wgs84", "squad_id": place.squad_id,
        }  # fmt: skip
        about = {"title": f"{spot['place_words']}{matter.name_zh}", "matter_id": matter.id, "urgency": matter.urgency}
        squad = place.squad_id or self.township[0]
        operator, officer = chance.choice(self.operators), chance.choice(self.officers[squad] or [None])
        done = 60 * chance.randint(20, 300)
        at = [_told(opened + dt.timedelta(minutes=m)) for m in (0, 9, 25, 40, done, done + 180, done + 27 * 60)]
        closing = chance.choice(phrases.CLOSING)
        found = n % 10 == 0
        key, work = key_at(opened, n, chance), key_at(opened + dt.timedelta(minutes=9), n, chance)
        complaints = 0 if found else 2 if n % 10 == 1 else 1
        names = [f"S{opened:%y%m%d}-{(2 * n + m) % 1_000_000:06d}" for m in range(complaints)]
        case = {
            "id": key, "version": 7 if found else 8, "number": day, **about, "words": "", **spot, "state": "closed",
            "lead_id": work, "origin": "patrol" if found else "complaint", "opened_at": at[0], "opened_by_id": operator,
            "owner_id": operator, "complaints": complaints, "assisting": 0, "round": 1,
            "hops": 0, "dispatch_limit": "30 m", "dispatch_from_at": at[0], "dispatch_due_at": at[2],
            "dispatched_at": at[1], "resolved_at": at[4], "reviewed_at": at[5], "closed_at": at[5 if found else 6],
            "disposition": "rectified", "closing_text": closing, "cancel_reason": "", "rung": "", "named": "[]",
            "confidential": 0, "historic": 0,
        }  # fmt: skip
        assignment = {
            "id": work, "version": 5, "case_id": key, "squad_id": squad, "part": "lead", "round": 1,
            "state": "resolved", "urgency": matter.urgency, "officer_id": officer, "dispatched_at": at[1],
            "dispatched_by_id": operator, "why": '{"why":"属地管理"}', "note": "", "accept_limit": "30 m",
            "accept_due_at": at[3], "accepted_at": at[2], "contact_limit": "1 h", "contact_due_at": at[3],
            "contacted_at": at[3],
            "return_limit": "1 d", "resolve_limit": "5 wd", "resolve_due_at": at[4], "resolved_at": at[4],
            "enforced": 0, "pauses": "[]", "extension": "", "disposition": "rectified", "closing_text": closing,
            "ended_at": at[4],
        }  # fmt: skip
        said = [self._complaint(name, m, case, matter, opened, spot, at) for m, name in enumerate(names)]
        return case, assignment, said

    def _complaint(
        self, number: str, m: int, case: dict[str, Any], matter: Matter, opened: dt.datetime, spot: dict[str, Any],
        at: list[str],
    ) -> dict[str, Any]:  # fmt: skip
        chance = self.chance
        # A few callers call often.
        citizen = self.citizen_keys[int(chance.random() ** 3 * self.callers)]
        words = phrases.complaint(chance, matter.name_zh, spot["place_words"])
        return {
            "id": key_at(opened - dt.timedelta(minutes=4 - m), m, chance), "version": 4, "number": number,
            "channel": "hotline", "source": "", "arrived_at": at[0], "received_at": at[0], "owner_id": case["owner_id"],
            "received_by_id": case["owner_id"], "title": case["title"], "words": words, "complainant_id": citizen,
            "caller_mask": "王** 139****8816", "confidential": 0, **spot, "matter_id": matter.id,
            "urgency": matter.urgency, "state": "confirmed", "case_id": case["id"], "receive_limit": "30 m",
            "receive_due_at": at[2], "settled_at": at[1], "answer": "", "decline_code": "", "refer_to": "",
            "last_word_at": at[6], "progress_limit": "3 wd", "visit_limit": "3 wd", "visited_at": at[6],
            "visit_tries": 1, "solved": 1, "satisfied": chance.randint(2, 5), "historic": 0,
        }  # fmt: skip


def key_at(born: dt.datetime, n: int, chance: random.Random) -> str:
    """A UUIDv7 of that moment."""
    digits = f"{int(born.timestamp() * 1000):012x}7{n & 0xFFF:03x}{0x8000000000000000 | chance.getrandbits(62):016x}"
    return f"{digits[:8]}-{digits[8:12]}-{digits[12:16]}-{digits[16:20]}-{digits[20:]}"


def _near(chance: random.Random, degrees: float | None) -> float:
    return (degrees or 0.0) + chance.uniform(-0.0012, 0.0012)


def _told(moment: dt.datetime) -> str:
    return moment.strftime("%Y-%m-%d %H:%M:%S.%f")
