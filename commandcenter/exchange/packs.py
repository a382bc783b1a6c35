"""District packs: a folder of TOML, CSV and GeoJSON that makes this program the one of a certain district.

The format is described in ``resources/packs/README.md``. Reading collects every fault and then raises them
together, or returns a :class:`Pack` in which every code that is named exists.
"""

import contextlib
import dataclasses
import datetime as dt
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

import shapely
from shapely.geometry import shape

from commandcenter.domain import places
from commandcenter.domain.matters import Urgency
from commandcenter.domain.people import Role
from commandcenter.domain.units import Tier
from commandcenter.exchange import pack_cells as cells
from commandcenter.exchange.pack_areas import AREAS, OUTLINE, read_areas, read_outline
from commandcenter.exchange.pack_faults import CalendarFaulty, Fault, FaultList, PackFaulty
from commandcenter.exchange.pack_heads import FORMAT, HEAD, LIMITS, NewerFormat, read_head, read_limits
from commandcenter.exchange.pack_parts import (
    PLACE_KINDS,
    Geometry,
    Pack,
    PackDay,
    PackDomain,
    PackHead,
    PackLimit,
    PackMatter,
    PackPerson,
    PackPlace,
    PackRule,
    PackShift,
    PackSource,
    PackSquad,
    PackWorkstation,
)
from commandcenter.exchange.pack_sheets import Column, Line, Sheet, Table, read_rows, read_sheet
from commandcenter.exchange.sheets import open_sheet
from commandcenter.exchange.values import text
from commandcenter.i18n import N_

__all__ = [
    "FORMAT", "SHIPPED", "Fault", "Geometry", "Pack", "PackDay", "PackDomain", "PackFaulty", "PackHead",
    "PackLimit", "PackMatter", "PackPerson", "PackPlace", "PackRule", "PackShift", "PackSource", "PackSquad",
    "PackWorkstation", "read_calendar", "read_pack", "shipped_packs",
]  # fmt: skip

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "packs"
"""Where the packs that come with the program stand; one folder each."""
COAST = 300.0
"""Metres by which a thing may lie outside the outline: quays, and the rounding of a drawn coast."""
CALENDAR_YEARS = range(2000, 2101)
"""Years whose working days may be ruled on by themselves; another one is a slip of the pen."""

_NAMES = (Column("name_zh"), Column("name_en"))
_POSITION = (Column("lon", cells.degrees), Column("lat", cells.degrees))

CALENDAR = Table("calendar.csv", "date", (
    Column("date", cells.date), Column("working", cells.yes), Column("name"),
), PackDay, optional=True)  # fmt: skip
DOMAINS = Table("domains.csv", "code", (
    Column("code", cells.code), *_NAMES, Column("tier", cells.one_of(Tier)),
), PackDomain)  # fmt: skip
SQUADS = Table("squads.csv", "code", (
    Column("code", cells.code), *_NAMES, Column("kind", cells.one_of(Tier)),
    Column("domains", cells.several(cells.code), refers="domains.csv"), *_POSITION,
    Column("address", cells.words, needed=False), Column("phone", cells.phone, needed=False),
), PackSquad)  # fmt: skip
WORKSTATIONS = Table("workstations.csv", "code", (
    Column("code", cells.code), *_NAMES, Column("squad", cells.code, refers="squads.csv"), *_POSITION,
    Column("estate"),
), PackWorkstation)  # fmt: skip
PEOPLE = Table("people.csv", "login", (
    Column("login", cells.code), *_NAMES, Column("roles", cells.several(cells.one_of(Role))),
    Column("squad", cells.code, needed=False, refers="squads.csv"),
    Column("workstation", cells.code, needed=False, refers="workstations.csv"),
    Column("badge", cells.text_of(32), needed=False), Column("phone", cells.phone, needed=False),
), PackPerson)  # fmt: skip
MATTERS = Table("matters.csv", "code", (
    Column("code", cells.code), *_NAMES, Column("domain", cells.code, refers="domains.csv"),
    Column("tier", cells.one_of(Tier)), Column("urgency", cells.one_of(Urgency)),
    Column("limit", cells.limit, needed=False),
    Column("closing_condition_zh", cells.words), Column("closing_condition_en", cells.words),
), PackMatter)  # fmt: skip
GAZETTEER = Table("gazetteer.csv", "code", (
    Column("code", cells.code), *_NAMES, Column("kind", cells.word_among(*PLACE_KINDS)), *_POSITION,
    Column("squad", cells.code, needed=False, refers="squads.csv"),
), PackPlace)  # fmt: skip

