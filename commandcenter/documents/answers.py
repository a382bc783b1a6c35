"""Figures in words, for paper and for workbooks: a value with what it stands on. No data is no zero."""

import datetime as dt

from commandcenter.domain.sentences import measured_length, spoken_length
from commandcenter.i18n import _
from commandcenter.queries.figures import Answer, Times, Unit, Value


def no_answer(answer: Answer | None) -> bool:
    """Whether there is nothing to tell: not zero, but no data. A count of nothing is a count."""
    if answer is None:
        return True
    counts = isinstance(answer, Value) and answer.unit is Unit.COUNT
    return answer.n == 0 and not counts


def said(answer: Answer | None) -> str:
    """The value itself; of times the median."""
    if answer is None or no_answer(answer):
        return _("no data")
    if isinstance(answer, Times):
        return length(answer.median_s)
    if answer.unit is Unit.COUNT:
        return f"{answer.part:,}"
    return f"{answer.of_one:.1%}" if answer.unit is Unit.SHARE else f"{answer.of_one:.2f}"


def interval(answer: Answer | None) -> str:
    """The 95 % interval of a share; empty where there is none."""
    if not isinstance(answer, Value) or answer.low is None or answer.high is None:
        return ""
    return f"{answer.low:.1%}–{answer.high:.1%}"


def p90(answer: Answer | None) -> str:
    """The ninth tenth of times."""
    if not isinstance(answer, Times) or no_answer(answer):
        return _("no data")
    return length(answer.p90_s)


def length(seconds: int | None) -> str:
    """A time that was measured: to the second below an hour."""
    if seconds is None:
        return _("no data")
    if seconds < 3600:
        return measured_length(seconds) or _("{seconds} s", seconds=0)
    return spoken_length(dt.timedelta(seconds=seconds))


def count(n: int) -> str:
    """A number with its thousands told apart."""
    return f"{n:,}"
