"""Tokens for search and likeness, titles, and what is cleaned away."""

import sqlite3

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from commandcenter.domain import words


def test_chinese_runs_become_pairs_and_latin_words_stay() -> None:
    assert words.tokens("A3区噪音扰民,Station 332") == ["a3", "区噪", "噪音", "音扰", "扰民", "民", "station", "332"]


def test_full_width_case_and_control_characters_do_not_matter() -> None:
    assert words.tokens("ＡＢ\x00Ｃ１２") == words.tokens("abc12") == ["abc12"]
    assert words.tokens("line\nbreak") == ["line", "break"]


def _found(text: str, sought: str) -> bool:
    base = sqlite3.connect(":memory:")
    base.execute("create virtual table said using fts5(words)")
    base.execute("insert into said values (?)", [" ".join(words.tokens(text))])
    phrase = words.phrase(sought)
    hits = base.execute("select count(*) from said where said match ?", [f'"{phrase}"*']).fetchone()[0]
    base.close()
    return bool(hits)


@pytest.mark.parametrize("sought", ["米阳光", "A3区", "区联丰路", "区", "路12", "光", "A3区联", "12号", "号"])
def test_any_part_of_a_text_is_found_as_a_phrase(sought: str) -> None:
    assert _found("A3区联丰路12号一米阳光", sought)


def test_what_is_not_in_the_text_is_not_found() -> None:
    assert not _found("A3区联丰路12号一米阳光", "阳光米")
    assert words.phrase("，。！") == ""


@settings(deadline=None)
@given(st.text(alphabet="一米阳光噪音区A3b ,。", min_size=1, max_size=20), st.data())
def test_every_cut_that_begins_and_ends_at_chinese_characters_is_found(text: str, choice: st.DataObject) -> None:
    start = choice.draw(st.integers(0, len(text) - 1))
    cut = text[start:choice.draw(st.integers(start + 1, len(text)))]
    whole_word_start = start == 0 or not (text[start - 1].isascii() and text[start - 1].isalnum()
                                          and cut[0].isascii() and cut[0].isalnum())
    if words.phrase(cut) and whole_word_start:
        assert _found(text, cut)


def test_phrases_are_one_for_each_word_of_the_query() -> None:
    assert words.phrases("噪音 扰民　A3区") == ["噪音", "扰民", "a3 区"]


def test_an_endless_word_is_cut_to_what_databases_accept() -> None:
    assert [len(token) for token in words.tokens("x" * 5000)] == [words.LONGEST_TOKEN]


def test_likeness_is_one_for_the_same_and_zero_for_nothing_shared() -> None:
    some = words.tokens("小区噪音扰民严重")
    assert words.likeness(some, some) == 1.0
    assert words.likeness(some, words.tokens("道路积水")) == 0.0
    assert words.likeness(some, []) == 0.0
    assert 0.5 < words.likeness(some, words.tokens("小区噪音扰民")) < 1.0


def test_keywords_leave_grammar_and_politeness_out() -> None:
    said = "你好，请问我们小区的噪音什么时候有人管？噪音扰民，噪音严重"
    assert words.keywords(said, 1) == ["噪音"]
    assert not set(words.keywords(said, 20)) & {"你好", "请问", "我们", "区的", "什么"}


def test_clean_strips_control_characters_and_keeps_the_words_as_said() -> None:
    assert words.clean("\ufeff  你好，\x00世\x07界！\r\n\r\n \r\n第二\t段\u200b ") == "你好，世界！\n第二 段"
    assert words.clean("\x01\x02 \x1f") == ""


@settings(deadline=None)
@given(st.text())
def test_cleaning_twice_changes_nothing_more(text: str) -> None:
    once = words.clean(text)
    assert words.clean(once) == once
    assert "\x00" not in once


def test_a_title_is_the_first_sentence_without_greetings() -> None:
    assert words.title("尊敬的胡书记：您好！A市楼盘违规建设。请处理") == "A市楼盘违规建设"
    assert words.title("你好，我是F5县人") == "我是F5县人"
    assert words.title("") == ""


def test_a_long_title_is_cut_with_an_ellipsis_at_a_clause() -> None:
    long = words.title("座落在某某路米兰春天栋的一家摄影楼，据说年单这一个工作室营业额就上百万元人民币之多", 24)
    assert long == "座落在某某路米兰春天栋的一家摄影楼…"
    assert len(words.title("噪" * 400, 24)) <= 24
    assert words.title("x" * 400, 24) == "x" * 47 + "…"


def test_pinyin_initials_answer_to_chinese_and_keep_latin() -> None:
    assert words.pinyin_initials("派单 A3") == "pda3"
