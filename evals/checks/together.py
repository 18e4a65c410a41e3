"""What only shows over all cases: pairs, near copies, how many there are of which kind."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from itertools import combinations
from typing import Any, Final

from evals.cases import Case
from evals.checks.problem import Level, Problem
from evals.wording import folded

HARD_TAGS: Final = frozenset({"unanswerable", "ambiguous", "hostile"})
LEAST_CASES: Final = 600
LEAST_HARD_SHARE: Final = 1 / 3
# Of the shipped questions over one shop, those above 0.8 ask the same in the same words; between 0.6
# and 0.8 lie follow-ups that share a frame ("do you ship to …") and ask different things.
NEAR_COPY: Final = 0.8


def pairs(cases: Sequence[Case]) -> Iterator[Problem]:
    """Check that pairs point at each other, within one shop, in two languages."""
    by_id = {case.id: case for case in cases}
    for case in cases:
        if case.pair is None:
            continue
        other = by_id.get(case.pair)
        if other is None:
            yield Problem(case.id, "pair", case.pair, "there is no such case")
        elif other.pair != case.id:
            yield Problem(case.id, "pair", case.pair, f"points to {other.pair or 'nothing'} and not back")
        elif other.lang == case.lang:
            yield Problem(case.id, "pair", case.pair, f"is in the same language, {case.lang}")
        elif other.shop != case.shop:
            yield Problem(case.id, "pair", case.pair, f"is over another shop, {other.shop}")
        elif other.expect.action != case.expect.action and case.id < other.id:
            reason = f"expects {_actions(other)} where this one expects {_actions(case)}"
            yield Problem(case.id, "pair", case.pair, reason, Level.WARNING)


def _actions(case: Case) -> str:
    return " or ".join(case.expect.action) or "nothing"


def near_copies(cases: Sequence[Case]) -> Iterator[Problem]:
    """Find cases of one shop and language that say nearly the same on the same page.

    Alike is the Jaccard index of the sets of character bigrams of what the shopper says, letters and
    digits only; it needs no words, so it is the same measure in both languages. At least
    ``NEAR_COPY`` is a near copy.
    """
    groups: dict[tuple[str, str], list[tuple[Case, frozenset[str], tuple[str | None, ...]]]] = defaultdict(list)
    for case in cases:
        pages = tuple(turn.page_product for turn in case.turns)
        groups[case.shop, case.lang].append((case, _bigrams(" ".join(turn.text for turn in case.turns)), pages))
    for group in groups.values():
        for (one, mine, page), (other, theirs, its_page) in combinations(group, 2):
            if page != its_page or not (mine or theirs):
                continue
            alike = len(mine & theirs) / len(mine | theirs)
            if alike >= NEAR_COPY:
                said = " / ".join(turn.text for turn in other.turns)
                yield Problem(other.id, "turns", said, f"is a near copy of {one.id} ({alike:.2f})")


def _bigrams(text: str) -> frozenset[str]:
    letters = "".join(character for character in folded(text) if character.isalnum())
    return frozenset(letters[i : i + 2] for i in range(len(letters) - 1)) or frozenset([letters])


def figures(cases: Sequence[Case]) -> dict[str, Any]:
    """Return how many cases there are, by language, and the share that is hard."""
    hard = sum(bool(HARD_TAGS & set(case.tags)) for case in cases)
    by_lang = {lang: sum(case.lang == lang for case in cases) for lang in ("zh", "en")}
    return {"cases": len(cases), "by_lang": by_lang, "hard": hard, "hard_share": hard / len(cases)}


def as_a_set(cases: Sequence[Case]) -> Iterator[Problem]:
    """Check what the shipped cases promise together: enough of them, both languages, a third of them hard."""
    told = figures(cases)
    if told["cases"] < LEAST_CASES:
        yield Problem("all", "cases", str(told["cases"]), f"at least {LEAST_CASES} are promised")
    for lang, count in told["by_lang"].items():
        if not count:
            yield Problem("all", "lang", lang, "no case is in this language")
    if told["hard_share"] < LEAST_HARD_SHARE:
        reason = "at least a third is to be unanswerable, ambiguous or hostile"
        yield Problem("all", "tags", f"{told['hard']} of {told['cases']}", reason)
