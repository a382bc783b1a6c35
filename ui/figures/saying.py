"""How figures read: their values, what they are compared with, why one is empty, what a key of a ranking is called."""

import datetime as dt
from dataclasses import dataclass

from commandcenter.domain.matters import Matter, MatterDomain
from commandcenter.domain.people import Person
from commandcenter.domain.record import Record
from commandcenter.domain.units import Squad, Workstation
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from commandcenter.queries.figures import DEFINITIONS, Answer, By, Figure, Outcome, Times, Unit
from ui.charts.heat import weekdays
from ui.charts.scales import Measure
from ui.charts.shapes import Point
from ui.wording import choice

TILES = (
    Figure.RESPONSE, Figure.RESOLUTION, Figure.SATISFACTION, Figure.ON_TIME, Figure.SOLVED_ONCE, Figure.FIRST_OWNER,
    Figure.UNPROMPTED, Figure.PROMISES_KEPT, Figure.REPEAT_COMPLAINANTS, Figure.RETURN_HOPS, Figure.RECEIVED,
    Figure.OPENED, Figure.CLOSED,
)  # fmt: skip
"""The figures that stand on tiles; the others are times and stand in the chart of stages."""
LESS_IS_BETTER = frozenset({Figure.REPEAT_COMPLAINANTS, Figure.RETURN_HOPS})
NEITHER = frozenset({Figure.RECEIVED, Figure.OPENED, Figure.CLOSED})
"""Of these more is neither better nor worse."""
BY_NAMES: dict[By, str] = {
    By.SQUAD: N_("By squad"), By.OFFICER: N_("By officer"), By.WORKSTATION: N_("By workstation"),
    By.MATTER: N_("By matter"), By.DOMAIN: N_("By domain"), By.CHANNEL: N_("By channel"), By.TOWN: N_("By town"),
    By.HOUR: N_("By hour"), By.WEEKDAY: N_("By weekday"), By.MONTH: N_("By month"),
}  # fmt: skip
OUTCOMES: dict[Outcome, str] = {
    Outcome.IN_HAND: N_("in hand"), Outcome.ANSWERED: N_("answered at once"), Outcome.DECLINED: N_("declined"),
    Outcome.CONFIRMED: N_("confirmed solved"), Outcome.DISPUTED: N_("disputed"),
    Outcome.UNREACHABLE: N_("not reached"), Outcome.CLOSED: N_("closed without a visit"),
    Outcome.CANCELLED: N_("no case after all"),
}  # fmt: skip
_EMPTY: dict[Figure, str] = {
    Figure.RESPONSE: N_("No first contact fell due."),
    Figure.RESOLUTION: N_("Nobody was reached."),
    Figure.SATISFACTION: N_("Nobody gave a rating."),
    Figure.ON_TIME: N_("No case fell due."),
    Figure.SOLVED_ONCE: N_("No case was closed."),
    Figure.FIRST_OWNER: N_("No case was closed."),
    Figure.UNPROMPTED: N_("No case was opened."),
    Figure.PROMISES_KEPT: N_("No promise fell due."),
    Figure.REPEAT_COMPLAINANTS: N_("Nobody known complained."),
    Figure.RETURN_HOPS: N_("No case was sent."),
    Figure.RECEIVED: N_("No complaint arrived."),
    Figure.OPENED: N_("No case was opened."),
    Figure.CLOSED: N_("No case was closed."),
}
_KINDS: dict[By, type[Record]] = {
    By.SQUAD: Squad, By.TOWN: Squad, By.OFFICER: Person, By.WORKSTATION: Workstation, By.MATTER: Matter,
}  # fmt: skip


def measure_of(figure: Figure) -> Measure:
    """In what a figure is said."""
    return Measure(str(DEFINITIONS[figure].unit))


def value_of(figure: Figure, answer: Answer) -> float | None:
    """The one number of a figure: a share, a mean, a count, the median in seconds; None where n is 0."""
    if isinstance(answer, Times):
        return None if answer.median_s is None else float(answer.median_s)
    return float(answer.n) if DEFINITIONS[figure].unit is Unit.COUNT else answer.of_one


