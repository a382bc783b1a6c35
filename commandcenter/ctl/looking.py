"""Commands that look at a database and write nothing."""

import argparse
import datetime as dt
from itertools import islice
from typing import Any

from commandcenter.ctl import DONE, REFUSED, figures
from commandcenter.ctl.speech import url_there
from commandcenter.ctl.telling import Ticker, tell
from commandcenter.domain.backups import EVERY, last_backup, overdue
from commandcenter.domain.journal import encode
from commandcenter.domain.rules import Rules
from commandcenter.domain.wording import KINDS, word
from commandcenter.i18n import N_, _
from commandcenter.queries.status import status as counted
from commandcenter.storage.database import Database
from commandcenter.storage.seals import against, read_seal
from commandcenter.storage.verification import every_broken, orphans

MOST_NAMED = 100
"""Records whose break is told in words; the others are counted."""


def status(arguments: argparse.Namespace) -> None:
    """``status``."""
    with Database.open(url_there(arguments)) as database, database.reading() as session:
        document = counted(session) | {"schema": database.schema_version, "database": database.where}
        document["backup"] = _backup(database.rules(session), database.now())
    tell(arguments, document, "\n".join(_lines(document)))


def _lines(document: dict[str, Any]) -> list[str]:
    lines = [_("{database}  (schema {schema})", database=document["database"], schema=document["schema"])]
    for kind, count in document["records"].items():
        states = ", ".join(f"{word(state, kind)} {n}" for state, n in count.get("by_state", {}).items())
        lines.append(f"{count['total']:>9}  {_(KINDS[kind])}" + (f": {states}" if states else ""))
    lines.append(f"{document['journal']:>9}  {_('lines of the journal')}")
    lines.append(f"{document['sightings']:>9}  {_('positions of officers')}")
    return [*lines, _backup_line(document["backup"])]


def _backup(rules: Rules, now: dt.datetime) -> dict[str, Any]:
    last = last_backup(rules)
    return {
        "taken_at": encode(last.taken_at) if last else None, "file": last.file if last else None,
        "every": rules.text(EVERY), "overdue": overdue(rules, now),
    }  # fmt: skip


def _backup_line(told: dict[str, Any]) -> str:
    if told["taken_at"] is None:
        return _("There is no backup yet. Make one with: commandcenterctl backup")
    good = N_("The last good backup: {at}, {file}")
    late = N_("The next backup is overdue. The last good one: {at}, {file}")
    return _(late if told["overdue"] else good, at=told["taken_at"], file=told["file"])


def verify(arguments: argparse.Namespace) -> int:
    """``verify``."""
    seal = read_seal(arguments.against) if arguments.against else None
    with Database.open(url_there(arguments)) as database, database.reading() as session, Ticker() as ticker:
        found = every_broken(session, ticker.share)
        breaks = [str(broken) for broken in islice(found, MOST_NAMED)]
        more = sum(1 for _broken in found)
        lone = [str(orphan) for orphan in orphans(session)]
        unlike = [str(found) for found in against(session, seal)] if seal else []
        days = figures.checked(database, ticker) if arguments.figures else None
    said = [*(breaks or [_("The journal is whole.")]), *_and_more(len(breaks), more), *lone, *unlike]
    if seal and not unlike:
        said.append(_("It still is what was sealed on {date}: {lines} lines.", date=seal.date, lines=seal.lines))
    said += figures.sentences_of(days) if days else []
    counted_days = {"figures": figures.document_of(days)} if days else {}
    wrong = bool(days and days.different)
    sealed = {"sealed": {"date": seal.date, "head": seal.head, "changed": unlike}} if seal else {}
    document = {"broken": next(iter(breaks), None), "breaks": breaks, "broken_records": len(breaks) + more}
    tell(arguments, document | {"orphans": lone} | sealed | counted_days, "\n".join(said))
    return REFUSED if breaks or lone or unlike or wrong else DONE


def _and_more(named: int, more: int) -> list[str]:
    """How many records are broken, where that is not seen at once."""
    if more:
        return [_("These are the first {named} of {n} records that are broken.", named=named, n=named + more)]
    return [_("{n} records are broken.", n=named)] if named > 1 else []
