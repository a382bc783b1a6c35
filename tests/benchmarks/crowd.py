"""Many stations without windows, in several processes: ``python -m tests.benchmarks.crowd URL N`` is one of these.

Each station keeps a picture as a window does. The process says ``ready`` when all its pictures are complete, ``at KEY
SEAL …`` (one seal a station) for every ``seal KEY`` it is told, and at the end, as JSON, when the last of its pictures
held each operation and each fix, by the clock all processes of a machine share.
"""

import json
import subprocess
import sys
import threading
from pathlib import Path

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.record import Key
from commandcenter.live.delta import Delta
from tests.headless import Station, settle

ROOT = Path(__file__).resolve().parents[2]


class Crowd:
    """From the outside: so many processes of so many stations each."""

    def __init__(self, url: str, processes: int, each: int) -> None:
        self.each = each
        self.processes = [
            subprocess.Popen([sys.executable, "-m", "tests.benchmarks.crowd", url, str(each)], cwd=ROOT, text=True,
                             stdin=subprocess.PIPE, stdout=subprocess.PIPE)
            for _n in range(processes)
        ]  # fmt: skip
        for _process in self.processes:
            assert self._heard(_process) == ["ready"]

    def seals(self, key: str) -> list[str]:
        """What each station's picture holds once it holds the complaint ``key``."""
        self._tell(f"seal {key}")
        return [seal for process in self.processes for seal in self._heard(process)]

    def leave(self) -> tuple[dict[str, float], dict[str, list[float]]]:
        """Send all home. When each operation was in the last picture, and how late each fix was in each process."""
        operations: dict[str, list[float]] = {}
        fixes: dict[str, list[float]] = {}
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.close()
            assert process.stdout is not None
            seen, late = json.loads(process.stdout.readline())
            assert process.wait() == 0
            for operation, moments in seen.items():
                operations.setdefault(operation, []).extend(moments)
            for fix, seconds in late.items():
                fixes.setdefault(fix, []).extend(seconds)
        everywhere = len(self.processes) * self.each
        return {one: max(at) for one, at in operations.items() if len(at) == everywhere}, fixes

    def _tell(self, line: str) -> None:
        for process in self.processes:
            assert process.stdin is not None
            process.stdin.write(line + "\n")
            process.stdin.flush()

    @staticmethod
    def _heard(process: subprocess.Popen[str]) -> list[str]:
        assert process.stdout is not None
        return process.stdout.readline().split()


class Looker:
    """One station that writes down when its picture held what."""

    def __init__(self, url: str) -> None:
        self.operations: dict[str, float] = {}
        self.fixes: dict[str, float] = {}
        self.station = Station(url)
        self.station.seen = self.saw
        self.station.start()

    def saw(self, delta: Delta, at: float) -> None:
        """The picture has just taken this over. A fix of a benchmark carries its own moment as its accuracy."""
        for operation in delta.operations:
            self.operations.setdefault(operation, at)
        for fix in delta.fixes:
            if fix.accuracy is not None:
                self.fixes[f"{fix.person_id} {fix.accuracy}"] = at - fix.accuracy

    def seal(self, key: Key) -> str:
        """The seal of the picture, once it holds the complaint ``key``."""
        self.station.until(lambda: key in self.station.picture.of(Complaint))
        return self.station.standing()


def main(url: str, number: int) -> None:
    """One process of the crowd."""
    lookers = [Looker(url) for _n in range(number)]
    for looker in lookers:
        looker.station.until(lambda looker=looker: looker.station.picture.complete, 300)  # type: ignore[misc]
    settle()
    print("ready", flush=True)
    for line in sys.stdin:
        print(*(looker.seal(line.split()[1]) for looker in lookers), flush=True)
    seen: dict[str, list[float]] = {}
    late: dict[str, list[float]] = {}
    for looker in lookers:
        for operation, at in looker.operations.items():
            seen.setdefault(operation, []).append(at)
        for fix, seconds in looker.fixes.items():
            late.setdefault(fix, []).append(seconds)
    print(json.dumps([seen, late]), flush=True)
    ends = [threading.Thread(target=looker.station.close) for looker in lookers]
    for end in ends:
        end.start()
    for end in ends:
        end.join()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
