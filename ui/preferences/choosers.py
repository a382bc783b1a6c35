"""The switches for language, look and text scale: the same ones on the sign-in page and in the preferences."""

from PySide6.QtWidgets import QComboBox

from commandcenter import i18n
from commandcenter.i18n import N_, _
from ui.preferences.memory import THEMES, Preferences

LANGUAGE_NAMES = {"zh_CN": "简体中文", "en": "English"}
THEME_NAMES = {"system": N_("As the system"), "day": N_("Day"), "night": N_("Night"), "wall": N_("Wall")}
SCALES = tuple(range(80, 201, 10))
"""Text scales on offer, in per cent."""


def language_chooser(preferences: Preferences) -> QComboBox:
    """Every language says its own name in itself."""
    box = QComboBox()
    box.setObjectName("language")
    box.setAccessibleName("Language / 语言")
    for language in i18n.LANGUAGES:
        box.addItem(LANGUAGE_NAMES[language], language)
    box.setCurrentIndex(box.findData(preferences.language))
    box.activated.connect(lambda index: setattr(preferences, "language", box.itemData(index)))
    return box


def theme_chooser(preferences: Preferences) -> QComboBox:
    """System, day, night, wall."""
    box = QComboBox()
    box.setObjectName("theme")
    box.setAccessibleName(_("Look"))
    for name in THEMES:
        box.addItem(_(THEME_NAMES[name]), name)
    box.setCurrentIndex(box.findData(preferences.theme))
    box.activated.connect(lambda index: setattr(preferences, "theme", box.itemData(index)))
    return box


def scale_chooser(preferences: Preferences) -> QComboBox:
    """80 % to 200 %."""
    box = QComboBox()
    box.setObjectName("scale")
    box.setAccessibleName(_("Text size"))
    for percent in SCALES:
        box.addItem(f"{percent} %", percent / 100)
    box.setCurrentIndex(min(range(len(SCALES)), key=lambda i: abs(SCALES[i] / 100 - preferences.scale)))
    box.activated.connect(lambda index: setattr(preferences, "scale", box.itemData(index)))
    return box
