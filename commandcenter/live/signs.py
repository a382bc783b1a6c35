"""Every sign of the open cases, kept up change by change: of twenty thousand only the few that changed cost anything.

The picture knows most of it; what lies behind it in the books is learned (:meth:`Signs.learn`) from a query, at first
for all open cases and then for those of which the feed brings a new line.
"""

import datetime as dt
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from itertools import islice

from commandcenter.domain.assignments import Assignment, AssignmentState
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.nearness import Heard, Nearness
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.signs import MERGEABLE, Found, Measures, Seen, Traces, signs
from commandcenter.domain.units import Setting
from commandcenter.live.delta import Delta
from commandcenter.live.picture import Picture

AT_ONCE = 200
"""So many cases are judged in one go: a few tens of milliseconds."""


class Signs:
    """What was found on each open case, beside a picture."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture
        self._traces: dict[Key, Traces] = {}
        self._of_officer: dict[Key, set[Key]] = defaultdict(set)
        self._officers: dict[Key, frozenset[Key]] = {}
        self._rules = Measures.of(picture.rules)
        self._near, self._crowd = self._nearness()
        self.of_case: dict[Key, tuple[Found, ...]] = {}
        """What was found, or will be from a moment on, by case."""
        for complaint in picture.of(Complaint).values():
            if (heard := self._told(complaint)) is not None:
                self._near.put(heard)
                self._crowd.put(heard)
        self._left: dict[Key, None] = dict.fromkeys(picture.of(Case))
        """The cases that are still to be judged, in the order in which they came up."""

    def found(self, now: dt.datetime) -> Iterator[Found]:
        """Every sign there is at this moment."""
        for some in self.of_case.values():
            for one in some:
                if one.from_at is None or one.from_at <= now:
                    yield one

    # ------------------------------------------------------------------ what is learned

    def learn(self, traces: Iterable[Traces], heard: Iterable[Heard] = ()) -> None:
        """Take over what the books say of some cases, and complaints whose cases may have ended."""
        touched = set()
        for one in traces:
            self._traces[one.case_id] = one
            touched.add(one.case_id)
        fresh = [other for other in heard if self._near.held(other.id) is None]
        for other in fresh:
            self._near.put(other)
            self._crowd.put(other)
        if fresh:
            touched.update(self._picture.of(Case))
        self._wants_judging(touched)

    def go_on(self, at_most: int = AT_ONCE) -> bool:
        """Judge some of the cases that came up and are still to be judged; False once none is left."""
        some = list(islice(self._left, at_most))
        for key in some:
            del self._left[key]
        self._judge(some)
        return bool(self._left)

    def _wants_judging(self, cases: Collection[Key]) -> None:
        """A few at once; of many, each in its turn: nobody waits for all of them."""
        if len(cases) <= AT_ONCE:
            self._judge(cases)
        else:
            self._left.update(dict.fromkeys(cases))

    def apply(self, delta: Delta) -> None:
        """Take notice of a delta the picture holds already. Twice is harmless."""
        if any(True for _change in delta.of(Setting)):
            self._begin_anew()
        touched: set[Key] = set()
        for change in delta.changes:
            for record in (change.before, change.after):
                if isinstance(record, Case):
                    touched.add(record.id)
                elif isinstance(record, Assignment):
                    touched.add(record.case_id)
                elif isinstance(record, Person):
                    touched |= self._of_officer.get(record.id, set())
            if change.record_type is Complaint and isinstance(change.after, Complaint):
                touched |= self._hear(change.after)
            elif change.record_type is Case and _crowd_of(change.before) != _crowd_of(change.after):
                touched |= self._matter_changed(change.key)
        self._wants_judging(touched | self._resolved_beside(touched))

    def _begin_anew(self) -> None:
        """Another rule: other distances, other days, other switches."""
        heard = list(self._near.every())
        self._rules = Measures.of(self._picture.rules)
        self._near, self._crowd = self._nearness()
        for one in heard:
            self._near.put(one)
            self._crowd.put(one)
        self._left.update(dict.fromkeys(self._picture.of(Case)))

    def _nearness(self) -> tuple[Nearness, Nearness]:
        """What repeats itself in weeks, and what comes at once."""
        rules = self._rules
        return (Nearness(rules.repeat_metres, dt.timedelta(days=rules.repeat_days)),
                Nearness(rules.surge_metres, dt.timedelta(hours=rules.surge_hours)))  # fmt: skip

    # ------------------------------------------------------------------ nearness

    def _hear(self, complaint: Complaint) -> set[Key]:
        """A complaint came or says something else now; the cases whose neighbourhood changed."""
        before, now = self._near.held(complaint.id), self._told(complaint)
        if now == before:
            return set()
        touched = self._beside(before) if before is not None else set()
        for index in (self._near, self._crowd):
            if now is None:
                index.drop(complaint.id)
            else:
                index.put(now)
        return touched if now is None else touched | self._beside(now)

    def _told(self, complaint: Complaint) -> Heard | None:
        """What nearness needs of a complaint: the matter is its case's, where it has one."""
        case = self._picture.get(Case, complaint.case_id)
        matter, place = case.matter_id if case is not None else complaint.matter_id, complaint.point
        if matter is None or place is None or complaint.state == ComplaintState.DECLINED:
            return None
        return Heard(complaint.id, matter, place, complaint.arrived_at, complaint.case_id)

    def _matter_changed(self, case_id: Key) -> set[Key]:
        """Its complaints are of its matter; and whether it can still be merged concerns those beside it."""
        touched: set[Key] = set()
        for complaint in self._picture.complaints_of(case_id):
            touched |= self._hear(complaint)
        for one in self._crowd.of_case(case_id):
            touched |= self._beside(one)
        return touched

    def _beside(self, one: Heard) -> set[Key]:
        """The cases whose neighbourhood holds it; of a crowd also those beside them, for the lead of it may change."""
        crowd = [*self._crowd.around(one)]
        near = [*self._near.around(one), *crowd, *(far for other in crowd for far in self._crowd.around(other))]
        return {other.case_id for other in near if other.case_id}

    def _surge(self, case: Case) -> tuple[int, tuple[Key, ...]]:
        """How many like complaints lie around a case, and on which others that could be one with it.

        None where one of those has more around it, or as many and is older: that one leads.
        """
        own = self._around(case.id)
        others = {key for key in (one.case_id for one in own) if key and key != case.id and self._may_merge(key)}
        rank = (-len(own), case.id)
        if not others or any((-len(self._around(key)), key) < rank for key in others):
            return 0, ()
        return len(own), tuple(sorted(others))

    def _around(self, case_id: Key) -> set[Heard]:
        return {near for one in self._crowd.of_case(case_id) for near in self._crowd.around(one)}

    def _may_merge(self, key: Key) -> bool:
        case = self._picture.get(Case, key)
        return case is not None and case.state in MERGEABLE and case.sealed_for is None

    # ------------------------------------------------------------------ judging

    def _judge(self, cases: Iterable[Key]) -> None:
        for key in list(cases):
            case = self._picture.get(Case, key)
            works = self._picture.assignments_of(key) if case is not None else []
            self._index(key, frozenset(work.officer_id for work in works if work.officer_id))
            found = tuple(signs(self._seen(case, works))) if case is not None else ()
            if found:
                self.of_case[key] = found
            else:
                self.of_case.pop(key, None)
            if case is None:
                self._traces.pop(key, None)

    def _index(self, case_id: Key, officers: frozenset[Key]) -> None:
        before = self._officers.pop(case_id, frozenset())
        for gone in before - officers:
            self._of_officer[gone].discard(case_id)
        for come in officers - before:
            self._of_officer[come].add(case_id)
        if officers:
            self._officers[case_id] = officers

    def _seen(self, case: Case, works: Sequence[Assignment]) -> Seen:
        picture, lead = self._picture, self._picture.lead_of(case)
        people = {work.officer_id: person for work in works if (person := picture.get(Person, work.officer_id))}
        return Seen(
            case, lead, works, self._traces.get(case.id) or Traces(case.id), self._rules, self._near.alike(case.id),
            self._resolved(lead.officer_id) if lead is not None and case.state in _PUT_RIGHT else (),
            {key: person for key, person in people.items() if key}, self._surge(case),
        )  # fmt: skip

    def _resolved(self, officer: Key | None) -> list[tuple[dt.datetime, dt.datetime]]:
        """When an officer resolved what waits for review or visit, and until when there was time."""
        found = []
        for key in self._of_officer.get(officer or "", ()):
            case = self._picture.get(Case, key)
            lead = self._picture.lead_of(case) if case is not None and case.state in _PUT_RIGHT else None
            if lead is None or lead.officer_id != officer or lead.state != AssignmentState.RESOLVED:
                continue
            if lead.resolved_at is not None and lead.resolve_due_at is not None:
                found.append((lead.resolved_at, lead.resolve_due_at))
        return found

    def _resolved_beside(self, cases: Collection[Key]) -> set[Key]:
        """What else these officers have resolved: one more may make it a burst, one less none."""
        officers = {officer for key in cases for officer in self._officers.get(key, ())}
        for key in cases:
            officers |= {work.officer_id for work in self._picture.assignments_of(key) if work.officer_id}
        beside = (key for officer in officers for key in self._of_officer.get(officer, ()))
        return {key for key in beside if (case := self._picture.get(Case, key)) and case.state in _PUT_RIGHT}


def _crowd_of(record: Record | None) -> tuple[Key | None, bool] | None:
    """What of a case its neighbours look at: its matter, and whether it can still become one with them."""
    if not isinstance(record, Case):
        return None
    return record.matter_id, record.state in MERGEABLE and record.sealed_for is None


_PUT_RIGHT = frozenset({CaseState.RESOLVED, CaseState.VISITING})


def noticed(picture: Picture) -> Signs:
    """The signs beside this picture. They are made when first asked for, and follow the picture from then on."""
    made = next((follower for follower in picture.followers if isinstance(follower, Signs)), None)
    if made is None:
        made = Signs(picture)
        picture.followers.append(made)
    return made
