"""The retrieval peers: each does what its name says, and one that is not installed is told by name."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import pytest

from evals.peers import peer as peers
from evals.peers import tokenizers
from evals.peers.bare_embedder import BareEmbedder
from evals.peers.bm25 import Bm25
from evals.peers.langchain_ensemble import LangChainEnsemble
from evals.peers.peer import Embedded, Items, missing
from evals.peers.rank_fusion import RankFusion
from knowledge.retrieval.encoders import Vectors

TEXTS = {
    "kettle": "Copper kettles for tea",
    "mug": "Stoneware mug",
    "scarf": "Wool scarf, grey",
    "hat": "Wool hat",
    "lamp": "Desk lamp",
    "rug": "Flatwoven cotton rug",
}
ITEMS = Items(list(TEXTS), list(TEXTS.values()))


class Directions:
    """An encoder of three meanings: tea things, wool things, the rest."""

    name = "directions"
    dim = 3

    def encode(self, texts: Sequence[str]) -> Vectors:
        rows = [self._row(text.lower()) for text in texts]
        return np.array(rows, np.float32)

    encode_queries = encode

    def _row(self, text: str) -> list[float]:
        tea = any(word in text for word in ("kettle", "mug", "tea", "brew"))
        wool = any(word in text for word in ("wool", "warm"))
        return [float(tea and not wool), float(wool), float(not tea and not wool)]


EMBEDDED = Embedded(Directions(), Directions().encode(ITEMS.texts))


def test_bm25_finds_by_stems_and_leaves_out_what_shares_no_word() -> None:
    bm25 = Bm25("BM25", ITEMS, tokenizers.english_stems)
    assert bm25.search("KETTLE", 10) == ["kettle"]
    assert set(bm25.search("wool", 10)) == {"scarf", "hat"}
    assert bm25.search("wool", 1) == ["hat"]  # the shorter text
    assert bm25.search("brewing", 10) == []
    assert bm25.search("wool", 10, allowed=["scarf", "lamp", "unknown"]) == ["scarf"]


def test_the_bare_embedder_ranks_every_item_by_cosine_and_ties_by_place() -> None:
    bare = BareEmbedder("bare", ITEMS.keys, EMBEDDED)
    assert bare.search("brew", 2) == ["kettle", "mug"]
    assert bare.search("brew", 10)[:2] == ["kettle", "mug"]
    assert len(bare.search("brew", 10)) == len(TEXTS)
    assert bare.search("something warm", 1, allowed=["mug", "hat"]) == ["hat"]
    assert bare.search("brew", 3, allowed=[]) == []


def test_rank_fusion_weighs_its_parts_and_reads_them_to_its_depth() -> None:
    lexical = Bm25("BM25", ITEMS, tokenizers.english_stems)
    dense = BareEmbedder("bare", ITEMS.keys, EMBEDDED)
    # "lamp" by its word, "kettle" by meaning: 2/61 against 1/61.
    assert RankFusion("RRF", [(2.0, lexical), (1.0, dense)]).search("lamp to brew by", 2) == ["lamp", "kettle"]
    assert RankFusion("RRF", [(0.01, lexical), (1.0, dense)]).search("lamp to brew by", 2) == ["kettle", "mug"]
    assert len(RankFusion("RRF", [(1.0, dense)], depth=3).search("brew", 10)) == 3
    assert RankFusion("RRF", [(1.0, lexical), (1.0, dense)]).search("wool", 5, allowed=["hat", "mug"])[0] == "hat"


def test_the_ensemble_as_it_comes_takes_four_of_each_and_knows_no_case() -> None:
    as_it_comes = LangChainEnsemble.as_it_comes("as it comes", ITEMS, EMBEDDED)
    tuned = LangChainEnsemble.tuned("tuned", ITEMS, EMBEDDED, tokenizers.english_stems)
    found = as_it_comes.search("kettle", 50)
    assert 4 <= len(found) < len(TEXTS) + 1
    assert len(found) == len(set(found))
    assert len(tuned.search("kettle", 50)) == len(TEXTS)
    # "LAMP": only lower-casing finds the word, and the encoder calls everything else the rest.
    assert tuned.search("LAMP", 1) == ["lamp"]
    assert set(tuned.search("lamp", 5, allowed=["rug", "lamp", "unknown"])) == {"lamp", "rug"}
    assert tuned.search("lamp", 2, allowed=[]) == []


def test_the_ensembles_two_parts_may_read_different_texts_of_one_item() -> None:
    richer = [f"{text} article {number}" for number, text in enumerate(TEXTS.values())]
    ensemble = LangChainEnsemble.tuned("tuned", ITEMS, EMBEDDED, tokenizers.english_stems, richer)
    found = ensemble.search("article 5", 10)
    assert found[0] == "rug"
    assert len(found) == len(TEXTS)


def test_tokenizers_cut_both_languages() -> None:
    assert tokenizers.english_stems("Running SHOES, 2 pairs") == ["run", "shoe", "2", "pair"]
    assert tokenizers.chinese_bigrams("羊毛衫 XL码") == ["羊毛", "毛衫", "xl", "码"]
    assert "羊毛衫" in tokenizers.chinese_words("灰色羊毛衫")
    assert tokenizers.chinese_words_and_bigrams("羊毛") == ["羊毛", "羊毛"]
    assert tokenizers.stems_and_words("羊毛 socks") == ["羊毛", "sock"]


def test_what_is_not_installed_is_named_with_the_way_to_get_it() -> None:
    assert missing("numpy") is None
    told = missing("numpy", "no_such_package")
    assert told == f"no_such_package not installed: {peers.PIP_LINE}"


def test_keys_and_texts_must_be_of_one_number() -> None:
    with pytest.raises(ValueError, match="2 keys and 1 texts"):
        Items(["a", "b"], ["x"])
