"""``commandcenterctl``: everything without a window. ``--help`` reads like a manual.

This module loads next to nothing, so that Ctrl-C is answered in words from the first moment on.
"""

import os
import sys
from collections.abc import Sequence

from commandcenter import i18n
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_, _

DONE, REFUSED, USAGE = 0, 1, 2


def main(argv: Sequence[str] | None = None) -> int:
    """The entry point. Every refusal is a sentence on standard error and exit status 1."""
    words = sys.argv[1:] if argv is None else argv
    i18n.use(language_of(words))
    try:
        return _run(words)
    except Refused as refusal:
        return _complain(*map(str, getattr(refusal, "faults", ())), str(refusal))
    except KeyboardInterrupt:
        return _complain(_("Stopped."))
    except BrokenPipeError:
        _let_go_of_output()
        return REFUSED


def language_of(words: Sequence[str]) -> str:
    """The language asked for, needed before the line can be read: help and faults of the line are in it too."""
    said = [after for word, after in zip(words, [*words[1:], ""], strict=True) if word == "--language"]
    said += [word.partition("=")[2] for word in words if word.startswith("--language=")]
    return next((name for name in said if name in i18n.LANGUAGES), i18n.system_language())


def _run(words: Sequence[str]) -> int:
    if sys.stdout is None:  # closed by whoever started us; nothing is done whose outcome nobody hears
        raise Unavailable(N_("There is nowhere to write the answer to: standard output is closed."))
    try:
        from commandcenter.ctl.line import parser  # slow to load

        arguments = parser().parse_args(words)
        ended = int(arguments.run(arguments) or DONE)
        sys.stdout.flush()
    except BrokenPipeError:
        raise
    except OSError as trouble:
        _let_go_of_output()
        raise Unavailable(
            N_("The answer could not be written: {reason}. What the command did is done."),
            reason=trouble.strerror or str(trouble),
        ) from trouble
    return ended


def _complain(*sentences: str) -> int:
    if sys.stderr is not None:
        for sentence in sentences:
            sys.stderr.write(f"{sentence}\n")
    return REFUSED


def _let_go_of_output() -> None:
    """What could not be written is not tried again when the interpreter ends."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, sys.stdout.fileno())
    os.close(nowhere)
