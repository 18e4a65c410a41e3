"""How well facts support a question: the answer is looked for, never written."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from assistant.answerability import Nearness, answer_probability
from assistant.calibration import Calibration
from assistant.confidence import SUPPORTED, Evidence, match_probability, support_probability
from assistant.fact_spaces import Cosines, FactSpaces
from assistant.facts import (
    HEADINGS_JOINED,
    Fact,
    FactKind,
    as_read,
    heading_of,
    passage_as_read,
    passage_fact,
    product_facts,
)
from assistant.quoting import statements
from assistant.reading.reader import TextReader
from assistant.understanding.expectations import holds
from assistant.understanding.question import Question
from knowledge.catalog import Product
from knowledge.documents import Passage
from knowledge.retrieval.coverage import Coverage, Covered
from knowledge.retrieval.encoders import MULTILINGUAL
from knowledge.retrieval.query import PassageHit, ProductHit
from knowledge.retrieval.query_units import QueryUnit
from knowledge.text import fold

# The words in which one asks whether something can be had, and for how much.
STOCK_AND_PRICE: Final = (
    "in stock available availability sold out restock left price cost come in colour color size option choice buy "
    "order "
    "有货 现货 库存 缺货 断货 补货 价格 多少钱 颜色 尺码 码 选择 购买 下单"
)
MOSTLY: Final = 0.7
# A statement about the topic without the duration, amount or hour that was asked for.
KIND_LACKING: Final = 0.3
# A product is what its name and kind say; its description mentions much that it is not.
TITLE_WEIGHT, NAME_WEIGHT, TEXT_WEIGHT = 0.25, 0.5, 0.25
LITTLE: Final = 0.3
# Of the passages, and of all pages together, so many are read, and none that lies further off than this: of 402 texts
# that answered questions to six shops 390 were among these when five were read; reading takes most of such a turn.
MOST_READ: Final = 6
READ_FROM: Final = 0.02
# So many passages of a shop, and the pages of so many products, are read before they are asked about: each text
# takes 10 to 30 ms of a core, and is kept as long as nothing was asked about more lately.
READ_AHEAD: Final = 150
PAGES_READ_AHEAD: Final = 100
TYPED: Final = frozenset({FactKind.PRICE, FactKind.AVAILABILITY, FactKind.OPTIONS})
WHOLLY: Final = 0.9
TYPED_ANSWER: Final = 0.9


@dataclass(frozen=True, slots=True)
class Support:
    """A fact held against a question.

    Attributes:
        probability: That the fact answers the question, in [0, 1].
        share: Of the question that the fact covers, in [0, 1].
        missing: What of the question the fact does not speak about, most telling first.
        near: The probability that nearness and words alone give, in [0, 1].
        read: Log-odds that the reader gives; None when the fact was not read.
    """

    fact: Fact
    probability: float
    share: float
    cosine: float
    missing: tuple[QueryUnit, ...]
    near: float = 0.0
    read: float | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """A product held against what is looked for.

    Attributes:
        probability: That it is what is looked for, in [0, 1].
        share: Of the demands that its words cover, in [0, 1].
        missing: Demands that nothing on its page speaks about, most telling first.
    """

    hit: ProductHit
    probability: float
    share: float
    missing: tuple[QueryUnit, ...]


class Grounding:
    """Holds facts against the questions of one shop.

    Args:
        reader: Reads the likeliest texts with the question in mind; None goes by nearness and words alone.
        calibration: Brings both together.
    """

    def __init__(
        self,
        coverage: Coverage,
        spaces: FactSpaces,
        reader: TextReader | None = None,
        calibration: Calibration | None = None,
    ) -> None:
        self._coverage, self._spaces = coverage, spaces
        self._reader, self._calibration = reader, calibration or Calibration()

    def read(self, question: Question, supports: Sequence[Support]) -> list[Support]:
        """Return supports, best first, after the likeliest texts were read with the question in mind.

        Nearness tells what a text is about; reading tells whether it says what is asked.
        """
        likely = sorted(supports, key=lambda support: -support.probability)
        if self._reader is None:
            return likely
        texts = [place for place, support in enumerate(likely) if is_read(question, support.fact)]
        # A sentence that reads well is held against the named product's attributes as they read.
        others = [place for place, support in enumerate(likely) if _is_held_beside(support)]
        chosen = [place for place in texts[:MOST_READ] if likely[place].probability >= READ_FROM]
        chosen += [place for place in others if place not in texts]
        told = self._reader.log_odds(question.as_read, [as_read(likely[place].fact) for place in chosen])
        read = dict(zip(chosen, told, strict=True))
        standing = []
        for place, support in enumerate(likely):
            near = support.probability
            both = self._calibration.both(near, read.get(place)) if place in texts or place in read else near
            if place in texts:
                likely[place] = replace(support, probability=both, near=near, read=read.get(place))
            standing.append(both if place in texts else max(near, both))
        return [likely[place] for place in sorted(range(len(likely)), key=lambda place: -standing[place])]

    def of_passages(self, question: Question, hits: Sequence[PassageHit]) -> list[Support]:
        """Return the support of passages as they were retrieved, best first.

        A passage that names everything somewhere may say nothing about all of it together; so its
        single statements are held against the question too.
        """
        best_lexical = max((hit.scores.lexical for hit in hits), default=0.0) or 1.0
        best_cosine: dict[str, float] = {}
        for hit in hits:
            space = hit.scores.space
            best_cosine[space] = max(best_cosine.get(space, -1.0), hit.scores.cosine)
        facts = [passage_fact(hit) for hit in hits]
        wholes = self._coverage.cover_all(question.units, [f"{fact.label}\n{fact.text}" for fact in facts])
        best_statements = self._best_statements(question, facts)
        found = []
        for rank, (hit, fact, covered) in enumerate(zip(hits, facts, wholes, strict=True)):
            scores = hit.scores
            lacking = question.expected is not None and not holds(fact.text, question.expected)
            evidence = Evidence(
                whole=covered.share * (KIND_LACKING if lacking else 1.0),
                statement=best_statements[rank],
                cosine=scores.cosine,
                space=scores.space,
                heading=self._heading_share(question, fact),
                rank=rank,
                lexical=scores.lexical / best_lexical,
                gap=scores.cosine - best_cosine[scores.space],
                kind_held=question.expected is not None and not lacking,
            )
            found.append(Support(fact, support_probability(evidence), covered.share, scores.cosine, covered.missing))
        return self.read(question, found)

    def _best_statements(self, question: Question, facts: Sequence[Fact]) -> list[float]:
        """Return for each passage how much of the question its best statement answers, in [0, 1]."""
        told = [(place, fact.label, s.plain) for place, fact in enumerate(facts) for s in statements(fact.text)]
        best = [0.0] * len(facts)
        shares = self._statement_shares(question, [(heading, statement) for _, heading, statement in told])
        for (place, _, _), share in zip(told, shares, strict=True):
            best[place] = max(best[place], share)
        return best

    def _heading_share(self, question: Question, fact: Fact) -> float:
        """Return how much of the heading's topic the question speaks about; 0.5 without a topic."""
        topic = self._coverage.units(_topic(fact.label))
        return self._coverage.cover(topic, question.text).share if topic else 0.5

    def statement_share(self, question: Question, heading: str, statement: str) -> float:
        """Return how much of the question a statement answers under its heading, in [0, 1]."""
        return self._statement_shares(question, [(heading, statement)])[0]

    def _statement_shares(self, question: Question, told: Sequence[tuple[str, str]]) -> list[float]:
        covered = self._coverage.cover_all(question.units, [f"{heading}\n{statement}" for heading, statement in told])
        lacking = [question.expected is not None and not holds(statement, question.expected) for _, statement in told]
        return [one.share * (KIND_LACKING if lacks else 1.0) for one, lacks in zip(covered, lacking, strict=True)]

    def warm_passages(self, passages: Sequence[Passage]) -> None:
        """Read passages ahead of the first question."""
        texts = [
            "\n".join([heading_of(passage), passage.text, *(s.plain for s in statements(passage.text))])
            for passage in passages
        ]
        self._coverage.warm(texts, {_topic(heading_of(passage)) for passage in passages})

    def read_ahead(self, passages: Sequence[Passage]) -> None:
        """Read passages before they are asked about."""
        if self._reader is not None:
            self._reader.keep([passage_as_read(passage) for passage in passages[:READ_AHEAD]])

    def read_pages_ahead(self, products: Sequence[Product]) -> None:
        """Read the sentences of products' pages before they are asked about."""
        facts = (fact for product in products for fact in product_facts(product))
        if self._reader is not None:
            self._reader.keep([as_read(fact) for fact in facts if fact.kind is FactKind.DESCRIPTION])

    def warm_products(self, products: Sequence[Product]) -> None:
        """Read products ahead of the first question about them."""
        facts = (fact for product in products for fact in product_facts(product))
        self._coverage.warm([*map(product_text, products), *map(_fact_text, facts)])

    async def make(self, products: Iterable[Product], *, at_hand: bool) -> None:
        """Embed the facts of products ahead; see `FactSpaces.make`."""
        await self._spaces.make([fact for product in products for fact in product_facts(product)], at_hand=at_hand)

    async def recall(self, products: Iterable[Product]) -> None:
        """Take the facts of products in hand that a turn will hold against its question."""
        await self._spaces.recall([fact for product in products for fact in product_facts(product)])

    def of_facts(self, question: Question, facts: Sequence[Fact]) -> list[Support]:
        """Return the support of one product's facts, best first."""
        held = list(self.held(question, facts))
        by_cosine = sorted(range(len(held)), key=lambda i: -held[i][2].multilingual)
        highest = held[by_cosine[0]][2].multilingual if held else 0.0
        found = []
        for rank, i in enumerate(by_cosine):
            fact, covered, near = held[i]
            if fact.kind is FactKind.ATTRIBUTE and question.reference.products:
                probability = answer_probability(near)
            else:
                # Of sentences, and of pages that were merely found, the fit knows nothing.
                evidence = Evidence(
                    whole=covered.share,
                    statement=near.covered,
                    cosine=near.multilingual,
                    space=MULTILINGUAL,
                    rank=rank,
                    gap=near.multilingual - highest,
                    own_page=True,
                )
                probability = support_probability(evidence)
            if self._is_just_asked_for(question, fact):
                probability = max(probability, TYPED_ANSWER)
            found.append(Support(fact, probability, covered.share, near.multilingual, covered.missing))
        return sorted(found, key=lambda support: -support.probability)

    def held(self, question: Question, facts: Sequence[Fact]) -> Iterator[tuple[Fact, Covered, Nearness]]:
        """Yield each fact of a product with what it covers of the question, and how near it lies."""
        if not facts:
            return
        cosines, english = self._spaces.multilingual(question, facts), self._english(question, facts)
        covers = self._coverage.cover_all(question.units, list(map(_fact_text, facts)))
        for i, (fact, covered) in enumerate(zip(facts, covers, strict=True)):
            lacking = question.expected is not None and not holds(fact.text, question.expected)
            told = covered.share * (KIND_LACKING if lacking else 1.0)
            near = Nearness(cosines[i].whole, cosines[i].name, told)
            if (told_in_english := english.get(i)) is not None:
                near = replace(near, english=told_in_english.whole, english_name=told_in_english.name)
            yield fact, covered, near

    def _english(self, question: Question, facts: Sequence[Fact]) -> dict[int, Cosines]:
        """Return the cosines in the English space, by place: only attributes of a known product are weighed by them."""
        places = [i for i, fact in enumerate(facts) if fact.kind is FactKind.ATTRIBUTE]
        if not places or not question.reference.products or any(fact.lang != "en" for fact in facts):
            return {}
        found = self._spaces.english(question, [facts[i] for i in places])
        return {} if found is None else dict(zip(places, found, strict=True))

    def _is_just_asked_for(self, question: Question, fact: Fact) -> bool:
        """Tell whether a question asks for this typed fact and for nothing else.

        Price, stock and choice by the words they are asked with, never by the product's name: "is
        the wool cardigan pure wool" asks for no price. An attribute by its own name.
        """
        if fact.kind in TYPED:
            return self.statement_share(question, f"{fact.label}\n{fact.about}", fact.text) >= WHOLLY
        return fact.kind is FactKind.ATTRIBUTE and self._coverage.cover(question.units, fact.label).share >= WHOLLY

    def of_products(self, question: Question, hits: Iterable[ProductHit]) -> list[Match]:
        """Return how well products meet what is looked for, in the order of the hits."""
        units, found = question.sought, list(hits)
        texts = [(product_text(hit.product), name_text(hit.product), hit.product.title) for hit in found]
        shares = iter(self._coverage.cover_all(units, [text for of_one in texts for text in of_one]))
        out = []
        for hit, covered, named, titled in zip(found, shares, shares, shares, strict=True):
            share = (
                TITLE_WEIGHT * titled.share + NAME_WEIGHT * named.share + TEXT_WEIGHT * covered.share if units else 1.0
            )
            heaviest = max((unit.weight for unit in covered.missing), default=0.0)
            probability = match_probability(share, hit.scores.cosine, hit.scores.space, heaviest)
            out.append(Match(hit, probability, share, covered.missing))
        return out

    def about_stock_or_price(self, units: Sequence[QueryUnit]) -> bool:
        """Tell whether nothing but stock, price or choice is asked (also when nothing more is)."""
        weighty = [unit for unit in units if not unit.exact]
        if sum(unit.weight for unit in weighty) < LITTLE:
            return True
        return self._coverage.cover(weighty, STOCK_AND_PRICE).share >= MOSTLY

    def newly_named(self, question: Question, label: str, title: str) -> bool:
        """Tell whether a label names something of the question that the title does not."""
        units = [unit for unit in question.units if unit.weight >= LITTLE]
        by_label = {unit.text for unit in units} - {unit.text for unit in self._coverage.cover(units, label).missing}
        by_title = {unit.text for unit in units} - {unit.text for unit in self._coverage.cover(units, title).missing}
        return bool(by_label - by_title)

    def told_share(self, units: Sequence[QueryUnit], product: Product) -> float:
        """Return how much of these a product's whole page speaks about, in [0, 1]."""
        return self._coverage.cover(units, product_text(product)).share

    def covered_share(self, units: Sequence[QueryUnit], text: str) -> float:
        """Return how much of these a text speaks about, in [0, 1]."""
        return self._coverage.cover(units, text).share

    def share(self, question: Question, text: str) -> float:
        """Return how much of a question a text speaks about, in [0, 1]."""
        return self._coverage.cover(question.units, text).share

    def supported_share(self, sentence: str, facts: Iterable[Fact]) -> float:
        """Return how much of a sentence the facts speak about, in [0, 1]."""
        units = self._coverage.units(sentence)
        if not units:
            return 1.0
        text = "\n".join(f"{fact.label} {fact.about} {fact.text} {fact.source_title}" for fact in facts)
        return self._coverage.cover(units, text).share


