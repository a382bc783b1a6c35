"""Coming and going 考勤, and calling the roll 点名."""

import datetime as dt
from typing import TYPE_CHECKING

from sqlalchemy import select

from commandcenter.domain.attendance import (
    CALLING,
    PRESENT,
    Attendance,
    Found,
    Judgement,
    Position,
    RollAnswer,
    RollCall,
    Seen,
    doubts,
)
from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import RosterEntry, RosterState
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.units import Squad
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.rostering import held, must_rule, said
from commandcenter.operations.visiting import SHARED_BY, share_visits

if TYPE_CHECKING:
    from commandcenter.domain.geography import Geography

EARLY = dt.timedelta(hours=2)
"""So long before a shift somebody who comes has come for it."""


def clock_in(work: Work, position: Position) -> Key:
    """Come: on duty from now on, at that place. A place that cannot be true is kept, with why."""
    person, position = held(work, [work.actor.id])[work.actor.id], _told(work.actor, position)
    present = _present(work, person.id)
    if present is not None:
        since = work.rules.calendar.local(present.clocked_in_at)
        raise IllegalMove(N_("You have clocked in already, at {since:%H:%M} on {since:%m-%d}."), since=since)
    point, entry = position.point, _expected(work, person.id)
    row = work.add(Attendance(
        person_id=person.id, entry_id=entry.id if entry is not None else None, clocked_in_at=work.now,
        lon=point[0] if point else None, lat=point[1] if point else None, accuracy=_finite(position.accuracy),
        found=str(position.found), doubts=_doubted(work, person.id, position), out_doubts=[], out_found="",
    ))  # fmt: skip
    _duty(work, person, True)
    return row.id


def clock_out(work: Work, position: Position) -> Key:
    """Go: off duty from now on."""
    person, position = held(work, [work.actor.id])[work.actor.id], _told(work.actor, position)
    row = _present(work, person.id)
    if row is None:
        raise IllegalMove(N_("You have not clocked in."))
    point = position.point
    row.clocked_out_at = work.now
    row.out_lon, row.out_lat = point or (None, None)
    row.out_accuracy, row.out_found = _finite(position.accuracy), str(position.found)
    row.out_doubts = _doubted(work, person.id, position)
    if row.out_doubts:  # whoever looked into the coming has not seen the going
        row.judgement, row.judged_by_id, row.judged_at = "", None, None
    _duty(work, person, False)
    return row.id


def judge_attendance(work: Work, attendance: Key, believe: bool, remark: str, seen_version: int | None = None) -> Key:
    """Look into a doubtful place: believe it or not, with a remark. Never one's own."""
    row = work.get(Attendance, attendance, seen_version)
    must_rule(work, work.get(Person, row.person_id))
    if not row.doubtful:
        raise IllegalMove(N_("There is nothing doubtful left to look into."))
    row.judgement = str(Judgement.ACCEPTED if believe else Judgement.REFUSED)
    row.judged_by_id, row.judged_at, row.remark = work.actor.id, work.now, said(remark, "remark")
    return row.id


def _told(person: Person, position: Position) -> Position:
    """A station of the room is the place of who belongs to the room; a squad's people are elsewhere."""
    return Position() if position.found is Found.STATION and person.squad_id is not None else position


def _finite(accuracy: float | None) -> float | None:
    """What a column can hold; what else was told stands in the doubts."""
    return accuracy if accuracy is not None and abs(accuracy) < 1e9 else None


def _present(work: Work, person: Key) -> Attendance | None:
    return next(iter(work.all(Attendance, Attendance.person_id == person, PRESENT)), None)


def _expected(work: Work, person: Key) -> RosterEntry | None:
    """The shift somebody who comes now has come for: the one that is on, else the next one before long."""
    entry = RosterEntry
    near = work.all(entry, entry.person_id == person, entry.state == str(RosterState.PLANNED),
                    entry.begins_at <= work.now + EARLY, entry.ends_at > work.now)  # fmt: skip
    return min(near, key=lambda one: (not one.span.holds(work.now), one.begins_at), default=None)


def _duty(work: Work, person: Person, on_duty: bool) -> None:
    if person.on_duty != on_duty:
        person.on_duty = on_duty
    if SHARED_BY & work.actor.rights:
        share_visits(work)


# ---------------------------------------------------------------------- the place


def _doubted(work: Work, person: Key, position: Position) -> list[object]:
    outside = _metres_outside(work.areas(work.session), position) if position.point else None
    return [one.kept() for one in doubts(position, work.now, work.rules, _seen(work, person), outside)]


def _metres_outside(areas: "Geography", position: Position) -> float | None:
    """How far the point lies outside every area of the district; None where the district has none."""
    return None if position.point is None else areas.metres_outside(*position.point)


