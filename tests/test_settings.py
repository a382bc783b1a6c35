"""Addresses: what is shown of one, wherever it is shown."""

import pytest

from commandcenter.errors import Refused
from commandcenter.settings import shared, spoken_url
from commandcenter.storage.engines import address, server_words, shown

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
    "postgresql://me:sec@ret@one:5432,two:5433/name?sslmode=require":
        "postgresql://me:***@/name?host=one,two&port=5432,5433&sslmode=require",
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


@pytest.mark.parametrize(("hosts", "named"), [
    ("one:5432,two:5433", {"host": "one,two", "port": "5432,5433"}),
    ("one,two:5433", {"host": "one,two", "port": ",5433"}),
    ("one,two", {"host": "one,two", "port": ","}),
    ("[fe80::1]:5432,[fe80::2]:5433", {"host": "fe80::1,fe80::2", "port": "5432,5433"}),
    ("%2Frun%2Fone,%2Frun%2Ftwo", {"host": "/run/one,/run/two", "port": ","}),
])  # fmt: skip
def test_several_servers_may_stand_in_an_address_as_postgresql_writes_them(hosts: str, named: dict[str, str]) -> None:
    read = address(f"postgresql://me@{hosts}/name?bell=poll")
    words = server_words(read, "")
    assert {name: words[name] for name in ("host", "port")} == named
    assert (words["user"], words["dbname"], words["target_session_attrs"]) == ("me", "name", "read-write")
    assert not shared(f"postgresql://me@{hosts}/name")
    assert shared(f"postgresql://{hosts}/name")
    assert shared(f"postgresql://{hosts}")


def test_a_password_that_looks_like_a_list_of_servers_is_none() -> None:
    assert spoken_url("postgresql://me:1,2/3@host/name") == "postgresql://me:***@host/name"


@pytest.mark.parametrize("hosts", ["one:5432,two:port", "one:1:2,two", "one,two/name?host=three"])
def test_servers_that_cannot_be_told_apart_are_refused(hosts: str) -> None:
    with pytest.raises(Refused, match="is no database address"):
        address(f"postgresql://{hosts}")
