"""A process with some workplaces at which people work without end: ``python -m tests.storage.workplaces URL N``.

Every workplace follows the database and takes in one complaint after the other. An operation that is refused
because the server is away is tried again under the same id, as a person would. Each line it says is JSON: a word,
the moment, the workplace, and what belongs to it. On standard input it is told what to do: ``rest`` (finish what you
are at), ``seal KEY`` (when the picture holds that complaint, say the seal of the picture), and the end.
"""

import logging
import os
import sys
import threading

from commandcenter.domain.complaints import Complaint
from commandcenter.domain.people import Person
from commandcenter.domain.record import Key, new_key
from commandcenter.domain.work import Work
from commandcenter.errors import Unavailable
from commandcenter.operations import perform
from tests.headless import Station, said
from tests.house import HERE

NEVER = threading.Event()


class Workplace:
    """One of them."""

    def __init__(self, url: str, name: str) -> None:
        self.name = name
        self.station = Station(url, self.say)
        self.resting = threading.Event()
        self.worker = threading.Thread(target=self.work, daemon=True)
        self.station.start()

    def say(self, word: str, *what: object) -> None:
        """One line, by one system call."""
        os.write(1, (said(word, self.name, *what) + "\n").encode())

    def work(self) -> None:
        """Take in complaints until it is time to rest; what was begun is brought to its end."""
        clerk = self.station.person("ann")
        while not self.resting.is_set():
            operation = new_key()
            while not self.done(operation, clerk):
                NEVER.wait(0.05)
            NEVER.wait(0.02)

    def done(self, operation: Key, clerk: Person) -> bool:
        """Try to take one in; False where the server is away."""

        def body(work: Work) -> Key:
            given = {"channel": "hotline", "words": operation, "urgency": "ordinary", "place_words": "阳光小区",
                     "point": HERE}  # fmt: skip
            key: Key = perform(work, "receive", given=given)
            return key

        try:
            self.station.database.run("receive", clerk, self.name, body, operation_id=operation)
        except Unavailable as refusal:
            self.say("refused", str(refusal))
            return False
        self.say("done", operation)
        return True

    def seal(self, key: Key) -> None:
        """Say what the picture holds, once it holds ``key``."""
        self.station.until(lambda: key in self.station.picture.of(Complaint))
        self.say("seal", self.station.standing())


def main() -> None:
    """Until the lines end."""
    logging.getLogger().addHandler(logging.NullHandler())  # what there is to say it says line by line
    url, number = sys.argv[1], int(sys.argv[2])
    places = [Workplace(url, f"{os.getpid()}-{n}") for n in range(number)]
    for place in places:
        place.station.until(lambda place=place: place.station.picture.complete)  # type: ignore[misc]
        place.worker.start()
    for line in sys.stdin:
        word, _blank, key = line.strip().partition(" ")
        for place in places:
            if word == "rest":
                place.resting.set()
                place.worker.join()
                place.say("rests")
            else:
                place.seal(key)
    for place in places:
        place.station.close()


if __name__ == "__main__":
    main()
