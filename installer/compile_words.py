"""Merges the translations in ``resources/i18n/zh_CN/*.po`` into the one compiled file the program reads.

``--check`` compares them with the source instead and lists every fault: a sentence without a translation,
a translation whose placeholders differ, two fragments that disagree, a call that fills no placeholder.
"""

import argparse
import ast
import string
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.mofile import write_mo
from babel.messages.pofile import PoFileError, read_po

ROOT = Path(__file__).resolve().parent.parent
LANGUAGE = "zh_CN"
SOURCES = ("commandcenter", "ui")
COMPILED = Path("resources/i18n") / f"{LANGUAGE}.mo"

# What a call is named, and how many of its first arguments are sentences.
SPEAKING = {"_": 1, "N_": 1, "translate": 1, "ngettext": 2}
REFUSING = {"Refused", "NotAllowed", "IllegalMove", "Incomplete", "Conflict", "Unavailable"}


@dataclass(frozen=True)
class Sentence:
    """One sentence for the user as the source has it; ``many`` is its plural, or empty."""

    one: str
    many: str
    where: str

    @property
    def key(self) -> tuple[str, str]:
        """What a translation must match."""
        return self.one, self.many


@dataclass
class Words:
    """Every translation of the fragments, with the faults met while merging them."""

    texts: dict[tuple[str, str], tuple[str, str]] = field(default_factory=dict)  # key → text, fragment
    faults: list[str] = field(default_factory=list)


def placeholders(text: str) -> set[str]:
    """The names in braces. Raises ValueError for braces that do not match."""
    fields = (name for _, name, _, _ in string.Formatter().parse(text) if name is not None)
    return {name.split(".")[0].split("[")[0] for name in fields}


def _key(message: Message) -> tuple[str, str]:
    return (message.id, "") if isinstance(message.id, str) else (message.id[0], message.id[1])


def _text(message: Message) -> str:
    # Chinese has one form for every number.
    forms = message.string or ""
    return forms if isinstance(forms, str) else forms[0]


def read(root: Path = ROOT) -> Words:
    """Every fragment, in the order of the files' names."""
    words = Words()
    for file in sorted((root / "resources/i18n" / LANGUAGE).glob("*.po")):
        try:
            with file.open("rb") as lines:
                catalogue = read_po(lines, locale=LANGUAGE, charset="utf-8", abort_invalid=True)
        except (PoFileError, ValueError) as fault:
            words.faults.append(f"{file.name}: {fault}")
            continue
        for message in catalogue:
            if message.id:
                _add(words, message, file.name)
    return words


def _add(words: Words, message: Message, fragment: str) -> None:
    key, text = _key(message), _text(message)
    where = f"{fragment}:{message.lineno}"
    if message.context is not None:
        words.faults.append(f"{where}: the program knows no contexts (msgctxt)")
    if message.fuzzy:
        words.faults.append(f"{where}: still marked fuzzy: {key[0]!r}")
    if not text:
        words.faults.append(f"{where}: not translated: {key[0]!r}")
        return
    known, first = words.texts.setdefault(key, (text, where))
    if known != text:
        words.faults.append(f"{where}: {key[0]!r} is {text!r} here and {known!r} in {first}")


def compile_words(words: Words, target: Path) -> None:
    """Write the one file the program reads."""
    catalogue = Catalog(locale=LANGUAGE, charset="utf-8", project="commandcenter")
    for (one, many), (text, _) in words.texts.items():
        catalogue.add((one, many) if many else one, (text,) if many else text)
    target.parent.mkdir(parents=True, exist_ok=True)
    unfinished = target.with_suffix(".mo.part")
    with unfinished.open("wb") as compiled:
        write_mo(compiled, catalogue)
    unfinished.replace(target)


def _named(call: ast.Call) -> str:
    function = call.func
    return function.attr if isinstance(function, ast.Attribute) else getattr(function, "id", "")


