"""What somebody with a login of their own tries past the program to harm others without a trace that is refused."""

from collections.abc import Callable, Iterator
from contextlib import closing
from typing import Any

import psycopg
import pytest

from commandcenter import clock
from commandcenter.domain.people import Person
from commandcenter.domain.record import new_key
from commandcenter.domain.search import matching
from commandcenter.domain.work import Work
from commandcenter.operations.overseeing import sign_out_everywhere
from commandcenter.operations.rostering import set_duty
from tests.house import House, Plan
from tests.postgres import OWNER, Cluster
from tests.storage.members import OwnLogins, let_in, line, past_the_program

DENIED = psycopg.errors.InsufficientPrivilege
BROKEN = psycopg.errors.IntegrityError


@pytest.fixture(scope="module")
def house(server_plan: Plan, postgres: Cluster) -> Iterator[House]:
    """A small district whose people have logins of their own on the server; these tests commit next to nothing."""
    name = postgres.create(template=server_plan.where)
    with closing(House(postgres.url(name), server_plan.keys)) as made:
        let_in(postgres, made)
        made.now = clock.now()  # the server takes no other time from people
        yield made
    postgres.drop(name)


# The search


@pytest.mark.parametrize("statement", [
    "DELETE FROM search_row", "DELETE FROM search_row WHERE kind = 'complaint'", "TRUNCATE search_row",
    "UPDATE search_row SET tokens = NULL", "INSERT INTO search_row (kind, key) VALUES ('note', gen_random_uuid())",
])  # fmt: skip
def test_nobody_makes_what_others_wrote_unfindable(house: House, statement: Any) -> None:
    complaint = house.complaint(f"工地夜间施工 {new_key()}")
    with past_the_program(house, "bob") as connection, pytest.raises(DENIED, match=r"journal tells|permission denied"):
        connection.execute(statement)
    with house.database.reading() as session:
        assert matching(session, ["complaint"], complaint.words) == {"complaint": [complaint.id]}


def test_who_changes_a_record_writes_its_words_anew_and_those_of_no_other(house: House) -> None:
    complaint, other = house.complaint(), house.complaint()
    removing = "DELETE FROM search_row WHERE kind = 'complaint' AND key = %s"
    with past_the_program(house, "bob") as connection:
        line(connection, "complaint", complaint.id, 2, house.keys["bob"])
        assert connection.execute(removing, [complaint.id]).rowcount == 1
        connection.execute("INSERT INTO search_row (kind, key) VALUES ('complaint', %s)", [complaint.id])
        with pytest.raises(DENIED, match=f"the words of complaint {other.id}"):
            connection.execute(removing, [other.id])


# The numbers


@pytest.mark.parametrize("days", [-1, 2, 400])
def test_the_numbers_of_a_day_begin_on_that_day_and_where_the_server_says(house: House, days: int) -> None:
    beginning = "SELECT begin_number_day('case', (now() AT TIME ZONE 'Asia/Shanghai')::date + %s)"
    with past_the_program(house, "ann") as connection:
        for statement in (
            "INSERT INTO number_day (kind, day, base) VALUES ('case', now()::date + 2, 9999)",
            "UPDATE number_day SET base = 0", "DELETE FROM number_day", "SELECT setval('number_case', 1)",
        ):  # fmt: skip
            with pytest.raises(DENIED, match="permission denied"), connection.transaction():
                connection.execute(statement)
        with pytest.raises(DENIED, match="it is not that day"), connection.transaction():
            connection.execute(beginning, [days])
        [[first]], [[again]] = (connection.execute(beginning, [0]).fetchall() for _twice in range(2))
        assert first == again


# Duty, and the end of sessions


def _changed(connection: psycopg.Connection, house: House, person: Person, change: str, by: str) -> None:
    line(connection, "person", person.id, person.version + 1, house.keys[by])
    changing = f"UPDATE person SET {change}, version = version + 1 WHERE id = %s"
    assert connection.execute(changing.encode(), [person.id]).rowcount == 1


@pytest.mark.parametrize(("by", "whose", "may"), [
    ("oscar", "oscar", True), ("oscar", "olga", False), ("ann", "bob", False), ("ines", "ann", False),
    ("carl", "oscar", True), ("carl", "otto", False), ("carl", "ann", False), ("sue", "ann", True),
    ("adam", "ann", True),
])  # fmt: skip
def test_on_duty_is_put_by_oneself_or_by_who_keeps_that_roster(house: House, by: str, whose: str, may: bool) -> None:
    with past_the_program(house, by) as connection:
        if may:
            _changed(connection, house, house.person(whose), "on_duty = false", by)
        else:
            with pytest.raises(DENIED, match=f"{by} keeps no roster that {whose} is on"):
                _changed(connection, house, house.person(whose), "on_duty = false", by)


