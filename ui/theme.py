"""The look of every window: colours, sizes, fonts, icons and the one style sheet.

The only place that knows a colour or calls ``setStyleSheet``. Values stand in ``resources/style/tokens.toml``,
the shape of the standard widgets in ``resources/style/style.qss``. Widgets say what they *are* through dynamic
properties (``tone``, ``face``, ``ground``, ``line``, ``wrong``), never what they look like.
"""

import re
import struct
import tomllib
from functools import cache
from pathlib import Path
from string import Template
from typing import Any

from PySide6.QtCore import QObject, Qt, Signal, qRegisterResourceData
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QPalette
from PySide6.QtWidgets import QApplication, QWidget

from ui import icons

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
NAMES = ("day", "night", "wall")
SMALLEST, LARGEST = 0.8, 2.0

TONES: dict[str, tuple[str, str]] = {
    "quiet": ("ink_2", "raised"),
    "accent": ("accent", "accent_soft"),
    "urgent": ("urgent", "urgent_soft"),
    "late": ("late", "late_soft"),
    "ok": ("ok", "ok_soft"),
    "loud": ("on_urgent", "urgent"),
    "count": ("on_count", "count"),
}
"""What a badge, a chip or a mark can say: its ink and its ground, as names of tokens."""

_LENGTH = re.compile(r"(?<![\w#.])(\d+(?:\.\d+)?)dp\b")
_HALF = re.compile(r"half\((\d+)dp \+ (\d+)px\)")
_DRAWING = re.compile(r"icon\((\w+), \$(\w+)\)")
_SCHEMES = {"day": Qt.ColorScheme.Light, "night": Qt.ColorScheme.Dark, "wall": Qt.ColorScheme.Dark}


@cache
def _read() -> dict[str, Any]:
    with (RESOURCES / "style" / "tokens.toml").open("rb") as file:
        return tomllib.load(file)


def tokens_of(name: str) -> dict[str, str]:
    """Every colour of the theme ``name`` (day, night or wall) as ``#RRGGBB`` by its token."""
    return dict(_read()[name])


