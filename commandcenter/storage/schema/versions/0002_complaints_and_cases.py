"""Complaints and who made them; cases, assignments, rulings."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, MOMENT, may, must

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "complainant",
        must("id", KEY),
        must("version", sa.Integer()),
        must("name", sa.Text()),
        may("phone", sa.String(32)),
        may("account", sa.String(128)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("account"),
        sa.UniqueConstraint("phone"),
    )
    op.create_table(
        "complaint",
        must("id", KEY),
        must("version", sa.Integer()),
        must("number", sa.String(64)),
        must("channel", sa.String(16)),
        must("source", sa.String(64)),
        may("source_number", sa.String(128)),
        must("arrived_at", MOMENT),
        must("received_at", MOMENT),
        may("received_by_id", KEY),
        may("owner_id", KEY),
        must("title", sa.Text()),
        must("words", sa.Text()),
        may("complainant_id", KEY),
        must("caller_mask", sa.String(64)),
        must("confidential", sa.Boolean()),
        may("squad_id", KEY),
        may("workstation_id", KEY),
        may("matter_id", KEY),
        must("urgency", sa.String(16)),
        must("state", sa.String(16)),
        may("case_id", KEY),
        must("receive_limit", sa.String(32)),
        may("receive_due_at", MOMENT),
        may("settled_at", MOMENT),
        must("answer", sa.Text()),
        must("decline_code", sa.String(32)),
        must("refer_to", sa.Text()),
        may("last_word_at", MOMENT),
        must("progress_limit", sa.String(32)),
        may("progress_due_at", MOMENT),
        may("visit_from_at", MOMENT),
        must("visit_limit", sa.String(32)),
        may("visit_due_at", MOMENT),
        may("visited_at", MOMENT),
        must("visit_tries", sa.Integer()),
        may("solved", sa.Boolean()),
        may("satisfied", sa.Integer()),
        must("historic", sa.Boolean()),
        must("place_words", sa.Text()),
        may("lon", sa.Double()),
        may("lat", sa.Double()),
        may("accuracy", sa.Double()),
        must("place_source", sa.String(16)),
        must("datum", sa.String(16)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
        sa.UniqueConstraint("source_number", "source"),
    )
    op.create_index("ix_complaint_arrived_at", "complaint", ["arrived_at"])
    op.create_index("ix_complaint_case_id", "complaint", ["case_id"])
    op.create_index("ix_complaint_complainant_id", "complaint", ["complainant_id"])
    op.create_index("ix_complaint_owner_id", "complaint", ["owner_id"])
    op.create_index("ix_complaint_point", "complaint", ["lat", "lon"])
    op.create_index("ix_complaint_state", "complaint", ["state", "arrived_at"])
    # After the whole index: SQLite prefers the younger of two that look equally good to it.
    op.create_index(
        "ix_complaint_open", "complaint", ["state", "arrived_at"],
        sqlite_where=sa.text("state IN ('received', 'linked', 'visit_due', 'disputed') AND historic = 0"),
        postgresql_where=sa.text("state IN ('received', 'linked', 'visit_due', 'disputed') AND NOT historic"),
    )
    op.create_table(
        "case_file",
        must("id", KEY),
        must("version", sa.Integer()),
        must("number", sa.String(64)),
        must("title", sa.Text()),
        must("words", sa.Text()),
        may("matter_id", KEY),
        must("urgency", sa.String(16)),
        must("state", sa.String(16)),
        must("origin", sa.String(16)),
        must("opened_at", MOMENT),
        may("opened_by_id", KEY),
        may("owner_id", KEY),
        may("finder_id", KEY),
        may("squad_id", KEY),
        may("workstation_id", KEY),
        may("lead_id", KEY),
        must("complaints", sa.Integer()),
        must("assisting", sa.Integer()),
        must("round", sa.Integer()),
        must("hops", sa.Integer()),
        must("dispatch_limit", sa.String(32)),
        may("dispatch_from_at", MOMENT),
        may("dispatch_due_at", MOMENT),
        may("dispatched_at", MOMENT),
        may("resolved_at", MOMENT),
        may("reviewed_at", MOMENT),
        may("reviewed_by_id", KEY),
        may("closed_at", MOMENT),
        must("disposition", sa.String(32)),
        must("closing_text", sa.Text()),
        must("cancel_reason", sa.Text()),
        must("rung", sa.String(16)),
        may("merged_into_id", KEY),
        may("previous_id", KEY),
        must("confidential", sa.Boolean()),
        must("named", JSON),
        must("historic", sa.Boolean()),
        must("place_words", sa.Text()),
        may("lon", sa.Double()),
        may("lat", sa.Double()),
        may("accuracy", sa.Double()),
        must("place_source", sa.String(16)),
        must("datum", sa.String(16)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("number"),
    )
    op.create_index("ix_case_file_closed_at", "case_file", ["closed_at"])
    op.create_index("ix_case_file_matter_id", "case_file", ["matter_id"])
    op.create_index("ix_case_file_opened_at", "case_file", ["opened_at"])
    op.create_index("ix_case_file_owner_id", "case_file", ["owner_id"])
    op.create_index("ix_case_file_squad_id", "case_file", ["squad_id"])
    op.create_index(
        "ix_case_open", "case_file", ["opened_at"],
        sqlite_where=sa.text("state NOT IN ('closed', 'cancelled', 'merged')"),
        postgresql_where=sa.text("state NOT IN ('closed', 'cancelled', 'merged')"),
    )
    op.create_index("ix_case_point", "case_file", ["lat", "lon"])
    op.create_index("ix_case_state", "case_file", ["state", "opened_at"])
    op.create_table(
        "case_link",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("other_id", KEY),
        must("sort", sa.String(16)),
        must("linked_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_case_link_case_id", "case_link", ["case_id"])
    op.create_index("ix_case_link_other_id", "case_link", ["other_id"])
    op.create_table(
        "assignment",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("squad_id", KEY),
        must("part", sa.String(16)),
        must("round", sa.Integer()),
        must("state", sa.String(16)),
        must("urgency", sa.String(16)),
        may("officer_id", KEY),
        must("dispatched_at", MOMENT),
        may("dispatched_by_id", KEY),
        must("why", JSON),
        must("note", sa.Text()),
        must("accept_limit", sa.String(32)),
        may("accept_due_at", MOMENT),
        may("accepted_at", MOMENT),
        must("contact_limit", sa.String(32)),
        may("contact_due_at", MOMENT),
        may("contacted_at", MOMENT),
        must("return_limit", sa.String(32)),
        may("return_due_at", MOMENT),
        may("return_asked_at", MOMENT),
        must("resolve_limit", sa.String(32)),
        may("resolve_due_at", MOMENT),
        may("resolved_at", MOMENT),
        must("enforced", sa.Boolean()),
        must("pauses", JSON),
        may("suspended_until", MOMENT),
        must("extension", sa.String(32)),
        must("disposition", sa.String(32)),
        must("closing_text", sa.Text()),
        may("ended_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_assignment_case_id", "assignment", ["case_id"])
    op.create_index("ix_assignment_officer_id", "assignment", ["officer_id"])
    op.create_index(
        "ix_assignment_running", "assignment", ["case_id"],
        sqlite_where=sa.text("state NOT IN ('resolved', 'returned', 'cancelled')"),
        postgresql_where=sa.text("state NOT IN ('resolved', 'returned', 'cancelled')"),
    )
    op.create_index("ix_assignment_squad_id", "assignment", ["squad_id"])
    op.create_table(
        "request",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        must("assignment_id", KEY),
        must("ask", sa.String(16)),
        must("state", sa.String(16)),
        must("asked_by_id", KEY),
        must("asked_at", MOMENT),
        must("reason", sa.Text()),
        must("basis", sa.Text()),
        must("amount", sa.String(32)),
        may("ruled_by_id", KEY),
        may("ruled_at", MOMENT),
        must("ruling", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index(
        "ix_request_asked", "request", ["asked_at"],
        sqlite_where=sa.text("state = 'asked'"),
        postgresql_where=sa.text("state = 'asked'"),
    )
    op.create_index("ix_request_assignment_id", "request", ["assignment_id"])
    op.create_index("ix_request_case_id", "request", ["case_id"])
    op.create_table(
        "directive",
        must("id", KEY),
        must("version", sa.Integer()),
        must("case_id", KEY),
        may("assignment_id", KEY),
        must("rung", sa.String(16)),
        must("words", sa.Text()),
        must("given_by_id", KEY),
        must("given_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_directive_case_id", "directive", ["case_id"])
    op.create_table(
        "reveal",
        must("id", KEY),
        must("version", sa.Integer()),
        must("complainant_id", KEY),
        must("complaint_id", KEY),
        must("revealed_by_id", KEY),
        must("revealed_at", MOMENT),
        must("reason", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_reveal_complainant_id", "reveal", ["complainant_id"])
    op.create_index("ix_reveal_complaint_id", "reveal", ["complaint_id"])
    op.create_index("ix_reveal_revealed_by_id", "reveal", ["revealed_by_id"])
