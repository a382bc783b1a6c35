"""What each figure means, in words: the one place that says how it comes about and what is left out.

The same is said for the database in :mod:`commandcenter.queries.figures.shares` and
:mod:`commandcenter.queries.figures.clocks`. Figures are those of the domain's section 6.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType

from commandcenter.i18n import N_

REPEATED_WITHIN_DAYS = 90
"""Who complains again within so many days is a repeat complainant; as long as duplicates are looked for."""
QUIET_DAYS = 30
"""How long nobody may complain of the same again, for a case to be solved once."""
QUIET_METRES = 100
PLEASED = 4
"""From so many of five on, a complainant counts as satisfied."""


class Figure(StrEnum):
    """One figure."""

    RESPONSE = "response"
    RESOLUTION = "resolution"
    SATISFACTION = "satisfaction"
    ON_TIME = "on_time"
    SOLVED_ONCE = "solved_once"
    FIRST_OWNER = "first_owner"
    UNPROMPTED = "unprompted"
    PROMISES_KEPT = "promises_kept"
    REPEAT_COMPLAINANTS = "repeat_complainants"
    RETURN_HOPS = "return_hops"
    RECEIVED = "received"
    OPENED = "opened"
    CLOSED = "closed"
    RECEIVING = "receiving"
    DISPATCHING = "dispatching"
    ACCEPTING = "accepting"
    CONTACTING = "contacting"
    RESOLVING = "resolving"
    RETURNING = "returning"
    VISITING = "visiting"
    KEEPING = "keeping"
    WHOLE = "whole"


class Unit(StrEnum):
    """What a figure is measured in."""

    SHARE = "share"
    """A part of n, with its interval."""
    MEAN = "mean"
    """So many for each of n."""
    COUNT = "count"
    SECONDS = "seconds"
    """Median and P90 of n times."""


@dataclass(frozen=True, slots=True)
class Definition:
    """A figure in words. ``title``, ``formula`` and ``left_out`` are messages, to be translated where shown."""

    title: str
    formula: str
    left_out: str
    unit: Unit = Unit.SHARE


_HISTORIC = N_("Brought in from an archive: no clock of ours ever ran on it.")
_ELSEWHERE = N_("Nothing; what is brought in from an archive counts with its real times.")


def _clock(title: str, formula: str, left_out: str) -> Definition:
    return Definition(title, formula, left_out, Unit.SECONDS)


DEFINITIONS: Mapping[Figure, Definition] = MappingProxyType({
    Figure.RESPONSE: Definition(
        N_("Response rate"),
        N_("Complaints whose complainant was reached within the first-contact limit ÷ complaints that were reached in"
           " time or whose limit has passed. Counted when they were reached, or when the limit passed."),
        N_("Complaints that came to their case when its limit had passed already; those of suspended work; those"
           " answered or declined at once, and those of the archive, which have no such limit.")),
    Figure.RESOLUTION: Definition(
        N_("Resolution rate"),
        N_("Complaints confirmed solved ÷ complaints visited and reached. Counted at the last visit."),
        N_("Complainants who could not be reached in all tries; those who are to be visited again.")),
    Figure.SATISFACTION: Definition(
        N_("Satisfaction"),
        N_("Complaints rated 4 or 5 ÷ complaints rated. Counted at the last visit."),
        N_("Complainants who were not reached, or gave no rating; those who are to be visited again.")),
    Figure.ON_TIME: Definition(
        N_("On-time closing"),
        N_("Cases resolved by their limit ÷ cases that fell due. A case done again is judged by its last round."
           " Counted when it fell due."),
        N_("Suspended, cancelled and merged cases; those of the archive, which have no such limit.")),
    Figure.SOLVED_ONCE: Definition(
        N_("Solved once"),
        N_("Cases closed with no redo, no reopening, and no new complaint of the same matter within 100 m in the 30"
           " days after ÷ cases closed. Counted when closed; what comes later corrects that day."),
        N_("Cases of the archive, which were never done here. A case without a matter or a point is judged by redo and"
           " reopening alone; declined complaints and those of sealed cases do not speak against it.")),
    Figure.FIRST_OWNER: Definition(
        N_("First-owner rate"),
        N_("Complaints that the operator who first took them still owned when their case was closed ÷ complaints of"
           " cases closed. Counted when closed."),
        N_("Complaints of the archive; those answered or declined at once never had another owner and are not here.")),
    Figure.UNPROMPTED: Definition(
        N_("Found unprompted"),
        N_("Cases found by workstations or patrol ÷ all cases. Counted when opened."),
        N_("Cancelled and merged cases; those of the archive, which holds complaints alone.")),
    Figure.PROMISES_KEPT: Definition(
        N_("Promises kept"),
        N_("Promises kept by their moment ÷ promises due. Counted when due."),
        N_("Promises withdrawn because their case turned out to be none, or ended.")),
    Figure.REPEAT_COMPLAINANTS: Definition(
        N_("Repeat complainants"),
        N_("Complaints whose complainant had complained in the 90 days before ÷ complaints whose complainant is"
           " known. Counted when they arrived."),
        N_("Anonymous complaints. Those of sealed cases are not looked back to.")),
    Figure.RETURN_HOPS: Definition(
        N_("Return hops"),
        N_("How often squads returned cases ÷ cases sent to a squad. Counted when the case was opened."),
        N_("Cases that were not sent yet; cancelled and merged ones; those of the archive."), Unit.MEAN),
    Figure.RECEIVED: Definition(
        N_("Complaints"), N_("Complaints that arrived."), _ELSEWHERE, Unit.COUNT),
    Figure.OPENED: Definition(
        N_("Cases opened"), N_("Cases that were opened, by complaint or by ourselves."),
        N_("Cancelled and merged cases."), Unit.COUNT),
    Figure.CLOSED: Definition(
        N_("Cases closed"), N_("Cases that were closed and are closed still."), _ELSEWHERE, Unit.COUNT),
    Figure.RECEIVING: _clock(
        N_("Time to settle"), N_("From coming into the house to linked, answered or declined. Counted when settled."),
        _HISTORIC),
    Figure.DISPATCHING: _clock(
        N_("Time to dispatch"),
        N_("From waiting for dispatch to the lead squad being sent. Counted when sent."),
        N_("Rounds done again, which go back to the squad that had them; the archive.")),
    Figure.ACCEPTING: _clock(
        N_("Time to accept"), N_("From being sent, or being bound to keep it, to acceptance by the squad, lead or"
                                 " assisting. Counted when accepted."), _HISTORIC),
    Figure.CONTACTING: _clock(
        N_("Time to first contact"), N_("From being sent to the squad's first contact that reached somebody. Counted"
                                        " when reached."), _HISTORIC),
    Figure.RESOLVING: _clock(
        N_("Time to resolve"), N_("From being sent to resolved, suspensions included, for every squad, lead or"
                                  " assisting. Counted when resolved."), _HISTORIC),
    Figure.RETURNING: _clock(
        N_("Time to ask for return"), N_("From being sent to the squad asking to return it. Counted when asked."),
        _HISTORIC),
    Figure.VISITING: _clock(
        N_("Time to return visit"), N_("From sign-off to the return visit that was the last. Counted when visited."),
        N_("Those who are to be visited again; the archive.")),
    Figure.KEEPING: _clock(
        N_("Time to keep a promise"), N_("From the promise to its being kept. Counted when kept."),
        N_("Promises that are open, broken or withdrawn.")),
    Figure.WHOLE: _clock(
        N_("Time from opening to closing"),
        N_("From the opening of a case to its closing; of the archive from arrival to answer. Counted when closed."),
        N_("Nothing; nights and holidays count as they go by.")),
})  # fmt: skip

SHARES = tuple(figure for figure, said in DEFINITIONS.items() if said.unit is not Unit.SECONDS)
CLOCKS = tuple(figure for figure, said in DEFINITIONS.items() if said.unit is Unit.SECONDS)
