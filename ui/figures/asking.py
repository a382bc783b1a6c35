"""What the page asks of the database, each in one question, for who may read cases."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.people import Person
from commandcenter.queries.archive import Hit, those
from commandcenter.queries.figures import (
    Answer,
    By,
    Figure,
    Outcome,
    Sought,
    Stream,
    Told,
    by,
    came_at,
    flow,
    heat,
    records,
    series,
    sheet,
    went,
)  # fmt: skip
from commandcenter.queries.rights import may_read_cases

Sheet = dict[Figure, Answer]
Steps = list[tuple[str, Answer]]


@dataclass(frozen=True, slots=True)
class Comings:
    """When it came in, and what became of it."""

    heat: list[list[int]]
    flow: list[Stream]


class Part(StrEnum):
    """Which of the records that make a figure."""

    COUNTED = "counted"
    FOR = "for"
    AGAINST = "against"
    LEFT_OUT = "left_out"


_GOOD = {Part.FOR: True, Part.AGAINST: False}


@dataclass(frozen=True, slots=True)
class Line:
    """Of which records somebody wants a list: those of a figure, or of one line of it told apart by something."""

    figure: Figure
    part: Part = Part.COUNTED
    by: By | None = None
    key: str | None = None


@dataclass(frozen=True, slots=True)
class Cell:
    """Of which records somebody wants a list: what came in on that weekday (0 is Monday) in that hour."""

    weekday: int
    hour: int


@dataclass(frozen=True, slots=True)
class Way:
    """Of which records somebody wants a list: what came in by a channel and came to an outcome."""

    channel: str
    outcome: Outcome


Wanted = Line | Cell | Way


def whole(session: Any, person: Person, sought: Sought) -> Sheet:
    """Every figure."""
    may_read_cases(person)
    return sheet(session, sought)


def apart(session: Any, person: Person, sought: Sought, figure: Figure, told_by: By) -> Told:
    """One figure told apart."""
    may_read_cases(person)
    return by(session, sought, figure, told_by)


def along(session: Any, person: Person, periods: Sequence[Sought], figure: Figure, step: By) -> list[Steps]:
    """One figure over time, for each of these periods."""
    may_read_cases(person)
    return [series(session, sought, figure, step) for sought in periods]


def comings(session: Any, person: Person, sought: Sought) -> Comings:
    """When it came in, and what became of it."""
    may_read_cases(person)
    return Comings(heat(session, sought), flow(session, sought))


def behind(session: Any, person: Person, sought: Sought, wanted: Wanted) -> list[Hit]:
    """The records behind a number, newest first."""
    may_read_cases(person)
    if isinstance(wanted, Cell):
        found = came_at(session, sought, wanted.weekday, wanted.hour)
    elif isinstance(wanted, Way):
        found = went(session, sought, wanted.channel, wanted.outcome)
    else:
        found = records(session, sought, wanted.figure, good=_GOOD.get(wanted.part),
                        left_out=wanted.part is Part.LEFT_OUT, by=wanted.by, key=wanted.key)  # fmt: skip
    return those(session, person, [(one.key, one.case_id, one.at) for one in found])
