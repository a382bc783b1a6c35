"""A station without a window, to be killed: it takes calls as it is told and says what becomes of them.

``python -m tests.ui.kept_station URL PERSON``; ``take WORDS`` on its input takes a call. It says ``live``, ``lost``,
``kept OPERATION``, ``done KEY``, ``refused WHY`` and ``sent OPERATION``, a line each.
"""

import os
import sys

from PySide6.QtCore import QCoreApplication, QSocketNotifier

from commandcenter.domain.people import Person
from commandcenter.operations import perform
from commandcenter.spool import Spool
from commandcenter.storage.database import Database
from commandcenter.storage.feed import Feed
from ui.backstage import LIVE, LOST, Backstage
from ui.keeping import Keeping


def say(*words: object) -> None:
    """One line, at once, by one system call: a killed station leaves no half one."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


class Station:
    """One backstage and what it is told."""

    def __init__(self, url: str, person: str) -> None:
        keeping = Keeping(Spool, lambda: perform)
        self.backstage = Backstage(lambda: Database.open(url), Feed, lambda: perform, "seat 3", keeping)
        self._person = person
        self.backstage.live.connect(self._lived)
        keeping.sent.connect(lambda entry, _key: say("sent", entry.id))
        keeping.returned.connect(lambda entry: say("returned", entry.refused))
        self._lines = QSocketNotifier(0, QSocketNotifier.Type.Read)
        self._lines.activated.connect(self._told)
        self.backstage.start()

    def _lived(self, state: str, _age: float) -> None:
        if state == LIVE:
            self.backstage.person = self.backstage.picture.get(Person, self._person)
        if state in (LIVE, LOST):
            say(state)

    def _told(self) -> None:
        for line in os.read(0, 65536).decode().splitlines():
            _take, words = line.split(" ", 1)
            ticket = self.backstage.do("receive", channel="hotline", urgency="ordinary", words=words)
            ticket.done.connect(lambda key: say("done", key))
            ticket.kept.connect(lambda entry: say("kept", entry.id))
            ticket.refused.connect(lambda why: say("refused", why))


if __name__ == "__main__":
    app = QCoreApplication([])
    station = Station(*sys.argv[1:])
    app.exec()
