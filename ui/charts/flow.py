"""Where it comes in and where it ends: a stream from each channel to each outcome, as wide as it is many."""

from collections.abc import Sequence
from dataclasses import dataclass

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QFontMetrics, QPainter, QPainterPath

from commandcenter.i18n import _
from ui.charts.canvas import Canvas
from ui.charts.chart import Chart, words_of
from ui.charts.shapes import Mark, Stream
from ui.theme import theme

_BAR, _GAP = 8, 6  # px of the design: the width of an end, the room between two
_WORDS = 0.34  # of the width, at most, for the words at each side


@dataclass(frozen=True, slots=True)
class _Ribbon:
    stream: Stream
    path: QPainterPath


class FlowChart(Chart):
    """Channels at the left, outcomes at the right, each with its count; what is many stands above."""

    def __init__(self, name: str, *, text: int = 12, reads: bool = True) -> None:
        self._canvas = Canvas(self._draw)
        super().__init__(name, self._canvas, text=text, reads=reads)
        self._streams: tuple[Stream, ...] = ()
        self.setMinimumHeight(theme.px(180))

    def show_streams(self, streams: Sequence[Stream], nothing: str = "") -> None:
        """Show these; what is empty is left out."""
        self._streams = tuple(sorted((s for s in streams if s.n > 0), key=lambda s: -s.n))
        total = sum(s.n for s in self._streams)
        marks = [Mark((s.source, s.outcome) if s.key is None else s.key, _told(s, total)) for s in self._streams]
        self.hold(marks, _("n = {n}", n=total) if total else "", nothing)

    def place_at(self, at: QPointF) -> int | None:
        return next((n for n, ribbon in enumerate(self._ribbons()) if ribbon.path.contains(at)), None)

    # ------------------------------------------------------------------ drawing

    def _ends(self) -> tuple[dict[str, int], dict[str, int]]:
        """How many at each end, the most first."""
        left: dict[str, int] = {}
        right: dict[str, int] = {}
        for stream in self._streams:
            left[stream.source] = left.get(stream.source, 0) + stream.n
            right[stream.outcome] = right.get(stream.outcome, 0) + stream.n
        return _most_first(left), _most_first(right)

    def _words_width(self, end: dict[str, int]) -> float:
        metrics = QFontMetrics(theme.font(self.text))
        widest = max((metrics.horizontalAdvance(f"{name} {n}") for name, n in end.items()), default=0)
        return min(widest + theme.px(8), self._canvas.width() * _WORDS)

    def _boxes(self, end: dict[str, int], left: float) -> dict[str, QRectF]:
        """Where each end's bar stands. Both sides have the same scale."""
        total, gap = sum(end.values()), theme.px(_GAP)
        room = self._canvas.height() - gap * (max(map(len, self._ends())) - 1)
        boxes, top = {}, 0.0
        for name, n in end.items():
            high = room * n / total
            boxes[name] = QRectF(left, top, theme.px(_BAR), high)
            top += high + gap
        return boxes

    def _sides(self) -> tuple[dict[str, QRectF], dict[str, QRectF]]:
        left, right = self._ends()
        at_right = self._canvas.width() - self._words_width(right) - theme.px(_BAR)
        return self._boxes(left, self._words_width(left)), self._boxes(right, at_right)

    def _ribbons(self) -> list[_Ribbon]:
        left, right = self._sides()
        total = sum(s.n for s in self._streams)
        room = sum(box.height() for box in left.values())
        used_left, used_right = dict.fromkeys(left, 0.0), dict.fromkeys(right, 0.0)
        paths = {}
        by_end = list(right)
        for stream in sorted(self._streams, key=lambda s: by_end.index(s.outcome)):
            high = room * stream.n / total
            one, other = left[stream.source], right[stream.outcome]
            paths[stream] = _ribbon(QPointF(one.right(), one.top() + used_left[stream.source]),
                                    QPointF(other.left(), other.top() + used_right[stream.outcome]), high)  # fmt: skip
            used_left[stream.source] += high
            used_right[stream.outcome] += high
        return [_Ribbon(stream, paths[stream]) for stream in self._streams]

    def _draw(self, painter: QPainter) -> None:
        if not self.marks:
            return
        painter.setPen(Qt.PenStyle.NoPen)
        for n, ribbon in enumerate(self._ribbons()):
            painter.fillPath(ribbon.path, theme.veil("accent", 0.65 if n == self._at else 0.28))
        left, right = self._sides()
        counts = self._ends()
        for boxes, end, flag in ((left, counts[0], Qt.AlignmentFlag.AlignRight),
                                 (right, counts[1], Qt.AlignmentFlag.AlignLeft)):  # fmt: skip
            self._draw_ends(painter, boxes, end, flag)

    def _draw_ends(
        self, painter: QPainter, boxes: dict[str, QRectF], counts: dict[str, int], flag: Qt.AlignmentFlag
    ) -> None:
        """The bars and, where they have the room, their words."""
        metrics, wide = QFontMetrics(theme.font(self.text)), self._words_width(counts) - theme.px(6)
        painter.setFont(theme.font(self.text))
        tops = spread([box.center().y() - metrics.height() / 2 for box in boxes.values()], metrics.height(),
                      self._canvas.height())  # fmt: skip
        for (name, box), top in zip(boxes.items(), tops, strict=True):
            painter.fillRect(box, theme.colour("accent"))
            if top < 0:
                continue  # more ends than lines: the reading line still says it
            at = box.left() - theme.px(6) - wide if flag == Qt.AlignmentFlag.AlignRight else box.right() + theme.px(6)
            count = f" {counts[name]}"
            words = metrics.elidedText(name, Qt.TextElideMode.ElideRight, int(wide - metrics.horizontalAdvance(count)))
            painter.setPen(theme.colour("ink"))
            painter.drawText(QRectF(at, top, wide, metrics.height()), flag, words + count)
            painter.setPen(Qt.PenStyle.NoPen)


def spread(tops: Sequence[float], high: float, room: float) -> list[float]:
    """Where lines of words that are ``high`` px high stand, as near as can be to where they belong, none over another.

    A line below 0 has no room: there are more of them than the room holds.
    """
    placed, bottom = list(tops), room
    for n in range(len(placed) - 1, -1, -1):
        bottom = placed[n] = min(placed[n], bottom - high)
    top = 0.0
    for n in range(len(placed)):
        placed[n] = max(placed[n], top)
        top = placed[n] + high
    return [at if at + high <= room + 1 else -1.0 for at in placed]


def _most_first(counts: dict[str, int]) -> dict[str, int]:
    return dict(sorted(counts.items(), key=lambda one: -one[1]))


def _told(one: Stream, total: int) -> str:
    many = _("{n} of {all} ({share} %)", n=one.n, all=total, share=f"{100 * one.n / total:.1f}")
    return words_of(f"{one.source} → {one.outcome}", many)


def _ribbon(begin: QPointF, end: QPointF, high: float) -> QPainterPath:
    """A stream of constant height from one bar to another."""
    middle = (begin.x() + end.x()) / 2
    path = QPainterPath(begin)
    path.cubicTo(QPointF(middle, begin.y()), QPointF(middle, end.y()), end)
    path.lineTo(end.x(), end.y() + high)
    back = (QPointF(middle, end.y() + high), QPointF(middle, begin.y() + high), begin + QPointF(0, high))
    path.cubicTo(*back)
    path.closeSubpath()
    return path
