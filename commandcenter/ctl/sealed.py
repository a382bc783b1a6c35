"""Sealed cases, for the owner of the database: whose they are, and a way in where nobody can open one any more."""

import argparse
from functools import partial
from typing import Any

from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import tell
from commandcenter.i18n import _
from commandcenter.installation import STATION, administrator
from commandcenter.operations.overseeing import name_inspector
from commandcenter.queries.seals import Seal, seals
from commandcenter.storage.database import Database


def list_seals(arguments: argparse.Namespace) -> None:
    """``sealed list``."""
    with Database.open(url_there(arguments)) as database, database.reading() as session:
        found = seals(session)
    text = "\n".join(map(_line, found)) or _("No case is sealed.")
    tell(arguments, {"sealed": [_told(seal) for seal in found]}, text)


def name(arguments: argparse.Namespace) -> None:
    """``sealed name``."""
    with Database.open(url_there(arguments)) as database:
        naming = partial(name_inspector, number=arguments.number, login=arguments.login, reason=arguments.reason)
        database.run("seal", administrator(), STATION, naming)
    said = _("{login} is named in the seal of case {number}.", login=arguments.login, number=arguments.number)
    tell(arguments, {"number": arguments.number, "named": arguments.login}, said)


def _told(seal: Seal) -> dict[str, Any]:
    return {"number": seal.number, "people": seal.people, "opened_by": seal.openers}


def _line(seal: Seal) -> str:
    people = ", ".join(seal.people)
    if seal.openers:
        return _("{number}  for {people}; opened by {openers}", number=seal.number, people=people,
                 openers=", ".join(seal.openers))  # fmt: skip
    return _("{number}  for {people}; nobody can open it any more", number=seal.number, people=people)
