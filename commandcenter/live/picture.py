"""The common operating picture: what the room knows now. One copy a station, changed only by the feed."""

import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.claims import Claim
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.people import Person
from commandcenter.domain.presence import Roll
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rules import Rules, rules_from
from commandcenter.domain.rulings import Request
from commandcenter.domain.scene import Scene
from commandcenter.domain.units import CalendarDay, District, Setting, Squad
from commandcenter.live.belonging import BY_KIND
from commandcenter.live.delta import Change, Delta, Fix

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography

R = TypeVar("R", bound=Record)

_RULING = (District, Setting, CalendarDay)
_INDEXED: dict[type[Record], str] = {
    Assignment: "case_id",
    Complaint: "case_id",
    Promise: "case_id",
    Request: "case_id",
}


_COUNTED = (Complaint, Case)


class Follower(Protocol):
    """Something derived from a picture."""

    def apply(self, delta: Delta, /) -> object:
        """Take notice of a delta that the picture holds already."""


class Picture:
    """The records that are part of the room's present, by kind and key, and where the officers are.

    It belongs to one thread (in the window: the GUI's) and changes only through :meth:`apply`.
    """

    def __init__(self) -> None:
        self._held: dict[type[Record], dict[Key, Any]] = {b.record_type: {} for b in BY_KIND.values()}
        self._of_case: dict[type[Record], dict[Key, dict[Key, Any]]] = {
            kind: defaultdict(dict) for kind in _INDEXED
        }
        self._in_state: dict[type[Record], Counter[str]] = {kind: Counter() for kind in _COUNTED}
        self.fixes: dict[Key, Fix] = {}
        self.rules: Rules = rules_from(None, (), ())
        self.complete = False
        """Whether everything has been loaded, not only what the first screen needs."""
        self.roll: Roll | None = None
        """Who is there, as it was last asked; beside the records, so no delta brings it."""
        self._geography: Geography | None = None
        self.followers: list[Follower] = []
        """What is derived from the picture and kept up to date beside it; told after each change."""

    def of(self, record_type: type[R]) -> Mapping[Key, R]:
        """Every record of a kind the picture holds, by key."""
        return self._held[record_type]

    def get(self, record_type: type[R], key: Key | None) -> R | None:
        """The record of that key, or None where the picture does not hold it."""
        return self._held[record_type].get(key) if key else None

    def count(self, record_type: type[Complaint | Case], state: str) -> int:
        """How many complaints or cases are in a state: known at any time, without going through them."""
        return self._in_state[record_type][state]

    @property
    def district(self) -> District | None:
        """The district served, once loaded."""
        return next(iter(self.of(District).values()), None)

    @property
    def geography(self) -> "Geography":
        """The areas of the township squads, prepared for point-in-polygon."""
        if self._geography is None:
            from commandcenter.domain.geography import Geography  # shapely is slow to load: not at start

            areas = [(s.id, s.area) for s in self.of(Squad).values() if s.area and not s.disabled]
            self._geography = Geography(areas)
        return self._geography

    def assignments_of(self, case_id: Key) -> list[Assignment]:
        """The assignments of a case that are known here, oldest first."""
        return self._children(Assignment, case_id)

    def complaints_of(self, case_id: Key) -> list[Complaint]:
        """The complaints on a case that still wait for their end, oldest first."""
        return self._children(Complaint, case_id)

    def promises_of(self, case_id: Key) -> list[Promise]:
        """The open promises of a case."""
        return self._children(Promise, case_id)

    def requests_of(self, case_id: Key) -> list[Request]:
        """The requests of a case that wait for their ruling."""
        return self._children(Request, case_id)

    def lead_of(self, case: Case) -> Assignment | None:
        """The lead assignment of the present round."""
        return self.get(Assignment, case.lead_id)

    def scene(
        self,
        actor: Person,
        now: dt.datetime,
        *,
        case: Case | None = None,
        complaint: Complaint | None = None,
        assignment: Assignment | None = None,
        request: Request | None = None,
        promise: Promise | None = None,
    ) -> Scene:
        """Everything the rules look at, as far as the picture knows it. The operation's own look counts."""
        record = next((r for r in (complaint, assignment, request, promise) if r is not None), None)
        case = case or self.get(Case, getattr(record, "case_id", None))
        around: dict[str, Any] = {}
        if case is not None:
            around = {
                "assignments": self.assignments_of(case.id), "complaints": self.complaints_of(case.id),
                "requests": self.requests_of(case.id), "promises": self.promises_of(case.id),
            }  # fmt: skip
        claim = self.claim_on(complaint) if complaint is not None and complaint.claimed_by_id != actor.id else None
        return Scene.around(record, actor=actor, now=now, rules=self.rules, case=case, claim=claim, **around)

    def claim_on(self, complaint: Complaint) -> Claim | None:
        """The claim on a complaint, with when its holder was last heard of; None where nobody has claimed it."""
        holder = self.get(Person, complaint.claimed_by_id)
        if holder is None or complaint.claimed_at is None:
            return None
        return Claim(holder, complaint.claimed_at, self.roll.last_of(holder.id) if self.roll is not None else None)

    def apply(self, delta: Delta) -> None:
        """Take over what the feed brought."""
        touched = set()
        for change in delta.changes:
            self._put(change)
            touched.add(change.record_type)
        for fix in delta.fixes:
            held = self.fixes.get(fix.person_id)
            if held is None or held.seen_at <= fix.seen_at:  # what comes late is no news
                self.fixes[fix.person_id] = fix
        if touched & set(_RULING):
            self.rules = rules_from(
                self.district, self.of(Setting).values(), self.of(CalendarDay).values()
            )
        if Squad in touched:
            self._geography = None
        for follower in self.followers:
            follower.apply(delta)

    def load(self, records: Iterable[Record]) -> Delta:
        """Take over records read in bulk; returns them as a delta for whoever shows them."""
        delta = Delta(changes=tuple(self._news(r) for r in records))
        self.apply(delta)
        return delta

    def renewed(self, records: Iterable[Record]) -> Delta:
        """What would make this picture hold exactly ``records``, all that belongs to it, read anew."""
        here = {(type(record), record.id): record for record in records}
        left = [Change(kind, key, gone, None) for kind, held in self._held.items() for key, gone in held.items()
                if (kind, key) not in here]  # fmt: skip
        come = [self._news(r) for r in here.values() if not _alike(self._held[type(r)].get(r.id), r)]
        return Delta(changes=(*left, *come))

    def without_sealed(self) -> Delta:
        """What would make this picture hold nothing of any sealed case: whoever they are for has left."""
        sealed = {case.id for case in self.of(Case).values() if case.sealed_for is not None}
        left = [(kind, key, child) for kind, of_case in self._of_case.items() for case in sealed
                for key, child in of_case.get(case, {}).items()]  # fmt: skip
        left += [(Case, key, self.of(Case)[key]) for key in sealed]
        return Delta(changes=tuple(Change(kind, key, gone, None) for kind, key, gone in left))

    def forget(self) -> None:
        """Hold nothing any more: whoever looked at it has left."""
        for held in (*self._held.values(), *self._of_case.values(), *self._in_state.values(), self.fixes):
            held.clear()
        self.followers.clear()
        self.roll = self._geography = None

    def _news(self, record: Record) -> Change:
        return Change(type(record), record.id, self._held[type(record)].get(record.id), record)

    def _put(self, change: Change) -> None:
        held = self._held[change.record_type]
        before = held.get(change.key)
        if change.after is None:
            held.pop(change.key, None)
        else:
            held[change.key] = change.after
        if change.record_type in _INDEXED:
            self._index(change.record_type, change.key, before, change.after)
        if (counted := self._in_state.get(change.record_type)) is not None:
            _move(counted, before, change.after)

    def _index(self, kind: type[Record], key: Key, before: Record | None, after: Record | None) -> None:
        index, name = self._of_case[kind], _INDEXED[kind]
        old, new = getattr(before, name, None), getattr(after, name, None)
        if old and old != new:
            index[old].pop(key, None)
            if not index[old]:
                del index[old]
        if new:
            index[new][key] = after

    def _children(self, kind: type[R], case_id: Key) -> list[R]:
        children = self._of_case[kind].get(case_id, {})
        return sorted(children.values(), key=_by_birth)


def _alike(held: Record | None, read: Record) -> bool:
    return held is not None and held.values() == read.values()


def _move(counted: Counter[str], before: Record | None, after: Record | None) -> None:
    for record, n in ((before, -1), (after, 1)):
        if record is not None:
            counted[record.__dict__["state"]] += n


def _by_birth(record: Record) -> str:
    return record.id  # keys are UUIDv7: they sort by birth
