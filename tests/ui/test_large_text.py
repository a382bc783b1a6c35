"""The largest text on the smallest screen: everything is whole, nothing lies over anything, all can be reached."""

from collections.abc import Iterator
from itertools import combinations

import pytest
from PySide6.QtCore import QSize, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QLineEdit,
    QScrollArea,
    QSplitterHandle,
    QTabBar,
    QToolButton,
    QWidget,
)
from pytestqt.qtbot import QtBot

from commandcenter.domain.cases import Case
from tests.house import House
from tests.ui.conftest import MakeWindow, enter
from ui.followup.page import FollowUpPage
from ui.main_window import SMALLEST, MainWindow
from ui.page import Page
from ui.preferences.memory import Preferences
from ui.shell import Shell
from ui.theme import theme
from ui.widgets.columns import Columns, folded_widths
from ui.widgets.scrolled import Scrolled

OF_ONE_PIECE = (QAbstractItemView, QLineEdit, QAbstractSpinBox, QComboBox, QTabBar)
"""What is inside these, Qt itself lays out."""


@pytest.fixture(autouse=True)
def largest(qapp: QApplication, preferences: Preferences) -> Iterator[None]:
    preferences.scale = 2.0
    theme.apply(qapp, "day", 2.0)
    yield
    theme.apply(qapp, "day", 1.0)


@pytest.fixture
def window(with_passwords: House, make_window: MakeWindow) -> MainWindow:
    for number in range(3):
        with_passwords.case(words=f"渣土车带泥上路污染路面，每天晚上都这样 {number}", point=(120.02, 35.93))
    made = make_window()
    made.resize(*SMALLEST)
    return made


def inside(widget: QWidget) -> list[QWidget]:
    """The widgets directly inside, that are seen and no windows of their own."""
    if isinstance(widget, OF_ONE_PIECE):
        return []
    found = [child for child in widget.children() if isinstance(child, QWidget)]
    return [child for child in found if child.isVisible() and not child.isWindow()]


def overlaps(widget: QWidget) -> Iterator[str]:
    """Pairs of neighbours that lie over each other, anywhere below ``widget``."""
    children = [child for child in inside(widget) if not isinstance(child, QSplitterHandle)]
    for one, other in combinations(children, 2):
        if one.geometry().intersects(other.geometry()):
            yield f"{named(one)} and {named(other)} in {named(widget)}"
    for child in children:
        yield from overlaps(child)


def out_of_reach(widget: QWidget) -> Iterator[str]:
    """What reaches out of whatever it lies in, where that cannot be scrolled to show it."""
    for child in inside(widget):
        if not widget.rect().contains(child.geometry()) and not scrolls(widget, child):
            yield f"{named(child)} {child.geometry().getRect()} in {named(widget)} {widget.size().toTuple()}"
        yield from out_of_reach(child)


def scrolls(viewport: QWidget, content: QWidget) -> bool:
    area = viewport.parentWidget()
    if not isinstance(area, QScrollArea) or area.widget() is not content:
        return False
    wider, higher = content.width() > viewport.width(), content.height() > viewport.height()
    columns = area.parentWidget()
    across = area.horizontalScrollBar().isVisible() or (isinstance(columns, Columns) and columns.folded)
    return (across or not wider) and (area.verticalScrollBar().isVisible() or not higher)


def named(widget: QWidget) -> str:
    text = getattr(widget, "text", None)
    return f"{type(widget).__name__} {widget.objectName()} {text() if callable(text) else ''}".strip()


def whole(window: MainWindow, qtbot: QtBot) -> None:
    """Assert it, once the layouts have come to rest."""

    def so() -> None:
        assert [*overlaps(window)] == []
        assert [*out_of_reach(window)] == []

    assert window.size() == QSize(*SMALLEST)
    qtbot.waitUntil(so)


def test_the_door_scrolls_where_it_has_too_little_room(demonstration: House, window: MainWindow, qtbot: QtBot) -> None:
    whole(window, qtbot)
    QTest.keyClick(window.door.login, Qt.Key.Key_Tab)
    window.door.theme.setFocus()
    seen = window.door.theme.visibleRegion().boundingRect()
    assert seen.size() == window.door.theme.size(), "what has the focus was brought into sight"


@pytest.mark.parametrize("login", ["ann", "sue"])
def test_on_no_page_does_anything_lie_over_anything_or_out_of_reach(
    small_house: House, window: MainWindow, qtbot: QtBot, login: str
) -> None:
    shell = enter(window, login, qtbot)
    for entry in shell.entries:
        shell.go(entry.name)
        whole(window, qtbot)
    shell.open_case(next(iter(shell.room.picture.of(Case))))
    whole(window, qtbot)
    for sheet in ("shell.help", "shell.preferences"):
        shell.room.actions.trigger(sheet, shell.room)
        whole(window, qtbot)


@pytest.fixture
def shell(window: MainWindow, qtbot: QtBot) -> Shell:
    return enter(window, "ann", qtbot)


def columns_of(page: QWidget | None) -> Columns:
    assert isinstance(page, Page)
    found = page.findChild(Columns)
    assert isinstance(found, Columns)
    return found


