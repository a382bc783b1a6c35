"""A pack loaded again over a district that lives: what it no longer names, and what people did by hand."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest

from commandcenter.domain.people import Person, Role
from commandcenter.domain.units import Setting, Squad
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.exchange.pack_parts import Pack
from commandcenter.exchange.packs import read_pack
from commandcenter.installation import administrator, install
from commandcenter.operations.administering import set_rule
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.storage.database import Database

TINY = Path(__file__).resolve().parents[1] / "packs" / "tiny"


@pytest.fixture
def tiny() -> Pack:
    return read_pack(str(TINY))


@contextmanager
def district(url: str) -> Iterator[Database]:
    with Database.open(url) as database:
        yield database


def person(database: Database, login: str) -> Person:
    with database.reading() as session:
        return session.query(Person).where(Person.login == login).one()


def disable(database: Database, login: str, disabled: bool = True) -> None:
    key = person(database, login).id
    database.run("edit", None, "test", lambda work: setattr(work.get(Person, key), "disabled", disabled))


def test_who_has_left_the_pack_can_no_longer_act_and_who_comes_back_can(database_url: str, tiny: Pack) -> None:
    install(database_url, tiny)
    install(database_url, replace(tiny, people=tuple(p for p in tiny.people if p.login != "north-1")))
    with district(database_url) as database:
        left = person(database, "north-1")
        assert left.disabled
        assert not person(database, "north-captain").disabled
        with pytest.raises(NotAllowed, match="not in use any more"):
            database.run("try", left, "test", lambda work: work.actor)
    install(database_url, tiny)
    with district(database_url) as database:
        assert not person(database, "north-1").disabled


def test_whoever_was_added_or_put_out_of_use_by_hand_is_left_alone(database_url: str, tiny: Pack) -> None:
    install(database_url, tiny)
    with district(database_url) as database:
        def add(work: Work) -> None:
            work.add(Person(login="newcomer", name_zh="新人", name_en="New", roles=[str(Role.OFFICER)]))
            work.add(Squad(code="extra", name_zh="机动", name_en="Extra", tier="direct", domains=[]))

        database.run("hire", None, "test", add)
        disable(database, "north-1")
    install(database_url, tiny)
    with district(database_url) as database:
        assert not person(database, "newcomer").disabled
        assert person(database, "north-1").disabled
        with database.reading() as session:
            assert not session.query(Squad).where(Squad.code == "extra").one().disabled


def test_roles_an_administrator_has_changed_are_not_the_pack_s_any_more(database_url: str, tiny: Pack) -> None:
    install(database_url, tiny)
    with district(database_url) as database:
        changed, kept = person(database, "north-1"), person(database, "south-captain")
        Office(database, administrator(), "test").change_roles(changed.id, Belonging([str(Role.INSPECTOR)]))
    install(database_url, tiny)
    with district(database_url) as database:
        assert (person(database, "north-1").roles, person(database, "north-1").squad_id) == (["inspector"], None)
        assert person(database, "south-captain").roles == kept.roles


def test_limits_and_rules_the_pack_no_longer_names_are_the_program_s_own_again(database_url: str, tiny: Pack) -> None:
    install(database_url, tiny)
    with district(database_url) as database:
        assert str(database.rules().limit("accept", "urgent")) == "10 min"
        assert database.rules().text("extension.max") == "4 wd"
        database.run("set_rule", administrator(), "test", lambda work: set_rule(work, "duplicate.metres", "300"))
    install(database_url, replace(tiny, limits=(), rules=()))
    with district(database_url) as database:
        assert str(database.rules().limit("accept", "urgent")) == "15 min"
        assert database.rules().text("extension.max") == "10 wd"
        assert database.rules().number("duplicate.metres") == 300, "somebody ruled so by hand"
        with database.reading() as session:
            assert session.query(Setting).where(Setting.name == "extension.max").one().source == ""