class Theme(QObject):
    """The look that is worn now. One for the program: :data:`theme`."""

    changed = Signal()
    """Colours, text scale or both are different from now on. Standard widgets follow by themselves."""

    def __init__(self) -> None:
        super().__init__()
        self._size = _read()["size"]
        self._follows = False
        self._app: QApplication | None = None
        self._wear("day", 1.0)

    # ------------------------------------------------------------------ what is worn

    @property
    def name(self) -> str:
        """``day``, ``night`` or ``wall``; never ``system``."""
        return self._name

    @property
    def scale(self) -> float:
        """The text scale, 0.8 to 2."""
        return self._scale

    def apply(self, app: QApplication, name: str = "system", scale: float = 1.0) -> None:
        """Wear ``name`` – day, night, wall, or system: whichever the desktop asks for, now and later.

        ``scale`` is the text scale; what lies outside 0.8 to 2 is brought to the nearer end, since it comes
        from a person's stored preferences. ValueError for a theme that does not exist.
        """
        if name not in {*NAMES, "system"}:
            raise ValueError(name)
        first = self._app is not app
        self._app, self._follows = app, name == "system"
        hints = app.styleHints()
        if first:
            app.setStyle("Fusion")
            hints.colorSchemeChanged.connect(self._follow)
        if self._follows:
            hints.unsetColorScheme()
            name = self._asked_for(app)
        else:
            hints.setColorScheme(_SCHEMES[name])
        self._wear(name, min(max(scale, SMALLEST), LARGEST))
        self._dress(app)
        self.changed.emit()

    def _follow(self) -> None:
        if self._follows and self._app is not None and self._asked_for(self._app) != self._name:
            self._wear(self._asked_for(self._app), self._scale)
            self._dress(self._app)
            self.changed.emit()

    @staticmethod
    def _asked_for(app: QApplication) -> str:
        return "night" if app.styleHints().colorScheme() == Qt.ColorScheme.Dark else "day"

    def _wear(self, name: str, scale: float) -> None:
        self._name, self._scale = name, scale
        self._tokens = tokens_of(name)
        self._colours = {token: QColor(value) for token, value in self._tokens.items()}
        self._fonts: dict[tuple[int, bool], QFont] = {}

    def _dress(self, app: QApplication) -> None:
        _register_drawings(self._name, self._tokens)
        app.setPalette(self.palette())
        app.setFont(self.font())
        app.setStyleSheet(self.style_sheet())

    # ------------------------------------------------------------------ colours

    def tokens(self) -> dict[str, str]:
        """Every colour worn now as ``#RRGGBB`` by its token, for the map and other pages."""
        return dict(self._tokens)

    def colour(self, token: str) -> QColor:
        """The colour worn now for ``token``. KeyError for a token nobody declared."""
        return self._colours[token]

    @property
    def clear(self) -> QColor:
        """No colour at all: the ground of a picture that is laid over another one."""
        return QColor(0, 0, 0, 0)

    @property
    def paper(self) -> QColor:
        """The ground of a document that is shown as it is printed: white in every theme."""
        return QColor(255, 255, 255)

    def between(self, low: str, high: str, share: float) -> QColor:
        """A step of a scale: ``share`` of the way, 0 to 1, from the colour of one token to that of another."""
        one, other, way = self.colour(low), self.colour(high), min(max(share, 0.0), 1.0)
        return QColor.fromRgbF(*(a + (b - a) * way for a, b in (
            (one.redF(), other.redF()), (one.greenF(), other.greenF()), (one.blueF(), other.blueF()))))

    def veil(self, token: str, share: float) -> QColor:
        """A colour that lets what is below shine through: 0 is not seen, 1 covers."""
        found = QColor(self.colour(token))
        found.setAlphaF(share)
        return found

    def tone(self, tone: str) -> tuple[QColor, QColor]:
        """Ink and ground of one of :data:`TONES`."""
        ink, ground = TONES[tone]
        return self._colours[ink], self._colours[ground]

    def palette(self) -> QPalette:
        """The colours for whatever paints by palette, such as placeholders and links."""
        role, group, palette = QPalette.ColorRole, QPalette.ColorGroup, QPalette()
        for token, roles in {
            "ground": (role.Window,),
            "surface": (role.Base, role.Light),
            "raised": (role.AlternateBase, role.Button, role.Midlight),
            "ink": (role.WindowText, role.Text, role.ButtonText, role.BrightText),
            "ink_3": (role.PlaceholderText,),
            "accent": (role.Highlight, role.Link, role.Accent),
            "accent_press": (role.LinkVisited,),
            "on_accent": (role.HighlightedText,),
            "line": (role.Mid,),
            "edge": (role.Dark, role.Shadow),
            "tip": (role.ToolTipBase,),
            "on_tip": (role.ToolTipText,),
        }.items():
            for one in roles:
                palette.setColor(one, self.colour(token))
        for one in (role.WindowText, role.Text, role.ButtonText):
            palette.setColor(group.Disabled, one, self.colour("ink_off"))
        return palette

    # ------------------------------------------------------------------ sizes and fonts

    def px(self, length: float) -> int:
        """``length`` px of the design at the text scale worn now; at least 1 for anything above 0."""
        return max(round(length * self._scale), 1 if length > 0 else 0)

    def row_height(self, two_line: bool = False) -> int:
        """Height of a row of a list in px: 28, or 56 with two lines, times the text scale."""
        return self.px(self._size["row_two_line" if two_line else "row"])

    def font(self, size: int = 13, strong: bool = False) -> QFont:
        """The face at one of the four sizes (12, 13, 16, 22 px), regular or semibold, with tabular figures."""
        made = self._fonts.get((size, strong))
        if made is None:
            made = QFont()
            made.setFamilies(self._families())
            made.setPixelSize(self.px(size))
            made.setWeight(QFont.Weight(self._size["weights"][strong]))
            made.setHintingPreference(QFont.HintingPreference.PreferNoHinting)
            if hasattr(made, "setFeature"):  # Qt 6.7 and later
                made.setFeature(QFont.Tag("tnum"), 1)
            self._fonts[size, strong] = made
        return made

    def wall_font(self, pixels: int, strong: bool = False) -> QFont:
        """The face at exactly so many px, whatever the text scale: a wall's sizes are parts of its screen's height."""
        made = QFont(self.font(strong=strong))
        made.setPixelSize(pixels)
        return made

    def _families(self) -> list[str]:
        """The designed faces that are installed, then what the desktop uses: it always has one."""
        system = QFontDatabase.systemFont(QFontDatabase.SystemFont.GeneralFont).families()
        installed = set(QFontDatabase.families())
        return [family for family in self._size["families"] if family in installed] + list(system)

    # ------------------------------------------------------------------ the style sheet

    def style_sheet(self) -> str:
        """The style sheet for the theme and the scale worn now. KeyError for a token nobody declared."""
        text = (RESOURCES / "style" / "style.qss").read_text("utf-8")
        text = _DRAWING.sub(lambda m: f"url(:/look/{self._name}/{m[1]}-{m[2]}.svg)", text)
        text = _HALF.sub(lambda m: f"{(self.px(int(m[1])) + int(m[2])) // 2}px", text)
        text = _LENGTH.sub(lambda m: f"{self.px(float(m[1]))}px", text)
        return Template(text).substitute(self._tokens)


