"""Signs that a supervisor put aside, with the remark; and where a photo says it was taken."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, MOMENT, may, must
from commandcenter.storage.schema.guarding import guard

revision = "0035"
down_revision = "0034"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("photo", may("lon", sa.Double()))
    op.add_column("photo", may("lat", sa.Double()))
    op.create_table(
        "dismissed_sign",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("sign", sa.String(24)),
        must("mark", sa.String(64)),
        must("remark", sa.Text()),
        must("dismissed_by_id", KEY),
        must("dismissed_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_dismissed_sign_case_id", "dismissed_sign", ["case_id"])
    if op.get_bind().dialect.name != "postgresql":
        return
    guard(("dismissed_sign",))
    op.execute("ALTER TABLE dismissed_sign ENABLE ROW LEVEL SECURITY")
    op.execute("CREATE POLICY is_open ON dismissed_sign USING (true)")
    op.execute(
        "CREATE POLICY is_not_sealed ON dismissed_sign AS RESTRICTIVE"
        " USING (case_id NOT IN (SELECT cases_hidden()))"
    )
