"""Where a station keeps its own things, and what it is called. The rules of the district are records.

Not here: limits, calendar, people. Those live in the database and come from the district pack.
"""

import os
import platform
import re
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

import platformdirs

from commandcenter.errors import Refused
from commandcenter.i18n import N_

if TYPE_CHECKING:
    from sqlalchemy import URL

APPLICATION = "commandcenter"
DEMONSTRATION = "demonstration.sqlite"


def data_folder() -> Path:
    """Where the embedded databases of this user lie. ``COMMANDCENTER_DATA`` moves it."""
    moved = os.environ.get("COMMANDCENTER_DATA")
    return Path(moved) if moved else Path(platformdirs.user_data_dir(APPLICATION, appauthor=False))


def log_folder() -> Path:
    """Where the log files of this user lie."""
    return Path(platformdirs.user_log_dir(APPLICATION, appauthor=False))


def preferences_folder() -> Path:
    """Where this user's language, theme and layouts lie."""
    return Path(platformdirs.user_config_dir(APPLICATION, appauthor=False))


def document_folder() -> Path:
    """Where a district puts its own templates of documents, and fonts for them. ``COMMANDCENTER_DOCUMENTS`` moves it.

    The same folder for everybody at a machine, because what a district's papers look like is no person's preference.
    """
    moved = os.environ.get("COMMANDCENTER_DOCUMENTS")
    return Path(moved) if moved else Path(platformdirs.site_config_dir(APPLICATION, appauthor=False)) / "documents"


def demonstration_url() -> str:
    """The database the program opens when it is told nothing else."""
    return sqlite_url(data_folder() / DEMONSTRATION)


def sqlite_url(path: Path) -> str:
    """The address of an embedded database file. What separates the parts of an address is escaped in its name."""
    return f"sqlite:///{re.sub('[%?#]', lambda mark: quote(mark[0]), str(path.expanduser().absolute()))}"


def database_url(said: str) -> str:
    """The address of a database from what a person typed: an address as it stands, or a file's path.

    Refused when it is neither, for instance an address of a kind of database we do not know.
    """
    said = said.strip()
    scheme, mark, _rest = said.partition("://")
    if not mark:
        if not said:
            raise Refused(N_("Say which database to open: a file, or an address such as postgresql://host/name."))
        return sqlite_url(Path(said))
    if scheme.partition("+")[0] not in {"sqlite", "postgresql", "postgres"}:
        raise Refused(N_("“{scheme}” databases are not known here: use sqlite or postgresql."), scheme=scheme)
    return said


_SEVERAL = re.compile(r"(?P<to>\w+(?:\+\w+)?://(?:[^:/@]*(?::.*)?@)??)(?P<hosts>[^/?@]*,[^/?@]*)(?P<rest>(?:[/?].*)?)")
_HOST = re.compile(r"(?:\[(?P<number>[^\]]*)\]|(?P<name>[^:]*))(?::(?P<port>\d*))?")


def read_url(url: str) -> "URL | None":
    """An address in its parts; None where it is none. Also with several servers as PostgreSQL writes them."""
    from sqlalchemy.engine import make_url  # slow to load
    from sqlalchemy.exc import ArgumentError

    try:
        read = make_url(url)
    except (ArgumentError, ValueError):
        read = None
    if read is not None and "," not in (read.host or ""):
        return read
    hosts = _SEVERAL.fullmatch(url)
    return _of_several(make_url(hosts["to"] + hosts["rest"]), hosts["hosts"].split(",")) if hosts else None


def _of_several(rest: "URL", hosts: list[str]) -> "URL | None":
    """``host1:port1,host2:port2`` as the query of an address says it."""
    found = [host for said in hosts if (host := _HOST.fullmatch(said))]
    if len(found) < len(hosts) or "host" in rest.query:
        return None
    names, ports = [unquote(host["number"] or host["name"]) for host in found], [host["port"] or "" for host in found]
    return rest.update_query_dict({"host": ",".join(names)} | ({"port": ",".join(ports)} if any(ports) else {}))


def shared(url: str) -> bool:
    """Whether people sign in with the database itself: the address of a server that names nobody."""
    read = read_url(url)
    if read is None:
        return False  # whoever opens it says what is wrong with it
    return read.get_backend_name() in {"postgresql", "postgres"} and not read.username and "user" not in read.query


def holds_secret(url: str) -> bool:
    """Whether an address has a password in it, so that it is not to be remembered. What is no address might."""
    read = read_url(url)
    return read is None or read.password is not None or any(name in read.query for name in _SECRETS)


def spoken_url(url: str) -> str:
    """An address fit to be shown and logged: without its passwords. Of what is no address, only how it begins."""
    read = read_url(url)
    if read is None:
        scheme, mark, _rest = url.partition("://")
        return f"{scheme}{mark}…" if mark else url
    # No host has an @ in its name: what stands before it is the end of a password that was not escaped.
    host = read.host.rpartition("@")[2] if read.host else read.host
    said = read.set(host=host).difference_update_query(_SECRETS).render_as_string(hide_password=True)
    where, mark, query = said.partition("?")
    return where + mark + re.sub("%2C|%2F|%3A", lambda escape: unquote(escape[0]), query)  # a list of hosts, readable


_SECRETS = ("password", "sslpassword")
"""What an address may say in its query and nobody shows: the server's own names for passwords."""


def station() -> str:
    """What this workplace is called in the journal: ``COMMANDCENTER_STATION``, or the machine's name."""
    return (os.environ.get("COMMANDCENTER_STATION") or platform.node() or "station")[:64]


def file_name(title: str) -> str:
    """``title`` as the name of a file on any system."""
    return quote(title, safe=" ()-_.,").replace("%", "_")
