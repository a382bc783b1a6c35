"""Banners under the top line, for what the whole room must know: one line each, more where a window is narrow."""

import datetime as dt
from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QHBoxLayout, QPushButton, QToolButton, QVBoxLayout, QWidget

from commandcenter.i18n import _
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel
from ui.wording import local

MARKS = {"urgent": "▲", "late": "◆", "accent": "●"}


class Banner(QFrame):
    """One line: what is the matter and, where something can be done, the button for it."""

    def __init__(
        self, tone: str, text: str, offer: str = "", take: Callable[[], None] | None = None,
        close: Callable[[], None] | None = None,
    ) -> None:  # fmt: skip
        super().__init__()
        mark(self, ground="raised", line="bottom")
        self._label = PlainLabel()
        self._label.setWordWrap(True)
        self._tone = tone
        mark(self._label, tone=tone)
        row = QHBoxLayout(self)
        row.setContentsMargins(theme.px(16), theme.px(2), theme.px(12), theme.px(2))
        row.addWidget(self._label, 1)
        if take is not None:
            button = QPushButton(offer)
            mark(button, tone="link")
            button.clicked.connect(take)
            row.addWidget(button)
        if close is not None:
            shut = QToolButton()
            shut.setIcon(icon("mdi6.close"))
            shut.setToolTip(_("Do not show this again today"))
            shut.setAccessibleName(_("Close"))
            shut.clicked.connect(close)
            row.addWidget(shut)
        self.show_text(text)

    def show_text(self, text: str) -> None:
        """What is the matter."""
        self._label.setText(f"{MARKS[self._tone]} {text}")

    @property
    def text(self) -> str:
        """The words shown, with their mark."""
        return self._label.text()


class Banners(QWidget):
    """The lines shown now, by name."""

    def __init__(self, now: Callable[[], dt.datetime]) -> None:
        super().__init__()
        self._now = now
        self._shown: dict[str, Banner] = {}
        self._words: dict[str, str] = {}
        self._closed: dict[str, tuple[str, dt.date]] = {}
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(0)

    def show_line(
        self, name: str, text: str, tone: str = "late", *, offer: str = "",
        take: Callable[[], None] | None = None, closable: bool = True,
    ) -> None:  # fmt: skip
        """Show a line, or change the words of the one of that name; without any it is hidden.

        A line closed by hand stays closed for the rest of the day, as long as it would say the same.
        """
        if not text:
            self.hide_line(name)
            return
        if self._closed.get(name) == (text, self._today()):
            return
        if name in self._shown:
            self._shown[name].show_text(text)
            self._words[name] = text
            return
        close = (lambda: self._shut(name)) if closable else None
        self._words[name] = text
        banner = Banner(tone, text, offer, take, close)
        banner.setObjectName(f"banner.{name}")
        self._shown[name] = banner
        self._column.addWidget(banner)

    def hide_line(self, name: str) -> None:
        """What it said is no longer so."""
        banner = self._shown.pop(name, None)
        if banner is not None:
            banner.hide()
            self._column.removeWidget(banner)
            banner.deleteLater()

    def _shut(self, name: str) -> None:
        self._closed[name] = self._words[name], self._today()
        self.hide_line(name)

    def _today(self) -> dt.date:
        return local(self._now()).date()

    def texts(self) -> dict[str, str]:
        """What is shown now, by name."""
        return {name: banner.text for name, banner in self._shown.items()}
