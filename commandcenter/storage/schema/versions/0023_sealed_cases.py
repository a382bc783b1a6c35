"""A case that an inspector has sealed is visible to the people named alone, and so is all that hangs on it.

On PostgreSQL the server keeps that for everybody but the program itself: every table that holds something of a case
gets a policy that takes away, beside those that give. What is taken away is asked once for a statement, not for a row.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, may

revision = "0023"
down_revision = "0022"
branch_labels = None
depends_on = None

# What security is about, with the lines that seal and unseal.
_OVERSEEN = {
    "sqlite": """(
        kind IN ('reveal', 'export', 'refused_sign_in', 'numbers_tried')
        OR kind = 'person' AND coalesce(json_extract(changes, '$.roles'), json_extract(changes, '$.disabled'),
            json_extract(changes, '$.squad_id'), json_extract(changes, '$.signed_out_at'),
            json_extract(changes, '$.password_given_at')) IS NOT NULL
        OR kind = 'credential' AND coalesce(json_extract(changes, '$.password_hash'),
            json_extract(changes, '$.failures')) IS NOT NULL
        OR kind = 'case_file' AND operation IN ('seal', 'unseal')
    )""",
    "postgresql": """(
        kind IN ('reveal', 'export', 'refused_sign_in', 'numbers_tried')
        OR kind = 'person' AND jsonb_exists_any(changes,
            ARRAY['roles', 'disabled', 'squad_id', 'signed_out_at', 'password_given_at'])
        OR kind = 'credential' AND jsonb_exists_any(changes, ARRAY['password_hash', 'failures'])
        OR kind = 'case_file' AND operation IN ('seal', 'unseal')
    )""",
}
_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_HANGS_ON_CASE = ("assignment", "complaint", "request", "directive", "contact", "promise", "note", "photo", "visit")

_FUNCTIONS = (
    """
    CREATE FUNCTION session_inspects() RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$ SELECT pg_has_role(session_user, 'commandcenter_inspector', 'MEMBER') $$
    """,
    # The sealed cases that are not for whoever asks. Somebody whom the database does not know is named nowhere. Not in
    # SQL, which would be planned anew at every call; and where nothing is sealed, that is all there is to find out.
    """
    CREATE FUNCTION cases_hidden() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 10 {rights}
    AS $$
    DECLARE
        who text;
    BEGIN
        IF EXISTS (SELECT FROM case_file WHERE sealed_for IS NOT NULL) THEN
            who := person_of_session();
            RETURN QUERY SELECT id FROM case_file WHERE sealed_for IS NOT NULL AND (sealed_for ? who) IS NOT TRUE;
        END IF;
    END
    $$
    """,
    # Those, and the keys by which lines and words elsewhere speak of what hangs on them.
    """
    CREATE FUNCTION keys_hidden() RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 100 {rights}
    AS $$
    DECLARE
        hidden CONSTANT uuid[] := ARRAY(SELECT cases_hidden());
    BEGIN
        IF hidden <> '{}' THEN
            RETURN QUERY SELECT unnest(hidden)
                UNION ALL SELECT c.id FROM complaint AS c WHERE c.case_id = ANY (hidden)
                UNION ALL SELECT n.id FROM note AS n WHERE n.case_id = ANY (hidden)
                UNION ALL SELECT r.id FROM complaint AS c JOIN reveal AS r ON r.complaint_id = c.id
                    WHERE c.case_id = ANY (hidden);
        END IF;
    END
    $$
    """,
    """
    CREATE FUNCTION files_hidden() RETURNS SETOF varchar LANGUAGE plpgsql STABLE ROWS 10 {rights}
    AS $$
    DECLARE
        hidden CONSTANT uuid[] := ARRAY(SELECT cases_hidden());
    BEGIN
        IF hidden <> '{}' THEN
            RETURN QUERY SELECT sha256 FROM photo WHERE case_id = ANY (hidden);
        END IF;
    END
    $$
    """,
    # What a station has to know of lines it may not read: whether the last one it saw still stands in this database,
    # and whether an operation it is about to repeat was done. Who asks knows the operation's id.
    """
    CREATE FUNCTION line_still_stands(number bigint, mark text) RETURNS boolean LANGUAGE plpgsql STABLE {rights}
    AS $$ BEGIN RETURN EXISTS (SELECT FROM journal WHERE seq = number AND operation_id::text = mark); END $$
    """,
    """
    CREATE FUNCTION operation_was_done(id uuid) RETURNS boolean LANGUAGE plpgsql STABLE {rights}
    AS $$ BEGIN RETURN EXISTS (SELECT FROM journal WHERE operation_id = id); END $$
    """,
    # Looking for words where rows are judged would read every row: no index is asked with an operator that might tell
    # of a row before it is judged. So this function asks, and takes away what is sealed itself. It is planned at every
    # call, as the question it is would be.
    """
    CREATE FUNCTION words_found(
        sort text, sought tsquery, further tsquery, stretches text[], since bigint, most integer
    ) RETURNS SETOF uuid LANGUAGE plpgsql STABLE ROWS 200 {rights} SET plan_cache_mode = force_custom_plan
    AS $$
    DECLARE
        program CONSTANT boolean := session_is_the_program();
    BEGIN
        RETURN QUERY SELECT key FROM search_row
            WHERE tokens @@ sought AND (further IS NULL OR (tokens @@ further) IS TRUE) AND kind = sort AND id >= since
            AND (ARRAY[kind::text || ((id >> 19)::text)]) && stretches
            AND (program OR key NOT IN (SELECT keys_hidden()))
            ORDER BY id DESC LIMIT most;
    END
    $$
    """,
    # Whose case it is to seal: an inspector's, who keeps seeing it, and whoever is named in the seal opens it again.
    """
    CREATE FUNCTION seal_is_an_inspector_s() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF session_is_the_program() OR session_inspects()
            AND (NEW.sealed_for IS NULL OR NEW.sealed_for ? person_of_session()::text) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'only an inspector whom it names seals or unseals a case'
            USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
)
_TRIGGERS = (
    """
    CREATE TRIGGER seal_is_an_inspector_s BEFORE UPDATE OF sealed_for ON case_file FOR EACH ROW
    WHEN (OLD.sealed_for IS DISTINCT FROM NEW.sealed_for) EXECUTE FUNCTION seal_is_an_inspector_s()
    """,
    """
    CREATE TRIGGER seal_is_no_birth_right BEFORE INSERT ON case_file FOR EACH ROW
    WHEN (NEW.sealed_for IS NOT NULL) EXECUTE FUNCTION seal_is_an_inspector_s()
    """,
)
_IS_SEALED = "CREATE POLICY is_sealed ON case_file FOR UPDATE USING ((SELECT session_inspects()))"
_VIEWS = (
    """
    CREATE OR REPLACE VIEW wall_case WITH (security_barrier) AS
    SELECT c.id, c.version, c.number, c.state, c.urgency, c.origin, c.rung, c.squad_id,
        m.code AS matter, m.name_zh AS matter_zh, m.name_en AS matter_en,
        CASE WHEN NOT c.confidential THEN round(c.lon::numeric, 3) END AS lon,
        CASE WHEN NOT c.confidential THEN round(c.lat::numeric, 3) END AS lat,
        c.opened_at, c.dispatched_at, c.resolved_at, c.closed_at
    FROM case_file AS c LEFT JOIN matter AS m ON m.id = c.matter_id
    WHERE NOT c.historic AND c.sealed_for IS NULL
    """,
    """
    CREATE OR REPLACE VIEW wall_load WITH (security_barrier) AS
    SELECT a.squad_id, a.state, a.urgency, count(*) AS assignments
    FROM assignment AS a JOIN case_file AS c ON c.id = a.case_id AND c.sealed_for IS NULL
    WHERE a.state NOT IN ('resolved', 'returned', 'cancelled') GROUP BY a.squad_id, a.state, a.urgency
    """,
)


