"""The press: a process of its own that typesets one document and ends.

Run as a file, it needs typst and nothing of ours. Standard input is JSON: ``folder`` with all templates, ``template``
in it, ``data`` for it, ``system_fonts``, ``font_folders``. Standard output is the PDF; where there is none, it is JSON
that says why, and the exit status is 1.

A process of its own, because a template may be anybody's: whatever it does, the program goes on, and nothing is
fetched from elsewhere. typst downloads packages a template asks for and cannot be told not to; here the way to any
other machine leads to a port at which nobody listens.
"""

import json
import os
import re
import sys
from pathlib import Path
from typing import Any

NOWHERE = "http://127.0.0.1:9"
PROXIES = ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy")
MOST_MEMORY = 4 * 1024**3
"""Bytes of address space, fonts that are mapped included."""
SERIF = ("Noto Serif CJK SC", "Source Han Serif SC", "Noto Serif SC", "SimSun", "FangSong", "AR PL UMing CN")
SANS = ("Noto Sans CJK SC", "Source Han Sans SC", "Noto Sans SC", "WenQuanYi Micro Hei", "WenQuanYi Zen Hei",
        "Microsoft YaHei", "SimHei")  # fmt: skip
"""Fonts with simplified Chinese, the ones liked best first."""
LATIN = "Libertinus Serif"
"""Comes with typst."""
_CHINESE = re.compile("[\u3400-\u9fff]")
_WHERE = re.compile(r"┌─ (?P<file>.+?):(?P<line>\d+):\d+")


class Unprintable(Exception):
    """There will be no PDF; what it is made with says why."""

    def __init__(self, **why: Any) -> None:
        super().__init__(why)
        self.why = why


def faces(families: list[str], words: str) -> dict[str, list[str]]:
    """The fonts of this machine to set ``words`` in. Unprintable where they are Chinese and no font is."""
    serif, sans = ([name for name in kind if name in families] for kind in (SERIF, SANS))
    if not serif + sans and _CHINESE.search(words):
        raise Unprintable(font=True)
    return {"serif": [*serif, *sans, LATIN], "sans": [*sans, *serif, LATIN]}


def printed(order: dict[str, Any]) -> bytes:
    """The PDF that was ordered. Unprintable where the template fails, with its file and line."""
    import typst

    folder = Path(order["folder"])
    fonts = typst.Fonts(include_system_fonts=order["system_fonts"], font_paths=list(order["font_folders"]))
    data = json.dumps(order["data"], ensure_ascii=False)
    own = (folder / order["template"]).read_text(encoding="utf-8", errors="replace")
    inputs = {"data": data, "faces": json.dumps(faces(fonts.families(), data + own))}
    nowhere = folder / "packages"  # what this user's own typst has fetched is no part of a template
    try:
        made = typst.compile(folder / order["template"], root=folder, font_paths=fonts, sys_inputs=inputs,
                             package_path=nowhere, package_cache_path=nowhere)  # fmt: skip
    except typst.TypstError as trouble:
        where = _WHERE.search(trouble.diagnostic)
        raise Unprintable(
            file=Path(where["file"]).name if where else order["template"], line=int(where["line"]) if where else 0,
            reason=trouble.message.partition(" (")[0],
        ) from trouble  # fmt: skip
    return bytes(made)


def _shut_in() -> None:
    os.environ.update(dict.fromkeys(PROXIES, NOWHERE))
    for name in ("NO_PROXY", "no_proxy"):
        os.environ.pop(name, None)
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_AS, (MOST_MEMORY, MOST_MEMORY))


def main() -> int:
    """Typeset what standard input orders."""
    _shut_in()
    try:
        made = printed(json.load(sys.stdin))
    except Unprintable as trouble:
        sys.stdout.write(json.dumps(trouble.why))
        return 1
    sys.stdout.buffer.write(made)
    return 0


if __name__ == "__main__":
    sys.exit(main())
