"""What a district pack holds, as plain values. The format is described in ``resources/packs/README.md``."""

import datetime as dt
from dataclasses import dataclass
from typing import Any

from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Role
from commandcenter.domain.units import Tier

Geometry = dict[str, Any]
"""A GeoJSON Polygon or MultiPolygon, WGS-84 degrees."""


@dataclass(frozen=True, slots=True)
class PackShift:
    """A shift of the room; local times ``HH:MM``. One that ends before it begins crosses midnight."""

    name_zh: str
    name_en: str
    start: str
    end: str


@dataclass(frozen=True, slots=True)
class PackSource:
    """Where a part of the pack comes from, and under which licence."""

    what: str
    origin: str
    licence: str


@dataclass(frozen=True, slots=True)
class PackDay:
    """A date that the pack rules on, whatever the published calendar says."""

    date: dt.date
    working: bool
    name: str


@dataclass(frozen=True, slots=True)
class PackLimit:
    """The limit of one clock, such as ``5 wd``, for one urgency.

    None: for ordinary cases, and for every urgency for which neither the district nor the program has its own
    (:func:`commandcenter.domain.limits.limit_for`).
    """

    clock: str
    urgency: Urgency | None
    text: str
    source: str

    @property
    def name(self) -> str:
        """The name under which it is kept as a setting: ``accept.urgent``, or plain ``accept``."""
        return self.clock if self.urgency is None else f"{self.clock}.{self.urgency.value}"


@dataclass(frozen=True, slots=True)
class PackRule:
    """Another rule of the district by name, such as ``extension.max`` = ``10 wd``."""

    name: str
    text: str
    source: str


@dataclass(frozen=True, slots=True)
class PackDomain:
    """One of the domains of matters, and which squads act in it."""

    code: str
    name_zh: str
    name_en: str
    tier: Tier


@dataclass(frozen=True, slots=True)
class PackSquad:
    """An executing squad. ``area`` is its polygon; None for a direct squad."""

    code: str
    name_zh: str
    name_en: str
    kind: Tier
    domains: tuple[str, ...]
    lon: float
    lat: float
    address: str
    phone: str
    area: Geometry | None


@dataclass(frozen=True, slots=True)
class PackWorkstation:
    """A workstation in a managed estate; ``squad`` is the code of the squad it belongs to."""

    code: str
    name_zh: str
    name_en: str
    squad: str
    lon: float
    lat: float
    estate: str


@dataclass(frozen=True, slots=True)
class PackPerson:
    """Somebody who works here; ``squad`` and ``workstation`` are codes, empty where there is none."""

    login: str
    name_zh: str
    name_en: str
    roles: tuple[Role, ...]
    squad: str
    workstation: str
    badge: str
    phone: str


@dataclass(frozen=True, slots=True)
class PackMatter:
    """A thing the bureau may act on. ``limit`` is its own limit to resolve, empty for the district's."""

    code: str
    name_zh: str
    name_en: str
    domain: str
    tier: Tier
    urgency: Urgency
    limit: str
    closing_condition_zh: str
    closing_condition_en: str


@dataclass(frozen=True, slots=True)
class PackPlace:
    """A line of the gazetteer; ``kind`` is one of :data:`PLACE_KINDS`, ``squad`` a code or empty."""

    code: str
    name_zh: str
    name_en: str
    kind: str
    lon: float
    lat: float
    squad: str


PLACE_KINDS = ("town", "zone", "community", "village", "road", "estate")


@dataclass(frozen=True, slots=True)
class PackHead:
    """What ``pack.toml`` says: who the district is, when it works, and what of it is invented."""

    code: str
    version: str
    demonstration: bool
    demonstration_password: str
    """The one password of every account of a demonstration district; empty otherwise."""
    name_zh: str
    name_en: str
    centre_zh: str
    centre_en: str
    timezone: str
    number_prefix: str
    hours: tuple[tuple[str, str], ...]
    """Duty spans of a working day, local ``HH:MM``; the gaps are breaks."""
    shifts: tuple[PackShift, ...]
    notes: str
    sources: tuple[PackSource, ...]


@dataclass(frozen=True, slots=True)
class Pack:
    """A whole district, read and checked: every code that is named exists, every position is a place."""

    head: PackHead
    limits: tuple[PackLimit, ...]
    rules: tuple[PackRule, ...]
    calendar: tuple[PackDay, ...]
    domains: tuple[PackDomain, ...]
    squads: tuple[PackSquad, ...]
    workstations: tuple[PackWorkstation, ...]
    people: tuple[PackPerson, ...]
    matters: tuple[PackMatter, ...]
    places: tuple[PackPlace, ...]
    outline: Geometry | None

    @property
    def settings(self) -> dict[str, tuple[str, str]]:
        """Every limit and rule as setting name → (value, source)."""
        named: tuple[PackLimit | PackRule, ...] = (*self.limits, *self.rules)
        return {item.name: (item.text, item.source) for item in named}
