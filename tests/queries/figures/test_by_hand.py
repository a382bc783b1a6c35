"""Every figure, by every dimension and every filter, against plain Python over the exported rows: to the last case."""

import datetime as dt
import random
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy.orm import Session

from commandcenter.domain.people import Person
from commandcenter.exchange.incoming import Incoming, read_incoming
from commandcenter.operations.importing import take_in
from commandcenter.queries.figures import By, Figure, Sought, Times, Value, records, sheet
from commandcenter.queries.figures import by as told_apart
from commandcenter.queries.figures.asking import KEYED
from commandcenter.queries.figures.keeping import catch_up
from commandcenter.storage.database import Database
from commandcenter.storage.tallying import books
from tests.house import MONDAY, House, Plan
from tests.postgres import Cluster
from tests.queries.figures.by_hand import ByHand, added, timed
from tests.queries.figures.month import DAYS, Export, exported, lived_through, poured


class Month:
    """A simulated month: its rows, and where they stand."""

    def __init__(self, rows: Export, urls: dict[str, str], now: dt.datetime) -> None:
        self.rows, self.urls, self.now = rows, urls, now
        self.whole = Sought(now - dt.timedelta(days=DAYS + 15), now + dt.timedelta(days=15), now_at=now)
        self.people = {p["login"]: p["id"] for p in rows["person"]}


@pytest.fixture(scope="module")
def month(tmp_path_factory: pytest.TempPathFactory, postgres: Cluster, server_plan: Plan) -> Iterator[Month]:
    """The same month in a file, where all is counted from the records, and on a server with its days counted."""
    house = House(f"sqlite:///{tmp_path_factory.mktemp('month') / 'house.sqlite'}")
    lived_through(house)
    house.close()
    rows, name = exported(house.url), postgres.create(template=server_plan.where)
    poured(rows, postgres.url(name))
    with Database.open(postgres.url(name)) as database:
        assert catch_up(books(database), house.now).days > DAYS - 10
    yield Month(rows, {"sqlite": house.url, "postgresql": postgres.url(name)}, house.now)
    postgres.drop(name)


@pytest.fixture(params=["sqlite", "postgresql"])
def asked(request: pytest.FixtureRequest, month: Month) -> Iterator[Database]:
    """The month's database of each kind."""
    with Database.open(month.urls[request.param]) as database:
        yield database


@pytest.fixture(scope="module")
def by_hand(month: Month) -> ByHand:
    """Somebody with the rows and a pencil, who sees everything."""
    return ByHand(month.rows)


def said(answer: Value | Times) -> tuple[Any, ...]:
    """What is compared of an answer."""
    if isinstance(answer, Times):
        return answer.n, answer.median_s, answer.p90_s
    return answer.part, answer.n, answer.left_out


def counted(figure: Figure, found: list[Any]) -> tuple[Any, ...]:
    """The same, by hand."""
    return timed(found) if any(one.seconds is not None for one in found) else added(found)


def same(session: Session, by_hand: ByHand, sought: Sought) -> int:
    """Hold every figure of that question against the pencil; how many things were counted."""
    narrowed = {str(by): key for by, key in sought.narrowed.items()}
    things = 0
    for figure, answer in sheet(session, sought).items():
        found = by_hand.of(str(figure), sought.since_at, sought.ended_at, **narrowed)
        expected = counted(figure, found) if found else (0, None, None) if isinstance(answer, Times) else (0, 0, 0)
        assert said(answer) == expected, (figure, narrowed)
        things += len(found)
    return things


def test_the_month_holds_what_seldom_happens(month: Month) -> None:
    cases, complaints = month.rows["case_file"], month.rows["complaint"]
    assert {"closed", "merged", "cancelled"} <= {c["state"] for c in cases}
    assert {"answered", "declined", "confirmed", "disputed", "linked"} <= {c["state"] for c in complaints}
    assert max(c["round"] for c in cases) > 1
    assert max(c["hops"] for c in cases) > 0
    assert any(c["sealed_for"] for c in cases)
    assert any(c["historic"] for c in cases)
    assert any(link["sort"] == "reopened" for link in month.rows["case_link"])


def test_every_figure_agrees_by_every_dimension(month: Month, asked: Database, by_hand: ByHand) -> None:
    sought = month.whole
    with asked.reading() as session:
        assert same(session, by_hand, sought) > 300
        for figure in Figure:
            found = by_hand.of(str(figure), sought.since_at, sought.ended_at)
            for by in By:
                expected = {key: counted(figure, pile) for key, pile in by_hand.apart(found, str(by)).items()}
                assert {k: said(v) for k, v in told_apart(session, sought, figure, by)} == expected, (figure, by)


