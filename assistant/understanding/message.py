"""A shopper's message, understood: its questions, what each is for, and what it is about."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from assistant.bargaining.bids import parse_bid
from assistant.escalation import CALLS_A_PERSON, DEFAULTS, is_sure
from assistant.orders.claims import without_proofs
from assistant.reply import offers_text
from assistant.turn import PastMessage, TurnRequest
from assistant.understanding.constraints import Constraints, OptionVocabulary
from assistant.understanding.continuing import (
    SAME_FAMILY,
    asks,
    continued_question,
    joined,
    last_question,
    stands_in_place,
    tells_more_for_size,
)
from assistant.understanding.corrections import settled_intent
from assistant.understanding.expectations import expected_answer
from assistant.understanding.intents import SMALL_TALK, Intent, IntentClassifier, IntentGuess
from assistant.understanding.measurements import Measurements, parse_measurements
from assistant.understanding.question import Question, Understanding
from assistant.understanding.recipients import recipient_words
from assistant.understanding.references import (
    CERTAIN,
    NAMES_OF_CODES,
    Reference,
    moved_on,
    only_so_called,
    points,
    resolve,
    shown_products,
    without_name,
)
from assistant.understanding.refining import corrected, refined_search, with_further
from assistant.understanding.splitting import split_questions
from knowledge.catalog import Product
from knowledge.retrieval.coverage import Coverage
from knowledge.retrieval.encoders import ENGLISH, Vectors
from knowledge.retrieval.index import ShopIndex
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.query_units import QueryUnit
from knowledge.retrieval.tokens import content_words, is_filler, stem, words
from knowledge.script import Script, script_of, simplified
from knowledge.text import Lang, fold, has_han, language_of

# More than this in one message is a list to work through with a person.
MAX_QUESTIONS: Final = 3
MASKING_HITS: Final = 5
# Places and marks of locales in which Chinese is written in traditional script.
TRADITIONAL_LOCALES: Final = ("hant", "-tw", "-hk", "-mo")
# These are about a thing that one has seen: the only one that is called so is meant.
OF_ONE_PRODUCT: Final = frozenset({Intent.BARGAIN, Intent.SIZE_ADVICE})
# Of the product that the same message spoke of just before, where it names none.
OF_ITS_PRODUCT: Final = OF_ONE_PRODUCT | {Intent.PRODUCT_QUESTION}
MASK: Final = {"zh": "衣服", "en": "shirt"}
_SEEKING = re.compile(
    r"\b(?:do|don't|did) (?:you|u|ya) (?:guys )?(?:have|sell|carry|stock|do|make|got)|\b(?:got|have) any\b|\bany\b|\blooking for\b"
    r"|\b(?:show|find|recommend|suggest|get) me\b|\bi (?:want|need|would like|'d like)\b|\brecommend|\bsuggest"
    r"|有没有|有木有|有无|[有卖](?!.*(?:什么|怎么|哪里|多少)).*(?:吗|么|嘛|不|没)\s*[?？]?$|有哪些|想[要买找]|推荐|求|来[个款件条双]|找[个款件条双一]"
)
# "两条" counts what is looked for, it does not describe it.
_COUNTED = re.compile(r"[一二两三四五六七八九十几\d]+[条件个款双只支瓶套种把张盒]$")
_ARTICLE: Final = r"(?:the|this|that|your|ur)\b"
# What is named as known to both, up to the next that is.
_THE_ONE = re.compile(
    rf"\b{_ARTICLE}\s+((?:(?!{_ARTICLE})[a-z]+[ -]){{0,2}}(?!{_ARTICLE})[a-z]+)|[这那][个款件条双只支瓶套种]([㐀-鿿]{{2,6}})"
)


def _asked(text: str) -> list[str]:
    """Return the questions of a message; what only proves whose order it is goes with the one before."""
    out: list[str] = []
    for piece in split_questions(text):
        if out and not content_words(without_proofs(piece)):
            out[-1] = f"{out[-1]} {piece}"
        else:
            out.append(piece)
    return out


class Reader:
    """Understands the messages to one shop."""

    def __init__(self, index: ShopIndex, coverage: Coverage, vocabulary: OptionVocabulary, intents: IntentClassifier):
        self._index, self._coverage, self._vocabulary, self._intents = index, coverage, vocabulary, intents

    def read(self, request: TurnRequest) -> Understanding:
        """Return what the message asks, in the light of the conversation."""
        script = reply_script(request)
        request = request.in_simplified_script()
        lang = reply_language(request)
        told = parse_measurements(request.text)
        measurements = Measurements()
        for message in request.history:
            if message.sender_type == "shopper":
                measurements = measurements.updated(parse_measurements(message.text))
        questions: list[Question] = []
        for piece in _asked(request.text)[:MAX_QUESTIONS]:
            asked_before = questions[-1].reference if questions else Reference()
            questions.append(self._question(piece, request, lang, told, asked_before))
        # A greeting before a question is manners, not a question.
        topical = tuple(q for q in questions if q.intent not in SMALL_TALK) or tuple(questions[:1])
        return Understanding(lang, topical, measurements.updated(told), bool(told.body), script)

    def _question(
        self, text: str, request: TurnRequest, lang: Lang, told: Measurements, asked_before: Reference
    ) -> Question:
        """Understand one question; ``asked_before`` is what the same message spoke of last."""
        said = corrected(text, request.history)
        earlier = last_question(request.history) if said else self._continued(text, request.history)
        if earlier and (self._calls_a_person(text, lang) or self._takes_or_leaves(text, request.history, lang)):
            earlier = None  # no answer to what was asked back, whatever that was
        whole = joined(earlier, said or text, self._index.likeness, instead=said is not None) if earlier else text
        self._coverage.embed_together(whole, *((text,) if said else ()))
        constraints = self._of_kind(self._vocabulary.constraints(whole), whole)
        reference = _of_what_is_wanted(resolve(whole if said else text, request, self._index, lang), constraints)
        reference = self._bid_for(text, reference, constraints, lang)
        search: tuple[str, ...] = ()
        if not recipient_words(text):  # who says for whom it is begins anew
            shown = shown_products(request.history, self._index)
            search = refined_search(constraints, reference, shown, request.history, self._index.sold_kinds)
        if search:
            whole, reference = f"{search[0]}\n{text}", Reference()
            constraints = self._with_further(search, constraints)
        sizes_on = not (search or constraints.kinds or moved_on(request))
        sizes_on = sizes_on and tells_more_for_size(text, told, request.history)
        if sizes_on and reference.how not in ("named", "code", "described", "ordinal"):
            advised = shown_products(request.history, self._index).products[:1]
            whole, reference = text, Reference(advised, "pointed") if advised else reference
        vectors = self._index.embed(whole, language_of(whole, lang))
        guess = self._guess(whole, lang, vectors, reference)
        if earlier and reference.how not in ("named", "code", "ordinal"):
            before = resolve(earlier, request, self._index, lang)
            # Where other goods took its place the earlier product is no longer named.
            still_named = before.how in ("named", "code", "described") and bool(before.words & set(words(whole)))
            reference = before if still_named else reference
        goes_on = points(text) or guess.intent in OF_ITS_PRODUCT
        if not search and asked_before.products and reference.how in ("none", "page", "context") and goes_on:
            # "Is the linen shirt lined? Does it shrink? How much?"
            reference = Reference(asked_before.products, "pointed")
        units = self._units(whole, reference)
        expected = expected_answer(whole)
        question = Question(
            whole,
            guess.intent,
            guess,
            reference,
            constraints,
            units,
            self._sought(whole, constraints),
            expected,
            asks(whole),
            bool(_SEEKING.search(fold(whole))),
            vectors,
            refines=bool(search),
            sizes_on=sizes_on,
            said=text,
        )
        question = replace(question, intent=settled_intent(question, told))
        so_called = self._so_called(question, whole if said else text, lang)
        return replace(question, reference=so_called, units=self._units(whole, so_called)) if so_called else question

    def _so_called(self, question: Question, text: str, lang: Lang) -> Reference | None:
        """Return the only product that is called so; None where none is, or where another is meant."""
        reference = question.reference
        if reference.ambiguous or reference.how in CERTAIN or question.refines:
            return None
        if question.intent in OF_ONE_PRODUCT:
            named = Reference() if reference.products else only_so_called(question.text, self._index, lang)
        elif question.intent is Intent.PRODUCT_QUESTION:
            # "The lantern" is one that both know; "in linen" is none.
            named = only_so_called(" ".join(map("".join, _THE_ONE.findall(fold(text)))), self._index, lang)
            if named.products and reference.products and not _alike(reference.products[0], named.products[0], named):
                return None  # "is the lining silk" asks of the coat that is open, though a silk scarf is sold
        else:
            return None
        return named if named.products else None

    def _continued(self, text: str, history: Sequence[PastMessage]) -> str | None:
        """Return the earlier question that a message continues, joined with what that one continued itself."""
        before = continued_question(text, history)
        if before is None:
            return None
        said = max(i for i, message in enumerate(history) if message.sender_type == "shopper")
        begun = self._continued(before, history[:said])
        return before if begun is None else joined(begun, before, self._index.likeness)

    def _bid_for(self, text: str, reference: Reference, demands: Constraints, lang: Lang) -> Reference:
        """Return the one product that a bid names by its kind (厨师刀 80 行吗), where talk was of another.

        Of a kind with several products none is meant yet, and least of all one of another kind.
        """
        if reference.how not in ("context", "page") or not any(character.isdigit() for character in text):
            return reference
        named = only_so_called(text, self._index, lang)
        if named.products and _bids_for(text, named.products[0]):
            return named
        if not any(_bids_for(text, product) for product in reference.products):
            return reference  # the number is another: a height, a day
        of_kind = [product for product in reference.products if retail_kinds().of(product) & demands.kinds]
        return reference if of_kind or not demands.kinds else Reference()

    def _calls_a_person(self, text: str, lang: Lang) -> bool:
        """Tell whether a message by itself is one that a person must see at once."""
        guess = self._guess(text, lang, self._index.embed(text, language_of(text, lang)), Reference())
        # A lone noun (线呢, 经理呢) lies near to everything that is as short: it must be one of those who are called.
        sure = guess.score >= DEFAULTS.sure_intent if stands_in_place(text) else is_sure(guess)
        return guess.intent in CALLS_A_PERSON and sure

    def _takes_or_leaves(self, text: str, history: Sequence[PastMessage], lang: Lang) -> bool:
        """Tell whether a message says yes or no, or thanks, to a text that was shown as perhaps what was asked for."""
        last = next((m.reply for m in reversed(history) if m.sender_type == "assistant"), None)
        if last is None or not offers_text(last) or asks(text):
            return False
        guess = self._guess(text, lang, self._index.embed(text, language_of(text, lang)), Reference())
        return guess.intent in SMALL_TALK | {Intent.AFFIRM, Intent.DENY}

    def _units(self, text: str, reference: Reference) -> tuple[QueryUnit, ...]:
        """Return what is asked beside the products' names.

        A name that stands there whole is taken out once: "is the Linen Shirt 100% linen" asks
        about linen.
        """
        rest = fold(text)
        for product in reference.products:
            rest = rest.replace(fold(product.title), " ", 1)
        if reference.how == "named" and all(fold(product.title) in fold(text) for product in reference.products):
            return tuple(self._coverage.units(rest))
        named = reference.words | NAMES_OF_CODES if reference.how == "code" else reference.words
        return tuple(self._coverage.units(text, ignore=named))

    def meaning(self, text: str) -> Vectors:
        """Return a text in the multilingual space, shape ``(dim,)``; those of this turn are embedded once."""
        return self._index.embed_multilingual(text)

    def option_values(self, text: str) -> frozenset[str]:
        """Return the folded option values (sizes, colours) of this shop's products that a text names."""
        return frozenset().union(*self._vocabulary.constraints(text).options, self._vocabulary.values_in(text))

    def looking_for(self, text: str, question: Question) -> Question:
        """Return the question as a search for other words, such as a language model's."""
        text = simplified(text)
        constraints = self._of_kind(self._vocabulary.constraints(text), text)
        return replace(question, text=text, constraints=constraints, sought=self._sought(text, constraints))

    def _of_kind(self, constraints: Constraints, text: str) -> Constraints:
        """Add the kind of thing that is looked for, when the shop sells it."""
        asked = retail_kinds().asked(text)
        if asked is None or any(word in phrase for word in asked.words for phrase in constraints.excluded_words):
            return constraints
        sold = self._index.sold(asked.kinds)
        used = constraints.used | set(asked.words) if sold else constraints.used
        return replace(constraints, kinds=sold, used=used)

    def _sought(self, text: str, constraints: Constraints) -> tuple[QueryUnit, ...]:
        """Return the demands on a product that are left to its words; a name may describe as well as name."""
        dealt_with = {stem(word) for word in constraints.used}
        dealt_with |= {stem(word) for phrase in constraints.excluded_words for word in words(phrase)}
        dealt_with |= recipient_words(text)
        return tuple(
            unit
            for unit in self._coverage.units(text)
            if not all(is_filler(word) or stem(word) in dealt_with or _COUNTED.match(word) for word in unit.words)
        )

    def _with_further(self, search: Sequence[str], further: Constraints) -> Constraints:
        """Return the demands of earlier messages with further ones; another colour takes the place of the first."""
        root, *later = (self._of_kind(self._vocabulary.constraints(text), text) for text in search)
        for own in (*later, further):
            replaced = [
                values
                for values, word in zip(root.options, root.wanted, strict=True)
                if any(self._index.likeness(word, other) >= SAME_FAMILY for other in own.wanted)
            ]
            root = with_further(root, own, replaced)
        return root

    def _guess(self, text: str, lang: Lang, vectors: dict[str, Vectors], reference: Reference) -> IntentGuess:
        """Return the intent, the products' names masked: what is sold must not decide what is asked."""
        hits = self._index.search_products(SearchQuery(text, lang, limit=MASKING_HITS), vectors)
        masked = mask_product(text, [hit.product for hit in hits])
        # Facts will be held against the question without the product's name.
        self._coverage.embed_together(text, masked, without_name(text, reference))
        wordings = {wording: self._index.embed_multilingual(wording) for wording in (text, masked)}
        return self._intents.classify(wordings, language_of(text, lang), vectors.get(ENGLISH))


