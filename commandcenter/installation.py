"""Setting a database up: the schema brought to this version, and a district pack in it."""

from typing import Any

from commandcenter.domain.people import Person, Role
from commandcenter.exchange.pack_loading import load
from commandcenter.exchange.pack_parts import Pack
from commandcenter.operations.signing import hashed
from commandcenter.storage.database import Database

STATION = "ctl"


def administrator() -> Person:
    """Who acts when a command of the system's administrator writes: the system itself, not a person."""
    return Person(
        id="", login="ctl", name_zh="系统", name_en="system", disabled=False,
        roles=[str(Role.ADMINISTRATOR), str(Role.OPERATOR)],
    )  # fmt: skip


def install(url: str, pack: Pack) -> dict[str, Any]:
    """Bring the schema at ``url`` up to date and load the pack; returns how much of everything it holds."""
    database = Database.create(url)
    try:
        database.run("load_pack", administrator(), STATION, lambda work: load(work, pack, hashed))
    finally:
        database.close()
    return {
        "pack": pack.head.code, "squads": len(pack.squads), "workstations": len(pack.workstations),
        "people": len(pack.people), "matters": len(pack.matters), "places": len(pack.places),
    }  # fmt: skip
