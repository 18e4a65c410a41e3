"""Which product a message means: by name, by code, by pointing, by the page it was sent from."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.turn import PastMessage, TurnRequest
from assistant.understanding.sides import sides_of
from knowledge.catalog import Product
from knowledge.retrieval.entries import bare_code
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.tokens import bigrams, compounds, is_filler, stem, terms, words
from knowledge.retrieval.weights import word_weight
from knowledge.text import fold, has_han

# How much of a product's name must stand in the message before it counts as named.
NAMED: Final = 0.7
# How rare a word must be among the shop's titles to tell a product: 1 is a word of one title only.
TELLING_RARITY: Final = 0.6
# Two products named equally well are told apart only by asking.
TIE: Final = 0.08
# A code may name line, model, colour and size; a shorter code than K302 is any number with a unit.
MOST_CODE_PARTS: Final = 5
SHORTEST_CODE: Final = 4
CANDIDATES: Final = 12
# Who writes more codes than this wants a list, not an answer about each.
MOST_BY_CODE: Final = 4

# What a code is called beside it asks nothing.
NAMES_OF_CODES: Final = frozenset(words("sku code item number no 货号 款号 编号 型号 商品号 查 查下 查一下"))
_CODE_PART = re.compile(r"[a-z0-9]+")
_CODE_JOINT = re.compile(r"[\s_\-/.]{1,2}")
_POINTING = re.compile(
    r"\b(?:it|its|it's|this|these|those|they|them|this one|that one)\b|\b(?:is|does|was|can|will|do) that\b|这[个款件条双只支瓶套种]|那[个款件条双只支瓶套种]|它|这儿?的|该款|上面的|刚才的"
)
_ORDINALS: Final = (
    (re.compile(r"\b(?:first|1st|former)\b|第[一1]|前者|前面那|#1\b|\bnumber one\b"), 0),
    (re.compile(r"\b(?:second|2nd|latter)\b|第[二2]|后者|#2\b|\bnumber two\b"), 1),
    (re.compile(r"\b(?:third|3rd)\b|第[三3]|#3\b|\bnumber three\b"), 2),
    (re.compile(r"\b(?:fourth|4th)\b|第[四4]|#4\b"), 3),
    (re.compile(r"\b(?:fifth|5th)\b|第[五5]|#5\b"), 4),
    (re.compile(r"\blast one\b|最后[一1]?[个款件条双]"), -1),
)
_CHEAPER = re.compile(r"\b(?:the )?cheap(?:er|est) one\b|便宜的那|最便宜的[那一]|便宜那")
_OTHER = re.compile(r"\bthe other(?: one)?\b(?! (?:than|shops?|colou?rs?|sizes?))|另外?[一那]?[个款件条双支只]|另一")
_COMPARING = re.compile(
    r"\b(?:what(?:'s| is) the )?difference(?:s)?(?: between)?\b|\bcompare(?:d to)?\b|\bbetter\b|\bwhich (?:one )?(?:is|should)\b"
    r"|\bvs\.?(?=\s)|\bversus\b|有什么区别|有何区别|什么不同|区别|对比|相比|比较一下|哪[个款条件双](?:更)?好?"
    r"|还是(?=.*(?:好|适合|合适|值得))"
)
_BOTH = re.compile(
    r"\b(?:both|the two|these two|two of them|which one|which of (?:them|these|those|the two)|either)\b|这两|那两|两[个款件条双]|哪[个款件条双]|二者|俩"
)


@dataclass(frozen=True, slots=True)
class Reference:
    """The products a message is about.

    Attributes:
        products: In the order they are meant; empty when none is.
        how: ``named``, ``described`` (by words that only its name has), ``code``, ``ordinal``,
            ``pointed`` (these are certain), ``context`` or ``page`` (the message may as well be about something else), or ``none``.
        ambiguous: Products among which the name does not decide.
        words: Folded words of the message that served to name them.
        compared: Whether they are set against each other.
        foreign: What is set against them and is not this shop's.
    """

    products: tuple[Product, ...] = ()
    how: str = "none"
    ambiguous: tuple[Product, ...] = ()
    words: frozenset[str] = frozenset()
    compared: bool = False
    foreign: str = ""


@dataclass(frozen=True, slots=True)
class Shown:
    """The products of the assistant's last replies, in the order the shopper saw them.

    Attributes:
        products: Those of the latest reply that had any.
        turns_ago: How many of the assistant's replies ago that was.
        listed: Those of the latest reply that had several: what "the second one" counts.
    """

    products: tuple[Product, ...] = ()
    turns_ago: int = 0
    listed: tuple[Product, ...] = ()


def shown_products(history: Sequence[PastMessage], index: ShopIndex) -> Shown:
    """Return what the shopper can point at. A reply that said nothing known shows nothing."""
    shown = Shown()
    replies = [message.reply for message in reversed(history) if message.sender_type == "assistant" and message.reply]
    for ago, reply in enumerate(replies):
        handles = [str(card["handle"]) for card in _cards(reply)]
        found = tuple(product for handle in handles if (product := index.by_handle(handle)))
        if found and not shown.products:
            shown = Shown(found, ago)
        if len(found) > 1:
            return replace(shown, listed=found)
    return shown


def _cards(reply: Mapping[str, object]) -> Sequence[Mapping[str, object]]:
    cards = reply.get("products")
    return cards if isinstance(cards, list) else []


def resolve(text: str, request: TurnRequest, index: ShopIndex, lang: str) -> Reference:
    """Find the products that a message is about.

    A name beats a pointing word, a pointing word the last products shown, and those the page.
    """
    for named in (_by_code(text, index), _by_comparison(text, request, index, lang), _by_name(text, index, lang)):
        if named.products or named.ambiguous:
            return named
    shown = shown_products(request.history, index)
    if pointed := _by_ordinal(text, shown):
        return pointed
    page = index.by_handle(request.page_product) if request.page_product else None
    if len(shown.products) > 1 and (_BOTH.search(fold(text)) or (compares(text) and shown.turns_ago == 0)):
        return Reference(shown.products[:2], "pointed", compared=compares(text))
    recent = shown.products and shown.turns_ago <= 2
    if recent and moved_on(request):
        recent = False
    if recent:
        return Reference(shown.products[:1], "pointed" if _POINTING.search(fold(text)) else "context")
    if page is not None:
        return Reference((page,), "page")
    return Reference()


# By these the message itself does not say what the product is called.
POINTED: Final = frozenset({"ordinal", "pointed"})
CERTAIN: Final = POINTED | {"named", "described", "code"}


def points(text: str) -> bool:
    """Tell whether a message points at something ("it", 这款)."""
    return _POINTING.search(fold(text)) is not None


def compares(text: str) -> bool:
    """Tell whether a message sets things against each other ("which is better", 有什么区别)."""
    return _COMPARING.search(fold(text)) is not None


def without_name(text: str, reference: Reference) -> str:
    """Return a question, folded, without the words that name the product; all of it when they are all there is."""
    rest = fold(text)
    for word in sorted(reference.words, key=len, reverse=True):
        if has_han(word):
            rest = rest.replace(word, "")
    if reference.words and not has_han(rest):
        named = {stem(word) for word in reference.words}
        rest = " ".join(word for word in words(rest) if stem(word) not in named)
    return rest or fold(text)


def moved_on(request: TurnRequest) -> bool:
    """Tell whether the shopper has opened another product's page since the last reply."""
    if request.page_product is None:
        return False
    before = next((m.page_product for m in reversed(request.history) if m.sender_type == "shopper"), None)
    return before != request.page_product


