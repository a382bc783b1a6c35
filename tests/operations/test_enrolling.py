"""Who belongs: people are added, given roles, put out of use, given new passwords; who may, and who stays."""

from collections.abc import Callable
from dataclasses import dataclass, field
from functools import cache

import pytest

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Credential, Person, Role
from commandcenter.domain.record import Key
from commandcenter.domain.work import Work
from commandcenter.errors import Conflict, Incomplete, NotAllowed, Refused
from commandcenter.operations import enrolling
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from commandcenter.operations.signing import hashed, sign_in
from tests.house import House
from tests.operations.at_once import Act, at_once

PASSWORD, OTHER = "open sesame", "open barley"
OPERATOR = Belonging([Role.OPERATOR])


@dataclass
class Deed(Act):
    """What an administrator does at the same moment as another one."""

    body: Callable[[Work], Key] = field(kw_only=True)

    def make(self, work: Work) -> Key:
        return self.body(work)


_hashed_once = cache(hashed)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """Making a hash takes long on purpose; each password is hashed once."""
    monkeypatch.setattr(enrolling, "hashed", _hashed_once)

def office(house: House, login: str = "adam") -> Office:
    """Where somebody administers people."""
    return Office(house.database, house.person(login), "desk 1")


def newcomer(login: str = "nina", belonging: Belonging = OPERATOR) -> Newcomer:
    return Newcomer(login, "妮娜", "Nina", belonging)


def lines(house: House, operation: str) -> list[JournalLine]:
    with house.database.reading() as session:
        return list(session.query(JournalLine).where(JournalLine.operation == operation).order_by(JournalLine.seq))


def test_somebody_who_is_added_signs_in_and_the_journal_knows_who_added_them(house: House) -> None:
    key = office(house).add(newcomer(), PASSWORD)
    assert sign_in(house.database, "nina", PASSWORD, "desk 2").id == key
    person = house.get(Person, key)
    assert (person.login, person.name_zh, person.name_en, person.roles) == ("nina", "妮娜", "Nina", ["operator"])
    written = lines(house, "add_person")
    assert {(line.kind, line.actor_id, line.station) for line in written} == {
        ("person", house.keys["adam"], "desk 1"), ("credential", house.keys["adam"], "desk 1"),
    }  # fmt: skip
    assert "argon2" not in str([line.changes for line in written])


def test_a_new_password_opens_and_the_old_one_no_longer_does(house: House) -> None:
    key = office(house).add(newcomer(), PASSWORD)
    office(house).reset_password(key, OTHER)
    with pytest.raises(Refused, match="wrong"):
        sign_in(house.database, "nina", PASSWORD, "test")
    assert sign_in(house.database, "nina", OTHER, "test").id == key


def test_misses_are_forgotten_with_the_old_password(house: House) -> None:
    key = office(house).add(newcomer(), PASSWORD)
    for _miss in range(2):
        with pytest.raises(Refused):
            sign_in(house.database, "nina", "guess guess", "test")
        house.later(minutes=2)
    office(house).reset_password(key, OTHER)
    with house.database.reading() as session:
        assert session.query(Credential).where(Credential.person_id == key).one().failures == 0


def test_who_is_out_of_use_cannot_sign_in_until_they_are_let_in_again(house: House) -> None:
    key = office(house).add(newcomer(), PASSWORD)
    office(house).disable(key)
    with pytest.raises(NotAllowed, match="may not sign in any more"):
        sign_in(house.database, "nina", PASSWORD, "test")
    office(house).enable(key)
    assert sign_in(house.database, "nina", PASSWORD, "test").id == key


def test_roles_are_exactly_those_given_each_once(house: House) -> None:
    squad = Belonging([Role.OFFICER, Role.CAPTAIN, Role.OFFICER], house.keys["north"])
    office(house).change_roles(house.keys["ann"], squad)
    ann = house.person("ann")
    assert (ann.roles, ann.squad_id) == (["captain", "officer"], house.keys["north"])
    assert [line.changes["roles"] for line in lines(house, "change_roles")] == [[["operator"], ["captain", "officer"]]]


DEEDS: list[Callable[[Office, Key], Key]] = [
    lambda desk, _key: desk.add(newcomer(), PASSWORD),
    lambda desk, key: desk.change_roles(key, Belonging([Role.ADMINISTRATOR])),
    lambda desk, key: desk.disable(key),
    lambda desk, key: desk.enable(key),
    lambda desk, key: desk.reset_password(key, OTHER),
]


@pytest.mark.parametrize("login", ["ann", "sue", "ines", "carl", "walter"])
def test_only_administrators_change_who_belongs(small_house: House, login: str) -> None:
    for deed in DEEDS:
        with pytest.raises(NotAllowed, match="no right to change who belongs"):
            deed(office(small_house, login), small_house.keys["bob"])
    assert not [line for deed in ("add_person", "change_roles", "disable_person", "enable_person", "reset_password")
                for line in lines(small_house, deed)]  # fmt: skip


def test_nobody_puts_themselves_out_of_use_nor_out_of_office(small_house: House) -> None:
    office(small_house).change_roles(small_house.keys["sue"], Belonging([Role.SUPERVISOR, Role.ADMINISTRATOR]))
    with pytest.raises(NotAllowed, match="Nobody puts themselves out of use"):
        office(small_house).disable(small_house.keys["adam"])
    with pytest.raises(NotAllowed, match="Nobody takes the administrator's role from themselves"):
        office(small_house).change_roles(small_house.keys["adam"], OPERATOR)


