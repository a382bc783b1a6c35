"""What the program has to reach, measured: ``make bench``, never a test that fails by the clock.

A benchmark is a module with ``run() -> list[Figure]``. It measures with the real thing, in a process of its
own, and prints nothing that it did not measure.
"""

import math
from typing import TypedDict


class Figure(TypedDict):
    """One line of the table. ``value`` is None where nothing could be measured; ``detail`` says why."""

    name: str
    value: float | None
    unit: str
    target: str
    met: bool
    detail: str


class NotMeasured(Exception):
    """Something this machine lacks, in words: no fault of the program."""


def at_most(name: str, value: float, most: float, unit: str, detail: str = "") -> Figure:
    """A figure that should not be larger than ``most``."""
    return _figure(name, value, f"≤ {most:g}", unit, value <= most, detail)


def at_least(name: str, value: float, least: float, unit: str, detail: str = "") -> Figure:
    """A figure that should not be smaller than ``least``."""
    return _figure(name, value, f"≥ {least:g}", unit, value >= least, detail)


def _figure(name: str, value: float, target: str, unit: str, met: bool, detail: str) -> Figure:
    digits = 0 if abs(value) >= 1000 else 1 if abs(value) >= 10 else 2
    return Figure(name=name, value=round(value, digits), unit=unit, target=target, met=met, detail=detail)


def percentile(values: list[float], share: float) -> float:
    """The value that ``share`` of the values (0 to 1) do not exceed: the nearest rank, nothing interpolated."""
    return sorted(values)[max(0, math.ceil(share * len(values)) - 1)]
