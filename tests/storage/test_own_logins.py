"""People who sign in with the database change their own passwords: the server judges the old one, and keeps the new."""

from collections.abc import Iterator

import psycopg
import pytest

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Person, RefusedSignIn
from commandcenter.errors import Incomplete, Refused, Unavailable
from commandcenter.operations.own_password import OwnPassword
from commandcenter.queries.oversight import Overseen, trail
from commandcenter.storage.fitness import findings
from tests.passwords import KEEPER, OPEN_SESAME, Shared
from tests.postgres import OWNER
from tests.storage.test_logins import OTHER, Staff

THIRD = "open a word that is nowhere"


@pytest.fixture
def staff(shared: Shared) -> Iterator[Staff]:
    """A district where ann, an operator, has been given a password by its owner."""
    made = Staff(shared)
    made.owner().reset_password(shared.house.keys["ann"], OPEN_SESAME)
    yield made
    made.close()


def change(staff: Staff, old: str, new: str, password: str = OPEN_SESAME) -> Person:
    ann = staff.of("ann", password)
    OwnPassword(ann.actor, "desk").change(ann.database, ann.actor.version, old, new)
    return ann.actor


def test_who_changes_it_comes_in_by_the_new_one_and_goes_on_with_the_connections_of_before(staff: Staff) -> None:
    ann = staff.of("ann")
    OwnPassword(ann.actor, "desk").change(ann.database, ann.actor.version, OPEN_SESAME, OTHER)
    ann.database._engine.dispose()  # type: ignore[attr-defined]  # so that what follows comes in anew
    with ann.database.reading() as session:
        person = session.get(Person, ann.actor.id)
    assert person is not None
    assert (person.password_given_at, person.signed_out_at is not None) == (None, True)
    assert staff.of("ann", OTHER).actor.id == ann.actor.id
    with pytest.raises(Refused, match="does not accept this login and password"):
        staff.of("ann")


def test_neither_password_reaches_the_server_and_the_journal_tells_of_the_change(staff: Staff) -> None:
    ann = change(staff, OPEN_SESAME, THIRD)
    server = staff.shared.server
    assert server.said("choose_password")  # so what was said at that moment is in the log
    assert not server.said(THIRD)
    assert not server.said("ALTER ROLE ann PASSWORD")
    with staff.house.database.reading() as session:
        lines = session.query(JournalLine).where(JournalLine.operation == "change_password").all()
        facts = trail(session, staff.house.person("adam"), Overseen(person_id=ann.id)).facts
    assert [(line.kind, line.actor_id) for line in lines] == [("person", ann.id)]
    assert "SCRAM" not in str(lines[0].changes)
    # Beside it, that the owner had given her one.
    assert [fact.operation for fact in facts[:2]] == ["change_password", "reset_password"]


def test_a_wrong_old_password_waits_longer_each_time_though_the_server_does_not(staff: Staff) -> None:
    ann = staff.of("ann")
    own, said = OwnPassword(ann.actor, "desk"), []
    for _try in range(3):
        with pytest.raises(Incomplete, match="old password is wrong") as refusal:
            own.change(ann.database, ann.actor.version, "guess guess", OTHER)
        assert refusal.value.field == "old"
        said.append(refusal.value.params.get("seconds", 0))
        staff.house.later(minutes=2)
    assert said == [0, 1, 2]
    with staff.house.database.reading() as session:
        assert [row.person_id for row in session.query(RefusedSignIn)] == [ann.actor.id] * 3
    staff.house.later(minutes=-2)  # at once
    with pytest.raises(Refused, match="Too many wrong passwords"):
        own.change(ann.database, ann.actor.version, OPEN_SESAME, OTHER)
    assert staff.of("ann").actor.id == ann.actor.id


def test_a_server_that_cannot_be_asked_is_no_wrong_password(staff: Staff, monkeypatch: pytest.MonkeyPatch) -> None:
    ann = staff.of("ann")
    logins = ann.database.logins
    assert logins

    def away(_login: object) -> None:
        raise psycopg.OperationalError("connection refused")

    monkeypatch.setattr(logins, "_knock", away)
    with pytest.raises(Unavailable):
        OwnPassword(ann.actor, "desk").change(ann.database, ann.actor.version, OPEN_SESAME, OTHER)


@pytest.mark.parametrize("login", ["O'Hara-x", 'a"b', "张伟"])
def test_a_login_with_odd_characters_changes_its_own(staff: Staff, login: str) -> None:
    person = Person(login=login, name_zh="", name_en="Odd", roles=["officer"])
    key = str(staff.owner().database.run("load_pack", None, "ctl", lambda work: work.add(person).id))
    staff.owner().reset_password(key, OPEN_SESAME)
    own = staff.of(login)
    OwnPassword(own.actor, "desk").change(own.database, own.actor.version, OPEN_SESAME, "p' \\\"$张伟 ß")
    assert staff.of(login, "p' \\\"$张伟 ß").actor.id == key


# Whoever goes around the program


def _said_of_passwords(staff: Staff, user: str) -> tuple[bool, str]:
    url = staff.shared.url.replace("///", f"//{user}@/")
    (finding,) = (found for found in findings(url) if "changed past" in found.message or "told last" in found.message)
    return finding.right, str(finding)


def test_a_password_changed_by_plain_sql_is_noticed_by_who_may_look(staff: Staff) -> None:
    assert _said_of_passwords(staff, OWNER) == (True, "every password is the one of which the journal told last")
    change(staff, OPEN_SESAME, OTHER)
    assert _said_of_passwords(staff, OWNER)[0]
    staff.past("ann", OTHER).execute(f"ALTER ROLE ann PASSWORD '{THIRD}'".encode())
    right, said = _said_of_passwords(staff, OWNER)
    assert (right, "tell of it: ann. Ask" in said) == (False, True)
    assert _said_of_passwords(staff, KEEPER)[0], "the owner may not see it, and is told who may"
    staff.owner().reset_password(staff.house.keys["ann"], OPEN_SESAME)
    assert _said_of_passwords(staff, OWNER)[0]


def test_nobody_covers_up_such_a_change_but_with_a_line_of_the_journal(staff: Staff) -> None:
    past = staff.past("ann")
    with pytest.raises(psycopg.errors.IntegrityError, match="which the journal tells"):
        past.execute("SELECT keep_verifier('x')")
    for statement in ("SELECT * FROM kept_verifier", "UPDATE kept_verifier SET digest = ''"):
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            past.execute(statement.encode())


def test_the_server_itself_takes_a_verifier_only_and_with_a_line_of_the_journal(staff: Staff) -> None:
    past, logins = staff.past("ann"), staff.database("ann").logins
    assert logins
    for plain in (OTHER, "SCRAM-SHA-256$x", "", None):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="SCRAM verifier only"):
            past.execute("SELECT choose_password(%s)", [plain])
    with pytest.raises(psycopg.errors.IntegrityError, match="which the journal tells"):
        past.execute("SELECT choose_password(%s)", [logins.verifier(OTHER)])
    assert staff.of("ann").actor.login == "ann"
