"""A rung of the ladder that a rule of the district climbed: by which rule and why, once for an assignment."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, may

revision = "0029"
down_revision = "0028"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("directive", may("rule", sa.String(32)))
    op.add_column("directive", may("why", JSON))
    with op.batch_alter_table("directive") as directive:
        directive.alter_column("given_by_id", existing_type=KEY, nullable=True)
    by_rule = sa.text("rule IS NOT NULL")
    op.create_index(
        "ix_directive_by_rule", "directive", ["assignment_id", "rung"], unique=True,
        sqlite_where=by_rule, postgresql_where=by_rule,
    )  # fmt: skip
