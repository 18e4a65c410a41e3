"""Which models serve the search, and which of them serves which pair of languages.

Measured, not assumed: MiniLM lifts English search and knows no Chinese; the packaged multilingual encoder
carries Chinese and every search across languages, and makes English search worse. A model that the
operator names serves every pair; the packaged multilingual one stands in for it until it has joined.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import partial
from typing import Final

from knowledge.home import KnowledgeSettings
from knowledge.retrieval.close_look import CloseLook
from knowledge.retrieval.encoders import ENGLISH, MULTILINGUAL, Encoder, english, multilingual, named_encoder
from knowledge.retrieval.remote_encoder import openai_encoder
from knowledge.retrieval.rerank import Reranker, named_reranker

LANGUAGES: Final = ("zh", "en")
CHOSEN: Final = "chosen"
DEFAULT: Final = "default"


@dataclass(frozen=True, slots=True)
class Use:
    """A space that may serve a pair of languages.

    Attributes:
        weight: Of its ranking in the fusion, beside BM25's (`shelf`).
        look: How the head of the fusion is looked at again; None leaves it as it is. It is given where it
            was measured: what a difference of cosines means, each space has for itself.
    """

    space: str
    weight: float
    look: CloseLook | None = None


# For a query's and an item's language the spaces that may serve, the best first: the first that has joined does.
Pairs = Mapping[tuple[str, str], tuple[Use, ...]]


@dataclass(frozen=True, slots=True)
class Space:
    """A space of vectors and the encoder that makes them.

    Attributes:
        load: Returns the encoder, the same one every time; may take seconds.
        model: The encoder's name where that is known without loading it.
        at_hand: A question takes it milliseconds, so that one may wait for it in the event loop.
    """

    key: str
    load: Callable[[], Encoder]
    model: str | None = None
    at_hand: bool = True


@dataclass(frozen=True, slots=True)
class RerankerChoice:
    """A reranker and what it may cost.

    Attributes:
        depth: How many of the first hits it reads.
        budget_seconds: After so long the hits that it has not read stay in their order.
    """

    load: Callable[[], Reranker]
    depth: int
    budget_seconds: float


def _packaged_pairs(within_chinese: float, within_english: CloseLook | None = None) -> Pairs:
    across = (Use(MULTILINGUAL, 1.0),)
    return {
        # Until the English encoder is there; the multilingual one may help English, not lead.
        ("en", "en"): (Use(ENGLISH, 1.0, within_english), Use(MULTILINGUAL, 0.5)),
        ("zh", "zh"): (Use(MULTILINGUAL, within_chinese),),
        ("zh", "en"): across,
        ("en", "zh"): across,
    }


_MULTILINGUAL_SPACE: Final = Space(MULTILINGUAL, multilingual, MULTILINGUAL)
_PASSAGE_PAIRS: Final = _packaged_pairs(within_chinese=1.0)
# The multilingual encoder alone finds Chinese names of goods half as well as BM25 (zh_products, MRR@10
# .24 against .50): at 1.0 the fusion is worse than BM25 alone, at 0.2 it is not.
#
# Within English MiniLM orders a few products far better than the fusion (chorus, the judged pool reranked, nDCG@10
# .93 against .89) and finds far worse among all (.61 against .84): so it has its say once they are found. From 0.2
# to 0.5 and from 0.3 to 0.6 these weights make no difference of more than .01.
_PRODUCT_PAIRS: Final = _packaged_pairs(within_chinese=0.2, within_english=CloseLook(words=0.3, fused=0.5))


@dataclass(frozen=True, slots=True)
class SearchModels:
    """The models of one installation.

    Attributes:
        spaces: In the order in which they join. The packaged multilingual one is the first of every
            choice: it is there at once, understanding reads by it, the confidence in an answer was
            fitted on its cosines, and it tells whose hit comes next where languages meet.
        names: Of the models, the reranker's included, as the settings name them: what was fitted with
            others is not to be used.
    """

    spaces: tuple[Space, ...] = (_MULTILINGUAL_SPACE, Space(ENGLISH, english, ENGLISH))
    passages: Pairs = field(default_factory=lambda: _PASSAGE_PAIRS)
    products: Pairs = field(default_factory=lambda: _PRODUCT_PAIRS)
    reranker: RerankerChoice | None = None
    names: tuple[str, ...] = (MULTILINGUAL, ENGLISH)

    def item_languages(self, space: str) -> frozenset[str]:
        """Return the languages whose items are embedded in a space."""
        return frozenset(item for _, item in self._served_by(space))

    def query_languages(self, space: str) -> frozenset[str]:
        """Return the languages whose queries a space serves."""
        return frozenset(query for query, _ in self._served_by(space))

    def _served_by(self, space: str) -> list[tuple[str, str]]:
        return [
            pair
            for pairs in (self.passages, self.products)
            for pair, uses in pairs.items()
            if any(use.space == space for use in uses)
        ]


def search_models(settings: KnowledgeSettings) -> SearchModels:
    """Return the models that the settings name; nothing is loaded yet."""
    reranker, more = None, (settings.reranker,) if settings.reranker else ()
    if settings.reranker:
        load = partial(named_reranker, settings.reranker)
        reranker = RerankerChoice(load, settings.rerank_depth, settings.rerank_budget_seconds)
    if settings.embedding_model == DEFAULT:
        return SearchModels(reranker=reranker, names=(MULTILINGUAL, ENGLISH, *more))
    return SearchModels(
        (_MULTILINGUAL_SPACE, Space(CHOSEN, _encoder(settings), at_hand=False)),
        _led_by(CHOSEN, _PASSAGE_PAIRS),
        _led_by(CHOSEN, _PRODUCT_PAIRS),
        reranker,
        (MULTILINGUAL, settings.embedding_model, *more),
    )


def _encoder(settings: KnowledgeSettings) -> Callable[[], Encoder]:
    scheme, colon, model = settings.embedding_model.partition(":")
    if scheme == "openai" and colon:
        key = settings.embedding_api_key
        return partial(
            openai_encoder, model, settings.embedding_base_url, key.get_secret_value() if key is not None else None
        )
    return partial(named_encoder, settings.embedding_model)


def _led_by(space: str, pairs: Pairs) -> Pairs:
    """Put one space before every pair, and let the multilingual one stand in for it."""
    return {
        pair: (Use(space, 1.0), *(use for use in uses if use.space == MULTILINGUAL)) for pair, uses in pairs.items()
    }
