"""Days that have been counted, so that the figures of a long time are added up and not counted anew.

They are no records: nothing but the program writes them, and all of it can be counted again. Beside them the indexes by
which a day is found among the records, by the moments that figures are counted by, and what was complained of again
nearby.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import BIG, MOMENT, must

revision = "0039"
down_revision = "0038"
branch_labels = None
depends_on = None

_FIGURES = (
    "response", "resolution", "satisfaction", "on_time", "solved_once", "first_owner", "unprompted", "promises_kept",
    "repeat_complainants", "return_hops", "received", "opened", "closed",
)  # fmt: skip
_SUMS = tuple(f"{figure}_{part}" for figure in _FIGURES for part in ("part", "n", "out"))
_MOMENTS = (
    ("complaint", "settled_at"), ("complaint", "visited_at"), ("case_file", "dispatched_at"),
    ("assignment", "contact_due_at"), ("assignment", "resolve_due_at"), ("assignment", "accepted_at"),
    ("assignment", "contacted_at"), ("assignment", "resolved_at"), ("assignment", "return_asked_at"),
    ("contact", "contacted_at"), ("promise", "due_at"), ("promise", "kept_at"),
)  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "tally", must("told_by", sa.String(16)), must("day", sa.Date()), must("key", sa.String(64)),
        *(must(name, sa.Integer()) for name in _SUMS), sa.PrimaryKeyConstraint("told_by", "day", "key"),
        sqlite_with_rowid=False,
    )  # fmt: skip
    op.create_index("ix_tally_key", "tally", ["told_by", "key", "day"])
    op.create_table(
        "tally_times", must("squad", sa.String(36)), must("figure", sa.String(16)), must("day", sa.Date()),
        must("left_out", sa.Integer()), must("seconds", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("squad", "figure", "day"),
    )  # fmt: skip
    op.create_index("ix_tally_times_day", "tally_times", ["day"])
    op.create_table(
        "tally_mark", must("id", sa.Integer()), must("counted_as", sa.Integer()), must("zone", sa.String(64)),
        must("first_day", sa.Date()), must("last_day", sa.Date()), must("counted_at", MOMENT), must("seq", BIG),
        must("next_xid", BIG), must("running", sa.Text()), must("restored", BIG), sa.PrimaryKeyConstraint("id"),
    )  # fmt: skip
    op.create_index("ix_complaint_again", "complaint", ["matter_id", "lat", "lon", "arrived_at"])
    for table, moment in _MOMENTS:
        there = sa.text(f"{moment} IS NOT NULL")
        op.create_index(f"ix_{table}_{moment}", table, [moment], sqlite_where=there, postgresql_where=there)


