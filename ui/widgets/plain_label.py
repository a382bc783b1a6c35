"""Words on the screen as they are: what a citizen said, or a file held, is never read as markup.

Left to itself Qt looks at every text of a label and a tool tip, and shows as a page of HTML what looks like one:
a heading that fills the list, a picture fetched from wherever the words say.
"""

from html import escape

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QWidget

from ui.theme import mark


class PlainLabel(QLabel):
    """A label that shows every character it was given."""

    def __init__(self, text: str = "", parent: QWidget | None = None) -> None:
        super().__init__(text, parent)
        self.setTextFormat(Qt.TextFormat.PlainText)


def wrapped(face: str, text: str = "", tone: str = "") -> PlainLabel:
    """A label in a face of the theme whose words go on in the next line where there is no room."""
    label = PlainLabel(text)
    label.setWordWrap(True)
    mark(label, face=face, tone=tone)
    return label


class RichLabel(QLabel):
    """A label of our own markup, for links. Whoever fills it escapes every word that is not ours."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setTextFormat(Qt.TextFormat.RichText)


def tip(text: str) -> str:
    """Words as a tool tip shows them: unchanged, or escaped where Qt could take them for markup."""
    if "<" not in text and "&lt;" not in text:
        return text
    return f"<qt>{escape(text)}</qt>".replace("\n", "<br>")