TABLES = (CALENDAR, DOMAINS, SQUADS, WORKSTATIONS, PEOPLE, MATTERS, GAZETTEER)
_FILES = frozenset({HEAD, LIMITS, AREAS, OUTLINE, *(table.file for table in TABLES)})
_KNOWN_ENDINGS = frozenset({".csv", ".toml", ".geojson"})
_IN_A_SQUAD = frozenset({Role.CAPTAIN, Role.INSTRUCTOR, Role.OFFICER})

Sheets = Mapping[str, Sheet]


def shipped_packs() -> list[str]:
    """The names of the packs that come with the program."""
    return sorted(folder.parent.name for folder in SHIPPED.glob(f"*/{HEAD}"))


def read_pack(path_or_name: Path | str) -> Pack:
    """The pack in a folder, or the shipped one of that name. :class:`PackFaulty` says everything wrong in it.

    Nothing is written anywhere: loading a pack into a database is an operation of its own.
    """
    folder = _folder(path_or_name)
    faults = FaultList()
    pack = None
    if folder.is_dir():
        with contextlib.suppress(NewerFormat):  # its fault is noted
            pack = _read(folder, faults)
    else:
        faults.file(str(path_or_name), N_("There is no such district pack. Shipped are: {names}."),
                    names=", ".join(shipped_packs()))  # fmt: skip
    if pack is None:
        raise PackFaulty(folder.name or str(folder), faults.faults)
    return pack


def read_calendar(path: Path) -> tuple[PackDay, ...]:
    """The days of a calendar table by itself: the columns date, working and name, as in a pack's calendar.csv.

    It comes from an office, so it may be written as offices write: any file that complaints may come in.
    """
    faults = FaultList()
    table = dataclasses.replace(CALENDAR, file=path.name, optional=False)
    sheet = read_rows(table, _office_rows(path, faults), faults)
    for line in sheet.lines:
        day = line.values.get("date")
        if isinstance(day, dt.date) and day.year not in CALENDAR_YEARS:
            faults.add(path.name, line.row, "date", day, N_("Nobody works by a calendar of that year here."))
    if faults.faults:
        raise CalendarFaulty(path.name, faults.faults)
    return _made(sheet)


def _office_rows(path: Path, faults: FaultList) -> Iterator[tuple[int, list[str]]]:
    with open_sheet(path) as sheet:
        yield 1, list(sheet.columns)
        for row in sheet:
            if row.fault is None:
                yield row.line, [text(cell).strip() for cell in row.cells]
            else:
                faults.add(path.name, row.line, "", "", row.fault.message, **row.fault.params)


def _folder(path_or_name: Path | str) -> Path:
    named = isinstance(path_or_name, str) and Path(path_or_name).name == path_or_name
    return SHIPPED / path_or_name if named and not Path(path_or_name).is_dir() else Path(path_or_name)


def _read(folder: Path, faults: FaultList) -> Pack | None:
    head = read_head(folder, faults)
    _check_files(folder, faults)
    limits, rules = read_limits(folder, faults)
    sheets = {table.file: read_sheet(folder, table, faults) for table in TABLES}
    for sheet in sheets.values():
        _check_references(sheet, sheets, faults)
    before = len(faults.faults)
    areas = read_areas(folder, _with_area(sheets), faults)
    outline = read_outline(folder, faults)
    land_known = len(faults.faults) == before
    _check_domains(sheets, faults)
    _check_people(sheets, faults)
    if land_known:
        _check_inside(sheets, outline, areas, faults)
    for line in sheets[SQUADS.file].lines:
        line.values["area"] = areas.get(line.values["code"])
    if head is None or faults.faults:
        return None
    return Pack(head, limits, rules, _made(sheets[CALENDAR.file]), _made(sheets[DOMAINS.file]),
                _made(sheets[SQUADS.file]), _made(sheets[WORKSTATIONS.file]), _made(sheets[PEOPLE.file]),
                _made(sheets[MATTERS.file]), _made(sheets[GAZETTEER.file]), outline)  # fmt: skip


def _made(sheet: Sheet) -> tuple[Any, ...]:
    return tuple(sheet.table.make(**line.values) for line in sheet.lines if line.whole)


