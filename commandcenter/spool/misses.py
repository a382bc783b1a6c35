"""Sign-ins that a server refused at this station, kept until somebody comes in, who has them written down.

Where people sign in with the database the server judges, and nobody can write to its journal before they are in. What
was typed is not kept, neither login nor password: the login's hash is enough to find whose it is.
"""

import datetime as dt
import hashlib
import json
import logging
from dataclasses import dataclass, replace
from pathlib import Path

from commandcenter import settings
from commandcenter.domain.logins import Missed, login_mark
from commandcenter.domain.record import Key, new_key
from commandcenter.errors import Unavailable
from commandcenter.spool.holding import held
from commandcenter.spool.seal import Seal, write_whole

MOST = 50
"""Logins that are told apart; those that come later are counted together."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Batch:
    """What is to be written down at once. ``id`` is the operation's: told twice, it is written down once."""

    id: Key = ""
    missed: tuple[Missed, ...] = ()


@dataclass(frozen=True, slots=True)
class _Content:
    """The batch that somebody set out to write down, and what was refused since."""

    told: Batch = Batch()
    since: tuple[Missed, ...] = ()


class Misses:
    """Of one address. Trouble with the disk is logged and hinders nobody from signing in."""

    def __init__(self, where: str, folder: Path | None = None, seal: Seal | None = None) -> None:
        """``where`` is the server's address without any secret."""
        name = hashlib.sha256(where.encode()).hexdigest()[:16]
        folder = folder or settings.data_folder() / "refused"
        self.path, self._lock = folder / f"{name}.sealed", folder / f"{name}.lock"
        self._about = f"commandcenter refused sign-ins at {where}"
        self._seal = seal or Seal()

    def add(self, login: str, at: dt.datetime) -> None:
        """One more sign-in with this login was refused."""
        try:
            with held(self._lock):
                content = self._read()
                self._write(replace(content, since=_with(content.since, login_mark(login), at)))
        except (OSError, Unavailable) as trouble:
            _log.warning("a refused sign-in could not be kept", exc_info=trouble)

    def take(self) -> Batch:
        """What is to be written down next; the same once more until it is settled. Nothing where nothing is left."""
        try:
            with held(self._lock):
                content = self._read()
                if not content.told.missed and content.since:
                    content = _Content(Batch(new_key(), content.since))
                    self._write(content)
                return content.told
        except (OSError, Unavailable) as trouble:
            _log.warning("refused sign-ins could not be read", exc_info=trouble)
            return Batch()

    def settle(self, told: Batch) -> None:
        """It is written down."""
        try:
            with held(self._lock):
                content = self._read()
                if content.told.id == told.id:
                    self._write(replace(content, told=Batch()))
        except (OSError, Unavailable) as trouble:
            _log.warning("refused sign-ins that are written down could not be let go of", exc_info=trouble)

    def _read(self) -> _Content:
        if not self.path.exists():
            return _Content()
        opened = self._seal.open(self.path.read_bytes(), self._about)
        if opened is None:
            _log.warning("refused sign-ins in %s were altered, or sealed with another key: they are gone", self.path)
            return _Content()
        said = json.loads(opened)
        return _Content(Batch(said["id"], _from_json(said["told"])), _from_json(said["since"]))

    def _write(self, content: _Content) -> None:
        if not content.told.missed and not content.since:
            self.path.unlink(missing_ok=True)
            return
        said = {"id": content.told.id, "told": _as_json(content.told.missed), "since": _as_json(content.since)}
        write_whole(self.path, self._seal.close(json.dumps(said).encode(), self._about))


def _as_json(missed: tuple[Missed, ...]) -> list[tuple[str, int, str, str]]:
    return [(one.mark, one.tries, one.since_at.isoformat(), one.until_at.isoformat()) for one in missed]


def _from_json(said: list[tuple[str, int, str, str]]) -> tuple[Missed, ...]:
    moment = dt.datetime.fromisoformat
    return tuple(Missed(mark, tries, moment(since), moment(until)) for mark, tries, since, until in said)


def _with(missed: tuple[Missed, ...], mark: str, at: dt.datetime) -> tuple[Missed, ...]:
    by_mark = {one.mark: one for one in missed}
    mark = mark if mark in by_mark or len(by_mark) < MOST else ""
    known = by_mark.get(mark) or Missed(mark, 0, at, at)
    return tuple((by_mark | {mark: known._replace(tries=known.tries + 1, until_at=at)}).values())
