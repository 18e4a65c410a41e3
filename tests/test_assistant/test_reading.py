"""Reading texts with a question in mind: what answers before what is only near, in both languages and across them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from assistant.calibration import Calibration
from assistant.facts import Fact, FactKind, as_read
from assistant.grounding import MOST_READ, READ_FROM, Grounding, Support
from assistant.reading.reader import TextReader, read_reader
from knowledge.errors import Invalid
from tests.library import product

RETURNS = "Returns › Worn shoes\nShoes worn outdoors cannot come back. Unworn pairs may, within 30 days, in their box."
ISLANDS = "Delivery › Islands\nParcels to the Hebrides take two days longer and cost £4. We don't deliver on Sundays."
CARE = "Merino Sock › Care\nHand wash at 30 °C, dry flat."
KEMO = "配送 › 港澳台与海外\n香港、澳门可寄小件，首重 1 公斤 38 元，5–8 天到。带电池的东西不能寄。"
REPAIR = "售后 › 保修\n电机和电池保修两年，自签收日起算。人为摔落、进水不在保修内。"


@pytest.fixture(scope="module")
def reader() -> TextReader:
    return read_reader()


PAIRS = [
    (RETURNS, "walked the dog in them twice, can i still send them back", "who pays the postage of a return"),
    (RETURNS, "都没穿过，一个月内能退吗", "退货的运费谁出"),
    (ISLANDS, "how much extra for stornoway in the Hebrides", "can i collect it at the ferry port"),
    (CARE, "能用洗衣机烘干吗", "有没有灰色的"),
    (KEMO, "寄到香港多少钱", "能寄到台湾的便利店自提吗"),
    (KEMO, "how long does a parcel to Macau take", "can I pay in Hong Kong dollars"),
    (REPAIR, "用了一年半，电机不转了，免费修吗", "修好要等几天"),
    (REPAIR, "I dropped it and it cracked, is that covered", "where do I send it for repair"),
]


def test_what_is_answered_reads_surer_than_what_is_only_near(reader: TextReader) -> None:
    """Of two questions to a text one in seven is taken for the other (`reader.toml`): not every pair need hold."""
    odds = [(reader.log_odds(answered, [text])[0], reader.log_odds(near, [text])[0]) for text, answered, near in PAIRS]
    assert sum(answers > seems for answers, seems in odds) >= len(PAIRS) - 1


def test_the_text_that_answers_reads_surer_than_the_others(reader: TextReader) -> None:
    texts = [RETURNS, ISLANDS, CARE, KEMO, REPAIR]
    asked_of = {
        "can i return boots i wore outside": RETURNS,
        "how much longer do the hebrides take": ISLANDS,
        "怎么洗": CARE,
        "进水了还保修吗": REPAIR,
        "how do i wash merino socks": CARE,
        "澳门几天能到": KEMO,
        "are broken motors mended for free": REPAIR,
    }
    odds = {question: reader.log_odds(question, texts) for question in asked_of}
    right = [texts[told.index(max(told))] == asked_of[question] for question, told in odds.items()]
    assert sum(right) >= len(asked_of) - 1


def test_traditional_script_and_full_width_marks_read_alike(reader: TextReader) -> None:
    (simplified,) = reader.log_odds("寄到澳门，要几天？", [KEMO])
    (traditional,) = reader.log_odds("寄到澳門,要幾天?", [KEMO])
    assert traditional == pytest.approx(simplified, abs=0.2)


def test_what_was_read_is_read_once(reader: TextReader, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{CARE} Made in Porto."
    first = reader.log_odds("where is it made", [text, RETURNS])
    calls: list[Any] = []
    monkeypatch.setattr(reader._network, "read", lambda *args: calls.append(args))
    monkeypatch.setattr(reader._network, "log_odds", lambda *args: calls.append(args))
    assert reader.log_odds("where is it made", [RETURNS, text]) == first[::-1]
    assert calls == []


def test_each_text_reads_as_it_does_alone_whatever_stands_beside_it(reader: TextReader) -> None:
    together = reader.log_odds("does it shrink", [RETURNS, CARE, "A\nb", KEMO])
    alone = [reader.log_odds("does it shrink ", [text])[0] for text in (RETURNS, CARE, "A\nb", KEMO)]
    assert together == pytest.approx(alone, abs=1e-3)


@pytest.mark.parametrize("question", ["", "？", " ", "😀", "\x00", "长" * 5_000, "a" * 20_000, "𠮷野家"])
def test_any_text_can_be_read(reader: TextReader, question: str) -> None:
    (odds,) = reader.log_odds(question, [RETURNS])
    assert -30 < odds < 30
    assert reader.log_odds("size?", [question]) == reader.log_odds("size?", [question])


@pytest.mark.parametrize("content", [b"", b"\x00" * 64, b"not weights"], ids=["empty", "zeros", "words"])
def test_weights_that_cannot_be_read_are_refused_with_the_way_to_make_some(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "reader.safetensors"
    path.write_bytes(content)
    with pytest.raises(Invalid, match="fit-reader") as refused:
        read_reader(path)
    assert refused.value.code == "reader_unreadable"


class ByName:
    """A reader that gives each text what its name says."""

    def __init__(self, odds: dict[str, float]) -> None:
        self._odds = odds
        self.read: list[str] = []

    def log_odds(self, question: str, texts: Sequence[str]) -> list[float]:
        self.read += texts
        return [self._odds[text.split("\n")[0].split(" › ")[-1]] for text in texts]


def held(label: str, probability: float, kind: FactKind = FactKind.PASSAGE) -> Support:
    fact = Fact(kind, label, "told", "en", "document", "a.md", "Sock", "2026-11-01")
    return Support(fact, probability, 0.5, 0.5, ())


def asked(text: str, *products: str) -> Any:
    return SimpleNamespace(text=text, as_read=text, reference=SimpleNamespace(products=products))


def grounded(reader: ByName) -> Grounding:
    calibration = Calibration({"bias": 0.0, "near": 1.0, "read": 1.0, "unread": -2.0})
    nothing: Any = None
    fake: Any = reader
    return Grounding(nothing, nothing, fake, calibration)


def test_what_reads_as_the_answer_is_told_before_what_lies_nearer() -> None:
    question = asked("how long")
    reader = ByName({"near": -3.0, "right": 3.0})
    first, second = grounded(reader).read(question, [held("near", 0.7), held("right", 0.4)])
    assert (first.fact.label, second.fact.label) == ("right", "near")
    assert (first.near, first.read) == (0.4, 3.0)
    assert first.probability > 0.9 > 0.4 > second.probability


def test_typed_values_are_not_read_and_keep_their_probability() -> None:
    question = asked("how much")
    reader = ByName({"text": -5.0})
    price = held("price", 0.9, FactKind.PRICE)
    told = grounded(reader).read(question, [held("text", 0.95), price])
    assert told[0] == price
    assert reader.read == ["text\ntold"]


def test_of_the_attributes_of_the_product_that_is_meant_nearness_tells_better() -> None:
    weight = held("weight", 0.6, FactKind.ATTRIBUTE)
    reader = ByName({"weight": -5.0})
    assert grounded(reader).read(asked("how heavy", "sock"), [weight]) == [weight]
    (of_any,) = grounded(reader).read(asked("how heavy"), [weight])
    assert of_any.probability < 0.1


def test_only_the_likeliest_are_read_and_the_rest_stay_behind_them() -> None:
    question = asked("how long")
    reader = ByName({f"t{n}": 1.0 for n in range(MOST_READ + 3)})
    supports = [held(f"t{n}", 0.5 - n / 100) for n in range(MOST_READ + 3)]
    told = grounded(reader).read(question, list(reversed(supports)))
    assert [support.fact.label for support in told] == [support.fact.label for support in supports]
    assert [support.read is not None for support in told] == [True] * MOST_READ + [False] * 3


def test_what_lies_far_off_is_not_read() -> None:
    reader = ByName({"near": 1.0, "far": 9.0})
    told = grounded(reader).read(asked("how long"), [held("far", READ_FROM / 2), held("near", 0.5)])
    assert [support.fact.label for support in told] == ["near", "far"]
    assert reader.read == ["near\ntold"]


def test_what_was_read_ahead_is_not_read_again(reader: TextReader, monkeypatch: pytest.MonkeyPatch) -> None:
    text = f"{ISLANDS} Read ahead."
    reader.keep([text])
    monkeypatch.setattr(reader._network, "read", lambda *_: pytest.fail("read again"))
    assert reader.log_odds("to skye?", [text])


def test_the_sentences_of_a_page_are_read_ahead_and_its_typed_values_are_not() -> None:
    kept: list[str] = []
    keeps: Any = SimpleNamespace(keep=kept.extend)
    nothing: Any = None
    page = product("sock", "Boot Sock", "Warm as toast. Never shrinks.", attributes=[("Care", "Cold wash")])
    Grounding(nothing, nothing, keeps).read_pages_ahead([page])
    assert kept == ["Boot Sock › Description\nWarm as toast.", "Boot Sock › Description\nNever shrinks."]
    Grounding(nothing, nothing).read_pages_ahead([page])


def test_a_text_is_read_under_its_heading() -> None:
    passage = held("Delivery › Islands", 0.5).fact
    assert as_read(passage) == "Delivery › Islands\ntold"
    assert as_read(replace(passage, kind=FactKind.ATTRIBUTE, label="Care")) == "Sock › Care\ntold"
    assert as_read(replace(passage, kind=FactKind.DESCRIPTION)) == "Sock › Description\ntold"
    assert as_read(replace(passage, kind=FactKind.DESCRIPTION, lang="zh")) == "Sock › 描述\ntold"
