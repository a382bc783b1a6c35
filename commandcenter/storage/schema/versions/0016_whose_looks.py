"""A look shows who called only to somebody who may see that caller: the server asks that itself, not the program alone.

The rule is that of ``may_see_caller``: the complaint's owner and supervisors see every caller; the centre, and the
officer responsible for work on the case, those of complaints that are not confidential. PostgreSQL only.
"""

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    """
    CREATE FUNCTION session_is_one_of(VARIADIC groups text[]) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT EXISTS (
            SELECT FROM pg_roles AS held
            WHERE held.rolname = ANY (groups) AND pg_has_role(session_user, held.oid, 'MEMBER')
        )
    $$
    """,
    """
    CREATE FUNCTION session_may_see_caller(told complaint) RETURNS boolean LANGUAGE sql STABLE {rights}
    AS $$
        SELECT session_is_one_of('commandcenter_supervisor') OR told.owner_id = person_of_session()
        OR NOT told.confidential AND (
            session_is_one_of('commandcenter_operator') OR EXISTS (
                SELECT FROM assignment
                WHERE case_id = told.case_id AND officer_id = person_of_session()
                AND state NOT IN ('resolved', 'returned', 'cancelled')
            )
        )
    $$
    """,
    # As step 0013 made it, with that question.
    """
    CREATE OR REPLACE FUNCTION caller_of(look uuid) RETURNS TABLE (name text, phone varchar, account varchar)
    LANGUAGE sql STABLE {rights}
    AS $$
        SELECT c.name, c.phone, c.account FROM reveal AS r
        JOIN complaint AS told ON told.id = r.complaint_id AND told.complainant_id = r.complainant_id
        JOIN complainant AS c ON c.id = r.complainant_id
        WHERE r.id = look AND EXISTS (
            SELECT FROM journal WHERE kind = 'reveal' AND key = r.id AND version = 1
            AND xid IS DISTINCT FROM pg_current_xact_id_if_assigned()::text::bigint
        )
        AND (pg_has_role(session_user, current_user, 'MEMBER') OR (
            r.revealed_by_id = person_of_session() AND session_may_see_caller(told)
            AND clock_timestamp() < r.revealed_at + interval '1 minute' * coalesce(
                (SELECT s.value::numeric FROM setting AS s WHERE s.name = 'reveal.minutes'), 5)::float8
            AND r.revealed_at < clock_timestamp() + interval '10 seconds'
        ))
    $$
    """,
)


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
