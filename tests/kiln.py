"""A small shop of our own, whose every answer the tests know."""

from __future__ import annotations

from pathlib import Path

SHOP = "kiln"
OPTIONS = ("--name", "Cedar & Kiln", "--locale", "en-US", "--currency", "USD", "--timezone", "America/New_York")

_HEADER = (
    "Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Inventory Tracker,"
    "Variant Inventory Qty,Variant Inventory Policy,Variant Price,Image Src,Material"
)
PRODUCTS = f"""{_HEADER}
ridge-teapot,Ridge Teapot,<p>Pours four cups without a drip.</p>,Cedar & Kiln,Teapots,true,Title,Default Title,RT-1,\
shopify,5,deny,48.00,images/teapot.svg,Stoneware
harbor-teapot,Harbor Teapot,<p>Holds two cups.</p>,Cedar & Kiln,Teapots,true,Title,Default Title,HT-1,shopify,9,deny,\
36.50,images/teapot.svg,Cast iron
dune-mug,Dune Mug,<p>A heavy mug of 350 ml.</p>,Cedar & Kiln,Mugs,true,Title,Default Title,DM-1,shopify,20,deny,14.00,\
images/mug.svg,Porcelain
fern-tray,Fern Serving Tray,<p>A round tray for four mugs.</p>,Cedar & Kiln,Trays,true,Title,Default Title,FT-1,\
shopify,3,deny,29.00,,Beech wood
"""
SHIPPING = """# Shipping

## When do you ship?

Orders paid before 2 pm on a working day leave our studio the same day. Later orders leave on the next working day.

## What does shipping cost?

Shipping costs $6.50 within the United States. Orders of $75 or more ship free.
"""
RETURNS = """# Returns

## How long may I return something?

You can return unused goods within 45 days of delivery. The refund goes back to the card you paid with.
"""
_PICTURE = '<svg xmlns="http://www.w3.org/2000/svg" width="64" height="64"><rect width="64" height="64"/></svg>'


def write_shop(folder: Path) -> Path:
    """Write the shop's files as a merchant would have them, and return the folder."""
    files = {
        "products.csv": PRODUCTS,
        "documents/shipping.md": SHIPPING,
        "documents/returns.md": RETURNS,
        "images/teapot.svg": _PICTURE,
        "images/mug.svg": _PICTURE,
    }
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    return folder
