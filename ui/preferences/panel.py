"""The preferences: what this station looks and speaks like. Every change shows at once."""

from PySide6.QtWidgets import QFormLayout, QVBoxLayout, QWidget

from commandcenter.i18n import _
from ui.preferences.choosers import language_chooser, scale_chooser, theme_chooser
from ui.preferences.memory import Preferences
from ui.theme import mark
from ui.widgets.plain_label import PlainLabel


class PreferencesPanel(QWidget):
    """Language, look, text size."""

    def __init__(self, preferences: Preferences) -> None:
        super().__init__()
        self.language = language_chooser(preferences)
        self.theme = theme_chooser(preferences)
        self.scale = scale_chooser(preferences)
        form = QFormLayout()
        form.setRowWrapPolicy(QFormLayout.RowWrapPolicy.WrapAllRows)
        form.addRow(_("Language"), self.language)
        form.addRow(_("Look"), self.theme)
        form.addRow(_("Text size"), self.scale)
        note = PlainLabel(_("Every change holds at once and is remembered on this station. "
                        "What you have typed stays where it is."))
        note.setWordWrap(True)
        mark(note, face="caption")
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addLayout(form)
        column.addWidget(note)
        column.addStretch(1)
