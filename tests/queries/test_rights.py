"""Who may ask what: the query refuses, whatever the window shows."""

from collections.abc import Callable
from typing import Any

import pytest

from commandcenter.domain.people import Person
from commandcenter.errors import NotAllowed
from commandcenter.queries.archive import Sought, search, those
from commandcenter.queries.history import life, photo_content
from tests.house import MONDAY, House

QUESTIONS: dict[str, Callable[[Any, Person, str], object]] = {
    "search": lambda session, actor, _case: search(session, actor, Sought(words="噪音")).hits,
    "life": life,
    "those": lambda session, actor, case: those(session, actor, [(case, case, MONDAY)]),
    "photo": lambda session, actor, _case: photo_content(session, actor, "0" * 64) is None,
}


@pytest.mark.parametrize("question", QUESTIONS)
def test_who_may_not_read_cases_gets_no_answer(small_house: House, question: str) -> None:
    house, ask = small_house, QUESTIONS[question]
    case = house.case().id
    gone = house.person("oscar")
    house.database.run("leave", None, "test", lambda work: setattr(work.get(Person, gone.id), "disabled", True))
    with house.database.reading() as session:
        assert ask(session, house.person("ines"), case)
        for login in ("walter", "adam", "oscar"):
            with pytest.raises(NotAllowed, match="has no right to read cases"):
                ask(session, house.person(login), case)
