"""What security is about: exports, sign-ins refused to nobody in particular, sign-out everywhere; found quickly."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, MOMENT, may, must

revision = "0009"
down_revision = "0008"
branch_labels = None
depends_on = None

_OVERSEEN = {
    "sqlite": """(
        kind IN ('reveal', 'export', 'refused_sign_in')
        OR kind = 'person' AND coalesce(json_extract(changes, '$.roles'), json_extract(changes, '$.disabled'),
            json_extract(changes, '$.squad_id'), json_extract(changes, '$.signed_out_at')) IS NOT NULL
        OR kind = 'credential' AND coalesce(json_extract(changes, '$.password_hash'),
            json_extract(changes, '$.failures')) IS NOT NULL
    )""",
    "postgresql": """(
        kind IN ('reveal', 'export', 'refused_sign_in')
        OR kind = 'person' AND jsonb_exists_any(changes, ARRAY['roles', 'disabled', 'squad_id', 'signed_out_at'])
        OR kind = 'credential' AND jsonb_exists_any(changes, ARRAY['password_hash', 'failures'])
    )""",
}


def upgrade() -> None:
    op.add_column("person", may("signed_out_at", MOMENT))
    op.create_table(
        "refused_sign_in",
        must("id", KEY),
        must("version", sa.Integer()),
        must("login_hash", sa.String(64)),
        may("person_id", KEY),
        must("refused_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_refused_sign_in_person_id", "refused_sign_in", ["person_id"])
    op.create_table(
        "export",
        must("id", KEY),
        must("version", sa.Integer()),
        must("made_by_id", KEY),
        must("made_at", MOMENT),
        must("what", sa.String(16)),
        must("row_count", sa.Integer()),
        must("sought", JSON),
        must("file", sa.String(255)),
        sa.PrimaryKeyConstraint("id"),
    )
    op.create_index("ix_export_made_by_id", "export", ["made_by_id"])
    where = sa.text(_OVERSEEN[op.get_bind().dialect.name])
    op.create_index(
        "ix_journal_overseen", "journal", ["kind", "at", "seq"], sqlite_where=where, postgresql_where=where
    )
