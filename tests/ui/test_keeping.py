"""The degraded desk: with the database gone calls are taken, kept, and sent in order when it is back, exactly once."""

import datetime as dt
import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from pytestqt.qtbot import QtBot
from sqlalchemy import select

from commandcenter import clock
from commandcenter.domain.complaints import Complaint
from commandcenter.domain.contacts import Note
from commandcenter.domain.journal import JournalLine
from commandcenter.domain.matters import Matter
from commandcenter.domain.record import new_key
from commandcenter.errors import Refused, Unavailable
from commandcenter.operations import perform
from commandcenter.spool import Kept, Spool
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import HERE, House
from tests.postgres import Cluster, private_cluster
from ui.backstage import LIVE, LOST, Backstage, Ticket
from ui.keeping import Keeping

ROOT = Path(__file__).resolve().parents[2]
CALL: dict[str, Any] = {"channel": "hotline", "urgency": "ordinary", "place_words": "阳光小区", "point": HERE}
Announce = Callable[..., None]


@pytest.fixture(autouse=True)
def own_data(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The spool of each test lies in its own folder."""
    monkeypatch.setenv("COMMANDCENTER_DATA", str(tmp_path / "data"))
    return tmp_path / "data"


class Away:
    """A district in a file that can be moved away, and a desk that keeps."""

    def __init__(self, house: House, qtbot: QtBot) -> None:
        self.house, self.qtbot = house, qtbot
        self.path = Path(house.url.removeprefix("sqlite:///"))
        self.elsewhere = self.path.with_name("elsewhere.sqlite")
        self.desk = self.open()

    def open(self) -> Backstage:
        """A start of the program, with ann at the desk."""
        made = Backstage(
            lambda: Database.open(self.house.url, clock=lambda: self.house.now), Feed, lambda: perform, "seat 3",
            Keeping(Spool, lambda: perform),
        )  # fmt: skip
        made.start()
        self.qtbot.waitUntil(lambda: made.state == LIVE and made.picture.complete)
        made.person = self.house.person("ann")
        return made

    def go(self) -> None:
        """The file is moved away, and the desk has noticed."""
        self.house.database.close()
        self.path.rename(self.elsewhere)
        self.desk.retry()
        self.qtbot.waitUntil(lambda: self.desk.state == LOST)

    def come_back(self) -> None:
        """It is there again, and what was kept is gone from here."""
        self.elsewhere.rename(self.path)
        self.desk.retry()
        self.qtbot.waitUntil(lambda: self.desk.state == LIVE)

    def keep(self, words: str = "路灯坏了", move: str = "receive", subject: str | None = None) -> Kept:
        """ann types it, and it is kept."""
        given = {**CALL, "words": words} if move == "receive" else {"words": words}
        ticket = self.desk.do(move, subject=subject, **given)
        with self.qtbot.waitSignal(ticket.kept) as kept:
            pass
        entry = kept.args[0]
        assert isinstance(entry, Kept)
        return entry

    def refusal(self, ticket: Ticket) -> Refused:
        with self.qtbot.waitSignal(ticket.refused) as refused:
            pass
        refusal = refused.args[0]
        assert isinstance(refusal, Refused)
        return refusal

    def complaints(self) -> list[Complaint]:
        with self.house.database.reading() as session:
            return list(session.scalars(select(Complaint).order_by(Complaint.number)))

    @property
    def keeping(self) -> Keeping:
        assert self.desk.keeping is not None
        return self.desk.keeping


@pytest.fixture
def away(small_house: House, qtbot: QtBot, expect_log: Announce) -> Iterator[Away]:
    made = Away(small_house, qtbot)
    gone = f"The database file “{made.path}” is gone: it was moved or deleted. This change was not saved. Put it back."
    expect_log(f"the connection was lost: {gone}")
    yield made
    assert made.desk.close()


def test_calls_are_kept_while_the_file_is_away_and_sent_in_their_order_when_it_is_back(away: Away) -> None:
    away.go()
    typed = away.house.now
    entries = [away.keep(f"第{n}件") for n in range(3)]
    assert away.keeping.entries == tuple(entries)
    away.house.later(minutes=20)
    away.come_back()
    away.qtbot.waitUntil(lambda: not away.keeping.entries)
    made = away.complaints()
    assert [c.words for c in made] == ["第0件", "第1件", "第2件"]
    assert {c.arrived_at for c in made} == {typed}
    assert {c.received_at for c in made} == {away.house.now}
    assert all(c.point == HERE for c in made)
    with away.house.database.reading() as session:
        lines = session.scalars(select(JournalLine).where(JournalLine.kind == "complaint")).all()
    assert {(line.actor_id, line.station) for line in lines} == {(away.house.keys["ann"], "seat 3")}
    assert {line.operation_id for line in lines} == {entry.id for entry in entries}


def test_a_remark_is_kept_too_and_what_decides_is_refused_in_words(away: Away) -> None:
    case = away.house.case()
    away.go()
    entry = away.keep("来电催问", "remark", case.id)
    refusal = away.refusal(away.desk.do("dispatch", subject=case.id, squad=away.house.keys["north"], why="属地"))
    assert isinstance(refusal, Unavailable)
    assert "needs the database, which is away: what others did meanwhile decides" in str(refusal)
    away.come_back()
    away.qtbot.waitUntil(lambda: not away.keeping.entries)
    with away.house.database.reading() as session:
        assert [note.words for note in session.scalars(select(Note))] == ["来电催问"]
    assert entry.subject == case.id


def test_what_was_kept_is_sent_by_the_next_start_of_the_program(away: Away) -> None:
    away.go()
    entry = away.keep()
    assert away.desk.close()
    away.elsewhere.rename(away.path)
    away.desk = away.open()
    away.qtbot.waitUntil(lambda: not away.keeping.entries and bool(away.complaints()))
    assert [c.words for c in away.complaints()] == ["路灯坏了"]
    assert not Spool(away.house.keys["district"]).path.exists()
    assert entry.person == away.house.keys["ann"]


def test_a_spool_that_is_put_back_after_it_was_sent_does_nothing_twice(away: Away, tmp_path: Path) -> None:
    away.go()
    away.keep("一")
    away.keep("二")
    file = Spool(away.house.keys["district"]).path
    copy = shutil.copy(file, tmp_path / "copy")
    away.come_back()
    away.qtbot.waitUntil(lambda: not away.keeping.entries)
    assert away.desk.close()
    shutil.copy(copy, file)
    away.desk = away.open()
    again: list[object] = []
    away.keeping.sent.connect(lambda _entry, key: again.append(key))
    away.qtbot.waitUntil(lambda: not file.exists())
    assert [c.words for c in away.complaints()] == ["一", "二"]
    assert set(again) <= {None}


def test_what_is_not_accepted_stays_and_is_told_and_the_others_go(away: Away) -> None:
    away.go()
    bad = away.desk.do("receive", **CALL, words="事项没有了", matter="no such matter")
    with away.qtbot.waitSignal(bad.kept):
        pass
    away.keep("后面的")
    with away.qtbot.waitSignal(away.keeping.returned) as returned:
        away.come_back()
    away.qtbot.waitUntil(lambda: len(away.complaints()) == len(away.keeping.entries) == 1)
    assert [c.words for c in away.complaints()] == ["后面的"]
    [held] = away.keeping.entries
    assert held == returned.args[0]
    assert "There is no such record any more" in held.refused
    assert away.desk.close()
    away.desk = away.open()
    away.qtbot.waitUntil(lambda: away.keeping.entries == (held,))


def test_what_was_not_accepted_can_be_sent_again_or_put_away_with_a_reason(away: Away) -> None:
    matter = "0190aaaa-0000-7000-8000-00000000000f"
    away.go()
    for words in ("再试", "不要"):
        with away.qtbot.waitSignal(away.desk.do("receive", **CALL, words=words, matter=matter).kept):
            pass
    away.come_back()
    away.qtbot.waitUntil(lambda: all(entry.refused for entry in away.keeping.entries))
    first, second = away.keeping.entries
    with away.qtbot.waitSignal(away.keeping.discard(second.id, "typed twice", away.house.keys["ann"]).done):
        pass
    away.house.database.run("set_up", away.house.person("adam"), "t", lambda work: work.add(
        Matter(id=matter, code="M9", name_zh="新", name_en="New", domain="urban", tier="township")))
    away.keeping.retry(first.id)
    away.qtbot.waitUntil(lambda: not away.keeping.entries)
    assert [c.words for c in away.complaints()] == ["再试"]
    assert Spool(away.house.keys["district"]).discarded.exists()


def test_what_another_console_kept_is_seen_here_and_sent_by_whichever_is_there(away: Away) -> None:
    other = away.open()
    seen: Keeping | None = other.keeping
    assert seen is not None
    away.go()
    away.qtbot.waitUntil(lambda: other.state == LOST)
    entry = away.keep("两台电脑")
    seen.look_again()
    away.qtbot.waitUntil(lambda: seen.entries == (entry,))
    assert away.desk.close(), "the console that kept it is gone"
    away.elsewhere.rename(away.path)
    other.retry()
    away.qtbot.waitUntil(lambda: other.state == LIVE and not seen.entries)
    away.desk = other
    assert [c.words for c in away.complaints()] == ["两台电脑"]


def test_a_slip_nobody_signed_waits_for_a_person_who_sends_it_in_their_name(away: Away) -> None:
    away.go()
    district, given = away.house.keys["district"], {**CALL, "words": "门口写下的"}
    typed = away.house.now
    with away.qtbot.waitSignal(away.keeping.write_slip(district, given, new_key()).done):
        pass
    away.house.later(minutes=30)
    away.come_back()
    away.qtbot.waitUntil(lambda: len(away.keeping.entries) == 1)
    [slip] = away.keeping.entries
    assert (slip.person, bool(slip.refused)) == ("", True)
    assert away.complaints() == []
    away.keeping.take_over(slip.id, away.house.keys["ann"])
    away.qtbot.waitUntil(lambda: not away.keeping.entries)
    [made] = away.complaints()
    assert (made.words, made.arrived_at, made.received_by_id) == ("门口写下的", typed, away.house.keys["ann"])


def test_where_it_cannot_be_kept_either_it_is_refused_in_words(away: Away, own_data: Path) -> None:
    away.go()
    shutil.rmtree(own_data)
    own_data.write_text("in the way")
    refusal = away.refusal(away.desk.do("receive", **CALL, words="x"))
    assert "cannot be kept at this station either" in str(refusal)
    own_data.unlink()
    away.come_back()
    assert away.complaints() == []


def test_a_key_that_was_exchanged_is_told_and_the_spool_set_aside(away: Away, own_data: Path) -> None:
    away.go()
    away.keep()
    assert away.desk.close()
    (own_data / "station.key").write_bytes(bytes(32))
    away.elsewhere.rename(away.path)
    told: list[str] = []
    made = Backstage(lambda: Database.open(away.house.url), Feed, lambda: perform, "t", Keeping(Spool, lambda: perform))
    assert made.keeping is not None
    made.keeping.told.connect(lambda refusal: told.append(str(refusal)))
    made.start()
    away.desk = made
    away.qtbot.waitUntil(lambda: bool(told))
    assert "sealed with another key" in told[0]
    assert away.complaints() == []


# ---------------------------------------------------------------------- a server, and stations that are killed


@pytest.fixture
def server() -> Iterator[Cluster]:
    """A server that is stopped and started, with the disk habits of a real one."""
    with private_cluster(durable=True) as cluster:
        yield cluster


class Console:
    """Speaks with :mod:`tests.ui.kept_station`."""

    def __init__(self, url: str, person: str, data: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "tests.ui.kept_station", url, person], cwd=ROOT, bufsize=0,
            env={**os.environ, "COMMANDCENTER_DATA": str(data)},
            stdin=subprocess.PIPE, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL,
        )  # fmt: skip
        assert self.process.stdout is not None
        self._said = self.process.stdout

    def hear(self, word: str) -> str:
        """Until it says that word; what stood behind it."""
        line = b""
        while not line.startswith(word.encode()):
            line = self._said.readline()
            assert line, "the station ended"
        return line.decode().strip().partition(" ")[2]

    def take(self, words: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(f"take {words}\n".encode())

    def kill(self) -> None:
        self.process.send_signal(signal.SIGKILL)
        self.process.wait(30)
        for pipe in (self.process.stdin, self.process.stdout):
            assert pipe is not None
            pipe.close()


def test_a_station_killed_between_keeping_and_sending_loses_nothing_and_doubles_nothing(
    server: Cluster, own_data: Path
) -> None:
    house = House(server.url(server.create()))
    ann = house.keys["ann"]
    console = Console(house.url, ann, own_data)
    console.hear("live")
    console.take("服务器在的时候")
    console.hear("done")
    house.database.close()
    server.stop(signal.SIGQUIT)
    console.hear("lost")
    kept = []
    for words in ("断线后第一件", "断线后第二件"):
        console.take(words)
        kept.append(console.hear("kept"))
    console.kill()
    server.start()
    after = Console(house.url, ann, own_data)
    assert [after.hear("sent"), after.hear("sent")] == kept
    after.kill()
    with house.database.reading() as session:
        found = session.scalars(select(Complaint).order_by(Complaint.number)).all()
        assert [c.words for c in found] == ["服务器在的时候", "断线后第一件", "断线后第二件"]
        assert all(c.arrived_at < c.received_at for c in found[1:])
        done = session.scalars(select(JournalLine.operation_id).where(JournalLine.kind == "complaint")).all()
        assert set(kept) < set(done)
    house.close()
    assert not Spool(house.keys["district"]).path.exists()


def test_a_station_that_stays_sends_by_itself_when_the_server_is_back(server: Cluster, own_data: Path) -> None:
    house = House(server.url(server.create()))
    console = Console(house.url, house.keys["ann"], own_data)
    console.hear("live")
    house.database.close()
    server.stop()
    console.hear("lost")
    console.take("断线时的电话")
    kept = console.hear("kept")
    server.start()
    assert console.hear("sent") == kept
    console.kill()
    with house.database.reading() as session:
        assert session.scalars(select(Complaint.words)).all() == ["断线时的电话"]
    house.close()


def test_a_clock_that_jumps_while_the_server_is_away_changes_neither_time_nor_order(
    server: Cluster, own_data: Path, qtbot: QtBot, expect_log: Announce, monkeypatch: pytest.MonkeyPatch,
    caplog: pytest.LogCaptureFixture,
) -> None:  # fmt: skip
    house = House(server.url(server.create()))
    desk = Backstage(lambda: Database.open(house.url), Feed, lambda: perform, "seat 3", Keeping(Spool, lambda: perform))
    desk.start()
    qtbot.waitUntil(lambda: desk.state == LIVE and desk.picture.complete, timeout=20_000)
    desk.person = house.person("ann")
    house.database.close()
    server.stop()
    qtbot.waitUntil(lambda: desk.state == LOST, timeout=20_000)
    real, began = clock.now, clock.now()
    entries = []
    for hours in (0, -5, +5):
        monkeypatch.setattr(clock, "now", lambda hours=hours: real() + dt.timedelta(hours=hours))
        with qtbot.waitSignal(desk.do("receive", **CALL, words=f"{hours}").kept) as kept:
            pass
        entries.append(kept.args[0])
    about = dt.timedelta(seconds=5)  # how long the server's answer was on its way is not known
    assert all(began - about <= entry.typed_at <= real() + about for entry in entries)
    assert [entry.typed_at for entry in entries] == sorted(entry.typed_at for entry in entries)
    server.start()
    desk.retry()
    keeping = desk.keeping
    assert keeping is not None
    qtbot.waitUntil(lambda: desk.state == LIVE and not keeping.entries, timeout=20_000)
    with house.database.reading() as session:
        made = session.scalars(select(Complaint).order_by(Complaint.number)).all()
    assert [(c.words, c.arrived_at) for c in made] == [(entry.words, entry.typed_at) for entry in entries]
    assert desk.close()
    house.close()
    expect_log(*(r.getMessage() for r in caplog.records if r.getMessage().startswith("the connection was lost")))
