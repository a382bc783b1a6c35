"""The documents of the ladder: 催办单, 督办单, 通报. What stands in them, and how they come into the case file.

Nothing of a citizen is in one: neither the words nor the place of a complaint, for both may name somebody, and of what
the supervisor wrote only what is left without names and numbers.
"""

import datetime as dt
from collections.abc import Callable
from contextlib import AbstractContextManager
from typing import Any, NamedTuple, Protocol
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from commandcenter.documents.typesetting import typeset
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case, Rung
from commandcenter.domain.citizens import words_without_names
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Photo
from commandcenter.domain.identity import without_traces
from commandcenter.domain.matters import Matter
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Directive
from commandcenter.domain.units import District, Squad
from commandcenter.domain.wording import word
from commandcenter.domain.work import Work
from commandcenter.errors import Refused
from commandcenter.i18n import N_, _, language
from commandcenter.operations.documenting import keep_document
from commandcenter.queries.rights import may_read_cases

TEMPLATE = "directive.typ"
MAKING = "make_document"
"""What the journal calls it."""


class Wording(NamedTuple):
    """What a rung's document is called, how it begins, and what it asks for."""

    title: str
    opening: str
    demand: str


WORDINGS = {
    Rung.CHASED: Wording(
        N_("Chase notice"), N_("The following case, which is with you, is not put right yet. You are chased:"),
        N_("Please go on with it without delay and report in the case file what was done."),
    ),
    Rung.SUPERVISED: Wording(
        N_("Supervision notice"), N_("The following case, which is with you, is supervised from now on:"),
        N_("Please name who answers for it, put it right in time and report the outcome in the case file."),
    ),
    Rung.CIRCULATED: Wording(
        N_("Circular"), N_("How the following case is handled is made known to all squads:"),
        N_("All squads are to look through their own cases for the like and put it right."),
    ),
}  # fmt: skip


class Books(Protocol):
    """A database, as far as a document needs one."""

    def reading(self) -> AbstractContextManager[Session]:
        """A session that reads one consistent state."""
        ...

    def now(self) -> dt.datetime:
        """The server's time, aware UTC."""
        ...

    def run(self, operation: str, actor: Person, station: str, body: Callable[[Work], Key]) -> Key | None:
        """Do ``body`` in one transaction."""
        ...


def make_document(
    books: Books, actor: Person, station: str, directive: Key, go_on: Callable[[], bool] = lambda: True
) -> Key:
    """Make the document of a directive and put it into the case file; returns the key of the file there.

    Read, typeset, write: the typesetting is outside both. Where it is there already nothing is done. Refused, in
    words, where it cannot be made; the directive and its number stand all the same, and it can be made later.
    """
    with books.reading() as session:
        there = session.scalars(select(Photo.id).where(Photo.directive_id == directive)).first()
        if there is not None:
            return there
        number, said = told(session, actor, directive)
    content = typeset(TEMPLATE, said, go_on=go_on)
    made = books.run(MAKING, actor, station, lambda work: keep_document(work, directive, f"{number}.pdf", content))
    if made is None:
        raise RuntimeError("what has an id of its own is not done twice")
    return made


def lacking(session: Session) -> list[tuple[Key, str]]:
    """Directives whose document was not made, each with its number, oldest first."""
    made = select(Photo.directive_id).where(Photo.directive_id.is_not(None))
    asked = select(Directive.id, Directive.number).where(Directive.number.is_not(None), Directive.id.not_in(made))
    return [(key, number or "") for key, number in session.execute(asked.order_by(Directive.id))]


def told(session: Session, actor: Person, directive: Key) -> tuple[str, dict[str, Any]]:
    """The number of a directive's document, and everything it says, in the language spoken now."""
    if actor.id:
        may_read_cases(actor)
    given = session.get(Directive, directive)
    case = session.get(Case, given.case_id) if given is not None else None
    district = session.scalars(select(District)).first()
    if given is None or case is None or not given.number or district is None:
        raise Refused(N_("There is no directive here that makes a document."))
    zone = ZoneInfo(district.timezone)
    lead = session.get(Assignment, given.assignment_id) if given.assignment_id else None
    wording = WORDINGS[Rung(given.rung)]
    signer = session.get(Person, given.given_by_id) if given.given_by_id else None  # a rule signs nothing
    return given.number, {
        "lang": "zh" if language() == "zh_CN" else "en",
        "number": given.number, "title": _(wording.title), "issuer": district.centre,
        "addressed": _addressed(session, given, lead, district), "opening": _(wording.opening),
        "words": _harmless(session, given), "demand": _(wording.demand),
        "facts": {name: {"label": _(label), "value": value}
                  for name, (label, value) in _facts(session, case, given, lead, zone).items()},
        "signed": _("Given by: {person}", person=signer.name) if signer else "",
        "day": _day(given.given_at.astimezone(zone)),
        "note": _("Nothing in this document names a citizen; the case file has what was said and where."),
    }  # fmt: skip


def _addressed(session: Session, given: Directive, lead: Assignment | None, district: District) -> str:
    if given.rung == Rung.CIRCULATED:
        return _("To all squads:")
    squad = session.get(Squad, lead.squad_id) if lead else None
    return _("To {whom}:", whom=squad.name if squad else district.centre)


def _facts(
    session: Session, case: Case, given: Directive, lead: Assignment | None, zone: ZoneInfo
) -> dict[str, tuple[str, str]]:
    matter = session.get(Matter, case.matter_id) if case.matter_id else None
    area = session.get(Squad, case.squad_id) if case.squad_id else None
    squad = session.get(Squad, lead.squad_id) if lead else None
    officer = session.get(Person, lead.officer_id) if lead and lead.officer_id else None
    return {
        "case": (N_("Case"), case.number),
        "matter": (N_("Matter"), matter.name if matter else ""),
        "urgency": (N_("Urgency"), word(case.urgency).capitalize()),
        "area": (N_("Squad of the area"), area.name if area else ""),
        "squad": (N_("Handled by"), squad.name if squad else ""),
        "officer": (N_("Responsible officer"), officer.name if officer else ""),
        "dispatched": (N_("Dispatched"), _moment(lead.dispatched_at if lead else None, zone)),
        "due": (N_("Resolve by"), _moment(lead.resolve_due_at if lead else None, zone)),
        "standing": (N_("When this was given"), _standing(lead, given.given_at)),
        "before": (N_("Earlier directives"), ", ".join(_before(session, given))),
    }


def _standing(lead: Assignment | None, at: dt.datetime) -> str:
    if lead is None:
        return _("not dispatched")
    if lead.resolve_due_at is None or lead.resolve_due_at >= at:
        return _("within its time")
    return _("overdue since {days} d {hours} h", days=(late := at - lead.resolve_due_at).days,
             hours=late.seconds // 3600)  # fmt: skip


def _before(session: Session, given: Directive) -> list[str]:
    return [number for number in session.scalars(
        select(Directive.number).where(Directive.case_id == given.case_id, Directive.id < given.id)
        .order_by(Directive.id)
    ) if number]  # fmt: skip


def _harmless(session: Session, given: Directive) -> str:
    masks = session.scalars(select(Complaint.caller_mask).where(Complaint.case_id == given.case_id)).all()
    return without_traces(words_without_names(session, given), masks)


def _day(at: dt.datetime) -> str:
    return _("{year}-{month:02}-{day:02}", year=at.year, month=at.month, day=at.day)


def _moment(at: dt.datetime | None, zone: ZoneInfo) -> str:
    if at is None:
        return ""
    here = at.astimezone(zone)
    return f"{_day(here)} {here:%H:%M}"
