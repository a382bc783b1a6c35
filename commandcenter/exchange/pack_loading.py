"""A district pack into the database, again and again without doubling anything."""

from collections.abc import Callable
from typing import Any

from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.units import CalendarDay, District, Place, Setting, Squad, Workstation
from commandcenter.domain.work import Work
from commandcenter.exchange.pack_parts import Pack
from commandcenter.operations.administering import Register, give_password

DEMONSTRATION_PASSWORD = "demonstration.password"


def load(work: Work, pack: Pack, hashed: Callable[[str], str]) -> None:
    """Everything the pack holds becomes records; what it no longer names goes out of use.

    People can no longer sign in, limits and rules are the program's own again. What was added or ruled by hand
    stays; so do days of the calendar, which packs and imported tables say together.
    ``hashed`` makes a password hash; it is used once, and only for a pack that says it is a demonstration.
    """
    _load_district(work, pack)
    squads = _load_squads(work, pack)
    stations = _load_workstations(work, pack, squads)
    _load_matters(work, pack)
    _load_places(work, pack, squads)
    _load_people(work, pack, squads, stations, hashed)


def _load_district(work: Work, pack: Pack) -> None:
    head = pack.head
    Register(work, District, "pack").put({
        "pack": head.code, "pack_version": head.version, "name_zh": head.name_zh, "name_en": head.name_en,
        "centre_zh": head.centre_zh, "centre_en": head.centre_en, "timezone": head.timezone,
        "demonstration": head.demonstration, "hours": [list(span) for span in head.hours],
        "shifts": [{"name_zh": s.name_zh, "name_en": s.name_en, "start": s.start, "end": s.end} for s in head.shifts],
        "outline": pack.outline,
    })  # fmt: skip
    _load_settings(work, pack)
    days = Register(work, CalendarDay, "day")
    for day in pack.calendar:
        days.put({"day": day.date, "working": day.working, "name": day.name})


def _load_settings(work: Work, pack: Pack) -> None:
    settings, named = Register(work, Setting, "name"), dict(pack.settings)
    if pack.head.demonstration and pack.head.demonstration_password:
        named[DEMONSTRATION_PASSWORD] = (pack.head.demonstration_password, pack.head.code)
    for name in settings.said_last() - named.keys():
        settings.put({"name": name, "value": "", "source": ""})  # nothing said: the default holds
    for name, (value, source) in named.items():
        settings.put({"name": name, "value": value, "source": source})


def _load_squads(work: Work, pack: Pack) -> Register:
    squads = Register(work, Squad, "code")
    for s in pack.squads:
        squads.put({
            "code": s.code, "name_zh": s.name_zh, "name_en": s.name_en, "tier": str(s.kind),
            "domains": list(s.domains), "lon": s.lon, "lat": s.lat, "address": s.address, "phone": s.phone,
            "area": s.area, "disabled": False,
        })  # fmt: skip
    squads.disable_all_but({s.code for s in pack.squads})
    return squads


def _load_workstations(work: Work, pack: Pack, squads: Register) -> Register:
    stations = Register(work, Workstation, "code")
    for w in pack.workstations:
        stations.put({
            "code": w.code, "name_zh": w.name_zh, "name_en": w.name_en, "squad_id": squads.key(w.squad),
            "estate": w.estate, "lon": w.lon, "lat": w.lat, "disabled": False,
        })  # fmt: skip
    stations.disable_all_but({w.code for w in pack.workstations})
    return stations


def _load_matters(work: Work, pack: Pack) -> None:
    domains = Register(work, MatterDomain, "code")
    for d in pack.domains:
        domains.put({"code": d.code, "name_zh": d.name_zh, "name_en": d.name_en, "tier": str(d.tier)})
    matters = Register(work, Matter, "code")
    for m in pack.matters:
        matters.put({
            "code": m.code, "name_zh": m.name_zh, "name_en": m.name_en, "domain": m.domain, "tier": str(m.tier),
            "urgency": str(m.urgency), "resolve_limit": m.limit, "disabled": False,
            "closing_condition_zh": m.closing_condition_zh, "closing_condition_en": m.closing_condition_en,
        })  # fmt: skip
    matters.disable_all_but({m.code for m in pack.matters})


def _load_places(work: Work, pack: Pack, squads: Register) -> None:
    places = Register(work, Place, "code")
    for p in pack.places:
        places.put({
            "code": p.code, "name_zh": p.name_zh, "name_en": p.name_en, "sort": p.kind, "lon": p.lon,
            "lat": p.lat, "squad_id": squads.key(p.squad), "disabled": False,
        })  # fmt: skip
    places.disable_all_but({p.code for p in pack.places})


def _load_people(
    work: Work, pack: Pack, squads: Register, stations: Register, hashed: Callable[[str], str]
) -> None:
    people = Register(work, Person, "login")
    ours, given_by_hand = people.said_last(), people.moved_by("change_roles")
    password = pack.head.demonstration_password if pack.head.demonstration else ""
    shared_hash = hashed(password) if password else ""
    for p in pack.people:
        values: dict[str, Any] = {
            "login": p.login, "name_zh": p.name_zh, "name_en": p.name_en, "badge": p.badge, "phone": p.phone,
        }  # fmt: skip
        if p.login not in given_by_hand:  # what an administrator has given or taken since is theirs
            values |= {
                "roles": [str(r) for r in p.roles], "squad_id": squads.key(p.squad) if p.squad else None,
                "workstation_id": _key(stations, p.workstation),
            }  # fmt: skip
        if p.login in ours:  # who was put out of use by hand stays so
            values["disabled"] = False
        person = people.put(values)
        if shared_hash:
            give_password(work, person, shared_hash)
    people.disable_all_but({p.login for p in pack.people})


def _key(register: Register, code: str) -> Key | None:
    return register.key(code) if code else None
