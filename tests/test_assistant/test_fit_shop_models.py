"""A shop's fit model follows its reports, and a turn uses it."""

from __future__ import annotations

from pathlib import Path

from assistant.fit.shop_models import FitModels
from assistant.fit.shop_reports import CatalogNames
from knowledge.catalog import Product, Source
from knowledge.fit_reports import Fit, KeptReport, Wearer, Worn
from tests.test_knowledge.merchant import SHOP, START, Merchant, merchant

CATALOG = (
    "Handle,Title,Option1 Name,Option1 Value,Variant SKU,Variant Price\n"
    "parka,Cedar Parka,Size,M,PK-M,90\nparka,,Size,L,PK-L,90\n"
)
_SOURCE = Source("fit.csv")
SMALL = "product,size,fit\n" + "parka,M,small\n" * 30


async def products_of(shop: Merchant) -> dict[int, Product]:
    return await shop.store.products(SHOP)


async def probability_small(models: FitModels, shop: Merchant, generation: int = 1) -> float | None:
    models._checked.clear()  # as if a second had passed
    models.model(SHOP, await products_of(shop), generation)
    await models.settled()
    model = models.model(SHOP, await products_of(shop), generation)
    return None if model is None else float(model.probabilities([Worn("parka", "M")])[0, Fit.SMALL])


async def test_a_shop_without_reports_has_no_model(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        assert await probability_small(FitModels(shop.store), shop) is None


async def test_it_learns_from_an_import_and_a_later_report_counts_at_once(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        await shop.imports_text("fit.csv", SMALL)
        models = FitModels(shop.store)
        first = await probability_small(models, shop)
        await shop.imports_text(
            "more.csv", "report_id,product,size,fit\n" + "".join(f"{n},PK-M,M,fits\n" for n in range(20))
        )
        second = await probability_small(models, shop)
    assert first is not None
    assert second is not None
    assert first > 0.5
    assert second < first - 0.1


async def test_a_report_that_is_corrected_is_learnt_anew(tmp_path: Path) -> None:
    rows = "report_id,product,size,fit\n" + "".join(f"{n},parka,M,{{}}\n" for n in range(30))
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        await shop.imports_text("fit.csv", rows.replace("{}", "small"))
        models = FitModels(shop.store)
        before = await probability_small(models, shop)
        await shop.imports_text("fit.csv", rows.replace("{}", "large"))
        after = await probability_small(models, shop)
    assert before is not None
    assert after is not None
    assert before > 0.5 > after


async def test_reports_on_a_product_count_once_the_catalog_has_it(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG.replace("parka,", "other,"))
        await shop.imports_text("fit.csv", SMALL)
        models = FitModels(shop.store)
        assert await probability_small(models, shop, generation=1) is None
        await shop.imports_text("products.csv", CATALOG)
        found = await probability_small(models, shop, generation=2)
    assert found is not None
    assert found > 0.5


async def test_a_trained_model_is_kept_over_a_restart_and_the_outdated_one_is_not(tmp_path: Path) -> None:
    folder = tmp_path / "fit"
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        await shop.imports_text("fit.csv", SMALL)
        first = await probability_small(FitModels(shop.store, folder), shop)
        (file,) = folder.rglob("*.npz")
        written = file.stat().st_mtime_ns
        again = await probability_small(FitModels(shop.store, folder), shop)
        assert file.stat().st_mtime_ns == written
        await shop.imports_text("more.csv", "product,size,fit\nparka,L,large\n")
        await probability_small(FitModels(shop.store, folder), shop)
        (newer,) = folder.rglob("*.npz")
    assert first == again
    assert newer != file


async def test_a_report_names_its_product_by_handle_sku_or_title(tmp_path: Path) -> None:
    async with merchant(tmp_path) as shop:
        await shop.imports_text("products.csv", CATALOG)
        names = CatalogNames((await products_of(shop)).values())

    def worn(product: str, size: str) -> tuple[str, str] | None:
        report = KeptReport(SHOP, "1", product, size, Fit.FITS, Wearer(), START, _SOURCE)
        found = names.worn(report)
        return (found.product, found.size) if found else None

    assert worn("PARKA", "M") == ("parka", "M")
    assert worn("pk-l", "") == ("parka", "L")
    assert worn("cedar parka", "L") == ("parka", "L")
    assert worn("parka", "") is None
    assert worn("boat", "M") is None
