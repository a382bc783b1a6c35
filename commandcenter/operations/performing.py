"""The door every move goes through: read, judge by the table of moves, then write."""

import datetime as dt
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple, TypeVar

from sqlalchemy import TextClause, or_, select

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.claims import Claim, last_heard
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import PROMISED, Promise
from commandcenter.domain.fields import Sort, checked
from commandcenter.domain.guards import SEALED
from commandcenter.domain.later import Later
from commandcenter.domain.moves import BY_NAME, Move, Subject, why_not
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import ASKED, Request
from commandcenter.domain.scene import Scene, who_handled
from commandcenter.domain.work import Work, conflict
from commandcenter.errors import NotAllowed, Refused
from commandcenter.i18n import N_

R = TypeVar("R", bound=Record)
T = TypeVar("T")

_TYPES: dict[Subject, type[Record]] = {
    Subject.COMPLAINT: Complaint,
    Subject.CASE: Case,
    Subject.ASSIGNMENT: Assignment,
    Subject.REQUEST: Request,
    Subject.PROMISE: Promise,
}

def _there(row: T | None) -> T:
    if row is None:
        raise LookupError("the table of moves sends no operation here without that record")
    return row


class Stage(NamedTuple):
    """The scene as the database has it, rows included, for one operation."""

    work: Work
    scene: Scene

    @property
    def case(self) -> Case:
        """The case in question. An operation that asks for it knows there is one."""
        return _there(self.scene.case)

    @property
    def complaint(self) -> Complaint:
        """The complaint in question."""
        return _there(self.scene.complaint)

    @property
    def assignment(self) -> Assignment:
        """The assignment in question."""
        return _there(self.scene.assignment)

    @property
    def request(self) -> Request:
        """The request in question."""
        return _there(self.scene.request)

    @property
    def promise(self) -> Promise:
        """The promise in question."""
        return _there(self.scene.promise)

    @property
    def lead(self) -> Assignment | None:
        """The lead assignment of the case's present round."""
        return next((a for a in self.scene.assignments if a.id == self.case.lead_id), None)


Body = Callable[..., Record]

OPERATIONS: dict[str, Body] = {}


def operation(body: Body) -> Body:
    """Declare a function as the body of the move of the same name."""
    if body.__name__ not in BY_NAME:
        raise TypeError(f"{body.__name__} is not in the table of moves")
    OPERATIONS[body.__name__] = body
    return body


def perform(
    work: Work,
    name: str,
    *,
    subject: Key | None = None,
    seen_version: int | None = None,
    given: Mapping[str, Any],
    typed_at: dt.datetime | None = None,
) -> Key:
    """Make the move ``name`` and return the key of the record it made or moved.

    ``seen_version`` is the version the person had on the screen: another one by now is a conflict. ``typed_at`` is
    when it was typed, for a move that was kept at a station while the database was away.
    Refused, in words, for a missing right, an illegal state, a rule that does not hold, a missing field.
    """
    move = BY_NAME[name]
    work.typed_at = typed_at if move.keepable else None
    others = [given[f.name] for f in move.needs if f.sort is Sort.CASE and given.get(f.name)]
    stage = staged(work, move, subject, seen_version, others)
    refusal = why_not(move, stage.scene)
    if refusal is not None:
        raise refusal
    answers = checked(move.needs, given)
    work.reason = next((str(answers[f]) for f in ("reason", "remark", "ruling") if answers.get(f)), "")
    return OPERATIONS[name](stage, **answers).id


def staged(
    work: Work, move: Move, key: Key | None, seen_version: int | None = None, others: Sequence[Key] = ()
) -> Stage:
    """Read the record a move starts from and everything around it that the rules look at.

    The case it hangs on, and ``others`` the move is about, are held for this work until its end: what the rules
    find here cannot be changed by somebody else before it is written.
    """
    if move.subject is Subject.NOTHING:
        return Stage(work, Scene(actor=work.actor, now=work.now, rules=work.rules))
    if key is None:
        raise Refused(N_("Nothing is selected."))
    kind = _TYPES[move.subject]
    held = {case.id: case for case in _hold(work, kind, key, others)}
    if not all(case.is_for(work.actor.id) for case in held.values()):
        raise NotAllowed(SEALED)
    row: Any = work.get(kind, key, seen_version)
    case_id = row.id if kind is Case else row.case_id
    if case_id and case_id not in held:  # merged or split off in the moment before its case could be held
        raise conflict(work.session, kind, key)
    around = _around(work, held[case_id]) if case_id else {}
    if isinstance(row, Complaint):
        around["claim"] = _others_claim(work, row)
    return Stage(work, Scene.around(row, actor=work.actor, now=work.now, rules=work.rules, **around))


def _others_claim(work: Work, complaint: Complaint) -> Claim | None:
    """Somebody else's claim, with when they were last heard of. One's own asks nothing of the database."""
    if complaint.claimed_by_id in (None, work.actor.id) or complaint.claimed_at is None:
        return None
    holder = work.session.execute(
        select(Person, last_heard(complaint.claimed_by_id)).where(Person.id == complaint.claimed_by_id)
    ).one()
    return Claim(holder[0], complaint.claimed_at, holder[1])


def _hold(work: Work, kind: type[Record], key: Key, others: Sequence[Key]) -> Sequence[Case]:
    """Wait until nobody else moves these cases, in the order of their keys, so that no two wait for each other.

    PostgreSQL locks the rows of these cases only, and not for readers; SQLite's writers take turns anyway.
    """
    columns = kind.__table__.columns
    of_record = key if kind is Case else select(columns["case_id"]).where(columns["id"] == key).scalar_subquery()
    return work.session.scalars(
        select(Case).where(or_(Case.id == of_record, Case.id.in_(others))).order_by(Case.id)
        .with_for_update(key_share=True)
    ).all()  # fmt: skip


def _around(work: Work, case: Case) -> dict[str, Any]:
    """What hangs on a case, each kind read when something first asks for it: a round trip of the database saved."""

    def of(kind: type[R], *where: TextClause) -> Later[R]:
        columns = kind.__table__.columns
        return Later(lambda: work.all(kind, columns["case_id"] == case.id, *where))

    return {
        "case": case,
        "assignments": of(Assignment),
        "complaints": of(Complaint),
        "requests": of(Request, ASKED),
        "promises": of(Promise, PROMISED),
        "handlers": Later(lambda: work.session.scalars(who_handled(case.id))),
    }
