"""The command that counts the days that have gone by, and what ``verify --figures`` says of them."""

import argparse
from typing import Any

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.i18n import N_, _
from commandcenter.queries.figures.catalogue import CAME
from commandcenter.queries.figures.checking import Checked, Different, check
from commandcenter.queries.figures.definitions import DEFINITIONS, Figure
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.queries.travel import keep_travels
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books

_BUSY = N_("Somebody else is counting the days just now, and goes on with it.")
_DIFFERENT = N_(
    "{figure} of {day}, {whose}: {held} is kept, {counted} was counted from the records (part, n, left out)."
)
_ALL, _OF = N_("of all"), N_("of {told_by} {key}")


def figures(arguments: argparse.Namespace) -> int:
    """``figures``."""
    with Database.open(url_there(arguments)) as database, Ticker() as ticker:
        kept = catch_up(books(database), database.now(), ticker.share)
        keep_travels(books(database), database.rules(), database.now())
    said = _("{lines} lines of the journal taken into account, {days} days counted.", lines=kept.lines, days=kept.days)
    tell(arguments, {"lines": kept.lines, "days": kept.days, "busy": not kept.whole},
         said if kept.whole else _(_BUSY))  # fmt: skip
    return DONE if kept.whole else REFUSED


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
    title = N_("What came in") if told["figure"] == CAME else DEFINITIONS[Figure(told["figure"])].title
    return _(_DIFFERENT, figure=_(title), day=told["day"], whose=whose,
             held=told["held"], counted=told["counted"])  # fmt: skip
