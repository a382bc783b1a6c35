"""How the program starts: what comes first, what it leaves for later, and who looks for garbage."""

import gc
import os
import subprocess
import sys
import threading
import weakref
from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QColor, QIcon
from PySide6.QtWidgets import QApplication
from pytestqt.qtbot import QtBot

from commandcenter.domain.record import Record
from commandcenter.operations import perform
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from tests.house import House
from ui.backstage import LIVE, Backstage, Ticket
from ui.housekeeping import LET_GO_AFTER, MIDDLE_EVERY, WHOLE_EVERY, Housekeeping
from ui.icons import icon
from ui.milestones import ASKED_BY, Milestones, watch
from ui.pulse import Pulse

HEAVY = ("psycopg", "alembic", "folium", "shapely", "numpy", "pypinyin", "qtpy", "PySide6.QtWebEngineCore")


def test_nothing_heavy_is_loaded_before_it_is_needed() -> None:
    asked = (
        "import sys, ui.app, commandcenter.storage.database, commandcenter.storage.feed; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    ended = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert ended.stdout.strip() == "[]"


def test_the_rest_of_the_picture_gives_way_to_an_operation_under_way(small_house: House, qtbot: QtBot) -> None:
    order: list[str] = []
    backstage = Backstage(lambda: Database.open(small_house.url), Feed, lambda: perform, "test")
    ticket, complete = Ticket("sign_in"), threading.Event()

    def begin(stage: str) -> None:
        order.append(stage)
        if stage == "first":
            backstage.carry_out(ticket, lambda _database: complete.wait(0.3))
        else:
            complete.set()

    backstage.loaded.connect(begin)
    ticket.done.connect(lambda _result: order.append("done"))
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE)
    qtbot.waitUntil(lambda: "then" in order)
    assert order == ["first", "done", "then"]
    assert backstage.close()


def test_a_large_picture_is_taken_in_by_parts(
    small_house: House, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("ui.following.AT_ONCE", 5)
    case = small_house.case()
    backstage = Backstage(lambda: Database.open(small_house.url), Feed, lambda: perform, "test")
    parts: list[int] = []
    backstage.changed.connect(lambda delta: parts.append(len(delta.changes)))
    backstage.start()
    qtbot.waitUntil(lambda: backstage.state == LIVE)
    qtbot.waitUntil(lambda: backstage.picture.complete)
    kept: Record | None = backstage.picture.get(type(case), case.id)
    assert kept is not None
    assert max(parts) == 5
    assert backstage.close()


@pytest.fixture
def tidy(qapp: QApplication) -> Iterator[tuple[Pulse, Housekeeping]]:
    pulse = Pulse()
    gc.enable()
    keeping = Housekeeping(pulse)
    yield pulse, keeping
    keeping.stop()
    gc.disable()  # as it is for all tests


def test_garbage_is_looked_for_on_the_pulse_and_not_by_itself(
    tidy: tuple[Pulse, Housekeeping], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not gc.isenabled()
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", looked.append)
    for _second in range(WHOLE_EVERY):
        tidy[0].tick()
    assert (looked.count(0), looked.count(1), looked.count(2)) == (
        WHOLE_EVERY - WHOLE_EVERY // MIDDLE_EVERY, WHOLE_EVERY // MIDDLE_EVERY - 1, 1)  # fmt: skip


def test_what_has_come_to_stay_is_not_looked_through_again(tidy: tuple[Pulse, Housekeeping]) -> None:
    tidy[1].settle()
    assert gc.get_freeze_count() > 0
    tidy[1].stop()
    assert (gc.isenabled(), gc.get_freeze_count()) == (True, 0)


class Loop:
    """Only a look through everything finds it."""

    def __init__(self) -> None:
        self.itself = self


def test_what_has_left_is_looked_for_again_where_the_last_one_lets_go_late(tidy: tuple[Pulse, Housekeeping]) -> None:
    left = Loop()
    gone = weakref.ref(left)
    tidy[1].let_go(left)
    for _second in range(LET_GO_AFTER[1] - 1):
        tidy[0].tick()
        tidy[1].settle()  # the next room has been read
    assert gc.get_freeze_count() == 0
    del left
    tidy[0].tick()
    assert gone() is None
    tidy[1].settle()
    assert gc.get_freeze_count() > 0


def test_what_stays_for_good_is_not_looked_for_for_ever(
    tidy: tuple[Pulse, Housekeeping], monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = Loop()
    tidy[1].let_go(kept)
    looked: list[int] = []
    monkeypatch.setattr(gc, "collect", looked.append)
    for _second in range(WHOLE_EVERY - 1):
        tidy[0].tick()
    assert looked.count(2) == len(LET_GO_AFTER)


def test_what_was_found_switched_off_is_left_so(qapp: QApplication) -> None:
    gc.disable()
    Housekeeping(Pulse()).stop()
    assert not gc.isenabled()


def test_an_icon_is_drawn_in_its_colour_and_pale_where_it_is_disabled(qapp: QApplication) -> None:
    drawn = icon("mdi6.phone", QColor(200, 0, 0), QColor(0, 200, 0))
    for mode, channel in ((QIcon.Mode.Normal, "red"), (QIcon.Mode.Disabled, "green")):
        image = drawn.pixmap(32, 32, mode).toImage()
        solid = [image.pixelColor(x, y) for x in range(32) for y in range(32) if image.pixelColor(x, y).alpha() == 255]
        assert len(solid) > 50
        assert all(getattr(colour, channel)() > 190 for colour in solid)


def test_an_icon_the_set_does_not_have_is_a_mistake_at_once(qapp: QApplication) -> None:
    with pytest.raises(KeyError):
        icon("mdi6.no-such-thing", QColor(0, 0, 0), QColor(0, 0, 0))


def test_milestones_are_written_only_where_somebody_asked(
    qapp: QApplication, backstage: Backstage, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    trace = tmp_path / "trace"
    watch(qapp, backstage)
    monkeypatch.setitem(os.environ, ASKED_BY, str(trace))
    watch(qapp, backstage)
    [watching] = qapp.findChildren(Milestones)
    backstage.loaded.emit("first")
    assert trace.read_text().split()[1] == "first"
    qapp.removeEventFilter(watching)
    watching.setParent(None)