def _literal(argument: ast.expr) -> str | None:
    """The sentence an argument is, also inside ``N_(…)``; None where it is computed."""
    if isinstance(argument, ast.Call) and _named(argument) == "N_" and argument.args:
        argument = argument.args[0]
    return argument.value if isinstance(argument, ast.Constant) and isinstance(argument.value, str) else None


def _unfilled(call: ast.Call, texts: list[str], name: str) -> set[str]:
    """The placeholders that a call with named parameters leaves empty. One without any is filled elsewhere."""
    given = {keyword.arg for keyword in call.keywords}
    if None in given or not (given or name in REFUSING or name == "ngettext"):
        return set()
    wanted = set().union(*(placeholders(text) for text in texts))
    return wanted - {name for name in given if name} - ({"n"} if name == "ngettext" else set())


def sentences(source: str, file: str) -> Iterator[Sentence | str]:
    """Every sentence of a source file, and in between the faults of the calls that speak them, as text."""
    for call in ast.walk(ast.parse(source, file)):
        if not isinstance(call, ast.Call):
            continue
        name = _named(call)
        count = 1 if name in REFUSING else SPEAKING.get(name, 0)
        spoken = call.args[:count]
        where = f"{file}:{call.lineno}"
        if any(isinstance(argument, ast.JoinedStr) for argument in spoken):
            yield f"{where}: an f-string cannot be translated; write {{name}} and name=…"
        texts = [text for text in map(_literal, spoken) if text]
        if not texts or len(texts) < count:
            continue
        try:
            empty = _unfilled(call, texts, name)
        except ValueError as fault:
            yield f"{where}: {fault}: {texts[0]!r}"
            continue
        yield from (f"{where}: {{{hole}}} is not given a value: {texts[0]!r}" for hole in sorted(empty))
        yield Sentence(texts[0], texts[1] if count > 1 else "", where)


def used(root: Path = ROOT) -> Iterator[Sentence | str]:
    """Every sentence of the program's source, and the faults of the calls that speak them."""
    for folder in SOURCES:
        for file in sorted((root / folder).rglob("*.py")):
            yield from sentences(file.read_text(encoding="utf-8"), str(file.relative_to(root)))


def _differs(sentence: Sentence, text: str) -> bool:
    try:
        return placeholders(text) != placeholders(sentence.many or sentence.one)
    except ValueError:
        return True


def faults(root: Path = ROOT) -> list[str]:
    """Everything wrong between the source and the translations, with file and line."""
    words = read(root)
    found = list(words.faults)
    for sentence in used(root):
        if isinstance(sentence, str):
            found.append(sentence)
            continue
        text, where = words.texts.get(sentence.key, ("", ""))
        if not text:
            found.append(f"{sentence.where}: no translation: {sentence.one!r}")
        elif _differs(sentence, text):
            found.append(f"{where}: other placeholders than {sentence.where}: {sentence.one!r} / {text!r}")
    return list(dict.fromkeys(found))


def unused(root: Path = ROOT) -> list[str]:
    """Translations whose sentence the source no longer has."""
    spoken = {sentence.key for sentence in used(root) if isinstance(sentence, Sentence)}
    return [f"{where}: {key[0]!r}" for key, (_, where) in read(root).texts.items() if key not in spoken]


def main() -> int:
    """Compile; or with ``--check`` list the faults and end with 1 where there are any."""
    choice = argparse.ArgumentParser(description=__doc__)
    choice.add_argument("--check", action="store_true", help="compare with the source; write nothing")
    choice.add_argument("--unused", action="store_true", help="list what the source no longer says; write nothing")
    told = choice.parse_args()
    if told.check or told.unused:
        found = faults() if told.check else unused()
        print("\n".join(found) if found else "Nothing found.")
        return 1 if found and told.check else 0
    words = read()
    compile_words(words, ROOT / COMPILED)
    for fault in words.faults:  # the program starts all the same; the tests do not pass
        print(fault, file=sys.stderr)
    return 0


if __name__ == "__main__":
    sys.exit(main())
