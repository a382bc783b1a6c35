"""Choosing records: a line that filters as one types, for one key or for several."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QModelIndex, QStringListModel, Qt, Signal
from PySide6.QtGui import QHelpEvent, QPainter, QPaintEvent, QWheelEvent
from PySide6.QtWidgets import (
    QComboBox,
    QCompleter,
    QLineEdit,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QToolTip,
    QVBoxLayout,
    QWidget,
)  # fmt: skip

from commandcenter.domain.record import Key
from commandcenter.domain.words import folded, pinyin_initials
from commandcenter.i18n import _
from ui.theme import theme
from ui.widgets.chip import Chip
from ui.widgets.choices import Choice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import tip

MOST_INITIALS = 1000
"""Up to so many choices answer to their pinyin initials as well; for more, the words must do."""


class Combo(QComboBox):
    """A combo box that does not change when a page is scrolled over it, and says where its words are cut."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)

    def wheelEvent(self, event: QWheelEvent) -> None:
        if self.hasFocus():
            super().wheelEvent(event)
        else:
            event.ignore()

    def paintEvent(self, event: QPaintEvent) -> None:
        if self.isEditable():  # its line draws the words
            super().paintEvent(event)
            return
        painter, option = QStylePainter(self), QStyleOptionComboBox()
        self.initStyleOption(option)
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        option.currentText = _shortened(self, self.currentText(), self._room(option))
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)

    def _room(self, option: QStyleOptionComboBox) -> int:
        """Px there are for the words."""
        field = QStyle.SubControl.SC_ComboBoxEditField
        return self.style().subControlRect(QStyle.ComplexControl.CC_ComboBox, option, field, self).width() - 2

    def event(self, event: QEvent) -> bool:
        if event.type() == QEvent.Type.ToolTip and isinstance(event, QHelpEvent) and not self.toolTip():
            option, words = QStyleOptionComboBox(), self.currentText()
            self.initStyleOption(option)
            cut = _shortened(self, words, self._room(option)) != words
            QToolTip.showText(event.globalPos(), tip(words) if cut else "", self)
            return True
        return super().event(event)


class _Line(QLineEdit):
    """The line of a combo box that is typed in: words that are too long end in … while nobody types."""

    def paintEvent(self, event: QPaintEvent) -> None:
        box = self.rect().adjusted(2, 0, -2, 0)  # as Qt itself places them
        shortened = _shortened(self, self.text(), box.width())
        if self.hasFocus() or shortened == self.text():
            super().paintEvent(event)
            return
        painter = QPainter(self)
        painter.setPen(theme.colour("ink" if self.isEnabled() else "ink_off"))
        painter.drawText(box, Qt.AlignmentFlag.AlignVCenter | Qt.AlignmentFlag.AlignLeft, shortened)


def _shortened(widget: QWidget, words: str, room: int) -> str:
    return widget.fontMetrics().elidedText(words, Qt.TextElideMode.ElideRight, room)


