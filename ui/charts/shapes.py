"""What the charts are given: plain facts, with their words, as somebody else has counted them."""

from collections.abc import Hashable
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True, slots=True)
class Point:
    """One step of a trend, or one row of a ranking.

    ``value`` is a share of one, seconds or a count; None where there is nothing to count. ``low`` and ``high`` are the
    ends of its 95 % interval, or what its band reaches to. ``n`` is how many it was counted over.
    """

    key: Hashable
    name: str
    value: float | None
    low: float | None = None
    high: float | None = None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Stage:
    """How long one clock ran, in seconds: half were quicker than ``median``, nine of ten than ``p90``."""

    key: Hashable
    name: str
    median: float | None
    p90: float | None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Stream:
    """How many came in at ``source`` and ended in ``outcome``. The words are already in the reader's language."""

    source: str
    outcome: str
    n: int
    key: Hashable = None


@dataclass(frozen=True, slots=True)
class Ground:
    """One area of the map: its outline as GeoJSON in WGS-84 degrees, and what is to be shown of it.

    ``value`` is None where there is nothing to count.
    """

    key: Hashable
    name: str
    area: dict[str, Any]
    value: float | None
    n: int = 0


@dataclass(frozen=True, slots=True)
class Mark:
    """Something in a chart that can be pointed at: what it belongs to, and what is read out."""

    key: Hashable
    words: str
