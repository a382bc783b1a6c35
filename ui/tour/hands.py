"""A person's hands: keys, clicks and an input method, on the widgets that are really there."""

from collections.abc import Callable

from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QInputMethodEvent, QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractItemView, QApplication, QWidget

from ui.tour.waiting import Unmet, until, within_the_loop

MOST_TABS = 60


class Hands:
    """They touch one window, through the events of the system only."""

    def __init__(self, window: Callable[[], QWidget]) -> None:
        """``window()`` gives the window that is touched."""
        self._window = window

    # ------------------------------------------------------------------ keyboard

    def press(self, *keys: str) -> None:
        """Press keys, one combination after the other: ``"F2"``, ``"Ctrl+Return"``, ``"Tab"``."""
        for combination in keys:
            sequence = QKeySequence(combination)
            self.focused()
            within_the_loop(lambda sequence=sequence: QTest.keySequence(self._receiver(), sequence))  # type: ignore[misc]

    def press_after(self, deed: Callable[[], object], keys: str) -> None:
        """Press keys right after ``deed()``, before anything of it can have reached this window."""
        self.focused()

        def at_once() -> None:
            deed()
            QTest.keySequence(self._receiver(), QKeySequence(keys))

        within_the_loop(at_once)

    def type(self, text: str) -> None:
        """Type where the cursor is. What no key of a keyboard gives comes from an input method, as Chinese does."""
        for part in _parts(text):
            self.focused()
            within_the_loop(lambda part=part: self._type(part))  # type: ignore[misc]

    def _type(self, text: str) -> None:
        receiver = self._receiver()
        if text.isascii():
            QTest.keyClicks(receiver, text)
            return
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(receiver, event)

    def tab_to(self, widget: QWidget) -> None:
        """Press Tab until the cursor stands in ``widget``. Unmet where it never comes there."""
        for _press in range(MOST_TABS):
            if self.stands_in(widget):
                return
            self.press("Tab")
        raise Unmet(f"the Tab key does not lead to {widget.objectName() or type(widget).__name__}")

    def stands_in(self, widget: QWidget) -> bool:
        """Whether the cursor stands in ``widget`` or in what lies on it."""
        at = QApplication.focusWidget()
        return at is not None and (at is widget or widget.isAncestorOf(at))

    def _receiver(self) -> QWidget:
        """Where keys go. An open list takes every key first, as the system has it."""
        window, popup = self._window(), QApplication.activePopupWidget()
        if popup is not None:
            inner: QWidget | None = popup.focusWidget()
            return popup if inner is None else inner
        receiver = QApplication.focusWidget()
        return receiver if receiver is not None and receiver.window() is window else window

    # ------------------------------------------------------------------ mouse

    def click(self, widget: QWidget) -> None:
        """Click into the middle of a widget that is visible and can be pressed."""
        if not widget.isVisible() or not widget.isEnabled():
            raise Unmet(f"{widget.objectName() or type(widget).__name__} cannot be clicked")
        within_the_loop(lambda: QTest.mouseClick(widget, Qt.MouseButton.LeftButton))

    def click_row(self, view: QAbstractItemView, row: int, column: int = 0) -> None:
        """Click on a row of a list."""
        view.scrollTo(view.model().index(row, column))
        at: QPoint = view.visualRect(view.model().index(row, column)).center()
        none = Qt.KeyboardModifier.NoModifier
        within_the_loop(lambda: QTest.mouseClick(view.viewport(), Qt.MouseButton.LeftButton, none, at))

    def focused(self) -> None:
        """Wait until the window has the keyboard; one that lost it to another window asks for it back."""
        window = self._window()
        if QApplication.activePopupWidget() is None and not window.isActiveWindow():
            window.activateWindow()
            until(window.isActiveWindow, "the window has the keyboard")


def _parts(text: str) -> list[str]:
    """``text`` in runs that a keyboard gives and runs that need an input method."""
    parts: list[str] = []
    for character in text:
        if parts and parts[-1][-1].isascii() == character.isascii():
            parts[-1] += character
        else:
            parts.append(character)
    return parts
