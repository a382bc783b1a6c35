"""What may stand in one cell of a pack."""

import pytest

from commandcenter.exchange import pack_cells
from commandcenter.exchange.pack_faults import Wrong


@pytest.mark.parametrize("text", ["=1+1", "@SUM(A1)", "+1+A1", "＝1+1", "＠SUM(A1)", "＋A1", "－A1"])
def test_a_formula_is_no_word_however_wide_its_sign_is(text: str) -> None:
    with pytest.raises(Wrong, match="spreadsheet formula"):
        pack_cells.words(text)


@pytest.mark.parametrize("text", ["+86 991 5550201", "-12", "a=b", "甲＝乙"])
def test_a_number_and_a_sign_among_words_are_none(text: str) -> None:
    assert pack_cells.words(text) == text
