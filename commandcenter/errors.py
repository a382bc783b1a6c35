"""The two kinds of trouble: *refused, in words* a user understands, or a bug with a report.

Everything a person can do wrong, and everything outside the program that can fail, ends as a
:class:`Refused` whose sentence says what is the matter and what to do. Any other exception is a bug.
"""

from collections.abc import Mapping

from commandcenter.i18n import translate


class Refused(Exception):
    """The operation was not done, and nothing was changed.

    ``message`` is the English sentence with named ``{placeholders}`` (the key of its translation) and
    ``params`` fill them, so that a refusal raised in the core is read in the language of the window.
    """

    def __init__(self, message: str, /, **params: object) -> None:
        super().__init__(message, params)
        self.message = message
        self.params: Mapping[str, object] = params

    def __str__(self) -> str:
        return translate(self.message, **self.params)


class NotAllowed(Refused):
    """The person lacks the right."""


class WrongPassword(Refused):
    """The login or the password is wrong; of the two nobody says which."""


class IllegalMove(Refused):
    """The record's state does not admit this move."""


class Incomplete(Refused):
    """A field that the move needs is missing or senseless; ``field`` names it."""

    def __init__(self, message: str, /, field: str = "", **params: object) -> None:
        super().__init__(message, **params)
        self.field = field


class Conflict(Refused):
    """Somebody else changed the record first. The sentence says who and when."""


class Unavailable(Refused):
    """The database, a file or another thing outside the program cannot be had just now."""
