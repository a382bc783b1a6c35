"""The little list that opens where several objects lie under one click."""

from collections.abc import Iterable

from PySide6.QtCore import QPoint, Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QFrame, QListWidget, QListWidgetItem, QVBoxLayout, QWidget

from commandcenter.i18n import N_, _
from ui.map.objects import Pick

KIND_WORDS = {
    "case": N_("Case"),
    "officer": N_("Officer"),
    "squad": N_("Squad"),
    "workstation": N_("Workstation"),
}
ROWS = 10
"""More than this scroll; nothing is cut."""


class StackList(QFrame):
    """Arrows move, Enter or a click takes, Escape or a click beside it closes."""

    taken = Signal(str, str)

    def __init__(self, parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("mapStack")
        self.list = QListWidget(self)
        self.list.setAccessibleName(_("Objects at this place"))
        self.list.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.list.itemClicked.connect(self._take)
        column = QVBoxLayout(self)
        column.setContentsMargins(1, 1, 1, 1)
        column.addWidget(self.list)
        self.setFocusProxy(self.list)

    def offer(self, picks: Iterable[Pick], at: QPoint) -> None:
        """Open with these objects at a point of the screen, the first one current."""
        self.list.clear()
        for pick in picks:
            item = QListWidgetItem(f"{_(KIND_WORDS[pick.kind])} · {pick.label}", self.list)
            item.setData(Qt.ItemDataRole.UserRole, pick)
        self.list.setCurrentRow(0)
        rows = min(self.list.count(), ROWS)
        frame = 2 * self.list.frameWidth() + 2
        wide = self.list.sizeHintForColumn(0) + frame + self.list.verticalScrollBar().sizeHint().width()
        self.resize(max(180, min(420, wide)), rows * max(1, self.list.sizeHintForRow(0)) + frame)
        self.move(self._on_screen(at))
        self.show()
        self.list.setFocus()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.list.currentRow() >= 0:
            self._take(self.list.currentItem())
        else:
            super().keyPressEvent(event)

    def _on_screen(self, at: QPoint) -> QPoint:
        room = self.screen().availableGeometry()
        x = max(room.left(), min(at.x(), room.right() - self.width()))
        y = max(room.top(), min(at.y(), room.bottom() - self.height()))
        return QPoint(x, y)

    def _take(self, item: QListWidgetItem) -> None:
        pick: Pick = Pick(*item.data(Qt.ItemDataRole.UserRole))
        self.close()
        self.taken.emit(pick.kind, pick.key)
