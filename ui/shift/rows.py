"""What the lists of the shift show, row by row: who is here, the roster, what is asked, and what is handed over."""

import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from commandcenter.domain.attendance import Attendance
from commandcenter.domain.handover import COUNTED, HandoverState, Part
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import restored, spoken_day
from commandcenter.domain.shifts import AskState, Leave, RosterEntry, Swap
from commandcenter.domain.units import Squad
from commandcenter.i18n import N_, _
from commandcenter.queries.shifts import Board, Roll, Standing, State, Told, ToldBrief, standings
from ui.room import Room
from ui.wording import choice, local, moment, name_of


class View(StrEnum):
    """The lists of the page."""

    NOW = "now"
    ROSTER = "roster"
    ASKED = "asked"
    HANDOVER = "handover"
    LOAD = "load"


TITLES = {View.NOW: N_("On now"), View.ROSTER: N_("Roster"), View.ASKED: N_("Asked"), View.HANDOVER: N_("Handover"),
          View.LOAD: N_("Load")}  # fmt: skip
TIPS = {
    View.NOW: N_("Who is here, who should be, and who comes next"), View.ROSTER: N_("Who is on which shift"),
    View.ASKED: N_("Leave, swaps, and places to look into"), View.HANDOVER: N_("The brief, and who signed it"),
    View.LOAD: N_("Who has borne how much in the last weeks, and how fairly that is shared"),
}  # fmt: skip

STATES: dict[State, tuple[str, str, str]] = {
    State.MISSING: (N_("Should be here"), N_("not here"), "urgent"),
    State.HERE: (N_("Here"), N_("here"), "ok"),
    State.UNROSTERED: (N_("Here without being rostered"), N_("here"), "ok"),
    State.ON_DUTY: (N_("On duty, not clocked in"), N_("on duty"), "late"),
    State.LEAVE: (N_("On leave"), N_("on leave"), "quiet"),
    State.NEXT: (N_("Come next"), N_("next"), "quiet"),
}
"""The groups of those who are on now, in their order: heading, badge and tone."""
PARTS: dict[Part, str] = {
    Part.PROMISES: N_("Open promises"), Part.DEADLINES: N_("Late, or due before long"),
    Part.ANGRY: N_("Angry callers"), Part.ABSENT: N_("Absent"),
}  # fmt: skip
WHY: dict[str, str] = {
    "promise": N_("promise"), "accept": N_("accept"), "contact": N_("first contact"), "resolve": N_("resolve"),
    "dispatch": N_("dispatch"), "visit": N_("return visit"), "disputed": N_("disputed"),
    "dissatisfied": N_("dissatisfied"), "words": N_("strong words"), "repeat": N_("again and again"),
    "missing": N_("not here"), "leave": N_("on leave"), "off_duty": N_("off duty"),
}  # fmt: skip
_TONES = {"disputed": "urgent", "dissatisfied": "urgent", "words": "late", "repeat": "late", "missing": "urgent"}
_MEANWHILE = {"come": N_("New since the first signature"), "gone": N_("Settled since the first signature")}


@dataclass(frozen=True, slots=True)
class Row:
    """One row: where it stands, what it says, and what it is about."""

    id: str
    group: str
    place: tuple[Any, ...]
    title: str
    about: str = ""
    badge: str = ""
    tone: str = "quiet"
    of: Any = None
    """The record, or the standing or item, behind it."""
    details: tuple[str, ...] = ()


