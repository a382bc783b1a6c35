"""What the machine itself must bring: libraries Qt loads, a font with Chinese letters, a database server.

Each piece is looked for by loading or finding the thing itself, never by asking a package manager, so that
any Linux will do; only the remedy speaks apt. Runs before anything is installed: standard library only.
"""

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from commandcenter.storage.programs import OLDEST_SERVER, folder_of

__all__ = ["OLDEST_SERVER", "provide", "server_binaries"]


@dataclass(frozen=True)
class Piece:
    """One thing the machine must bring, and the Debian packages that bring it.

    ``packages`` are names of the same package in different releases; the first one apt knows is taken.
    A piece that is not ``needed`` only spoils something when it is missing, and is warned about.
    """

    name: str
    packages: tuple[str, ...]
    needed: bool = True


def _library(soname: str, *packages: str) -> Piece:
    return Piece(soname, packages)


# Found by loading every module, plugin and helper process we use in an empty Debian 12.
LIBRARIES = (
    # every window, also one drawn offscreen
    _library("libEGL.so.1", "libegl1"),
    _library("libGL.so.1", "libgl1"),
    _library("libfontconfig.so.1", "libfontconfig1"),
    _library("libfreetype.so.6", "libfreetype6"),
    _library("libglib-2.0.so.0", "libglib2.0-0t64", "libglib2.0-0"),
    _library("libdbus-1.so.3", "libdbus-1-3"),
    _library("libxkbcommon.so.0", "libxkbcommon0"),
    _library("libgssapi_krb5.so.2", "libgssapi-krb5-2"),
    _library("libstdc++.so.6", "libstdc++6"),
    _library("libX11.so.6", "libx11-6"),
    # a window on an X display
    _library("libX11-xcb.so.1", "libx11-xcb1"),
    _library("libxcb.so.1", "libxcb1"),
    _library("libxcb-cursor.so.0", "libxcb-cursor0"),
    _library("libxcb-glx.so.0", "libxcb-glx0"),
    _library("libxcb-icccm.so.4", "libxcb-icccm4"),
    _library("libxcb-image.so.0", "libxcb-image0"),
    _library("libxcb-keysyms.so.1", "libxcb-keysyms1"),
    _library("libxcb-randr.so.0", "libxcb-randr0"),
    _library("libxcb-render.so.0", "libxcb-render0"),
    _library("libxcb-render-util.so.0", "libxcb-render-util0"),
    _library("libxcb-shape.so.0", "libxcb-shape0"),
    _library("libxcb-shm.so.0", "libxcb-shm0"),
    _library("libxcb-sync.so.1", "libxcb-sync1"),
    _library("libxcb-util.so.1", "libxcb-util1"),
    _library("libxcb-xfixes.so.0", "libxcb-xfixes0"),
    _library("libxcb-xkb.so.1", "libxcb-xkb1"),
    _library("libxkbcommon-x11.so.0", "libxkbcommon-x11-0"),
    # a window on a Wayland display
    _library("libwayland-client.so.0", "libwayland-client0"),
    _library("libwayland-cursor.so.0", "libwayland-cursor0"),
    _library("libwayland-egl.so.1", "libwayland-egl1"),
    # the web engine that carries the map
    _library("libXcomposite.so.1", "libxcomposite1"),
    _library("libXdamage.so.1", "libxdamage1"),
    _library("libXext.so.6", "libxext6"),
    _library("libXfixes.so.3", "libxfixes3"),
    _library("libXrandr.so.2", "libxrandr2"),
    _library("libXtst.so.6", "libxtst6"),
    _library("libasound.so.2", "libasound2t64", "libasound2"),
    _library("libexpat.so.1", "libexpat1"),
    _library("libgbm.so.1", "libgbm1"),
    _library("libnspr4.so", "libnspr4"),
    _library("libnss3.so", "libnss3"),
    _library("libudev.so.1", "libudev1"),
    _library("libxcb-dri3.so.0", "libxcb-dri3-0"),
    _library("libxkbfile.so.1", "libxkbfile1"),
    # the sound of an alarm
    _library("libpulse.so.0", "libpulse0"),
)
CHINESE_FONT = Piece("a font with Chinese letters", ("fonts-noto-cjk",), needed=False)
DATABASE_SERVER = Piece("PostgreSQL's server binaries, 15 or newer", ("postgresql",))


