"""Claims that leave nothing out need a source that leaves nothing out."""

from __future__ import annotations

import pytest

from assistant.overstating import overstated


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("纯羊毛", "70%绵羊毛 30%锦纶"),
        ("made of pure wool", "70% wool, 30% nylon"),
        ("所有商品都可以退", "服饰鞋履可以退"),
        ("Every item can be returned", "Clothes can be returned"),
        ("保证三天送到", "一般三天送到"),
        ("Only for members", "For members"),
        ("it never shrinks", "it shrinks little"),
        ("终身保修", "保修"),
    ],
)
def test_more_than_the_source_says_is_told(said: str, source: str) -> None:
    assert overstated(said, [source])
    assert not overstated(source, [source])


@pytest.mark.parametrize(
    ("said", "source"),
    [
        ("纯亚麻", "100%亚麻"),
        ("pure linen", "100 % linen"),
        ("全部可退", "All items can be returned"),
        ("只能用冷水洗", "Wash in cold water only"),
        ("纯色款有货", "有货"),
        ("全国包邮", "大陆地区包邮"),
        ("三只装", "三只"),
    ],
)
def test_the_same_in_other_words_or_no_claim_at_all_is_none(said: str, source: str) -> None:
    assert not overstated(said, [source])
