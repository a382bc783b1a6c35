"""Words are shown as they were said, whatever they look like."""

from typing import Any

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from tests.house import MONDAY
from ui.widgets.message_line import MessageLine
from ui.widgets.plain_label import PlainLabel, tip
from ui.widgets.timeline import Entry, Timeline

MARKUP = "<h1>Water</h1><img src='file:///etc/hostname'>"


def _shown_as_page(label: QLabel) -> bool:
    return label.textFormat() != Qt.TextFormat.PlainText


def test_what_looks_like_markup_is_words_on_a_label(qtbot: QtBot) -> None:
    label = PlainLabel(MARKUP)
    qtbot.addWidget(label)
    assert not _shown_as_page(label)
    wide = label.fontMetrics().horizontalAdvance(MARKUP)
    assert label.sizeHint().width() >= wide, "every character has its room"


@pytest.mark.parametrize("words", ["Water on the stairs", "c > d", "Tom & Jerry", "two\nlines"])
def test_ordinary_words_are_a_tip_as_they_are(words: str) -> None:
    assert tip(words) == words


@pytest.mark.parametrize("words", [MARKUP, "<b>two</b>\nlines", "&lt;b&gt;", "a < b"])
def test_what_looks_like_markup_is_escaped_in_a_tip(words: str, qtbot: QtBot) -> None:
    from PySide6.QtGui import QTextDocument

    read = QTextDocument()
    read.setHtml(tip(words))
    assert read.toPlainText() == words


def test_a_message_and_a_line_of_the_timeline_say_markup_as_words(qtbot: QtBot) -> None:
    said: list[Any] = [MessageLine(MARKUP), Timeline()]
    said[1].show_entries([Entry("k", MONDAY, MARKUP, MARKUP, MARKUP, link="Look")])
    for widget in said:
        qtbot.addWidget(widget)
        shown = [label for label in widget.findChildren(QLabel) if MARKUP in label.text()]
        assert shown
        assert not [label for label in shown if _shown_as_page(label)]
