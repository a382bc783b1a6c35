"""What the server judges besides: words for the search, days of numbers, who ends sessions, and the chain of hashes.

PostgreSQL only. Whom the server judges row by row is a member, as in step 0010; the program itself rebuilds the search
index, numbers any day, and puts the squads of a simulation on duty.
"""

import sqlalchemy as sa
from alembic import op

revision = "0018"
down_revision = "0017"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    # The newest line of a record is looked up by the journal's key of kind, record and version: it is the one of this
    # transaction, or there is none.
    """
    CREATE FUNCTION words_have_their_line() RETURNS trigger LANGUAGE plpgsql {rights} SET enable_seqscan = off
    AS $$
    DECLARE
        own CONSTANT bigint := pg_current_xact_id()::text::bigint;
        touched search_row%ROWTYPE := OLD;
    BEGIN
        IF TG_OP = 'INSERT' THEN
            touched := NEW;
        END IF;
        IF own IS DISTINCT FROM (
            SELECT xid FROM journal WHERE kind = touched.kind AND key = touched.key ORDER BY version DESC LIMIT 1
        ) THEN
            RAISE EXCEPTION 'the words of % % are written with a change of it, which the journal tells',
                touched.kind, touched.key USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN touched;
    END
    $$
    """,
    # Where the numbers of a kind begin on a day. What is said once stays; a day begins when it is that day, give or
    # take what a line of the journal may be wrong by.
    """
    CREATE FUNCTION begin_number_day(sort text, wanted date) RETURNS bigint LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        zone CONSTANT text := coalesce((SELECT timezone FROM district LIMIT 1), 'UTC');
        slack CONSTANT interval := '5 minutes';
        begun bigint;
    BEGIN
        IF sort NOT IN ('case', 'complaint') THEN
            RAISE EXCEPTION '% bears no number', sort USING ERRCODE = 'invalid_parameter_value';
        END IF;
        IF NOT session_is_the_program() AND wanted NOT BETWEEN
            ((clock_timestamp() - slack) AT TIME ZONE zone)::date
            AND ((clock_timestamp() + slack) AT TIME ZONE zone)::date
        THEN
            RAISE EXCEPTION 'the numbers of % are not begun by %: it is not that day', wanted, session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        INSERT INTO number_day (kind, day, base) VALUES (sort, wanted, nextval(('number_' || sort)::regclass))
        ON CONFLICT DO NOTHING;
        SELECT base INTO STRICT begun FROM number_day WHERE kind = sort AND day = wanted;
        RETURN begun;
    END
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION begin_number_day(text, date) FROM PUBLIC",
    # Everybody says of themselves that they are on duty; of others, who keeps the roster: the squad's its captain,
    # the room's who belongs to no squad. When sessions were ended, or a password given, is said by oneself or an
    # administrator, and not taken back: sessions that were ended would go on.
    """
    CREATE FUNCTION session_rosters(squad uuid) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT EXISTS (
            SELECT FROM person AS own
            WHERE own.login = session_user::varchar AND NOT own.disabled
            AND (own.squad_id IS NULL OR own.squad_id = squad)
        ) AND EXISTS (
            SELECT FROM pg_roles AS held
            WHERE held.rolname IN ('commandcenter_supervisor', 'commandcenter_administrator', 'commandcenter_captain')
            AND pg_has_role(session_user, held.oid, 'MEMBER')
        )
    $$
    """,
    """
    CREATE FUNCTION duty_and_sessions_are_one_s_own() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        own CONSTANT boolean := OLD.id IS NOT DISTINCT FROM person_of_session();
        slack CONSTANT interval := '5 minutes';
        said record;
    BEGIN
        IF OLD.on_duty IS DISTINCT FROM NEW.on_duty AND NOT own AND NOT session_rosters(OLD.squad_id) THEN
            RAISE EXCEPTION '% keeps no roster that % is on', session_user, OLD.login
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        FOR said IN
            SELECT field, after, earliest FROM (VALUES
                ('signed_out_at', OLD.signed_out_at, NEW.signed_out_at, OLD.signed_out_at),
                ('password_given_at', OLD.password_given_at, NEW.password_given_at, clock_timestamp() - slack)
            ) AS told (field, before, after, earliest) WHERE before IS DISTINCT FROM after
        LOOP
            IF NOT own AND NOT session_administers() THEN
                RAISE EXCEPTION '% does not write % of %', session_user, said.field, OLD.login
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
            IF said.after IS NULL AND said.field = 'signed_out_at' OR said.after < said.earliest
                OR said.after > clock_timestamp() + slack
            THEN
                RAISE EXCEPTION '% of % is neither taken back nor set ahead', said.field, OLD.login
                    USING ERRCODE = 'insufficient_privilege';
            END IF;
        END LOOP;
        RETURN NEW;
    END
    $$
    """,
    # A login is the name of a role of the server. Renamed, a person would leave theirs behind, rights and all, and
    # might take somebody else's.
    """
    CREATE FUNCTION login_is_never_renamed() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    BEGIN
        IF session_is_the_program() AND NOT login_is_ours(OLD.login) AND NOT login_is_ours(NEW.login) THEN
            RETURN NEW;
        END IF;
        RAISE EXCEPTION 'the login % is the name of a role of this server: it is not renamed', OLD.login
            USING ERRCODE = 'insufficient_privilege';
    END
    $$
    """,
    # Whether a line's hash is that of its content only the program can tell, which knows the one form in which content
    # is hashed. That it is as long as one, and that the line names the hash of the line before it, is seen here. To
    # look at every letter of it costs a hundred times as much.
    """
    CREATE FUNCTION line_follows_the_one_before() RETURNS trigger LANGUAGE plpgsql {rights} SET enable_seqscan = off
    AS $$
    DECLARE
        wrong record;
    BEGIN
        SELECT kind, key, version INTO wrong FROM written
        WHERE octet_length(hash) <> 64 OR previous_hash IS DISTINCT FROM CASE WHEN version = 1 THEN '' ELSE (
            SELECT before.hash FROM journal AS before
            WHERE before.kind = written.kind AND before.key = written.key AND before.version = written.version - 1
        ) END LIMIT 1;
        IF FOUND THEN
            RAISE EXCEPTION 'line % of % % does not follow the line before it', wrong.version, wrong.kind, wrong.key
                USING ERRCODE = 'integrity_constraint_violation';
        END IF;
        RETURN NULL;
    END
    $$
    """,
)

_OF_A_MEMBER = "row_security_active('case_file'::regclass)"
_TRIGGERS = (
    f"""
    CREATE TRIGGER words_have_their_line BEFORE INSERT OR DELETE ON search_row
    FOR EACH ROW WHEN ({_OF_A_MEMBER}) EXECUTE FUNCTION words_have_their_line()
    """,
    f"""
    CREATE TRIGGER duty_and_sessions_are_one_s_own BEFORE UPDATE OF on_duty, signed_out_at, password_given_at
    ON person FOR EACH ROW WHEN ({_OF_A_MEMBER}) EXECUTE FUNCTION duty_and_sessions_are_one_s_own()
    """,
    """
    CREATE TRIGGER login_is_never_renamed BEFORE UPDATE OF login ON person
    FOR EACH ROW WHEN (OLD.login IS DISTINCT FROM NEW.login) EXECUTE FUNCTION login_is_never_renamed()
    """,
    """
    CREATE TRIGGER line_follows_the_one_before AFTER INSERT ON journal REFERENCING NEW TABLE AS written
    FOR EACH STATEMENT EXECUTE FUNCTION line_follows_the_one_before()
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    for trigger in _TRIGGERS:
        op.execute(trigger)
