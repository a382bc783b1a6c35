"""What inspection has to do and what it found: samples with their cases, findings, and each squad's quarter."""

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.inspection import OWED, CaseCheck, Finding, FindingState, Sample, Severity
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.queries.rights import may_read_cases

SAMPLES = 20
"""So many samples are shown, the newest first."""


@dataclass(frozen=True, slots=True)
class Drawn:
    """One case of a sample, in the order of the draw. ``sheet`` is None until it was checked."""

    sample: Sample
    case: Case
    sheet: CaseCheck | None


@dataclass(frozen=True, slots=True)
class Desk:
    """Everything that stands on the page: cases drawn, findings somebody owes something on, and those just done."""

    samples: tuple[Sample, ...] = ()
    drawn: tuple[Drawn, ...] = ()
    findings: tuple[Finding, ...] = ()
    cases: dict[Key, Case] = field(default_factory=dict)
    people: dict[Key, Person] = field(default_factory=dict)
    squads: dict[Key, Squad] = field(default_factory=dict)


def desk(session: Session, actor: Person, since_at: dt.datetime) -> Desk:
    """What an inspector, or the captain or instructor of a squad, has to do with inspection.

    Findings that are settled are there from ``since_at`` (aware UTC) on. A squad sees its own findings and no sample.
    """
    squad = _whose(actor)
    samples = () if squad else _samples(session)
    drawn = _drawn(session, samples)
    done = Finding.rechecked_at >= since_at
    where = [Finding.squad_id == squad] if squad else []
    findings = tuple(
        session.scalars(select(Finding).where(*where, Finding.state.in_(OWED) | done).order_by(Finding.found_at))
    )
    cases = {c.id: c for c in session.scalars(select(Case).where(Case.id.in_({f.case_id for f in findings})))}
    cases |= {one.case.id: one.case for one in drawn}
    return Desk(
        samples, drawn, findings, cases,
        people={p.id: p for p in session.scalars(select(Person))},
        squads={s.id: s for s in session.scalars(select(Squad))},
    )  # fmt: skip


def _whose(actor: Person) -> Key | None:
    """The squad whose findings are shown alone; None for an inspector, who sees all. Refused for everybody else."""
    may_read_cases(actor)
    if Right.INSPECT in actor.rights:
        return None
    if actor.squad_id and Right.RECTIFY in actor.rights:
        return actor.squad_id
    raise NotAllowed(N_("{person} has no right to inspect."), person=actor.name)


def _samples(session: Session) -> tuple[Sample, ...]:
    return tuple(session.scalars(select(Sample).order_by(Sample.drawn_at.desc()).limit(SAMPLES)))


def _drawn(session: Session, samples: Iterable[Sample]) -> tuple[Drawn, ...]:
    wanted = {key for sample in samples for key in sample.cases}
    cases = {case.id: case for case in session.scalars(select(Case).where(Case.id.in_(wanted)))}
    held = session.scalars(select(CaseCheck).where(CaseCheck.sample_id.in_([sample.id for sample in samples])))
    sheets = {(sheet.sample_id, sheet.case_id): sheet for sheet in held}
    # What was sealed since is not there any more for whoever is not named.
    return tuple(
        Drawn(sample, cases[key], sheets.get((sample.id, key)))
        for sample in samples for key in sample.cases if key in cases
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Quarter:
    """What inspection says of one squad's work in a quarter. Counts; ``closed`` is what the samples stand for."""

    squad_id: Key
    closed: int = 0
    checked: int = 0
    flawless: int = 0
    """Of those checked, the ones whose sheet has no "no"."""
    minor: int = 0
    serious: int = 0
    """Findings of the quarter that were not withdrawn, by how much they matter."""
    rectified: int = 0
    """Of these, those put right and looked at again."""
    again: int = 0
    """Of these, those that had to be put right more than once."""
    late: int = 0
    """Of these, those not put right by their moment."""

    @property
    def id(self) -> Key:
        """Whose sheet it is."""
        return self.squad_id


def quarter(
    session: Session, actor: Person, since_at: dt.datetime, until_at: dt.datetime, now: dt.datetime
) -> tuple[Quarter, ...]:
    """The sheet of each squad for what happened from ``since_at`` up to ``until_at`` (aware UTC), worst first.

    Cases count where they were closed, sheets where they were filled in, findings where they were found.
    """
    squad = _whose(actor)
    counts: dict[Key, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    closed = session.execute(
        select(Assignment.squad_id, func.count()).join(Case, Case.lead_id == Assignment.id)
        .where(Case.state == str(CaseState.CLOSED), Case.historic.is_(False), Case.closed_at >= since_at,
               Case.closed_at < until_at).group_by(Assignment.squad_id)
    )  # fmt: skip
    for key, n in closed:
        counts[key]["closed"] = n
    for sheet in session.scalars(select(CaseCheck).where(CaseCheck.checked_at >= since_at,
                                                         CaseCheck.checked_at < until_at)):  # fmt: skip
        if sheet.squad_id:
            counts[sheet.squad_id]["checked"] += 1
            counts[sheet.squad_id]["flawless"] += all(sheet.answers.values())
    for one in session.scalars(select(Finding).where(Finding.found_at >= since_at, Finding.found_at < until_at)):
        if one.state != FindingState.WITHDRAWN:
            for name, so in _of(one, min(until_at, now)):
                counts[one.squad_id][name] += so
    sheets = [Quarter(key, **found) for key, found in counts.items() if squad in (None, key)]
    return tuple(sorted(sheets, key=lambda q: (-q.serious, -q.minor, -q.late, q.squad_id)))


def _of(one: Finding, as_of: dt.datetime) -> Iterable[tuple[str, bool]]:
    yield str(Severity(one.severity)), True
    yield "rectified", one.state == FindingState.SETTLED
    yield "again", one.round > 1
    yield "late", (one.rectified_at or as_of) > one.rectify_due_at
