"""What is done so that somebody may look into it later: taking a list out is written down, sessions are ended."""

from collections.abc import Mapping, Sequence
from typing import Any

from sqlalchemy import BigInteger, column, func, select

from commandcenter.domain.cases import SEALED, Case, CaseLink
from commandcenter.domain.citizens import on_server
from commandcenter.domain.logins import Missed, login_mark
from commandcenter.domain.people import NumbersTried, Person, RefusedSignIn, Right
from commandcenter.domain.record import Key, type_key
from commandcenter.domain.rulings import Export
from commandcenter.domain.sealing import openers
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed, Refused
from commandcenter.i18n import N_
from commandcenter.operations.dispatching import write
from commandcenter.operations.performing import Stage, operation

EXPORTED_BY: dict[str, Right] = {
    "archive": Right.READ_CASES, "figures": Right.READ_CASES, "bulletin": Right.READ_CASES, "security": Right.AUDIT,
    "inspection": Right.INSPECT, "document": Right.READ_CASES,
}  # fmt: skip
"""Which right each list that can be taken out asks for, by the name of its page."""


def record_export(work: Work, what: str, row_count: int, sought: Mapping[str, Any], file: str) -> Key:
    """Write down that ``row_count`` rows of a list leave the program in ``file``; called before the first one does.

    What cannot be written down is not taken out. NotAllowed for who may not read that list.
    """
    if EXPORTED_BY[what] not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to take this list out of the program."), person=work.actor.name)
    return work.add(Export(
        made_by_id=work.actor.id or None, made_at=work.now, what=what, row_count=row_count, sought=dict(sought),
        file=file,
    )).id  # fmt: skip


@operation
def seal(stage: Stage, *, people: Sequence[Key] = (), reason: str) -> Case:
    """From now on only whoever seals the case and the people named see it, and all that hangs on it.

    So it is for what was merged into it; what of that has a seal of its own keeps that.
    """
    named = stage.work.all(Person, Person.id.in_(people)) if people else ()
    if len(named) < len(set(people)) or not all(person.reads_cases for person in named):
        raise Incomplete(N_("Only people who may read cases can be named."), field="people")
    together = sealed_alike(stage.work, stage.case)
    for case in together:
        case.sealed_for = sorted({stage.work.actor.id, *people})
    return _said_inside(stage, reason)


@operation
def unseal(stage: Stage, *, reason: str) -> Case:
    """Open the seal, also of what was merged into the case and has the same one."""
    for case in sealed_alike(stage.work, stage.case):
        case.sealed_for = None
    return _said_inside(stage, reason)


def _said_inside(stage: Stage, reason: str) -> Case:
    """Why is for those who see the case: it goes into its file, and not into the line that everybody is told."""
    write(stage, "seal", reason)
    stage.work.reason = ""
    return stage.case


def sealed_alike(work: Work, case: Case) -> list[Case]:
    """The case, and whatever was merged into it, and into that, as far as no other seal is on it than on the case."""
    found = [case]
    for into in found:  # which grows meanwhile
        merged = select(CaseLink.other_id).where(CaseLink.case_id == into.id, CaseLink.sort == "merged")
        found += [other for other in work.all(Case, Case.id.in_(merged)) if other.sealed_for in (None, case.sealed_for)]
    return found


def name_inspector(work: Work, number: str, login: str, reason: str) -> Key:
    """Name an inspector in a seal that nobody can open any more. For the owner of the database, not for people.

    The seal stays. Returns the key of the case. Refused while somebody who is named can still open it.
    """
    if work.actor.id:
        raise NotAllowed(N_("Only the owner of the database names somebody in a seal that nobody can open."))
    case = next(iter(work.all(Case, Case.number == number, SEALED)), None)
    if case is None:
        raise Refused(N_("There is no sealed case {number} here."), number=number)
    if still := openers(case, work.all(Person)):
        raise Refused(N_("It is for {people} to open the seal of case {number}, or to name others in it."),
                      people=", ".join(person.login for person in still), number=number)  # fmt: skip
    named = next(iter(work.all(Person, Person.login == login, Person.disabled.is_(False))), None)
    if named is None or Right.INSPECT not in named.rights:
        raise Refused(N_("{login} is no inspector of this district who is in use."), login=login)
    for one in sealed_alike(work, case):
        one.sealed_for = sorted({*(one.sealed_for or ()), named.id})
    work.reason = reason
    return case.id


def sign_out_everywhere(work: Work, person: Key) -> Key:
    """End every session of that person that has begun by now: each station that shows one sees it by the feed.

    Everybody may do it for themselves, an administrator for anybody. Returns the key of the person.
    """
    if person != work.actor.id and Right.ADMINISTER not in work.actor.rights:
        raise NotAllowed(N_("Only an administrator may sign somebody else out."))
    work.get(Person, person).signed_out_at = work.now
    return person


def note_numbers_tried(work: Work) -> list[Key]:
    """Write down who tried more telephone numbers than calls bring, where a server has counted it.

    Returns the keys of those of whom it had not been written down yet. NotAllowed for who may not look into it.
    """
    if Right.AUDIT not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to look into what others did."), person=work.actor.name)
    if not on_server(work.session):
        return []
    known = dict(work.session.execute(
        select(NumbersTried.person_id, func.max(NumbersTried.total)).group_by(NumbersTried.person_id)).all())
    counted = func.tried_beyond().table_valued(column("person", type_key), column("total", BigInteger))
    noticed = []
    for person, total in work.session.execute(select(counted)):
        tried = total - known.get(person, 0)
        if tried > 0:
            work.add(NumbersTried(person_id=person, tried=tried, total=total, noticed_at=work.now))
            noticed.append(person)
    return noticed


def record_refused(work: Work, missed: Sequence[Missed]) -> None:
    """Write down sign-ins that a server refused at this station, in the name of whoever came in there."""
    people = {login_mark(login): key for key, login in work.session.execute(select(Person.id, Person.login))}
    for one in missed:
        work.add(RefusedSignIn(
            login_hash=one.mark, person_id=people.get(one.mark), refused_at=one.until_at, tries=one.tries,
            since_at=one.since_at,
        ))  # fmt: skip
