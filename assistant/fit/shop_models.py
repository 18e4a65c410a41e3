"""The fit models of all shops of this process: trained from the database, and kept up as reports come in.

Nothing here makes a turn wait. A turn takes the model there is, and has it looked at whether the shop's
reports have changed since: new ones are counted at once, and when many have come the model is trained
again, both beside the turns.
"""

from __future__ import annotations

import asyncio
import copy
import logging
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from assistant.fit import kept
from assistant.fit.model import FitModel
from assistant.fit.shop_reports import usable
from knowledge.catalog import Product, ShopId
from knowledge.errors import Invalid
from knowledge.fit_reports import FitReport, KeptReport
from knowledge.store import FitReportMark, KnowledgeStore

logger = logging.getLogger(__name__)

# So often at most the database is asked whether there are new reports.
CHECK_SECONDS: Final = 1.0
# Trees and calibration change only with a new training. Worth it once so many have come since the last:
# a share of what was known then, and never for a handful.
_RETRAIN_SHARE: Final = 0.1
_RETRAIN_AT_LEAST: Final = 50
# Reports read at once: turns are answered between two batches.
_BATCH: Final = 2_000


@dataclass(frozen=True, slots=True)
class _Learnt:
    """A model with what it has seen.

    Attributes:
        generation: Of the catalog, which says what a report's product is.
        trained_on: Usable reports at the last training; ``added`` came since.
        left_out: Reports on products that the catalog did not know.
    """

    model: FitModel | None
    mark: FitReportMark
    generation: int
    trained_on: int
    added: int = 0
    left_out: int = 0

    @property
    def is_stale(self) -> bool:
        return self.added > max(_RETRAIN_AT_LEAST, self.trained_on * _RETRAIN_SHARE)


class FitModels:
    """Gives each shop's model.

    Args:
        folder: Where trained models are kept over restarts; None keeps none.
    """

    def __init__(self, store: KnowledgeStore, folder: Path | None = None) -> None:
        self._store = store
        self._folder = folder
        self._learnt: dict[ShopId, _Learnt] = {}
        self._checked: dict[ShopId, float] = {}
        self._working: dict[ShopId, asyncio.Task[None]] = {}

    def model(self, shop_id: ShopId, products: Mapping[int, Product], generation: int) -> FitModel | None:
        """Return the model as it is now, and have it brought up to date in the background.

        Args:
            products: The catalog as it is now; ``generation`` grows with each change of it.

        Returns:
            None while there is none, as in a shop without usable reports.
        """
        now = time.monotonic()
        idle = shop_id not in self._working
        if idle and now - self._checked.get(shop_id, -CHECK_SECONDS) >= CHECK_SECONDS:
            self._checked[shop_id] = now
            work = self._bring_up(shop_id, products, generation)
            task = self._working[shop_id] = asyncio.create_task(work)
            task.add_done_callback(lambda done: self._ended(shop_id, done))
        learnt = self._learnt.get(shop_id)
        return learnt.model if learnt is not None else None

    async def settled(self) -> None:
        """Wait until no model is being worked on."""
        while self._working:
            await asyncio.wait(self._working.values())

    async def close(self) -> None:
        """Stop the work in the background; what was not finished is done at the next start."""
        for task in list(self._working.values()):
            task.cancel()
        if self._working:
            await asyncio.wait(list(self._working.values()))

    def _ended(self, shop_id: ShopId, task: asyncio.Task[None]) -> None:
        self._working.pop(shop_id, None)
        if not task.cancelled() and (error := task.exception()) is not None:
            # The chart goes on deciding alone.
            logger.error("shop %s: the fit model could not be brought up to date", shop_id, exc_info=error)

    async def _bring_up(self, shop_id: ShopId, catalog: Mapping[int, Product], generation: int) -> None:
        mark = await self._store.fit_report_mark(shop_id)
        known = self._learnt.get(shop_id)
        if known is not None and known.mark == mark and (known.generation == generation or not known.left_out):
            return
        if mark.count == 0:
            self._learnt[shop_id] = _Learnt(None, mark, generation, 0)
            return
        # Reading a large catalog takes seconds: never for a shop without reports, nor on the event loop.
        products = await asyncio.to_thread(_all_of, catalog)
        if known is not None and known.model is not None and known.mark != mark and not known.is_stale:
            new = await self._read(shop_id, known.mark.last_id)
            if await self._only_added(shop_id, known.mark, mark, len(new)):
                self._learnt[shop_id] = await asyncio.to_thread(_added, known, mark, new, products)
                return
        self._learnt[shop_id] = await self._trained(shop_id, mark, generation, products)

    async def _only_added(self, shop_id: ShopId, before: FitReportMark, now: FitReportMark, new: int) -> bool:
        """Tell whether reports have only come, and none been changed or removed."""
        if new == 0 or now.count != before.count + new:
            return False
        return not await self._store.fit_reports_changed(shop_id, before)

    async def _trained(
        self, shop_id: ShopId, mark: FitReportMark, generation: int, products: Collection[Product]
    ) -> _Learnt:
        all_reports = await self._read(shop_id, 0)
        reports = await asyncio.to_thread(usable, all_reports, products)
        path = self._path(shop_id, mark, len(reports))
        model = await asyncio.to_thread(_kept_or_trained, path, reports)
        return _Learnt(model, mark, generation, len(reports), left_out=len(all_reports) - len(reports))

    async def _read(self, shop_id: ShopId, after: int) -> list[KeptReport]:
        found: list[KeptReport] = []
        while some := await self._store.fit_reports(shop_id, after, _BATCH):
            found += some.values()
            after = max(some)
        return found

    def _path(self, shop_id: ShopId, mark: FitReportMark, reports: int) -> Path | None:
        """Return the file of a model of just these reports: what was trained on others has another name."""
        if self._folder is None:
            return None
        newest = int(mark.newest.timestamp() * 1000) if mark.newest else 0
        return self._folder / shop_id / f"{reports}-{mark.count}-{mark.last_id}-{newest}.npz"


def _all_of(catalog: Mapping[int, Product]) -> list[Product]:
    """Return the products of a catalog that may change meanwhile."""
    there = (catalog.get(key) for key in tuple(catalog))
    return [product for product in there if product is not None]


def _added(known: _Learnt, mark: FitReportMark, new: Collection[KeptReport], products: Collection[Product]) -> _Learnt:
    reports = usable(new, products)
    # Turns go on reading the old one meanwhile.
    model = copy.deepcopy(known.model)
    assert model is not None
    if reports:
        model.add(reports)
    left_out = known.left_out + len(new) - len(reports)
    return _Learnt(model, mark, known.generation, known.trained_on, known.added + len(reports), left_out)


def _kept_or_trained(path: Path | None, reports: list[FitReport]) -> FitModel | None:
    if not reports:
        return None
    if path is not None and path.exists():
        try:
            return kept.load(path)
        except Invalid:
            logger.warning("the kept fit model %s cannot be read and is trained again", path.name)
    model = FitModel.train(reports)
    if path is not None:
        path.parent.mkdir(parents=True, exist_ok=True)
        kept.save(model, path)
        for older in path.parent.glob("*.npz"):
            if older != path:
                older.unlink(missing_ok=True)
    return model
