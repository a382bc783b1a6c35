"""Addresses: what is shown of one, wherever it is shown."""

import pytest

from commandcenter.errors import Refused
from commandcenter.settings import spoken_url
from commandcenter.storage.engines import address, shown

SPOKEN = {
    "postgresql://me:secret@host/name": "postgresql://me:***@host/name",
    "postgresql://me:sec@ret@host:5433/name": "postgresql://me:***@host:5433/name",
    "postgresql://me:sec/ret@host/name": "postgresql://me:***@host/name",
    "postgresql://me:s:ecret@host/name": "postgresql://me:***@host/name",
    "postgresql:///name?user=me&password=secret": "postgresql:///name?user=me",
    "postgresql:///name?host=/run&sslpassword=secret": "postgresql:///name?host=/run",
    "postgresql://me:secret@/name?host=one:5432&host=two:5433": "postgresql://me:***@/name?host=one:5432&host=two:5433",
    "postgresql://me:secret@/name?host=one,two&target_session_attrs=read-write":
        "postgresql://me:***@/name?host=one,two&target_session_attrs=read-write",
    "postgresql:///name?host=one,two&application_name=a%26b+c": "postgresql:///name?application_name=a%26b+c&host=one,two",
    "postgresql://me@host/name": "postgresql://me@host/name",
    "sqlite:////tmp/a.sqlite": "sqlite:////tmp/a.sqlite",
}


@pytest.mark.parametrize("url", SPOKEN)
def test_an_address_is_shown_without_its_password_wherever_it_stands(url: str) -> None:
    assert spoken_url(url) == SPOKEN[url]
    assert spoken_url(SPOKEN[url]) == SPOKEN[url]


@pytest.mark.parametrize("url", [url for url in SPOKEN if url.startswith("postgresql")])
def test_a_database_tells_where_it_is_without_any_part_of_the_password(url: str) -> None:
    assert shown(address(url)) == SPOKEN[url].replace("postgresql:", "postgresql+psycopg:")


@pytest.mark.parametrize("url", ["postgresql://me:secret@host:port/name", "mysql://me:secret@host/name"])
def test_what_is_no_address_is_refused_without_its_password(url: str) -> None:
    with pytest.raises(Refused) as refused:
        address(url)
    assert "secret" not in str(refused.value)
    assert url.partition("://")[0] in str(refused.value)
