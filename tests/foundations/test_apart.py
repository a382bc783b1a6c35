"""Tests of the web engine run each in a process of its own, and their verdicts come through unchanged."""

from pathlib import Path

import pytest
from PySide6.QtCore import QUrl
from PySide6.QtWebEngineCore import QWebEnginePage, QWebEngineProfile
from pytestqt.qtbot import QtBot

from tests.foundations.test_stray import run


def test_each_web_test_has_a_process_of_its_own_and_its_verdict_comes_through(tmp_path: Path) -> None:
    verdicts, said = run(
        tmp_path,
        "web = pytest.mark.web\n"
        "seen = []\n"
        "@pytest.fixture(scope='module')\n"
        "def of_the_module(): seen.append('kept')\n"
        "def test_here(of_the_module): seen.append(1)\n"
        "@web\n"
        "def test_alone(): assert seen == []\n"
        "@web\n"
        "def test_wrong(): assert 1 == 2\n"
        "@web\n"
        "def test_skipped(): pytest.skip('because')\n"
        "@web\n"
        "def test_crash(): os.abort()\n"
        "def test_here_again(of_the_module): assert seen == ['kept', 1]\n",
    )
    assert verdicts == {
        "test_here": "PASSED", "test_alone": "PASSED", "test_wrong": "FAILED",
        "test_skipped": "SKIPPED", "test_crash": "FAILED", "test_here_again": "PASSED",
    }  # fmt: skip
    assert "assert 1 == 2" in said
    assert "the test's own process ended with -6" in said


@pytest.mark.web
def test_the_web_engine_loads_a_page_here(qtbot: QtBot) -> None:
    profile = QWebEngineProfile()
    page = QWebEnginePage(profile)
    with qtbot.waitSignal(page.loadFinished, timeout=60_000) as loaded:
        page.load(QUrl("data:text/html,<title>here</title>"))
    assert loaded.args == [True]
    assert page.title() == "here"
    page.deleteLater()  # before its profile, as Qt demands
    with qtbot.waitSignal(page.destroyed):
        pass
