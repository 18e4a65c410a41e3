"""The part of a passage that answers."""

from __future__ import annotations

import itertools
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.quoting import MOST_LATIN, as_text, excerpt, statements
from knowledge.text import has_han

FILLER = " ".join(f"We write more about the history of the shop in chapter number {n}." for n in range(12))
LIST = """These cannot be returned:
- **Opened** candles
- Worn [socks](https://shop.example/socks)
- Gift cards"""
TABLE = """| Country | Days | Fee |
|---|:---:|---|
| UK | 3 |  |
| France | 5 | $9 |"""


def about(*wanted: str) -> Callable[[str], float]:
    return lambda text: sum(word in text.casefold() for word in wanted) / len(wanted)


def test_a_short_passage_is_quoted_whole() -> None:
    text = "Returns are free. Send it back within 30 days."
    assert as_text(excerpt(text, about("nothing"))) == text


def test_of_a_long_passage_only_what_speaks_about_the_question_is_quoted() -> None:
    text = f"{FILLER} Engraving takes two days. {FILLER}"
    assert as_text(excerpt(text, about("engraving"))) == "Engraving takes two days."


def test_a_condition_beside_a_statement_is_kept() -> None:
    text = f"{FILLER} Engraving takes two days. However, not before Christmas. {FILLER}"
    assert as_text(excerpt(text, about("engraving"))) == "Engraving takes two days. However, not before Christmas."
    zh = "我们的店铺历史悠久，这里写了很多很多别的内容。" * 12
    assert (
        as_text(excerpt(f"{zh}刻字需要两天。但圣诞节前除外。{zh}", about("刻字"))) == "刻字需要两天。但圣诞节前除外。"
    )


def test_the_sentence_with_what_is_asked_for_is_quoted_too() -> None:
    text = f"{FILLER} Lamps travel as freight. Each carries a surcharge of $29. {FILLER} Rugs cost $40 more."
    assert as_text(excerpt(text, about("lamps"), lambda said: "$" in said)) == (
        "Lamps travel as freight. Each carries a surcharge of $29."
    )
    assert as_text(excerpt(text, about("lamps"), lambda said: "amps" in said)) == "Lamps travel as freight."


def test_a_row_of_another_matter_is_not_added_for_its_number() -> None:
    text = f"{FILLER} Lamps travel as freight.\n{FILLER}\n{TABLE}"
    assert as_text(excerpt(text, about("lamps"), lambda said: "$" in said)) == "Lamps travel as freight."


def test_an_item_is_quoted_with_the_line_that_opens_its_list() -> None:
    chosen = excerpt(f"{FILLER}\n\n{LIST}\n\n{FILLER}", about("socks"))
    assert as_text(chosen) == "These cannot be returned:\n- Worn socks"


def test_an_opening_line_is_quoted_with_its_whole_list() -> None:
    chosen = excerpt(f"{FILLER}\n\n{LIST}\n\n{FILLER}", about("returned"))
    assert as_text(chosen) == "These cannot be returned:\n- Opened candles\n- Worn socks\n- Gift cards"


def test_a_row_of_a_table_is_quoted_with_its_column_names_and_without_empty_cells() -> None:
    assert [s.plain for s in statements(TABLE)] == ["- Country: UK; Days: 3", "- Country: France; Days: 5; Fee: $9"]
    assert as_text(excerpt(f"{FILLER}\n\n{TABLE}", about("france"))) == "- Country: France; Days: 5; Fee: $9"
    assert [s.plain for s in statements("| 国家 | 天数 |\n|---|---|\n| 法国 | 5 |")] == ["- 国家: 法国；天数: 5"]


def test_two_tables_have_their_own_column_names() -> None:
    plain = [s.plain for s in statements("| A |\n|---|\n| 1 |\n\nText.\n\n| B |\n|---|\n| 2 |")]
    assert plain == ["- A: 1", "Text.", "- B: 2"]


def test_items_without_an_opening_line_come_under_their_heading() -> None:
    items = statements("- Opened candles\n- Gift cards")
    assert as_text(items, "Not returnable") == "Not returnable:\n- Opened candles\n- Gift cards"
    assert as_text(items, "What is not returnable?").startswith("What is not returnable?\n- ")
    assert as_text(statements("- 蜡烛"), "不可退") == "不可退：\n- 蜡烛"
    assert as_text(statements("No candles."), "Not returnable") == "No candles."


@pytest.mark.parametrize("bullet", ["-", "*", "•", "1.", "2)", "3、"])
def test_any_bullet_makes_an_item(bullet: str) -> None:
    (only,) = statements(f"{bullet} Keep the tag on")
    assert (only.plain, only.is_item) == ("- Keep the tag on", True)


def test_a_quotation_stays_within_twice_the_most_that_is_read_without_scrolling() -> None:
    text = " ".join(
        f"Engraving of kind {n} takes two days and is done by hand in the workshop upstairs." for n in range(60)
    )
    chosen = excerpt(text, about("engraving"))
    assert chosen
    assert sum(len(statement.plain) for statement in chosen) <= 2 * MOST_LATIN


lines = st.lists(
    st.sampled_from(
        [
            "Returns are free. But not gifts!",
            "# 标题",
            "退货须知：",
            "- one",
            "* **two**",
            "1. 三",
            "| a | b |",
            "|---|---|",
            "| 1 | 2 |",
            "",
            "   ",
            "> quoted text?",
            "Price: 1.5 cm. Next",
            "\t- indented",
        ]
    ),
    max_size=14,
)


@given(lines, st.sampled_from(["\n", "\n\n", "\r\n"]))
def test_every_statement_is_a_verbatim_span_and_they_stand_in_order(found: list[str], ending: str) -> None:
    text = ending.join(found)
    cut = statements(text)
    for statement in cut:
        span = text[statement.start : statement.end]
        assert span == span.strip() != ""
        assert set(statement.plain) - set(span) <= set("- :;；ab12")
        assert has_han(statement.plain) == has_han(span) or "|" in span
    spans = [(s.start, s.end) for s in cut]
    assert all(before[1] <= after[0] for before, after in itertools.pairwise(spans))


@given(lines, st.sampled_from(["one", "退货", "returns"]))
def test_an_excerpt_is_a_part_of_the_statements_in_their_order(found: list[str], asked: str) -> None:
    text = "\n".join([*found, FILLER])
    everything = statements(text)
    chosen = excerpt(text, about(asked))
    assert chosen
    places = [everything.index(statement) for statement in chosen]
    assert places == sorted(set(places))
