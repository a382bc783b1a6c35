"""The command that takes away what is kept no longer."""

import argparse
from collections.abc import Iterator
from functools import partial
from typing import Any

from sqlalchemy import func, select

from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.domain.journal import encode
from commandcenter.domain.retention import identities_before, positions_before, to_be_masked
from commandcenter.i18n import N_, _
from commandcenter.installation import STATION, administrator
from commandcenter.operations.overseeing import note_numbers_tried
from commandcenter.operations.retaining import mask_identities
from commandcenter.storage.database import Database
from commandcenter.storage.positions import count_old, drop_old, kept_from

_WOULD = (N_("Would drop {n} positions of officers from before {moment}."),
          N_("Would mask {n} citizens whose last case ended before {moment}."))  # fmt: skip
_DID = (N_("Dropped {n} positions of officers from before {moment}."),
        N_("Masked {n} citizens whose last case ended before {moment}."))  # fmt: skip


def retention(arguments: argparse.Namespace) -> None:
    """``retention``."""
    with Database.open(url_there(arguments)) as database:
        rules, now = database.rules(), database.now()
        positions = kept_from(database, positions_before(rules, now))
        identities = identities_before(rules, now)
        if arguments.dry_run:
            dropped, masked = count_old(database, positions), _count_due(database)
        else:
            with Ticker() as ticker:
                # First what waits for nobody: a month of positions is not dropped while a backup reads it.
                masked = sum(_masked(database))
                database.run("note_numbers_tried", administrator(), STATION, note_numbers_tried)
                dropped = drop_old(database, positions, lambda n: ticker.tell(_("{n} positions dropped", n=n)))
    words = _WOULD if arguments.dry_run else _DID
    document: dict[str, Any] = {
        "dry_run": arguments.dry_run, "positions": dropped, "positions_before": encode(positions),
        "identities": masked, "identities_before": encode(identities),
    }  # fmt: skip
    told = zip(words, (dropped, masked), (positions, identities), strict=True)
    tell(arguments, document, "\n".join(_(said, n=n, moment=f"{at:%Y-%m-%d %H:%M} UTC") for said, n, at in told))


def _count_due(database: Database) -> int:
    with database.reading() as session:
        due = to_be_masked(identities_before(database.rules(session), database.now()))
        return session.scalar(select(func.count()).select_from(due.order_by(None).subquery())) or 0


def _masked(database: Database) -> Iterator[int]:
    """How many were masked, a transaction each, until nobody is left."""
    last = ""
    while done := database.run("mask_identities", administrator(), STATION, partial(mask_identities, after=last)):
        yield len(done)
        last = done[-1]
