"""A line that finds what is meant while it is typed. The list of what fits never takes the cursor."""

from collections.abc import Callable

from PySide6.QtCore import QEvent, QModelIndex, QPersistentModelIndex, QPoint, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFontMetrics, QKeyEvent, QMoveEvent, QPainter, QResizeEvent
from PySide6.QtWidgets import (
    QFrame,
    QLineEdit,
    QListWidget,
    QListWidgetItem,
    QStyle,
    QStyledItemDelegate,
    QStyleOptionViewItem,
    QVBoxLayout,
    QWidget,
)

from commandcenter.i18n import _
from ui.command_bar.index import Findings, Match, Thing
from ui.theme import mark, theme
from ui.widgets.plain_label import PlainLabel, tip

_DETAIL = Qt.ItemDataRole.UserRole
_WIDEST = 460  # px of the design


class ChoiceLine(QLineEdit):
    """A line edit with a list of findings below it.

    Enter takes the one the arrows stand on (the first, at once), Esc puts the list away. Tab moves on and
    takes only what nothing else could be meant by: where exactly one thing bears the typed name.
    """

    taken = Signal(object)
    """One of the findings was taken; its Thing."""
    passed = Signal()
    """Enter was pressed where there was nothing to take: on to the next field."""

    def __init__(
        self, find: Callable[[str], Findings], complete: Callable[[], bool] = lambda: True,
        parent: QWidget | None = None,
    ) -> None:  # fmt: skip
        """``complete()`` says whether ``find`` looks through everything yet; :meth:`names_complete` when it does."""
        super().__init__(parent)
        self._find, self._complete = find, complete
        self._stepped = False  # the one the arrows stand on was chosen, it is not just the first
        self._enter_waits = False
        self._things: list[Thing] = []
        self._findings = Findings([], 0)
        self._popup: QFrame | None = None
        self.list = QListWidget()
        self.list.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.list.setItemDelegate(_Row(self.list))
        self.list.itemClicked.connect(self._clicked)  # a lambda would hold this line for as long as its list
        self._foot = PlainLabel()
        mark(self._foot, face="caption")
        self.hint = ""
        """What the foot of the list says instead of the keys."""
        self.textEdited.connect(lambda _text: self.search())

    # ------------------------------------------------------------------ the list

    @property
    def open(self) -> bool:
        """Whether the list is shown."""
        return self._popup is not None and self._popup.isVisible()

    @property
    def offered(self) -> list[Thing]:
        """What the list shows."""
        return list(self._things) if self.open else []

    def setText(self, text: str | None, /) -> None:
        """Other words that were not typed: what the list shows does not answer them."""
        super().setText(text or "")
        self.shut()

    def search(self) -> None:
        """Look for what is typed, and show what fits."""
        self._stepped = self._enter_waits = False
        self._findings = self._find(self.text())
        self._things = [found.thing for found in self._findings.top]
        self.list.clear()
        for thing in self._things:
            item = QListWidgetItem(thing.title)
            item.setData(_DETAIL, thing.detail)
            item.setToolTip(tip(f"{thing.title}  {thing.detail}"))
            item.setSizeHint(QSize(0, theme.row_height()))
            self.list.addItem(item)
        if not self._things or not self.hasFocus():
            self.shut()
            return
        self.list.setCurrentRow(0)
        left_out = self._findings.total - len(self._things)
        hint = self.hint or _("Enter takes it · ↓ the next · Esc leaves what is typed")
        self._foot.setText(_("{n} more fit: type more of it.", n=left_out) if left_out else hint)
        self._place()

    def shut(self) -> None:
        """Put the list away."""
        self._enter_waits = False
        if self._popup is not None:
            self._popup.hide()

    def _place(self) -> None:
        popup = self._popup or self._new_popup()
        height = (len(self._things) + 1) * theme.row_height() + theme.px(12)
        window = self.window()
        corner = self.mapTo(window, QPoint(0, self.height() + theme.px(2)))
        if corner.y() + height > window.height():
            corner = self.mapTo(window, QPoint(0, -height - theme.px(2)))
        popup.setGeometry(corner.x(), corner.y(), min(max(self.width(), theme.px(320)), theme.px(_WIDEST)), height)
        popup.show()
        popup.raise_()

    def _new_popup(self) -> QFrame:
        # A child of the window, not a window of its own: the cursor stays in the line.
        popup = QFrame(self.window())
        mark(popup, ground="surface")
        popup.setObjectName("choice.popup")
        popup.setFrameShape(QFrame.Shape.StyledPanel)
        column = QVBoxLayout(popup)
        column.setContentsMargins(*[theme.px(4)] * 4)
        column.setSpacing(0)
        column.addWidget(self.list)
        self._foot.setMinimumHeight(theme.row_height())
        self._foot.setContentsMargins(theme.px(8), 0, theme.px(8), 0)
        column.addWidget(self._foot)
        self._popup = popup
        self.destroyed.connect(popup.deleteLater)
        return popup

    # ------------------------------------------------------------------ taking

    def take_certain(self) -> bool:
        """Take the one thing that bears exactly this name, if there is one. Whether there was."""
        findings = self._find(self.text())
        best = findings.best if self._complete() else None
        if best is None or findings.top[0].match is not Match.EXACT:
            return False
        self._take(best)
        return True

    def _enter(self) -> None:
        """Take what fits what is typed. Not before everything was looked through: another one may fit better."""
        if self.text().strip() and not self._stepped and not self._complete():
            self._foot.setText(_("Still reading the names: it is taken as soon as they are there."))
            self._place()
            self._enter_waits = True
        elif self.open:
            self._take_current()
        else:
            self.passed.emit()

    def names_complete(self) -> None:
        """Everything can be found now: what is typed may fit something else, and Enter may have waited for it."""
        if not self.hasFocus() or self._stepped or not (self.open or self._enter_waits):
            return
        entered = self._enter_waits
        self.search()
        if entered:
            self._enter()

    def _clicked(self, _item: QListWidgetItem) -> None:
        self._take_current()

    def _take_current(self) -> None:
        row = self.list.currentRow()
        if 0 <= row < len(self._things):
            self._take(self._things[row])

    def _take(self, thing: Thing) -> None:
        self.shut()
        self.taken.emit(thing)

    # ------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.modifiers() & (Qt.KeyboardModifier.AltModifier | Qt.KeyboardModifier.ControlModifier):
            super().keyPressEvent(event)
            return
        match event.key():
            case Qt.Key.Key_Down if self.open:
                self._step(1)
            case Qt.Key.Key_Down:
                self.search()
            case Qt.Key.Key_Up if self.open:
                self._step(-1)
            case Qt.Key.Key_Return | Qt.Key.Key_Enter:
                self._enter()
            case Qt.Key.Key_Escape if self.open:
                self.shut()
            case _:
                super().keyPressEvent(event)

    def _step(self, step: int) -> None:
        self._stepped = True
        self.list.setCurrentRow((self.list.currentRow() + step) % self.list.count())

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ShortcutOverride and isinstance(event, QKeyEvent):
            # While the list is open Esc is ours, not the sheet's or the window's.
            if event.key() == Qt.Key.Key_Escape and self.open:
                event.accept()
                return True
        elif event.type() in {QEvent.Type.FocusOut, QEvent.Type.Hide}:
            self.shut()
        return super().event(event)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._follow()

    def moveEvent(self, event: QMoveEvent) -> None:
        super().moveEvent(event)
        self._follow()

    def _follow(self) -> None:
        if self.open:
            self._place()


