"""Login roles that do not agree with the people, as after a restore: found, and brought in step where that may be."""

from collections.abc import Iterator

import pytest

from commandcenter.domain.people import Person, Role
from commandcenter.operations.enrolling import Belonging, Newcomer, Office
from commandcenter.operations.own_password import OwnPassword
from commandcenter.operations.signing import signed_in_at_server
from commandcenter.storage import fitness
from commandcenter.storage.database import Database
from tests.passwords import KEEPER, OPEN_SESAME, Shared

PROGRAM = Person(id="", login="ctl", name_zh="", name_en="", roles=[str(Role.ADMINISTRATOR)], disabled=False)
_OTHERS = "DATABASE plan {} commandcenter_member, commandcenter_wall"


@pytest.fixture
def staffed(shared: Shared) -> Iterator[Shared]:
    """A district whose people no other database lets in: nina, nora, nils and noah operate, noah is out of use."""
    with shared.server.connect() as connection:
        connection.execute(f"REVOKE CONNECT ON {_OTHERS.format('FROM')}".encode())
    with shared.open(KEEPER, "") as database:
        office = Office(database, PROGRAM, "ctl")
        names = ("noah", "nina", "nora", "nils")
        added = [office.add(Newcomer(name, name, name, Belonging(["operator"])), OPEN_SESAME) for name in names]
        office.disable(added[0])
    yield shared
    with shared.server.connect() as connection:
        connection.execute(f"GRANT CONNECT ON {_OTHERS.format('TO')}".encode())


def _by_hand(shared: Shared, *statements: str) -> None:
    """What whoever keeps the server does past everything."""
    with shared.server.connect(shared.name) as connection:
        for statement in statements:
            connection.execute(statement.encode())


def _told(shared: Shared) -> list[fitness.Finding]:
    return [found for found in fitness.findings(shared.house.url) if found.topic == "logins" and not found.right]


def _let_in(shared: Shared) -> dict[str, list[str]]:
    """The login roles that are open, and the groups each is in."""
    asked = (
        "SELECT own.rolname::text, array_agg(substr(team.rolname, 15) ORDER BY 1) FROM pg_roles AS own"
        " JOIN pg_auth_members ON member = own.oid JOIN pg_roles AS team ON team.oid = roleid"
        " WHERE own.rolcanlogin AND login_is_ours(own.rolname) GROUP BY 1"
    )
    with shared.server.connect(shared.name) as connection:
        return dict(connection.execute(asked).fetchall())


_ELSEWHERE = (
    "GRANT commandcenter_supervisor TO nina", "ALTER ROLE nora NOLOGIN", "DROP ROLE nils", "ALTER ROLE noah LOGIN",
    "CREATE ROLE nemo LOGIN IN ROLE commandcenter_operator", "COMMENT ON ROLE nemo IS 'a person of the command centre'",
)  # fmt: skip
"""What another state of the people left on the server."""


def test_login_roles_that_are_not_as_the_people_are_found_and_brought_in_step(staffed: Shared) -> None:
    assert _told(staffed) == []
    _by_hand(staffed, *_ELSEWHERE)
    lost, of_nobody, out_of_step = _told(staffed)
    assert str(lost).startswith("people were given logins of the server that are not there: nils.")
    assert str(of_nobody).endswith("nobody of this district: nemo")
    assert of_nobody.to_run == ('ALTER ROLE "nemo" NOLOGIN',)
    assert "out of use: nina, noah, nora." in str(out_of_step)
    Database.create(staffed.house.url).close()
    assert [str(found) for found in _told(staffed)] == [str(lost)]
    assert _let_in(staffed) == {"nina": ["operator"], "nora": ["operator"]}


def test_login_roles_that_serve_another_database_too_are_left_as_they_are(staffed: Shared) -> None:
    _by_hand(staffed, *_ELSEWHERE, f"GRANT CONNECT ON {_OTHERS.format('TO')}")
    before = _let_in(staffed)
    Database.create(staffed.house.url).close()
    assert _let_in(staffed) == before
    *_others, beside = _told(staffed)
    assert str(beside).startswith("other databases of this server let the same people in, so upgrade leaves")
    assert beside.to_run == ('REVOKE CONNECT ON DATABASE "plan" FROM commandcenter_member, commandcenter_wall',)


def test_a_login_role_is_missed_too_where_its_owner_has_chosen_a_password_since(staffed: Shared) -> None:
    with staffed.open("nils") as database:
        nils = signed_in_at_server(database)
        OwnPassword(nils, "desk").change(database, nils.version, OPEN_SESAME, "open barley")
    assert _told(staffed) == []
    _by_hand(staffed, "DROP ROLE nils")
    (lost,) = _told(staffed)
    assert str(lost).startswith("people were given logins of the server that are not there: nils.")


@pytest.mark.parametrize("trigger", ["login_follows_person", "login_is_never_renamed"])
def test_a_trigger_that_keeps_logins_and_people_together_is_missed(shared: Shared, trigger: str) -> None:
    _by_hand(shared, f"DROP TRIGGER {trigger} ON person")
    assert "guards are gone from: person." in " ".join(map(str, fitness.findings(shared.house.url)))