def seen(widget: QWidget) -> bool:
    return not widget.visibleRegion().isEmpty()


def test_columns_without_room_are_tabs_and_the_focus_brings_its_own_into_sight(shell: Shell, qtbot: QtBot) -> None:
    page = shell.go("intake")
    columns = columns_of(page)
    assert columns.folded
    assert [columns.tabs.tabText(n) for n in range(columns.tabs.count())] == ["Incoming", "The call", "What we know"]
    qtbot.waitUntil(lambda: columns.tabs.currentIndex() == 1)
    qtbot.waitUntil(lambda: seen(page.panel))  # type: ignore[union-attr]
    qtbot.waitUntil(lambda: not seen(page.incoming))  # type: ignore[union-attr]
    page.to_list()  # type: ignore[union-attr]
    assert columns.tabs.currentIndex() == 0
    assert seen(page.incoming.view)  # type: ignore[union-attr]
    QTest.mouseClick(columns.tabs, Qt.MouseButton.LeftButton, pos=columns.tabs.tabRect(2).center())
    assert seen(page.known)  # type: ignore[union-attr]
    focus = QApplication.focusWidget()
    assert focus is not None
    assert page.known is focus or page.known.isAncestorOf(focus), "keys reach what is seen"  # type: ignore[union-attr]


def shares(widths: list[int]) -> list[float]:
    """What part of the whole each column has."""
    return [width / sum(widths) for width in widths]


def test_widths_that_a_narrow_window_forced_are_not_remembered(window: MainWindow, shell: Shell, qtbot: QtBot) -> None:
    window.resize(3000, 1200)
    columns = columns_of(shell.go("dispatch"))
    qtbot.waitUntil(lambda: not columns.folded and columns.split.width() == columns.width())
    columns.split.setSizes([700, 900, 1240])
    wide = shares(columns.split.sizes())
    window.resize(*SMALLEST)
    qtbot.waitUntil(lambda: columns.folded)
    shell.go("map")
    shell.go("dispatch")
    window.resize(3000, 1200)
    qtbot.waitUntil(lambda: not columns.folded and columns.split.width() == columns.width())
    assert shares(columns.split.sizes()) == pytest.approx(wide, abs=0.002), "the rail may have taken a little meanwhile"


def test_icons_grow_with_the_text(shell: Shell) -> None:
    menu = shell.top.findChild(QToolButton, "menu")
    assert menu is not None
    assert menu.iconSize() == QSize(32, 32)


def test_as_many_columns_as_fit_fill_the_room() -> None:
    assert folded_widths([280, 420, 280], 900) == [360, 540, 360]
    assert folded_widths([280, 420, 280], 500) == [500, 500, 500]
    assert folded_widths([280, 420, 280], 300) == [280, 420, 280], "one that is wider than the room stays whole"


def test_words_that_wrap_take_no_more_height_than_they_need(qtbot: QtBot) -> None:
    content = QAbstractScrollArea()
    content.setMinimumSize(300, 200)
    frame = Scrolled(content)
    qtbot.addWidget(frame)
    frame.resize(400, 400)
    frame.show()
    assert content.size() == QSize(400, 400)
    frame.resize(200, 100)
    assert frame.verticalScrollBar().maximum() > 0
    assert frame.horizontalScrollBar().maximum() > 0
    assert content.size() == QSize(300, 200)


def in_sight(columns: Columns, widget: QWidget) -> bool:
    """Whether the whole width of ``widget`` lies in what the columns show."""
    left = widget.mapTo(columns, widget.rect().topLeft()).x()
    return left >= 0 and left + widget.width() <= columns.width()


def test_a_case_asked_for_is_seen_where_the_columns_are_folded(
    with_passwords: House, window: MainWindow, qtbot: QtBot
) -> None:
    case = with_passwords.case(caller_phone="13700000009")
    shell = enter(window, "ann", qtbot)
    page = shell.go("followup")
    assert isinstance(page, FollowUpPage)
    qtbot.waitUntil(lambda: page.columns.folded)
    shell.open_case(case.id)
    qtbot.waitUntil(lambda: in_sight(page.columns, page.case) and page.case.hasFocus())
    shell.go("followup")
    qtbot.waitUntil(lambda: in_sight(page.columns, page.view) and page.view.hasFocus())


def test_a_case_asked_for_is_seen_on_a_page_that_was_never_shown_before(
    with_passwords: House, window: MainWindow, qtbot: QtBot
) -> None:
    case = with_passwords.case(caller_phone="13700000009")
    shell = enter(window, "ann", qtbot)
    shell.open_case(case.id)
    page = shell.page
    assert isinstance(page, FollowUpPage)
    qtbot.waitUntil(lambda: page.columns.folded and in_sight(page.columns, page.case))


def test_importing_never_scrolls_sideways(shell: Shell, qtbot: QtBot) -> None:
    page = shell.go("import")
    assert page is not None
    frame = next(one for one in shell.findChildren(Scrolled) if one.widget() is page)
    qtbot.waitUntil(lambda: page.width() > 0 and frame.horizontalScrollBar().maximum() == 0)
    assert page.minimumSizeHint().width() <= frame.viewport().width()