def _by_code(text: str, index: ShopIndex) -> Reference:
    """Find what a code names; its parts may be joined, spaced or spelt as anybody likes (HL-W101, hl w101)."""
    parts = list(_CODE_PART.finditer(fold(text)))
    runs: list[str] = []
    for start in range(len(parts)):
        for end in range(start + 1, min(start + MOST_CODE_PARTS, len(parts)) + 1):
            between = (
                _CODE_JOINT.fullmatch(one.string, one.end(), other.start())
                for one, other in zip(parts[start : end - 1], parts[start + 1 : end], strict=True)
            )
            if all(between):
                runs.append(parts[start].string[parts[start].start() : parts[end - 1].end()])
    # The longest first: "iPhone 15" is part of many a code, and alone names none.
    for run in sorted(runs, key=len, reverse=True):
        bare = bare_code(run)
        is_code = len(bare) >= SHORTEST_CODE and any(character.isdigit() for character in bare)
        if is_code and (found := index.by_codes([run], MOST_BY_CODE)):
            return Reference(tuple(found), "code", words=frozenset(words(run)))
    return Reference()


def _by_comparison(text: str, request: TurnRequest, index: ShopIndex, lang: str) -> Reference:
    """Find what is set against each other; beside each other names are said shorter."""
    shown = shown_products(request.history, index)
    page = index.by_handle(request.page_product) if request.page_product else None
    pointed = page or (shown.products[0] if shown.products and shown.turns_ago == 0 else None)
    sides = sides_of(text, index, lang, pointed)
    if sides is None:
        return Reference()
    return Reference(sides.products, "named", words=sides.words, compared=True, foreign=sides.foreign)


