"""What a wall is sent: public rows only, in small types of its own that have no place for anything else.

The rows come from the views of schema step *wall*, which are all that a wall's account may read on a server, and by
which the program reads in an SQLite file too. Nothing here asks a table. Moments are aware UTC, points WGS-84 degrees
rounded to a thousandth.
"""

import datetime as dt
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any, TypeVar

from sqlalchemy import Boolean, Date, Float, Integer, Row, String, TableClause, column, func, select, table
from sqlalchemy.orm import Session

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import NOT_ENDED, Case, CaseState, Origin
from commandcenter.domain.limits import CLOCK
from commandcenter.domain.record import Record, UtcDateTime, type_json
from commandcenter.domain.sentences import Name
from commandcenter.domain.tallies import COUNTED_AS
from commandcenter.domain.timing import Timed, most_pressing, running
from commandcenter.queries.figures.definitions import Figure
from commandcenter.queries.figures.values import Value

Point = tuple[float, float]
DAYS = 30
"""Over so many days a wall's shares go."""
P = TypeVar("P", bound="PublicCase | PublicWork")


def _view(name: str, words: str = "", moments: str = "", **more: Any) -> TableClause:
    columns = [column(one, String()) for one in words.split()] + [column(one, UtcDateTime()) for one in moments.split()]
    return table(name, *columns, *(column(one, type_) for one, type_ in more.items()))


_CASE = _view(
    "wall_case", "number state urgency origin rung matter matter_zh matter_en area_id",
    "opened_at dispatch_from_at dispatch_due_at dispatched_at resolved_at closed_at",
    dimmed=Boolean(), lon=Float(), lat=Float(),
)  # fmt: skip
_WORK = _view(
    "wall_work", "number squad_id state",
    "dispatched_at accept_from_at accept_due_at accepted_at contact_due_at contacted_at resolve_due_at resolved_at"
    " return_asked_at ended_at",
    leads=Boolean(),
)  # fmt: skip
_COMPLAINT = _view("wall_complaint", "channel state", "arrived_at")
_SQUAD = _view("wall_squad", "id code tier name_zh name_en town_zh town_en", lon=Float(), lat=Float(), area=type_json,
               on_duty=Integer())  # fmt: skip
_STATION = _view("wall_station", lon=Float(), lat=Float())
_OFFICER = _view("wall_officer", moments="seen_at", lon=Float(), lat=Float())
_CENTRE = _view("wall_centre", "name_zh name_en centre_zh centre_en timezone")
_TURN = _view("wall_turn", "name scene look", "turned_at")
SHARES = (Figure.RESPONSE, Figure.RESOLUTION, Figure.SATISFACTION, Figure.ON_TIME)
"""The figures of a wall."""
_SUMS: dict[str, Any] = {f"{figure}_{part}": Integer() for figure in SHARES for part in ("part", "n")}
_FIGURE = _view("wall_figure", day=Date(), last_day=Date(), counted_as=Integer(), **_SUMS)

VIEWS = (_CASE, _WORK, _COMPLAINT, _SQUAD, _STATION, _OFFICER, _CENTRE, _TURN, _FIGURE)
"""Everything a wall may ask."""


@dataclass(frozen=True, slots=True)
class PublicClock:
    """The clock that presses most, by its name in the table of clocks."""

    name: str
    started_at: dt.datetime
    due_at: dt.datetime
    standing_still: bool

    @property
    def running(self) -> bool:
        """Always: one that was stopped is not sent."""
        return True

    @property
    def label(self) -> str:
        """What it is called, a msgid."""
        return CLOCK[self.name].label


@dataclass(frozen=True, slots=True)
class PublicCase:
    """An open case as visitors may see it. A ``dimmed`` one has neither matter nor place."""

    number: str
    state: str
    urgency: str
    origin: str
    rung: str
    dimmed: bool
    matter: Name
    area_id: str | None
    """The squad in whose area, and so in whose town, it lies."""
    point: Point | None
    opened_at: dt.datetime
    clock: PublicClock | None


