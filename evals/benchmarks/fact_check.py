"""How many deliberately wrong replies the fact check catches, and how many right ones it takes out.

Each shipped question is put to the embedded mind, so that the turn has read what it would; then
right and wrong sentences go through the very check that stands between a language model and the
shopper (`assistant.agent.llm_draft.checked_text`). No model is needed: the sentences are ours.
"""

from __future__ import annotations

import random
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import Any, Final

from assistant.agent.draft import Draft
from assistant.agent.finish import known_texts
from assistant.agent.grounded_model import DRAFT, results_of
from assistant.agent.llm_draft import Evidence, checked_text
from assistant.agent.minds import embedded_mind, messages_for
from assistant.agent.responder import ShopResponder
from assistant.agent.results import ProductRead
from assistant.fact_check import numbers_in
from assistant.reply import Action
from assistant.turn import TurnRequest
from evals.benchmarks.turn import questions
from evals.benchmarks.wrong_replies import Told, falsified, plain_statements
from evals.machine import in_words, machine, versions
from evals.metrics import wilson
from evals.shops import import_shipped, sandbox
from evals.targets import started_responder
from knowledge.catalog import Product, Shop
from knowledge.home import Home
from knowledge.text import language_of, sentences

OnProgress = Callable[[int, int], None]
_SEED: Final = 0
_STATEMENTS: Final = 3
RIGHT: Final = "right"
_SHORTEST: Final = 8


async def bench_fact_check(home: Home, shops: Sequence[str], most: int, told: OnProgress) -> dict[str, Any]:
    """Run the benchmark over shops that ship.

    Args:
        most: Questions to ask at most.
    """
    own = sandbox(home, shops)
    database = await own.open_database()
    counts: dict[tuple[str, str], list[bool]] = defaultdict(list)
    slipped: list[str] = []
    try:
        await import_shipped(own, database, shops)
        responder = await started_responder(own, database, sorted(shops))
        asked = questions(sorted(shops), most)
        where = machine()
        chance = random.Random(_SEED)  # noqa: S311  # no secret
        for done, case in enumerate(asked, start=1):
            shop = await responder.retriever.store.shop(case.shop)
            turn = case.turns[0]
            request = TurnRequest(shop, f"cv_{done}", turn.text, f"tr_{done}", (), turn.page_product)
            for way, lang, text, passed in await _checked(responder, request, shop, chance):
                counts[way, lang].append(passed)
                if passed is not (way == RIGHT):
                    slipped.append(f"{way}: {text}")
            told(done, len(asked))
        await responder.close()
    finally:
        await database.close()
    return {
        "bench": "fact_check",
        "shops": list(shops),
        "questions": len(asked),
        "figures": {f"{way} {lang}": _figure(way, passed) for (way, lang), passed in sorted(counts.items())},
        "wrong caught": _figure("", [p for (way, _), all_of in counts.items() if way != RIGHT for p in all_of]),
        "right taken out": _figure(RIGHT, [p for (way, _), all_of in counts.items() if way == RIGHT for p in all_of]),
        "examples": slipped[:: max(1, len(slipped) // 40)],
        "machine": where,
        "versions": versions(),
    }


async def _checked(
    responder: ShopResponder, request: TurnRequest, shop: Shop, chance: random.Random
) -> Sequence[tuple[str, str, str, bool]]:
    """Return way, language and text of each sentence, and whether it passed the check."""
    context = await responder.understood(request)
    state = await embedded_mind().ainvoke({"messages": list(messages_for(context))}, context=context)
    draft: Draft = state["messages"][-1].additional_kwargs[DRAFT]
    results = results_of(state["messages"])
    evidence = Evidence.of(context, results)
    lang = context.understanding.lang
    known = frozenset(n for text in known_texts(context, evidence.facts, results, draft) for n in numbers_in(text))
    read = [result.product for result in results if isinstance(result, ProductRead)]
    others = [p for p in _sample(context.index.products.values(), chance) if p not in read and p.lang == lang]
    right = list(sentences(draft.text)) if draft.action is Action.ANSWER else []
    # What stands in a quotation says something; the rest is words around it, and no claim. A quotation
    # in the shop's language is no sentence of a model that writes the shopper's.
    quotes = [citation.quote for citation in draft.citations]
    whole = [text for text in right if len(text) >= _SHORTEST and any(text in quote for quote in quotes)]
    told = [Told(text, lang, None, others, known) for text in whole if language_of(text, lang) == lang]
    for product in read:
        plain = list(plain_statements(product, lang)) if product.lang == lang else []
        told += [
            Told(text, lang, product, others, known) for text in chance.sample(plain, min(_STATEMENTS, len(plain)))
        ]
    found = [(RIGHT, lang, one.text, _passes(evidence, one.text)) for one in told]
    passed = {text for _, _, text, ok in found if ok}
    # A sentence that does not pass when it is right proves nothing when it is wrong.
    for one in told:
        if one.text in passed:
            found += [(way, lang, false, _passes(evidence, false)) for way, false in falsified(one, chance)]
    return found


def _passes(evidence: Evidence, text: str) -> bool:
    return not checked_text(evidence, text).refused


def _sample(products: Iterable[Product], chance: random.Random) -> list[Product]:
    there = list(products)
    return chance.sample(there, min(30, len(there)))


def _figure(way: str, passed: Sequence[bool]) -> dict[str, float]:
    """Return the share taken out, with its 95 % interval."""
    out = sum(not one for one in passed)
    low, high = wilson(out, len(passed))
    return {"n": len(passed), "taken_out": out / len(passed) if passed else 0.0, "low": low, "high": high}


def as_text(result: Mapping[str, Any]) -> str:
    """Return the figures for a terminal."""
    lines = [
        f"fact check, {result['questions']} questions to {', '.join(result['shops'])}",
        f"{'':24}{'n':>7}{'taken out':>11}",
    ]
    rows = {**result["figures"], "wrong, all": result["wrong caught"], "right, all": result["right taken out"]}
    for name, row in rows.items():
        lines.append(f"{name:24}{int(row['n']):>7}{row['taken_out']:>10.1%}  ({row['low']:.1%} to {row['high']:.1%})")
    lines.append(in_words(result["machine"]))
    return "\n".join(lines)