def is_read(question: Question, fact: Fact) -> bool:
    """Tell whether a fact is a text that reading tells more of.

    Typed values leave nothing to be read, and of the attributes of the product that a question names
    nearness, fitted to public questions, tells better which is meant.
    """
    if fact.kind is FactKind.ATTRIBUTE:
        return not question.reference.products
    return fact.kind in (FactKind.PASSAGE, FactKind.DESCRIPTION)


def _is_held_beside(support: Support) -> bool:
    return support.fact.kind is FactKind.ATTRIBUTE and support.probability >= SUPPORTED


def _topic(heading: str) -> str:
    """Return the innermost of nested headings."""
    return heading.split(HEADINGS_JOINED)[-1]


def _fact_text(fact: Fact) -> str:
    """Return a fact as it is held against a question: the product's name is part of each of its facts."""
    return f"{fact.label}\n{fact.about}\n{fact.text}\n{fact.source_title}"


def name_text(product: Product) -> str:
    """Return what a product is called and of which kind it is, its facts included."""
    return "\n".join(
        [
            product.title,
            product.category or "",
            " ".join(product.tags),
            product.brand or "",
            *(f"{option.name} {' '.join(option.values)}" for option in product.options),
            *(f"{attribute.name} {attribute.value}" for attribute in product.attributes),
        ]
    )


def product_text(product: Product) -> str:
    """Return everything a shopper may look a product up by."""
    return f"{name_text(product)}\n{product.description}"


def distinct(supports: Sequence[Support], most: int, within: float) -> list[Support]:
    """Return the best supports that say different things.

    Args:
        most: How many at most.
        within: How far below the best one a support may lie.
    """
    out: list[Support] = []
    for support in supports:
        if len(out) == most or (out and support.probability < out[0].probability - within):
            break
        if all(not _repeats(support.fact, other.fact) for other in out):
            out.append(support)
    return out


def _repeats(fact: Fact, other: Fact) -> bool:
    if fact.kind is FactKind.PASSAGE and other.kind is FactKind.PASSAGE:
        return fact.source_id == other.source_id and fact.start == other.start
    return fold(fact.text) in fold(other.text) or fold(other.text) in fold(fact.text)
