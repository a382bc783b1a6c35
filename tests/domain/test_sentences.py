"""Sentences made once are read in either language; every sentence of the clocks has its Chinese."""

import ast
import gettext
import io
import string
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path

import pytest
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from commandcenter import i18n
from commandcenter.domain import calendar, counting, deadlines, limits, sentences
from commandcenter.domain.calendar import DutyHours, WorkingCalendar
from commandcenter.domain.deadlines import Limit, Pause, deadline, time_left
from commandcenter.domain.sentences import Sentence

FRAGMENT = Path(i18n.CATALOGUES) / "zh_CN" / "clocks.po"
SHANGHAI = WorkingCalendar("Asia/Shanghai", DutyHours.parse("09:00-12:00, 13:30-17:30"))


def catalogue() -> gettext.GNUTranslations:
    compiled = io.BytesIO()
    with FRAGMENT.open("rb") as fragment:
        write_mo(compiled, read_po(fragment, locale="zh_CN"))
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@pytest.fixture
def chinese(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(i18n, "_catalogue", catalogue())


def marked(module: object) -> Iterator[str]:
    tree = ast.parse(Path(module.__file__).read_text("utf-8"))  # type: ignore[attr-defined]
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name):
            first = node.args[0] if node.func.id in {"N_", "_", "ngettext"} else None
            if isinstance(first, ast.Constant) and isinstance(first.value, str):
                yield first.value


def placeholders(text: str) -> set[str | None]:
    return {name for _text, name, _format, _conversion in string.Formatter().parse(text)} - {None}


@pytest.mark.parametrize("module", [calendar, counting, deadlines, limits, sentences])
def test_every_sentence_of_the_clocks_has_its_chinese_with_the_same_placeholders(module: object) -> None:
    with FRAGMENT.open("rb") as fragment:
        read = read_po(fragment, locale="zh_CN")
    found = list(marked(module))
    assert found
    for message in found:
        entry = read.get(message)
        assert entry is not None, message
        chinese = entry.string if isinstance(entry.string, str) else "".join(entry.string or ())
        assert chinese, message
        assert placeholders(chinese) == placeholders(message)


@pytest.mark.usefixtures("chinese")
def test_a_deadline_explains_itself_in_chinese() -> None:
    start = datetime(2026, 9, 29, 9, 10, tzinfo=SHANGHAI.zone)
    assert deadline(start, Limit.parse("2 wd"), SHANGHAI).explain() == [
        "自 2026-09-29（周二）09:10 起 2 个工作日",
        "09月29日（周二） 不计：开始的当日不计入",
        "09月30日（周三） 计入（第 1 天，共 2 天）",
        "10月01日（周四） 至 10月07日（周三） 不计：法定节假日：国庆节",
        "10月08日（周四） 计入（第 2 天，共 2 天）",
        "截止 2026-10-08（周四）17:30",
    ]


@pytest.mark.usefixtures("chinese")
@pytest.mark.parametrize(
    ("left", "words"),
    [(timedelta(minutes=17), "余 17 分"), (timedelta(minutes=-4), "超 4 分"),
     (timedelta(days=2, hours=3), "余 2 天 3 时")],
)  # fmt: skip
def test_time_left_is_short_in_chinese(left: timedelta, words: str) -> None:
    now = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI.zone)
    assert str(time_left(now + left, now).phrase) == words


def test_a_deadline_made_in_one_language_is_read_in_the_other(monkeypatch: pytest.MonkeyPatch) -> None:
    start = datetime(2026, 11, 24, 9, tzinfo=SHANGHAI.zone)
    result = deadline(start, Limit.parse("1 h"), SHANGHAI, [Pause(start, start + timedelta(hours=1))])
    english = result.explain()
    monkeypatch.setattr(i18n, "_catalogue", catalogue())
    assert english[0] == "1 hour from Tue 2026-11-24 09:00"
    assert result.explain()[0] == "自 2026-11-24（周二）09:00 起 1 小时"


def test_sentences_are_equal_when_they_say_the_same() -> None:
    assert Sentence("{day} left", day=date(2026, 11, 24)) == Sentence("{day} left", day=date(2026, 11, 24))
    assert Sentence("{day} left", day=date(2026, 11, 24)) != Sentence("{day} left", day=date(2026, 11, 25))
    spoken = Sentence("{day}: {length}", day=date(2026, 11, 24), length=timedelta(hours=1))
    assert str(spoken) == "Tue 11-24: 1 h"
