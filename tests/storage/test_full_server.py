"""The server's disk is full: a small one of memory, which only root may make."""

import os
import secrets
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest
from sqlalchemy import func, select

from commandcenter.domain.contacts import Note
from commandcenter.domain.work import Work
from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken
from tests.postgres import Cluster
from tests.storage.deeds import note, written

MEGABYTE = 1 << 20
ROOM, BALLAST = 48 * MEGABYTE, 8 * MEGABYTE


@pytest.fixture
def small_disk(postgres: Cluster) -> Iterator[Path]:
    """A disk of a few megabytes that belongs to the server's user, some of it taken."""
    folder = Path(tempfile.mkdtemp(prefix="ccfull-", dir="/tmp"))
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", f"size={ROOM}", "tmpfs", folder], check=False,
                             capture_output=True, text=True)  # fmt: skip
    if mounted.returncode != 0:
        folder.rmdir()
        pytest.skip(f"no small disk can be made here: {mounted.stderr.strip()}")
    try:
        owner = postgres.socket.stat()
        os.chown(folder, owner.st_uid, owner.st_gid)
        (folder / "ballast").write_bytes(bytes(BALLAST))
        (folder / "space").mkdir()
        os.chown(folder / "space", owner.st_uid, owner.st_gid)
        yield folder
    finally:
        subprocess.run(["umount", "--lazy", folder], check=True)
        folder.rmdir()


@pytest.fixture
def cramped(postgres: Cluster, built_name: str, small_disk: Path) -> Iterator[str]:
    """A database that lies there; its server's log lies elsewhere."""
    name = postgres.create(built_name)
    with postgres.connect() as over:
        over.execute(f"CREATE TABLESPACE cramped LOCATION '{small_disk / 'space'}'")
        over.execute(f"ALTER DATABASE {name} SET TABLESPACE cramped")
    yield postgres.url(name)
    postgres.drop(name)
    with postgres.connect() as over:
        over.execute("DROP TABLESPACE cramped")


def test_on_a_full_server_it_is_said_in_words_and_nothing_acknowledged_is_lost_and_nothing_half_stays(
    cramped: str, small_disk: Path
) -> None:
    def much(work: Work) -> None:
        work.add(note(secrets.token_hex(MEGABYTE // 8)))  # chance cannot be made smaller
        work.add(note(secrets.token_hex(MEGABYTE // 8)))

    kept = 0
    with Database.open(cramped) as database:
        with suppress(Unavailable):
            for _n in range(100):
                database.run("note", None, "t", much)
                kept += 2
        assert 0 < kept < 200
        with pytest.raises(Unavailable, match="no room left on the disk"):
            database.run("note", None, "t", much)
        with database.reading() as session:
            assert session.scalar(select(func.count()).select_from(Note)) == kept
            assert first_broken(session) is None
        (small_disk / "ballast").unlink()
        database.run("note", None, "t", much)
        written(database)
