"""Figures: how often, how well, how soon – each defined once, with its n and what it leaves out."""

from commandcenter.queries.figures.answers import (
    Behind,
    Told,
    by,
    flow,
    heat,
    one,
    records,
    series,
    sheet,
)
from commandcenter.queries.figures.arrivals import came_at, went
from commandcenter.queries.figures.asking import By, Sought
from commandcenter.queries.figures.catalogue import Outcome, Stream
from commandcenter.queries.figures.definitions import CLOCKS, DEFINITIONS, SHARES, Definition, Figure, Unit
from commandcenter.queries.figures.piles import Answer
from commandcenter.queries.figures.values import Times, Value, wilson

__all__ = [
    "CLOCKS", "DEFINITIONS", "SHARES", "Answer", "Behind", "By", "Definition", "Figure", "Outcome", "Sought", "Stream",
    "Times", "Told", "Unit", "Value", "by", "came_at", "flow", "heat", "one", "records", "series", "sheet", "went",
    "wilson",
]  # fmt: skip
