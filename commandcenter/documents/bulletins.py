"""What a bulletin 通报 says: the figures of a period beside those of the one before, told apart, and along time."""

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.documents.periods import Every, Period
from commandcenter.domain.matters import Matter
from commandcenter.domain.units import District, Squad
from commandcenter.domain.wording import WORDS, word
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _
from commandcenter.queries.figures import CLOCKS, SHARES, Answer, By, Figure, Sought, by, one, series

Progress = Callable[[float], bool]
"""Is told how much is done, 0 to 1, and says whether to go on."""

OF_SQUADS = (Figure.RESPONSE, Figure.ON_TIME, Figure.RESOLUTION, Figure.SATISFACTION, Figure.RESOLVING)
"""What each squad is compared by."""
ALONG_TIME = (Figure.RECEIVED, Figure.OPENED, Figure.CLOSED)
MOST_LINES = 10
"""Of matters the most frequent are told; the others together."""


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of the period, and of the one before."""

    figure: Figure
    now: Answer
    before: Answer


@dataclass(frozen=True, slots=True)
class OfSquad:
    """The figures of one squad; ``name`` None is what is with no squad."""

    name: str | None
    answers: dict[Figure, Answer]


@dataclass(frozen=True, slots=True)
class Counted:
    """So many of one kind."""

    name: str
    n: int


@dataclass(frozen=True, slots=True)
class Bulletin:
    """Everything a bulletin says, before it is put on paper or into a workbook."""

    period: Period
    issuer: str
    made_at: dt.datetime
    """In the district's zone."""
    until_now: bool
    """The period has not ended: what lies ahead is not in it."""
    shares: tuple[Compared, ...]
    clocks: tuple[Compared, ...]
    squads: tuple[OfSquad, ...]
    steps: tuple[str, ...]
    """The days of the period, or the hours of the day."""
    along: dict[Figure, tuple[int | None, ...]]
    """How many at each step; None for one that has not begun."""
    channels: tuple[Counted, ...]
    matters: tuple[Counted, ...]


def gather(session: Session, period: Period, now: dt.datetime, told: Progress = lambda _share: True) -> Bulletin:
    """Ask for everything a bulletin says. Refused where ``told`` says not to go on, or there is no district yet."""
    district = session.scalars(select(District)).first()
    if district is None:
        raise Refused(N_("There is no district in this database yet."))
    zone = ZoneInfo(district.timezone)
    sought, before = _sought(period, zone, now), _sought(period.before, zone, now)
    steps = len(SHARES) + len(CLOCKS) + len(OF_SQUADS) + len(ALONG_TIME) + 2
    done = 0

    def step() -> None:
        nonlocal done
        done += 1
        if not told(done / steps):
            raise Refused(N_("The bulletin was called off. Nothing was written."))

    def compared(figure: Figure) -> Compared:
        found = Compared(figure, one(session, sought, figure), one(session, before, figure))
        step()
        return found

    shares = tuple(compared(figure) for figure in SHARES)
    clocks = tuple(compared(figure) for figure in CLOCKS)
    squads = _squads(session, sought, step)
    along = {}
    for figure in ALONG_TIME:
        along[figure] = _begun(_along(session, sought, period, figure), period, now.astimezone(zone))
        step()
    channels = _counted(session, sought, By.CHANNEL, _channel)
    step()
    names = {matter.id: matter.name for matter in session.scalars(select(Matter))}
    matters = _counted(session, sought, By.MATTER, lambda key: names.get(key, "?"))
    step()
    return Bulletin(
        period=period, issuer=district.centre, made_at=now.astimezone(zone), until_now=sought.until_at > now,
        shares=shares, clocks=clocks, squads=squads, steps=_steps(period), along=along, channels=channels,
        matters=_fewer(matters),
    )  # fmt: skip


def _sought(period: Period, zone: ZoneInfo, now: dt.datetime) -> Sought:
    since_at, until_at = period.moments(zone)
    return Sought(since_at, until_at, now_at=now)


def _squads(session: Session, sought: Sought, step: Callable[[], None]) -> tuple[OfSquad, ...]:
    found: dict[str | None, dict[Figure, Answer]] = {}
    for figure in OF_SQUADS:
        for key, answer in by(session, sought, figure, By.SQUAD):
            found.setdefault(key, {})[figure] = answer
        step()
    known = session.scalars(select(Squad).order_by(Squad.code)).all()
    named = [OfSquad(squad.name, found[squad.id]) for squad in known if squad.id in found]
    return (*named, *([OfSquad(None, found[None])] if None in found else []))


def _along(session: Session, sought: Sought, period: Period, figure: Figure) -> tuple[int, ...]:
    if period.every is Every.DAILY:
        hours = {int(key or 0): answer for key, answer in by(session, sought, figure, By.HOUR)}
        return tuple(hours[hour].n if hour in hours else 0 for hour in range(24))
    return tuple(answer.n for _day, answer in series(session, sought, figure, By.DAY))


def _begun(counts: tuple[int, ...], period: Period, now: dt.datetime) -> tuple[int | None, ...]:
    """What lies ahead is not nothing."""
    passed = now.replace(tzinfo=None) - dt.datetime.combine(period.first, dt.time())
    step = dt.timedelta(hours=1) if period.every is Every.DAILY else dt.timedelta(days=1)
    return tuple(n if at * step <= passed else None for at, n in enumerate(counts))


def _steps(period: Period) -> tuple[str, ...]:
    if period.every is Every.DAILY:
        return tuple(f"{hour:02}" for hour in range(24))
    days = (period.until - period.first).days
    return tuple(f"{period.first + dt.timedelta(days=n):%m-%d}" for n in range(days))


def _counted(session: Session, sought: Sought, apart: By, name: Callable[[str], str]) -> tuple[Counted, ...]:
    return tuple(
        Counted(name(key) if key is not None else _("not said"), answer.n)
        for key, answer in by(session, sought, Figure.RECEIVED, apart) if answer.n
    )  # fmt: skip


def _channel(key: str) -> str:
    return word(key).capitalize() if key in WORDS else key


def _fewer(counted: Sequence[Counted]) -> tuple[Counted, ...]:
    if len(counted) <= MOST_LINES:
        return tuple(counted)
    rest = counted[MOST_LINES:]
    others = Counted(_("{n} other matters", n=len(rest)), sum(line.n for line in rest))
    return (*counted[:MOST_LINES], others)
