"""Which words of a search are looked up: the rarer ones, as long as they leave few texts."""

import pytest

from commandcenter.domain.rare_words import telling

MILLIONS = 10_000_000
OFTEN = {"里": 0.14, "东里": 0.03, "槐荫": 0.01, "66": 0.005, "中山": 0.02, "山东": 0.025, "垃圾": 0.3}


@pytest.mark.parametrize(
    ("phrases", "looked_up"),
    [
        ([["槐荫", "荫东", "东里", "里", "66"]], ["槐荫", "荫东", "66"]),
        ([["槐荫", "荫东"], ["垃圾"], ["66"]], ["槐荫", "荫东", "66"]),
        ([["中山", "山东", "东里", "里", "66"]], ["中山", "山东", "66"]),  # the first alone would leave too many
        ([["东里", "里", "66"]], None),
        ([["槐荫", "荫东"]], None),
        ([["垃圾"]], None),
        ([[]], None),
    ],
)
def test_what_is_said_often_is_not_looked_up_where_the_rest_leaves_few(
    phrases: list[list[str]], looked_up: list[str] | None
) -> None:
    assert telling(phrases, OFTEN, MILLIONS) == looked_up


def test_where_nothing_is_known_to_be_said_often_nothing_is_left_out() -> None:
    assert telling([["垃圾", "东里", "66"]], {}, MILLIONS) in (None, ["垃圾", "东里", "66"])
    assert telling([["垃圾", "东里", "66"]], {}, 100) == ["垃圾", "东里", "66"]
    assert telling([[]], {}, 100) is None
