"""What a form may offer where a move asks for a squad, an officer, a matter, a case: taken from the picture."""

from collections.abc import Iterable

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key, Record
from commandcenter.domain.units import Squad
from commandcenter.live.fairness import Fairness, fairness
from commandcenter.live.picture import Picture
from ui.widgets.choices import Choice


class Choices:
    """The choices of this moment. They are asked for when a form opens, not kept."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def squads(self) -> list[Choice]:
        """Every squad that works, by name."""
        return _sorted((s.id, s.name) for s in self._picture.of(Squad).values() if not s.disabled)

    def officers(self, squad_id: Key | None = None) -> list[Choice]:
        """Those who may take an assignment: of one squad, who bears least first, or of all; those on duty first."""
        if squad_id is None:
            return self.officers_by_name()
        fair = fairness(self._picture)
        people = sorted(self._officers(squad_id), key=lambda p: (not p.on_duty, fair.over(p.id), p.name))
        return [(p.id, self._with_load(p, fair)) for p in people]

    def officers_by_name(self, squad_id: Key | None = None) -> list[Choice]:
        """The same people to look for somebody: those on duty first, by name."""
        people = sorted(self._officers(squad_id), key=lambda p: (not p.on_duty, p.name))
        return [(p.id, self._said(p, with_squad=squad_id is None)) for p in people]

    def _officers(self, squad_id: Key | None) -> list[Person]:
        return [p for p in self._picture.of(Person).values()
                if not p.disabled and Right.ACCEPT in p.rights and squad_id in (None, p.squad_id)]  # fmt: skip

    def _with_load(self, person: Person, fair: Fairness) -> str:
        """Somebody of one squad, with what they bear beside the others where that is worth saying."""
        load = fair.of_officer(person.id)
        said = self._said(person, with_squad=False)
        return f"{said} · {load}" if load is not None else said

    def matters(self) -> list[Choice]:
        """Every matter, by its code."""
        matters = sorted(self._picture.of(Matter).values(), key=lambda m: m.code)
        return [(m.id, _with(m.name, m.code)) for m in matters if not m.disabled]

    def cases(self) -> list[Choice]:
        """Every open case, newest first."""
        cases = sorted(self._picture.of(Case).values(), key=lambda c: c.opened_at, reverse=True)
        return [(c.id, _with(c.title, c.number, before=True)) for c in cases]

    def complaints(self, case_id: Key | None) -> list[Choice]:
        """The complaints on a case that wait for their end."""
        complaints = self._picture.complaints_of(case_id) if case_id else []
        return [(c.id, _with(c.title or c.caller_mask, c.number, before=True)) for c in complaints]

    def people_and_squads(self) -> list[Choice]:
        """Whoever a case can be about: people of squads, and the squads."""
        people = ((p.id, self._said(p)) for p in self._picture.of(Person).values() if p.squad_id)
        return self.squads() + _sorted(people)

    def readers(self) -> list[Choice]:
        """Everybody who may read cases."""
        people = (p for p in self._picture.of(Person).values() if p.reads_cases)
        return _sorted((p.id, self._said(p)) for p in people)

    def _said(self, person: Person, with_squad: bool = True) -> str:
        """Somebody so that a namesake is somebody else: with the badge, or the login where there is none."""
        squad = self._picture.get(Squad, person.squad_id) if with_squad else None
        said = _with(person.name, person.badge or person.login)
        return f"{said} · {squad.name}" if squad else said

    def squad_of(self, record: Record | None) -> Key | None:
        """The squad whose officers are meant when a move on ``record`` asks for one."""
        if isinstance(record, Assignment):
            return record.squad_id
        if isinstance(record, Case):
            lead = self._picture.lead_of(record)
            return lead.squad_id if lead else None
        return None

    def case_of(self, record: Record | None) -> Key | None:
        """The case a record belongs to."""
        if isinstance(record, Case):
            return record.id
        return record.case_id if isinstance(record, Assignment | Complaint) else None


def _with(name: str, code: str, before: bool = False) -> str:
    if not code:
        return name
    return f"{code} {name}" if before else f"{name} {code}"


def _sorted(choices: Iterable[Choice]) -> list[Choice]:
    return sorted(choices, key=lambda choice: choice[1])
