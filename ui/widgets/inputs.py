"""One input for every sort of answer: made from a field, read and filled in the same way."""

from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from PySide6.QtCore import QDateTime, QTimeZone, Signal
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import (
    QButtonGroup,
    QCheckBox,
    QDateTimeEdit,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QPlainTextEdit,
    QPushButton,
    QRadioButton,
    QWidget,
)  # fmt: skip

from commandcenter.domain.fields import LARGEST_NUMBER, Field, Sort
from commandcenter.domain.limits import LARGEST, Limit, Unit
from commandcenter.i18n import N_, _
from ui.theme import mark, theme
from ui.widgets.choices import Choice
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.number_box import NumberBox
from ui.widgets.picker import Combo, ManyPicker, Picker
from ui.widgets.plain_label import PlainLabel
from ui.widgets.rating import Rating
from ui.wording import choice, local, utc

UNITS: dict[Unit, str] = {
    Unit.WORKING_DAY: N_("working days"), Unit.CALENDAR_DAY: N_("days"), Unit.WORKING_HOUR: N_("working hours"),
    Unit.HOUR: N_("hours"), Unit.MINUTE: N_("minutes"),
}  # fmt: skip
FEW = 4
"""Up to so many choices are shown side by side; more go into a list."""
TEXT_LINES = 3
AN_HOUR = timedelta(hours=1)


class Input(QWidget):
    """What all inputs can do. ``value`` is what the move is given: text, key, list, flag, number, moment, path."""

    changed = Signal()

    def __init__(self, inner: QWidget) -> None:
        super().__init__()
        self.inner = inner
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(theme.px(8))
        row.addWidget(inner, 1)
        self.setFocusProxy(inner)

    def value(self) -> Any:
        """The answer; None or empty where there is none."""
        raise NotImplementedError

    def set_value(self, value: Any) -> None:
        """Fill in an answer."""
        raise NotImplementedError

    def add(self, widget: QWidget, stretch: int = 0) -> None:
        """Put something beside it."""
        layout = self.layout()
        if isinstance(layout, QHBoxLayout):
            layout.addWidget(widget, stretch)

    def set_wrong(self, wrong: bool) -> None:
        """Mark the answer as the one that is refused."""
        mark(self.inner, wrong=wrong)


class LineInput(Input):
    def __init__(self) -> None:
        self._line = QLineEdit()
        super().__init__(self._line)
        self._line.textChanged.connect(self.changed)

    def value(self) -> str:
        return self._line.text()

    def set_value(self, value: Any) -> None:
        self._line.setText(str(value or ""))


class TextInput(Input):
    def __init__(self) -> None:
        self._text = QPlainTextEdit()
        super().__init__(self._text)
        self._text.setTabChangesFocus(True)
        self._text.textChanged.connect(self.changed)
        self._measure()
        theme.changed.connect(self._measure)

    def _measure(self) -> None:
        # Not the field itself: the style gives that a least height of its own.
        self.setFixedHeight(QFontMetrics(theme.font()).lineSpacing() * TEXT_LINES + theme.px(24))

    def value(self) -> str:
        return self._text.toPlainText()

    def set_value(self, value: Any) -> None:
        self._text.setPlainText(str(value or ""))


class FlagInput(Input):
    def __init__(self, label: str) -> None:
        self._box = QCheckBox(label)
        super().__init__(self._box)
        self._box.toggled.connect(self.changed)

    def value(self) -> bool:
        return self._box.isChecked()

    def set_value(self, value: Any) -> None:
        self._box.setChecked(bool(value))


class SideBySide(QWidget):
    """A few words of which one can be chosen: Tab leads there, the arrow keys go along, Space chooses."""

    chosen = Signal()

    def __init__(self, words: Sequence[str]) -> None:
        super().__init__()
        self._group = QButtonGroup(self)
        row = FlowLayout(self, gap=14, line_gap=2)
        for place, word in enumerate(words):
            button = QRadioButton(word)
            self._group.addButton(button, place)
            row.addWidget(button)
        self._group.idToggled.connect(lambda _id, on: self.chosen.emit() if on else None)
        self.setFocusProxy(self._group.button(0))

    @property
    def place(self) -> int:
        """Which one is chosen, from 0; -1 while none is."""
        return self._group.checkedId()

    def choose(self, place: int) -> None:
        """Choose one, or with -1 none."""
        self._group.setExclusive(place >= 0)
        for at, button in enumerate(self._group.buttons()):
            button.setChecked(at == place)
        self._group.setExclusive(True)


