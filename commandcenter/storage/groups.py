"""Group roles of a PostgreSQL server, one for each role of the product, and what each may read and write.

A person's login role is made a member of the groups of that person's roles; groups themselves never sign in. They
belong to the whole server, so one server (cluster) serves one district. What a member may do is narrowed further by
the guards that schema step 0010 set up: a grant says "officers change assignments", a guard "those of their squad".
"""

from collections.abc import Iterator
from typing import NamedTuple

from sqlalchemy import Connection, func, select, text

from commandcenter.domain.people import Role

MEMBER = "commandcenter_member"
"""The group of everybody who works in the district; every other one but the wall's is a member of it."""


def group_of(role: Role) -> str:
    """The group of one role of the product."""
    return f"commandcenter_{role}"


WALL = group_of(Role.WALL)
GROUPS: tuple[str, ...] = (MEMBER, *(group_of(role) for role in Role))


class Grant(NamedTuple):
    """What some groups may do with some tables; ``columns`` narrows it to those."""

    may: str
    tables: tuple[str, ...]
    groups: tuple[str, ...]
    columns: tuple[str, ...] = ()

    def __str__(self) -> str:
        narrowed = f" ({', '.join(self.columns)})" if self.columns else ""
        verbs = ", ".join(f"{verb}{narrowed}" for verb in self.may.split(", "))
        return f"GRANT {verbs} ON {', '.join(self.tables)} TO {', '.join(self.groups)}"


def _groups(*roles: Role) -> tuple[str, ...]:
    return tuple(map(group_of, roles))


_EVERYBODY = (MEMBER,)
_OPERATOR, _SUPERVISOR = _groups(Role.OPERATOR), _groups(Role.SUPERVISOR)
_ADMINISTRATOR, _INSPECTOR = _groups(Role.ADMINISTRATOR), _groups(Role.INSPECTOR)
_ROOM = _OPERATOR + _SUPERVISOR
_SQUAD = _groups(Role.CAPTAIN, Role.OFFICER)
_IMPORTING = _ROOM + _ADMINISTRATOR
_ROSTERING = _SUPERVISOR + _ADMINISTRATOR + _groups(Role.CAPTAIN)
_AUDITING = _ADMINISTRATOR + _groups(Role.INSPECTOR)

_DISTRICT = (
    "district", "squad", "workstation", "place", "setting", "calendar_day", "matter_domain", "matter", "person",
)  # fmt: skip
_CASE_WORK = (
    "complaint", "case_file", "case_link", "assignment", "request", "directive", "reveal", "contact", "promise", "note",
    "photo", "visit", "export", "refused_sign_in", "numbers_tried", "wall",
    "sample", "case_check", "finding", "dismissed_sign",
)  # fmt: skip
_SHIFTS = (
    "attendance", "handover", "leave_request", "roll_answer", "roll_call", "roster_entry", "shift_swap",
)  # fmt: skip
_STREAMS = ("journal", "sighting", "search_row", "number_day", "file_content", "presence", "alembic_version")
_CLOSED = ("complainant", "credential", "missed_login", "kept_verifier", "numbers_brought")
"""Nobody's to read: citizens' identities, which functions alone tell, and what is kept of passwords."""
_VIEWS = (
    "wall_case", "wall_work", "wall_complaint", "wall_squad", "wall_station", "wall_officer", "wall_centre",
    "wall_turn", "wall_figure",
)  # fmt: skip
"""All that a wall is sent (steps 0028 and 0040)."""
_TALLIES = ("tally", "tally_key", "tally_things", "tally_mark", "travelled")
"""Days that are counted: the owner's alone to write."""

_LINE = (
    "kind", "key", "version", "case_id", "operation", "operation_id", "actor_id", "station", "at", "changes", "reason",
    "previous_hash", "hash",
)  # fmt: skip
_FIX = ("person_id", "seen_at", "lon", "lat", "accuracy", "heading", "speed")
_WORD_TO_CITIZEN = ("version", "last_word_at", "progress_from_at", "progress_limit", "progress_due_at")

