"""Whether documents of another language hide what was found before: ``daogou bench retrieval --languages``.

A shop has its documents in one language and is asked; then the documents of the other are added, as a later
upload does it, and the same is asked again. Beside the product stand what can be assembled from known libraries,
over the same passages with one encoder for both languages.
"""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any, Final

import numpy as np

from evals.benchmarks.retrieval_systems import OURS, PEERS, installed
from evals.cases import read_cases
from evals.machine import machine, versions
from evals.peers.peer import Embedded, Items
from evals.shipped import HELD_OUT_SHOP, case_files
from evals.shops import import_shipped
from knowledge.catalog import Shop, ShopId
from knowledge.database import Database
from knowledge.home import Home
from knowledge.importing.documents import DraftDocument, DraftPassage
from knowledge.importing.report import Kind
from knowledge.importing.upsert import Upsert
from knowledge.retrieval.embedding import EmbeddingStore
from knowledge.retrieval.encoders import multilingual
from knowledge.retrieval.models import search_models
from knowledge.retrieval.query import SearchQuery
from knowledge.retrieval.retriever import Retriever
from knowledge.store import KnowledgeStore
from knowledge.text import Lang

# How deep a ranking is compared; a reply cites from the first five.
DEPTHS: Final = (1, 3, 5)

Key = tuple[str, int]  # name of the document, place of the passage in it
Rankings = list[list[Key]]  # one a question, best first


@dataclass(frozen=True, slots=True)
class Question:
    """A question of a shop's customers, with the documents that answer it."""

    text: str
    lang: str
    documents: frozenset[str]


@dataclass(frozen=True, slots=True)
class Move:
    """What is added to what.

    Attributes:
        title: Such as ``en + zh``.
        questions: Of the shop whose documents are there first.
    """

    title: str
    first: Sequence[DraftDocument]
    added: Sequence[DraftDocument]
    questions: Sequence[Question]


async def bench_languages(home: Home, on_progress: Callable[[int, int], None]) -> dict[str, Any]:
    """Add the documents of each demo shop to those of the other, and tell what is still found."""
    settings = home.settings.model_copy(update={"database_url": None})
    place = Home.at(home.path / "evals" / "bench-languages", home.migrate, settings)
    database = await place.open_database()
    try:
        shops = [shop for shop in sorted(case_files()) if shop != HELD_OUT_SHOP]
        await import_shipped(place, database, shops)
        moves = await _moves(database, shops)
        found: dict[str, Any] = {}
        for number, move in enumerate(moves):
            found[move.title] = compared(await rankings(place, database, move), move.questions)
            on_progress(number + 1, len(moves))
    finally:
        await database.close()
    before = machine()
    return {"bench": "languages", "moves": found, "skipped": installed()[1], "machine": before, "versions": versions()}


async def _moves(database: Database, shops: Sequence[str]) -> list[Move]:
    store = KnowledgeStore(database)
    langs = {shop: await _lang(store, ShopId(shop)) for shop in shops}
    drafts = {shop: await _drafts(store, ShopId(shop), langs[shop]) for shop in shops}
    return [
        Move(f"{langs[shop]} + {langs[other]}", drafts[shop], drafts[other], _questions(shop))
        for shop in shops
        for other in shops
        if langs[shop] != langs[other]
    ]


async def _lang(store: KnowledgeStore, shop: ShopId) -> Lang:
    return "zh" if (await store.shop(shop)).locale.startswith("zh") else "en"


async def _drafts(store: KnowledgeStore, shop: ShopId, lang: Lang) -> list[DraftDocument]:
    """Return the shop's documents in its own language, named so that those of two shops are told apart."""
    passages = (await store.passages(shop)).values()
    drafts: list[DraftDocument] = []
    for one in await store.documents(shop):
        if one.lang != lang:
            continue
        own = tuple(
            DraftPassage(p.heading_path, p.text, p.start, p.end, "zh" if p.lang == "zh" else "en")
            for p in passages
            if p.document_id == one.id
        )
        drafts.append(DraftDocument(_name(shop, one.name), one.title, one.text, lang, own))
    return drafts


def _name(shop: str, name: str) -> str:
    """Return the name of a document among those of two shops; cases name the file without its folder."""
    return f"{shop}/{PurePosixPath(name).name}"


