"""The window of a wall: scenes that turn by themselves, the keys that turn them by hand, and what a console says."""

from collections.abc import Callable

from PySide6.QtCore import QRect, Qt, Signal
from PySide6.QtGui import QCloseEvent, QKeyEvent, QPainter, QPaintEvent, QResizeEvent
from PySide6.QtWidgets import QApplication, QWidget

from commandcenter import clock
from commandcenter.domain.walls import Look, SceneSort
from commandcenter.i18n import _
from ui import wording
from ui.theme import theme
from ui.wall.lettering import Scale
from ui.wall.scenes import Programme, Scene
from ui.wall.sight import Sight
from ui.wall.stage import Foot, Head, Stage, heights

DAY_HOURS = range(7, 19)
"""The hours, local time, in which a wall that goes by the hours is light."""
SAID_S = 12.0
"""How long the keys are shown, seconds."""
_NEXT = frozenset({Qt.Key.Key_Right, Qt.Key.Key_Down, Qt.Key.Key_PageDown})
_BACK = frozenset({Qt.Key.Key_Left, Qt.Key.Key_Up, Qt.Key.Key_PageUp})


class WallWindow(QWidget):
    """Full screen, without a pointer."""

    ended = Signal()
    """Somebody has closed it."""

    def __init__(self, sight: Sight, programme: Programme, ticks: Callable[[], float] = clock.ticks) -> None:
        super().__init__()
        self.setObjectName("wall")
        self.setWindowTitle(_("Wall"))
        self.setCursor(Qt.CursorShape.BlankCursor)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.sight, self.programme, self._ticks = sight, programme, ticks
        self.scenes: list[Scene] = list(programme.scenes)
        self.at = 0
        self.held = False
        """Whether the scene stays until somebody turns it."""
        self.look = programme.look
        self._begun = ticks()
        self._told: object = None
        self._notes: dict[str, tuple[str, float]] = {}
        self._scale = Scale(0)
        self._build(Scale(1080))

    # ------------------------------------------------------------------ what stands on it

    def _build(self, scale: Scale) -> None:
        for old in self.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly):
            old.setParent(None)
            old.deleteLater()
        self._scale = scale
        self.head, self.foot = Head(self.sight, scale, self), Foot(scale, self)
        self.stages = {scene.show: Stage(scene.show, self.sight, scale, self) for scene in self.scenes}
        self._arrange()
        self._show_scene()

    def _arrange(self) -> None:
        (head, foot), gap = heights(self._scale), self._scale.gap
        wide, high = self.width() - 2 * gap, self.height()
        self.head.setGeometry(gap, gap // 2, wide, head)
        self.foot.setGeometry(gap, high - foot - gap // 4, wide, foot)
        middle = QRect(gap, head + gap, wide, high - head - foot - 2 * gap)
        for stage in self.stages.values():
            stage.setGeometry(middle)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if self.height() != self._scale.height:
            self._build(Scale(self.height()))
            for child in (self.head, self.foot):
                child.show()
        else:
            self._arrange()

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.fillRect(self.rect(), theme.colour("ground"))
        painter.end()

    def closeEvent(self, event: QCloseEvent) -> None:
        super().closeEvent(event)
        self.ended.emit()

    # ------------------------------------------------------------------ scenes

    @property
    def scene(self) -> Scene:
        """The scene that is shown."""
        return self.scenes[self.at]

    def show_scene(self, number: int) -> None:
        """Show the scene of that number, counted from 0 and around."""
        self.at = number % len(self.scenes)
        self._begun = self._ticks()
        self._show_scene()

    def _show_scene(self) -> None:
        for sort, stage in self.stages.items():
            stage.setVisible(sort == self.scene.show)
        self.foot.sorts, self.foot.at = tuple(scene.show for scene in self.scenes), self.at
        self._say_notes()

    def hold(self, held: bool) -> None:
        """Stay at this scene, or turn again."""
        self.held, self._begun = held, self._ticks()
        self.note("held", _("stays until it is turned") if held else "")

    def obey(self) -> None:
        """Do what a console said last, once for each time it said it."""
        turn = self.sight.turn
        if turn is None or turn == self._told:
            return
        self._told = turn
        if turn.look:
            self.look = Look(turn.look)
            self.dress()
        if not turn.scene:
            self.hold(False)
            return
        sort = SceneSort(turn.scene)
        if sort not in self.stages:
            self.scenes.append(Scene(sort))
            self._build(self._scale)
            for child in (self.head, self.foot):
                child.show()
        self.show_scene(next(number for number, scene in enumerate(self.scenes) if scene.show == sort))
        self.hold(True)

    # ------------------------------------------------------------------ time

    def tick(self, _now: object = None) -> None:
        """A second has gone by: every age and clock moves on, and perhaps the scene."""
        if not self.held and len(self.scenes) > 1 and self._ticks() - self._begun >= self.scene.seconds:
            self.show_scene(self.at + 1)
        if self.look == Look.HOURS:
            self.dress()
        self._say_notes()
        self.stages[self.scene.show].look_again()
        self.head.update()

    def look_again(self, part: str) -> None:
        """A part of what is known is new."""
        if part == "turn":
            self.obey()
        self.stages[self.scene.show].look_again()
        self.head.update()

    def show_state(self, state: str) -> None:
        """The connection came or went."""
        self.head.state = state
        self.head.update()

    # ------------------------------------------------------------------ how it looks

    def dress(self) -> None:
        """Wear the theme that the look asks for at this hour."""
        app, name = QApplication.instance(), self.theme_name()
        if isinstance(app, QApplication) and theme.name != name:
            theme.apply(app, name)
        self.update()

    def theme_name(self) -> str:
        """The theme for the look: a wall by night, a light one by day."""
        hour = wording.local(self.sight.now()).hour
        light = self.look == Look.DAY or (self.look == Look.HOURS and hour in DAY_HOURS)
        return "day" if light else "wall"

    # ------------------------------------------------------------------ keys

    def keyPressEvent(self, event: QKeyEvent) -> None:
        key = Qt.Key(event.key())
        if key in _NEXT or key in _BACK:
            self.show_scene(self.at + (1 if key in _NEXT else -1))
        elif Qt.Key.Key_1 <= key <= Qt.Key.Key_9 and key - Qt.Key.Key_1 < len(self.scenes):
            self.show_scene(key - Qt.Key.Key_1)
            self.hold(True)
        elif key == Qt.Key.Key_Space:
            self.hold(not self.held)
        elif key == Qt.Key.Key_L:
            self.look = Look.NIGHT if theme.name == "day" else Look.DAY
            self.dress()
        elif key == Qt.Key.Key_F1:
            said = _("← → scene · 1–9 stay at a scene · Space stay or turn · L light or dark · Ctrl+Q end")
            self.note("keys", said, SAID_S)
        elif key == Qt.Key.Key_Q and event.modifiers() & Qt.KeyboardModifier.ControlModifier:
            self.close()
        else:
            super().keyPressEvent(event)

    # ------------------------------------------------------------------ what else is said

    def note(self, about: str, words: str, seconds: float = float("inf")) -> None:
        """Say something in the foot, for so long; empty: say it no more."""
        self._notes[about] = words, self._ticks() + seconds
        self._say_notes()

    def _say_notes(self) -> None:
        said = [words for words, until in self._notes.values() if words and self._ticks() < until]
        self.foot.note = said[-1] if said else ""
        self.foot.update()
