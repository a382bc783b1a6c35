"""Whatever people do, in whatever order: nothing hangs on a case that is over, and nobody is left waiting on one."""

import datetime as dt
import shutil
import tempfile
from collections import Counter
from pathlib import Path
from typing import Any, ClassVar

import pytest
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from commandcenter.domain.assignments import Assignment
from commandcenter.domain.cases import AT_SQUAD, Case, CaseState
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Promise
from commandcenter.domain.limits import Limit
from commandcenter.domain.record import Key, Record
from commandcenter.domain.rulings import Request
from commandcenter.errors import Refused
from tests.house import HERE, House, Plan

SQUADS = ("north", "south", "harbour")
TEAM = {"north": ("carl", "oscar"), "south": ("cora", "otto"), "harbour": ("dora", "dirk")}
NAMES = (*SQUADS, "oscar", "otto", "dirk", "bob", "carl")
OPERATORS = ("ann", "bob")
MOST_CASES = 5
"""Few, so that much happens to each."""
WORKING = ("accepted", "contacted", "handling")
RUNNING = (*WORKING, "dispatched", "suspended", "return_asked")
HANGS = {"linked", "visit_due", "disputed"}
"""A complaint in one of these states waits for the end of its case."""
which = st.integers(0, 5)
squad, named, operator = st.sampled_from(SQUADS), st.sampled_from(NAMES), st.sampled_from(OPERATORS)


