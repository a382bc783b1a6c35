"""A list with headings: rows by who owes them, each group under a row of its own, the most pressing group first."""

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar, Generic, TypeVar, cast

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QKeyEvent, QMouseEvent, QPainter, QPixmap, QPolygonF

from commandcenter.i18n import ngettext
from ui.pulse import Pulse
from ui.tables.column import Column, Paint
from ui.tables.painting import Looks, RowPainter
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import theme

T = TypeVar("T")
Index = QModelIndex | QPersistentModelIndex
_DISPLAY = int(Qt.ItemDataRole.DisplayRole)


@dataclass(frozen=True, slots=True, eq=False)
class Group:
    """The heading of a group. ``rank`` is its most pressing member's, ``members`` all of them."""

    id: str
    rank: Any
    members: tuple[Any, ...]
    open: bool


@dataclass(frozen=True, slots=True)
class Heading:
    """What the row of a group says: a title, a line under it, how many in all and how many of them late."""

    title: str
    subtitle: str = ""
    count: int = 0
    late: int = 0


class Grouped(Generic[T]):
    """Rows for a :class:`~ui.tables.record_table.RecordTable`: members of ``source`` and the groups they form."""

    def __init__(
        self, source: Mapping[str, T], *, group_of: Callable[[T], str], rank: Callable[[T], Any], all_open: bool = True
    ) -> None:
        self._source, self._group_of, self._rank = source, group_of, rank
        self._members: dict[str, set[str]] = defaultdict(set)
        self._of: dict[str, str] = {}
        self._folded: set[str] = set()
        self._all_open = all_open
        self.groups: dict[str, Group] = {}
        self.rows: dict[str, Any] = {}
        """Groups and members by id: the table's source."""
        self.take(source)

    def take(self, ids: Iterable[str]) -> set[str]:
        """Take notice that these members came, went or changed; the ids of all rows to look at again."""
        touched: set[str] = set()
        groups: set[str] = set()
        for id_ in ids:
            touched.add(id_)
            old, item = self._of.pop(id_, None), self._source.get(id_)
            if old is not None:
                self._members[old].discard(id_)
                groups.add(old)
            if item is None:
                self.rows.pop(id_, None)
                continue
            new = self._group_of(item)
            self.rows[id_], self._of[id_] = item, new
            self._members[new].add(id_)
            groups.add(new)
        for group in groups:
            touched |= self._make(group)
        return touched

    def _make(self, key: str) -> set[str]:
        """Make a group's heading anew. Where its place in the list changed, all its rows go along."""
        old, members = self.groups.pop(key, None), self._members[key]
        if not members:
            del self._members[key]
            self.rows.pop(key, None)
            return {key}
        some = sorted((self._source[id_] for id_ in members), key=self._rank)
        made = Group(key, self._rank(some[0]), tuple(some), self.is_open(key))
        self.groups[key] = self.rows[key] = made
        return {key} if old is not None and old.rank == made.rank else {key, *members}

    def is_open(self, group: str) -> bool:
        """Whether the members of a group are shown."""
        return (group in self._folded) != self._all_open

    def fold(self, group: str) -> set[str]:
        """Fold or unfold a group; the rows to look at again."""
        self._folded ^= {group}
        return {*self._make(group), *self._members.get(group, ())}

    def group_of(self, id_: str) -> str | None:
        """The group a member is in."""
        return self._of.get(id_)

    def order(self, row: Any) -> Any:
        """What the table sorts by."""
        if isinstance(row, Group):
            return (row.rank, row.id, False, 0)
        group = self.groups[self._of[row.id]]
        return (group.rank, group.id, True, self._rank(row))

    def keep(self, row: Any) -> bool:
        """Which rows the table shows: headings always, members while their group is open."""
        return isinstance(row, Group) or self.is_open(self._of[row.id])


