"""An import holds the citizens whom its complaints will name, as whoever takes a call does: nobody forgets them then.

PostgreSQL only. The function of step 0015 is replaced; who may call it stays.
"""

import sqlalchemy as sa
from alembic import op

revision = "0019"
down_revision = "0018"
branch_labels = None
depends_on = None

# Held in the order of their keys, as retention takes them, so that the two do not wait for each other.
_FUNCTION = """
    CREATE OR REPLACE FUNCTION known_citizens(phones text[], accounts text[])
    RETURNS TABLE (phone text, account text, id uuid)
    LANGUAGE sql VOLATILE SECURITY DEFINER SET search_path = {schema}, pg_temp
    AS $$
        WITH held AS MATERIALIZED (
            SELECT c.id, c.phone, c.account FROM complainant AS c
            WHERE c.phone = ANY (phones::varchar[]) OR c.account = ANY (accounts::varchar[])
            ORDER BY c.id FOR KEY SHARE
        )
        SELECT held.phone::text, '', held.id FROM held WHERE held.phone = ANY (phones::varchar[])
        UNION ALL
        SELECT '', held.account::text, held.id FROM held WHERE held.account = ANY (accounts::varchar[])
    $$
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
        op.execute(_FUNCTION.replace("{schema}", schema))
