"""Whether a sentence claims more than its source: pure, all, always, only, where that says none of it.

"Pure wool" shares all its words with a source of 70 % wool. So words that leave nothing out must be borne out by
one of their kind.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from typing import Final

from knowledge.text import fold

# One kind a line: what the source must say too, in whichever words and language. 纯色 and 纯净水 name things,
# 全国 and 全身 places, and 只 counts as often as it excludes.
_KINDS: Final = tuple(
    re.compile(pattern)
    for pattern in (
        r"纯(?!色|净|粹)|\bpure(?:ly)?\b|(?<!\d)100\s*%|百分之百",
        r"所有|全部|任何|一切|一律|\ball\b|\bevery\b|\bany\b|\beach\b|\beverything\b",
        r"永远|永久|始终|从不|从来不|\balways\b|\bnever\b|\bforever\b|\blifetime\b|终身",
        r"完全|绝对|彻底|\bentirely\b|\bcompletely\b|\babsolutely\b|\bfully\b|\btotally\b",
        r"一定会|肯定|保证|包[退赔过]|\bguarantee[ds]?\b|\bcertainly\b|\bdefinitely\b",
        r"仅|唯一|只有|只能|\bonly\b|\bsolely\b|\bexclusively\b",
    )
)


def overstated(sentence: str, sources: Iterable[str]) -> bool:
    """Tell whether a sentence leaves nothing out where none of its sources does.

    Args:
        sources: The texts that support it.
    """
    told, known = fold(sentence), fold("\n".join(sources))
    return any(kind.search(told) and not kind.search(known) for kind in _KINDS)
