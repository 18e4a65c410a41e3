"""What was understood of a shop's files: products, documents, and the versions of the catalog. Staff."""

from __future__ import annotations

from typing import Annotated, Any

from fastapi import APIRouter, Path, Query

from api.auth import ServicesDep, StaffShopDep
from api.services import Services
from assistant.events import iso
from knowledge.catalog import Product, ShopId, Variant
from knowledge.comparison import compare
from knowledge.documents import Document
from knowledge.importing.report import Counts, Kind
from knowledge.money import Money

router = APIRouter(prefix="/v1/shops/{shop_id}", tags=["catalog"])

VersionId = Annotated[int, Path(ge=0, le=2**62)]


@router.get("/products")
async def list_products(
    shop: StaffShopDep,
    parts: ServicesDep,
    query: Annotated[str, Query(max_length=200)] = "",
    limit: Annotated[int, Query(ge=1, le=200)] = 50,
    cursor: Annotated[str | None, Query(max_length=255)] = None,
) -> dict[str, Any]:
    """List products by handle, unpublished ones too; ``query`` looks into handle, title, brand and SKU."""
    page = await parts.catalog.products(shop.id, query, limit, cursor)
    return {"products": [_summary(one) for one in page.products], "total": page.total, "cursor": page.cursor}


@router.get("/products/{handle:path}")
async def read_product(handle: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Return one product with everything that was understood of it."""
    product = await parts.catalog.product(shop.id, handle)
    return {
        "product": {
            **_summary(product),
            "description": product.description,
            "tags": list(product.tags),
            "options": [{"name": one.name, "values": list(one.values)} for one in product.options],
            "attributes": [{"name": one.name, "value": one.value} for one in product.attributes],
            "variants": [_variant(one) for one in product.variants],
            "images": list(product.images),
        }
    }


@router.delete("/products/{handle:path}")
async def delete_product(handle: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Remove one product; it is a version of the catalog, and can be taken back."""
    return {"version": await _remove(parts, shop.id, Kind.PRODUCT, handle)}


@router.get("/documents")
async def list_documents(shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """List documents by name."""
    found = await parts.catalog.documents(shop.id)
    return {"documents": [{**_document(one), "passages": passages} for one, passages in found]}


@router.get("/documents/{name:path}")
async def read_document(name: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Return one document with the passages into which it was cut."""
    document, passages = await parts.catalog.document(shop.id, name)
    told = [
        {"heading_path": list(one.heading_path), "text": one.text, "start": one.start, "end": one.end, "lang": one.lang}
        for one in passages
    ]
    return {"document": {**_document(document), "text": document.text, "passages": told}}


@router.delete("/documents/{name:path}")
async def delete_document(name: str, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Remove one document; it is a version of the catalog, and can be taken back."""
    return {"version": await _remove(parts, shop.id, Kind.DOCUMENT, name)}


@router.get("/versions")
async def list_versions(shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """List the versions of the catalog that are kept, the newest first."""
    return {"versions": [one.as_json() for one in await parts.versions.of_shop(shop.id)]}


@router.get("/versions/compare")
async def compare_versions(
    shop: StaffShopDep,
    parts: ServicesDep,
    older: Annotated[int, Query(ge=0, le=2**62)],
    newer: Annotated[int | None, Query(ge=0, le=2**62)] = None,
    limit: Annotated[int, Query(ge=1, le=1000)] = 100,
) -> dict[str, Any]:
    """Tell what differs between two versions; ``older=0`` is before all, no ``newer`` is the present."""
    return (await compare(parts.database, parts.versions, shop.id, older, newer, limit)).as_json()


@router.post("/versions/{version_id}/rollback")
async def rollback(version_id: VersionId, shop: StaffShopDep, parts: ServicesDep) -> dict[str, Any]:
    """Bring the catalog to what it was after a version; 0 is before all that are kept."""
    with parts.imports.alone(shop.id):
        made, counts = await parts.versions.rollback(shop.id, version_id)
    await parts.responder.catalog_changed(shop.id)
    return {"version": made, "counts": _counts(counts)}


async def _remove(parts: Services, shop_id: ShopId, kind: Kind, key: str) -> int:
    with parts.imports.alone(shop_id):
        version = await parts.versions.remove(shop_id, kind, key)
    await parts.responder.catalog_changed(shop_id)
    return version


def _counts(counts: Counts) -> dict[str, int]:
    told = counts.as_json()
    return {name: told[name] for name in ("new", "changed", "removed")}


def _summary(product: Product) -> dict[str, Any]:
    prices = product.price_range
    return {
        "handle": product.handle,
        "title": product.title,
        "brand": product.brand,
        "category": product.category,
        "published": product.published,
        "lang": product.lang,
        "price_from": _money(prices[0]) if prices else None,
        "price_to": _money(prices[1]) if prices else None,
        "availability": product.availability.value,
        "variant_count": len(product.variants),
        "image": product.images[0] if product.images else None,
        "url": product.url,
        "as_of": iso(product.as_of),
        "source": {"file": product.source.file, "row": product.source.row},
    }


def _variant(variant: Variant) -> dict[str, Any]:
    return {
        "key": variant.key,
        "options": [{"name": name, "value": value} for name, value in variant.options],
        "sku": variant.sku,
        "gtin": variant.gtin,
        "price": _money(variant.price),
        "list_price": _money(variant.list_price),
        "availability": variant.availability.value,
        "quantity": variant.quantity,
        "weight_grams": f"{variant.weight_grams:f}" if variant.weight_grams is not None else None,
        "image": variant.image,
        "source_row": variant.source_row,
    }


def _money(money: Money | None) -> dict[str, str] | None:
    return None if money is None else {"amount": f"{money.amount:f}", "currency": money.currency}


def _document(document: Document) -> dict[str, Any]:
    return {
        "name": document.name,
        "title": document.title,
        "lang": document.lang,
        "characters": len(document.text),
        "as_of": iso(document.as_of),
    }
