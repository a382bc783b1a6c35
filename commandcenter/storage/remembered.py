"""What is read from the database once and remembered until it changes: the rules and the areas."""

from typing import TYPE_CHECKING, Any

from sqlalchemy import ColumnElement, func, select
from sqlalchemy.orm import Session

from commandcenter.domain.record import Record
from commandcenter.domain.rules import Rules, rules_from
from commandcenter.domain.units import CalendarDay, District, Setting, Squad
from commandcenter.domain.work import areas_of

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography  # slow to load: only who asks pays


class Remembered:
    """Derived values with the mark of what they were derived from.

    Versions only go up and nothing is deleted, so the sum of a table's versions is the mark of its state.
    """

    def __init__(self) -> None:
        self._rules: tuple[int, Rules] | None = None
        self._areas: tuple[int, Geography] | None = None

    def rules(self, session: Session) -> Rules:
        """The rules as this session's transaction sees them."""
        mark = _mark(session, District, Setting, CalendarDay)
        if self._rules is None or self._rules[0] != mark:
            self._rules = mark, rules_from(
                session.scalars(select(District).limit(1)).first(),
                session.scalars(select(Setting)),
                session.scalars(select(CalendarDay)),
            )
        return self._rules[1]

    def areas(self, session: Session) -> "Geography":
        """The squads' areas as this session's transaction sees them."""
        mark = _mark(session, Squad)
        if self._areas is None or self._areas[0] != mark:
            self._areas = mark, areas_of(session)
        return self._areas[1]


def _mark(session: Session, *kinds: type[Record]) -> int:
    sums: list[Any] = [select(func.coalesce(func.sum(kind.version), 0)).scalar_subquery() for kind in kinds]
    total: ColumnElement[int] = sum(sums[1:], sums[0])
    return int(session.execute(select(total)).scalar_one())
