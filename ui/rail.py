"""The rail: the pages a person may use, each with what there is to do on it."""

import datetime as dt
from collections.abc import Sequence

from PySide6.QtCore import QRectF, QSize, Qt, Signal
from PySide6.QtGui import QFont, QPainter, QPaintEvent
from PySide6.QtWidgets import QAbstractButton, QButtonGroup, QFrame, QVBoxLayout, QWidget

from commandcenter.domain.sentences import spoken_length
from commandcenter.i18n import _, ngettext
from ui.page import Entry
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import tip

MOST = 99
"""A badge says at most so many; more is ``99+``."""
MINUTES_OF_HOUR, HOURS_OF_DAY = 60, 24
WIDTH, HEIGHT = 76, 56  # px of the design
WITHOUT_KEY, WITHOUT_TITLE, LEAST = 52, 42, 28
"""Px of the design: lower than this a button leaves out its key, then its title; it is never lower than the last."""


def _age(since_at: dt.datetime | None, now: dt.datetime | None) -> str:
    """The largest unit alone: there is little room."""
    if since_at is None or now is None:
        return ""
    minutes = max(int((now - since_at).total_seconds()), 0) // 60
    if minutes < MINUTES_OF_HOUR:
        return str(_("{minutes} min", minutes=minutes))
    hours = minutes // MINUTES_OF_HOUR
    return str(_("{hours} h", hours=hours) if hours < HOURS_OF_DAY else _("{days} d", days=hours // HOURS_OF_DAY))


class RailButton(QAbstractButton):
    """One page: icon, title, key, and the badge in the corner."""

    def __init__(self, entry: Entry) -> None:
        super().__init__()
        self.entry = entry
        self.count = 0
        self.age = ""
        """How long the oldest of it has waited, in a word; empty where that is not told."""
        self._since_at: dt.datetime | None = None
        self._now: dt.datetime | None = None
        self.setObjectName(f"rail.{entry.name}")
        self.setCheckable(True)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self._say()

    def show_count(self, count: int, since_at: dt.datetime | None = None) -> None:
        """How much there is to do, and since when the oldest of it waits."""
        if (count, since_at) != (self.count, self._since_at):
            self.count, self._since_at = count, since_at
            self._say()

    def show_time(self, now: dt.datetime) -> None:
        """What waits grows older."""
        self._now = now
        if _age(self._since_at, now) != self.age:
            self._say()

    def _say(self) -> None:
        self.age = _age(self._since_at, self._now)
        count = self.count
        title, key = _(self.entry.title), self.entry.shortcut
        to_do = ngettext("{n} to do", "{n} to do", count) if count else _("nothing to do")
        if self._since_at is not None and self._now is not None:
            waited = spoken_length(max(self._now - self._since_at, dt.timedelta()))
            to_do = _("{to_do}, the oldest for {length}", to_do=to_do, length=waited)
        self.setToolTip(tip(f"{title} ({key}) · {to_do}"))
        self.setAccessibleName(f"{title}, {to_do}")
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(theme.px(WIDTH), theme.px(HEIGHT))

    def minimumSizeHint(self) -> QSize:
        return QSize(theme.px(WIDTH), theme.px(LEAST))

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 – Qt's signature
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        chosen = self.isChecked()
        if chosen or self.underMouse():
            painter.fillRect(self.rect(), theme.colour("accent_soft" if chosen else "hover"))
        if chosen:
            painter.fillRect(0, 0, theme.px(3), self.height(), theme.colour("accent"))
        if self.hasFocus():
            painter.setPen(theme.colour("accent"))
            painter.drawRect(self.rect().adjusted(0, 0, -1, -1))
        self._paint_words(painter, "accent" if chosen else "ink_2")
        if self.count:
            self._paint_badge(painter)

    def _room(self) -> int:
        """Px of height; of buttons a pixel apart, all show their key or none does."""
        group = self.group()
        return min((button.height() for button in group.buttons()), default=self.height())

    def _paint_words(self, painter: QPainter, ink: str) -> None:
        size, titled = theme.px(18), self._room() >= theme.px(WITHOUT_TITLE)
        top = theme.px(7) if titled else (self.height() - size) // 2
        icon(self.entry.icon, ink).paint(painter, (self.width() - size) // 2, top, size, size)
        if titled:
            painter.setPen(theme.colour(ink))
            painter.setFont(theme.font(12, strong=self.isChecked()))
            words = QRectF(0, theme.px(25), self.width(), theme.px(16))
            painter.drawText(words, Qt.AlignmentFlag.AlignCenter, _(self.entry.title))
        if self._room() >= theme.px(WITHOUT_KEY):
            self._paint_key(painter)

    def _paint_key(self, painter: QPainter) -> None:
        painter.setPen(theme.colour("accent" if self.isChecked() else "ink_3"))
        small = QFont(theme.font(12))  # a copy: the theme hands out one font to everybody
        small.setPixelSize(theme.px(10))
        painter.setFont(small)
        key = QRectF(0, theme.px(39), self.width(), theme.px(13))
        words = f"{self.entry.shortcut} · {self.age}" if self.age else self.entry.shortcut
        if painter.fontMetrics().horizontalAdvance(words) > self.width():
            words = self.entry.shortcut
        painter.drawText(key, Qt.AlignmentFlag.AlignCenter, words)

    def _paint_badge(self, painter: QPainter) -> None:
        ink, ground = theme.tone("loud" if self.entry.loud else "count")
        text = str(self.count) if self.count <= MOST else f"{MOST}+"
        face = QFont(theme.font(12))
        face.setPixelSize(theme.px(11))
        painter.setFont(face)
        height = theme.px(16)
        width = max(height, painter.fontMetrics().horizontalAdvance(text) + theme.px(8))
        at = QRectF(self.width() - width - theme.px(6), theme.px(4), width, height)
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(ground)
        painter.drawRoundedRect(at, height / 2, height / 2)
        painter.setPen(ink)
        painter.drawText(at, Qt.AlignmentFlag.AlignCenter, text)


class Rail(QFrame):
    """The column at the left."""

    chosen = Signal(str)
    """A page was chosen with the mouse or the keyboard; its name."""

    def __init__(self, entries: Sequence[Entry], foot: Sequence[QWidget] = ()) -> None:
        super().__init__()
        mark(self, ground="surface", line="right")
        self._buttons: dict[str, RailButton] = {}
        self._group = QButtonGroup(self)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.px(4), 0, theme.px(8))
        column.setSpacing(0)
        for entry in entries:
            button = RailButton(entry)
            button.clicked.connect(lambda _checked=False, name=entry.name: self.chosen.emit(name))
            self._buttons[entry.name] = button
            self._group.addButton(button)
            column.addWidget(button)
        column.addStretch(1)
        for widget in foot:
            column.addWidget(widget, 0, Qt.AlignmentFlag.AlignHCenter)

    def show_page(self, name: str) -> None:
        """Mark the page that is at the front; none where it does not stand in the rail."""
        self._group.setExclusive(False)
        for known, button in self._buttons.items():
            button.setChecked(known == name)
        self._group.setExclusive(True)

    def show_count(self, name: str, count: int, since_at: dt.datetime | None = None) -> None:
        """How much there is to do on a page, and since when the oldest of it waits."""
        self._buttons[name].show_count(count, since_at if count else None)

    def show_time(self, now: dt.datetime) -> None:
        """The present moment, aware UTC: how long things have waited is told by it."""
        for button in self._buttons.values():
            button.show_time(now)

    def age(self, name: str) -> str:
        """How long the oldest to do on a page has waited, as it stands on its button; empty where it is not told."""
        return self._buttons[name].age

    def count(self, name: str) -> int:
        """The to-do count shown for a page."""
        return self._buttons[name].count

    def names(self) -> list[str]:
        """The pages shown, from the top."""
        return list(self._buttons)