def _alike(one: Product, other: Product, named: Reference) -> bool:
    """Tell whether another product may be meant than the one at hand: by the word for what it is, or as its sibling."""
    mine, its = words(one.title), words(other.title)
    sibling = len(set(mine) & set(its)) >= min(len(mine), len(its)) - 1 > 0
    return sibling or any(stem(word) == stem(its[-1]) for word in named.words)


def _bids_for(text: str, product: Product) -> bool:
    return product.price_range is not None and parse_bid(text, product.price_range[0].amount) is not None


def _of_what_is_wanted(reference: Reference, constraints: Constraints) -> Reference:
    """Return the reference unless it was named by what is not wanted: 别推荐羊毛的围巾 means no woollen scarf."""
    unwanted = {word for phrase in constraints.excluded_words for word in words(phrase)}
    by_its_name = reference.how in ("named", "described")
    # "Bigger than 0.8 L" means none of 0.8 L, whatever is called so.
    bounded = constraints.bound is not None and bool(constraints.kinds)
    return Reference() if by_its_name and (unwanted & reference.words or bounded) else reference


def mask_product(text: str, products: Sequence[Product]) -> str:
    """Return the text with each run of words from products' names put as one common product.

    An ordinary noun keeps the grammar of both "do you have a …" and "is the … washable".
    """
    named = {stem(word) for product in products for word in words(product.title) if not is_filler(word)}
    if has_han(text):
        found = sorted((word for word in words(text) if word in named and len(word) > 1), key=len, reverse=True)
        folded = fold(text)
        for word in found:
            folded = folded.replace(word, "\0")
        return re.sub("(?:\0\\s*)+", MASK["zh"], folded)
    pieces = re.split(r"([A-Za-z]+(?:['’][a-z]+)?)", text)
    masked = ["\0" if i % 2 and stem(fold(piece)) in named else piece for i, piece in enumerate(pieces)]
    return re.sub("(?:\0\\s*)+", MASK["en"] + " ", "".join(masked))


def reply_language(request: TurnRequest) -> Lang:
    """Return the language to answer in: the message's, else the conversation's, else the shop's."""
    default: Lang = "zh" if request.shop.locale.lower().startswith("zh") else "en"
    for message in reversed(request.history):
        if message.sender_type == "shopper" and content_words(message.text):
            default = language_of(message.text, default)
            break
    return language_of(request.text, default)


def reply_script(request: TurnRequest) -> Script:
    """Return the script to answer in: the shopper's, as far as it shows, else that of the shop's locale."""
    locale = request.shop.locale.lower()
    ours: Script = "traditional" if any(mark in locale for mark in TRADITIONAL_LOCALES) else "simplified"
    return script_of(request.spoken) or ours
