"""The command line's own sentences in the language spoken, and what is asked of its words."""

import argparse
import datetime as dt
import math

from commandcenter import i18n
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.settings import DEMONSTRATION, data_folder, database_url, demonstration_url

LONGEST, SLOWEST, FASTEST = 366 * 24 * 60.0, 0.01, 1_000_000.0
"""Minutes of one simulation; simulated seconds in a second."""

# What argparse says by itself, as it stands in its source.
OWN = (
    N_("usage: "), N_("positional arguments"), N_("options"), N_("show this help message and exit"),
    N_("show program's version number and exit"), N_("%(prog)s: error: %(message)s\n"),
    N_("argument %(argument_name)s: %(message)s"), N_("the following arguments are required: %s"),
    N_("unrecognized arguments: %s"), N_("invalid choice: %(value)r (choose from %(choices)s)"),
    N_("invalid %(type)s value: %(value)r"), N_("expected one argument"), N_("expected at least one argument"),
    N_("ambiguous option: %(option)s could match %(matches)s"), N_("ignored explicit argument %r"),
)  # fmt: skip


def speak() -> None:
    """Let argparse speak our language: it looks its sentences up through these two names of its module."""
    vars(argparse).update(_=i18n.translate, ngettext=i18n.ngettext)


def database(said: str) -> str:
    """The address of a database from what was typed."""
    try:
        return database_url(said)
    except Refused as refusal:
        raise argparse.ArgumentTypeError(str(refusal)) from None


def url_of(arguments: argparse.Namespace) -> str:
    """The address of the database that is meant; without one the demonstration of this user."""
    return arguments.database or demonstration_url()


def url_there(arguments: argparse.Namespace) -> str:
    """The same for a command that wants a database to be there; whoever named none is told how to make one."""
    if not arguments.database and not (data_folder() / DEMONSTRATION).exists():
        raise Refused(N_("There is no demonstration of this user yet. Make it with: commandcenterctl demo – or name"
                         " another database with --database."))
    return url_of(arguments)


def minutes(said: str) -> float:
    """A stretch of time: more than nothing, at most a year."""
    return _number(said, 0.0, LONGEST, beyond=True)


def speed(said: str) -> float:
    """Simulated seconds in a second; 0 is as fast as it goes."""
    return 0.0 if _float(said) == 0 else _number(said, SLOWEST, FASTEST)


def whole(said: str) -> int:
    """A whole number."""
    try:
        return int(said)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{said}” is no whole number", said=said)) from None


def many(said: str) -> int:
    """A whole number that is at least one."""
    if (number := whole(said)) < 1:
        raise argparse.ArgumentTypeError(_("“{said}” is less than one", said=said))
    return number


def day(said: str) -> dt.date:
    """A date as it was typed: ``2026-11-24``."""
    try:
        return dt.date.fromisoformat(said)
    except ValueError:
        raise argparse.ArgumentTypeError(_("“{said}” is no date such as 2026-11-24", said=said)) from None


def _number(said: str, least: float, most: float, *, beyond: bool = False) -> float:
    number = _float(said)
    if not least <= number <= most or (beyond and number == least):
        raise argparse.ArgumentTypeError(
            _("“{said}” is not between {least:g} and {most:g}", said=said, least=least, most=most)
        )
    return number


def _float(said: str) -> float:
    try:
        number = float(said)
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise argparse.ArgumentTypeError(_("“{said}” is no number", said=said))
    return number
