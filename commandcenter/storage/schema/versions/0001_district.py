"""The district, its units, its matters, its people."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, MOMENT, may, must

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    op.create_table(
        "district",
        must("id", KEY),
        must("version", sa.Integer()),
        must("pack", sa.String(64)),
        must("pack_version", sa.String(32)),
        must("centre_zh", sa.String(255)),
        must("centre_en", sa.String(255)),
        must("timezone", sa.String(64)),
        must("demonstration", sa.Boolean()),
        must("hours", JSON),
        must("shifts", JSON),
        may("outline", JSON),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("pack"),
    )
    op.create_table(
        "squad",
        must("id", KEY),
        must("version", sa.Integer()),
        must("code", sa.String(64)),
        must("tier", sa.String(16)),
        must("domains", JSON),
        may("lon", sa.Double()),
        may("lat", sa.Double()),
        must("address", sa.Text()),
        must("phone", sa.String(32)),
        may("area", JSON),
        must("disabled", sa.Boolean()),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "workstation",
        must("id", KEY),
        must("version", sa.Integer()),
        must("code", sa.String(64)),
        must("squad_id", KEY),
        must("estate", sa.Text()),
        may("lon", sa.Double()),
        may("lat", sa.Double()),
        must("disabled", sa.Boolean()),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_workstation_squad_id", "workstation", ["squad_id"])
    op.create_table(
        "place",
        must("id", KEY),
        must("version", sa.Integer()),
        must("code", sa.String(64)),
        must("sort", sa.String(16)),
        may("lon", sa.Double()),
        may("lat", sa.Double()),
        may("squad_id", KEY),
        must("disabled", sa.Boolean()),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_index("ix_place_squad_id", "place", ["squad_id"])
    op.create_table(
        "setting",
        must("id", KEY),
        must("version", sa.Integer()),
        must("name", sa.String(64)),
        must("value", sa.Text()),
        must("source", sa.Text()),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("name"),
    )
    op.create_table(
        "calendar_day",
        must("id", KEY),
        must("version", sa.Integer()),
        must("day", sa.Date()),
        must("working", sa.Boolean()),
        must("name", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("day"),
    )
    op.create_table(
        "matter_domain",
        must("id", KEY),
        must("version", sa.Integer()),
        must("code", sa.String(64)),
        must("tier", sa.String(16)),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "matter",
        must("id", KEY),
        must("version", sa.Integer()),
        must("code", sa.String(64)),
        must("domain", sa.String(64)),
        must("tier", sa.String(16)),
        must("urgency", sa.String(16)),
        must("resolve_limit", sa.String(32)),
        must("closing_condition_zh", sa.Text()),
        must("closing_condition_en", sa.Text()),
        must("disabled", sa.Boolean()),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("code"),
    )
    op.create_table(
        "person",
        must("id", KEY),
        must("version", sa.Integer()),
        must("login", sa.String(64)),
        must("roles", JSON),
        may("squad_id", KEY),
        may("workstation_id", KEY),
        must("badge", sa.String(32)),
        must("phone", sa.String(32)),
        must("on_duty", sa.Boolean()),
        must("disabled", sa.Boolean()),
        must("name_zh", sa.String(255)),
        must("name_en", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("login"),
    )
    op.create_index("ix_person_squad_id", "person", ["squad_id"])
    op.create_table(
        "credential",
        must("id", KEY),
        must("version", sa.Integer()),
        must("person_id", KEY),
        must("password_hash", sa.Text()),
        must("failures", sa.Integer()),
        may("failed_at", MOMENT),
        may("signed_in_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_credential_person_id", "credential", ["person_id"], unique=True)
