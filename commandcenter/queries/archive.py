"""Search in everything there ever was: words, numbers, phones, places, matters, squads, states, dates.

Every criterion narrows. Words are found in the words of the case, of its complaints and of the notes in its
file, whichever of them holds them, by the index of :mod:`commandcenter.domain.search`.
"""

import datetime as dt
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import ColumnElement, Row, Select, and_, or_, select
from sqlalchemy.orm import InstrumentedAttribute, Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.domain.identity import masked_phone, phone_digits
from commandcenter.domain.journal import encode
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.search import matching
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.queries.callers import caller
from commandcenter.queries.rights import may_read_cases

SHOWN = 50
SHORTEST_PHONE = 7  # digits
_WINDOWS = (200, 2_000, 20_000)
"""So many of the newest records that hold the words are looked at; more only where the other criteria leave too few."""
_AT_ONCE = 5_000  # keys in one question
_NUMBER = re.compile(r"[Ss]?\d{6}(-\d{0,6})?")
_PHONE = re.compile(r"[+\d][\d\s-]*")


@dataclass(frozen=True, slots=True)
class Sought:
    """What is looked for; what is left open does not narrow. ``since_at`` to ``until_at``: aware UTC, of arrival."""

    words: str = ""
    number: str = ""
    phone: str = ""
    place: str = ""
    matter_id: Key | None = None
    squad_id: Key | None = None
    state: str = ""
    since_at: dt.datetime | None = None
    until_at: dt.datetime | None = None

    def __bool__(self) -> bool:
        return self != Sought()

    def told(self) -> dict[str, Any]:
        """What narrows, as the journal may keep it: of a telephone number only the mask."""
        said = {name: encode(value) for name, value in asdict(self).items() if value}
        return said | {"phone": masked_phone(self.phone)} if self.phone else said

    def saying(self, text: str) -> "Sought":
        """The same, with a line of typing understood: a number, a telephone number, or words."""
        text = text.strip()
        if _NUMBER.fullmatch(text):
            return replace(self, number=text.upper())
        if _PHONE.fullmatch(text) and len(phone_digits(text)) >= SHORTEST_PHONE:
            return replace(self, phone=text)
        return replace(self, words=text)


@dataclass(frozen=True, slots=True)
class Hit:
    """One case, or a complaint that never became one (``case_id`` None). ``at`` is when it began, aware UTC."""

    id: Key
    case_id: Key | None
    number: str
    title: str
    place: str
    state: str
    urgency: str
    at: dt.datetime
    closed_at: dt.datetime | None
    matter_id: Key | None
    squad_id: Key | None
    words: str = ""
    answer: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The newest of what was found, and whether there is more than is shown."""

    hits: tuple[Hit, ...] = ()
    more: bool = False


def search(session: Session, actor: Person, sought: Sought, limit: int = SHOWN) -> Found:
    """The newest ``limit`` that meet every criterion.

    NotAllowed for who may not read cases; only the centre may search by telephone number.
    """
    may_read_cases(actor)
    if sought.phone and Right.REVEAL not in actor.rights:
        raise NotAllowed(N_("Only the centre may search by telephone number."))
    citizen = caller(session, phone_digits(sought.phone)) if sought.phone else None
    hits: list[Hit] = []
    for window in _WINDOWS:
        among, cut = _among(session, sought, citizen, window)
        hits = _hits(session, sought, among, limit + 1)
        if len(hits) > limit or not cut:
            return Found(tuple(hits[:limit]), len(hits) > limit)
    return Found(tuple(hits[:limit]), more=True)


def those(
    session: Session, actor: Person, asked: Sequence[tuple[Key, Key | None, dt.datetime]]
) -> list[Hit]:  # fmt: skip
    """These records and no others, in the order asked for: each with its case, if any, and a moment to show with it.

    A record that is neither case nor complaint is shown as its case. What is not to be seen does not come.
    NotAllowed for who may not read cases.
    """
    may_read_cases(actor)
    cases: dict[Key, Hit] = {}
    complaints: dict[Key, Hit] = {}
    for some in _pieces(sorted({case or key for key, case, _at in asked})):
        cases |= {case.id: _case(case) for case in session.scalars(select(Case).where(Case.id.in_(some)))}
    for some in _pieces(sorted({key for key, _case_id, _at in asked} - set(cases))):
        complaints |= {one.id: replace(_complaint(one), case_id=one.case_id)
                       for one in session.scalars(select(Complaint).where(Complaint.id.in_(some)))}  # fmt: skip
    found = ((key, at, complaints.get(key) or cases.get(case or key)) for key, case, at in asked)
    return [replace(hit, id=key, at=at) for key, at, hit in found if hit is not None]


@dataclass(frozen=True, slots=True)
class _Keys:
    """The cases, and the complaints without a case, that are still in question."""

    cases: frozenset[Key]
    alone: frozenset[Key]

    def __and__(self, other: "_Keys | None") -> "_Keys":
        return self if other is None else _Keys(self.cases & other.cases, self.alone & other.alone)


def _among(session: Session, sought: Sought, citizen: Key | None, window: int) -> tuple[_Keys | None, bool]:
    """Which records the words, the place and the phone's citizen leave; None: all. And whether some were cut off."""
    among, cut = None, False
    for said, kinds in ((sought.words, (Case, Complaint, Note)), (sought.place, (Case, Complaint))):
        if said:
            keys = matching(session, [kind.kind() for kind in kinds], said, limit=window)
            cut = cut or any(len(some) >= window for some in keys.values())
            among = _belonging(session, keys) & among
    if sought.phone:
        theirs = _told_by(session, citizen, window) if citizen else ()
        cut = cut or len(theirs) >= window
        among = _sorted_out((key, case) for key, case in theirs) & among
    return among, cut


