"""schema.org JSON-LD of a shop: Product, ProductGroup and FAQPage, in a JSON file or taken from a page."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import Final

from knowledge.importing.cells import KEY_LIMIT, TITLE_LIMIT, clean_text, tidy
from knowledge.importing.documents import Block, DraftDocument, passages_of
from knowledge.importing.feed_products import products_of
from knowledge.importing.html import plain_text
from knowledge.importing.issues import Notes
from knowledge.importing.json_ld_items import items_of
from knowledge.importing.json_ld_nodes import PRODUCTS, graph_of, holds, text_of, types_of, values_of
from knowledge.importing.reader import Content, Context, Reader, Reading
from knowledge.importing.report import Kind
from knowledge.text import language_of

_FAQ: Final = frozenset(["faqpage"])
_TITLES: Final = {"en": "Questions and answers", "zh": "常见问题"}


def _read_products(content: Content, context: Context, notes: Notes) -> Reading:
    return products_of(items_of(_value(content), context.shop.currency), content, context, notes)


def _read_faq(content: Content, context: Context, notes: Notes) -> Reading:
    """Return one document: each question with its answer is a passage of it."""
    if len(content.name) > KEY_LIMIT:
        notes.add("too_long", field="file", value=content.name, limit=KEY_LIMIT)
        return Reading(rejected=1, keys_lost=True)
    entries: dict[str, str] = {}
    heading = ""
    rejected = 0
    for where, page in graph_of(_value(content)).nodes:
        if not types_of(page) & _FAQ:
            continue
        heading = heading or text_of(page.get("name")) or text_of(page.get("headline"))
        for number, entry in enumerate(values_of(page.get("mainEntity"))):
            question, answer = _entry(entry)
            if question and answer:
                entries.setdefault(question, answer)
            else:
                rejected += 1
                place = f"{where}.mainEntity[{number}]".lstrip(".")
                notes.add("value_missing", field=f"{place}.{'acceptedAnswer' if question else 'name'}")
    if not entries:
        notes.add("document_empty")
        return Reading(rejected=max(rejected, 1), rejected_keys=frozenset([content.name]))
    return Reading((_document(content.name, heading, entries),), rejected)


def _entry(entry: object) -> tuple[str, str]:
    if not isinstance(entry, dict):
        return "", ""
    question = text_of(entry.get("name")) or text_of(entry.get("text"))
    answers = [*values_of(entry.get("acceptedAnswer")), *values_of(entry.get("suggestedAnswer"))]
    said = (text_of(a.get("text")) or text_of(a.get("name")) if isinstance(a, dict) else text_of(a) for a in answers)
    answer = next((text for text in said if text), "")
    return tidy(plain_text(clean_text(question)), TITLE_LIMIT), clean_text(plain_text(answer)).strip()


def _document(name: str, heading: str, entries: dict[str, str]) -> DraftDocument:
    text = "\n\n".join(f"{question}\n{answer}" for question, answer in entries.items())
    lang = language_of(text)
    title = tidy(plain_text(clean_text(heading)), TITLE_LIMIT) or _TITLES[lang]
    blocks: list[Block] = []
    at = 0
    for question, answer in entries.items():
        end = at + len(question) + 1 + len(answer)
        blocks.append(Block(at, end, starts_passage=True))
        at = end + 2
    return DraftDocument(name, title, text, lang, tuple(passages_of(text, blocks, (title,), lang)))


def _value(content: Content) -> object:
    if content.form == "jsonl" and isinstance(content.json, list):
        return [value for _, value in content.json]
    return content.json


def _has(content: Content, types: frozenset[str]) -> bool:
    return content.form in ("json", "jsonl") and holds(_value(content), types)


def contents_of_json_ld(content: Content) -> list[Content]:
    """Return a content for each reader: one file may hold products and questions."""
    if not (_has(content, PRODUCTS) and _has(content, _FAQ)):
        return [content]
    path = PurePosixPath(content.name)
    faq = Content(content.path, f"{path}-faq" if "#" in path.name else f"{path}#faq", content.text, content.form,
                  json=_only_faq(content))  # fmt: skip
    return [content, faq]


def _only_faq(content: Content) -> object:
    nodes: list[object] = [node for _, node in graph_of(_value(content)).nodes if types_of(node) & _FAQ]
    return [(0, node) for node in nodes] if content.form == "jsonl" else nodes


READER: Final = Reader(Kind.PRODUCT, "json_ld", lambda content: _has(content, PRODUCTS), _read_products)
FAQ_READER: Final = Reader(Kind.DOCUMENT, "json_ld", lambda content: _has(content, _FAQ), _read_faq)