class Life(RuleBasedStateMachine):
    """A small district in which anything may happen that the operations admit."""

    plan: ClassVar[Plan]
    made: ClassVar[Counter[str]] = Counter()

    def __init__(self) -> None:
        super().__init__()
        self.folder = tempfile.TemporaryDirectory()
        path = Path(self.folder.name) / "house.sqlite"
        shutil.copy(self.plan.where, path)
        self.house = House(f"sqlite:///{path}", self.plan.keys)
        self.callers = 0
        self.rows: dict[type[Any], list[Any]] = {}
        self.a_call_opens_a_case()

    def teardown(self) -> None:
        self.house.close()
        self.folder.cleanup()

    # ------------------------------------------------------------ hands

    def held(self, kind: type[Any], **where: Any) -> list[Any]:
        """The rows of a kind, oldest first; ``where`` gives a value for an attribute, or several to choose from."""
        if kind not in self.rows:
            with self.house.database.reading() as session:
                self.rows[kind] = list(session.query(kind).order_by(kind.id))
        chosen = {name: {wanted} if isinstance(wanted, str) else wanted for name, wanted in where.items()}
        return [row for row in self.rows[kind] if all(getattr(row, name) in few for name, few in chosen.items())]

    def pick(self, which: int, kind: type[Any], **where: Any) -> Any:
        rows = self.held(kind, **where)
        return rows[which % len(rows)] if rows else None

    def do(self, login: str, name: str, subject: Record | Key | None, **given: Any) -> Key | None:
        if subject is None:
            return None
        self.house.later(minutes=2)
        self.rows.clear()
        try:
            key = self.house.do(login, name, subject, **given)
        except Refused:
            return None
        self.made[name] += 1
        return key

    def complaint(self) -> Complaint:
        self.callers += 1
        self.rows.clear()
        return self.house.complaint(caller_phone=f"137{self.callers:08d}")

    def work(self, which: int, *states: str) -> tuple[Assignment | None, str, str]:
        """An assignment in such a state, and the captain and the officer who answer for it."""
        work = self.pick(which, Assignment, state=states)
        keys = {self.house.keys[name]: name for name in (*SQUADS, "oscar", "olga", "otto", "dirk")}
        captain, officer = TEAM[keys[work.squad_id]] if work is not None else ("carl", "oscar")
        return work, captain, keys.get(work.officer_id, officer) if work is not None else officer

    # ------------------------------------------------------------ what people do

    @precondition(lambda self: len(self.held(Case)) < MOST_CASES)
    @rule()
    def a_call_opens_a_case(self) -> None:
        said = self.complaint()
        self.do("ann", "open_case", said, matter=self.house.keys["noise"], place_words="阳光小区", urgency="ordinary")

    @precondition(lambda self: len(self.held(Complaint)) < MOST_CASES + 2)
    @rule(which=which)
    def another_calls_about_it(self, which: int) -> None:
        case = self.pick(which, Case)
        if case is not None:
            self.do("bob", "attach", self.complaint(), case=case.id)

    @precondition(lambda self: len(self.held(Case)) < MOST_CASES)
    @rule()
    def a_patrol_finds_something(self) -> None:
        self.rows.clear()
        self.house.do("oscar", "find", words="占道", matter=self.house.keys["noise"], place_words="某处", point=HERE,
                      urgency="ordinary")  # fmt: skip

    @precondition(lambda self: self.pick(0, Case, state="open"))
    @rule(which=which, squad=squad, helpers=st.lists(squad, max_size=2))
    def it_is_dispatched(self, which: int, squad: str, helpers: list[str]) -> None:
        keys = self.house.keys
        self.do("ann", "dispatch", self.pick(which, Case, state="open"), squad=keys[squad], why="属地",
                assisting=[keys[h] for h in helpers])  # fmt: skip

    @precondition(lambda self: self.pick(0, Case, state=AT_SQUAD))
    @rule(which=which, squad=squad)
    def help_is_sent(self, which: int, squad: str) -> None:
        case = self.pick(which, Case, state=AT_SQUAD)
        self.do("ann", "assist", case, squad=self.house.keys[squad], why="联合")

    @precondition(lambda self: self.pick(0, Assignment, state="dispatched"))
    @rule(which=which)
    def a_squad_accepts_and_rings(self, which: int) -> None:
        work, captain, officer = self.work(which, "dispatched")
        self.do(captain, "accept", work, officer=self.house.keys[officer])
        self.everybody_is_rung(which)

    @precondition(lambda self: self.pick(0, Assignment, state=WORKING))
    @rule(which=which)
    def everybody_is_rung(self, which: int) -> None:
        work, _captain, officer = self.work(which, *WORKING)
        if work is None:
            return
        waiting = self.held(Complaint, case_id=work.case_id, state=HANGS)
        for complaint in waiting or [None]:
            more = {"complaint": complaint.id} if complaint is not None else {}
            self.do(officer, "contact", work, means="visit", outcome="reached", words="到场", **more)

    @precondition(lambda self: self.pick(0, Assignment, state=("dispatched", *WORKING)))
    @rule(which=which, days=st.integers(1, 10), rest=st.sampled_from([0, 1, 60]))
    @precondition(lambda self: self.pick(0, Assignment, state=WORKING))
    def a_suspension_comes_and_goes(self, which: int, days: int, rest: int) -> None:
        work, _captain, officer = self.work(which, *WORKING)
        asked = self.do(officer, "ask_suspension", work, reason="等图纸", amount=f"{days} d")
        self.do("sue", "agree", asked, ruling="同意")
        if work is not None and asked is not None:
            self.house.later(days=rest)
            self.do(officer, "resume", work.id, reason="图纸到了")

    @rule(which=which, ask=st.sampled_from(["ask_return", "ask_suspension", "ask_extension"]),
          days=st.integers(1, 10))  # fmt: skip
    def a_squad_asks(self, which: int, ask: str, days: int) -> None:
        if ask == "ask_return":
            work, captain, _officer = self.work(which, "dispatched")
            self.do(captain, ask, work, reason="不属", basis="属地")
            return
        work, _captain, officer = self.work(which, *WORKING)
        self.do(officer, ask, work, reason="复杂", amount=f"{days} {'wd' if ask == 'ask_extension' else 'd'}")

    @precondition(lambda self: self.pick(0, Request, state="asked"))
    @rule(which=which, ruling=st.sampled_from(["agree", "refuse"]))
    def a_supervisor_rules(self, which: int, ruling: str) -> None:
        self.do("sue", ruling, self.pick(which, Request, state="asked"), ruling="知道了")

    @precondition(lambda self: self.pick(0, Assignment, state="suspended"))
    @rule(which=which, days=st.sampled_from([0, 1, 60]))
    def work_is_resumed(self, which: int, days: int) -> None:
        work, _captain, officer = self.work(which, "suspended")
        if work is not None:
            self.house.later(days=days)
        self.do(officer, "resume", work, reason="图纸到了")

    @precondition(lambda self: len(self.held(Promise)) < 3)
    @rule(which=which)
    def a_word_is_given(self, which: int) -> None:
        self.do("ann", "promise", self.pick(which, Case), to_whom="王女士", what="回电",
                due_at=self.house.now + dt.timedelta(hours=3))  # fmt: skip

    @precondition(lambda self: self.pick(0, Promise, state="promised"))
    @rule(which=which, how=st.sampled_from(["keep", "break_promise"]))
    def a_word_is_settled(self, which: int, how: str) -> None:
        self.do("ann", how, self.pick(which, Promise, state="promised"), outcome="已回电")

    @precondition(lambda self: self.pick(0, Assignment, state=WORKING))
    @rule(which=which)
    def it_is_put_right(self, which: int) -> None:
        work, _captain, officer = self.work(which, *WORKING)
        self.do(officer, "resolve", work, disposition="rectified", closing_text="好了")

    @precondition(lambda self: self.pick(0, Case, state="resolved"))
    @rule(which=which, how=st.sampled_from(["approve", "approve", "send_back"]))
    def it_is_reviewed(self, which: int, how: str) -> None:
        self.do("sue", how, self.pick(which, Case, state="resolved"), remark="看过了")

    @precondition(lambda self: self.pick(0, Complaint, state="visit_due"))
    @rule(which=which, operator=operator, solved=st.booleans())
    def a_citizen_is_visited(self, which: int, operator: str, solved: bool) -> None:
        self.do(operator, "visit", self.pick(which, Complaint, state="visit_due"), outcome="reached",
                solved=solved, satisfied=3)  # fmt: skip

    @precondition(lambda self: self.pick(0, Case, state="closed"))
    @rule(which=which)
    def a_closed_case_is_reopened(self, which: int) -> None:
        self.do("ann", "reopen", self.pick(which, Case, state="closed"), reason="又来了")

    @precondition(lambda self: self.pick(0, Case, state=("open", "dispatched")))
    @rule(which=which)
    def a_case_is_cancelled(self, which: int) -> None:
        self.do("ann", "cancel", self.pick(which, Case, state=("open", "dispatched")), reason="误立")

    @precondition(lambda self: len(self.held(Case, state=("open", *AT_SQUAD))) > 1)
    @rule(one=which, other=which)
    def two_cases_are_merged(self, one: int, other: int) -> None:
        goes, stays = self.pick(one, Case), self.pick(other, Case)
        if goes is not None and stays is not None:
            self.do("ann", "merge", goes, case=stays.id, reason="同一件事")

    @precondition(lambda self: self.pick(0, Complaint, state="linked"))
    @rule(which=which)
    def a_complaint_is_split_off(self, which: int) -> None:
        self.do("ann", "split", self.pick(which, Complaint, state="linked"), reason="不是一回事")

    @precondition(lambda self: sum(len(case.named) for case in self.held(Case)) < 2)
    @rule(which=which)
    @precondition(lambda self: self.pick(0, Assignment, state=RUNNING))
    @precondition(lambda self: sum(len(case.named) for case in self.held(Case)) < 3)
    def who_works_on_it_is_named(self, which: int) -> None:
        work = self.pick(which, Assignment, state=RUNNING)
        self.do("sue", "name_conflict", work.case_id, named=[work.officer_id or work.squad_id], reason="举报")

    @rule(which=which, name=named)
    def somebody_is_named(self, which: int, name: str) -> None:
        self.do("sue", "name_conflict", self.pick(which, Case), named=[self.house.keys[name]], reason="举报")

    @precondition(lambda self: self.pick(0, Case, state="open"))
    @rule(which=which, solved=st.booleans())
    def a_case_goes_its_usual_way(self, which: int, solved: bool) -> None:
        """What random moves seldom reach: from the dispatch to the citizen's word."""
        case = self.pick(which, Case, state="open")
        if case is None:
            return
        for free in SQUADS:
            if self.do("ann", "dispatch", case, squad=self.house.keys[free], why="属地"):
                break
        lead = self.pick(0, Assignment, case_id=case.id, state="dispatched", part="lead")
        if lead is None:
            return
        captain, officer = TEAM[free]
        self.do(captain, "accept", lead, officer=self.house.keys[officer])
        for complaint in self.held(Complaint, case_id=case.id):
            self.do(officer, "contact", lead.id, means="visit", outcome="reached", words="到场", complaint=complaint.id)
        self.do(officer, "resolve", lead.id, disposition="rectified", closing_text="好了")
        self.do("sue", "approve", case.id, remark="同意")
        for complaint in self.held(Complaint, case_id=case.id):
            self.do("bob", "visit", complaint, outcome="reached", solved=solved, satisfied=3)

    # ------------------------------------------------------------ what holds whatever they do

    @invariant()
    def nothing_hangs_on_a_case_that_is_over(self) -> None:
        over = {case.id for case in self.held(Case) if case.ended}
        assert not [r.ask for r in self.held(Request, state="asked") if r.case_id in over]
        assert not [a.state for a in self.held(Assignment) if not a.over and a.case_id in over]
        assert not [p.what for p in self.held(Promise, state="promised") if p.case_id in over]

    @invariant()
    def who_waits_for_an_end_waits_on_a_case_that_can_end_and_for_a_word_or_a_visit(self) -> None:
        cases = {case.id: case for case in self.held(Case)}
        for complaint in self.held(Complaint, state=HANGS):
            case = cases[complaint.case_id]
            assert not case.ended
            assert (complaint.state == "visit_due") == (case.state == CaseState.VISITING), (complaint.state, case.state)
            assert (complaint.visit_due_at if complaint.state == "visit_due" else complaint.progress_due_at) is not None
        visited = {c.case_id for c in self.held(Complaint, state="visit_due")}
        assert {c.id for c in cases.values() if c.state == CaseState.VISITING} == visited

    @invariant()
    def a_case_with_citizens_is_closed_by_one_of_them(self) -> None:
        for case in self.held(Case, state="closed"):
            asked = [c.visited_at for c in self.held(Complaint, case_id=case.id)]
            assert not asked or any(at is not None and at >= case.reviewed_at for at in asked)

    @invariant()
    def every_request_that_waits_is_about_work_that_runs(self) -> None:
        works = {a.id: a for a in self.held(Assignment)}
        for request in self.held(Request, state="asked"):
            state = works[request.assignment_id].state
            assert (state == "return_asked") == (request.ask == "return"), (request.ask, state)
            assert not works[request.assignment_id].over

    @invariant()
    def a_case_and_its_squads_agree(self) -> None:
        every = self.held(Assignment)
        for case in self.held(Case):
            running = [a for a in every if a.case_id == case.id and not a.over]
            assert max(Counter(a.squad_id for a in running).values(), default=1) == 1, "no squad twice"
            assert all(a.round == case.round for a in running)
            assert case.assisting == sum(a.part == "assist" for a in running)
            assert not {key for a in running for key in (a.squad_id, a.officer_id)} & set(case.named)
            leads = [a for a in running if a.part == "lead"]
            if case.state in AT_SQUAD:
                assert [(a.id, a.state) for a in leads] == [(case.lead_id, case.state)]
            else:
                assert not leads
            assert case.complaints == len(self.held(Complaint, case_id=case.id))

    @invariant()
    def no_clock_stands_or_is_stretched_longer_than_allowed(self) -> None:
        for work in self.held(Assignment):
            assert not work.extension or Limit.parse(work.extension).amount <= 10
            assert (work.suspended_until is not None) == (work.state == "suspended")
            assert all(end for _begun, end in work.pauses) or work.state == "suspended"
            for begun, end in work.pauses:
                length = dt.datetime.fromisoformat(end or begun) - dt.datetime.fromisoformat(begun)
                assert length <= dt.timedelta(days=31), "agreed for ten days at most, or to the next working day"


@pytest.mark.xdist_group("life_laws")
def test_whatever_people_do_nothing_hangs_on_what_is_over_and_nobody_waits_in_vain(file_plan: Plan) -> None:
    Life.plan = file_plan
    Life.made.clear()
    run_state_machine_as_test(
        # The same lives every time, so that what must have happened in them can be asked for.
        Life, settings=settings(max_examples=20, stateful_step_count=50, derandomize=True,
                       suppress_health_check=list(HealthCheck)),
    )  # fmt: skip
    rare = {"merge", "split", "cancel", "reopen", "agree", "resume", "visit", "name_conflict", "keep"}
    assert rare <= set(Life.made), f"never happened: {rare - set(Life.made)}; {Life.made}"
