"""How a message is worded tells what it is for where its topic does not."""

from __future__ import annotations

import pytest

from assistant.understanding.intents import IntentClassifier, example_texts
from assistant.understanding.wording import Wordings, runs
from knowledge.retrieval.encoders import multilingual
from knowledge.text import language_of


@pytest.fixture(scope="module")
def intents() -> IntentClassifier:
    return IntentClassifier.over(multilingual())


def test_a_text_is_cut_into_runs_of_up_to_three_and_knows_where_it_begins_and_ends() -> None:
    assert runs("Can I?") == ["can", "i", "?", "^ can", "can i", "i ?", "? $", "^ can i", "can i ?", "i ? $"]
    assert "退 了 吗" in runs("退了吗")


def test_numbers_are_all_the_same_word_and_marks_of_both_scripts_too() -> None:
    assert runs("买了69块的？") == runs("买了1,299块的?")


def test_a_text_of_unknown_runs_has_no_features() -> None:
    wordings = Wordings(["where is it", "where is she", "is it here"])
    found = wordings.features(["where is he", "完全不同"])
    assert found.shape[0] == 2
    assert found[0].nnz > 0
    assert found[1].nnz == 0


@pytest.mark.parametrize(
    ("text", "intent"),
    [
        ("I opened the box, can it still go back", "shop_question"),
        ("please take the lamp I bought back", "order_change"),
        ("这件拆了包装还让退吗", "shop_question"),
        ("帮我把昨天那单退了", "order_change"),
        ("is afterpay ok", "shop_question"),
        ("学生有优惠吗", "shop_question"),
        ("给我便宜二十块我就拿下", "bargain"),
    ],
)
def test_a_question_about_a_rule_is_told_from_a_wish_about_the_same(
    intents: IntentClassifier, text: str, intent: str
) -> None:
    assert text not in example_texts()
    assert intents.classify({text: multilingual().encode([text])[0]}, language_of(text)).intent == intent


def test_examples_are_read_in_simplified_script() -> None:
    assert not {"請問", "嗎", "這個"} & {part for text in example_texts("zh") for part in (text[:2], text[-1:])}
