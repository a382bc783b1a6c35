"""The server's guards, as the steps set them up. Never changed: what is built with them stands.

A guarded table gives up no row, counts its versions one by one, and takes no change whose line the journal does not
have by then: the line goes first. That holds for everybody, the program itself included. A later step that has to alter
rows does so between ``ALTER TABLE … DISABLE TRIGGER USER`` and ``… ENABLE TRIGGER USER``, which only the owner may.
"""

from collections.abc import Iterable

from alembic import op

NEVER_DELETED = "record_is_never_deleted"
NEW_HAS_LINE = "new_record_has_its_line"
CHANGED_HAS_LINE = "changed_record_has_its_line"
RECORD_TRIGGERS = (NEVER_DELETED, NEW_HAS_LINE, CHANGED_HAS_LINE)
"""What every table of records carries, by name."""

HONEST_LINE = "journal_line_is_honest"
HAS_RECORD = "line_has_its_record"
JOURNAL_TRIGGERS = ("journal_is_never_edited", HONEST_LINE, HAS_RECORD, "line_follows_the_one_before")
"""What the journal carries, by name; the last one from step 0018."""
OTHER_TRIGGERS = (
    ("person", "login_follows_person"), ("person", "login_is_never_renamed"),
    ("person", "duty_and_sessions_are_one_s_own"), ("search_row", "words_have_their_line"),
    ("person", "who_asks_is_counted"), ("complainant", "number_written_is_counted"),
    ("case_file", "own_work_is_not_judged"),
)  # fmt: skip
"""What single tables carry besides, from the steps 0012, 0018, 0020 and 0026."""
ROW_POLICIES = (
    *((table, "is_not_sealed") for table in (
        "assignment", "case_check", "case_file", "case_link", "complaint", "contact", "directive", "dismissed_sign",
        "file_content", "finding", "journal", "note", "photo", "promise", "request", "reveal", "search_row", "visit",
    )),
    ("complainant", "is_written_down"),
)  # fmt: skip
"""The policies that take rows away, or count them, from the steps 0023, 0030, 0031 and 0035."""


def guard(tables: Iterable[str]) -> None:
    """Put the guards of a record on tables (PostgreSQL). Their functions are those of step 0010."""
    for table in tables:
        op.execute(
            f'CREATE TRIGGER {NEVER_DELETED} BEFORE DELETE OR TRUNCATE ON "{table}"'
            f" FOR EACH STATEMENT EXECUTE FUNCTION {NEVER_DELETED}()"
        )
        op.execute(
            f'CREATE TRIGGER {NEW_HAS_LINE} AFTER INSERT ON "{table}" REFERENCING NEW TABLE AS standing'
            " FOR EACH STATEMENT EXECUTE FUNCTION record_has_its_line()"
        )
        op.execute(
            f'CREATE TRIGGER {CHANGED_HAS_LINE} AFTER UPDATE ON "{table}"'
            " REFERENCING OLD TABLE AS stood NEW TABLE AS standing"
            " FOR EACH STATEMENT EXECUTE FUNCTION record_has_its_line()"
        )


def guard_journal() -> None:
    """Put the guards of a line on the journal (PostgreSQL), beside the one it has from step 0004.

    Whose rows of ``case_file`` the server judges is a member; for the program, which owns them, nothing is kept
    until the commit, however many lines it writes.
    """
    op.execute(
        f"CREATE TRIGGER {HONEST_LINE} AFTER INSERT ON journal REFERENCING NEW TABLE AS written"
        f" FOR EACH STATEMENT EXECUTE FUNCTION {HONEST_LINE}()"
    )
    op.execute(
        f"CREATE CONSTRAINT TRIGGER {HAS_RECORD} AFTER INSERT ON journal DEFERRABLE INITIALLY DEFERRED"
        f" FOR EACH ROW WHEN (row_security_active('case_file'::regclass)) EXECUTE FUNCTION {HAS_RECORD}()"
    )
