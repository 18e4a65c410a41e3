"""Nothing leaves that nobody has said."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.fact_check import check_sentences, numbers_in


@pytest.mark.parametrize(
    ("text", "numbers"),
    [
        ("1,299.00 and 1299", {"1299"}),
        ("3,000,000", {"3000000"}),
        ("10,000.50", {"10000.5"}),
        ("20% off", {"20"}),
        ("１２ 件", {"12"}),
        ("12.5 cm", {"12.5"}),
        ("2026-11-20", {"2026", "11", "20"}),
        ("v1.2.3", {"1.2.3"}),
        ("007", {"7"}),
        ("36，37，38码", {"36", "37", "38"}),
        ("我170，52公斤", {"170", "52"}),
        ("十五天", {"15"}),
        ("两个月", {"2"}),
        ("三百二十元", {"320"}),
        ("一百零五元", {"105"}),
        ("三万元", {"30000"}),
        ("一万两千五百元", {"12500"}),
        ("三到五个工作日", {"3", "5"}),
        ("三个小时", {"3"}),
        ("百分之二十", {"20"}),
        ("八五折", {"85"}),
        ("二〇二六年", {"2026"}),
        ("一定，万一，十分，三思", set()),
        ("no number", set()),
    ],
)
def test_numbers_are_read_in_one_writing(text: str, numbers: set[str]) -> None:
    assert numbers_in(text) == numbers


@pytest.mark.parametrize(
    ("sentence", "known"),
    [
        ("It costs $1,299.", "price 1299.00"),
        ("Returns take 30 days [2].", "within 30 days"),
        ("退货期为15天。", "十五天内可退"),
        ("打八折，省百分之二十。", "20% 折扣, 8 折"),
        ("Only one of them is red, 1 in all.", "red"),
        ("You are 170 cm tall.", "我170，52公斤"),
        ("You have thirty days.", "within 30 days"),
        ("30 天内可退。", "Returns within thirty days."),
        ("It takes 3 days.", "3–5 days"),
        ("3到5个工作日送达。", "3 to 5 business days"),
        ("That is $8.", "| fee | 8 |"),
        ("11月20日前有效。", "valid until 2026-11-20"),
    ],
)
def test_what_is_known_passes_in_any_writing(sentence: str, known: str) -> None:
    checked = check_sentences(sentence, [known])
    assert checked.text == sentence
    assert checked.refused == ()


@pytest.mark.parametrize(
    ("sentence", "known", "strange"),
    [
        ("It costs $19.", "It costs $29.", "19"),
        ("It costs $1.299.", "1,299", "1.299"),
        ("You save 25%.", "20% off", "25"),
        ("It arrives in 3 to 5 days.", "in 3 days", "5"),
        ("三万元。", "三元", "30000"),
        ("五个工作日发货。", "三个工作日", "5"),
        ("省百分之三十。", "20%", "30"),
        ("On 2026-11-21.", "2026-11-20", "21"),
        # The number is there and counts something else.
        ("Returns cost $30.", "Returns are taken for 30 days.", "30"),
        ("It arrives in 5 days.", "It takes 5 business days.", "5"),
        ("满 30 元包邮。", "30 天内可退", "30"),
        ("It ships within two weeks.", "within 2 days", "2"),
        ("打 8 折。", "省 8%", "8"),
        ("It weighs 2 kg.", "2 lb", "2"),
    ],
)
def test_an_invented_number_is_refused_and_named(sentence: str, known: str, strange: str) -> None:
    checked = check_sentences(sentence, [known])
    assert (checked.text, checked.refused) == ("", ((sentence, strange),))


def test_only_the_sentence_that_fails_is_taken_out() -> None:
    text = "The kettle costs $40. It was $99 before. Ships in 2 days [1].\n\nAsk away!"
    checked = check_sentences(text, ["$40", "2 days"])
    assert checked.text == "The kettle costs $40. Ships in 2 days [1].\n\nAsk away!"
    assert checked.refused == (("It was $99 before.", "99"),)


def test_a_marker_is_no_number_and_its_number_no_fact() -> None:
    assert check_sentences("Yes [7].", [""]).refused == ()
    assert check_sentences("Yes, 7 days.", ["It is so [8]"]).refused == (("Yes, 7 days.", "7"),)


def test_words_are_checked_where_a_check_is_given_without_the_marker() -> None:
    seen: list[str] = []

    def supported(sentence: str) -> bool:
        seen.append(sentence)
        return "wool" in sentence

    checked = check_sentences("It is wool [1]. It flies.", [], supported)
    assert (checked.text, checked.refused) == ("It is wool [1].", (("It flies.", "unsupported"),))
    assert seen == ["It is wool.", "It flies."]


@given(st.lists(st.integers(2, 99_999), min_size=1, max_size=5), st.integers(2, 99_999))
def test_a_price_passes_exactly_when_some_fact_holds_it(known: list[int], told: int) -> None:
    facts = [f"It costs ¥{number:,}.00 today" for number in known]
    checked = check_sentences(f"That is {told} in all.", facts)
    assert (checked.refused == ()) is (told in known)


@given(st.text(max_size=80))
def test_a_text_that_repeats_itself_always_passes_and_loses_nothing(text: str) -> None:
    checked = check_sentences(text, [text.replace("[", "(").replace("]", ")")])
    assert checked.refused == ()


@given(st.integers(0, 99_999_999))
def test_a_chinese_numeral_reads_as_the_number_that_it_writes(number: int) -> None:
    assert numbers_in(f"{han(number)}元") == {str(number)}


def han(number: int) -> str:
    """Write a number in Chinese, as taught at school."""
    if number >= 10_000:
        rest = number % 10_000
        gap = "零" if 0 < rest < 1_000 else ""
        return f"{han(number // 10_000)}万{gap}{han(rest) if rest else ''}"
    digits = "零一二三四五六七八九"
    if number < 10:
        return digits[number]
    out, pending = "", False
    for value, unit in ((1000, "千"), (100, "百"), (10, "十"), (1, "")):
        digit = number // value % 10
        if digit:
            out += ("零" if pending and out else "") + digits[digit] + unit
            pending = False
        else:
            pending = True
    return out
