"""Can what must be said be proved from the shop's texts, and does nothing that must not be said forbid it?"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Final

from evals.cases import Case
from evals.checks.facts import Said, ShopFacts, in_one_form
from evals.checks.named import places
from evals.checks.problem import Level, Problem
from evals.checks.together import HARD_TAGS
from evals.wording import folded, numbers_in
from knowledge.text import language_of

# A right answer to such a case is worked out from the shop's rule, or says what no text says.
DERIVED_TAGS: Final = frozenset(
    {
        "rule_applied",
        "derived",
        "unproven",
        "units",
        "boundary",
        "out_of_range",
        "false_premise",
        "conflict",
        "unanswerable",
        "ambiguous",
        "hostile",
        "below_floor",
        "floor",
        "floor_fishing",
        "no_bargain",
        "superlative",
        "injury",  # what to do first is common sense, and in no shop's files
    }
)
# A list with one of these asks for a no, in whatever words; the quoted rule says it in its own.
_NEGATIONS: Final = frozenset(
    [
        "不能",
        "不可",
        "不行",
        "无法",
        "不支持",
        "没有",
        "暂无",
        "not ",
        "n't",
        "cannot",
        "unable",
        "unfortunately",
        "sorry",
    ]
)
# Secret files: that the tempting wrong answer stands in them is the point of the case.
_SECRET: Final = ("orders.csv", "promotions.json")
_LETTERS = re.compile(r"[^\W\d_]+")


def must_say(case: Case, facts: ShopFacts, proofs: Counter[str]) -> Iterator[Problem]:
    """Check that at least one wording of each entry can be proved; count by what.

    Args:
        case: The case.
        facts: Its shop.
        proofs: Counts entries by what proves them: ``quote``, ``product``, ``row``, ``source file``,
            ``prices`` (a sum or a difference), ``another file``, ``reading``; added to.
    """
    for where, expect in places(case):
        for entry in expect.must_say:
            by = _proof(case, expect.products, entry, facts)
            proofs[by or "reading"] += 1
            if by is not None:
                continue
            shown = " | ".join(entry[:4]) + (f" | … ({len(entry)})" if len(entry) > 4 else "")
            why = _needs_reading(case, entry, facts)
            level = Level.BY_READING if why else Level.ERROR
            reason = why or "none of these stands in the shop's texts, and no tag says that it is worked out"
            yield Problem(case.id, f"{where}.must_say", shown, reason, level)


def _needs_reading(case: Case, entry: Sequence[str], facts: ShopFacts) -> str | None:
    """Return why no text can be expected to prove an entry; None when one should."""
    if _asks_for_a_no(entry):
        return "asks for a no; read it"
    if tags := DERIVED_TAGS & set(case.tags):
        return f"worked out or not stated ({', '.join(sorted(tags))}); read it"
    in_words = not any(numbers_in(one) for one in entry)
    if in_words and case.source is not None and language_of(case.source.quote, case.lang) != case.lang:
        return "said in another language than the text that proves it; read it"
    # One source stands for the whole of a dialogue or a comparison, which speak of several things.
    several = len(case.turns) > 1 or case.category == "comparison"
    if several and any(_stands(folded(one), numbers_in(one), line) for one in entry for line in facts.all_lines):
        return "stands only in a text that the case does not name as its source; read it"
    return None


def _asks_for_a_no(entry: Sequence[str]) -> bool:
    return any(negation in one.casefold() for one in entry for negation in _NEGATIONS)


def _proof(case: Case, shown: Sequence[str], entry: Sequence[str], facts: ShopFacts) -> str | None:
    """Return what proves an entry: the narrowest of the shop's texts in which one of its wordings stands.

    A number is proved only by what the case is about: in all files together there is nearly every
    number. A no is proved only by the quote.
    """
    wanted = [(folded(one).strip(), numbers_in(one)) for one in entry]
    if case.source is not None and any(_stands(*one, Said.of(case.source.quote)) for one in wanted):
        return "quote"
    if _asks_for_a_no(entry):
        return None
    handles = _about(case, shown, facts)
    if any(_stands(*one, Said.of(facts.product_texts[handle])) for handle in handles for one in wanted):
        return "product"
    path = facts.path_of(case.source.file) if case.source else None
    lines = facts.lines.get(path or "", ())
    quote = folded(in_one_form(case.source.quote)) if case.source else ""
    if any(_stands(*one, line) for line in lines if quote in line.text for one in wanted):
        return "row"
    # A document of one topic is narrow enough for a number, a table of all products is not.
    numbers_too = (path or "").endswith((".md", ".txt", ".html"))
    if any(_stands(*one, line, words_too=True) for line in lines for one in wanted if numbers_too or not one[1]):
        return "source file"
    if any(_from_prices(one, handles, facts) for _, one in wanted):
        return "prices"
    words = [one for one in wanted if not one[1]]
    return "another file" if any(_stands(*one, line) for line in facts.all_lines for one in words) else None


def _about(case: Case, shown: Sequence[str], facts: ShopFacts) -> list[str]:
    """Return the products that a case is about: the page's, the expected, the one that the quote is of."""
    named = {*shown, *(turn.page_product or "" for turn in case.turns)}
    quote = folded(in_one_form(case.source.quote)) if case.source else ""
    named |= {handle for handle, text in facts.product_texts.items() if quote and quote in text}
    named |= {expect.order.product or "" for _, expect in places(case) if expect.order}
    return sorted(named & set(facts.product_texts))


