"""``time-machine``: how soon any minute of the last ninety days stands there, and how fast one scrubs through.

A PostgreSQL server with the shipped district, sixty thousand cases closed in half a year with the whole journal of
each, and two thousand open ones: a hundred thousand lines and more a month. Minutes anywhere in the last ninety days
are looked at, each by somebody who has looked at none before; then an hour is gone through minute by minute, forwards
and back. A step is the question, and the picture that took it over; nothing is drawn.
"""

import datetime as dt
import random
import statistics

from sqlalchemy import func, make_url, select

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.journal import JournalLine
from commandcenter.live.past import Past
from commandcenter.live.picture import Picture
from commandcenter.storage.database import Database
from tests.benchmarks import Figure, at_least, at_most, decade, percentile
from tests.postgres import private_cluster

CASES, OPEN = 60_000, 2_000
DAYS, MINUTES, STEPS = 90, 30, 60
TARGET_S, TARGET_STEPS = 1.0, 5.0


def run() -> list[Figure]:
    """Any minute, and an hour there and back."""
    decade.JOURNALLED, decade.OPEN = 1, OPEN
    with private_cluster(durable=False) as cluster:
        url = decade.district_with(make_url(cluster.url("postgres")), CASES)
        with Database.open(url.render_as_string(hide_password=False)) as database:
            return _measured(database, clock.now())


def _measured(database: Database, now: dt.datetime) -> list[Figure]:
    chance, anywhere, then = random.Random(9), [], 0
    for _n in range(MINUTES):
        at = now - dt.timedelta(minutes=chance.randrange(DAYS * 24 * 60))
        took, picture = _looked(database, Past(), Picture(), at)
        anywhere.append(took)
        then = max(then, len(picture.of(Case)))
    past, picture, at = Past(), Picture(), now - dt.timedelta(days=30)
    _looked(database, past, picture, at)
    minutes = [*range(1, STEPS + 1), *range(STEPS - 1, -1, -1)]
    steps = [_looked(database, past, picture, at + dt.timedelta(minutes=n))[0] for n in minutes]
    with database.reading() as session:
        lines = session.scalar(select(func.count()).select_from(JournalLine))
    about = f"{lines:,} lines; up to {then:,} cases stood open then; {MINUTES} minutes of {DAYS} days"
    return [
        at_most("time machine: any minute", percentile(anywhere, 0.95), TARGET_S, "s",
                f"{about}; p95, median {statistics.median(anywhere):.2f} s, longest {max(anywhere):.2f} s"),
        at_least("time machine: scrubbing", len(steps) / sum(steps), TARGET_STEPS, "steps/s",
                 f"{len(steps)} steps of a minute, there and back; longest {max(steps) * 1000:.0f} ms"),
    ]  # fmt: skip


def _looked(database: Database, past: Past, picture: Picture, at: dt.datetime) -> tuple[float, Picture]:
    began = clock.ticks()
    with database.reading() as session:
        delta = past.look(session, at)
    picture.apply(delta)
    return clock.ticks() - began, picture
