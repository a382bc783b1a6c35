"""Asking the command line, and what it answers."""

import json
from pathlib import Path
from typing import Any

import pytest

from commandcenter import ctl

TINY = Path(__file__).parents[1] / "packs" / "tiny"
FAULTY = "留言编号,留言用户,留言主题,留言时间,留言详情\n1,A,噪音,2019-02-28,吵\n2,B,占道,昨天,堵\n"
"""Two letters, the second without a date."""


def said(capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str, str]:
    """Run a command; its exit status and what it printed."""
    status = ctl.main(["--language", "en", *words])
    out, err = capsys.readouterr()
    return status, out, err


def document(capsys: pytest.CaptureFixture[str], *words: str) -> Any:
    """The JSON a command prints."""
    status, out, err = said(capsys, *words, "--json")
    assert status == 0, err
    return json.loads(out)