@pytest.mark.parametrize(("by", "may"), [("ann", True), ("adam", True), ("bob", False), ("sue", False)])
def test_sessions_are_ended_by_oneself_or_an_administrator(house: House, by: str, may: bool) -> None:
    with past_the_program(house, by) as connection:
        if may:
            _changed(connection, house, house.person("ann"), "signed_out_at = now()", by)
        else:
            with pytest.raises(DENIED, match=f"{by} does not write signed_out_at of ann"):
                _changed(connection, house, house.person("ann"), "signed_out_at = now()", by)


def test_when_a_password_was_given_is_said_by_oneself_or_an_administrator(house: House) -> None:
    with past_the_program(house, "bob") as connection:
        _changed(connection, house, house.person("bob"), "password_given_at = now()", "bob")
        with pytest.raises(DENIED, match="bob does not write password_given_at of ann"):
            _changed(connection, house, house.person("ann"), "password_given_at = now()", "bob")
    with past_the_program(house, "adam") as connection:
        _changed(connection, house, house.person("ann"), "password_given_at = now()", "adam")
        ahead = pytest.raises(DENIED, match="password_given_at of bob is neither taken back nor set ahead")
        with ahead, connection.transaction():
            _changed(connection, house, house.person("bob"), "password_given_at = now() + interval '1 day'", "adam")


@pytest.mark.parametrize("moment", ["NULL", "now() - interval '1 day'", "now() + interval '1 day'"])
def test_who_was_signed_out_does_not_take_it_back(house: House, moment: str) -> None:
    with past_the_program(house, "adam") as connection:
        _changed(connection, house, house.person("ann"), "signed_out_at = now() - interval '1 minute'", "adam")
        connection.commit()
    with past_the_program(house, "ann") as connection, pytest.raises(DENIED, match="neither taken back nor set ahead"):
        _changed(connection, house, house.person("ann"), f"signed_out_at = {moment}", "ann")


# Logins


@pytest.mark.parametrize(("by", "whose", "to"), [
    ("adam", "bob", "robert"), ("adam", "adam", "root"), (OWNER, "bob", "robert"),
])  # fmt: skip
def test_a_login_with_a_role_of_the_server_is_not_renamed(house: House, by: str, whose: str, to: str) -> None:
    with past_the_program(house, by) as connection, pytest.raises(DENIED, match=f"the login {whose} .* not renamed"):
        _changed(connection, house, house.person(whose), f"login = '{to}'", "adam")


# The chain of hashes


@pytest.mark.parametrize("login", ["ann", OWNER])
@pytest.mark.parametrize("wrong", [
    {"hash": ""}, {"hash": "0" * 63}, {"previous_hash": ""}, {"previous_hash": "1" * 64},
])  # fmt: skip
def test_a_line_that_does_not_follow_the_one_before_is_refused(house: House, login: str, wrong: dict[str, str]) -> None:
    complaint = house.complaint()
    with past_the_program(house, login) as connection:
        with pytest.raises(BROKEN, match=r"line 2 of complaint .* does not follow"), connection.transaction():
            line(connection, "complaint", complaint.id, 2, house.keys["ann"], **wrong)
        with pytest.raises(BROKEN, match=r"line 3 of complaint .* does not follow"), connection.transaction():
            line(connection, "complaint", complaint.id, 3, house.keys["ann"])
        with pytest.raises(BROKEN, match=r"line 1 of note .* does not follow"), connection.transaction():
            line(connection, "note", new_key(), 1, house.keys["ann"], previous_hash="0" * 64)
        line(connection, "complaint", complaint.id, 2, house.keys["ann"])


# The program itself, for people with logins of their own


def test_duty_and_the_end_of_sessions_go_by_the_program_as_before(house: House) -> None:
    def off_duty(*people: str) -> Callable[[Work], object]:
        return lambda work: set_duty(work, [house.keys[one] for one in people], False)

    def signed_out(person: str) -> Callable[[Work], object]:
        return lambda work: sign_out_everywhere(work, house.keys[person])

    with closing(OwnLogins(house)) as logins:
        for login, body in (
            ("carl", off_duty("carl", "oscar", "olga")), ("sue", off_duty("ann", "bob")), ("kim", off_duty("kim")),
            ("adam", signed_out("tom")), ("bob", signed_out("bob")),
        ):  # fmt: skip
            logins.of(login).run("set_duty", house.keys[login], "test", body)
    assert not any(house.person(one).on_duty for one in ("carl", "oscar", "olga", "ann", "bob", "kim"))
    assert {house.person(one).signed_out_at for one in ("tom", "bob")} == {house.now}
