"""Who is on duty, and who is to be: the roster 值班表, leave 请假 and swaps of shifts 换班.

Whoever changes when somebody works holds that person's row until the end, so that no two make duties that overlap.
"""

import datetime as dt
from collections.abc import Collection, Iterable, Sequence

from sqlalchemy import select

from commandcenter.domain.people import Person, Right
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import AskState, Leave, RosterEntry, RosterState, Shift, Span, shifts_of
from commandcenter.domain.units import District
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_

LONGEST = 62
"""Days that are rostered in one go, at most."""


def set_duty(work: Work, people: Iterable[Key], on_duty: bool) -> int:
    """Put people on duty or off. Everybody may do so for themselves; a roster needs the right to it.

    A captain's roster is the squad's own; the room's is for who belongs to no squad.
    """
    changed = 0
    for key in people:
        person = work.get(Person, key)
        if key != work.actor.id:
            must_roster(work, person)
        if person.on_duty != on_duty:
            person.on_duty = on_duty
            changed += 1
    return changed


def may_roster(actor: Person, person: Person) -> bool:
    """Whether somebody holds the roster for a person: a captain the squad's, who belongs to no squad everybody's."""
    return Right.ROSTER in actor.rights and actor.squad_id in (None, person.squad_id)


def must_roster(work: Work, person: Person) -> None:
    """NotAllowed where the actor does not hold the roster for that person."""
    if not may_roster(work.actor, person):
        raise NotAllowed(N_("{person} has no right to change the roster."), person=work.actor.name)


def must_rule(work: Work, person: Person) -> None:
    """NotAllowed where the actor does not hold the roster for that person, or is that person."""
    must_roster(work, person)
    if person.id == work.actor.id:
        raise NotAllowed(N_("Nobody rules on what they ask for themselves: somebody else must do this."))


def held(work: Work, keys: Collection[Key]) -> dict[Key, Person]:
    """These people, held for this work until its end: in the order of their keys, so no two wait for each other."""
    people = work.session.scalars(
        select(Person).where(Person.id.in_(keys)).order_by(Person.id).with_for_update(key_share=True)
    ).all()
    if len(people) < len(set(keys)):
        raise Incomplete(N_("Choose people that are here."), field="people")
    return {person.id: person for person in people}


def shifts(work: Work) -> tuple[Shift, ...]:
    """The shifts of the district."""
    return shifts_of(work.session.scalars(select(District).limit(1)).first())


# ---------------------------------------------------------------------- the roster


def roster(work: Work, people: Sequence[Key], shift: str, days: Sequence[dt.date]) -> list[Key]:
    """Put people on a shift, by its code, of some days. Returns the keys of what was made.

    All or nothing. Refused, in words, where somebody has another duty then or is on leave, for a shift that is over,
    and for one that the district does not have.
    """
    kind = next((one for one in shifts(work) if one.code == shift), None)
    if kind is None:
        raise Incomplete(N_("The district has no shift that begins at {shift}."), field="shift", shift=shift)
    if not people or not days:
        raise Incomplete(N_("Say who is on duty, and on which days."), field="people" if not people else "days")
    if len(set(days)) > LONGEST:
        raise Incomplete(N_("At most {most} days are rostered in one go."), field="days", most=LONGEST)
    there = held(work, people)
    for person in there.values():
        must_roster(work, person)
    return [_put(work, person, kind, day).id for person in there.values() for day in sorted(set(days))]


def _put(work: Work, person: Person, shift: Shift, day: dt.date) -> RosterEntry:
    span = shift.span(day, work.rules.calendar.zone)
    if person.disabled:
        raise IllegalMove(N_("{person} is out of use."), person=person.name)
    if span.ends_at <= work.now:
        raise IllegalMove(N_("{shift} of {day} is over."), shift=shift.words, day=f"{day:%m-%d}")
    must_be_free(work, person, day, span)
    return work.add(RosterEntry(
        person_id=person.id, day=day, shift=shift.code, shift_zh=shift.name_zh, shift_en=shift.name_en,
        begins_at=span.begins_at, ends_at=span.ends_at, state=str(RosterState.PLANNED), rostered_by_id=work.actor.id,
    ))  # fmt: skip


def must_be_free(work: Work, person: Person, day: dt.date, span: Span, besides: Collection[Key] = ()) -> None:
    """IllegalMove where the person has another duty at that time, or is on leave that day. Hold the person first."""
    others = [entry for entry in duties(work, person.id, span) if entry.id not in besides]
    if others:
        zone = work.rules.calendar.local
        raise IllegalMove(
            N_("{person} has another duty then: {begins:%m-%d %H:%M} to {ends:%m-%d %H:%M}."), person=person.name,
            begins=zone(others[0].begins_at), ends=zone(others[0].ends_at),
        )  # fmt: skip
    if any(leave.covers(day) for leave in approved(work, person.id)):
        raise IllegalMove(N_("{person} is on leave on {day}."), person=person.name, day=f"{day:%m-%d}")


def duties(work: Work, person: Key, span: Span) -> list[RosterEntry]:
    """What somebody is rostered for within a span, what this work has just made included."""
    entry = RosterEntry
    standing = work.all(entry, entry.person_id == person, entry.state == str(RosterState.PLANNED),
                        entry.begins_at < span.ends_at, entry.ends_at > span.begins_at)  # fmt: skip
    fresh = [one for one in work.session.new if isinstance(one, RosterEntry) and one.person_id == person]
    now = [one for one in standing if one.person_id == person and one.state == RosterState.PLANNED]
    return [*now, *(one for one in fresh if one.span.overlaps(span))]


def approved(work: Work, person: Key) -> Sequence[Leave]:
    """The leave somebody has been given."""
    return work.all(Leave, Leave.person_id == person, Leave.state == str(AskState.APPROVED))


def unroster(work: Work, entry: Key, reason: str, seen_version: int | None = None) -> Key:
    """Take somebody off a shift that has not ended, for a reason. What is withdrawn stays in the books."""
    row = work.get(RosterEntry, entry, seen_version)
    must_roster(work, work.get(Person, row.person_id))
    if row.state != RosterState.PLANNED:
        raise IllegalMove(N_("This duty was withdrawn already."))
    if row.ends_at <= work.now:
        raise IllegalMove(N_("This duty is over: it stays as it was."))
    row.state, work.reason = str(RosterState.WITHDRAWN), said(reason, "reason")
    return row.id


def said(words: str, field: str) -> str:
    """What somebody has to say, cleaned; Incomplete where nothing is said."""
    words = words.strip()
    if not words:
        raise Incomplete(N_("Please say why."), field=field)
    return words
