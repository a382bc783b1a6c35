"""Who is there and what is looked at; who has claimed a complaint that waits."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, MOMENT, may, must

revision = "0008"
down_revision = "0007"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", may("claimed_by_id", KEY))
    op.add_column("complaint", may("claimed_at", MOMENT))
    op.create_table(
        "presence",
        must("session_id", KEY),
        must("person_id", KEY),
        must("station", sa.String(64)),
        must("signed_in_at", MOMENT),
        must("seen_at", MOMENT),
        must("page", sa.String(32)),
        must("kind", sa.String(32)),
        may("key", KEY),
        must("editing", sa.Boolean()),
        sa.PrimaryKeyConstraint("session_id"),
        # A few rows, written over and over: with room on their page no index and no new page is touched.
        postgresql_with={"fillfactor": 30},
    )
