"""Leave 请假 and swaps of shifts 换班: asked by oneself, ruled on by who holds the roster, and never by oneself."""

import datetime as dt

from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.sentences import Sentence
from commandcenter.domain.shifts import OPEN_ASKS, AskState, Leave, LeaveSort, RosterEntry, RosterState, Swap
from commandcenter.domain.wording import WORDS
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, Incomplete, NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.rostering import held, must_be_free, must_rule, said

LONGEST = 366
"""Days a leave lasts at most: a longer one is a slip of the pen."""
_RULED = N_("Somebody has ruled on this already: {state}.")


def ask_leave(work: Work, sort: str, first_day: dt.date, last_day: dt.date, reason: str) -> Key:
    """Ask to be away on whole days, both included."""
    if sort not in set(LeaveSort):
        raise Incomplete(N_("Choose what kind of leave it is."), field="sort")
    if last_day < first_day:
        raise Incomplete(N_("The last day lies before the first one."), field="last_day")
    if (last_day - first_day).days >= LONGEST:
        raise Incomplete(N_("A leave lasts {most} days at most."), field="last_day", most=LONGEST)
    if last_day < work.rules.calendar.local(work.now).date():
        raise Incomplete(N_("These days are over."), field="last_day")
    held(work, [work.actor.id])
    others = work.all(Leave, Leave.person_id == work.actor.id, Leave.first_day <= last_day,
                      Leave.last_day >= first_day, Leave.state.in_([*OPEN_ASKS, str(AskState.APPROVED)]))  # fmt: skip
    if others:
        raise IllegalMove(N_("You have asked for {first} to {last} already."), first=f"{others[0].first_day:%m-%d}",
                          last=f"{others[0].last_day:%m-%d}")  # fmt: skip
    return work.add(Leave(
        person_id=work.actor.id, sort=sort, first_day=first_day, last_day=last_day, reason=said(reason, "reason"),
        state=str(AskState.ASKED), asked_at=work.now,
    )).id  # fmt: skip


def withdraw_leave(work: Work, leave: Key, seen_version: int | None = None) -> Key:
    """Take back what one has asked for, or what was approved as long as it has not begun."""
    row = work.get(Leave, leave, seen_version)
    if row.person_id != work.actor.id:
        raise NotAllowed(N_("Only who asked for it can take it back."))
    begun = row.first_day <= work.rules.calendar.local(work.now).date()
    if row.state != AskState.ASKED and (row.state != AskState.APPROVED or begun):
        raise IllegalMove(N_("This leave cannot be taken back any more."))
    row.state = str(AskState.WITHDRAWN)
    return row.id


def rule_leave(work: Work, leave: Key, approve: bool, ruling: str, seen_version: int | None = None) -> Key:
    """Approve a leave, or refuse it, with a sentence. What the person is rostered for then stays, and shows."""
    row = work.get(Leave, leave, seen_version)
    must_rule(work, held(work, [row.person_id])[row.person_id])
    if row.state != AskState.ASKED:
        raise IllegalMove(_RULED, state=Sentence(WORDS[row.state]))
    _rule(work, row, approve, ruling)
    return row.id


def _rule(work: Work, row: Leave | Swap, approve: bool, ruling: str) -> None:
    row.ruling = said(ruling, "ruling")
    row.state = str(AskState.APPROVED if approve else AskState.REFUSED)
    row.ruled_by_id, row.ruled_at = work.actor.id, work.now


# ---------------------------------------------------------------------- swaps


def ask_swap(work: Work, entry: Key, other_entry: Key, reason: str) -> Key:
    """Ask somebody to take one's own shift for theirs."""
    own, other = (work.get(RosterEntry, key) for key in (entry, other_entry))
    if own.person_id != work.actor.id:
        raise NotAllowed(N_("Only one's own shift can be offered for a swap."))
    if other.person_id == own.person_id:
        raise Incomplete(N_("Choose a shift of somebody else."), field="other_entry")
    _must_stand(work, own, other)
    both = (entry, other_entry)
    if work.all(Swap, Swap.state.in_(OPEN_ASKS), Swap.entry_id.in_(both) | Swap.other_entry_id.in_(both)):
        raise IllegalMove(N_("A swap of one of these shifts is asked for already."))
    return work.add(Swap(
        entry_id=own.id, other_entry_id=other.id, person_id=own.person_id, other_person_id=other.person_id,
        reason=said(reason, "reason"), state=str(AskState.ASKED), asked_at=work.now,
    )).id  # fmt: skip


def answer_swap(work: Work, swap: Key, agree: bool, seen_version: int | None = None) -> Key:
    """The other person says yes or no."""
    row = work.get(Swap, swap, seen_version)
    if row.other_person_id != work.actor.id:
        raise NotAllowed(N_("Only who is asked can answer."))
    if row.state != AskState.ASKED:
        raise IllegalMove(_RULED, state=Sentence(WORDS[row.state]))
    if agree:
        row.state, row.agreed_at = str(AskState.AGREED), work.now
    else:
        row.state = str(AskState.REFUSED)
    return row.id


def withdraw_swap(work: Work, swap: Key, seen_version: int | None = None) -> Key:
    """Either of the two takes it back, as long as nobody has ruled."""
    row = work.get(Swap, swap, seen_version)
    if work.actor.id not in (row.person_id, row.other_person_id):
        raise NotAllowed(N_("Only the two it is about can take it back."))
    if row.state not in OPEN_ASKS:
        raise IllegalMove(_RULED, state=Sentence(WORDS[row.state]))
    row.state = str(AskState.WITHDRAWN)
    return row.id


def rule_swap(work: Work, swap: Key, approve: bool, ruling: str, seen_version: int | None = None) -> Key:
    """Rule on what both have agreed to. Approved, each has the other's shift; neither may have another duty then."""
    row = work.get(Swap, swap, seen_version)
    people = held(work, [row.person_id, row.other_person_id])
    for person in people.values():
        must_rule(work, person)
    if row.state == AskState.ASKED and approve:
        raise IllegalMove(N_("The other person has not agreed yet."))
    if row.state not in OPEN_ASKS:
        raise IllegalMove(_RULED, state=Sentence(WORDS[row.state]))
    if approve:
        _exchange(work, row, people[row.person_id], people[row.other_person_id])
    _rule(work, row, approve, ruling)
    return row.id


def _exchange(work: Work, row: Swap, one: Person, other: Person) -> None:
    mine, theirs = work.get(RosterEntry, row.entry_id), work.get(RosterEntry, row.other_entry_id)
    if (mine.person_id, theirs.person_id) != (one.id, other.id):
        raise IllegalMove(N_("One of the two shifts is somebody else's by now: the swap must be asked for anew."))
    _must_stand(work, mine, theirs)
    both = (mine.id, theirs.id)
    must_be_free(work, one, theirs.day, theirs.span, both)
    must_be_free(work, other, mine.day, mine.span, both)
    mine.person_id, theirs.person_id = other.id, one.id


def _must_stand(work: Work, *entries: RosterEntry) -> None:
    for entry in entries:
        if entry.state != RosterState.PLANNED:
            raise IllegalMove(N_("One of the two shifts was withdrawn."))
        if entry.begins_at <= work.now:
            raise IllegalMove(N_("One of the two shifts has begun."))
