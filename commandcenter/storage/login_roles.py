"""Whether the server's login roles agree with the people of the district, and bringing them in step.

A login role follows its person by a trigger, in the transaction that changes the person. Roles are the server's and
people the database's, though: a database that is restored, or moved, brings people who are not what the roles say.
"""

from typing import NamedTuple

from sqlalchemy import Connection, TextClause, text
from sqlalchemy.exc import ProgrammingError

from commandcenter.storage.groups import GROUPS, MEMBER
from commandcenter.storage.refusals import state_of

_DENIED = "42501"
"""PostgreSQL's insufficient privilege."""

# Who was ever given a password, and not one that the program itself keeps, was given a login role. That it was given is
# forgotten by the record when its owner chooses another, but not by the journal.
_LOST = text(
    "SELECT p.login FROM person AS p WHERE NOT p.disabled AND (p.password_given_at IS NOT NULL OR EXISTS ("
    "SELECT FROM journal WHERE kind = 'person' AND key = p.id AND changes #>> '{password_given_at,1}' IS NOT NULL))"
    " AND NOT EXISTS (SELECT FROM credential WHERE person_id = p.id)"
    " AND NOT EXISTS (SELECT FROM pg_roles WHERE rolname = p.login::name) ORDER BY p.login"
)
_OF_NOBODY = text(
    "SELECT rolname FROM pg_roles WHERE rolcanlogin AND login_is_ours(rolname::text)"
    " AND NOT EXISTS (SELECT FROM person WHERE login = rolname::varchar) ORDER BY rolname"
)
_OUT_OF_STEP = text(
    """
    SELECT p.login FROM person AS p JOIN pg_roles AS own ON own.rolname = p.login::name
    WHERE login_is_ours(p.login) AND (own.rolcanlogin = p.disabled OR ARRAY(
        SELECT DISTINCT substr(team.rolname, 15) COLLATE "C"
        FROM pg_auth_members AS held JOIN pg_roles AS team ON team.oid = held.roleid
        WHERE held.member = own.oid AND team.rolname = ANY(:groups) ORDER BY 1
    ) IS DISTINCT FROM ARRAY(
        SELECT DISTINCT role COLLATE "C" FROM jsonb_array_elements_text(p.roles) AS role
        WHERE NOT p.disabled ORDER BY 1
    )) ORDER BY p.login
    """
)
_BESIDE = text(
    "SELECT datname FROM pg_database, aclexplode(datacl) WHERE grantee = to_regrole(:member)::oid"
    " AND privilege_type = 'CONNECT' AND datname <> current_database() ORDER BY datname"
)
_MAY_COMPARE = text("SELECT has_column_privilege('pg_catalog.pg_authid', 'rolpassword', 'SELECT')")
_CHANGED_PAST_US = text(
    "SELECT p.login FROM person AS p JOIN kept_verifier AS kept ON kept.person_id = p.id"
    " JOIN pg_catalog.pg_authid AS own ON own.rolname = p.login::name"
    " WHERE encode(sha256(convert_to(coalesce(own.rolpassword, ''), 'UTF8')), 'hex') <> kept.digest ORDER BY p.login"
)
_ARRANGE = text("SELECT arrange_login(login, roles, disabled) FROM person WHERE login = :login")
# One that whoever keeps the server put into a group by hand is theirs to close.
_CLOSE = text(
    "SELECT arrange_login(:login, '[]', true) FROM pg_roles"
    " WHERE rolname = :login AND shobj_description(oid, 'pg_authid') = 'a person of the command centre'"
)


class Disagreement(NamedTuple):
    """Where login roles and people do not agree, by logins: none of any where all is well."""

    lost: tuple[str, ...]
    """People in use who were given a login role that is not there."""
    of_nobody: tuple[str, ...]
    """Login roles that let somebody in who is nobody of this district."""
    out_of_step: tuple[str, ...]
    """Login roles that are open, closed or in groups otherwise than their people."""


def disagreement(connection: Connection) -> Disagreement:
    """Hold the login roles against the people."""
    return Disagreement(
        tuple(connection.scalars(_LOST)),
        tuple(connection.scalars(_OF_NOBODY)),
        tuple(connection.scalars(_OUT_OF_STEP, {"groups": [group for group in GROUPS if group != MEMBER]})),
    )


def changed_past_us(connection: Connection) -> tuple[str, ...] | None:
    """The logins whose passwords are not those of which the journal told last; None where this account may not look.

    One that was given before the step *kept verifiers* is known from its next change on.
    """
    return tuple(connection.scalars(_CHANGED_PAST_US)) if connection.scalar(_MAY_COMPARE) else None


def beside(connection: Connection) -> tuple[str, ...]:
    """Other databases of this server that let the same people in: which of them the roles follow nobody can tell."""
    return tuple(connection.scalars(_BESIDE, {"member": MEMBER}))


def agree(connection: Connection) -> None:
    """Bring the login roles in step with the people of this database, where it alone lets them in.

    Whose login is nobody's any more is let in no more. A role that the owner may not change stays as it is.
    """
    if beside(connection):
        return
    found = disagreement(connection)
    for statement, logins in ((_ARRANGE, found.out_of_step), (_CLOSE, found.of_nobody)):
        for login in logins:
            _try(connection, statement, login)


def _try(connection: Connection, statement: TextClause, login: str) -> None:
    try:
        with connection.begin_nested():
            connection.execute(statement, {"login": login})
    except ProgrammingError as error:
        if state_of(error) != _DENIED:
            raise
