"""Clocks beside titles: their column is as wide as what it says now, so that it takes no room from the titles."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtWidgets import QHeaderView

from ui.tables.column import Paint
from ui.tables.painting import RowPainter
from ui.tables.record_table import RecordTable
from ui.theme import theme

SLACK = 28
"""px of the design that may be too many before a column gets narrower: titles shall not jump at every minute."""


class Fitting:
    """The columns of clocks in a list; ``by_hand`` where it has headings, by which a person sets the widths."""

    def __init__(
        self, header: QHeaderView, table: RecordTable[Any], painter: RowPainter, *, by_hand: bool = False
    ) -> None:
        self._header, self._painter = header, painter
        clocks = (n for n, column in enumerate(table.columns) if column.paint is Paint.CLOCK and column.width)
        self.places = [] if by_hand else list(clocks)
        self._set: dict[int, int] = {}

    def begin_anew(self) -> None:
        """Fonts and lengths are others now."""
        self._set.clear()

    def fit(self, records: Iterable[Any]) -> None:
        """Give each column the room that these rows need; wider at once, narrower where much is left over."""
        rows = list(records) if self.places else []
        for place in self.places:
            needed = max((self._painter.clock_room(record, place) for record in rows), default=0)
            now = self._set.get(place)
            if needed and (now is None or needed > now or now - needed > theme.px(SLACK)):
                self._set[place] = needed
                self._header.resizeSection(place, needed)
