"""A room full of stations, each process of it with some workplaces at which people work without end."""

import json
import subprocess
import sys
import threading
from collections import defaultdict
from pathlib import Path
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]
PROCESSES, EACH = 4, 2
LONG_S = 60.0


class Room:
    """Some processes of :mod:`tests.storage.workplaces`, and what they say."""

    def __init__(self, url: str) -> None:
        self.heard: dict[str, list[tuple[float, str, list[Any]]]] = defaultdict(list)
        self.news = threading.Condition()
        self.processes = [
            subprocess.Popen([sys.executable, "-m", "tests.storage.workplaces", url, str(EACH)], cwd=ROOT,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
            for _n in range(PROCESSES)
        ]  # fmt: skip
        self.listeners = [threading.Thread(target=self._listen, args=(one,), daemon=True) for one in self.processes]
        for listener in self.listeners:
            listener.start()

    def _listen(self, process: subprocess.Popen[str]) -> None:
        assert process.stdout is not None
        for line in process.stdout:
            word, at, name, *what = json.loads(line)
            with self.news:
                self.heard[word].append((at, name, what))
                self.news.notify_all()

    def tell(self, line: str) -> None:
        """To every process."""
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()

    def until_each(self, word: str, after: float = 0.0, times: int = 1) -> dict[str, float]:
        """Wait until every workplace has said ``word`` so often after a moment; when each had."""

        def said() -> dict[str, list[float]]:
            found: dict[str, list[float]] = defaultdict(list)
            for at, name, _what in self.heard[word]:
                if at > after:
                    found[name].append(at)
            return {name: moments for name, moments in found.items() if len(moments) >= times}

        with self.news:
            assert self.news.wait_for(lambda: len(said()) == PROCESSES * EACH, LONG_S), (word, self._last())
            return {name: moments[times - 1] for name, moments in said().items()}

    def _last(self) -> dict[str, Any]:
        return {word: said[-3:] for word, said in self.heard.items() if word != "done"}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_failure: object) -> None:
        for process in self.processes:
            process.kill()  # where the test failed; those that went home are gone
            process.wait()

    def go_home(self) -> None:
        """Send them home; each must end well."""
        for process in self.processes:
            process.communicate(timeout=LONG_S)
        for listener in self.listeners:
            listener.join()
        assert [process.returncode for process in self.processes] == [0] * PROCESSES
