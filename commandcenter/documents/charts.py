"""Small charts as SVG, for paper: lines along time, shares with their intervals, times with median and P90.

What is not known is not drawn: a step without data leaves a gap, a share of nothing has no bar. Sizes are in the
chart's own units, of which a page is about 540 wide.
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from xml.sax.saxutils import escape

WIDTH = 540.0
INK, FAINT, GRID = "#1f2933", "#6b7785", "#d5dbe1"
COLOURS = ("#1f5fa8", "#c2571a", "#2f7d4f")
_FONT = "Noto Sans CJK SC, Source Han Sans SC, WenQuanYi Micro Hei, Microsoft YaHei, SimHei, sans-serif"
_ROW = 17.0
_LABEL = 130.0


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a chart along time; None where there is no data."""

    name: str
    values: Sequence[float | None]


@dataclass(frozen=True, slots=True)
class Bar:
    """One row of a chart: a mark at ``at``, and from ``low`` to ``high`` what lies around it. None: no data."""

    name: str
    at: float | None
    low: float | None = None
    high: float | None = None
    said: str = ""
    """What stands at its end."""


def lines(steps: Sequence[str], drawn: Sequence[Line], height: float = 150.0) -> str:
    """Lines over ``steps`` of time, from zero."""
    left, right, top, bottom = 34.0, 16.0, 22.0, 18.0
    most = nice(max((v for line in drawn for v in line.values if v is not None), default=0.0))
    wide, high = (WIDTH - left - right) / max(len(steps) - 1, 1), height - top - bottom

    def x(n: int) -> float:
        return left + n * wide

    def y(value: float) -> float:
        return top + high * (1 - value / most)

    parts = [_level(left, WIDTH - right, y(most * part / 4), _number(most * part / 4)) for part in range(5)]
    every = math.ceil(len(steps) / 12)
    parts += [_text(x(n), height - 4, step, "middle") for n, step in enumerate(steps) if n % every == 0]
    for at, line in enumerate(drawn):
        colour = COLOURS[at % len(COLOURS)]
        parts += [_path(run, colour) for run in _runs([None if v is None else (x(n), y(v))
                                                       for n, v in enumerate(line.values)])]  # fmt: skip
        parts.append(_legend(left + at * 110, 10, line.name, colour))
    return _svg(height, parts)


def bars(rows: Sequence[Bar], most: float, ends: Iterable[tuple[float, str]], no_data: str) -> str:
    """Rows with a bar to each one's mark and a whisker over what lies around it, from 0 to ``most``.

    ``ends`` are the levels that are drawn, with their words.
    """
    left, right, top = _LABEL, 96.0, 16.0
    wide, height = WIDTH - left - right, top + len(rows) * _ROW + 4

    def x(value: float) -> float:
        return left + wide * min(value / most, 1.0) if most else left

    parts = [f'<line x1="{x(at):.1f}" y1="{top}" x2="{x(at):.1f}" y2="{height - 4}" stroke="{GRID}"/>'
             + _text(x(at), top - 5, words, "middle") for at, words in ends]  # fmt: skip
    for n, row in enumerate(rows):
        y = top + n * _ROW + _ROW / 2
        parts.append(_text(left - 6, y + 3.4, row.name, "end", INK))
        if row.at is None:
            parts.append(_text(left + 4, y + 3.4, no_data, "start"))
            continue
        parts.append(f'<rect x="{left}" y="{y - 4.5:.1f}" width="{x(row.at) - left:.1f}" height="9"'
                     f' fill="{COLOURS[0]}" fill-opacity="0.55"/>')  # fmt: skip
        if row.low is not None and row.high is not None:
            parts.append(_whisker(x(row.low), x(row.high), y))
        parts.append(_text(WIDTH - right + 6, y + 3.4, row.said, "start", INK))
    return _svg(height, parts)


def nice(most: float) -> float:
    """The next round number from ``most`` on, for the end of an axis: 1, 2, 4, 8 or 10 of a power of ten, from 4 on."""
    if most <= 4:
        return 4.0
    power = 10.0 ** math.floor(math.log10(most))
    return next(step * power for step in (1, 2, 4, 8, 10) if step * power >= most)


def _runs(points: Sequence[tuple[float, float] | None]) -> Iterable[list[tuple[float, float]]]:
    run: list[tuple[float, float]] = []
    for point in [*points, None]:
        if point is not None:
            run.append(point)
        elif run:
            yield run
            run = []


def _path(run: list[tuple[float, float]], colour: str) -> str:
    if len(run) == 1:
        return f'<circle cx="{run[0][0]:.1f}" cy="{run[0][1]:.1f}" r="2" fill="{colour}"/>'
    points = " ".join(f"{x:.1f},{y:.1f}" for x, y in run)
    return f'<polyline points="{points}" fill="none" stroke="{colour}" stroke-width="1.6" stroke-linejoin="round"/>'


def _whisker(low: float, high: float, y: float) -> str:
    drawn = f"M{low:.1f} {y:.1f}H{high:.1f}M{low:.1f} {y - 3:.1f}V{y + 3:.1f}M{high:.1f} {y - 3:.1f}V{y + 3:.1f}"
    return f'<path d="{drawn}" stroke="{INK}" stroke-width="1" fill="none"/>'


def _level(left: float, right: float, y: float, words: str) -> str:
    return (f'<line x1="{left}" y1="{y:.1f}" x2="{right}" y2="{y:.1f}" stroke="{GRID}"/>'
            + _text(left - 5, y + 3, words, "end"))  # fmt: skip


def _legend(x: float, y: float, words: str, colour: str) -> str:
    return f'<rect x="{x}" y="{y - 7}" width="12" height="3" fill="{colour}"/>' + _text(x + 16, y - 2, words, "start")


def _text(x: float, y: float, words: str, anchor: str, colour: str = FAINT) -> str:
    said = escape("".join(c for c in words if c.isprintable()))
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="9" fill="{colour}">{said}</text>'


def _number(value: float) -> str:
    return f"{value:,.0f}" if value == int(value) else f"{value:,.1f}"


def _svg(height: float, parts: Iterable[str]) -> str:
    return (f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH:.0f} {height:.0f}" font-family="{_FONT}">'
            + "".join(parts) + "</svg>")  # fmt: skip
