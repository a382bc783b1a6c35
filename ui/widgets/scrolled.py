"""A frame around something that may be larger than the room there is: it scrolls then, and follows the focus."""

from PySide6.QtCore import QEvent, QObject, QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QApplication, QFrame, QScrollArea, QStackedLayout, QWidget


class Scrolled(QScrollArea):
    """Shows ``content`` as large as there is room, but never smaller than it can be drawn without overlapping.

    A scroll area of Qt's that resizes its widget gives words that wrap the height they would like, and scrolls
    although everything would fit. This one asks for the least height.
    """

    def __init__(self, content: QWidget, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.viewport().setAutoFillBackground(False)  # the ground is whatever it lies on
        self.setWidget(content)
        content.setAutoFillBackground(False)
        content.installEventFilter(self)
        app = QApplication.instance()
        if isinstance(app, QApplication):
            app.focusChanged.connect(self._follow)
        self._fit()

    def minimumSizeHint(self) -> QSize:
        """Whatever is too large scrolls, so there is nothing it needs."""
        return QSize()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() == QEvent.Type.LayoutRequest and watched is self.widget():
            self._fit()
        return super().eventFilter(watched, event)

    def _fit(self) -> None:
        content = self.widget()
        if content is None:
            return
        room = self.maximumViewportSize()
        bars = QSize(self.verticalScrollBar().sizeHint().width(), self.horizontalScrollBar().sizeHint().height())
        least = content.minimumSizeHint().expandedTo(content.minimumSize()).width()
        needed = least_size(content, max(least, room.width()))
        if needed.height() > room.height():
            room.setWidth(room.width() - bars.width())
            needed = least_size(content, max(least, room.width()))
        if needed.width() > room.width():
            room.setHeight(room.height() - bars.height())
        content.resize(needed.expandedTo(room))

    def _follow(self, _before: QWidget | None, now: QWidget | None) -> None:
        content = self.widget()
        if now is not None and content is not None and content.isAncestorOf(now) and self.isVisible():
            self.ensureWidgetVisible(now)


def least_size(content: QWidget, width: int) -> QSize:
    """The least size, in px, of a widget that is going to be ``width`` px wide.

    Of things of which only one is seen at a time, the one seen counts; words that wrap are as high as they
    get at that width, also where splitters on the way up would not ask them.
    """
    least = content.minimumSizeHint().expandedTo(content.minimumSize())
    layout = content.layout()
    if content.minimumHeight() == content.maximumHeight():
        return QSize(least.width(), content.minimumHeight())
    if isinstance(layout, QStackedLayout) and (front := layout.currentWidget()) is not None:
        least.setHeight(max(least_size(front, width).height(), content.minimumHeight()))
    elif layout is not None and layout.hasHeightForWidth():
        least.setHeight(max(layout.minimumHeightForWidth(width), content.minimumHeight()))
    return least