def _questions(shop: str) -> list[Question]:
    """Return the shop's questions that a document answers."""
    return [
        Question(case.turns[0].text, case.lang, frozenset(_name(shop, name) for name in case.expect.documents))
        for case in read_cases(case_files()[shop])
        if len(case.turns) == 1 and case.expect.documents
    ]


async def rankings(home: Home, database: Database, move: Move) -> dict[str, tuple[Rankings, Rankings]]:
    """Return what each system finds before and after, by its name."""
    shop = Shop(ShopId(f"languages {move.title}"), move.title)
    store = KnowledgeStore(database)
    await store.put_shop(shop, home.clock.now())
    await Upsert(database, shop, home.clock.now()).remove_missing(Kind.DOCUMENT, ())
    retriever = Retriever(database, search_models(home.settings))
    by_system: dict[str, list[Rankings]] = {}
    try:
        for documents in (move.first, move.added):
            await Upsert(database, shop, home.clock.now()).documents(documents)
            await retriever.start(shop.id)
            await retriever.settled()
            by_system.setdefault(OURS, []).append(await _ours(retriever, shop.id, move.questions))
            for name, found in (await _peers(database, shop.id, move.questions)).items():
                by_system.setdefault(name, []).append(found)
    finally:
        await retriever.close()
    return {name: (before, after) for name, (before, after) in by_system.items()}


async def _ours(retriever: Retriever, shop: ShopId, questions: Sequence[Question]) -> Rankings:
    index = await retriever.index(shop)
    asked = [index.search_passages(SearchQuery(one.text, one.lang, max(DEPTHS))) for one in questions]
    return [[(hit.document.name, hit.passage.start) for hit in hits] for hits in asked]


async def _peers(database: Database, shop: ShopId, questions: Sequence[Question]) -> dict[str, Rankings]:
    store = KnowledgeStore(database)
    names = {document.id: document.name for document in await store.documents(shop)}
    passages = list((await store.passages(shop)).values())
    keys = {f"{number}": (names[one.document_id], one.start) for number, one in enumerate(passages)}
    items = Items(list(keys), [f"{' '.join(one.heading_path)}\n{one.text}" for one in passages])
    known = await EmbeddingStore(database).ensure(items.texts, multilingual())
    space = Embedded(multilingual(), np.stack([known[text] for text in items.texts]))

    def ask() -> dict[str, Rankings]:
        made = {name: PEERS[name].make(items, space) for name in installed()[0] if name != OURS}
        return {
            name: [[keys[key] for key in peer.search(one.text, max(DEPTHS))] for one in questions]
            for name, peer in made.items()
        }

    return await asyncio.to_thread(ask)


def compared(
    found: Mapping[str, tuple[Rankings, Rankings]], questions: Sequence[Question]
) -> dict[str, dict[str, dict[str, float]]]:
    """Return the figures by language of the question (``all``: of every one) and system.

    ``n``; ``kept@k``, the share of the first k passages that is still among the first k; ``right@k`` before
    and ``right@k after``, the share of questions with a passage of a right document among the first k; and
    ``hidden@k``, the share of those that had one and have none any more.
    """
    langs = ["all", *sorted({one.lang for one in questions})]
    return {
        lang: {
            name: _figures(
                [
                    (first, then, one.documents)
                    for first, then, one in zip(before, after, questions, strict=True)
                    if lang in ("all", one.lang)
                ]
            )
            for name, (before, after) in found.items()
        }
        for lang in langs
    }


def _figures(asked: Sequence[tuple[list[Key], list[Key], frozenset[str]]]) -> dict[str, float]:
    figures: dict[str, float] = {"n": len(asked)}
    for k in DEPTHS:
        kept = [len({*first[:k]} & {*then[:k]}) / len(first[:k]) for first, then, _ in asked if first]
        right = [(_has(first[:k], wanted), _has(then[:k], wanted)) for first, then, wanted in asked]
        had = [after for before, after in right if before]
        figures[f"kept@{k}"] = _mean(kept)
        figures[f"right@{k}"] = _mean([float(before) for before, _ in right])
        figures[f"right@{k} after"] = _mean([float(after) for _, after in right])
        figures[f"hidden@{k}"] = _mean([float(not after) for after in had])
    return figures


def _has(found: Sequence[Key], wanted: frozenset[str]) -> bool:
    return any(name in wanted for name, _ in found)


def _mean(values: Sequence[float]) -> float:
    return round(sum(values) / len(values), 3) if values else 0.0
