"""What a password of the server was when the journal told of it last, so that one changed past the journal is noticed.

PostgreSQL lets everybody change their own password by plain SQL, and no trigger hears of it. The functions by which
passwords are given and chosen leave a hash of the verifier here; whoever may read the server's verifiers compares.
Nobody else reads it: of a password it says less than the verifier, which is as hard to reverse as it was made.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, must

revision = "0022"
down_revision = "0021"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"
_NO_VERIFIER = (
    "verifier IS NULL OR verifier !~ '^SCRAM-SHA-256[$][0-9]+:[A-Za-z0-9+/=]+[$][A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$'"
)

_FUNCTIONS = (
    # With its owner's rights, and for oneself only, in the transaction whose line tells of the choice.
    """
    CREATE FUNCTION keep_verifier(verifier text) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF NOT EXISTS (
            SELECT FROM journal WHERE kind = 'person' AND key = person_of_session() AND operation = 'change_password'
            AND xid = pg_current_xact_id()::text::bigint
        ) THEN
            RAISE EXCEPTION 'a password is chosen with a change of the person, which the journal tells'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        INSERT INTO kept_verifier (person_id, digest)
        VALUES (person_of_session(), encode(sha256(convert_to(verifier, 'UTF8')), 'hex'))
        ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest;
    END
    $$
    """,
    # As step 0014 made it; what was chosen is kept.
    """
    CREATE OR REPLACE FUNCTION choose_password(verifier text) RETURNS void LANGUAGE plpgsql
    SET search_path = {schema}, pg_temp
    AS $$
    BEGIN
        IF {no_verifier} THEN
            RAISE EXCEPTION 'a password comes as its SCRAM verifier only' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        PERFORM keep_verifier(verifier);
        EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
    END
    $$
    """,
    # As step 0012 made it; what was given is kept.
    """
    CREATE OR REPLACE FUNCTION give_login(key uuid, verifier text) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        somebody record;
    BEGIN
        IF NOT session_administers() THEN
            RAISE EXCEPTION '% does not administer this district', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF {no_verifier}
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
        INSERT INTO kept_verifier (person_id, digest)
        VALUES (key, encode(sha256(convert_to(verifier, 'UTF8')), 'hex'))
        ON CONFLICT (person_id) DO UPDATE SET digest = excluded.digest;
        EXECUTE format('ALTER ROLE %I PASSWORD %L VALID UNTIL %L', somebody.login, verifier, 'infinity');
        PERFORM arrange_login(somebody.login, somebody.roles, somebody.disabled);
    END
    $$
    """,
)


def upgrade() -> None:
    op.create_table(
        "kept_verifier", must("person_id", KEY), must("digest", sa.String(64)), sa.PrimaryKeyConstraint("person_id")
    )
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    rights = _RIGHTS.replace("{schema}", schema)
    for function in _FUNCTIONS:
        op.execute(
            function.replace("{rights}", rights).replace("{schema}", schema).replace("{no_verifier}", _NO_VERIFIER)
        )
