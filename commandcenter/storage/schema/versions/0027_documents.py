"""Each rung of the ladder makes a numbered document, which is kept in the case file as other files are.

On PostgreSQL the numbers of a series are drawn from a sequence and begin anew with each year; a document is put into
the file by a supervisor; and the names of those who complained are taken out of its words by the server, because
nobody reads them. What it is asked with is a directive's key: to try names out, one would have to give directives.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, may

revision = "0027"
down_revision = "0026"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"
_SERIES = ("chase_document", "supervise_document", "circulate_document")

_FUNCTIONS = (
    # As in step 0018, and the series of documents, which begin with the year.
    """
    CREATE OR REPLACE FUNCTION begin_number_day(sort text, wanted date) RETURNS bigint LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        zone CONSTANT text := coalesce((SELECT timezone FROM district LIMIT 1), 'UTC');
        slack CONSTANT interval := '5 minutes';
        span text := 'day';
        begun bigint;
    BEGIN
        IF sort IN ('chase_document', 'supervise_document', 'circulate_document') THEN
            span := 'year';
        ELSIF sort NOT IN ('case', 'complaint') THEN
            RAISE EXCEPTION '% bears no number', sort USING ERRCODE = 'invalid_parameter_value';
        END IF;
        IF NOT session_is_the_program() AND wanted NOT BETWEEN
            date_trunc(span, (clock_timestamp() - slack) AT TIME ZONE zone)::date
            AND date_trunc(span, (clock_timestamp() + slack) AT TIME ZONE zone)::date
        THEN
            RAISE EXCEPTION 'the numbers of % are not begun by %: it is not that %', wanted, session_user, span
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        INSERT INTO number_day (kind, day, base) VALUES (sort, wanted, nextval(('number_' || sort)::regclass))
        ON CONFLICT DO NOTHING;
        SELECT base INTO STRICT begun FROM number_day WHERE kind = sort AND day = wanted;
        RETURN begun;
    END
    $$
    """,
    """
    CREATE FUNCTION session_supervises() RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$ SELECT pg_has_role(session_user, 'commandcenter_supervisor', 'MEMBER') $$
    """,
    """
    CREATE FUNCTION words_without_names(key uuid) RETURNS text LANGUAGE plpgsql STABLE {rights}
    AS $$
    DECLARE
        said text;
        name text;
    BEGIN
        SELECT d.words INTO said FROM directive AS d WHERE d.id = key AND d.case_id NOT IN (SELECT cases_hidden());
        FOR name IN
            SELECT btrim(c.name, E' \\t\\u3000') FROM directive AS d
            JOIN complaint AS told ON told.case_id = d.case_id
            JOIN complainant AS c ON c.id = told.complainant_id
            WHERE d.id = key
        LOOP
            IF char_length(name) > 1 THEN
                said := replace(said, name, '**');
            END IF;
        END LOOP;
        RETURN said;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION words_without_names(uuid) FROM PUBLIC",
)


def upgrade() -> None:
    op.add_column("directive", may("number", sa.String(64)))
    op.create_index("ux_directive_number", "directive", ["number"], unique=True)
    op.add_column("photo", may("directive_id", KEY))
    op.create_index("ux_photo_directive", "photo", ["directive_id"], unique=True)
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    for kind in _SERIES:
        op.execute(f"CREATE SEQUENCE number_{kind}")
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    op.execute(
        "CREATE POLICY document_is_a_supervisor_s ON photo AS RESTRICTIVE FOR INSERT"
        " WITH CHECK (directive_id IS NULL OR (SELECT session_supervises()))"
    )
