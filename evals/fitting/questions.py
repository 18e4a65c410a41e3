"""Questions of which it is known whether the shop's files answer them, and with which words."""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import product
from pathlib import Path
from typing import Any, Final

from evals.cases import Case, read_cases
from evals.shipped import case_files, evals_folder, shop_folders
from knowledge.errors import Invalid

QUESTIONS: Final = "questions.jsonl"
# Of these cases the documents or the page answer, or nothing does; the others are for another skill.
# Shorter wordings are in too many texts to prove anything.
TELLING: Final = 5
ABOUT_WORDS: Final = frozenset({"answers", "cross_lingual"})
_SPACE: Final = re.compile(r"[\s*`|_#>-]+")


@dataclass(frozen=True, slots=True)
class Labelled:
    """One question.

    Attributes:
        product: Handle of the page it is asked from.
        proofs: Alternatives; each is a set of words that a text must hold to answer. Empty: no text does.
        case: The case that it is taken from, by which the whole reply is judged too.
    """

    id: str
    shop: str
    text: str
    product: str | None
    proofs: tuple[tuple[str, ...], ...]
    case: Case | None = None

    @property
    def about_words(self) -> bool:
        """Whether it is a question that only a text answers."""
        return self.case is None or self.case.category in ABOUT_WORDS

    def answered_by(self, label: str, text: str) -> bool:
        """Tell whether a text under a label answers."""
        said = [_bare(text), _bare(f"{label}:{text}")]
        return any(all(any(_bare(words) in one for one in said) for words in proof) for proof in self.proofs)


def fitting_shops() -> dict[str, Path]:
    """Return the folders of the shops that are only fitted on, by shop id."""
    return {path.parent.name: path.parent for path in sorted((evals_folder() / "fitting").glob(f"*/{QUESTIONS}"))}


def of_fitting_shop(folder: Path) -> list[Labelled]:
    """Return the labelled questions of a folder.

    Raises:
        Invalid: A line cannot be used (``usage_bad_data``).
    """
    try:
        rows = [json.loads(line) for line in (folder / QUESTIONS).read_text("utf-8").splitlines() if line.strip()]
        return [_labelled(folder.name, row) for row in rows]
    except (OSError, ValueError, KeyError, TypeError) as error:
        raise Invalid(f"{folder / QUESTIONS}: {error!r}", code="usage_bad_data") from error


def of_cases(shop: str) -> list[Labelled]:
    """Return a shop's cases of one turn of which it is plain whether a text answers them."""
    return list(_of_cases(read_cases(case_files()[shop], shop)))


def demo_shops() -> list[str]:
    """Return the shops that have cases and are shown in the demo: the held-out one is never fitted on."""
    held_out = {path.name for path in (evals_folder() / "shops").iterdir()}
    return sorted(set(case_files()) & set(shop_folders()) - held_out)


def files_hash(shops: dict[str, Path]) -> str:
    """Return a SHA-256 over the questions that were fitted on, in 64 hex digits."""
    digest = hashlib.sha256()
    for path in [*(folder / QUESTIONS for folder in shops.values()), *(case_files()[shop] for shop in demo_shops())]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def _labelled(shop: str, row: dict[str, Any]) -> Labelled:
    answer = row["answer"]
    quotes = [] if answer is None else [answer["quote"]] if isinstance(answer["quote"], str) else answer["quote"]
    return Labelled(row["id"], shop, row["text"], row["product"], tuple((quote,) for quote in quotes))


def _of_cases(cases: tuple[Case, ...]) -> Iterator[Labelled]:
    for case in cases:
        accepted = set(case.expect.action)
        if len(case.turns) > 1:
            continue
        proofs: list[tuple[str, ...]] = []
        if case.category in ABOUT_WORDS:
            # What may be answered and may be handed over as well says nothing about the text.
            if "answer" in accepted and len(accepted) > 1:
                continue
            if accepted == {"answer"} and case.source is not None:
                proofs += [(case.source.quote,), *_must_say(case)]
        yield Labelled(case.id, case.shop, case.turns[0].text, case.turns[0].page_product, tuple(proofs), case)


def _must_say(case: Case) -> Iterator[tuple[str, ...]]:
    """Yield what a right reply must say, one wording of each; "no" alone stands in many texts and proves nothing."""
    wordings = [[word for word in alternatives if len(word) >= TELLING] for alternatives in case.expect.must_say]
    if wordings and all(wordings):
        yield from product(*wordings)


def _bare(text: str) -> str:
    """Return a text without white space and marks, which files set as they like."""
    return _SPACE.sub("", text).casefold()
