"""A bulletin that a timer makes leaves the program too: an export by nobody who has signed in."""

from alembic import op

from commandcenter.storage.schema.columns import KEY

revision = "0034"
down_revision = "0033"
branch_labels = None
depends_on = None


def upgrade() -> None:
    with op.batch_alter_table("export") as table:
        table.alter_column("made_by_id", existing_type=KEY, nullable=True)
