"""What an administrator does: the district's people, units, matters, places and settings."""

import datetime as dt
from collections.abc import Mapping, Sequence
from typing import Any, TypeVar

from sqlalchemy import ColumnElement, select

from commandcenter.domain.journal import JournalLine
from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Credential, Right
from commandcenter.domain.record import Key, Record, new_key
from commandcenter.domain.rules import check_rule, classes
from commandcenter.domain.units import CalendarDay, Setting
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed
from commandcenter.i18n import N_

R = TypeVar("R", bound=Record)


class Register:
    """The records of one kind by the code that names them in a district pack; reads them once.

    Whose a record is, the journal says: what this same operation made, or said last, is the pack's. What somebody
    added or changed by hand is theirs, and no pack that does not name it takes it away.
    """

    def __init__(self, work: Work, record_type: type[R], code: str) -> None:
        self._work, self._type, self._code = work, record_type, code
        self._rows: dict[str, Any] = {getattr(r, code): r for r in work.session.scalars(select(record_type))}

    def put(self, values: Mapping[str, Any]) -> Key:
        """Make the record of that code, or change what is different about it. Twice is harmless."""
        code = values[self._code]
        row = self._rows.get(code)
        if row is None:
            row = self._rows[code] = self._work.add(self._type(id=new_key(), **values))
            return str(row.id)
        for name, value in values.items():
            if getattr(row, name) != value:
                setattr(row, name, value)
        return str(row.id)

    def key(self, code: str) -> Key | None:
        """The key of the record of that code."""
        row = self._rows.get(code)
        return None if row is None else str(row.id)

    def disable_all_but(self, codes: set[str]) -> None:
        """What packs made and this one no longer names stays in the history and goes out of use."""
        made = self._keys(JournalLine.version == 1)
        for code, row in self._rows.items():
            if code not in codes and not row.disabled and row.id in made:
                row.disabled = True

    def said_last(self) -> set[str]:
        """The codes of what a pack said last: nobody has changed it since."""
        keys = self._keys(JournalLine.version == self._type.version)
        return {code for code, row in self._rows.items() if row.id in keys}

    def moved_by(self, operation: str) -> set[str]:
        """The codes of what some other operation has changed at any time."""
        keys = self._keys(self._type.version > 0, operation)
        return {code for code, row in self._rows.items() if row.id in keys}

    def _keys(self, version: ColumnElement[bool], operation: str = "") -> set[Key]:
        """The records of which an operation, this same one by default, wrote the line of that version."""
        lines = select(self._type.id).join(
            JournalLine, (JournalLine.kind == self._type.kind()) & (JournalLine.key == self._type.id)
        )
        by = operation or self._work.operation
        return set(self._work.session.scalars(lines.where(version, JournalLine.operation == by)))


def give_password(work: Work, person: Key, password_hash: str) -> None:
    """A person's first password, as a hash; one that exists is left alone."""
    known = work.session.scalars(select(Credential.id).where(Credential.person_id == person)).first()
    if known is None:
        work.add(Credential(person_id=person, password_hash=password_hash))


def may_administer(work: Work) -> None:
    """Only an administrator changes the district's settings and its calendar."""
    if Right.ADMINISTER not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to change the district's settings."), person=work.actor.name)


def rule_days(work: Work, days: Sequence[tuple[dt.date, bool, str]]) -> int:
    """Rule on days: working or not, whatever the published calendar says. Returns how many changed."""
    may_administer(work)
    held = Register(work, CalendarDay, "day")
    for day, working, name in days:
        held.put({"day": day, "working": working, "name": name})
    return len([row for row in (*work.session.new, *work.session.dirty) if isinstance(row, CalendarDay)])


def set_rule(work: Work, name: str, value: str, source: str = "") -> Key:
    """Set a limit or another rule of the district. Refused for a rule nobody knows and a value it cannot have."""
    may_administer(work)
    check_rule(name, value)
    _check_classes(work, classes(name, value))
    return Register(work, Setting, "name").put({"name": name, "value": value, "source": source})


def _check_classes(work: Work, named: frozenset[str]) -> None:
    """Refused for a class that there is not: what was to be kept from the walls would be shown there."""
    known = {"confidential"}
    for kind in (Matter, MatterDomain):
        known |= set(work.session.scalars(select(kind.code)))
    if unknown := sorted(named - known):
        raise Incomplete(N_("“{code}” is neither “confidential” nor the code of a matter or a domain."), field="value",
                         code=unknown[0])  # fmt: skip
