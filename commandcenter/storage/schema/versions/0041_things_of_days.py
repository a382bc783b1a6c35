"""A counted day keeps every thing it counted: whoever is asked about, and whatever it is told apart by, it answers.

They stand in the place of the times of each clock, which are among them. How far the days are counted may now lie
anywhere in the past, and of two who count at a time one sees that the other was there. What was counted before is
counted anew by whoever counts next.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import must

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.drop_table("tally_times")
    op.create_table(
        "tally_key", must("id", sa.Integer()), must("key", sa.String(64)), sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("key"),
    )  # fmt: skip
    op.create_table(
        "tally_things", must("figure", sa.String(32)), must("day", sa.Date()), must("n", sa.Integer()),
        must("packed", sa.LargeBinary()), sa.PrimaryKeyConstraint("figure", "day"),
    )  # fmt: skip
    op.create_index("ix_tally_things_day", "tally_things", ["day"])
    op.execute("DELETE FROM tally_mark")
    op.execute("DELETE FROM tally")
    for column in (
        sa.Column("turn", sa.Integer(), nullable=False, server_default="0"),
        sa.Column("earliest_day", sa.Date(), nullable=False, server_default="1970-01-01"),
    ):
        op.add_column("tally_mark", column)
