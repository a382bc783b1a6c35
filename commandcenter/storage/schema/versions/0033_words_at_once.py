"""Words are looked for in cases, complaints and notes at once, by what is rare of them; callers in the index alone.

PostgreSQL only, but for the index of the callers, which holds the case too: where rows are judged (step 0023), who
counts a caller's complaints has to know it of each. What judges them asks which cases are sealed at every statement: by
the index of these alone, also before the server has counted that there are hardly any. Until then it took them for the
most, and read millions of cases to find the first.
"""

import sqlalchemy as sa
from alembic import op

revision = "0033"
down_revision = "0032"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    "DROP FUNCTION words_found(text, tsquery, tsquery, text[], bigint, integer)",
    # As step 0023 made it, for several sorts of record, up to ``most`` of each. The newest stretches are asked for each
    # sort by itself: of what is said every day the newest are read from the end of the table, and no more. Where no
    # stretches are given, all the table is looked through, once for all: few have the words then.
    """
    CREATE FUNCTION words_found(
        sorts text[], sought tsquery, further tsquery, stretches bigint[], since bigint, most integer
    ) RETURNS TABLE (sort text, key uuid) LANGUAGE plpgsql STABLE ROWS 200 {rights}
    SET plan_cache_mode = force_custom_plan
    AS $$
    #variable_conflict use_column
    DECLARE
        program CONSTANT boolean := session_is_the_program();
        one text;
        marks text[];
    BEGIN
        IF stretches IS NULL THEN
            RETURN QUERY WITH every AS MATERIALIZED (
                SELECT r.kind::text AS kind, r.key, r.id FROM search_row AS r
                WHERE r.tokens @@ sought AND (further IS NULL OR (r.tokens @@ further) IS TRUE)
                AND r.kind = ANY (sorts) AND r.id >= since
                AND (program OR r.key NOT IN (SELECT keys_hidden()))
            ) SELECT theirs.* FROM unnest(sorts) AS s CROSS JOIN LATERAL (
                SELECT e.kind, e.key FROM every AS e WHERE e.kind = s ORDER BY e.id DESC LIMIT most
            ) AS theirs;
            RETURN;
        END IF;
        FOREACH one IN ARRAY sorts LOOP
            marks := ARRAY(SELECT one || n FROM unnest(stretches) AS n);
            RETURN QUERY SELECT r.kind::text, r.key FROM search_row AS r
                WHERE r.tokens @@ sought AND (further IS NULL OR (r.tokens @@ further) IS TRUE)
                AND r.kind = one AND r.id >= since AND (ARRAY[r.kind::text || ((r.id >> 19)::text)]) && marks
                AND (program OR r.key NOT IN (SELECT keys_hidden()))
                ORDER BY r.id DESC LIMIT most;
        END LOOP;
    END
    $$
    """,
    # What everybody says, and in what share of the records: as the server counts for its own plans. Of a small district
    # nothing, so that it tells of nobody's words.
    """
    CREATE FUNCTION words_often() RETURNS TABLE (word text, share real) LANGUAGE sql STABLE {rights}
    AS $$
        SELECT said.word, said.share FROM pg_stats AS s,
            unnest(s.most_common_elems::text::text[], s.most_common_elem_freqs) AS said (word, share)
        WHERE s.schemaname = current_schema() AND s.tablename = 'search_row' AND s.attname = 'tokens'
        AND said.share >= 0.005
        AND (SELECT reltuples FROM pg_class WHERE oid = 'search_row'::regclass) >= 100000
    $$
    """,
    "ALTER FUNCTION cases_hidden() SET enable_seqscan = off",
    "ANALYZE case_file (sealed_for)",
)


def upgrade() -> None:
    op.drop_index("ix_complaint_caller", "complaint")
    op.create_index("ix_complaint_caller", "complaint", ["complainant_id", "arrived_at", "case_id"])
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
