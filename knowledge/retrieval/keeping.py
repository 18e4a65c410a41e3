"""Keeping a shop's shelves in files, and taking them up again where they are still of this database and models."""

from __future__ import annotations

import asyncio
import json
import logging
from dataclasses import asdict
from functools import cache
from hashlib import sha256
from importlib.metadata import version
from importlib.resources import files
from pathlib import Path
from typing import Any, Final

import numpy as np

from knowledge.catalog import ShopId
from knowledge.retrieval.facts import ProductFacts
from knowledge.retrieval.following import ChangeFollower
from knowledge.retrieval.index_files import IndexFiles, Manifest, Unusable
from knowledge.retrieval.models import SearchModels
from knowledge.retrieval.owned_rows import OwnedRows
from knowledge.retrieval.shelf import LEXICAL, Shelf
from knowledge.retrieval.shop_shelves import ShopShelves
from knowledge.retrieval.value_sets import ValueSets
from knowledge.retrieval.variants import VariantColumns
from knowledge.retrieval.vectors import VectorIndex
from knowledge.store import Change, KnowledgeStore

logger = logging.getLogger(__name__)

# Grows with every change of what is indexed of an item, or of how it is written down.
FORMAT: Final = "3"
# What has changed since is taken in again at a start: 1 % of 100,000 products takes 2 s.
WORTH_KEEPING: Final = 0.01
AT_LEAST: Final = 100

_CUTTERS: Final = ("opencc", "rjieba", "snowballstemmer", "tantivy")
_TABLES: Final = ("kinds.txt", "thesaurus.tsv")


class ShelfKeeper:
    """Opens one shop's shelves, and writes them to files when enough has changed.

    Args:
        folder: Of this shop's files; without one nothing is kept.
    """

    def __init__(self, shop_id: ShopId, store: KnowledgeStore, choice: SearchModels, folder: Path | None) -> None:
        self._shop_id, self._store, self._choice = shop_id, store, choice
        self._files = None if folder is None else IndexFiles(folder)
        self._kept = False
        self._saving = asyncio.Lock()

    async def open(self) -> tuple[ShopShelves, int]:
        """Return the shelves and the last change that is in them; -1 for empty ones, with a line in the log why."""
        if self._files is None:
            return ShopShelves(self._choice), -1
        try:
            shelves, seen = await asyncio.to_thread(self._files.load, self._check, self._loaded)
            line = await self._store.change(self._shop_id, seen)
            if line is None or _told(line) != self._change:
                raise Unusable("its last change is not in the change log: the log was cut, or the database is another")
        except Unusable as reason:
            # A shop that was never opened here has no files, and nothing is wrong with that.
            level = logging.WARNING if self._files.known else logging.INFO
            logger.log(level, "shop %s: the index is built from the database: %s", self._shop_id, reason)
            return await asyncio.to_thread(lambda: ShopShelves(self._choice, self._emptied())), -1
        self._kept = True
        return shelves, seen

    async def keep(self, shelves: ShopShelves, following: ChangeFollower) -> None:
        """Write the shelves where enough has changed since they were last written."""
        worth = max(AT_LEAST, WORTH_KEEPING * len(shelves)) if self._kept else 1
        if self._files is None or following.changed < worth or self._saving.locked():
            return
        async with self._saving:
            try:
                async with following.writing:
                    line = await self._store.change(self._shop_id, following.seen)
                    if line is None:
                        return
                    publish = await asyncio.to_thread(self._files.save, lambda folder: _saved(shelves, line, folder))
                    following.changed = 0
                await asyncio.to_thread(publish)
            except OSError as error:  # no room, or a folder that may not be written: the index serves without
                logger.warning("shop %s: the index could not be kept in files: %s", self._shop_id, error)
                return
            self._kept = True
            logger.info("shop %s: the index is kept in files up to change %d", self._shop_id, line.id)

    def close(self) -> None:
        """Give the files of this process up."""
        if self._files is not None:
            self._files.close()

    def _emptied(self) -> Path:
        assert self._files is not None
        return self._files.emptied()

    def _check(self, manifest: Manifest) -> None:
        if manifest.made_of != made_of():
            differing = sorted(k for k, v in made_of().items() if manifest.made_of.get(k) != v)
            raise Unusable(f"it was made with another {', '.join(differing)}")
        self._change = manifest.change

    def _loaded(self, folder: Path, manifest: Manifest) -> tuple[ShopShelves, int]:
        shelves = ShopShelves(self._choice, folder)
        shelves.facts = _facts(folder)
        models = {space.key: space.model for space in self._choice.spaces}
        for shelf, told in zip(shelves.shelves, manifest.told["shelves"], strict=True):
            if len(shelf.ids) != told["items"]:
                raise ValueError(f"{len(shelf.ids)} items of {told['items']}")
            for space in told["spaces"]:
                # A model whose name is known only once it is loaded is compared when it joins.
                wanted = models.get(space["key"], "none")
                if wanted is not None and wanted != space["model"]:
                    logger.warning(
                        "shop %s: vectors of %s are made anew: it is searched with %s now",
                        self._shop_id,
                        space["model"],
                        wanted,
                    )
                    continue
                _take_space(shelf, space)
        return shelves, int(manifest.change["id"])