def test_every_figure_agrees_under_every_filter(month: Month, asked: Database, by_hand: ByHand) -> None:
    with asked.reading() as session:
        for by, fields in _FILTERS.items():
            keys = {one.whose[str(by)] for one in by_hand.counted} - {None}
            some = random.Random(by).sample(sorted(keys), min(1, len(keys)))
            assert some or by is By.WORKSTATION, by
            for key in some:
                assert same(session, by_hand, replace(month.whole, **{fields: key}))


_FILTERS = {by: by if by in {By.DOMAIN, By.CHANNEL} else f"{by}_id" for by in KEYED}


@pytest.mark.parametrize("seed", range(2))
def test_every_figure_agrees_for_any_question(month: Month, asked: Database, by_hand: ByHand, seed: int) -> None:
    chance = random.Random(seed)
    since_at = month.now - dt.timedelta(days=chance.uniform(1, DAYS))
    sought = replace(month.whole, since_at=since_at, until_at=since_at + dt.timedelta(days=chance.uniform(0.1, 20)))
    for by in chance.sample(list(_FILTERS), chance.randint(0, 2)):
        keys = {one.whose[str(by)] for one in by_hand.counted} - {None}
        sought = replace(sought, **{_FILTERS[by]: chance.choice(sorted(keys))}) if keys else sought
    with asked.reading() as session:
        same(session, by_hand, sought)


_OPENED = (Figure.RESPONSE, Figure.RECEIVED, Figure.RESOLVING)


def test_every_number_opens_its_records(month: Month, asked: Database, by_hand: ByHand) -> None:
    with asked.reading() as session:
        for figure in Figure:
            found = by_hand.of(str(figure), month.whole.since_at, month.whole.ended_at)
            inside = {one.key for one in found if one.counts}
            assert {one.key for one in records(session, month.whole, figure)} == inside, figure
            good = {one.key for one in found if one.counts and one.good}
            assert {one.key for one in records(session, month.whole, figure, good=True)} == good, figure
            assert {one.key for one in records(session, month.whole, figure, good=False)} == inside - good, figure
            outside = [one.key for one in found if not one.counts]
            assert sorted(one.key for one in records(session, month.whole, figure, left_out=True)) == sorted(outside)
            for by in (By.SQUAD, By.HOUR, By.WEEK) if figure in _OPENED else ():
                for key, pile in list(by_hand.apart(found, str(by)).items())[:4]:
                    opened = records(session, month.whole, figure, by=by, key=key)
                    assert {one.key for one in opened} == {one.key for one in pile if one.counts}, (figure, by, key)


@pytest.mark.parametrize("login", ["ann", "sue"])
def test_what_is_sealed_is_counted_for_whom_it_is_for_alone(month: Month, asked: Database, login: str) -> None:
    person = month.people[login]
    unseen = frozenset(c["id"] for c in month.rows["case_file"] if c["sealed_for"] and person not in c["sealed_for"])
    assert bool(unseen) == (login == "ann")
    asked.show_to(lambda: person)
    with asked.reading() as session:
        assert session.get(Person, person) is not None
        same(session, ByHand(month.rows, unseen), month.whole)




def test_the_real_answered_letters_agree(small_house: House, real_data: Path) -> None:
    with read_incoming(real_data / "complaints-zh" / "letters-answered.csv", "letters-answered", now=MONDAY) as reading:
        letters = [item for item in reading if isinstance(item, Incoming)]
    small_house.database.run("import", small_house.person("sue"), "test", lambda work: take_in(work, letters))
    by_hand = ByHand(exported(small_house.url))
    since_at = min(letter.arrived_at for letter in letters) - dt.timedelta(days=1)
    whole = Sought(since_at, small_house.now, now_at=small_house.now)
    with small_house.database.reading() as session:
        assert same(session, by_hand, whole) > 5 * len(letters)
        for figure in (Figure.RECEIVED, Figure.WHOLE, Figure.REPEAT_COMPLAINANTS):
            found = by_hand.of(str(figure), whole.since_at, whole.ended_at)
            for by in (By.MONTH, By.WEEKDAY, By.HOUR, By.CHANNEL):
                expected = {key: counted(figure, pile) for key, pile in by_hand.apart(found, str(by)).items()}
                assert {k: said(v) for k, v in told_apart(session, whole, figure, by)} == expected, (figure, by)
        answers = sheet(session, whole)
    assert answers[Figure.RECEIVED].n == len(letters)
    assert answers[Figure.REPEAT_COMPLAINANTS].n > 0
    assert answers[Figure.SOLVED_ONCE] == Value(0, 0, len(letters)), "the archive was never done here"
    assert answers[Figure.RECEIVING] == Times(0, left_out=len(letters)), "no clock of ours ran on it"
