"""The journal and the streams beside it; search; numbers."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import BIG, JSON, KEY, MOMENT, SERIAL, TOKENS, may, must

revision = "0004"
down_revision = "0003"
branch_labels = None
depends_on = None


def own_transaction() -> sa.TextClause:
    """The server stamps every line with the transaction it came in; SQLite's writers take turns anyway."""
    if op.get_context().dialect.name == "postgresql":
        return sa.text("pg_current_xact_id()::text::bigint")
    return sa.text("0")


def upgrade() -> None:
    op.create_table(
        "journal",
        must("seq", SERIAL),
        sa.Column("xid", BIG, nullable=False, server_default=own_transaction()),
        must("kind", sa.String(32)),
        must("key", KEY),
        must("version", sa.Integer()),
        may("case_id", KEY),
        must("operation", sa.String(32)),
        must("operation_id", KEY),
        may("actor_id", KEY),
        must("station", sa.String(64)),
        must("at", MOMENT),
        must("changes", JSON),
        must("reason", sa.Text()),
        must("previous_hash", sa.String(64)),
        must("hash", sa.String(64)),
        sa.PrimaryKeyConstraint("seq"),
        sa.UniqueConstraint("kind", "key", "version"),
        sa.UniqueConstraint("operation_id", "key", "version"),
    )
    op.create_index("ix_journal_case", "journal", ["case_id", "seq"])
    op.create_index("ix_journal_xid", "journal", ["xid"])
    op.create_table(
        "sighting",
        must("seq", SERIAL),
        sa.Column("xid", BIG, nullable=False, server_default=own_transaction()),
        must("person_id", KEY),
        must("seen_at", MOMENT),
        must("lon", sa.Double()),
        must("lat", sa.Double()),
        may("accuracy", sa.Double()),
        may("heading", sa.Double()),
        may("speed", sa.Double()),
        sa.PrimaryKeyConstraint("seq"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_sighting_person", "sighting", ["person_id", "seq"])
    op.create_index("ix_sighting_xid", "sighting", ["xid"])
    op.create_table(
        "search_row",
        must("id", SERIAL),
        must("kind", sa.String(32)),
        must("key", KEY),
        may("tokens", TOKENS),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("kind", "key"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "number_day",
        must("kind", sa.String(32)),
        must("day", sa.Date()),
        must("base", BIG),
        sa.PrimaryKeyConstraint("kind", "day"),
    )
    if op.get_context().dialect.name == "postgresql":
        _for_postgresql()
    else:
        _for_sqlite()


def _for_postgresql() -> None:
    op.create_index("ix_search_row_tokens", "search_row", ["tokens"], postgresql_using="gin")
    for kind in ("case", "complaint"):
        op.execute(f"CREATE SEQUENCE number_{kind}")
    # To come with the server's own guard (shared mode): a DEFERRABLE constraint trigger on each record table
    # that looks for the journal line of the same kind, key, version and transaction.
    op.execute(
        "CREATE FUNCTION journal_is_never_edited() RETURNS trigger LANGUAGE plpgsql AS $$"
        " BEGIN RAISE EXCEPTION 'the journal is never edited'; END $$"
    )
    op.execute(
        "CREATE TRIGGER journal_is_never_edited BEFORE UPDATE OR DELETE OR TRUNCATE ON journal"
        " FOR EACH STATEMENT EXECUTE FUNCTION journal_is_never_edited()"
    )


def _for_sqlite() -> None:
    op.execute(
        "CREATE VIRTUAL TABLE search_index USING fts5(words, content='', columnsize=0,"
        " tokenize='unicode61 remove_diacritics 0')"
    )
    for verb in ("UPDATE", "DELETE"):
        op.execute(
            f"CREATE TRIGGER journal_is_never_edited_by_{verb.lower()} BEFORE {verb} ON journal"
            " BEGIN SELECT RAISE(ABORT, 'the journal is never edited'); END"
        )
