"""The bar over the map: what is shown, the star, and what the signs mean."""

from collections.abc import Mapping

from PySide6.QtCore import QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen, QPolygonF
from PySide6.QtWidgets import QFrame, QGridLayout, QToolButton, QWidget

from commandcenter.i18n import N_, _
from ui.map.objects import LAYERS
from ui.map.view import MapView
from ui.theme import theme
from ui.widgets.flow_layout import FlowLayout
from ui.widgets.plain_label import PlainLabel, tip

LAYER_WORDS = {
    "areas": N_("Areas"),
    "squads": N_("Squads"),
    "workstations": N_("Workstations"),
    "officers": N_("Officers"),
    "cases": N_("Open cases"),
    "heat_7": N_("Heat 7 days"),
    "heat_30": N_("Heat 30 days"),
}
SIGNS: tuple[tuple[str, str, float, str], ...] = (
    ("ring", "urgent", 1.0, N_("urgent case")),
    ("diamond", "urgent", 1.0, N_("case past its deadline (red card)")),
    ("diamond", "late", 1.0, N_("case near its deadline (yellow card)")),
    ("disc", "accent", 1.0, N_("ordinary case")),
    ("circle", "accent", 1.0, N_("suspended case")),
    ("triangle", "accent", 1.0, N_("squad")),
    ("triangle", "late", 1.0, N_("squad with a late case")),
    ("square", "station", 1.0, N_("workstation")),
    ("arrow", "ok", 1.0, N_("officer on duty, fix younger than 2 minutes")),
    ("arrow", "ok", 0.3, N_("the same, fix older than 5 minutes")),
    ("hollow", "ok", 1.0, N_("officer at work on a case")),
)
"""Shape, token of its colour, opacity, meaning: what resources/map/sprites.js draws, in words."""

ARROW = ((0.0, -6.5), (4.4, 5.0), (0.0, 2.4), (-4.4, 5.0))
OUTLINES: dict[str, tuple[tuple[float, float], ...]] = {
    "diamond": ((0, -7), (7, 0), (0, 7), (-7, 0)),
    "triangle": ((0, -5.5), (6, 5), (-6, 5)),
    "square": ((-2, -2), (2, -2), (2, 2), (-2, 2)),
    "arrow": ARROW,
    "hollow": ARROW,
}
RADII = {"ring": 5.5, "disc": 5.0, "circle": 5.0}


class Sign(QWidget):
    """One sign of the legend, painted as the page paints it."""

    def __init__(self, shape: str, token: str, opacity: float, tokens: Mapping[str, str]) -> None:
        super().__init__()
        self._shape, self._token, self._opacity = shape, token, opacity
        self.tokens = tokens

    def sizeHint(self) -> QSize:
        return QSize(28, 28)

    minimumSizeHint = sizeHint

    def paintEvent(self, _event: QPaintEvent) -> None:
        with QPainter(self) as painter:
            painter.setRenderHint(QPainter.RenderHint.Antialiasing)
            painter.translate(QRectF(self.rect()).center())
            painter.setOpacity(self._opacity)
            self._paint(painter, QColor(self.tokens[self._token]))

    def _paint(self, painter: QPainter, colour: QColor) -> None:
        hollow = self._shape in {"circle", "hollow"}
        painter.setPen(QPen(colour, 1.6) if hollow else Qt.PenStyle.NoPen)
        painter.setBrush(Qt.BrushStyle.NoBrush if hollow else colour)
        if self._shape in OUTLINES:
            painter.drawPolygon(QPolygonF([QPointF(*point) for point in OUTLINES[self._shape]]))
            return
        painter.drawEllipse(QPointF(), RADII[self._shape], RADII[self._shape])
        if self._shape == "ring":
            painter.setPen(QPen(colour, 1.2))
            painter.setBrush(Qt.BrushStyle.NoBrush)
            painter.drawEllipse(QPointF(), 10.5, 10.5)


