"""Each rung of the ladder makes its document, numbered, in the case file, without a word about a citizen."""

import datetime as dt
import json

import pytest

from commandcenter.documents import directives
from commandcenter.documents.directives import lacking, make_document, told
from commandcenter.domain.contacts import FileContent, Photo
from commandcenter.domain.record import Key
from commandcenter.domain.rulings import Directive
from commandcenter.errors import NotAllowed, Refused
from commandcenter.i18n import speaking
from commandcenter.operations.documenting import keep_document
from commandcenter.storage.verification import first_broken, orphans
from tests.documents.paper import words_of
from tests.house import House

CITIZEN = ("王女士", "王小明", "8816", "13912348816", "1391234", "3号楼", "301", "阳光小区", "噪音太大", "孩子")


def papers(house: House) -> list[Photo]:
    with house.database.reading() as session:
        return list(session.query(Photo).where(Photo.directive_id.is_not(None)).order_by(Photo.id))


def made(house: House, directive: Key, login: str = "sue") -> Photo:
    return house.get(Photo, make_document(house.database, house.person(login), "desk", directive))  # type: ignore[no-any-return]


def test_documents_are_numbered_by_series_and_year_of_the_district(house: House) -> None:
    case = house.contacted().case_id
    given = [house.do("sue", "chase", case, words="请抓紧")]
    house.later(days=2)
    given += [house.do("sue", rung, case, words="请抓紧") for rung in ("chase", "supervise", "circulate")]
    house.now = dt.datetime(2026, 12, 31, 16, 30, tzinfo=dt.UTC)  # the new year has begun in the district
    given.append(house.do("sue", "chase", case, words="请抓紧"))
    assert [house.get(Directive, key).number for key in given] == [
        "综催〔2026〕1号", "综催〔2026〕2号", "综督〔2026〕1号", "综通〔2026〕1号", "综催〔2027〕1号",
    ]  # fmt: skip


def test_every_rung_makes_its_document_in_the_case_file(small_house: House) -> None:
    house = small_house
    case = house.contacted().case_id
    given = [house.do("sue", rung, case, words="请抓紧") for rung in ("chase", "supervise", "circulate")]
    with speaking("zh_CN"):
        names = [made(house, directive).name for directive in given]
    with house.database.reading() as session:
        said = [words_of(session.get_one(FileContent, paper.sha256).content) for paper in papers(house)]
        assert (first_broken(session), list(orphans(session)), lacking(session)) == (None, [], [])
    for words, title, name in zip(said, ("催办单", "督办单", "通报"), names, strict=True):
        assert title in words
        assert name.removesuffix(".pdf") in words
        assert "人员sue" in words
    assert ("北中队" in said[0], "综催〔2026〕1号" in said[1]) == (True, True), "to whom, and what went before"


def test_no_citizen_s_name_number_or_door_reaches_a_document(house: House) -> None:
    case = house.contacted(caller_name="王小明").case_id
    words = ("王小明(王女士)13912348816、139 1234 8816、0532-86881234 住阳光3号楼2单元301室,门牌 15号,Room 302;"
             "邻居刘女士;案件 261123-0042 于 2026-11-24 前反馈,11月24号复查,依据综催〔2026〕12号")  # fmt: skip
    directive = house.do("sue", "chase", case, words=words)
    with house.database.reading() as session:
        said = json.dumps(told(session, house.person("sue"), directive), ensure_ascii=False)
    for hidden in (*CITIZEN, "86881234", "15号", "302", "2单元", "小明", "刘女士"):
        assert hidden not in said, hidden
    for kept in ("261123-0042", "2026-11-24", "11月24号", "综催〔2026〕12号"):
        assert kept in said, kept


def test_a_document_is_made_once_whoever_asks_and_however_often(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    directive = house.do("sue", "chase", house.contacted().case_id, words="请抓紧")
    first = made(house, directive)
    monkeypatch.setattr(directives, "TEMPLATE", "not set again.typ")
    again = made(house, directive, "tom")
    late = house.database.run("make_document", house.person("tom"), "desk",  # typeset at two stations at once
                              lambda work: keep_document(work, directive, "second.pdf", b"%PDF"))  # fmt: skip
    assert (again.id, late, [paper.id for paper in papers(house)]) == (first.id, first.id, [first.id])
    assert (first.directive_id, first.media_type) == (directive, "application/pdf")


def test_a_directive_stands_where_its_document_fails_and_the_document_can_be_made_later(
    small_house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    house = small_house
    directive = house.do("sue", "chase", house.contacted().case_id, words="请抓紧")
    with monkeypatch.context() as broken:
        broken.setattr(directives, "TEMPLATE", "no-such-template.typ")
        with pytest.raises(Refused, match="no-such-template"):
            made(house, directive)
    with house.database.reading() as session:
        assert (papers(house), lacking(session)) == ([], [(directive, "综催〔2026〕1号")])
    assert house.get(Directive, directive).number == "综催〔2026〕1号"
    assert made(house, directive).name == "综催〔2026〕1号.pdf"


def test_who_does_not_supervise_makes_no_document(small_house: House) -> None:
    directive = small_house.do("sue", "chase", small_house.contacted().case_id, words="请抓紧")
    with pytest.raises(NotAllowed, match="no right to make the documents"):
        made(small_house, directive, "oscar")
    assert papers(small_house) == []


def test_a_directive_from_before_documents_were_made_has_none_and_is_not_waited_for(small_house: House) -> None:
    house = small_house
    case = house.contacted().case_id
    old = house.database.run("chase", house.person("sue"), "desk", lambda work: work.add(Directive(
        case_id=case, assignment_id=None, rung="chased", words="", given_by_id=house.keys["sue"], given_at=house.now,
    )).id)  # fmt: skip
    assert old is not None
    with house.database.reading() as session:
        assert lacking(session) == []
    with pytest.raises(Refused, match="no directive here that makes a document"):
        made(house, old)
