"""Qt's own words – Undo, Copy, Paste, OK – in the language of the window."""

from PySide6.QtCore import QCoreApplication, QLibraryInfo, QTranslator

_installed: list[QTranslator] = []


def speak(language: str) -> None:
    """Let Qt speak ``language``, one of :data:`commandcenter.i18n.LANGUAGES`. English needs no catalogue."""
    while _installed:
        QCoreApplication.removeTranslator(_installed.pop())
    translator = QTranslator()
    folder = QLibraryInfo.path(QLibraryInfo.LibraryPath.TranslationsPath)
    if translator.load(f"qtbase_{language}", folder):
        QCoreApplication.installTranslator(translator)
        _installed.append(translator)
