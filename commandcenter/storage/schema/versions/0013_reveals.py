"""Who called is told by two questions alone, which the server answers for people who may not read the citizens' table.

PostgreSQL only. Who may ask them is granted with the groups: :mod:`commandcenter.storage.groups`.
"""

import sqlalchemy as sa
from alembic import op

revision = "0013"
down_revision = "0012"
branch_labels = None
depends_on = None

_RIGHTS = "SECURITY DEFINER SET search_path = {schema}, pg_temp"

_FUNCTIONS = (
    # Whose telephone number this is, for somebody of the room who knows all of its digits.
    """
    CREATE FUNCTION known_caller(digits text) RETURNS uuid LANGUAGE sql STABLE {rights}
    AS $$ SELECT id FROM complainant WHERE phone = digits::varchar $$
    """,
    # Who a look shows, which is whoever made the complaint that was looked at: to the person who looked, who wrote that
    # into the journal, as long as a look lasts (rule "reveal.minutes", five where nothing is set). The line must be
    # committed: one of this very transaction could be taken back when the name is known. A look from the future would
    # last as long as one likes. To the program itself it is shown: it asks in the name of people whom it knows by a
    # password of its own.
    """
    CREATE FUNCTION caller_of(look uuid) RETURNS TABLE (name text, phone varchar, account varchar)
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
            r.revealed_by_id = person_of_session()
            AND clock_timestamp() < r.revealed_at + interval '1 minute' * coalesce(
                (SELECT s.value::numeric FROM setting AS s WHERE s.name = 'reveal.minutes'), 5)::float8
            AND r.revealed_at < clock_timestamp() + interval '10 seconds'
        ))
    $$
    """,
)
_CLOSED = ("known_caller(text)", "caller_of(uuid)")


def upgrade() -> None:
    connection = op.get_bind()
    if connection.dialect.name != "postgresql":
        return
    schema = connection.scalar(sa.text("SELECT quote_ident(current_schema())"))
    for function in _FUNCTIONS:
        op.execute(function.replace("{rights}", _RIGHTS.format(schema=schema)))
    for signature in _CLOSED:
        op.execute(f"REVOKE EXECUTE ON FUNCTION {signature} FROM PUBLIC")
