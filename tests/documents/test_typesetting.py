"""Typesetting: what is said stays words, what a template does wrong is told, and nothing gets in or out."""

import socket
import tempfile
from pathlib import Path
from typing import Any

import pytest

from commandcenter import settings
from commandcenter.documents import typesetting
from commandcenter.documents.typesetting import typeset
from commandcenter.errors import Refused, Unavailable
from tests.documents.paper import words_of

HOSTILE = '#import "@preview/evil:1.0.0": * $x^2$ ] [ } { \\ *b* _i_ `c` <l> @r // c /* d */ #panic("no") = h\n- i'
OWN = '#import "paper.typ": data, faces, lang\n#set text(font: faces.serif)\n'


@pytest.fixture(autouse=True)
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The district's own templates; what is made on the way lies beside them."""
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.setenv("COMMANDCENTER_DOCUMENTS", str(own))
    (tmp_path / "working").mkdir()
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path / "working"))
    return own


def left_behind(folder: Path) -> list[Path]:
    return list((folder.parent / "working").iterdir())


def letter(**more: Any) -> dict[str, Any]:
    """What a directive's template needs."""
    return {
        "lang": "zh", "number": "试催〔2026〕1号", "title": "催办单", "issuer": "试验区", "addressed": "北中队",
        "opening": "开头", "words": "请抓紧", "demand": "要求", "facts": {"case": {"label": "案件", "value": ""}},
        "signed": "值班长", "day": "今日", "note": "附注",
    } | more  # fmt: skip


def test_the_words_of_the_data_are_words_wherever_they_stand_and_never_the_language_of_templates(folder: Path) -> None:
    facts = {HOSTILE: {"label": "", "value": HOSTILE}}
    said = words_of(typeset("directive.typ", letter(title=HOSTILE, words=HOSTILE, facts=facts)))
    assert said.count("".join(HOSTILE.split())) == 3
    assert left_behind(folder) == []


def test_a_template_of_the_district_goes_before_the_shipped_one_and_may_use_what_is_shipped(folder: Path) -> None:
    (folder / "directive.typ").write_text(OWN + "本区自用 #data.words", encoding="utf-8")
    assert words_of(typeset("directive.typ", letter())) == "本区自用请抓紧"


@pytest.mark.parametrize(
    ("template", "line", "reason"),
    [
        (OWN + "#data.nothing_of_that_name", 3, "does not contain key"),
        (OWN + "\n#let x = ", 4, "expected expression"),
        ('#import "@preview/cetz:0.3.1": canvas', 1, "failed to download package"),
        ('#read("/etc/hostname")', 1, "file not found"),
        ('#read("../../../../etc/hostname")', 1, "would escape the project root"),
    ],
)  # fmt: skip
def test_a_template_that_fails_is_refused_with_its_file_and_line_and_leaves_nothing(
    folder: Path, template: str, line: int, reason: str
) -> None:
    (folder / "directive.typ").write_text(template, encoding="utf-8")
    with pytest.raises(Refused, match=reason) as refusal:
        typeset("directive.typ", letter())
    assert f"The template {folder / 'directive.typ'} fails in line {line}:" in str(refusal.value)
    assert left_behind(folder) == []


def test_a_template_reaches_no_other_machine_whatever_the_way_out_is(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (folder / "directive.typ").write_text('#import "@preview/cetz:0.3.1": canvas', encoding="utf-8")
    with socket.create_server(("127.0.0.1", 0)) as way_out:
        for name in ("HTTPS_PROXY", "https_proxy", "ALL_PROXY", "all_proxy"):
            monkeypatch.setenv(name, f"http://127.0.0.1:{way_out.getsockname()[1]}")
        with pytest.raises(Refused, match="failed to download package"):
            typeset("directive.typ", letter())
        way_out.setblocking(False)
        with pytest.raises(BlockingIOError):
            way_out.accept()


def test_a_fault_in_a_file_beside_the_template_is_told_where_it_is(folder: Path) -> None:
    (folder / "head.typ").write_text("\n\n#nobody", encoding="utf-8")
    (folder / "directive.typ").write_text('#include "head.typ"', encoding="utf-8")
    with pytest.raises(Refused, match=r"head.typ fails in line 3: unknown variable: nobody"):
        typeset("directive.typ", letter())


def test_without_a_chinese_font_nothing_is_printed_as_empty_boxes_and_the_package_is_named(folder: Path) -> None:
    with pytest.raises(Unavailable, match="fonts-noto-cjk") as refusal:
        typeset("directive.typ", letter(), system_fonts=False)
    assert str(settings.document_folder() / "fonts") in str(refusal.value)
    (folder / "english.typ").write_text(OWN + "#data.words", encoding="utf-8")
    assert words_of(typeset("english.typ", {"lang": "en", "words": "hurry"}, system_fonts=False)) == "hurry"


def test_a_template_without_an_end_is_stopped(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "LONGEST_S", 0.2)
    endless = "#let f(n, s) = if n == 0 { 0 } else { f(n - 1, s + 1) + f(n - 1, s * 2) }\n#f(60, 1.5)"
    (folder / "directive.typ").write_text(endless, encoding="utf-8")
    with pytest.raises(Refused, match="was not done after"):
        typeset("directive.typ", letter())
    assert left_behind(folder) == []


def test_a_press_that_breaks_down_is_told_and_the_program_goes_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(typesetting, "PRESS", Path("/nowhere/press.py"))
    with pytest.raises(Unavailable, match="ended without a document"):
        typeset("directive.typ", letter())
