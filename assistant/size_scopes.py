"""Which products the words of a size note are about: "relaxed pieces (Cloud Shirt)", 靴子."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from knowledge.catalog import Product
from knowledge.retrieval.kinds import retail_kinds
from knowledge.retrieval.thesaurus import retail_thesaurus
from knowledge.text import fold, has_han

# How closely words name a product; the closer goes before the farther.
_BY_TITLE, _BY_FIT, _BY_KIND, _BY_NOTHING = 3, 2, 1, 0

_LOOSE: Final = re.compile(r"\b(?:relaxed|oversized?|boxy|loose|roomy|baggy)\b|宽松|oversize|廓形")
_CLOSE: Final = re.compile(r"\b(?:slim|fitted|tight|skinny|snug)\b|修身|紧身|贴身")
_NAMES: Final = re.compile(r"[(（]([^)）]*)[)）]")
_SPLIT: Final = re.compile(r"\s*(?:,|、|，|/|\b(?:and|or)\b|和|与|及|或)\s*")
_GENERAL: Final = re.compile(
    r"\b(?:pieces?|ones|styles?|fits?|items?|cuts?|garments?|products?|our|the|all|a|an|in|of|any)\b|[款类的]"
)
_QUOTED: Final = re.compile(r"标?[「“\"]([^」”\"]+)[」”\"]")
_WORD: Final = re.compile(r"[a-z0-9]+(?:'[a-z]+)?")
# Departments of charts; the tree of kinds knows goods, not departments.
_DEPARTMENTS: Final = {"bottom": ("trousers", "skirt"), "下装": ("trousers", "skirt"), "裤装": ("trousers",)}
_FIT_NAMES: Final = ("fit", "版型")


@dataclass(frozen=True, slots=True)
class Scope:
    """Words that name products.

    Attributes:
        names: Words in brackets: names of products, or what their titles say.
        words: The words themselves, one entry per alternative; both empty: every product.
    """

    names: tuple[str, ...] = ()
    words: tuple[str, ...] = ()

    def level(self, product: Product) -> int | None:
        """Return how closely the words name the product; None when they do not for certain."""
        if not self.names and not self.words:
            return _BY_NOTHING
        title = fold(product.title)
        found = [_BY_TITLE for name in self.names if _in_title(name, title)]
        found += [level for words in self.words if (level := _level(words, title, product)) is not None]
        return max(found, default=None)


EVERYTHING: Final = Scope()


def read_scope(words: str) -> Scope:
    """Read the words of a note, folded, into alternatives."""
    names = tuple(name for inside in _NAMES.findall(words) for name in _SPLIT.split(inside) if name.strip())
    rest = _SPLIT.split(_NAMES.sub(" ", words).strip())
    return Scope(names, tuple(part.strip() for part in rest if part.strip()))


def _stem(word: str) -> str:
    """Return an English word without its plural ending."""
    if len(word) > 4 and word.endswith(("ses", "xes", "ches", "shes")):
        return word[:-2]
    return word[:-1] if len(word) > 3 and word.endswith("s") and not word.endswith("ss") else word


def _words(text: str) -> list[str]:
    return [_stem(word) for word in _WORD.findall(text)]


def _in_title(name: str, title: str) -> bool:
    if has_han(name):
        return len(name) > 1 and name in title
    wanted, has = _words(_GENERAL.sub(" ", name)), _words(title)
    return bool(wanted) and all(word in has for word in wanted)


def _fit(product: Product) -> str:
    return fold(" ".join(product.attribute(name) or "" for name in _FIT_NAMES))


def _attributes(product: Product) -> str:
    return fold(" ".join([*(a.value for a in product.attributes), *product.tags, product.category or ""]))


def _level(words: str, title: str, product: Product) -> int | None:
    if quoted := _QUOTED.search(words):
        if fold(quoted[1]) not in _attributes(product):
            return None
        words = _QUOTED.sub("", words)
    words = _GENERAL.sub(" ", words).strip()
    if not words:
        return None
    if _in_title(words, title):
        return _BY_TITLE
    fits = (_LOOSE.search(words), _LOOSE.search(_fit(product))), (_CLOSE.search(words), _CLOSE.search(_fit(product)))
    if any(asked and has for asked, has in fits):
        return _BY_FIT if _of_kind(_CLOSE.sub("", _LOOSE.sub("", words)).strip(), title, product, bare=True) else None
    return _BY_KIND if _of_kind(words, title, product) else None


def _of_kind(words: str, title: str, product: Product, *, bare: bool = False) -> bool:
    """Tell whether a kind named is the product's, and the words beside it are the product's too."""
    if not words:
        return bare
    kinds = retail_kinds()
    own = kinds.of(product)
    if has_han(words):
        return _of_chinese_kind(words, title, product, own)
    rest = _words(words)
    mentions = [m for m in retail_thesaurus().mentions(words) if m.concept in kinds.names]
    named = {_stem(word) for m in mentions if m.concept in own for word in m.words}
    named |= {word for word in rest if any(kind in own for kind in _DEPARTMENTS.get(word, ()))}
    said, page = set(_words(title)), set(_words(f"{_attributes(product)} {fold(product.description)}"))
    # One word at least must name the thing itself; the page's text only tells which one of its kind.
    return any(word in named | said for word in rest) and all(word in named | said | page for word in rest)


def _of_chinese_kind(words: str, title: str, product: Product, own: frozenset[str]) -> bool:
    if any(kind in own for kind in _DEPARTMENTS.get(words, ())):
        return True
    if len(words) > 1 and (words in _fit(product) or any(words in fold(tag) for tag in product.tags)):
        return True
    # 西装裤 of 西装阔腿裤: the compound opened by another word.
    if len(words) > 2 and words[:-1] in title and title.endswith(words[-1]):
        return True
    mentions = [m for m in retail_thesaurus().mentions(words) if m.words and "".join(m.words) == words]
    return any(m.concept in own for m in mentions)
