"""What is done to keep the district safe: that a good backup was made is written down, and so journalled."""

from commandcenter.domain.backups import LAST, LastBackup, last_backup
from commandcenter.domain.record import Key
from commandcenter.domain.units import Setting
from commandcenter.domain.work import Work
from commandcenter.operations.administering import Register, may_administer


def record_backup(work: Work, made: LastBackup) -> Key | None:
    """A good backup was made. Refused for whoever may not administer; None where a younger one is known already."""
    may_administer(work)
    known = last_backup(work.rules)
    if known is not None and known.taken_at > made.taken_at:
        return None
    return Register(work, Setting, "name").put({"name": LAST, "value": made.value, "source": ""})