class ChoiceInput(Input):
    """A few values side by side, many in a list. Nothing is chosen beforehand: a choice is a decision."""

    def __init__(self, values: Sequence[str], required: bool) -> None:
        self._values = list(values)
        self._few: SideBySide | None = None
        self._combo = Combo()
        if len(self._values) <= FEW and required:
            self._few = SideBySide([choice(value) for value in self._values])
            super().__init__(self._few)
            self._few.chosen.connect(self.changed)
        else:
            super().__init__(self._combo)
            self._combo.addItem("", "")
            for value in self._values:
                self._combo.addItem(choice(value), value)
            self._combo.currentIndexChanged.connect(self.changed)

    def value(self) -> str:
        if self._few is None:
            return str(self._combo.currentData() or "")
        return self._values[self._few.place] if self._few.place >= 0 else ""

    def set_value(self, value: Any) -> None:
        place = self._values.index(str(value)) if value else -1
        if self._few is None:
            self._combo.setCurrentIndex(place + 1)
        else:
            self._few.choose(place)


class YesNoInput(Input):
    """A question that is answered with yes or with no, and with neither until somebody does."""

    ANSWERS = (True, False)

    def __init__(self) -> None:
        self._answers = SideBySide([_("Yes"), _("No")])
        super().__init__(self._answers)
        self._answers.chosen.connect(self.changed)

    def value(self) -> bool | None:
        return self.ANSWERS[self._answers.place] if self._answers.place >= 0 else None

    def set_value(self, value: Any) -> None:
        self._answers.choose(-1 if value is None else self.ANSWERS.index(bool(value)))


class NumberInput(Input):
    def __init__(self) -> None:
        self._spin = NumberBox()
        super().__init__(self._spin)
        self._spin.setRange(0, LARGEST_NUMBER)
        self._spin.valueChanged.connect(self.changed)

    def value(self) -> int | None:
        return self._spin.value() or None

    def set_value(self, value: Any) -> None:
        self._spin.setValue(int(value or 0))


class RatingInput(Input):
    def __init__(self) -> None:
        self._rating = Rating()
        super().__init__(self._rating)
        self._rating.changed.connect(self.changed)

    def value(self) -> int | None:
        return self._rating.value

    def set_value(self, value: Any) -> None:
        self._rating.set_value(value)


class LimitInput(Input):
    """A number and a unit; the answer is written as the domain writes limits: ``3 wd``."""

    def __init__(self) -> None:
        self._amount, self._unit = NumberBox(), Combo()
        super().__init__(self._amount)
        self._amount.setRange(0, max(LARGEST.values()))
        for unit, label in UNITS.items():
            self._unit.addItem(_(label), str(unit))
        self.add(self._unit, 1)
        self._amount.valueChanged.connect(self.changed)
        self._unit.currentIndexChanged.connect(self.changed)

    def value(self) -> str:
        return f"{self._amount.value()} {self._unit.currentData()}" if self._amount.value() else ""

    def set_value(self, value: Any) -> None:
        if not value:
            self._amount.setValue(0)
            return
        limit = value if isinstance(value, Limit) else Limit.parse(str(value))
        self._amount.setValue(int(limit.amount))
        self._unit.setCurrentIndex(self._unit.findData(str(limit.unit)))


class TimeInput(Input):
    """A moment, shown in the district's time and given as aware UTC. May be left open where it is not required."""

    def __init__(self, required: bool, now: datetime) -> None:
        self._edit = QDateTimeEdit()
        self._open = QCheckBox(_("now"))
        super().__init__(self._edit)
        self._edit.setCalendarPopup(True)
        self._edit.setDisplayFormat("yyyy-MM-dd HH:mm")
        # Qt would bring in the machine's zone: here it only ever sees wall times, in a zone without rules.
        self._edit.setTimeZone(QTimeZone.utc())
        self._required = required
        self.set_value(now + AN_HOUR if required else now)
        if not required:
            self._open.setChecked(True)
            self._edit.setEnabled(False)
            self._open.toggled.connect(lambda on: self._edit.setEnabled(not on))
            self._open.toggled.connect(self.changed)
            self.add(self._open)
        self._edit.dateTimeChanged.connect(self.changed)

    def value(self) -> datetime | None:
        if not self._required and self._open.isChecked():
            return None
        day, hour = self._edit.date(), self._edit.time()
        shown = datetime(day.year(), day.month(), day.day(), hour.hour(), hour.minute())  # noqa: DTZ001 – a wall time
        return utc(shown)

    def set_value(self, value: Any) -> None:
        self._open.setChecked(value is None)
        if isinstance(value, datetime):
            shown = local(value)
            wall = QDateTime.fromString(shown.strftime("%Y-%m-%dT%H:%M:00Z"), "yyyy-MM-ddTHH:mm:ssZ")
            wall.setTimeZone(QTimeZone.utc())
            self._edit.setDateTime(wall)


