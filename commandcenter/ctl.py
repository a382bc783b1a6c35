"""``commandcenterctl``: everything without a window. ``--help`` reads like a manual."""

import argparse
import json
import sys
import textwrap
from collections import Counter
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, TypeVar

from commandcenter import __version__, i18n
from commandcenter.domain.work import Work
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.settings import database_url, demonstration_url, spoken_url
from commandcenter.storage.database import Database

T = TypeVar("T")

REFUSED, USAGE = 1, 2
MANUAL = """\
Everything the command centre does without a window: set a district up, bring files in, let it live,
look at what is there, prove that nothing was tampered with.

A database is named by --database: the path of an SQLite file, or a postgresql:// address. Without it the
demonstration database of this user is meant.

  commandcenterctl demo                                   the demonstration district, ready to open
  commandcenterctl init --pack west-coast --database URL  a district from its pack; again is harmless
  commandcenterctl import letters.csv --profile letters   complaints from a file; again is harmless
  commandcenterctl simulate --minutes 480 --speed 60      a believable day, eight hours in eight minutes
  commandcenterctl status --json                          counts of everything
  commandcenterctl verify                                 prove the journal's chain of hashes

Exit status: 0 done; 1 refused, with the reason in words on standard error; 2 the command line is wrong.
"""


def main(argv: Sequence[str] | None = None) -> int:
    """The entry point. Every refusal is a sentence on standard error and exit status 1."""
    arguments = parser().parse_args(argv)
    i18n.use(arguments.language or i18n.system_language())
    try:
        return int(arguments.run(arguments) or 0)
    except Refused as refusal:
        faults = getattr(refusal, "faults", ())
        for fault in faults:
            sys.stderr.write(f"{fault}\n")
        sys.stderr.write(f"{refusal}\n")
        return REFUSED
    except KeyboardInterrupt:
        sys.stderr.write(_("Stopped.") + "\n")
        return REFUSED
    except BrokenPipeError:
        return REFUSED


def parser() -> argparse.ArgumentParser:
    """The whole command line, one sub-command a function below."""
    top = argparse.ArgumentParser(
        prog="commandcenterctl", description=MANUAL, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=__version__)
    top.add_argument("--language", choices=i18n.LANGUAGES, help="the language of answers; the system's by default")
    commands = top.add_subparsers(title="commands", required=True, metavar="COMMAND")
    for declare in (_init, _upgrade, _demo, _import, _simulate, _status, _verify, _check_pack, _profiles, _calendar):
        declare(commands)
    return top


Commands = Any  # argparse names the type of a group of sub-commands only privately


def _command(commands: Commands, name: str, run: Callable[[argparse.Namespace], int | None], what: str, more: str = "",
             *, database: bool = True, as_json: bool = False) -> argparse.ArgumentParser:  # fmt: skip
    command: argparse.ArgumentParser = commands.add_parser(
        name, help=what, description=what[0].upper() + what[1:] + ".\n\n" + textwrap.dedent(more).strip(),
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )  # fmt: skip
    if database:
        command.add_argument(
            "--database", metavar="URL", type=str, default="",
            help="path of an SQLite file or postgresql:// address (default: this user's demonstration)",
        )  # fmt: skip
    if as_json:
        command.add_argument("--json", action="store_true", help="print one JSON document for a script")
    command.set_defaults(run=run)
    return command


def _url(arguments: argparse.Namespace) -> str:
    return database_url(arguments.database) if arguments.database else demonstration_url()


def _tell(arguments: argparse.Namespace, document: dict[str, Any], text: str) -> None:
    asked = getattr(arguments, "json", False)
    sys.stdout.write((json.dumps(document, ensure_ascii=False, indent=2) if asked else text) + "\n")


# ------------------------------------------------------------------------------------------------ init, demo


def _init(commands: Commands) -> None:
    command = _command(
        commands, "init", init, "make or upgrade a database and load a district pack into it",
        """
        Builds the schema, or brings it to this program's version, and loads the pack. Doing it again changes
        only what differs. Every fault of the pack is reported with file, row, column and reason, all at once,
        and then nothing is loaded.
        """, as_json=True,
    )  # fmt: skip
    command.add_argument("--pack", required=True, metavar="DIR|NAME", help="a folder, or the name of a shipped pack")


def init(arguments: argparse.Namespace) -> None:
    """``init``."""
    from commandcenter.exchange.packs import read_pack
    from commandcenter.installation import install

    pack = read_pack(arguments.pack)
    counts = install(_url(arguments), pack)
    _tell(arguments, counts, _("Loaded {pack}: {squads} squads, {workstations} workstations, {people} people, "
                               "{matters} matters, {places} places.", **counts))  # fmt: skip


def _upgrade(commands: Commands) -> None:
    _command(commands, "upgrade", upgrade, "bring a database's schema to this program's version",
             "Steps are tried on real rows from the oldest version on. Make a backup first.", as_json=True)  # fmt: skip