# ---------------------------------------------------------------------- drawings inside the style sheet
# A style sheet takes its arrows and ticks from files only, and a file has one colour. So the drawings are
# coloured in memory and registered as Qt resources: nothing is written to a disk that may be full.

_registered: dict[str, tuple[bytes, bytes, bytes]] = {}


def _register_drawings(name: str, tokens: dict[str, str]) -> None:
    if name in _registered:
        return
    sheet = (RESOURCES / "style" / "style.qss").read_text("utf-8")
    files = {}
    for drawing, token in sorted(set(_DRAWING.findall(sheet))):
        svg = (RESOURCES / "icons" / f"{drawing}.svg").read_text("utf-8")
        files[f"{drawing}-{token}.svg"] = svg.replace("currentColor", tokens[token]).encode()
    _registered[name] = _resource(("look", name), files)  # Qt reads from these bytes: they must stay
    qRegisterResourceData(1, *_registered[name])


def _resource(folders: tuple[str, ...], files: dict[str, bytes]) -> tuple[bytes, bytes, bytes]:
    """Files in nested folders in the layout Qt's resource compiler writes (version 1): tree, names, contents."""
    names, contents, offsets = b"", b"", {}
    for word in (*folders, *files):
        offsets[word] = len(names)
        names += struct.pack(">HI", len(word), _hash(word)) + word.encode("utf-16-be")
    tree = struct.pack(">IHII", 0, 2, 1, 1)
    for depth, folder in enumerate(folders):
        children = 1 if depth + 1 < len(folders) else len(files)
        tree += struct.pack(">IHII", offsets[folder], 2, children, depth + 2)
    for word in sorted(files, key=_hash):  # Qt finds a child by halving, so they stand in order of hash
        tree += struct.pack(">IHHHI", offsets[word], 0, 0, 1, len(contents))
        contents += struct.pack(">I", len(files[word])) + files[word]
    return tree, names, contents


def _hash(word: str) -> int:
    value = 0
    for letter in word:
        value = (value << 4) + ord(letter)
        value ^= (value & 0xF0000000) >> 23
        value &= 0x0FFFFFFF
    return value


# ---------------------------------------------------------------------- for everybody

theme = Theme()
"""The look of this program. Read it while painting; listen to ``theme.changed`` where something is kept."""


def icon(name: str, token: str = "ink_2") -> QIcon:
    """An icon of the set by its name (``mdi6.phone``), in the colour of ``token``.

    It keeps its colour: make it again on ``theme.changed``. KeyError for a name the set does not have.
    """
    return icons.icon(name, theme.colour(token), theme.colour("ink_off"))


def mark(widget: QWidget, **properties: object) -> None:
    """Say what ``widget`` is (``tone="primary"``, ``face="title"``, ``wrong=True``) and let the style follow."""
    told = {name: value for name, value in properties.items() if widget.property(name) != value}
    if not told:
        return  # asking the whole style sheet anew is the dearest part of showing another record
    for name, value in told.items():
        widget.setProperty(name, value)
    widget.style().unpolish(widget)
    widget.style().polish(widget)
    widget.update()
