"""What a shopper demands of a product: budget, order, stock, options wanted and unwanted."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal, Protocol

from assistant.understanding.audience import Audience, audiences_in, words_of_audience
from assistant.understanding.bounds import Bound, bound_in
from assistant.understanding.prices import PRICES, parse_price
from assistant.understanding.superlatives import Superlative, superlative
from knowledge.retrieval.thesaurus import Thesaurus
from knowledge.retrieval.tokens import is_filler, stem, words
from knowledge.text import fold, has_han

Sort = Literal["relevance", "price_asc", "price_desc"]

# Something cheaper is looked for from the cheapest up; 能便宜点吗 asks for a lower price of the same.
_CHEAPEST = re.compile(
    r"\bcheapest\b|\blowest[- ]priced?\b|\bleast expensive\b|最便宜|最低价|价格最低"
    r"|\b(?:anything|something|ones?|any|options?)\s+(?:\w+ )?cheaper\b|\b(?:a|any|some) cheaper\b"
    r"|(?:有没有|有|要|看|来|换)[^，,。?？]{0,4}便宜(?:一?[点些])?的|更便宜的"
)
_DEAREST = re.compile(r"\bmost expensive\b|\bhighest[- ]priced?\b|\bpriciest\b|最贵|价格最高")
_TOO_DEAR = re.compile(r"\btoo (?:expensive|pricey|dear|much)\b|太贵了?|有点贵")
_IN_STOCK = re.compile(r"\bin stock\b|\bavailable now\b|有?现货|有货|有库存")
# 是不是羊毛的 and 这不是羊毛的吗 ask; 有没有不是羊毛的 refuses.
_NOT_ZH = r"(?:不要|不想要|别要|不喜欢|不含|不带|除了|(?<![是这那])不是|别(?:给我|再)?(?:推荐|拿|看|选))"
_NOT_EN = (
    r"\b(?:(?:do|does)(?:n['’]?t| not) (?:want|like|need|contain|have)|(?:are|is)n['’]?t"
    r"|not|no|without|except|other than|anything but)"
)
_NOT = re.compile(rf"{_NOT_EN}\b|{_NOT_ZH}")
_NEGATION = re.compile(rf"(?:{_NOT_EN}|{_NOT_ZH}|非)\s*(?:in |any |the |an? )?$")
# What is not wanted, as far as it is named right behind the word that says so.
_UNWANTED = re.compile(
    rf"{_NOT_ZH}\s*(?:([㐀-鿿]{{1,6}}?)(?:的|以外|之外|$|[\s，,。！!?？、])|([a-z]+))"
    rf"|{_NOT_EN}\s+(?:any |the |an? |in |made of )?([a-z]+)"
)
# "Can I return it if I don't like the smell" wants nothing without a smell.
_CONDITION = re.compile(r"\b(?:if|in case|when|unless)\b[^,.;?!]*|(?:如果|要是|万一|假如|若)[^，,。；;？?！!]*")
_SIZE_WORDS = ("size", "尺码", "码数", "码", "号")
_SIZE_CODE = re.compile(r"^(?:[2-6]?x{0,4}[sl]|m|one size|均码|\d{1,3}(?:\.5)?)$")


@dataclass(frozen=True, slots=True)
class Constraints:
    """Demands of one question.

    Attributes:
        options: One set of accepted option values (folded) for each thing demanded.
        wanted: How the shopper put each of ``options``, for the reply.
        excluded: Option values (folded) that are not wanted.
        excluded_words: Words of the excluded things, to be kept out of materials and titles too.
        most: The measurable property of which the most or the least is wanted.
        bound: The least or most of a measurable quantity that is wanted.
        audiences: For whom it must be made; empty for anybody.
        kinds: Kinds of goods (`knowledge/retrieval/kinds.txt`) of which it must be one.
        used: Folded words that the constraints have consumed.
    """

    min_price: Decimal | None = None
    max_price: Decimal | None = None
    sort: Sort = "relevance"
    in_stock: bool = False
    options: tuple[frozenset[str], ...] = ()
    wanted: tuple[str, ...] = ()
    excluded: frozenset[str] = frozenset()
    excluded_words: tuple[str, ...] = ()
    most: Superlative | None = None
    kinds: frozenset[str] = frozenset()
    bound: Bound | None = None
    audiences: frozenset[Audience] = frozenset()
    used: frozenset[str] = frozenset()


class OptionSource(Protocol):
    """Where the option values of a shop are counted."""

    @property
    def offered(self) -> Mapping[str, int]:
        """How many products offer each option value, by its folded form; another mapping once that has changed."""
        ...

    def described(self, phrase: str) -> int:
        """Return of how many products the phrase is said in title, category, tags or attributes."""
        ...


class OptionVocabulary:
    """The option values that a shop really uses, so that "navy" in a question means something.

    It follows the shop: at each question it takes in the values that have come or gone. What no
    longer depends on the number of products is looked up when it is asked for.
    """

    def __init__(self, source: OptionSource, thesaurus: Thesaurus) -> None:
        self._source, self._thesaurus = source, thesaurus
        self._offered: Mapping[str, int] = {}
        self._concepts: dict[str, frozenset[str]] = {}  # by value
        self._with_concept: dict[str, set[str]] = {}
        self._beginning: dict[str, set[str]] = {}  # values of words, by the stem of the first
        self._anywhere: set[str] = set()  # values that may stand within a word: Chinese ones, sizes
        self._telling: dict[str, bool] = {}

    def constraints(self, text: str) -> Constraints:
        """Read every demand in a question."""
        self._follow()
        low, high = parse_price(text)
        folded = fold(text)
        found = Constraints(
            min_price=low,
            max_price=high,
            sort="price_asc" if _CHEAPEST.search(folded) else "price_desc" if _DEAREST.search(folded) else "relevance",
            in_stock=bool(_IN_STOCK.search(folded)),
        )
        spoken = " ".join(
            match[0]
            for pattern in (*PRICES, _CHEAPEST, _DEAREST, _TOO_DEAR, _IN_STOCK)
            for match in pattern.finditer(folded)
        )
        wished = _CONDITION.sub(lambda clause: " " if _NOT.search(clause[0]) else clause[0], folded)
        named = (match[1] or match[2] or match[3] for match in _UNWANTED.finditer(wished))
        unwanted = tuple(word for word in named if not is_filler(word))
        bound, audiences = bound_in(text), audiences_in(text)
        # "More than 0.8 L" is a bound, and no superlative beside it.
        most = None if bound is not None else superlative(text)
        spoken += f" {most.words}" if most else ""
        spoken += "".join(f" {match[0]}" for match in _UNWANTED.finditer(wished))
        spoken += f" {bound.words}" if bound else ""
        # What suits children is as often said in the prose of a page: there the word still has to be looked for.
        spoken += "".join(f" {word}" for word in words_of_audience(text) if Audience.CHILDREN not in audiences)
        found = replace(found, excluded_words=unwanted, most=most, bound=bound, audiences=audiences)
        used = {*words(spoken), *([most.words] if most else ())}  # the cut may take 最轻 for one word or for two
        return self._with_options(replace(found, used=frozenset(used)), wished)

    def values_in(self, text: str) -> frozenset[str]:
        """Return the option values that stand in a text as words, such as the "L" of an answer to "which size?"."""
        return frozenset(word for word in words(text) if word in self._source.offered)

    def _with_options(self, found: Constraints, folded: str) -> Constraints:
        options: list[frozenset[str]] = []
        wanted: list[str] = []
        excluded: set[str] = set()
        excluded_words: list[str] = list(found.excluded_words)
        used: set[str] = set(found.used)
        for phrase, values in self._mentions(folded):
            used.update(words(phrase))
            used.update(_SIZE_WORDS if _SIZE_CODE.match(phrase) else ())
            if _NEGATION.search(folded[: folded.find(phrase)]):
                excluded |= values
                excluded_words += [phrase] if phrase not in excluded_words else []
            elif values not in options:
                options.append(values)
                wanted.append(phrase)
        return replace(
            found,
            options=tuple(options),
            wanted=tuple(wanted),
            excluded=frozenset(excluded),
            excluded_words=tuple(excluded_words),
            used=frozenset(used),
        )

    def _mentions(self, folded: str) -> list[tuple[str, frozenset[str]]]:
        """Return the phrases that name option values, with the values each may mean."""
        out: dict[str, frozenset[str]] = {}
        for value in sorted(self._candidates(folded), key=lambda value: (-len(value), value)):
            if not any(value in phrase for phrase in out) and _occurs(value, folded) and self._is_choice(value):
                out[value] = frozenset({value} | self._kin(value))
        for mention in self._thesaurus.mentions(folded):
            phrase = "".join(mention.words) if has_han("".join(mention.words)) else " ".join(mention.words)
            if any(phrase in known or known in phrase for known in out):
                continue
            values = set(self._with_concept.get(mention.concept, ()))
            if has_han(phrase) and phrase.endswith("色") and len(phrase) > 1:
                values |= {value for value in self._anywhere if phrase[:-1] in value}
            choices = frozenset(filter(self._is_choice, values))
            if choices and self._source.described(phrase) <= sum(self._offered.get(value, 0) for value in choices):
                # "Wash" is part of a shade called "Mid Wash", and on many pages what is done with the thing.
                out[phrase] = choices
        return list(out.items())

    def _candidates(self, folded: str) -> set[str]:
        """Return the values that may be named, without a look at each of many thousands."""
        begun = [self._beginning.get(stem(word), set()) for word in words(folded)]
        return {value for value in self._anywhere if value in folded}.union(*begun)

    def _kin(self, value: str) -> set[str]:
        """Return the values that name the same thing, such as a shade's plain name."""
        mine = self._concepts[value]
        alike = set[str]().union(*(self._with_concept[concept] for concept in mine))
        return {other for other in alike if self._concepts[other] == mine and self._is_choice(other)}

    def _is_choice(self, value: str) -> bool:
        """Tell whether a value is rather chosen than said of what products are.

        A shade called "Linen" in a shop full of linen: there the word tells what a product is. A value
        with a number in it (a phone, a volume) is a choice also where pages speak of it.
        """
        if re.search(r"\d", value) or _SIZE_CODE.match(value):
            return True
        if value not in self._telling:
            self._telling[value] = self._source.described(value) <= self._offered.get(value, 0)
        return self._telling[value]

    def _follow(self) -> None:
        """Take in the values that have come, and drop those that have gone."""
        offered = self._source.offered
        if offered is self._offered:
            return
        self._offered, self._telling = offered, {}
        for value in self._concepts.keys() - offered.keys():
            for concept in self._concepts.pop(value):
                self._with_concept[concept].discard(value)
            self._anywhere.discard(value)
            if found := words(value):
                self._beginning.get(stem(found[0]), set()).discard(value)
        for value in offered.keys() - self._concepts.keys():
            self._concepts[value] = self._thesaurus.concepts(value)
            for concept in self._concepts[value]:
                self._with_concept.setdefault(concept, set()).add(value)
            if has_han(value) or _SIZE_CODE.match(value):
                self._anywhere.add(value)
            elif found := words(value):
                self._beginning.setdefault(stem(found[0]), set()).add(value)


def _occurs(value: str, folded: str) -> bool:
    """Tell whether an option value is named; size codes only where they stand as such."""
    if _SIZE_CODE.match(value):
        if value.isdigit():
            return re.search(rf"(?:size|码数|尺码)\s*{value}\b|(?<!\d){value}\s*码", folded) is not None
        return re.search(rf"(?<![a-z0-9'’])(?<!\d\s){re.escape(value)}(?:码|号|\b(?!['’]))", folded) is not None and (
            len(value) > 1
            or re.search(
                rf"(?:size|in|an?|the|穿|有|买|拿|的|[色款]|,|，|(?<!\d)\s|^){_opt(value)}(?:码|号|\s|$|\?|？|,|，|吗|还)",
                folded,
            )
            is not None
        )
    if has_han(value):
        return value in folded
    parts = [stem(word) for word in words(value)]
    there = [stem(word) for word in words(folded)]
    return bool(parts) and any(there[i : i + len(parts)] == parts for i in range(len(there)))


def _opt(value: str) -> str:
    return rf"\s*{re.escape(value)}"
