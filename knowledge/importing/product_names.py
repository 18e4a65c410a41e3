"""What a merchant's file may call the shop's products by."""

from __future__ import annotations

from sqlalchemy import select

from knowledge import tables
from knowledge.catalog import ShopId
from knowledge.database import Database
from knowledge.text import fold


async def product_names(database: Database, shop_id: ShopId) -> frozenset[str]:
    """Return the handles, titles and SKUs of the shop, folded."""
    product, variant = tables.products, tables.variants
    of_shop = product.c.shop_id == shop_id
    async with database.read() as connection:
        named = await connection.execute(select(product.c.handle, product.c.title).where(of_shop))
        names = {fold(name) for row in named for name in row}
        skus = select(variant.c.sku).join(product).where(of_shop, variant.c.sku.is_not(None))
        names |= {fold(sku) for sku in (await connection.execute(skus)).scalars()}
    return frozenset(names)
