"""The guided tour: a whole life of a case in the real window, in a process of its own as a person starts it."""

import json
import os
import subprocess
import sys
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage

from commandcenter import i18n
from commandcenter.demonstration import make_demonstration
from tests.environment import ROOT
from ui.tour.guide import passes

pytestmark = pytest.mark.long
LONGEST_S = 500
# The life as DOMAIN section 4 has it, with a refusal, a conflict and what another process does.
LIFE = [
    "door", "wrong-password", "sign-in", "by-itself", "call", "case-opened", "duplicate", "attached", "quicker",
    "dispatch", "dispatched", "accept", "accepted", "map", "click-is-no-contact", "contacted", "conflict", "promised",
    "progress", "resolve", "resolved", "queues", "review", "approved", "wall", "wall-turned", "handover", "taken-over",
    "visit", "closed", "archive",
]  # fmt: skip
SPOILT = """
import sys
from ui.sign_in import SignInPage
from ui.tour import waiting
waiting.LONGEST_S = 3.0
SignInPage.refuse = lambda page, refusal: page.set_busy(False)  # a door that does not say what is wrong
from ui.app import main
sys.exit(main(sys.argv[1:]))
"""


def toured(folder: Path, *words: str, code: tuple[str, ...] = ("-m", "ui.app")) -> tuple[int, str, Any]:
    """Take the tour as a command; its exit status, what it printed, and tour.json (None where there is none)."""
    ended = subprocess.run(
        [sys.executable, *code, "--tour", str(folder / "tour"), *words], cwd=ROOT, timeout=LONGEST_S, check=False,
        stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        env=os.environ | {"XDG_CONFIG_HOME": str(folder / "config"), "XDG_STATE_HOME": str(folder / "state")},
    )  # fmt: skip
    report = folder / "tour" / "tour.json"
    return ended.returncode, ended.stdout, json.loads(report.read_text("utf-8")) if report.exists() else None


def told(report: Any) -> dict[tuple[str, str], list[str]]:
    """The steps of each pass, by its language and look."""
    steps: dict[tuple[str, str], list[str]] = {}
    for step in report["steps"]:
        assert step["held"]
        assert step["asserted"]
        assert step["seconds"] >= 0
        steps.setdefault((step["language"], step["theme"]), []).append(step["name"])
    return steps


def test_every_step_holds_in_both_languages(tmp_path: Path) -> None:
    status, said, report = toured(tmp_path, "--theme", "day")
    assert (status, report["held"]) == (0, True), said
    assert told(report) == {("zh_CN", "day"): LIFE, ("en", "day"): LIFE}
    assert report["environment"]["database"] == "sqlite"
    pictures = [tmp_path / "tour" / step["picture"] for step in report["steps"]]
    assert len(set(pictures)) == len(pictures)
    assert all(told_by(QImage(str(picture))) for picture in pictures)
    assert ground(report, tmp_path) > 200
    assert not (tmp_path / "config").exists(), "the tour left habits to whoever sits at this machine"


def test_without_a_choice_every_language_and_look_has_its_pass() -> None:
    assert set(passes("", "")) == {("zh_CN", "day"), ("zh_CN", "night"), ("en", "day"), ("en", "night")}
    assert passes("en", "wall") == (("en", "wall"),)


def told_by(picture: QImage) -> bool:
    """Whether a picture shows a window with something in it."""
    points = [(x, y) for x in range(0, picture.width(), 9) for y in range(0, picture.height(), 9)]
    return picture.width() >= 1024 and len(Counter(picture.pixel(x, y) for x, y in points)) > 8


def ground(report: Any, folder: Path) -> int:
    """How light the ground of the last picture is, 0 to 255."""
    picture = QImage(str(folder / "tour" / report["steps"][-1]["picture"]))
    return picture.pixelColor(picture.width() // 2, 4).lightness()


def test_every_step_holds_by_night_on_postgresql(postgres_url: str, tmp_path: Path) -> None:
    make_demonstration(postgres_url, minutes=60)
    status, said, report = toured(tmp_path, "--database", postgres_url, "--language", "zh_CN", "--theme", "night")
    assert status == 0, said
    assert told(report) == {("zh_CN", "night"): LIFE}
    with i18n.speaking("zh_CN"):
        assert all(i18n.translate(step["says"]) in said for step in report["steps"])
    assert report["environment"]["database"] == "postgresql"
    assert ground(report, tmp_path) < 60


def test_a_step_that_does_not_hold_fails_the_tour_and_says_why(tmp_path: Path) -> None:
    script = tmp_path / "spoilt.py"
    script.write_text(SPOILT, encoding="utf-8")
    status, said, report = toured(tmp_path, "--language", "en", "--theme", "day", code=(str(script),))
    assert status == 1, said
    failed = [step for step in report["steps"] if not step["held"]]
    assert [step["name"] for step in failed] == ["wrong-password"]
    assert failed[0]["why"] == "the refusal stands under the fields"
    assert "✗" in said
    assert failed[0]["why"] in said
    assert (tmp_path / "tour" / failed[0]["picture"]).exists()


@pytest.mark.parametrize("folder_is_a_file", [True, False], ids=["no folder", "no demonstration"])
def test_a_tour_that_cannot_begin_says_so(folder_is_a_file: bool, tmp_path: Path) -> None:
    from commandcenter.storage.database import Database

    if folder_is_a_file:
        (tmp_path / "tour").write_text("in the way", encoding="utf-8")
    empty = f"sqlite:///{tmp_path / 'empty.sqlite'}"
    Database.create(empty).close()
    status, said, report = toured(tmp_path, "--database", empty, "--language", "en")
    assert (status, report) == (2, None)
    assert ("File exists" if folder_is_a_file else "needs a demonstration district") in said
