# ruff: noqa: S608 – put together from words that stand here
"""What a wall is sent, by one definition in both databases; and what a console tells a wall to show.

A wall hangs where visitors see it. It is sent no words that anybody typed: numbers, states, moments, matters, squads
and towns, and points to a thousandth of a degree (about 100 m). A sealed case is never among it. A case of a class that
the rule ``wall.hidden`` names is not among it either; one that asked for confidence, or whose class ``wall.dimmed``
names, comes without matter and place. A class is ``confidential``, the code of a matter, or that of a domain.
"""

import sqlalchemy as sa
from alembic import op

from commandcenter.storage.schema.columns import KEY, MOMENT, must
from commandcenter.storage.schema.guarding import guard

revision = "0028"
down_revision = "0027"
branch_labels = None
depends_on = None


def _listed(rule: str, code: str) -> str:
    """Whether a rule that lists classes names this one. A character that LIKE takes for any hides one more: no harm."""
    value = f"(SELECT replace(value, ' ', '') FROM setting WHERE name = '{rule}')"
    return f"coalesce(',' || {value} || ',' LIKE '%,' || {code} || ',%', false)"


def _classed(rule: str) -> str:
    confidential = _listed(rule, "'confidential'")
    return f"({_listed(rule, 'm.code')} OR {_listed(rule, 'm.domain')} OR c.confidential AND {confidential})"


_DIMMED = f"(c.confidential OR {_classed('wall.dimmed')})"
_SHOWN = f"NOT c.historic AND c.sealed_for IS NULL AND NOT {_classed('wall.hidden')}"
_WITH_MATTER = "LEFT JOIN matter AS m ON m.id = c.matter_id"


def _rounded(degrees: str) -> str:
    return f"CAST(round(CAST({degrees} AS numeric), 3) AS double precision)"


def _town(language: str) -> str:
    """The one town of a squad's area; of several nobody says which."""
    towns = "FROM place AS t WHERE t.squad_id = s.id AND t.sort = 'town' AND NOT t.disabled"
    return f"(SELECT min(t.name_{language}) {towns} HAVING count(*) = 1) AS town_{language}"


_VIEWS = {
    "wall_case": f"""
        SELECT c.number, c.state, c.urgency, c.origin, c.rung, {_DIMMED} AS dimmed,
            CASE WHEN NOT {_DIMMED} THEN m.code END AS matter,
            CASE WHEN NOT {_DIMMED} THEN m.name_zh END AS matter_zh,
            CASE WHEN NOT {_DIMMED} THEN m.name_en END AS matter_en,
            CASE WHEN NOT {_DIMMED} THEN CAST(c.squad_id AS text) END AS area_id,
            CASE WHEN NOT {_DIMMED} THEN {_rounded("c.lon")} END AS lon,
            CASE WHEN NOT {_DIMMED} THEN {_rounded("c.lat")} END AS lat,
            c.opened_at, c.dispatch_from_at, c.dispatch_due_at, c.dispatched_at, c.resolved_at, c.closed_at
        FROM case_file AS c {_WITH_MATTER} WHERE {_SHOWN}
    """,
    "wall_work": f"""
        SELECT c.number, CAST(a.squad_id AS text) AS squad_id, a.id = c.lead_id AS leads, a.state, a.dispatched_at,
            a.accept_from_at, a.accept_due_at, a.accepted_at, a.contact_due_at, a.contacted_at, a.resolve_due_at,
            a.resolved_at, a.return_asked_at, a.ended_at
        FROM assignment AS a JOIN case_file AS c ON c.id = a.case_id {_WITH_MATTER}
        WHERE a.state NOT IN ('resolved', 'returned', 'cancelled') AND {_SHOWN}
    """,
    "wall_complaint": """
        SELECT arrived_at, channel, state FROM complaint WHERE NOT historic
            AND (case_id IS NULL OR case_id NOT IN (SELECT id FROM case_file WHERE sealed_for IS NOT NULL))
    """,
    "wall_squad": f"""
        SELECT CAST(s.id AS text) AS id, s.code, s.tier, s.name_zh, s.name_en, {_town("zh")}, {_town("en")},
            s.lon, s.lat, s.area, (
                SELECT count(*) FROM person AS p WHERE p.squad_id = s.id AND p.on_duty AND NOT p.disabled
                AND (CAST(p.roles AS text) LIKE '%"officer"%' OR CAST(p.roles AS text) LIKE '%"captain"%')
            ) AS on_duty
        FROM squad AS s WHERE NOT s.disabled
    """,
    "wall_station": """
        SELECT lon, lat FROM workstation WHERE NOT disabled AND lon IS NOT NULL AND lat IS NOT NULL
    """,
    "wall_officer": f"""
        SELECT {_rounded("f.lon")} AS lon, {_rounded("f.lat")} AS lat, f.seen_at FROM person AS p JOIN sighting AS f
            ON f.seq = (SELECT max(g.seq) FROM sighting AS g WHERE g.person_id = p.id)
        WHERE p.on_duty AND NOT p.disabled
    """,
    "wall_centre": "SELECT name_zh, name_en, centre_zh, centre_en, timezone FROM district",
    "wall_turn": "SELECT name, scene, look, turned_at FROM wall",
}  # fmt: skip


def upgrade() -> None:
    op.create_table(
        "wall",
        must("id", KEY), must("version", sa.Integer()),
        must("name", sa.String(64)), must("scene", sa.String(16)), must("look", sa.String(16)),
        must("turned_at", MOMENT),
        sa.PrimaryKeyConstraint("id"), sa.UniqueConstraint("name"),
    )  # fmt: skip
    server = op.get_bind().dialect.name == "postgresql"
    if server:
        guard(("wall",))
        for view in ("wall_case", "wall_squad", "wall_load"):  # of the steps 0010 and 0023
            op.execute(f"DROP VIEW {view}")
    barrier = "WITH (security_barrier) " if server else ""
    for name, rows in _VIEWS.items():
        op.execute(f"CREATE VIEW {name} {barrier}AS {rows}")
