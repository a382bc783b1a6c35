"""The scenes of a wall as a file says them (TOML), and what holds where it says nothing.

::

    name = "hall"         # what a console calls this wall
    look = "hours"        # night, day, or hours: day from 7 to 19
    seconds = 20          # how long a scene stays before the next one

    [[scene]]
    show = "map"          # map, queue, squads or figures
    seconds = 40
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NoReturn

from commandcenter.domain.walls import NAME, Look, SceneSort
from commandcenter.errors import Refused
from commandcenter.i18n import N_

SECONDS, LEAST_S, MOST_S = 20, 3, 3600
_WORDS = frozenset({"name", "look", "seconds", "scene"})
_WORDS_OF_SCENE = frozenset({"show", "seconds"})

NOT_READ = N_("The scenes cannot be read from {file}: {why}")
NO_TOML = N_("{file}: this is no TOML. {why}")
UNKNOWN = N_("{file}, line {line}: a wall knows no “{said}” for {key}; it knows {known}.")
NO_WORD = N_("{file}, line {line}: “{said}” means nothing here; known are {known}.")
NO_SECONDS = N_("{file}, line {line}: seconds is a whole number from {least} to {most}.")
NO_NAME = N_("{file}, line {line}: the name of a wall is 1 to 64 characters in quotation marks.")
NO_SCENES = N_("{file}, line {line}: a scene begins with a line [[scene]].")


@dataclass(frozen=True, slots=True)
class Scene:
    """What is shown, and for how many seconds."""

    show: SceneSort
    seconds: int = SECONDS


@dataclass(frozen=True, slots=True)
class Programme:
    """All that a file says."""

    scenes: tuple[Scene, ...]
    name: str = NAME
    look: Look = Look.NIGHT


DEFAULT = Programme(tuple(Scene(sort, 2 * SECONDS if sort == SceneSort.MAP else SECONDS) for sort in SceneSort))
"""What a wall shows without a file, or with an empty one."""


def read(path: Path) -> Programme:
    """The programme in a file. Refused in words, with the line, for anything that it does not know."""
    try:
        text = path.read_text("utf-8-sig")
    except (OSError, UnicodeDecodeError) as trouble:
        why = trouble.strerror if isinstance(trouble, OSError) else str(trouble)
        raise Refused(NOT_READ, file=path.name, why=why or str(trouble)) from None
    try:
        said = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise Refused(NO_TOML, file=path.name, why=str(error)) from None
    return _File(path.name, text.splitlines()).programme(said)


class _File:
    """What was said, and where."""

    def __init__(self, name: str, lines: list[str]) -> None:
        self._name, self._lines = name, lines

    def programme(self, said: dict[str, Any]) -> Programme:
        self._known_words(said, _WORDS, -1)
        name = said.get("name", NAME)
        if not isinstance(name, str) or not 0 < len(name.strip()) <= 64:
            self._refuse(NO_NAME, "name", -1)
        look = self._one_of(Look, said.get("look", DEFAULT.look), "look", -1)
        seconds = self._seconds(said, SECONDS, -1)
        scenes = said.get("scene", [])
        if not isinstance(scenes, list) or not all(isinstance(one, dict) for one in scenes):
            self._refuse(NO_SCENES, "scene", -1)
        shown = tuple(self._scene(one, seconds, number) for number, one in enumerate(scenes))
        default = tuple(Scene(one.show, said.get("seconds", one.seconds)) for one in DEFAULT.scenes)
        return Programme(shown or default, name.strip(), look)

    def _scene(self, said: dict[str, Any], seconds: int, number: int) -> Scene:
        self._known_words(said, _WORDS_OF_SCENE, number)
        show = self._one_of(SceneSort, said.get("show", ""), "show", number)
        return Scene(show, self._seconds(said, seconds, number))

    def _known_words(self, said: dict[str, Any], known: frozenset[str], scene: int) -> None:
        for word in said:
            if word not in known:
                self._refuse(NO_WORD, word, scene, said=word, known=", ".join(sorted(known)))

    def _one_of(self, kind: Any, value: Any, word: str, scene: int) -> Any:
        if not isinstance(value, str) or value not in set(kind):
            self._refuse(UNKNOWN, word, scene, said=str(value), key=word, known=", ".join(kind))
        return kind(value)

    def _seconds(self, said: dict[str, Any], otherwise: int, scene: int) -> int:
        value = said.get("seconds", otherwise)
        if isinstance(value, bool) or not isinstance(value, int) or not LEAST_S <= value <= MOST_S:
            self._refuse(NO_SECONDS, "seconds", scene, least=LEAST_S, most=MOST_S)
        return int(value)

    def _refuse(self, message: str, word: str, scene: int, **more: Any) -> NoReturn:
        raise Refused(message, file=self._name, line=self._line(word, scene), **more)

    def _line(self, word: str, scene: int) -> int:
        """The line on which a word of a scene stands (-1: before the first scene), or else where that scene begins."""
        at, begins = -1, 1
        for number, line in enumerate(self._lines, start=1):
            if re.match(r"\s*\[\[\s*scene\s*\]\]", line):
                at, begins = at + 1, number if at + 1 == scene else begins
            if at == scene and re.match(rf"""\s*["'[]*{re.escape(word)}\b""", line):
                return number
        return begins
