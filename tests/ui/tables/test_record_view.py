"""A list on the screen: what is selected stays selected, what is cut is said, what is late looks late."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, Qt, QTimer
from PySide6.QtGui import QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QWidget
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from commandcenter.domain.record import Key, snapshot
from commandcenter.live.picture import Picture
from ui.pulse import Pulse
from ui.tables.column import Column, Paint
from ui.tables.record_table import RecordTable
from ui.tables.record_view import RecordView
from ui.theme import theme, tokens_of
from ui.wording import Running

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)

COLUMNS = (
    Column[Case]("clock", "Left", paint=Paint.CLOCK, width=120,
                 clock=lambda c: Running(c.opened_at, c.dispatch_due_at) if c.dispatch_due_at else None),
    Column[Case]("title", "Title", lambda c: c.title, paint=Paint.TWO_LINE, width=0, subtitle=lambda c: c.place_words),
    Column[Case]("hops", "Hops", lambda c: str(c.hops), sort=lambda c: c.hops, align="right", width=60),
    Column[Case]("urgency", "Urgency", lambda c: c.urgency, paint=Paint.BADGE, tone=lambda c: "urgent", width=90),
)  # fmt: skip


class Hall:
    """A picture, a clock that stands where it is put, and lists over them."""

    def __init__(self, qtbot: QtBot) -> None:
        self.qtbot = qtbot
        self.picture = Picture()
        self.now = NOON
        self.pulse = Pulse(lambda: self.now)
        self.shown: list[QWidget] = []

    def load(self, *keys: str, **values: Any) -> None:
        for key in keys:
            given = {"title": f"title {key}", "urgency": "urgent", "state": "open", "opened_at": NOON,
                     "place_words": "阅武路", "dispatch_due_at": NOON + timedelta(minutes=30), "hops": 0}  # fmt: skip
            given |= {"hops": int(key)} if key.isdigit() else {}
            self.delta = self.picture.load([snapshot(Case, {"id": key, "version": 1, **given, **values})])

    def view(self, height: int = 300, limit: int | None = None, **given: Any) -> RecordView[Case]:
        table = RecordTable(Case, COLUMNS, self.picture.of(Case), order=lambda c: c.hops, limit=limit,
                            keep=lambda c: c.state == "open", now=lambda: self.now)  # fmt: skip
        view: RecordView[Case] = RecordView(table, self.pulse, **given)
        self.qtbot.addWidget(view)
        view.resize(600, height)
        self.shown.append(view)
        with self.qtbot.waitExposed(view):
            view.show()
        return view

    def change(self, view: RecordView[Case], key: str, **values: Any) -> None:
        self.load(key, **values)
        view.table.apply(self.delta)
        view.table.catch_up()


@pytest.fixture
def hall(qtbot: QtBot, qapp: QApplication) -> Hall:
    theme.apply(qapp, "day")
    return Hall(qtbot)


class Notebook:
    """A memory, as the preferences are one."""

    def __init__(self) -> None:
        self.kept: dict[Any, Any] = {}

    def keep(self, name: str, value: Any, person: Key | None = None) -> None:
        self.kept[name, person] = value

    def recall(self, name: str, default: Any, person: Key | None = None) -> Any:
        return self.kept.get((name, person), default)


def colours(view: RecordView[Case], row: int, column: int) -> set[str]:
    rect = view.visualRect(view.table.index(row, column))
    picture = view.viewport().grab(rect).toImage()
    return {QColor(picture.pixel(x, y)).name().upper() for x in range(picture.width()) for y in range(picture.height())}


def test_the_selection_follows_the_record_when_its_row_moves(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2", "3")
    view = hall.view()
    with qtbot.waitSignal(view.selected) as chosen:
        assert view.select("2")
    assert chosen.args == ["2"]
    with qtbot.assertNotEmitted(view.selected):
        hall.change(view, "2", hops=99)
        hall.change(view, "0")
        view.table.sort_by("title", falling=True)
    assert (view.key, view.keys(), view.currentIndex().row()) == ("2", ["2"], 1)


def test_nobody_is_led_to_a_neighbour_when_the_selected_record_leaves(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2", "3")
    view = hall.view()
    view.select("2")
    with qtbot.waitSignal(view.selected) as chosen:
        hall.change(view, "2", state="closed")
    assert (chosen.args, view.key, view.keys(), view.record) == ([None], None, [], None)


def test_a_selected_record_that_falls_behind_the_limit_and_returns_in_one_go_stays_selected(
    hall: Hall, qtbot: QtBot
) -> None:
    hall.load("1", "2", "3", "4")
    view = hall.view(limit=2)
    view.select("2")
    fallen = []
    view.table.rowsRemoved.connect(lambda *_: fallen.append(view.table.row_of("2")))
    with qtbot.assertNotEmitted(view.selected):
        view.table.hold()
        hall.change(view, "3", hops=0)  # pushes 2 behind the limit …
        hall.change(view, "1", hops=9)  # … and this lets it come back
        view.table.release()
    assert -1 in fallen
    assert (view.table.keys(), view.key, view.keys()) == (["3", "2"], "2", ["2"])


def test_a_record_that_is_not_shown_cannot_be_selected(hall: Hall) -> None:
    hall.load("1")
    view = hall.view()
    assert not view.select("7")
    assert view.select_first()
    assert view.select(None)
    assert view.key is None


def test_the_keyboard_walks_the_list_and_opens_a_record(hall: Hall, qtbot: QtBot) -> None:
    hall.load(*(str(n) for n in range(40)))
    view = hall.view()
    view.setFocus()
    went = []
    for key in (Qt.Key.Key_End, Qt.Key.Key_PageUp, Qt.Key.Key_Home, Qt.Key.Key_Down):
        QTest.keyClick(view, key)
        went.append(view.key)
    assert went[0] == "39"
    assert went[1] not in {"39", "38", None}
    assert went[2:] == ["0", "1"]
    with qtbot.waitSignal(view.activated_key) as opened:
        QTest.keyClick(view, Qt.Key.Key_Return)
    assert opened.args == ["1"]


def test_letters_do_not_search_because_they_are_commands(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2", "3")
    view = hall.view()
    view.select("1")
    QTest.keyClicks(view, "t")
    QTest.keyClicks(view, "3")
    assert view.key == "1"


def test_what_the_limit_leaves_out_stands_under_the_list_and_covers_no_row(hall: Hall) -> None:
    hall.load(*(str(n) for n in range(30)))
    view = hall.view(limit=20)
    more = next(label for label in view.findChildren(QLabel) if label.isVisible() and "10 more" in label.text())
    view.select("19")
    last = view.visualRect(view.table.index(19, 0))
    assert last.bottom() <= more.geometry().top() - view.viewport().geometry().top()
    for n in range(10):
        hall.change(view, str(n), state="closed")
    assert not more.isVisible()


def test_an_empty_list_says_what_will_appear_and_what_to_do(hall: Hall) -> None:
    view = hall.view(empty=("No case waits", "New cases appear here by themselves."))
    words = {label.text() for label in view.findChildren(QLabel) if label.isVisible()}
    assert {"No case waits", "New cases appear here by themselves."} <= words
    hall.change(view, "1")
    assert not any(label.isVisible() and label.text() == "No case waits" for label in view.findChildren(QLabel))


def test_a_hidden_list_rests_and_catches_up_when_it_is_shown(hall: Hall) -> None:
    view = hall.view()
    view.hide()
    hall.change(view, "1")
    assert view.table.rowCount() == 0
    view.show()
    assert view.table.keys() == ["1"]


def test_a_clock_turns_late_on_the_pulse_and_only_then(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1")
    view = hall.view()
    tokens = tokens_of("day")
    assert tokens["ok"] in colours(view, 0, 0)
    hall.now = NOON + timedelta(minutes=31)
    told = []
    view.table.dataChanged.connect(lambda *_: told.append(1))
    hall.pulse.tick()
    seen = colours(view, 0, 0)
    assert tokens["urgent"] in seen
    assert tokens["ok"] not in seen
    assert told == []  # time is no change of data


def test_the_pulse_draws_only_rows_whose_words_are_others_now(hall: Hall, monkeypatch: pytest.MonkeyPatch) -> None:
    hall.load("1", dispatch_due_at=NOON + timedelta(hours=1, seconds=30))
    hall.load("2", dispatch_due_at=NOON + timedelta(hours=1, seconds=50))
    hall.view()
    asked: list[int] = []
    monkeypatch.setattr(RecordView, "_redraw", lambda _view, row: asked.append(row))
    hall.pulse.tick()
    asked.clear()
    for seconds in (20, 40, 55):
        hall.now = NOON + timedelta(seconds=seconds)
        hall.pulse.tick()
        asked.append(-seconds)
    assert asked == [-20, 0, -40, 1, -55]


def test_a_changed_record_is_drawn_anew(hall: Hall) -> None:
    hall.load("1")
    view = hall.view(two_line=True)
    before = view.viewport().grab().toImage()
    assert before == view.viewport().grab().toImage()
    hall.change(view, "1", title="something else")
    assert before != view.viewport().grab().toImage()


def test_the_selected_row_and_the_keyboard_s_row_can_be_told_apart_from_the_others(hall: Hall) -> None:
    hall.load("1", "2")
    view = hall.view()
    view.select("1")
    tokens = tokens_of("day")
    assert tokens["accent_soft"] in colours(view, 0, 1)
    assert tokens["accent_soft"] not in colours(view, 1, 1)
    view.setFocus()
    assert tokens["accent"] in colours(view, 0, 2)  # the frame runs along the whole row


def test_another_theme_and_text_scale_are_worn_at_once(hall: Hall, qapp: QApplication) -> None:
    hall.load("1")
    view = hall.view(two_line=True)
    assert view.rowHeight(0) == 56
    theme.apply(qapp, "night", 1.5)
    assert view.rowHeight(0) == 84
    assert view.columnWidth(0) == 180
    seen = colours(view, 0, 1)
    assert tokens_of("night")["surface"] in seen
    assert tokens_of("day")["surface"] not in seen


def test_widths_and_sorting_are_remembered_for_each_person(hall: Hall) -> None:
    hall.load("1", "2")
    memory = Notebook()
    view = hall.view(name="waiting", memory=memory, person="anna")
    view.setColumnWidth(0, 222)
    view.horizontalHeader().setSortIndicator(2, Qt.SortOrder.DescendingOrder)
    view.hide()
    again = hall.view(name="waiting", memory=memory, person="anna")
    assert (again.columnWidth(0), again.table.keys(), again.table.sorted_by) == (222, ["2", "1"], ("hops", True))
    other = hall.view(name="waiting", memory=memory, person="ben")
    assert (other.columnWidth(0), other.table.keys()) == (120, ["1", "2"])


@pytest.mark.parametrize("spoilt", ["x", {"widths": {"clock": "wide"}, "sort": ["gone", 1]}, {"sort": 7}])
def test_a_spoilt_memory_is_no_reason_to_fail(hall: Hall, spoilt: Any) -> None:
    memory = Notebook()
    memory.kept["table/waiting", None] = spoilt
    view = hall.view(name="waiting", memory=memory)
    assert (view.columnWidth(0), view.table.sorted_by) == (120, None)


def test_rows_that_come_above_do_not_push_away_what_is_read(hall: Hall) -> None:
    hall.load(*(str(n) for n in range(10, 60)))
    view = hall.view()
    view.verticalScrollBar().setValue(10 * theme.row_height() + 5)
    read = view.table.key_at(view.rowAt(0))
    hall.change(view, "1")
    hall.change(view, "2")
    assert view.table.key_at(view.rowAt(0)) == read
    assert view.verticalScrollBar().value() == 12 * theme.row_height() + 5


def test_a_row_that_left_is_gone_with_the_first_painting(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2", "3")
    view = hall.view()
    view.select("1")
    painted: list[list[str]] = []

    class Looking(QObject):
        def eventFilter(self, _watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Paint:
                painted.append([record.id for _row, record in view._in_sight()])
            return False

    qtbot.waitUntil(lambda: not view.testAttribute(Qt.WidgetAttribute.WA_PendingUpdate))
    looking = Looking()
    view.viewport().installEventFilter(looking)
    hall.change(view, "1", state="closed")
    qtbot.waitUntil(lambda: bool(painted))
    assert painted[0] == ["2", "3"]
    with qtbot.waitCallback() as at_rest:
        QTimer.singleShot(0, at_rest)
    assert len(painted) == 1, "what belongs together was painted in two goes"


def test_the_row_under_the_pointer_is_lit(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2")
    view = hall.view()
    QTest.mouseMove(view.viewport(), QPoint(200, theme.row_height() + 5))
    qtbot.waitUntil(lambda: tokens_of("day")["hover"] in colours(view, 1, 1))
    assert tokens_of("day")["hover"] not in colours(view, 0, 1)


def test_several_rows_can_be_chosen_where_bulk_is_allowed(hall: Hall, qtbot: QtBot) -> None:
    hall.load("1", "2", "3")
    view = hall.view(many=True)
    view.select("1")
    QTest.keyClick(view, Qt.Key.Key_Down, Qt.KeyboardModifier.ShiftModifier)
    assert view.keys() == ["1", "2"]


def test_a_clock_takes_the_room_of_its_words_and_gives_the_rest_to_the_titles(hall: Hall) -> None:
    hall.load("1")
    view = hall.view(headings=False)
    header = view.horizontalHeader()
    short = header.sectionSize(0)
    assert short == view._painter.clock_room(view.table.record_at(0), 0)
    hall.now = NOON + timedelta(days=40)
    hall.pulse.ticked.emit(hall.now)
    long = header.sectionSize(0)
    for days in range(1, 60):
        hall.now = NOON + timedelta(days=days, hours=days % 24, minutes=days)
        said = view._painter.words(view.table.record_at(0))[0].split(" ", 1)[1]
        hall.pulse.ticked.emit(hall.now)
        room = view._painter._words_room(said, strong=True)
        assert "…" not in view._painter._written(said, room, 13, True).text.text()
    hall.now = NOON + timedelta(days=40)
    assert long == view._painter.clock_room(view.table.record_at(0), 0) > short


def test_a_clock_that_says_a_little_less_does_not_make_titles_jump(hall: Hall) -> None:
    hall.load("1", dispatch_due_at=NOON + timedelta(minutes=10))
    view = hall.view(headings=False)
    before = view.horizontalHeader().sectionSize(0)
    hall.now = NOON + timedelta(minutes=1)
    hall.pulse.ticked.emit(hall.now)
    assert view._painter.clock_room(view.table.record_at(0), 0) < before
    assert view.horizontalHeader().sectionSize(0) == before


def test_a_badge_that_is_not_there_leaves_its_room_to_the_title(hall: Hall) -> None:
    columns = tuple(replace(c, align="right") if c.name == "urgency" else c for c in COLUMNS if c.name != "hops")
    table = RecordTable(Case, columns, hall.picture.of(Case), order=lambda c: c.hops, now=lambda: hall.now)
    view: RecordView[Case] = RecordView(table, hall.pulse, headings=False, two_line=True)
    hall.qtbot.addWidget(view)
    view.resize(400, 200)
    view.show()
    hall.load("1", title="宽" * 80, urgency="", place_words="")
    hall.load("2", title="宽" * 80, urgency="urgent", place_words="")
    for record in hall.picture.of(Case).values():
        table.recheck({record.id})
    picture = view.viewport().grab().toImage()
    ground = [picture.pixelColor(1, 60 * row + 3) for row in range(2)]
    height = view.rowHeight(0)

    def inked(row: int, left: int) -> bool:
        """Whether anything is written at the right of ``left``."""
        return any(picture.pixelColor(x, y) != ground[row] for x in range(left, 384)
                   for y in range(row * height + 6, (row + 1) * height - 6))  # fmt: skip

    assert inked(0, 360), "the title reaches the end of the row"
    end_of_title = view.horizontalHeader().sectionPosition(2)
    assert inked(1, end_of_title), "the badge stands there"
