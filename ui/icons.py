"""The icon set: glyphs of the fonts in QtAwesome's wheel, drawn by Qt itself.

Only the fonts of that package are used. Its own module goes through a layer that loads a dozen parts of Qt
which are not needed here; that alone would be a sixth of the program's start.
"""

import json
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from PySide6.QtCore import QPoint, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontDatabase, QIcon, QIconEngine, QPainter, QPixmap, QPixmapCache

FONTS = {"mdi6": "materialdesignicons6-webfont"}
"""The sets by the word their names begin with, and what the files of the font are called."""
_SHARE = 0.875
"""How much of the icon's height the glyph's em takes up: the air around it that the set was drawn for."""


@cache
def _set(prefix: str) -> tuple[str, dict[str, str]]:
    """The family of a set's font, loaded now, and the code of every glyph by its name."""
    package = find_spec("qtawesome")
    if package is None or package.origin is None:
        raise ModuleNotFoundError("qtawesome")
    folder, name = Path(package.origin).parent / "fonts", FONTS[prefix]
    [font], [codes] = folder.glob(f"{name}-[0-9]*.ttf"), folder.glob(f"{name}-charmap-*.json")
    number = QFontDatabase.addApplicationFont(str(font))
    return QFontDatabase.applicationFontFamilies(number)[0], json.loads(codes.read_text("utf-8"))


@cache
def glyph(name: str) -> tuple[str, str]:
    """The font and the character of an icon by its name, such as ``mdi6.phone``. KeyError where there is none."""
    prefix, _dot, rest = name.partition(".")
    family, codes = _set(prefix)
    return family, chr(int(codes[rest], 16))


class _Glyph(QIconEngine):
    def __init__(self, name: str, colour: QColor, off: QColor) -> None:
        super().__init__()
        self._name, self._colour, self._off = name, colour, off
        self._family, self._character = glyph(name)

    def clone(self) -> QIconEngine:
        return _Glyph(self._name, self._colour, self._off)

    def paint(self, painter: QPainter, rect: QRect, mode: QIcon.Mode, _state: QIcon.State) -> None:
        font = QFont(self._family)
        font.setPixelSize(max(1, round(rect.height() * _SHARE)))
        painter.save()
        painter.setFont(font)
        painter.setPen(self._off if mode is QIcon.Mode.Disabled else self._colour)
        painter.drawText(rect, int(Qt.AlignmentFlag.AlignCenter), self._character)
        painter.restore()

    def pixmap(self, size: QSize, mode: QIcon.Mode, state: QIcon.State) -> QPixmap:
        colour = self._off if mode is QIcon.Mode.Disabled else self._colour
        key = f"{self._name} {colour.rgba()} {size.width()} {size.height()}"
        drawn = QPixmap(size)
        if QPixmapCache.find(key, drawn):
            return drawn
        clear = QColor(self._colour)
        clear.setAlpha(0)
        drawn.fill(clear)
        painter = QPainter(drawn)
        self.paint(painter, QRect(QPoint(0, 0), size), mode, state)
        painter.end()
        QPixmapCache.insert(key, drawn)
        return drawn


def icon(name: str, colour: QColor, off: QColor) -> QIcon:
    """The icon of that name in a colour, and in another where it is disabled."""
    return QIcon(_Glyph(name, colour, off))
