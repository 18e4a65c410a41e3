"""Whether a typed fact decides a yes/no question, and how.

Only what the merchant states in a field of the product decides: a clause that names all that was
asked says yes, or no when it denies it; a clause that allows one thing only excludes its like. All
else is quoted and left to the shopper: half a yes is worse than the words themselves.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import Final

from knowledge.text import fold

# All of the question, words of the thesaurus for one another, but hardly a word that merely lies near.
ALL_OF_IT: Final = 0.9
# A field that is a bare yes or no is about its name; the question may have words around that.
MOSTLY: Final = 0.7
# What an "only" excludes is not spoken of in its clause.
NOTHING_OF_IT: Final = 0.5
_YES: Final = frozenset({"yes", "true", "y", "是", "有", "支持", "可以", "能", "可"})
_NO: Final = frozenset({"no", "false", "n", "none", "否", "无", "没有", "不支持", "不可以", "不能", "不可"})
CLAUSE: Final = re.compile(r"[,;.，；。、\n]|\bbut\b|但")
_DENIES: Final = re.compile(
    r"\b(?:not|no|non|never|without|don't|doesn't|isn't|aren't|cannot|can't|avoid|un\w+able)\b|[a-z]-free\b|[不无勿非未没禁]|避免"
)
_ONLY: Final = re.compile(r"\bonly\b|\bsolely\b|\bexclusively\b|[仅只限]")


def denies(clause: str) -> bool:
    """Tell whether a folded clause denies what it names."""
    return _DENIES.search(clause) is not None


def decided(label: str, value: str, share: Callable[[str], float]) -> bool | None:
    """Return the answer that a typed fact gives to a yes/no question; None when it leaves it open.

    Args:
        label: The fact's name in the merchant's words.
        value: What the merchant states.
        share: Tells how much of the question a text speaks about, in [0, 1].
    """
    bare = fold(value).strip(" .。!")
    if bare in _YES or bare in _NO:
        return bare in _YES if share(label) >= MOSTLY else None
    clauses = [clause.strip() for clause in CLAUSE.split(fold(value)) if clause and clause.strip()]
    naming = [clause for clause in clauses if share(f"{label}\n{clause}") >= ALL_OF_IT and share(clause) > 0]
    answers = {not denies(clause) for clause in naming}
    if len(answers) == 1:
        return answers.pop()
    excludes = any(_ONLY.search(clause) and share(clause) < NOTHING_OF_IT for clause in clauses)
    return False if excludes and not naming and len(clauses) == 1 else None
