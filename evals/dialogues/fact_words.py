"""What a reply asks the shopper for: by its typed fields, and by its words where only words are there."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from types import MappingProxyType
from typing import Any, Final

from evals.wording import folded

# Words that name a fact in a question, by its key. Patterns over folded text.
FACT_WORDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "height": r"身高|多高|个子|\bheight\b|how tall",
        "weight": r"体重|多重|多少斤|公斤|\bweigh",
        "chest": r"胸围|上围|\bchest\b|\bbust\b",
        "waist": r"腰围|\bwaist\b",
        "hip": r"臀围|\bhips?\b",
        "foot": r"脚长|\bfoot\b|\bfeet\b",
        "neck": r"领围|颈围|\bneck\b|\bcollar\b",
        "order_no": r"订单号|订单编号|\border (number|no\b|id)",
        "phone_last4": r"后四位|后4位|尾号|手机号|\blast (four|4)\b|phone number",
        "product": r"哪[一]?[款件个双条]|商品名|什么商品|具体是?哪|which (product|one|item|style|piece)"
        r"|name the product|product'?s? name|\bits name\b",
        "size": r"(多大|哪个|什么|平时.{0,4})尺?码|what size (do|did) you|which size",
        "budget": r"预算|价位|\bbudget\b|price range|how much .{0,20}spend",
        "colour": r"颜色|什么色|哪个色|\bcolou?r\b",
        "use": r"用途|场合|用在|做什么用|\boccasion\b|use it for|what .{0,12} for\b",
        "gender": r"男款|女款|男士还是|女士还是|男生还是|女生还是|\bmen'?s or\b|\bwomen'?s or\b",
        "region": r"寄到哪|收货地|哪个省|哪个地区|什么地方|where .{0,20}(ship|send|live|deliver)"
        r"|which (state|country|region)",
        "phone_model": r"机型|手机型号|什么手机|哪款手机|phone model|which (phone|iphone)",
        "skin": r"肤质|皮肤类型|\bskin type\b",
        "payment": r"付款方式|怎么付|支付方式|how .{0,12}\bpa(y|id)\b|payment method",
    }
)
# The measurements that `reply.size.missing` names.
_MEASURES: Final = frozenset({"height", "weight", "chest", "waist", "hip", "foot", "neck"})
_SENTENCE = re.compile(r"[^。！？!?\n.]+[。！？!?\n.]?")
_REQUEST = re.compile(
    r"[?]|请(提供|告诉|发|报|给)|告诉我|报一下|还需要你|需要您的|麻烦.{0,6}(发|提供|报)"
    r"|\b(please|could you|can you) (tell|send|give|share|provide|let)|\btell me\b|\bi (still )?need your\b"
)


def asked_for(reply: Mapping[str, Any], own_words: Mapping[str, Sequence[str]] | None = None) -> tuple[str, ...]:
    """Return the keys of the facts that a reply asks for, in the order of `FACT_WORDS`, own ones last.

    A reply that says of itself that it asks (``clarify``) is read whole; of any other only the
    sentences that ask or request, so that "see your order number in the mail" asks for nothing.

    Args:
        reply: As in the HTTP contract; a foreign one may have nothing but ``text``.
        own_words: Further words of a question, by key.
    """
    # Some measures are named with their unit: `weight_kg`.
    typed = [str(name).partition("_")[0] for name in (reply.get("size") or {}).get("missing") or ()]
    asks = reply.get("action") == "clarify"
    if asks and any(name in _MEASURES for name in typed):
        return tuple(dict.fromkeys(name for name in typed if name in _MEASURES))
    text = folded(str(reply.get("text") or ""))
    if not asks:
        text = "\n".join(part for part in _SENTENCE.findall(text) if _REQUEST.search(part))
    found = [key for key, pattern in FACT_WORDS.items() if re.search(pattern, text)]
    for key, words in (own_words or {}).items():
        if key not in found and any(folded(word) in text for word in words):
            found.append(key)
    return tuple(found)
