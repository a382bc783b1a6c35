"""The small widgets: what they say, when they say it anew, and what they never do."""

from datetime import UTC, datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from PySide6.QtCore import QEvent, QObject, QPoint, QSize, Qt
from PySide6.QtGui import QColor, QFontMetrics, QImage, QWindow
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from tests.ui.widgets.hands import write
from ui import wording
from ui.pulse import Pulse
from ui.theme import theme, tokens_of
from ui.widgets.badge import Badge
from ui.widgets.card import Card
from ui.widgets.chip import Chip
from ui.widgets.clocks import ClockLabel
from ui.widgets.facts import Fact, FactCell, FactsRow
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.key_hint import KeyHint
from ui.widgets.message_line import MessageLine
from ui.widgets.person_chip import PersonChip
from ui.widgets.picker import Combo, Picker
from ui.widgets.rating import Rating
from ui.widgets.search_line import SearchLine
from ui.widgets.section_heading import SectionHeading
from ui.widgets.timeline import Entry, Timeline
from ui.wording import Running

NOON = datetime(2026, 11, 23, 4, 0, tzinfo=UTC)


class Watch:
    """A clock that stands where it is put."""

    def __init__(self) -> None:
        self.now = NOON
        self.pulse = Pulse(lambda: self.now)

    def go(self, **length: float) -> None:
        self.now += timedelta(**length)
        self.pulse.tick()


@pytest.fixture
def watch() -> Watch:
    return Watch()


@pytest.fixture(autouse=True)
def by_day(qapp: QApplication) -> None:
    theme.apply(qapp, "day")


def words(widget: QWidget) -> list[str]:
    return [label.text() for label in widget.findChildren(QLabel) if label.isVisibleTo(widget) and label.text()]


def colours(widget: QWidget) -> set[str]:
    picture = widget.grab().toImage()
    return {QColor(picture.pixel(x, y)).name().upper() for x in range(picture.width()) for y in range(picture.height())}


def test_no_widget_opens_a_window_of_its_own_while_it_is_made(qapp: QApplication, watch: Watch) -> None:
    made = [Badge("urgent"), MessageLine("no"), Chip("a", "1"), SectionHeading("a", 3), KeyHint("F3"),
            PersonChip(watch.pulse, "王**"), ClockLabel(watch.pulse), Card("1"), Rating(), Timeline(),
            SearchLine()]  # fmt: skip
    assert [widget for widget in made if widget.isVisible()] == []
    host = QWidget()
    layout = FlowLayout(host)
    for widget in made:
        layout.addWidget(widget)
    host.show()
    assert [type(widget) for widget in made if not widget.isVisible()] == []
    host.close()


def test_a_badge_says_a_value_in_its_word_and_tone(qtbot: QtBot) -> None:
    badge = Badge()
    qtbot.addWidget(badge)
    badge.show_value("urgent")
    assert (badge.text(), badge.property("tone")) == ("▲ Urgent", "urgent")
    assert tokens_of("day")["urgent_soft"] in colours(badge)
    badge.show_value("handling")
    assert (badge.text(), badge.property("tone")) == ("Handling", "accent")
    badge.show_value("")
    assert badge.isHidden()


def test_a_clock_says_shape_words_and_tone_and_follows_the_pulse(qtbot: QtBot, watch: Watch) -> None:
    clock = ClockLabel(watch.pulse, Running(NOON, NOON + timedelta(minutes=40)))
    qtbot.addWidget(clock)
    said = [clock.text]
    for minutes in (32, 9):
        watch.go(minutes=minutes)
        said.append(clock.text)
    assert said == ["● 40 min left", "◆ 8 min left", "▲ 1 min over"]
    clock.resize(clock.sizeHint())
    assert tokens_of("day")["urgent"] in colours(clock)


def test_a_clock_that_stands_still_says_so(watch: Watch) -> None:
    running = Running(NOON, NOON - timedelta(minutes=1), standing_still=True)
    assert (running.text(NOON), running.tone(NOON)) == ("● stands still", "quiet")


def test_the_most_pressing_clock_is_the_one_due_first_that_runs() -> None:
    still = Running(NOON, NOON, standing_still=True)
    soon, late = Running(NOON, NOON + timedelta(minutes=1)), Running(NOON, NOON + timedelta(minutes=2))
    assert wording.most_pressing([late, None, still, soon]) is soon
    assert wording.most_pressing([None]) is None


