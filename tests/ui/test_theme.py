"""The look: every token is there, every ink can be read, and a change of theme needs no restart."""

import ast
import re
import tomllib
from itertools import product
from pathlib import Path

import pytest
from PySide6.QtCore import QFile, Qt
from PySide6.QtGui import QColor, QPalette
from PySide6.QtWidgets import QApplication, QCheckBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from ui.theme import NAMES, RESOURCES, TONES, Theme, icon, mark, theme, tokens_of

ROOT = RESOURCES.parent
INKS = ("ink", "ink_2", "ink_3", "accent", "urgent", "late", "ok")
GROUNDS = ("ground", "surface", "raised", "hover", "accent_soft")
PAIRS = [
    *product(INKS, GROUNDS),
    *TONES.values(),
    ("ink", "line"),  # a pressed button
    ("on_accent", "accent"), ("on_accent", "accent_hover"), ("on_accent", "accent_press"),
    ("on_urgent", "urgent"), ("on_tip", "tip"), ("ink", "urgent_soft"), ("ink", "late_soft"), ("ink", "ok_soft"),
]  # fmt: skip
WCAG_AA = 4.5
WCAG_AA_SHAPES = 3.0


def luminance(colour: str) -> float:
    """Relative luminance by WCAG 2.2."""
    parts = [int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    r, g, b = (p / 12.92 if p <= 0.03928 else ((p + 0.055) / 1.055) ** 2.4 for p in parts)
    return 0.2126 * r + 0.7152 * g + 0.0722 * b


def contrast(one: str, other: str) -> float:
    low, high = sorted((luminance(one), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def sources(*folders: str) -> list[Path]:
    return [path for folder in folders for path in sorted((ROOT / folder).rglob("*.py"))]


@pytest.fixture(autouse=True)
def undressed(qapp: QApplication) -> None:
    theme.apply(qapp, "day", 1.0)


def test_the_contrast_formula_knows_black_on_white() -> None:
    assert contrast("#000000", "#FFFFFF") == pytest.approx(21)


@pytest.mark.parametrize("name", NAMES)
def test_every_ink_can_be_read_on_every_ground_it_stands_on(name: str) -> None:
    tokens = tokens_of(name)
    poor = {(i, g): round(contrast(tokens[i], tokens[g]), 2) for i, g in PAIRS}
    assert {pair: ratio for pair, ratio in poor.items() if ratio < WCAG_AA} == {}


@pytest.mark.parametrize("name", NAMES)
def test_the_marks_and_the_focus_ring_stand_out_from_their_ground(name: str) -> None:
    tokens = tokens_of(name)
    shapes = product(("urgent", "late", "ok", "accent", "grip_hover"), ("surface", "ground"))
    assert [pair for pair in shapes if contrast(*(tokens[t] for t in pair)) < WCAG_AA_SHAPES] == []


def test_all_themes_know_the_same_tokens() -> None:
    known = {name: set(tokens_of(name)) for name in NAMES}
    assert known["day"] == known["night"] == known["wall"]


def test_every_token_is_a_colour() -> None:
    values = [value for name in NAMES for value in tokens_of(name).values()]
    assert [value for value in values if not re.fullmatch(r"#[0-9A-F]{6}", value)] == []


def test_the_style_sheet_names_only_tokens_that_exist(qapp: QApplication) -> None:
    for name, scale in product(NAMES, (0.8, 1.5, 2.0)):
        theme.apply(qapp, name, scale)
        sheet = theme.style_sheet()
        assert "$" not in sheet
        assert not re.search(r"\d(?:dp)\b", sheet)


def test_a_token_nobody_declared_is_an_error_and_not_a_black_spot(monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(KeyError):
        theme.colour("mauve")
    with pytest.raises(KeyError):
        icon("mdi6.phone", "mauve")
    incomplete = Theme()
    monkeypatch.delitem(incomplete._tokens, "accent")
    with pytest.raises(KeyError, match="accent"):
        incomplete.style_sheet()


def named_tokens(path: Path) -> list[str]:
    """The tokens and tones that a module names: colour("x"), tone("x"), icon(…, "x"), mark(…, tone="x")."""
    found = []
    for node in ast.walk(ast.parse(path.read_text("utf-8"))):
        if isinstance(node, ast.Call):
            called = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
            place = {"colour": 0, "icon": 1}.get(called)
            if place is not None and len(node.args) > place:
                found += [n.value for n in ast.walk(node.args[place]) if isinstance(n, ast.Constant)]
    return [name for name in found if isinstance(name, str)]


def test_the_program_names_only_tokens_that_exist() -> None:
    named = {(path.name, name) for path in sources("ui") for name in named_tokens(path)}
    assert len(named) > len(INKS)
    assert {(file, name) for file, name in named if name not in tokens_of("day")} == set()


def marks(path: Path) -> list[tuple[str, str]]:
    """What a module says its widgets are: mark(…, tone="x", face="y")."""
    calls = [n for n in ast.walk(ast.parse(path.read_text("utf-8"))) if isinstance(n, ast.Call)]
    given = [k for n in calls if getattr(n.func, "id", "") == "mark" for k in n.keywords if k.arg is not None]
    return [(k.arg or "", value.value) for k in given for value in ast.walk(k.value)
            if isinstance(value, ast.Constant) and isinstance(value.value, str) and value.value]


def test_what_widgets_say_they_are_is_known_to_the_style_sheet() -> None:
    sheet = (RESOURCES / "style" / "style.qss").read_text("utf-8")
    known = set(re.findall(r'\[(\w+)="(\w+)"\]', sheet)) | {("tone", tone) for tone in TONES}
    kinds = {"tone", "face", "ground", "line"}
    said = {(path.name, *one) for path in sources("ui") for one in marks(path) if one[0] in kinds}
    assert len(said) > len(INKS)
    assert {(file, name, value) for file, name, value in said if (name, value) not in known} == set()


def test_only_the_theme_knows_colours_and_style_sheets() -> None:
    literal = re.compile(r"#[0-9a-fA-F]{6}\b|#[0-9a-fA-F]{3}\b(?=[\"'])|setStyleSheet|QColor\(\s*[\"'\d]|GlobalColor\.")
    guilty = [f"{p.relative_to(ROOT)}:{i}" for p in sources("ui") if p.name != "theme.py"
              for i, line in enumerate(p.read_text("utf-8").splitlines(), 1) if literal.search(line)]
    assert guilty == []


def test_every_drawing_of_the_style_sheet_is_there_in_every_theme(qapp: QApplication) -> None:
    for name in NAMES:
        theme.apply(qapp, name)
        paths = re.findall(r"url\((:[^)]+)\)", theme.style_sheet())
        assert paths
        assert [path for path in paths if not QFile.exists(path)] == []


def test_a_tick_is_drawn_in_the_ink_of_its_theme(qtbot: QtBot, qapp: QApplication) -> None:
    box = QCheckBox()
    qtbot.addWidget(box)
    box.setChecked(True)
    for name in ("day", "night"):
        theme.apply(qapp, name)
        box.resize(40, 30)
        picture = box.grab().toImage()
        colours = {QColor(picture.pixel(x, y)).name().upper() for x in range(40) for y in range(30)}
        assert {tokens_of(name)["accent"], tokens_of(name)["on_accent"]} <= colours


def test_a_change_of_theme_is_worn_at_once_and_said_once(qtbot: QtBot, qapp: QApplication) -> None:
    button = QPushButton("派单")
    qtbot.addWidget(button)
    mark(button, tone="primary")
    with qtbot.waitSignal(theme.changed):
        theme.apply(qapp, "night")
    night = tokens_of("night")
    assert theme.tokens() == night
    assert qapp.palette().color(QPalette.ColorRole.Window).name().upper() == night["ground"]
    assert QColor(button.grab().toImage().pixel(4, button.height() // 2)).name().upper() == night["accent"]


def test_the_text_scale_reaches_fonts_rows_and_standard_widgets(qtbot: QtBot, qapp: QApplication) -> None:
    label, title = QLabel("派"), QLabel("派")
    mark(title, face="title")
    for widget in (label, title):
        qtbot.addWidget(widget)
    sizes = []
    for scale in (1.0, 1.5):
        theme.apply(qapp, "day", scale)
        title.ensurePolished()
        sizes.append((label.font().pixelSize(), title.font().pixelSize(), theme.row_height(), theme.row_height(True)))
    assert sizes == [(13, 16, 28, 56), (20, 24, 42, 84)]


def test_a_scale_outside_the_range_is_brought_to_its_nearer_end(qapp: QApplication) -> None:
    theme.apply(qapp, "day", 9.0)
    assert theme.scale == 2.0
    theme.apply(qapp, "day", 0.1)
    assert theme.scale == 0.8


def test_a_theme_that_does_not_exist_is_a_mistake(qapp: QApplication) -> None:
    with pytest.raises(ValueError, match="dusk"):
        theme.apply(qapp, "dusk")


def test_the_theme_follows_the_desktop_only_when_asked_to(qapp: QApplication, monkeypatch: pytest.MonkeyPatch) -> None:
    # The offscreen platform has no taste of its own: what the desktop asks for is put in its mouth.
    def desktop_turns(to: str) -> None:
        monkeypatch.setattr(Theme, "_asked_for", staticmethod(lambda _app: to))
        qapp.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Unknown)

    theme.apply(qapp, "system", 1.5)
    desktop_turns("night")
    assert (theme.name, theme.scale) == ("night", 1.5)
    desktop_turns("day")
    assert theme.name == "day"
    theme.apply(qapp, "night")
    desktop_turns("day")
    assert theme.name == "night"


def test_figures_are_tabular(qapp: QApplication) -> None:
    assert [bytes(tag.toString().data()).decode() for tag in theme.font().featureTags()] == ["tnum"]


def test_sizes_are_those_of_the_design() -> None:
    size = tomllib.loads((RESOURCES / "style" / "tokens.toml").read_text("utf-8"))["size"]
    assert (size["base"], size["steps"], size["weights"]) == (13, [12, 13, 16, 22], [400, 600])
