"""The rules of the house that a machine can check: who imports whom, where threads and colours live, sizes, names."""

import ast
import re
import statistics
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
BOTTOM = {"errors", "clock", "i18n", "settings", "logs"}
ROOTS = {"simulation", "simulated", "installation", "demonstration", "ctl"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": BOTTOM,
    "operations": BOTTOM | {"domain"},
    "queries": BOTTOM | {"domain"},
    "live": BOTTOM | {"domain"},
    "storage": BOTTOM | {"domain"},
    "spool": BOTTOM | {"domain"},
    "exchange": BOTTOM | {"domain", "operations", "queries"},
    **{root: BOTTOM | ROOTS | {"domain", "operations", "queries", "live", "storage", "exchange"} for root in ROOTS},
    **dict.fromkeys(BOTTOM, BOTTOM),
}
BUILDS_STORAGE = {"ui/app.py"}


def sources(*folders: str) -> list[Path]:
    """Every Python file of ours below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


def imports(path: Path) -> Iterator[str]:
    """The modules a file names, imports for type checkers included."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    """A file as the rules name it."""
    return path.relative_to(ROOT).as_posix()


def part(module: str) -> str:
    """The part of the core a module belongs to."""
    return module.split(".")[1] if "." in module else ""


@pytest.mark.parametrize("path", sources("commandcenter"), ids=named)
def test_the_core_knows_no_qt_and_no_window(path: Path) -> None:
    assert not [m for m in imports(path) if m.split(".")[0] in {"PySide6", "ui", "qtawesome", "pyqtgraph"}]


@pytest.mark.parametrize("path", sources("commandcenter"), ids=named)
def test_layers_import_only_what_is_below_them(path: Path) -> None:
    where = path.relative_to(ROOT / "commandcenter").parts[0].removesuffix(".py")
    if where == "__init__":
        return
    allowed = MAY_IMPORT[where] | {where, "__version__"}
    used = {part(m) for m in imports(path) if m.startswith("commandcenter.")}
    assert used <= allowed, sorted(used - allowed)


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_the_window_never_imports_sqlalchemy(path: Path) -> None:
    assert not [m for m in imports(path) if m.split(".")[0] in {"sqlalchemy", "alembic", "psycopg", "sqlite3"}]


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_only_the_composition_root_builds_storage(path: Path) -> None:
    if named(path) not in BUILDS_STORAGE:
        assert not [m for m in imports(path) if m.startswith("commandcenter.storage")]


PAGES = (
    "intake", "dispatch", "followup", "importing", "review", "figures", "archive", "map_page", "people", "security",
    "wall",
)  # fmt: skip


@pytest.mark.parametrize("path", sources(*(f"ui/{page}" for page in PAGES)), ids=named)
def test_pages_never_import_pages(path: Path) -> None:
    own = path.relative_to(ROOT / "ui").parts[0]
    others = {f"ui.{page}" for page in PAGES if page != own}
    assert not [m for m in imports(path) if any(m == o or m.startswith(o + ".") for o in others)]


def _calls(path: Path, pattern: str) -> list[str]:
    code = "\n".join(line.split("#")[0] for line in path.read_text(encoding="utf-8").splitlines())
    return re.findall(pattern, code)


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_threads_live_backstage(path: Path) -> None:
    if named(path) not in {"ui/backstage.py", "ui/following.py", "ui/hatch.py"}:
        assert not _calls(path, r"\b(?:QThread|QThreadPool|threading\.Thread|ThreadPoolExecutor)\(")


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_colours_and_style_sheets_live_in_the_theme(path: Path) -> None:
    if named(path) != "ui/theme.py":
        assert not _calls(path, r"setStyleSheet\(|QColor\(\s*[\"'0-9]|[\"']#[0-9a-fA-F]{6}[\"']")


LINKS = {"ui/widgets/facts.py", "ui/widgets/timeline.py", "ui/case/particulars.py"}
"""Where something in the words can be pressed; each escapes what it did not write itself."""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _labels_of_qt(tree: ast.AST) -> Iterator[str]:
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and _name(node.func) in {"QLabel", "RichLabel"}:
            yield _name(node.func)
        elif isinstance(node, ast.ClassDef):
            yield from (_name(base) for base in node.bases if _name(base) in {"QLabel", "RichLabel"})


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_what_a_record_says_is_shown_as_it_is_and_never_read_as_markup(path: Path) -> None:
    if named(path) == "ui/widgets/plain_label.py":
        return
    allowed = {"RichLabel"} if named(path) in LINKS else set()
    assert set(_labels_of_qt(ast.parse(path.read_text(encoding="utf-8")))) <= allowed


def _may_be_a_tip(said: ast.expr) -> bool:
    """Words of our own, or any words through ``tip``."""
    if isinstance(said, ast.IfExp):
        return _may_be_a_tip(said.body) and _may_be_a_tip(said.orelse)
    ours = isinstance(said, ast.Call) and _name(said.func) == "_" and not said.keywords
    return isinstance(said, ast.Constant) or ours or (isinstance(said, ast.Call) and _name(said.func) == "tip")


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_a_tool_tip_with_the_words_of_a_record_is_never_read_as_markup(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    said = [node.args[0] for node in ast.walk(ast.parse(text))
            if isinstance(node, ast.Call) and _name(node.func) == "setToolTip"]
    assert not [ast.unparse(words) for words in said if not _may_be_a_tip(words)]
    assert "ToolTipRole" not in text or re.search(r"\btip\(", text), "the tool tips of a list"


OUTLIVES_PAGES = {"backstage", "theme", "pulse", "picture", "preferences", "actions"}


def _kept_by_a_signal(tree: ast.AST) -> Iterator[str]:
    """What is connected to something that outlives the page and would keep the page: it holds no weak reference."""
    for node in ast.walk(tree):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect"):
            continue
        signal = node.func.value
        lives_on = isinstance(signal, ast.Attribute) and _name(signal.value) in OUTLIVES_PAGES
        taker = node.args[0]
        bound = isinstance(taker, ast.Call) and _name(taker.func) == "partial"
        if lives_on and (bound or isinstance(taker, ast.Lambda)):
            yield ast.unparse(node)


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_what_outlives_a_page_keeps_no_page(path: Path) -> None:
    if named(path) not in {"ui/app.py", "ui/tour/station.py"}:  # they live as long as the program
        assert not list(_kept_by_a_signal(ast.parse(path.read_text(encoding="utf-8"))))


@pytest.mark.parametrize("path", sources("commandcenter", "ui"), ids=named)
def test_only_the_clock_reads_the_clock(path: Path) -> None:
    if named(path) != "commandcenter/clock.py":
        assert not _calls(path, r"\b(?:datetime|dt\.datetime)\.(?:now|utcnow|today)\(|\btime\.time\(|\bdate\.today\(")


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_there_is_one_repeating_timer(path: Path) -> None:
    if named(path) == "ui/pulse.py":
        return
    text = path.read_text(encoding="utf-8")
    timers = len(re.findall(r"\bQTimer\((?!\.)", text))
    assert timers <= len(re.findall(r"setSingleShot\(True\)|singleShot=True", text)), "a timer that is not single-shot"


@pytest.mark.parametrize("path", sources("ui"), ids=named)
def test_settings_of_qt_live_in_preferences(path: Path) -> None:
    if "preferences" not in path.parts:
        assert not _calls(path, r"\bQSettings\b")


@pytest.mark.parametrize("path", sources("commandcenter", "ui", "tests"), ids=named)
def test_nobody_waits_for_time(path: Path) -> None:
    if path == Path(__file__).resolve():
        return
    assert not _calls(path, r"processEvents\(|qtbot\.wait\(|\btime\.sleep\(|mark\.flaky")


@pytest.mark.parametrize("path", sources("commandcenter", "ui"), ids=named)
def test_names_are_things_of_the_trade(path: Path) -> None:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    names = [node.name for node in ast.walk(tree) if isinstance(node, ast.ClassDef)]
    bad = re.compile(r"(Manager|Helper|Utils?|Controller|Handler|Data|Info)$")
    known_to_qt = {"Handler"} if path.name in {"page.py", "serving.py", "web.py", "logs.py"} else set()
    assert not [n for n in names if (m := bad.search(n)) and m.group(1) not in known_to_qt]


@pytest.mark.parametrize("path", sources("commandcenter", "ui", "tests"), ids=named)
def test_files_are_at_most_400_lines(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 400


def test_functions_are_short() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in sources("commandcenter", "ui")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno
    ]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[8] <= 40


def test_nothing_is_fetched_from_elsewhere() -> None:
    shown = [p for p in (ROOT / "resources").rglob("*") if p.suffix in {".js", ".html", ".css", ".qss", ".svg"}]
    for path in [*shown, *sources("ui")]:
        found = re.findall(r"https?://(?!www\.w3\.org)[\w.-]+", path.read_text(encoding="utf-8"))
        assert not found, f"{named(path)}: {found}"
