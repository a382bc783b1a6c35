"""The rules of the house that a machine can check: who imports whom, where threads and colours live, sizes, names."""

import ast
import re
import statistics
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
BOTTOM = {"errors", "clock", "i18n", "settings", "logs"}
ROOTS = {"simulation", "simulated", "installation", "demonstration", "upkeep", "ctl"}
CORE = {"domain", "operations", "queries", "live", "storage", "exchange", "documents"}
MAY_IMPORT: dict[str, set[str]] = {
    "domain": BOTTOM,
    "operations": BOTTOM | {"domain"},
    "queries": BOTTOM | {"domain"},
    "live": BOTTOM | {"domain"},
    "storage": BOTTOM | {"domain"},
    "spool": BOTTOM | {"domain"},
    "exchange": BOTTOM | {"domain", "operations", "queries"},
    "documents": BOTTOM | {"domain", "operations", "queries"},
    **dict.fromkeys(ROOTS, BOTTOM | ROOTS | CORE),
    **dict.fromkeys(BOTTOM, BOTTOM),
}
BUILDS_STORAGE = {"ui/app.py", "ui/wall_app.py"}


def sources(*folders: str) -> list[Path]:
    """Every Python file of ours below these folders."""
    return sorted(path for folder in folders for path in (ROOT / folder).rglob("*.py"))


@cache
def text(path: Path) -> str:
    """What a file says."""
    return path.read_text(encoding="utf-8")


@cache
def nodes(path: Path) -> tuple[ast.AST, ...]:
    """Everything a file is made of."""
    return tuple(ast.walk(ast.parse(text(path))))


