"""Whether a clause denies: 不支持 against 支持, "cannot be returned" against "can be returned"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.text import fold

# 不锈钢, 不错, 不同 and the like are words of their own, and 无理由 and "no-iron" name things.
_DENIES: Final = re.compile(
    r"\b(?:not|no(?!-)|never|neither|without|cannot|unable)\b|n['’]t\b"
    r"|不(?!锈|错|同|仅|但|过|止|少|只|妨|如|易|管|论|满|足|到|超|低|高)|没(?!事)|勿|禁止|谢绝|无法|无需|非(?=质量)"
)
_CLAUSE: Final = re.compile(r"[,，;；。.!！?？\n:：]+(?!\d)|\bbut\b|但是?|不过")


def clauses(text: str) -> Iterator[str]:
    """Yield the clauses of a text, folded."""
    for clause in _CLAUSE.split(fold(text)):
        if clause.strip():
            yield clause.strip()


def denies(clause: str) -> bool:
    """Tell whether a folded clause denies what it speaks of; what denies twice affirms."""
    return len(_DENIES.findall(clause)) % 2 == 1
