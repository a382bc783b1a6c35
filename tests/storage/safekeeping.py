"""Backups of a house, and all that a database holds."""

from pathlib import Path
from typing import Any

from sqlalchemy import select

from commandcenter.storage.backups import Backup, back_up
from commandcenter.storage.database import Database
from commandcenter.storage.schema.tables import metadata
from tests.house import House


def everything(url: str) -> dict[str, list[Any]]:
    """Every row of every table."""
    with Database.open(url) as database, database.engine.connect() as connection:
        return {
            table.name: sorted(map(repr, connection.execute(select(table)))) for table in metadata().sorted_tables
        }


def backed_up(house: House, folder: Path, keep: int = 9) -> Backup:
    """A backup of the house."""
    house.later(seconds=1)
    return back_up(house.database, folder, keep=keep)


def places_in(path: Path) -> list[int]:
    """Places all over a file at which it may be damaged."""
    size = path.stat().st_size
    return [0, 40, size // 7, size // 3, size // 2, size * 4 // 5, size - 30]
