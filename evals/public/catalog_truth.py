"""What a shop's export really says, read with the csv module alone by the format's published rules.

Written apart from the product's import on purpose: a mistake that both shared would not show.
Shopify: rows with one handle are one product; a row with a price is a variant; every image stands in
a row (help.shopify.com, "Using CSV files to import and export products"). WooCommerce: every row that
is no variation is a product; a variation names its parent's SKU, or ``id:`` and its id (Product CSV
Import Schema). Magento 2: a configurable row names its variants by SKU in ``configurable_variations``;
a simple row that none names is a product; a row with a store view only translates (Experience
League, "Product attributes: complex data").
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import Final

Row = Mapping[str, str]
MAGENTO_MARKS: Final = frozenset({"configurable_variations", "attribute_set_code", "store_view_code"})


@dataclass(frozen=True, slots=True)
class TrueVariant:
    """What is bought.

    Attributes:
        options: The chosen values, folded; None where the file does not say what varies.
        price: What it costs now; None when the file does not say.
    """

    options: frozenset[str] | None
    price: Decimal | None


@dataclass(frozen=True, slots=True)
class TrueProduct:
    """One product of a file.

    Attributes:
        images: Web addresses only; of a file name nobody can tell where the picture is.
    """

    key: str
    title: str
    variants: tuple[TrueVariant, ...]
    images: frozenset[str]


@dataclass(frozen=True, slots=True)
class TrueCatalog:
    """One file: its form, how many records it has, and its products; no products when it is no catalog."""

    form: str
    rows: int
    products: tuple[TrueProduct, ...]


def folded(text: str) -> str:
    """Return a text in the form in which titles and values are compared."""
    return " ".join(text.split()).casefold()


def read_truth(path: Path) -> TrueCatalog:
    """Read a UTF-8 CSV file of one of the known forms."""
    text = path.read_text("utf-8-sig", errors="replace")
    rows = [{k: v or "" for k, v in row.items() if k} for row in csv.DictReader(io.StringIO(text, newline=""))]
    columns = set(rows[0]) if rows else set()
    if {"Handle", "Variant Price"} <= columns:
        return TrueCatalog("shopify", len(rows), _shopify(rows))
    if {"Type", "Regular price", "Parent"} <= columns:
        return TrueCatalog("woocommerce", len(rows), _woocommerce(rows))
    if columns >= MAGENTO_MARKS:
        return TrueCatalog("magento2", len(rows), _magento(rows))
    if {"name", "price"} <= columns:
        return TrueCatalog("plain", len(rows), _plain(rows))
    return TrueCatalog("other", len(rows), ())


def amount(cell: str) -> Decimal | None:
    """Return the number of a price cell with a decimal point; None when it is empty or no number."""
    try:
        return Decimal(cell.strip()) if cell.strip() else None
    except InvalidOperation:
        return None


def _shopify(rows: Sequence[Row]) -> tuple[TrueProduct, ...]:
    by_handle: dict[str, list[Row]] = {}
    for row in rows:
        if row["Handle"].strip():
            by_handle.setdefault(row["Handle"].strip(), []).append(row)
    found: list[TrueProduct] = []
    for handle, own in by_handle.items():
        variants = []
        for row in own:
            if row["Variant Price"].strip():
                values = {folded(row.get(f"Option{n} Value", "")) for n in (1, 2, 3)} - {"", "default title"}
                variants.append(TrueVariant(frozenset(values), amount(row["Variant Price"])))
        cells = [row.get(column, "").strip() for row in own for column in ("Image Src", "Variant Image")]
        title = next((row["Title"] for row in own if row["Title"].strip()), "")
        found.append(TrueProduct(handle, folded(title), tuple(variants), _addresses(cells)))
    return tuple(found)


def _woocommerce(rows: Sequence[Row]) -> tuple[TrueProduct, ...]:
    variations: dict[str, list[Row]] = {}
    for row in rows:
        if row["Type"].split(",")[0].strip() == "variation":
            variations.setdefault(row["Parent"].strip(), []).append(row)
    found: list[TrueProduct] = []
    for row in rows:
        kind, sku, number = row["Type"].split(",")[0].strip(), row["SKU"].strip(), row.get("ID", "").strip()
        if kind == "variation":
            continue
        own = [*variations.get(sku, ()), *variations.get(f"id:{number}", ())] if kind == "variable" else [row]
        variants = [_woo_variant(one, chosen=kind == "variable") for one in own if kind != "grouped"]
        cells = [part.strip() for one in {id(r): r for r in (row, *own)}.values() for part in one["Images"].split(",")]
        found.append(TrueProduct(sku or f"id:{number}", folded(row["Name"]), tuple(variants), _addresses(cells)))
    return tuple(found)


def _woo_variant(row: Row, *, chosen: bool) -> TrueVariant:
    values = [row.get(f"Attribute {n} value(s)", "") for n in range(1, 10)] if chosen else []
    price = amount(row["Sale price"]) if row["Sale price"].strip() else amount(row["Regular price"])
    return TrueVariant(frozenset({folded(value) for value in values} - {""}), price)


def _magento(rows: Sequence[Row]) -> tuple[TrueProduct, ...]:
    products = {row["sku"]: row for row in rows if row["sku"] and not row["store_view_code"].strip()}
    named: dict[str, list[tuple[str, frozenset[str]]]] = {}
    for sku, row in products.items():
        for told in filter(None, row["configurable_variations"].split("|")):
            pairs = dict(part.split("=", 1) for part in told.split(",") if "=" in part)
            member = pairs.pop("sku", "")
            named.setdefault(sku, []).append((member, frozenset(folded(value) for value in pairs.values())))
    members = {member for own in named.values() for member, _ in own}
    found: list[TrueProduct] = []
    for sku, row in products.items():
        if sku in members:
            continue
        own = [(products[member], values) for member, values in named.get(sku, ()) if member in products]
        variants = [TrueVariant(values, _magento_price(one)) for one, values in own]
        variants = variants or [TrueVariant(frozenset(), _magento_price(row))]
        cells = [part.strip() for part in re.split(r"[,|]", f"{row['base_image']},{row.get('additional_images', '')}")]
        found.append(TrueProduct(sku, folded(row["name"]), tuple(variants), _addresses(cells)))
    return tuple(found)


def _magento_price(row: Row) -> Decimal | None:
    return amount(row.get("special_price", "")) or amount(row["price"])


def _plain(rows: Sequence[Row]) -> tuple[TrueProduct, ...]:
    """Read a table without handles: rows of one name are one product."""
    named: dict[str, list[Row]] = {}
    for row in rows:
        if row["name"].strip():
            named.setdefault(folded(row["name"]), []).append(row)
    return tuple(
        TrueProduct(
            own[0].get("sku", "").strip() or name,
            name,
            tuple(TrueVariant(None, amount(row["price"])) for row in own),
            frozenset(),
        )
        for name, own in named.items()
    )


def _addresses(cells: Sequence[str]) -> frozenset[str]:
    return frozenset(cell for cell in cells if cell.startswith(("http://", "https://")))
