"""Pictures of a case: thumbnails in pairs, before beside after; a large view; files dropped or chosen."""

from collections.abc import Callable, Sequence

from PySide6.QtCore import QBuffer, QByteArray, QSize, Qt, Signal
from PySide6.QtGui import QImage, QImageReader, QKeyEvent, QKeySequence, QMouseEvent, QPainter, QPixmap
from PySide6.QtPdf import QPdfDocument
from PySide6.QtWidgets import QFrame, QGridLayout, QVBoxLayout, QWidget

from commandcenter.domain.contacts import Photo
from commandcenter.domain.record import Key
from commandcenter.i18n import _
from commandcenter.queries.history import photo_content
from ui.case.saving import save_document
from ui.case.telling import side_word
from ui.room import Room
from ui.theme import icon, mark, theme
from ui.widgets.plain_label import PlainLabel, tip
from ui.wording import moment

THUMBNAIL = 116  # px of the design
LARGEST_SIDE = 4096
"""Pixels a picture is shown with at most, whatever its file holds."""
BEFORE, AFTER = "before", "after"


def decoded(content: bytes | None, most: int) -> QImage | None:
    """The picture, scaled down to ``most`` pixels a side while it is read; None where it is none."""
    if content is None:
        return None
    buffer = QBuffer()
    buffer.setData(QByteArray(content))
    if content.startswith(b"%PDF"):
        return _first_page(buffer, most)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    size = reader.size()
    if not reader.canRead():
        return None
    if size.isValid() and max(size.width(), size.height()) > most:
        reader.setScaledSize(size.scaled(QSize(most, most), Qt.AspectRatioMode.KeepAspectRatio))
    image = reader.read()
    return None if image.isNull() else image


def _first_page(buffer: QBuffer, most: int) -> QImage | None:
    """A document's first page on white; its longer side ``most`` pixels, as it can be drawn at any size."""
    buffer.open(QBuffer.OpenModeFlag.ReadOnly)
    document = QPdfDocument()
    document.load(buffer)
    size = document.pagePointSize(0)
    if document.status() is not QPdfDocument.Status.Ready or size.isEmpty():
        return None
    drawn = document.render(0, (size * (most / max(size.width(), size.height()))).toSize())
    page = QImage(drawn.size(), QImage.Format.Format_RGB32)
    page.fill(theme.paper)
    painter = QPainter(page)
    painter.drawImage(0, 0, drawn)
    painter.end()
    document.close()
    return page


