"""How likely a language model held its own words: log-probabilities of tokens, brought to sentences."""

from __future__ import annotations

import codecs
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final, NamedTuple

# A token of which half a character was dropped may leave so many characters out of step, not more.
OUT_OF_STEP: Final = 12


class Token(NamedTuple):
    """A token of a reply: its bytes, and the natural logarithm of its probability."""

    content: bytes
    log_probability: float


def tokens_of(told: Sequence[Mapping[str, Any]]) -> list[Token]:
    """Return the tokens as an OpenAI-compatible endpoint tells them; those it tells no odds of are left out.

    A token may be part of a character: then only its ``bytes`` tell what it is.
    """
    return [
        Token(bytes(one["bytes"]) if one.get("bytes") else str(one["token"]).encode(), float(one["logprob"]))
        for one in told
        if one.get("logprob") is not None
    ]


def odds_in(sentences: Sequence[str], tokens: Sequence[Token]) -> tuple[float | None, float | None]:
    """Return how sure a model was of these sentences, and of their figures.

    Args:
        sentences: As they stand in the reply, in its order; marks of citations may have been taken out.
        tokens: Of the whole reply.

    Returns:
        The geometric mean probability of their tokens, and the probability of the least likely token
        with a digit; None where there is nothing to tell from.
    """
    written = list(_characters(tokens))
    of_sentences: dict[int, None] = {}
    of_figures: dict[int, None] = {}
    at = 0
    for sentence in sentences:
        at = _start(sentence, written, at)
        for character in sentence:
            place = next(
                (i for i in range(at, min(at + OUT_OF_STEP, len(written))) if written[i][0] == character), None
            )
            if place is None:
                continue
            at, token = place + 1, written[place][1]
            of_sentences[token] = None
            if character.isdigit():
                of_figures[token] = None
    logs = [tokens[i].log_probability for i in of_sentences]
    least = min((tokens[i].log_probability for i in of_figures), default=None)
    sure = math.exp(sum(logs) / len(logs)) if logs else None
    return sure, None if least is None else math.exp(least)


def _start(sentence: str, written: Sequence[tuple[str, int]], at: int) -> int:
    """Return where a sentence begins: sentences before it may have been taken out."""
    text = "".join(character for character, _ in written[at:])
    # Its head is enough, and its tail may have lost a mark.
    return at + max(0, text.find(sentence[:OUT_OF_STEP]))


def _characters(tokens: Sequence[Token]) -> Iterator[tuple[str, int]]:
    """Yield each character with the token that completes it."""
    decoder = codecs.getincrementaldecoder("utf-8")("ignore")
    for index, token in enumerate(tokens):
        for character in decoder.decode(token.content):
            yield character, index
