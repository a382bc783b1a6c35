"""``commandcenterctl sealed``: a way into what nobody can open any more, told to everybody, and no other."""

import pytest

from commandcenter import ctl
from commandcenter.domain.cases import Case
from commandcenter.domain.journal import JournalLine
from commandcenter.operations.enrolling import Belonging, Office
from commandcenter.storage.verification import first_broken
from tests.ctl.asking import document, said
from tests.house import House


def test_an_inspector_is_named_in_a_seal_that_nobody_can_open_any_more(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    case = house.case()
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="x")
    office = Office(house.database, house.person("adam"), "desk")
    name = ("sealed", "name", case.number, "tom", "--reason", "退休", "--database", house.url)
    for refusal in ("It is for ines to open", "tom is no inspector"):
        assert document(capsys, "sealed", "list", "--database", house.url)["sealed"] == [
            {"number": case.number, "people": ["ines", "sue"], "opened_by": ["ines"] if "ines" in refusal else []}
        ]
        status, _out, err = said(capsys, *name)
        assert (status, refusal in err) == (ctl.REFUSED, True), err
        office.disable(house.keys["ines"])
    office.change_roles(house.keys["tom"], Belonging(["inspector"]))
    assert "nobody can open it" in said(capsys, "sealed", "list", "--database", house.url)[1]
    assert said(capsys, *name)[0] == ctl.DONE
    house.do("tom", "unseal", case, reason="查清")
    with house.database.reading() as session:
        told = session.query(JournalLine).filter_by(key=case.id, operation="seal", actor_id=None).one()
        assert (told.reason, first_broken(session)) == ("退休", None)
    assert house.get(Case, case.id).sealed_for is None


def test_there_is_no_other_seal_to_name_somebody_in(house: House, capsys: pytest.CaptureFixture[str]) -> None:
    number = house.case().number
    assert "No case is sealed." in said(capsys, "sealed", "list", "--database", house.url)[1]
    status, _out, err = said(capsys, "sealed", "name", number, "ines", "--reason", "x", "--database", house.url)
    assert (status, "There is no sealed case" in err) == (ctl.REFUSED, True)
