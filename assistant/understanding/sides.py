"""Which products a message sets against each other: "A or B", 甲和乙哪个, "these two", 两款防晒.

Beside each other names are said short: "tapered or straight chino", 牛津纺跟免烫的. So each side is held
against the shop's products together with the other: of all pairs that pair is meant in which each product
fits its own side better than the other's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import permutations
from typing import Final

from knowledge.catalog import Product
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.retrieval.tokens import bigrams, is_filler, stem, words
from knowledge.text import fold, has_han

MOST: Final = 4
_CANDIDATES: Final = 10
# Share of a side's weight that a product must hold of it.
_NAMED: Final = 0.4
# By how much the two must fit their own sides better than each other's, each of them and together.
_APART_EACH, _APART_TOGETHER = 0.02, 0.15
# What a name has beyond the side costs little: names are said short.
_LEFT_OUT: Final = 0.03
# A word before the name's last that no candidate has: "the pima tee" is not just any tee.
_UNKNOWN: Final = 0.5
_FADING: Final = 0.8
# Things are compared with their like, and the thing itself is often named on one side only.
_SAME_KIND: Final = 0.6
_SHARED: Final = 0.25

_AGAINST: Final = re.compile(
    r"\bvs\b\.?|\bversus\b|\bcompared (?:to|with)\b|\bor\b|\band\b|\bthan\b|还是|或者?|和|跟|与|同|比|、|/", re.ASCII
)
# Said of two or more things alone, whatever they are.
_COMPARES: Final = re.compile(
    r"\bdifferen(?:t|ces?)\b|\bdiffs?\b|\bcompar(?:e|ed|ison)\b|\bvs\b|\bversus\b|\bwhich(?: one| of)?\b|\bbetter\b|\b(?:each|both|between|gap)\b"
    r"|\b[a-z]+er\b[^?]*\bthan\b|\bor\b"
    r"|区别|不同|差别|差异|差在|差多少|差啥|差几|相差|对比|相比|比较|哪[个款件条双瓶只支种一]|选哪|选谁|谁更|还是|[更比].{0,8}[吗么]",
    re.ASCII,
)
# What stands behind one of these is the other side, even where nothing of it is known.
_STRONG: Final = re.compile(r"\bvs\b\.?|\bversus\b|\bthan\b|\bcompared (?:to|with)\b|还是|[和跟与比]", re.ASCII)
_CLAUSE: Final = re.compile(r"[?？!！。;；\n]|[,，](?!\d{3})|\s-\s|(?<=[一-鿿])\s+(?=[一-鿿])")
_DIFFERENCES: Final = re.compile(
    r"\bdifferen(?:t|ces?)\b|\bdiffs?\b|\bcompar(?:e|ison)\b|区别|不同|差别|差异|差在|差啥|差什么|对比|比较一下",
    re.ASCII,
)
_POINTED_GROUP: Final = re.compile(
    r"\b(?:these|those|the|them|both|two|three|one|ones|it|of)\b|[这那](?:[两二三几]|俩|些)?[个款件条双瓶只支种把]?|[两三]个|俩",
    re.ASCII,
)
_NUMBER: Final = {
    "two": 2,
    "both": 2,
    "2": 2,
    "两": 2,
    "俩": 2,
    "二": 2,
    "three": 3,
    "3": 3,
    "三": 3,
    "four": 4,
    "四": 4,
}
_GROUP: Final = re.compile(
    r"\b(?:the |your |these |those |both )?(?P<en>two|three|four|both)\s+(?P<what>[a-z][a-z'’\- ]{2,40})"
    r"|(?P<zh>[两二三四]|俩)(?:[个款件条双瓶只支种把]|类)?(?P<was>[㐀-鿿a-z0-9]{2,12})"
)
_POINTS: Final = re.compile(
    r"\b(?:this|it|that)(?: one)?\b|^\s*这[个款件条双瓶只支]?|[和跟与比]这[个款件条双瓶只支]|这[个款件条双瓶只支](?=[和跟与比])"
)


@dataclass(frozen=True, slots=True)
class Sides:
    """What is set against each other.

    Attributes:
        products: Two to four, in the order in which they are named; one beside something foreign.
        words: Folded words that served to name them.
        foreign: What stands on the other side and is not this shop's.
    """

    products: tuple[Product, ...]
    words: frozenset[str] = frozenset()
    foreign: str = ""


def sides_of(text: str, index: ShopIndex, lang: str, pointed: Product | None = None) -> Sides | None:
    """Return the products that a message compares; None when it compares none that can be told.

    Args:
        pointed: What "this one" means here: the product of the page, or the one last shown.
    """
    folded = fold(text)
    if not _COMPARES.search(folded):
        return None
    for parts in _cuts(folded):
        found = _pair(parts, index, lang, pointed)
        if found is not None and len(parts) > 2:
            found = _with_more(found, parts, index, lang)
            # A list is meant only when each part of it is found; else one of its words was no comma.
            found = found if len(found.products) == sum(bool(part.strip()) for part in parts) else None
        if found is not None:
            return found
    return _group(folded, index, lang) or _beside_foreign(folded, index, lang)


def compares(text: str) -> bool:
    """Tell whether a message has words that compare."""
    return _COMPARES.search(fold(text)) is not None


def compares_only(text: str) -> bool:
    """Tell whether a message compares and says nothing else: not what, and not in what respect."""
    folded = fold(text)
    if not _COMPARES.search(folded):
        return False
    rest = _POINTED_GROUP.sub(" ", _COMPARES.sub(" ", folded))
    return all(is_filler(word) or len(word) == 1 for word in words(rest))


def asks_for_differences(text: str) -> bool:
    """Tell whether the differences themselves are asked for, not which of the things is better at something."""
    return _DIFFERENCES.search(fold(text)) is not None


# -- pairs ---------------------------------------------------------------------------------------


def _cuts(folded: str) -> list[tuple[str, ...]]:
    """Return the ways to cut a clause into sides, the likeliest word of opposition first."""
    found: list[tuple[int, tuple[str, ...]]] = []
    for clause in _CLAUSE.split(folded):
        marks = list(_AGAINST.finditer(clause))
        if not marks:
            continue
        edges = [0, *(m.end() for m in marks)], [*(m.start() for m in marks), len(clause)]
        whole = tuple(clause[a:b] for a, b in zip(*edges, strict=True))
        if len(whole) > 2:
            found.append((-1, whole))
        found += [(_PLACE.get(mark[0].strip("."), 1), (clause[: mark.start()], clause[mark.end() :])) for mark in marks]
    # "A, B or C": the commas that the clauses were cut at stand between names as well.
    listed = tuple(part for part in re.split(rf"[,，]|{_AGAINST.pattern}", folded) if part and part.strip())
    if 2 < len(listed) <= MOST + 1:
        found.append((9, listed))
    cuts = [parts for _, parts in sorted(found, key=lambda one: one[0])]
    return list(dict.fromkeys(parts for parts in cuts if sum(bool(part.strip()) for part in parts) > 1))


_PLACE: Final = {"vs": 0, "versus": 0, "还是": 0, "or": 0}


def _pair(parts: Sequence[str], index: ShopIndex, lang: str, pointed: Product | None) -> Sides | None:
    """Return the two products that the first two sides mean."""
    left, right = parts[0], parts[1]
    spread = " ".join(parts)
    pool = _pool([left, right, spread], index, lang)
    if pointed is not None and (_POINTS.search(left) or _POINTS.search(right)):
        like = _pool([pointed.title], index, pointed.lang)
        pool = list({product.handle: product for product in [*pool, *like]}.values())
        return _beside_pointed(pointed, right if _POINTS.search(left) else left, pool)
    weigh = _weights(pool)
    names = {product.handle: _features(product.title) for product in pool}
    said = _Side.of(left, before=True), _Side.of(right)
    # Thirty candidates make nine hundred pairs: what each is to each side is told once.
    fits = {handle: (said[0].fit(name, weigh), said[1].fit(name, weigh)) for handle, name in names.items()}
    kinds = {product.handle: retail_kinds().of(product) for product in pool}
    best: tuple[float, tuple[Product, Product] | None] = (0.0, None)
    for one, other in permutations(pool, 2):
        mine, theirs = names[one.handle], names[other.handle]
        own = fits[one.handle][0], fits[other.handle][1]
        if min(own) < _NAMED:
            continue
        apart = own[0] - fits[other.handle][0], own[1] - fits[one.handle][1]
        if min(apart) < _APART_EACH or sum(apart) < _APART_TOGETHER:
            continue
        shared = min(2, len((said[0].nearness.keys() | said[1].nearness.keys()) & mine & theirs))
        score = sum(own) + _SHARED * shared + _SAME_KIND * _alike(kinds[one.handle], kinds[other.handle])
        if score > best[0]:
            best = (score, (one, other))
    if best[1] is None:
        return None
    return Sides(best[1], _used(best[1], spread))


def _beside_pointed(pointed: Product, side: str, pool: Sequence[Product]) -> Sides | None:
    """Return what is pointed at and what the other side names: "the men's one" is the one of its like."""
    others = [product for product in pool if product.handle != pointed.handle]
    weigh = _weights([*others, pointed])
    said, mine, kinds = _Side.of(side), _features(pointed.title), retail_kinds()
    scored = []
    for place, product in enumerate(others):
        name = _features(product.title)
        share = said.fit(name, weigh)
        like = _SHARED * min(2, len(mine & name)) + _SAME_KIND * _alike(kinds.of(pointed), kinds.of(product))
        if share >= _NAMED:
            scored.append((share + like, -place, product))
    if not scored:
        return None
    other = max(scored, key=lambda one: one[:2])[2]
    return Sides((pointed, other), _used((other,), side))


def _with_more(found: Sides, parts: Sequence[str], index: ShopIndex, lang: str) -> Sides:
    """Add a third and fourth side, where there are such."""
    products = list(found.products)
    for part in parts[2:MOST]:
        said = _Side.of(part)
        pool = [p for p in _pool([part], index, lang) if all(p.handle != known.handle for known in products)]
        weigh = _weights([*pool, *products])
        scored = [(said.fit(_features(p.title), weigh), -place, p) for place, p in enumerate(pool)]
        share, _, product = max(scored, default=(0.0, 0, None), key=lambda one: one[:2])
        if product is not None and share >= _NAMED:
            products.append(product)
    return Sides(tuple(products), found.words | _used(products, " ".join(parts)))


def _beside_foreign(folded: str, index: ShopIndex, lang: str) -> Sides | None:
    """Return the one product that is set against something that this shop has never heard of."""
    for clause in _CLAUSE.split(folded):
        mark = _STRONG.search(clause)
        if mark is None:
            continue
        left, right = clause[: mark.start()], clause[mark.end() :]
        for side, other in ((_Side.of(left, before=True), right), (_Side.of(right), left)):
            named = [word for word in words(other) if not is_filler(word) and len(word) > 1]
            if not named or any(_known(word, index) for word in named):
                continue
            pool = _pool([right if other is left else left], index, lang)
            weigh = _weights(pool)
            fits = [(side.fit(_features(p.title), weigh), -place, p) for place, p in enumerate(pool)]
            share, _, product = max(fits, default=(0.0, 0, None), key=lambda one: one[:2])
            if product is not None and share >= _NAMED:
                return Sides(
                    (product,), _used((product,), folded), " ".join(named) if not has_han(other) else other.strip()
                )
    return None


def _known(word: str, index: ShopIndex) -> bool:
    """Tell whether the shop or the trade has the word anywhere."""
    if index.document_frequency(stem(word)) or retail_thesaurus().concepts(word):
        return True
    return has_han(word) and any(index.document_frequency(pair) for pair in bigrams(word))


# -- groups --------------------------------------------------------------------------------------


def _group(folded: str, index: ShopIndex, lang: str) -> Sides | None:
    """Return the two (three, four) products that go by one name: "two embers", 两款防晒."""
    found = _GROUP.search(folded)
    if found is None:
        return None
    count = _NUMBER[found["en"] or found["zh"]]
    what = found["what"] or found["was"]
    said = {one for one in _features(what) if index.title_rarity(one) > 0 or one.startswith(_CONCEPT)}
    pool = _pool([what], index, lang)
    # The words right behind the number name the group; what comes later is already the question.
    for one in _in_order(what, said):
        members = [product for product in pool if one in _features(product.title)]
        if len(members) == count and (one.startswith(_CONCEPT) or index.titles_with(frozenset({one})) == count):
            return Sides(tuple(members), _used(members, what))
    return None


def _in_order(what: str, said: set[str]) -> list[str]:
    return sorted(said, key=lambda one: what.find(one) if one in what else len(what))


# -- words and weights ---------------------------------------------------------------------------

_CONCEPT: Final = "\x1f"
_JOINED: Final = "\x1e"
# A concept repeats a word that has been counted; but a 15 Pro is no 15 Pro Max.
_BEYOND: Final = {_CONCEPT: 0, _JOINED: 3}
_MODEL: Final = re.compile(r"[a-z]*\d[a-z0-9]*", re.ASCII)


@dataclass(frozen=True, slots=True)
class _Side:
    """One side, as its words and as what a name is told by.

    Attributes:
        words: In their order, each with its features.
        nearness: Of each feature, in (0, 1]: a name stands beside the word of opposition, and what is
            asked of it farther off.
    """

    words: tuple[tuple[str, frozenset[str]], ...]
    nearness: Mapping[str, float]

    @classmethod
    def of(cls, text: str, *, before: bool = False) -> _Side:
        """Read a side; ``before`` the word of opposition, or behind it."""
        said = tuple((word, _features(word)) for word in words(text) if not is_filler(word))
        nearness = dict.fromkeys(_features(text), 1.0)
        for place, (_, features) in enumerate(reversed(said) if before else said):
            nearness |= dict.fromkeys(features, _FADING**place)
        models = {_JOINED + found for found in _MODEL.findall(fold(text)) if not found.isdigit()}
        return cls(said, nearness | dict.fromkeys(models, 1.0))

    def fit(self, name: frozenset[str], weigh: Callable[[str], float]) -> float:
        """Return how well the side names a product: the share of its telling words, less what is beyond them."""
        known = sum(weigh(one) * near for one, near in self.nearness.items())
        if not known:
            return 0.0
        known += _UNKNOWN * self._unknown(name, weigh)
        beyond = sum(_BEYOND.get(one[0], 1) for one in name - self.nearness.keys())
        return sum(weigh(one) * near for one, near in self.nearness.items() if one in name) / known - _LEFT_OUT * beyond

    def _unknown(self, name: frozenset[str], weigh: Callable[[str], float]) -> int:
        """Return how many words, before the last that the name has, no candidate's name has."""
        has = [bool(features & name) for _, features in self.words]
        last = len(has) - 1 - has[::-1].index(True) if any(has) else 0
        models = [one for one in self.nearness.keys() & name if one.startswith(_JOINED)]
        return sum(
            not any(weigh(one) for one in features) and not any(word in model for model in models)
            for word, features in self.words[:last]
        )


