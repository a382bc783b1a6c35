"""Handing the shift over 交接班: signed by two supervisors, each at any station."""

from commandcenter.domain.handover import Brief, Handover, HandoverState, draw, last_handover_at
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.domain.shifts import OFFERED
from commandcenter.domain.work import Work
from commandcenter.errors import IllegalMove, NotAllowed
from commandcenter.i18n import N_


def offer_handover(work: Work, words: str = "") -> Key:
    """The outgoing supervisor signs: the brief of this moment is frozen, and waits for who takes over."""
    _must_supervise(work)
    if work.all(Handover, OFFERED):
        raise IllegalMove(N_("A handover waits for its second signature already."))
    since = last_handover_at(work.session, work.now)
    return work.add(Handover(
        state=str(HandoverState.OFFERED), since_at=since, drawn_at=work.now, words=words.strip(),
        brief=draw(work.session, work.rules, work.now, since).told(), outgoing_by_id=work.actor.id, meanwhile={},
    )).id  # fmt: skip


def sign_handover(work: Work, handover: Key, seen_version: int | None = None) -> Key:
    """The incoming supervisor signs, somebody else than who hands over. What changed since then is written down."""
    _must_supervise(work)
    row = work.get(Handover, handover, seen_version)
    _must_wait(row)
    if row.outgoing_by_id == work.actor.id:
        raise NotAllowed(N_("You hand this shift over yourself: whoever takes over signs second."))
    now = draw(work.session, work.rules, work.now, row.since_at)
    row.meanwhile = now.since(Brief.read(row.brief))
    row.incoming_by_id, row.signed_at, row.state = work.actor.id, work.now, str(HandoverState.SIGNED)
    return row.id


def withdraw_handover(work: Work, handover: Key, seen_version: int | None = None) -> Key:
    """Who offered it takes it back, as long as nobody has signed it."""
    row = work.get(Handover, handover, seen_version)
    if row.outgoing_by_id != work.actor.id:
        raise NotAllowed(N_("Only who offered the handover can take it back."))
    _must_wait(row)
    row.state = str(HandoverState.WITHDRAWN)
    return row.id


def _must_supervise(work: Work) -> None:
    if Right.RULE not in work.actor.rights:
        raise NotAllowed(N_("Only a shift supervisor hands a shift over or takes one."))


def _must_wait(row: Handover) -> None:
    if row.state != HandoverState.OFFERED:
        raise IllegalMove(N_("This handover does not wait for a signature any more."))
