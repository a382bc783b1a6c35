"""One case's life: everything that hangs on it, who handled it, and what the rules look at – also when it has ended."""

from commandcenter.domain.moves import BY_NAME, why_not
from commandcenter.domain.rules import Rules
from commandcenter.queries.history import Life, life
from tests.house import House


def of(house: House, key: str) -> Life:
    with house.database.reading() as session:
        found = life(session, house.person("ines"), key)
        assert found is not None
        return found


def rules_of(house: House) -> Rules:
    found = house.database.run("look", house.person("sue"), "test", lambda work: work.rules)
    assert found is not None
    return found


def test_every_look_at_a_caller_stands_in_the_life_of_the_case(house: House) -> None:
    case = house.case()
    house.do("ann", "reveal", house.complaints_of(case)[0], reason="核对号码")
    last = of(house, case.id).timeline[-1]
    assert (last.operation, last.reason) == ("reveal", "核对号码")
    assert last.actor is not None
    assert last.actor.login == "ann"
    assert "13912348816" not in str([line.changes for line in last.lines])


def test_all_who_put_their_hands_on_it_are_known_in_every_round(house: House) -> None:
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=False, satisfied=1, words="还吵")
    again = of(house, case.id)
    assert again.case.round == 2
    assert again.handlers == {house.keys["oscar"]}
    house.do("carl", "accept", again.lead, officer=house.keys["olga"])
    house.do("sue", "remark", case.id, words="盯住")
    again = of(house, case.id)
    assert again.handlers == {house.keys["oscar"], house.keys["olga"]}, "a remark of the centre handles nothing"
    assert [a.round for a in again.at_work] == [2]


def test_the_scene_of_a_life_judges_as_the_operation_does(house: House) -> None:
    case = house.resolved()
    whole = of(house, case.id)
    rules = rules_of(house)

    def refused(login: str, move: str) -> bool:
        scene = whole.scene(whole.case, house.person(login), house.now, rules)
        return why_not(BY_NAME[move], scene) is not None

    assert not refused("sue", "approve")
    assert refused("oscar", "approve")
    assert refused("ann", "approve")


def test_a_closed_case_has_its_scene_and_its_ties_too(house: House) -> None:
    case = house.visiting()
    house.do("bob", "visit", house.complaints_of(case)[0], outcome="reached", solved=True, satisfied=5)
    house.later(days=30)
    house.do("sue", "reopen", case.id, reason="又响了")
    whole = of(house, case.id)
    assert whole.case.state == "closed"
    other = next(iter(whole.linked.values()))
    assert other.previous_id == case.id
    assert [link.sort for link in whole.links] == ["reopened"]
    assert of(house, other.id).linked.keys() == {case.id}


def test_a_request_that_waits_is_part_of_the_scene_of_its_assignment(house: House) -> None:
    assignment = house.contacted()
    house.do("oscar", "ask_extension", assignment, reason="检测", amount="3 wd")
    whole = of(house, assignment.case_id)
    rules = rules_of(house)
    held = whole.at_work[0]
    refusal = why_not(BY_NAME["ask_suspension"], whole.scene(held, house.person("oscar"), house.now, rules))
    assert str(refusal) == "A request is already waiting for its ruling."
    assert [r.ask for r in whole.requests] == ["extension"]
