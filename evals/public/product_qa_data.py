"""The files of ``product_qa`` (semiPQA): shoppers' questions and the attributes of the product they asked about."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from evals.public.rows import bad_row, read_csv
from knowledge.catalog import Attribute

# An attribute is written in the manner of Amazon Ion: {key:value, …}, [value, …], "text", 'symbol', symbol, 1.5.
_TOKEN: Final = re.compile(r"""\s*("(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*'|[{}\[\]:;,]|[^\s{}\[\]:;,"']+)""")
_ESCAPED: Final = re.compile(r"\\(.)")
# The same value in another unit, and the parts of a value that is there as a whole.
_REPEATS: Final = frozenset({"normalized_value", "standardized_values", "decimal_value"})
_WHOLE: Final = ("string_value", "value")

Attributes = tuple[Attribute, ...]
Node = str | list["Node"] | dict[str, "Node"]


class PairRow(BaseModel):
    """One attribute held against one question; ``label`` is 1 when it answers."""

    model_config = ConfigDict(frozen=True)

    qid: str = Field(min_length=1)
    question: str = Field(min_length=1)
    candidate: str = Field(min_length=1)
    label: Literal["0", "1"]


@dataclass(frozen=True, slots=True)
class Asked:
    """One question.

    Attributes:
        attributes: Of the product, as a merchant would write them; those without a value left out.
        right: For each attribute whether it answers.
        answerable: Whether one answers, those without a value included.
    """

    id: str
    text: str
    attributes: Attributes
    right: tuple[bool, ...]
    answerable: bool


def read_questions(path: Path) -> list[Asked]:
    """Return the questions of a file.

    Raises:
        Invalid: A row cannot be used, or a question has two wordings (``usage_bad_data``).
    """
    rows: dict[str, list[tuple[PairRow, Attribute | None]]] = {}
    for number, row in enumerate(read_csv(path, PairRow, delimiter="\t"), start=2):
        told = rows.setdefault(row.qid, [])
        if told and told[0][0].question != row.question:
            raise bad_row(path, number, f"qid: {row.qid} has another question above")
        try:
            told.append((row, attribute(row.candidate)))
        except ValueError as error:
            raise bad_row(path, number, f"candidate: {error}") from error
    return [_asked(qid, pairs) for qid, pairs in rows.items()]


def _asked(qid: str, pairs: list[tuple[PairRow, Attribute | None]]) -> Asked:
    kept = [(told, row.label == "1") for row, told in pairs if told is not None]
    return Asked(
        qid,
        pairs[0][0].question,
        tuple(told for told, _ in kept),
        tuple(right for _, right in kept),
        any(row.label == "1" for row, _ in pairs),
    )


def distinct(asked: Iterable[Asked]) -> list[Attributes]:
    """Return the products: each set of attributes once, in the order of the questions."""
    return list(dict.fromkeys(one.attributes for one in asked))


def attribute(candidate: str) -> Attribute | None:
    """Return ``item_weight:  { unit:pounds, value:2.3 }`` as "item weight" and "2.3 pounds"; None without a value.

    Raises:
        ValueError: It is not written so.
    """
    key, colon, rest = candidate.partition(":")
    if not colon or not key.strip():
        raise ValueError("no name before a colon")
    value = "; ".join(filter(None, (_spoken(node) for node in _Reader(rest).values())))
    return Attribute(_words(key), value) if value else None


def _spoken(node: Node) -> str:
    if isinstance(node, str):
        return node
    if isinstance(node, list):
        return ", ".join(filter(None, map(_spoken, node)))
    whole = next((node[key] for key in _WHOLE if key in node), None)
    if whole is not None:
        # "17 inches" is told with its unit already.
        unit = "" if "string_value" in node else _spoken(node.get("unit", ""))
        return f"{_spoken(whole)} {_words(unit)}".strip()
    told = {key: _spoken(value) for key, value in node.items() if key not in _REPEATS}
    return ", ".join(f"{_words(key)} {text}" for key, text in told.items() if text)


def _words(name: str) -> str:
    return " ".join(name.replace("_", " ").split())


class _Reader:
    """Reads the values behind an attribute's name."""

    def __init__(self, text: str) -> None:
        self._tokens: Iterator[str] = self._cut(text)
        self._next = next(self._tokens, "")

    def values(self) -> Iterator[Node]:
        """Yield the values, which ``;`` separates."""
        yield self._value()
        while self._next:
            self._take(";")
            yield self._value()

    @staticmethod
    def _cut(text: str) -> Iterator[str]:
        place, end = 0, len(text.rstrip())
        while place < end:
            found = _TOKEN.match(text, place)
            if found is None:
                raise ValueError(f"cannot be read at {text[place : place + 20]!r}")
            yield found[1]
            place = found.end()

    def _value(self) -> Node:
        if self._next == "{":
            return self._struct()
        if self._next == "[":
            return self._list()
        token = self._take()
        if token[0] == '"':
            return _ESCAPED.sub(r"\1", token[1:-1])
        if token in set("}]:;,"):
            raise ValueError(f"a value is missing before {token!r}")
        return _words(token.strip("'"))

    def _struct(self) -> Node:
        found: dict[str, Node] = {}
        self._take("{")
        while self._next != "}":
            key = self._take()
            self._take(":")
            found[key] = self._value()
            if self._next != "}":
                self._take(",")
        self._take("}")
        return found

    def _list(self) -> Node:
        found: list[Node] = []
        self._take("[")
        while self._next != "]":
            found.append(self._value())
            if self._next != "]":
                self._take(",")
        self._take("]")
        return found

    def _take(self, wanted: str | None = None) -> str:
        token = self._next
        if not token or (wanted is not None and token != wanted):
            raise ValueError(f"{wanted or 'a value'} is missing before {token or 'the end'!r}")
        self._next = next(self._tokens, "")
        return token
