"""How long a commit waits for the standby: the server itself would wait for ever.

No time limit of the server ends that wait, only a cancelling does. The commit stands on this server by then, which
says so in a notice and answers as ever. So the wait is cancelled from here, and gone on with until the answer comes.
"""

import functools
import logging
from collections.abc import Generator
from typing import TYPE_CHECKING, Any

from sqlalchemy import Engine, text

from commandcenter import clock
from commandcenter.errors import Unavailable
from commandcenter.storage.refusals import NOT_CONFIRMED, trouble

if TYPE_CHECKING:
    import psycopg

CONFIRMED_S = 10.0
"""Seconds a standby has to confirm a commit, until it is gone on without."""
CANCELLED_S = 5.0
"""Seconds the server has to take note of a cancelling, until it is taken for gone."""

UNCONFIRMED = "unconfirmed"
"""In a connection's info: its last commit stands on this server, but the standby has not confirmed it."""

_LINE = text("SELECT pg_logical_emit_message(true, 'commandcenter', '')")
"""Writes nothing but a line of the server's log, behind all that was committed before it."""

_log = logging.getLogger(__name__)


def look(engine: Engine) -> None:
    """Whether a standby has all that was committed before: what was found there may stand on this server alone.

    Unavailable where none confirms it.
    """
    if engine.dialect.name != "postgresql":
        return
    try:
        with engine.connect() as connection:
            connection.execute(_LINE)
            connection.commit()
            confirmed = not connection.info.pop(UNCONFIRMED, False)
    except trouble() as error:
        raise Unavailable(NOT_CONFIRMED) from error
    if not confirmed:
        raise Unavailable(NOT_CONFIRMED)


@functools.cache
def patient() -> "type[psycopg.Connection[Any]]":
    """The kind of connection whose commits wait for a standby, but not for ever."""
    import psycopg  # loaded only where a server is used

    class Patient(psycopg.Connection[Any]):
        _commits = False

        def commit(self) -> None:
            self._commits = True
            try:
                super().commit()
            finally:
                self._commits = False

        def wait(self, gen: Generator[Any, Any, Any], *interval: Any, **timeout: Any) -> Any:
            return super().wait(self._with_an_end(gen) if self._commits else gen, *interval, **timeout)

        def _with_an_end(self, answer: Generator[Any, Any, Any]) -> Generator[Any, Any, Any]:
            """Wait for the answer as the driver does, which looks in ever so often where there is nothing to read."""
            due = clock.ticks() + CONFIRMED_S
            try:
                wanted = next(answer)
                while True:
                    ready = yield wanted
                    if not ready and clock.ticks() >= due:
                        self._give_up()
                        due = clock.ticks() + CONFIRMED_S
                    wanted = answer.send(ready)
            except StopIteration as end:
                return end.value

        def _give_up(self) -> None:
            """Cancel. Returns when the server has done so: what came later would meet the next statement."""
            _log.warning("a commit had no answer for %s s and is gone on with unconfirmed", CONFIRMED_S)
            try:
                self.cancel_safe(timeout=CANCELLED_S)
            except psycopg.Error:
                self.close()  # nobody knows what the cancelling, should it arrive yet, would meet
                raise

    return Patient
