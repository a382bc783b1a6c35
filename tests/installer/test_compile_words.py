"""The words of the program: every sentence is translated, and faults are found where they are."""

import gettext
from pathlib import Path

from installer import compile_words

HEAD = 'msgid ""\nmsgstr ""\n"Content-Type: text/plain; charset=UTF-8\\n"\n\n'


def house(folder: Path, source: str, **fragments: str) -> Path:
    """A little project: one source file and the fragments of its translation."""
    (folder / "ui").mkdir()
    (folder / "commandcenter").mkdir()
    (folder / "ui" / "panel.py").write_text(source, encoding="utf-8")
    words = folder / "resources" / "i18n" / "zh_CN"
    words.mkdir(parents=True)
    for name, text in fragments.items():
        (words / f"{name}.po").write_text(HEAD + text, encoding="utf-8")
    return folder


def entry(message: str, text: str) -> str:
    return f'msgid "{message}"\nmsgstr "{text}"\n\n'


def test_every_sentence_of_the_program_has_a_faithful_translation() -> None:
    assert compile_words.faults() == []


def test_fragments_become_one_catalogue_with_plurals(tmp_path: Path) -> None:
    plural = 'msgid "{n} case"\nmsgid_plural "{n} cases"\nmsgstr[0] "{n} 件"\n'
    root = house(tmp_path, "", intake=entry("Save", "保存"), figures=plural)
    compile_words.compile_words(compile_words.read(root), root / "zh_CN.mo")
    with (root / "zh_CN.mo").open("rb") as compiled:
        spoken = gettext.GNUTranslations(compiled)
    assert spoken.gettext("Save") == "保存"
    assert spoken.ngettext("{n} case", "{n} cases", 7) == "{n} 件"


def test_a_sentence_without_a_translation_is_named_with_file_and_line(tmp_path: Path) -> None:
    source = '\n_("Save")\nN_("Later")\nngettext("{n} case", "{n} cases", 2)\nraise Refused("Not now")\n'
    assert compile_words.faults(house(tmp_path, source)) == [
        "ui/panel.py:2: no translation: 'Save'",
        "ui/panel.py:3: no translation: 'Later'",
        "ui/panel.py:4: no translation: '{n} case'",
        "ui/panel.py:5: no translation: 'Not now'",
    ]


def test_a_translation_with_other_placeholders_is_a_fault(tmp_path: Path) -> None:
    root = house(tmp_path, '_("{squad} waits", squad=1)', intake=entry("{squad} waits", "{sqad} 等待"))
    assert compile_words.faults(root) == [
        "intake.po:5: other placeholders than ui/panel.py:1: '{squad} waits' / '{sqad} 等待'"
    ]


def test_a_call_that_leaves_a_placeholder_empty_is_a_fault(tmp_path: Path) -> None:
    text = "{squad} has {n} open"
    source = f'raise Refused(N_("{text}"), squad=1)\n_("{text}", squad=1, n=2)\n'
    root = house(tmp_path, source, intake=entry(text, "{squad} 有 {n} 件"))
    assert compile_words.faults(root) == [f"ui/panel.py:1: {{n}} is not given a value: '{text}'"]


def test_an_f_string_cannot_be_translated(tmp_path: Path) -> None:
    root = house(tmp_path, "_(f'{squad} waits')")
    assert compile_words.faults(root) == ["ui/panel.py:1: an f-string cannot be translated; write {name} and name=…"]


def test_two_fragments_that_disagree_are_a_fault_and_two_that_agree_are_none(tmp_path: Path) -> None:
    source = '_("Save")\n_("Open")\n'
    alike = entry("Open", "打开")
    root = house(tmp_path, source, a=entry("Save", "保存") + alike, b=entry("Save", "存盘") + alike)
    assert compile_words.faults(root) == ["b.po:5: 'Save' is '存盘' here and '保存' in a.po:5"]


def test_an_unfinished_or_broken_fragment_is_a_fault(tmp_path: Path) -> None:
    unfinished = entry("Save", "") + "#, fuzzy\n" + entry("Open", "打开")
    root = house(tmp_path, '_("Open")', a=unfinished, b="msgid nothing\n")
    found = compile_words.faults(root)
    assert "a.po:5: not translated: 'Save'" in found
    assert any("still marked fuzzy: 'Open'" in fault for fault in found)
    assert any(fault.startswith("b.po:") for fault in found)


def test_what_the_source_no_longer_says_is_listed(tmp_path: Path) -> None:
    root = house(tmp_path, '_("Save")', a=entry("Save", "保存") + entry("Gone", "没了"))
    assert compile_words.unused(root) == ["a.po:8: 'Gone'"]
