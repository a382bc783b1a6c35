"""What people may do: plain functions named by the verbs of the trade, and the only way to write.

Every move of :mod:`commandcenter.domain.moves` is one function here. :func:`perform` is the door they all go
through: it reads what the rules look at, refuses what may not be, and only then lets the function write.
"""

from commandcenter.operations import claiming, dispatching, following, handling, intake, overseeing, reviewing
from commandcenter.operations.performing import OPERATIONS, perform

__all__ = [
    "OPERATIONS", "claiming", "dispatching", "following", "handling", "intake", "overseeing", "perform", "reviewing",
]  # fmt: skip