class Picker(Combo):
    """One record out of many, found by any part of its words or by its pinyin initials (yz → 隐珠)."""

    picked = Signal(object)
    """Another choice: its key, or None."""

    def __init__(self, choices: Sequence[Choice] = (), hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setEditable(True)
        self.setLineEdit(_Line())
        self.setInsertPolicy(QComboBox.InsertPolicy.NoInsert)
        self.setMinimumContentsLength(12)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self._line().setPlaceholderText(hint)
        self._choices: list[Choice] = []
        self._key: Key | None = None
        self._typed = False  # what stands there was typed; the list was not opened since
        self._matched: list[Choice] = []  # the rows of the list that opens while one types
        self._found = QStringListModel(self)
        self._completer = QCompleter(self._found, self)
        self._completer.setCompletionMode(QCompleter.CompletionMode.UnfilteredPopupCompletion)
        self._completer.setMaxVisibleItems(10)
        self._line().setCompleter(self._completer)  # not the box's own, which goes by the words as well
        self._line().textEdited.connect(self._search)
        self._line().editingFinished.connect(self._settle)
        self._completer.activated[QModelIndex].connect(self._take)  # type: ignore[index]
        self.activated.connect(self._pointed_at)
        self.offer(choices)

    def offer(self, choices: Sequence[Choice]) -> None:
        """Other choices. What was chosen stays so where it is still among them."""
        kept, typed = self._key, self._unsettled()
        self._choices = list(choices)
        self.clear()
        self.addItems([words for _key, words in self._choices])
        self.setCurrentIndex(-1)
        self._key = None
        self.choose(kept)
        if typed:  # somebody is in the middle of typing
            self.setEditText(typed)
            self._show_matches(typed)

    def _unsettled(self) -> str:
        """What is typed and not a choice yet."""
        text = self.currentText()
        return "" if any(key == self._key and words == text for key, words in self._choices) else text

    @property
    def key(self) -> Key | None:
        """What is chosen."""
        return self._key

    def choose(self, key: Key | None) -> bool:
        """Choose by key; None for nothing. False where it is not among the choices."""
        self._typed = False
        place = next((n for n, (known, _words) in enumerate(self._choices) if known == key), -1)
        self.setCurrentIndex(place)
        if place < 0:
            self.setEditText("")
        self._line().setCursorPosition(0)
        found = self._choices[place][0] if place >= 0 else None
        if found != self._key:
            self._key = found
            self.picked.emit(found)
        return place >= 0 or key is None

    def matches(self, text: str) -> list[Choice]:
        """The choices that hold every part of ``text``, those that begin with it first."""
        sought = folded(text).split()
        initials = len(self._choices) <= MOST_INITIALS and text.isascii()
        found = []
        for choice in self._choices:
            words = folded(choice[1])
            if all(part in words or (initials and pinyin_initials(choice[1]).startswith(part)) for part in sought):
                found.append((not words.startswith(folded(text)), choice))
        return [choice for _late, choice in sorted(found, key=lambda f: f[0])]

    def showPopup(self) -> None:
        self._typed = False
        super().showPopup()

    def _pointed_at(self, place: int) -> None:
        """A row of the list; or, after typing, the first row of those words: not where others have the same."""
        words = self._choices[place][1]
        if self._typed and sum(known == words for _key, known in self._choices) > 1:
            self.setCurrentIndex(-1)
            self.setEditText(words)
        else:
            self.choose(self._choices[place][0])

    def _search(self, text: str) -> None:
        self._typed = True
        self._show_matches(text)
        if self._found.rowCount():
            self._completer.complete()

    def _show_matches(self, text: str) -> None:
        self._matched = self.matches(text)
        self._found.setStringList([words for _key, words in self._matched])

    def _take(self, index: QModelIndex) -> None:
        if index.row() < len(self._matched):
            self.choose(self._matched[index.row()][0])

    def _settle(self) -> None:
        """What was typed becomes a choice where it can mean only one; else it stays as typed, and nothing is chosen."""
        text = self.currentText().strip()
        exact = [choice for choice in self._choices if choice[1] == text]
        if any(key == self._key for key, _words in exact):
            return
        found = exact or (self.matches(text) if text else [])
        if len(found) == 1:
            self.choose(found[0][0])
        elif self._key is not None:
            self._key = None
            self.picked.emit(None)

    def _line(self) -> QLineEdit:
        line = self.lineEdit()
        if line is None:
            raise RuntimeError("an editable combo box without its line")
        return line


class ManyPicker(QWidget):
    """Several records: what is picked becomes a chip; pressing the chip takes it off again."""

    picked = Signal(object)
    """Other choices: the list of keys."""

    def __init__(self, choices: Sequence[Choice] = (), hint: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._words = dict(choices)
        self._chips: dict[Key, Chip] = {}
        self.picker = Picker(choices, hint)
        self.picker.picked.connect(self._add)
        self._row = QWidget()
        self._flow = FlowLayout(self._row)
        layout = QVBoxLayout(self)
        layout.setContentsMargins(0, 0, 0, 0)
        layout.setSpacing(theme.px(6))
        layout.addWidget(self.picker)
        layout.addWidget(self._row)
        self._row.hide()
        self.setFocusProxy(self.picker)

    @property
    def keys(self) -> list[Key]:
        """What is chosen, in the order of choosing."""
        return list(self._chips)

    def choose(self, keys: Sequence[Key]) -> None:
        """Exactly these."""
        for key in list(self._chips):
            if key not in keys:
                self._remove(key)
        for key in keys:
            self._add(key)

    def _add(self, key: Key | None) -> None:
        if key is None or key in self._chips or key not in self._words:
            return
        chip = Chip(self._words[key], "×")
        chip.setToolTip(_("Take off"))
        chip.clicked.connect(lambda: self._remove(key))
        self._chips[key] = chip
        self._flow.addWidget(chip)
        self._row.show()
        self.picker.choose(None)
        self.picked.emit(self.keys)

    def _remove(self, key: Key) -> None:
        chip = self._chips.pop(key)
        self._flow.removeWidget(chip)
        chip.deleteLater()
        self._row.setVisible(bool(self._chips))
        self.picked.emit(self.keys)
