"""How far officers travelled on each day, kept beside the positions, which go; and positions found by time."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import must

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "travelled", must("day", sa.Date()), must("person", sa.String(36)), must("metres", sa.Double()),
        must("fixes", sa.Integer()), must("inexact", sa.Integer()), must("jumps", sa.Integer()),
        must("gaps", sa.Integer()), sa.PrimaryKeyConstraint("day", "person"),
    )  # fmt: skip
    # They come in the order of their times: which blocks hold a day is nearly all there is to know.
    op.create_index("ix_sighting_seen", "sighting", ["seen_at"], postgresql_using="brin",
                    postgresql_with={"autosummarize": "on"})  # fmt: skip