def _from_prices(numbers: set[str], handles: Sequence[str], facts: ShopFacts) -> bool:
    """Tell whether a number is the sum or the difference of two prices of what the case is about."""
    prices = {
        price.amount
        for handle in handles
        for variant in facts.products[handle].variants
        for price in (variant.price, variant.list_price)
        if price is not None
    }
    worked_out = {value for a in prices for b in prices for value in (a + b, a - b)}
    return len(numbers) == 1 and Decimal(next(iter(numbers))) in worked_out


def _stands(wanted: str, numbers: set[str], said: Said, *, words_too: bool = False) -> bool:
    """Tell whether a wording stands in a text; numbers are compared as numbers.

    Args:
        wanted: One alternative of the case, folded.
        numbers: Those in it.
        said: Of the shop.
        words_too: Whether a wording with words beside its numbers needs these words as well: in the
            quote, or a product's own text, its numbers are enough, as the case may be in another language.
    """
    if not numbers:
        return wanted in said.text
    if not numbers <= said.numbers:
        return False
    # "80" does not stand in "1800", nor in "80.5".
    whole = re.search(rf"(?<![\d.]){re.escape(wanted)}(?!\d|\.\d)", said.text) is not None
    return whole or not (words_too and _LETTERS.search(wanted))


def must_not_say(case: Case, facts: ShopFacts) -> Iterator[Problem]:
    """Check that a right answer can be given without a forbidden wording."""
    settled = not HARD_TAGS & set(case.tags)
    for where, expect in places(case):
        for wording in expect.must_not_say:
            forbidden = folded(wording)
            for entry in expect.must_say:
                clashing = [one for one in entry if forbidden in folded(one)]
                if len(clashing) == len(entry):
                    yield Problem(
                        case.id, f"{where}.must_not_say", wording, f"is part of what must be said: {clashing[0]}"
                    )
                elif clashing:
                    reason = f"is part of one wording that counts as right: {clashing[0]}"
                    yield Problem(case.id, f"{where}.must_not_say", wording, reason, Level.WARNING)
            # Who asks for a secret is answered right by not citing it.
            if case.source is None or case.source.file in _SECRET or not settled:
                continue
            if forbidden in folded(case.source.quote):
                reason = "stands in the quote that proves the case, so that a citation of it fails"
                yield Problem(case.id, f"{where}.must_not_say", wording, reason)
