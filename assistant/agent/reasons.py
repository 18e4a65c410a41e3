"""Why a reply is as sure as it is, in words that a merchant understands."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Final

from assistant.agent.context import TurnContext
from assistant.agent.sureness import kind_of
from assistant.agent.verdict import Verdict
from assistant.calibration import Kind, Signals
from assistant.escalation import Step
from assistant.grounding import MOSTLY
from assistant.model_signals import ModelSignals
from assistant.reply import HandoffReason
from assistant.understanding.intents import SMALL_TALK
from knowledge.text import Lang

MOST: Final = 3
# A signal that moves the log-odds by less is no reason worth reading.
LEAST: Final = 0.15
# What a signal says when it makes the answer likelier than usual, and when less likely.
_SIGNALS: Final[dict[str, tuple[dict[Lang, str], dict[Lang, str]]]] = {
    "support": (
        {"zh": "检索与问题吻合得好", "en": "the search fits the question well"},
        {"zh": "检索与问题吻合得不好", "en": "the search fits the question poorly"},
    ),
    "read": (
        {"zh": "读下来，资料说到了所问的", "en": "as it reads, the source says what is asked"},
        {"zh": "读下来，资料未必说到所问的", "en": "as it reads, the source may not say what is asked"},
    ),
    "lead": (
        {"zh": "没有别的资料同样接近", "en": "no other text comes as near"},
        {"zh": "别处的资料同样接近", "en": "another text comes as near"},
    ),
    "share": (
        {"zh": "资料覆盖了问题的 {share}%", "en": "the source covers {share}% of the question"},
        {
            "zh": "资料只覆盖了问题的 {share}%{without}",
            "en": "the source covers only {share}% of the question{without}",
        },
    ),
    "passage": (
        {"zh": "出自店铺的说明文件", "en": "it stands in the shop's documents"},
        {"zh": "不是出自店铺的说明文件", "en": "it does not stand in the shop's documents"},
    ),
    "sentence": (
        {"zh": "出自商品描述", "en": "it is a sentence of the product's description"},
        {"zh": "只是商品描述里的一句话", "en": "it is only a sentence of the product's description"},
    ),
    "english": (
        {"zh": "问题和资料都是英文，判断更准", "en": "question and source are both English, which is told better"},
        {"zh": "问题和资料都是英文", "en": "question and source are both English"},
    ),
    "finding": (
        {"zh": "这不像是在找商品", "en": "it does not look for products"},
        {"zh": "这更像是在找商品", "en": "it rather looks for products"},
    ),
    "named": (
        {"zh": "指明了商品", "en": "the product is named"},
        {"zh": "没有指明商品", "en": "no product is named"},
    ),
}


_MODEL_S: Final[dict[str, tuple[dict[Lang, str], dict[Lang, str]]]] = {
    "sure": (
        {"zh": "语言模型措辞没有犹豫", "en": "the language model did not hesitate over its words"},
        {
            "zh": "语言模型对措辞没有把握（{share}%）",
            "en": "the language model hesitated over its words ({share}%)",
        },
    ),
    "figures": (
        {"zh": "语言模型对数字有把握", "en": "the language model was sure of the figures"},
        {
            "zh": "语言模型对数字没有把握（{share}%）",
            "en": "the language model was not sure of a figure ({share}%)",
        },
    ),
    "agreement": (
        {"zh": "重写一遍说法一致", "en": "a second draft states the same"},
        {
            "zh": "重写一遍只有 {share}% 的说法一致",
            "en": "a second draft states only {share}% of the same",
        },
    ),
}


def with_model_s(reasons: tuple[str, ...], signals: ModelSignals, lang: Lang) -> tuple[str, ...]:
    """Return the reasons with a language model's own: first what lowered the confidence, last what did not.

    What did not lower it is told where there is room, for it raised nothing either.
    """
    effects = signals.effects()
    lowering = [name for name, effect in effects.items() if effect <= -LEAST]
    rest = [name for name in reversed(effects) if effects[name] == 0]

    def worded(name: str) -> str:
        return _MODEL_S[name][name in lowering][lang].format(share=round(signals.told()[name] * 100))

    return (*map(worded, lowering), *reasons, *map(worded, rest))[:MOST]


def reasons_together(verdicts: Sequence[Verdict], context: TurnContext) -> tuple[str, ...]:
    """Return the strongest reasons for the confidence of a reply, each told once, at most three."""
    told = dict.fromkeys(reason for verdict in verdicts for reason in reasons_of(verdict, context))
    return tuple(told)[:MOST]


def reasons_of(verdict: Verdict, context: TurnContext) -> list[str]:
    """Return the strongest reasons for the confidence of a verdict, in the language of the reply."""
    lang: Lang = context.understanding.lang
    if verdict.question.intent in SMALL_TALK or verdict.reason is HandoffReason.SHOPPER_ASKED:
        return []
    kind = kind_of(verdict)
    known = context.signals.get(verdict.question.text)
    if kind in (Kind.DOCUMENT, Kind.PAGE) and known is not None:
        told = list(_strongest(known[0], context, verdict, lang))
        return told[:MOST] or [_worded("share", known[0], verdict, lang, likelier=known[0].share >= MOSTLY)]
    if kind is not None and kind is not Kind.PRODUCTS:
        return ["来自店铺的结构化数据" if lang == "zh" else "read from the shop's typed data"]
    if kind is Kind.PRODUCTS and verdict.found and verdict.found[0].match.share:
        share = round(verdict.found[0].match.share * 100)
        return [f"商品符合所求的 {share}%" if lang == "zh" else f"the product meets {share}% of what is sought"]
    if verdict.step is Step.CALL_PERSON:
        return ["店铺资料里没有足够的依据" if lang == "zh" else "the shop's files do not support an answer"]
    return []


def _strongest(signals: Signals, context: TurnContext, verdict: Verdict, lang: Lang) -> Iterator[str]:
    for name, effect in context.calibration.effects(signals):
        if abs(effect) >= LEAST:
            yield _worded(name, signals, verdict, lang, likelier=effect > 0)


def _worded(name: str, signals: Signals, verdict: Verdict, lang: Lang, *, likelier: bool) -> str:
    words = ("、" if lang == "zh" else ", ").join(unit.text for unit in verdict.supports[0].missing[:3])
    without = (f"，没有提到：{words}" if lang == "zh" else f", and does not mention {words}") if words else ""
    return _SIGNALS[name][not likelier][lang].format(share=round(signals.share * 100), without=without)
