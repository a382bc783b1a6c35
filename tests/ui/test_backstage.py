"""The backstage: order, the one circle of data, loss and return of the connection, bugs, a clean end."""

import datetime as dt
import threading
from collections.abc import Callable, Iterator
from typing import Any

import pytest
from PySide6.QtCore import QObject
from pytestqt.qtbot import QtBot
from shiboken6 import delete

from commandcenter.domain.cases import Case
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.errors import Conflict, NotAllowed, Refused, Unavailable
from commandcenter.live.delta import Delta
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import HERE, House
from ui.backstage import LIVE, LOST, Backstage, Ticket

Announce = Callable[..., None]
GIVEN: dict[str, Any] = {"channel": "hotline", "urgency": "ordinary", "place_words": "阳光小区", "point": HERE}


def test_the_picture_comes_in_two_stages_and_the_first_is_usable(
    backstage: Backstage, small_house: House, qtbot: QtBot
) -> None:
    complaint, case, sent = small_house.complaint(), small_house.case(), small_house.dispatched()
    stages: list[tuple[str, bool, set[str]]] = []
    backstage.loaded.connect(lambda stage: stages.append((
        stage, complaint.id in backstage.picture.of(Complaint), set(backstage.picture.of(Case)))))
    backstage.start()
    qtbot.waitUntil(lambda: len(stages) == 2)
    assert stages == [("first", True, {case.id}), ("then", True, {case.id, sent.case_id})]
    assert backstage.picture.complete


def test_a_move_is_done_when_the_picture_holds_what_it_wrote(live: Backstage, qtbot: QtBot) -> None:
    held: list[str] = []
    ticket = live.do("receive", words="路灯坏了", **GIVEN)
    ticket.then(lambda key: held.append(live.picture.of(Complaint)[key].words))
    with qtbot.waitSignal(ticket.done):
        pass
    assert held == ["路灯坏了"]


def test_moves_are_made_in_the_order_they_are_asked_for(live: Backstage, qtbot: QtBot) -> None:
    done: list[str] = []
    for n in range(12):
        live.do("receive", words=f"第{n}件", **GIVEN).then(
            lambda key: done.append(live.picture.of(Complaint)[key].words))
    qtbot.waitUntil(lambda: len(done) == 12)
    assert done == [f"第{n}件" for n in range(12)]
    assert [c.words for c in sorted(live.picture.of(Complaint).values(), key=lambda c: c.number)] == done


def test_a_change_made_by_another_process_reaches_the_picture_by_itself(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    with qtbot.waitSignal(live.changed, check_params_cb=lambda delta: any(delta.of(Complaint))):
        complaint = small_house.complaint("别处受理的")
    assert live.picture.of(Complaint)[complaint.id].words == "别处受理的"


def test_on_either_database_an_own_move_and_a_foreign_one_come_by_the_same_road(house: House, qtbot: QtBot) -> None:
    backstage = Backstage(lambda: Database.open(house.url), Feed, lambda: perform, "test")
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE)
    backstage.person = house.person("ann")
    with qtbot.waitSignal(backstage.do("receive", words="自己的", **GIVEN).done) as done:
        pass
    assert done.args[0] in backstage.picture.of(Complaint)
    foreign = house.complaint("别处的")
    qtbot.waitUntil(lambda: foreign.id in backstage.picture.of(Complaint))
    assert backstage.close()


