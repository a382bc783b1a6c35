"""Whatever is claimed, given back, taken over or settled, by whomever, in whatever order: it is as the rules say."""

import datetime as dt
import shutil
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from commandcenter.domain.complaints import Complaint, pressing
from commandcenter.domain.record import Key
from commandcenter.errors import Refused
from commandcenter.storage.verification import first_broken
from tests.house import House, Plan
from tests.operations.test_claiming import came_in, sign

WHO = ("ann", "bob", "sue")
DEEDS = ("claim_next", "claim", "give_back", "take_over", "answer", "beat", "leave", "later")
Deed = tuple[str, str, int]
"""What is done, by whom, and to which of the complaints (or: how many minutes go by)."""
GONE = dt.timedelta(minutes=5)


@dataclass
class Model:
    """What ought to be so, told in the simplest words."""

    house: House
    waiting: list[Complaint]
    holds: dict[Key, tuple[str, dt.datetime]] = field(default_factory=dict)
    heard: dict[str, dt.datetime] = field(default_factory=dict)

    def holder(self, one: Complaint) -> str | None:
        """Whose claim on it stands now."""
        if one.id not in self.holds:
            return None
        who, since = self.holds[one.id]
        return who if max(since, self.heard.get(who, since)) > self.house.now - GONE else None

    def expected(self, name: str, who: str, one: Complaint) -> bool:
        """Whether the deed may be done, and if so what is so then."""
        whose = self.holds.get(one.id, ("", self.house.now))[0]
        stranger = self.holder(one) not in (None, who)
        if name == "claim_next":
            free = [one for one in sorted(self.waiting, key=pressing) if self.holder(one) is None]
            may = bool(free) and who != "sue"
            one = free[0] if may else one
        elif name == "take_over":
            may = stranger and who == "sue"
        else:
            right = {"claim": not stranger and whose != who, "give_back": whose == who, "answer": not stranger}
            may = who != "sue" and one in self.waiting and right[name]
        if may:
            self._take_note(name, who, one)
        return may

    def _take_note(self, name: str, who: str, one: Complaint) -> None:
        if name in ("claim", "claim_next"):
            self.holds[one.id] = who, self.house.now
        else:
            self.holds.pop(one.id, None)
        if name == "answer":
            self.waiting.remove(one)


@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(deeds=st.lists(st.tuples(st.sampled_from(DEEDS), st.sampled_from(WHO), st.integers(0, 3)), max_size=30))
def test_the_claims_are_at_every_moment_what_the_rules_say(file_plan: Plan, tmp_path: Path, deeds: list[Deed]) -> None:
    path = shutil.copy(file_plan.where, tmp_path / "house.sqlite")
    house = House(f"sqlite:///{path}", file_plan.keys)
    every = came_in(house, 3) + came_in(house, 1, urgency="urgent")
    model = Model(house, list(every))
    there = {who: sign(house, who) for who in WHO}
    model.heard = dict.fromkeys(WHO, house.now)
    for name, who, which in deeds:
        if name == "later":
            house.later(minutes=which + 1)
        elif name == "beat":
            house.database.presences.tell(there[who])
            model.heard[who] = house.now
        elif name == "leave":
            house.database.presences.leave(there[who].session_id)
            model.heard.pop(who, None)
        else:
            assert done(house, name, who, every[which]) == model.expected(name, who, every[which]), (name, who, which)
        _holds(house, model, every)
    with house.database.reading() as session:
        assert first_broken(session) is None
    house.close()


def done(house: House, name: str, who: str, one: Complaint) -> bool:
    """Do it. Whether it was allowed."""
    words: dict[str, Any] = {"answer": {"answer": "已解答"}, "take_over": {"reason": "急"}}.get(name, {})
    try:
        house.do(who, name, None if name == "claim_next" else one, **words)
    except Refused:
        return False
    return True


def _holds(house: House, model: Model, every: list[Complaint]) -> None:
    """The database says the same."""
    with house.database.reading() as session:
        now = {one.id: (one.claimed_by_id, one.claimed_at) for one in session.query(Complaint)}
    for one in every:
        who, since = model.holds.get(one.id, ("", None))
        assert now[one.id] == (house.keys.get(who), since)
