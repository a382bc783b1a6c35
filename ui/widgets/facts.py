"""Facts in a row: a caption, the value under it, and a quiet note under that."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QEvent, QSize, Qt, Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QFrame, QGridLayout, QLayout, QVBoxLayout, QWidget

from ui.pulse import Pulse
from ui.theme import mark, theme
from ui.widgets.clocks import ClockLabel
from ui.widgets.plain_label import PlainLabel, RichLabel
from ui.wording import Running


@dataclass(frozen=True, slots=True)
class Fact:
    """``caption`` over ``value`` over ``note``; a ``clock`` stands in the place of the value.

    ``link`` is something to press behind the note ("why"): :attr:`FactsRow.link_pressed` says its ``name``.
    """

    caption: str
    value: str = ""
    note: str = ""
    tone: str = ""
    clock: Running | None = None
    link: str = ""
    name: str = ""


class FactCell(QWidget):
    """One fact."""

    link_pressed = Signal(str)

    def __init__(self, pulse: Pulse) -> None:
        super().__init__()
        self._caption, self._value, self._note = PlainLabel(), PlainLabel(), RichLabel()
        self._clock = ClockLabel(pulse)
        self._name = ""
        mark(self._caption, face="caption")
        mark(self._note, face="caption")
        self._value.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._note.setTextInteractionFlags(
            Qt.TextInteractionFlag.LinksAccessibleByMouse | Qt.TextInteractionFlag.LinksAccessibleByKeyboard
        )
        self._note.linkActivated.connect(lambda _to: self.link_pressed.emit(self._name))
        theme.changed.connect(self._dress)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(2))
        for widget in (self._caption, self._value, self._clock, self._note):
            layout.addWidget(widget)
        layout.addStretch()

    def show_fact(self, fact: Fact) -> None:
        """Another fact."""
        self._name = fact.name or fact.caption
        self._caption.setText(fact.caption)
        self._value.setText(fact.value)
        mark(self._value, face="strong", tone=fact.tone)
        self._clock.show_clock(fact.clock)
        self._clock.setVisible(fact.clock is not None)
        self._value.setVisible(fact.clock is None)
        self._note.setTextFormat(Qt.TextFormat.RichText if fact.link else Qt.TextFormat.PlainText)
        self._note.setText(_linked(fact) if fact.link else fact.note)
        self._note.setVisible(bool(fact.note or fact.link))

    def _dress(self) -> None:
        """A link keeps the colour it was written in: write it again."""
        said = self._note.text()
        self._note.setText("")
        self._note.setText(said)


def _linked(fact: Fact) -> str:
    from html import escape

    return f'{escape(fact.note)} <a href="#">{escape(fact.link)}</a>'


class FactsRow(QFrame):
    """Facts side by side, of equal width, as in the head of a case; in two rows or more where they have no room."""

    link_pressed = Signal(str)
    """The link of a fact was pressed; the fact's name, or its caption where it has none."""

    def __init__(self, pulse: Pulse, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pulse = pulse
        self._cells: list[FactCell] = []
        self._places: list[tuple[FactCell, tuple[int, int]]] = []
        self._layout = QGridLayout(self)
        self._layout.setSizeConstraint(QLayout.SizeConstraint.SetNoConstraint)  # it gives way: minimumSizeHint
        self._layout.setContentsMargins(theme.px(16), theme.px(12), theme.px(16), theme.px(12))
        self._layout.setHorizontalSpacing(theme.px(16))
        self._layout.setVerticalSpacing(theme.px(8))
        mark(self, ground="surface")

    def show_facts(self, facts: Sequence[Fact]) -> None:
        """Other facts; the cells stay where they are."""
        while len(self._cells) < len(facts):
            cell = FactCell(self._pulse)
            cell.setParent(self)  # before it is shown: else it is a window of its own for a moment
            cell.link_pressed.connect(self.link_pressed)
            self._cells.append(cell)
        for place, cell in enumerate(self._cells):
            cell.setVisible(place < len(facts))
            if place < len(facts):
                cell.show_fact(facts[place])
        self._arrange()

    def minimumSizeHint(self) -> QSize:
        """The widest fact has to have room."""
        margins = self._layout.contentsMargins()
        widest = max((cell.minimumSizeHint().width() for cell in self._shown()), default=0)
        return QSize(widest + margins.left() + margins.right(), super().minimumSizeHint().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._arrange()

    def event(self, event: QEvent) -> bool:
        handled = super().event(event)
        if event.type() == QEvent.Type.LayoutRequest:  # a clock says something longer now
            self._arrange()
        return handled

    def _shown(self) -> list[FactCell]:
        return [cell for cell in self._cells if not cell.isHidden()]

    def _arrange(self) -> None:
        shown = self._shown()
        many = self._fitting([cell.sizeHint().width() for cell in shown])
        places = [(cell, divmod(place, many)) for place, cell in enumerate(shown)]
        if places == self._places:
            return
        self._places = places
        for cell in self._cells:
            self._layout.removeWidget(cell)
        for cell, (row, column) in self._places:
            self._layout.addWidget(cell, row, column)
        for column in range(len(self._cells)):
            self._layout.setColumnStretch(column, int(column < many))

    def _fitting(self, widths: list[int]) -> int:
        """How many stand in one row: all, or as few as leave every row room for its facts."""
        margins, gap = self._layout.contentsMargins(), self._layout.horizontalSpacing()
        room = self.width() - margins.left() - margins.right()
        for many in range(len(widths), 1, -1):
            columns = [max(widths[column::many]) for column in range(many)]
            if sum(columns) + gap * (many - 1) <= room:
                return many
        return 1
