"""The whole command line: what there is to say, and what it is for."""

import argparse
from collections.abc import Callable
from importlib import import_module
from pathlib import Path

from commandcenter import __version__, i18n
from commandcenter.ctl import speech
from commandcenter.i18n import N_, _

MANUAL = N_(
    "Everything the command centre does without a window: set a district up, bring files in, let it live,\n"
    "look at what is there, prove that nothing was tampered with.\n"
    "\n"
    "A database is named by --database: the path of an SQLite file, or a postgresql:// address. Without it the\n"
    "demonstration database of this user is meant.\n"
    "\n"
    "  commandcenterctl demo                                   the demonstration district, ready to open\n"
    "  commandcenterctl init --pack west-coast --database URL  a district from its pack; again is harmless\n"
    "  commandcenterctl import letters.csv --profile letters   complaints from a file; again is harmless\n"
    "  commandcenterctl simulate --minutes 480 --speed 60      a believable day, eight hours in eight minutes\n"
    "  commandcenterctl status --json                          counts of everything\n"
    "  commandcenterctl verify                                 prove the journal's chain of hashes\n"
    "  commandcenterctl report monthly --out DIR               the bulletin of the last month, PDF and workbook\n"
    "  commandcenterctl backup --to DIR                        a copy in one file, proven by restoring it\n"
    "\n"
    "Exit status: 0 done; 1 refused, with the reason in words on standard error; 2 the command line is wrong.\n"
)

ROLES = "operator supervisor inspector administrator captain instructor officer keeper wall"
"""The roles of the product; said here as well, because the domain is slow to load and help comes at once."""


def parser() -> argparse.ArgumentParser:
    """The whole command line in the language spoken now."""
    speech.speak()
    top = argparse.ArgumentParser(
        prog="commandcenterctl", description=_(MANUAL), formatter_class=argparse.RawDescriptionHelpFormatter
    )
    top.add_argument("--version", action="version", version=__version__)
    top.add_argument("--language", choices=i18n.LANGUAGES, help=_("the language of answers; the system's by default"))
    commands = _Commands(top)
    for declare in (_setting_up, _belonging, _bringing_in, _living, _looking, _reporting, _keeping_safe, _checking):
        declare(commands)
    return top


class _Commands:
    """The group of sub-commands, and how one is declared."""

    def __init__(self, top: argparse.ArgumentParser) -> None:
        self._group = top.add_subparsers(title=_("commands"), required=True, metavar=_("COMMAND"))

    def add(
        self, name: str, run: str, what: str, more: str = "", *, database: bool = True
    ) -> argparse.ArgumentParser:
        """One sub-command: ``what`` is its line in the list, ``more`` the rest of its own page.

        ``run`` is the module and the function, loaded when the command is really given: help comes at once.
        """
        command = self._declared(name, what, more)
        if database:
            command.add_argument(
                "--database", metavar="URL", type=speech.database,
                help=_("path of an SQLite file or postgresql:// address (default: this user's demonstration)"),
            )  # fmt: skip
        command.add_argument("--json", action="store_true", help=_("print one JSON document for a script"))
        command.set_defaults(run=_loaded_when_given(run))
        return command

    def group(self, name: str, what: str, more: str = "") -> "_Commands":
        """A word that further commands follow."""
        return _Commands(self._declared(name, what, more))

    def _declared(self, name: str, what: str, more: str) -> argparse.ArgumentParser:
        sentence = _("{what}.", what=_(what))
        command: argparse.ArgumentParser = self._group.add_parser(
            name, help=_(what), description=f"{sentence[0].upper()}{sentence[1:]}\n\n{_(more)}".strip(),
            formatter_class=argparse.RawDescriptionHelpFormatter,
        )  # fmt: skip
        return command


def _loaded_when_given(run: str) -> Callable[[argparse.Namespace], int | None]:
    module, _dot, name = run.partition(".")

    def given(arguments: argparse.Namespace) -> int | None:
        ended: int | None = getattr(import_module(f"commandcenter.ctl.{module}"), name)(arguments)
        return ended

    return given


