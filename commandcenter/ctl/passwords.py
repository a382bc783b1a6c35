"""Passwords on the command line: typed without an echo, or read from a pipe; never part of the command itself."""

import getpass
import sys
import warnings

from commandcenter.errors import Incomplete, Refused
from commandcenter.i18n import N_, _


def asked(login: str) -> str:
    """The password somebody signs in with."""
    return _typed(_("Password of {login}: ", login=login))


def asked_anew(login: str) -> str:
    """A new password; at a terminal it is typed twice."""
    password = _typed(_("New password of {login}: ", login=login))
    if _at_a_terminal() and _typed(_("The same once more: ")) != password:
        raise Incomplete(N_("The two passwords are not the same. Nothing was changed."), field="password")
    return password


def _at_a_terminal() -> bool:
    return sys.stdin is not None and sys.stdin.isatty()


def _typed(prompt: str) -> str:
    """One line: from the terminal, where nobody sees it, or else the next one of standard input."""
    if not _at_a_terminal():
        line = sys.stdin.readline() if sys.stdin is not None else ""
        if not line:
            raise Refused(N_("A password is wanted on standard input, one to a line; there is none."))
        return line.rstrip("\r\n")
    with warnings.catch_warnings():
        warnings.simplefilter("error", getpass.GetPassWarning)
        try:
            return getpass.getpass(prompt)
        except EOFError:
            raise Refused(N_("No password was given. Nothing was changed.")) from None
        except getpass.GetPassWarning:
            raise Refused(N_("This terminal would show the password while it is typed. Nothing was changed.")) from None
