"""What was said in ten years is found as soon as what was said in one: words by stretches, a caller's newest first."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_index("ix_complaint_caller", "complaint", ["complainant_id", "arrived_at"])
    op.drop_index("ix_complaint_complainant_id", "complaint")
    if op.get_context().dialect.name == "postgresql":
        stretches = sa.text("(ARRAY[kind::text || ((id >> 19)::text)])")
        op.create_index("ix_search_row_words", "search_row", ["tokens", stretches], postgresql_using="gin")
        op.drop_index("ix_search_row_tokens", "search_row")