def _loads(soname: str) -> bool:
    try:
        ctypes.CDLL(soname)
    except OSError:
        return False
    return True


class _FontSet(ctypes.Structure):
    """Fontconfig's ``FcFontSet``: how many fonts were found, and room for how many, then the fonts."""

    _fields_ = (("found", ctypes.c_int), ("room", ctypes.c_int), ("fonts", ctypes.c_void_p))


def speaks_chinese() -> bool:
    """True where a font covers simplified Chinese, by the answer of the very library Qt will ask."""
    try:
        fontconfig = ctypes.CDLL("libfontconfig.so.1")
    except OSError:
        return False
    fontconfig.FcNameParse.restype = ctypes.c_void_p
    fontconfig.FcObjectSetBuild.restype = ctypes.c_void_p
    fontconfig.FcFontList.restype = ctypes.POINTER(_FontSet)
    wanted = ctypes.c_void_p(fontconfig.FcNameParse(b":lang=zh-cn"))
    fields = ctypes.c_void_p(fontconfig.FcObjectSetBuild(b"family", None))
    fonts = fontconfig.FcFontList(None, wanted, fields)
    return bool(fonts) and int(fonts.contents.found) > 0


def server_binaries() -> Path | None:
    """The folder of the newest ``initdb`` that is new enough, or None."""
    return folder_of("initdb")


def missing(*, for_tests: bool) -> list[Piece]:
    """The pieces this machine does not bring."""
    lacking = [library for library in LIBRARIES if not _loads(library.name)]
    if not speaks_chinese():
        lacking.append(CHINESE_FONT)
    if for_tests and server_binaries() is None:
        lacking.append(DATABASE_SERVER)
    return lacking


def _known_to_apt(package: str) -> bool:
    english = {**os.environ, "LC_ALL": "C"}
    answer = subprocess.run(
        ["apt-cache", "policy", package], capture_output=True, text=True, check=False, env=english
    )
    return "Candidate: " in answer.stdout and "Candidate: (none)" not in answer.stdout


def packages_of(pieces: Iterable[Piece]) -> list[str]:
    """The packages that bring ``pieces``, under the names this machine's release gives them."""
    apt = shutil.which("apt-cache") is not None
    names: list[str] = []
    for piece in pieces:
        known = [package for package in piece.packages if apt and _known_to_apt(package)]
        names.append((known or list(piece.packages[-1:]))[0])
    return sorted(set(names))


def _as_root() -> list[str] | None:
    """What to write before a command to run it as root without being asked anything; None where one may not."""
    if os.geteuid() == 0:
        return []
    silently = ["sudo", "-n"]
    if shutil.which("sudo") and subprocess.run([*silently, "true"], capture_output=True, check=False).returncode == 0:
        return [*silently, "DEBIAN_FRONTEND=noninteractive"]
    return None


def _apt(root: list[str], *arguments: str) -> bool:
    """Run apt-get; its chatter is shown only when it fails."""
    ended = subprocess.run(
        [*root, "apt-get", "-q", "-y", *arguments],
        stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, check=False,
        env={**os.environ, "DEBIAN_FRONTEND": "noninteractive"},
    )  # fmt: skip
    if ended.returncode != 0:
        print(ended.stdout, file=sys.stderr)
    return ended.returncode == 0


def provide(*, for_tests: bool) -> None:
    """Bring what is missing through apt where that may be done; else say exactly what to type.

    Ends the program only when a piece that is really needed stays missing.
    """
    lacking = missing(for_tests=for_tests)
    if not lacking:
        return
    root = _as_root()
    if shutil.which("apt-get") and root is not None:
        print("Installing what the system lacks (a list is in installer/system_pieces.py) …", flush=True)
        _apt(root, "update")
        _apt(root, "install", "--no-install-recommends", *packages_of(lacking))
        lacking = missing(for_tests=for_tests)
    if not lacking:
        return
    names = ", ".join(piece.name for piece in lacking)
    line = "apt-get update && apt-get install --no-install-recommends " + " ".join(packages_of(lacking))
    print(f"\nThis machine lacks: {names}\nAs root, type:\n\n    {line}\n", file=sys.stderr)
    if any(piece.needed for piece in lacking):
        sys.exit(1)


if __name__ == "__main__":
    provide(for_tests="--for-tests" in sys.argv[1:])