GRANTS: tuple[Grant, ...] = (
    Grant("SELECT", _DISTRICT + _CASE_WORK + _SHIFTS + _STREAMS + _TALLIES, _EVERYBODY),
    Grant("INSERT, UPDATE", ("attendance", "leave_request", "shift_swap"), _EVERYBODY),  # whose, the policies say
    Grant("INSERT, UPDATE", ("roster_entry", "roll_call"), _ROSTERING),
    Grant("INSERT", ("roll_answer",), _EVERYBODY),
    Grant("INSERT, UPDATE", ("handover",), _SUPERVISOR),
    Grant("INSERT", ("journal",), _EVERYBODY, _LINE),  # its number and its transaction are the server's to give
    Grant("INSERT, DELETE", ("search_row",), _EVERYBODY),
    Grant("INSERT, UPDATE, DELETE", ("presence",), _EVERYBODY),
    Grant("UPDATE", ("person",), _EVERYBODY, ("version", "on_duty", "signed_out_at", "password_given_at")),
    Grant("INSERT", ("export", "refused_sign_in"), _EVERYBODY),
    Grant("INSERT", ("numbers_tried",), _AUDITING),
    Grant("INSERT, UPDATE", _DISTRICT, _ADMINISTRATOR),
    Grant("INSERT", ("complaint", "complainant"), _IMPORTING),
    Grant("UPDATE", ("complaint",), _ROOM),
    Grant("UPDATE", ("complaint",), _SQUAD, _WORD_TO_CITIZEN),
    Grant("INSERT", ("case_file",), _IMPORTING + _SQUAD + _groups(Role.KEEPER)),
    Grant("UPDATE", ("case_file", "assignment", "promise", "request"), _ROOM + _SQUAD),
    Grant("INSERT", ("case_link", "assignment"), _ROOM),
    Grant("INSERT", ("request", "contact", "photo", "file_content"), _SQUAD),
    Grant("INSERT", ("sighting",), _SQUAD, _FIX),  # with its number and transaction it is the same
    Grant("UPDATE", ("case_file",), _INSPECTOR, ("version", "sealed_for")),
    Grant("INSERT", ("directive", "dismissed_sign"), _SUPERVISOR),
    Grant("INSERT", ("photo", "file_content"), _SUPERVISOR),  # a directive's document is such a file
    Grant("INSERT, UPDATE", ("wall",), _SUPERVISOR + _ADMINISTRATOR),
    Grant("INSERT", ("visit",), _OPERATOR),
    Grant("INSERT", ("promise",), _ROOM + _SQUAD),
    Grant("INSERT", ("note",), _ROOM + _SQUAD + _INSPECTOR),  # theirs: why it was sealed
    Grant("INSERT", ("sample", "case_check", "finding"), _INSPECTOR),
    Grant("UPDATE", ("finding",), _INSPECTOR + _groups(Role.CAPTAIN, Role.INSTRUCTOR)),
    Grant("INSERT", ("reveal",), _ROOM + _SQUAD),
    Grant("SELECT", ("complainant", "credential"), _EVERYBODY, ("id", "version")),  # to be counted
    Grant("SELECT", ("credential",), _EVERYBODY, ("person_id",)),  # whose it is, to find what was done about somebody
    Grant("UPDATE", ("complainant",), _ROOM),
    Grant("SELECT", _VIEWS, (WALL,)),
)

_NEVER: tuple[Grant, ...] = (
    Grant("DELETE, TRUNCATE, TRIGGER",
          (*_DISTRICT, *_CASE_WORK, *_SHIFTS, "complainant", "credential", "journal"), GROUPS),
    Grant("UPDATE", ("journal",), GROUPS),
    Grant("INSERT, UPDATE, DELETE, TRUNCATE, TRIGGER", _TALLIES, GROUPS),
    Grant("UPDATE, TRUNCATE, TRIGGER", ("search_row", "number_day"), GROUPS),
    Grant("INSERT, DELETE", ("number_day",), GROUPS),
    Grant("SELECT", _CLOSED, GROUPS),
    Grant("SELECT", ("complainant",), GROUPS, ("name", "phone", "account")),
    Grant("SELECT", ("credential",), GROUPS, ("password_hash",)),
    Grant("SELECT", (*_DISTRICT, *_CASE_WORK, *_SHIFTS, *_STREAMS, *_TALLIES), (WALL,)),
)
"""What nobody may, and the wall least of all."""

