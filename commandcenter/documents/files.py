"""Files that leave the program: whole, or as they were before."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from commandcenter.errors import Unavailable
from commandcenter.i18n import N_


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A file to write into that takes the place of ``path`` whole when all went well, else leaves it as it was.

    Refused, in words, where it cannot be written. Not on the GUI thread.
    """
    part = path.with_name(f".{path.name}.part")
    try:
        yield part
        os.replace(part, path)  # noqa: PTH105 – replaces what is there, which Path.rename does not everywhere
    except OSError as trouble:
        raise Unavailable(N_("{path} cannot be written: {why}"), path=path, why=trouble.strerror) from trouble
    finally:
        part.unlink(missing_ok=True)
