"""A counted day keeps every thing it counted: whoever is asked about, and whatever it is told apart by, it answers.

They stand in the place of the times of each clock, which are among them. How far the days are counted may now lie
anywhere in the past, and of two who count at a time one sees that the other was there. What was counted before is
counted anew by whoever counts next. A wall is sent what it was sent before, once all the days it goes over are counted.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import must

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

_ROWS = """
    SELECT t.day, t.response_part, t.response_n, t.resolution_part, t.resolution_n, t.satisfaction_part,
        t.satisfaction_n, t.on_time_part, t.on_time_n, m.counted_as, m.last_day
    FROM tally AS t JOIN tally_mark AS m ON m.id = 1 WHERE t.told_by = '' AND t.day <= m.last_day
        AND (m.first_day <= m.earliest_day OR m.first_day <= {thirty_days_before})
"""


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
    _send_walls(op.get_bind().dialect.name)


def _send_walls(dialect: str) -> None:
    op.execute("DROP VIEW wall_figure")
    server = dialect == "postgresql"
    rows = _ROWS.format(thirty_days_before="m.last_day - 29" if server else "date(m.last_day, '-29 days')")
    op.execute(f"CREATE VIEW wall_figure {'WITH (security_barrier) ' if server else ''}AS {rows}")