def _setting_up(commands: _Commands) -> None:
    command = commands.add(
        "init", "districts.init", N_("make or upgrade a database and load a district pack into it"),
        N_("Builds the schema, or brings it to this program's version, and loads the pack. Doing it again changes\n"
           "only what differs. Every fault of the pack is reported with file, row, column and reason, all at once,\n"
           "and then nothing is loaded."),
    )  # fmt: skip
    command.add_argument("--pack", required=True, metavar=_("DIR|NAME"),
                         help=_("a folder, or the name of a shipped pack"))  # fmt: skip
    commands.add("upgrade", "districts.upgrade", N_("bring a database's schema to this program's version"),
                 N_("Steps are tried on real rows from the oldest version on. Make a backup first."))  # fmt: skip
    command = commands.add(
        "demo", "districts.demo", N_("make the demonstration database if it is not there yet"),
        N_("The shipped district west-coast with a simulated morning behind it, in an SQLite file of this user. A\n"
           "database that is there already is left as it is. All of it is invented; its people sign in with the\n"
           "password shown on the sign-in page."),
    )  # fmt: skip
    command.add_argument("--minutes", type=speech.minutes, default=240.0, metavar="N",
                         help=_("how much of a day lies behind it (240)"))  # fmt: skip


def _belonging(commands: _Commands) -> None:
    people = commands.group(
        "people", N_("say who belongs to the district: add people, change roles, give passwords"),
        N_("A password is typed at the terminal, unseen and twice; where standard input is no terminal it is the next\n"
           "line of it. With --generate one is made and shown once. Never write a password into a command: everybody\n"
           "on the machine can read it there.\n"
           "Without --as the program itself acts, for whoever owns the database; with it somebody signs in, the\n"
           "first password asked is theirs, and the journal says who it was.\n"
           "Where the address of a server names nobody, as in postgresql://HOST/DATABASE, people sign in with the\n"
           "database itself: each has a login role there, and the server keeps the passwords."),
    )  # fmt: skip
    _with_actor(people.add("list", "people.list_people", N_("list everybody with roles, squad and workstation")))
    command = _about(people.add("add", "people.add", N_("add somebody, with a first password")))
    _with_roles(command)
    command.add_argument("--name-zh", default="", metavar=_("NAME"), help=_("the Chinese name"))
    command.add_argument("--name-en", default="", metavar=_("NAME"), help=_("the English name; one of the two will do"))
    _with_password(command)
    _with_roles(_about(people.add("roles", "people.roles", N_("give somebody exactly these roles"))))
    _about(people.add("disable", "people.disable", N_("let somebody no longer sign in; the history keeps them")))
    _about(people.add("enable", "people.enable", N_("let somebody sign in again")))
    _with_password(_about(people.add("reset", "people.reset", N_("give somebody a new password"))))


