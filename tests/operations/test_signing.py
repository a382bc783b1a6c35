"""Signing in: the right password, the wrong one, the growing delay, who may set a password."""

import datetime as dt
import sqlite3
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from sqlalchemy import event

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Credential, MissedLogin, Person
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed, Refused, Unavailable
from commandcenter.operations import signing
from commandcenter.operations.administering import give_password
from commandcenter.operations.signing import DELAYS_S, Proof, hashed, set_password, sign_in, waiting
from tests.house import HERE, MONDAY, House

PASSWORD = "open sesame"
GIVEN: dict[str, Any] = {"channel": "hotline", "urgency": "ordinary", "place_words": "阳光小区", "point": HERE}


@pytest.fixture(scope="module")
def password_hash() -> str:
    return hashed(PASSWORD)


@pytest.fixture
def locked(house: House, password_hash: str) -> House:
    """A house where ann has a password, on each kind of database."""
    ann = house.keys["ann"]
    house.database.run("set_up", house.person("adam"), "test", lambda work: give_password(work, ann, password_hash))
    return house


def credential(house: House) -> Credential:
    with house.database.reading() as session:
        return session.query(Credential).where(Credential.person_id == house.keys["ann"]).one()


def test_the_right_password_gives_the_person_and_the_journal_a_line(locked: House) -> None:
    person = sign_in(locked.database, " ann ", PASSWORD, "desk 3")
    assert person.id == locked.keys["ann"]
    with locked.database.reading() as session:
        line = session.query(JournalLine).where(JournalLine.operation == "sign_in").one()
    assert (line.actor_id, line.station) == (person.id, "desk 3")
    assert PASSWORD not in str(line.changes)
    assert credential(locked).signed_in_at == locked.now


def test_a_wrong_password_and_an_unknown_login_are_refused_in_the_same_words(locked: House) -> None:
    said = []
    for login in ("ann", "nobody"):
        with pytest.raises(Refused) as refused:
            sign_in(locked.database, login, "guess guess", "test")
        said.append(str(refused.value))
    assert said == ["The login or the password is wrong."] * 2
    assert credential(locked).failures == 1


def test_the_delay_grows_with_every_miss_and_even_the_right_password_has_to_wait(locked: House) -> None:
    delays: list[int] = []
    for _n in range(10):
        with pytest.raises(Refused) as refused:
            sign_in(locked.database, "ann", "guess guess", "test")
        delays.append(int(str(refused.value.params.get("seconds", 0))))
        if delays[-1]:
            with pytest.raises(Refused, match="Too many wrong passwords"):
                sign_in(locked.database, "ann", PASSWORD, "test")
        locked.later(seconds=delays[-1])
    assert delays == [0, 1, 2, 4, 8, 16, 32, 60, 60, 60]
    assert sign_in(locked.database, "ann", PASSWORD, "test").login == "ann"
    assert credential(locked).failures == 0


def disabled(house: House, login: str) -> None:
    def disable(work: Work) -> None:
        work.get(Person, house.keys[login]).disabled = True

    house.database.run("disable", house.person("adam"), "test", disable)


def test_nothing_tells_a_login_that_exists_from_one_that_does_not_or_is_out_of_use(
    locked: House, password_hash: str
) -> None:
    bob = locked.keys["bob"]
    locked.database.run("set_up", None, "test", lambda work: give_password(work, bob, password_hash))
    disabled(locked, "bob")
    told: dict[str, list[str]] = {"ann": [], "bob": [], "nobody": [], "no\x00bo\ud800dy2": [], "cora": []}
    for seconds in (0, 0, 0, 2, 0, 4):
        locked.later(seconds=seconds)
        for login, said in told.items():
            with pytest.raises(Refused) as refused:
                sign_in(locked.database, login, "guess guess", "test")
            said.append(str(refused.value))
    assert "Please wait 2 s" in told["ann"][3]
    assert set(map(tuple, told.values())) == {tuple(told["ann"])}


def test_a_login_that_is_nobodys_is_forgotten_after_a_day(locked: House) -> None:
    for _n in range(3):
        with pytest.raises(Refused):
            sign_in(locked.database, "nobody", "guess guess", "test")
    locked.later(days=2)
    with pytest.raises(Refused):
        sign_in(locked.database, "somebody", "guess guess", "test")
    with locked.database.reading() as session:
        assert [missed.failures for missed in session.query(MissedLogin)] == [1]


