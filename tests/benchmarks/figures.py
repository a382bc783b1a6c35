"""``figures``: a page of figures over a million cases, a change of its filter, and the days caught up from the journal.

A page is what the figures page asks at once, each time in a reading of its own: the whole sheet, one figure told apart
by squads and along the days, the heat of the week and the flow from channel to outcome. Asked for the last 30 days and
for all five years, with the days counted, and told apart for the month without them. The catching up is that of the
last lines of the journal, the open work of the last days.

On the embedded database that is the file of the other benchmarks with its days counted; on a server the same rows,
poured into a database of our own. Counting all days the first time takes minutes and is told.
"""

import datetime as dt
import time
from dataclasses import replace

from sqlalchemy import text

from commandcenter.queries.figures import By, Figure, Sought, flow, heat, series, sheet
from commandcenter.queries.figures import by as told_apart
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.queries.figures.moments import Reckoning
from commandcenter.queries.figures.spans import begin_of
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books
from tests.benchmarks import Figure as Line
from tests.benchmarks import at_least, at_most, percentile
from tests.benchmarks.million import CASES, counted_million
from tests.benchmarks.poured import poured_million

PAGES = 40
LINES = 20_000
PAGE_MS, FILTER_MS, LINES_A_SECOND = 300, 150, 2_000
MONTH, ALWAYS = dt.timedelta(days=29), dt.timedelta(days=5 * 365)


def run() -> list[Line]:
    """The measurement on each kind of database."""
    file = counted_million()
    found = measured("SQLite", f"sqlite:///{file}")
    with poured_million(file) as url:
        return found + measured("PostgreSQL", url)


def measured(kind: str, url: str) -> list[Line]:
    """The figures for the database at ``url``, which holds the million with its days counted."""
    with Database.open(url) as database:
        now = database.now()
        with database.reading() as session:
            began = begin_of(now.astimezone(Reckoning.of(session).zone).date(), Reckoning.of(session).zone)
            month, always = (Sought(began - days, now, now_at=now) for days in (MONTH, ALWAYS))
            squad = next(key for key, _answer in told_apart(session, month, Figure.OPENED, By.SQUAD) if key)
        of_squad = replace(month, squad_id=squad)
        uncounted = _asked(database, month, 3, counted=False)
        months, years = _asked(database, month, PAGES), _asked(database, always, PAGES // 4)
        filtered = _asked(database, of_squad, PAGES)
        lines, took = _caught_up(database, now)
    detail = (
        f"of {PAGES} pages over {CASES:,} cases the median {percentile(months, 0.5):.0f} ms; of all five years p95 "
        f"{percentile(years, 0.95):.0f} ms; a month without counted days {percentile(uncounted, 0.5):.0f} ms"
    )
    return [
        at_most(f"figures {kind} page p95", percentile(months, 0.95), PAGE_MS, "ms", detail),
        at_most(f"figures {kind} filter p95", percentile(filtered, 0.95), FILTER_MS, "ms", "the page of one squad"),
        at_least(f"figures {kind} catching up", lines / took, LINES_A_SECOND, "lines/s",
                 f"{lines} lines in {took:.1f} s, the days they are about counted anew"),
    ]


def _asked(database: Database, sought: Sought, times: int, *, counted: bool = True) -> list[float]:
    """How many milliseconds each of so many pages took."""
    return [_page(database, sought, counted) for _n in range(times)]


def _page(database: Database, sought: Sought, counted: bool) -> float:
    began = time.perf_counter()
    with database.reading() as session:
        if not counted:
            session.info["figures"] = None
        sheet(session, sought)
        told_apart(session, sought, Figure.ON_TIME, By.SQUAD)
        series(session, sought, Figure.SATISFACTION)
        heat(session, sought)
        flow(session, sought)
    return (time.perf_counter() - began) * 1000


def _caught_up(database: Database, now: dt.datetime) -> tuple[int, float]:
    """The last lines taken into account once more: how many, in how many seconds."""
    with books(database).writing() as session:
        session.execute(text("UPDATE tally_mark SET seq = seq - :lines"), {"lines": LINES})
    began = time.perf_counter()
    kept = catch_up(books(database), now)
    return kept.lines, time.perf_counter() - began


if __name__ == "__main__":
    print(*run(), sep="\n")
