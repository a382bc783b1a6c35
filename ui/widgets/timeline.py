"""What happened, line by line: when, who, what, and the evidence."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import QPointF, QSize, Qt, Signal
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QHBoxLayout, QSizePolicy, QVBoxLayout, QWidget

from commandcenter.i18n import _
from ui.theme import TONES, mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.empty_state import EmptyState
from ui.widgets.plain_label import PlainLabel, RichLabel
from ui.wording import moment


@dataclass(frozen=True, slots=True)
class Entry:
    """One line of a timeline. ``at`` is aware UTC; ``tone`` colours its dot; ``link`` can be pressed."""

    key: str
    at: datetime
    who: str
    what: str
    detail: str = ""
    tone: str = "accent"
    link: str = ""


class Timeline(QWidget):
    """The life of a case. Lines that are there stay there; new ones are put in where they belong.

    It has no scroll bar of its own: put it into a scroll area.
    """

    link_pressed = Signal(str)
    """The link of a line was pressed; the line's key."""

    def __init__(self, newest_first: bool = True, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._newest_first = newest_first
        self._lines: dict[str, TimelineLine] = {}
        self._order: list[str] = []
        self._layout = QVBoxLayout(self)
        self._layout.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(8))
        self._layout.setSpacing(0)
        self._empty = EmptyState(_("Nothing has happened yet"), _("Every move is written here by itself."),
                                 "mdi6.timeline-clock-outline")  # fmt: skip
        self._layout.addWidget(self._empty)
        self._layout.addStretch()

    def show_entries(self, entries: Sequence[Entry], now: datetime | None = None) -> None:
        """Exactly these lines, in the order of their time. ``now`` shortens the times of today."""
        wanted = sorted(entries, key=lambda e: (e.at, e.key), reverse=self._newest_first)
        for key in set(self._order) - {entry.key for entry in wanted}:
            line = self._lines.pop(key)
            self._layout.removeWidget(line)
            line.deleteLater()
            self._order.remove(key)
        for place, entry in enumerate(wanted):
            self._put(place, entry, now)
        for place, key in enumerate(self._order):
            self._lines[key].set_last(place == len(self._order) - 1)
        self._empty.setVisible(not wanted)

    def _put(self, place: int, entry: Entry, now: datetime | None) -> None:
        line = self._lines.get(entry.key)
        if line is None:
            line = self._lines[entry.key] = TimelineLine()
            line.link_pressed.connect(self.link_pressed)
            self._order.insert(place, entry.key)
            self._layout.insertWidget(place, line)
        elif self._order[place] != entry.key:
            self._order.remove(entry.key)
            self._order.insert(place, entry.key)
            self._layout.removeWidget(line)
            self._layout.insertWidget(place, line)
        line.show_entry(entry, now)

    @property
    def keys(self) -> list[str]:
        """The keys of the lines, as they stand."""
        return list(self._order)


class Thread(QWidget):
    """The dot of a line and the thread to the next."""

    def __init__(self) -> None:
        super().__init__()
        self.tone, self.last = "accent", False
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Preferred)

    def sizeHint(self) -> QSize:
        return QSize(theme.px(16), theme.px(24))

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle, y, reach = self.width() / 2, theme.px(12), theme.px(4)
        if not self.last:
            painter.setPen(QPen(theme.colour("line"), max(1, theme.px(2))))
            painter.drawLine(QPointF(middle, y + reach + theme.px(3)), QPointF(middle, self.height()))
            painter.drawLine(QPointF(middle, self.height()), QPointF(middle, self.height() + y))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.colour(TONES[self.tone][0]))
        painter.drawEllipse(QPointF(middle, y), reach, reach)


class TimelineLine(QWidget):
    """One line of the timeline."""

    link_pressed = Signal(str)

    def __init__(self) -> None:
        super().__init__()
        self._thread, self._key = Thread(), ""
        self._at, self._who, self._what, self._detail = PlainLabel(), ElidedLabel(), PlainLabel(), PlainLabel()
        mark(self._at, face="caption")
        mark(self._who, face="small")
        mark(self._what, face="strong")
        mark(self._detail, face="small")
        selectable = Qt.TextInteractionFlag.TextSelectableByMouse
        for label in (self._what, self._detail):
            label.setWordWrap(True)
            label.setTextInteractionFlags(selectable | Qt.TextInteractionFlag.LinksAccessibleByMouse)
        self._link = RichLabel()
        self._link.setTextInteractionFlags(Qt.TextInteractionFlag.LinksAccessibleByMouse
                                           | Qt.TextInteractionFlag.LinksAccessibleByKeyboard)  # fmt: skip
        self._link.linkActivated.connect(lambda _to: self.link_pressed.emit(self._key))
        head = QHBoxLayout()
        head.setSpacing(theme.px(8))
        head.addWidget(self._at)
        head.addWidget(self._who)
        head.addStretch()
        words = QVBoxLayout()
        words.setContentsMargins(0, theme.px(4), 0, theme.px(10))
        words.setSpacing(theme.px(2))
        words.addLayout(head)
        for line in (self._what, self._detail, self._link):
            words.addWidget(line)
        layout = QHBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(8))
        layout.addWidget(self._thread)
        layout.addLayout(words, 1)

    def show_entry(self, entry: Entry, now: datetime | None) -> None:
        """Say another entry."""
        from html import escape

        self._key = entry.key
        self._at.setText(moment(entry.at, now))
        self._who.setText(entry.who)
        self._what.setText(entry.what)
        self._detail.setText(entry.detail)
        self._detail.setVisible(bool(entry.detail))
        self._link.setText(f'<a href="#">{escape(entry.link)}</a>' if entry.link else "")
        self._link.setVisible(bool(entry.link))
        self._thread.tone = entry.tone
        self._thread.update()

    def set_last(self, last: bool) -> None:
        """Whether no thread leads on from here."""
        self._thread.last = last
        self._thread.update()
