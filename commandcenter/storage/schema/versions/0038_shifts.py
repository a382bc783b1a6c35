"""The roster, attendance, leave, swaps, roll-calls and handovers of the shift."""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import JSON, KEY, MOMENT, may, must
from commandcenter.storage.schema.guarding import guard

revision = "0038"
down_revision = "0037"
branch_labels = None
depends_on = None

RECORDS = ("attendance", "handover", "leave_request", "roll_answer", "roll_call", "roster_entry", "shift_swap")

_SQUAD_OF = "(SELECT squad_id FROM person WHERE person.id = {person})"
_OWN = "person_id = (SELECT person_of_session())"
_RULES = "session_rosters({squad})"
_POLICIES: dict[str, dict[str, str]] = {
    # Everybody reads the roster; it is changed by who holds it for that person.
    "roster_entry": {
        "is_read": "FOR SELECT USING (true)",
        "is_made": f"FOR INSERT WITH CHECK ({_RULES})",
        "is_changed": f"FOR UPDATE USING ({_RULES}) WITH CHECK ({_RULES})",
    },
    # One comes and goes oneself; whether the place is true is judged by others.
    "attendance": {
        "is_read": "FOR SELECT USING (true)",
        "is_made": f"FOR INSERT WITH CHECK ({_OWN} AND judged_by_id IS NULL)",
        "is_changed": f"FOR UPDATE USING ({_OWN} OR {_RULES}) WITH CHECK (judged_by_id IS DISTINCT FROM person_id)",
    },
    # Why somebody is away is theirs and the roster's.
    "leave_request": {
        "is_read": f"FOR SELECT USING ({_OWN} OR {_RULES})",
        "is_made": f"FOR INSERT WITH CHECK ({_OWN} AND state = 'asked' AND ruled_by_id IS NULL)",
        "is_changed": f"""FOR UPDATE USING ({_OWN} OR {_RULES})
            WITH CHECK (ruled_by_id IS DISTINCT FROM person_id AND (state <> 'approved' OR NOT {_OWN} AND {_RULES}))""",
    },
    "shift_swap": {
        "is_read": "FOR SELECT USING (true)",
        "is_made": f"FOR INSERT WITH CHECK ({_OWN} AND state = 'asked')",
        "is_changed": f"""FOR UPDATE USING ({_OWN} OR other_{_OWN} OR {_RULES})
            WITH CHECK (ruled_by_id IS DISTINCT FROM person_id AND ruled_by_id IS DISTINCT FROM other_person_id
                AND (state <> 'approved' OR NOT {_OWN} AND {_RULES}))""",
    },
    "roll_answer": {
        "is_read": "FOR SELECT USING (true)",
        "is_made": f"""FOR INSERT WITH CHECK ({_OWN} AND ticked_by_id IS NULL
            OR ticked_by_id = (SELECT person_of_session()) AND {_RULES})""",
    },
}


def upgrade() -> None:
    _roster()
    _asks()
    _attendance()
    _roll()
    _handover()
    if op.get_bind().dialect.name != "postgresql":
        return
    guard(RECORDS)
    for table, policies in _POLICIES.items():
        op.execute(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY")
        squad = _SQUAD_OF.format(person=f"{table}.person_id")
        for name, rule in policies.items():
            op.execute(f"CREATE POLICY {name} ON {table} {rule.format(squad=squad)}")


def _made(table: str, *columns: sa.Column[object]) -> None:
    op.create_table(table, must("id", KEY), must("version", sa.Integer()), *columns, sa.PrimaryKeyConstraint("id"))


def _index(table: str, *columns: str) -> None:
    for column in columns:
        op.create_index(f"ix_{table}_{column}", table, [column])


def _some(name: str, table: str, columns: list[str], where: str, *, unique: bool = False) -> None:
    op.create_index(name, table, columns, unique=unique, sqlite_where=sa.text(where), postgresql_where=sa.text(where))


def _roster() -> None:
    _made("roster_entry",
          must("person_id", KEY), must("day", sa.Date()), must("shift", sa.String(64)),
          must("shift_zh", sa.String(255)), must("shift_en", sa.String(255)), must("begins_at", MOMENT),
          must("ends_at", MOMENT), must("state", sa.String(16)), must("rostered_by_id", KEY))  # fmt: skip
    _index("roster_entry", "person_id")
    op.create_index("ix_roster_entry_begins", "roster_entry", ["begins_at"])


def _asks() -> None:
    _made("leave_request",
          must("person_id", KEY), must("sort", sa.String(16)), must("first_day", sa.Date()),
          must("last_day", sa.Date()), must("reason", sa.Text()), must("state", sa.String(16)),
          must("asked_at", MOMENT), may("ruled_by_id", KEY), may("ruled_at", MOMENT),
          must("ruling", sa.Text()))  # fmt: skip
    _index("leave_request", "person_id")
    _made("shift_swap",
          must("entry_id", KEY), must("other_entry_id", KEY), must("person_id", KEY), must("other_person_id", KEY),
          must("reason", sa.Text()), must("state", sa.String(16)), must("asked_at", MOMENT), may("agreed_at", MOMENT),
          may("ruled_by_id", KEY), may("ruled_at", MOMENT), must("ruling", sa.Text()))  # fmt: skip
    _index("shift_swap", "entry_id", "other_entry_id", "person_id", "other_person_id")


def _attendance() -> None:
    _made("attendance",
          must("person_id", KEY), may("entry_id", KEY), must("clocked_in_at", MOMENT), may("lon", sa.Double()),
          may("lat", sa.Double()), may("accuracy", sa.Double()), must("found", sa.String(16)), must("doubts", JSON),
          may("clocked_out_at", MOMENT), may("out_lon", sa.Double()), may("out_lat", sa.Double()),
          may("out_accuracy", sa.Double()), must("out_found", sa.String(16)), must("out_doubts", JSON),
          must("judgement", sa.String(16)), may("judged_by_id", KEY), may("judged_at", MOMENT),
          must("remark", sa.Text()))  # fmt: skip
    _index("attendance", "person_id")
    op.create_index("ix_attendance_in", "attendance", ["clocked_in_at"])
    _some("ix_attendance_present", "attendance", ["person_id"], "clocked_out_at IS NULL", unique=True)


def _roll() -> None:
    _made("roll_call",
          must("called_by_id", KEY), must("called_at", MOMENT), must("ends_at", MOMENT), may("squad_id", KEY),
          must("expected", JSON), may("closed_at", MOMENT), must("missing", JSON))  # fmt: skip
    _index("roll_call", "called_by_id")
    _some("ix_roll_call_open", "roll_call", ["ends_at"], "closed_at IS NULL")
    op.create_table(
        "roll_answer", must("id", KEY), must("version", sa.Integer()), must("roll_call_id", KEY),
        must("person_id", KEY), must("answered_at", MOMENT), may("ticked_by_id", KEY), must("late", sa.Boolean()),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("roll_call_id", "person_id"),
    )  # fmt: skip
    _index("roll_answer", "roll_call_id")


def _handover() -> None:
    _made("handover",
          must("state", sa.String(16)), must("since_at", MOMENT), must("drawn_at", MOMENT), must("brief", JSON),
          must("words", sa.Text()), must("outgoing_by_id", KEY), may("incoming_by_id", KEY), may("signed_at", MOMENT),
          must("meanwhile", JSON))  # fmt: skip
    op.create_index("ix_handover_drawn", "handover", ["drawn_at"])
    _some("ix_handover_offered", "handover", ["state"], "state = 'offered'", unique=True)
