"""What is done for a database beside everybody's work: days are counted, and how far officers travelled on them."""

from collections.abc import Callable

from commandcenter.errors import Refused
from commandcenter.logs import log
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.queries.travel import keep_travels
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books, may_count

AT_ONCE = 1
"""Days: a tenth of a second of work, and everybody else has their turn."""


def count_days(database: Database, tell: Callable[[object], bool]) -> bool:
    """Catch up with what is left to count, a day at a time; whether this account may. ``tell`` says whether to go on.

    What stands in the way – another writer, a full disk, a server that is away – is in the log alone: figures are right
    without it, and it is tried again.
    """
    try:
        if not may_count(database):
            return False
        if catch_up(books(database), database.now(), tell, AT_ONCE).whole:
            keep_travels(books(database), database.rules(), database.now(), tell)
    except Refused as refusal:
        log.warning("the days are not counted just now: %s", refusal)
    return True
