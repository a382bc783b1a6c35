"""Passwords that people choose themselves; on the page of security, those they were given on a server too."""

import sqlalchemy as sa
from alembic import op

revision = "0014"
down_revision = "0013"
branch_labels = None
depends_on = None

_OVERSEEN = {
    "sqlite": """(
        kind IN ('reveal', 'export', 'refused_sign_in')
        OR kind = 'person' AND coalesce(json_extract(changes, '$.roles'), json_extract(changes, '$.disabled'),
            json_extract(changes, '$.squad_id'), json_extract(changes, '$.signed_out_at'),
            json_extract(changes, '$.password_given_at')) IS NOT NULL
        OR kind = 'credential' AND coalesce(json_extract(changes, '$.password_hash'),
            json_extract(changes, '$.failures')) IS NOT NULL
    )""",
    "postgresql": """(
        kind IN ('reveal', 'export', 'refused_sign_in')
        OR kind = 'person' AND jsonb_exists_any(changes,
            ARRAY['roles', 'disabled', 'squad_id', 'signed_out_at', 'password_given_at'])
        OR kind = 'credential' AND jsonb_exists_any(changes, ARRAY['password_hash', 'failures'])
    )""",
}
# With the rights of whoever calls it: the server lets everybody change their own password, and nobody else's. It keeps
# the verifier out of the words of a statement, which a server may write into its log, and asks for the journal's line.
_CHOOSE = """
    CREATE FUNCTION choose_password(verifier text) RETURNS void LANGUAGE plpgsql SET search_path = {schema}, pg_temp
    AS $$
    BEGIN
        IF verifier IS NULL OR verifier !~ '^SCRAM-SHA-256[$][0-9]+:[A-Za-z0-9+/=]+[$][A-Za-z0-9+/=]+:[A-Za-z0-9+/=]+$'
        THEN
            RAISE EXCEPTION 'a password comes as its SCRAM verifier only' USING ERRCODE = 'invalid_parameter_value';
        END IF;
        IF NOT EXISTS (
            SELECT FROM journal WHERE kind = 'person' AND key = person_of_session()
            AND xid = pg_current_xact_id()::text::bigint
        ) THEN
            RAISE EXCEPTION 'a password is chosen with a change of the person, which the journal tells'
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        EXECUTE format('ALTER ROLE %I PASSWORD %L', session_user, verifier);
    END
    $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    where = sa.text(_OVERSEEN[connection.dialect.name])
    op.drop_index("ix_journal_overseen", "journal")
    op.create_index(
        "ix_journal_overseen", "journal", ["kind", "at", "seq"], sqlite_where=where, postgresql_where=where
    )
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
        op.execute(_CHOOSE.replace("{schema}", schema))
