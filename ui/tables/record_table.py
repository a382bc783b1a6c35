"""The one model behind every list: records in order, changed row by row and never rebuilt."""

from bisect import bisect_left
from collections import deque
from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any, Generic, TypeVar

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QObject, QPersistentModelIndex, Qt, QTimer, Signal

from commandcenter import clock
from commandcenter.domain.record import Key, Record
from commandcenter.live.delta import Delta
from ui.tables.column import Column, Falling
from ui.tables.ranking import Rank, by_birth, gaps, ranges
from ui.tables.sifting import Sieve, Sifting

R = TypeVar("R", bound=Record)
Index = QModelIndex | QPersistentModelIndex

CALM_MS = 50
"""Under a stream of changes the list is brought up to date this often; a change by itself shows at once."""
BURST = 5
BURST_S = 0.25
SWAPPED = 256
"""More rows than this that come and go in one go are not told by ranges: all rows are said to be new."""
MOVED_SINGLY = 64
"""More rows than this that change places in one go are taken out and put in again by ranges."""

_ROOT = QModelIndex()
_DISPLAY, _TIP = int(Qt.ItemDataRole.DisplayRole), int(Qt.ItemDataRole.ToolTipRole)
_ALIGNMENT, _KEY = int(Qt.ItemDataRole.TextAlignmentRole), int(Qt.ItemDataRole.UserRole)
_ALIGNED = {
    "left": Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter,
    "right": Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter,
    "centre": Qt.AlignmentFlag.AlignCenter,
}


def everything(_record: Record) -> bool:
    """The filter that keeps all."""
    return True


