"""What there is to say of a thing on the map: pure functions from the picture, no widgets."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person, Role
from commandcenter.domain.record import Key, Record
from commandcenter.domain.timing import most_pressing
from commandcenter.domain.units import Squad, Workstation
from commandcenter.domain.wording import word
from commandcenter.i18n import _, ngettext
from commandcenter.live.loads import Load, loads
from commandcenter.live.picture import Picture
from ui.map import standing
from ui.wording import PRESSING_TONES, Running, moment, name_of

Line = tuple[str, str, str]
"""Caption, value and tone."""


@dataclass(frozen=True, slots=True)
class Details:
    """Title, a state or urgency for the badge, lines, and the cases that belong to it (None: it is a case)."""

    title: str
    subtitle: str
    badge: str
    lines: tuple[Line, ...]
    cases: frozenset[Key] | None = None


def details(record: Record, picture: Picture, now: dt.datetime) -> Details | None:
    """What to show for a record; None for one that does not stand on maps."""
    match record:
        case Case():
            return of_case(record, picture, now)
        case Squad():
            return of_squad(record, picture, now)
        case Person():
            return of_officer(record, picture, now)
        case Workstation():
            return of_workstation(record, picture)
    return None


def clock_of(case: Case, picture: Picture) -> Running | None:
    """The clock of a case that is due first."""
    timed = most_pressing(standing.clocks_of(case, picture.lead_of(case)))
    return Running(timed.started_at, timed.due_at) if timed is not None else None


def squad_of(case: Case, picture: Picture) -> Squad | None:
    """The squad that has the case; before dispatch the one whose area it lies in."""
    lead = picture.lead_of(case)
    return picture.get(Squad, lead.squad_id if lead is not None and not lead.over else case.squad_id)


def of_case(case: Case, picture: Picture, now: dt.datetime) -> Details:
    """A case: state, clock, who has it."""
    lead = picture.lead_of(case)
    squad = squad_of(case, picture)
    running, lines = clock_of(case, picture), list[Line]()
    lines.append((_("State"), _capital(word(case.state)), ""))
    if running is not None:
        lines.append((_("Time left"), running.text(now), running.tone(now)))
    lines += [
        (_("Matter"), name_of(picture, Matter, case.matter_id, "–"), ""),
        (_("Place"), case.place_words or "–", ""),
        (_("Squad"), squad.name if squad is not None else _("outside every area"), ""),
        (_("Officer"), name_of(picture, Person, lead.officer_id if lead else None, _("nobody yet")), ""),
        (_("Complaints"), str(case.complaints), ""),
        (_("Opened"), moment(case.opened_at, now), ""),
    ]
    return Details(case.title, case.number, case.urgency, tuple(lines))


def _in_hand(load: Load) -> str:
    if not load.known:
        return _("its open work is still being read")
    late = _("▲ {n} late", n=load.late) if load.late else _("◆ {n} nearly late", n=load.soon) if load.soon else ""
    said = _("{n} open", n=load.open)
    return f"{said} · {late}" if late else said


def of_squad(squad: Squad, picture: Picture, now: dt.datetime) -> Details:
    """A squad: what it has in hand, who is on duty."""
    load = loads(picture, now).get(squad.id)
    own = [p for p in picture.of(Person).values() if p.squad_id == squad.id and not p.disabled]
    captain = next((p.name for p in own if p.has(Role.CAPTAIN)), "–")
    duty = [p for p in own if p.on_duty]
    seen = sum(1 for p in duty if p.id in picture.fixes)
    lines: list[Line] = [(_("Captain"), captain, "")]
    if load is not None:
        tone = PRESSING_TONES[load.pressing] if load.known and (load.late or load.soon) else ""
        lines.append((_("In hand"), _in_hand(load), tone))
    lines.append((_("On duty"), _("{n} of {all}, {seen} on the map", n=len(duty), all=len(own), seen=seen), ""))
    reached = ((_("Office"), squad.address), (_("Phone"), squad.phone))
    lines += [(caption, value, "") for caption, value in reached if value]
    cases = frozenset(c.id for c in picture.of(Case).values() if _leads(c, squad, picture))
    return Details(squad.name, word(squad.tier), "", tuple(lines), cases)


def _leads(case: Case, squad: Squad, picture: Picture) -> bool:
    return any(a.squad_id == squad.id and not a.over for a in picture.assignments_of(case.id))


def of_officer(person: Person, picture: Picture, now: dt.datetime) -> Details:
    """An officer: what they hold, how old their position is."""
    fix = picture.fixes.get(person.id)
    held = held_by(person, picture)
    age = standing.age_words(fix, now) if fix is not None else _("no position known")
    lines: list[Line] = [
        (_("Squad"), name_of(picture, Squad, person.squad_id, "–"), ""),
        (_("Duty"), _("on duty") if person.on_duty else _("off duty"), ""),
        (_("Position"), age, "late" if fix is not None and standing.is_stale(fix, now) else ""),
        (_("Holds"), ngettext("{n} case", "{n} cases", len(held)), ""),
    ]
    if fix is not None and fix.accuracy is not None:
        lines.insert(3, (_("Accuracy"), _("{n} m", n=round(fix.accuracy)), ""))
    roles = " · ".join(word(role) for role in person.roles)
    return Details(person.name, " ".join(part for part in (roles, person.badge) if part), "", tuple(lines),
                   frozenset(a.case_id for a in held))  # fmt: skip


def held_by(person: Person, picture: Picture) -> Sequence[Assignment]:
    """What an officer is responsible for."""
    return [a for a in picture.of(Assignment).values() if a.officer_id == person.id and not a.over]


def of_workstation(station: Workstation, picture: Picture) -> Details:
    """A workstation: its estate, its squad, its keepers, the open cases in it."""
    keepers = [p.name for p in picture.of(Person).values() if p.workstation_id == station.id and not p.disabled]
    lines: list[Line] = [
        (_("Estate"), station.estate or "–", ""),
        (_("Squad"), name_of(picture, Squad, station.squad_id, "–"), ""),
        (_("Keeper"), "、".join(keepers) or "–", ""),
    ]
    cases = frozenset(c.id for c in picture.of(Case).values() if c.workstation_id == station.id)
    return Details(station.name, station.code, "", tuple(lines), cases)


def _capital(said: str) -> str:
    return said[:1].upper() + said[1:]