def test_a_refusal_is_told_to_the_asker_and_to_the_message_bar_and_changes_nothing(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    live.person = small_house.person("oscar")
    told: list[Refused] = []
    live.refused.connect(told.append)
    ticket = live.do("receive", words="x", **GIVEN)
    with qtbot.waitSignal(ticket.refused) as refused:
        pass
    assert isinstance(refused.args[0], NotAllowed)
    assert told == [refused.args[0]]
    assert not live.picture.of(Complaint)


def test_a_stale_snapshot_is_refused_with_who_and_when(live: Backstage, small_house: House, qtbot: QtBot) -> None:
    case = small_house.case()
    qtbot.waitUntil(lambda: case.id in live.picture.of(Case))
    seen = live.picture.of(Case)[case.id].version
    small_house.do("sue", "remark", case, words="先等等")
    small_house.do("bob", "dispatch", case, squad=small_house.keys["south"], why="属地")
    ticket = live.do("dispatch", subject=case.id, seen_version=seen, squad=small_house.keys["north"], why="属地")
    with qtbot.waitSignal(ticket.refused) as refused:
        pass
    assert isinstance(refused.args[0], Conflict)
    assert refused.args[0].params["person"] == small_house.person("bob").name


def test_only_the_last_of_the_questions_asked_while_typing_is_answered(live: Backstage, qtbot: QtBot) -> None:
    asker, answers = QObject(), list[str]()
    gate = threading.Event()

    def question(words: str) -> Callable[[Any], str]:
        def answer(_session: Any) -> str:
            gate.wait(10)
            return words

        return answer

    for words in ("噪", "噪音", "噪音扰民"):
        live.ask(question(words), answers.append, owner=asker, latest="words")
    live.ask(question("另问"), answers.append, owner=asker, latest="other")
    gate.set()
    qtbot.waitUntil(lambda: len(answers) == 2)
    assert sorted(answers) == ["另问", "噪音扰民"]


def test_an_answer_for_a_panel_that_is_gone_is_dropped(live: Backstage, qtbot: QtBot) -> None:
    gone, here = QObject(), QObject()
    answers: list[str] = []
    gate = threading.Event()

    def late(_session: Any) -> str:
        gate.wait(10)
        return "late"

    live.ask(late, answers.append, owner=gone)
    live.ask(late, answers.append, owner=here)
    delete(gone)
    gate.set()
    qtbot.waitUntil(lambda: answers == ["late"])
    with qtbot.waitSignal(live.do("receive", words="x", **GIVEN).done):
        pass  # whatever was on its way before has come through the same hatch by now
    assert answers == ["late"]


def test_a_query_that_is_refused_says_so_to_whoever_asked(live: Backstage, qtbot: QtBot) -> None:
    asker, told = QObject(), list[Refused]()

    def refuse(_session: Any) -> None:
        raise Refused("Too wide a search: narrow it.")

    live.ask(refuse, lambda _nothing: None, owner=asker, otherwise=told.append)
    qtbot.waitUntil(lambda: len(told) == 1)
    assert str(told[0]) == "Too wide a search: narrow it."


def test_a_bug_in_a_query_is_reported_and_the_next_query_is_answered(
    live: Backstage, qtbot: QtBot, expect_log: Announce
) -> None:
    expect_log("bug while query test_a_bug_in_a_query_is_reported_and_the_next_query_is_answered.<locals>.broken: "
               "ZeroDivisionError: integer division or modulo by zero")
    asker, answers = QObject(), list[int]()

    def broken(_session: Any) -> int:
        return 1 // 0

    with qtbot.waitSignal(live.bug) as bug:
        live.ask(broken, answers.append, owner=asker)
    assert "ZeroDivisionError" in bug.args[0].what
    assert "broken" in bug.args[0].text
    live.ask(lambda _session: 7, answers.append, owner=asker)
    qtbot.waitUntil(lambda: answers == [7])


def test_a_bug_in_an_operation_fails_its_ticket_and_the_next_one_is_done(
    live: Backstage, qtbot: QtBot, expect_log: Announce
) -> None:
    expect_log("bug while operation explode: RuntimeError: boom")
    def explode(_work: Any) -> None:
        raise RuntimeError("boom")

    ticket = live.run(Ticket("explode"), explode)
    with qtbot.waitSignals([ticket.failed, live.bug]):
        pass
    with qtbot.waitSignal(live.do("receive", words="x", **GIVEN).done):
        pass


def test_nobody_signed_in_can_do_nothing(backstage: Backstage) -> None:
    with pytest.raises(RuntimeError, match="nobody is signed in"):
        backstage.do("receive", words="x", **GIVEN)


# ---------------------------------------------------------------------- the connection


class Cut(Feed):
    """A feed whose wire a test can cut, or whose readings it can hold up."""

    cut = False
    cut_after: int | None = None
    held_up: threading.Event | None = None

    def _if_cut(self) -> None:
        if self.held_up is not None:
            self.held_up.wait(10)
        if self.cut_after is not None:
            self.cut, self.cut_after = self.cut_after <= 0, self.cut_after - 1
        if self.cut:
            raise Unavailable("The server is away.")

    def read(self) -> Any:
        self._if_cut()
        return super().read()

    def sightings(self) -> Any:
        self._if_cut()
        return super().sightings()


def test_the_feed_takes_its_position_before_the_picture_is_read(small_house: House, qtbot: QtBot) -> None:
    taken: list[str] = []

    class Watched(Feed):
        def start(self) -> None:
            taken.append("position")
            super().start()

    class Read(Database):
        def reading(self, *, whole: bool = False) -> Any:
            taken.append("reading")
            return super().reading(whole=whole)

    backstage = Backstage(lambda: Read.open(small_house.url), Watched, lambda: perform, "test")
    backstage.start()
    qtbot.waitUntil(lambda: backstage.picture.complete)
    assert backstage.close()
    assert taken[:2] == ["position", "reading"]


@pytest.fixture
def wired(small_house: House, qtbot: QtBot) -> Iterator[tuple[Backstage, Cut]]:
    feeds: list[Cut] = []

    def tailing(database: Database) -> Cut:
        feeds.append(Cut(database))
        return feeds[0]

    made = Backstage(lambda: Database.open(small_house.url), tailing, lambda: perform, "test")
    made.start()
    qtbot.waitUntil(lambda: made.state == LIVE)
    made.person = small_house.person("ann")
    yield made, feeds[0]
    feeds[0].cut, feeds[0].cut_after = False, None
    assert made.close()


def test_a_lost_connection_is_said_with_its_age_and_nothing_is_missed_when_it_is_back(
    wired: tuple[Backstage, Cut], small_house: House, qtbot: QtBot, expect_log: Announce
) -> None:
    expect_log("the connection was lost: The server is away.")
    backstage, feed = wired
    with qtbot.waitSignal(backstage.live, check_params_cb=lambda state, _age: state == LOST):
        feed.cut = True
        feed.wake()
    assert str(backstage.why) == "The server is away."
    before = backstage.age
    missed = small_house.complaint("断线时受理的")
    assert missed.id not in backstage.picture.of(Complaint)
    assert backstage.age >= before > 0
    with qtbot.waitSignal(backstage.live, check_params_cb=lambda state, _age: state == LIVE):
        feed.cut = False
        backstage.retry()
    qtbot.waitUntil(lambda: missed.id in backstage.picture.of(Complaint))
    assert backstage.why is None


def test_a_move_is_not_called_done_before_the_feed_has_shown_it(wired: tuple[Backstage, Cut], qtbot: QtBot) -> None:
    backstage, feed = wired
    order: list[str] = []
    backstage.changed.connect(lambda delta: order.append("changed") if any(delta.of(Complaint)) else None)
    feed.held_up = threading.Event()
    ticket = backstage.do("receive", words="x", **GIVEN)
    ticket.done.connect(lambda _key: order.append("done"))
    passed = threading.Event()
    backstage.carry_out(Ticket("behind it"), lambda _database: passed.set())
    qtbot.waitUntil(passed.is_set)  # the move is committed, and its lane has gone on to the next
    flushed: list[None] = []
    backstage.aside(lambda: None, flushed.append, owner=backstage)
    qtbot.waitUntil(lambda: bool(flushed))  # whatever the lane had put into the hatch has come out
    assert order == []
    feed.held_up.set()
    qtbot.waitUntil(lambda: len(order) == 2)
    assert order == ["changed", "done"]


@pytest.mark.parametrize("readings", [0, 2], ids=["in the look under way", "in the look after it"])
def test_an_operation_that_was_committed_is_done_though_the_feed_is_cut(
    wired: tuple[Backstage, Cut], qtbot: QtBot, expect_log: Announce, readings: int
) -> None:
    expect_log("the connection was lost: The server is away.")
    backstage, feed = wired
    feed.held_up = threading.Event()
    ticket = backstage.do("receive", words="x", **GIVEN)
    passed = threading.Event()
    backstage.carry_out(Ticket("behind it"), lambda _database: passed.set())
    qtbot.waitUntil(passed.is_set)
    feed.cut_after = readings  # a look is two readings: of the journal, of the sightings
    with qtbot.waitSignal(ticket.done):
        feed.held_up.set()
    qtbot.waitUntil(lambda: backstage.state == LOST)


def test_after_a_stumble_of_the_feed_everything_is_read_anew_and_what_left_is_gone(
    wired: tuple[Backstage, Cut], small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch,
    expect_log: Announce,
) -> None:
    expect_log("bug while following the journal: ValueError: half way", "the connection was lost: a bug")
    backstage, _feed = wired
    stays, goes = small_house.complaint("留下"), small_house.complaint("答复了")
    qtbot.waitUntil(lambda: len(backstage.picture.of(Complaint)) == 2)
    ledger = backstage._following._ledger
    deltas: list[Delta] = []
    backstage.changed.connect(deltas.append)

    digest = ledger.digest

    def stumble(*args: Any) -> Delta:
        digest(*args)  # from here on the ledger believes that this was told
        raise ValueError("half way")

    with monkeypatch.context() as patch, qtbot.waitSignal(backstage.bug):
        patch.setattr(ledger, "digest", stumble)
        small_house.do("ann", "answer", goes, answer="已说明")
    qtbot.waitUntil(lambda: goes.id not in backstage.picture.of(Complaint))
    assert stays.id in backstage.picture.of(Complaint)
    assert any(c.key == goes.id and c.after is None for delta in deltas for c in delta.changes)


def test_a_database_that_is_not_there_is_told_once_and_opened_when_it_comes(
    small_house: House, qtbot: QtBot, expect_log: Announce
) -> None:
    expect_log("the database is not available: There is no database yet.")
    there = threading.Event()

    def opening() -> Database:
        if not there.is_set():
            raise Unavailable("There is no database yet.")
        return Database.open(small_house.url)

    backstage = Backstage(opening, Feed, lambda: perform, "test")
    told: list[Refused] = []
    backstage.unavailable.connect(told.append)
    backstage.start()
    qtbot.waitUntil(lambda: bool(told))
    backstage.retry()
    backstage.retry()
    there.set()
    backstage.retry()
    qtbot.waitUntil(lambda: backstage.picture.complete)
    assert [str(refusal) for refusal in told] == ["There is no database yet."]
    assert backstage.close()


def test_closing_ends_every_thread(small_house: House, qtbot: QtBot) -> None:
    backstage = Backstage(lambda: Database.open(small_house.url), Feed, lambda: perform, "test")
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE)
    mine = [lane for lane in backstage._lanes if lane.is_alive()]
    assert len(mine) == 5
    assert backstage.close()
    assert not any(lane.is_alive() for lane in mine)


def test_rights_taken_away_while_signed_in_are_gone_at_once(
    live: Backstage, small_house: House, qtbot: QtBot
) -> None:
    def demote(work: Any) -> None:
        work.get(Person, small_house.keys["ann"]).roles = ["wall"]

    small_house.database.run("roster", small_house.person("adam"), "test", demote)
    qtbot.waitUntil(lambda: live.person is not None and not live.person.rights)


def test_the_time_is_the_databases(live: Backstage, small_house: House) -> None:
    small_house.now += dt.timedelta(days=3)
    assert live.now() == small_house.now
