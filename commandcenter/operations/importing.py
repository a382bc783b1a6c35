"""Many complaints at once from a file: received now, or brought into the archive with their real times."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any, NamedTuple, Protocol

from sqlalchemy import select

from commandcenter.domain.cases import Case, CaseState, Disposition, Origin
from commandcenter.domain.citizens import Sign, known_citizens
from commandcenter.domain.complaints import Complainant, Complaint, ComplaintState
from commandcenter.domain.identity import account_of, caller_mask, phone_digits
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_


class Told(Protocol):
    """One row of a file, understood. Times are aware UTC, positions WGS-84 degrees."""

    @property
    def source(self) -> str: ...
    @property
    def source_number(self) -> str: ...
    @property
    def channel(self) -> str: ...
    @property
    def arrived_at(self) -> dt.datetime: ...
    @property
    def title(self) -> str: ...
    @property
    def words(self) -> str: ...
    @property
    def urgency(self) -> str: ...
    @property
    def caller_name(self) -> str: ...
    @property
    def caller_phone(self) -> str: ...
    @property
    def place_words(self) -> str: ...
    @property
    def lon(self) -> float | None: ...
    @property
    def lat(self) -> float | None: ...
    @property
    def town(self) -> str: ...
    @property
    def matter_hint(self) -> str: ...
    @property
    def answer(self) -> str: ...
    @property
    def answered_at(self) -> dt.datetime | None: ...


OLD = dt.timedelta(days=30)
"""What waited longer than this before it came into the house is told to whoever brings it in: as far as we are
concerned it is new, and its clocks start now."""

Number = tuple[str, str]
"""What a row is known by for ever: its source, and the source's own number."""


class Taken(NamedTuple):
    """What became of some rows: how many were new, how many of those were :data:`OLD`, which known ones differ."""

    received: int = 0
    old: int = 0
    differing: tuple[int, ...] = ()
    """Places among the rows of those that are known but say something else than what came first, which stays."""


class Sorted(NamedTuple):
    """Rows before anything is written: those that are not here yet, and what will have become of them all."""

    fresh: dict[Number, Told]
    taken: Taken


def sort_out(work: Work, rows: Sequence[Told], before: Mapping[Number, str] | None = None) -> Sorted:
    """Which rows are new. ``before`` are the words of rows that count as received, though they are not written."""
    known = {**(before or {}), **_known(work, rows)}
    fresh: dict[Number, Told] = {}
    differing: list[int] = []
    for place, row in enumerate(rows):
        number = (row.source, row.source_number)
        if number not in known:
            fresh[number], known[number] = row, said(row)
        elif known[number] != said(row):
            differing.append(place)
    old = sum(row.answered_at is None and work.now - row.arrived_at > OLD for row in fresh.values())
    return Sorted(fresh, Taken(len(fresh), old, tuple(differing)))


def said(row: Told) -> str:
    """What a row says, as it is compared with another of the same number."""
    return f"{row.words}\0{row.answer}"


def _known(work: Work, rows: Sequence[Told]) -> dict[Number, str]:
    """What those of these rows that are here already said, by the source's own numbers."""
    by_source: dict[str, dict[str, Told]] = defaultdict(dict)
    for row in rows:
        by_source[row.source][row.source_number] = row
    known: dict[Number, str] = {}
    for source, told in by_source.items():
        held = select(Complaint.source_number, Complaint.words, Complaint.answer).where(
            Complaint.source == source, Complaint.source_number.in_(told)
        )
        for number, words, answer in work.session.execute(held):
            if number:
                # Our own answer to a question that came without one is no difference.
                known[source, number] = f"{words}\0{answer if told[number].answer else ''}"
    return known


