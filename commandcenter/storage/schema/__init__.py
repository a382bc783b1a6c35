"""The schema: Alembic's numbered steps, run from the program without a configuration file."""

from enum import Enum
from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection

FOLDER = Path(__file__).resolve().parent


class Age(Enum):
    """How a database's schema compares with this program's."""

    NONE = "none"
    OLDER = "older"
    SAME = "same"
    NEWER = "newer"


def head() -> str:
    """The number of the newest step this program knows."""
    return str(ScriptDirectory(str(FOLDER)).get_current_head())


def version(connection: Connection) -> str:
    """The number of the step a database is at; empty where there is no schema yet."""
    return MigrationContext.configure(connection).get_current_revision() or ""


def age(connection: Connection) -> Age:
    """Whether the database's schema is missing, older, the same or newer than this program's."""
    at = version(connection)
    if not at:
        return Age.NONE
    known = {step.revision for step in ScriptDirectory(str(FOLDER)).walk_revisions()}
    if at not in known:
        return Age.NEWER
    return Age.SAME if at == head() else Age.OLDER


def upgrade(connection: Connection) -> None:
    """Build or bring up to date, inside the transaction the connection is in."""
    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")
