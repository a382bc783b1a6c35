"""Inspection: samples of closed cases, check sheets, and findings that have to be put right.

On PostgreSQL inspectors write them, and the captain or instructor of the squad whose finding it is says how it was put
right. What hangs on a sealed case is hidden with it.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, MOMENT, may, must
from commandcenter.storage.schema.guarding import guard

revision = "0030"
down_revision = "0029"
branch_labels = None
depends_on = None

_OF_SQUAD = "squad_id = (SELECT squad_of_session())"
_POLICIES = (
    "ALTER TABLE case_check ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY is_open ON case_check USING (true)",
    "ALTER TABLE finding ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY is_read ON finding FOR SELECT USING (true)",
    "CREATE POLICY is_made ON finding FOR INSERT WITH CHECK ((SELECT session_inspects()))",
    f"CREATE POLICY is_moved ON finding FOR UPDATE USING ((SELECT session_inspects()) OR {_OF_SQUAD})",
    *(
        f"CREATE POLICY is_not_sealed ON {table} AS RESTRICTIVE USING (case_id NOT IN (SELECT cases_hidden()))"
        for table in ("case_check", "finding")
    ),
)


def upgrade() -> None:
    op.create_table(
        "sample",
        must("id", KEY),
        must("version", sa.Integer()),
        must("drawn_by_id", KEY),
        must("drawn_at", MOMENT),
        must("seed", sa.String(64)),
        must("target", sa.String(16)),
        must("since_at", MOMENT),
        must("until_at", MOMENT),
        may("squad_id", KEY),
        must("size", sa.Integer()),
        must("population", sa.Integer()),
        must("cases", JSON),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_sample_drawn_by_id", "sample", ["drawn_by_id"])
    op.create_table(
        "case_check",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("sample_id", KEY),
        may("squad_id", KEY),
        must("checked_by_id", KEY),
        must("checked_at", MOMENT),
        must("answers", JSON),
        must("remark", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("sample_id", "case_id", name="uq_case_check_sample_id"),
    )
    for column in ("case_id", "squad_id", "checked_by_id", "checked_at"):
        op.create_index(f"ix_case_check_{column}", "case_check", [column])
    op.create_table(
        "finding",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("case_check_id", KEY),
        must("about", sa.String(16)),
        must("severity", sa.String(16)),
        must("state", sa.String(16)),
        must("words", sa.Text()),
        must("squad_id", KEY),
        may("officer_id", KEY),
        must("found_by_id", KEY),
        must("found_at", MOMENT),
        must("round", sa.Integer()),
        must("rectify_from_at", MOMENT),
        must("rectify_limit", sa.String(32)),
        must("rectify_due_at", MOMENT),
        may("rectified_at", MOMENT),
        may("rectified_by_id", KEY),
        must("rectification", sa.Text()),
        must("recheck_limit", sa.String(32)),
        may("recheck_due_at", MOMENT),
        may("rechecked_at", MOMENT),
        may("rechecked_by_id", KEY),
        must("verdict", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    for column in ("case_id", "squad_id", "found_by_id", "found_at"):
        op.create_index(f"ix_finding_{column}", "finding", [column])
    owed = sa.text("state IN ('to_rectify', 'to_recheck')")
    op.create_index("ix_finding_open", "finding", ["squad_id"], sqlite_where=owed, postgresql_where=owed)
    if op.get_bind().dialect.name == "postgresql":
        guard(("sample", "case_check", "finding"))
        for statement in _POLICIES:
            op.execute(statement)
