"""Tests marked ``web`` run each in a process of its own.

The web engine keeps threads, child processes and a profile for as long as its process lives, and a crash
takes the process along. So the test is run by a pytest of its own, whose reports are handed through.
"""

import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

import pytest

_REPORTS = "COMMANDCENTER_TEST_REPORTS"  # in the child: the file it writes its reports to
LONGEST_S = 180


def _command(item: pytest.Item) -> list[str]:
    quiet = ["-q", "--no-header", "--no-summary", "-p", "no:cacheprovider", "-p", "no:xdist"]
    config = ["-c", str(item.config.inipath), "--rootdir", str(item.config.rootpath)]
    return [sys.executable, "-m", "pytest", *quiet, *config, item.nodeid]


def _run(item: pytest.Item, file: Path) -> str:
    """Run the test; return what its process said, and how it ended where that was not in order."""
    # What was said to this pytest – a worker's name, a choice of tests – is not for the child.
    surroundings = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST_")}
    surroundings[_REPORTS] = str(file)
    try:
        ended = subprocess.run(
            _command(item), cwd=item.config.rootpath, env=surroundings, timeout=LONGEST_S, check=False,
            stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace",
        )  # fmt: skip
    except subprocess.TimeoutExpired as late:
        said = str(late.stdout, errors="replace") if isinstance(late.stdout, bytes) else late.stdout
        return f"{said}\nthe test's own process was still running after {LONGEST_S} s"
    return "" if ended.returncode in (0, 1) else f"{ended.stdout}\nthe test's own process ended with {ended.returncode}"


def _crashed(item: pytest.Item, said: str) -> pytest.TestReport:
    return pytest.TestReport(item.nodeid, item.location, {}, "failed", said, "call", duration=0)


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_protocol(item: pytest.Item, nextitem: pytest.Item | None) -> bool | None:
    """Hand a ``web`` test to a process of its own; in that process, and for all others, say nothing."""
    if item.get_closest_marker("web") is None or _REPORTS in os.environ:
        return None
    hook = item.ihook
    hook.pytest_runtest_logstart(nodeid=item.nodeid, location=item.location)
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder, "reports")
        said = _run(item, file)
        lines = file.read_text(encoding="utf-8").splitlines() if file.is_file() else []
    for line in lines:
        report = item.config.hook.pytest_report_from_serializable(config=item.config, data=json.loads(line))
        if isinstance(report.longrepr, list):
            report.longrepr = tuple(report.longrepr)  # where and why a test was skipped; JSON knows no tuples
        hook.pytest_runtest_logreport(report=report)
    if said or not lines:
        hook.pytest_runtest_logreport(report=_crashed(item, said or "the test's own process reported nothing"))
    # What earlier tests left standing for this one's module goes now, as it would have after the test itself.
    item.session._setupstate.teardown_exact(nextitem)
    hook.pytest_runtest_logfinish(nodeid=item.nodeid, location=item.location)
    return True


class _Scribe:
    """In the child: writes every report where the parent reads it."""

    def __init__(self, config: pytest.Config, file: Path) -> None:
        self.config = config
        self.file = file

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        told = self.config.hook.pytest_report_to_serializable(config=self.config, report=report)
        with self.file.open("a", encoding="utf-8") as lines:
            lines.write(json.dumps(told) + "\n")


def pytest_configure(config: pytest.Config) -> None:
    """In the child, bring the scribe."""
    if _REPORTS in os.environ:
        config.pluginmanager.register(_Scribe(config, Path(os.environ[_REPORTS])))
