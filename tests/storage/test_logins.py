"""People who sign in with the database: their login roles follow who they are in the district, whoever changes it."""

import threading
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import psycopg
import pytest
from psycopg import sql
from sqlalchemy import event, text

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.people import Credential, Person, Role
from commandcenter.domain.record import Key
from commandcenter.errors import NotAllowed, Refused, Unavailable
from commandcenter.operations import perform
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from commandcenter.operations.signing import signed_in_at_server
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from commandcenter.storage.logins import Login
from tests.house import HERE
from tests.passwords import KEEPER, OPEN_SESAME, Shared

OTHER = "open barley"
GIVEN: dict[str, Any] = {"channel": "hotline", "urgency": "ordinary", "place_words": "阳光小区", "point": HERE,
                         "words": "工地夜间施工,噪音太大。"}
DENIED = psycopg.errors.InsufficientPrivilege


class Staff:
    """The district's people, and the offices of those who administer them."""

    def __init__(self, shared: Shared) -> None:
        self.shared, self.house = shared, shared.house
        self._open = ExitStack()

    def database(self, login: str, password: str = OPEN_SESAME) -> Database:
        """Somebody's own way to the database."""
        return self._open.enter_context(self.shared.open(login, password))

    def of(self, login: str, password: str = OPEN_SESAME) -> Office:
        """Somebody's office, by their own way to the database."""
        database = self.database(login, password)
        return Office(database, signed_in_at_server(database), "desk")

    def owner(self) -> Office:
        """The program itself, for whoever owns the database."""
        program = Person(id="", login="ctl", name_zh="", name_en="", roles=[str(Role.ADMINISTRATOR)], disabled=False)
        return Office(self.database(KEEPER, ""), program, "ctl")

    def past(self, login: str, password: str = OPEN_SESAME) -> psycopg.Connection:
        """A plain connection of somebody's."""
        return self._open.enter_context(
            self.shared.server.connect(self.shared.name, login, password=password)
        )  # fmt: skip

    def groups(self, login: str) -> set[str]:
        """The groups a login role is in, and whether it may come in."""
        asked = (
            "SELECT substr(team.rolname, 15) FROM pg_auth_members JOIN pg_roles AS team ON team.oid = roleid"
            " JOIN pg_roles AS own ON own.oid = member WHERE own.rolname = %s"
        )
        with self.shared.server.connect() as connection:
            return {name for (name,) in connection.execute(asked, [login]).fetchall()}

    def close(self) -> None:
        self._open.close()


@pytest.fixture
def staff(shared: Shared) -> Iterator[Staff]:
    """A district where adam, an administrator, has been given a password by the database's owner."""
    made = Staff(shared)
    made.owner().reset_password(shared.house.keys["adam"], OPEN_SESAME)
    yield made
    made.close()


def newcomer(login: str = "nina", *roles: str) -> Newcomer:
    return Newcomer(login, "妮娜", "Nina", Belonging(roles or ["operator"]))


def test_somebody_added_by_an_administrator_comes_in_by_themselves_and_works(staff: Staff) -> None:
    key = staff.of("adam").add(newcomer(), OPEN_SESAME)
    nina = staff.of("nina")
    assert nina.actor.id == key
    complaint = nina.database.run("receive", nina.actor, "desk", lambda work: perform(work, "receive", given=GIVEN))
    house = staff.house
    with house.database.reading() as session:
        assert session.query(JournalLine.actor_id).where(JournalLine.key == complaint).one() == (key,)
        lines = session.query(JournalLine).where(JournalLine.operation == "add_person").all()
        assert [(line.kind, line.actor_id) for line in lines] == [("person", house.keys["adam"])]
        assert session.query(Credential).count() == 0  # the server keeps the password, and nobody else


def test_a_wrong_password_opens_nothing_and_the_new_one_does_after_a_reset(staff: Staff) -> None:
    adam = staff.of("adam")
    key = adam.add(newcomer(), OPEN_SESAME)
    with pytest.raises(Refused, match="does not accept this login and password"):
        staff.of("nina", "guess guess")
    given_at = staff.house.get(Person, key).password_given_at
    staff.house.later(minutes=1)
    adam.reset_password(key, OTHER)
    with pytest.raises(Refused, match="does not accept this login and password"):
        staff.of("nina")
    assert staff.of("nina", OTHER).actor.id == key
    after = staff.house.get(Person, key)
    assert (after.version, after.password_given_at > given_at) == (2, True)


def test_roles_open_and_close_what_the_server_lets_them_do(staff: Staff) -> None:
    adam = staff.of("adam")
    key = adam.add(newcomer("nina", "operator"), OPEN_SESAME)
    assert staff.groups("nina") == {"operator"}
    adam.change_roles(key, Belonging(["inspector", "supervisor"]))
    assert staff.groups("nina") == {"inspector", "supervisor"}
    staff.of("nina").database.run("set_rule", key, "desk", lambda _work: None)
    with pytest.raises(DENIED):
        staff.past("nina").execute("INSERT INTO visit DEFAULT VALUES")  # an operator's table


