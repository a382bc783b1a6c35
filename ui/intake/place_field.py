"""Where it is: words matched against the district's names as they are typed, or a point picked on the map."""

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QHBoxLayout, QToolButton, QVBoxLayout, QWidget

from commandcenter.domain.record import Key
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from ui.command_bar.index import Findings, Thing
from ui.intake.choice_line import ChoiceLine
from ui.intake.finding import Finder
from ui.room import Room
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel

TYPED, GAZETTEER, MAP = "typed", "gazetteer", "map"
_SOURCES = {
    TYPED: N_("as said"), GAZETTEER: N_("from the gazetteer"), MAP: N_("picked on the map"),
    "import": N_("from the file"),
}  # fmt: skip
_ANCHOR = 2
"""Characters of a place read from a record that must stay for its point to be still believed."""


class PlaceField(QWidget):
    """The words of the place, its point (WGS-84 degrees), and whose area that is."""

    changed = Signal()
    pick_asked = Signal()
    """A point is to be picked on the map."""

    def __init__(self, room: Room, finder: Finder) -> None:
        super().__init__()
        self._room, self._finder = room, finder
        self.point: tuple[float, float] | None = None
        self._source = ""
        self._anchor = ""
        self._said = ""
        self.line = ChoiceLine(self._find, lambda: finder.complete)
        self.line.setObjectName("intake.place")
        self.line.setAccessibleName(_("Place"))
        self.line.setPlaceholderText(_("Estate, road, village … and the house number"))
        self.pick = QToolButton()
        self.pick.setObjectName("intake.pick")
        self.pick.setToolTip(_("Pick the point on the map (Alt+M)"))
        self.pick.setAccessibleName(_("Pick the point on the map (Alt+M)"))
        self.forget = QToolButton()
        self.forget.setToolTip(_("Forget the point"))
        self.forget.setAccessibleName(_("Forget the point"))
        self.says = PlainLabel()
        self.says.setObjectName("intake.area")
        self.says.setWordWrap(True)
        self.setFocusProxy(self.line)
        self._lay_out()
        self.line.textEdited.connect(self._edited)
        self.line.taken.connect(self._take)
        self.pick.clicked.connect(self.pick_asked)
        self.forget.clicked.connect(lambda: self.set_point(None, ""))
        theme.changed.connect(self._dress)
        self._dress()

    def _lay_out(self) -> None:
        row = QHBoxLayout()
        row.setSpacing(theme.px(4))
        row.addWidget(self.line, 1)
        row.addWidget(self.pick)
        below = QHBoxLayout()
        below.setSpacing(theme.px(4))
        below.addWidget(self.says, 1)
        below.addWidget(self.forget)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(theme.px(4))
        column.addLayout(row)
        column.addLayout(below)
        # The mouse has these two; on the keyboard they are Alt+M, and emptying the line.
        for button in (self.pick, self.forget):
            button.setFocusPolicy(button.focusPolicy().NoFocus)

    def _dress(self) -> None:
        self.pick.setIcon(icon("mdi6.crosshairs-gps"))
        self.forget.setIcon(icon("mdi6.close"))
        self.say_area()

    # ------------------------------------------------------------------ what stands here

    @property
    def words(self) -> str:
        """The place as said."""
        return self.line.text()

    @property
    def source(self) -> str:
        """How the place was found: typed, gazetteer, map, import."""
        return self._source if self.point is not None else TYPED if self.words.strip() else ""

    @property
    def squad(self) -> Squad | None:
        """The township squad in whose area the point lies; None outside every area, or without a point."""
        return self._room.picture.get(Squad, self._area())

    def _area(self) -> Key | None:
        return self._room.picture.geography.area_at(*self.point) if self.point else None

    def show_place(self, words: str, point: tuple[float, float] | None, source: str) -> None:
        """Show a place that was typed before or belongs to a record."""
        with QSignalBlocker(self.line):
            self.line.setText(words)
        self.point, self._source = point, source
        self._anchor = words[:_ANCHOR] if source != MAP else ""
        self.say_area()

    def set_point(self, point: tuple[float, float] | None, source: str = MAP) -> None:
        """Another point for the same words."""
        self.point, self._source = point, source
        self._anchor = ""
        self.say_area()
        self.changed.emit()

    # ------------------------------------------------------------------ typing

    def listen(self, words: str) -> None:
        """What is said of the call: the places named in it are offered when the cursor comes to the empty line."""
        self._said = words

    def _find(self, text: str) -> Findings:
        if text.strip():
            self.line.hint = ""
            return self._finder.places(text)[0]
        self.line.hint = _("Named in the words · Enter takes it · Esc leaves it empty")
        return self._finder.named_in(self._said)

    def arrive(self) -> None:
        """The cursor came."""
        if not self.words.strip() and self.point is None:
            self.line.search()

    def _edited(self, text: str) -> None:
        if self.point is not None and self._source != MAP and not (text.strip() and text.startswith(self._anchor)):
            self.point = None  # it was the point of another name
        self.say_area()
        self.changed.emit()

    def _take(self, thing: Thing) -> None:
        _found, tail = self._finder.places(self.line.text())
        self.line.setText(f"{thing.title}{' ' if tail else ''}{tail}")
        self._anchor = thing.title
        self.point, self._source = self._finder.point_of(thing), GAZETTEER
        self.say_area()
        self.changed.emit()

    def leave(self) -> None:
        """The cursor left: a name that only one thing bears is taken as meant."""
        if self.point is None and self.words.strip():
            self.line.take_certain()

    # ------------------------------------------------------------------ whose area

    def say_area(self) -> None:
        """Say in whose area the point lies, or that nobody knows yet."""
        self.forget.setVisible(self.point is not None)
        if self.point is None:
            self._say(_("No point yet: choose a name while typing, or pick it on the map."), "caption", "")
            return
        found = _(_SOURCES.get(self._source, _SOURCES[TYPED]))
        squad = self.squad
        if squad is None:
            self._say("◆ " + _("Outside every area ({found}): whoever dispatches chooses the squad.", found=found),
                      "", "late")  # fmt: skip
        else:
            self._say("● " + _("{squad} · its area ({found})", squad=squad.name, found=found), "", "ok")

    def _say(self, text: str, face: str, tone: str) -> None:
        self.says.setText(text)
        mark(self.says, face=face, tone=tone)
