"""What we know already: likely duplicates and the caller's history, in a list that never takes the cursor."""

import datetime as dt
from dataclasses import dataclass, field

from PySide6.QtCore import (
    QAbstractListModel,
    QModelIndex,
    QObject,
    QPersistentModelIndex,
    QPointF,
    QRect,
    QSize,
    Qt,
)
from PySide6.QtGui import QFontMetrics, QPainter
from PySide6.QtWidgets import QFrame, QListView, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from commandcenter.i18n import _, ngettext
from commandcenter.queries.likeness import Known, Likeness
from ui.theme import mark, theme
from ui.widgets.marks import BADGE_ABOVE, BADGE_SIDES, paint_pill
from ui.widgets.mini_map import paint_number
from ui.widgets.plain_label import tip
from ui.wording import ago, choice, tone_of

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_ITEM = Qt.ItemDataRole.UserRole
NUMBERED = 9
"""So many of the likely duplicates are marked on the small map, by their numbers."""
_MIDDLE = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the list: a heading, or an earlier complaint with the case it hangs on."""

    title: str
    complaint: Complaint | None = None
    case: Case | None = None
    facts: str = ""
    """Its number, its age, its place."""
    why: str = ""
    """Why it is shown; empty for the caller's history."""
    badge: str = ""
    tone: str = "quiet"
    lines: int = field(default=1)
    mark: str = ""
    """The number by which it is marked on the small map."""

    @property
    def words(self) -> str:
        """Everything it says, for a tool tip and for whoever cannot see it."""
        return "\n".join(part for part in (self.title, self.badge, self.facts, self.why) if part)


def items(known: Known, now: dt.datetime) -> list[Item]:
    """The lines for what is known, likely duplicates first. Every heading says how many there are in all."""
    made: list[Item] = []
    if known.alike_total:
        made.append(Item(_counted(ngettext("{n} likely the same", "{n} likely the same", known.alike_total),
                                  known.alike_total, len(known.alike))))  # fmt: skip
        made += _alike(known, now)
    if known.caller_total:
        made.append(Item(_counted(ngettext("This caller: {n} earlier", "This caller: {n} earlier", known.caller_total),
                                  known.caller_total, len(known.caller))))  # fmt: skip
        made += [_earlier(complaint, known, now, "", 2) for complaint in known.caller]
    return made


def _counted(words: str, total: int, shown: int) -> str:
    return words if shown >= total else str(_("{words}, {shown} shown", words=words, shown=shown))


def _alike(known: Known, now: dt.datetime) -> list[Item]:
    marks = iter(range(1, NUMBERED + 1))
    made = []
    for like in known.alike:
        number = str(next(marks, "")) if like.complaint.point is not None else ""
        made.append(_earlier(like.complaint, known, now, _why(like), 3, number))
    return made


def _why(like: Likeness) -> str:
    why = [_("same caller")] if like.same_caller else []
    if like.metres is not None:
        why.append(_("{n} m away", n=round(like.metres)) if like.metres < 1000
                   else _("{n} km away", n=round(like.metres / 1000, 1)))  # fmt: skip
    why.append(_("{n} % alike", n=round(100 * like.likeness)))
    return " · ".join(why)


def _earlier(
    complaint: Complaint, known: Known, now: dt.datetime, why: str, lines: int, number_on_map: str = ""
) -> Item:
    case = known.cases.get(complaint.case_id or "")
    state = case.state if case is not None else complaint.state
    number = case.number if case is not None else complaint.number
    facts = " · ".join(part for part in (number, ago(complaint.arrived_at, now), complaint.place_words) if part)
    title = complaint.title or complaint.words
    return Item(title, complaint, case, facts, why, choice(state), tone_of(state), lines,
                number_on_map)  # fmt: skip


class _Model(QAbstractListModel):
    def __init__(self, parent: QObject) -> None:
        super().__init__(parent)
        self.items: list[Item] = []

    def show_items(self, shown: list[Item]) -> None:
        self.beginResetModel()
        self.items = shown
        self.endResetModel()

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.items)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> object:
        item = self.items[index.row()]
        if role == _ITEM:
            return item
        if role == Qt.ItemDataRole.ToolTipRole:
            return tip(item.words)
        return item.words if role == Qt.ItemDataRole.DisplayRole else None

    def flags(self, index: Index) -> Qt.ItemFlag:
        heading = self.items[index.row()].complaint is None
        return Qt.ItemFlag.NoItemFlags if heading else Qt.ItemFlag.ItemIsEnabled | Qt.ItemFlag.ItemIsSelectable


