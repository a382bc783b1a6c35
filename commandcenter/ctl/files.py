"""Commands that bring files in."""

import argparse
import signal
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.errors import Refused
from commandcenter.exchange.importing import Outcome, import_rows
from commandcenter.exchange.incoming import read_incoming, suggest_profile_for
from commandcenter.exchange.profiles import profiles
from commandcenter.exchange.rejects import look_at_place
from commandcenter.i18n import N_, _
from commandcenter.installation import STATION, administrator
from commandcenter.operations.importing import Taken
from commandcenter.storage.database import Database


def import_file(arguments: argparse.Namespace) -> int:
    """``import``."""
    with Database.open(url_there(arguments)) as database:
        if arguments.rejects is not None:
            look_at_place(arguments.rejects, source=arguments.file, replace=arguments.force)
        reading = read_incoming(arguments.file, _profile(arguments))
        with _until_stopped() as stop, Ticker() as ticker:

            def told(outcome: Outcome) -> bool:
                ticker.tell(f"{outcome.share:.0%} · {outcome.counts(dry_run=arguments.dry_run)}")
                return not stop

            outcome = import_rows(
                reading, lambda body: database.run("import", administrator(), STATION, body) or Taken(),
                dry_run=arguments.dry_run, rejects=arguments.rejects, progress=told,
            )  # fmt: skip
    document = outcome.as_json() | {"dry_run": arguments.dry_run}
    tell(arguments, document, "\n".join(_lines(outcome, dry_run=arguments.dry_run)))
    return _ended(outcome)


@contextmanager
def _until_stopped() -> Iterator[list[int]]:
    """Ctrl-C fills the list, so that the batch on its way is finished and counted. A second one breaks off."""
    stopped: list[int] = []

    def stop(number: int, _frame: FrameType | None) -> None:
        stopped.append(number)
        signal.signal(signal.SIGINT, before)

    before = signal.signal(signal.SIGINT, stop)
    try:
        yield stopped
    finally:
        signal.signal(signal.SIGINT, before)


def _lines(outcome: Outcome, *, dry_run: bool) -> list[str]:
    lines = [
        _("Row {row}, {column}: {reason}", row=r.row_number, column=r.column or "–", reason=r.reason)
        for r in outcome.rejections
    ]
    if outcome.rejected > len(lines):
        lines.append(_("… and {n} more rejected rows; --rejects FILE saves them all.", n=outcome.rejected - len(lines)))
    lines += outcome.remarks()
    counts = outcome.counts(dry_run=dry_run)
    return [*lines, _("Nothing was written. {counts}.", counts=counts) if dry_run else _("{counts}.", counts=counts)]


def _ended(outcome: Outcome) -> int:
    if outcome.trouble is None and not outcome.cancelled:
        return DONE
    go_on = _("What was received before that stays received; import the file again to go on.")
    sys.stderr.write(f"{_('Stopped.') if outcome.trouble is None else outcome.trouble}\n{go_on}\n")
    return REFUSED


def _profile(arguments: argparse.Namespace) -> str:
    if arguments.profile:
        return str(arguments.profile)
    fitting = suggest_profile_for(arguments.file)
    if fitting is None:
        raise Refused(N_("No profile fits the columns of this file. Known profiles: {names}."),
                      names=", ".join(sorted(profiles())))  # fmt: skip
    return fitting.name


def list_profiles(arguments: argparse.Namespace) -> None:
    """``profiles``."""
    known = {name: profile.heading for name, profile in sorted(profiles().items())}
    tell(arguments, known, "\n".join(f"{name:20} {heading}" for name, heading in known.items()))