def test_the_last_administrator_stays_even_for_the_program_itself(house: House) -> None:
    program = Person(id="", login="ctl", name_zh="", name_en="", roles=[str(Role.ADMINISTRATOR)], disabled=False)
    desk, adam, sue = Office(house.database, program, "ctl"), house.keys["adam"], house.keys["sue"]
    with pytest.raises(NotAllowed, match="is the last administrator"):
        desk.disable(adam)
    with pytest.raises(NotAllowed, match="is the last administrator"):
        desk.change_roles(adam, OPERATOR)
    desk.change_roles(sue, Belonging([Role.ADMINISTRATOR]))
    desk.disable(sue)  # who is out of use administers nothing
    with pytest.raises(NotAllowed, match="is the last administrator"):
        desk.disable(adam)
    desk.enable(sue)
    desk.disable(adam)
    assert house.person("adam").disabled


def test_of_two_administrators_who_put_each_other_out_of_use_at_once_one_stays(house: House) -> None:
    office(house).change_roles(house.keys["sue"], Belonging([Role.ADMINISTRATOR]))
    adam, sue = house.keys["adam"], house.keys["sue"]

    def against(key: Key) -> Callable[[Work], Key]:
        return lambda work: enrolling.disable_person(work, key)

    deeds = [Deed(actor, "disable_person", key, body=against(key)) for actor, key in (("adam", sue), ("sue", adam))]
    assert len(at_once(house, *deeds)) == 1
    assert [house.person(login).disabled for login in ("adam", "sue")].count(True) == 1


def test_two_who_add_the_same_login_at_once_make_one_person(house: House) -> None:
    office(house).change_roles(house.keys["sue"], Belonging([Role.ADMINISTRATOR]))

    def body(work: Work) -> Key:
        return enrolling.add_person(work, newcomer(), "hash")

    [refusal] = at_once(house, *(Deed(login, "add_person", "", body=body) for login in ("adam", "sue")))
    assert "taken already" in str(refusal)
    with house.database.reading() as session:
        assert session.query(Person).where(Person.login == "nina").count() == 1


def test_a_stale_view_of_somebody_changes_nothing(small_house: House) -> None:
    seen = small_house.person("bob").version
    office(small_house).change_roles(small_house.keys["bob"], Belonging([Role.INSPECTOR]), seen)
    with pytest.raises(Conflict, match="changed it first"):
        office(small_house).disable(small_house.keys["bob"], seen)
    with pytest.raises(Conflict, match="changed it first"):
        office(small_house).change_roles(small_house.keys["bob"], OPERATOR, seen)


@pytest.mark.parametrize("login", [
    "", "  ", "o'hara", 'a"b', "a b", "张伟", "-x", ".x", "x" * 64, "a;drop", "a\nb", "pg_read_all_data", "PG_x",
    "commandcenter_administrator", "postgres", "public", "Ａnn",
])  # fmt: skip
def test_what_cannot_be_a_login_is_refused_in_words(small_house: House, login: str) -> None:
    with pytest.raises(Incomplete) as refused:
        office(small_house).add(newcomer(login), PASSWORD)
    assert refused.value.field == "login"
    assert "{" not in str(refused.value)


@pytest.mark.parametrize("login", ["Nina", "n", "9", "nina.w-2_x", "x" * 63])
def test_what_can_be_a_login_is_taken_as_it_stands(small_house: House, login: str) -> None:
    assert small_house.get(Person, office(small_house).add(newcomer(f" {login} "), PASSWORD)).login == login


def test_logins_that_differ_only_in_their_capitals_are_not_two_people(small_house: House) -> None:
    with pytest.raises(Incomplete, match="“ann” is taken already, by Ann"):
        office(small_house).add(newcomer("ANN"), PASSWORD)


@pytest.mark.parametrize(("roles", "field", "said"), [
    ([], "roles", "at least one"),
    (["operator", "mayor"], "roles", "no role “mayor”"),
    (["wall", "operator"], "roles", "no other role"),
    (["officer"], "squad", "belongs to a squad"),
    (["keeper"], "workstation", "belongs to a workstation"),
])  # fmt: skip
def test_roles_that_cannot_be_are_refused_in_words(
    small_house: House, roles: list[str], field: str, said: str
) -> None:
    with pytest.raises(Incomplete, match=said) as refused:
        office(small_house).add(newcomer(belonging=Belonging(roles)), PASSWORD)
    assert refused.value.field == field
    with pytest.raises(Incomplete, match=said):
        office(small_house).change_roles(small_house.keys["bob"], Belonging(roles))


def test_a_squad_that_is_not_there_and_a_nameless_newcomer_are_refused(small_house: House) -> None:
    with pytest.raises(Refused, match="no such record"):
        office(small_house).add(newcomer(belonging=Belonging(["officer"], small_house.keys["ann"])), PASSWORD)
    with pytest.raises(Incomplete, match="give a name"):
        office(small_house).add(Newcomer("nina", " ", "", OPERATOR), PASSWORD)
