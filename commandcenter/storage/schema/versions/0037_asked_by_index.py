"""Functions that ask by an index alone are not compiled: whoever looked at a case paid for it at every statement.

PostgreSQL only. Where reading a whole table is ruled out, a small one that has to be read all the same passes for
dear, and what is dear is compiled anew each time, for longer than it runs.
"""

from alembic import op

revision = "0037"
down_revision = "0036"
branch_labels = None
depends_on = None

_BY_INDEX = (
    "cases_hidden()", "citizens_held(text[], text[])", "line_follows_the_one_before()", "record_has_its_line()",
    "words_have_their_line()",
)  # fmt: skip


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":
        for function in _BY_INDEX:
            op.execute(f"ALTER FUNCTION {function} SET jit = off")
