"""Nothing goes unheard: a warning in the log, a message of Qt's or a line on stderr fails the test it came from.

A test that provokes one says so with ``expect_log("the exact text")``, and fails too when it stays away. Where chance
decides which one comes, as when a server is killed under several connections, ``allow_log("pattern")`` lets them.
"""

import logging
import re
from collections.abc import Callable, Generator, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest

# What no program of ours can help, each with its reason.
NOT_OURS: tuple[re.Pattern[str], ...] = (
    # The web engine on a machine without a graphics card, a system bus or (as root) a sandbox draws in software.
    re.compile(r"^QRhiGles2: Failed to create (temporary )?context$"),
    re.compile(r"^Failed to create RHI for backend: OpenGL$"),
    re.compile(r"^This plugin does not support (createPlatformVulkanInstance|propagateSizeHints\(\))"),
    re.compile(r"^This plugin does not support (raise\(\)|grabbing the keyboard)$"),  # a popup on no screen
    re.compile(r"^QVulkanInstance: Failed to initialize Vulkan$"),
    re.compile(r"^GBM is not supported with the current configuration and Vulkan is not available"),
    re.compile(r"^GPUInfo not initialized on GpuInfoUpdate$"),
    re.compile(r"^Sandboxing disabled by user\.$"),
    re.compile(r"chromium/dbus/bus\.cc.*Failed to connect to the bus"),
)


class _Ear(logging.Handler):
    """Keeps the text of every record from WARNING up, from any thread."""

    def __init__(self) -> None:
        super().__init__(logging.WARNING)
        self.heard: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        self.heard.append(record.getMessage())


@dataclass
class Stray:
    """What one test heard, and what it had announced."""

    qt: Any  # pytest-qt's capture; it keeps its records after it stopped
    ear: _Ear = field(default_factory=_Ear)
    expected: list[str] = field(default_factory=list)
    allowed: list[str] = field(default_factory=list)
    told: set[int] = field(default_factory=set)
    met: set[str] = field(default_factory=set)

    def _heard(self, report: pytest.TestReport) -> Iterator[str]:
        yield from self.ear.heard
        self.ear.heard = []
        for record in self.qt.records:
            if id(record) not in self.told:
                self.told.add(id(record))
                if not any(known.search(record.message) for known in NOT_OURS):
                    yield record.message
        for title, text in report.sections:
            if title == f"Captured stderr {report.when}":
                lines = (line.rstrip() for line in text.splitlines() if line.strip())
                yield from (line for line in lines if not any(known.search(line) for known in NOT_OURS))

    def unexpected(self, report: pytest.TestReport) -> list[str]:
        """What was heard in this phase of the test without having been announced."""
        strange = []
        for text in self._heard(report):
            if text in self.expected:
                self.met.add(text)
            elif not any(re.search(pattern, text) for pattern in self.allowed):
                strange.append(f"stray: {text}")
        return strange

    def absent(self) -> list[str]:
        """What was announced and never came."""
        return [f"expected in the log, never came: {text}" for text in self.expected if text not in self.met]


_STRAY = pytest.StashKey[Stray]()


@pytest.fixture(autouse=True)
def _nothing_stray(request: pytest.FixtureRequest, qtlog: Any) -> Iterator[None]:
    stray = request.node.stash[_STRAY] = Stray(qtlog)
    root = logging.getLogger()
    root.addHandler(stray.ear)
    yield
    root.removeHandler(stray.ear)


@pytest.fixture
def expect_log(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Announce texts that this test provokes: ``expect_log("exact text", "another")``."""

    def announce(*texts: str) -> None:
        request.node.stash[_STRAY].expected.extend(texts)

    return announce


@pytest.fixture
def allow_log(request: pytest.FixtureRequest) -> Callable[..., None]:
    """Let texts come that match one of these patterns."""

    def announce(*patterns: str) -> None:
        request.node.stash[_STRAY].allowed.extend(patterns)

    return announce


@pytest.hookimpl(wrapper=True, tryfirst=True)
def pytest_runtest_makereport(item: pytest.Item) -> Generator[None, pytest.TestReport, pytest.TestReport]:
    """Turn what was heard into a failure of the phase that heard it."""
    report = yield
    stray = item.stash.get(_STRAY, None)
    if stray is not None:
        strange = stray.unexpected(report)
        if report.when == "call":
            strange += stray.absent()
        if strange and report.passed:
            report.outcome = "failed"
            report.longrepr = "\n".join(strange)
    return report
