"""The demonstration on a server, where nothing can be put in place by renaming a file."""

import pytest

from commandcenter.demonstration import PACK, make_demonstration
from commandcenter.domain.complaints import Complaint
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import install
from commandcenter.storage.database import Database


@pytest.mark.usefixtures("midday")
def test_a_demonstration_left_half_way_on_a_server_is_filled_by_the_next_try(postgres_url: str) -> None:
    install(postgres_url, read_pack(PACK))
    assert make_demonstration(postgres_url, minutes=20)
    with Database.open(postgres_url) as database, database.reading() as session:
        assert session.query(Complaint).count() > 0
    assert not make_demonstration(postgres_url, minutes=20)
