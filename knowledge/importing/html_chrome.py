"""Tells the text of a page from what stands around it on every page of a shop: menus, banners, footers."""

from __future__ import annotations

import re
from typing import Final

from bs4 import BeautifulSoup
from bs4.element import Tag

_NEVER_READ: Final = [
    "script", "style", "noscript", "template", "iframe", "object", "svg", "canvas", "button", "input", "select",
    "textarea", "audio", "video", "head", "del", "s", "strike",
]  # fmt: skip
_AROUND_TAGS: Final = ["nav", "header", "footer", "aside", "dialog", "form"]
_AROUND_ROLES: Final = frozenset(
    ["navigation", "banner", "contentinfo", "search", "dialog", "alertdialog", "complementary", "menu", "menubar"]
)
# Words of classes and ids, as shop themes use them; a part between hyphens or underscores counts.
_AROUND_WORDS: Final = frozenset(
    ["nav", "navbar", "navigation", "menu", "breadcrumb", "breadcrumbs", "sidebar", "footer", "topbar", "masthead",
     "cookie", "cookies", "consent", "gdpr", "cookiebar", "newsletter", "subscribe", "social", "share", "sharing",
     "popup", "modal", "announcement", "skip", "pagination", "related", "recommendations", "upsell"]
)  # fmt: skip
_WHOLE_NAMES: Final = frozenset(["header", "site-header", "header-wrapper", "shopify-section-header", "cart-drawer"])
_FOLDED_WORDS: Final = frozenset(["accordion", "collapse", "collapsible", "faq", "panel", "answer", "tab"])
_SPLIT: Final = re.compile(r"[-_]+|(?<=[a-z])(?=[A-Z])")
_INVISIBLE: Final = re.compile(r"display:none|visibility:hidden")
# A wrapper that happens to bear such a name holds most of the page, and is not around anything.
_MOST: Final = 0.5
_LINKS_SHARE: Final = 0.8
_LINKS: Final = 3
_LINK_LENGTH: Final = 40
_DEPTH: Final = 100


def length_of(tag: Tag) -> int:
    """Return how many characters a reader sees."""
    return len(" ".join(tag.get_text(" ").split()))


def content_of(soup: BeautifulSoup) -> Tag:
    """Remove from the page what is not its content, and return the element that holds the content."""
    _flatten(soup)
    for tag in soup.find_all(_NEVER_READ):
        if not gone(tag):
            tag.decompose()
    body = soup.body or soup
    for tag in body.find_all(_is_hidden):
        if not gone(tag):
            tag.decompose()
    main = _main(body)
    whole = length_of(main)
    for tag in main.find_all(True):
        if not gone(tag) and _is_around(tag) and length_of(tag) <= whole * _MOST:
            tag.decompose()
    for tag in main.find_all(["ul", "ol", "div", "p", "section"]):
        if not gone(tag) and _is_menu(tag):
            tag.decompose()
    return main


def gone(tag: Tag) -> bool:
    """Whether the tag went with one around it; asking for ``tag.decomposed`` searches the whole tag."""
    return "_decomposed" in vars(tag)


def _flatten(soup: BeautifulSoup) -> None:
    """Write what stands deeper than anybody writes as mere text: a crafted page costs time at every depth."""
    depths = {id(soup): 0}
    for tag in soup.find_all(True):
        if gone(tag) or tag.parent is None or id(tag.parent) not in depths:
            continue
        depth = depths[id(tag)] = depths[id(tag.parent)] + 1
        if depth >= _DEPTH:
            tag.string = tag.get_text(" ")


def _names(tag: Tag) -> list[str]:
    classes: object = tag.get("class") or []
    return [*(map(str, classes) if isinstance(classes, list) else str(classes).split()), str(tag.get("id") or "")]


def _is_hidden(tag: Tag) -> bool:
    style = str(tag.get("style") or "").replace(" ", "").casefold()
    hidden = tag.has_attr("hidden") or tag.get("aria-hidden") == "true" or _INVISIBLE.search(style) is not None
    # The answers of an accordion are hidden until their question is clicked, and are meant to be read.
    folded = tag.get("role") in ("region", "tabpanel") or tag.has_attr("aria-labelledby") or _opened_by(tag)
    return hidden and not folded and tag.name != "body"


def words_of(tag: Tag) -> set[str]:
    """Return the words of a tag's classes and id, folded."""
    return {part.casefold() for name in _names(tag) for part in _SPLIT.split(name)}


def _opened_by(tag: Tag) -> bool:
    return bool(words_of(tag) & _FOLDED_WORDS)


def _is_around(tag: Tag) -> bool:
    if tag.name in ("header", "footer") and tag.find_parent(["article", "main"]) is not None:
        return tag.name == "footer" and tag.find(["p", "li", "td"]) is None
    if tag.name in _AROUND_TAGS or tag.get("role") in _AROUND_ROLES:
        return True
    if tag.name in ("body", "main", "article", "table", "tr", "td", "th", "tbody") or re.fullmatch("h[1-6]", tag.name):
        return False
    whole = any(name.casefold() in _WHOLE_NAMES for name in _names(tag))
    return whole or bool(words_of(tag) & _AROUND_WORDS)


def _main(body: Tag) -> Tag:
    """Return the element that the page itself calls its content; the body when it does not say."""
    named = body.find_all("main") + body.find_all(None, attrs={"role": "main"})
    articles = [tag for tag in body.find_all("article") if tag.find_parent("article") is None]
    candidates = named or (articles if len(articles) == 1 else [])
    best = max(candidates, key=length_of, default=None)
    # Some themes leave <main> for a heading and put the text beside it.
    return best if best is not None and length_of(best) >= length_of(body) * 0.2 else body


def _is_menu(tag: Tag) -> bool:
    """Whether nearly all of its text are short links, as in a menu that no name gives away."""
    links = tag.find_all("a")
    if len(links) < _LINKS or tag.find(["h1", "table"]) is not None:
        return False
    linked = sum(length_of(link) for link in links)
    return linked >= length_of(tag) * _LINKS_SHARE and linked / len(links) <= _LINK_LENGTH
