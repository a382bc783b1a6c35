"""Whose a return visit is, and when the next try is due."""

from alembic import op

from commandcenter.storage.schema.columns import KEY, MOMENT, may

revision = "0025"
down_revision = "0024"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("complaint", may("visitor_id", KEY))
    op.add_column("complaint", may("visit_again_at", MOMENT))
