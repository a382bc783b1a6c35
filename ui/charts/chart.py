"""What all charts share: a surface, a line that reads out what is pointed at, words where nothing is, and keys."""

from collections.abc import Hashable, Sequence

from PySide6.QtCore import QEvent, QObject, QPointF, Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QMouseEvent, QPainter, QPaintEvent, QPen, QResizeEvent
from PySide6.QtWidgets import QAbstractScrollArea, QVBoxLayout, QWidget

from commandcenter.i18n import N_, _
from ui.charts.shapes import Mark
from ui.theme import mark, theme
from ui.widgets.elided_label import ElidedLabel
from ui.widgets.plain_label import PlainLabel

NO_DATA = N_("No data")
BACK, ON = (Qt.Key.Key_Left, Qt.Key.Key_Up), (Qt.Key.Key_Right, Qt.Key.Key_Down)
PRESS = (Qt.Key.Key_Return, Qt.Key.Key_Enter, Qt.Key.Key_Space)


class Chart(QWidget):
    """Arrows, Home and End go from mark to mark, Enter or a click presses one; the pointer reads out what it is over.

    On the wall a chart does not ``read``: nobody points there. ``text`` is the size of its words in px of the design.
    """

    pressed = Signal(object)
    """Somebody wants to know more of a mark; its key."""

    def __init__(self, name: str, surface: QWidget, *, text: int = 12, reads: bool = True) -> None:
        super().__init__()
        self.surface, self.text, self.reads = surface, text, reads
        self._marks: tuple[Mark, ...] = ()
        self._at: int | None = None
        self._summary = ""
        self.reading = ElidedLabel()
        self.nothing = PlainLabel(_(NO_DATA), self._listened())
        self.setAccessibleName(name)
        self._lay_out()
        theme.changed.connect(self._dress_again)

    def _lay_out(self) -> None:
        self.nothing.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.nothing.setWordWrap(True)
        self.nothing.setFont(theme.font(self.text))
        mark(self.nothing, tone="quiet")
        mark(self.reading, face="small")
        self.surface.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        column = QVBoxLayout(self)
        column.setContentsMargins(*[theme.px(3)] * 4)
        column.setSpacing(theme.px(2))
        column.addWidget(self.surface, 1)
        column.addWidget(self.reading)
        self.reading.setVisible(self.reads)
        self.reading.setMinimumHeight(theme.px(18))
        self._listened().installEventFilter(self)
        self.surface.installEventFilter(self)
        if self.reads:
            self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
            self._listened().setMouseTracking(True)

    def _listened(self) -> QWidget:
        return self.surface.viewport() if isinstance(self.surface, QAbstractScrollArea) else self.surface

    # ------------------------------------------------------------------ what it holds

    @property
    def marks(self) -> tuple[Mark, ...]:
        """Everything that can be pointed at, in the order of the arrows."""
        return self._marks

    @property
    def at(self) -> Mark | None:
        """What is pointed at."""
        return None if self._at is None else self._marks[self._at]

    def hold(self, marks: Sequence[Mark], summary: str = "", nothing: str = "") -> None:
        """Other marks. ``summary`` is read while nothing is pointed at; ``nothing`` says why there are none."""
        key = self.at.key if self.at is not None else None
        self._marks, self._summary = tuple(marks), summary
        self._at = next((n for n, one in enumerate(self._marks) if key is not None and one.key == key), None)
        self.nothing.setText(nothing or _(NO_DATA))
        self.nothing.setVisible(not marks)
        self._tell()

    def point_at(self, place: int | None) -> None:
        """Read out the mark at a place, or none."""
        if place != self._at:
            self._at = place
            self._tell()

    def _tell(self) -> None:
        words = self._summary if self.at is None else self.at.words
        self.reading.setText(words)
        self.setAccessibleDescription(words or self.nothing.text())
        self.show_mark(self._at)

    # ------------------------------------------------------------------ what each chart does its own way

    def place_at(self, at: QPointF) -> int | None:  # noqa: ARG002 – the signature charts fill in
        """Which mark lies at a point of the surface."""
        return None

    def show_mark(self, place: int | None) -> None:  # noqa: ARG002 – the signature charts fill in
        """Show which mark is pointed at."""
        self.surface.update()

    def dress(self) -> None:
        """Wear the theme's colours and sizes."""

    # ------------------------------------------------------------------ events

    def _dress_again(self) -> None:
        self.nothing.setFont(theme.font(self.text))
        self.reading.setMinimumHeight(theme.px(18))
        self.dress()
        self.surface.update()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.nothing.setGeometry(self.surface.rect())

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.Resize:
            self.nothing.setGeometry(self.surface.rect())
        elif self.reads and isinstance(event, QMouseEvent) and watched is self._listened():
            self._mouse(event)
        elif event.type() == QEvent.Type.Leave and not self.hasFocus():
            self.point_at(None)
        return super().eventFilter(watched, event)

    def _mouse(self, event: QMouseEvent) -> None:
        place = self.place_at(event.position())
        if event.type() == QEvent.Type.MouseMove:
            self.point_at(place)
            self.setCursor(Qt.CursorShape.ArrowCursor if place is None else Qt.CursorShape.PointingHandCursor)
        elif event.type() == QEvent.Type.MouseButtonRelease and event.button() == Qt.MouseButton.LeftButton:
            self.point_at(place)
            self.press()

    def press(self) -> None:
        """Ask for more of what is pointed at."""
        if self.at is not None:
            self.pressed.emit(self.at.key)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        place = self._after(Qt.Key(event.key()))
        if place is not None:
            self.point_at(place)
        elif event.key() in PRESS and self.at is not None:
            self.press()
        else:
            super().keyPressEvent(event)

    def _after(self, key: Qt.Key) -> int | None:
        """The place a key goes to."""
        last = len(self._marks) - 1
        if last < 0:
            return None
        if key in ON:
            return 0 if self._at is None else min(self._at + self.step(key), last)
        if key in BACK:
            return last if self._at is None else max(self._at - self.step(key), 0)
        return {Qt.Key.Key_Home: 0, Qt.Key.Key_End: last}.get(key)

    def step(self, _key: Qt.Key) -> int:
        """How many marks an arrow goes on; more than one in a grid."""
        return 1

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.update()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.point_at(None)
        self.update()

    def paintEvent(self, event: QPaintEvent) -> None:
        super().paintEvent(event)
        if self.hasFocus():
            with QPainter(self) as painter:
                painter.setPen(QPen(theme.colour("accent"), 2))
                painter.drawRect(self.rect().adjusted(1, 1, -1, -1))


def words_of(*parts: str) -> str:
    """The parts of a reading that say something, in one line."""
    return " · ".join(part for part in parts if part)


def place_of(marks: Sequence[Mark], key: Hashable) -> int | None:
    """Where a key stands among the marks."""
    return next((place for place, one in enumerate(marks) if one.key == key), None)