def test_who_is_put_out_of_use_is_thrown_out_and_kept_out_until_let_in(staff: Staff) -> None:
    adam = staff.of("adam")
    key = adam.add(newcomer(), OPEN_SESAME)
    nina, past = staff.of("nina"), staff.past("nina")
    adam.disable(key)
    with pytest.raises(psycopg.errors.AdminShutdown):
        past.execute("SELECT 1")
    assert staff.groups("nina") == set()
    with pytest.raises(Refused, match="may not sign in any more"), nina.database.reading() as session:
        session.query(Person).count()
    with pytest.raises(NotAllowed, match="may not sign in any more"):
        staff.of("nina")
    adam.enable(key)
    assert staff.of("nina").actor.id == key
    assert staff.groups("nina") == {"operator"}


def test_what_is_rolled_back_leaves_no_login_role(staff: Staff) -> None:
    adam = staff.of("adam")

    def body(work: Any) -> None:
        person = work.add(Person(login="nina", name_zh="", name_en="Nina", roles=["operator"]))
        work.logins.keep(work.session, person.id, adam.database.logins.verifier(OPEN_SESAME))  # type: ignore[union-attr]
        raise Refused("no")

    with pytest.raises(Refused, match="no"):
        adam.database.run("add_person", adam.actor, "desk", body)
    with staff.shared.server.connect() as connection:
        assert connection.execute("SELECT FROM pg_roles WHERE rolname = 'nina'").rowcount == 0


def test_the_password_never_reaches_the_server(staff: Staff) -> None:
    secret = "a word that is nowhere"
    staff.of("adam").add(newcomer(), secret)
    server = staff.shared.server
    assert server.said("give_login")  # so what was said at that moment is in the log
    assert not server.said(secret)
    with server.connect() as connection:
        [kept] = connection.execute("SELECT rolpassword FROM pg_authid WHERE rolname = 'nina'").fetchone() or ["?"]
    assert kept.startswith("SCRAM-SHA-256$")


# Whoever goes around the program


@pytest.mark.parametrize("call", [
    "give_login('{bob}', '{verifier}')", "end_sessions('{bob}')", "arrange_login('nina', '[\"administrator\"]', false)",
])  # fmt: skip
def test_nobody_but_an_administrator_calls_what_makes_logins(staff: Staff, call: str) -> None:
    adam = staff.of("adam")
    adam.add(newcomer(), OPEN_SESAME)
    verifier = adam.database.logins.verifier(OTHER) if adam.database.logins else ""
    words = call.replace("{bob}", staff.house.keys["bob"]).replace("{verifier}", verifier)
    with pytest.raises(DENIED):
        staff.past("nina").execute(f"SELECT {words}")
    assert staff.groups("nina") == {"operator"}


def test_what_makes_logins_refuses_by_itself_who_does_not_administer(staff: Staff) -> None:
    staff.of("adam").add(newcomer(), OPEN_SESAME)
    with staff.shared.server.connect(staff.shared.name) as superuser:
        superuser.execute("GRANT EXECUTE ON FUNCTION arrange_login TO PUBLIC")
    with pytest.raises(DENIED, match="does not administer this district"):
        staff.past("nina").execute("SELECT arrange_login('nina', '[\"administrator\"]', false)")
    assert staff.groups("nina") == {"operator"}


def test_not_even_an_administrator_arranges_a_login_past_the_person_s_record(staff: Staff) -> None:
    with pytest.raises(DENIED):
        staff.past("adam").execute("SELECT arrange_login('adam', '[\"operator\"]', false)")
    with pytest.raises(DENIED):
        staff.past("adam").execute("CREATE ROLE mallory LOGIN")
    with pytest.raises(DENIED):
        staff.past("adam").execute("ALTER ROLE district PASSWORD 'x'")


def test_an_administrator_who_is_out_of_use_makes_no_logins(staff: Staff) -> None:
    past = staff.past("adam")
    staff.owner().change_roles(staff.house.keys["sue"], Belonging(["administrator"]))
    with staff.shared.server.connect(staff.shared.name) as superuser:
        superuser.execute("ALTER TABLE person DISABLE TRIGGER USER")
        superuser.execute("UPDATE person SET disabled = true, version = version + 1 WHERE login = 'adam'")
        superuser.execute("ALTER TABLE person ENABLE TRIGGER USER")
    with pytest.raises(DENIED, match="does not administer this district"):
        past.execute("SELECT end_sessions(%s)", [staff.house.keys["bob"]])