class Legend(QFrame):
    """What every sign means, in a small sheet that closes with Escape or a click beside it."""

    def __init__(self, tokens: Mapping[str, str], parent: QWidget) -> None:
        super().__init__(parent, Qt.WindowType.Popup)
        self.setObjectName("mapLegend")
        self.setProperty("ground", "surface")
        self._signs: list[Sign] = []
        self._words: list[PlainLabel] = []
        grid = QGridLayout(self)
        grid.setContentsMargins(12, 8, 16, 8)
        grid.setVerticalSpacing(0)
        for row, (shape, token, opacity, _words) in enumerate(SIGNS):
            sign, label = Sign(shape, token, opacity, tokens), PlainLabel()
            self._signs.append(sign)
            self._words.append(label)
            grid.addWidget(sign, row, 0)
            grid.addWidget(label, row, 1)
        self.set_language()

    def set_tokens(self, tokens: Mapping[str, str]) -> None:
        """The colours of another theme."""
        for sign in self._signs:
            sign.tokens = tokens
            sign.update()

    def set_language(self) -> None:
        """Say it again in the language spoken now."""
        for label, (_shape, _token, _opacity, words) in zip(self._words, SIGNS, strict=True):
            label.setText(_(words))


class LayersBar(QWidget):
    """Switches for one :class:`MapView`: every layer, the star, and the legend."""

    def __init__(self, view: MapView, tokens: Mapping[str, str], parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("mapLayers")
        self.view = view
        self.buttons = {name: self._switch(name) for name in LAYERS}
        self.star = QToolButton()
        self.star.setObjectName("mapStar")
        self.star.setCheckable(True)
        self.star.setText("★")
        self.star.clicked.connect(self._star_clicked)
        self.legend_button = QToolButton()
        self.legend_button.clicked.connect(self.show_legend)
        self.legend = Legend(tokens, self)
        view.layers_changed.connect(self._show_layers)
        view.star_changed.connect(self.star.setChecked)
        # Where the bar is narrow they go on in another line: cut short, two heat layers would read the same.
        row = FlowLayout(self, gap=4, line_gap=4)
        row.setContentsMargins(theme.px(8), theme.px(4), theme.px(8), theme.px(4))
        for button in (*self.buttons.values(), self.legend_button, self.star):
            row.addWidget(button)
        self._show_layers(view.layers)
        self.set_language()

    def _switch(self, name: str) -> QToolButton:
        button = QToolButton()
        button.setProperty("layer", name)
        button.setCheckable(True)
        button.toggled.connect(lambda on: self.view.set_layer(name, on))
        return button

    def _show_layers(self, layers: Mapping[str, bool]) -> None:
        for name, button in self.buttons.items():
            button.setChecked(layers[name])

    def _star_clicked(self) -> None:
        # The page answers whether the star is on; until then nothing is claimed.
        self.star.setChecked(not self.star.isChecked())
        self.view.toggle_star()

    def show_legend(self) -> None:
        """Open the legend under its button."""
        self.legend.adjustSize()
        corner = self.legend_button.mapToGlobal(self.legend_button.rect().bottomRight())
        self.legend.move(corner.x() - self.legend.width(), corner.y() + 2)
        self.legend.show()

    def set_tokens(self, tokens: Mapping[str, str]) -> None:
        """The colours of another theme."""
        self.legend.set_tokens(tokens)

    def set_language(self) -> None:
        """Say everything again in the language spoken now."""
        for name, button in self.buttons.items():
            button.setText(_(LAYER_WORDS[name]))
            button.setToolTip(tip(_("Show or hide on the map: {layer}", layer=_(LAYER_WORDS[name]))))
        self.star.setToolTip(_("Show all open cases and follow them; press again to go back"))
        self.star.setAccessibleName(self.star.toolTip())
        self.legend_button.setText(_("Legend"))
        self.legend.set_language()