def _about(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("login", metavar=_("LOGIN"))
    return _with_actor(command)


def _with_actor(command: argparse.ArgumentParser) -> argparse.ArgumentParser:
    command.add_argument("--as", dest="actor", metavar=_("LOGIN"), help=_("sign in as this administrator"))
    return command


def _with_roles(command: argparse.ArgumentParser) -> None:
    command.add_argument("roles", nargs="+", metavar=_("ROLE"), help=ROLES)
    command.add_argument("--squad", metavar=_("CODE"), help=_("the squad somebody belongs to"))
    command.add_argument("--workstation", metavar=_("CODE"), help=_("the workstation somebody keeps"))


def _with_password(command: argparse.ArgumentParser) -> None:
    command.add_argument("--generate", action="store_true", help=_("make a password and show it once"))


def _bringing_in(commands: _Commands) -> None:
    command = commands.add(
        "import", "files.import_file", N_("receive complaints from a CSV or XLSX file"),
        N_("Every row ends as received, already known, or rejected with its row, column, value and reason. A\n"
           "rejected row stops nothing. Rows are known by the source's own number: importing again is harmless, and\n"
           "goes on where a stopped import ended. Rejected rows can be saved with --rejects, corrected and imported\n"
           "again with the same profile."),
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar=_("FILE"))
    command.add_argument(
        "--profile", metavar=_("NAME"),
        help=_("which column is what; see “commandcenterctl profiles”. Without it the one that fits the columns"),
    )  # fmt: skip
    command.add_argument("--dry-run", action="store_true", help=_("read and check everything, write nothing"))
    command.add_argument("--rejects", type=Path, metavar=_("FILE"),
                         help=_("save the rejected rows here, with reasons"))  # fmt: skip
    command.add_argument("--force", action="store_true", help=_("let --rejects replace earlier rejected rows"))
    commands.add("profiles", "files.list_profiles", N_("list the profiles that say which column is what"),
                 database=False)  # fmt: skip


def _living(commands: _Commands) -> None:
    command = commands.add(
        "simulate", "districts.simulate", N_("let the district live: a believable day, through operations only"),
        N_("Calls come in, patrols find things, squads accept, move, contact, are late, ask to return; supervisors\n"
           "rule, citizens are visited. Open a console on the same database to watch it. The same seed on the same\n"
           "district makes the same day."),
    )  # fmt: skip
    command.add_argument("--minutes", type=speech.minutes, required=True, metavar="N", help=_("simulated minutes"))
    command.add_argument("--speed", type=speech.speed, default=0.0, metavar="X",
                         help=_("simulated seconds in a second; 0 (the default) as fast as it goes"))  # fmt: skip
    command.add_argument("--seed", type=speech.whole, default=1, metavar="N",
                         help=_("the same number makes the same day"))  # fmt: skip


def _looking(commands: _Commands) -> None:
    commands.add("status", "looking.status",
                 N_("count every kind of record by state, the journal, and the schema's version"))  # fmt: skip
    command = commands.add(
        "verify", "looking.verify", N_("prove the journal: every line's hash, every record's last version"),
        N_("Also looks for orphans: records that name one that is not there. Exit status 1 where it finds anything."),
    )  # fmt: skip
    command.add_argument("--against", type=Path, metavar=_("FILE"),
                         help=_("hold the journal also against a seal made with “commandcenterctl seal”"))  # fmt: skip
    command.add_argument("--figures", action="store_true",
                         help=_("count every counted day again from the records, and name the first difference"))
    commands.add("figures", "figures.figures", N_("count the days that have gone by, so that figures come at once"),
                 N_("Caught up from the journal: only days that something has happened to since are counted anew.\n"
                    "Once a minute by a timer of the system; the first time may take minutes. On a server only the\n"
                    "owner of the database may do it. Where nobody does, figures are right all the same, and slow."))


def _reporting(commands: _Commands) -> None:
    command = commands.add(
        "report", "reporting.report", N_("write a bulletin of a day, a week or a month: PDF and workbook, with charts"),
        N_("Without --date it is about the last day, week or month that has ended. Every figure stands with what it\n"
           "counts, its interval and what it leaves out. That it left the program is written into the journal first.\n"
           "With --due, for a timer: every bulletin that is due by the district's rules (bulletin.daily,\n"
           "bulletin.weekly, bulletin.monthly: from which hour; 24: never) and is not in the folder yet; and the\n"
           "documents of directives that could not be made when they were given."),
    )  # fmt: skip
    command.add_argument("every", nargs="?", choices=("daily", "weekly", "monthly"), metavar="daily|weekly|monthly",
                         help=_("which bulletin"))  # fmt: skip
    command.add_argument("--due", action="store_true", help=_("all that are due and not there yet"))
    command.add_argument("--date", type=speech.day, metavar=_("DATE"),
                         help=_("a day of the period, such as 2026-11-24"))  # fmt: skip
    command.add_argument("--out", type=Path, default=Path(), metavar=_("DIR"),
                         help=_("the folder of the bulletins (this one)"))  # fmt: skip
    command.add_argument("--format", choices=("pdf", "xlsx", "all"), default="all", help=_("what to write (all)"))


def _keeping_safe(commands: _Commands) -> None:
    command = commands.add(
        "backup", "safekeeping.backup", N_("copy a database in use into one file, and prove the copy"),
        N_("Everybody goes on working meanwhile. The copy is restored into a throwaway database and held against the\n"
           "journal's sealed head before it gets its name; a file that is there is whole. For PostgreSQL its own\n"
           "programs pg_dump, pg_restore and psql are needed. When the last good backup was made is shown by\n"
           "“commandcenterctl status”, and in the window once one is overdue. The file holds citizens' names."),
    )  # fmt: skip
    command.add_argument("--to", type=Path, required=True, metavar=_("DIR"), help=_("the folder of the backups"))
    command.add_argument("--keep", type=speech.many, default=14, metavar="N",
                         help=_("how many backups of this database are kept there (14)"))  # fmt: skip
    command = commands.add(
        "restore", "safekeeping.restore", N_("put a backup back, bring it to this program's version, prove it"),
        N_("Into a new file or an empty database. What is there already is replaced only by somebody who says so in\n"
           "words, with all consoles closed; an SQLite file that was there is kept beside the new one."),
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar=_("FILE"))
    command.add_argument("--force", default="", metavar=_("WORDS"),
                         help=_("the words that let it replace what is there; without them they are told"))
    command = commands.add(
        "seal", "safekeeping.seal", N_("fold the whole journal into one hash, to be kept elsewhere"),
        N_("Once a day, to a disk that nobody of this server may write, or on paper. Held against it by\n"
           "“commandcenterctl verify --against”, the journal also shows what was changed by somebody who made the\n"
           "chain of hashes anew behind him."),
    )  # fmt: skip
    command.add_argument("--to", type=Path, required=True, metavar=_("FILE"), help=_("the new file of the seal"))
    command = commands.add(
        "retention", "retaining.retention", N_("take away what is kept no longer: old positions, old identities"),
        N_("Positions of officers are dropped, citizens whose last case ended long ago are masked: names, telephone\n"
           "numbers, accounts. How long each is kept the district's rules say: retention.position_days and\n"
           "retention.identity_days. Never the journal, which holds neither. What is gone is gone from this database;\n"
           "backups hold it until they are removed."),
    )  # fmt: skip
    command.add_argument("--dry-run", action="store_true", help=_("only say what would be done"))
    commands.add("ladder", "laddering.ladder",
                 N_("press squads whose cases are overdue, where the district's rules say so"),
                 N_("Chases, supervises or circulates what is due by the rules ladder.chase_after,\n"
                    "ladder.supervise_after and ladder.circulate_after: each once, one rung of a case on one day,\n"
                    "outside duty hours urgent ones only. Stations of supervisors do the same every minute; this\n"
                    "is for a timer of the system where none may be open. Again is harmless."))  # fmt: skip
    sealed = commands.group(
        "sealed", N_("name an inspector in a sealed case that nobody can open any more"),
        N_("An inspector who is named in a seal opens it or names others. Where all of them are out of use, the owner\n"
           "of the database names another one, and the journal tells everybody so. The seal itself stays."),
    )  # fmt: skip
    sealed.add("list", "sealed.list_seals", N_("list sealed cases: for whom they are, and who can open them"))
    command = sealed.add("name", "sealed.name", N_("name an inspector in a seal that nobody can open"))
    command.add_argument("number", metavar=_("CASE"), help=_("the number of the case"))
    command.add_argument("login", metavar=_("LOGIN"))
    command.add_argument("--reason", required=True, metavar=_("WORDS"),
                         help=_("why; everybody can read it in the journal"))  # fmt: skip


def _checking(commands: _Commands) -> None:
    command = commands.add(
        "serve-check", "serving.serve_check", N_("look whether a database server is fit for a district"),
        N_("Says of the server's version, encoding, encryption, settings, clock, schema, guards and group roles\n"
           "whether they are right, and what to run where they are not. Nothing is changed. Exit status 1 where\n"
           "anything is wrong."), database=False,
    )  # fmt: skip
    command.add_argument("url", metavar="URL", type=speech.database, help=_("a postgresql:// address"))
    commands.add("rebuild-search", "districts.rebuild_search", N_("build the search anew from the records"),
                 N_("For when the archive does not find what is there. Records and journal are only read. On a server\n"
                    "everybody goes on working meanwhile, and only the owner of the database may do it."))  # fmt: skip
    command = commands.add("check-pack", "districts.check_pack", N_("read a district pack and report every fault"),
                           database=False)  # fmt: skip
    command.add_argument("pack", metavar=_("DIR|NAME"))
    command = commands.add(
        "calendar", "districts.calendar", N_("import the working days of a year that is not known yet"),
        N_("A CSV file with the columns date, working (yes or no) and name: the legal holidays and make-up working\n"
           "days of a year, as soon as they are published. What is said here goes before the built-in calendar."),
    )  # fmt: skip
    command.add_argument("file", type=Path, metavar=_("FILE"))
