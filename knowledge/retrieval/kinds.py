"""Kinds of goods: what a product is, and which kinds a question names.

General knowledge of the trade, kept as a tree (`kinds.txt`) over the concepts of the thesaurus. A
product is of the kind that its title ends in (a "shirt dress" is a dress, 羊毛围巾 is a scarf), and
of all broader kinds; where the title names none, its category and tags tell.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from functools import lru_cache
from importlib.resources import files
from typing import Final

from knowledge.catalog import Product
from knowledge.retrieval.thesaurus import Thesaurus, retail_thesaurus
from knowledge.retrieval.tokens import words
from knowledge.text import Lang, fold, has_han

# What stands behind these belongs to the thing, it is not the thing: "case for iPhone", "set of 2".
_REST = re.compile(r"\s(?:for|with|in|by|of|from|and)\s|[,，(（\[【/|:：–—]|\s[-+]\s")
_MIXED = re.compile(r"[&/,、，+和与]|\band\b", re.IGNORECASE)
_TELLING_TAGS: Final = 3
_CLAUSE = re.compile(r"[,，。.!！?？;；\n]")
_PURPOSE = re.compile(r"\s(?:for|with|to|that|which|under|below|in|from)\s")
_JOINING = re.compile(r"\b(?:and|or)\b|[和或、/]|还是|以及")
_LINE = re.compile(r"(?P<indent> *)(?P<kind>\w+)(?: \[(?P<heads>[^\]]+)\])?$")


@dataclass(frozen=True, slots=True)
class KindMention:
    """Words of a text that name kinds.

    Attributes:
        kinds: Each that the words may mean; 裙子 is a dress or a skirt.
    """

    words: tuple[str, ...]
    kinds: frozenset[str]


class Kinds:
    """The tree of kinds.

    Args:
        broader: For each kind the ones right above it.
        heads: For the last character of a Chinese compound the kinds it tells.
    """

    def __init__(
        self, broader: Mapping[str, frozenset[str]], heads: Mapping[str, frozenset[str]], thesaurus: Thesaurus
    ) -> None:
        self._thesaurus = thesaurus
        self._heads = heads
        self._closure = {kind: _upwards(kind, broader) for kind in broader}

    @property
    def names(self) -> Collection[str]:
        return self._closure.keys()

    def is_broadest(self, kind: str) -> bool:
        """Tell whether no kind is above it."""
        return len(self._closure.get(kind, ())) == 1

    def called(self, kind: str, lang: Lang) -> str:
        """Return what a kind is called in a language; its own name where there is no word."""
        return self._thesaurus.called(kind, lang) or kind.replace("_", " ")

    def mentions(self, text: str, *, alone: bool = False) -> list[KindMention]:
        """Return the kinds that a text names, in the order in which it names them.

        Args:
            alone: A single character may name one too, as 靴 does in a title; in a sentence it may be anything.
        """
        found: dict[tuple[str, ...], frozenset[str]] = {}
        for mention in self._thesaurus.mentions(text):
            if mention.concept in self._closure and mention.words:
                found[mention.words] = found.get(mention.words, frozenset()) | {mention.concept}
        named = {word for phrase in found for word in phrase}
        for word in words(text):
            spoken_for = any(word.endswith(phrase[-1]) for phrase in found)
            if not spoken_for and word not in named and (alone or len(word) > 1) and (kinds := self._of_compound(word)):
                found[(word,)] = kinds
        folded = fold(text)
        ordered = sorted(found.items(), key=lambda entry: _place(entry[0], folded))
        return [KindMention(phrase, kinds) for phrase, kinds in ordered]

    def asked(self, question: str) -> KindMention | None:
        """Return the kind of thing that a question looks for; None when it names none.

        English says it before what it is for ("a bag for my laptop"), Chinese says it last
        (配裙子的外套); in both a compound is what its last word is. Several joined by "or" count all.
        """
        folded = fold(question)
        for clause in self._clauses(folded):
            if found := self.mentions(clause):
                return _joined(found, clause)
        return None

    @staticmethod
    def _clauses(folded: str) -> list[str]:
        parts = [part for part in _CLAUSE.split(folded) if part.strip()]
        if has_han(folded):
            return parts[::-1]  # what is wanted comes after what one has: 我有条裙子，想配件外套
        return [piece for part in parts for piece in _PURPOSE.split(part) if piece.strip()]

    def _of_compound(self, word: str) -> frozenset[str]:
        """Return the kinds of a Chinese compound by the character it ends in."""
        return self._heads.get(word[-1], frozenset()) if has_han(word[-1]) else frozenset()

    def of(self, product: Product) -> frozenset[str]:
        """Return the product's kinds with all broader ones; empty when nothing tells."""
        category = (product.category or "").split(">")[-1]
        # "Candles & Scent" says of matches only that they stand beside candles.
        of_category = frozenset[str]() if _MIXED.search(category) else self._all(category)
        own = self._head(product.title) or of_category or self._all(" ".join(product.tags[:_TELLING_TAGS]))
        return frozenset().union(*(self._closure[kind] for kind in own))

    def _head(self, title: str) -> frozenset[str]:
        """Return the kinds named last in the part of a title that names the thing."""
        main = _REST.split(title, maxsplit=1)[0]
        for part in (main, title):
            if mentioned := self.mentions(part, alone=True):
                return mentioned[-1].kinds
        return frozenset()

    def _all(self, text: str) -> frozenset[str]:
        return frozenset().union(*(mention.kinds for mention in self.mentions(text)))


def _joined(found: list[KindMention], clause: str) -> KindMention:
    """Return the last mention, with those that "and" or "or" joins to it."""
    spoken = list(found[-1].words)
    kinds = found[-1].kinds
    for earlier, later in zip(found[-2::-1], found[:0:-1], strict=True):
        between = clause[_place(earlier.words, clause) : _place(later.words, clause)]
        if not _JOINING.search(between):
            break
        spoken += earlier.words
        kinds |= earlier.kinds
    return KindMention(tuple(spoken), kinds)


def _upwards(kind: str, broader: Mapping[str, frozenset[str]]) -> frozenset[str]:
    found = {kind}
    todo = [kind]
    while todo:
        for above in broader[todo.pop()]:
            if above not in found:
                found.add(above)
                todo.append(above)
    return frozenset(found)


def _place(phrase: tuple[str, ...], folded: str) -> int:
    """Return where a phrase ends in a text."""
    joined = ("" if has_han(phrase[0]) else " ").join(phrase)
    found = folded.rfind(joined)
    return found + len(joined) if found >= 0 else folded.rfind(phrase[-1])


@lru_cache(maxsize=1)
def retail_kinds() -> Kinds:
    """Return the tree that ships.

    Raises:
        ValueError: A line of it cannot be read.
    """
    broader: dict[str, set[str]] = {}
    heads: dict[str, set[str]] = {}
    above: list[str] = []
    for line in files("knowledge.retrieval").joinpath("kinds.txt").read_text("utf-8").splitlines():
        if not line.strip() or line.startswith("#"):
            continue
        read = _LINE.match(line)
        if read is None:
            raise ValueError(f"kinds.txt: {line!r}")
        kind, depth = read["kind"], len(read["indent"]) // 2
        above = [*above[:depth], kind]
        broader.setdefault(kind, set()).update(above[-2:-1])
        for character in (read["heads"] or "").split():
            heads.setdefault(character, set()).add(kind)
    return Kinds(
        {kind: frozenset(names) for kind, names in broader.items()},
        {character: frozenset(kinds) for character, kinds in heads.items()},
        retail_thesaurus(),
    )
