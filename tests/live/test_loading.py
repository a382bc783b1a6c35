"""Reading a picture in bulk: through indexes however large the archive, and past the mapping without a difference."""

import pytest
from sqlalchemy.dialects import sqlite

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import SnapshotIsReadOnly, fields, snapshots
from commandcenter.live.belonging import FIRST, THEN
from commandcenter.live.ledger import Ledger
from tests.house import House

OF_THE_PRESENT = {"ix_complaint_open", "ix_case_open", "ix_assignment_running", "ix_promise_open", "ix_request_asked"}


def test_only_what_is_held_whole_is_read_without_an_index(small_house: House) -> None:
    steps = set()
    with small_house.database.reading() as session:
        connection = session.connection()
        for belonging in (*FIRST, *THEN):
            asked = str(belonging.rows().compile(dialect=sqlite.dialect(), compile_kwargs={"literal_binds": True}))
            steps |= {row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked}")}
    whole = {b.record_type.kind() for b in (*FIRST, *THEN) if b.chosen().whereclause is None}
    assert {step for step in steps if step.startswith("SCAN") and "INDEX" not in step} == {f"SCAN {k}" for k in whole}
    assert {name for name in OF_THE_PRESENT if any(name in step for step in steps)} == OF_THE_PRESENT


def test_the_lists_of_intake_and_dispatch_come_first_each_case_behind_what_hangs_on_it(house: House) -> None:
    sent = house.dispatched()
    given_back = house.dispatched(caller_phone="13700000003")
    request = house.do("carl", "ask_return", given_back, reason="不在辖区", basis="属地")
    house.do("bob", "agree", request, ruling="同意")
    new = house.complaint(caller_phone="13700000004")
    with house.database.reading() as session:
        first = Ledger().load_first(session)
    [complaint] = house.complaints_of(house.get(Case, given_back.case_id))
    kept = [r for r in first if isinstance(r, Complaint | Assignment | Case)]
    assert {r.id for r in kept if isinstance(r, Complaint)} == {new.id, complaint.id}
    assert [r.id for r in kept][-3:] == [complaint.id, given_back.id, given_back.case_id]
    assert not [r for r in kept if r.id in {sent.id, sent.case_id}]


def test_snapshots_made_of_rows_are_those_the_mapping_makes(house: House) -> None:
    house.visiting()
    house.dispatched(caller_phone="13700000003")
    with house.database.reading() as session:
        for belonging in (*FIRST, *THEN):
            made = snapshots(belonging.record_type, session.execute(belonging.rows()))
            mapped = session.scalars(belonging.chosen()).all()
            assert {r.id: r.values() for r in made} == {r.id: r.values() for r in mapped}


def test_a_snapshot_made_of_a_row_can_be_read_whole_and_not_changed(house: House) -> None:
    case = house.case()
    [made] = snapshots(Case, [[case.values()[name] for name in fields(Case)]])
    assert (made.number, made.named, made.ended) == (case.number, [], False)
    with pytest.raises(SnapshotIsReadOnly):
        made.title = "something else"


def test_a_row_that_lacks_a_value_is_no_snapshot() -> None:
    with pytest.raises(ValueError, match="shorter"):
        snapshots(Case, [["half", "a", "row"]])
