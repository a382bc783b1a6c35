"""Commands that look at a database and write nothing."""

import argparse
import datetime as dt
from typing import Any

from commandcenter.ctl import DONE, REFUSED
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
from commandcenter.storage.verification import first_broken, orphans


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
        broken = first_broken(session, ticker.share)
        lone = [str(orphan) for orphan in orphans(session)]
        unlike = [str(found) for found in against(session, seal)] if seal else []
    found = None if broken is None else str(broken)
    said = [found or _("The journal is whole."), *lone, *unlike]
    if seal and not unlike:
        said.append(_("It still is what was sealed on {date}: {lines} lines.", date=seal.date, lines=seal.lines))
    sealed = {"sealed": {"date": seal.date, "head": seal.head, "changed": unlike}} if seal else {}
    tell(arguments, {"broken": found, "orphans": lone} | sealed, "\n".join(said))
    return REFUSED if broken or lone or unlike else DONE
