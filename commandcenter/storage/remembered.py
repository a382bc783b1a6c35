"""What is read from the database once and remembered until it changes: the district's rules, areas and estates."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from commandcenter.domain.record import Record
from commandcenter.domain.rules import Rules, rules_from
from commandcenter.domain.units import CalendarDay, District, Setting, Squad, Workstation
from commandcenter.domain.work import areas_of

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography  # slow to load: only who asks pays


def _mark(*kinds: type[Record]) -> ColumnElement[int]:
    sums: list[Any] = [select(func.coalesce(func.sum(kind.version), 0)).scalar_subquery() for kind in kinds]
    total: ColumnElement[int] = sum(sums[1:], sums[0])
    return total


MARK = _mark(District, Setting, CalendarDay, Squad, Workstation)
"""Of what rules, areas and estates are derived from, as a question."""


class Remembered:
    """Derived values with the mark of what they were derived from.

    Versions only go up and nothing is deleted, so the sum of a table's versions is the mark of its state.
    """

    def __init__(self) -> None:
        self._rules: tuple[int, Rules] | None = None
        self._areas: tuple[int, Geography] | None = None

    def forget(self) -> None:
        """Read everything anew next time."""
        self._rules = self._areas = None

    def rules(self, session: Session, mark: int | None = None) -> Rules:
        """The rules as this session's transaction sees them; ``mark`` is the mark where it is known already."""
        mark = _asked(session, mark)
        held = self._rules
        if held is None or held[0] != mark:
            district = session.scalars(select(District).limit(1)).first()
            days = session.scalars(select(CalendarDay))
            held = self._rules = mark, rules_from(district, session.scalars(select(Setting)), days)
        return held[1]

    def areas(self, session: Session, mark: int | None = None) -> "Geography":
        """Areas and estates as this session's transaction sees them; ``mark`` as with the rules."""
        mark = _asked(session, mark)
        held = self._areas
        if held is None or held[0] != mark:
            held = self._areas = mark, areas_of(session)
        return held[1]


def _asked(session: Session, mark: int | None) -> int:
    return session.execute(select(MARK)).scalar_one() if mark is None else mark
