"""What a wall is sent: all of it is looked at, in both databases, and nobody's name, number or house is in it."""

import csv
import datetime as dt
import re
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Connection, event, text
from sqlalchemy.exc import ProgrammingError

from commandcenter import clock
from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import Case
from commandcenter.domain.sightings import Sighting
from commandcenter.domain.timing import most_pressing, running
from commandcenter.domain.work import Work
from commandcenter.errors import Incomplete, NotAllowed, Refused
from commandcenter.operations.administering import set_rule
from commandcenter.operations.turning import turn_wall
from commandcenter.queries import wall
from commandcenter.storage.wall_database import WallDatabase
from tests.house import House
from tests.planting import plant, planted_columns
from tests.postgres import Cluster
from tests.storage.members import address_of, let_in

CHINA = ZoneInfo("Asia/Shanghai")
NAMES = st.sampled_from(["王小明", "欧阳建国", "Ann Smith", "张女士", "阿卜杜拉·买买提"])
PHONES = st.from_regex(r"1[3-9][0-9]{9}|0532-[0-9]{8}|\+86 1[3-9][0-9]{9}", fullmatch=True)
HOUSES = st.from_regex(r"[1-9]号楼[1-9]单元[1-9]0[1-9]|[1-9][0-9]{2}号|No\. [1-9][0-9]{2}, Flat [1-9]", fullmatch=True)
PLANTED = st.one_of(NAMES, PHONES, HOUSES)


@pytest.fixture
def seen(house: House, request: pytest.FixtureRequest) -> Iterator[WallDatabase]:
    """The house as a wall opens it: on a server by the login of the wall's account."""
    url = house.url
    if house.database.dialect == "postgresql":
        let_in(request.getfixturevalue("postgres"), house)
        url = address_of(house, "walter")
    house.now = clock.now()
    opened = WallDatabase.open(url, clock=lambda: house.now)
    yield opened
    opened.close()


HOSTILE = ("王女士", "13912348816", "号楼", "单元", "阳光小区", "站前3号", "120.0512", "人员", "carl", "oscar")
"""What :func:`busy` types, and who is of the house."""


def everything_sent(connection: Connection) -> str:
    """All rows of all views, as text: more than any wall asks for."""
    return repr([connection.execute(text(f"SELECT * FROM {view.name}")).fetchall() for view in wall.VIEWS])


def busy(house: House) -> None:
    """Something of everything, with hostile words in the places people fill in."""
    house.dispatched("north", words="我叫王女士,住3号楼", point=(120.051234, 35.951234))
    house.case(confidential=True, place_words="13912348816 阳光小区 3 号楼 2 单元")
    house.resolved(words="电话13912348816")
    house.complaint(words="王女士 13912348816")
    house.do("kim", "find", words="13912348816 占道", matter=house.keys["noise"], place_words="站前3号",
             urgency="urgent")  # fmt: skip
    seen_at = house.now
    house.database.sight([Sighting(person_id=house.keys["oscar"], seen_at=seen_at, lon=120.0512345, lat=35.9512345)])


@contextmanager
def undone(house: House) -> Iterator[Connection]:
    """A connection of the program's, past everything, whose changes are taken back."""
    with house.database.engine.connect() as connection:
        yield connection
        connection.rollback()


def test_wherever_a_name_phone_or_house_number_stands_it_is_not_sent(house: House, seen: WallDatabase) -> None:
    busy(house)
    with seen.reading() as session:
        sent = everything_sent(session.connection())
    assert not [words for words in HOSTILE if words in sent]
    assert sent.count("120.051") >= 2  # a case and an officer, to a hundred metres

    @settings(max_examples=12, suppress_health_check=[HealthCheck.function_scoped_fixture])
    @given(PLANTED)
    def nowhere(words: str) -> None:
        with undone(house) as connection:
            assert plant(connection, words) > 30
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL ROLE walter"))
            sent = everything_sent(connection)
        assert words not in sent
        assert "T1" in sent

    nowhere()