class RecordTable(QAbstractTableModel, Generic[R]):
    """A sorted, filtered list over a mapping of records that somebody else keeps up to date.

    ``source`` is that mapping, such as ``picture.of(Case)``. ``order`` gives what rows are sorted by,
    ``keep`` says which records are shown, ``limit`` how many rows at most; what a limit leaves out is said by
    :attr:`left_out`. ``also`` names the other kinds of record a row shows something of, each with a function
    from such a record to the key of the row: their changes are looked at too.
    """

    changing = Signal()
    """Rows are about to come, go or move."""
    has_changed = Signal()
    """They did. Between the two the rows are not to be relied on."""
    left_out_changed = Signal(int)
    """How many records the limit leaves out now."""
    count_changed = Signal(int)
    """How many records pass the filter now, shown or left out."""

    def __init__(
        self,
        record_type: type[R],
        columns: Sequence[Column[R]],
        source: Mapping[Key, R],
        *,
        order: Callable[[R], Any] = by_birth,
        keep: Callable[[R], bool] = everything,
        limit: int | None = None,
        also: Mapping[type[Record], Callable[[Any], Key | None]] | None = None,
        now: Callable[[], datetime] = clock.now,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self.columns = tuple(columns)
        self.record_type = record_type
        self.now = now
        self._source, self._keep, self._limit = source, keep, limit
        self._also = dict(also or {})
        self._order = self._usual_order = order
        self._sorted_by: tuple[str, bool] | None = None
        self._records: dict[Key, R] = {}
        self._ranks: dict[Key, Rank] = {}
        self._rows: list[Rank] = []
        self._sifting = Sifting()
        self._shown = 0
        self._said = (0, 0)
        self._pending: dict[Key, None] = {}  # in the order of arrival
        self._held = False
        self._caught_up_at: deque[float] = deque(maxlen=BURST)
        self._soon = QTimer(self)
        self._soon.setSingleShot(True)
        self._soon.timeout.connect(self.catch_up)
        self.recheck(source)

    # ------------------------------------------------------------------ what stands in it

    @property
    def left_out(self) -> int:
        """How many records pass the filter but are beyond the limit."""
        return len(self._rows) - self._shown

    @property
    def count(self) -> int:
        """How many records pass the filter, shown or left out."""
        return len(self._rows)

    def keys(self) -> list[Key]:
        """The keys of the rows shown, in order."""
        return [key for _value, key in self._rows[: self._shown]]

    def key_at(self, row: int) -> Key | None:
        """The key of a row; None where there is no such row."""
        return self._rows[row][1] if 0 <= row < self._shown else None

    def record_at(self, row: int) -> R | None:
        """The record of a row; None where there is no such row."""
        return self._records[self._rows[row][1]] if 0 <= row < self._shown else None

    def row_of(self, key: Key | None) -> int:
        """The row of a key; -1 where it is not shown."""
        rank = self._ranks.get(key) if key else None
        row = -1 if rank is None else bisect_left(self._rows, rank)
        return row if row < self._shown else -1

    # ------------------------------------------------------------------ changes

    def apply(self, delta: Delta) -> None:
        """Take notice of what a delta changed; the source holds it already."""
        touched: list[Key | None] = []
        for change in delta.changes:
            if change.record_type is self.record_type:
                touched.append(change.key)
            elif (row_key := self._also.get(change.record_type)) is not None:
                touched += [row_key(r) for r in (change.before, change.after) if r is not None]
        keys = [key for key in touched if key is not None]
        if keys:
            self._pending.update(dict.fromkeys(keys))
            self._catch_up_when_due()

    def recheck(self, keys: Iterable[Key]) -> None:
        """Look at these records again, now: something that a row shows or is sorted by changed elsewhere."""
        self._pending.update(dict.fromkeys(keys))
        self.catch_up()

    def set_source(self, source: Mapping[Key, R]) -> None:
        """Show the records of another mapping, such as the answer to a newer search."""
        self._source = source
        self.recheck({*self._ranks, *self._sifting.hidden, *source})

    def set_keep(self, keep: Callable[[R], bool]) -> None:
        """Show those records that ``keep`` says yes to."""
        self._keep = keep
        self.recheck({*self._ranks, *self._sifting.hidden, *self._source})

    def narrow(self, sieve: Sieve | None) -> None:
        """Of all that is kept show only what the sieve lets through; None shows all again. No row is ranked anew."""
        self.catch_up()
        self.changing.emit()
        self._swap(self._sifting.begin(sieve, self._rows))
        self.has_changed.emit()
        self._say_counts()

    def hold(self) -> None:
        """Nobody looks: remember what changes, but do nothing."""
        self._held = True
        self._soon.stop()

    def release(self) -> None:
        """Somebody looks again: catch up."""
        self._held = False
        self.catch_up()

    def catch_up(self) -> None:
        """Bring the rows up to date with everything noticed so far."""
        self._soon.stop()
        if self._held or not self._pending:
            return
        keys, self._pending = self._pending, {}
        self._caught_up_at.append(clock.ticks())
        self.changing.emit()
        self._bring(keys)
        self.has_changed.emit()
        self._say_counts()

    def _catch_up_when_due(self) -> None:
        times = self._caught_up_at
        if len(times) < BURST or clock.ticks() - times[0] > BURST_S:
            self.catch_up()
        elif not self._soon.isActive() and not self._held:
            self._soon.start(CALM_MS)

    def _bring(self, keys: Iterable[Key]) -> None:
        gone, come, moved, same = [], [], [], []
        for key, rank in self._sifting.sift(self._ranked(keys), self._ranks).items():
            old = self._ranks.get(key)
            if rank is None:
                if old is not None:
                    gone.append(old)
            elif old is None:
                come.append(rank)
            elif old == rank:
                same.append(key)
            else:
                moved.append((old, rank))
        if len(moved) > MOVED_SINGLY:
            gone += [old for old, _new in moved]
            come += [new for _old, new in moved]
            moved = []
        if len(gone) + len(come) > SWAPPED:
            self._swap_some(gone, come)
            gone, come = [], []
        self._take_out(gone)
        for old, new in moved:
            self._move(old, new)
        self._put_in(come)
        self._fill_up()
        self._repaint([*same, *(new[1] for _old, new in moved)])

    def _ranked(self, keys: Iterable[Key]) -> dict[Key, Rank | None]:
        """Where these belong now; None for what is not kept."""
        found: dict[Key, Rank | None] = {}
        for key in keys:
            record = self._source.get(key)
            if record is not None and self._keep(record):
                found[key] = (self._order(record), key)
                self._records[key] = record
            else:
                found[key] = None
                if key not in self._ranks:
                    self._records.pop(key, None)
        return found

    # ------------------------------------------------------------------ rows

    def _swap_some(self, gone: list[Rank], come: list[Rank]) -> None:
        leave = {key for _value, key in gone}
        rows = sorted([*(rank for rank in self._rows if rank[1] not in leave), *sorted(come)])
        self._forget(gone)
        self._swap(rows)

    def _swap(self, rows: list[Rank]) -> None:
        self.beginResetModel()
        self._rows = rows
        self._ranks = {rank[1]: rank for rank in rows}
        self._shown = len(rows) if self._limit is None else min(self._limit, len(rows))
        self.endResetModel()

    def _take_out(self, ranks: list[Rank]) -> None:
        positions = sorted(bisect_left(self._rows, rank) for rank in ranks)
        for first, last in reversed(ranges(positions)):
            seen = min(last, self._shown - 1)
            if first <= seen:
                self.beginRemoveRows(_ROOT, first, seen)
            self._forget(self._rows[first : last + 1])
            del self._rows[first : last + 1]
            if first <= seen:
                self._shown -= seen - first + 1
                self.endRemoveRows()

    def _forget(self, ranks: list[Rank]) -> None:
        for _value, key in ranks:
            del self._ranks[key]
            if (record := self._source.get(key)) is None or not self._keep(record):
                self._records.pop(key, None)

    def _put_in(self, ranks: list[Rank]) -> None:
        ranks.sort()
        for position, group in gaps(self._rows, ranks):
            room = len(group) if self._limit is None else min(len(group), self._limit - position)
            seen = room if position <= self._shown else 0
            if seen > 0:
                self._make_room(seen)
                self.beginInsertRows(_ROOT, position, position + seen - 1)
            self._rows[position:position] = group
            self._ranks.update((rank[1], rank) for rank in group)
            if seen > 0:
                self._shown += seen
                self.endInsertRows()

    def _make_room(self, rows: int) -> None:
        """Let the last rows fall behind the limit, so that ``rows`` more can be shown."""
        if self._limit is not None and self._shown + rows > self._limit:
            first = self._limit - rows
            self.beginRemoveRows(_ROOT, first, self._shown - 1)
            self._shown = first
            self.endRemoveRows()

    def _fill_up(self) -> None:
        target = len(self._rows) if self._limit is None else min(self._limit, len(self._rows))
        if self._shown < target:
            self.beginInsertRows(_ROOT, self._shown, target - 1)
            self._shown = target
            self.endInsertRows()

    def _move(self, old: Rank, new: Rank) -> None:
        start, end = bisect_left(self._rows, old), bisect_left(self._rows, new)
        end -= end > start
        seen = (start < self._shown) + (end < self._shown)
        if seen == 1:
            self._take_out([old])
            self._put_in([new])
            return
        told = seen > 0 and start != end
        if told:
            self.beginMoveRows(_ROOT, start, start, _ROOT, end + (end > start))
        del self._rows[start]
        self._rows.insert(end, new)
        self._ranks[new[1]] = new
        if told:
            self.endMoveRows()

    def _repaint(self, keys: list[Key]) -> None:
        last, places = len(self.columns) - 1, [(0, self._shown - 1)] if self._shown else []
        if len(keys) <= SWAPPED:  # more of them: to look for each one's row takes longer than to draw what is in sight
            places = ranges(sorted(row for row in map(self.row_of, keys) if row >= 0))
        for first, end in places:
            self.dataChanged.emit(self.index(first, 0), self.index(end, last))

    def _say_counts(self) -> None:
        count, left_out = self._said
        self._said = (self.count, self.left_out)
        if left_out != self.left_out:
            self.left_out_changed.emit(self.left_out)
        if count != self.count:
            self.count_changed.emit(self.count)

    # ------------------------------------------------------------------ sorting

    @property
    def sorted_by(self) -> tuple[str, bool] | None:
        """The column sorted by and whether it falls; None for the list's own order."""
        return self._sorted_by

    def sort_by(self, column: str | None, falling: bool = False) -> None:
        """Sort by a column; None for the list's own order. KeyError for a column that is not there."""
        if column is None:
            self._sorted_by, self._order = None, self._usual_order
        else:
            rank = {c.name: c for c in self.columns}[column].rank
            self._sorted_by = (column, falling)
            self._order = (lambda record: Falling(rank(record))) if falling else rank
        self._rearrange()

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Qt's way to ask for :meth:`sort_by`; -1 is the list's own order."""
        self.sort_by(self.columns[column].name if column >= 0 else None, order == Qt.SortOrder.DescendingOrder)

    def _rearrange(self) -> None:
        self.changing.emit()
        self.layoutAboutToBeChanged.emit()
        kept = self.persistentIndexList()
        keys = [self.key_at(index.row()) for index in kept]
        self._ranks = {key: self._rank(key) for key in self._ranks}
        self._rows = sorted(self._ranks.values())
        self._sifting.rank_anew(self._rank, self._rows)
        places = [(self.row_of(key), index.column()) for key, index in zip(keys, kept, strict=True)]
        self.changePersistentIndexList(
            kept, [self.index(row, column) if row >= 0 else QModelIndex() for row, column in places]
        )
        self.layoutChanged.emit()
        self.has_changed.emit()

    def _rank(self, key: Key) -> Rank:
        return (self._order(self._records[key]), key)

    # ------------------------------------------------------------------ Qt's questions

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else self._shown

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.columns)

    def data(self, index: Index, role: int = _DISPLAY) -> Any:
        record = self.record_at(index.row()) if index.isValid() else None
        if record is None:
            return None
        column = self.columns[index.column()]
        if role == _DISPLAY:
            return column.text(record, self.now())
        if role == _TIP:
            return column.tip(record, self.now())
        if role == _ALIGNMENT:
            return _ALIGNED[column.align]
        return record.id if role == _KEY else None

    def headerData(self, section: int, orientation: Qt.Orientation, role: int = _DISPLAY) -> Any:
        if orientation != Qt.Orientation.Horizontal or not 0 <= section < len(self.columns):
            return None
        if role == _DISPLAY:
            return self.columns[section].title()
        return _ALIGNED[self.columns[section].align] if role == _ALIGNMENT else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        if not index.isValid():
            return Qt.ItemFlag.NoItemFlags
        return Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable | Qt.ItemFlag.ItemNeverHasChildren