def take_in(work: Work, rows: Sequence[Told]) -> Taken:
    """Receive every row that is not here yet; returns what became of them. Twice is harmless."""
    may_import(work)
    fresh, taken = sort_out(work, rows)
    told = list(fresh.values())
    citizens = _citizens(work, told)
    matters = _matters(work)
    numbers = iter(work.many_numbers("complaint", len(told)))
    case_numbers = iter(work.many_numbers("case", sum(1 for row in told if row.answered_at)))
    areas = work.areas(work.session)
    squads = areas.areas_at([(row.lon or 0.0, row.lat or 0.0) for row in told])
    # The clock starts when the file comes into the house: the wait before it was not ours.
    clocks = {urgency: work.limits("receive", urgency, work.now) for urgency in {row.urgency for row in told}}
    made: list[Record] = []
    for row, squad in zip(told, squads, strict=True):
        matter, citizen = matters.get(row.matter_hint), citizens.get(_who(row))
        limit, due_at = clocks[row.urgency] if row.answered_at is None else ("", None)
        complaint = _complaint(
            work, row, id=new_key(), number=next(numbers), complainant_id=citizen,
            squad_id=squad, matter_id=matter, receive_limit=limit, receive_due_at=due_at,
        )  # fmt: skip
        if row.answered_at is not None:
            case = _archived(work, row, complaint, next(case_numbers))
            complaint.case_id = case.id
            made.append(case)
        made.append(complaint)
    work.add_many(made)
    return taken


def may_import(work: Work) -> None:
    """Only some roles bring files in."""
    if Right.IMPORT not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to import files."), person=work.actor.name)


def _who(row: Told) -> Sign:
    """What a citizen is recognised by: the telephone number, else the source's own name for them."""
    phone = phone_digits(row.caller_phone)
    return (phone, "") if phone else ("", account_of(row.source, row.caller_name) if row.caller_name else "")


def _citizens(work: Work, rows: Iterable[Told]) -> dict[Sign, Key]:
    wanted = {_who(row): row for row in rows if any(_who(row))}
    found = known_citizens(work.session, wanted)
    new = {
        who: Complainant(id=new_key(), name=row.caller_name, phone=who[0] or None, account=who[1] or None)
        for who, row in wanted.items() if who not in found
    }  # fmt: skip
    work.add_many(list(new.values()))
    return {**found, **{who: citizen.id for who, citizen in new.items()}}


def _matters(work: Work) -> dict[str, Key]:
    """The keys of matters by everything a file may call them."""
    named = work.session.execute(select(Matter.id, Matter.code, Matter.name_zh, Matter.name_en)).all()
    return {name: key for key, *names in named for name in names if name}


def _complaint(work: Work, row: Told, **columns: Any) -> Complaint:
    place = " ".join(part for part in (row.town, row.place_words) if part)
    return Complaint(
        channel=row.channel, source=row.source, source_number=row.source_number,
        arrived_at=row.arrived_at, received_at=work.now, title=row.title, words=row.words, urgency=row.urgency,
        caller_mask=caller_mask(row.caller_name, row.caller_phone), confidential=False, place_words=place,
        lon=row.lon, lat=row.lat, place_source="import", datum="wgs84",
        state=str(ComplaintState.RECEIVED), historic=False, answer="", decline_code="", refer_to="",
        progress_limit="", visit_limit="", visit_tries=0, **columns,
    )  # fmt: skip


def _archived(work: Work, row: Told, complaint: Complaint, number: str) -> Case:
    """A closed case of the archive, with its real times; no clock of ours ever ran on it."""
    complaint.state, complaint.historic = str(ComplaintState.LINKED), True
    complaint.settled_at = complaint.last_word_at = row.answered_at
    complaint.answer = row.answer
    return Case(
        id=new_key(), number=number, title=row.title, words="", matter_id=complaint.matter_id, urgency=row.urgency,
        state=str(CaseState.CLOSED), origin=str(Origin.COMPLAINT), opened_at=row.arrived_at,
        opened_by_id=work.actor.id, place_words=complaint.place_words, lon=row.lon, lat=row.lat,
        place_source="import", datum="wgs84", squad_id=complaint.squad_id, complaints=1, assisting=0, round=1,
        hops=0, resolved_at=row.answered_at, closed_at=row.answered_at, rung="", named=[], dispatch_limit="",
        disposition=str(Disposition.HISTORIC), closing_text=row.answer, cancel_reason="", confidential=False,
        historic=True,
    )  # fmt: skip
