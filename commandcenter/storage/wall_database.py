"""The database as a wall opens it: to read what a wall is sent, and to hear that something was committed."""

from collections.abc import Iterable
from contextlib import suppress

from sqlalchemy import Connection, func, select, text

from commandcenter import clock
from commandcenter.domain.people import Person, Role
from commandcenter.domain.units import District, Setting
from commandcenter.errors import NotAllowed, Refused
from commandcenter.i18n import N_
from commandcenter.storage.database import Database
from commandcenter.storage.doorbells import Doorbell, FileBell, PollBell, ServerBell, Wire
from commandcenter.storage.drivers import driver_errors
from commandcenter.storage.refusals import in_words, lost

_READABLE = text("SELECT has_table_privilege(to_regclass(:view), 'SELECT')")
_READS_MORE = text(
    "SELECT session_user, EXISTS (SELECT FROM pg_class WHERE relkind IN ('r', 'p') AND relnamespace = oid_of.schema"
    " AND has_any_column_privilege(pg_class.oid, 'SELECT'))"
    " FROM (SELECT relnamespace AS schema FROM pg_class WHERE oid = to_regclass('wall_case')) AS oid_of"
)


class WallDatabase(Database):
    """A database of which only the views of a wall are read. Open it with :meth:`open`, as any other.

    On a server the account must be a wall's: one that may read anything else is refused, so that what is sent to a
    wall never depends on what the wall asks. In an SQLite file the program keeps to the views.
    """

    def _look(self) -> None:
        if self.dialect == "sqlite":
            super()._look()
            return
        with in_words(self.where), self._apart.connect() as connection:
            _look_at_account(connection)
            asked = clock.ticks()
            self._server_said(connection.scalar(select(func.clock_timestamp())), asked)

    def invited(self, login: str) -> tuple[str, str]:
        """Who comes in at a demonstration district, where everybody knows the password; elsewhere nobody by that."""
        with self.reading() as session:
            demonstrates = session.scalar(select(District.demonstration))
            password = session.scalar(select(Setting.value).where(Setting.name == "demonstration.password"))
            people = session.scalars(select(Person).order_by(Person.login)).all()
        if not demonstrates or not password:
            return login, ""
        walls = [person.login for person in people if person.has(Role.WALL) and not person.disabled]
        return login or next(iter(walls), ""), password

    def look_at_person(self, login: str) -> None:
        """Refused where that login is not, or no more, a wall's. On a server its role says so by itself."""
        if self.dialect == "postgresql":
            return
        with self.reading() as session:
            person = session.scalars(select(Person).where(Person.login == login)).first()
        if person is None or person.disabled or not person.has(Role.WALL):
            raise NotAllowed(N_("The login {login} is no wall's here: give it the role “wall”."), login=login)

    def hear_time(self) -> None:
        """Ask the server for its time once more: a wall hangs for weeks."""
        if self.dialect == "postgresql":
            with in_words(self.where), self._apart.connect() as connection:
                asked = clock.ticks()
                self._server_said(connection.scalar(select(func.clock_timestamp())), asked)

    def look_for(self, views: Iterable[str]) -> None:
        """Refused where one of these views is not there for this account: program and database differ in age."""
        if self.dialect == "sqlite":
            return
        with in_words(self.where), self._apart.connect() as connection:
            missing = [view for view in views if not connection.scalar(_READABLE, {"view": view})]
        if missing:
            raise Refused(
                N_("The database does not show a wall what this program asks for ({view}). Bring both to the same"
                   " version: commandcenterctl upgrade"), view=missing[0],
            )  # fmt: skip

    def bell(self, wire: Wire) -> "WallBell":
        """What rings when something was committed. Refused in words where the server cannot be had."""
        with in_words(self.where):
            return WallBell(self._bell(wire), self.where)

    def _bell(self, wire: Wire) -> Doorbell:
        if self.dialect == "sqlite":
            return FileBell(self.engine, wire)
        if self.polls:
            return PollBell(wire)
        try:
            return ServerBell(self.address, wire, self.login)
        except driver_errors() as error:
            if lost(error):
                raise
            return PollBell(wire)


class WallBell:
    """A bell whose trouble is told in words: nobody who waits at a wall knows the driver's."""

    def __init__(self, bell: Doorbell, where: str) -> None:
        self._bell, self._where = bell, where

    def wait(self, timeout: float) -> bool:
        """Wait at most ``timeout`` seconds; True as soon as it rings. Refused where the way is cut."""
        with in_words(self._where):
            return self._bell.wait(timeout)

    def close(self) -> None:
        """Let go of its connection, whatever became of that."""
        with suppress(*driver_errors()):
            self._bell.close()


def _look_at_account(connection: Connection) -> None:
    found = connection.execute(_READS_MORE).one_or_none()
    if found is None:
        raise Refused(N_("“{where}” holds no command centre yet. Create one with: commandcenterctl init"),
                      where=connection.engine.url.database)  # fmt: skip
    login, reads_more = found
    if reads_more:
        raise NotAllowed(
            N_("The login {login} may read more than a wall shows. A wall wants an account of its own, with the role"
               " “wall” and no other."), login=login,
        )  # fmt: skip
