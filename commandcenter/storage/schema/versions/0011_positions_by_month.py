"""On a server the positions of officers lie in a table a month, so that a month is dropped at once."""

import sqlalchemy as sa
from alembic import op

revision = "0011"
down_revision = "0010"
branch_labels = None
depends_on = None

_BY_MONTH = (
    # What is there stays where it is and becomes the first part: a city's positions of months are not copied.
    "ALTER TABLE sighting RENAME TO sighting_before",
    "ALTER TABLE sighting_before DROP CONSTRAINT sighting_pkey",
    "ALTER INDEX ix_sighting_person RENAME TO ix_sighting_before_person",
    "ALTER INDEX ix_sighting_xid RENAME TO ix_sighting_before_xid",
    "CREATE TABLE sighting (LIKE sighting_before INCLUDING DEFAULTS) PARTITION BY RANGE (seen_at)",
    "ALTER TABLE sighting ADD PRIMARY KEY (seq, seen_at)",
    "ALTER SEQUENCE sighting_seq_seq OWNED BY sighting.seq",
    "CREATE INDEX ix_sighting_person ON sighting (person_id, seq)",
    "CREATE INDEX ix_sighting_xid ON sighting (xid)",
    # What belongs to no month that was made ahead, by a clock that is wrong, is taken all the same.
    "CREATE TABLE sighting_other PARTITION OF sighting DEFAULT",
    """
    WITH ahead AS (DELETE FROM sighting_before WHERE seen_at >= '{bound}' RETURNING *)
    INSERT INTO sighting SELECT * FROM ahead
    """,
    "ALTER TABLE sighting ATTACH PARTITION sighting_before FOR VALUES FROM (MINVALUE) TO ('{bound}')",
)
_NEXT_MONTH = sa.text(
    "SELECT to_char(date_trunc('month', now() AT TIME ZONE 'UTC') + interval '1 month', 'YYYY-MM-DD') || ' 00:00+00'"
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    bound = connection.scalar(_NEXT_MONTH)
    for statement in _BY_MONTH:
        op.execute(statement.replace("{bound}", bound))
    if not connection.scalar(sa.text("SELECT EXISTS (SELECT FROM sighting_before)")):
        op.execute("DROP TABLE sighting_before")