def upgrade(arguments: argparse.Namespace) -> None:
    """``upgrade``."""
    database = Database.create(_url(arguments))
    version = database.schema_version
    database.close()
    _tell(arguments, {"schema": version}, _("The database stands at schema {version}.", version=version))


def _demo(commands: Commands) -> None:
    command = _command(
        commands, "demo", demo, "make the demonstration database if it is not there yet",
        """
        The shipped district west-coast with a simulated morning behind it, in an SQLite file of this user. A
        database that is there already is left as it is. All of it is invented; its people sign in with the
        password shown on the sign-in page.
        """, as_json=True,
    )  # fmt: skip
    command.add_argument("--minutes", type=int, default=240, help="how much of a day lies behind it (240)")


def demo(arguments: argparse.Namespace) -> None:
    """``demo``."""
    from commandcenter.demonstration import make_demonstration

    url = _url(arguments)
    made = make_demonstration(url, minutes=arguments.minutes)
    said = N_("The demonstration is ready: {url}") if made else N_("The demonstration is there already: {url}")
    shown = spoken_url(url)
    _tell(arguments, {"database": shown, "made": made}, _(said, url=shown))


# ------------------------------------------------------------------------------------------------ import


def _import(commands: Commands) -> None:
    command = _command(
        commands, "import", import_file, "receive complaints from a CSV or XLSX file",
        """
        Every row ends as received, already known, or rejected with its row, column, value and reason. A
        rejected row stops nothing. Rows are known by the source's own number: importing again is harmless, and
        goes on where a stopped import ended. Rejected rows can be saved with --rejects, corrected and imported
        again with the same profile.
        """, as_json=True,
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar="FILE")
    command.add_argument(
        "--profile", metavar="NAME",
        help="which column is what; see `commandcenterctl profiles`. Without it the one that fits the columns",
    )  # fmt: skip
    command.add_argument("--dry-run", action="store_true", help="read and check everything, write nothing")
    command.add_argument("--rejects", type=Path, metavar="FILE", help="save the rejected rows here, with reasons")
    command.add_argument("--force", action="store_true", help="let --rejects replace earlier rejected rows")


def import_file(arguments: argparse.Namespace) -> int:
    """``import``."""
    from commandcenter.exchange.importing import import_rows
    from commandcenter.exchange.incoming import read_incoming
    from commandcenter.exchange.rejects import look_at_place
    from commandcenter.installation import STATION, administrator

    database = Database.open(_url(arguments))
    try:
        if arguments.rejects is not None:
            look_at_place(arguments.rejects, source=arguments.file, replace=arguments.force)
        reading = read_incoming(arguments.file, _profile(arguments))
        outcome = import_rows(
            reading, lambda body: _done(database.run("import", administrator(), STATION, body)),
            dry_run=arguments.dry_run, rejects=arguments.rejects,
        )  # fmt: skip
    finally:
        database.close()
    lines = [
        _("Row {row}, {column}: {reason}", row=r.row_number, column=r.column or "–", reason=r.reason)
        for r in outcome.rejections
    ]
    if outcome.rejected > len(lines):
        lines.append(_("… and {n} more rejected rows; --rejects FILE saves them all.", n=outcome.rejected - len(lines)))
    lines += outcome.remarks()
    if arguments.dry_run:
        lines.append(_("Nothing was written. {counts}.", counts=outcome.counts(dry_run=True)))
    else:
        lines.append(f"{outcome.counts(dry_run=False)}.")
    _tell(arguments, outcome.as_json() | {"dry_run": arguments.dry_run}, "\n".join(lines))
    if outcome.trouble is not None:
        go_on = _("What was received before that stays received; import the file again to go on.")
        sys.stderr.write(f"{outcome.trouble}\n{go_on}\n")
    return 0 if outcome.trouble is None else REFUSED


def _profile(arguments: argparse.Namespace) -> str:
    from commandcenter.exchange.incoming import suggest_profile_for
    from commandcenter.exchange.profiles import profiles

    if arguments.profile:
        return str(arguments.profile)
    fitting = suggest_profile_for(arguments.file)
    if fitting is None:
        raise Refused(N_("No profile fits the columns of this file. Known profiles: {names}."),
                      names=", ".join(sorted(profiles())))  # fmt: skip
    return fitting.name


def _done(value: T | None) -> T:
    """What a run gave back; it gives nothing only for an operation done before, which a new id never is."""
    if value is None:
        raise LookupError("an operation with a fresh id was done before")
    return value


def _profiles(commands: Commands) -> None:
    _command(commands, "profiles", list_profiles, "list the profiles that say which column is what",
             database=False, as_json=True)  # fmt: skip


def list_profiles(arguments: argparse.Namespace) -> None:
    """``profiles``."""
    from commandcenter.exchange.profiles import profiles

    known = {name: profile.heading for name, profile in sorted(profiles().items())}
    _tell(arguments, known, "\n".join(f"{name:20} {heading}" for name, heading in known.items()))


