"""Setting a database up: the schema brought to this version, and a district pack in it."""

import os
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import Any

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import new_key
from commandcenter.exchange.pack_loading import load
from commandcenter.exchange.pack_parts import Pack
from commandcenter.operations.signing import hashed
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address

STATION = "ctl"


def administrator() -> Person:
    """Who acts when a command of the system's administrator writes: the system itself, not a person."""
    return Person(
        id="", login="ctl", name_zh="系统", name_en="system", disabled=False,
        roles=[str(Role.ADMINISTRATOR), str(Role.OPERATOR)],
    )  # fmt: skip


@contextmanager
def taken_back(url: str) -> Iterator[None]:
    """Take a new database file away again where setting it up fails: an empty one would pass for a district."""
    where = address(url)
    file = Path(where.database or "") if where.get_backend_name() == "sqlite" else None
    new = file is not None and not os.path.lexists(file)
    try:
        yield
    except BaseException:
        if file is not None and new:
            for part in (file, file.with_name(file.name + "-wal"), file.with_name(file.name + "-shm")):
                with suppress(OSError):
                    part.unlink()
        raise


def install(url: str, pack: Pack) -> dict[str, Any]:
    """Bring the schema at ``url`` up to date and load the pack; returns how much of everything it holds.

    ``changed`` is how many records that made or altered: none where the same pack was loaded before.
    A new file appears whole or not at all.
    """
    with taken_back(url), closing(Database.create(url)) as database:
        loading = new_key()
        database.run(
            "load_pack", administrator(), STATION, lambda work: load(work, pack, hashed), loading, fresh=True
        )
        with database.reading() as session:  # of others, who may do the same at the same time, nothing is counted
            changed = session.query(JournalLine).filter_by(operation_id=loading).count()
    return {
        "changed": changed,
        "pack": pack.head.code, "squads": len(pack.squads), "workstations": len(pack.workstations),
        "people": len(pack.people), "matters": len(pack.matters), "places": len(pack.places),
    }  # fmt: skip
