"""Turning a wall from a console: which wall, what it shows, how light it is. The wall follows within a second."""

from functools import partial

from PySide6.QtWidgets import QComboBox, QGridLayout, QPushButton, QVBoxLayout, QWidget

from commandcenter.domain.walls import NAME, SCENES, Look, Wall
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.live.delta import Delta
from commandcenter.operations.turning import turn_wall
from ui.room import Room
from ui.theme import mark, theme
from ui.tickets import Ticket
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import PlainLabel
from ui.wording import moment

TO_SHOW: dict[str, str] = {"": N_("Turn by themselves"), **SCENES}
LOOKS: dict[str, str] = {
    "": N_("As its file says"), Look.NIGHT: N_("Dark"), Look.DAY: N_("Light"), Look.HOURS: N_("By the hour"),
}  # fmt: skip


class WallConsole(QWidget):
    """Stands in the sheet. What is chosen is said to the wall at once."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self.setObjectName("wall_console")
        self._room = room
        self.name = QComboBox()
        self.name.setObjectName("wall_console.name")
        self.name.setEditable(True)
        self.name.setAccessibleName(_("Which wall"))
        self.scenes = {scene: self._button("scene", scene, words) for scene, words in TO_SHOW.items()}
        self.looks = {look: self._button("look", look, words) for look, words in LOOKS.items()}
        self.state, self.message = PlainLabel(), MessageLine()
        self.state.setWordWrap(True)
        mark(self.state, face="small")
        self._lay_out()
        self._fill()
        self.name.currentTextChanged.connect(self._show)
        room.backstage.changed.connect(self._follow)

    def _button(self, what: str, value: str, words: str) -> QPushButton:
        button = QPushButton(_(words))
        button.setObjectName(f"wall_console.{what}.{value or 'none'}")
        button.setCheckable(True)
        button.clicked.connect(partial(self._turn, what, value))
        return button

    def _lay_out(self) -> None:
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, theme.px(4), 0)
        column.setSpacing(theme.px(8))
        column.addWidget(self._caption(_("Which wall")))
        column.addWidget(self.name)
        for title, buttons in ((_("What it shows"), self.scenes), (_("How it looks"), self.looks)):
            column.addWidget(self._caption(title))
            grid = QGridLayout()
            grid.setSpacing(theme.px(6))
            for number, button in enumerate(buttons.values()):
                grid.addWidget(button, number // 2, number % 2)
            column.addLayout(grid)
        column.addWidget(self.state)
        column.addWidget(self.message)
        column.addStretch(1)
        self.setFocusProxy(self.name)

    @staticmethod
    def _caption(words: str) -> PlainLabel:
        label = PlainLabel(words)
        mark(label, face="small")
        return label

    # ------------------------------------------------------------------ what was said before

    def _known(self) -> dict[str, Wall]:
        return {wall.name: wall for wall in self._room.picture.of(Wall).values()}

    def _fill(self) -> None:
        chosen, names = self.name.currentText(), sorted(self._known()) or [NAME]
        self.name.blockSignals(True)
        self.name.clear()
        self.name.addItems(names)
        self.name.setCurrentText(chosen or names[0])
        self.name.blockSignals(False)
        self._show()

    def _follow(self, delta: Delta) -> None:
        if any(True for _change in delta.of(Wall)):
            self._fill()

    def _show(self, _name: object = None) -> None:
        wall = self._known().get(self.name.currentText().strip())
        for scene, button in self.scenes.items():
            button.setChecked(wall is not None and wall.scene == scene)
        for look, button in self.looks.items():
            button.setChecked(wall is not None and wall.look == look)
        if wall is None:
            self.state.setText(_("Nothing was said to this wall yet: it does as its file says."))
        else:
            at = moment(wall.turned_at, self._room.now())
            self.state.setText(_("Said at {time}. Whoever stands before it can turn it by its keys.", time=at))

    # ------------------------------------------------------------------ saying it

    def _turn(self, what: str, value: str, _checked: bool = False) -> None:
        """Say one thing anew; the other stays as it was said."""
        name = self.name.currentText().strip()
        wall = self._known().get(name)
        said = {"scene": wall.scene, "look": wall.look} if wall is not None else {}
        said[what] = value
        ticket = Ticket("turn_wall")
        ticket.refused.connect(self._refused)
        ticket.done.connect(self._done)
        self._show()
        self._room.backstage.run(ticket, lambda work: turn_wall(work, name, **said))

    def _done(self, _key: object) -> None:
        self.message.say("", "quiet")
        self._show()

    def _refused(self, why: Refused) -> None:
        self.message.say(str(why), "urgent")
        self._show()
