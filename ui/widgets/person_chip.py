"""A citizen as everybody may see them: masked, with a way to ask for more."""

from datetime import datetime

from PySide6.QtCore import QSize, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QWidget

from commandcenter.i18n import _
from ui.pulse import Pulse
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel, tip


class PersonChip(QWidget):
    """``王** 139****8816``. Asking to see more is a signal: an operation decides, and journals it.

    What was revealed is covered again by itself at the moment it was allowed until.
    """

    reveal_asked = Signal()

    def __init__(self, pulse: Pulse, mask: str = "", may_ask: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pulse, self._mask, self._may_ask = pulse, "", may_ask
        self._until: datetime | None = None
        self._face, self._words, self._eye = PlainLabel(), PlainLabel(), QToolButton()
        self._eye.clicked.connect(self._press)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        for widget in (self._face, self._words, self._eye):
            layout.addWidget(widget)
        layout.addStretch()
        pulse.ticked.connect(self._tick)
        theme.changed.connect(self._dress)
        self.show_mask(mask)

    def show_mask(self, mask: str, may_ask: bool | None = None) -> None:
        """Another person, covered. ``may_ask``: whether there is anything this user could ask for."""
        self._mask = mask
        self._may_ask = self._may_ask if may_ask is None else may_ask
        self.cover()

    def reveal(self, name: str, phone: str, until: datetime) -> None:
        """Show who it is until ``until`` (aware UTC)."""
        self._until = until
        self._words.setText(" ".join(part for part in (name, phone) if part) or str(_("no name and no phone known")))
        mark(self._words, tone="late")
        self._dress()

    def cover(self) -> None:
        """Show the mask only."""
        self._until = None
        self._words.setText(self._mask or str(_("anonymous")))
        mark(self._words, tone="")
        self._dress()

    @property
    def revealed(self) -> bool:
        """Whether the person's identity is on the screen now."""
        return self._until is not None

    @property
    def text(self) -> str:
        """What is on the screen."""
        return self._words.text()

    def _press(self) -> None:
        if self.revealed:
            self.cover()
        else:
            self.reveal_asked.emit()

    def _tick(self, now: datetime) -> None:
        if self._until is not None and now >= self._until:
            self.cover()

    def _dress(self) -> None:
        self._face.setPixmap(icon("mdi6.account-outline", "ink_3").pixmap(theme.px(16), theme.px(16)))
        self._eye.setIconSize(QSize(theme.px(16), theme.px(16)))
        self._eye.setIcon(icon("mdi6.eye-off-outline" if self.revealed else "mdi6.eye-outline"))
        words = _("Cover again") if self.revealed else _("Show who it is: asks for a reason, and is journalled")
        self._eye.setToolTip(tip(words))
        self._eye.setAccessibleName(words)
        self._eye.setVisible(self._may_ask and bool(self._mask))
