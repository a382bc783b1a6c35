"""What a station remembers between two starts: language, theme, text scale, layouts. The only user of QSettings."""

import json
from pathlib import Path
from typing import Any

from PySide6.QtCore import QByteArray, QObject, QSettings, Signal

from commandcenter import i18n, settings
from commandcenter.domain.record import Key

THEMES = ("system", "day", "night", "wall")
LOGINS_KEPT = 6


class Preferences(QObject):
    """The memory of this station and of the people who sit at it. Nothing in it is a rule of the district."""

    changed = Signal(str)
    """A preference changed; its name."""

    def __init__(self, path: Path | None = None) -> None:
        super().__init__()
        self._kept = QSettings(
            str(path or settings.preferences_folder() / "preferences.ini"), QSettings.Format.IniFormat
        )
        self._this_time: dict[str, str] = {}

    def this_time(self, language: str | None = None, theme: str | None = None) -> None:
        """What the command line says holds until somebody chooses otherwise, and is not remembered."""
        said = {"language": language, "theme": theme}
        self._this_time = {name: value for name, value in said.items() if value}

    # ------------------------------------------------------------------ the station's

    @property
    def language(self) -> str:
        """``zh_CN`` or ``en``; what the system speaks where nobody chose."""
        said = self._this_time.get("language") or self.recall("language", "")
        return said if said in i18n.LANGUAGES else i18n.system_language()

    @language.setter
    def language(self, language: str) -> None:
        if language not in i18n.LANGUAGES:
            raise ValueError(language)
        self._choose("language", language)

    @property
    def theme(self) -> str:
        """``system``, ``day``, ``night`` or ``wall``."""
        said = self._this_time.get("theme") or self.recall("theme", "")
        return said if said in THEMES else "system"

    @theme.setter
    def theme(self, theme: str) -> None:
        if theme not in THEMES:
            raise ValueError(theme)
        self._choose("theme", theme)

    def _choose(self, name: str, value: str) -> None:
        changed = self._this_time.pop(name, value) != value
        if not self.keep(name, value) and changed:
            self.changed.emit(name)

    @property
    def scale(self) -> float:
        """The text scale, 0.8 to 2.0."""
        said = self.recall("scale", 1.0)
        return min(max(float(said), 0.8), 2.0) if isinstance(said, int | float) else 1.0

    @scale.setter
    def scale(self, scale: float) -> None:
        self.keep("scale", round(min(max(scale, 0.8), 2.0), 2))

    @property
    def database(self) -> str:
        """The address of the database used last; empty where there was none."""
        return str(self.recall("database", ""))

    @database.setter
    def database(self, url: str) -> None:
        self.keep("database", url)

    @property
    def logins(self) -> list[str]:
        """Who signed in here, last one first."""
        said = self.recall("logins", [])
        return [str(login) for login in said][:LOGINS_KEPT] if isinstance(said, list) else []

    def signed_in(self, login: str) -> None:
        """Remember that ``login`` signed in."""
        others = [other for other in self.logins if other != login]
        self.keep("logins", [login, *others][:LOGINS_KEPT])

    # ------------------------------------------------------------------ anything

    def keep(self, name: str, value: Any, person: Key | None = None) -> bool:
        """Remember ``value`` (anything JSON can hold), for one person where ``person`` is given.

        False where it was remembered already: then nothing has changed.
        """
        if self.recall(name, None, person) == value:
            return False
        self._kept.setValue(_at(name, person), json.dumps(value, ensure_ascii=True))
        self.changed.emit(name)
        return True

    def recall(self, name: str, default: Any, person: Key | None = None) -> Any:
        """What was remembered; ``default`` where nothing was, or where a file was spoilt by hand."""
        said = self._kept.value(_at(name, person))
        if not isinstance(said, str):
            return default
        try:
            return json.loads(said)
        except ValueError:
            return default

    def keep_state(self, name: str, state: QByteArray, person: Key | None = None) -> None:
        """Remember the state a widget described itself by (splitter, header, window)."""
        self.keep(name, bytes(state.toBase64().data()).decode("ascii"), person)

    def recall_state(self, name: str, person: Key | None = None) -> QByteArray | None:
        """The state remembered for a widget."""
        said = self.recall(name, None, person)
        return QByteArray.fromBase64(said.encode("ascii", "replace")) if isinstance(said, str) else None

    def write(self) -> bool:
        """Bring it to the disk now. False where that cannot be had (a full disk, a read-only folder)."""
        self._kept.sync()
        return self._kept.status() == QSettings.Status.NoError


def _at(name: str, person: Key | None) -> str:
    return f"person-{person}/{name}" if person else f"station/{name}"