def test_planting_reaches_what_people_type_and_would_be_noticed(small_house: House) -> None:
    columns = planted_columns()
    assert {"title", "words", "place_words", "closing_text"} <= set(columns["case_file"])
    assert {"name", "phone", "account"} <= set(columns["complainant"])
    assert {"login", "phone", "name_zh"} <= set(columns["person"])
    with undone(small_house) as connection:
        connection.execute(text("UPDATE squad SET name_zh = '王小明中队'"))
        assert "王小明" in everything_sent(connection)


def test_real_letters_typed_everywhere_leave_no_trace_in_what_is_sent(house: House, real_data: Path) -> None:
    with (real_data / "complaints-zh" / "letters.csv").open(encoding="utf-8-sig", newline="") as file:
        letters = [row["留言主题"] + row["留言详情"] for row in list(csv.DictReader(file))[:400]]
    busy(house)
    typed = "".join(letters).replace("\x00", "")
    with undone(house) as connection:
        public = everything_sent(connection)
        for column in ("title", "words", "place_words", "closing_text"):
            if connection.dialect.name == "postgresql":
                connection.execute(text("SET LOCAL session_replication_role = replica"))
            connection.execute(text(f"UPDATE case_file SET {column} = :typed"), {"typed": typed})
        sent = everything_sent(connection)
    runs = {typed[at : at + 5] for at in range(len(typed) - 5)}
    assert len(runs) > 50_000
    assert {sent[at : at + 5] for at in range(len(sent) - 5)} & runs <= {
        public[at : at + 5] for at in range(len(public))
    }


def test_the_program_asks_nothing_but_the_views_of_a_wall(small_house: House) -> None:
    busy(small_house)
    asked: list[str] = []
    with WallDatabase.open(small_house.url) as seen, seen.reading() as session:
        event.listen(seen.engine, "before_cursor_execute", lambda _c, _cursor, said, *_more: asked.append(said))
        wall.WallReading().open_work(session)
        for part in (wall.units, wall.officers, wall.zone, wall.shares):
            part(session)
        wall.turn(session, "wall")
        wall.day(session, small_house.now, CHINA)
    named = {name for statement in asked for name in re.findall(r"(?:FROM|JOIN)\s+(\w+)", statement)}
    assert named == {view.name for view in wall.VIEWS}
    assert all(name.startswith("wall_") for name in named)


# On a server the boundary is the server's


def test_the_wall_s_account_reads_its_views_and_no_table_and_no_other_account_is_a_wall_s(
    server_house: House, postgres: Cluster
) -> None:
    let_in(postgres, server_house)
    with pytest.raises(NotAllowed, match="ann may read more than a wall shows"):
        WallDatabase.open(address_of(server_house, "ann"))
    with pytest.raises(NotAllowed, match="may read more than a wall shows"):
        WallDatabase.open(server_house.url)
    with WallDatabase.open(address_of(server_house, "walter")) as seen, seen.engine.connect() as connection:
        seen.look_for(view.name for view in wall.VIEWS)
        assert everything_sent(connection)
        for table in (*planted_columns(), "journal", "search_row", "wall"):
            with pytest.raises(ProgrammingError, match="permission denied"), connection.begin_nested():
                connection.execute(text(f"SELECT FROM {table}"))


# What it is sent instead


def test_a_wall_sees_the_clocks_that_the_room_sees(house: House, seen: WallDatabase) -> None:
    for state in (house.case, house.dispatched, house.contacted):
        state()
    with seen.reading() as session:
        work = wall.WallReading().open_work(session)
    with house.database.reading() as session:
        cases = {case.number: case for case in session.query(Case)}
        for public in work.cases:
            case = cases[public.number]
            lead = None if case.lead_id is None else house.get(Assignment, case.lead_id)
            expected = most_pressing([*running(case), *(running(lead) if lead is not None else ())])
            found = work.clock_of(public)
            assert (found and (found.name, found.due_at)) == (expected and (expected.clock.name, expected.due_at))
    assert len(work.cases) == 3


def test_only_what_changed_is_made_anew(small_house: House) -> None:
    small_house.case()
    reading = wall.WallReading()
    with small_house.database.reading() as session:
        (first,) = reading.open_work(session).cases
    small_house.dispatched()
    with small_house.database.reading() as session:
        again = reading.open_work(session).cases
    assert [one for one in again if one is first] == [first]
    assert len(again) == 2


