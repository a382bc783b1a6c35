"""The runner of the benchmarks: what it writes, and what it says of one that breaks."""

import json
import sys
from pathlib import Path

import pytest

from tests.benchmarks import Figure, at_least, at_most, percentile
from tests.benchmarks.__main__ import BENCHMARKS, bench, main

GOOD = """
from tests.benchmarks import at_most

def run():
    return [at_most("good", 1.25, 2, "s", "two rows of nothing"), at_most("slow", 3, 2, "s", "a row")]
"""
BROKEN = "def run():\n    raise ZeroDivisionError('the benchmark itself')\n"
LACKING = """
from tests.benchmarks import NotMeasured

def run():
    raise NotMeasured("no real data here")
"""


@pytest.fixture
def modules(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> dict[str, str]:
    """Three small benchmarks that a process of its own can import."""
    for name, source in (("bench_good", GOOD), ("bench_broken", BROKEN), ("bench_lacking", LACKING)):
        (tmp_path / f"{name}.py").write_text(source, encoding="utf-8")
    monkeypatch.setenv("PYTHONPATH", str(tmp_path))
    return {"good": "bench_good", "broken": "bench_broken", "lacking": "bench_lacking"}


def written(path: Path) -> list[Figure]:
    figures: list[Figure] = json.loads(path.read_text(encoding="utf-8"))
    return figures


def test_the_figures_are_printed_and_written_and_a_missed_target_is_no_failure(
    modules: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "build" / "bench.json"
    assert bench({"good": modules["good"]}, into) == 0
    assert written(into) == [
        {"name": "good", "value": 1.25, "unit": "s", "target": "≤ 2", "met": True, "detail": "two rows of nothing"},
        {"name": "slow", "value": 3, "unit": "s", "target": "≤ 2", "met": False, "detail": "a row"},
    ]
    said = capfd.readouterr().out
    assert "good      | 1.25  | s    | ≤ 2    | yes" in said.splitlines()
    assert "slow      | 3     | s    | ≤ 2    | no" in said.splitlines()
    assert f"Python         {sys.version.split()[0]}" in said.splitlines()


def test_a_benchmark_that_breaks_is_named_and_the_others_are_measured(
    modules: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "bench.json"
    assert bench({"broken": modules["broken"], "good": modules["good"]}, into) == 1
    assert [(f["name"], f["value"], f["detail"][:6]) for f in written(into)] == [
        ("broken", None, "broke:"), ("good", 1.25, "two ro"), ("slow", 3, "a row"),
    ]  # fmt: skip
    said = capfd.readouterr()
    assert "broke: broken" in said.out.splitlines()
    assert "ZeroDivisionError: the benchmark itself" in said.err


def test_what_this_machine_lacks_is_said_and_is_no_failure(
    modules: dict[str, str], tmp_path: Path, capfd: pytest.CaptureFixture[str]
) -> None:
    into = tmp_path / "bench.json"
    assert bench({"lacking": modules["lacking"]}, into) == 0
    assert [(f["value"], f["met"], f["detail"]) for f in written(into)] == [(None, False, "no real data here")]
    assert "no real data here" in capfd.readouterr().out


def test_an_unknown_name_is_refused_with_those_there_are(capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["tabel"])
    assert ended.value.code == 2
    assert f"there is no benchmark tabel; there are: {', '.join(BENCHMARKS)}" in capsys.readouterr().err


def test_figures_know_whether_they_are_met() -> None:
    assert at_most("a", 2.0, 2, "s")["met"]
    assert not at_most("a", 2.01, 2, "s")["met"]
    assert at_least("a", 3000.4, 3000, "rows/s")["value"] == 3000
    assert not at_least("a", 2999.6, 3000, "rows/s")["met"]


def test_a_percentile_is_a_value_that_was_measured() -> None:
    values = [float(n) for n in range(1, 101)]
    assert (percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1.0)) == (50.0, 99.0, 100.0)
    assert percentile([7.0], 0.99) == 7.0
