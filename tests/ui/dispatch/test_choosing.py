"""Deciding whom to send, without a window: places that stay, reasons that are kept."""

import pytest

from commandcenter.domain.sentences import Sentence
from commandcenter.domain.units import Squad
from commandcenter.errors import Incomplete
from commandcenter.live.recommendation import Aspect, Reason, Recommendation
from ui.dispatch.choosing import Choosing


def squad(name: str, points: float) -> Recommendation:
    record = Squad(id=name, code=name, name_zh=name, name_en=name, tier="township", domains=[])
    return Recommendation(record, points, (Reason(Aspect.PLACE, Sentence("near")),
                                           Reason(Aspect.CAUTION, Sentence("tired"))))  # fmt: skip


def choosing(*ranked: tuple[str, float]) -> Choosing:
    made = Choosing("case")
    made.take_in([squad(name, points) for name, points in ranked])
    return made


def cards(made: Choosing) -> list[str]:
    return [card.squad.id for card in made.cards]


def test_a_number_key_means_the_same_squad_while_the_case_is_looked_at() -> None:
    made = choosing(("a", 30), ("b", 20), ("c", 10), ("d", 5))
    made.take_in([squad("c", 40), squad("a", 30), squad("b", 20), squad("d", 5)])
    assert cards(made) == ["a", "b", "c"]
    assert made.best == "c"
    assert made.lead == "a"


def test_a_newcomer_takes_only_the_place_that_became_free() -> None:
    made = choosing(("a", 30), ("b", 20), ("c", 10), ("d", 5))
    made.take_in([squad("d", 50), squad("a", 30), squad("c", 20), squad("b", 1)])
    assert cards(made) == ["a", "d", "c"]


def test_the_reason_of_a_recommended_squad_is_offered_without_its_cautions() -> None:
    assert choosing(("a", 30), ("b", 20)).why_offered.words() == "near"


def test_a_reason_that_was_typed_stays_when_another_squad_is_chosen() -> None:
    made = choosing(("a", 30), ("b", 20))
    made.why_typed = "they know the place"
    made.choose("b")
    assert made.why == "they know the place"


def test_a_reason_left_as_it_was_offered_is_kept_for_every_language_and_one_that_was_typed_as_typed() -> None:
    made = choosing(("a", 30), ("b", 20))
    near = [{"message": "near", "params": {}}]
    assert made.fields()["why"].kept() == near
    made.why_typed = "near "  # touched, and put back as it was
    assert made.fields()["why"].kept() == near
    made.why_typed = "near, and they know the place"
    assert made.fields()["why"] == "near, and they know the place"


def test_an_emptied_reason_is_refused() -> None:
    made = choosing(("a", 30))
    made.why_typed = "   "
    with pytest.raises(Incomplete) as refused:
        made.fields()
    assert refused.value.field == "why"


def test_the_lead_does_not_assist_itself() -> None:
    made = choosing(("a", 30), ("b", 20))
    made.toggle_assisting("a")
    made.toggle_assisting("b")
    assert made.assisting == ["b"]
    made.choose("b")
    assert made.assisting == []


def test_who_decided_for_nobody_sends_nobody_until_a_squad_is_chosen() -> None:
    made = choosing(("a", 30), ("b", 20))
    made.decide_nothing()
    made.take_in([squad("a", 30), squad("b", 20)])
    with pytest.raises(Incomplete) as refused:
        made.fields()
    assert refused.value.field == "squad"
    made.choose("b")
    made.take_in([squad("a", 30), squad("b", 20)])
    assert made.fields()["squad"] == "b"


def test_what_was_recommended_is_kept_best_first_whatever_was_chosen() -> None:
    made = choosing(("a", 30), ("b", 20), ("c", 10), ("d", 5))
    made.take_in([squad("c", 40), squad("a", 30), squad("b", 20), squad("d", 5)])
    made.choose("b")
    made.note = " note "
    given = made.fields()
    assert given["squad"] == "b"
    assert given["note"] == "note"
    assert [kept["squad"] for kept in given["recommended"]] == ["c", "a", "b"]
    assert given["recommended"][0]["reasons"] == [
        {"message": "near", "params": {}}, {"message": "tired", "params": {}},
    ]  # fmt: skip
