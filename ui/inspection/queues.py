"""The rows of inspection: cases drawn and not checked, findings to look at again or to be put right, and those done."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.inspection import Finding, FindingState, Sample, Severity
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.i18n import N_, _
from commandcenter.queries.inspection import Desk
from ui.tables.column import Column, Paint
from ui.tables.grouped import Group, Heading
from ui.wording import Running, choice, local


class Queue(StrEnum):
    """The groups, in the order in which they are shown to an inspector."""

    RECHECK = "recheck"
    CHECK = "check"
    RECTIFY = "rectify"
    DONE = "done"


TITLES: dict[Queue, str] = {
    Queue.RECHECK: N_("To look at again"), Queue.CHECK: N_("Drawn, to check"),
    Queue.RECTIFY: N_("To be put right by squads"), Queue.DONE: N_("Settled lately"),
}  # fmt: skip
_PLACE = {queue: place for place, queue in enumerate(Queue)}
_OF_STATE = {FindingState.TO_RECTIFY: Queue.RECTIFY, FindingState.TO_RECHECK: Queue.RECHECK}


@dataclass(frozen=True, slots=True)
class Row:
    """One thing in the list. ``due_at`` is when whoever has it has to be done, aware UTC."""

    id: str
    queue: Queue
    case_id: Key
    title: str
    number: str
    about: str
    since_at: dt.datetime
    due_at: dt.datetime | None = None
    severity: str = ""
    finding: Finding | None = None
    sample: Sample | None = None

    @property
    def rank(self) -> tuple[int, dt.datetime, str]:
        """By group, then what is due first or waits longest."""
        return (_PLACE[self.queue], self.due_at or self.since_at, self.id)


def rows_of(desk: Desk) -> dict[str, Row]:
    """Everything that stands in the list, by id."""
    drawn = [
        Row(f"{one.sample.id} {one.case.id}", Queue.CHECK, one.case.id, one.case.title, one.case.number,
            drawn_words(one.sample), one.sample.drawn_at, sample=one.sample)
        for one in desk.drawn if one.sheet is None
    ]  # fmt: skip
    found = [_of_finding(one, desk) for one in desk.findings if one.case_id in desk.cases]
    return {row.id: row for row in (*drawn, *found)}


def _of_finding(one: Finding, desk: Desk) -> Row:
    case, squad = desk.cases[one.case_id], desk.squads.get(one.squad_id)
    said = " · ".join(part for part in (case.number, squad.name if squad else "", choice(one.about)) if part)
    since = one.rectified_at if one.state == FindingState.TO_RECHECK else one.rectify_from_at
    return Row(one.id, _OF_STATE.get(FindingState(one.state), Queue.DONE), case.id, one.words, case.number, said,
               since or one.found_at, one.due_at, one.severity, one)  # fmt: skip


def drawn_words(sample: Sample) -> str:
    """A sample in a line: when it was drawn, from which cases, by which seed."""
    return _("drawn {day:%m-%d} from {n} · seed {seed}", day=local(sample.drawn_at), n=sample.population,
             seed=sample.seed)  # fmt: skip


def heading(group: Group, now: dt.datetime) -> Heading:
    """Title, and how many are late."""
    late = sum(one.due_at is not None and now > one.due_at for one in group.members)
    return Heading(_(TITLES[Queue(group.id)]), "", len(group.members), late)


def columns() -> tuple[Column[Any], ...]:
    """The columns of the list."""
    return (
        Column[Any]("clock", N_("Time left"), lambda _one: "", paint=Paint.CLOCK, width=128, clock=_running),
        Column[Any]("what", N_("What was found"), _title, paint=Paint.TWO_LINE, width=0, subtitle=_about),
        Column[Any]("severity", N_("How serious"), _severity, paint=Paint.BADGE, align="right", width=84,
                    tone=lambda one: "urgent" if one.severity == Severity.SERIOUS else "late"),
    )  # fmt: skip


def _title(one: Row | Group) -> str:
    return "" if isinstance(one, Group) else one.title


def _about(one: Row | Group) -> str:
    if isinstance(one, Group):
        return ""
    return one.about if one.finding else f"{one.number} · {one.about}"


def _severity(one: Row | Group) -> str:
    return choice(one.severity) if isinstance(one, Row) and one.severity else ""


def _running(one: Row | Group) -> Running | None:
    if isinstance(one, Group) or one.due_at is None:
        return None
    return Running(one.since_at, one.due_at)


def said_of(one: Finding, people: dict[Key, Person]) -> list[tuple[str, str]]:
    """A finding, line by line: what it is called and what it says."""

    def name(key: Key | None) -> str:
        person = people.get(key or "")
        return person.name if person else "?"

    lines = [(_("What was found wrong"), one.words), (_("Found by"), f"{name(one.found_by_id)} · {_at(one.found_at)}")]
    if one.officer_id:
        lines.append((_("Whose work it was"), name(one.officer_id)))
    if one.state == FindingState.TO_RECTIFY:
        lines.append((_("To be put right by"), _at(one.rectify_due_at)))
    if one.round > 1:
        lines.append((_("Round"), str(one.round)))
    if one.rectification:
        lines.append((_("How it was put right"), one.rectification))
    if one.verdict:
        lines.append((_("What was seen"), one.verdict))
    return lines


def _at(at: dt.datetime) -> str:
    return f"{local(at):%Y-%m-%d %H:%M}"
