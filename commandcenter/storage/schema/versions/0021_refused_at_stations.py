"""Sign-ins that a server refused, as a station tells of them once somebody came in: how many, and since when."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import MOMENT, may

revision = "0021"
down_revision = "0020"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.add_column("refused_sign_in", may("tries", sa.Integer()))
    op.add_column("refused_sign_in", may("since_at", MOMENT))
