"""Garbage is looked for between two tests, on the main thread, as the program does it between two things a person does.

Left to itself, Python looks in whatever thread has just made much, and a window of an earlier test, which is still
waiting to be found, dies in a thread that reads a database: now and then that crashes the process or stops it for good.
"""

import gc
from collections.abc import Iterator

import pytest

MIDDLE_EVERY, WHOLE_EVERY = 5, 100
"""After so many tests what has survived once, and everything, is looked through; the newest after every one."""


class _Sweeper:
    def __init__(self) -> None:
        self._tests = 0

    @pytest.hookimpl(wrapper=True, tryfirst=True)
    def pytest_runtest_teardown(self) -> Iterator[None]:
        try:
            return (yield)
        finally:
            self._tests += 1
            gc.disable()  # a program under test may have left it on
            whole = self._tests % WHOLE_EVERY == 0
            gc.collect(2 if whole else 1 if self._tests % MIDDLE_EVERY == 0 else 0)
            if whole:
                gc.freeze()  # modules and the like: looking through them each time would take longer than the tests


def pytest_configure(config: pytest.Config) -> None:
    """From here on nothing is looked for by itself."""
    gc.disable()
    config.pluginmanager.register(_Sweeper())