# ------------------------------------------------------------------------------------------------ simulate


def _simulate(commands: Commands) -> None:
    command = _command(
        commands, "simulate", simulate, "let the district live: a believable day, through operations only",
        """
        Calls come in, patrols find things, squads accept, move, contact, are late, ask to return; supervisors
        rule, citizens are visited. Open a console on the same database to watch it. The same seed on the same
        district makes the same day.
        """, as_json=True,
    )  # fmt: skip
    command.add_argument("--minutes", type=float, required=True, metavar="N", help="simulated minutes")
    command.add_argument("--speed", type=float, default=0.0, metavar="X",
                         help="simulated seconds in a second; 0 (the default) as fast as it goes")  # fmt: skip
    command.add_argument("--seed", type=int, default=1, metavar="N", help="the same number makes the same day")


def simulate(arguments: argparse.Namespace) -> None:
    """``simulate``."""
    from commandcenter.simulation import live

    made: Counter[str] = Counter()
    try:
        live(_url(arguments), minutes=arguments.minutes, speed=arguments.speed, seed=arguments.seed, made=made)
    finally:  # what was done before trouble or Ctrl-C stays done, so it is told
        if made:
            _tell(arguments, dict(made), "\n".join(f"{name:24} {n}" for name, n in made.items()))


# ------------------------------------------------------------------------------------------------ status, verify


def _status(commands: Commands) -> None:
    _command(commands, "status", status, "count every kind of record by state, the journal, and the schema's version",
             as_json=True)  # fmt: skip


def status(arguments: argparse.Namespace) -> None:
    """``status``."""
    from commandcenter.queries.status import status as counted

    database = Database.open(_url(arguments))
    try:
        with database.reading() as session:
            document = counted(session) | {"schema": database.schema_version, "database": database.where}
    finally:
        database.close()
    lines = [f"{document['database']}  (schema {document['schema']})"]
    for kind, count in document["records"].items():
        states = ", ".join(f"{s} {n}" for s, n in count.get("by_state", {}).items())
        lines.append(f"{kind:16} {count['total']:>9}  {states}".rstrip())
    lines += [f"{name:16} {document[name]:>9}" for name in ("journal", "sightings")]
    _tell(arguments, document, "\n".join(lines))


def _verify(commands: Commands) -> None:
    _command(commands, "verify", verify, "prove the journal: every line's hash, every record's last version",
             "Also looks for orphans: records that name one that is not there. Exit status 1 where it finds anything.",
             as_json=True)  # fmt: skip


def verify(arguments: argparse.Namespace) -> int:
    """``verify``."""
    from commandcenter.storage.verification import first_broken, orphans

    database = Database.open(_url(arguments))
    try:
        with database.reading() as session:
            broken, lone = first_broken(session), [str(orphan) for orphan in orphans(session)]
    finally:
        database.close()
    found = None if broken is None else str(broken)
    _tell(arguments, {"broken": found, "orphans": lone}, "\n".join([found or _("The journal is whole."), *lone]))
    return REFUSED if broken or lone else 0


# ------------------------------------------------------------------------------------------------ packs, calendar


def _check_pack(commands: Commands) -> None:
    command = _command(commands, "check-pack", check_pack, "read a district pack and report every fault",
                       database=False, as_json=True)  # fmt: skip
    command.add_argument("pack", metavar="DIR|NAME")


def check_pack(arguments: argparse.Namespace) -> None:
    """``check-pack``."""
    from commandcenter.exchange.packs import read_pack

    pack = read_pack(arguments.pack)
    _tell(arguments, {"pack": pack.head.code, "faults": []}, _("The pack {pack} has no fault.", pack=pack.head.code))


def _calendar(commands: Commands) -> None:
    command = _command(
        commands, "calendar", calendar, "import the working days of a year that is not known yet",
        """
        A CSV file with the columns date, working (yes or no) and name: the legal holidays and make-up working
        days of a year, as soon as they are published. What is said here goes before the built-in calendar.
        """, as_json=True,
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar="FILE")


def calendar(arguments: argparse.Namespace) -> None:
    """``calendar``."""
    from commandcenter.exchange.packs import read_calendar
    from commandcenter.installation import STATION, administrator
    from commandcenter.operations.administering import rule_days

    days = read_calendar(arguments.file)

    def body(work: Work) -> int:
        return rule_days(work, [(d.date, d.working, d.name) for d in days])

    database = Database.open(_url(arguments))
    try:
        changed = _done(database.run("rule_days", administrator(), STATION, body))
    finally:
        database.close()
    _tell(arguments, {"days": len(days), "changed": changed},
          _("{n} days ruled on, {changed} of them changed.", n=len(days), changed=changed))  # fmt: skip


if __name__ == "__main__":
    sys.exit(main())
