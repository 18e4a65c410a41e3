"""A message cut into its questions; a statement goes with the question that follows it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import Final

from knowledge.retrieval.tokens import content_words

# A dot between digits ends no sentence.
_PIECE: Final = re.compile(r"[^?？!！。.\n;；]*(?:\.(?=\d)[^?？!！。.\n;；]*)*[?？!！。.\n;；]*")
# "Is it warm and does it shrink", 能机洗吗，会不会缩水: a new question begins where one word of asking
# follows a comma or an "and", and another stood before.
_ASKING_EN: Final = (
    r"(?:how|what|when|where|which|who|why|do|does|did|is|are|can|could|will|would|has|have)\b"
    r"(?:\s+(?:it|this|that|these|those|they|i|you|the|there|we|much|many|long|is|are|do|does|did|can|will|would)\b)"
)
_JOINT_EN: Final = re.compile(
    rf"(?:,\s*|\s+)(?:and|also|plus)\s+(?:also\s+)?(?={_ASKING_EN})|,\s*(?={_ASKING_EN})", re.I
)
_ASKS_EN: Final = re.compile(rf"\b{_ASKING_EN}", re.I)
_JOINT_ZH: Final = re.compile(r"(?<=[吗呢么])[，,、\s]+(?:还有|另外)?")
_ASKS_ZH: Final = re.compile(r"[吗呢么]\s*[?？]?$|什么|怎么|多少|多久|哪|几[天点个]|(.)不\1|有没有|可否")


def split_questions(text: str) -> list[str]:
    """Cut a message into its questions."""
    out: list[str] = []
    pending = ""
    for piece in _PIECE.findall(text):
        pending += piece
        if re.search(r"[?？]\s*$", piece):
            out.append(pending.strip())
            pending = ""
    if pending.strip():
        if out and len(content_words(pending)) < 2:
            out[-1] = f"{out[-1]} {pending.strip()}"
        else:
            out.append(pending.strip())
    return [question for piece in out for question in _joined_questions(piece)] or [text.strip()]


def _joined_questions(piece: str) -> Iterator[str]:
    """Yield the questions that one sentence joins; each must ask something of its own."""
    for joint, asks in ((_JOINT_EN, _ASKS_EN), (_JOINT_ZH, _ASKS_ZH)):
        for found in joint.finditer(piece):
            left, right = piece[: found.start()].strip(), piece[found.end() :].strip()
            if all(asks.search(side) and content_words(side) for side in (left, right)):
                yield left
                yield from _joined_questions(right)
                return
    if piece:
        yield piece
