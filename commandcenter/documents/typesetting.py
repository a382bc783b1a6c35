"""A document from a template and what is to be said in it: PDF, by typst, in a process of its own."""

import json
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from commandcenter import clock, settings
from commandcenter.errors import Refused, Unavailable
from commandcenter.i18n import N_

SHIPPED = Path(__file__).resolve().parents[2] / "resources" / "documents"
"""The templates the program brings."""
PRESS = Path(__file__).with_name("press.py")
LONGEST_S = 60.0
LOOK_S = 0.1
"""How often somebody who calls it off is heard."""
FONTS = "fonts"
"""The folder of the district's own fonts, beside its templates."""

FAILED = N_("The template {file} fails in line {line}: {reason}. No document was made.")
NO_FONT = N_("No document was made: this machine has no font with Chinese letters. Install the package fonts-noto-cjk,"
             " or put a font into {folder}.")  # fmt: skip
ENDLESS = N_("The template {file} was not done after {seconds} seconds. No document was made.")
BROKEN = N_("The typesetting of {file} ended without a document: {reason}")


def typeset(
    template: str, data: Mapping[str, Any], *, go_on: Callable[[], bool] = lambda: True, system_fonts: bool = True
) -> bytes:
    """The PDF that ``template`` (a name, such as ``directive.typ``) makes of ``data``, which is all that JSON can hold.

    The words of the data reach the template as text and are never read as its language. A template of the same name in
    the district's own folder (:func:`commandcenter.settings.document_folder`) goes before the shipped one; it may use
    the shipped ones beside it. It reads nothing outside, and nothing is fetched.

    Refused, in words, where the template fails (with file and line), the letters cannot be had, or ``go_on`` says no;
    nothing is left behind then. Not on the GUI thread, not inside a transaction.
    """
    own = settings.document_folder()
    with tempfile.TemporaryDirectory(prefix="document-") as folder:
        _lay_out(own, Path(folder))
        order = {
            "folder": folder, "template": template, "data": dict(data), "system_fonts": system_fonts,
            "font_folders": [str(own / FONTS)] if (own / FONTS).is_dir() else [],
        }  # fmt: skip
        return _pressed(template, order, go_on)


def _lay_out(own: Path, folder: Path) -> None:
    """Every template in one folder: it is all that a template may read."""
    try:
        shutil.copytree(SHIPPED, folder, dirs_exist_ok=True)
        if own.is_dir():
            shutil.copytree(own, folder, dirs_exist_ok=True, ignore=shutil.ignore_patterns(FONTS))
    except (OSError, shutil.Error) as trouble:
        raise Unavailable(N_("The templates of documents cannot be read: {reason}"), reason=trouble) from trouble


def _pressed(template: str, order: Mapping[str, Any], go_on: Callable[[], bool]) -> bytes:
    command = [sys.executable, "-I", str(PRESS)]  # it knows no package of ours, wherever it is started
    pipe = subprocess.PIPE
    try:
        with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as press:
            try:
                made, said = _heard(press, template, json.dumps(order).encode(), go_on)
            finally:
                press.kill()
    except OSError as trouble:
        raise Unavailable(BROKEN, file=_named(template), reason=trouble.strerror or trouble) from trouble
    if press.returncode == 0:
        return made
    raise _refusal(template, made, said, press.returncode)


def _heard(
    press: "subprocess.Popen[bytes]", template: str, order: bytes, go_on: Callable[[], bool]
) -> tuple[bytes, bytes]:
    """What the press has to say in the end. Refused when it takes too long, or is called off."""
    until, rest = clock.ticks() + LONGEST_S, order
    while True:
        try:
            return press.communicate(rest or None, timeout=LOOK_S)
        except subprocess.TimeoutExpired:
            rest = b""  # it is handed over once
        if not go_on():
            raise Refused(N_("The typesetting was called off. No document was made."))
        if clock.ticks() > until:
            raise Refused(ENDLESS, file=_named(template), seconds=int(LONGEST_S))


def _refusal(template: str, made: bytes, said: bytes, status: int) -> Refused:
    try:
        why = json.loads(made)
    except ValueError:  # it was ended from outside, or by itself in the middle
        last = said.decode(errors="replace").strip().splitlines()
        return Unavailable(BROKEN, file=_named(template), reason=last[-1] if last else status)
    if "font" in why:
        return Unavailable(NO_FONT, folder=settings.document_folder() / FONTS)
    return Refused(FAILED, file=_named(why["file"]), line=why["line"], reason=why["reason"])


def _named(template: str) -> str:
    """A template as whoever has to mend it finds it: the district's own by its path, a shipped one by its name."""
    own = settings.document_folder() / template
    return str(own) if own.is_file() else template
