"""The panel in place of the map: why there is none, and what to do about it."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QPushButton, QVBoxLayout, QWidget

from commandcenter.i18n import _
from ui.map.engine import Obstacle
from ui.widgets.plain_label import PlainLabel


class Notice(QWidget):
    """Two sentences and a button, in the middle of where the map would be."""

    retry = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapNotice")
        self._obstacle: Obstacle | None = None
        self.title, self.reason, self.remedy = PlainLabel(), PlainLabel(), PlainLabel()
        self.again = QPushButton()
        self.again.clicked.connect(self.retry)
        self.title.setProperty("face", "title")
        self.remedy.setProperty("tone", "quiet")
        column = QVBoxLayout(self)
        column.setContentsMargins(32, 32, 32, 32)
        column.addStretch()
        for label in (self.title, self.reason, self.remedy):
            label.setWordWrap(True)
            label.setAlignment(Qt.AlignmentFlag.AlignHCenter)
            label.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
            column.addWidget(label)
        column.addWidget(self.again, alignment=Qt.AlignmentFlag.AlignHCenter)
        column.addStretch()

    def explain(self, obstacle: Obstacle) -> None:
        """Show these words."""
        self._obstacle = obstacle
        self.set_language()

    def set_language(self) -> None:
        """Say it again in the language spoken now."""
        self.title.setText(_("The map cannot be shown"))
        self.again.setText(_("Retry"))
        if self._obstacle:
            reason, remedy = self._obstacle.words()
            self.reason.setText(reason)
            self.remedy.setText(remedy)
            self.setAccessibleName(f"{self.title.text()}. {reason} {remedy}")
