"""A process that brings up writers, to be killed: for every line it is sent, it forks one that writes without end.

It says ``born PID`` and, when the writer is dead, ``dead``. The writer says ``done OPERATION`` for every operation
that the database has acknowledged. Each operation makes two notes and changes a counter.
"""

import os
import sys
from typing import NoReturn

from commandcenter.domain.contacts import Note
from commandcenter.domain.record import new_key
from commandcenter.domain.work import Work
from commandcenter.storage.database import Database
from tests.storage.deeds import note


def say(*words: object) -> None:
    """One line, at once, by one system call: a killed writer leaves no half one."""
    os.write(1, (" ".join(map(str, words)) + "\n").encode())


def write_without_end(url: str, counter: str) -> NoReturn:
    """Operation after operation."""
    database = Database.open(url)

    def body(work: Work) -> None:
        row = work.get(Note, counter)
        row.words = str(int(row.words) + 1)
        work.add(note("一"))
        work.session.flush()
        work.add(note("二"))

    while True:
        operation = new_key()
        database.run("count", None, "nursery", body, operation_id=operation)
        say("done", operation)


def main() -> None:
    """Until the lines end."""
    url, counter = sys.argv[1:]
    for _line in sys.stdin:
        child = os.fork()
        if child == 0:
            write_without_end(url, counter)
        say("born", child)
        os.waitpid(child, 0)
        say("dead")


if __name__ == "__main__":
    main()