def _seen(work: Work, person: Key) -> Seen | None:
    """Where somebody was last: the newest position of theirs, or where they last came or went if nobody doubts it."""
    fix = work.session.scalars(
        select(Sighting).where(Sighting.person_id == person, Sighting.seen_at <= work.now)
        .order_by(Sighting.seq.desc()).limit(1)
    ).first()  # fmt: skip
    found = [Seen((fix.lon, fix.lat), fix.seen_at, fix.accuracy or 0.0)] if fix is not None else []
    last = work.session.scalars(
        select(Attendance).where(Attendance.person_id == person).order_by(Attendance.clocked_in_at.desc()).limit(1)
    ).first()
    if last is not None and last.lon is not None and last.lat is not None and not last.doubts:
        found.append(Seen((last.lon, last.lat), last.clocked_in_at, last.accuracy or 0.0))
    if last is not None and last.out_lon is not None and last.out_lat is not None and last.clocked_out_at:
        found += [] if last.out_doubts else [
            Seen((last.out_lon, last.out_lat), last.clocked_out_at, last.out_accuracy or 0.0)]
    return max(found, key=lambda one: one.at, default=None)


# ---------------------------------------------------------------------- the roll


def call_roll(work: Work, squad: Key | None = None, minutes: int | None = None) -> Key:
    """Call the roll of a squad, or of the room: everybody on duty or on shift there answers before the timer ends."""
    actor = work.actor
    if Right.ROSTER not in actor.rights or (actor.squad_id is not None and squad != actor.squad_id):
        raise NotAllowed(N_("{person} has no right to call this roll."), person=actor.name)
    minutes = work.rules.number("roll_call.minutes") if minutes is None else minutes
    if not 1 <= minutes <= 60:
        raise Incomplete(N_("A roll-call lasts from 1 to 60 minutes."), field="minutes")
    if squad is not None:
        work.get(Squad, squad)
    same = RollCall.squad_id == squad if squad is not None else RollCall.squad_id.is_(None)
    if work.all(RollCall, CALLING, same):
        raise IllegalMove(N_("The roll is being called already."))
    expected = _to_answer(work, squad)
    if not expected:
        raise IllegalMove(N_("Nobody is on duty there who could answer."))
    return work.add(RollCall(
        called_by_id=actor.id, called_at=work.now, ends_at=work.now + dt.timedelta(minutes=minutes), squad_id=squad,
        expected=expected, missing=[],
    )).id  # fmt: skip


def _to_answer(work: Work, squad: Key | None) -> list[Key]:
    own = Person.squad_id == squad if squad is not None else Person.squad_id.is_(None)
    entry = RosterEntry
    on_shift = set(work.session.scalars(select(entry.person_id).where(
        entry.state == str(RosterState.PLANNED), entry.begins_at <= work.now, entry.ends_at > work.now)))
    people = work.all(Person, own, Person.disabled.is_(False))
    return [p.id for p in people if (p.on_duty or p.id in on_shift) and p.id != work.actor.id
            and Right.READ_CASES in p.rights]  # fmt: skip


def answer_roll(work: Work, roll: Key, person: Key | None = None) -> Key:
    """Answer for oneself, or tick somebody else where one holds the roster for them. Twice is once.

    After the timer it is written down as late; who is missing stays missing.
    """
    call, who = work.get(RollCall, roll), person or work.actor.id
    if who not in call.expected:
        raise IllegalMove(N_("Nobody waits for that answer in this roll-call."))
    if who != work.actor.id:
        must_rule(work, work.get(Person, who))
    known = work.all(RollAnswer, RollAnswer.roll_call_id == roll, RollAnswer.person_id == who)
    if known:
        return known[0].id
    late = call.closed_at is not None or work.now > call.ends_at
    return work.add(RollAnswer(
        roll_call_id=roll, person_id=who, answered_at=work.now, late=late,
        ticked_by_id=work.actor.id if who != work.actor.id else None,
    )).id  # fmt: skip


def close_roll(work: Work, roll: Key) -> Key:
    """Write down who is missing, when the timer has ended or everybody has answered. Twice is once."""
    call = work.session.scalars(
        select(RollCall).where(RollCall.id == roll).with_for_update(key_share=True)
    ).one_or_none() or work.get(RollCall, roll)
    if Right.ROSTER not in work.actor.rights or work.actor.squad_id not in (None, call.squad_id):
        raise NotAllowed(N_("{person} has no right to call this roll."), person=work.actor.name)
    if call.closed_at is not None:
        return call.id
    answered = {one.person_id for one in work.all(RollAnswer, RollAnswer.roll_call_id == roll) if not one.late}
    missing = [key for key in call.expected if key not in answered]
    if missing and work.now < call.ends_at:
        raise IllegalMove(N_("The timer still runs, and {n} have not answered."), n=len(missing))
    call.closed_at, call.missing = work.now, missing
    return call.id
