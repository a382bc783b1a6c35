"""When the district was last put in safety, and when that is to be done again.

The last good backup stands among the settings, so that every station knows it and the journal tells them all.
"""

import datetime as dt
from dataclasses import dataclass

from commandcenter.domain.deadlines import Limit, Unit
from commandcenter.domain.journal import encode
from commandcenter.domain.people import Person, Role
from commandcenter.domain.rules import Rules

LAST = "backup.last"
"""The setting that says which was the last good backup: its moment, a blank, the name of its file."""
EVERY = "backup.every"
"""The setting that says how often there is to be one."""


@dataclass(frozen=True, slots=True)
class LastBackup:
    """The last good backup: the moment whose state it holds (aware UTC) and the name of its file."""

    taken_at: dt.datetime
    file: str

    @property
    def value(self) -> str:
        """The same as the setting holds it."""
        return f"{encode(self.taken_at)} {self.file}"


def last_backup(rules: Rules) -> LastBackup | None:
    """The last good backup, None where there has been none yet."""
    said = rules.settings.get(LAST, "")
    at, _blank, file = said.partition(" ")
    return LastBackup(dt.datetime.fromisoformat(at), file) if at else None


def due_at(rules: Rules) -> dt.datetime | None:
    """When the next backup is due (aware UTC); None where there has been none: then it is due now.

    Days are measured here and not counted as the law counts them: a disk dies on holidays too.
    """
    last = last_backup(rules)
    if last is None:
        return None
    every = Limit.parse(rules.text(EVERY))
    if every.unit is Unit.CALENDAR_DAY:
        return last.taken_at + dt.timedelta(days=int(every.amount))
    return rules.after(last.taken_at, str(every))


def overdue(rules: Rules, now: dt.datetime) -> bool:
    """Whether there is no good backup that is young enough at ``now``, aware UTC."""
    due = due_at(rules)
    return due is None or now >= due


def is_told(person: Person) -> bool:
    """Whether it is this person's business that a backup is overdue: the administrators' and supervisors'."""
    return person.has(Role.ADMINISTRATOR) or person.has(Role.SUPERVISOR)
