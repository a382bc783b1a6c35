"""When a clock began anew: the time to accept after a return was refused, the wait for a word when work is redone."""

from alembic import op

from commandcenter.storage.schema.columns import MOMENT, may

revision = "0006"
down_revision = "0004"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("assignment", may("accept_from_at", MOMENT))
    op.add_column("complaint", may("progress_from_at", MOMENT))
