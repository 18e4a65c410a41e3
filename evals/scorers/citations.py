"""Are the citations true: do the sources say the quoted words, and do these words hold the fact?"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import PurePosixPath
from typing import Any

from assistant.reply import Action
from evals.scorers.score import UNSCORED, Exchange, Score, share
from evals.wording import folded, says

# Of these cases the source is the nearest text, which does not settle the question.
NOT_SETTLED = frozenset({"unanswerable", "ambiguous"})


def citations_verbatim(exchange: Exchange) -> Score:
    """Return the share of the citations whose quote stands in the named source, at the named span.

    An answer from which a fact is expected, and that shows no source, product, size, order or offer,
    gets 0: its claims have none.
    """
    citations = exchange.listed("citations")
    if not citations:
        bare = not any(exchange.reply.get(key) for key in ("products", "size", "order", "offer"))
        wrong_at_all = bare and exchange.action == Action.ANSWER and _fact_is_expected(exchange)
        return Score(0.0, "an answer without a source") if wrong_at_all else UNSCORED
    if exchange.sources is None:
        return UNSCORED
    held = [(c, exchange.sources.holds(c)) for c in citations]
    wrong = [f"[{c['n']}] is not what {c['id']} says" for c, holds in held if holds is False]
    checked = sum(holds is not None for _, holds in held)
    return share(checked - len(wrong), checked, "; ".join(wrong))


def citations_hold_fact(exchange: Exchange) -> Score:
    """Return 1 when a cited quote holds the fact: the words that prove the case, or those a right answer needs.

    Judged for answers to settled cases with a document as their source.
    """
    case, source = exchange.case, exchange.case.source
    last = exchange.turn == len(case.turns) - 1
    if exchange.action != Action.ANSWER or source is None or not last or NOT_SETTLED & set(case.tags):
        return UNSCORED
    if Action.ANSWER not in exchange.expect.action or "documents/" not in source.file:
        return UNSCORED
    citations = exchange.listed("citations")
    for citation in citations:
        if _same_file(citation, source.file) and _overlap(citation["quote"], source.quote):
            return Score(1.0, f"[{citation['n']}]")
        if any(says(citation["quote"], one) for entry in exchange.expect.must_say for one in entry):
            return Score(1.0, f"[{citation['n']}]")
    cited = ", ".join(str(citation["id"]) for citation in citations) or "nothing"
    return Score(0.0, f"cited {cited}; the fact is in {source.file}: {source.quote}")


def _fact_is_expected(exchange: Exchange) -> bool:
    expect = exchange.expect
    return bool(expect.must_say or expect.documents or expect.products or "unanswerable" in exchange.case.tags)


def _same_file(citation: Mapping[str, Any], file: str) -> bool:
    return PurePosixPath(str(citation["id"])).name == PurePosixPath(file).name


def _overlap(quote: str, proof: str) -> bool:
    """Tell whether one holds the other; the cases quote tables and lists with their Markdown marks."""
    one, other = ("".join(character for character in folded(text) if character.isalnum()) for text in (quote, proof))
    return bool(one) and bool(other) and (one in other or other in one)
