"""The clocks of a case on the way to its squad: those that run, and those that would start with a dispatch now."""

import datetime as dt
from dataclasses import dataclass

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.limits import Limit
from commandcenter.domain.matters import Matter
from commandcenter.domain.timing import Timed, clocks_of, running
from commandcenter.i18n import N_, _
from commandcenter.live.picture import Picture
from ui.widgets.facts import Fact
from ui.wording import Running, moment

CAPTIONS = {
    "dispatch": N_("Dispatch limit"),
    "accept": N_("Acceptance limit"),
    "contact": N_("First contact"),
    "resolve": N_("Resolution"),
}


@dataclass(frozen=True, slots=True)
class ShownClock:
    """One clock as the head of the case shows it. ``running`` None: it would start with a dispatch now."""

    name: str
    limit: Limit
    due_at: dt.datetime
    running: Running | None
    lines: tuple[str, ...]
    """How the moment comes about."""


def waiting(case: Case, lead: Assignment | None) -> Running | None:
    """The clock the list is ordered by: until dispatch; for a case under way, until its squad accepts it."""
    held = running(case) or (running(lead) if lead is not None else [])
    timed = next((t for t in held if t.clock.name in {"dispatch", "accept"}), None)
    return _running(timed) if timed is not None else None


def shown(case: Case, picture: Picture, now: dt.datetime) -> list[ShownClock]:
    """The clocks to be shown for a case: dispatch or acceptance, first contact, resolution."""
    lead = picture.lead_of(case)
    if case.state == CaseState.OPEN or lead is None:
        previews = [_preview(name, case, picture, now) for name in ("contact", "resolve")]
        return [*(_held(t, picture, now) for t in running(case)), *previews]
    return [_held(t, picture, now) for t in clocks_of(lead) if t.running]


def _running(timed: Timed) -> Running:
    return Running(timed.started_at, timed.due_at, timed.standing_still)


def _held(timed: Timed, picture: Picture, now: dt.datetime) -> ShownClock:
    limit = Limit.parse(str(getattr(timed.record, f"{timed.clock.name}_limit")))
    lines = tuple(timed.explain(picture.rules, now))
    return ShownClock(timed.clock.name, limit, timed.due_at, _running(timed), lines)


def _preview(name: str, case: Case, picture: Picture, now: dt.datetime) -> ShownClock:
    matter = picture.get(Matter, case.matter_id)
    own = matter.resolve_limit if matter is not None and name == "resolve" else ""
    limit = picture.rules.limit(name, case.urgency, own)
    found = picture.rules.due(now, limit)
    return ShownClock(name, limit, found.due_at, None, (_("If it is sent now:"), *found.explain()))


def fact(clock: ShownClock, now: dt.datetime) -> Fact:
    """The clock as a fact on the screen, with the way to "why"."""
    caption, limit, why = _(CAPTIONS[clock.name]), clock.limit.words(), _("why")
    if clock.name in {"dispatch", "accept"}:
        return Fact(caption, clock=clock.running, note=limit, link=why, name=clock.name)
    by = _("by {moment}", moment=moment(clock.due_at, now))
    note = clock.running.words(now) if clock.running is not None else limit
    return Fact(caption, by, note, link=why, name=clock.name)
