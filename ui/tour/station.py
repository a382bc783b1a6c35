"""A second station: a process of its own, without a window, that makes moves when it is told to.

Told and answering in lines of JSON. The first line says which database; every further one who makes which move::

    {"login": "op03", "password": "…", "move": "receive", "subject": null, "given": {"words": "…"}}

It is no way around a rule: whoever acts signs in, and every move goes through the same door as in the window.
"""

import json
import sys
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import QCoreApplication, QObject, QSocketNotifier

from commandcenter.domain.people import Person
from commandcenter.errors import Refused
from ui.app import backstage_for
from ui.backstage import THEN, Backstage
from ui.tickets import Ticket

NAME = "tour-2"


class SecondStation(QObject):
    """Takes orders from its standard input and answers each with one line."""

    def __init__(self, backstage: Backstage, end: Callable[[], None]) -> None:
        super().__init__()
        self._backstage, self._end = backstage, end
        self._known: dict[str, Person] = {}
        backstage.loaded.connect(self._loaded)
        backstage.unavailable.connect(lambda refusal: _answer(refused=str(refusal)))
        backstage.bug.connect(lambda found: _answer(bug=found.what))
        self._orders = QSocketNotifier(sys.stdin.fileno(), QSocketNotifier.Type.Read, self)
        self._orders.activated.connect(self._read)

    @staticmethod
    def _loaded(stage: str) -> None:
        if stage == THEN:
            _answer(ready=True)

    def _read(self) -> None:
        line = sys.stdin.readline()
        if not line:
            self._orders.setEnabled(False)
            self._end()
            return
        order = json.loads(line)
        if order["login"] in self._known:
            self._make(order, self._known[order["login"]])
            return
        ticket = Ticket("sign_in")
        ticket.then(lambda person: self._make(order, person)).otherwise(lambda r: _answer(refused=str(r)))
        self._backstage.carry_out(ticket, lambda database: self._sign_in(database, order))

    def _sign_in(self, database: Any, order: dict[str, Any]) -> Person:
        from commandcenter.operations.signing import sign_in

        return sign_in(database, order["login"], order["password"], NAME)

    def _make(self, order: dict[str, Any], person: Person) -> None:
        self._known[person.login] = self._backstage.person = person
        ticket = self._backstage.do(order["move"], subject=order["subject"], **order["given"])
        ticket.then(lambda key: _answer(done=key)).otherwise(self._refused)

    @staticmethod
    def _refused(refusal: Refused) -> None:
        _answer(refused=str(refusal))


def _answer(**said: object) -> None:
    sys.stdout.write(json.dumps(said) + "\n")
    sys.stdout.flush()


def main() -> int:
    """Work until the standard input ends."""
    url = json.loads(sys.stdin.readline())["database"]
    app = QCoreApplication([NAME])
    backstage = backstage_for(url)
    backstage.station = NAME
    station = SecondStation(backstage, app.quit)
    backstage.start()
    code = app.exec()
    del station
    return code if backstage.close() else 1


if __name__ == "__main__":
    sys.exit(main())
