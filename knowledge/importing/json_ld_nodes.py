"""JSON-LD as shops write it: blocks in a page, graphs, references, one value where a list could stand."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from knowledge.importing.issues import Notes
from knowledge.importing.loose_json import loose

Node = Mapping[str, object]
_SCRIPT: Final = re.compile(
    r"<script\b[^>]{0,300}?\btype\s{0,3}=\s{0,3}[\"']?application/ld\+json\b[^>]{0,300}>(.*?)(?:</script\s*>|\Z)",
    re.IGNORECASE | re.DOTALL,
)
_WRAPPING: Final = re.compile(r"^\s*(?://\s*)?(?:<!\[CDATA\[|<!--)|(?://\s*)?(?:\]\]>|-->)\s*$")
# Where a page's own things stand. What it merely mentions (isRelatedTo, itemReviewed) is not sold there.
_CONTAINERS: Final = ("@graph", "mainEntity", "mainEntityOfPage", "itemListElement", "item", "subjectOf", "about")
_DEPTH: Final = 12
PRODUCTS: Final = frozenset(["product", "productgroup", "individualproduct", "productmodel", "vehicle", "book"])


def blocks_of(html: str, notes: Notes) -> list[object]:
    """Return the JSON-LD blocks of a page; a broken one is noted and the others are kept.

    Templates leave commas after the last entry and bare line breaks in texts; these are nobody's to mend.
    """
    blocks: list[object] = []
    for found in _SCRIPT.finditer(html):
        text = _WRAPPING.sub("", found[1]).strip()
        if not text:
            continue
        try:
            blocks.append(loose(text).value)
        except (ValueError, RecursionError) as error:
            line = html.count("\n", 0, found.start(1)) + 1
            notes.add("json_ld_broken", row=line, value=str(error))
    return blocks


@dataclass(frozen=True, slots=True)
class Graph:
    """The nodes of a file.

    Attributes:
        nodes: What the file is about, with a name for messages.
        by_id: Every node that has an ``@id`` and says more than that.
    """

    nodes: list[tuple[str, Node]] = field(default_factory=list)
    by_id: dict[str, Node] = field(default_factory=dict)

    def resolved(self, value: object) -> object:
        """Return the node that a reference names; anything else as it is."""
        if isinstance(value, Mapping) and len(value) <= 2 and isinstance(name := value.get("@id"), str):
            return self.by_id.get(name, value)
        return value


def graph_of(parsed: object) -> Graph:
    """Collect the nodes of a JSON-LD value."""
    graph = Graph()
    for node in _everything(parsed, 0):
        if isinstance(name := node.get("@id"), str) and len(node) > 2:
            graph.by_id.setdefault(name, node)
    known: set[int] = set()
    for where, node in _walk(parsed, "", 0):
        found = graph.resolved(node)
        if isinstance(found, Mapping) and id(found) not in known:
            known.add(id(found))
            graph.nodes.append((where, found))
    return graph


def _everything(value: object, depth: int) -> Iterator[Node]:
    if depth > _DEPTH:
        return
    if isinstance(value, Mapping):
        yield value
        for part in value.values():
            yield from _everything(part, depth + 1)
    elif isinstance(value, list):
        for part in value:
            yield from _everything(part, depth + 1)


def _walk(value: object, where: str, depth: int) -> Iterator[tuple[str, Node]]:
    if depth > _DEPTH:
        return
    if isinstance(value, list):
        for number, part in enumerate(value):
            yield from _walk(part, f"{where}[{number}]", depth + 1)
    elif isinstance(value, Mapping):
        yield where, value
        for key in _CONTAINERS:
            if key in value and types_of(value) & _LISTING | ({key} & {"@graph"}):
                yield from _walk(value[key], f"{where}.{key}".lstrip("."), depth + 1)


_LISTING: Final = frozenset(
    ["webpage", "itempage", "collectionpage", "productpage", "itemlist", "listitem", "offercatalog", "website",
     "aboutpage", "faqpage", "qapage", "searchresultspage"]
)  # fmt: skip


def types_of(node: Node) -> set[str]:
    """Return the node's types without the vocabulary's address, in lower case."""
    return {_last(one) for one in values_of(node.get("@type")) if isinstance(one, str)}


def _last(name: str) -> str:
    return re.split(r"[/#:]", name.strip().rstrip("/"))[-1].casefold()


def values_of(value: object) -> list[object]:
    """Return a list as it is, nothing for nothing, and one value as a list."""
    if value is None or value == "":
        return []
    return value if isinstance(value, list) else [value]


def text_of(value: object) -> str:
    """Return a text, a number, or what stands in ``@value`` or ``name``."""
    for one in values_of(value):
        if isinstance(one, str):
            return one.strip()
        if isinstance(one, bool):
            return "true" if one else "false"
        if isinstance(one, int | Decimal):
            return str(one)
        if isinstance(one, Mapping):
            inner = one.get("@value", one.get("name", one.get("value")))
            if not isinstance(inner, Mapping) and (text := text_of(inner)):
                return text
    return ""


def is_json_ld(parsed: object) -> bool:
    """Whether a JSON value is JSON-LD of things that a shop can use."""
    return bool(holds(parsed, PRODUCTS) or holds(parsed, frozenset(["faqpage"])))


def holds(parsed: object, types: frozenset[str]) -> bool:
    """Whether a JSON value holds a node of one of the types."""
    first = parsed[0] if isinstance(parsed, list) and parsed else parsed
    while isinstance(first, list) and first:
        first = first[0]
    if not isinstance(first, Mapping) or not ({"@type", "@graph", "@context"} & first.keys()):
        return False
    return any(types_of(node) & types for _, node in graph_of(parsed).nodes)
