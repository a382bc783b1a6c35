"""Who writes what of inspection on a server, past the program: inspectors, and the squad whose finding it is."""

import psycopg
import pytest

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.domain.inspection import Finding
from tests.house import House
from tests.operations.test_inspecting import closed, does
from tests.postgres import Cluster
from tests.storage.members import let_in, line, past_the_program

DENIED = psycopg.errors.InsufficientPrivilege


def test_a_finding_is_an_inspector_s_to_make_and_its_squad_s_to_put_right(
    server_house: House, postgres: Cluster
) -> None:
    house = server_house
    let_in(postgres, house)
    case = closed(house)
    key = does(house, "ines", "add_finding", case.id, about="conduct", words="态度生硬")
    move = "UPDATE finding SET version = version + 1, rectification = 'x' WHERE id = %s"
    house.now = clock.now()
    for login in ("ann", "sue", "oscar"):
        with past_the_program(house, login) as station, pytest.raises(DENIED):
            station.execute(move, [key])
    with past_the_program(house, "sue") as station, pytest.raises(DENIED):
        station.execute("INSERT INTO sample SELECT * FROM sample")
    with past_the_program(house, "cora") as station:  # the captain of another squad: there is no such row for her
        assert station.execute(move, [key]).rowcount == 0
    with past_the_program(house, "carl") as station:
        line(station, "finding", key, 2, house.keys["carl"], operation="rectify", case_id=case.id)
        assert station.execute(move, [key]).rowcount == 1


def test_what_was_found_on_a_sealed_case_is_there_for_the_people_named_alone(house: House) -> None:
    case = closed(house)
    key = does(house, "ines", "add_finding", case.id, about="conduct", words="态度生硬")
    house.do("ines", "seal", case, people=[house.keys["sue"]], reason="纪检")
    for login, seen in (("ines", True), ("sue", True), ("carl", False), ("ann", False)):
        house.database.show_to(lambda login=login: house.keys[login])  # type: ignore[misc]
        with house.database.reading() as session:
            assert (session.get(Finding, key) is not None) is seen, login
            assert (session.get(Case, case.id) is not None) is seen, login
    house.database.show_to(lambda: house.keys["ines"])
