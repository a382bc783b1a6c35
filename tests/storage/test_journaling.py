"""What a journal line tells: values that go, minus zero, what is hidden, whose case it is, and that it is genuine."""

import math
from functools import partial

import pytest

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complainant, Complaint
from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import HIDDEN, JournalLine
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.work import Work
from commandcenter.storage.database import Database
from commandcenter.storage.journaling import NeverDeleted
from commandcenter.storage.verification import first_broken
from tests.storage.deeds import done, lines_of, note


def _located(database: Database, lon: float) -> Complaint:
    def receive(work: Work) -> Complaint:
        return work.add(Complaint(
            number="S1", channel="web", arrived_at=work.now, received_at=work.now, words="噪音", urgency="ordinary",
            state="received", lon=lon, lat=35.9,
        ))  # fmt: skip

    return done(database.run("receive", None, "test", receive))


def _correct(work: Work, key: Key, phone: str) -> None:
    work.get(Complainant, key).phone = phone


def test_a_field_that_is_emptied_is_told_with_what_it_held(database: Database) -> None:
    held = new_key()
    saved = done(database.run("note", None, "test", lambda work: work.add(note(assignment_id=held))))
    database.run("let_go", None, "test", lambda work: setattr(work.get(Note, saved.id), "assignment_id", None))
    assert lines_of(database, saved)[-1].changes == {"assignment_id": [held, None]}
    with database.reading() as session:
        assert session.get_one(Note, saved.id).assignment_id is None


def test_minus_zero_is_told_as_zero_so_that_the_hash_holds_on_every_database(database: Database) -> None:
    saved = _located(database, -0.0)
    database.run("move", None, "test", lambda work: setattr(work.get(Complaint, saved.id), "lon", 1.5))
    database.run("move", None, "test", lambda work: setattr(work.get(Complaint, saved.id), "lon", -0.0))
    born, _away, back = lines_of(database, saved)
    for line in (born, back):
        told = line.changes["lon"][1]
        assert told == 0
        assert math.copysign(1, told) == 1
    with database.reading() as session:
        assert first_broken(session) is None


def test_only_a_value_is_hidden_so_that_the_journal_says_whether_there_was_one(database: Database) -> None:
    citizen = Complainant(name="王芳", phone="")
    database.run("take", None, "test", lambda work: work.add(citizen))
    for phone in ("13900001111", ""):
        database.run("correct", None, "test", partial(_correct, key=citizen.id, phone=phone))
    born, given, taken = lines_of(database, citizen)
    assert (born.changes["name"], born.changes["phone"]) == ([None, HIDDEN], [None, ""])
    assert given.changes == {"phone": ["", HIDDEN]}
    assert taken.changes == {"phone": [HIDDEN, ""]}


def test_the_line_of_a_case_belongs_to_that_case_and_the_line_of_a_person_to_none(database: Database) -> None:
    def open_one(work: Work) -> Case:
        return work.add(Case(
            number="1", title="噪音", words="噪音", state="open", urgency="ordinary",
            origin="complaint", opened_at=work.now,
        ))  # fmt: skip

    case = done(database.run("open_case", None, "test", open_one))
    citizen = done(database.run("take", None, "test", lambda work: work.add(Complainant(name="王芳", phone="1"))))
    assert [line.case_id for line in lines_of(database, case)] == [case.id]
    assert [line.case_id for line in lines_of(database, citizen)] == [None]


def test_a_line_made_by_hand_is_refused_and_nothing_of_its_work_is_kept(database: Database) -> None:
    row = note()

    def forge(work: Work) -> None:
        work.add(row)
        work.session.add(JournalLine(
            kind="note", key=row.id, version=1, operation="note", operation_id=work.operation_id, at=work.now,
            changes={}, hash="0" * 64,
        ))  # fmt: skip

    with pytest.raises(NeverDeleted, match="the journal writes itself"):
        database.run("forge", None, "test", forge)
    assert lines_of(database, row) == []
    with database.reading() as session:
        assert session.get(Note, row.id) is None