class _Row(QStyledItemDelegate):
    """A name, and at the right what it is."""

    def paint(
        self, painter: QPainter, option: QStyleOptionViewItem, index: QModelIndex | QPersistentModelIndex
    ) -> None:
        rect: QRect = option.rect
        chosen = bool(option.state & QStyle.StateFlag.State_Selected)
        painter.fillRect(rect, theme.colour("accent_soft" if chosen else "surface"))
        box = rect.adjusted(theme.px(8), 0, -theme.px(8), 0)
        small = theme.font(12)
        detail = str(index.data(_DETAIL) or "")
        metrics = QFontMetrics(small)
        wide = min(metrics.horizontalAdvance(detail) + 2, box.width() // 2)
        middle = Qt.AlignmentFlag.AlignVCenter | Qt.TextFlag.TextSingleLine
        painter.setFont(small)
        painter.setPen(theme.colour("ink_2" if chosen else "ink_3"))
        right = box.adjusted(box.width() - wide, 0, 0, 0)
        painter.drawText(right, middle | Qt.AlignmentFlag.AlignRight,
                         metrics.elidedText(detail, Qt.TextElideMode.ElideRight, wide))  # fmt: skip
        font = theme.font(13)
        painter.setFont(font)
        painter.setPen(theme.colour("ink"))
        left = box.adjusted(0, 0, -wide - theme.px(12), 0)
        name = QFontMetrics(font).elidedText(str(index.data()), Qt.TextElideMode.ElideRight, left.width())
        painter.drawText(left, middle | Qt.AlignmentFlag.AlignLeft, name)