def _features(text: str) -> frozenset[str]:
    """Return what a name is told by: words, pairs of characters, and concepts, which are the same in both languages."""
    plain = {stem(word) for word in words(text) if not is_filler(word)}
    pairs = {pair for pair in bigrams(text) if not is_filler(pair)}
    concepts = {_CONCEPT + concept for concept in retail_thesaurus().concepts(text)}
    return frozenset(plain | pairs | concepts | _models(text))


def _models(text: str) -> set[str]:
    """Return what a model number may be written as in one: ``15 Pro Max`` also as 15pro and 15promax."""
    found: set[str] = set()
    pieces = re.findall(r"[a-z]+|\d+", fold(text), re.ASCII)
    for start, piece in enumerate(pieces):
        if piece.isdigit():
            for end in range(start + 2, min(start + 4, len(pieces) + 1)):
                found.add(_JOINED + "".join(pieces[start:end]))
    return found


def _pool(texts: Sequence[str], index: ShopIndex, lang: str) -> list[Product]:
    found: dict[str, Product] = {}
    index.embed_together(filter(str.strip, texts), lang)
    for text in texts:
        if text.strip():
            for hit in index.search_products(SearchQuery(text, lang, limit=_CANDIDATES)):
                found.setdefault(hit.product.handle, hit.product)
    return list(found.values())


