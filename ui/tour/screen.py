"""What can be seen of the window: visible widgets, the words on them, and a picture of it all."""

from collections.abc import Iterator
from pathlib import Path
from typing import TypeVar

from PySide6.QtCore import QModelIndex, QRect
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QComboBox,
    QLabel,
    QLineEdit,
    QListView,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from commandcenter import clock
from ui.tour.waiting import Unmet

A_MOMENT_S = 0.3
"""Longer than anything in the window waits before it says what has changed."""
W = TypeVar("W", bound=QWidget)


def seen(window: QWidget, kind: type[W], name: str = "") -> list[W]:
    """The visible widgets of that kind (and object name, where one is given), in the order they were made."""
    found = window.findChildren(kind, name) if name else window.findChildren(kind)
    return [widget for widget in found if widget.isVisible()]


def one(window: QWidget, kind: type[W], name: str = "") -> W:
    """The one visible widget of that kind and name. Unmet where there is none, or more than one."""
    found = seen(window, kind, name)
    if len(found) != 1:
        raise Unmet(f"{len(found)} visible widgets are called {name or kind.__name__}, not one")
    return found[0]


def words_of(widget: QWidget) -> str:
    """The words one widget shows by itself, without those of its children."""
    match widget:
        case QLabel() | QAbstractButton():
            return " ".join(part for part in (widget.text(), widget.accessibleName()) if part)
        case QLineEdit():
            return widget.displayText()
        case QPlainTextEdit() | QTextEdit():
            return widget.toPlainText()
        case QComboBox():
            return widget.currentText()
        case QAbstractItemView():
            return "\n".join(_rows(widget))
    return widget.accessibleName()


def _rows(view: QAbstractItemView) -> Iterator[str]:
    """What stands in the visible rows of a list or table."""
    model, port, root = view.model(), QRect(view.viewport().rect()), QModelIndex()
    if model is None:
        return
    columns = 1 if isinstance(view, QListView) else model.columnCount(root)
    for row in range(model.rowCount(root)):
        cells = [model.index(row, column) for column in range(columns)]
        if any(view.visualRect(cell).intersects(port) for cell in cells):
            yield " ".join(str(cell.data()) for cell in cells if cell.data() is not None)


def words(widget: QWidget) -> str:
    """Every word that is visible on a widget and on what lies on it."""
    inner = [child for child in widget.findChildren(QWidget) if child.isVisible()]
    return "\n".join(said for part in (widget, *inner) if (said := words_of(part)))


def share(widget: QWidget, colour: str) -> float:
    """How much of a widget has exactly this colour, from a coarse look: 0 to 1."""
    image, sought = widget.grab().toImage(), QColor(colour).rgb()
    points = [(x, y) for x in range(0, image.width(), 8) for y in range(0, image.height(), 8)]
    return sum(image.pixel(x, y) == sought for x, y in points) / max(1, len(points))


class Still:
    """Whether what some widgets show has stayed the same for a moment. To be asked repeatedly."""

    def __init__(self, *widgets: QWidget) -> None:
        self._widgets = widgets
        self._seen: list[QImage] = []
        self._since = clock.ticks()

    def __call__(self) -> bool:
        now = [widget.grab().toImage() for widget in self._widgets]
        if now != self._seen:
            self._seen, self._since = now, clock.ticks()
        return clock.ticks() - self._since > A_MOMENT_S


def save_picture(window: QWidget, path: Path) -> None:
    """Save what the window shows as a PNG. Unmet where it cannot be written."""
    image = window.grab().toImage()
    if image.isNull() or not image.save(str(path)):
        raise Unmet(f"{path} could not be written")
