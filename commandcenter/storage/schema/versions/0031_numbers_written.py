"""Whoever writes a citizen down with a number that nobody was asked about is counted, as if they had asked.

Plain SQL tells by the refusal, or by its absence, whether the number is there already. The server judges each row of
such people before it looks for another one of that number: there they are counted, whatever becomes of the statement,
and beyond what calls bring they are refused. The program's own COPY is judged by nothing, so it keeps its haste. What
was asked about in the same transaction, as an import asks, is not counted twice. PostgreSQL only, but for the table.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import BIG, JSON, must

revision = "0031"
down_revision = "0030"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    """
    CREATE FUNCTION mark_of_number(number text) RETURNS bigint LANGUAGE sql IMMUTABLE {rights}
    AS $$ SELECT hashtextextended(number, 0) & 9223372036854775807 $$
    """,
    # What other transactions left, and we can see, is of no use to anybody: they have ended.
    """
    CREATE FUNCTION count_brought(phones text[]) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF session_is_the_program() THEN
            RETURN;
        END IF;
        PERFORM count_beyond(cardinality(phones));
        DELETE FROM numbers_brought WHERE ctid = ANY (ARRAY(
            SELECT ctid FROM numbers_brought WHERE xid <> pg_current_xact_id()::text::bigint FOR UPDATE SKIP LOCKED
        ));
        INSERT INTO numbers_brought (xid, marks)
        SELECT pg_current_xact_id()::text::bigint, coalesce(jsonb_agg(mark_of_number(phone)), '[]')
        FROM unnest(phones) AS phone
        ON CONFLICT (xid) DO UPDATE SET marks = numbers_brought.marks || excluded.marks;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION count_brought(text[]) FROM PUBLIC",
    # True, or refused: for a policy.
    """
    CREATE FUNCTION count_written(number text) RETURNS boolean LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        mark CONSTANT bigint := mark_of_number(number);
    BEGIN
        IF number IS NULL OR session_is_the_program()
            OR mark IS NOT DISTINCT FROM pg_sequence_last_value(counter_of_session('last'))
            OR EXISTS (
                SELECT FROM numbers_brought
                WHERE xid = pg_current_xact_id()::text::bigint AND marks @> to_jsonb(mark)
            )
        THEN
            RETURN true;
        END IF;
        PERFORM count_question(number);
        PERFORM count_beyond(1);
        RETURN true;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION count_written(text) FROM PUBLIC",
    # As step 0020 made it, and refused beyond what calls bring.
    """
    CREATE OR REPLACE FUNCTION number_written_is_counted() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        PERFORM count_written(NEW.phone);
        RETURN NEW;
    END
    $$
    """,
    # As step 0024 made it, with who asks apart: what they are found by was planned as if it were dear, for ever anew.
    """
    CREATE FUNCTION citizens_held(phones text[], accounts text[])
    RETURNS TABLE (phone text, account text, id uuid) LANGUAGE sql VOLATILE {rights} SET enable_seqscan = off
    AS $$
        WITH theirs AS MATERIALIZED (
            SELECT c.id FROM complainant AS c WHERE c.phone = ANY (phones::varchar[])
            UNION
            SELECT c.id FROM complainant AS c WHERE c.account = ANY (accounts::varchar[])
        ), held AS MATERIALIZED (
            SELECT c.id, c.phone, c.account FROM complainant AS c
            WHERE c.id = ANY (ARRAY(SELECT theirs.id FROM theirs)) ORDER BY c.id FOR KEY SHARE
        )
        SELECT held.phone::text, '', held.id FROM held WHERE held.phone = ANY (phones::varchar[])
        UNION ALL
        SELECT '', held.account::text, held.id FROM held WHERE held.account = ANY (accounts::varchar[])
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION citizens_held(text[], text[]) FROM PUBLIC",
    """
    CREATE OR REPLACE FUNCTION known_citizens(phones text[], accounts text[])
    RETURNS TABLE (phone text, account text, id uuid) LANGUAGE sql VOLATILE {rights}
    AS $$
        SELECT count_brought(phones);
        SELECT * FROM citizens_held(phones, accounts)
    $$
    """,
)
# Rows are judged before any index is asked. Who may read or change which column is granted, as it was.
_POLICIES = (
    "ALTER TABLE complainant ENABLE ROW LEVEL SECURITY",
    "CREATE POLICY is_told_of ON complainant FOR SELECT USING (true)",
    "CREATE POLICY is_corrected ON complainant FOR UPDATE USING (true)",
    "CREATE POLICY is_written_down ON complainant FOR INSERT WITH CHECK (count_written(phone))",
)


def upgrade() -> None:
    op.create_table("numbers_brought", must("xid", BIG), must("marks", JSON), sa.PrimaryKeyConstraint("xid"))
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    for statement in _POLICIES:
        op.execute(statement)
