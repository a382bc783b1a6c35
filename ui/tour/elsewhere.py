"""The other end of the second station: starts its process and has people there make moves."""

import json
import sys
from pathlib import Path
from typing import Any

from PySide6.QtCore import QProcess, QProcessEnvironment

from commandcenter.domain.people import Person
from commandcenter.domain.record import Key
from ui.tour.waiting import Unmet, until

_STARTING_S, _ANSWERING_MS, _ENDING_MS = 60.0, 20_000, 5000


class Elsewhere:
    """People at another station of the same database."""

    def __init__(self, url: str, password: str) -> None:
        self._password = password
        self._answers: list[dict[str, Any]] = []
        self._process = QProcess()
        surroundings = QProcessEnvironment.systemEnvironment()
        paths = [str(Path(__file__).resolve().parents[2]), surroundings.value("PYTHONPATH")]
        surroundings.insert("PYTHONPATH", ":".join(path for path in paths if path))
        self._process.setProcessEnvironment(surroundings)
        self._process.setProcessChannelMode(QProcess.ProcessChannelMode.ForwardedErrorChannel)
        self._process.readyReadStandardOutput.connect(self._read)
        self._process.start(sys.executable, ["-m", "ui.tour.station"])
        self._tell(database=url)

    def _tell(self, **said: Any) -> None:
        self._process.write(json.dumps(said).encode() + b"\n")

    def _read(self) -> None:
        while self._process.canReadLine():
            self._answers.append(json.loads(bytes(self._process.readLine().data())))

    def _answer(self, seconds: float) -> dict[str, Any]:
        def there() -> bool:
            return bool(self._answers) or self._process.state() == QProcess.ProcessState.NotRunning

        until(there, "the second station answers", seconds)
        if not self._answers:
            raise Unmet(f"the second station ended with {self._process.exitCode()}")
        return self._answers.pop(0)

    def wait(self) -> None:
        """Wait until it has opened the database."""
        if "ready" not in (answer := self._answer(_STARTING_S)):
            raise Unmet(f"the second station did not start: {answer}")

    def makes(self, person: Person, move: str, subject: Key | None = None, **given: Any) -> Key:
        """Have ``person`` make a move there; the key of what came of it, once it is committed."""
        self._tell(login=person.login, password=self._password, move=move, subject=subject, given=given)
        return self._made(self._answer(_ANSWERING_MS / 1000))

    def makes_unseen(self, person: Person, move: str, subject: Key | None = None, **given: Any) -> Key:
        """The same, while this window looks at nothing: whatever it does next, it does before it has heard of it."""
        self._tell(login=person.login, password=self._password, move=move, subject=subject, given=given)
        while not self._answers:
            if not self._process.waitForReadyRead(_ANSWERING_MS):
                raise Unmet("the second station answers")
        return self._made(self._answers.pop(0))

    @staticmethod
    def _made(answer: dict[str, Any]) -> Key:
        if "done" not in answer:
            raise Unmet(f"the second station: {answer}")
        return str(answer["done"])

    def close(self) -> None:
        """End it."""
        self._process.closeWriteChannel()
        if not self._process.waitForFinished(_ENDING_MS):
            self._process.kill()
            self._process.waitForFinished(_ENDING_MS)
