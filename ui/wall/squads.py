"""The squads as cards: what each has in hand, how much of it is late, how many of it are on duty."""

import math
from collections import Counter

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from commandcenter.domain.deadlines import Pressing
from commandcenter.i18n import N_, _
from commandcenter.queries.wall import PublicSquad
from ui.theme import theme
from ui.wall.lettering import RIGHT, Size, fitting, width, write
from ui.wall.panel import Panel
from ui.wall.tiles import count
from ui.wording import MARKS


class Squads(Panel):
    """A card for each squad, in the order of their codes."""

    heading = N_("Squads")

    def known(self) -> bool:
        """Whether both the squads and the open work are known."""
        return self.sight.units is not None and self.sight.work is not None

    def draw(self, painter: QPainter, box: QRectF) -> None:
        queue, units = self.sight.queue(), self.sight.units
        if queue is None or units is None or not units.squads:
            return
        columns = grid(len(units.squads), box.width(), box.height())
        rows = math.ceil(len(units.squads) / columns)
        gap = self.scale.gap / 2
        wide, high = (box.width() - gap * (columns - 1)) / columns, (box.height() - gap * (rows - 1)) / rows
        for number, squad in enumerate(units.squads):
            row, column = divmod(number, columns)
            card = QRectF(box.left() + column * (wide + gap), box.top() + row * (high + gap), wide, high)
            self._draw_card(painter, card, squad, queue.of_squads.get(squad.id, Counter()))

    def _draw_card(self, painter: QPainter, card: QRectF, squad: PublicSquad, levels: Counter[Pressing]) -> None:
        late, soon, small = levels[Pressing.OVER], levels[Pressing.SOON], self.scale.px(Size.SMALL)
        token = "urgent" if late else "late" if soon else "line"
        painter.setPen(QPen(theme.colour(token), self.scale.line() * (2 if late else 1)))
        painter.setBrush(theme.colour("raised"))
        painter.drawRoundedRect(card, self.scale.radius, self.scale.radius)
        pad = self.scale.gap * 0.6
        inner = card.adjusted(pad, pad * 0.6, -pad, -pad * 0.6)
        name = QRectF(inner.left(), inner.top(), inner.width(), small * 1.3)
        words = squad.name.words()
        write(painter, name, words, fitting(words, small, inner.width(), small), "ink")
        foot = QRectF(inner.left(), inner.bottom() - small * 1.3, inner.width(), small * 1.3)
        write(painter, foot, _("on duty {n}", n=count(squad.on_duty)), small, "ink_2" if squad.on_duty else "late")
        middle = QRectF(inner.left(), name.bottom(), inner.width(), foot.top() - name.bottom())
        self._draw_counts(painter, middle, levels.total(), late, soon)

    def _draw_counts(self, painter: QPainter, box: QRectF, total: int, late: int, soon: int) -> None:
        size = max(self.scale.px(Size.SMALL), min(self.scale.px(Size.CLOCK), int(box.height())))
        small, ink = self.scale.px(Size.BODY), "ink" if total else "ink_3"
        n, level, token = (late, Pressing.OVER, "urgent") if late else (soon, Pressing.SOON, "late")
        said = f"{MARKS[level]} {count(n)}" if n else ""
        write(painter, box.adjusted(0, 0, -width(said, small), 0), count(total), size, ink, strong=True)
        write(painter, box, said, small, token, RIGHT, strong=True)


def grid(n: int, wide: float, high: float, shape: float = 1.55) -> int:
    """In how many columns ``n`` cards stand so that each is about ``shape`` times as wide as high."""
    best = min(range(1, n + 1), key=lambda c: abs((wide / c) / (high / math.ceil(n / c)) - shape))
    return max(1, best)
