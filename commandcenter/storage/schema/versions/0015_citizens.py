"""Nobody reads the citizens' table: who writes identities down asks these questions, and gets what a mask shows.

PostgreSQL only. Who may ask them is granted with the groups: :mod:`commandcenter.storage.groups`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0015"
down_revision = "0014"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"
_SHOWN = "c.id, c.version, left(btrim(c.name, E' \\t\\u3000'), 1)"
"""What everybody may see of a name: its first character, none where no name is known."""

_FUNCTIONS = (
    # Whoever takes a call holds the caller's row, so that nobody forgets who it is while the complaint is written.
    """
    CREATE FUNCTION heard_before(digits text) RETURNS TABLE (id uuid, version integer, initial text)
    LANGUAGE sql {rights}
    AS $$ SELECT {shown} FROM complainant AS c WHERE c.phone = digits::varchar FOR KEY SHARE $$
    """,
    """
    CREATE FUNCTION citizen_masked(citizen uuid) RETURNS TABLE (id uuid, version integer, initial text)
    LANGUAGE sql {rights}
    AS $$ SELECT {shown} FROM complainant AS c WHERE c.id = citizen FOR KEY SHARE $$
    """,
    # For an import: which of these telephone numbers and accounts, given in full, are known, and whose they are.
    """
    CREATE FUNCTION known_citizens(phones text[], accounts text[])
    RETURNS TABLE (phone text, account text, id uuid) LANGUAGE sql STABLE {rights}
    AS $$
        SELECT c.phone::text, '', c.id FROM complainant AS c WHERE c.phone = ANY (phones::varchar[])
        UNION ALL
        SELECT '', c.account::text, c.id FROM complainant AS c WHERE c.account = ANY (accounts::varchar[])
    $$
    """,
)
_CLOSED = ("heard_before(text)", "citizen_masked(uuid)", "known_citizens(text[], text[])")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)).replace("{shown}", _SHOWN))
    for signature in _CLOSED:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
