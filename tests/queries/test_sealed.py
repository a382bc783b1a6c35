"""In the embedded mode the program itself keeps what is sealed from all who are not named, on either database."""

from collections.abc import Iterator
from contextlib import AbstractContextManager

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Photo
from commandcenter.domain.sealing import NOBODY
from commandcenter.operations.handling import FileGiven
from commandcenter.queries.archive import Sought, search
from commandcenter.queries.heat import heat
from commandcenter.queries.history import life, photo_content
from commandcenter.queries.likeness import known
from commandcenter.queries.oversight import Overseen, Sort, trail
from commandcenter.queries.week import week
from commandcenter.storage.database import Database
from tests.house import House


class Seat:
    """A database that shows what is for whoever sits before it."""

    def __init__(self, house: House) -> None:
        self.house, self.viewer = house, NOBODY
        self.database = Database.open(house.url, clock=lambda: house.now)
        self.database.show_to(lambda: self.viewer)

    def of(self, login: str) -> AbstractContextManager[Session]:
        """A session for that person."""
        self.viewer = self.house.keys[login] if login else NOBODY
        return self.database.reading()


@pytest.fixture
def seat(house: House) -> Iterator[Seat]:
    made = Seat(house)
    yield made
    made.database.close()


@pytest.fixture
def sealed(house: House) -> Case:
    """A case with words, evidence and a look at its caller, sealed for one supervisor; and another one beside it."""
    house.dispatched(caller_phone="13700000003", words="占道经营")
    assignment = house.contacted()
    case = house.get(Case, assignment.case_id)
    house.do("ann", "remark", case, words="值班经理态度恶劣")
    house.do("oscar", "attach_photo", assignment, file=FileGiven("a.txt", "text/plain", b"evidence"))
    (complaint,) = house.complaints_of(case)
    house.do("ann", "reveal", complaint, reason="回访")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    return case  # type: ignore[no-any-return]


def test_search_history_files_and_figures_are_for_the_people_named(house: House, seat: Seat, sealed: Case) -> None:
    for login, seen in (("tom", 0), ("ann", 0), ("sue", 1), ("ines", 1)):
        _looked(house, seat, sealed, login, seen)


def _looked(house: House, seat: Seat, sealed: Case, login: str, seen: int) -> None:
    photo, person = _photo(house, sealed), house.person(login)
    with seat.of(login) as session:
        for sought in (Sought(words="夜间施工"), Sought(words="态度恶劣"), Sought(number=sealed.number)):
            assert len([h for h in search(session, person, sought).hits if h.case_id == sealed.id]) == seen, sought
        assert len(search(session, person, Sought()).hits) == 1 + seen
        assert (life(session, person, sealed.id) is not None) is bool(seen)
        assert (photo_content(session, person, photo.sha256) is not None) is bool(seen)
        assert heat(session, now=house.now, days=7).total == 1 + seen
        assert week(session, house.now.replace(year=2020), house.now.replace(year=2030)).reached.n == seen


def test_a_file_attached_to_another_case_too_stays_there_with_it(house: House, seat: Seat, sealed: Case) -> None:
    other = house.contacted(caller_phone="13700000004")
    file, second = (FileGiven(f"{n}.txt", "text/plain", b"evidence" * n) for n in (1, 2))
    house.do("oscar", "attach_photo", other, file=file)
    house.do("oscar", "attach_photo", other, file=second)
    digest = _photo(house, sealed).sha256
    for login, seen in (("tom", True), ("sue", True)):
        with seat.of(login) as session:
            assert (photo_content(session, house.person(login), digest) is not None) is seen
    house.do("ines", "seal", house.get(Case, other.case_id), people=[house.keys["bob"]], reason="x")
    for login, seen in (("tom", False), ("sue", True), ("bob", True)):
        with seat.of(login) as session:
            assert (photo_content(session, house.person(login), digest) is not None) is seen


def _photo(house: House, case: Case) -> Photo:
    with house.database.reading() as session:
        found: Photo = session.scalars(select(Photo).where(Photo.case_id == case.id)).one()
        return found


def test_a_call_about_the_same_is_likened_to_a_sealed_case_for_the_people_named_alone(
    house: House, seat: Seat, sealed: Case
) -> None:
    found = {}
    for login in ("ann", "sue"):
        with seat.of(login) as session:
            found[login] = sealed.id in known(session, words="工地施工噪音", phone="13912348816", now=house.now).cases
    assert found == {"ann": False, "sue": True}


def test_the_trail_tells_of_the_seal_to_all_who_audit_and_of_what_is_inside_to_the_people_named(
    house: House, seat: Seat, sealed: Case
) -> None:
    told = {}
    for login in ("adam", "ines"):
        with seat.of(login) as session:
            seals = trail(session, house.person(login), Overseen(sort=Sort.SEAL)).facts
            looks = trail(session, house.person(login), Overseen(sort=Sort.REVEAL)).facts
        told[login] = [(fact.number, fact.actor_id, fact.reason) for fact in seals], len(looks)
    ines = house.keys["ines"]
    assert told == {"adam": ([("", ines, "")], 0), "ines": ([(sealed.number, ines, "")], 1)}


def test_nobody_sees_what_is_sealed_while_nobody_is_signed_in(house: House, seat: Seat, sealed: Case) -> None:
    with seat.of("") as session:
        assert session.get(Case, sealed.id) is None
        assert session.scalar(select(func.count()).select_from(Complaint)) == 1


def test_the_program_itself_sees_everything(house: House, seat: Seat, sealed: Case) -> None:
    with seat.database.reading(whole=True) as session:
        assert session.get(Case, sealed.id) is not None