@dataclass(frozen=True, slots=True)
class PublicWork:
    """A squad's work on a case that is under way."""

    number: str
    squad_id: str
    leads: bool
    clock: PublicClock | None


@dataclass(frozen=True)
class OpenWork:
    """Everything that is open."""

    cases: tuple[PublicCase, ...]
    works: tuple[PublicWork, ...]

    @cached_property
    def leads(self) -> Mapping[str, PublicWork]:
        """The lead work of a case by the case's number."""
        return {work.number: work for work in self.works if work.leads}

    def clock_of(self, case: PublicCase) -> PublicClock | None:
        """What presses: dispatch while a case waits for it, then what its lead squad owes."""
        lead = self.leads.get(case.number)
        return lead.clock if lead is not None else case.clock


@dataclass(frozen=True, slots=True)
class PublicSquad:
    """A squad: what it is called, where it is and answers for, and how many of it can be sent."""

    id: str
    code: str
    tier: str
    name: Name
    town: Name
    point: Point | None
    area: Mapping[str, Any] | None
    on_duty: int


@dataclass(frozen=True, slots=True)
class Units:
    """The district: what its centre is called, its zone, its squads, and where its workstations are."""

    centre: Name
    timezone: str
    squads: tuple[PublicSquad, ...]
    stations: tuple[Point, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Where an officer on duty was seen last."""

    point: Point
    seen_at: dt.datetime


@dataclass(frozen=True, slots=True)
class Day:
    """What the day has brought since its beginning, beside the day before.

    ``arrived`` and ``arrived_before`` are complaints by the hour of each day; ``by_now`` those of the day before up to
    the same time. ``own``: cases found before anybody complained 未诉先办, of the ``opened``.
    """

    since_at: dt.datetime
    arrived: tuple[int, ...]
    arrived_before: tuple[int, ...]
    by_now: int
    opened: int
    own: int
    closed: int


@dataclass(frozen=True, slots=True)
class Shares:
    """Shares over the :data:`DAYS` days up to ``last_day``, the last one that was counted."""

    last_day: dt.date
    values: Mapping[Figure, Value]


@dataclass(frozen=True, slots=True)
class Turn:
    """What a console told the walls of one name."""

    scene: str
    look: str
    turned_at: dt.datetime


class WallReading:
    """Reads what a wall shows. It keeps the rows of its last look, so that only what changed is made anew."""

    def __init__(self) -> None:
        self._cases: dict[Row[Any], PublicCase] = {}
        self._works: dict[Row[Any], PublicWork] = {}

    def open_work(self, session: Session) -> OpenWork:
        """Every open case and every squad's work on it, as of one moment."""
        self._cases = _kept(session, select(_CASE).where(NOT_ENDED), self._cases, _public_case)
        self._works = _kept(session, select(_WORK), self._works, _public_work)
        return OpenWork(tuple(self._cases.values()), tuple(self._works.values()))


def _kept(
    session: Session, question: Any, before: Mapping[Row[Any], P], made: Callable[[Row[Any]], P]
) -> dict[Row[Any], P]:
    rows = session.execute(question).all()
    return {row: known if (known := before.get(row)) is not None else made(row) for row in rows}


def _public_case(row: Row[Any]) -> PublicCase:
    moments = {name: getattr(row, name) for name in (
        "opened_at", "dispatch_from_at", "dispatch_due_at", "dispatched_at", "closed_at", "state")}  # fmt: skip
    return PublicCase(
        row.number, row.state, row.urgency, row.origin, row.rung, bool(row.dimmed), _name(row, "matter"), row.area_id,
        _point(row), row.opened_at, _clock(Case(**moments)),
    )  # fmt: skip


def _public_work(row: Row[Any]) -> PublicWork:
    held = {name: value for name, value in row._mapping.items() if name not in {"number", "leads", "squad_id"}}
    return PublicWork(row.number, row.squad_id, bool(row.leads), _clock(Assignment(**held)))


def _clock(record: Record) -> PublicClock | None:
    found: Timed | None = most_pressing(running(record))
    if found is None:
        return None
    return PublicClock(found.clock.name, found.started_at, found.due_at, found.standing_still)


def _name(row: Row[Any], what: str) -> Name:
    return Name(getattr(row, f"{what}_zh") or "", getattr(row, f"{what}_en") or "")


def _point(row: Row[Any]) -> Point | None:
    return None if row.lon is None or row.lat is None else (row.lon, row.lat)


def units(session: Session) -> Units | None:
    """The district and its units; None where there is no district yet."""
    centre = session.execute(select(_CENTRE)).first()
    if centre is None:
        return None
    squads = session.execute(select(_SQUAD).order_by(_SQUAD.c.code)).all()
    called = _name(centre, "centre")
    return Units(
        called if called.words() else _name(centre, "name"), centre.timezone,
        tuple(PublicSquad(s.id, s.code, s.tier, _name(s, "name"), _name(s, "town"), _point(s), s.area, s.on_duty)
              for s in squads),
        tuple((one.lon, one.lat) for one in session.execute(select(_STATION))),
    )  # fmt: skip


def zone(session: Session) -> str:
    """The name of the district's time zone; UTC where there is no district yet."""
    return session.scalar(select(_CENTRE.c.timezone)) or "UTC"


def officers(session: Session) -> tuple[Seen, ...]:
    """Where everybody on duty was seen last; who it is, nobody is told."""
    return tuple(Seen((row.lon, row.lat), row.seen_at) for row in session.execute(select(_OFFICER)))


def turn(session: Session, name: str) -> Turn | None:
    """What the walls of that name were told; None where they were told nothing."""
    row = session.execute(select(_TURN).where(_TURN.c.name == name)).first()
    return None if row is None else Turn(row.scene, row.look, row.turned_at)


def shares(session: Session) -> Shares | None:
    """The figures of the days that have gone by; None where they were never counted, or by other definitions."""
    last_day = session.scalar(select(func.max(_FIGURE.c.last_day)).where(_FIGURE.c.counted_as == COUNTED_AS))
    if last_day is None:
        return None
    sums = [func.coalesce(func.sum(_FIGURE.c[name]), 0).label(name) for name in _SUMS]
    row = session.execute(select(*sums).where(_FIGURE.c.day > last_day - dt.timedelta(days=DAYS))).one()
    found = {figure: Value(row._mapping[f"{figure}_part"], row._mapping[f"{figure}_n"]) for figure in SHARES}
    return Shares(last_day, found)


def day(session: Session, now: dt.datetime, zone: dt.tzinfo) -> Day:
    """The figures of the day up to ``now``, which begins and ends by the district's ``zone``."""
    since, before = _midnight(now, zone, 0), _midnight(now, zone, 1)
    arrivals = list(session.scalars(
        select(_COMPLAINT.c.arrived_at).where(_COMPLAINT.c.arrived_at >= before, _COMPLAINT.c.arrived_at <= now)
    ))  # fmt: skip
    today, yesterday = [at for at in arrivals if at >= since], [at for at in arrivals if at < since]
    opened = list(session.scalars(select(_CASE.c.origin).where(_CASE.c.opened_at >= since)))
    closed = session.scalars(
        select(_CASE.c.number).where(_CASE.c.closed_at >= since, _CASE.c.state == str(CaseState.CLOSED))
    ).all()
    return Day(
        since, _by_hour(today, zone), _by_hour(yesterday, zone), sum(at <= now - (since - before) for at in yesterday),
        len(opened), sum(origin != Origin.COMPLAINT for origin in opened), len(closed),
    )  # fmt: skip


def _midnight(now: dt.datetime, zone: dt.tzinfo, days_before: int) -> dt.datetime:
    date = now.astimezone(zone).date() - dt.timedelta(days=days_before)
    return dt.datetime.combine(date, dt.time(), zone).astimezone(dt.UTC)


def _by_hour(moments: Iterable[dt.datetime], zone: dt.tzinfo) -> tuple[int, ...]:
    counted = [0] * 24
    for at in moments:
        counted[at.astimezone(zone).hour] += 1
    return tuple(counted)
