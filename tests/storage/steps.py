"""A schema as an older program left it."""

from alembic import command
from alembic.config import Config

from commandcenter.storage import schema
from commandcenter.storage.database import Database


def step_to(database: Database, number: str) -> None:
    """Build the schema up to a step."""
    with database.engine.begin() as connection:
        config = Config()
        config.set_main_option("script_location", str(schema.FOLDER))
        config.attributes["connection"] = connection
        command.upgrade(config, number)
