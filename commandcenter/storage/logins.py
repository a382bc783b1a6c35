"""Logins of a PostgreSQL server: how somebody comes in, and how the login roles follow the people of the district.

What administrators may not do themselves – make a role, close it, end its sessions – functions of the database do for
them, with its owner's rights (the schema step *logins*). Roles and being out of use follow the person by a trigger.
"""

import logging
from collections.abc import Callable
from typing import Any

from sqlalchemy import Engine, text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.orm import Session

from commandcenter.domain.record import Key
from commandcenter.errors import WrongPassword
from commandcenter.storage.refusals import in_words

_log = logging.getLogger(__name__)


class Login:
    """Who comes in, and with which password: kept in memory only, and never part of an address."""

    def __init__(self, name: str, password: str) -> None:
        self.name, self._password = name, password

    def __repr__(self) -> str:
        return f"<login {self.name}>"

    def change(self, password: str) -> None:
        """Come in with another password from now on."""
        self._password = password

    def parameters(self) -> dict[str, str]:
        """What a connection is opened with."""
        return {"user": self.name} | ({"password": self._password} if self._password else {})


class OfServer:
    """The login roles of the server behind an engine."""

    def __init__(self, engine: Engine, login: Login | None, knock: Callable[[Login], None]) -> None:
        """``login`` came in; ``knock`` opens a connection of another one's and closes it again."""
        self._engine, self._login, self._knock = engine, login, knock

    def is_the_program(self) -> bool:
        """Whether who came in owns the database: the program itself, which acts for nobody."""
        with self._engine.connect() as connection:
            return bool(connection.scalar(text("SELECT session_is_the_program()")))

    def verifier(self, password: str) -> str:
        """The SCRAM-SHA-256 verifier of a password, as libpq computes it."""
        with self._engine.connect() as connection:
            driver: Any = connection.connection.driver_connection
            return str(driver.pgconn.encrypt_password(password.encode(), b"", b"scram-sha-256").decode())

    def keep(self, session: Session, person: Key, verifier: str) -> None:
        """Give the person a login role that this password opens, or change its password, in this transaction."""
        session.flush()  # the role is made as the person stands there
        session.execute(text("SELECT give_login(:person, :verifier)"), {"person": person, "verifier": verifier})

    def opens(self, password: str) -> bool:
        """Whether this password opens the login of whoever came in. Refused in words where nobody can tell."""
        if self._login is None:
            return False
        try:
            with in_words():
                self._knock(Login(self._login.name, password))
        except WrongPassword:
            return False
        return True

    def choose(self, session: Session, verifier: str) -> None:
        """Let whoever came in be let in by this password from now on, in this transaction."""
        session.flush()  # the server wants to see the journal's line
        session.execute(text("SELECT choose_password(:verifier)"), {"verifier": verifier})

    def enter_with(self, password: str) -> None:
        """Open what connections are opened from now on with this password: the one of before opens nothing more."""
        if self._login is not None:
            self._login.change(password)

    def end_sessions(self, person: Key) -> bool:
        """End the sessions of somebody out of use. They cannot come back in any case: trouble is only logged."""
        try:
            with self._engine.execution_options(isolation_level="AUTOCOMMIT").connect() as connection:
                return bool(connection.scalar(text("SELECT end_sessions(:person)"), {"person": person}))
        except SQLAlchemyError as error:
            _log.warning("the sessions of somebody out of use were not ended", exc_info=error)
            return False
