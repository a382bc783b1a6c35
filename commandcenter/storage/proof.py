"""The proof of a backup: it is restored, and what is restored is held against what was sealed when it was made."""

from collections.abc import Callable
from dataclasses import dataclass

from sqlalchemy import func, select

from commandcenter.domain.journal import JournalLine
from commandcenter.i18n import N_
from commandcenter.storage.backup_file import Manifest
from commandcenter.storage.database import Database
from commandcenter.storage.seals import against
from commandcenter.storage.verification import Broken, first_broken, orphans

COUNTED = N_("the journal has {found} lines, and had {lines} when the backup was made")


@dataclass(frozen=True, slots=True)
class Proof:
    """What came of it.

    ``strayed`` is where the restored database is not the one that was copied; ``findings`` is what is wrong with the
    database itself, and so with any copy of it.
    """

    strayed: tuple[Broken, ...]
    findings: tuple[Broken, ...]


def prove(url: str, manifest: Manifest, progress: Callable[[float], None], *, shut: bool = False) -> Proof:
    """Look at a restored database, every line and every record of it, once it is of this program's age.

    One that is thrown away afterwards is ``shut``: nobody of the district is let in, for citizens' names are in it.
    """
    with Database.create(url, shut=shut) as database, database.reading() as session:
        strayed = list(against(session, manifest.seal))
        lines = session.scalar(select(func.count()).select_from(JournalLine)) or 0
        if lines != manifest.lines:
            strayed.append(Broken(COUNTED, {"found": lines, "lines": manifest.lines}))
        broken = first_broken(session, progress)
        findings = [*([broken] if broken else []), *orphans(session)]
    return Proof(tuple(strayed), tuple(findings))
