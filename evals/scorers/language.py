"""Is the reply in the shopper's language?"""

from __future__ import annotations

import re

from evals.scorers.score import UNSCORED, Exchange, Score
from evals.wording import folded
from knowledge.text import has_han, language_of, sentences

_MARKER = re.compile(r"\s*\[\d+\]")


def reply_language(exchange: Exchange) -> Score:
    """Return 1 when the reply's own words are in the expected language.

    What it quotes from the shop, and the names of products, may be in the shop's.
    """
    wanted = exchange.expect.lang
    if wanted is None:
        return UNSCORED
    own = _own_words(exchange)
    if not has_han(own) and not any(character.isalpha() for character in own):
        own = exchange.text  # nothing but quotes and names: these were said, then
    got = language_of(own, default=wanted)
    return Score(float(got == wanted), "" if got == wanted else f"{got} instead of {wanted}")


def _own_words(exchange: Exchange) -> str:
    quotes = [str(citation.get("quote") or "") for citation in exchange.listed("citations")]
    written = folded("\n".join(quotes)) + (exchange.sources.written if exchange.sources else "")
    # The shop's rule stands after a colon of the assistant's ("The shop's own rule: …").
    lines = [part for line in exchange.text.splitlines() for part in re.split(r"(?<=[:：])", line)]
    pieces = [piece for line in lines for piece in sentences(_MARKER.sub("", line))]
    own = "\n".join(piece for piece in pieces if folded(piece).strip() not in written)
    titles = [str(card.get("title") or "") for card in exchange.listed("products")]
    titles += exchange.sources.titles if exchange.sources else ()
    for title in sorted(filter(None, titles), key=len, reverse=True):
        own = own.replace(title, " ")
    return own
