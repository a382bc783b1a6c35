"""Whether a PostgreSQL server is fit for a district: looked at from outside, told in words, changed in nothing."""

import datetime as dt
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field

from sqlalchemy import Connection, func, select, text

from commandcenter import clock
from commandcenter.errors import Refused
from commandcenter.i18n import N_, translate
from commandcenter.storage import groups, login_roles, opening, schema
from commandcenter.storage.engines import address, engine, shown
from commandcenter.storage.refusals import in_words
from commandcenter.storage.schema import Age
from commandcenter.storage.schema.guarding import JOURNAL_TRIGGERS, OTHER_TRIGGERS, RECORD_TRIGGERS, ROW_POLICIES
from commandcenter.storage.schema.tables import record_types

MOST_APART = dt.timedelta(seconds=2)
"""How far this machine's clock and the server's may be apart."""
_SAMPLES = 5
_BY_ROWS = ("presence", *(table for table, _policy in ROW_POLICIES))
"""Tables of which the server judges who may see, or change, which row."""


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing that was looked at: whether it is right, in words, and the statements that put it right."""

    topic: str
    right: bool
    message: str
    params: dict[str, object] = field(default_factory=dict)
    to_run: tuple[str, ...] = ()

    def __str__(self) -> str:
        return translate(self.message, **self.params)


def findings(url: str) -> list[Finding]:
    """Everything looked at, in the order in which one would mend it. Refused where no server answers."""
    where = address(url)
    if where.get_backend_name() != "postgresql":
        raise Refused(N_("“{where}” is a file, not a server: there is nothing to check."), where=shown(where))
    opened = engine(where)
    try:
        with in_words(shown(where)), opened.connect() as connection:
            return [finding for look in _LOOKS for finding in look(connection)]
    finally:
        opened.dispose()


def _server(connection: Connection) -> Iterator[Finding]:
    number, version, encoding = connection.exec_driver_sql(
        "SELECT current_setting('server_version_num')::int, current_setting('server_version'),"
        " current_setting('server_encoding')"
    ).one()
    if number >= opening.OLDEST_SERVER:
        yield Finding("version", True, N_("PostgreSQL {version}"), {"version": version})
    else:
        yield Finding("version", False, N_("PostgreSQL {version} is too old: 15 or newer is needed"),
                      {"version": version})  # fmt: skip
    if encoding == "UTF8":
        yield Finding("encoding", True, N_("the database is encoded in UTF8"))
    else:
        yield Finding(
            "encoding", False,
            N_("the database is encoded in {encoding}: make a new one in UTF8, which holds every script"),
            {"encoding": encoding},
        )  # fmt: skip


def _time_zone(connection: Connection) -> Iterator[Finding]:
    zone = connection.scalar(select(func.current_setting("TimeZone")))
    if zone == "UTC":
        yield Finding("time zone", True, N_("this connection works in UTC, whatever the server's own time zone is"))
    else:
        yield Finding(
            "time zone", False,
            N_("this connection works in {zone} instead of UTC: something on the way, a pooler perhaps, does not pass"
               " on the program's settings"), {"zone": zone},
        )  # fmt: skip


def _encryption(connection: Connection) -> Iterator[Finding]:
    socket, version = connection.exec_driver_sql(
        "SELECT inet_client_addr() IS NULL, (SELECT version FROM pg_stat_ssl WHERE pid = pg_backend_pid() AND ssl)"
    ).one()
    mode = connection.connection.driver_connection.info.get_parameters().get("sslmode", "prefer")  # type: ignore[union-attr]
    if socket:
        yield Finding("encryption", True, N_("this connection stays on the server's own machine"))
    elif version is None:
        yield Finding(
            "encryption", False,
            N_("this connection is not encrypted: give the server a certificate and write sslmode=verify-full"),
        )  # fmt: skip
    elif mode == "verify-full":
        yield Finding("encryption", True, N_("this connection is encrypted ({version}) and the server's certificate"
                                             " was verified"), {"version": version})  # fmt: skip
    else:
        yield Finding(
            "encryption", False,
            N_("this connection is encrypted ({version}), but to whom was not verified: write sslmode=verify-full"),
            {"version": version},
        )  # fmt: skip


_SAFE: dict[str, tuple[tuple[str, ...], str]] = {
    "fsync": (("on",), N_("fsync is {value}: a power cut can destroy the whole database")),
    "full_page_writes": (("on",), N_("full_page_writes is {value}: a power cut can leave pages half written")),
    "synchronous_commit": (
        ("on", "local", "remote_write", "remote_apply"),
        N_("synchronous_commit is {value}: a crash loses what was told to be saved"),
    ),
    "password_encryption": (
        ("scram-sha-256",), N_("password_encryption is {value}: passwords are not kept as safely as they can be"),
    ),
}  # fmt: skip
"""Settings that keep safe what was saved, and passwords: the values that do, and what any other means."""


def _settings(connection: Connection) -> Iterator[Finding]:
    for name, (safe, otherwise) in _SAFE.items():
        value = connection.scalar(select(func.current_setting(name)))
        if value in safe:
            yield Finding("settings", True, N_("{name} is {value}"), {"name": name, "value": value})
        else:
            mending = (f"ALTER SYSTEM SET {name} = '{safe[0]}'", "SELECT pg_reload_conf()")
            yield Finding("settings", False, otherwise, {"value": value}, mending)


def _clock(connection: Connection) -> Iterator[Finding]:
    apart, slack = min((_once_apart(connection) for _ in range(_SAMPLES)), key=lambda sample: sample[1])
    seconds = round(abs(apart).total_seconds(), 1)
    if abs(apart) - slack <= MOST_APART:
        yield Finding("clock", True, N_("this machine's clock and the server's agree to {seconds} s"),
                      {"seconds": seconds})  # fmt: skip
        return
    said = (
        N_("this machine's clock is {seconds} s behind the server's: let both follow one time service")
        if apart > dt.timedelta(0)
        else N_("this machine's clock is {seconds} s ahead of the server's: let both follow one time service")
    )
    yield Finding("clock", False, said, {"seconds": seconds})


def _once_apart(connection: Connection) -> tuple[dt.timedelta, dt.timedelta]:
    """How far the server is ahead of us, and by how much that may be wrong: half of the way there and back."""
    before = clock.now()
    there: dt.datetime = connection.execute(select(func.clock_timestamp())).scalar_one()
    slack = (clock.now() - before) / 2
    return there - (before + slack), slack


def _schema(connection: Connection) -> Iterator[Finding]:
    age, at = schema.age(connection), schema.version(connection)
    said = {
        Age.NONE: N_("there is no command centre in this database yet: commandcenterctl init makes one"),
        Age.OLDER: N_("the database stands at schema {at}, this program needs {head}: commandcenterctl upgrade"),
        Age.SAME: N_("the database stands at schema {at}, as this program needs it"),
        Age.NEWER: N_("the database stands at schema {at}, which is newer than this program: install the newer one"),
    }[age]
    params: dict[str, object] = {"at": at, "head": schema.head()}
    named = {name: value for name, value in params.items() if "{" + name + "}" in said}
    yield Finding("schema", age is Age.SAME, said, named)


def _guards(connection: Connection) -> Iterator[Finding]:
    if schema.age(connection) is not Age.SAME:
        return
    standing = _standing(connection)
    gone = sorted({table for table, guard in _expected() if (table, guard) not in standing})
    off = sorted({table for table, guard in _expected() if standing.get((table, guard)) is False})
    if gone:
        yield Finding(
            "guards", False,
            N_("guards are gone from: {tables}. Nothing puts them back: restore the last backup that has them"),
            {"tables": ", ".join(gone)},
        )  # fmt: skip
    if off:
        yield Finding(
            "guards", False, N_("guards are switched off at: {tables}"), {"tables": ", ".join(off)},
            tuple(f"ALTER TABLE {table} ENABLE TRIGGER USER" for table in off)
            + tuple(f"ALTER TABLE {table} ENABLE ROW LEVEL SECURITY" for table in off if table in _BY_ROWS),
        )  # fmt: skip
    if not gone and not off:
        yield Finding("guards", True, N_("every table is guarded: no change without its line in the journal"))


_ROWS = "rows"


def _expected() -> set[tuple[str, str]]:
    records = {(table, guard) for table in record_types() for guard in RECORD_TRIGGERS}
    journal = {("journal", guard) for guard in JOURNAL_TRIGGERS}
    return records | journal | {*OTHER_TRIGGERS, *ROW_POLICIES} | {(table, _ROWS) for table in _BY_ROWS}


def _standing(connection: Connection) -> dict[tuple[str, str], bool]:
    """The guards that are there, by table and name: whether they are switched on."""
    found = connection.execute(
        text(
            "SELECT relname, tgname, tgenabled IN ('O', 'A') FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid"
            " WHERE relnamespace = current_schema()::regnamespace"
            " UNION ALL SELECT relname, :rows, relrowsecurity FROM pg_class"
            " WHERE relnamespace = current_schema()::regnamespace AND relkind IN ('r', 'p')"
            " UNION ALL SELECT relname, polname, true FROM pg_policy JOIN pg_class ON pg_class.oid = polrelid"
            " WHERE relnamespace = current_schema()::regnamespace"
        ),
        {"rows": _ROWS},
    )
    return {(table, guard): on for table, guard, on in found}


def _groups(connection: Connection) -> Iterator[Finding]:
    if missing := groups.missing(connection):
        yield Finding(
            "groups", False,
            N_("the server's group roles are not complete: an administrator of the server runs what follows, and"
               " then commandcenterctl upgrade"), {}, tuple(missing),
        )  # fmt: skip
        return
    yield Finding("groups", True, N_("every role of the product has its group on the server"))
    if schema.age(connection) is not Age.SAME:
        return
    if strangers := groups.open_to_everybody(connection):
        yield Finding(
            "rights", False,
            N_("every account of the server may come into this database, or put things of its own into it"), {},
            tuple(strangers),
        )  # fmt: skip
    astray = groups.astray(connection)
    if astray:
        yield Finding(
            "rights", False,
            N_("the groups' rights are not as this program needs them: commandcenterctl upgrade. It is about:"
               " {rights}"),
            {"rights": "; ".join(astray)},
        )  # fmt: skip
    else:
        yield Finding("rights", True, N_("every group may do what its role does, and no more"))


def _logins(connection: Connection) -> Iterator[Finding]:
    if schema.age(connection) is not Age.SAME or groups.missing(connection):
        return
    to_run = groups.to_give_logins(connection)
    if to_run is None:
        return  # what is gone is told by the guards
    yield from _login_roles(connection)
    yield from _as_the_journal_told(connection)
    if not to_run:
        yield Finding("logins", True, N_("administrators of the district can give people logins of the server"))
    else:
        yield Finding(
            "logins", False,
            N_("administrators of the district cannot give people logins of the server, which they need where people"
               " sign in with the database: its owner has to be let make roles"), {}, tuple(to_run),
        )  # fmt: skip


def _login_roles(connection: Connection) -> Iterator[Finding]:
    """Where login roles and people do not agree, and what brings them in step."""
    lost, of_nobody, out_of_step = login_roles.disagreement(connection)
    if lost:
        yield Finding(
            "logins", False,
            N_("people were given logins of the server that are not there: {logins}. Give each a password anew with"
               " commandcenterctl people reset"), {"logins": _some(lost)},
        )  # fmt: skip
    if of_nobody:
        yield Finding(
            "logins", False,
            N_("logins of the server let somebody in who is nobody of this district: {logins}"),
            {"logins": _some(of_nobody)}, tuple(f"ALTER ROLE {_quoted(name)} NOLOGIN" for name in of_nobody),
        )  # fmt: skip
    if out_of_step:
        yield Finding(
            "logins", False,
            N_("logins of the server are not as their people are here, in roles or in being out of use: {logins}."
               " commandcenterctl upgrade brings them in step"), {"logins": _some(out_of_step)},
        )  # fmt: skip
    others = login_roles.beside(connection)
    if (of_nobody or out_of_step) and others:
        yield Finding(
            "logins", False,
            N_("other databases of this server let the same people in, so upgrade leaves their logins as they are:"
               " {databases}. Shut those that are not the district's, then commandcenterctl upgrade"),
            {"databases": _some(others)},
            tuple(f"REVOKE CONNECT ON DATABASE {_quoted(name)} FROM {groups.MEMBER}, {groups.WALL}" for name in others),
        )  # fmt: skip


# Hashes are salted: only one that was made once and given to many stands with several people.
_IN_COMMON = text(
    "SELECT count(*) FROM credential JOIN person ON person.id = person_id WHERE NOT disabled AND password_hash IN"
    " (SELECT password_hash FROM credential GROUP BY password_hash HAVING count(*) > 1)"
)


def _passwords(connection: Connection) -> Iterator[Finding]:
    """Whether people of a demonstration pack, whose one password everybody can read, are let in here."""
    if schema.age(connection) is not Age.SAME:
        return
    if n := connection.scalar(_IN_COMMON):
        yield Finding(
            "passwords", False,
            N_("{n} people have the one password of a demonstration pack, which everybody can read: a console that is"
               " given the owner's address lets them in. Load the district's own pack with commandcenterctl init:"
               " it puts out of use whom it does not name"), {"n": n},
        )  # fmt: skip
    else:
        yield Finding("passwords", True, N_("nobody in use has the password of a demonstration pack"))


def _as_the_journal_told(connection: Connection) -> Iterator[Finding]:
    changed = login_roles.changed_past_us(connection)
    if changed is None:
        yield Finding(
            "passwords", True,
            N_("whether passwords were changed past the program only a superuser of the server can see: serve-check"
               " tells one who runs it"),
        )  # fmt: skip
    elif changed:
        yield Finding(
            "passwords", False,
            N_("passwords were changed past the program, and the journal does not tell of it: {logins}. Ask whose they"
               " are; commandcenterctl people reset gives new ones"), {"logins": _some(changed)},
        )  # fmt: skip
    else:
        yield Finding("passwords", True, N_("every password is the one of which the journal told last"))


_MOST_NAMED = 20


def _some(names: Sequence[str]) -> str:
    """The first of many names."""
    return ", ".join(names[:_MOST_NAMED]) + (" …" if len(names) > _MOST_NAMED else "")


def _quoted(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


_LOOKS: tuple[Callable[[Connection], Iterable[Finding]], ...] = (
    _server, _time_zone, _encryption, _settings, _clock, _schema, _guards, _groups, _logins, _passwords,
)  # fmt: skip
