"""The server's own guards: what holds for everybody who reaches the database, with this program or past it.

In every transaction the journal's line goes first, then the record it tells of. At the end of every statement that
writes records each of its rows is looked for in the journal, so a change without its line never stands, let alone is
committed. Whether a line has its record is known at the commit only.

PostgreSQL only. Who may read and write which table at all is granted apart, each time the database is set up, for
that hangs on the group roles of the whole server: :mod:`commandcenter.storage.groups`.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.guarding import guard, guard_journal

revision = "0010"
down_revision = "0009"
branch_labels = None
depends_on = None

RECORDS = (
    "assignment", "calendar_day", "case_file", "case_link", "complainant", "complaint", "contact", "credential",
    "directive", "district", "export", "matter", "matter_domain", "note", "person", "photo", "place", "promise",
    "refused_sign_in", "request", "reveal", "setting", "squad", "visit", "workstation",
)  # fmt: skip

# A function that runs with its owner's rights looks nowhere but in our own schema: least of all into the caller's
# temporary tables, which would otherwise come first and might be called "journal".
_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    # Who is at the other end. In a function with its owner's rights the current user is the owner: whoever may act
    # as the owner is the program itself, which sets up, imports and simulates in other people's names.
    """
    CREATE FUNCTION session_is_the_program() RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$ SELECT pg_has_role(session_user, current_user, 'MEMBER') $$
    """,
    """
    CREATE FUNCTION person_of_session() RETURNS uuid LANGUAGE sql STABLE {rights}
    AS $$ SELECT id FROM person WHERE login = session_user::varchar AND NOT disabled $$
    """,
    """
    CREATE FUNCTION squad_of_session() RETURNS uuid LANGUAGE sql STABLE {rights}
    AS $$ SELECT squad_id FROM person WHERE login = session_user::varchar AND NOT disabled $$
    """,
    """
    CREATE FUNCTION session_is_of_the_room() RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT EXISTS (
            SELECT FROM pg_roles AS held
            WHERE held.rolname IN ('commandcenter_operator', 'commandcenter_supervisor', 'commandcenter_administrator')
            AND pg_has_role(session_user, held.oid, 'MEMBER')
        )
    $$
    """,
    """
    CREATE FUNCTION squad_of_session_has_case(case_key uuid) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT EXISTS (SELECT FROM assignment WHERE case_id = case_key AND squad_id = squad_of_session())
    $$
    """,
    # The journal.
    """
    CREATE FUNCTION journal_line_is_honest() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        own CONSTANT bigint := pg_current_xact_id()::text::bigint;
        who uuid;
        wrong record;
    BEGIN
        SELECT xid INTO wrong FROM written WHERE xid <> own LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'a line of transaction % was written in transaction %', wrong.xid, own
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF pg_has_role(session_user, current_user, 'MEMBER') THEN
            RETURN NULL;
        END IF;
        who := person_of_session();
        SELECT actor_id INTO wrong FROM written WHERE actor_id IS NULL OR who IS NULL OR actor_id <> who LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'forged actor: % does not write the journal in the name of %', session_user,
                coalesce(wrong.actor_id::text, 'the program') USING ERRCODE = 'insufficient_privilege';
        END IF;
        SELECT version, kind, key INTO wrong FROM written WHERE version < 1 LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'version % of % %: versions begin with 1', wrong.version, wrong.kind, wrong.key
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        SELECT at INTO wrong FROM written
        WHERE at NOT BETWEEN clock_timestamp() - interval '5 minutes' AND clock_timestamp() + interval '5 minutes'
        LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'a line says %: it is not that time', wrong.at USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION line_has_its_record() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        standing integer;
    BEGIN
        IF pg_has_role(session_user, current_user, 'MEMBER') THEN
            RETURN NULL;
        END IF;
        IF EXISTS (
            SELECT FROM pg_trigger
            WHERE tgrelid = to_regclass(quote_ident(NEW.kind)) AND tgfoid = 'record_has_its_line()'::regprocedure
        ) THEN
            EXECUTE format('SELECT version FROM %I WHERE id = $1', NEW.kind) INTO standing USING NEW.key;
        END IF;
        IF standing >= NEW.version THEN
            RETURN NULL;
        END IF;
        RAISE EXCEPTION 'the journal tells of version % of % %, which does not stand in the database',
            NEW.version, NEW.kind, NEW.key USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
    # The records.
    """
    CREATE FUNCTION record_is_never_deleted() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        RAISE EXCEPTION 'nothing is ever deleted from %', TG_TABLE_NAME USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    # Each line is looked up by the journal's key of kind, record and version, whatever the planner knows of the
    # journal when a connection writes for the first time: a plan made for few lines would stay as they grow many.
    # The table's name goes by a variable for its collation, which the index has and a name has not.
    """
    CREATE FUNCTION record_has_its_line() RETURNS trigger LANGUAGE plpgsql {rights} SET enable_seqscan = off
    AS $$
    DECLARE
        own CONSTANT bigint := pg_current_xact_id()::text::bigint;
        told CONSTANT varchar := TG_TABLE_NAME;
        wrong record;
    BEGIN
        IF TG_OP = 'UPDATE' THEN
            SELECT id, version INTO wrong FROM (
                SELECT id, version FROM stood EXCEPT SELECT id, version - 1 FROM standing
            ) AS not_followed LIMIT 1;
            IF FOUND THEN
                RAISE EXCEPTION '% % stands at version %: a change makes the next version of the same record',
                    TG_TABLE_NAME, wrong.id, wrong.version USING ERRCODE = 'integrity_constraint_violation';
            END IF;
        END IF;
        SELECT id, version INTO wrong FROM standing
        WHERE TG_OP = 'INSERT' AND version <> 1 OR own IS DISTINCT FROM (
            SELECT xid FROM journal
            WHERE kind = told AND key = standing.id AND journal.version = standing.version
        ) LIMIT 1;
        IF NOT FOUND THEN
            RETURN NULL;
        END IF;
        IF TG_OP = 'INSERT' AND wrong.version <> 1 THEN
            RAISE EXCEPTION '% % begins with version %: a new record begins with version 1',
                TG_TABLE_NAME, wrong.id, wrong.version USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RAISE EXCEPTION 'version % of % % has no line of its own in the journal: the line goes first',
            wrong.version, TG_TABLE_NAME, wrong.id USING ERRCODE = 'integrity_constraint_violation';
    END
    $$
    """,
)

# Squads move what is theirs. Who belongs to the room as well is not held to a squad; the owner never is.
_POLICIES = (
    "ALTER TABLE assignment ENABLE ROW LEVEL SECURITY",
    "ALTER TABLE case_file ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY is_read ON assignment FOR SELECT USING (true)",
    "CREATE POLICY is_read ON case_file FOR SELECT USING (true)",
    "CREATE POLICY is_made ON assignment FOR INSERT WITH CHECK ((SELECT session_is_of_the_room()))",
    "CREATE POLICY is_made ON case_file FOR INSERT WITH CHECK (true)",
    """
    CREATE POLICY is_moved ON assignment FOR UPDATE
    USING ((SELECT session_is_of_the_room()) OR squad_id = (SELECT squad_of_session()))
    """,
    """
    CREATE POLICY is_moved ON case_file FOR UPDATE
    USING ((SELECT session_is_of_the_room()) OR squad_of_session_has_case(id))
    """,
    # A sign of life holds a claim: nobody gives it for somebody else. What is older than a day is anybody's to remove.
    "ALTER TABLE presence ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY is_read ON presence FOR SELECT USING (true)",
    "CREATE POLICY is_told ON presence FOR INSERT WITH CHECK (person_id = (SELECT person_of_session()))",
    """
    CREATE POLICY is_kept ON presence FOR UPDATE
    USING (person_id = (SELECT person_of_session()) OR seen_at < now() - interval '1 day')
    WITH CHECK (person_id = (SELECT person_of_session()))
    """,
    """
    CREATE POLICY is_left ON presence FOR DELETE
    USING (person_id = (SELECT person_of_session()) OR seen_at < now() - interval '1 day')
    """,
)

# What may hang on a wall that visitors see: no words, no names, no telephone numbers, no house numbers; a place
# only to a thousandth of a degree, about 100 m, and none where the citizen asked for confidence.
_VIEWS = (
    """
    CREATE VIEW wall_case WITH (security_barrier) AS
    SELECT c.id, c.version, c.number, c.state, c.urgency, c.origin, c.rung, c.squad_id,
        m.code AS matter, m.name_zh AS matter_zh, m.name_en AS matter_en,
        CASE WHEN NOT c.confidential THEN round(c.lon::numeric, 3) END AS lon,
        CASE WHEN NOT c.confidential THEN round(c.lat::numeric, 3) END AS lat,
        c.opened_at, c.dispatched_at, c.resolved_at, c.closed_at
    FROM case_file AS c LEFT JOIN matter AS m ON m.id = c.matter_id
    WHERE NOT c.historic
    """,
    """
    CREATE VIEW wall_squad WITH (security_barrier) AS
    SELECT id, version, code, tier, name_zh, name_en, lon, lat, area FROM squad WHERE NOT disabled
    """,
    """
    CREATE VIEW wall_load WITH (security_barrier) AS
    SELECT squad_id, state, urgency, count(*) AS assignments FROM assignment
    WHERE state NOT IN ('resolved', 'returned', 'cancelled') GROUP BY squad_id, state, urgency
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    rights = _RIGHTS.format(schema=schema)
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", rights))
    guard_journal()
    guard(RECORDS)
    for statement in (*_POLICIES, *_VIEWS):
        op.execute(statement)
