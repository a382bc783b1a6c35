"""Plants words wherever words may stand, in every column that is not public by its nature: for the wall's tests."""

from typing import Any

from sqlalchemy import JSON, Column, Connection, String, Text, UniqueConstraint, cast, func, literal, text, update

from commandcenter.storage.schema.tables import metadata

PUBLIC = {
    "case_file": {"number", "state", "urgency", "origin", "rung"},
    "assignment": {"state", "part", "urgency"},
    "complaint": {"number", "channel", "state", "urgency"},
    "matter": {"code", "name_zh", "name_en", "domain", "tier"},
    "matter_domain": {"code", "name_zh", "name_en", "tier"},
    "squad": {"code", "name_zh", "name_en", "tier", "area"},
    "place": {"code", "sort", "name_zh", "name_en"},
    "district": {"pack", "name_zh", "name_en", "centre_zh", "centre_en", "timezone", "hours", "shifts", "outline"},
    "setting": {"name", "value"},
    "wall": {"name", "scene", "look"},
}
"""What a district says of itself, and states: not what anybody tells about a person. Everything else is planted."""
_STEERS = {"person": {"roles"}, "case_file": {"sealed_for"}, "assignment": {"pauses"}}
"""What is no words at all, and would change what is to be seen."""
_LEFT_ALONE = {"journal", "alembic_version", "search_row", "kept_verifier", "missed_login", "number_day"}
ROOM = 32
"""Characters that a column must have room for."""


def planted_columns() -> dict[str, list[str]]:
    """By table the columns that words are planted in."""
    found = {}
    for name, table in metadata().tables.items():
        if name not in _LEFT_ALONE:
            kept = PUBLIC.get(name, set()) | _STEERS.get(name, set())
            found[name] = [c.name for c in table.columns if c.name not in kept and _holds_words(c)]
    return {name: columns for name, columns in found.items() if columns}


def plant(connection: Connection, words: str) -> int:
    """Put the words into each of those columns of every row, past every guard; how many rows that met."""
    if connection.dialect.name == "postgresql":
        connection.execute(text("SET LOCAL session_replication_role = replica"))
    met = 0
    for name, columns in planted_columns().items():
        table = metadata().tables[name]
        values = {column: _value(connection, table.c[column], words) for column in columns}
        met += connection.execute(update(table).values(values)).rowcount
    return met


def _holds_words(column: Column[Any]) -> bool:
    if isinstance(column.type, JSON):
        return True
    keyed = column.primary_key or column.name.endswith("_id") or column.name in {"id", "key"}
    wide = isinstance(column.type, String) and (column.type.length is None or column.type.length >= ROOM)
    return wide and not keyed


def _value(connection: Connection, column: Column[Any], words: str) -> Any:
    """The words; with the end of the key where a column has to tell rows apart."""
    if isinstance(column.type, JSON):
        return [words]
    key = next(iter(column.table.primary_key))
    end = func.right(cast(key, Text), 4) if connection.dialect.name == "postgresql" else func.substr(key, -4)
    alone = any(column.name in one.columns for one in column.table.constraints if isinstance(one, UniqueConstraint))
    return literal(words) + end if alone or column.unique else words
