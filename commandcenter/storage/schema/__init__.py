"""The schema: Alembic's numbered steps, run from the program without a configuration file.

To look how old a database is, which every start does, Alembic itself is not needed, and not loaded.
"""

from enum import Enum
from pathlib import Path

from sqlalchemy import Connection, inspect, text

FOLDER = Path(__file__).resolve().parent
_TABLE = "alembic_version"


class Age(Enum):
    """How a database's schema compares with this program's."""

    NONE = "none"
    OLDER = "older"
    SAME = "same"
    NEWER = "newer"


def steps() -> list[str]:
    """The numbers of the steps this program knows, in order: what their files' names begin with."""
    return sorted(file.name.partition("_")[0] for file in (FOLDER / "versions").glob("[0-9]*.py"))


def head() -> str:
    """The number of the newest step this program knows."""
    return steps()[-1]


def version(connection: Connection) -> str:
    """The number of the step a database is at; empty where there is no schema yet."""
    if not inspect(connection).has_table(_TABLE):
        return ""
    return connection.scalar(text(f"SELECT version_num FROM {_TABLE}")) or ""  # noqa: S608 – a constant


def age(connection: Connection) -> Age:
    """Whether the database's schema is missing, older, the same or newer than this program's."""
    at = version(connection)
    if not at:
        return Age.NONE
    known = steps()
    if at not in known:
        return Age.NEWER
    return Age.SAME if at == known[-1] else Age.OLDER


def upgrade(connection: Connection) -> None:
    """Build or bring up to date, inside the transaction the connection is in."""
    from alembic import command  # slow to load, and needed once in a database's life
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
