"""How records and fixes stand on the map: the one place where a record becomes a :class:`MapObject`."""

import datetime as dt
from collections.abc import Iterable

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Person
from commandcenter.domain.places import is_place
from commandcenter.domain.sightings import STALE_S
from commandcenter.domain.timing import Timed, running
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import _
from commandcenter.live.delta import Fix
from commandcenter.live.picture import Picture
from commandcenter.live.ripening import ripeness
from ui.map.objects import Area, MapObject
from ui.wording import ago

KINDS = {"case": Case, "squad": Squad, "workstation": Workstation, "officer": Person}
"""The map's words for what stands on it, and the records behind them."""
WORDS = {record_type.kind(): word for word, record_type in KINDS.items()}
"""A record's kind as the map calls it."""


def clocks_of(case: Case, lead: Assignment | None) -> list[Timed]:
    """The clocks that run for the case now: dispatch, or its lead squad's."""
    held = running(case) or (running(lead) if lead is not None else [])
    return [timed for timed in held if not timed.standing_still]


def status_of(case: Case, clocks: Iterable[Timed], now: dt.datetime) -> tuple[str, dt.datetime | None]:
    """How a case with these clocks (:func:`clocks_of`) is drawn at ``now``, and from when on it may be drawn
    otherwise without any change.
    """
    if case.state == CaseState.SUSPENDED:
        return "suspended", None
    level, turns_at = ripeness(clocks, now)
    if level is Pressing.OVER:
        return "overdue", turns_at
    if case.urgency == Urgency.URGENT:
        return "urgent", turns_at
    return ("late" if level is Pressing.SOON else "ordinary"), turns_at


def case_object(case: Case, status: str) -> MapObject | None:
    """An open case; None where its point is not known."""
    if case.ended or case.lon is None or case.lat is None or not is_place(case.lon, case.lat):
        return None
    return MapObject("case", case.id, case.lon, case.lat, f"{case.number} {case.title}", status)


def squad_object(squad: Squad, late: bool) -> MapObject | None:
    """A squad at its office."""
    if squad.disabled or squad.lon is None or squad.lat is None:
        return None
    return MapObject("squad", squad.id, squad.lon, squad.lat, squad.name, "late" if late else "ordinary")


def workstation_object(station: Workstation) -> MapObject | None:
    """A workstation in its estate."""
    if station.disabled or station.lon is None or station.lat is None:
        return None
    return MapObject("workstation", station.id, station.lon, station.lat, station.name, "ordinary")


def officer_object(person: Person | None, fix: Fix | None, busy: bool) -> MapObject | None:
    """An officer on duty where they were seen last; None for everybody else."""
    if person is None or fix is None or person.disabled or not person.on_duty or not is_place(fix.lon, fix.lat):
        return None
    status = "busy" if busy else "on_duty"
    return MapObject("officer", person.id, fix.lon, fix.lat, person.name, status, fix.heading, fix.seen_at)


def areas(picture: Picture) -> list[Area]:
    """The areas of the township squads, each with a short name."""
    squads = sorted(picture.of(Squad).values(), key=lambda s: s.code)
    return [Area(s.id, short_name(s), s.area) for s in squads if s.area and not s.disabled]


def short_name(squad: Squad) -> str:
    """A squad's name without the words all squads share: ``隐珠``."""
    name = squad.name
    for ending in ("综合行政执法中队", "综合执法中队", "执法中队", "中队", " squad", " Squad"):
        if name.endswith(ending) and len(name) > len(ending):
            return name.removesuffix(ending)
    return name


def is_stale(fix: Fix, now: dt.datetime) -> bool:
    """Whether a fix is so old that the officer may be anywhere by now."""
    return (now - fix.seen_at).total_seconds() > STALE_S


def age_words(fix: Fix, now: dt.datetime) -> str:
    """How old a fix is, in words, and that it is out of date where it is."""
    said = ago(fix.seen_at, now)
    return str(_("{age}, out of date", age=said)) if is_stale(fix, now) else said