class KnownList(QListView):
    """The list itself. Which line is meant moves with Alt and the arrows, from wherever the cursor is."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._model = _Model(self)
        self._chosen: Key | None = None
        self.setModel(self._model)
        self.setItemDelegate(_Card(self))
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setVerticalScrollMode(QListView.ScrollMode.ScrollPerPixel)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setMouseTracking(True)
        self.setAccessibleName(_("What we know"))
        self.selectionModel().currentChanged.connect(self._notice)
        theme.changed.connect(self.scheduleDelayedItemsLayout)
        mark(self, ground="surface")

    def _notice(self, current: QModelIndex) -> None:
        if current.isValid():
            held = self._model.items[current.row()].complaint
            self._chosen = held.id if held is not None else None

    @property
    def items(self) -> list[Item]:
        """The lines shown."""
        return list(self._model.items)

    @property
    def current(self) -> Item | None:
        """The line that is meant: the one chosen, else the first."""
        row = self.currentIndex().row()
        return self._model.items[row] if 0 <= row < len(self._model.items) else None

    @property
    def stepped(self) -> bool:
        """Whether somebody chose the line that is meant; else it is only the first of what is offered."""
        return self._chosen is not None

    def show_known(self, known: Known, now: dt.datetime) -> None:
        """Show what is known now. A line that was chosen stays chosen while it is shown."""
        chosen = self._chosen
        self._model.show_items(items(known, now))
        rows = [row for row, item in enumerate(self._model.items) if item.complaint is not None]
        same = [row for row in rows if (held := self._model.items[row].complaint) is not None and held.id == chosen]
        if rows:
            self.setCurrentIndex(self._model.index((same or rows)[0], 0))
        if not same:
            self._chosen = None  # the first line is only an offer, it follows what is typed

    def step(self, by: int) -> None:
        """Mean the next line, or the one before."""
        rows = [row for row, item in enumerate(self._model.items) if item.complaint is not None]
        if not rows:
            return
        at = rows.index(self.currentIndex().row()) if self.currentIndex().row() in rows else -by
        self.setCurrentIndex(self._model.index(rows[(at + by) % len(rows)], 0))


class _Card(QStyledItemDelegate):
    """Headings quietly; complaints with title and badge, facts, and why they are shown."""

    def sizeHint(self, _option: QStyleOptionViewItem, index: Index) -> QSize:
        item: Item = index.data(_ITEM)
        return QSize(0, theme.px(32 if item.complaint is None else 18 * item.lines + 18))

    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        item: Item = index.data(_ITEM)
        rect: QRect = option.rect
        pad = theme.px(16)
        if item.complaint is None:
            box = rect.adjusted(pad, theme.px(6), -pad, 0)
            self._write(painter, box, item.title, 12, True, "ink_2")
            return
        selected = bool(option.state & QStyle.StateFlag.State_Selected)
        hovered = bool(option.state & QStyle.StateFlag.State_MouseOver)
        if selected or hovered:
            painter.fillRect(rect, theme.colour("accent_soft" if selected else "hover"))
        if selected:
            painter.fillRect(rect.left(), rect.top(), theme.px(3), rect.height(), theme.colour("accent"))
        painter.fillRect(rect.left() + pad, rect.bottom(), rect.width() - 2 * pad, 1, theme.colour("line"))
        line = QRect(rect.left() + pad, rect.top() + theme.px(8), rect.width() - 2 * pad, theme.px(18))
        badge = self._badge(painter, line, item)
        self._write(painter, line.adjusted(0, 0, -badge, 0), item.title, 13, True, "ink")
        line.translate(0, theme.px(18))
        self._write(painter, line, item.facts, 12, False, "ink_2")
        if item.why:
            line.translate(0, theme.px(18))
            self._write(painter, line, item.why, 12, False, "late")
        if item.mark:
            paint_number(painter, QPointF(line.right() - theme.px(8), line.center().y() + 1), item.mark)

    def _badge(self, painter: QPainter, line: QRect, item: Item) -> int:
        """Draw the state at the right; returns the width it takes."""
        if not item.badge:
            return 0
        font = theme.font(12)
        metrics = QFontMetrics(font)
        wide = metrics.horizontalAdvance(item.badge) + theme.px(BADGE_SIDES)
        high = metrics.height() + theme.px(BADGE_ABOVE)
        box = QRect(line.right() - wide + 1, line.center().y() - high // 2, wide, high)
        painter.setPen(paint_pill(painter, box, item.tone))
        painter.setFont(font)
        painter.drawText(box, Qt.AlignmentFlag.AlignCenter, item.badge)
        return wide + theme.px(8)

    @staticmethod
    def _write(painter: QPainter, box: QRect, text: str, size: int, strong: bool, ink: str) -> None:
        font = theme.font(size, strong)
        painter.setFont(font)
        painter.setPen(theme.colour(ink))
        short = QFontMetrics(font).elidedText(text.replace("\n", " "), Qt.TextElideMode.ElideRight, box.width())
        painter.drawText(box, _MIDDLE | Qt.AlignmentFlag.AlignLeft, short)
