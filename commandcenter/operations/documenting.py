"""Putting a directive's document into the case file, where every other file of the case is."""

from sqlalchemy import select

from commandcenter.domain.cases import Case
from commandcenter.domain.contacts import Photo
from commandcenter.domain.guards import SEALED
from commandcenter.domain.people import Right
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Directive
from commandcenter.domain.work import Work
from commandcenter.errors import NotAllowed
from commandcenter.i18n import N_
from commandcenter.operations.handling import kept_content

PDF = "application/pdf"


def may_document(work: Work) -> None:
    """NotAllowed for who neither supervises nor is the program itself."""
    if work.actor.id and Right.SUPERVISE not in work.actor.rights:
        raise NotAllowed(N_("{person} has no right to make the documents of the ladder."), person=work.actor.name)


def keep_document(work: Work, directive: Key, name: str, content: bytes) -> Key:
    """Put the PDF of a directive into the file of its case. Once: where there is one already, that one stays.

    Returns the key of the file. NotAllowed for who may not supervise, or may not see a sealed case.
    """
    may_document(work)
    given = work.get(Directive, directive)
    case = work.get(Case, given.case_id)
    if work.actor.id and not case.is_for(work.actor.id):
        raise NotAllowed(SEALED)
    there = work.session.scalars(select(Photo.id).where(Photo.directive_id == directive)).first()
    if there is not None:
        return there
    return work.add(Photo(
        case_id=given.case_id, assignment_id=given.assignment_id, taken_by_id=work.actor.id or given.given_by_id,
        side="", name=name, media_type=PDF, size=len(content), sha256=kept_content(work, content),
        attached_at=work.now, directive_id=directive,
    )).id  # fmt: skip
