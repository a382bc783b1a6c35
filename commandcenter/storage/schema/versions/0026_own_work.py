"""Whoever handled a case, or chose its squad, never signs it off: the server keeps that too, also against plain SQL.

Only at a review and where a case goes on to its visits or to its end is it looked at: once in a case's life or twice.
The program itself, which imports and simulates in other people's names, is not asked. PostgreSQL only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0026"
down_revision = "0025"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    # The case, what was merged into it and what it was split off from: who handled that, handled this.
    """
    CREATE FUNCTION has_handled(person uuid, wanted uuid) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        WITH RECURSIVE same(id) AS (
            SELECT wanted
            UNION
            SELECT CASE WHEN l.sort = 'merged' THEN l.other_id ELSE l.case_id END FROM case_link AS l JOIN same
                ON l.case_id = same.id AND l.sort = 'merged' OR l.other_id = same.id AND l.sort = 'split'
        )
        SELECT EXISTS (SELECT FROM assignment WHERE case_id IN (SELECT id FROM same) AND officer_id = person)
            OR EXISTS (SELECT FROM contact WHERE case_id IN (SELECT id FROM same) AND officer_id = person)
            OR EXISTS (SELECT FROM note WHERE case_id IN (SELECT id FROM same) AND author_id = person
                AND sort IN ('progress', 'joint'))
    $$
    """,
    "REVOKE EXECUTE ON FUNCTION has_handled(uuid, uuid) FROM PUBLIC",
    """
    CREATE FUNCTION own_work_is_not_judged() RETURNS trigger LANGUAGE plpgsql {rights}
    AS $$
    DECLARE
        who CONSTANT uuid := person_of_session();
        reviews CONSTANT boolean := NEW.reviewed_by_id IS DISTINCT FROM OLD.reviewed_by_id;
    BEGIN
        IF session_is_the_program() THEN
            RETURN NEW;
        END IF;
        IF reviews AND NEW.reviewed_by_id IS DISTINCT FROM who THEN
            RAISE EXCEPTION 'nobody signs a case off in the name of somebody else'
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        IF has_handled(who, NEW.id) OR reviews AND EXISTS (
            SELECT FROM assignment WHERE case_id = NEW.id AND dispatched_by_id = who AND NOT why ? 'redo'
        ) THEN
            RAISE EXCEPTION '% handled this case: somebody else judges it', session_user
                USING ERRCODE = 'insufficient_privilege';
        END IF;
        RETURN NEW;
    END
    $$
    """,
)
_TRIGGER = """
    CREATE TRIGGER own_work_is_not_judged BEFORE UPDATE OF state, reviewed_by_id ON case_file FOR EACH ROW
    WHEN (OLD.reviewed_by_id IS DISTINCT FROM NEW.reviewed_by_id
        OR OLD.state IS DISTINCT FROM NEW.state AND NEW.state IN ('visiting', 'closed'))
    EXECUTE FUNCTION own_work_is_not_judged()
"""


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    op.execute(_TRIGGER)
