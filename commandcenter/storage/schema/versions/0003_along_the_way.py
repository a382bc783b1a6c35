"""What is said and shown along the way."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, MOMENT, may, must

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "contact",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("assignment_id", KEY),
        may("complaint_id", KEY),
        must("officer_id", KEY),
        must("means", sa.String(16)),
        must("contacted_at", MOMENT),
        must("duration_s", sa.Integer()),
        must("outcome", sa.String(16)),
        must("words", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_contact_assignment_id", "contact", ["assignment_id"])
    op.create_index("ix_contact_case_id", "contact", ["case_id"])
    op.create_index("ix_contact_complaint_id", "contact", ["complaint_id"])
    op.create_index("ix_contact_officer_id", "contact", ["officer_id"])
    op.create_table(
        "promise",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("assignment_id", KEY),
        may("complaint_id", KEY),
        must("made_by_id", KEY),
        must("to_whom", sa.Text()),
        must("what", sa.Text()),
        must("promised_at", MOMENT),
        must("due_at", MOMENT),
        may("kept_at", MOMENT),
        must("state", sa.String(16)),
        must("outcome", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_promise_case_id", "promise", ["case_id"])
    op.create_index("ix_promise_made_by_id", "promise", ["made_by_id"])
    op.create_index(
        "ix_promise_open", "promise", ["due_at"],
        sqlite_where=sa.text("state = 'promised'"),
        postgresql_where=sa.text("state = 'promised'"),
    )
    op.create_table(
        "note",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("assignment_id", KEY),
        must("author_id", KEY),
        must("sort", sa.String(16)),
        must("words", sa.Text()),
        must("written_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_note_case_id", "note", ["case_id"])
    op.create_table(
        "photo",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("assignment_id", KEY),
        must("taken_by_id", KEY),
        must("side", sa.String(16)),
        must("name", sa.Text()),
        must("media_type", sa.String(64)),
        must("size", sa.Integer()),
        must("sha256", sa.String(64)),
        must("attached_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_photo_case_id", "photo", ["case_id"])
    op.create_table(
        "file_content",
        must("sha256", sa.String(64)),
        must("content", sa.LargeBinary()),
        sa.PrimaryKeyConstraint("sha256"),
    )
    op.create_table(
        "visit",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("complaint_id", KEY),
        must("visitor_id", KEY),
        must("visited_at", MOMENT),
        must("outcome", sa.String(16)),
        may("solved", sa.Boolean()),
        may("satisfied", sa.Integer()),
        must("words", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_visit_case_id", "visit", ["case_id"])
    op.create_index("ix_visit_complaint_id", "visit", ["complaint_id"])
