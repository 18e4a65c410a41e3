"""Puts a reply into the shopper's script; what it quotes stays as the shop wrote it."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import replace
from typing import Final

from assistant.reply import Reply
from assistant.turn import OnText
from knowledge.script import Script, traditional

# The phrases put names into 「」 and the shop's words into “”.
_QUOTED: Final = r"「[^」]*」|“[^”]*”"


def in_script(reply: Reply, script: Script, verbatim: Collection[str] = ()) -> Reply:
    """Return the reply in the script. Citations, names of products and offers are untouched.

    Args:
        verbatim: Stretches of the text that are the shop's words.
    """
    if script == "simplified" or reply.lang != "zh":
        return reply
    quoted = [line for stretch in verbatim for line in stretch.split("\n")]
    quoted += [citation.quote for citation in reply.citations] + [card.title for card in reply.products]
    size = reply.size
    if size is not None:
        size = replace(size, reasons=tuple(_converted(reason, quoted) for reason in size.reasons))
    return replace(reply, text=_converted(reply.text, quoted), size=size)


def told_in_script(on_text: OnText, script: Script) -> OnText:
    """Return ``on_text`` for a reply in the script."""
    if script == "simplified":
        return on_text

    async def tell(text: str) -> None:
        await on_text(_converted(text, ()))

    return tell


def _converted(text: str, quoted: Collection[str]) -> str:
    """Return the text in traditional script but for what is quoted."""
    literal = sorted((re.escape(words) for words in quoted if words), key=len, reverse=True)
    parts = re.split(f"({'|'.join([*literal, _QUOTED])})", text)
    return "".join(part if place % 2 else traditional(part) for place, part in enumerate(parts))