def _told_by(session: Session, citizen: Key, window: int) -> Sequence[Row[Key, Key | None]]:
    theirs = select(Complaint.id, Complaint.case_id).where(Complaint.complainant_id == citizen)
    return session.execute(theirs.order_by(Complaint.arrived_at.desc()).limit(window)).all()


def _belonging(session: Session, keys: Mapping[str, list[Key]]) -> _Keys:
    cases = set(keys.get(Case.kind(), ()))
    owners: list[tuple[Key, Key | None]] = [(key, key) for key in cases]
    for kind in (Complaint, Note):
        for some in _pieces(keys.get(kind.kind(), [])):
            owners += [(key, case) for key, case in session.execute(
                select(kind.id, kind.case_id).where(kind.id.in_(some))).all()]  # fmt: skip
    return _sorted_out(owners)


def _sorted_out(owners: Iterable[tuple[Key, Key | None]]) -> _Keys:
    owners = list(owners)
    return _Keys(frozenset(case for _key, case in owners if case), frozenset(key for key, case in owners if not case))


def _pieces(keys: Sequence[Key]) -> Iterable[Sequence[Key]]:
    return (keys[begin : begin + _AT_ONCE] for begin in range(0, len(keys), _AT_ONCE))


def _hits(session: Session, sought: Sought, among: _Keys | None, limit: int) -> list[Hit]:
    in_cases, in_complaints = (None, None) if among is None else (among.cases, among.alone)
    cases = _chosen(session, Case, Case.opened_at, _of_cases(session, sought), in_cases, limit)
    alone = _chosen(session, Complaint, Complaint.arrived_at, _of_complaints(session, sought), in_complaints, limit)
    hits = [*(_case(c) for c in cases), *(_complaint(c) for c in alone)]
    return sorted(hits, key=lambda hit: (hit.at, hit.id), reverse=True)[:limit]


def _chosen(
    session: Session, kind: Any, at: InstrumentedAttribute[dt.datetime], where: list[ColumnElement[bool]],
    keys: frozenset[Key] | None, limit: int,
) -> list[Any]:  # fmt: skip
    def newest(*narrower: ColumnElement[bool]) -> Select[Any]:
        return select(kind).where(*where, *narrower).order_by(at.desc(), kind.id.desc()).limit(limit)

    if keys is None:
        return list(session.scalars(newest()))
    return [row for some in _pieces(sorted(keys)) for row in session.scalars(newest(kind.id.in_(some)))]


def _of_cases(session: Session, sought: Sought) -> list[ColumnElement[bool]]:
    where = _common(Case, Case.opened_at, sought)
    if sought.squad_id:
        handled = select(Assignment.case_id).where(Assignment.squad_id == sought.squad_id)
        where.append(or_(Case.squad_id == sought.squad_id, Case.id.in_(handled)))
    if sought.number:
        its_complaints = select(Complaint.case_id).where(_begins(session, Complaint.number, sought.number))
        if sought.number.startswith("S"):
            where.append(Case.id.in_(its_complaints))
        else:
            where.append(_begins(session, Case.number, sought.number))
    return where


def _of_complaints(session: Session, sought: Sought) -> list[ColumnElement[bool]]:
    where = [Complaint.case_id.is_(None), *_common(Complaint, Complaint.arrived_at, sought)]
    if sought.squad_id:
        where.append(Complaint.squad_id == sought.squad_id)
    if sought.number:
        wanted = sought.number if sought.number.startswith("S") else f"S{sought.number}"
        where.append(_begins(session, Complaint.number, wanted))
    return where


def _common(kind: Any, at: Any, sought: Sought) -> list[ColumnElement[bool]]:
    """What is asked of a case and of a complaint alike."""
    where: list[ColumnElement[bool]] = []
    if sought.matter_id:
        where.append(kind.matter_id == sought.matter_id)
    if sought.state:
        where.append(kind.state == sought.state)
    if sought.since_at:
        where.append(at >= sought.since_at)
    if sought.until_at:
        where.append(at < sought.until_at)
    where += [kind.place_words.contains(part, autoescape=True) for part in sought.place.split()]
    return where


def _begins(session: Session, column: InstrumentedAttribute[str], prefix: str) -> ColumnElement[bool]:
    if session.get_bind().dialect.name == "sqlite":  # LIKE folds case there and would not use the index
        return and_(column >= prefix, column < prefix + chr(0x10FFFF))
    return and_(column.startswith(prefix, autoescape=True))


def _case(case: Case) -> Hit:
    return Hit(case.id, case.id, case.number, case.title, case.place_words, case.state, case.urgency,
               case.opened_at, case.closed_at, case.matter_id, case.squad_id)  # fmt: skip


def _complaint(said: Complaint) -> Hit:
    return Hit(said.id, None, said.number, said.title, said.place_words, said.state, said.urgency,
               said.arrived_at, said.settled_at, said.matter_id, said.squad_id, said.words, said.answer)  # fmt: skip
