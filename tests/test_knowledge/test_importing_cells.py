"""Descriptions in HTML become text, and cells are tidied the same on the quick way as on the thorough one."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from knowledge.importing.assembly import VariantKeys
from knowledge.importing.cells import clean_text, read_flag, read_money, tidy
from knowledge.importing.html import plain_text


@pytest.mark.parametrize(
    ("html", "text"),
    [
        ("before <b>bold</b> after", "before bold after"),
        ("<p>one</p><ul><li>two</li><li>three</li></ul>", "one\n\n- two\n- three"),
        ("<table><tr><th>Waist</th><td>72 cm</td></tr><tr><th>Hip</th><td>96 cm</td></tr></table>",
         "Waist | 72 cm\nHip | 96 cm"),
        ("<head><title>Shop</title></head><style>p {color: red}</style><!-- draft -->kept", "kept"),
        ("closed twice</div></p> and on", "closed twice\nand on"),
        ("<![CDATA[<p>1 &lt; 2</p>]]>", "1 < 2"),
        ("<?xml version='1.0' encoding='gbk'?><p>羊毛</p>", "羊毛"),
        ("a\x00b\ud800<br>c", "ab\nc"),
        ("Wash at 30 degrees\nDry flat &amp; away from sun", "Wash at 30 degrees\nDry flat & away from sun"),
    ],
)  # fmt: skip
def test_a_description_keeps_its_words_lines_lists_and_tables(html: str, text: str) -> None:
    assert plain_text(html) == text


def test_a_description_nested_without_end_is_read_without_a_recursion_error() -> None:
    assert plain_text("<p>before</p>" + "<div>" * 5_000 + "deep" + "</div>" * 5_000) == "before"


@given(st.text(alphabet=st.sampled_from("a 羊\t\n\r\xa0\u3000\x07\u202e\ufeff\u200b"), max_size=12), st.integers(1, 12))
def test_the_quick_way_of_tidying_gives_what_the_thorough_one_gives(text: str, limit: int) -> None:
    assert tidy(text, limit) == " ".join(clean_text(text).split())[:limit].strip()


def test_a_cell_is_read_in_its_own_currency_however_often_it_comes() -> None:
    assert [str(read_money("12.50", currency)) for currency in ("USD", "EUR", "USD")] == ["$12.50", "€12.50", "$12.50"]
    assert read_flag("yes" + " " * 100) is True  # too long to be remembered


def test_variants_have_distinct_keys_though_a_sku_comes_twice() -> None:
    keys = VariantKeys()
    blue = (("Color", "Blue"),)
    told = [keys.next("A", blue), keys.next("A", blue), keys.next("A", blue), keys.next(None, ()), keys.next(None, ())]
    assert told == ["A", "Blue", "A Blue", "default", "variant 5"]