@cache
def made_of() -> dict[str, str]:
    """Return what the content of an index depends on besides the database and the models."""
    tables = {name: sha256(files("knowledge.retrieval").joinpath(name).read_bytes()).hexdigest() for name in _TABLES}
    return {"format": FORMAT, **{name: version(name) for name in _CUTTERS}, **tables}


def _take_space(shelf: Shelf, told: dict[str, Any]) -> None:
    assert shelf.folder is not None
    index = VectorIndex.load(told["dim"], shelf.folder / told["folder"])
    if index.units != told["units"]:
        raise ValueError(f"{index.units} vectors of {told['units']}")
    shelf.take_space(told["key"], told["model"], index)


def _saved(shelves: ShopShelves, line: Change, folder: Path) -> Manifest:
    told = []
    for shelf, name in shelves.named():
        shelf.lexical.save(_made(folder / name / LEXICAL))
        spaces = []
        for number, (key, index) in enumerate(shelf.spaces.items()):
            place = f"space-{number}"
            index.save(_made(folder / name / place))
            model = shelf.made_by[key]
            spaces.append({"key": key, "model": model, "dim": index.dim, "units": index.units, "folder": place})
        told.append({"items": len(shelf.ids), "spaces": spaces})
    shelves.kept_documents.save(_made(folder / shelves.DOCUMENTS))
    facts = shelves.facts
    columns = {f"row_{name}": column for name, column in facts.rows.columns.items()}
    columns |= {f"variant_{name}": column for name, column in facts.variants.rows.columns.items()}
    arrays = {"rows": facts.rows.owners, "variants": facts.variants.rows.owners, **columns}
    for name, array in arrays.items():
        np.save(_made(folder / "facts") / f"{name}.npy", array, allow_pickle=False)
    sets = {"kinds": facts.kinds, "options": facts.options, "values": facts.variants.values}
    listed = {name: one.listed() for name, one in sets.items()}
    (folder / "facts" / "sets.json").write_text(json.dumps(listed, ensure_ascii=False), "utf-8")
    return Manifest(made_of(), _told(line), {"shelves": told})


def _facts(folder: Path) -> ProductFacts:
    place = folder / "facts"

    def rows(owners: str, prefix: str) -> OwnedRows:
        columns = {path.stem.removeprefix(prefix): np.load(path) for path in place.glob(f"{prefix}*.npy")}
        return OwnedRows(columns, np.load(place / f"{owners}.npy"))

    listed = json.loads((place / "sets.json").read_text("utf-8"))
    kinds, options, values = (ValueSets(listed[name]) for name in ("kinds", "options", "values"))
    return ProductFacts(VariantColumns(values, rows("variants", "variant_")), kinds, options, rows("rows", "row_"))


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def _told(line: Change) -> dict[str, Any]:
    return {**asdict(line), "at": line.at.isoformat()}
