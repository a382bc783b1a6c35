"""Words in the user's language: English in the source, 简体中文 from ``resources/i18n``.

``_`` translates now, ``N_`` marks a string that is translated later (declarations at import time).
Placeholders are named and filled after translation, so a translator may reorder them.
"""

import gettext
import locale
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import lru_cache
from pathlib import Path

LANGUAGES = ("zh_CN", "en")
CATALOGUES = Path(__file__).resolve().parent.parent / "resources" / "i18n"

_catalogue: gettext.NullTranslations = gettext.NullTranslations()
_language = "en"


def system_language() -> str:
    """``zh_CN`` where the system speaks Chinese, else ``en``."""
    spoken = os.environ.get("LC_ALL") or os.environ.get("LANG") or locale.getlocale()[0] or ""
    return "zh_CN" if spoken.lower().startswith("zh") else "en"


def use(language: str) -> None:
    """Speak ``language`` (one of :data:`LANGUAGES`) from now on. A missing catalogue is a broken set-up."""
    global _catalogue, _language
    if language not in LANGUAGES:
        raise ValueError(language)
    if language == "en":
        _catalogue = gettext.NullTranslations()
    else:
        with (CATALOGUES / f"{language}.mo").open("rb") as compiled:
            _catalogue = gettext.GNUTranslations(compiled)
    _language = language


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Speak ``language`` as long as the block lasts: what is written down meanwhile stays in it."""
    before = _language
    use(language)
    try:
        yield
    finally:
        use(before)


def language() -> str:
    """The language spoken now."""
    return _language


def translate(message: str, /, **params: object) -> str:
    """``message`` in the language spoken now, its named placeholders filled from ``params``."""
    text = _catalogue.gettext(message) if message else ""
    return text.format(**params) if params else text


@lru_cache(maxsize=4)
def _spoken(language: str) -> gettext.NullTranslations:
    with (CATALOGUES / f"{language}.mo").open("rb") as compiled:
        return gettext.GNUTranslations(compiled)


def everywhere(message: str) -> tuple[str, ...]:
    """``message`` in every language there is, whichever is spoken now: for finding things by any of their names."""
    others = (_spoken(other).gettext(message) for other in LANGUAGES if other != "en")
    return (message, *others)


def ngettext(one: str, many: str, n: int, /, **params: object) -> str:
    """The form of a message that fits the number ``n``, which is also available as ``{n}``."""
    return _catalogue.ngettext(one, many, n).format(n=n, **params)


def _mark(message: str) -> str:
    return message


_: Callable[..., str] = translate
N_: Callable[[str], str] = _mark
