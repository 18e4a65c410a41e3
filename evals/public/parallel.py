"""``parallel``: does a question in one language find the text in the other? Tatoeba sentence pairs.

A fixed sample of pairs whose sentences are all different. ``zh→en r@1``: the share of the Chinese
sentences whose English partner is found first among all English ones; the same the other way, and
within the first ten. The product's way is a whole one: the sentences of one language are the
passages of a shop, those of the other are asked.
"""

from __future__ import annotations

import asyncio
import random
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from evals.peers import bm25
from evals.peers.bare_embedder import BareEmbedder
from evals.peers.bm25 import Bm25
from evals.peers.peer import Embedded, Items, Peer, missing
from evals.peers.tokenizers import stems_and_words
from evals.public.figures import SetResult, System, system
from evals.public.published import published
from evals.public.ranking import recall
from evals.public.rows import read_tsv
from evals.public.sets import OnProgress
from evals.public.shops import Corpus, public_shop
from knowledge.catalog import Shop, ShopId
from knowledge.errors import Invalid
from knowledge.home import Home
from knowledge.importing.plain_text import read_plain_text
from knowledge.retrieval.encoders import multilingual
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.turn_search import find_passages

PAIRS: Final = "tatoeba_cmn_eng.tsv"
# As many as the LASER test has, for which figures are published.
SAMPLE: Final = 1_000
DEPTH: Final = 10
_SEED: Final = 0

Search = Callable[[str], list[str]]


class PairRow(BaseModel):
    """Two sentences that say the same; ``attribution`` names who wrote them."""

    model_config = ConfigDict(frozen=True)

    en: str = Field(min_length=1)
    zh: str = Field(min_length=1)
    attribution: str


@dataclass(frozen=True, slots=True)
class Side:
    """The sentences of one language, in the order of the pairs.

    Attributes:
        lang: Theirs.
        texts: Unique; ``keys`` names them by the place of their pair.
    """

    lang: str
    texts: Sequence[str]

    @property
    def keys(self) -> list[str]:
        return [f"{place:05}" for place in range(len(self.texts))]

    @property
    def shop(self) -> Shop:
        return Shop(ShopId(f"parallel-{self.lang}"), "Tatoeba", "zh-CN" if self.lang == "zh" else "en-US")


async def measure(folder: Path, home: Home, told: OnProgress) -> SetResult:
    """Measure the set; see the module for the metrics.

    Raises:
        Invalid: The file cannot be used (``usage_bad_data``).
    """
    rows = read_tsv(folder / PAIRS, PairRow, ("en", "zh", "attribution"))
    pairs = sample(rows, SAMPLE)
    zh, en = Side("zh", [pair.zh for pair in pairs]), Side("en", [pair.en for pair in pairs])
    found: dict[str, dict[str, dict[str, float]]] = {}
    skipped: list[str] = []
    for asked, written in ((zh, en), (en, zh)):
        for name, search in [("daogou", await _through_a_shop(home, asked, written, told)), *_peers(written, skipped)]:
            measured = await asyncio.to_thread(_measured, search, asked, written.lang)
            found.setdefault(name, {}).update(measured)
    return SetResult(
        name="parallel",
        title="sentences across languages, Tatoeba",
        measures="knowledge.retrieval.turn_search.find_passages, the passages in one language, the "
        "questions in the other",
        items=len(pairs),
        systems=(*(_system(name, values) for name, values in found.items()), *published("parallel")),
        notes=(
            f"{len(pairs)} of {len(rows)} pairs (seed {_SEED}), no sentence twice",
            "USE alone is the product's multilingual encoder without the rest of its search",
            *dict.fromkeys(skipped),
        ),
    )


def sample(rows: Sequence[PairRow], size: int) -> list[PairRow]:
    """Return at most so many pairs, no sentence of either language twice; the same ones every time.

    Raises:
        Invalid: There are fewer than two (``usage_bad_data``).
    """
    order = list(rows)
    random.Random(_SEED).shuffle(order)  # noqa: S311  a sample, no secret
    kept: list[PairRow] = []
    seen: set[str] = set()
    for row in order:
        if len(kept) < size and not {row.en.casefold(), row.zh} & seen:
            kept.append(row)
            seen |= {row.en.casefold(), row.zh}
    if len(kept) < 2:
        raise Invalid(f"{PAIRS}: fewer than two pairs.", code="usage_bad_data")
    return kept


async def _through_a_shop(home: Home, asked: Side, written: Side, told: OnProgress) -> Search:
    documents = [read_plain_text(key, text, key) for key, text in zip(written.keys, written.texts, strict=True)]
    # The index lives in memory: it goes on answering when its database is closed.
    async with public_shop(home, Corpus(written.shop, documents=documents), told) as shop:
        index = shop.index

    def search(text: str) -> list[str]:
        query = SearchQuery(text, asked.lang, DEPTH)
        return [hit.document.name for hit in asyncio.run(find_passages(index, query))]

    return search


def _peers(written: Side, skipped: list[str]) -> list[tuple[str, Search]]:
    encoder = multilingual()
    items = Items(written.keys, written.texts)
    peers: list[Peer] = [
        BareEmbedder("USE alone, cosine", items.keys, Embedded(encoder, encoder.encode(written.texts)))
    ]
    if told := missing(*bm25.NEEDS):
        skipped.append(f"skipped: BM25: {told}")
    else:
        peers.append(Bm25("BM25", items, stems_and_words))
    return [(peer.name, _searching(peer)) for peer in peers]


def _searching(peer: Peer) -> Search:
    return lambda text: peer.search(text, DEPTH)


def _measured(search: Search, asked: Side, lang: str) -> dict[str, dict[str, float]]:
    way = f"{asked.lang}→{lang}"
    first, ten = {}, {}
    for key, text in zip(asked.keys, asked.texts, strict=True):
        hits = search(text)
        first[key], ten[key] = recall(hits, [key], 1), recall(hits, [key], DEPTH)
    return {f"{way} r@1": first, f"{way} r@{DEPTH}": ten}


def _system(name: str, values: dict[str, dict[str, float]]) -> System:
    return system(name, "daogou" if name == "daogou" else "baseline", values)
