"""Commands that look at a database and write nothing."""

import argparse
from typing import Any

from commandcenter.ctl import DONE, REFUSED
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.domain.wording import KINDS, word
from commandcenter.i18n import _
from commandcenter.queries.status import status as counted
from commandcenter.storage.database import Database
from commandcenter.storage.verification import first_broken, orphans


def status(arguments: argparse.Namespace) -> None:
    """``status``."""
    with Database.open(url_there(arguments)) as database, database.reading() as session:
        document = counted(session) | {"schema": database.schema_version, "database": database.where}
    tell(arguments, document, "\n".join(_lines(document)))


def _lines(document: dict[str, Any]) -> list[str]:
    lines = [_("{database}  (schema {schema})", database=document["database"], schema=document["schema"])]
    for kind, count in document["records"].items():
        states = ", ".join(f"{word(state, kind)} {n}" for state, n in count.get("by_state", {}).items())
        lines.append(f"{count['total']:>9}  {_(KINDS[kind])}" + (f": {states}" if states else ""))
    lines.append(f"{document['journal']:>9}  {_('lines of the journal')}")
    lines.append(f"{document['sightings']:>9}  {_('positions of officers')}")
    return lines


def verify(arguments: argparse.Namespace) -> int:
    """``verify``."""
    with Database.open(url_there(arguments)) as database, database.reading() as session, Ticker() as ticker:
        broken = first_broken(session, ticker.share)
        lone = [str(orphan) for orphan in orphans(session)]
    found = None if broken is None else str(broken)
    tell(arguments, {"broken": found, "orphans": lone}, "\n".join([found or _("The journal is whole."), *lone]))
    return REFUSED if broken or lone else DONE