def _check_files(folder: Path, faults: FaultList) -> None:
    """A misspelt name of an optional file would otherwise be ignored in silence."""
    try:
        paths = sorted(folder.iterdir())
    except OSError as error:
        faults.file(folder.name, N_("The file cannot be read: {error}."), error=error.strerror or str(error))
        return
    for path in paths:
        if path.suffix in _KNOWN_ENDINGS and path.name not in _FILES:
            faults.file(path.name, N_("A pack has no such file. Known are: {known}."),
                        known=", ".join(sorted(_FILES)))  # fmt: skip


def _check_references(sheet: Sheet, sheets: Sheets, faults: FaultList) -> None:
    for column in sheet.table.columns:
        target = sheets.get(column.refers)
        if target is None or not target.readable:
            continue
        for line in sheet.lines:
            value = line.values[column.name]
            for code in value if isinstance(value, tuple) else (value,):
                if code and code not in target.keys:
                    line.whole = False
                    faults.add(sheet.table.file, line.row, column.name, code,
                               N_("No line of {file} has this code."), file=column.refers)  # fmt: skip


def _with_area(sheets: Sheets) -> dict[str, bool] | None:
    """Which squads may have an area, and whether they must; one of unreadable kind may."""
    squads = sheets[SQUADS.file]
    if not squads.readable:
        return None
    return {line.values["code"]: line.values["kind"] is Tier.TOWNSHIP for line in squads.lines
            if line.values["kind"] is not Tier.DIRECT and line.values["code"]}  # fmt: skip


def _whole(sheet: Sheet) -> Iterable[tuple[Line, dict[str, Any]]]:
    return ((line, line.values) for line in sheet.lines if line.whole)


def _check_domains(sheets: Sheets, faults: FaultList) -> None:
    """A matter's domain decides who acts: township squads or direct squads (DOMAIN section 1)."""
    tiers = {values["code"]: values["tier"] for _line, values in _whole(sheets[DOMAINS.file])}
    served = {code for line in sheets[SQUADS.file].lines for code in line.values["domains"]}
    for line, squad in _whole(sheets[SQUADS.file]):
        for code in squad["domains"]:
            if tiers.get(code, squad["kind"]) is not squad["kind"]:
                faults.add(SQUADS.file, line.row, "domains", code,
                           N_("This domain belongs to the {tier} squads."), tier=tiers[code])  # fmt: skip
    for line, matter in _whole(sheets[MATTERS.file]):
        if tiers.get(matter["domain"], matter["tier"]) is not matter["tier"]:
            faults.add(MATTERS.file, line.row, "tier", matter["tier"].value,
                       N_("The domain {domain} belongs to the {tier} squads."),
                       domain=matter["domain"], tier=tiers[matter["domain"]])  # fmt: skip
    for code, row in sheets[DOMAINS.file].keys.items():
        if code not in served and sheets[SQUADS.file].readable:
            faults.add(DOMAINS.file, row, "code", code, N_("No squad acts in this domain."))


def _check_people(sheets: Sheets, faults: FaultList) -> None:
    for line, person in _whole(sheets[PEOPLE.file]):
        if not person["squad"] and _IN_A_SQUAD.intersection(person["roles"]):
            faults.add(PEOPLE.file, line.row, "squad", person["login"],
                       N_("A captain, an instructor or an officer belongs to a squad."))  # fmt: skip
        if not person["workstation"] and Role.KEEPER in person["roles"]:
            faults.add(PEOPLE.file, line.row, "workstation", person["login"],
                       N_("A keeper belongs to a workstation."))  # fmt: skip


def _check_inside(
    sheets: Sheets, outline: Geometry | None, areas: Mapping[str, Geometry], faults: FaultList
) -> None:
    """Everything stands on the district's land: inside its outline, or else inside its areas."""
    land = shape(outline) if outline else shapely.union_all([shape(area) for area in areas.values()])
    if land.is_empty:
        return
    per_lon, per_lat = places.metres_per_degree(land.centroid.y)
    near = land.buffer(COAST / min(per_lon, per_lat))
    shapely.prepare(near)
    for sheet in (sheets[SQUADS.file], sheets[WORKSTATIONS.file], sheets[GAZETTEER.file]):
        lines = [line for line, _values in _whole(sheet)]
        positions = [(line.values["lon"], line.values["lat"]) for line in lines]
        for line, position in zip(lines, positions, strict=True):
            if not shapely.contains_xy(near, *position):
                faults.add(sheet.table.file, line.row, "lon, lat", "{}, {}".format(*position),
                           N_("This position is outside the district."))  # fmt: skip
