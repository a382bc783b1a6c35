"""When somebody was given a password; on a server, the login roles that follow the people of the district.

A login role bears the person's login as its name. Making and changing roles wants CREATEROLE, which administrators of
the district have not: the functions here run with the rights of the database's owner, and for administrators only.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import MOMENT, may

revision = "0012"
down_revision = "0011"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    """
    CREATE FUNCTION session_administers() RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT session_is_the_program() OR person_of_session() IS NOT NULL AND EXISTS (
            SELECT FROM pg_roles AS held
            WHERE held.rolname = 'commandcenter_administrator' AND pg_has_role(session_user, held.oid, 'MEMBER')
        )
    $$
    """,
    # Whether a role of that name is a person's: made here, or put into a group of ours by an administrator of the
    # server. A role with powers of its own never is.
    """
    CREATE FUNCTION login_is_ours(login text) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT EXISTS (
            SELECT FROM pg_roles AS role
            WHERE role.rolname = login AND role.rolname <> current_user
            AND NOT (role.rolsuper OR role.rolcreaterole OR role.rolcreatedb)
            AND NOT (role.rolreplication OR role.rolbypassrls)
            AND NOT starts_with(role.rolname, 'commandcenter_')
            AND (shobj_description(role.oid, 'pg_authid') = 'a person of the command centre' OR EXISTS (
                SELECT FROM pg_auth_members AS held JOIN pg_roles AS team ON team.oid = held.roleid
                WHERE held.member = role.oid AND starts_with(team.rolname, 'commandcenter_')
            ))
        )
    $$
    """,
    # A person's login role as the person is now: in the groups of these roles and no other, or closed and in none.
    # Not for anybody to call: those who may are let through by the functions below. It looks itself all the same, for
    # a restored database has it open to everybody until its rights are set up.
    """
    CREATE FUNCTION arrange_login(login text, roles jsonb, disabled boolean) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        own CONSTANT oid := to_regrole(quote_ident(login));
        team record;
    BEGIN
        IF NOT session_administers() THEN
            RAISE EXCEPTION '% does not administer this district', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        FOR team IN
            SELECT rolname AS name, NOT disabled AND roles ? substr(rolname, 15) AS wanted, EXISTS (
                SELECT FROM pg_auth_members AS held WHERE held.roleid = pg_roles.oid AND held.member = own
            ) AS standing
            FROM pg_roles WHERE rolname = ANY (ARRAY[
                'commandcenter_operator', 'commandcenter_supervisor', 'commandcenter_inspector',
                'commandcenter_administrator', 'commandcenter_captain', 'commandcenter_instructor',
                'commandcenter_officer', 'commandcenter_keeper', 'commandcenter_wall'
            ])
        LOOP
            IF team.wanted AND NOT team.standing THEN
                EXECUTE format('GRANT %I TO %I', team.name, login);
            ELSIF team.standing AND NOT team.wanted THEN
                EXECUTE format('REVOKE %I FROM %I', team.name, login);
            END IF;
        END LOOP;
        EXECUTE format('ALTER ROLE %I %s', login, CASE WHEN disabled THEN 'NOLOGIN' ELSE 'LOGIN' END);
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION arrange_login FROM PUBLIC",
    """
    CREATE FUNCTION login_follows_person() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF NOT login_is_ours(NEW.login) THEN
            RETURN NULL;
        END IF;
        IF NOT session_administers() THEN
            RAISE EXCEPTION '% does not administer this district', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        PERFORM arrange_login(NEW.login, NEW.roles, NEW.disabled);
        RETURN NULL;
    END
    $$
    """,
    # The password comes as its SCRAM verifier, which the client computed: the password itself is never sent. Whoever
    # gives one changes the person's record in the same transaction, so that the journal tells of it.
    """
    CREATE FUNCTION give_login(key uuid, verifier text) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        somebody record;
    BEGIN
        IF NOT session_administers() THEN
            RAISE EXCEPTION '% does not administer this district', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256[$][0-9]+:[A-Za-z0-9+/=]+[$][A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$'
        THEN
            RAISE EXCEPTION 'a password comes as its SCRAM verifier only' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        IF NOT EXISTS (
            SELECT FROM journal
            WHERE kind = 'person' AND journal.key = give_login.key AND xid = pg_current_xact_id()::text::bigint
        ) THEN
            RAISE EXCEPTION 'a password is given with a change of the person, which the journal tells'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        SELECT login, roles, disabled INTO STRICT somebody FROM person WHERE id = key;
        IF octet_length(somebody.login) > 63 THEN
            RAISE EXCEPTION 'the login % is longer than the server keeps', somebody.login
                USING ERRCODE = 'name_too_long';
        END IF;
        IF to_regrole(quote_ident(somebody.login)) IS NULL THEN
            EXECUTE format('CREATE ROLE %I LOGIN', somebody.login);
            EXECUTE format('COMMENT ON ROLE %I IS %L', somebody.login, 'a person of the command centre');
            IF NOT (SELECT rolsuper FROM pg_roles WHERE rolname = current_user) THEN
                EXECUTE format('GRANT %I TO %I', somebody.login, current_user);  -- to end its sessions
            END IF;
        ELSIF NOT login_is_ours(somebody.login) THEN
            RAISE EXCEPTION 'the role % of this server is not a person''s', somebody.login
                USING ERRCODE = 'duplicate_object';
        END IF;
        EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', somebody.login, verifier, 'infinity');
        PERFORM arrange_login(somebody.login, somebody.roles, somebody.disabled);
    END
    $$
    """,
    # Ends the sessions of somebody out of use. False where the owner may not: only a member of the role may, or of
    # pg_signal_backend.
    """
    CREATE FUNCTION end_sessions(key uuid) RETURNS boolean LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF NOT session_administers() THEN
            RAISE EXCEPTION '% does not administer this district', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        BEGIN
            PERFORM pg_terminate_backend(activity.pid)
            FROM person JOIN pg_stat_activity AS activity ON activity.usename = person.login::name
            WHERE person.id = key AND person.disabled AND login_is_ours(person.login)
            AND activity.datname = current_database();
        EXCEPTION WHEN insufficient_privilege THEN
            RETURN false;
        END;
        RETURN true;
    END
    $$
    """,
)


def upgrade() -> None:
    op.add_column("person", may("password_given_at", MOMENT))
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    op.execute(
        "CREATE TRIGGER login_follows_person AFTER UPDATE OF roles, disabled ON person FOR EACH ROW"
        " WHEN (OLD.roles IS DISTINCT FROM NEW.roles OR OLD.disabled IS DISTINCT FROM NEW.disabled)"
        " EXECUTE FUNCTION login_follows_person()"
    )
