"""``commandcenterctl ladder``: presses what is due by rule, once, and says so where the rule is off."""

import datetime as dt
from functools import partial

import pytest

from commandcenter import clock
from commandcenter.domain.cases import Case
from commandcenter.operations.administering import set_rule
from tests.ctl.asking import document
from tests.house import House


def test_a_timer_of_the_system_presses_what_is_due_and_again_is_harmless(
    house: House, capsys: pytest.CaptureFixture[str]
) -> None:
    house.now = clock.now() - dt.timedelta(days=20)
    work = house.contacted(urgency="urgent")
    asked = ("ladder", "--database", house.url)
    assert document(capsys, *asked) == {"on": False, "pressed": 0}
    house.database.run("set_rule", house.person("adam"), "test", partial(set_rule, name="ladder.by_rule", value="on"))
    assert document(capsys, *asked) == {"on": True, "pressed": 1}
    assert document(capsys, *asked) == {"on": True, "pressed": 0}
    assert house.get(Case, work.case_id).rung == "chased"
