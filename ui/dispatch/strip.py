"""Below: every squad as a chip, with what it has in hand; coloured and marked where something is late or soon."""

from collections.abc import Mapping

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QVBoxLayout, QWidget

from commandcenter.domain.deadlines import Pressing
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.live.loads import Load
from ui.map.standing import short_name
from ui.theme import mark, theme
from ui.widgets.chip import Chip
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel, tip
from ui.wording import MARKS, PRESSING_TONES


class SquadStrip(QFrame):
    """All squads in the order of their codes."""

    pressed = Signal(str)
    """A squad's chip was pressed; its key."""

    def __init__(self) -> None:
        super().__init__()
        self.setObjectName("dispatch.strip")
        mark(self, ground="surface", line="top")
        self.chips: dict[Key, Chip] = {}
        self._caption = PlainLabel(_("Open work of every squad   ◆ something is nearly late   ▲ something is late"))
        mark(self._caption, face="caption")
        row = QWidget()
        self._flow = FlowLayout(row, gap=6)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.px(16), theme.px(8), theme.px(16), theme.px(12))
        column.setSpacing(theme.px(6))
        column.addWidget(self._caption)
        column.addWidget(row)

    def show_loads(self, loads: Mapping[Key, Load]) -> None:
        """What every squad has in hand now."""
        ordered = sorted(loads.values(), key=lambda load: load.squad.code)
        if [load.squad.id for load in ordered] != list(self.chips):
            self._build([load.squad.id for load in ordered])
        for load in ordered:
            self._say(self.chips[load.squad.id], load)

    def _build(self, keys: list[Key]) -> None:
        for chip in self.chips.values():
            self._flow.removeWidget(chip)
            chip.hide()
            chip.deleteLater()
        self.chips = {}
        for key in keys:
            chip = self.chips[key] = Chip()
            chip.clicked.connect(lambda _on=False, key=key: self.pressed.emit(key))
            self._flow.addWidget(chip)

    @staticmethod
    def _say(chip: Chip, load: Load) -> None:
        calm = load.pressing is Pressing.CALM or not load.known
        sign = "" if calm else MARKS[load.pressing] + " "
        tone = "quiet" if calm else PRESSING_TONES[load.pressing]
        said = (f"{sign}{short_name(load.squad)}", str(load.open) if load.known else "…", tone)
        if (chip.text(), chip.count, chip.tone) != said:
            chip.say(*said)
        chip.setToolTip(tip("\n".join(details(load))))
        chip.setAccessibleName(". ".join([load.squad.name, *details(load)]))


def details(load: Load) -> list[str]:
    """What there is to say of a squad's work."""
    said = [_("{n} on duty", n=load.on_duty) if load.on_duty else _("nobody on duty")]
    if not load.known:
        return [*said, _("its open work is still being read")]
    said.append(_("{n} open", n=load.open))
    if load.late:
        said.append(_("▲ {n} late", n=load.late))
    if load.soon:
        said.append(_("◆ {n} nearly late", n=load.soon))
    return said