def _rule(house: House, name: str, value: str) -> None:
    house.database.run("set_rule", house.person("adam"), "test", lambda work: set_rule(work, name, value))


def test_a_case_is_dimmed_or_hidden_by_its_class_and_gone_when_it_is_sealed(house: House, seen: WallDatabase) -> None:
    def open_cases() -> list[wall.PublicCase]:
        with seen.reading() as session:
            return list(wall.WallReading().open_work(session).cases)

    plain = house.get(Case, house.dispatched().case_id)
    secret = house.case(confidential=True)
    assert {case.number: case.dimmed for case in open_cases()} == {plain.number: False, secret.number: True}
    for classes in ("M1", "urban", "M2, M1"):
        _rule(house, "wall.dimmed", classes)
        assert {(case.dimmed, case.matter.words(), case.point, case.area_id) for case in open_cases()} == {
            (True, "", None, None)
        }
        _rule(house, "wall.hidden", classes)
        assert open_cases() == []
        _rule(house, "wall.hidden", "")
    _rule(house, "wall.hidden", "confidential")
    assert [case.number for case in open_cases()] == [plain.number]
    house.do("ines", "seal", plain, people=[house.keys["sue"]], reason="纪检")
    with seen.reading() as session:
        work = wall.WallReading().open_work(session)
        day = wall.day(session, house.now, CHINA)
    assert (work.cases, work.works) == ((), ())
    assert sum(day.arrived) == 1, "the complaint on the sealed case is not counted either"


def test_a_class_that_there_is_not_is_refused(small_house: House) -> None:
    with pytest.raises(Incomplete, match="“M9” is neither"):
        _rule(small_house, "wall.hidden", "M1,M9")
    _rule(small_house, "wall.hidden", "")


def test_the_day_begins_and_ends_in_the_district_which_comes_with_its_squads(
    house: House, seen: WallDatabase
) -> None:
    house.now = dt.datetime(2026, 11, 23, 15, 30, tzinfo=dt.UTC)  # half past eleven in the evening
    house.complaint()
    house.now = dt.datetime(2026, 11, 23, 16, 30, tzinfo=dt.UTC)  # half past midnight
    house.complaint()
    house.case()
    with seen.reading() as session:
        found = wall.day(session, house.now, CHINA)
    assert found.since_at == dt.datetime(2026, 11, 23, 16, tzinfo=dt.UTC)
    assert (found.arrived[0], found.arrived_before[23], found.by_now) == (2, 1, 0)
    assert (found.opened, found.own, found.closed) == (1, 0, 0)
    with seen.reading() as session:
        units = wall.units(session)
    assert units is not None
    assert units.centre.words() == "Trial"
    assert {squad.code: squad.on_duty for squad in units.squads} == {"T1": 3, "T2": 2, "D1": 2}
    assert units.stations == ((120.05, 35.95),)


# The second console


def _turn(house: House, login: str, *args: str) -> str | None:
    def body(work: Work) -> str:
        return turn_wall(work, *args)

    return house.database.run("turn_wall", house.person(login), "test", body)


def test_a_supervisor_turns_a_wall_and_the_wall_is_told(small_house: House) -> None:
    _turn(small_house, "sue", "hall", "queue")
    first = _told(small_house)
    small_house.later(seconds=5)
    _turn(small_house, "adam", "hall", "", "day")
    assert (first.scene, _told(small_house).scene, _told(small_house).look) == ("queue", "", "day")
    with small_house.database.reading() as session:
        assert wall.turn(session, "another") is None


def _told(house: House) -> wall.Turn:
    with house.database.reading() as session:
        found = wall.turn(session, "hall")
    assert found is not None
    return found


@pytest.mark.parametrize("login, args, why", [
    ("ann", ("hall", "map"), "no right to turn a wall"), ("sue", ("hall", "cinema"), "knows no “cinema”"),
    ("sue", (" ", "map"), "which wall"), ("walter", ("hall", "map"), "no right to turn a wall"),
])  # fmt: skip
def test_who_may_not_and_what_there_is_not_is_refused(
    small_house: House, login: str, args: tuple[str, ...], why: str
) -> None:
    with pytest.raises(Refused, match=why):
        _turn(small_house, login, *args)
