"""One room, several consoles: calls are carried to their end by five people, through killed consoles and servers."""

import json
import os
import sys
import threading
from collections.abc import Iterator
from pathlib import Path
from subprocess import PIPE, Popen
from typing import Any

import pytest

from commandcenter import ctl
from commandcenter.domain.cases import Case, CaseState
from commandcenter.domain.complaints import Complaint, ComplaintState
from commandcenter.domain.people import Person
from commandcenter.operations.enrolling import Office
from tests.environment import ROOT
from tests.headless import seal_of
from tests.passwords import KEEPER, OPEN_SESAME, Shared

pytestmark = pytest.mark.long
PEOPLE = ("ann", "bob", "carl", "oscar", "sue")
LONGEST_S = 120.0


class Seat:
    """The process of one person's console, and what it has said."""

    def __init__(self, room: "Room", login: str) -> None:
        self.login, self._room = login, room
        self.heard: list[list[Any]] = []
        folder = room.folder / f"{login}-{len(room.every)}"
        folder.mkdir()
        own = str(room.folder / login)  # what is kept at this desk outlives its console
        surroundings = os.environ | {f"XDG_{kind}_HOME": own for kind in ("DATA", "STATE", "CONFIG")}
        # Without this the web engine refuses to draw a map for root; there are enough maps in other tests.
        surroundings.pop("QTWEBENGINE_DISABLE_SANDBOX", None)
        self.process = Popen(
            [sys.executable, "-m", "tests.end_to_end.console", room.url, login, OPEN_SESAME, str(folder)],
            cwd=ROOT, env=surroundings, stdin=PIPE, stdout=PIPE, stderr=PIPE, text=True,
        )  # fmt: skip
        self._ears = [threading.Thread(target=ear, daemon=True) for ear in (self._listen, self._overhear)]
        for ear in self._ears:
            ear.start()
        self.complaints: list[str] = []

    def _listen(self) -> None:
        assert self.process.stdout is not None
        for line in self.process.stdout:
            word, _at, *what = json.loads(line)
            with self._room.news:
                self.heard.append([word, *what])
                self._room.news.notify_all()
        with self._room.news:
            self._room.news.notify_all()

    def _overhear(self) -> None:
        assert self.process.stderr is not None
        for line in self.process.stderr:
            self.complaints.append(line)

    def tell(self, do: str, **more: str) -> None:
        assert self.process.stdin is not None
        self.process.stdin.write(json.dumps({"do": do, **more}) + "\n")
        self.process.stdin.flush()

    def all(self, word: str) -> list[list[Any]]:
        return [what for said, *what in self.heard if said == word]

    def kill(self) -> None:
        """As a power cut at that desk."""
        self.process.kill()
        self.process.wait()

    def go_home(self) -> None:
        self.tell("leave")
        self.end()
        assert self.process.returncode == 0, (self.login, self.heard, "".join(self.complaints))

    def end(self) -> None:
        assert self.process.stdin is not None
        self.process.stdin.close()
        self.process.wait(LONGEST_S)
        for ear in self._ears:
            ear.join()
        for pipe in (self.process.stdout, self.process.stderr):
            assert pipe is not None
            pipe.close()


class Room:
    """Who sits where."""

    def __init__(self, shared: Shared, folder: Path) -> None:
        self.url, self.folder = shared.url, folder
        self.news = threading.Condition()
        self.seats: dict[str, Seat] = {}
        self.every: list[Seat] = []

    def seat(self, *logins: str) -> None:
        for login in logins:
            self.seats[login] = Seat(self, login)
            self.every.append(self.seats[login])
        for login in logins:
            self.until(lambda login=login: self.seats[login].all("seated"))

    def until(self, so: Any) -> None:
        """Wait until what was said makes it so, or somebody has left in the midst."""

        def settled() -> bool:
            return bool(so()) or any(seat.process.poll() is not None for seat in self.seats.values())

        with self.news:
            in_time = self.news.wait_for(settled, LONGEST_S)
            so_now = bool(so())
        told = "\n".join(f"{seat.login}: {seat.heard[-8:]}\n{''.join(seat.complaints)[-3000:]}" for seat in self.every)
        assert in_time, told
        assert so_now, told

    def done(self, word: str) -> int:
        """How many have been told of with this word, by all who sat here."""
        return len({what[0] for seat in self.every for what in seat.all(word)})

    def state(self, login: str) -> str:
        states = self.seats[login].all("state")
        return str(states[-1][0]) if states else ""


@pytest.fixture
def room(shared: Shared, tmp_path: Path) -> Iterator[Room]:
    program = Person(id="", login="ctl", name_zh="", name_en="", roles=["administrator"], disabled=False)
    with shared.open(KEEPER, "") as database:
        office = Office(database, program, "ctl")
        for login in PEOPLE:
            office.reset_password(shared.house.keys[login], OPEN_SESAME)
    made = Room(shared, tmp_path)
    yield made
    for seat in made.every:
        if seat.process.poll() is None:
            seat.kill()
        seat.end()


def call(number: int) -> dict[str, str]:
    streets = ("Lorries all night at gate one.", "A drill at dawn behind house seven.", "Karaoke on the square.",
               "A generator under the windows.")  # fmt: skip
    return {"words": streets[number], "phone": f"1200000400{number}", "caller": f"Caller {number}"}


def test_five_people_carry_every_call_to_its_end_through_a_killed_console_and_a_killed_server(
    room: Room, shared: Shared, capsys: pytest.CaptureFixture[str]
) -> None:
    room.seat(*PEOPLE)
    room.seats["ann"].tell("call", **call(0))
    room.until(lambda: room.done("accepted") == 1)
    # The captain's desk loses its power; somebody switches it on again, and the next case waits there.
    room.seats["carl"].kill()
    del room.seats["carl"]
    room.seats["ann"].tell("call", **call(1))
    room.until(lambda: room.done("dispatched") == 2 and room.done("visited") == 1)
    assert room.done("accepted") == 1
    room.seat("carl")
    room.until(lambda: room.done("visited") == 2)
    # The server dies under everybody. A call is taken nevertheless.
    shared.house.close()
    shared.server.cluster.kill()
    room.until(lambda: all(room.state(login) == "lost" for login in PEOPLE))
    room.seats["ann"].tell("call", **call(2))
    room.until(lambda: len(room.seats["ann"].all("taken")) == 3)
    assert room.seats["ann"].all("taken")[-1] == [False]
    shared.server.cluster.start()
    room.until(lambda: all(room.state(login) == "live" for login in PEOPLE))
    room.seats["ann"].tell("call", **call(3))
    room.until(lambda: room.done("visited") == 4)
    _found_in_order(room, shared, capsys)


def _found_in_order(room: Room, shared: Shared, capsys: pytest.CaptureFixture[str]) -> None:
    with shared.open(KEEPER, "") as database:
        with database.reading() as session:
            complaints = session.query(Complaint).order_by(Complaint.id).all()
            cases = session.query(Case).all()
        assert sorted(one.words for one in complaints) == sorted(call(n)["words"] for n in range(4))
        assert {one.state for one in complaints} == {ComplaintState.CONFIRMED}
        assert {case.state for case in cases} == {CaseState.CLOSED}
        assert len(cases) == 4
        truth = seal_of(database)
    seats = [room.seats[login] for login in PEOPLE]
    for seat in seats:
        seat.tell("holds", truth=truth)
    room.until(lambda: all(seat.all("equal") for seat in seats))
    for seat in seats:
        seat.go_home()
    assert ctl.main(["verify", "--database", shared.house.url]) == 0, capsys.readouterr().err
