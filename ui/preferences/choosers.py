"""The switches for language, look and text scale: the same ones on the sign-in page and in the preferences."""

from collections.abc import Iterable
from typing import Any

from PySide6.QtWidgets import QComboBox

from commandcenter import i18n
from commandcenter.i18n import N_, _
from ui.preferences.memory import THEMES, Preferences

LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
THEME_NAMES = {"system": N_("As the system"), "day": N_("Day"), "night": N_("Night"), "wall": N_("Wall")}
SCALES = tuple(range(80, 201, 10))
"""Text scales on offer, in per cent."""


class Chooser(QComboBox):
    """One preference. It shows what holds, wherever that was chosen: on the sign-in page as in the preferences."""

    def __init__(self, preferences: Preferences, name: str, said: str, choices: Iterable[tuple[str, Any]]) -> None:
        super().__init__()
        self._preferences, self._name = preferences, name
        self.setObjectName(name)
        self.setAccessibleName(said)
        for words, value in choices:
            self.addItem(words, value)
        self.activated.connect(lambda index: setattr(preferences, name, self.itemData(index)))
        preferences.changed.connect(self._follow)
        self._follow(name)

    def _follow(self, name: str) -> None:
        if name == self._name:
            self.setCurrentIndex(self._place(getattr(self._preferences, name)))

    def _place(self, value: Any) -> int:
        values = [self.itemData(place) for place in range(self.count())]
        if isinstance(value, float):
            return min(range(len(values)), key=lambda place: abs(values[place] - value))
        return values.index(value)


def language_chooser(preferences: Preferences) -> Chooser:
    """Every language says its own name in itself."""
    choices = [(LANGUAGE_NAMES[language], language) for language in i18n.LANGUAGES]
    return Chooser(preferences, "language", "Language / 语言", choices)


def theme_chooser(preferences: Preferences) -> Chooser:
    """System, day, night, wall."""
    return Chooser(preferences, "theme", _("Look"), [(_(THEME_NAMES[name]), name) for name in THEMES])


def scale_chooser(preferences: Preferences) -> Chooser:
    """80 % to 200 %."""
    return Chooser(preferences, "scale", _("Text size"), [(f"{percent} %", percent / 100) for percent in SCALES])