def _weights(pool: Sequence[Product]) -> Callable[[str], float]:
    """Return how telling a feature is: 1 in the title of one candidate only, near 0 in all of them."""
    counts: dict[str, int] = {}
    for product in pool:
        for feature in _features(product.title):
            counts[feature] = counts.get(feature, 0) + 1

    def weigh(feature: str) -> float:
        count = counts.get(feature, 0)
        return 1.0 / count if count else 0.0

    return weigh


def _alike(one: frozenset[str], other: frozenset[str]) -> float:
    """Return how near two products' kinds lie, in [0, 1]; all clothes share some."""
    return len(one & other) / len(one | other) if one | other else 0.0


def _used(products: Sequence[Product], text: str) -> frozenset[str]:
    """Return the words of the text that name the products, also those that the cut glued to a neighbour."""
    names = frozenset(part for product in products for part in _features(product.title))
    said = [word for word in words(text) if not is_filler(word)]
    direct = {word for word in said if stem(word) in names or any(pair in names for pair in bigrams(word))}
    meant = {
        word
        for mention in retail_thesaurus().mentions(text)
        if _CONCEPT + mention.concept in names
        for word in mention.words
    }
    glued = {word for word in said if has_han(word) and any(len(part) > 1 and part in word for part in names)}
    return frozenset(direct | meant | glued)