_CALLABLE: dict[str, tuple[str, ...]] = {
    "known_caller(text)": _IMPORTING,  # who takes numbers down: a masked one is found by trying out four digits,
    "known_citizens(text[],text[])": _IMPORTING,  # which the server counts
    "heard_before(text)": _ROOM,
    "citizen_masked(uuid)": _ROOM,
    "caller_of(uuid)": _EVERYBODY,
    "begin_number_day(text, date)": _EVERYBODY,
    "words_without_names(uuid)": _SUPERVISOR,
    "tried_beyond()": _AUDITING,
    "line_still_stands(bigint,text)": _EVERYBODY,
    "operation_was_done(uuid)": _EVERYBODY,
    "words_found(text[],tsquery,tsquery,bigint[],bigint,integer)": _EVERYBODY,
    "words_often()": _EVERYBODY,
    "arrange_login(text, jsonb, boolean)": (),
    "give_counters(uuid)": (),
    "count_question(text)": (),
    "count_beyond(bigint)": (),
    "has_handled(uuid,uuid)": (),
    "count_brought(text[])": (),
    "citizens_held(text[],text[])": (),
    "count_written(text)": _IMPORTING,  # by a policy of the table
}
"""The server's functions that are closed to everybody, and who may call them. Those of the owner are for no group."""
_SEQUENCES = (
    "number_case", "number_complaint", "number_chase_document", "number_supervise_document",
    "number_circulate_document", "journal_seq_seq", "sighting_seq_seq", "search_row_id_seq",
)  # fmt: skip

_KNOWN = text("SELECT rolname FROM pg_roles WHERE rolname = ANY(:names)")
_BELONGS = text("SELECT pg_has_role(:name, :member, 'MEMBER')")
_MAY_MAKE_ROLES = text("SELECT rolsuper OR rolcreaterole FROM pg_roles WHERE rolname = current_user")
_OWNS_DATABASE = text(
    "SELECT pg_has_role(current_user, datdba, 'MEMBER') FROM pg_database WHERE datname = current_database()"
)
_ADMIN_OPTION_NEEDED = 160_000
"""PostgreSQL 16, as ``server_version_num`` counts."""
_MAY_CALL = text("SELECT has_function_privilege(:group, to_regprocedure(:function)::oid, 'EXECUTE')")
_OWNER = text(
    "SELECT quote_ident(rolname), rolcreaterole, rolsuper, current_setting('server_version_num')::int"
    " FROM pg_proc JOIN pg_roles ON pg_roles.oid = proowner WHERE pg_proc.oid = to_regproc('give_login')"
)
_ADMINISTERED = text(
    "SELECT team.rolname FROM pg_auth_members JOIN pg_roles AS team ON team.oid = roleid"
    " WHERE member = to_regrole(:owner) AND admin_option"
)
_NAMES = text("SELECT quote_ident(current_database()), quote_ident(current_schema())")
_OWNS_SCHEMA = text("SELECT pg_has_role(current_user, nspowner, 'MEMBER') FROM pg_namespace WHERE nspname = :schema")
_PUBLIC_MAY = text(
    "SELECT EXISTS (SELECT FROM pg_database, aclexplode(coalesce(datacl, acldefault('d', datdba)))"
    " WHERE datname = current_database() AND grantee = 0 AND privilege_type = 'CONNECT'),"
    " EXISTS (SELECT FROM pg_namespace, aclexplode(coalesce(nspacl, acldefault('n', nspowner)))"
    " WHERE nspname = current_schema() AND grantee = 0 AND privilege_type = 'CREATE')"
)


def set_up(connection: Connection) -> bool:
    """Make the groups that are missing, where this account may, and grant each its own. As often as one likes.

    What is closed to everybody is closed first: a restored database brings no rights with it, and a function that
    nobody closes is anybody's to call. False where groups are missing and stay so: the guards then stand without
    anybody else being let in, and :func:`missing` says what an administrator of the server has to run.
    """
    for statement in _closing():
        connection.exec_driver_sql(statement)
    if missing(connection) and connection.scalar(_MAY_MAKE_ROLES):
        for statement in missing(connection):
            _run_once(connection, statement)
    if missing(connection):
        return False
    for statement in _granting(connection):
        connection.exec_driver_sql(statement)
    return True


def missing(connection: Connection) -> list[str]:
    """The statements that make the groups which are not there yet, for somebody who may make roles."""
    known = set(connection.scalars(_KNOWN, {"names": list(GROUPS)}))
    made = [f"CREATE ROLE {group} NOLOGIN" for group in GROUPS if group not in known]
    return made + [
        f"GRANT {MEMBER} TO {group}"
        for group in GROUPS
        if group not in {MEMBER, WALL} and not (known >= {MEMBER, group} and _belongs(connection, group))
    ]


def astray(connection: Connection) -> list[str]:
    """What the groups, which must be there, lack of their grants or hold beyond them, as it would be granted."""
    lacking = [str(grant) for grant in GRANTS if not connection.scalar(text(_question(grant)))]
    beyond = [str(grant) for grant in _NEVER if connection.scalar(text(_question(grant, " OR ")))]
    return lacking + beyond + list(_calls_astray(connection))


