"""The queue as a board: what presses most, row by row, with its clock first; and how many there are in each state."""

import datetime as dt

from PySide6.QtCore import QRectF
from PySide6.QtGui import QPainter, QPen

from commandcenter.domain.deadlines import time_left
from commandcenter.domain.wording import word
from commandcenter.i18n import N_, _
from ui.theme import theme
from ui.wall.lettering import RIGHT, Size, width, write
from ui.wall.panel import Panel
from ui.wall.sight import Pressed, Queue
from ui.wall.tiles import count
from ui.wording import MARKS, PRESSING_TONES

STATES = (
    "open", "dispatched", "accepted", "contacted", "handling", "suspended", "return_asked", "resolved", "visiting",
)  # fmt: skip
"""The states of open cases, in the order of a case's life."""
OURS = frozenset({"open", "return_asked"})
"""Those in which a case waits for the room itself."""


class Ticker(Panel):
    """The most pressing cases beside the map: clock, matter, town."""

    heading = N_("Waiting and near their deadline")
    wide = False

    def known(self) -> bool:
        """Whether the open cases are known."""
        return self.sight.work is not None

    def draw(self, painter: QPainter, box: QRectF) -> None:
        queue = self.sight.queue()
        if queue is None:
            return
        high = self.scale.px(Size.BODY) * 1.62
        rows = max(1, int(box.height() // high))
        shown = queue.first[:rows]
        if not shown:
            write(painter, box, _("Nothing is open."), self.scale.px(Size.BODY), "ink_2")
        clocks = max((self._clock_width(one) for one in shown), default=0.0)
        for number, one in enumerate(shown):
            line = QRectF(box.left(), box.top() + number * high, box.width(), high)
            self._draw_row(painter, line, one, clocks)
            if number < len(shown) - 1:
                painter.setPen(QPen(theme.colour("line"), self.scale.line()))
                painter.drawLine(line.bottomLeft(), line.bottomRight())

    def _clock_width(self, one: Pressed) -> float:
        said, _token = clock_words(one, self.sight.now())
        return width(f"{MARKS[one.level]} {said}", self.scale.px(Size.BODY), strong=True)

    def _columns(self, line: QRectF, clocks: float) -> list[QRectF]:
        """Where clock, matter, and the rest stand in a row; the clocks take what they need, the rest share."""
        shares = (0.14, 0.4, 0.28, 0.18) if self.wide else (0.59, 0.41)
        gap = self.scale.gap
        boxes = [QRectF(line.left(), line.top(), clocks, line.height())]
        room, left = line.width() - clocks - gap * len(shares), line.left() + clocks + gap
        for share in shares:
            boxes.append(QRectF(left, line.top(), room * share, line.height()))
            left += room * share + gap
        return boxes

    def _draw_row(self, painter: QPainter, line: QRectF, one: Pressed, clocks: float) -> None:
        size = self.scale.px(Size.BODY)
        boxes = self._columns(line, clocks)
        self._draw_clock(painter, boxes[0], one, size)
        matter = one.case.matter.words() or _("not shown")
        token = "ink_3" if one.case.dimmed else "ink"
        if not self.wide:
            write(painter, boxes[1], matter, size, token)
            write(painter, boxes[2], self._town(one), size, "ink_2", RIGHT)
            return
        write(painter, boxes[1], self._clock_name(one), self.scale.px(Size.SMALL), "ink_2")
        write(painter, boxes[2], matter, size, token)
        write(painter, boxes[3], self._squad(one), size, "ink_2")
        write(painter, boxes[4], one.case.number, self.scale.px(Size.SMALL), "ink_3", RIGHT)

    def _draw_clock(self, painter: QPainter, box: QRectF, one: Pressed, size: int) -> None:
        said, token = clock_words(one, self.sight.now())
        mark = width(f"{MARKS[one.level]} ", size, strong=True)
        write(painter, box, MARKS[one.level], size, token, strong=True)
        write(painter, box.adjusted(mark, 0, 0, 0), said, size, token, strong=True)

    @staticmethod
    def _clock_name(one: Pressed) -> str:
        return str(_(one.clock.label)) if one.clock is not None else ""

    def _town(self, one: Pressed) -> str:
        area = self.sight.squads().get(one.case.area_id or "")
        return "" if area is None else area.town.words() or area.name.words()

    def _squad(self, one: Pressed) -> str:
        squad = self.sight.squads().get(one.squad_id or "")
        return "" if squad is None else squad.name.words()


class Board(Ticker):
    """The same over the whole width: with what the clock is for, the squad and the number."""

    heading = N_("Cases by their clocks")
    wide = True


class States(Panel):
    """How many open cases are in each state, as bars."""

    heading = N_("Open cases by state")

    def known(self) -> bool:
        """Whether the open cases are known."""
        return self.sight.work is not None

    def draw(self, painter: QPainter, box: QRectF) -> None:
        queue = self.sight.queue()
        if queue is None:
            return
        most = max((*queue.states.values(), 1))
        high = min(box.height() / len(STATES), self.scale.px(Size.BODY) * 2.4)
        for number, state in enumerate(STATES):
            line = QRectF(box.left(), box.top() + number * high, box.width(), high)
            self._draw_state(painter, line, state, queue, most)

    def _draw_state(self, painter: QPainter, line: QRectF, state: str, queue: Queue, most: int) -> None:
        size, n = self.scale.px(Size.BODY), queue.states.get(state, 0)
        said = count(n)
        words = word(state)
        above = QRectF(line.left(), line.top(), line.width(), line.height() * 0.68)
        write(painter, above.adjusted(0, 0, -width(said, size, strong=True) - self.scale.gap, 0),
              words[:1].upper() + words[1:], size, "ink_2")  # fmt: skip
        write(painter, above, said, size, "ink", RIGHT, strong=True)
        bar = QRectF(line.left(), above.bottom(), line.width(), line.height() * 0.12)
        painter.fillRect(bar, theme.colour("raised"))
        bar.setWidth(line.width() * n / most)
        painter.fillRect(bar, theme.colour("late" if state in OURS else "accent"))


def clock_words(one: Pressed, now: dt.datetime) -> tuple[str, str]:
    """What a case's clock says at ``now``, and in which ink."""
    if one.clock is None:
        return str(_("no clock runs")), "ink_3"
    if one.clock.standing_still:
        return str(_("stands still")), "ink_3"
    return str(time_left(one.clock.due_at, now).phrase), PRESSING_TONES[one.level]
