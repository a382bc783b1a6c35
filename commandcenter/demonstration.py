"""The demonstration database: the shipped district with a simulated morning behind it."""

from collections.abc import Callable
from pathlib import Path

from commandcenter.settings import sqlite_url
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address

PACK = "west-coast"
SEED = 20_261_123


def make_demonstration(
    url: str, *, minutes: float, progress: Callable[[float], None] = lambda _share: None
) -> bool:
    """Make it where it is not there yet; False where it was.

    A file appears whole or not at all. On a server a district that nobody has called yet was left by a stop
    half-way, and is filled now; a stop later on leaves a shorter morning.
    """
    target = address(url)
    if target.get_backend_name() == "sqlite":
        return _make_file(Path(target.database or ""), minutes, progress)
    if _stands(url):
        return False
    _fill(url, minutes, progress)
    return True


def _make_file(path: Path, minutes: float, progress: Callable[[float], None]) -> bool:
    """An unfinished file bears another name, so that a stop half-way leaves nothing that looks finished."""
    if path.exists():
        return False
    unfinished = path.with_suffix(".unfinished")
    for part in (unfinished, *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm"))):
        part.unlink(missing_ok=True)
    _fill(sqlite_url(unfinished), minutes, progress)
    unfinished.rename(path)
    return True


def _stands(url: str) -> bool:
    """Whether there is another district, or this one with at least the beginning of its morning."""
    from commandcenter.domain.complaints import Complaint
    from commandcenter.domain.units import District

    database = Database.create(url)
    try:
        with database.reading() as session:
            district = session.query(District).first()
            if district is None:
                return False
            return district.pack != PACK or session.query(Complaint.id).first() is not None
    finally:
        database.close()


def _fill(url: str, minutes: float, progress: Callable[[float], None]) -> None:
    from commandcenter.exchange.packs import read_pack
    from commandcenter.installation import install
    from commandcenter.simulation import live

    install(url, read_pack(PACK))
    live(url, minutes=minutes, seed=SEED, progress=progress)
