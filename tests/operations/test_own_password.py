"""A person's own password: changed by whoever knows the old one, told by the journal, and by nobody else's hand."""

import pytest
from argon2 import PasswordHasher

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Credential
from commandcenter.errors import Conflict, Incomplete, Refused
from commandcenter.operations import own_password, signing
from commandcenter.operations.enrolling import Office
from commandcenter.operations.own_password import OwnPassword, choose_password
from commandcenter.operations.signing import hashed, sign_in
from commandcenter.queries.oversight import Overseen, Sort, trail
from tests.house import House

OLD, NEW = "open sesame", "open barley"
QUICK = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)


@pytest.fixture(autouse=True)
def quick(monkeypatch: pytest.MonkeyPatch) -> None:
    """A hash takes long on purpose; nobody guesses here."""
    monkeypatch.setattr(signing, "_hasher", lambda: QUICK)


@pytest.fixture
def given(house: House) -> House:
    """The house, where adam has given bob a password."""
    Office(house.database, house.person("adam"), "desk 1").reset_password(house.keys["bob"], OLD)
    house.later(minutes=1)
    return house


def change(house: House, old: str = OLD, new: str = NEW, own: OwnPassword | None = None) -> str:
    """Bob changes his password as he is seen now."""
    bob = house.person("bob")
    return (own or OwnPassword(bob, "desk 2")).change(house.database, bob.version, old, new)


def opens(house: House, password: str) -> bool:
    try:
        return sign_in(house.database, "bob", password, "desk 2").id == house.keys["bob"]
    except Refused:
        return False


def test_the_new_password_opens_and_the_old_one_no_longer_does(given: House) -> None:
    assert change(given) == given.keys["bob"]
    assert opens(given, NEW)
    assert not opens(given, OLD)


def test_the_journal_tells_who_changed_it_and_neither_password(given: House) -> None:
    change(given)
    with given.database.reading() as session:
        lines = session.query(JournalLine).where(JournalLine.operation == "change_password").all()
        everything = str([line.changes for line in session.query(JournalLine)])
    bob = given.keys["bob"]
    assert {(line.kind, line.actor_id, line.station) for line in lines} == {
        ("person", bob, "desk 2"), ("credential", bob, "desk 2"),
    }  # fmt: skip
    assert not [secret for secret in (OLD, NEW, "argon2") if secret in everything]


def test_the_security_page_has_one_line_about_it_among_the_changes_of_rights(given: House) -> None:
    change(given)
    with given.database.reading() as session:
        facts = trail(session, given.person("adam"), Overseen(sort=Sort.RIGHTS)).facts
    assert [fact.subject_id for fact in facts if fact.operation == "change_password"] == [given.keys["bob"]]


def test_a_password_that_was_given_is_one_s_own_once_it_is_changed(given: House) -> None:
    assert given.person("bob").password_given_at is not None
    change(given)
    assert given.person("bob").password_given_at is None


def test_all_sessions_that_began_before_are_over(given: House) -> None:
    before = given.person("bob").signed_out_at
    change(given)
    assert before != given.person("bob").signed_out_at == given.now


def test_a_wrong_old_password_is_said_at_its_field_and_waits_longer_each_time(given: House) -> None:
    said = []
    for _try in range(4):
        with pytest.raises(Incomplete, match="old password is wrong") as refusal:
            change(given, old="guess guess")
        assert refusal.value.field == "old"
        said.append(refusal.value.params.get("seconds", 0))
        given.later(minutes=2)
    assert said == [0, 1, 2, 4]
    assert opens(given, OLD)


def test_during_the_wait_not_even_the_right_one_is_looked_at(given: House) -> None:
    for _try in range(2):
        with pytest.raises(Incomplete):
            change(given, old="guess guess")
    with pytest.raises(Refused, match="Too many wrong passwords"):
        change(given)


def test_misses_count_together_with_those_at_the_door(given: House) -> None:
    assert not opens(given, "guess guess")
    with pytest.raises(Incomplete, match="wait 1 s"):
        change(given, old="guess guess")
    with given.database.reading() as session:
        [credential] = session.query(Credential).where(Credential.person_id == given.keys["bob"]).all()
    assert credential.failures == 2


@pytest.mark.parametrize(("old", "new", "words", "field"), [
    ("", NEW, "type your old password", "old"), (OLD, "short", "at least 8", "new"),
    (OLD, "x" * 1001, "at most", "new"),
    (OLD, OLD, "password of now", "new"), ("guess guess", "guess guess", "password of now", "new"),
])  # fmt: skip
def test_what_cannot_be_a_new_password_is_refused_before_the_old_one_is_looked_at(
    given: House, old: str, new: str, words: str, field: str
) -> None:
    with pytest.raises(Incomplete, match=words) as refusal:
        change(given, old, new)
    assert refusal.value.field == field
    assert opens(given, OLD)


def test_who_was_given_another_password_meanwhile_does_not_write_over_it(
    given: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    bob, proven = given.person("bob"), own_password.OwnPassword._prove

    def slow(own: OwnPassword, database: object, old: str) -> None:
        proven(own, database, old)  # type: ignore[arg-type]
        Office(given.database, given.person("adam"), "desk 1").reset_password(bob.id, "open wheat")

    monkeypatch.setattr(OwnPassword, "_prove", slow)
    with pytest.raises(Conflict):
        OwnPassword(bob, "desk 2").change(given.database, bob.version, OLD, NEW)
    assert opens(given, "open wheat")


def test_nobody_chooses_somebody_else_s(given: House) -> None:
    for login in ("ann", "adam"):
        with pytest.raises(Refused, match="nobody else's"):
            given.database.run("change_password", given.person(login), "desk 2",
                               lambda work: choose_password(work, given.keys["bob"], hashed(NEW)))  # fmt: skip
    assert opens(given, OLD)