class Rows:
    """Makes the rows of a view for whoever looks."""

    def __init__(self, room: Room) -> None:
        self._room = room
        self.headings: dict[str, str] = {}
        """What the groups made last are called, by their ids."""
        self.remarks: dict[str, str] = {}
        """What is said beside that of some of them."""

    def of(self, view: View, found: Board, brief: ToldBrief | None) -> dict[str, Row]:
        """The rows of a view, by id."""
        self.headings, self.remarks = {}, {}
        made: dict[View, Any] = {
            View.NOW: lambda: self._now(found), View.ROSTER: lambda: self._roster(found),
            View.ASKED: lambda: self._asked(found), View.HANDOVER: lambda: self._handover(found, brief),
            View.LOAD: lambda: iter(()),
        }  # fmt: skip
        return {row.id: row for row in made[view]()}

    def _group(self, name: str, heading: str) -> str:
        self.headings[name] = heading
        return name

    def name(self, key: Key | None) -> str:
        """Somebody's name."""
        return name_of(self._room.picture, Person, key)

    def _unit(self, person: Person | None) -> str:
        if person is None:
            return ""
        squad = name_of(self._room.picture, Squad, person.squad_id, "")
        return squad or (choice(person.roles[0]) if person.roles else "")

    def _person(self, key: Key) -> Person | None:
        return self._room.picture.get(Person, key)

    # ------------------------------------------------------------------ who is on now

    def people(self, found: Board) -> list[Person]:
        """Whom the list is about: of the own squad, or the room and everybody who is rostered or has clocked in."""
        own, every = self._room.person.squad_id, self._room.picture.of(Person).values()
        if own is not None:
            return [p for p in every if p.squad_id == own]
        named = {e.person_id for e in found.entries} | {a.person_id for a in found.present}
        return [p for p in every if (p.squad_id is None and Right.READ_CASES in p.rights) or p.id in named]

    def _now(self, found: Board) -> Iterator[Row]:
        now = self._room.now()
        for roll in found.rolls:
            yield from self._roll(roll)
        for one in standings(found, self.people(found), now, local(now).date()):
            yield self._standing(one)

    def _standing(self, one: Standing) -> Row:
        heading, badge, tone = STATES[one.state]
        place = list(STATES).index(one.state)
        about = [self._unit(one.person)]
        if one.entry is not None:
            about.append(f"{one.entry.name} {local(one.entry.begins_at):%H:%M}–{local(one.entry.ends_at):%H:%M}")
        if one.attendance is not None:
            about.append(_("since {moment}", moment=moment(one.attendance.clocked_in_at, self._room.now())))
        if one.leave is not None:
            about.append(choice(one.leave.sort))
        doubtful = one.attendance is not None and one.attendance.doubtful
        if doubtful:
            badge, tone = N_("doubtful place"), "late"
        details = self.place(one.attendance) if one.attendance is not None else ()
        return Row(f"person:{one.person.id}", self._group(f"{place}:{one.state}", _(heading)),
                   (place, one.person.name, one.person.id), one.person.name, " · ".join(filter(None, about)), _(badge),
                   tone, one, details)  # fmt: skip

    def place(self, row: Attendance) -> tuple[str, ...]:
        """Where somebody came and went, how that was found, and what speaks against it."""
        lines = [self._where(_("Came"), row.clocked_in_at, (row.lon, row.lat, row.accuracy), row.found)]
        lines += [f"◆ {restored(said)}" for said in row.doubts]
        if row.clocked_out_at is not None:
            point = (row.out_lon, row.out_lat, row.out_accuracy)
            lines.append(self._where(_("Went"), row.clocked_out_at, point, row.out_found))
            lines += [f"◆ {restored(said)}" for said in row.out_doubts]
        if row.judgement:
            lines.append(f"{choice(row.judgement)} · {self.name(row.judged_by_id)} · {row.remark}")
        return tuple(lines)

    def _where(self, what: str, at: dt.datetime, point: tuple[float | None, ...], found: str) -> str:
        lon, lat, exact = point
        parts = [f"{what} {moment(at, self._room.now())}", choice(found) if found else ""]
        if lon is not None and lat is not None:
            parts.append(f"{lon:.5f}, {lat:.5f}")
        if exact is not None:
            parts.append(_("± {metres} m", metres=round(exact)))
        return " · ".join(part for part in parts if part)

    def _roll(self, roll: Roll) -> Iterator[Row]:
        call = roll.call
        squad = name_of(self._room.picture, Squad, call.squad_id, _("the room"))
        until = f"{local(call.ends_at):%H:%M:%S}"
        if call.closed_at is None:
            group = self._group(f"!{call.id}", _("Roll-call of {squad} until {until}", squad=squad, until=until))
        else:
            said = _("Roll-call of {squad} at {at}: {n} missing", squad=squad, at=f"{local(call.called_at):%H:%M}",
                     n=len(call.missing))  # fmt: skip
            group = self._group(f"~{call.id}", said)
        self.remarks[group] = _("{n} of {all} have answered", n=len(roll.answered()), all=len(call.expected))
        by = {answer.person_id: answer for answer in roll.answers}
        for key in call.expected:
            answer = by.get(key)
            badge, tone = (_("answered"), "ok") if answer is not None else (_("has not answered"), "urgent")
            about = self._unit(self._person(key))
            if answer is not None and answer.ticked_by_id:
                about = f"{about} · {_('ticked by {person}', person=self.name(answer.ticked_by_id))}"
            if answer is not None and answer.late:
                badge, tone = _("answered late"), "late"
            place = -1 if call.closed_at is None else len(STATES)
            yield Row(f"roll:{call.id}:{key}", group, (place, answer is not None, self.name(key)), self.name(key),
                      about, badge, tone, (roll, key))  # fmt: skip

    # ------------------------------------------------------------------ the roster

    def _roster(self, found: Board) -> Iterator[Row]:
        own = self._room.person.squad_id
        for entry in found.entries:
            person = self._person(entry.person_id)
            if own is not None and (person is None or person.squad_id != own):
                continue
            yield self._entry(entry, person, found)

    def entry_words(self, entry: RosterEntry) -> str:
        """``Tue 11-24 · 中班 16:00–24:00``."""
        ends = local(entry.ends_at)
        until = "24:00" if ends.time() == dt.time() else f"{ends:%H:%M}"
        return f"{spoken_day(entry.day)} · {entry.name} {local(entry.begins_at):%H:%M}–{until}"

    def _entry(self, entry: RosterEntry, person: Person | None, found: Board) -> Row:
        on_leave = any(leave.person_id == entry.person_id and leave.covers(entry.day)
                       and leave.state == AskState.APPROVED for leave in found.leaves)  # fmt: skip
        swap = any(entry.id in (swap.entry_id, swap.other_entry_id) for swap in found.swaps)
        badge = _("on leave") if on_leave else _("swap asked") if swap else ""
        mine = entry.person_id == self._room.person.id
        group = self._group(f"{entry.begins_at.isoformat()}:{entry.shift}", self.entry_words(entry))
        return Row(f"entry:{entry.id}", group, (entry.begins_at, self.name(entry.person_id), entry.id),
                   self.name(entry.person_id), self._unit(person), badge or (_("me") if mine else ""),
                   "late" if badge else "accent", entry)  # fmt: skip

    # ------------------------------------------------------------------ what is asked

    def _asked(self, found: Board) -> Iterator[Row]:
        for one in found.doubtful:
            said = " · ".join(str(restored(doubt)) for doubt in (*one.doubts, *one.out_doubts))
            yield Row(f"doubt:{one.id}", self._group("1", _("Places to look into")), (1, one.clocked_in_at, one.id),
                      self.name(one.person_id), said, _("doubtful place"), "late", one, self.place(one))  # fmt: skip
        for swap in found.swaps:
            yield self._swap(swap, found)
        for leave in found.leaves:
            yield self._leave(leave)

    def _leave(self, leave: Leave) -> Row:
        waits = leave.state == AskState.ASKED
        group = self._group("3" if waits else "4", _("Leave that is asked for") if waits else _("Leave that was given"))
        days = spoken_day(leave.first_day)
        if leave.last_day != leave.first_day:
            days = f"{days} – {spoken_day(leave.last_day)}"
        ruled = f"{self.name(leave.ruled_by_id)}: {leave.ruling}" if leave.ruling else ""
        return Row(f"leave:{leave.id}", group, (3 if waits else 4, leave.first_day, leave.id),
                   f"{self.name(leave.person_id)} · {days}", f"{choice(leave.sort)} · {leave.reason}",
                   choice(leave.state), "late" if waits else "ok", leave,
                   (ruled,) if ruled else ())  # fmt: skip

    def _swap(self, swap: Swap, found: Board) -> Row:
        entries = {entry.id: entry for entry in found.entries}
        mine, theirs = entries.get(swap.entry_id), entries.get(swap.other_entry_id)
        said = tuple(f"{self.name(entry.person_id)}: {self.entry_words(entry)}" for entry in (mine, theirs) if entry)
        return Row(f"swap:{swap.id}", self._group("2", _("Swaps that are asked for")), (2, swap.asked_at, swap.id),
                   f"{self.name(swap.person_id)} ⇄ {self.name(swap.other_person_id)}", " ⇄ ".join(said),
                   choice(swap.state), "late", swap, (*said, swap.reason))  # fmt: skip

    # ------------------------------------------------------------------ the handover

    def _handover(self, found: Board, brief: ToldBrief | None) -> Iterator[Row]:
        if brief is not None:
            for name, told in (("come", brief.come), ("gone", brief.gone)):
                for place, one in enumerate(told):
                    yield self._told(one, f"+{name}", self._group(f"+{name}", _(_MEANWHILE[name])), place)
            for place, one in enumerate(brief.told):
                part = list(PARTS).index(one.item.part)
                group = self._group(f"{part}", _(PARTS[one.item.part]))
                yield self._told(one, "", group, place)
        for row in found.handovers:
            if row.state == HandoverState.SIGNED:
                names = f"{self.name(row.outgoing_by_id)} → {self.name(row.incoming_by_id)}"
                said = f"{moment(row.drawn_at)} – {moment(row.signed_at)}"
                yield Row(f"handover:{row.id}", self._group("9", _("Handed over before")),
                          ("9", -row.drawn_at.timestamp()), names, said, choice(row.state), "ok", row)  # fmt: skip

    def _told(self, one: Told, extra: str, group: str, place: int) -> Row:
        item = one.item
        about = [one.number, one.words if item.part is not Part.ABSENT else ""]
        due = moment(dt.datetime.fromisoformat(item.due_at), self._room.now()) if item.due_at else ""
        if due:
            about.insert(0, _("by {moment}", moment=due))
        if item.person_id and item.part is not Part.ABSENT:
            about.append(self.name(item.person_id))
        title = self.name(item.key) if item.part is Part.ABSENT else one.title or one.words or one.number
        if one.hidden:
            title, about = _("not for you to see"), []
        if item.part is Part.ABSENT:
            about = [self._unit(self._person(item.key))]
            about += [_("holds {n} open", n=item.n)] if item.why == "off_duty" else []
        late = bool(item.due_at) and dt.datetime.fromisoformat(item.due_at) < self._room.now()
        tone = "urgent" if late else _TONES.get(item.why, "quiet")
        return Row(f"item:{extra}{item.mark}", group, (group, place), title, " · ".join(filter(None, about)),
                   _(WHY[item.why]), tone, one)  # fmt: skip


def count_words(counts: Any) -> str:
    """What changed, in one line: the numbers that are not nothing."""
    return " · ".join(f"{_(label)} {counts[name]}" for name, label in COUNTED.items() if counts.get(name))