def _calls_astray(connection: Connection) -> Iterator[str]:
    for function, callers in _CALLABLE.items():
        for group in ("public", *GROUPS):
            wanted = group in callers or (MEMBER in callers and group not in {"public", WALL})
            if connection.scalar(_MAY_CALL, {"group": group, "function": function}) is not wanted:
                yield f"GRANT EXECUTE ON FUNCTION {function} TO {group}"


def to_give_logins(connection: Connection) -> list[str] | None:
    """The statements that let the database's owner make login roles and put them into groups; none where it may.

    None where the schema says it is whole and lacks the very function that gives logins.

    From PostgreSQL 16 on, who makes roles may only hand out those groups it made itself or administers.
    """
    found = connection.execute(_OWNER).one_or_none()
    if found is None:
        return None
    owner, makes, superuser, version = found
    needed = [] if makes or superuser else [f"ALTER ROLE {owner} CREATEROLE"]
    if version < _ADMIN_OPTION_NEEDED or superuser:
        return needed
    held = set(connection.scalars(_ADMINISTERED, {"owner": owner}))
    return needed + [f"GRANT {group} TO {owner} WITH ADMIN OPTION" for group in GROUPS[1:] if group not in held]


def open_to_everybody(connection: Connection) -> list[str]:
    """The statements that keep strangers out of the database; none where they are kept out."""
    may_connect, may_create = connection.execute(_PUBLIC_MAY).one()
    database, schema = connection.execute(_NAMES).one()
    return (_closed(database) if may_connect else []) + ([_fixed(schema)] if may_create else [])


def _closed(database: str) -> list[str]:
    return [
        f"REVOKE CONNECT, TEMPORARY ON DATABASE {database} FROM PUBLIC",
        f"GRANT CONNECT ON DATABASE {database} TO {MEMBER}, {WALL}",
    ]


def _fixed(schema: str) -> str:
    """Nobody puts tables or functions of their own beside ours. A database from before PostgreSQL 15 lets everybody."""
    return f"REVOKE CREATE ON SCHEMA {schema} FROM PUBLIC"


def _belongs(connection: Connection, group: str) -> bool:
    return bool(connection.scalar(_BELONGS, {"name": group, "member": MEMBER}))


def _run_once(connection: Connection, statement: str) -> None:
    """Roles are the whole server's: another district that is set up at this moment may make the same ones."""
    connection.exec_driver_sql(
        f"DO $$ BEGIN {statement}; EXCEPTION WHEN duplicate_object OR unique_violation THEN NULL; END $$"
    )


def _closing() -> Iterator[str]:
    for function in _CALLABLE:
        yield f"REVOKE EXECUTE ON FUNCTION {function} FROM PUBLIC"


def _granting(connection: Connection) -> Iterator[str]:
    database, schema = connection.execute(_NAMES).one()
    if connection.scalar(_OWNS_DATABASE):
        yield from _closed(database)
    if connection.scalar(_OWNS_SCHEMA, {"schema": connection.scalar(select(func.current_schema()))}):
        yield _fixed(schema)
    everything = ", ".join((*_DISTRICT, *_CASE_WORK, *_SHIFTS, *_STREAMS, *_TALLIES, *_CLOSED, *_VIEWS))
    yield f"REVOKE ALL ON {everything} FROM PUBLIC, {', '.join(GROUPS)}"
    yield f"GRANT USAGE ON SCHEMA {schema} TO {MEMBER}, {WALL}"
    for function, wanted in _CALLABLE.items():
        yield f"REVOKE EXECUTE ON FUNCTION {function} FROM {', '.join(GROUPS)}"
        if wanted:
            yield f"GRANT EXECUTE ON FUNCTION {function} TO {', '.join(wanted)}"
    yield f"GRANT USAGE ON SEQUENCE {', '.join(_SEQUENCES)} TO {MEMBER}"
    yield from map(str, GRANTS)


def _question(grant: Grant, between: str = " AND ") -> str:
    """Whether the groups have all of a grant, or any of it. Of a table that is not there they have nothing."""
    asked = []
    for verb in grant.may.split(", "):
        for group in grant.groups:
            for table in grant.tables:
                asked += [
                    f"has_column_privilege('{group}', to_regclass('{table}'), '{column}', '{verb}')"
                    for column in grant.columns
                ] or [f"has_table_privilege('{group}', to_regclass('{table}'), '{verb}')"]
    return f"SELECT {between.join(asked)}"
