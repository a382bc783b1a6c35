"""Two photos from the site, drawn: before, with the site at work at night, and after, quiet."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QFont, QImage, QLinearGradient, QPainter, QPen, QPolygonF

WIDTH, HEIGHT = 640, 420
_GROUND = 300


def _hue(hue: int, saturation: int, value: int) -> QColor:
    return QColor.fromHsv(hue, saturation, value)


def before(path: Path, caption: str) -> Path:
    """The site at night: floodlights on, the pile driver at work, dust and mud on the road."""
    return _photo(path, caption, _working, night=True)


def after(path: Path, caption: str) -> Path:
    """The same spot: the machine stands still behind a closed fence, the road is clean."""
    return _photo(path, caption, _quiet, night=False)


def _photo(path: Path, caption: str, scene: Callable[[QPainter], None], *, night: bool) -> Path:
    image = QImage(WIDTH, HEIGHT, QImage.Format.Format_RGB32)
    painter = QPainter(image)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    _sky(painter, night=night)
    _houses(painter, night=night)
    _road(painter, night=night)
    scene(painter)
    _caption(painter, caption)
    painter.end()
    image.save(str(path))
    return path


def _sky(painter: QPainter, *, night: bool) -> None:
    sky = QLinearGradient(0, 0, 0, _GROUND)
    sky.setColorAt(0, _hue(225, 160, 40) if night else _hue(205, 120, 215))
    sky.setColorAt(1, _hue(225, 90, 85) if night else _hue(200, 40, 245))
    painter.fillRect(0, 0, WIDTH, _GROUND, sky)


def _houses(painter: QPainter, *, night: bool) -> None:
    wall = _hue(220, 60, 70) if night else _hue(30, 40, 205)
    lit, dark = _hue(48, 150, 250), _hue(215, 70, 50) if night else _hue(205, 60, 150)
    for number, (left, top) in enumerate(((12, 96), (104, 60), (196, 120))):
        painter.fillRect(QRectF(left, top, 80, _GROUND - top), wall)
        for row in range(int((_GROUND - top - 20) / 26)):
            for column in range(3):
                awake = night and (row * 3 + column + number) % 2 == 0  # nobody sleeps here
                painter.fillRect(QRectF(left + 10 + column * 23, top + 12 + row * 26, 14, 15), lit if awake else dark)


def _road(painter: QPainter, *, night: bool) -> None:
    painter.fillRect(0, _GROUND, WIDTH, HEIGHT - _GROUND, _hue(30, 25, 55) if night else _hue(30, 15, 150))
    painter.setPen(QPen(_hue(45, 60, 200), 4, Qt.PenStyle.DashLine))
    painter.drawLine(0, _GROUND + 66, WIDTH, _GROUND + 66)
    painter.setPen(Qt.PenStyle.NoPen)


def _machine(painter: QPainter, colour: QColor, drop: int) -> None:
    """A pile driver: mast, hammer, tracks."""
    painter.fillRect(QRectF(458, 70, 14, 230), colour)
    painter.fillRect(QRectF(446, 90 + drop, 38, 54), colour.darker(140))
    painter.fillRect(QRectF(462, 144 + drop, 6, 156 - drop), _hue(0, 0, 110))
    painter.fillRect(QRectF(486, 232, 92, 46), colour)
    painter.fillRect(QRectF(474, 278, 124, 22), _hue(0, 0, 40))


def _working(painter: QPainter) -> None:
    beam = _hue(52, 90, 255)
    beam.setAlpha(90)
    painter.setBrush(beam)
    painter.drawPolygon(QPolygonF([QPointF(330, 60), QPointF(620, 300), QPointF(380, 300)]))
    painter.fillRect(QRectF(326, 56, 8, 244), _hue(0, 0, 90))
    _machine(painter, _hue(40, 220, 230), drop=70)
    dust = _hue(35, 60, 190)
    for place, (left, size) in enumerate(((400, 46), (430, 62), (486, 54), (540, 40))):
        dust.setAlpha(150 - 20 * place)
        painter.setBrush(dust)
        painter.drawEllipse(QRectF(left, _GROUND - size * 0.7, size * 1.4, size))
    painter.setBrush(_hue(28, 150, 80))
    for left, width in ((300, 90), (420, 130), (170, 70)):
        painter.drawEllipse(QRectF(left, _GROUND + 30, width, 18))


def _quiet(painter: QPainter) -> None:
    _machine(painter, _hue(40, 120, 215), drop=0)
    painter.fillRect(QRectF(300, 216, WIDTH - 300, 84), _hue(150, 130, 150))
    painter.setPen(QPen(_hue(150, 150, 110), 3))
    for left in range(300, WIDTH, 34):
        painter.drawLine(left, 216, left, 300)
    painter.setPen(Qt.PenStyle.NoPen)
    painter.setBrush(_hue(0, 0, 250))
    painter.drawRoundedRect(QRectF(360, 236, 90, 40), 4, 4)
    painter.setBrush(_hue(0, 200, 210))
    painter.drawEllipse(QRectF(394, 244, 24, 24))
    painter.fillRect(QRectF(398, 253, 16, 6), _hue(0, 0, 250))


def _caption(painter: QPainter, caption: str) -> None:
    ground = _hue(0, 0, 0)
    ground.setAlpha(150)
    painter.fillRect(0, HEIGHT - 44, WIDTH, 44, ground)
    font = QFont(painter.font())
    font.setPixelSize(22)
    painter.setFont(font)
    painter.setPen(_hue(0, 0, 255))
    painter.drawText(QRectF(16, HEIGHT - 44, WIDTH - 32, 44), Qt.AlignmentFlag.AlignVCenter, caption)
    painter.setPen(Qt.PenStyle.NoPen)