def test_while_one_has_to_wait_the_password_is_not_even_looked_at(
    locked: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    looked: list[str] = []

    def look(_hash: str, password: str) -> bool:
        looked.append(password)
        return False

    monkeypatch.setattr(signing, "_matches", look)
    for login in ("ann", "nobody"):
        for _n in range(4):
            with pytest.raises(Refused):
                sign_in(locked.database, login, "guess guess", "test")
    assert len(looked) == 4, "two misses each, then one has to wait"


def test_a_miss_while_waiting_is_not_counted(locked: House) -> None:
    for _n in range(3):
        with pytest.raises(Refused):
            sign_in(locked.database, "ann", "guess guess", "test")
        locked.later(milliseconds=100)
    assert credential(locked).failures == 2


@pytest.mark.parametrize("failures", range(12))
def test_the_waiting_time_is_never_longer_than_the_delay_and_ends(failures: int) -> None:
    delay = DELAYS_S[min(failures, len(DELAYS_S) - 1)]
    assert waiting(failures, MONDAY, MONDAY) == delay
    assert waiting(failures, MONDAY, MONDAY + dt.timedelta(seconds=delay)) == 0
    assert waiting(failures, MONDAY, MONDAY - dt.timedelta(hours=1)) <= delay  # a clock set back locks nobody out


@pytest.fixture
def shut_file(small_house: House, password_hash: str) -> Iterator[House]:
    """A house whose file takes nothing for a while, as on a full disk or in a protected folder."""
    ann, engine = small_house.keys["ann"], small_house.database.engine
    small_house.database.run(
        "set_up", small_house.person("adam"), "test", lambda work: give_password(work, ann, password_hash)
    )

    def shut(connection: sqlite3.Connection, _record: object) -> None:
        connection.execute("PRAGMA query_only = ON")

    engine.dispose()
    event.listen(engine, "connect", shut)
    yield small_house
    if event.contains(engine, "connect", shut):
        event.remove(engine, "connect", shut)
        engine.dispose()


def nobody_is_told(why: Refused) -> None:
    raise AssertionError(why)


def test_who_cannot_be_written_down_may_come_in_and_look_and_is_told_so(
    shut_file: House, expect_log: Callable[..., None]
) -> None:
    told: list[Refused] = []
    with pytest.raises(Unavailable):
        sign_in(shut_file.database, "ann", PASSWORD, "test")  # nobody there to be told
    with pytest.raises(Unavailable) as why:
        shut_file.do("ann", "receive", words="x", **GIVEN)
    expect_log(f"a sign-in could not be written down: {why.value}")
    assert sign_in(shut_file.database, "ann", PASSWORD, "test", told.append).id == shut_file.keys["ann"]
    assert [str(said) for said in told] == [f"You can look, but nothing can be saved just now. {why.value}"]
    assert credential(shut_file).signed_in_at is None


def test_misses_count_also_where_they_cannot_be_written_down(shut_file: House) -> None:
    said = []
    for login in ("ann", "ann", "nobody", "nobody"):
        with pytest.raises(Refused) as refused:
            sign_in(shut_file.database, login, "guess guess", "test", nobody_is_told)
        said.append(str(refused.value))
    assert said == [signing.WRONG, signing.WRONG_AND_WAIT.format(seconds=1)] * 2
    for login in ("ann", "nobody"):
        with pytest.raises(Refused, match="Too many wrong passwords"):
            sign_in(shut_file.database, login, PASSWORD, "test", nobody_is_told)


def test_a_disabled_person_is_refused_even_with_the_right_password(locked: House) -> None:
    disabled(locked, "ann")
    with pytest.raises(NotAllowed, match="may not sign in any more"):
        sign_in(locked.database, "ann", PASSWORD, "test")
    with pytest.raises(Refused, match="wrong"):  # who does not know the password learns nothing
        sign_in(locked.database, "ann", "guess guess", "test")


@pytest.mark.parametrize("login,password,field", [("", PASSWORD, "login"), ("ann", "", "password")])
def test_an_empty_field_is_named(small_house: House, login: str, password: str, field: str) -> None:
    with pytest.raises(Incomplete) as refused:
        sign_in(small_house.database, login, password, "test")
    assert refused.value.field == field


@pytest.mark.parametrize("password", ["short", "x" * 1001])
def test_a_password_too_short_or_too_long_is_refused(password: str) -> None:
    with pytest.raises(Incomplete, match="A password has at"):
        hashed(password)


def test_a_guess_at_a_stolen_hash_costs_64_mib_and_three_passes() -> None:
    assert hashed(PASSWORD).startswith("$argon2id$v=19$m=65536,t=3,p=4$")


def test_everybody_sets_their_own_password_and_only_an_administrator_somebody_elses(small_house: House) -> None:
    house, ann = small_house, small_house.keys["ann"]
    new = hashed("a new password")
    for login in ("ann", "adam"):
        house.database.run("password", house.person(login), "test", lambda work: set_password(work, ann, new))
    with pytest.raises(NotAllowed, match="Only an administrator"):
        house.database.run("password", house.person("sue"), "test", lambda work: set_password(work, ann, new))
    assert sign_in(house.database, "ann", "a new password", "test").login == "ann"


def test_who_signed_in_can_prove_it_again_without_the_database_with_the_same_delays() -> None:
    ann = Person(id="ann", login="ann", name_zh="安", name_en="Ann")
    proof = Proof(ann, PASSWORD)
    proof.check(PASSWORD, MONDAY)
    for _miss in range(2):
        with pytest.raises(Refused, match="The login or the password is wrong"):
            proof.check("guess", MONDAY)
    with pytest.raises(Refused, match="please wait"):
        proof.check(PASSWORD, MONDAY)
    later = MONDAY + dt.timedelta(seconds=DELAYS_S[2])
    proof.check(PASSWORD, later)
    with pytest.raises(Refused, match=r"is wrong\.$"):
        proof.check("guess", later)
    assert PASSWORD not in str(vars(proof))