class GroupedTable(RecordTable[Any]):
    """The table over :class:`Grouped` rows; ``heading`` gives what a group's row says at a moment."""

    def __init__(
        self, grouped: Grouped[Any], columns: Sequence[Column[Any]], heading: Callable[[Group, datetime], Heading],
        now: Callable[[], datetime],
    ) -> None:  # fmt: skip
        self.grouped, self.heading = grouped, heading
        # Its rows are no records of the domain: what the table needs of a record is its id.
        super().__init__(
            cast(Any, Group), columns, grouped.rows, order=self._place, keep=self._shows, now=now
        )

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        """As any list; a heading says its words, for whoever does not see it drawn."""
        row = self.record_at(index.row()) if index.isValid() else None
        if not isinstance(row, Group) or role != _DISPLAY:
            return super().data(index, role)
        return self.spoken(row) if index.column() == 0 else ""

    def spoken(self, group: Group) -> str:
        """A heading in one line of words."""
        said = self.heading(group, self.now())
        late = ngettext("{n} late", "{n} late", said.late) if said.late else ""
        return " · ".join(part for part in (said.title, said.subtitle, str(said.count), late) if part)

    def _place(self, row: Any) -> Any:
        return self.grouped.order(row)

    def _shows(self, row: Any) -> bool:
        return self.grouped.keep(row)

    def regroup(self, grouped: Grouped[Any]) -> None:
        """Show the same or other members in other groups."""
        self.set_keep(lambda _row: False)
        self.grouped = grouped
        self._keep = self._shows
        self.set_source(grouped.rows)

    def take(self, ids: Iterable[str]) -> None:
        """Members came, went or changed."""
        rows = self.grouped.take(ids)
        if rows:
            self.recheck(rows)

    def fold(self, group: str) -> None:
        """Fold or unfold a group."""
        self.recheck(self.grouped.fold(group))


