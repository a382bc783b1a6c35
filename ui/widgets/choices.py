"""What a form may offer where a move asks for a record: the interface that :class:`ui.choices.Choices` fills."""

from collections.abc import Sequence
from typing import Protocol

from commandcenter.domain.fields import Field, Sort
from commandcenter.domain.record import Key

Choice = tuple[Key, str]
"""The key of a record and the words for it."""


class Choices(Protocol):
    """The choices of this moment."""

    def squads(self) -> Sequence[Choice]:
        """Every squad that works."""

    def officers(self, squad_id: Key | None = None) -> Sequence[Choice]:
        """Those who may take an assignment: of one squad, or of all."""

    def matters(self) -> Sequence[Choice]:
        """Every matter."""

    def cases(self) -> Sequence[Choice]:
        """Every open case."""

    def complaints(self, case_id: Key | None) -> Sequence[Choice]:
        """The complaints on a case."""

    def people_and_squads(self) -> Sequence[Choice]:
        """Whoever a case can be about."""

    def readers(self) -> Sequence[Choice]:
        """Everybody who may read cases."""


def choices_for(field: Field, choices: Choices, squad_id: Key | None, case_id: Key | None) -> Sequence[Choice]:
    """What is offered for a field that asks for a record; nothing for the others."""
    match field.sort:
        case Sort.SQUAD:
            return choices.squads()
        case Sort.OFFICER:
            return choices.officers(squad_id)
        case Sort.MATTER:
            return choices.matters()
        case Sort.CASE:
            return choices.cases()
        case Sort.COMPLAINT:
            return choices.complaints(case_id)
        case Sort.PEOPLE:
            return choices.people_and_squads()
        case Sort.READERS:
            return choices.readers()
    return ()
