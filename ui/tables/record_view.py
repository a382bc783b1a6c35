"""A list on the screen: rows of a record table, chosen by key, drawn quietly, driven by the keyboard."""

from collections.abc import Iterator
from typing import Any, ClassVar, Generic, TypeVar

from PySide6.QtCore import QModelIndex, QPersistentModelIndex, QRect, QSize, Qt, Signal
from PySide6.QtGui import QHideEvent, QMouseEvent, QPainter, QPaintEvent, QResizeEvent, QShowEvent
from PySide6.QtWidgets import QAbstractItemView, QFrame, QHeaderView, QTableView, QWidget

from commandcenter.domain.record import Key, Record
from commandcenter.i18n import N_, _, ngettext
from ui.pulse import Pulse
from ui.tables.fitting import Fitting
from ui.tables.memory import Memory
from ui.tables.painting import ROWS_KEPT, Looks, RowPainter
from ui.tables.record_table import RecordTable
from ui.theme import mark, theme
from ui.widgets.empty_state import EmptyState
from ui.widgets.plain_label import PlainLabel

R = TypeVar("R", bound=Record)
Action = QAbstractItemView.CursorAction


class RecordView(QTableView, Generic[R]):
    """Shows a :class:`~ui.tables.record_table.RecordTable`.

    The selection follows the record, not the row. When the selected record leaves the list nothing is
    selected any more: nobody should act on a neighbour they did not choose. With ``name`` and ``memory`` the
    widths and the sorting are remembered for ``person``. While hidden the table rests; shown, it catches up.
    """

    selected = Signal(object)
    """Another record is selected: its key, or None."""
    activated_key = Signal(str)
    """Enter or a double click on a record."""

    painter_type: ClassVar[type[RowPainter]] = RowPainter
    """What draws the rows; a list with rows of another kind has its own."""

    def __init__(
        self,
        table: RecordTable[R],
        pulse: Pulse,
        *,
        two_line: bool = False,
        headings: bool = True,
        many: bool = False,
        name: str = "",
        memory: Memory | None = None,
        person: Key | None = None,
        empty: tuple[str, str] = (N_("Nothing here"), ""),
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self.table = table
        self._pulse, self._two_line, self._many = pulse, two_line, many
        self._name, self._memory, self._person = name, memory, person
        self._key: Key | None = None
        self._top: Key | None = None
        self._changing, self._hovered = False, -1
        self._words: dict[Key, tuple[str, ...]] = {}
        self._painter = self.painter_type(table)
        self._fitting = Fitting(self.horizontalHeader(), table, self._painter, by_hand=headings)
        self._empty = EmptyState(_(empty[0]), _(empty[1]), parent=self.viewport())
        self._more = PlainLabel(parent=self)
        mark(self._more, face="left_out")
        self._more.hide()
        self._build(headings)
        self._listen(pulse)
        self._measure()
        self._recall()
        self._dress_empty()

    def _build(self, headings: bool) -> None:
        self.setModel(self.table)
        self.setShowGrid(False)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWordWrap(False)
        self.setMouseTracking(True)
        self.setTabKeyNavigation(False)
        self.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        mode = QAbstractItemView.SelectionMode
        self.setSelectionMode(mode.ExtendedSelection if self._many else mode.SingleSelection)
        self.setEditTriggers(QAbstractItemView.EditTrigger.NoEditTriggers)
        self.setVerticalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollMode(QAbstractItemView.ScrollMode.ScrollPerPixel)
        self.verticalHeader().hide()
        self.verticalHeader().setSectionResizeMode(QHeaderView.ResizeMode.Fixed)
        header = self.horizontalHeader()
        header.setVisible(headings)
        header.setHighlightSections(False)
        header.setSortIndicatorClearable(True)
        header.setSortIndicator(-1, Qt.SortOrder.AscendingOrder)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)

    def _listen(self, pulse: Pulse) -> None:
        self.table.changing.connect(self._before_change)
        self.table.has_changed.connect(self._after_change)
        self.table.left_out_changed.connect(self._say_more)
        self.table.dataChanged.connect(lambda first, last: self._forget_rows(first.row(), last.row()))
        self.table.rowsInserted.connect(lambda _parent, first, last: self._forget_rows(first, last))
        header = self.horizontalHeader()
        for anew in (self.table.modelReset, header.geometriesChanged, header.sectionResized):
            anew.connect(lambda *_: self._painter.forget())
        self.selectionModel().selectionChanged.connect(self._notice_selection)
        self.horizontalHeader().sortIndicatorChanged.connect(self._sort)
        self.activated.connect(self._activate)
        self.entered.connect(lambda index: self._hover(index.row()))
        pulse.ticked.connect(self._tick)
        theme.changed.connect(self._measure)

    # ------------------------------------------------------------------ the selection

    @property
    def key(self) -> Key | None:
        """The key of the selected record."""
        return self._key

    @property
    def record(self) -> R | None:
        """The selected record."""
        return self.table.record_at(self.table.row_of(self._key))

    def keys(self) -> list[Key]:
        """The keys of all selected records, in the order of the rows."""
        rows = sorted(index.row() for index in self.selectionModel().selectedRows())
        return [key for key in map(self.table.key_at, rows) if key is not None]

    def select(self, key: Key | None) -> bool:
        """Select a record and bring it into view. False where the list does not show it."""
        row = self.table.row_of(key)
        if key is None:
            self.selectionModel().clear()
        elif row >= 0:
            self.setCurrentIndex(self.table.index(row, 0))
        return key is None or row >= 0

    def select_first(self) -> bool:
        """Select the first row. False where there is none."""
        return self.table.rowCount() > 0 and self.select(self.table.key_at(0))

    def _notice_selection(self) -> None:
        if self._changing:
            return
        rows = self.selectionModel().selectedRows()
        key = None if not rows else self.table.key_at(self._chosen_row([index.row() for index in rows]))
        if key != self._key:
            self._key = key
            self.selected.emit(key)

    def _chosen_row(self, rows: list[int]) -> int:
        current = self.currentIndex().row()
        return current if current in rows else rows[0]

    def _activate(self, index: QModelIndex) -> None:
        key = self.table.key_at(index.row())
        if key is not None:
            self.activated_key.emit(key)

    # ------------------------------------------------------------------ rows come and go

    def rowsAboutToBeRemoved(self, parent: QModelIndex | QPersistentModelIndex, start: int, end: int) -> None:
        if start <= self.currentIndex().row() <= end:
            # Else Qt would choose a neighbour by itself.
            self.selectionModel().clearCurrentIndex()
        super().rowsAboutToBeRemoved(parent, start, end)

    def _before_change(self) -> None:
        self._changing = True
        scrolled = self.verticalScrollBar().value() > 0
        self._top = self.table.key_at(self.rowAt(0)) if scrolled else None

    def _after_change(self) -> None:
        self._changing = False
        self.executeDelayedItemsLayout()  # else a first painting shows the old places, and only a second one these
        row = self.table.row_of(self._key)
        if row >= 0 and not self.selectionModel().isRowSelected(row):
            self._choose_quietly(row)  # it fell behind the limit and came back
        self._notice_selection()
        self._keep_in_place()
        self._dress_empty()
        self._fit()

    def _choose_quietly(self, row: int) -> None:
        scroll = self.hasAutoScroll()
        self.setAutoScroll(False)
        self.setCurrentIndex(self.table.index(row, 0))
        self.setAutoScroll(scroll)

    def _keep_in_place(self) -> None:
        """Rows that came or went above must not push away what is being read."""
        row = self.table.row_of(self._top)
        if row >= 0:
            bar = self.verticalScrollBar()
            within = bar.value() % self._row_height
            bar.setValue(row * self._row_height + within)

    def _dress_empty(self) -> None:
        empty = self.table.rowCount() == 0
        self._empty.setVisible(empty)
        if empty:
            self._empty.setGeometry(self.viewport().rect())

    def set_empty(self, title: str, what_to_do: str = "") -> None:
        """Other words for the empty list, such as "nothing found" while a filter is on. Already translated."""
        self._empty.say(title, what_to_do)

    # ------------------------------------------------------------------ what the limit leaves out

    def _say_more(self) -> None:
        n = self.table.left_out
        self._more.setText(ngettext("and {n} more – narrow the search to see it",
                                    "and {n} more – narrow the search to see them", n) if n else "")
        self._more.setVisible(n > 0)
        self._more.raise_()
        self.updateGeometries()

    def updateGeometries(self) -> None:
        super().updateGeometries()
        if self._more.isVisibleTo(self):  # the last row must be able to stand above the line
            bar = self.verticalScrollBar()
            seen = self.viewport().height() - self._more.height()
            bar.setMaximum(max(0, self.table.rowCount() * self._row_height - seen))

    def scrollTo(
        self, index: QModelIndex | QPersistentModelIndex,
        hint: QAbstractItemView.ScrollHint = QAbstractItemView.ScrollHint.EnsureVisible,
    ) -> None:  # fmt: skip
        super().scrollTo(index, hint)
        if self._more.isVisibleTo(self):
            below = self.visualRect(index).bottom() - (self.viewport().height() - self._more.height())
            if below > 0:
                self.verticalScrollBar().setValue(self.verticalScrollBar().value() + below + 1)

    # ------------------------------------------------------------------ drawing

    def paintEvent(self, event: QPaintEvent) -> None:
        """Rows, each as one picture. Qt's own way asks a delegate for every cell at every change."""
        painter, header, sight = QPainter(self.viewport()), self.horizontalHeader(), event.rect()
        offset = header.offset()
        size = QSize(max(header.length(), self.viewport().width()), self._row_height)
        cells = [(place, header.sectionPosition(place), header.sectionSize(place))
                 for place in range(header.count()) if not header.isSectionHidden(place)]  # fmt: skip
        ratio, chosen = self.viewport().devicePixelRatioF(), self.selectionModel()
        root = QModelIndex()
        for row, record in self._in_sight():
            top = self.rowViewportPosition(row)
            if top <= sight.bottom() and top + size.height() > sight.top():
                selected = chosen.isRowSelected(row, root)
                looks = Looks(selected, row == self._hovered, selected and self.hasFocus())
                painter.drawPixmap(-offset, top, self._painter.row(record, looks, cells, size, ratio))
        painter.end()

    def _forget_rows(self, first: int, last: int) -> None:
        if last - first > ROWS_KEPT:
            self._painter.forget()
        for row in range(first, min(last, first + ROWS_KEPT) + 1):
            self._painter.forget(self.table.key_at(row))

    def sizeHintForColumn(self, column: int) -> int:
        """As wide as the rows in sight need: for the double click on the edge of a heading."""
        declared = self.table.columns[column]
        return max((self._painter.width_of(record, declared) for _row, record in self._in_sight()), default=-1)

    # ------------------------------------------------------------------ clocks

    def _tick(self) -> None:
        """Draw the rows in sight again whose clocks say something else now."""
        if not self.isVisible():
            return
        seen: dict[Key, tuple[str, ...]] = {}
        for row, record in self._in_sight():
            words = seen[record.id] = self._painter.words(record)
            if self._words.get(record.id) != words:
                self._redraw(row)
        if self._words != seen:
            self._fit()
        self._words = seen

    def _fit(self) -> None:
        self._fitting.fit(record for _row, record in self._in_sight())

    def _redraw(self, row: int) -> None:
        top = self.rowViewportPosition(row)
        self.viewport().update(QRect(0, top, self.viewport().width(), self._row_height))

    def _in_sight(self) -> Iterator[tuple[int, R]]:
        rows = ((row, self.table.record_at(row)) for row in self._rows_in_sight())
        return ((row, record) for row, record in rows if record is not None)

    def _rows_in_sight(self) -> Iterator[int]:
        first = self.rowAt(0)
        if first < 0:
            return iter(())
        last = self.rowAt(self.viewport().height() - 1)
        return iter(range(first, (self.table.rowCount() - 1 if last < 0 else last) + 1))

    # ------------------------------------------------------------------ what a person set up

    def _sort(self, place: int, order: Qt.SortOrder) -> None:
        self.table.sort(place, order)
        self._keep()

    def _measure(self) -> None:
        self._painter.measure()
        self._row_height = theme.row_height(self._two_line)
        vertical = self.verticalHeader()
        vertical.setMinimumSectionSize(theme.px(16))
        vertical.setDefaultSectionSize(self._row_height)
        header = self.horizontalHeader()
        header.setMinimumSectionSize(theme.px(40))
        for place, column in enumerate(self.table.columns):
            stretch = column.width == 0
            header.setSectionResizeMode(
                place, QHeaderView.ResizeMode.Stretch if stretch else QHeaderView.ResizeMode.Interactive
            )
            if not stretch:
                header.resizeSection(place, theme.px(self._width(column.name, column.width)))
        self._fitting.begin_anew()
        self._fit()
        self._place_more()
        self._say_more()
        self.viewport().update()

    def _width(self, name: str, usual: int) -> float:
        said = self._remembered().get("widths", {}).get(name, usual)
        return said if isinstance(said, int | float) and said > 0 else usual

    def _remembered(self) -> dict[str, Any]:
        if self._memory is None or not self._name:
            return {}
        said = self._memory.recall(f"table/{self._name}", {}, self._person)
        return said if isinstance(said, dict) else {}

    def _recall(self) -> None:
        sort = self._remembered().get("sort")
        names = [column.name for column in self.table.columns]
        if isinstance(sort, list) and len(sort) == len(("column", "falling")) and sort[0] in names:
            falling = Qt.SortOrder.DescendingOrder if sort[1] else Qt.SortOrder.AscendingOrder
            self.horizontalHeader().setSortIndicator(names.index(sort[0]), falling)

    def _keep(self) -> None:
        if self._memory is None or not self._name:
            return
        header = self.horizontalHeader()
        now = {column.name: (column.width, round(header.sectionSize(place) / theme.scale, 1))
               for place, column in enumerate(self.table.columns)
               if column.width and place not in self._fitting.places}
        # Only what a person changed: in another language other widths are the usual ones.
        widths = {name: width for name, (usual, width) in now.items() if abs(width - usual) >= 1}
        sort = list(self.table.sorted_by) if self.table.sorted_by else None
        self._memory.keep(f"table/{self._name}", {"widths": widths, "sort": sort}, self._person)

    # ------------------------------------------------------------------ events

    def _hover(self, row: int) -> None:
        if row != self._hovered:
            left, self._hovered = self._hovered, row
            for touched in {left, row} - {-1}:
                self._redraw(touched)

    def leaveEvent(self, event: Any) -> None:
        self._hover(-1)
        super().leaveEvent(event)

    def mouseMoveEvent(self, event: QMouseEvent) -> None:
        self._hover(self.rowAt(event.position().toPoint().y()))
        super().mouseMoveEvent(event)

    def keyboardSearch(self, _text: str) -> None:
        """No type-ahead: letters are commands here."""

    def moveCursor(self, action: Action, modifiers: Qt.KeyboardModifier) -> QModelIndex:
        """Home and End mean the list, not the row."""
        if action in {Action.MoveHome, Action.MoveEnd} and self.table.rowCount():
            row = 0 if action == Action.MoveHome else self.table.rowCount() - 1
            return self.table.index(row, max(self.currentIndex().column(), 0))
        return super().moveCursor(action, modifiers)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._place_more()
        self._empty.setGeometry(self.viewport().rect())
        self._fit()

    def _place_more(self) -> None:
        height = theme.row_height()
        view = self.viewport().geometry()
        self._more.setGeometry(view.left(), view.bottom() + 1 - height, view.width(), height)

    def showEvent(self, event: QShowEvent) -> None:
        self.table.release()
        super().showEvent(event)

    def hideEvent(self, event: QHideEvent) -> None:
        self._keep()
        self.table.hold()
        super().hideEvent(event)
