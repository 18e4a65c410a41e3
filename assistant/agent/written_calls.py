"""Reads the tool calls of models that write them a little wrong: punctuation is mended, no value is invented."""

from __future__ import annotations

import ast
import json
import re
from collections.abc import Collection, Iterator
from html import unescape
from typing import Any, Final, NamedTuple

_FENCE: Final = re.compile(r"^\s*```(?:json)?\s*|\s*```\s*$")
_TRAILING_COMMA: Final = re.compile(r",(?=\s*[}\]])")
# Names under which models that were not trained on OpenAI's protocol write the arguments.
_ARGUMENTS: Final = ("arguments", "parameters", "args", "input")
_CLOSES: Final = {"{": "}", "[": "]"}
# In text some write the name in front: "functions.search_documents: {…}".
_NAMED: Final = re.compile(r"(?:functions?\.)?(\w+)\s*[:(]?\s*$")


class WrittenCall(NamedTuple):
    """A tool call that was found in the text of a reply."""

    name: str
    arguments: dict[str, Any]


def arguments_in(text: str) -> dict[str, Any] | None:
    """Return the arguments of a call; None when they cannot be read without guessing.

    Quotes, fences, trailing commas, and closing brackets that are missing are mended. Text that ends
    within a value is not: "50" may have been about to be 500.
    """
    bare = _FENCE.sub("", unescape(text)).strip()  # templates for web pages escape the quotes
    if not bare:
        return {}
    return next((found for candidate in _readings(bare) if (found := _object(candidate)) is not None), None)


def calls_in(text: str, tools: Collection[str]) -> list[WrittenCall]:
    """Return the calls of known tools that stand in a text as JSON, in their order."""
    found, at = [], 0
    while (at := text.find("{", at)) >= 0:
        end = _end_of_object(text, at)
        told = arguments_in(text[at:end])
        call = None if told is None else _call(told, text[:at], tools)
        found += [call] if call is not None else []
        at = end if call is not None else at + 1
    return found


def _call(told: dict[str, Any], before: str, tools: Collection[str]) -> WrittenCall | None:
    name = told.get("name")
    key = next((key for key in _ARGUMENTS if isinstance(told.get(key), dict)), None)
    if isinstance(name, str) and name in tools and key is not None:
        return WrittenCall(name, told[key])
    named = _NAMED.search(before.rstrip())
    return WrittenCall(named[1], told) if named and named[1] in tools else None


def _readings(text: str) -> Iterator[str]:
    yield text
    yield _TRAILING_COMMA.sub("", text)
    if (closed := _closed(text)) is not None:
        yield _TRAILING_COMMA.sub("", closed)


def _object(text: str) -> dict[str, Any] | None:
    """Return an object that is written as JSON, or as Python would write it."""
    for read in (json.loads, ast.literal_eval):
        try:
            found = read(text)
        except (ValueError, SyntaxError, MemoryError, RecursionError):
            continue
        if isinstance(found, dict) and all(isinstance(key, str) for key in found):
            return found
    return None


def _scan(text: str) -> Iterator[tuple[int, list[str], str]]:
    """Yield each character's place, the brackets open after it, and the quote it stands within."""
    stack: list[str] = []
    quote, escaped = "", False
    for place, character in enumerate(text):
        if quote:
            closes = character == quote and not escaped
            escaped = character == "\\" and not escaped
            quote = "" if closes else quote
        elif character in "\"'":
            quote = character
        elif character in _CLOSES:
            stack.append(_CLOSES[character])
        elif stack and character == stack[-1]:
            stack.pop()
        yield place, stack, quote


def _closed(text: str) -> str | None:
    """Return the text with its brackets closed; None when it ends within a value."""
    stack, quote = next(((open_, within) for _, open_, within in reversed(list(_copied(text)))), ([], ""))
    ends_whole = text.rstrip()[-1:] in "\"'}],"
    return text + "".join(reversed(stack)) if stack and not quote and ends_whole else None


def _copied(text: str) -> Iterator[tuple[int, list[str], str]]:
    return ((place, list(stack), quote) for place, stack, quote in _scan(text))


def _end_of_object(text: str, start: int) -> int:
    """Return where an object that begins here ends; the end of the text when it is not closed."""
    return next((start + place + 1 for place, stack, _ in _scan(text[start:]) if not stack), len(text))
