"""The part of a passage that answers, in the shop's own words.

A short passage is quoted whole. Of a long one the statements that speak about the question are
kept in their order, together with the conditions and exceptions beside them; of a table, the rows.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from knowledge.text import has_han, sentence_spans

# What a shopper reads without scrolling; guides for auto-replies name about 150 Chinese characters.
MOST_HAN: Final = 200
MOST_LATIN: Final = 420
MOST_STATEMENTS: Final = 5
# A statement that covers clearly less than the best one is about something else.
NEAR_BEST: Final = 0.75

_TABLE_RULE = re.compile(r"^\s*\|?\s*:?-{2,}:?\s*(?:\|\s*:?-{2,}:?\s*)*\|?\s*$")
_CONDITION = re.compile(
    r"^(?:but|however|except|unless|only|if|please note|note|excluding|exceptions?|this does not|但|不过|除|如果|如|若|注意|仅|不包括|不含|例外|以下情况|其中)",
    re.IGNORECASE,
)
_MARKUP = re.compile(r"\*\*|__|`|^#{1,6}\s+|^>\s?", re.MULTILINE)
_LINK = re.compile(r"\[([^\]]+)\]\([^)]+\)")
_BULLET = re.compile(r"^\s*(?:[-*+•]|\d+[.)、])\s+")


@dataclass(frozen=True, slots=True)
class Statement:
    """One sentence, list item or table row of a passage.

    Attributes:
        start: In the passage's text; ``text[start:end]`` are the merchant's own characters.
        plain: As the shopper reads it: no markup, a table row with its column names.
        opens: Whether it announces what follows ("These cannot be returned:").
    """

    start: int
    end: int
    plain: str
    is_item: bool = False
    opens: bool = False


def statements(text: str) -> list[Statement]:
    """Cut a passage into its statements."""
    out: list[Statement] = []
    header: list[str] | None = None
    for start, end in _lines(text):
        line = text[start:end]
        if _TABLE_RULE.match(line):
            continue
        if line.lstrip().startswith("|"):
            cells = [_plain(cell) for cell in line.strip().strip("|").split("|")]
            if header is None:
                header = cells
            else:
                pairs = [f"{name}: {cell}" if name else cell for name, cell in zip(header, cells, strict=False) if cell]
                out.append(Statement(start, end, _joined(pairs), is_item=True))
            continue
        header = None
        if _BULLET.match(line):
            out.append(Statement(start, end, "- " + _plain(_BULLET.sub("", line)), is_item=True))
            continue
        for left, right in sentence_spans(line):
            plain = _plain(line[left:right])
            if plain:
                out.append(Statement(start + left, start + right, plain, opens=plain.endswith((":", "："))))
    return out


def excerpt(text: str, share: Callable[[str], float], holds: Callable[[str], bool] | None = None) -> list[Statement]:
    """Return the statements to quote, in their order.

    Args:
        share: Tells how much of the question a text speaks about, in [0, 1].
        holds: Tells whether a text has what is asked for, such as an amount; None where anything may answer.
    """
    found = statements(text)
    most = MOST_HAN if has_han(text) else MOST_LATIN
    if sum(len(s.plain) for s in found) <= most or len(found) < 2:
        return found
    shares = [share(s.plain) for s in found]
    best = max(shares)
    chosen = {i for i, value in enumerate(shares) if best and value >= NEAR_BEST * best} or {0}
    ranked = sorted(chosen, key=lambda i: (-shares[i], i))[:MOST_STATEMENTS]
    chosen = set(ranked)
    for i in ranked:
        chosen.update(_company(found, i))
    if holds is not None:
        chosen.update(_holding(found, chosen, holds))
    return _within([found[i] for i in sorted(chosen)], most * 2)


def _company(found: list[Statement], place: int) -> Iterator[int]:
    """Yield what must not be torn from a statement: its condition, and the line that opens its list."""
    following = place + 1
    if following < len(found) and _CONDITION.match(found[following].plain.removeprefix("- ")):
        yield following
    if found[place].opens:
        for i in range(place + 1, len(found)):
            if not found[i].is_item:
                break
            yield i
    if found[place].is_item:
        for i in range(place - 1, -1, -1):
            if not found[i].is_item:
                if found[i].opens:
                    yield i
                break


def _holding(found: list[Statement], chosen: set[int], holds: Callable[[str], bool]) -> Iterator[int]:
    """Yield the statement nearest to the chosen ones that has what is asked for, where none of them has it.

    "The lamp travels as freight" answers "how much more" with the sentence behind it; what stands behind goes first.
    """
    if any(holds(found[i].plain) for i in chosen):
        return
    others = [i for i in range(len(found)) if i not in chosen and not found[i].is_item and holds(found[i].plain)]
    if others:
        yield min(others, key=lambda i: min((abs(i - c), i < c) for c in chosen))


def _within(chosen: list[Statement], most: int) -> list[Statement]:
    """Keep whole statements up to the limit; always the first."""
    out: list[Statement] = []
    used = 0
    for statement in chosen:
        used += len(statement.plain)
        if out and used > most:
            break
        out.append(statement)
    return out


def as_text(chosen: list[Statement], heading: str = "") -> str:
    """Return the statements as one text: items on lines of their own, sentences joined.

    Items without the line that announces them come under their heading: "opened candles" alone
    does not say that they cannot be returned.
    """
    out = ""
    if heading and chosen and chosen[0].is_item:
        out = heading if heading.endswith(("?", "？")) else heading + ("：" if has_han(heading) else ":")
    for statement in chosen:
        out += _gap(out, statement) + statement.plain
    return out


def _gap(before: str, statement: Statement) -> str:
    """Return what stands between the text so far and the next statement."""
    if not before:
        return ""
    if statement.is_item or before.rsplit("\n", 1)[-1].startswith("- ") or before.endswith((":", "：")):
        return "\n"
    return "" if before[-1] in "。；！？，" or has_han(statement.plain[:2]) else " "


def _lines(text: str) -> Iterator[tuple[int, int]]:
    start = 0
    for line in text.splitlines(keepends=True):
        stripped = line.strip()
        if stripped:
            left = start + len(line) - len(line.lstrip())
            yield left, left + len(stripped)
        start += len(line)


def _plain(text: str) -> str:
    return " ".join(_LINK.sub(r"\1", _MARKUP.sub("", text)).split())


def _joined(pairs: list[str]) -> str:
    return "- " + ("；" if has_han("".join(pairs)) else "; ").join(pairs)
