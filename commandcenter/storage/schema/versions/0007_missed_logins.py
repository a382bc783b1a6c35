"""How often a login was missed that is nobody's: it is to be told from a known one by nothing."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import MOMENT, must

revision = "0007"
down_revision = "0006"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "missed_login",
        must("login_hash", sa.String(64)),
        must("failures", sa.Integer()),
        must("failed_at", MOMENT),
        sa.PrimaryKeyConstraint("login_hash"),
    )
