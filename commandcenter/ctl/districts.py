"""Commands that set a district up, rule its days, and let it live."""

import argparse
from collections import Counter

from commandcenter.ctl.speech import url_of, url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.domain.moves import MOVES
from commandcenter.domain.work import Work
from commandcenter.i18n import N_, _
from commandcenter.settings import spoken_url
from commandcenter.storage.database import Database

MADE = {"set_duty": N_("Set on duty"), "sightings": N_("Positions of officers"), "refused": N_("Refused")}
"""What a simulation counts besides the moves."""


def init(arguments: argparse.Namespace) -> None:
    """``init``."""
    from commandcenter.exchange.packs import read_pack
    from commandcenter.installation import install

    pack = read_pack(arguments.pack)
    counts = install(url_of(arguments), pack)
    held = _("{squads} squads, {workstations} workstations, {people} people, {matters} matters, {places} places",
             **counts)  # fmt: skip
    loaded, nothing = N_("Loaded {pack}: {held}."), N_("Nothing changed: {pack} was loaded already, {held}.")
    tell(arguments, counts, _(loaded if counts["changed"] else nothing, pack=counts["pack"], held=held))


def upgrade(arguments: argparse.Namespace) -> None:
    """``upgrade``."""
    with Database.create(url_of(arguments)) as database:
        version = database.schema_version
    tell(arguments, {"schema": version}, _("The database stands at schema {version}.", version=version))


def rebuild_search(arguments: argparse.Namespace) -> None:
    """``rebuild-search``."""
    from commandcenter.storage.reindexing import rebuild

    with Database.open(url_there(arguments)) as database, Ticker() as ticker:
        found = rebuild(database, ticker.share)
    tell(arguments, {"records": found}, _("The search was built anew: {n} records are found by their words.", n=found))


def demo(arguments: argparse.Namespace) -> None:
    """``demo``."""
    from commandcenter.demonstration import make_demonstration

    url = url_of(arguments)
    with Ticker() as ticker:
        made = make_demonstration(url, minutes=arguments.minutes, progress=ticker.share)
    said = N_("The demonstration is ready: {url}") if made else N_("The demonstration is there already: {url}")
    shown = spoken_url(url)
    tell(arguments, {"database": shown, "made": made}, _(said, url=shown))


def simulate(arguments: argparse.Namespace) -> None:
    """``simulate``."""
    from commandcenter.simulation import live

    made: Counter[str] = Counter()
    try:
        with Ticker() as ticker:
            live(url_there(arguments), minutes=arguments.minutes, speed=arguments.speed, seed=arguments.seed,
                 made=made, progress=ticker.share)  # fmt: skip
    finally:  # what was done before trouble or Ctrl-C stays done, so it is told
        if made:
            tell(arguments, dict(made), "\n".join(f"{n:>8}  {_made_word(name)}" for name, n in made.items()))


def _made_word(name: str) -> str:
    return _(MADE[name] if name in MADE else next(move.label for move in MOVES if move.name == name))


def check_pack(arguments: argparse.Namespace) -> None:
    """``check-pack``."""
    from commandcenter.exchange.packs import read_pack

    pack = read_pack(arguments.pack)
    tell(arguments, {"pack": pack.head.code, "faults": []}, _("The pack {pack} has no fault.", pack=pack.head.code))


def calendar(arguments: argparse.Namespace) -> None:
    """``calendar``."""
    from commandcenter.exchange.packs import read_calendar
    from commandcenter.installation import STATION, administrator
    from commandcenter.operations.administering import rule_days

    days = read_calendar(arguments.file)

    def body(work: Work) -> int:
        return rule_days(work, [(d.date, d.working, d.name) for d in days])

    with Database.open(url_there(arguments)) as database:
        changed = database.run("rule_days", administrator(), STATION, body)
    tell(arguments, {"days": len(days), "changed": changed},
         _("{n} days ruled on, {changed} of them changed.", n=len(days), changed=changed))  # fmt: skip