def _by_name(text: str, index: ShopIndex, lang: str) -> Reference:
    """Find products whose name stands in the message: most of it, or words that only it has."""
    said = {stem(word) for word in words(text)}
    hits = index.search_products(SearchQuery(text, lang, limit=CANDIDATES))
    scored = [(_named_share(hit.product, said, fold(text), index), hit.product) for hit in hits]
    named = sorted(
        ((share, product) for share, product in scored if share >= NAMED),
        key=lambda pair: (-pair[0], -len(pair[1].title)),
    )
    return _told_apart(named, said) if named else _by_telling_words(text, [hit.product for hit in hits], index)


def _told_apart(named: list[tuple[float, Product]], said: set[str]) -> Reference:
    """Keep the names that say more than the better ones, and ask when two say the same."""
    best = named[0][0]
    chosen: list[Product] = []
    for _, product in named:
        mine = _name_stems(product) & said
        # A name whose telling words another, better match already explains is not a second product.
        if not any(mine <= (_name_stems(other) & said) for other in chosen):
            chosen.append(product)
    used = frozenset(word for product in chosen for word in _name_stems(product) & said)
    rivals = [
        product
        for share, product in named
        if share >= best - TIE
        and product not in chosen
        and _name_stems(product) & said == _name_stems(chosen[0]) & said
    ]
    if rivals and len(chosen) == 1:
        return Reference((), "named", ambiguous=(chosen[0], *rivals)[:4], words=used)
    return Reference(tuple(chosen[:4]), "named", words=used)


def _by_telling_words(text: str, products: Sequence[Product], index: ShopIndex) -> Reference:
    """Find the one product that has all the name words said, as in "the embroidered scarf".

    The words must single it out among the shop's products, and one of them must be its own.
    """
    said = _name_terms(text)
    best: tuple[float, Product | None, frozenset[str]] = (0.0, None, frozenset())
    for product in products:
        common = _name_terms(product.title) & said
        mine = frozenset(
            word for word in common if (len(word) > 1 and not is_filler(word)) or _same_digit(word, text, product.title)
        )
        weight = sum(index.title_rarity(word) for word in mine)
        if weight > best[0]:
            best = (weight, product, mine)
    _, chosen, mine = best
    if chosen is None or len(mine) < 2 or max(index.title_rarity(word) for word in mine) < TELLING_RARITY:
        return Reference()
    if index.titles_with(mine) != 1:
        return Reference()
    if _calls_another_kind(mine, text, chosen):
        return Reference()
    # The pairs of characters stand for words that the cut may have split otherwise.
    spoken = frozenset(word for word in words(text) if any(part in mine for part in (stem(word), *bigrams(word))))
    return Reference((chosen,), "described", words=mine | spoken)


def _calls_another_kind(names: Collection[str], text: str, product: Product) -> bool:
    """Tell whether words of a product's name stand right before goods of another kind: "wash the linen shirt" of sheets."""
    kinds, folded = retail_kinds().of(product), fold(text)
    others = [m for m in retail_kinds().mentions(text) if kinds and not m.kinds & kinds]
    for mention in others:
        called = re.escape(("" if has_han(mention.words[0]) else " ").join(mention.words))
        before = re.search(rf"([a-z]+|[㐀-鿿])[\s的]*{called}", folded)
        if before is not None and any(before[1] in (name, name[-1:]) or stem(before[1]) == name for name in names):
            return True
    return False


