"""A database file that is moved away under an open program is as gone as a server that was stopped."""

import shutil
from pathlib import Path

import pytest
from sqlalchemy import select

from commandcenter.errors import Unavailable
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.storage.deeds import written


@pytest.fixture
def path(built_file: Path, tmp_path: Path) -> Path:
    """A database file."""
    return Path(shutil.copy(built_file, tmp_path / "district.sqlite"))


def test_a_file_that_was_moved_away_takes_no_change_anywhere_and_is_back_when_it_is_put_back(
    path: Path, tmp_path: Path
) -> None:
    elsewhere = tmp_path / "elsewhere.sqlite"
    with Database.open(str(path)) as database:
        feed = Feed(database)
        feed.start()
        seen = written(database)
        assert [line.key for line in feed.read()] == [seen.id]
        path.rename(elsewhere)
        before = elsewhere.stat().st_size
        with pytest.raises(Unavailable, match="is gone: it was moved or deleted"):
            written(database)
        with pytest.raises(Unavailable, match="is gone"), database.reading() as session:
            session.scalar(select(1))
        with pytest.raises(Unavailable, match="is gone"):
            feed.read()
        assert not path.exists(), "no empty file is made in its place"
        assert elsewhere.stat().st_size == before
        elsewhere.rename(path)
        later = written(database)
        assert [line.key for line in feed.read()] == [later.id]
        feed.close()


def test_another_file_in_its_place_is_not_written_to(path: Path, built_file: Path, tmp_path: Path) -> None:
    with Database.open(str(path)) as database:
        written(database)
        path.rename(tmp_path / "elsewhere.sqlite")
        shutil.copy(built_file, path)
        with pytest.raises(Unavailable, match="Another file lies where the database"):
            written(database)
    assert path.read_bytes() == built_file.read_bytes()
