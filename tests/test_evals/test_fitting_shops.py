"""The labels on which confidence is fitted are held against the shops' files, as imported."""

from __future__ import annotations

import asyncio
import json
import re
from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from assistant.migrations import upgrade
from evals.shipped import case_files, evals_folder
from evals.suites import find
from evals.wording import folded
from knowledge.catalog import Product, ShopId
from knowledge.home import Home, KnowledgeSettings
from knowledge.importing.run import import_paths
from knowledge.store import KnowledgeStore

FOLDERS = sorted(path.parent for path in (evals_folder() / "fitting").glob("*/questions.jsonl"))
KEYS = {"id", "lang", "text", "product", "answer"}


@dataclass(frozen=True, slots=True)
class Said:
    """What may prove an answer, without white space, which feeds and Markdown set as they like.

    Attributes:
        by_file: The passages of each document; under ``products`` every title, description, attribute and option.
    """

    by_file: dict[str, list[str]]
    handles: frozenset[str]
    refused: tuple[str, ...]


def questions(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (folder / "questions.jsonl").read_text(encoding="utf-8").splitlines()]


def dense(text: str) -> str:
    return re.sub(r"\s+", "", text)


def quotes(answer: dict[str, Any]) -> list[str]:
    return answer["quote"] if isinstance(answer["quote"], list) else [answer["quote"]]


def texts_of(product: Product) -> list[str]:
    options = [value for option in product.options for value in option.values]
    return [product.title, product.description, *(one.value for one in product.attributes), *options]


@pytest.fixture(scope="module", params=FOLDERS, ids=lambda path: path.name)
def labelled(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Said]:
    folder: Path = request.param
    shop = ShopId(folder.name)

    async def read() -> Said:
        home = Home.at(tmp_path_factory.mktemp("home"), upgrade, KnowledgeSettings())
        database = await home.open_database()
        report = await import_paths(database, None, shop, [folder], clock=home.clock, ids=home.ids)
        store = KnowledgeStore(database)
        names = {one.id: one.name for one in await store.documents(shop)}
        products = (await store.products(shop)).values()
        said = {name: list[str]() for name in names.values()}
        for passage in (await store.passages(shop)).values():
            said[names[passage.document_id]].append(dense(passage.text))
        said["products"] = [dense(text) for product in products for text in texts_of(product)]
        await database.close()
        refused = tuple(one.file for one in report.files if one.kind is None or one.counts.rejected)
        return Said(said, frozenset(str(one.handle) for one in products), refused)

    return folder, asyncio.run(read())


def test_all_of_a_fitting_shop_is_imported_but_its_questions(labelled: tuple[Path, Said]) -> None:
    assert labelled[1].refused == ("questions.jsonl",)


def test_every_answer_is_proved_by_one_text_of_the_file_it_names(labelled: tuple[Path, Said]) -> None:
    folder, said = labelled
    unproved = [
        (one["id"], quote)
        for one in questions(folder)
        if one["answer"]
        for quote in quotes(one["answer"])
        if not any(dense(quote) in text for text in said.by_file[one["answer"]["file"]])
    ]
    assert unproved == []


def test_every_page_a_question_is_asked_on_exists(labelled: tuple[Path, Said]) -> None:
    folder, said = labelled
    assert {one["product"] for one in questions(folder)} - {None} <= said.handles


@pytest.mark.parametrize("folder", FOLDERS, ids=lambda path: path.name)
def test_a_fitting_shop_asks_in_both_languages_what_is_told_and_what_is_not(folder: Path) -> None:
    asked = questions(folder)
    assert all(set(one) == KEYS for one in asked)
    kinds = Counter((one["lang"], one["answer"] is not None) for one in asked)
    # Each of the four weighs in a fit: none may be so rare that its share is noise.
    assert all(kinds[lang, told] >= len(asked) / 10 for lang in ("zh", "en") for told in (True, False)), kinds


def test_no_question_is_fitted_on_twice_or_also_measured_on() -> None:
    fitted = [one for folder in FOLDERS for one in questions(folder)]
    assert len({one["id"] for one in fitted}) == len(fitted)
    assert len({folded(one["text"]) for one in fitted}) == len(fitted)
    measured = {folded(turn.text) for shop in case_files() for case in find(shop).cases for turn in case.turns}
    assert {folded(one["text"]) for one in fitted}.isdisjoint(measured)