def test_a_plain_password_is_refused_by_the_server_itself(staff: Staff) -> None:
    for plain in (OPEN_SESAME, "md5" + "0" * 32, "SCRAM-SHA-256$x", "", None):
        with pytest.raises(psycopg.errors.InvalidParameterValue, match="SCRAM verifier only"):
            staff.past("adam").execute("SELECT give_login(%s, %s)", [staff.house.keys["bob"], plain])


def test_a_password_that_the_journal_does_not_tell_of_is_refused_by_the_server_itself(staff: Staff) -> None:
    logins = staff.database("adam").logins
    assert logins
    with pytest.raises(psycopg.errors.IntegrityError, match="which the journal tells"):
        staff.past("adam").execute("SELECT give_login(%s, %s)", [staff.house.keys["bob"], logins.verifier(OTHER)])


# Names


def named(staff: Staff, login: str) -> Key:
    """Somebody with a login that an older program let in."""
    person = Person(login=login, name_zh="", name_en="Odd", roles=["operator"])
    return str(staff.owner().database.run("load_pack", None, "ctl", lambda work: work.add(person).id))


@pytest.mark.parametrize("login", ["o'hara", 'a"b', "Ann", "张伟", "a b", "a;drop role adam", "ä" * 31, "select"])
def test_a_login_with_odd_characters_is_a_role_of_exactly_that_name(staff: Staff, login: str) -> None:
    key = named(staff, login)
    staff.of("adam").reset_password(key, OPEN_SESAME)
    assert staff.of(login).actor.id == key
    staff.of("adam").change_roles(key, Belonging(["inspector"]))
    assert staff.groups(login) == {"inspector"}
    with staff.shared.server.connect() as connection:
        connection.execute(sql.SQL("DROP ROLE {}").format(sql.Identifier(login)))


def test_a_login_longer_than_the_server_keeps_is_refused_in_words(staff: Staff) -> None:
    with pytest.raises(Refused, match="longer than the 63 bytes"):
        staff.of("adam").reset_password(named(staff, "ä" * 32), OPEN_SESAME)


@pytest.mark.parametrize("login", [KEEPER, "commandcenter", "commandcenter_operator", "dba", "batch"])
def test_a_role_of_the_server_s_own_is_never_taken_for_a_person_s(staff: Staff, login: str) -> None:
    with staff.shared.server.connect() as connection:
        for role, powers in (("dba", "SUPERUSER"), ("batch", "LOGIN")):
            if connection.execute("SELECT FROM pg_roles WHERE rolname = %s", [role]).rowcount == 0:
                connection.execute(f"CREATE ROLE {role} {powers}")
        connection.execute("GRANT commandcenter_operator TO dba")
    key = named(staff, login)
    with pytest.raises(Refused, match="role of this name on the server already"):
        staff.of("adam").reset_password(key, OPEN_SESAME)
    staff.of("adam").disable(key)  # only the person: the role is none of ours
    with staff.shared.server.connect() as connection:
        asked = "SELECT rolcanlogin FROM pg_roles WHERE rolname = %s"
        assert connection.execute(asked, [login]).fetchone() == (login in {KEEPER, "commandcenter", "batch"},)


def test_a_role_an_administrator_of_the_server_put_into_a_group_is_taken_over(staff: Staff) -> None:
    with staff.shared.server.connect() as connection:
        connection.execute("CREATE ROLE bob LOGIN IN ROLE commandcenter_wall")
        if connection.info.server_version >= 160_000:  # there, only who administers a role may change it
            connection.execute(f"GRANT bob TO {KEEPER} WITH ADMIN OPTION")
    try:
        staff.of("adam").reset_password(staff.house.keys["bob"], OPEN_SESAME)
        assert staff.groups("bob") == {"operator"}
        assert staff.of("bob").actor.login == "bob"
    finally:
        with staff.shared.server.connect() as connection:
            connection.execute("DROP ROLE bob")


# Coming in


def test_a_login_that_is_nobody_s_here_is_told_so(staff: Staff) -> None:
    with staff.shared.server.connect() as connection:
        connection.execute("CREATE ROLE eve LOGIN PASSWORD 'open sesame' IN ROLE commandcenter_inspector")
        connection.execute("CREATE ROLE max LOGIN PASSWORD 'open sesame'")
    try:
        with pytest.raises(NotAllowed, match="lets eve in, but nobody in this district has that login"):
            staff.of("eve")
        with pytest.raises(NotAllowed, match="The login max has no rights in this district"):
            staff.of("max")
    finally:
        with staff.shared.server.connect() as connection:
            connection.execute("DROP ROLE eve, max")


def test_the_wall_has_no_place_at_a_console(staff: Staff) -> None:
    staff.of("adam").reset_password(staff.house.keys["walter"], OPEN_SESAME)
    with pytest.raises(NotAllowed, match="The login walter has no rights in this district"):
        staff.of("walter")


