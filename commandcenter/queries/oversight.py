"""What the journal says of security: who saw a citizen's identity, took a list out, was not let in, changed rights,
sealed a case.

Each sort of fact lies in the lines of one or two kinds of record. They have an index of their own
(:data:`commandcenter.domain.journal.OVERSEEN`), newest last, so a page costs the rows it shows, however long the
journal is.
"""

import datetime as dt
from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, literal, or_, select, tuple_
from sqlalchemy.orm import Session, aliased

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.journal import OVERSEEN, JournalLine, encode
from commandcenter.domain.people import Credential, NumbersTried, Person, RefusedSignIn
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Export, Reveal
from commandcenter.queries.rights import may_audit

SHOWN = 100


class Sort(StrEnum):
    """What kind of thing was done."""

    REVEAL = "reveal"
    EXPORT = "export"
    REFUSAL = "refusal"
    """A sign-in was refused."""
    RIGHTS = "rights"
    """Somebody's roles, squad or account changed, or their password was set."""
    NUMBERS = "numbers"
    """Somebody tried more telephone numbers than calls bring."""
    SIGN_OUT = "sign_out"
    """Somebody was signed out everywhere."""
    SEAL = "seal"
    """A case was sealed or opened again."""


@dataclass(frozen=True, slots=True)
class Overseen:
    """What is looked for; what is left open does not narrow. ``since_at`` to ``until_at``: aware UTC.

    ``person_id`` finds what that person did and what was done about them.
    """

    sort: Sort | None = None
    person_id: Key | None = None
    since_at: dt.datetime | None = None
    until_at: dt.datetime | None = None

    def told(self) -> dict[str, Any]:
        """What narrows, as the journal keeps it."""
        return {name: encode(value) for name, value in asdict(self).items() if value}


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of the journal that security is about. ``at`` is aware UTC.

    ``changes`` are the line's own: {field: (before, after)}, as JSON holds them. ``number`` is that of the case, or of
    the complaint that never became one, whose caller was looked at; that of a case that was sealed, for those who may
    see it.
    """

    id: str
    seq: int
    sort: Sort
    at: dt.datetime
    actor_id: Key | None
    subject_id: Key | None
    """The person it is about, where that is one of ours."""
    station: str
    operation: str
    first: bool
    """Whether it is the first line of its record: a person who is new, a first password."""
    changes: Mapping[str, Any]
    reason: str = ""
    case_id: Key | None = None
    number: str = ""


@dataclass(frozen=True, slots=True)
class Trail:
    """The newest facts, and whether there are more."""

    facts: tuple[Fact, ...] = ()
    more: bool = False


def trail(
    session: Session, actor: Person, sought: Overseen, before: Fact | None = None, limit: int = SHOWN
) -> Trail:
    """The newest ``limit`` facts that meet every criterion; those that came before the fact ``before`` if given.

    NotAllowed for who may not look into what others did.
    """
    may_audit(actor)
    found = [
        (line, sort) for kind, sort, where in _SORTS if sought.sort in {None, sort}
        for line in _lines(session, kind, (*where(), *_narrowed(sought, kind)), before, limit + 1)
    ]  # fmt: skip
    found.sort(key=lambda one: (one[0].at, one[0].seq), reverse=True)
    return Trail(_facts(session, found[:limit]), more=len(found) > limit)


def _lines(
    session: Session, kind: str, where: Sequence[ColumnElement[bool]], before: Fact | None, limit: int
) -> Sequence[JournalLine]:
    wanted = select(JournalLine).where(OVERSEEN[session.get_bind().dialect.name], JournalLine.kind == kind, *where)
    if before is not None:
        wanted = wanted.where(tuple_(JournalLine.at, JournalLine.seq) < (before.at, before.seq))
    return session.scalars(wanted.order_by(JournalLine.at.desc(), JournalLine.seq.desc()).limit(limit)).all()


def _missed() -> tuple[ColumnElement[bool], ...]:
    return JournalLine.operation == "sign_in", JournalLine.changes[("failures", 1)].as_integer() > 0


def _set() -> tuple[ColumnElement[bool], ...]:
    # Who changes their own password changes their own record too, and one line is enough.
    return JournalLine.operation.not_in(("sign_in", CHANGE_PASSWORD)), ~_told_of_the_person()


def _told_of_the_person() -> ColumnElement[bool]:
    """Whether the same operation wrote down, with the person, that they were given the password."""
    told = aliased(JournalLine)
    return select(literal(1)).where(
        Credential.id == JournalLine.key, told.operation_id == JournalLine.operation_id,
        told.key == Credential.person_id, told.kind == Person.kind(),
        told.changes[("password_given_at", 1)].as_string().is_not(None),
    ).exists()  # fmt: skip


def _ruled() -> tuple[ColumnElement[bool], ...]:
    return (JournalLine.operation != SIGN_OUT,)


def _ended() -> tuple[ColumnElement[bool], ...]:
    return (JournalLine.operation == SIGN_OUT,)


SIGN_OUT = "sign_out_everywhere"
"""The operation by which a person is signed out everywhere."""
CHANGE_PASSWORD = "change_password"
"""The operation by which a person chooses their own password."""

_SORTS: tuple[tuple[str, Sort, Any], ...] = (
    (Reveal.kind(), Sort.REVEAL, tuple),
    (Export.kind(), Sort.EXPORT, tuple),
    (RefusedSignIn.kind(), Sort.REFUSAL, tuple),
    (NumbersTried.kind(), Sort.NUMBERS, tuple),
    (Credential.kind(), Sort.REFUSAL, _missed),
    (Credential.kind(), Sort.RIGHTS, _set),
    (Person.kind(), Sort.RIGHTS, _ruled),
    (Person.kind(), Sort.SIGN_OUT, _ended),
    (Case.kind(), Sort.SEAL, tuple),
)
"""In the lines of which kind of record each sort of fact lies, and in which of them."""
KINDS = frozenset(kind for kind, sort, _where in _SORTS if sort is not Sort.SEAL)
"""The kinds of record whose lines can be facts. Of a case it is the seal alone."""


def _narrowed(sought: Overseen, kind: str) -> list[ColumnElement[bool]]:
    where: list[ColumnElement[bool]] = []
    if sought.since_at:
        where.append(JournalLine.at >= sought.since_at)
    if sought.until_at:
        where.append(JournalLine.at < sought.until_at)
    if sought.person_id:
        did = JournalLine.actor_id == sought.person_id
        where.append(or_(did, _about(kind, sought.person_id)) if kind in _ABOUT else did)
    return where


_ABOUT: dict[str, Any] = {record.kind(): record for record in (Credential, RefusedSignIn, NumbersTried, Person)}


def _about(kind: str, person: Key) -> ColumnElement[bool]:
    """The lines of a kind that are about that person, whoever did it."""
    record = _ABOUT[kind]
    if record is Person:
        return JournalLine.key == person
    return JournalLine.key.in_(select(record.id).where(record.person_id == person))


# ---------------------------------------------------------------------- what the lines say


def _facts(session: Session, found: Sequence[tuple[JournalLine, Sort]]) -> tuple[Fact, ...]:
    owners = _owners(session, [line.key for line, _sort in found if line.kind == Credential.kind()])
    looked = [_after(line, "complaint_id") for line, sort in found if sort is Sort.REVEAL]
    numbers = {**_numbers(session, looked), **_case_numbers(session, [x.key for x, sort in found if sort is Sort.SEAL])}
    return tuple(_fact(line, sort, owners, numbers) for line, sort in found)


def _fact(line: JournalLine, sort: Sort, owners: Mapping[Key, Key], numbers: Mapping[Key, "_Numbered"]) -> Fact:
    about = line.key if sort is Sort.SEAL else _after(line, "complaint_id")
    case_id, number = numbers.get(about, (None, ""))
    subject = line.key if line.kind == Person.kind() else _after(line, "person_id")
    station = "" if sort is Sort.NUMBERS else line.station  # where it was noticed is not where it was done
    return Fact(
        f"{line.seq}", line.seq, sort, line.at, line.actor_id, subject or owners.get(line.key), station,
        line.operation, line.version == 1, line.changes, _after(line, "reason") or line.reason, case_id, number,
    )  # fmt: skip


def _after(line: JournalLine, name: str) -> Any:
    return line.changes.get(name, (None, ""))[1]


def _owners(session: Session, credentials: Sequence[Key]) -> dict[Key, Key]:
    of = select(Credential.id, Credential.person_id).where(Credential.id.in_(credentials))
    return {row.id: row.person_id for row in session.execute(of)} if credentials else {}


_Numbered = tuple[Key | None, str]


def _numbers(session: Session, complaints: Sequence[Key]) -> dict[Key, _Numbered]:
    """The case each of these complaints is on now, and its number; or its own."""
    if not complaints:
        return {}
    of = select(Complaint.id, Complaint.case_id, Complaint.number, Case.number).outerjoin(
        Case, Case.id == Complaint.case_id
    ).where(Complaint.id.in_(complaints))  # fmt: skip
    return {key: (case_id, case or own) for key, case_id, own, case in session.execute(of)}


def _case_numbers(session: Session, cases: Sequence[Key]) -> dict[Key, _Numbered]:
    """The numbers of those of these cases that whoever asks may see."""
    if not cases:
        return {}
    return {key: (key, number) for key, number in session.execute(
        select(Case.id, Case.number).where(Case.id.in_(cases)))}  # fmt: skip
