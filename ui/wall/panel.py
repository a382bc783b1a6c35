"""Panels of a wall: each draws one part of what is known, says how old that is, and “no data” where there is none."""

from PySide6.QtCore import QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QWidget

from commandcenter.i18n import _, translate
from ui.theme import theme
from ui.wall.lettering import LEFT, MIDDLE, RIGHT, Scale, Size, width, write
from ui.wall.sight import OLD_S, Sight


def age_words(seconds: float | None) -> str:
    """How old something is, as a wall says it."""
    if seconds is None:
        return str(_("no data"))
    if seconds < 120:
        return str(_("{n} s ago", n=int(seconds)))
    return str(_("{n} min ago", n=int(seconds // 60)))


class Panel(QWidget):
    """A card with a title and the age of its data. Subclasses draw what they know into the box below."""

    heading = ""
    """Its title, a msgid; a panel without one has no head."""
    part = "work"
    """The part of the sight it shows, whose age it says."""

    def __init__(self, sight: Sight, scale: Scale, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.sight, self.scale = sight, scale
        self.setAttribute(Qt.WidgetAttribute.WA_OpaquePaintEvent)

    def known(self) -> bool:
        """Whether there is anything to draw."""
        return self.sight.age(self.part) is not None

    def title(self) -> str:
        """The words of its head."""
        return translate(self.heading) if self.heading else ""

    def draw(self, painter: QPainter, box: QRectF) -> None:
        """Draw what is known into the box."""

    @property
    def old(self) -> bool:
        """Whether what it shows is old."""
        age = self.sight.age(self.part)
        return age is not None and age > OLD_S

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        whole = QRectF(self.rect())
        painter.fillRect(whole, theme.colour("ground"))
        painter.setPen(QPen(theme.colour("line"), self.scale.line()))
        painter.setBrush(theme.colour("surface"))
        edge = self.scale.line() / 2
        painter.drawRoundedRect(whole.adjusted(edge, edge, -edge, -edge), self.scale.radius, self.scale.radius)
        gap = self.scale.gap
        box = whole.adjusted(gap, gap * 0.75, -gap, -gap * 0.75)
        if self.heading:
            box = self._draw_head(painter, box)
        if self.known():
            self.draw(painter, box)
        else:
            write(painter, box, _("no data"), self.scale.px(Size.TITLE), "ink_3", MIDDLE)
        painter.end()

    def _draw_head(self, painter: QPainter, box: QRectF) -> QRectF:
        size, small = self.scale.px(Size.TITLE), self.scale.px(Size.SMALL)
        high = size * 1.5
        line = QRectF(box.left(), box.top(), box.width(), high)
        said = age_words(self.sight.age(self.part))
        wide = width(said, small)
        write(painter, line.adjusted(0, 0, -wide - self.scale.gap, 0), self.title(), size, align=LEFT, strong=True)
        write(painter, line, said, small, "late" if self.old else "ink_3", RIGHT)
        return box.adjusted(0, high + self.scale.gap / 2, 0, 0)