def _same_digit(word: str, text: str, title: str) -> bool:
    """Tell whether a single digit stands before the same in a message as in a title: the 5 of 5%, and no count."""
    if not word.isdigit():
        return False
    behind = re.compile(rf"(?<![\d.]){word}\s*([^\s\d.])")
    return bool(set(behind.findall(fold(text))) & set(behind.findall(fold(title))))


def only_so_called(text: str, index: ShopIndex, lang: str) -> Reference:
    """Find the one product whose name has a word of the message that no other name has ("can the coat be cheaper")."""
    hits = index.search_products(SearchQuery(text, lang, limit=CANDIDATES))
    said = [word for word in words(text) if len(word) > 1 and not is_filler(word) and not word.isdigit()]
    for word in compounds(said):
        own = frozenset(bigrams(word) if has_han(word) else [stem(word)])
        if index.titles_with(own) == 1:
            found = next((hit.product for hit in hits if own <= _name_terms(hit.product.title)), None)
            if found is not None and (has_han(word) or _is_a_form(word, found.title)) and not _of_others(text, found):
                return Reference((found,), "described", words=frozenset({word}))
    return Reference()


def _of_others(text: str, product: Product) -> bool:
    """Tell whether a few words call goods, and of another kind than a product: "the kettle to boil" of a boiled coat."""
    kinds, mentions = retail_kinds().of(product), retail_kinds().mentions(text)
    return bool(kinds and mentions) and not any(mention.kinds & kinds for mention in mentions)


def _is_a_form(word: str, title: str) -> bool:
    """Tell whether a title has a word, of one or of several: "covered" is no cover."""
    return stem(word) in {stem(other) for other in words(title)} and not word.endswith(("ed", "ing"))


def _name_terms(text: str) -> frozenset[str]:
    """Return words and pairs of characters: names are coined, and the cut does not know them."""
    return frozenset(terms(text)) | frozenset(bigrams(text))


def _name_stems(product: Product) -> set[str]:
    return {stem(word) for word in words(product.title)}


def _named_share(product: Product, said: set[str], folded: str, index: ShopIndex) -> float:
    """Return the weighted share of the product's name that the message says, in [0, 1]."""
    if fold(product.title) in folded:
        return 1.0
    # A compound counts once, and not again by its parts: 连衣裙 alone is no name of every dress.
    parts = [word for word in compounds(words(product.title)) if len(word) > 1 or word.isdigit()]
    weights = {word: word_weight(word, index.document_frequency, len(index)) for word in parts}
    total = sum(weights.values())
    return sum(weight for word, weight in weights.items() if stem(word) in said) / total if total else 0.0


def _by_ordinal(text: str, shown: Shown) -> Reference | None:
    if not shown.products:
        return None
    folded = fold(text)
    if _CHEAPER.search(folded):
        priced = [p for p in shown.listed or shown.products if p.price_range]
        cheapest = min(priced, key=lambda p: p.price_range or (), default=None)
        return Reference((cheapest,), "ordinal", words=_said(_CHEAPER, folded)) if cheapest else None
    if (other := _other_of_two(folded, shown)) is not None:
        return Reference((other,), "ordinal", words=_said(_OTHER, folded))
    picked: dict[str, Product] = {}
    used_words: set[str] = set()
    for pattern, place in _ORDINALS:
        if pattern.search(folded) and -len(shown.listed) <= place < len(shown.listed):
            picked.setdefault(shown.listed[place].handle, shown.listed[place])
            used_words |= _said(pattern, folded)
    if not picked:
        return None
    several = len(picked) > 1 and compares(text)
    return Reference(tuple(picked.values()), "ordinal", words=frozenset(used_words), compared=several)


def _other_of_two(folded: str, shown: Shown) -> Product | None:
    """Return the one of two that was not spoken of last; None where it is not "the other one" that is asked about."""
    if not _OTHER.search(folded) or len(shown.listed) != 2 or len(shown.products) != 1:
        return None
    rest = [product for product in shown.listed if product.handle != shown.products[0].handle]
    return rest[0] if len(rest) == 1 else None


def _said(pattern: re.Pattern[str], folded: str) -> frozenset[str]:
    """Return the words that a pattern consumed, also those that the cut glues to a neighbour."""
    spoken = {word for match in pattern.finditer(folded) for word in words(match[0])}
    text = words(folded)
    return frozenset(spoken | {word for word in text if any(part in word for part in spoken if has_han(part))})