class RecordInput(Input):
    def __init__(self, choices: Sequence[Choice], hint: str) -> None:
        self.picker = Picker(choices, hint)
        super().__init__(self.picker)
        self.picker.picked.connect(self.changed)

    def value(self) -> str | None:
        return self.picker.key

    def set_value(self, value: Any) -> None:
        self.picker.choose(value)


class RecordsInput(Input):
    def __init__(self, choices: Sequence[Choice], hint: str) -> None:
        self._many = ManyPicker(choices, hint)
        super().__init__(self._many)
        self._many.picked.connect(self.changed)

    def value(self) -> list[str]:
        return self._many.keys

    def set_value(self, value: Any) -> None:
        self._many.choose(list(value or ()))

    def set_wrong(self, wrong: bool) -> None:
        mark(self._many.picker, wrong=wrong)


class FileInput(Input):
    """The path of a file; the form neither reads nor copies it."""

    def __init__(self) -> None:
        self._line, self._browse = QLineEdit(), QPushButton(_("Choose …"))
        super().__init__(self._line)
        self.add(self._browse)
        self._browse.clicked.connect(self._ask)
        self._line.textChanged.connect(self.changed)

    def _ask(self) -> None:
        chosen, _filter = QFileDialog.getOpenFileName(self, str(_("Choose a file")), self._line.text())
        if chosen:
            self._line.setText(chosen)

    def value(self) -> Path | None:
        text = self._line.text().strip()
        return Path(text).expanduser() if text else None

    def set_value(self, value: Any) -> None:
        self._line.setText(str(value or ""))


class PointInput(Input):
    """A point of the map, (longitude, latitude) in WGS-84 degrees. It is picked on the map, not typed."""

    pick_asked = Signal()

    def __init__(self) -> None:
        self._point: tuple[float, float] | None = None
        self._words, self._pick, self._clear = PlainLabel(), QPushButton(_("Pick on the map")), QPushButton(_("Clear"))
        super().__init__(self._words)
        mark(self._words, tone="quiet")
        mark(self._clear, tone="link")
        self.add(self._clear)
        self.add(self._pick)
        self.setFocusProxy(self._pick)
        self._pick.clicked.connect(self.pick_asked)
        self._clear.clicked.connect(lambda: self.set_value(None))
        self.set_value(None)

    def value(self) -> tuple[float, float] | None:
        return self._point

    def set_value(self, value: Any) -> None:
        self._point = (float(value[0]), float(value[1])) if value else None
        self._words.setText(f"{self._point[0]:.5f}, {self._point[1]:.5f}" if self._point else _("no point"))
        self._clear.setVisible(self._point is not None)
        self.changed.emit()


def input_for(field: Field, choices: Sequence[Choice], now: datetime) -> Input:
    """The input that fits ``field``; ``choices`` are the records it may name."""
    hint = _("Type to search")
    if field.choices is not None:
        return ChoiceInput([str(value) for value in field.choices], field.required)
    match field.sort:
        case Sort.PEOPLE | Sort.READERS:
            return RecordsInput(choices, hint)
        case Sort.SQUAD | Sort.OFFICER | Sort.MATTER | Sort.CASE | Sort.COMPLAINT:
            return RecordsInput(choices, hint) if field.many else RecordInput(choices, hint)
        case Sort.TIME:
            return TimeInput(field.required, now)
        case Sort.DAY:
            from ui.widgets.day_input import DayInput  # which is an input itself

            return DayInput(now)
        case Sort.FLAG:
            return FlagInput(_(field.label))
    plain: dict[Sort, Callable[[], Input]] = {
        Sort.TEXT: TextInput, Sort.NUMBER: NumberInput, Sort.RATING: RatingInput, Sort.LIMIT: LimitInput,
        Sort.FILE: FileInput, Sort.POINT: PointInput, Sort.YES_NO: YesNoInput,
    }  # fmt: skip
    return plain.get(field.sort, LineInput)()
