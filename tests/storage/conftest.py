"""A fresh database of each kind, and somebody who works in it."""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from commandcenter.domain.people import Person
from commandcenter.storage.database import Database
from tests.postgres import Cluster, private_cluster, standby_of
from tests.storage.deeds import hired


@pytest.fixture(scope="session")
def built_file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """An SQLite file with the schema and nothing in it, to be copied."""
    path = tmp_path_factory.mktemp("built") / "built.sqlite"
    Database.create(str(path)).close()
    return path


@pytest.fixture(scope="session")
def built_name(postgres: Cluster) -> str:
    """A PostgreSQL database with the schema and nothing in it, to be copied."""
    name = postgres.create()
    Database.create(postgres.url(name)).close()
    return name


@pytest.fixture
def file_url(built_file: Path, tmp_path: Path) -> str:
    """The address of a fresh SQLite database with its schema."""
    return f"sqlite:///{shutil.copy(built_file, tmp_path / 'district.sqlite')}"


@pytest.fixture
def pair() -> Iterator[tuple[Cluster, Cluster]]:
    """A server and the standby that confirms its commits."""
    with private_cluster() as primary, standby_of(primary) as standby:
        yield primary, standby


@pytest.fixture
def server_url(postgres: Cluster, built_name: str) -> Iterator[str]:
    """The address of a fresh PostgreSQL database with its schema."""
    name = postgres.create(built_name)
    yield postgres.url(name)
    postgres.drop(name)


@pytest.fixture(params=["file_url", "server_url"], ids=["sqlite", "postgresql"])
def built_url(request: pytest.FixtureRequest) -> str:
    """The address of a fresh database with its schema: the test runs once on each kind."""
    url: str = request.getfixturevalue(request.param)
    return url


@pytest.fixture
def database(built_url: str) -> Iterator[Database]:
    """A fresh database, open."""
    with Database.open(built_url) as opened:
        yield opened


@pytest.fixture
def ann(database: Database) -> Person:
    """An operator."""
    return hired(database, "ann", name_en="Ann", name_zh="安")
