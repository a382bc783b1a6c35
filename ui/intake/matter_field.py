"""Which matter it is: found by any part of its name, code or initials, or taken from what the words sound like."""

from collections.abc import Sequence

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QVBoxLayout, QWidget

from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from ui.command_bar.index import Findings, Found, Match, Thing
from ui.intake.choice_line import ChoiceLine
from ui.intake.finding import MATTER, Finder
from ui.intake.suggesting import MOST
from ui.room import Room
from ui.theme import mark, theme
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel, tip


class MatterField(QWidget):
    """The matter chosen, by key; what the words sound like is offered beside it."""

    changed = Signal()

    def __init__(self, room: Room, finder: Finder) -> None:
        super().__init__()
        self._room, self._finder = room, finder
        self.key: Key | None = None
        self._suggested: list[Matter] = []
        self.line = ChoiceLine(self._find, lambda: finder.complete)
        self.line.setObjectName("intake.matter")
        self.line.setAccessibleName(_("Matter"))
        self.line.setPlaceholderText(_("Name, initials or code; ↓ shows what the words sound like"))
        self.says = PlainLabel()
        self.says.setObjectName("intake.domain")
        mark(self.says, face="caption")
        self.says.setWordWrap(True)
        self.chips = [self._chip(number) for number in range(MOST)]
        self.setFocusProxy(self.line)
        self._lay_out()
        self.line.textEdited.connect(self._edited)
        self.line.taken.connect(lambda thing: self.choose(thing.key))
        self.suggest(())
        self._say()

    def _chip(self, number: int) -> Chip:
        chip = Chip()
        chip.setObjectName(f"intake.suggested.{number + 1}")
        chip.setFocusPolicy(chip.focusPolicy().NoFocus)  # on the keyboard: Alt and its number
        chip.clicked.connect(lambda: self.take_suggested(number))
        return chip

    def _lay_out(self) -> None:
        self._row = QWidget()
        row = FlowLayout(self._row)
        label = PlainLabel(_("Sounds like"))
        label.setMinimumHeight(theme.px(24))
        mark(label, face="caption")
        row.addWidget(label)
        for chip in self.chips:
            row.addWidget(chip)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addWidget(self.line)
        column.addWidget(self.says)
        column.addWidget(self._row)

    # ------------------------------------------------------------------ choosing

    @property
    def matter(self) -> Matter | None:
        """The matter chosen."""
        return self._room.picture.get(Matter, self.key)

    def choose(self, key: Key | None, told: bool = True) -> None:
        """This one it is; None for none. ``told``: say that it changed."""
        self.key = key
        held = self.matter
        with QSignalBlocker(self.line):
            self.line.setText(held.name if held else "")
            self.line.setCursorPosition(0)
        self._say()
        if told:
            self.changed.emit()

    def _edited(self, text: str) -> None:
        held = self.matter
        if held is not None and text != held.name:
            self.key = None
            self._say()
            self.changed.emit()

    def leave(self) -> None:
        """The cursor left: a name that only one matter bears is taken as meant."""
        if self.key is None and self.line.text().strip():
            self.line.take_certain()
            self._say()

    def _find(self, text: str) -> Findings:
        if text.strip():
            return self._finder.matters(text)
        things = [Thing(MATTER, m.id, m.name, (), detail=self._domain(m)) for m in self._suggested]
        return Findings([Found(Match.WORD, thing) for thing in things], len(things))

    # ------------------------------------------------------------------ what the words sound like

    def suggest(self, matters: Sequence[Matter]) -> None:
        """Offer these beside the line; none of them is taken by itself."""
        self._suggested = [m for m in matters if m.id != self.key]
        for number, chip in enumerate(self.chips):
            shown = number < len(self._suggested)
            chip.setVisible(shown)
            if shown:
                matter = self._suggested[number]
                chip.say(matter.name, f"Alt+{number + 1}")
                chip.setToolTip(tip(
                    _("{domain} – take it with Alt+{key}", domain=self._domain(matter), key=number + 1)))
        self._row.setVisible(bool(self._suggested) and self.key is None)

    @property
    def suggested(self) -> list[Matter]:
        """What is offered now."""
        return list(self._suggested) if self.key is None else []

    def take_suggested(self, number: int) -> None:
        """Take the one offered at this place, counted from 0."""
        if number < len(self.suggested):
            self.choose(self._suggested[number].id)

    def _domain(self, matter: Matter) -> str:
        domains = self._room.picture.of(MatterDomain).values()
        return next((d.name for d in domains if d.code == matter.domain), matter.domain)

    def _say(self) -> None:
        held = self.matter
        self._row.setVisible(bool(self._suggested) and held is None)
        if held is not None:
            limit = self._room.picture.rules.limit("resolve", held.urgency, held.resolve_limit)
            self.says.setText(_("{domain} · {code} · to be resolved within {limit}", domain=self._domain(held),
                                code=held.code, limit=limit.words()))  # fmt: skip
        elif self.line.text().strip():
            self.says.setText(_("Choose one of the list: what is typed is no matter yet."))
        else:
            self.says.setText("")
        self.says.setVisible(bool(self.says.text()))
