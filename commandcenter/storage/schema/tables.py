"""Every table of the program, gathered in one place: what a migrated database must look like."""

from sqlalchemy import MetaData

from commandcenter.domain import (
    assignments,
    cases,
    complaints,
    contacts,
    journal,
    matters,
    people,
    rulings,
    search,
    sightings,
    units,
)
from commandcenter.domain.record import Record, Table
from commandcenter.storage import numbers

_DECLARED_IN = (
    assignments, cases, complaints, contacts, journal, matters, people, rulings, search, sightings, units, numbers,
)  # fmt: skip


def metadata() -> MetaData:
    """The tables as the mappings declare them."""
    return Table.metadata


def record_types() -> dict[str, type[Record]]:
    """Every kind of record by its word."""
    return {mapper.class_.kind(): mapper.class_ for mapper in Table.registry.mappers if issubclass(mapper.class_, Record)}
