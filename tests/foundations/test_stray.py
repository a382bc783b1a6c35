"""A test that hears something it did not announce fails; so does one that announced what never came."""

import os
import re
import subprocess
import sys
from pathlib import Path

from tests.environment import ROOT


def run(folder: Path, source: str) -> tuple[dict[str, str], str]:
    """Run one little test file under the plugins of this suite: the verdict of each test, and what pytest said."""
    (folder / "pytest.ini").write_text("[pytest]\nmarkers = web\nfilterwarnings = error\n")
    (folder / "conftest.py").write_text("pytest_plugins = ['tests.environment', 'tests.stray', 'tests.apart']\n")
    (folder / "test_little.py").write_text("import logging, os, sys, subprocess, pytest\n" + source)
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    ended = subprocess.run(
        [sys.executable, "-m", "pytest", "-v", "-p", "no:cacheprovider"],
        cwd=folder, env={**surroundings, "PYTHONPATH": str(ROOT)}, capture_output=True, text=True, check=False,
    )  # fmt: skip
    said = ended.stdout + ended.stderr
    # A test that passes and then errs while cleaning up has two verdicts; the last one counts.
    return dict(re.findall(r"^test_little\.py::(\S+?) (PASSED|FAILED|SKIPPED|ERROR)", said, re.MULTILINE)), said


NOISES = {
    "log": "logging.getLogger('some.where').warning('Strange %d', 1)",
    "qt": "from PySide6.QtCore import qDebug; qDebug('Strange 1')",
    "stderr": "print('Strange 1', file=sys.stderr)",
    "child": "subprocess.run([sys.executable, '-c', 'import sys; sys.stderr.write(\"Strange 1\")'])",
}


def test_a_stray_line_fails_the_test_unless_announced_word_for_word(tmp_path: Path) -> None:
    source = "".join(
        f"def test_{name}_unheard(): {noise}\n"
        f"def test_{name}_announced(expect_log): expect_log('Strange 1'); {noise}\n"
        f"def test_{name}_misheard(expect_log): expect_log('Strange'); {noise}\n"
        for name, noise in NOISES.items()
    )
    verdicts, said = run(tmp_path, source)
    for name in NOISES:
        assert verdicts[f"test_{name}_unheard"] == "FAILED"
        assert verdicts[f"test_{name}_announced"] == "PASSED"
        assert verdicts[f"test_{name}_misheard"] == "FAILED"
    assert said.count("\nstray: Strange 1") == 2 * len(NOISES)


def test_what_never_comes_and_what_comes_late_fails_and_what_is_no_warning_passes(tmp_path: Path) -> None:
    verdicts, said = run(
        tmp_path,
        "@pytest.fixture\n"
        "def untidy():\n"
        "    yield\n"
        "    print('late', file=sys.stderr)\n"
        "def test_late(untidy): pass\n"
        "def test_absent(expect_log): expect_log('A warning')\n"
        "def test_fine(): logging.getLogger('x').info('fine'); print('fine')\n",
    )
    assert verdicts == {"test_late": "ERROR", "test_absent": "FAILED", "test_fine": "PASSED"}
    assert "expected in the log, never came: A warning" in said
    assert "stray: late" in said
