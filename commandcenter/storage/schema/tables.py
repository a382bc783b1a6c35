"""Every table of the program, gathered in one place: what a migrated database must look like."""

from functools import cache
from typing import cast

from sqlalchemy import MetaData
from sqlalchemy import Table as SqlTable

from commandcenter.domain import (
    assignments,
    attendance,
    cases,
    complaints,
    contacts,
    handover,
    inspection,
    journal,
    matters,
    people,
    presence,
    rulings,
    search,
    shifts,
    sightings,
    signs,
    tallies,
    travel,
    units,
    walls,
)
from commandcenter.domain.record import Record, Table
from commandcenter.storage import numbers

_DECLARED_IN = (
    assignments, attendance, cases, complaints, contacts, handover, inspection, journal, matters, people, presence,
    rulings, search, shifts, sightings, signs, tallies, travel, units, walls, numbers,
)  # fmt: skip


def metadata() -> MetaData:
    """The tables as the mappings declare them."""
    return Table.metadata


@cache
def record_types() -> dict[str, type[Record]]:
    """Every kind of record by its word."""
    classes = (mapper.class_ for mapper in Table.registry.mappers)
    return {kind.kind(): kind for kind in classes if issubclass(kind, Record)}


def table_of(mapped: type[Table]) -> SqlTable:
    """The table a class is mapped to."""
    return cast(SqlTable, mapped.__table__)