def test_the_password_is_nowhere_in_what_may_be_shown_or_logged(staff: Staff) -> None:
    database = staff.database("adam")
    said = [database.where, database.url, repr(database.login), str(database.engine), repr(database.engine.url),
            database.engine.url.render_as_string(hide_password=False)]  # fmt: skip
    assert not [words for words in said if OPEN_SESAME in words]


def test_the_bell_rings_for_somebody_who_came_in_by_their_own_login(staff: Staff) -> None:
    adam = staff.of("adam")
    feed = Feed(staff.database("adam"))
    feed.start()
    feed.wait(0)
    changing = threading.Thread(target=lambda: adam.change_roles(staff.house.keys["bob"], Belonging(["inspector"])))
    changing.start()
    assert feed.wait(10)
    changing.join()  # the bell rings at the commit, when the thread has yet to give its connection back
    assert [line.operation for line in feed.read()] == ["change_roles"]
    feed.close()


def farewell(context: Any) -> None:
    """The server says it right after its refusal, so that the driver has heard both at once."""
    context.is_disconnect = True


def test_a_feed_that_was_denied_and_put_out_at_once_goes_on_where_it_stood_when_let_in_again(staff: Staff) -> None:
    database = staff.database("adam")
    feed = Feed(database)
    feed.start()
    staff.of("adam").change_roles(staff.house.keys["bob"], Belonging(["inspector"]))
    groups = ", ".join(f"commandcenter_{group}" for group in sorted(staff.groups("adam")))
    event.listen(database.engine, "handle_error", farewell)
    with staff.shared.server.connect() as past:
        past.execute(f"REVOKE {groups} FROM adam")
        for _try in range(2):
            with pytest.raises(Refused, match=r"denies this|may not sign in|lets nobody in by this login"):
                feed.read()
        past.execute(f"GRANT {groups} TO adam")
    assert [line.operation for line in feed.read()] == ["change_roles"]
    feed.close()


# By the network


def test_who_is_out_of_use_is_told_that_it_may_be_so_where_the_server_lets_in_the_group_alone(staff: Staff) -> None:
    adam, strict = staff.of("adam"), staff.shared.server.network("strict")
    key = adam.add(newcomer(), OPEN_SESAME)
    with pytest.raises(Refused, match="no such database"):  # in use, so this far
        Database.open(strict, login=Login("nina", OPEN_SESAME))
    adam.disable(key)
    with pytest.raises(Refused, match=r"Perhaps it was put out of use.* pg_hba\.conf rejects connection"):
        Database.open(strict, login=Login("nina", OPEN_SESAME))


def come(url: str) -> str:
    """Come in as adam at that address; how the way is secured."""
    with Database.open(url, login=Login("adam", OPEN_SESAME)) as database, database.reading() as session:
        asked = text("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()")
        assert session.scalar(asked) is True
        driver: Any = session.connection().connection.driver_connection
        return str(driver.info.get_parameters()["sslmode"])


def test_by_the_network_the_server_has_to_prove_who_it_is(staff: Staff) -> None:
    server, name = staff.shared.server, staff.shared.name
    assert come(server.network(name)) == "verify-full"
    assert come(server.network(name, sslmode="verify-ca")) == "verify-ca"


@pytest.mark.parametrize(("more", "said"), [
    ({"host": "elsewhere"}, "does not name the server of the address"),
    ({"sslrootcert": "/nowhere/root.crt"}, "sslrootcert"),
    ({"sslmode": "disable"}, r"lets nobody in by this login from here.* no pg_hba\.conf entry"),
])  # fmt: skip
def test_a_server_that_cannot_be_trusted_is_refused_in_words(staff: Staff, more: dict[str, str], said: str) -> None:
    url = staff.shared.server.network(staff.shared.name, **more)
    with pytest.raises(Refused, match=said):
        Database.open(url, login=Login("adam", OPEN_SESAME))


def test_a_server_that_is_away_is_told_so(staff: Staff) -> None:
    with pytest.raises(Unavailable, match="cannot be reached"):
        Database.open("postgresql://localhost:1/nowhere?sslrootcert=system", login=Login("adam", OPEN_SESAME))


def test_an_expired_password_opens_nothing_and_the_refusal_names_the_possibility(staff: Staff) -> None:
    with staff.shared.server.connect() as connection:
        connection.execute("ALTER ROLE adam VALID UNTIL '2020-01-01'")
    with pytest.raises(Refused, match="Perhaps the password has expired"):
        staff.of("adam")
    staff.house.later(minutes=1)
    staff.owner().reset_password(staff.house.keys["adam"], OPEN_SESAME)
    assert staff.of("adam").actor.login == "adam"
