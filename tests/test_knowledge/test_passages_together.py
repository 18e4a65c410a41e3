"""A rule, its conditions and its exceptions are one passage, however the text is written, in both languages."""

from __future__ import annotations

from itertools import pairwise

import pytest

from knowledge.importing.documents import ENORMOUS, LIMIT
from knowledge.importing.markdown import read_markdown
from knowledge.importing.plain_text import read_plain_text

FILL_EN = "Parcels leave our warehouse on working days and reach most places within the week. " * 13
FILL_ZH = "包裹在工作日从仓库发出，大部分地区一周之内送到，节假日顺延。" * 15
RULE_EN, RULE_ZH = "Opened cosmetics may be returned within 14 days.", "拆封的化妆品可以在十四天内退货。"
EXCEPTIONS_EN = [
    "Except for mascara, which we never take back.",
    "This does not apply to mascara.",
    "However, mascara is never taken back.",
    "Only if the seal of the mascara is whole.",
    "**Exceptions:** mascara and lip balm.",
    "Unless the mascara was faulty on arrival.",
]
EXCEPTIONS_ZH = [
    "但睫毛膏除外。",
    "除睫毛膏以外均可退。",
    "例外：睫毛膏不退。",
    "其中睫毛膏不支持退货。",
    "不适用于睫毛膏。",
]


def passage_with(text: str, words: str, *, markdown: bool) -> str:
    read = read_markdown if markdown else read_plain_text
    (found,) = [p.text for p in read("d", text, "d").passages if words in p.text]
    return found


@pytest.mark.parametrize("markdown", [True, False])
@pytest.mark.parametrize("exception", EXCEPTIONS_EN)
def test_an_exception_stays_with_its_rule_in_english(exception: str, *, markdown: bool) -> None:
    text = f"# Returns\n\n{FILL_EN}\n\n{RULE_EN}\n\n{exception}\n\n{FILL_EN}\n"
    assert RULE_EN in passage_with(text, exception, markdown=markdown)
    text = f"# Returns\n\n{FILL_EN[:1080]}\n\n{RULE_EN}\n\n{exception}\n\n{FILL_EN}\n"
    assert RULE_EN in passage_with(text, exception, markdown=markdown)


@pytest.mark.parametrize("markdown", [True, False])
@pytest.mark.parametrize("exception", EXCEPTIONS_ZH)
def test_an_exception_stays_with_its_rule_in_chinese(exception: str, *, markdown: bool) -> None:
    for fill in (FILL_ZH, FILL_ZH[:470]):
        text = f"# 退货\n\n{fill}\n\n{RULE_ZH}\n\n{exception}\n\n{FILL_ZH}\n"
        assert RULE_ZH in passage_with(text, exception, markdown=markdown)


def test_a_list_stays_with_the_line_above_it_and_the_exception_below() -> None:
    items = "\n".join(f"- condition number {n} of the many that we set for returns" for n in range(12))
    for intro in ("You may return it if:", "Conditions for returns", "**You may return it if:**"):
        text = f"# Returns\n\n{FILL_EN}\n\n{intro}\n\n{items}\n\nExcept underwear.\n\n{FILL_EN}\n"
        found = passage_with(text, "Except underwear.", markdown=True)
        assert found.startswith(intro)
        assert "condition number 0 " in found
        assert "condition number 11 " in found
        assert FILL_EN[:80] not in found


def test_a_table_stays_with_its_caption_and_its_exception() -> None:
    rows = "\n".join(f"| Land {n} | {n} kr | within {n + 2} working days |" for n in range(30))
    table = f"| Country | Fee | Time |\n|---|---|---|\n{rows}"
    text = f"# Fees\n\n{FILL_EN}\n\nFees by country\n\n{table}\n\nBut members pay nothing.\n"
    found = passage_with(text, "members pay nothing", markdown=True)
    assert found.startswith("Fees by country")
    assert "| Land 29 |" in found


def test_numbered_conditions_in_plain_chinese_stay_together() -> None:
    conditions = "\n".join(f"{n}. 第{n}个条件是商品和包装要保持完好不影响再次销售；" for n in range(1, 8))
    lines = "\n".join(f"仓库每天发货，第{n}批下午出库。" for n in range(30))
    text = f"退货规则\n\n{lines}\n以下情况可以退货：\n{conditions}\n但内衣除外。\n{lines}\n"
    found = passage_with(text, "但内衣除外", markdown=False)
    assert "以下情况可以退货：" in found
    assert "1. 第1个条件" in found
    assert "7. 第7个条件" in found


def test_nothing_grows_beyond_bounds_and_every_word_is_in_one_passage() -> None:
    text = "# Rules\n\n" + "\n\n".join(f"But rule {n} says: nothing of kind {n} is taken." for n in range(400))
    document = read_markdown("d", text, "d")
    assert max(len(p.text) for p in document.passages) <= LIMIT["en"] * ENORMOUS
    spans = [(p.start, p.end) for p in document.passages]
    assert all(left[1] <= right[0] for left, right in pairwise(spans))
    kept = sum(len(p.text.replace("\n", "")) for p in document.passages)
    assert kept == len(text.removeprefix("# Rules").replace("\n", ""))
