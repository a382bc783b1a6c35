"""A file attached to a sealed case and to another one stays visible with the other.

PostgreSQL has a function replaced, of step 0023; both find a file's cases by its hash now.
"""

import sqlalchemy as sa
from alembic import op

revision = "0032"
down_revision = "0031"
branch_labels = None
depends_on = None

_FUNCTION = """
    CREATE OR REPLACE FUNCTION files_hidden() RETURNS SETOF varchar LANGUAGE plpgsql STABLE ROWS 10
    SECURITY DEFINER SET search_path = {schema}, pg_temp
    AS $$
    DECLARE
        hidden CONSTANT uuid[] := ARRAY(SELECT cases_hidden());
    BEGIN
        IF hidden <> '{}' THEN
            RETURN QUERY SELECT DISTINCT p.sha256 FROM photo AS p
                WHERE p.case_id = ANY (hidden) AND NOT EXISTS (
                    SELECT FROM photo AS other WHERE other.sha256 = p.sha256 AND other.case_id <> ALL (hidden)
                );
        END IF;
    END
    $$
"""


def upgrade() -> None:
    op.create_index("ix_photo_sha256", "photo", ["sha256"])
    connection = op.get_bind()
    if connection.dialect.name == "postgresql":
        schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
        op.execute(_FUNCTION.replace("{schema}", schema))
