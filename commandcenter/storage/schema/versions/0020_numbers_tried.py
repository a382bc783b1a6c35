"""Who takes complaints in looks up no more telephone numbers than calls bring: the server counts them for each person.

Four hidden digits are ten thousand questions. What is asked is counted in sequences, the one thing on a server that
no rollback takes back. ``asked_…`` runs ahead of a clock that ticks a hundred times an hour, by four hundred at most:
behind that the server refuses. ``last_…`` holds a hash of the number asked last, which costs nothing when it is asked
again, as a form does. ``beyond_…`` counts what was refused, what a file brought, and numbers that were written down
without having been asked after (since step 0024 only where a citizen is given another one).
The program itself asks freely. PostgreSQL only, but for the table in which it is written down.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import BIG, KEY, MOMENT, must
from commandcenter.storage.schema.guarding import guard

revision = "0020"
down_revision = "0019"
branch_labels = None
depends_on = None

_OVERSEEN = {
    "sqlite": """(
        kind IN ('reveal', 'export', 'refused_sign_in', 'numbers_tried')
        OR kind = 'person' AND coalesce(json_extract(changes, '$.roles'), json_extract(changes, '$.disabled'),
            json_extract(changes, '$.squad_id'), json_extract(changes, '$.signed_out_at'),
            json_extract(changes, '$.password_given_at')) IS NOT NULL
        OR kind = 'credential' AND coalesce(json_extract(changes, '$.password_hash'),
            json_extract(changes, '$.failures')) IS NOT NULL
    )""",
    "postgresql": """(
        kind IN ('reveal', 'export', 'refused_sign_in', 'numbers_tried')
        OR kind = 'person' AND jsonb_exists_any(changes,
            ARRAY['roles', 'disabled', 'squad_id', 'signed_out_at', 'password_given_at'])
        OR kind = 'credential' AND jsonb_exists_any(changes, ARRAY['password_hash', 'failures'])
    )""",
}

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"
_SHOWN = "c.id, c.version, left(btrim(c.name, E' \\t\\u3000'), 1)"

_FUNCTIONS = (
    """
    CREATE FUNCTION counter_of(sort text, person uuid) RETURNS regclass LANGUAGE sql STABLE {rights}
    AS $$ SELECT to_regclass(sort || '_' || replace(person::text, '-', '')) $$
    """,
    # A person's counters are there before they ask: what a transaction makes, its rollback takes back.
    """
    CREATE FUNCTION give_counters(person uuid) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        own CONSTANT text := '_' || replace(person::text, '-', '');
    BEGIN
        IF counter_of('beyond', person) IS NULL THEN
            EXECUTE format('CREATE UNLOGGED SEQUENCE %I MINVALUE 0', 'asked' || own);
            EXECUTE format('CREATE UNLOGGED SEQUENCE %I MINVALUE 0', 'last' || own);
            EXECUTE format('CREATE SEQUENCE %I', 'beyond' || own);
        END IF;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION give_counters(uuid) FROM PUBLIC",
    """
    CREATE FUNCTION who_asks_is_counted() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        PERFORM give_counters(NEW.id);
        RETURN NULL;
    END
    $$
    """,
    """
    CREATE FUNCTION counter_of_session(sort text) RETURNS regclass LANGUAGE plpgsql STABLE {rights}
    AS $$
    DECLARE
        own CONSTANT regclass := counter_of(sort, person_of_session());
    BEGIN
        IF own IS NULL THEN
            RAISE EXCEPTION '% takes no complaints in here', session_user USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN own;
    END
    $$
    """,
    """
    CREATE FUNCTION count_beyond(n bigint) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF n > 0 AND NOT session_is_the_program() THEN
            PERFORM count(nextval(own)) FROM counter_of_session('beyond') AS own, generate_series(1, n);
        END IF;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION count_beyond(bigint) FROM PUBLIC",
    """
    CREATE FUNCTION count_question(number text) RETURNS void LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        mark CONSTANT bigint := hashtextextended(number, 0) & 9223372036854775807;
        tick CONSTANT bigint := extract(epoch FROM clock_timestamp()) / 36;
        most CONSTANT bigint := 400;
        asked regclass;
        reached bigint;
    BEGIN
        IF number IS NULL OR session_is_the_program()
            OR mark IS NOT DISTINCT FROM pg_sequence_last_value(counter_of_session('last'))
        THEN
            RETURN;
        END IF;
        asked := counter_of_session('asked');
        reached := nextval(asked);
        IF reached > tick + most THEN
            PERFORM setval(asked, tick + most), count_beyond(1);
            RAISE EXCEPTION '% looked up more telephone numbers than calls bring', session_user
                USING ERRCODE = 'configuration_limit_exceeded';
        ELSIF reached < tick THEN
            PERFORM setval(asked, tick);
        END IF;
        PERFORM setval(counter_of_session('last'), mark);
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION count_question(text) FROM PUBLIC",
    """
    CREATE FUNCTION number_written_is_counted() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF hashtextextended(NEW.phone, 0) & 9223372036854775807
            IS DISTINCT FROM pg_sequence_last_value(counter_of_session('last'))
        THEN
            PERFORM count_beyond(1);
        END IF;
        RETURN NEW;
    END
    $$
    """,
    # How many numbers each person has tried beyond what calls bring, ever.
    """
    CREATE FUNCTION tried_beyond() RETURNS TABLE (person uuid, total bigint) LANGUAGE sql {rights}
    AS $$
        SELECT p.id, pg_sequence_last_value(counter_of('beyond', p.id)) FROM person AS p
        WHERE pg_sequence_last_value(counter_of('beyond', p.id)) > 0 ORDER BY p.id
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION tried_beyond() FROM PUBLIC",
    # As the steps 0013, 0015 and 0019 made them, and counted.
    """
    CREATE OR REPLACE FUNCTION known_caller(digits text) RETURNS uuid LANGUAGE sql VOLATILE {rights}
    AS $$
        SELECT count_question(digits);
        SELECT id FROM complainant WHERE phone = digits::varchar
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION heard_before(digits text) RETURNS TABLE (id uuid, version integer, initial text)
    LANGUAGE sql {rights}
    AS $$
        SELECT count_question(digits);
        SELECT {shown} FROM complainant AS c WHERE c.phone = digits::varchar FOR KEY SHARE
    $$
    """,
    """
    CREATE OR REPLACE FUNCTION known_citizens(phones text[], accounts text[])
    RETURNS TABLE (phone text, account text, id uuid) LANGUAGE sql VOLATILE {rights}
    AS $$
        SELECT count_beyond(cardinality(phones));
        WITH held AS MATERIALIZED (
            SELECT c.id, c.phone, c.account FROM complainant AS c
            WHERE c.phone = ANY (phones::varchar[]) OR c.account = ANY (accounts::varchar[])
            ORDER BY c.id FOR KEY SHARE
        )
        SELECT held.phone::text, '', held.id FROM held WHERE held.phone = ANY (phones::varchar[])
        UNION ALL
        SELECT '', held.account::text, held.id FROM held WHERE held.account = ANY (accounts::varchar[])
    $$
    """,
)

_TAKES_COMPLAINTS_IN = "jsonb_exists_any({roles}, ARRAY['operator', 'supervisor', 'administrator'])"
_TRIGGERS = (
    f"""
    CREATE TRIGGER who_asks_is_counted AFTER INSERT OR UPDATE OF roles ON person
    FOR EACH ROW WHEN ({_TAKES_COMPLAINTS_IN.format(roles="NEW.roles")}) EXECUTE FUNCTION who_asks_is_counted()
    """,
    """
    CREATE TRIGGER number_written_is_counted BEFORE INSERT OR UPDATE OF phone ON complainant
    FOR EACH ROW WHEN (NEW.phone IS NOT NULL AND row_security_active('case_file'::regclass))
    EXECUTE FUNCTION number_written_is_counted()
    """,
)


def upgrade() -> None:
    op.create_table(
        "numbers_tried",
        must("id", KEY),
        must("version", sa.Integer()),
        must("person_id", KEY),
        must("tried", BIG),
        must("total", BIG),
        must("noticed_at", MOMENT),
        sa.PrimaryKeyConstraint("id"),
        sa.UniqueConstraint("person_id", "total"),
    )
    connection = op.get_bind()
    where = sa.text(_OVERSEEN[connection.dialect.name])
    op.drop_index("ix_journal_overseen", "journal")
    op.create_index(
        "ix_journal_overseen", "journal", ["kind", "at", "seq"], sqlite_where=where, postgresql_where=where
    )
    if connection.dialect.name != "postgresql":
        return
    guard(("numbers_tried",))
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)).replace("{shown}", _SHOWN))
    for trigger in _TRIGGERS:
        op.execute(trigger)
    person = sa.table("person", sa.column("id"), sa.column("roles"))
    op.execute(sa.select(sa.func.give_counters(person.c.id)).where(sa.text(_TAKES_COMPLAINTS_IN.format(roles="roles"))))