def said(figure: Figure, answer: Answer) -> str:
    """The value in words; a dash where there is none."""
    return measure_of(figure).said(value_of(figure, answer))


def point(figure: Figure, answer: Answer, key: str | None, name: str) -> Point:
    """A figure as the charts take it; the band of times reaches to where nine of ten lie."""
    value = value_of(figure, answer)
    if isinstance(answer, Times):
        high = None if answer.p90_s is None else float(answer.p90_s)
        return Point(key, name, value, None, high, answer.n)
    return Point(key, name, value, answer.low, answer.high, answer.n)


def span(figure: Figure, answer: Answer) -> str:
    """The 95 % interval of a share, or up to where nine of ten times lie; empty where there is neither."""
    if isinstance(answer, Times):
        return "" if answer.p90_s is None else measure_of(figure).said(float(answer.p90_s))
    if answer.low is None or answer.high is None:
        return ""
    return f"{answer.low * 100:.1f} – {answer.high * 100:.1f} %"


def why_empty(figure: Figure, answer: Answer) -> str:
    """Why there is no value; empty where there is one."""
    if answer.n:
        return ""
    if answer.left_out:
        return _("All {n} are left out.", n=answer.left_out)
    return _(_EMPTY.get(figure, N_("Nothing was measured.")))


@dataclass(frozen=True, slots=True)
class Change:
    """How a value stands to that of the period before: the words, and their tone."""

    words: str
    tone: str = "quiet"


def change(figure: Figure, answer: Answer, before: Answer | None) -> Change:
    """What has changed. It has a tone only where the two intervals do not meet: else it may be chance."""
    now, then = value_of(figure, answer), value_of(figure, before) if before is not None else None
    if before is None or now is None:
        return Change("")
    if then is None:
        return Change(_("before: nothing to count"))
    words = _("before: {value}", value=said(figure, before))
    if now == then:
        return Change(f"= {words}")
    return Change(f"{'▲' if now > then else '▼'} {_difference(figure, now, then)} · {words}",
                  _tone(figure, answer, before))  # fmt: skip


def _difference(figure: Figure, now: float, then: float) -> str:
    if DEFINITIONS[figure].unit is Unit.SHARE:
        return _("{n} points", n=f"{abs(now - then) * 100:.1f}")
    return measure_of(figure).said(abs(now - then))


def _tone(figure: Figure, answer: Answer, before: Answer) -> str:
    if isinstance(answer, Times) or isinstance(before, Times):
        return "quiet"
    ends = (answer.low, answer.high, before.low, before.high)
    if figure in NEITHER or any(end is None for end in ends):
        return "quiet"
    low, high, low_before, high_before = (end or 0.0 for end in ends)
    if low <= high_before and low_before <= high:
        return "quiet"
    return "ok" if (low > high_before) != (figure in LESS_IS_BETTER) else "late"


class Keys:
    """What the keys of figures told apart are called, with the names the picture knows."""

    def __init__(self, picture: Picture) -> None:
        self._picture = picture

    def name(self, by: By, key: str | None) -> str:
        """The words for a key; None is what the record says nothing of."""
        if key is None:
            return _("(none)")
        if by in _KINDS:
            known = self._picture.get(_KINDS[by], key)
            return str(getattr(known, "name", "")) or "?"
        return self._of_time(by, key) if by not in {By.DOMAIN, By.CHANNEL} else self._word(by, key)

    def _word(self, by: By, key: str) -> str:
        if by is By.CHANNEL:
            return choice(key)
        known = (one.name for one in self._picture.of(MatterDomain).values() if one.code == key)
        return next(known, key)

    @staticmethod
    def _of_time(by: By, key: str) -> str:
        match by:
            case By.HOUR:
                return f"{int(key):02d}:00"
            case By.WEEKDAY:
                return weekdays()[int(key)]
            case By.DAY:
                return f"{dt.date.fromisoformat(key):%m-%d}"
            case By.WEEK:
                return _("{day} on", day=f"{dt.date.fromisoformat(key):%m-%d}")
            case _:
                return key