def test_a_person_is_covered_until_an_operation_reveals_them_and_again_when_the_time_is_over(
    qtbot: QtBot, watch: Watch
) -> None:
    chip = PersonChip(watch.pulse, "王** 139****8816")
    qtbot.addWidget(chip)
    chip.show()
    with qtbot.waitSignal(chip.reveal_asked):
        QTest.mouseClick(chip._eye, Qt.MouseButton.LeftButton)
    assert chip.text == "王** 139****8816"  # asking alone shows nothing
    chip.reveal("王小明", "13912348816", NOON + timedelta(minutes=5))
    assert (chip.text, chip.revealed) == ("王小明 13912348816", True)
    watch.go(minutes=4, seconds=59)
    assert chip.revealed
    watch.go(seconds=1)
    assert (chip.text, chip.revealed) == ("王** 139****8816", False)


def test_another_person_is_never_shown_under_the_last_one_s_permission(qtbot: QtBot, watch: Watch) -> None:
    chip = PersonChip(watch.pulse, "王** 139****8816")
    qtbot.addWidget(chip)
    chip.reveal("王小明", "13912348816", NOON + timedelta(minutes=5))
    chip.show_mask("李** 138****0000")
    assert (chip.text, chip.revealed) == ("李** 138****0000", False)


def test_a_card_says_its_reasons_and_is_chosen_by_key_and_click(qtbot: QtBot) -> None:
    card = Card("1")
    qtbot.addWidget(card)
    card.say("隐珠中队", ["属地", ("定位过时", "late"), "在办 3 件"], "推荐")
    assert words(card) == ["1", "隐珠中队", "推荐", "属地", "定位过时", "在办 3 件"]
    card.say("直属二中队", ["夜间机动力量"])
    assert words(card) == ["1", "直属二中队", "夜间机动力量"]
    for key in (Qt.Key.Key_Space, Qt.Key.Key_Return):
        with qtbot.waitSignal(card.chosen):
            QTest.keyClick(card, key)
    with qtbot.waitSignal(card.chosen):
        QTest.mouseClick(card, Qt.MouseButton.LeftButton)
    assert not card.is_chosen  # whoever asked decides


def test_a_chip_is_as_wide_as_its_words_and_can_be_pressed_by_keyboard(qtbot: QtBot) -> None:
    short, long = Chip("隐珠", "3"), Chip("灵山岛省级自然保护区", "12", "late")
    for chip in (short, long):
        qtbot.addWidget(chip)
    assert long.sizeHint().width() > short.sizeHint().width()
    assert long.accessibleName() == "灵山岛省级自然保护区 12"
    with qtbot.waitSignal(short.clicked):
        QTest.keyClick(short, Qt.Key.Key_Space)


