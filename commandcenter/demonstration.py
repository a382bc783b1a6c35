"""The demonstration database: the shipped district with a simulated morning behind it."""

from pathlib import Path

from commandcenter.settings import sqlite_url
from commandcenter.storage.database import Database
from commandcenter.storage.engines import address

PACK = "west-coast"
SEED = 20_261_123


def make_demonstration(url: str, *, minutes: float) -> bool:
    """Make it where it is not there yet; False where it was. It appears whole or not at all."""
    target = address(url)
    if target.get_backend_name() == "sqlite":
        return _make_file(Path(target.database or ""), minutes)
    if _has_district(url):
        return False
    _fill(url, minutes)
    return True


def _make_file(path: Path, minutes: float) -> bool:
    """An unfinished file bears another name, so that a stop half-way leaves nothing that looks finished."""
    if path.exists():
        return False
    unfinished = path.with_suffix(".unfinished")
    for part in (unfinished, *(unfinished.with_name(unfinished.name + end) for end in ("-wal", "-shm"))):
        part.unlink(missing_ok=True)
    _fill(sqlite_url(unfinished), minutes)
    unfinished.rename(path)
    return True


def _has_district(url: str) -> bool:
    from commandcenter.domain.units import District

    database = Database.create(url)
    try:
        with database.reading() as session:
            return session.query(District).first() is not None
    finally:
        database.close()


def _fill(url: str, minutes: float) -> None:
    from commandcenter.exchange.packs import read_pack
    from commandcenter.installation import install
    from commandcenter.simulation import live

    install(url, read_pack(PACK))
    live(url, minutes=minutes, seed=SEED)