def imports(path: Path) -> Iterator[str]:
    """The modules a file names, imports for type checkers included."""
    for node in nodes(path):
        if isinstance(node, ast.Import):
            yield from (alias.name for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.module:
            yield node.module
            yield from (f"{node.module}.{alias.name}" for alias in node.names)


def named(path: Path) -> str:
    """A file as the rules name it."""
    return path.relative_to(ROOT).as_posix()


def broken(paths: Iterable[Path], found_in: Callable[[Path], Iterable[str]]) -> Mapping[str, list[str]]:
    """The files that break a rule, each with what was found in it."""
    looked_at = list(paths)
    assert looked_at, "a rule that looks at nothing"
    return {named(path): found for path in looked_at if (found := list(found_in(path)))}


def sources_but(exempt: set[str], *folders: str) -> list[Path]:
    """Every Python file of ours below these folders, save those."""
    return [path for path in sources(*folders) if named(path) not in exempt]


def part(module: str) -> str:
    """The part of the core a module belongs to."""
    return module.split(".")[1] if "." in module else ""


def _of(names: set[str]) -> Callable[[Path], list[str]]:
    return lambda path: [m for m in imports(path) if m.split(".")[0] in names]


def test_the_core_knows_no_qt_and_no_window() -> None:
    assert not broken(sources("commandcenter"), _of({"PySide6", "ui", "qtawesome", "pyqtgraph"}))


def _from_above(path: Path) -> set[str]:
    where = path.relative_to(ROOT / "commandcenter").parts[0].removesuffix(".py")
    allowed = MAY_IMPORT[where] | {where, "__version__"}
    return {part(m) for m in imports(path) if m.startswith("commandcenter.")} - allowed


def test_layers_import_only_what_is_below_them() -> None:
    assert not broken(sources_but({"commandcenter/__init__.py"}, "commandcenter"), _from_above)


def test_the_window_never_imports_sqlalchemy() -> None:
    assert not broken(sources("ui"), _of({"sqlalchemy", "alembic", "psycopg", "sqlite3"}))


def test_only_the_composition_root_builds_storage() -> None:
    assert not broken(
        sources_but(BUILDS_STORAGE, "ui"),
        lambda path: [m for m in imports(path) if m.startswith("commandcenter.storage")],
    )


PAGES = (
    "intake", "dispatch", "followup", "importing", "review", "figures", "archive", "map_page", "people", "security",
    "wall", "inspection", "shift",
)  # fmt: skip


def _of_other_pages(path: Path) -> list[str]:
    own = path.relative_to(ROOT / "ui").parts[0]
    others = {f"ui.{page}" for page in PAGES if page != own}
    return [m for m in imports(path) if any(m == o or m.startswith(o + ".") for o in others)]


def test_pages_never_import_pages() -> None:
    assert not broken(sources(*(f"ui/{page}" for page in PAGES)), _of_other_pages)


def _said(pattern: str) -> Callable[[Path], list[str]]:
    def found_in(path: Path) -> list[str]:
        return re.findall(pattern, "\n".join(line.split("#")[0] for line in text(path).splitlines()))

    return found_in


def test_threads_live_backstage() -> None:
    assert not broken(
        sources_but({"ui/backstage.py", "ui/following.py", "ui/hatch.py"}, "ui"),
        _said(r"\b(?:QThread|QThreadPool|threading\.Thread|ThreadPoolExecutor)\("),
    )


def test_colours_and_style_sheets_live_in_the_theme() -> None:
    assert not broken(
        sources_but({"ui/theme.py"}, "ui"),
        _said(r"setStyleSheet\(|QColor\(\s*[\"'0-9]|[\"']#[0-9a-fA-F]{6}[\"']"),
    )


LINKS = {"ui/widgets/facts.py", "ui/widgets/timeline.py", "ui/case/particulars.py"}
"""Where something in the words can be pressed; each escapes what it did not write itself."""


def _name(node: ast.expr) -> str:
    return node.id if isinstance(node, ast.Name) else node.attr if isinstance(node, ast.Attribute) else ""


def _labels_of_qt(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Call) and _name(node.func) in {"QLabel", "RichLabel"}:
            yield _name(node.func)
        elif isinstance(node, ast.ClassDef):
            yield from (_name(base) for base in node.bases if _name(base) in {"QLabel", "RichLabel"})


def test_what_a_record_says_is_shown_as_it_is_and_never_read_as_markup() -> None:
    assert not broken(
        sources_but({"ui/widgets/plain_label.py"}, "ui"),
        lambda path: set(_labels_of_qt(path)) - ({"RichLabel"} if named(path) in LINKS else set()),
    )


def _may_be_a_tip(said: ast.expr) -> bool:
    """Words of our own, or any words through ``tip``."""
    if isinstance(said, ast.IfExp):
        return _may_be_a_tip(said.body) and _may_be_a_tip(said.orelse)
    ours = isinstance(said, ast.Call) and _name(said.func) == "_" and not said.keywords
    return isinstance(said, ast.Constant) or ours or (isinstance(said, ast.Call) and _name(said.func) == "tip")


def _tips_with_markup(path: Path) -> Iterator[str]:
    for node in nodes(path):
        if isinstance(node, ast.Call) and _name(node.func) == "setToolTip" and not _may_be_a_tip(node.args[0]):
            yield ast.unparse(node.args[0])
    if "ToolTipRole" in text(path) and not re.search(r"\btip\(", text(path)):
        yield "the tool tips of a list"


def test_a_tool_tip_with_the_words_of_a_record_is_never_read_as_markup() -> None:
    assert not broken(sources("ui"), _tips_with_markup)


OUTLIVES_PAGES = {"backstage", "theme", "pulse", "picture", "preferences", "actions"}


def _kept_by_a_signal(path: Path) -> Iterator[str]:
    """What is connected to something that outlives the page and would keep the page: it holds no weak reference."""
    for node in nodes(path):
        if not (isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "connect"):
            continue
        signal = node.func.value
        lives_on = isinstance(signal, ast.Attribute) and _name(signal.value) in OUTLIVES_PAGES
        taker = node.args[0]
        bound = isinstance(taker, ast.Call) and _name(taker.func) == "partial"
        if lives_on and (bound or isinstance(taker, ast.Lambda)):
            yield ast.unparse(node)


def test_what_outlives_a_page_keeps_no_page() -> None:
    as_long_as_the_program = {"ui/app.py", "ui/tour/station.py"}
    assert not broken(sources_but(as_long_as_the_program, "ui"), _kept_by_a_signal)


def test_only_the_clock_reads_the_clock() -> None:
    assert not broken(
        sources_but({"commandcenter/clock.py"}, "commandcenter", "ui"),
        _said(r"\b(?:datetime|dt\.datetime)\.(?:now|utcnow|today)\(|\btime\.time\(|\bdate\.today\("),
    )


def _repeating_timers(path: Path) -> list[str]:
    timers = re.findall(r"\bQTimer\((?!\.)", text(path))
    return timers[len(re.findall(r"setSingleShot\(True\)|singleShot=True", text(path))) :]


def test_there_is_one_repeating_timer() -> None:
    assert not broken(sources_but({"ui/pulse.py"}, "ui"), _repeating_timers)


def test_settings_of_qt_live_in_preferences() -> None:
    elsewhere = [path for path in sources("ui") if "preferences" not in path.parts]
    assert not broken(elsewhere, _said(r"\bQSettings\b"))


def test_nobody_waits_for_time() -> None:
    assert not broken(
        sources_but({"tests/test_house_rules.py"}, "commandcenter", "ui", "tests"),
        _said(r"processEvents\(|qtbot\.wait\(|\btime\.sleep\(|mark\.flaky"),
    )


def _names_of_no_trade(path: Path) -> list[str]:
    bad = re.compile(r"(Manager|Helper|Utils?|Controller|Handler|Data|Info)$")
    known_to_qt = {"Handler"} if path.name in {"page.py", "serving.py", "web.py", "logs.py"} else set()
    names = [node.name for node in nodes(path) if isinstance(node, ast.ClassDef)]
    return [n for n in names if (m := bad.search(n)) and m.group(1) not in known_to_qt]


def test_names_are_things_of_the_trade() -> None:
    assert not broken(sources("commandcenter", "ui"), _names_of_no_trade)


def test_files_are_at_most_400_lines() -> None:
    assert not broken(
        sources("commandcenter", "ui", "tests", "installer"), lambda path: text(path).splitlines()[400:401]
    )


def test_functions_are_short() -> None:
    lengths = [
        node.end_lineno - node.lineno + 1
        for path in sources("commandcenter", "ui")
        for node in nodes(path)
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)) and node.end_lineno
    ]
    assert statistics.median(lengths) <= 10
    assert statistics.quantiles(lengths, n=10)[8] <= 40


def test_nothing_is_fetched_from_elsewhere() -> None:
    shown = [p for p in (ROOT / "resources").rglob("*") if p.suffix in {".js", ".html", ".css", ".qss", ".svg"}]
    assert not broken(
        [*shown, *sources("ui")], lambda path: re.findall(r"https?://(?!www\.w3\.org)[\w.-]+", text(path))
    )
