"""Who is on duty: everybody for themselves, for others only who has the roster."""

import pytest

from commandcenter.domain.people import Person
from commandcenter.errors import NotAllowed
from commandcenter.operations.rostering import set_duty
from tests.house import House


def put(house: House, who: str, *people: str, on_duty: bool) -> int | None:
    """``who`` puts people on duty or off; how many that changed."""
    keys = [house.keys[name] for name in people]
    return house.database.run("set_duty", house.person(who), "test", lambda work: set_duty(work, keys, on_duty))


def test_everybody_goes_off_duty_for_themselves_and_a_supervisor_for_all(small_house: House) -> None:
    house = small_house
    assert put(house, "oscar", "oscar", on_duty=False) == 1
    assert not house.get(Person, house.keys["oscar"]).on_duty
    assert put(house, "sue", "oscar", "olga", on_duty=False) == 1, "oscar was off duty already"


def test_nobody_changes_the_duty_of_others_without_the_roster(small_house: House) -> None:
    with pytest.raises(NotAllowed, match="no right to change the roster"):
        put(small_house, "oscar", "oscar", "olga", on_duty=False)
    assert small_house.get(Person, small_house.keys["oscar"]).on_duty, "all or nothing"
