"""What may be asked of the figures: which time, whose, and by what they are told apart."""

import datetime as dt
from dataclasses import dataclass
from enum import StrEnum

from commandcenter import clock
from commandcenter.domain.record import Key


class By(StrEnum):
    """What figures are told apart by.

    ``squad`` and ``officer`` are those who handle it: the lead of the case's present round; of a clock of squads whose
    clock it is; of a promise whoever gave it. ``town`` is the township squad in whose area the place lies. ``domain``
    is the code of the matter's domain as it is now. Times are local, of the moment by which the figure is counted.
    """

    SQUAD = "squad"
    OFFICER = "officer"
    WORKSTATION = "workstation"
    MATTER = "matter"
    DOMAIN = "domain"
    CHANNEL = "channel"
    TOWN = "town"
    HOUR = "hour"
    WEEKDAY = "weekday"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


KEYED = (By.SQUAD, By.OFFICER, By.WORKSTATION, By.MATTER, By.DOMAIN, By.CHANNEL, By.TOWN)
"""What a record itself says; the others are of time."""
SUMMED_BY = (By.SQUAD, By.DOMAIN, By.CHANNEL, By.TOWN, By.HOUR)
"""Of what there are few: by these the sums of a day are kept. Sums by officer or matter would take more room than all
that is counted, and are made of that."""
OF_DAYS = (By.WEEKDAY, By.DAY, By.WEEK, By.MONTH)


@dataclass(frozen=True, slots=True)
class Sought:
    """A period, aware UTC, from ``since_at`` up to but without ``until_at``, and whose; what is None does not narrow.

    What lies ahead of ``now_at`` (None: the present) is never counted.
    """

    since_at: dt.datetime
    until_at: dt.datetime
    squad_id: Key | None = None
    officer_id: Key | None = None
    workstation_id: Key | None = None
    matter_id: Key | None = None
    domain: str | None = None
    channel: str | None = None
    town_id: Key | None = None
    now_at: dt.datetime | None = None

    @property
    def ended_at(self) -> dt.datetime:
        """The end of the period, or the present where that is yet to come."""
        return min(self.until_at, self.now_at or clock.now())

    @property
    def narrowed(self) -> dict[By, str]:
        """What narrows, by what it narrows."""
        said = (self.squad_id, self.officer_id, self.workstation_id, self.matter_id, self.domain, self.channel,
                self.town_id)  # fmt: skip
        return {by: key for by, key in zip(KEYED, said, strict=True) if key is not None}


def folded(day: dt.date, by: By) -> str:
    """The key of a local day: itself, its Monday, its month ``2026-11``, or its weekday (0 is Monday)."""
    match by:
        case By.WEEKDAY:
            return str(day.weekday())
        case By.WEEK:
            return (day - dt.timedelta(days=day.weekday())).isoformat()
        case By.MONTH:
            return f"{day:%Y-%m}"
        case _:
            return day.isoformat()