def test_chips_begin_a_new_line_where_the_width_ends(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    flow = FlowLayout(host)
    buttons = [QWidget() for _ in range(6)]
    for button in buttons:
        button.setFixedSize(100, 20)
        flow.addWidget(button)
    host.resize(320, 200)
    host.show()
    assert [button.pos() for button in buttons[:4]] == [QPoint(0, 0), QPoint(106, 0), QPoint(212, 0), QPoint(0, 26)]
    assert flow.heightForWidth(320) == 46
    assert flow.heightForWidth(120) == 6 * 20 + 5 * 6
    buttons[0].hide()
    assert flow.heightForWidth(10_000) == 20


def test_a_message_line_is_there_only_while_it_says_something(qtbot: QtBot) -> None:
    host = QWidget()
    qtbot.addWidget(host)
    line = MessageLine(parent=host)
    assert line.isHidden()
    line.say("王芳 changed it first", "urgent", "Look")
    assert (line.text, line.isHidden()) == ("王芳 changed it first", False)
    with qtbot.waitSignal(line.offer_taken):
        QTest.mouseClick(line.findChildren(QPushButton)[0], Qt.MouseButton.LeftButton)
    line.say("")
    assert line.isHidden()


def test_facts_stand_under_their_captions_and_say_which_link_was_pressed(qtbot: QtBot, watch: Watch) -> None:
    row = FactsRow(watch.pulse)
    qtbot.addWidget(row)
    row.show_facts([
        Fact("Dispatch", clock=Running(NOON, NOON - timedelta(minutes=4)), note="5 <min>", link="why", name="dispatch"),
        Fact("Owner", "受理员 03", "2 complaints"),
    ])  # fmt: skip
    assert "受理员 03" in words(row)
    notes = [label for label in row.findChildren(QLabel) if "why" in label.text()]
    assert "5 &lt;min&gt;" in notes[0].text()
    with qtbot.waitSignal(row.link_pressed) as pressed:
        notes[0].linkActivated.emit("#")
    assert pressed.args == ["dispatch"]
    row.show_facts([Fact("Owner", "another")])
    assert words(row)[:2] == ["Owner", "another"]


def entry(key: str, minutes: int, what: str = "did", **more: str) -> Entry:
    return Entry(key, NOON + timedelta(minutes=minutes), "ann", what, **more)


def test_a_timeline_keeps_its_lines_and_puts_new_ones_where_they_belong(qtbot: QtBot) -> None:
    timeline = Timeline()
    qtbot.addWidget(timeline)
    assert "Nothing has happened yet" in words(timeline)
    timeline.show_entries([entry("a", 1), entry("c", 3)])
    lines = dict(timeline._lines)
    timeline.show_entries([entry("a", 1, "opened"), entry("b", 2), entry("c", 3), entry("d", 4)])
    assert timeline.keys == ["d", "c", "b", "a"]
    assert all(timeline._lines[key] is line for key, line in lines.items())
    assert "opened" in words(timeline)
    timeline.show_entries([entry("b", 9), entry("d", 4)])
    assert timeline.keys == ["b", "d"]
    assert "Nothing has happened yet" not in words(timeline)
    tops = [timeline._layout.indexOf(timeline._lines[key]) for key in timeline.keys]
    assert tops == sorted(tops)


def test_a_timeline_can_run_forwards_and_its_links_say_their_line(qtbot: QtBot) -> None:
    timeline = Timeline(newest_first=False)
    qtbot.addWidget(timeline)
    timeline.show_entries([entry("b", 2, link="photo"), entry("a", 1)])
    assert timeline.keys == ["a", "b"]
    link = next(label for label in timeline.findChildren(QLabel) if "photo" in label.text())
    with qtbot.waitSignal(timeline.link_pressed) as pressed:
        link.linkActivated.emit("#")
    assert pressed.args == ["b"]


def test_a_search_asks_when_the_typing_pauses_and_once_for_one_text(qtbot: QtBot) -> None:
    line = SearchLine("find")
    asked: list[str] = []
    qtbot.addWidget(line)
    line.sought.connect(asked.append)
    with qtbot.waitSignal(line.sought):
        write(line, "噪音 ")
    assert asked == ["噪音"]
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert asked == ["噪音"]
    QTest.keyClicks(line, "x")
    QTest.keyClick(line, Qt.Key.Key_Return)
    assert asked == ["噪音", "噪音 x"]
    QTest.keyClick(line, Qt.Key.Key_Escape)
    assert asked == ["噪音", "噪音 x", ""]


def test_the_icons_in_a_search_grow_with_the_text(qapp: QApplication, qtbot: QtBot) -> None:
    line = SearchLine("find")
    qtbot.addWidget(line)
    line.setText("噪音")
    cross = line.findChild(QToolButton, "search.empty")
    assert cross is not None
    beside = line.textMargins().left()
    theme.apply(qapp, "day", 2.0)
    assert cross.iconSize() == QSize(32, 32)
    assert line.textMargins().left() == line.textMargins().right() == 2 * beside
    QTest.mouseClick(cross, Qt.MouseButton.LeftButton)
    assert line.text() == ""
    assert cross.isHidden()
    theme.apply(qapp, "day", 1.0)


def test_facts_without_room_beside_each_other_stand_in_rows(qtbot: QtBot) -> None:
    row = FactsRow(Watch().pulse)
    qtbot.addWidget(row)
    row.show_facts([Fact("Owner to the end", f"somebody {n}", "found by ourselves") for n in range(5)])
    row.resize(1000, 200)
    row.show()
    assert len({cell.y() for cell in row.findChildren(FactCell)}) == 1
    row.resize(360, 200)
    qtbot.waitUntil(lambda: len({cell.y() for cell in row.findChildren(FactCell)}) == 3)
    assert all(cell.width() >= cell.sizeHint().width() for cell in row.findChildren(FactCell))


def test_satisfaction_is_given_by_number_key_and_can_be_taken_back(qtbot: QtBot) -> None:
    rating = Rating()
    qtbot.addWidget(rating)
    said = [rating.value]
    for key in (Qt.Key.Key_4, Qt.Key.Key_9, Qt.Key.Key_Backspace):
        QTest.keyClick(rating, key)
        said.append(rating.value)
    assert said == [None, 4, 4, None]
    rating.set_value(5)
    assert "very satisfied" in words(rating)


def test_a_heading_counts(qtbot: QtBot) -> None:
    heading = SectionHeading("Waiting", 9, "by deadline")
    qtbot.addWidget(heading)
    assert words(heading) == ["Waiting", "9", "by deadline"]
    heading.show_count(None)
    heading.say("Nothing", "")
    assert words(heading) == ["Nothing"]


def test_a_key_is_named_as_the_desktop_names_it(qtbot: QtBot) -> None:
    hint = KeyHint("Ctrl+K")
    qtbot.addWidget(hint)
    assert hint.text() == "Ctrl+K"


def test_times_are_shown_in_the_district_s_zone_and_come_back_as_utc() -> None:
    wording.use_zone(ZoneInfo("Asia/Shanghai"))
    try:
        assert wording.hour(NOON) == "12:00"
        assert wording.moment(NOON, NOON + timedelta(hours=1)) == "12:00"
        assert wording.moment(NOON, NOON + timedelta(days=1)) == "11-23 12:00"
        assert wording.moment(NOON, NOON + timedelta(days=365)) == "2026-11-23 12:00"
        assert wording.moment(datetime(2026, 11, 22, 17, 0, tzinfo=UTC), NOON) == "01:00"  # already that day in China
        assert wording.utc(datetime(2026, 11, 23, 12, 0)) == NOON  # noqa: DTZ001 – a wall time
    finally:
        wording.use_zone(None)
    there = timezone(timedelta(hours=3))
    assert wording.local(NOON.astimezone(there)) == NOON


def test_an_age_is_said_in_seconds_then_in_words() -> None:
    assert wording.ago(NOON, NOON + timedelta(seconds=40)) == "40 s ago"
    assert wording.ago(NOON, NOON + timedelta(minutes=6, seconds=5)) == "6 min ago"
    assert wording.ago(NOON + timedelta(seconds=5), NOON) == "0 s ago"


def test_a_chip_with_too_little_room_ends_its_words_in_dots_and_keeps_its_count(qtbot: QtBot) -> None:
    chip = Chip("A squad with a very long name", "12")
    qtbot.addWidget(chip)
    chip.resize(chip.sizeHint())
    assert chip.shown_text() == "A squad with a very long name"
    chip.resize(chip.sizeHint().width() // 2, chip.sizeHint().height())
    assert chip.shown_text().endswith("…")
    assert len(chip.shown_text()) > 3


def test_facts_never_open_a_window_of_their_own(qtbot: QtBot) -> None:
    opened: list[object] = []

    class Windows(QObject):
        def eventFilter(self, watched: QObject, event: QEvent) -> bool:
            if event.type() == QEvent.Type.Show and isinstance(watched, QWindow):
                opened.append(watched)
            return False

    row = FactsRow(Watch().pulse)
    qtbot.addWidget(row)
    watch, app = Windows(), QApplication.instance()
    assert app is not None
    app.installEventFilter(watch)
    row.show_facts([Fact("Squad", "North"), Fact("Officer", "Oscar")])
    app.removeEventFilter(watch)
    assert opened == []


@pytest.mark.parametrize("kind", [Combo, Picker])
def test_words_too_long_for_a_combo_box_end_in_dots(qtbot: QtBot, kind: type[Combo]) -> None:
    words = "Not yet accepted by its squad"

    def drawn(said: str) -> QImage:
        box = Picker([("a", said)]) if kind is Picker else Combo()
        if isinstance(box, Picker):
            box.choose("a")
        else:
            box.addItem(said)
        qtbot.addWidget(box)
        box.setFixedSize(140, 30)
        box.show()
        return box.grab().toImage()

    dotted = (words[:n] + "…" for n in range(1, len(words)))
    shortened = next(said for said in dotted if drawn(said) == drawn(words))
    arrow, padding = theme.px(24), theme.px(9)
    assert QFontMetrics(theme.font()).horizontalAdvance(shortened) <= 140 - arrow - 2 * padding, "the dots are seen"