class GroupPainter(RowPainter):
    """Draws the heading of a group across the whole row; members as any list does."""

    def words(self, record: Any) -> tuple[str, ...]:
        if not isinstance(record, Group):
            return (*super().words(record), *(c.value(record) for c in self._table.columns if c.clock and c.value))
        said = self._said(record)
        return (said.title, said.subtitle, str(said.count), str(said.late))

    def _paint_clock_or_words(self, painter: QPainter, box: QRect, column: Column[Any], record: Any) -> None:
        """Where no clock runs, what the column says in words, such as how long somebody has waited."""
        if column.value is None or (column.clock is not None and column.clock(record) is not None):
            self._paint_clock(painter, box, column, record)
        else:
            self._write(painter, box, column.value(record), 13, False, theme.colour("ink_2"))

    def clock_room(self, record: Any, place: int) -> int:
        column = self._table.columns[place]
        if isinstance(record, Group):
            return 0
        if column.value is None or (column.clock is not None and column.clock(record) is not None):
            return super().clock_room(record, place)
        return self._around(place) + self._words_room(column.value(record), strong=False)

    _paint_by: ClassVar[Mapping[Paint, Callable[..., None]]] = {
        **RowPainter._paint_by, Paint.CLOCK: _paint_clock_or_words,
    }  # fmt: skip

    def _said(self, group: Group) -> Heading:
        table = cast(GroupedTable, self._table)
        return table.heading(group, table.now())

    def _draw(
        self, picture: QPixmap, record: Any, looks: Looks, cells: Sequence[tuple[int, int, int]], rect: QRect
    ) -> None:
        if not isinstance(record, Group):
            super()._draw(picture, record, looks, cells, rect)
            return
        ground = "accent_soft" if looks.selected else "hover" if looks.hovered else "raised"
        picture.fill(theme.colour(ground))
        painter = QPainter(picture)
        painter.fillRect(rect.left(), rect.bottom(), rect.width(), 1, theme.colour("line"))
        if looks.selected:
            painter.fillRect(0, 0, theme.px(3), rect.height(), theme.colour("accent"))
        if looks.focused:
            painter.setPen(theme.colour("accent"))
            painter.drawRect(rect.adjusted(0, 0, -1, -1))
        said = self._said(record)
        self._draw_arrow(painter, rect, record.open)
        right = self._draw_counts(painter, rect, said)
        left = theme.px(36)
        above, below = self._metrics[13, True].height(), self._metrics[12, False].height()
        top = rect.top() + (rect.height() - above - (below if said.subtitle else 0)) // 2
        wide = max(right - left - theme.px(8), 0)
        self._write(painter, QRect(left, top, wide, above), said.title, 13, True, theme.colour("ink"))
        self._write(painter, QRect(left, top + above, wide, below), said.subtitle, 12, False, theme.colour("ink_2"))
        painter.end()

    @staticmethod
    def _draw_arrow(painter: QPainter, rect: QRect, open_: bool) -> None:
        side, middle = theme.px(4), QPoint(theme.px(21), rect.center().y())
        shape = [QPoint(-side, -side // 2), QPoint(side, -side // 2), QPoint(0, side)] if open_ else [
            QPoint(-side // 2, -side), QPoint(-side // 2, side), QPoint(side, 0)]
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour("ink_3"))
        painter.drawPolygon(QPolygonF([middle + point for point in shape]))
        painter.restore()

    def _draw_counts(self, painter: QPainter, rect: QRect, said: Heading) -> int:
        """The counts at the right end: how many, and in red how many of them late. The left edge they reach."""
        right = rect.right() - theme.px(16)
        for text, tone in ((str(said.count), "quiet"),
                           (ngettext("{n} late", "{n} late", said.late) if said.late else "", "urgent")):
            if not text:
                continue
            width = round(self._written(text, rect.width(), 12, True).width) + theme.px(14)
            height = self._metrics[12, True].height() + theme.px(4)
            pill = QRect(right - width, rect.center().y() - height // 2, width, height)
            ink, ground = theme.tone(tone)
            painter.save()
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.setBrush(theme.colour("line") if tone == "quiet" else ground)
            painter.setPen(Qt.PenStyle.NoPen)
            painter.drawRoundedRect(QRectF(pill), theme.px(4), theme.px(4))
            painter.restore()
            self._write(painter, pill, text, 12, True, ink, "centre")
            right -= width + theme.px(6)
        return right


class GroupedView(RecordView[Any]):
    """A list with headings. A click on the arrow, ← and →, or Space fold and unfold; Enter on a heading does too."""

    painter_type: ClassVar[type[RowPainter]] = GroupPainter

    def __init__(self, table: GroupedTable, pulse: Pulse, **given: Any) -> None:
        super().__init__(table, pulse, two_line=True, headings=False, **given)
        self.setAccessibleName(str(given.get("name", "")))

    @property
    def grouped(self) -> GroupedTable:
        """Its table."""
        return cast(GroupedTable, self.table)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        row = self.grouped.record_at(self.rowAt(event.position().toPoint().y()))
        super().mousePressEvent(event)
        if isinstance(row, Group) and event.position().x() < theme.px(34):
            self.grouped.fold(row.id)

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        row = self.grouped.record_at(self.rowAt(event.position().toPoint().y()))
        if isinstance(row, Group):
            self.grouped.fold(row.id)
        else:
            super().mouseDoubleClickEvent(event)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        row, key = self.record, event.key()
        if isinstance(row, Group) and key in {Qt.Key.Key_Space, Qt.Key.Key_Left if row.open else Qt.Key.Key_Right}:
            self.grouped.fold(row.id)
        elif row is not None and not isinstance(row, Group) and key == Qt.Key.Key_Left:
            self.select(self.grouped.grouped.group_of(row.id))
        elif key not in {Qt.Key.Key_Left, Qt.Key.Key_Right}:
            super().keyPressEvent(event)

    def select_first(self) -> bool:
        """Select the first member; a heading where every group is folded. False where there is none."""
        groups = self.grouped.grouped.groups
        member = next((key for key in self.grouped.keys() if key not in groups), None)  # noqa: SIM118 – a model
        return self.select(member) if member is not None else super().select_first()

    def show_member(self, id_: str) -> bool:
        """Select a member, unfolding its group where it is folded. False where it is not here."""
        group = self.grouped.grouped.group_of(id_)
        if group is not None and not self.grouped.grouped.is_open(group):
            self.grouped.fold(group)
        return group is not None and self.select(id_)

    def _activate(self, index: QModelIndex | QPersistentModelIndex) -> None:
        row = self.grouped.record_at(index.row())
        if isinstance(row, Group):
            self.grouped.fold(row.id)
        elif row is not None:
            self.activated_key.emit(row.id)