def upgrade() -> None:
    op.add_column("case_file", may("sealed_for", JSON))
    sealed = sa.text("sealed_for IS NOT NULL")
    op.create_index("ix_case_sealed", "case_file", ["id"], sqlite_where=sealed, postgresql_where=sealed)
    connection = op.get_bind()
    overseen = sa.text(_OVERSEEN[connection.dialect.name])
    op.drop_index("ix_journal_overseen", "journal")
    op.create_index(
        "ix_journal_overseen", "journal", ["kind", "at", "seq"], sqlite_where=overseen, postgresql_where=overseen
    )
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    for statement in (*_TRIGGERS, _IS_SEALED, *_VIEWS):
        op.execute(statement)
    _hide("case_file", _NOT_OF_CASE.format("id"))
    for table in _HANGS_ON_CASE:
        _hide(table, f"case_id IS NULL OR {_NOT_OF_CASE.format('case_id')}")
    _hide("case_link", f"{_NOT_OF_CASE.format('case_id')} AND {_NOT_OF_CASE.format('other_id')}")
    _hide("reveal", "complaint_id NOT IN (SELECT keys_hidden())")
    _hide("search_row", "key NOT IN (SELECT keys_hidden())")
    _hide("file_content", "sha256 NOT IN (SELECT files_hidden())")
    # That a case was sealed or opened is told to every station, which lets go of it or takes it back by that line.
    told = f"(case_id IS NULL OR {_NOT_OF_CASE.format('case_id')}) AND key NOT IN (SELECT keys_hidden())"
    _hide("journal", f"{told} OR kind = 'case_file' AND operation IN ('seal', 'unseal')")


_NOT_OF_CASE = "{} NOT IN (SELECT cases_hidden())"


def _hide(table: str, shown: str) -> None:
    """Take away what is sealed. What a table's own policies give, or gave without any, stays as it was."""
    judged = sa.text("SELECT relrowsecurity FROM pg_class WHERE oid = to_regclass(:table)")
    if not op.get_bind().scalar(judged, {"table": table}):
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        op.execute(f"CREATE POLICY is_open ON {table} USING (true)")
    op.execute(f"CREATE POLICY is_not_sealed ON {table} AS RESTRICTIVE USING ({shown})")
