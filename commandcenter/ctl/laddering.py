"""The command that climbs the ladder of supervision where a rule of the district says so, for a timer of the system."""

import argparse
from functools import partial

from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import tell
from commandcenter.domain.ladder import SWITCH
from commandcenter.i18n import _, ngettext
from commandcenter.installation import STATION, administrator
from commandcenter.operations.laddering import climb_by_rule
from commandcenter.queries.pressing import MOST, to_press
from commandcenter.storage.database import Database


def ladder(arguments: argparse.Namespace) -> None:
    """``ladder``."""
    with Database.open(url_there(arguments)) as database:
        on = database.rules().on(SWITCH)
        climbed = _climb(database) if on else 0
    words = ngettext("{n} case was pressed.", "{n} cases were pressed.", climbed) if on else _(
        "The rule {rule} is off: nothing is pressed.", rule=SWITCH)  # fmt: skip
    tell(arguments, {"on": on, "pressed": climbed}, words)


def _climb(database: Database) -> int:
    """Until a look finds no more: of a case one rung on one day."""
    climbed, found = 0, MOST
    while found == MOST:
        with database.reading() as session:
            due = to_press(session, database.rules(session), database.now())
        found = len(due)
        for key in due:
            done = database.run("climb_by_rule", administrator(), STATION, partial(climb_by_rule, key=key))
            climbed += done is not None
    return climbed