class Thumbnail(PlainLabel):
    """One picture, small; click, Space or Enter show it large."""

    opened = Signal(str)

    def __init__(self, photo: Photo) -> None:
        super().__init__()
        self.photo = photo
        self.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        self.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.setAccessibleName(f"{side_word(photo.side)} {photo.name}".strip())
        mark(self, ground="raised")
        self.shown = False
        self._measure()

    def _measure(self) -> None:
        self.setFixedSize(theme.px(THUMBNAIL), theme.px(THUMBNAIL * 3 // 4))
        self.setPixmap(icon("mdi6.file-outline", "ink_3").pixmap(theme.px(28), theme.px(28)))

    def show_image(self, image: QImage | None) -> None:
        """The picture; a file that is none keeps its sign."""
        self.shown = image is not None
        if image is not None:
            self.setPixmap(QPixmap.fromImage(image.scaled(
                self.size(), Qt.AspectRatioMode.KeepAspectRatio, Qt.TransformationMode.SmoothTransformation)))

    def mousePressEvent(self, event: QMouseEvent) -> None:
        if event.button() == Qt.MouseButton.LeftButton:
            self.opened.emit(self.photo.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() in {Qt.Key.Key_Space, Qt.Key.Key_Return, Qt.Key.Key_Enter}:
            self.opened.emit(self.photo.id)
        else:
            super().keyPressEvent(event)


class PhotoWall(QWidget):
    """Before on the left, after on the right, pair by pair; what is neither follows."""

    opened = Signal(str)
    """A picture should be shown large; its key."""

    def __init__(self, room: Room) -> None:
        super().__init__()
        self._room = room
        self.thumbnails: dict[Key, Thumbnail] = {}
        self._captions: dict[Key, PlainLabel] = {}
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setSpacing(theme.px(6))
        self._grid.setColumnStretch(2, 1)

    def show_photos(self, photos: Sequence[Photo]) -> None:
        """Exactly these pictures. The bytes of new ones are fetched beside the window."""
        for key in set(self.thumbnails) - {photo.id for photo in photos}:
            for gone in (self.thumbnails.pop(key), self._captions.pop(key)):
                self._grid.removeWidget(gone)
                gone.deleteLater()
        for photo in photos:
            if photo.id not in self.thumbnails:
                self._add(photo)
        for place, photo in placed(photos):
            self._grid.addWidget(self._captions[photo.id], 2 * (place // 2), place % 2)
            self._grid.addWidget(self.thumbnails[photo.id], 2 * (place // 2) + 1, place % 2)

    def _add(self, photo: Photo) -> None:
        made = self.thumbnails[photo.id] = Thumbnail(photo)
        made.opened.connect(self.opened)
        said = self._captions[photo.id] = PlainLabel(
            " · ".join(part for part in (side_word(photo.side), moment(photo.attached_at)) if part))
        made.setToolTip(tip(photo.name))
        mark(said, face="caption")
        most, person = 2 * theme.px(THUMBNAIL), self._room.person
        self._room.backstage.ask(
            lambda s: decoded(photo_content(s, person, photo.sha256), most), made.show_image, owner=made
        )


def placed(photos: Sequence[Photo]) -> list[tuple[int, Photo]]:
    """Each picture with its place, two to a row: before left, after right, the others behind them."""
    sides: dict[str, list[Photo]] = {BEFORE: [], AFTER: [], "": []}
    for photo in photos:
        sides[photo.side if photo.side in sides else ""].append(photo)
    rows = max(len(sides[BEFORE]), len(sides[AFTER]))
    return [
        *((2 * n, photo) for n, photo in enumerate(sides[BEFORE])),
        *((2 * n + 1, photo) for n, photo in enumerate(sides[AFTER])),
        *((2 * rows + n, photo) for n, photo in enumerate(sides[""])),
    ]


class LargeView(QFrame):
    """One picture over the page it belongs to. Esc, Enter or a click puts it away; ← and → go through them.

    A document is saved as a file with Ctrl+S: a letter alone is a move of the case.
    """

    def __init__(self, room: Room, over: QWidget) -> None:
        super().__init__(over)
        self._room = room
        self._photos: list[Photo] = []
        self._place = 0
        self._image: QImage | None = None
        mark(self, ground="ground")
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._picture, self._said = PlainLabel(), PlainLabel()
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._said.setAlignment(Qt.AlignmentFlag.AlignCenter)
        mark(self._said, face="small")
        column = QVBoxLayout(self)
        column.addWidget(self._picture, 1)
        column.addWidget(self._said)
        self.hide()

    def show_photo(self, photos: Sequence[Photo], key: Key) -> None:
        """Show this one of them."""
        self._photos = list(photos)
        self._place = next((n for n, photo in enumerate(self._photos) if photo.id == key), 0)
        parent = self.parentWidget()
        if self._photos and parent is not None:
            self.setGeometry(parent.rect())
            self.show()
            self.raise_()
            self.setFocus()
            self._load()

    def _load(self) -> None:
        photo, person = self._photos[self._place], self._room.person
        saves = _("Ctrl+S saves it as a file") if photo.directive_id else ""
        words = (side_word(photo.side), photo.name, moment(photo.attached_at), saves, _("Esc puts it away"))
        self._said.setText(" · ".join(part for part in words if part))
        self._picture.setText(_("The picture is being fetched…"))
        self._room.backstage.ask(
            lambda s: decoded(photo_content(s, person, photo.sha256), LARGEST_SIDE), self._show, owner=self,
            latest="large",
        )

    def _show(self, image: QImage | None) -> None:
        self._image = image
        if image is None:
            self._picture.setText(_("This file is not a picture that could be shown here."))
        else:
            self._picture.setPixmap(QPixmap.fromImage(image.scaled(
                self._picture.size(), Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation)))  # fmt: skip

    @property
    def has_picture(self) -> bool:
        """Whether the picture is on the screen."""
        return self._image is not None and self.isVisible()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        step: dict[int, Callable[[], None]] = {
            Qt.Key.Key_Escape: self.hide, Qt.Key.Key_Return: self.hide,
            Qt.Key.Key_Left: lambda: self._go(-1), Qt.Key.Key_Right: lambda: self._go(1),
        }  # fmt: skip
        if event.matches(QKeySequence.StandardKey.Save):
            self._save()
        elif event.key() in step:
            step[event.key()]()
        else:
            super().keyPressEvent(event)

    def _go(self, step: int) -> None:
        self._place = (self._place + step) % len(self._photos)
        self._load()

    def _save(self) -> None:
        if self._photos[self._place].directive_id:
            save_document(self._room, self, self._photos[self._place])

    def mousePressEvent(self, _event: QMouseEvent) -> None:
        self.hide()
