"""The command that counts the days that have gone by, and what ``verify --figures`` says of them."""

import argparse
from typing import Any

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.i18n import N_, _
from commandcenter.queries.figures.definitions import DEFINITIONS, Figure
from commandcenter.queries.figures.keeping import Checked, Different, Kept, catch_up, check
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import tallying

_BUSY = N_("Somebody else is counting the days just now: nothing was done.")
_DIFFERENT = N_(
    "{figure} of {day}, {whose}: {held} is kept, {counted} was counted from the records (part, n, left out)."
)
_ALL, _OF = N_("of all"), N_("of {told_by} {key}")


def figures(arguments: argparse.Namespace) -> int:
    """``figures``."""
    with Database.open(url_there(arguments)) as database, Ticker() as ticker, tallying(database) as session:
        kept = catch_up(session, database.now(), ticker.share) if session is not None else None
    said = _(_BUSY) if kept is None else _("{lines} lines of the journal taken into account, {days} days counted.",
                                            lines=kept.lines, days=kept.days)  # fmt: skip
    done = kept or Kept()
    tell(arguments, {"lines": done.lines, "days": done.days, "busy": kept is None}, said)
    return REFUSED if kept is None else DONE


def checked(database: Database, ticker: Ticker) -> Checked:
    """The counted days held against the records."""
    with database.reading(whole=True) as session:
        return check(session, ticker.share)


def document_of(found: Checked) -> dict[str, Any]:
    """What a script is told."""
    return {
        "days": found.days, "behind": found.behind, "different": found.different.params if found.different else None,
    }  # fmt: skip


def sentences_of(found: Checked) -> list[str]:
    """What a person is told."""
    said = [_("{n} lines of the journal are not in the counted days yet; the days they are about were left out.",
              n=found.behind)] if found.behind else []  # fmt: skip
    if found.different:
        return [*said, _different(found.different)]
    if not found.days and not found.behind:
        return [_("No days are counted yet: commandcenterctl figures counts them.")]
    return [*said, _("{n} counted days are what the records come to.", n=found.days)]


def _different(found: Different) -> str:
    told = found.params
    whose = _(_OF, told_by=told["told_by"], key=told["key"]) if told["told_by"] else _(_ALL)
    return _(_DIFFERENT, figure=_(DEFINITIONS[Figure(told["figure"])].title), day=told["day"], whose=whose,
             held=told["held"], counted=told["counted"])  # fmt: skip
