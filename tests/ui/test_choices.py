"""What a form offers where a move asks for a record."""

from commandcenter.domain.people import Person
from commandcenter.domain.units import Squad
from commandcenter.live.picture import Picture
from tests.house import House
from ui.choices import Choices


def _with_a_namesake(house: House) -> Choices:
    picture = Picture()
    with house.database.reading() as session:
        picture.load([*session.query(Person).all(), *session.query(Squad).all()])
    oscar = house.person("oscar")
    picture.load([Person(id="other", login="li2", name_zh=oscar.name_zh, name_en=oscar.name_en, roles=oscar.roles,
                         squad_id=house.keys["south"], on_duty=True, disabled=False)])  # fmt: skip
    return Choices(picture)


def test_namesakes_are_told_apart_by_badge_or_login_and_by_squad(small_house: House) -> None:
    choices = _with_a_namesake(small_house)
    named = dict(choices.people_and_squads())
    assert named["other"] == "Oscar li2 · South"
    assert named[small_house.keys["oscar"]] == "Oscar oscar · North"
    officers = dict(choices.officers())
    assert officers["other"] == "Oscar li2 · South"
    assert dict(choices.officers(small_house.keys["south"]))["other"] == "Oscar li2"
