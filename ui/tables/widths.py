"""How wide a column has to be for what it says in the language spoken now."""

import datetime as dt
from collections.abc import Iterable

from PySide6.QtGui import QFontMetrics

from commandcenter.domain.deadlines import time_left
from ui.theme import theme

_LONG = dt.timedelta(hours=12, minutes=48)
_AROUND_BADGE = 38  # px of the design: the badge's own padding, and that of the last cell of a row
_AROUND = 52  # px of the design: the mark, the gap behind it, and the padding of the first cell of a row


def clock_width() -> int:
    """The width of a column of clocks, in px at 100 % text scale: the longest usual words and the mark fit."""
    now = dt.datetime(2026, 1, 1, tzinfo=dt.UTC)
    metrics = QFontMetrics(theme.font(13, strong=True))
    said = max(metrics.horizontalAdvance(str(time_left(now + way * _LONG, now).phrase)) for way in (1, -1))
    return round(said / theme.scale) + _AROUND


def badge_width(words: Iterable[str]) -> int:
    """The width of a last column of badges that say one of these words, in px at 100 % text scale."""
    metrics = QFontMetrics(theme.font(12))
    return round(max(map(metrics.horizontalAdvance, words)) / theme.scale) + _AROUND_BADGE
