"""What is owed: every running clock, promise, word, visit and ruling of the room, and who owes it.

:func:`owed` says it for a whole picture. :class:`Owing` keeps the same list up to date case by case, so that
twenty thousand open cases cost no more than the few that changed.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.contacts import Promise, PromiseState
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Request, RequestState
from commandcenter.domain.timing import Timed, running
from commandcenter.live.delta import Change, Delta
from commandcenter.live.picture import Picture


class Debt(StrEnum):
    """What kind of thing is owed. The first seven are clocks of the same name."""

    DISPATCH = "dispatch"
    ACCEPT = "accept"
    CONTACT = "contact"
    RESOLVE = "resolve"
    PROGRESS = "progress"
    VISIT = "visit"
    PROMISE = "promise"
    RESUME = "resume"
    RULING = "ruling"


@dataclass(frozen=True, slots=True)
class Owed:
    """One thing somebody owes.

    ``holder_id`` is the person who owes it, None where it is a whole squad's (before anybody accepted) or the
    room's. ``due_at`` is aware UTC; None where no moment is set, as for a ruling that waits.
    """

    id: str
    debt: Debt
    case_id: Key
    kind: str
    """The kind of the record it hangs on, and its ``key``."""
    key: Key
    number: str
    title: str
    urgency: str
    holder_id: Key | None
    squad_id: Key | None
    owner_id: Key | None
    """The operator who owns the case to its end 首问负责."""
    since_at: dt.datetime
    due_at: dt.datetime | None
    standing_still: bool = False
    what: str = ""
    """What was promised, what is asked: the code of the request; of a return visit how often it was tried in vain."""

    def over(self, now: dt.datetime) -> bool:
        """Whether its moment has passed."""
        return self.due_at is not None and not self.standing_still and now > self.due_at

    @property
    def rank(self) -> tuple[bool, dt.datetime, str]:
        """What the list is sorted by, most pressing first: what stands still comes last."""
        return (self.standing_still, self.due_at or self.since_at, self.id)


def owed(picture: Picture) -> list[Owed]:
    """Everything owed in the room now, most pressing first."""
    found = (one for case in picture.of(Case).values() for one in of_case(picture, case))
    return sorted(found, key=lambda one: one.rank)


def of_case(picture: Picture, case: Case) -> Iterator[Owed]:
    """Everything owed on one case."""
    lead = picture.lead_of(case)
    yield from (_timed(case, t, Debt(t.clock.name), None, None) for t in running(case))
    for assignment in picture.assignments_of(case.id):
        if not assignment.over:
            yield from _of_squad(case, assignment)
    for complaint in picture.complaints_of(case.id):
        yield from _of_citizen(case, complaint, lead)
    for promise in picture.promises_of(case.id):
        if promise.state == PromiseState.OPEN:
            work = picture.get(Assignment, promise.assignment_id)
            for timed in running(promise):
                yield _timed(case, timed, Debt.PROMISE, promise.made_by_id, work, promise.what)
    for request in picture.requests_of(case.id):
        if request.state == RequestState.ASKED:
            yield _ruling(case, request, picture.get(Assignment, request.assignment_id))


def _of_squad(case: Case, work: Assignment) -> Iterator[Owed]:
    for timed in running(work):
        if not (timed.standing_still and work.state == "return_asked"):  # the ruling is what is owed then
            yield _timed(case, timed, Debt(timed.clock.name), work.officer_id, work)
    if work.suspended_until is not None:
        begun = dt.datetime.fromisoformat(work.pauses[-1][0]) if work.pauses else work.dispatched_at
        yield _one(case, Debt.RESUME, work, work.officer_id, work, begun, work.suspended_until)


def _of_citizen(case: Case, complaint: Complaint, lead: Assignment | None) -> Iterator[Owed]:
    for timed in running(complaint):
        if timed.clock.name == "visit" and complaint.state == ComplaintState.VISIT_DUE:
            tried = str(complaint.visit_tries or "")
            yield _timed(case, timed, Debt.VISIT, complaint.visitor_id, None, tried)
        elif timed.clock.name == "progress":
            # Whoever works on it has the news; before anybody does, the owner of the case speaks.
            officer = lead.officer_id if lead is not None and not lead.over else None
            yield _timed(case, timed, Debt.PROGRESS, officer or case.owner_id, lead if officer else None)


def _timed(
    case: Case, timed: Timed, debt: Debt, holder_id: Key | None, work: Assignment | None, what: str = ""
) -> Owed:
    return _one(case, debt, timed.record, holder_id, work, timed.started_at, timed.due_at, timed.standing_still, what)


def _ruling(case: Case, request: Request, work: Assignment | None) -> Owed:
    return _one(case, Debt.RULING, request, None, work, request.asked_at, None, False, request.ask)


def _one(
    case: Case, debt: Debt, record: Record, holder_id: Key | None, work: Assignment | None,
    since_at: dt.datetime, due_at: dt.datetime | None, standing_still: bool = False, what: str = "",
) -> Owed:  # fmt: skip
    about, key = case.__dict__, record.__dict__["id"]  # as domain/timing.py does, and for its reason
    squad_id = work.squad_id if work is not None else None
    return Owed(
        f"{debt.value}:{key}", debt, about["id"], record.kind(), key, about["number"], about["title"], about["urgency"],
        holder_id, squad_id, about["owner_id"], since_at, due_at, standing_still, what,
    )  # fmt: skip


# ---------------------------------------------------------------------- kept up to date

_WITH_CASE = (Assignment, Complaint, Promise, Request)


class Owing:
    """The list of :func:`owed` beside a picture. Each delta costs what the cases it touches cost."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._of_case: dict[Key, dict[str, Owed]] = {}
        self._by: dict[Key, set[str]] = defaultdict(set)
        self.all: dict[str, Owed] = {}
        """Everything owed, by its id."""
        self._latest: tuple[Delta | None, frozenset[str]] = (None, frozenset())
        self._follow(picture.of(Case))

    def apply(self, delta: Delta) -> frozenset[str]:
        """Take notice of a delta the picture holds already; the ids that came, went or changed. Twice is harmless."""
        if self._latest[0] is not delta:
            self._latest = (delta, self._follow({key for change in delta.changes for key in _cases_of(change)}))
        return self._latest[1]

    def _follow(self, cases: Iterable[Key]) -> frozenset[str]:
        touched: set[str] = set()
        for key in cases:
            case, before = self._picture.get(Case, key), self._of_case.pop(key, {})
            after = {one.id: one for one in of_case(self._picture, case)} if case is not None else {}
            if after:
                self._of_case[key] = after
            for id_ in before.keys() | after.keys():
                if before.get(id_) != after.get(id_):
                    self._put(id_, before.get(id_), after.get(id_))
                    touched.add(id_)
        return frozenset(touched)

    def _put(self, id_: str, before: Owed | None, after: Owed | None) -> None:
        held = self.all.get(id_)
        if after is None and held != before:
            return  # its record went to another case, which has put it here already
        for key in _concerned(held):
            self._by[key].discard(id_)
        for key in _concerned(after):
            self._by[key].add(id_)
        if after is None:
            self.all.pop(id_, None)
        else:
            self.all[id_] = after

    def concerning(self, *keys: str) -> set[str]:
        """The ids of what any of these people and squads hold or own, or of what is of that :class:`Debt`."""
        return set().union(*(self._by.get(key, ()) for key in keys))

    def of_person(self, person: Person) -> set[str]:
        """What is a person's own business: what they hold or own, a captain's squad, an operator's visits."""
        own = self.concerning(*_concerns(person))
        return own | self.visits_of(person) if person.has(Role.OPERATOR) else own

    def visits_of(self, person: Person) -> set[str]:
        """The return visits that are this person's to make, and those that are nobody's."""
        return {id_ for id_ in self.concerning(Debt.VISIT) if self.all[id_].holder_id in (None, person.id)}

    def to_do(self, person: Person) -> set[str]:
        """What waits for this person to act: held by themselves, or theirs to take up by their role."""
        held = {id_ for id_ in self.concerning(person.id) if self.all[id_].holder_id == person.id}
        if person.has(Role.OPERATOR):
            held |= self.visits_of(person)
        if person.has(Role.CAPTAIN) and person.squad_id:
            held |= self.concerning(person.squad_id) & self.concerning(Debt.ACCEPT)
        return held

    def on_case(self, case_id: Key) -> Mapping[str, Owed]:
        """What is owed on one case, by id."""
        return self._of_case.get(case_id, {})


def _concerned(one: Owed | None) -> set[Key]:
    if one is None:
        return set()
    return {key for key in (one.holder_id, one.owner_id, one.squad_id, str(one.debt)) if key}


def _concerns(person: Person) -> list[str]:
    keys: list[str] = [person.id]
    if person.squad_id and (person.has(Role.CAPTAIN) or person.has(Role.INSTRUCTOR)):
        keys.append(person.squad_id)
    if person.has(Role.SUPERVISOR):
        keys.append(str(Debt.RULING))
    return keys


def _cases_of(change: Change) -> Iterator[Key]:
    for record in (change.before, change.after):
        if isinstance(record, Case):
            yield record.id
        elif isinstance(record, _WITH_CASE) and record.case_id:
            yield record.case_id


def owing(picture: Picture) -> Owing:
    """The one list beside this picture. It is made when first asked for, and follows the picture from then on."""
    made = next((follower for follower in picture.followers if isinstance(follower, Owing)), None)
    if made is None:
        made = Owing(picture)
        picture.followers.append(made)
    return made
