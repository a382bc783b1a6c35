"""What must be known to judge whether somebody may make a move now: a plain bundle of snapshots or rows.

The window builds it from the picture to show only the legal actions; an operation builds it from the rows
it has read, and its judgement is the one that counts. Both ask the same rules.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any, Self

from sqlalchemy import CompoundSelect, Select, and_, case, literal, or_, select, union

from commandcenter.domain.assignments import Assignment, Part
from commandcenter.domain.cases import Case, CaseLink
from commandcenter.domain.claims import Claim
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Contact, Note, Promise, PromiseState
from commandcenter.domain.later import Later
from commandcenter.domain.people import Person, Right, Role
from commandcenter.domain.record import Key, Record, type_key
from commandcenter.domain.rules import Rules
from commandcenter.domain.rulings import Request, RequestState


@dataclass(frozen=True, slots=True)
class Scene:
    """Who wants to move what, and everything around it that the rules look at."""

    actor: Person
    now: dt.datetime
    rules: Rules
    complaint: Complaint | None = None
    case: Case | None = None
    assignment: Assignment | None = None
    request: Request | None = None
    promise: Promise | None = None
    claim: Claim | None = None
    """Somebody else's claim on the complaint; whether it still holds, :attr:`claimed` says."""
    assignments: Sequence[Assignment] = ()
    """Every assignment of the case in its present round that is known here."""
    complaints: Sequence[Complaint] = ()
    """The complaints that hang on the case."""
    promises: Sequence[Promise] = ()
    """The promises on the case that are neither kept nor broken yet."""
    handlers: Sequence[Key] = ()
    """Everybody who handled the case in any round."""
    dispatchers: Sequence[Key] = ()
    """Everybody who chose a squad for it, in any round; to have a case done again chooses none."""

    @classmethod
    def around(
        cls, record: Record | None, *, actor: Person, now: dt.datetime, rules: Rules, case: Case | None = None,
        assignments: Iterable[Assignment] = (), complaints: Iterable[Complaint] = (),
        requests: Iterable[Request] = (), promises: Iterable[Promise] = (), handlers: Iterable[Key] = (),
        claim: Claim | None = None,
    ) -> Self:  # fmt: skip
        """The scene in which ``actor`` moves ``record``, made of what hangs on its case as far as that is known.

        ``assignments``, ``requests`` and ``promises`` may be those of every round and state. Each is looked at
        when a rule first does.
        """
        work = record if isinstance(record, Assignment) else None
        if key := getattr(record, "assignment_id", None):
            work = next((a for a in assignments if a.id == key), None)
        request = record if isinstance(record, Request) else None
        if request is None and work is not None:
            request = next((r for r in requests if r.assignment_id == work.id and r.state == RequestState.ASKED), None)
        present = case.round if case is not None else None  # as it is now: a move may begin another one
        return cls(
            actor=actor, now=now, rules=rules, case=case, assignment=work, request=request, claim=claim,
            complaint=record if isinstance(record, Complaint) else None,
            promise=record if isinstance(record, Promise) else None,
            assignments=Later(lambda: (a for a in assignments if a.round == present)),
            complaints=Later(lambda: complaints),
            promises=Later(lambda: (p for p in promises if p.state == PromiseState.OPEN)),
            handlers=Later(lambda: handlers),
            dispatchers=Later(
                lambda: (a.dispatched_by_id for a in assignments if a.dispatched_by_id and "redo" not in (a.why or {}))
            ),
        )  # fmt: skip

    @property
    def claimed(self) -> Claim | None:
        """Somebody else's claim on the complaint that still holds."""
        return self.claim if self.claim is not None and self.claim.stands(self.rules, self.now) else None

    @property
    def may_rule(self) -> bool:
        """Whether the actor is a supervisor in what he may do."""
        return Right.RULE in self.actor.rights

    @property
    def in_squad(self) -> bool:
        """Whether the actor belongs to the squad of the assignment, or to any squad at work on the case."""
        squads = {a.squad_id for a in self.at_work}
        return self.actor.squad_id is not None and self.actor.squad_id in squads

    @property
    def is_captain(self) -> bool:
        """Whether the actor is captain of that squad."""
        return self.in_squad and self.actor.has(Role.CAPTAIN)

    @property
    def is_responsible(self) -> bool:
        """Whether the actor is the responsible officer."""
        return any(a.officer_id == self.actor.id for a in self.at_work)

    @property
    def is_lead(self) -> bool:
        """Whether the assignment is the lead's."""
        return self.assignment is not None and self.assignment.part == Part.LEAD

    @property
    def at_work(self) -> tuple[Assignment, ...]:
        """The assignment in question, or every running one of the case."""
        if self.assignment is not None:
            return (self.assignment,)
        return tuple(a for a in self.assignments if not a.over)

    @property
    def has_handled(self) -> bool:
        """Whether the actor handled the case in any round."""
        return self.actor.id in self.handlers or any(a.officer_id == self.actor.id for a in self.assignments)

    @property
    def has_dispatched(self) -> bool:
        """Whether the actor chose a squad for the case."""
        return self.actor.id in self.dispatchers

    @property
    def is_named(self) -> bool:
        """Whether the case is about the actor or the actor's squad (conflict of interest)."""
        named = self.case.named if self.case is not None else []
        return self.actor.id in named or (self.actor.squad_id is not None and self.actor.squad_id in named)


def who_handled(case_id: Key) -> CompoundSelect[Any]:
    """The question who handled a case with their own hands, in any round: was responsible, contacted, reported.

    What was merged into it, and what it was split off from, was the same matter: who handled that, handled this.
    """
    same = _one_matter(case_id)
    return union(
        select(Assignment.officer_id).where(Assignment.case_id.in_(same), Assignment.officer_id.is_not(None)),
        select(Contact.officer_id).where(Contact.case_id.in_(same)),
        select(Note.author_id).where(Note.case_id.in_(same), Note.sort.in_(["progress", "joint"])),
    )


def _one_matter(case_id: Key) -> Select[Any]:
    """The case, the cases merged into it and the case it was split off from, as far as that goes back."""
    same = select(literal(case_id, type_key).label("id")).cte("same_matter", recursive=True)
    other_end = case((CaseLink.sort == "merged", CaseLink.other_id), else_=CaseLink.case_id)
    tied = or_(
        and_(CaseLink.case_id == same.c.id, CaseLink.sort == "merged"),
        and_(CaseLink.other_id == same.c.id, CaseLink.sort == "split"),
    )
    return select(same.union(select(other_end).join(same, tied)).c.id)
